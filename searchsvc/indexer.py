"""Archive files in, a searchable index out: the write line itself, with its report.

    find files → cut records → [other processes: article → entities → Document] → store → engine

Every record read ends as indexed, unchanged or rejected. What the store has taken is safe, whatever happens next:
the engine catches up from the store at the end of the run, at the next one, or while the service runs.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from searchsvc.archives import Options, PassedOver, Record, Rejection, archive_records, find_files
from searchsvc.article import Location
from searchsvc.document import Document, to_json
from searchsvc.engines import Engine
from searchsvc.entities import DEFAULT, extractor, version
from searchsvc.errors import StoreError
from searchsvc.store import Store
from searchsvc.workers import STORED, Numbered, Outcome, Unchanged, Workers

#: Documents that the store takes in one transaction, and the seconds after which it takes fewer.
BATCH, BATCH_SECONDS = 500, 2.0
#: Documents that become searchable together during a long run, and the seconds after which fewer do: at first, and
#: at most, doubled from step to step.
PUBLISH_EVERY, PUBLISH_FIRST, PUBLISH_LAST = 5000, 2.0, 120.0
#: Reasons for passing over that are counted apart: some have words of the archive in them, of which there is no end.
MAX_REASONS = 1_000


@dataclass
class Report:
    """What became of everything that was read: read = indexed + unchanged + rejected, at any moment between batches.

    `rejections` holds the first hundred; `reasons` counts all by code. `passed_over` counts by reason what holds no
    article by its kind, which is not read.
    """

    read: int = 0
    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    rejected: int = 0
    files: int = 0
    files_done: int = 0
    seconds: float = 0.0
    reasons: Counter[str] = field(default_factory=Counter)
    passed_over: Counter[str] = field(default_factory=Counter)
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
    with Workers(options, name, known, os.cpu_count() or 1 if workers is None else workers) as pool:
        yield from pool.outcomes(_records(found, options, report))


def _records(
    found: Iterable[str | Rejection | PassedOver], options: Options, report: Report
) -> Iterator[Numbered | Rejection]:
    def passed_over(item: PassedOver) -> None:
        known = item.reason in report.passed_over or len(report.passed_over) < MAX_REASONS
        report.passed_over[item.reason if known else "others"] += 1

    for item in found:
        if isinstance(item, Rejection):
            yield item
        elif isinstance(item, PassedOver):
            passed_over(item)
        else:
            try:
                yield from archive_records(item, options, passed_over=passed_over)
            except Exception as error:  # a fault of a reader ends its file, not the run
                yield Rejection(Location(item), "reader_failed", f"{type(error).__name__}: {error}")
            report.files_done += 1


def index(
    paths: Sequence[str],
    store: Store,
    engine: Engine,
    *,
    options: Options,
    workers: int | None = None,
    name: str = DEFAULT,
    progress: Progress = lambda report, doing: None,
    rejected: Callable[[Rejection], None] = lambda rejection: None,
) -> Report:
    """Index the archives: the whole write line. Holds the right to write; raises Locked where another has it.

    name: of the extractor. rejected: is given every rejection as it happens. An interrupt (KeyboardInterrupt) is raised
    again once what was read before is in the store.
    """
    began = time.monotonic()
    report = Report()
    with store.writing():
        line = _Line(store, engine, report, progress, rejected, began)
        line.catch_up("catching up with the store")
        try:
            for outcome in documents_of(
                paths, options, report, workers=workers, known=store.path.parent, name=name
            ):  # fmt: skip
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
    _published: float = field(default_factory=time.monotonic)
    _patience: float = PUBLISH_FIRST
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
        waited = time.monotonic() - self._published
        if self._unpublished >= PUBLISH_EVERY or (self._unpublished and waited > self._patience):
            self.catch_up("making searchable")
            self._published = time.monotonic()
            self._patience = min(2 * self._patience, PUBLISH_LAST)

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

    A document that the engine cannot take, or that the store cannot read any more, is told to `refuse` and stops
    nothing. Where it was decided anew whom names mean, all that is shown changes at once, and not helping by helping:
    a filter by a name means one thing. What runs that were killed have left on the disk goes, too.
    """
    engine.tidy()
    store.complete_stories()
    if engine.position < store.decided and engine.generation and store.behind(engine.position) >= 2 * PUBLISH_EVERY:
        with engine.continued() as beside:
            return _caught_up(store, beside, progress, refuse)
    return _caught_up(store, engine, progress, refuse)


def _caught_up(
    store: Store, engine: Engine, progress: Callable[[int], None], refuse: Callable[[str, str], None]
) -> int:
    done = 0
    while True:
        left, changes = store.behind(engine.position), store.story_changes(engine.story_position)
        if not left and not changes.stories and engine.position >= store.decided:
            break
        progress(left)
        # A little more than one helping is taken at once: a small segment costs as much as a large one to open.
        helping = left if left < 2 * PUBLISH_EVERY else PUBLISH_EVERY
        try:
            news = store.after(engine.position, helping)
        except StoreError:
            for id_ in store.set_aside():
                refuse(id_, "its stored copy was damaged and is set aside: index its archive again")
            continue
        # What was decided may be of documents that are gone.
        position = news[-1][0] if news else max(engine.position, store.decided)
        refused = engine.publish([document for _, document in news], position, changes)
        done += len(news) - len(refused)
        if refused:
            store.remove(refused)
            for id_, reason in refused.items():
                refuse(id_, reason)
    return done


def reextract(
    store: Store,
    engine: Engine,
    *,
    workers: int | None = None,
    name: str = DEFAULT,
    progress: Callable[[int], None] = lambda left: None,
    refuse: Callable[[str, str], None] = lambda id_, reason: None,
) -> int:
    """Find the entities anew of all stored documents that another extractor, or another version of it, has looked
    at; how many that were. Holds to what is done when it is interrupted: the next run goes on there.

    name: of the extractor. workers: processes that look for entities; one for each core if None, 0 for none but this
    one. A document that the extractor fails on is told to `refuse` and stays as it is.
    """
    for id_ in store.set_aside():
        refuse(id_, "its stored copy was damaged and is set aside: index its archive again")
    current = version(extractor(name))
    last, done = store.last, 0
    # Which id stands at which place: rejections know places only.
    ids: dict[Location, str] = {}

    def stale() -> Iterator[Numbered]:
        position = 0
        while position < last:
            found = store.written(position, BATCH)
            if not found:
                return
            position = found[-1][0]
            for number, document in found:
                if number <= last and document.entities_version != current:
                    ids[document.article.location] = document.id
                    yield STORED, Record(document.article.location, orjson.dumps(to_json(document)))

    batch: list[Document] = []
    with Workers(Options(), name, None, os.cpu_count() or 1 if workers is None else workers) as pool:
        for outcome in pool.outcomes(stale()):
            if isinstance(outcome, Rejection):
                refuse(ids.pop(outcome.location, str(outcome.location)), outcome.reason)
            elif isinstance(outcome, Document):
                ids.pop(outcome.article.location, None)
                batch.append(outcome)
            if len(batch) >= BATCH:
                done += len(batch)
                store.put(batch)
                batch.clear()
                progress(done)
        done += len(batch)
        store.put(batch)
    catch_up(store, engine, refuse=refuse)
    return done


def rebuild(
    store: Store,
    engine: Engine,
    progress: Callable[[int], None] = lambda left: None,
    refuse: Callable[[str, str], None] = lambda id_, reason: None,
) -> int:
    """Find the stories anew, and build the engine anew from the store; what it served before is served until the new
    state is whole."""
    for id_ in store.set_aside():
        refuse(id_, "its stored copy was damaged and is set aside: index its archive again")
    store.find_stories_anew()
    with engine.rebuilt() as fresh:
        return catch_up(store, fresh, progress, refuse)
