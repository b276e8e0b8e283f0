"""Archive files in, a searchable index out: the write line itself, with its report.

    find files → cut records → [other processes: article → entities → Document] → store → engine

Every record read ends as indexed, unchanged or rejected. What the store has taken is safe, whatever happens next:
the engine catches up from the store at the end of the run, at the next one, or while the service runs.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TypeAlias

from searchsvc.archives import READERS, Options, PassedOver, Record, Rejection, archive_records, find_files
from searchsvc.article import Location
from searchsvc.document import Document, make_document, source_hash, stable_id, validated
from searchsvc.engines import Engine
from searchsvc.entities import DEFAULT, Extractor, extractor
from searchsvc.errors import BadRecord
from searchsvc.languages import detect
from searchsvc.store import Store

#: Documents that the store takes in one transaction, and the seconds after which it takes fewer.
BATCH, BATCH_SECONDS = 500, 2.0
#: Documents that become searchable together during a long run.
PUBLISH_EVERY = 5000
# What goes to a worker at a time.
_CHUNK_RECORDS, _CHUNK_BYTES = 64, 400_000

Numbered: TypeAlias = "tuple[str, Record]"


@dataclass(frozen=True, slots=True)
class Unchanged:
    """An article that the store held in this very version when a worker looked: no entity was looked for.

    `again` makes the document after all, where another version has come in between.
    """

    id: str
    source_hash: bytes
    place: Location
    again: Callable[[], Outcome] | None = None


Outcome: TypeAlias = "Document | Unchanged | Rejection"


@dataclass
class Report:
    """What became of everything that was read: read = indexed + unchanged + rejected, at any moment between batches.

    `rejections` holds the first hundred; `reasons` counts all by code.
    """

    read: int = 0
    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    rejected: int = 0
    files: int = 0
    files_done: int = 0
    passed_over: int = 0
    seconds: float = 0.0
    searchable: bool = True
    reasons: Counter[str] = field(default_factory=Counter)
    rejections: list[Rejection] = field(default_factory=list)

    @property
    def indexed(self) -> int:
        return self.added + self.replaced

    def reject(self, rejection: Rejection) -> None:
        self.rejected += 1
        self.reasons[rejection.code] += 1
        if len(self.rejections) < 100:
            self.rejections.append(rejection)


#: Told the report, and what is going on, after each step.
Progress = Callable[[Report, str], None]


def documents_of(
    paths: Sequence[str],
    options: Options,
    report: Report,
    *,
    workers: int | None = None,
    known: Path | None = None,
    name: str = DEFAULT,
) -> Iterator[Outcome]:
    """Every record of the archives as a Document or a Rejection, in the order they were read.

    workers: processes that parse and look for entities; one for each core if None, 0 for none but this one.
    known: an index directory; articles that its store holds unchanged come as Unchanged.
    """
    found = list(find_files(paths))
    report.files = sum(isinstance(item, str) for item in found)
    with _Workers(options, name, known, os.cpu_count() or 1 if workers is None else workers) as pool:
        yield from pool.outcomes(_records(found, options, report))


def _records(
    found: Iterable[str | Rejection | PassedOver], options: Options, report: Report
) -> Iterator[Numbered | Rejection]:
    for item in found:
        if isinstance(item, Rejection):
            yield item
        elif isinstance(item, PassedOver):
            report.passed_over += 1
        else:
            try:
                yield from archive_records(item, options)
            except Exception as error:  # a fault of a reader ends its file, not the run
                yield Rejection(Location(item), "reader_failed", f"{type(error).__name__}: {error}")
            report.files_done += 1


@dataclass
class _Worker:
    """What one process needs to turn records into outcomes."""

    options: Options
    extractor: Extractor
    store: Store | None

    def outcome(self, reader: str, record: Record, *, look_up: bool = True) -> Outcome:
        try:
            article = READERS[reader].article(record, self.options)
            if isinstance(article, Document):
                return _checked(article)
            article = validated(article)
            article = replace(article, language=detect(article.title, article.text, article.language))
            version = self.extractor.version
            if look_up and self.store is not None:
                id_, digest = stable_id(article), source_hash(article, version)
                if self.store.holds(id_, digest, article.location):
                    return Unchanged(id_, digest, article.location)
            return make_document(article, self.extractor.extract(article.title, article.text), version)
        except BadRecord as error:
            return Rejection(record.location, error.code, error.message)
        except Exception as error:  # whatever a parser throws at odd input is that record's fault alone
            return Rejection(record.location, "unreadable_record", f"{type(error).__name__}: {error}"[:500])


def _checked(document: Document) -> Document:
    """A document that came ready made, as it may be stored: its text unchanged by validation, its mentions inside."""
    article = validated(document.article)
    if (article.title, article.text) != (document.article.title, document.article.text):
        raise BadRecord("title or text hold what cannot be stored, so the offsets would move", code="bad_document")
    entities = document.entities
    for entity in (*entities.people, *entities.countries, *entities.organisations):
        spans = [(s, e, len(article.text)) for s, e in entity.mentions]
        spans += [(s, e, len(article.title)) for s, e in entity.title_mentions]
        if not all(0 <= start < end <= length for start, end, length in spans):
            raise BadRecord(f"a mention of {entity.label} lies outside the text", code="bad_document")
    return Document(stable_id(article), article, entities, document.entities_version)


_worker: _Worker | None = None


def _start(options: Options, name: str, known: Path | None) -> None:
    """Make this process a worker."""
    global _worker
    _worker = _Worker(options, extractor(name), Store(known) if known else None)


def _work(chunk: list[Numbered]) -> list[Outcome]:
    assert _worker is not None
    return [_worker.outcome(reader, record) for reader, record in chunk]


class _Workers:
    """Processes that work chunks off in order. A process that dies costs the one record that killed it."""

    def __init__(self, options: Options, name: str, known: Path | None, count: int) -> None:
        self._arguments = (options, name, known)
        self._count = count
        self._pool: ProcessPoolExecutor | None = None
        self._local: _Worker | None = None

    def __enter__(self) -> _Workers:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
        if self._local is not None and self._local.store is not None:
            self._local.store.close()

    def local(self) -> _Worker:
        """This process as a worker."""
        if self._local is None:
            options, name, known = self._arguments
            self._local = _Worker(options, extractor(name), Store(known) if known else None)
        return self._local

    def outcomes(self, records: Iterator[Numbered | Rejection]) -> Iterator[Outcome]:
        """One outcome for each record and rejection, in order."""
        chunks = _chunked(records)
        first = next(chunks, None)
        second = next(chunks, None)
        if first is None:
            return
        if second is None or self._count == 0:  # not worth a process
            for chunk in (first, *([second] if second else ()), *(chunks if self._count == 0 else ())):
                yield from self._merged(chunk, self._here(chunk))
            return
        waiting: deque[tuple[list[Numbered | Rejection], Future[list[Outcome]]]] = deque()
        for chunk in _prepended(first, second, chunks):
            waiting.append((chunk, self._submit(chunk)))
            while len(waiting) > self._count * 3:
                yield from self._finished(waiting)
        while waiting:
            yield from self._finished(waiting)

    def _again(self, reader: str, record: Record) -> Outcome:
        return self.local().outcome(reader, record, look_up=False)

    def _here(self, chunk: list[Numbered | Rejection]) -> list[Outcome]:
        return [self.local().outcome(*item) for item in chunk if not isinstance(item, Rejection)]

    def _submit(self, chunk: list[Numbered | Rejection]) -> Future[list[Outcome]]:
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self._count, context, _start, self._arguments)
        work = [item for item in chunk if not isinstance(item, Rejection)]
        try:
            return self._pool.submit(_work, work)
        except BrokenProcessPool:  # a process has died: what it held is done again when its turn comes
            self._pool = None
            return self._submit(chunk)

    def _finished(self, waiting: deque[tuple[list[Numbered | Rejection], Future[list[Outcome]]]]) -> Iterator[Outcome]:
        chunk, future = waiting.popleft()
        try:
            outcomes = future.result()
        except BrokenProcessPool:
            outcomes = self._one_by_one(chunk)
            for place, (other, _) in enumerate(waiting):
                waiting[place] = (other, self._submit(other))
        yield from self._merged(chunk, outcomes)

    def _one_by_one(self, chunk: list[Numbered | Rejection]) -> list[Outcome]:
        """The chunk again, a record at a time, to find the one that kills its process."""
        outcomes: list[Outcome] = []
        self._pool = None
        for item in chunk:
            if isinstance(item, Rejection):
                continue
            try:
                outcomes += self._submit([item]).result()
            except BrokenProcessPool:
                self._pool = None
                reason = "the process that read this record died (out of memory?)"
                outcomes.append(Rejection(item[1].location, "reader_died", reason))
        return outcomes

    def _merged(self, chunk: list[Numbered | Rejection], outcomes: list[Outcome]) -> Iterator[Outcome]:
        """The outcomes with the chunk's own rejections between them."""
        worked = iter(outcomes)
        for item in chunk:
            if isinstance(item, Rejection):
                yield item
                continue
            outcome = next(worked)
            if isinstance(outcome, Unchanged):
                outcome = replace(outcome, again=partial(self._again, *item))
            yield outcome


def _prepended(
    first: list[Numbered | Rejection],
    second: list[Numbered | Rejection],
    rest: Iterator[list[Numbered | Rejection]],
) -> Iterator[list[Numbered | Rejection]]:
    yield first
    yield second
    yield from rest


def _chunked(records: Iterator[Numbered | Rejection]) -> Iterator[list[Numbered | Rejection]]:
    chunk: list[Numbered | Rejection] = []
    size = 0
    for item in records:
        chunk.append(item)
        size += len(item[1].raw) if not isinstance(item, Rejection) else 0
        if len(chunk) >= _CHUNK_RECORDS or size >= _CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def index(
    paths: Sequence[str],
    store: Store,
    engine: Engine,
    *,
    options: Options,
    workers: int | None = None,
    progress: Progress = lambda report, doing: None,
    rejected: Callable[[Rejection], None] = lambda rejection: None,
) -> Report:
    """Index the archives: the whole write line. Holds the right to write; raises Locked where another has it.

    rejected: is given every rejection as it happens. An interrupt (KeyboardInterrupt) is raised again once what was
    read before is in the store.
    """
    began = time.monotonic()
    report = Report()
    with store.writing():
        line = _Line(store, engine, report, progress, rejected, began)
        line.catch_up("catching up with the store")
        try:
            for outcome in documents_of(paths, options, report, workers=workers, known=store.path.parent):
                line.take(outcome)
        finally:
            line.flush()
        line.catch_up("making searchable")
    report.seconds = time.monotonic() - began
    return report


@dataclass
class _Line:
    """The end of the write line: outcomes into batches, batches into the store, the store's news into the engine."""

    store: Store
    engine: Engine
    report: Report
    progress: Progress
    rejected: Callable[[Rejection], None]
    began: float
    _batch: list[Document] = field(default_factory=list)
    _flushed: float = field(default_factory=time.monotonic)
    _unpublished: int = 0
    _places: dict[str, Location] = field(default_factory=dict)

    def take(self, outcome: Outcome) -> None:
        if isinstance(outcome, Rejection):
            self.report.read += 1
            self._reject(outcome)
        elif isinstance(outcome, Unchanged):
            if outcome.id in self._places:
                self.flush()
            if not self.store.holds(outcome.id, outcome.source_hash, outcome.place):
                assert outcome.again is not None
                self.take(outcome.again())
                return
            self.report.read += 1
            self.report.unchanged += 1
        else:
            self._batch.append(outcome)
            self._places[outcome.id] = outcome.article.location
        if len(self._batch) >= BATCH or time.monotonic() - self._flushed > BATCH_SECONDS:
            self.flush()
        if self._unpublished >= PUBLISH_EVERY:
            self.catch_up("making searchable")

    def _reject(self, rejection: Rejection) -> None:
        self.report.reject(rejection)
        self.rejected(rejection)

    def flush(self) -> None:
        """Put the batch into the store: from here on it is safe."""
        stored = self.store.put(self._batch)
        self.report.read += len(self._batch)
        self.report.added += stored.added
        self.report.replaced += stored.replaced
        self.report.unchanged += stored.unchanged
        self._unpublished += stored.added + stored.replaced
        self._batch.clear()
        self._flushed = time.monotonic()
        self.report.seconds = self._flushed - self.began
        self.progress(self.report, "reading")

    def catch_up(self, doing: str) -> None:
        def refuse(id_: str, reason: str) -> None:
            if self.report.added:
                self.report.added -= 1
            elif self.report.replaced:
                self.report.replaced -= 1
            else:  # it came into the store in an earlier run
                self.report.read += 1
            self._reject(Rejection(self._places.get(id_, Location("")), "not_indexable", reason))

        catch_up(self.store, self.engine, lambda left: self.progress(self.report, f"{doing}, {left:,} left"), refuse)
        self._unpublished = 0
        self._places.clear()


def catch_up(
    store: Store,
    engine: Engine,
    progress: Callable[[int], None] = lambda left: None,
    refuse: Callable[[str, str], None] = lambda id_, reason: None,
) -> int:
    """Make searchable what the store holds and the engine does not; how many documents that was.

    A document that the engine cannot take leaves the store, is told to `refuse`, and stops nothing.
    """
    done = 0
    while left := store.behind(engine.position):
        progress(left)
        # A little more than one helping is taken at once: a small segment costs as much as a large one to open.
        news = store.after(engine.position, left if left < 2 * PUBLISH_EVERY else PUBLISH_EVERY)
        refused = engine.publish([document for _, document in news], news[-1][0])
        done += len(news) - len(refused)
        if refused:
            store.remove(refused)
            for id_, reason in refused.items():
                refuse(id_, reason)
    return done


def rebuild(
    store: Store,
    engine: Engine,
    progress: Callable[[int], None] = lambda left: None,
    refuse: Callable[[str, str], None] = lambda id_, reason: None,
) -> int:
    """Build the engine anew from the store; what it served before is served until the new state is whole."""
    with engine.rebuilt() as fresh:
        return catch_up(store, fresh, progress, refuse)
