"""How long does it take, how much memory? The clocks: building, asking warm and cold, committing; each engine alike.

Every engine is built, asked cold and committed to in a process of its own; asked warm, all are in one process. Either
way they take turns question by question, each time another one first, so that a slow minute of the machine is
everybody's.
"""

from __future__ import annotations

import gc
import multiprocessing
import resource
import shutil
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from benchmark.contenders import CONTENDERS, PUBLISHED_AT_ONCE, Answer, Contender, Prepared, contender, prepared
from benchmark.corpora import CORRECTED, Corpus
from benchmark.questions import Question, batches
from searchsvc.query import Query

#: Seconds that one engine may take for the repetitions of one question, and the fewest repetitions all the same.
PATIENCE, FEWEST = 0.6, 2
WORKS = ("top", "full")
#: By what a question is timed: the clock on the wall, or the CPU time of all the process's threads, which tells more
#: where the machine has other things to do.
CLOCKS: dict[str, Callable[[], float]] = {"wall": time.perf_counter, "cpu": time.process_time}


@dataclass(frozen=True)
class Built:
    """What building took. `cpu` are CPU seconds of all threads, without making the documents and, for peers that are
    given ready terms, without `analysis`; `peak` is MB over what the process had before; `size` bytes on disk."""

    documents: int
    wall: float
    cpu: float
    analysis: float
    peak: float
    size: int


@dataclass(frozen=True)
class Timed:
    """One question's times in milliseconds, engine → repetitions, and how many documents it finds."""

    question: Question
    work: str
    hits: int
    ms: dict[str, list[float]]

    def least(self, name: str) -> float:
        return min(self.ms[name])

    def median(self, name: str) -> float:
        return statistics.median(self.ms[name])


@dataclass(frozen=True)
class Memory:
    """MB that a process which only answers takes: all, and without pages of files."""

    opened: float
    opened_own: float
    asked: float
    asked_own: float
    open_ms: float


def _memory() -> tuple[float, float]:
    """Resident MB of this process, all and anonymous."""
    found = {}
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        name, _, value = line.partition(":")
        if name in ("VmRSS", "RssAnon"):
            found[name] = int(value.split()[0]) / 1024
    return found["VmRSS"], found["RssAnon"]


@contextmanager
def alone() -> Iterator[ProcessPoolExecutor]:
    """A fresh process that runs what it is given, one after the other."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
        yield process


def bytes_of(directory: Path) -> int:
    """Bytes of the files under a directory; one with several names counts once."""
    infos = [path.stat() for path in directory.rglob("*") if path.is_file()]
    files = {(info.st_dev, info.st_ino): info.st_size for info in infos}
    return sum(files.values())


def built(corpus: Corpus, name: str, directory: Path, *, raw: bool = False) -> Built:
    """Build an engine over the corpus, in a process of its own."""
    directory.mkdir(parents=True, exist_ok=True)
    with alone() as process:
        return process.submit(_build, corpus, name, directory, raw).result()


def _build(corpus: Corpus, name: str, directory: Path, raw: bool) -> Built:
    made = contender(name, directory, raw=raw)
    raw = raw or name == "searchsvc"  # which takes documents as they are
    aside = analysis = aside_wall = 0.0
    count = 0
    documents = corpus.documents()
    next(documents)  # what is made once is made now
    documents = corpus.documents()
    gc.collect()
    before = _memory()[0]
    began, began_cpu = time.perf_counter(), time.process_time()
    batch_iterator = batches(documents, PUBLISHED_AT_ONCE)
    while True:
        apart, apart_wall = time.thread_time(), time.perf_counter()
        batch = next(batch_iterator, [])
        generated = time.thread_time()
        some = [prepared(count + n, document, raw=raw) for n, document in enumerate(batch)]
        count += len(batch)
        analysis += time.thread_time() - generated
        aside += time.thread_time() - apart
        aside_wall += time.perf_counter() - apart_wall
        if not some:
            break
        made.add(some)
    made.finish()
    cpu, wall = time.process_time() - began_cpu - aside, time.perf_counter() - began - aside_wall
    made.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before
    return Built(count, wall, cpu, analysis, peak, bytes_of(directory))


def agreed(contenders: dict[str, Contender], questions: Sequence[Question]) -> dict[str, list[str]]:
    """Where each peer's totals, facets and months differ from searchsvc's: the question and in what."""
    first, *peers = contenders
    differing: dict[str, list[str]] = {name: [] for name in peers}
    for asked in questions:
        answers = {name: _full(made, asked.full) for name, made in contenders.items()}
        for name in peers:
            difference = answers[first].differs(answers[name])
            if difference:
                differing[name].append(f"{asked.kind}: {asked}: {difference}")
    return differing


def _full(made: Contender, query: Query) -> Answer:
    return made.full(made.question(query))


def warm(contenders: dict[str, Contender], questions: Sequence[Question], repetitions: int, clock: str) -> list[Timed]:
    """Every question again and again, all engines in this process in turn."""
    gc.collect()
    gc.freeze()
    rows = []
    now = CLOCKS[clock]
    names = list(contenders)
    for count, asked in enumerate(questions):
        hits = 0
        for work in reversed(WORKS):
            calls: dict[str, Callable[[], Any]] = {}
            for name, made in contenders.items():
                question, ask = made.question(getattr(asked, work)), getattr(made, work)
                calls[name] = partial(ask, question)
                found = ask(question)
                hits = found.total if isinstance(found, Answer) else hits
            times: dict[str, list[float]] = {name: [] for name in names}
            for repetition in range(repetitions):
                for name in _turned(names, count + repetition):
                    if len(times[name]) >= FEWEST and sum(times[name]) > PATIENCE * 1000:
                        continue
                    began = now()
                    calls[name]()
                    times[name].append((now() - began) * 1000)
            rows.append(Timed(asked, work, hits, times))
    gc.unfreeze()
    return rows


def _turned(names: list[str], by: int) -> list[str]:
    by %= len(names)
    return names[by:] + names[:by]


def cold(
    directories: dict[str, Path], questions: Sequence[Question], clock: str
) -> tuple[list[Timed], dict[str, Memory]]:
    """Every question once, each engine in a fresh process, which for each kind of work is another.

    The files are in the system's memory: what is cold is the engine.
    """
    rows = []
    memories: dict[str, Memory] = {}
    names = list(directories)
    totals: dict[Question, int] = {}
    for work in reversed(WORKS):
        with ExitStack() as stack:
            processes = {name: stack.enter_context(alone()) for name in names}
            opened = {name: processes[name].submit(_open, name, directories[name]).result() for name in names}
            for count, asked in enumerate(questions):
                times: dict[str, list[float]] = {}
                for name in _turned(names, count):
                    ms, found = processes[name].submit(_ask, work, getattr(asked, work), clock).result()
                    times[name], totals[asked] = [ms], max(found, totals.get(asked, 0))
                rows.append(Timed(asked, work, totals[asked], times))
            if work == "full":
                for name in names:
                    asked_mb = processes[name].submit(_memory).result()
                    memories[name] = Memory(*opened[name][0], *asked_mb, opened[name][1])
    return rows, memories


_open_one: list[Contender] = []


def _open(name: str, directory: Path) -> tuple[tuple[float, float], float]:
    """Open an engine in this process; MB then and milliseconds."""
    gc.collect()
    began = time.perf_counter()
    made = contender(name, directory)
    made.open()
    ms = (time.perf_counter() - began) * 1000
    _open_one.append(made)
    return _memory(), ms


def _ask(work: str, query: Query, clock: str) -> tuple[float, int]:
    made, now = _open_one[0], CLOCKS[clock]
    question, ask = made.question(query), getattr(made, work)
    began = now()
    found = ask(question)
    ms = (now() - began) * 1000
    return ms, found.total if isinstance(found, Answer) else 0


def committed(
    directories: dict[str, Path], corpus: Corpus, counts: Sequence[int], repetitions: int
) -> dict[int, dict[str, list[float]]]:
    """Milliseconds until so many new documents can be found, in a copy of each index: count → engine → repetitions."""
    names = list(directories)
    found: dict[int, dict[str, list[float]]] = {count: {name: [] for name in names} for count in counts}
    start = 0
    with ExitStack() as stack:
        processes = {name: stack.enter_context(alone()) for name in names}
        for name in names:
            copy = directories[name].with_name(directories[name].name + "-commits")
            shutil.copytree(directories[name], copy)
            stack.callback(shutil.rmtree, copy)
            processes[name].submit(_open, name, copy).result()
        for count in counts:
            for repetition in range(repetitions):
                documents = corpus.later(start, count)
                some = [prepared(corpus.size + start + n, document) for n, document in enumerate(documents)]
                start += count
                for name in _turned(names, repetition):
                    found[count][name].append(processes[name].submit(_commit, some).result())
    return found


def _commit(some: Sequence[Prepared]) -> float:
    """Milliseconds that it takes; looks that all can be found. Raises RuntimeError."""
    made = _open_one[0]
    every = Question("all documents", Query()).full
    before = _full(made, every).total
    began = time.perf_counter()
    made.replace(some)
    ms = (time.perf_counter() - began) * 1000
    after = _full(made, every).total
    replaced = some[0].document.article.title.endswith(CORRECTED)
    if after != before + (0 if replaced else len(some)):
        raise RuntimeError(f"of {before} documents and {len(some)} more {after} can be found")
    return ms


def opened(directories: dict[str, Path]) -> dict[str, Contender]:
    """The engines, opened in this process, searchsvc's first."""
    made = {name: contender(name, directories[name]) for name in CONTENDERS if name in directories}
    for one in made.values():
        one.open()
    return made
