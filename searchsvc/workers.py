"""Turn these raw records into documents, on all cores, whatever they do to the parsers.

Parsing and the search for entities run in processes of their own, with limits: a record that takes too long or too
much memory, or that kills its process, costs itself alone. Here is no order of files, no store to write, no report.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from types import FrameType
from typing import TypeAlias

import orjson

from searchsvc.archives import READERS, Options, Record, Rejection
from searchsvc.article import Location
from searchsvc.document import Document, from_json, source_hash, stable_id, validated
from searchsvc.entities import Extractor, document_of, extractor, version
from searchsvc.errors import BadRecord
from searchsvc.languages import detect
from searchsvc.store import Store

#: Seconds of computing that one record may take, and bytes that its process may take for it beyond what it starts with
#: (about 180 MB, so that no process takes over 512).
RECORD_SECONDS, RECORD_BYTES = 5.0, 320 * 1024 * 1024
# So many times that by the clock: what else the machine does is no fault of the record, but waiting for ever is.
_BY_THE_CLOCK = 4
#: Seconds beyond the limits of its records after which a process that does not answer is killed.
_GRACE = 30.0
# What goes to a process at a time.
_CHUNK_RECORDS, _CHUNK_BYTES = 64, 400_000
# Formats whose parsing cannot run away: a handful of such records is not worth a process.
#: In place of a reader's name: the record is a stored document, whose entities are to be found anew.
STORED = "stored document"
_PLAIN = frozenset({"searchsvc documents", "Reuters SGML", "JSON Lines", "CSV", "Plain text"})

Numbered: TypeAlias = "tuple[str, Record]"
Item: TypeAlias = "Numbered | Rejection"


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


class TooSlow(BaseException):
    """Raised by the clock inside a record that takes too long; no parser's `except Exception` swallows it."""


@dataclass
class Worker:
    """What one process needs to turn records into outcomes."""

    options: Options
    extractor: Extractor
    store: Store | None

    def outcome(self, reader: str, record: Record, *, look_up: bool = True) -> Outcome:
        try:
            with _within(RECORD_SECONDS):
                return self._outcome(reader, record, look_up=look_up)
        except TooSlow:
            return Rejection(record.location, "too_slow", f"reading this record takes more than {RECORD_SECONDS:g} s")
        except MemoryError:
            return Rejection(record.location, "too_much_memory", "reading this record takes more memory than allowed")
        except BadRecord as error:
            return Rejection(record.location, error.code, error.message)
        except Exception as error:  # whatever a parser throws at odd input is that record's fault alone
            return Rejection(record.location, "unreadable_record", f"{type(error).__name__}: {error}"[:500])

    def _outcome(self, reader: str, record: Record, *, look_up: bool) -> Outcome:
        if reader == STORED:
            return document_of(from_json(orjson.loads(record.raw)).article, self.extractor)
        read = READERS[reader].article(record, self.options)
        if isinstance(read, Document):
            return _checked(read)
        article = validated(read)
        article = replace(article, language=detect(article.title, article.text, article.language))
        if look_up and self.store is not None:
            id_, digest = stable_id(article), source_hash(article, version(self.extractor))
            if self.store.holds(id_, digest, article.location):
                return Unchanged(id_, digest, article.location)
        return document_of(article, self.extractor)


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
    for quote in document.quotes:
        if not 0 <= quote.start <= quote.end <= len(article.title if quote.in_title else article.text):
            raise BadRecord("a quotation lies outside the text", code="bad_document")
    return replace(document, id=stable_id(article), article=article)


_worker: Worker | None = None


def _start(options: Options, name: str, known: Path | None) -> None:
    """Make this process a worker, with a bound to its memory."""
    global _worker
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that reads the archives decides what an interrupt means
    _worker = Worker(options, extractor(name), Store(known) if known else None)
    detect("", "load the detector before memory is bounded, forty letters are enough for that")
    with open("/proc/self/statm", "rb") as file:
        taken = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + RECORD_BYTES, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _end_with_parent() -> None:
    """A parent that was killed cannot end its processes: each ends itself when the parent is gone."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(chunk: list[Numbered]) -> list[Outcome]:
    assert _worker is not None
    return [_worker.outcome(reader, record) for reader, record in chunk]


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    """Raise TooSlow inside the block when it computes longer, or takes a few times as long by the clock.

    Without effect outside a process's main thread.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def late(number: int, frame: FrameType | None) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGALRM, late), signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_REAL, seconds * _BY_THE_CLOCK)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGALRM, before[0])
        signal.signal(signal.SIGPROF, before[1])


class Workers:
    """Processes that work chunks off in order."""

    def __init__(self, options: Options, name: str, known: Path | None, count: int) -> None:
        self._arguments = (options, name, known)
        self._count = count
        self._pool: ProcessPoolExecutor | None = None
        self._local: Worker | None = None

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
        if self._local is not None and self._local.store is not None:
            self._local.store.close()

    def local(self) -> Worker:
        """This process as a worker."""
        if self._local is None:
            options, name, known = self._arguments
            self._local = Worker(options, extractor(name), Store(known) if known else None)
        return self._local

    def outcomes(self, records: Iterator[Item]) -> Iterator[Outcome]:
        """One outcome for each record and rejection, in order."""
        chunks = _chunked(records)
        first = next(chunks, [])
        second = next(chunks, [])
        few = not second and all(isinstance(item, Rejection) or item[0] in _PLAIN for item in first)
        if few or self._count == 0:
            for items in chain([first, second], chunks):  # one at a time, never all of them
                yield from self._merged(items, [self.local().outcome(*item) for item in _numbered(items)])
            return
        waiting: deque[tuple[list[Item], Future[list[Outcome]]]] = deque()
        for items in chain([first, second], chunks):
            waiting.append((items, self._submit(_numbered(items))))
            while len(waiting) > self._count * 3:
                yield from self._finished(waiting)
        while waiting:
            yield from self._finished(waiting)

    def _submit(self, work: list[Numbered]) -> Future[list[Outcome]]:
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self._count, context, _start, self._arguments)
        try:
            return self._pool.submit(_work, work)
        except BrokenProcessPool:  # a process has died: what it held is done again when its turn comes
            self._pool = None
            return self._submit(work)

    def _finished(self, waiting: deque[tuple[list[Item], Future[list[Outcome]]]]) -> Iterator[Outcome]:
        items, future = waiting.popleft()
        try:
            outcomes = future.result(_patience(len(items) * (1 + len(waiting))))
        except (BrokenProcessPool, TimeoutError):
            self._kill()
            outcomes = [self._alone(item) for item in _numbered(items)]
            for place, (other, _) in enumerate(waiting):
                waiting[place] = (other, self._submit(_numbered(other)))
        yield from self._merged(items, outcomes)

    def _alone(self, item: Numbered) -> Outcome:
        """The outcome of one record of a chunk that killed its process: was it this one?"""
        try:
            return self._submit([item]).result(_patience(1))[0]
        except BrokenProcessPool:
            self._kill()
            reason = "the process that read this record died"
            return Rejection(item[1].location, "reader_died", reason)
        except TimeoutError:
            self._kill()
            return Rejection(item[1].location, "too_slow", "the process that read this record did not come back")

    def _kill(self) -> None:
        """End the processes, whatever they do, and forget them."""
        if self._pool is not None:
            for process in list((getattr(self._pool, "_processes", None) or {}).values()):
                process.kill()
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    def _merged(self, items: list[Item], outcomes: list[Outcome]) -> Iterator[Outcome]:
        """The outcomes with the chunk's own rejections between them."""
        worked = iter(outcomes)
        for item in items:
            if isinstance(item, Rejection):
                yield item
                continue
            outcome = next(worked)
            if isinstance(outcome, Unchanged):
                outcome = replace(outcome, again=partial(self._again, *item))
            yield outcome

    def _again(self, reader: str, record: Record) -> Outcome:
        return self.local().outcome(reader, record, look_up=False)


def _patience(records: int) -> float:
    """Seconds to wait for an answer on so many records."""
    return records * RECORD_SECONDS + _GRACE


def _numbered(items: list[Item]) -> list[Numbered]:
    return [item for item in items if not isinstance(item, Rejection)]


def _chunked(records: Iterator[Item]) -> Iterator[list[Item]]:
    chunk: list[Item] = []
    size = 0
    for item in records:
        chunk.append(item)
        size += len(item[1].raw) if not isinstance(item, Rejection) else 0
        if len(chunk) >= _CHUNK_RECORDS or size >= _CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk
