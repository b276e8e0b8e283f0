"""Over which documents? A made-up archive of any size, or the documents of archives that the user names."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Protocol

from benchmark.news import News
from searchsvc.document import Document
from searchsvc.store import Store

#: What the title of a later version ends with.
CORRECTED = " (corrected)"


class Corpus(Protocol):
    """Documents in an order that stays; it can be sent to another process."""

    @property
    def size(self) -> int: ...
    def documents(self) -> Iterator[Document]: ...
    def sample(self, count: int) -> list[Document]:
        """Some `count` documents from all over it; all where there are not more."""
        ...

    def later(self, start: int, count: int) -> list[Document]:
        """`count` documents that come once all are indexed, from the `start`-th of those on."""
        ...


@dataclass(frozen=True)
class Generated:
    """Made-up news, of a size and a seed."""

    size: int
    seed: int

    def __str__(self) -> str:
        return f"{self.size:,} made-up articles, seed {self.seed}"

    def documents(self) -> Iterator[Document]:
        return News(self.size, self.seed).documents()

    def sample(self, count: int) -> list[Document]:
        if self.size <= count * 10:
            return _every(self.documents(), self.size, count)
        news, stretch = News(self.size, self.seed), count // 30
        starts = [n * (self.size - stretch) // 29 for n in range(30)]
        return [document for start in starts for document in news.documents(start, start + stretch)]

    def later(self, start: int, count: int) -> list[Document]:
        begin = self.size + start
        return list(News(self.size, self.seed).documents(begin, begin + count))


@dataclass(frozen=True)
class Stored:
    """The documents of an index directory, at most `limit` of them. Later ones are the first ones, corrected."""

    directory: Path
    size: int

    def __str__(self) -> str:
        return f"{self.size:,} articles of real archives"

    def documents(self) -> Iterator[Document]:
        store = Store(self.directory)
        last = count = 0
        while count < self.size and (batch := store.after(last, min(2000, self.size - count))):
            last = batch[-1][0]
            count += len(batch)
            for _, document in batch:
                yield document
        store.close()

    def sample(self, count: int) -> list[Document]:
        return _every(self.documents(), self.size, count)

    def later(self, start: int, count: int) -> list[Document]:
        wanted = {(start + n) % self.size for n in range(min(count, self.size))}
        chosen = (document for number, document in enumerate(self.documents()) if number in wanted)
        return [replace(d, article=replace(d.article, title=d.article.title + CORRECTED)) for d in chosen]


def _every(documents: Iterator[Document], size: int, count: int) -> list[Document]:
    """Every so many-th, so that there are `count`."""
    return list(islice(islice(documents, None, None, max(1, size // count)), count))


@dataclass(frozen=True)
class Indexed:
    """What the whole command took: seconds of the clock, CPU seconds and the largest process in MB."""

    report: str
    wall: float
    cpu: float
    peak: float


def indexed(paths: Sequence[str], directory: Path) -> Indexed:
    """Index archives by the whole command: reading, entities, stories, store and engine. Raises on its failure."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    command = [sys.executable, "-P", "-m", "searchsvc.cli", "index", *paths, "--index", str(directory)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - our own command
    if not (directory / "articles.db").exists():
        raise SystemExit(done.stderr or done.stdout)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Indexed(done.stdout, time.monotonic() - began, cpu, after.ru_maxrss / 1024)


def stored(directory: Path, size: int | None) -> Stored:
    """The documents of an index directory, all or the first `size`."""
    store = Store(directory)
    held = len(store)
    store.close()
    return Stored(directory, min(held, size) if size else held)
