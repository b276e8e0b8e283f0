"""kill -9 at random moments of a run: the service opens, nothing acknowledged is missing, a rerun completes.

Of an index run, and of one that decides on people or takes that back. `--kills N` sets how often; 20 in every run,
more at night.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from searchsvc.document import Document
from searchsvc.engines import open_engine
from searchsvc.indexer import catch_up
from searchsvc.query import Query
from searchsvc.service import Service
from searchsvc.store import NAME, Store

ARTICLES = 600
# Small batches and generations, so that every step of the write line is met by some kill.
RUN = """
import sys, searchsvc.indexer as indexer
indexer.BATCH, indexer.PUBLISH_EVERY = 20, 60
from searchsvc.cli import main
sys.exit(main(["index", sys.argv[1], "--index", sys.argv[2], "--quiet", "--workers", "0"]))
"""


def archive(path: Path) -> None:
    """Articles of words drawn by a seed of its own, each with a word that no other has."""
    words = random.Random(7)
    with path.open("w", encoding="utf-8") as file:
        for number in range(ARTICLES):
            text = " ".join(
                words.choices(["river", "vote", "Paris", "talks", "budget", "Kenya", "court", "rain"], k=40)
            )
            article = {"id": str(number), "title": f"Report {number}", "text": f"unique{number}x {text}"}
            file.write(json.dumps({**article, "source": "Gazette", "date": f"2016-0{number % 9 + 1}-11"}) + "\n")


def acknowledged(index: Path) -> set[str]:
    """The ids that the store has committed, read beside the run."""
    if not (index / NAME).exists():
        return set()
    connection = sqlite3.connect(f"file:{index / NAME}?mode=ro", uri=True)
    try:
        return {id_ for (id_,) in connection.execute("SELECT id FROM documents")}
    except sqlite3.OperationalError:  # the tables are not there yet
        return set()
    finally:
        connection.close()


def left_over(index: Path) -> list[str]:
    """The names of what has no business in an index directory when nobody writes."""
    whole = re.compile(r"articles\.db(-wal|-shm)?|writer\.lock|generations(/(CURRENT|\d{6,}))?")
    names = [path.relative_to(index).as_posix() for path in (*index.glob("*"), *index.glob("generations/*"))]
    return [name for name in names if not whole.fullmatch(name)]


def start(source: Path, index: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", RUN, str(source), str(index)])


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("kill") / "archive.jsonl"
    archive(path)
    return path


def test_killed_runs_lose_nothing(source: Path, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    kills = pytestconfig.getoption("--kills")
    began = time.monotonic()
    assert start(source, tmp_path / "whole").wait() == 0
    whole = time.monotonic() - began
    moments = random.Random(kills)
    index = tmp_path / "index"
    in_progress = 0
    for number in range(kills):
        if len(acknowledged(index)) == ARTICLES:  # this one is done, another begins
            index = tmp_path / f"index{number}"
        run = start(source, index)
        time.sleep(moments.uniform(0.2, 1.0) * whole)
        before = acknowledged(index)
        run.send_signal(signal.SIGKILL)
        killed = run.wait() == -signal.SIGKILL
        in_progress += killed
        whole *= 1 if killed else 0.8  # the first run may have had a busier machine
        kept = acknowledged(index)
        assert before <= kept, "an acknowledged article is gone from the store"
        if not (index / NAME).exists():
            continue
        store = Store(index, create=True)
        engine = open_engine(index, store.get)  # opens whatever the kill left
        found = engine.search(Query(page_size=200)).total
        assert found <= len(kept)
        with store.writing():  # the lock went with the process
            catch_up(store, engine)
        assert engine.search(Query()).total == len(kept) == len(store)
        for id_ in sorted(kept)[:: max(1, len(kept) // 5)]:
            word = store.document(id_).article.text.split()[0]
            assert [hit.document.id for hit in engine.search(Query(q=word)).hits] == [id_]
        assert not [*store.faults(), *engine.faults()]
        engine.close()
        store.close()
        assert left_over(index) == []
    assert in_progress >= kills // 3, "most runs were over before their kill: nothing was tested"
    assert start(source, index).wait() == 0
    assert len(acknowledged(index)) == ARTICLES
    store = Store(index)
    engine = open_engine(index, store.get)
    assert engine.search(Query()).total == ARTICLES
    assert not [*store.faults(), *engine.faults()]


# As above; says when it begins, for to start takes longer than to decide.
DECIDE = """
import sys, searchsvc.indexer as indexer
from searchsvc import commands, engines, identities, progress, store
indexer.PUBLISH_EVERY = 3
from searchsvc.cli import main
print("begun", flush=True)
sys.exit(main(["reconcile", "--quiet", "--index", *sys.argv[1:]]))
"""
HARBOUR = ("Harbour Board", "Lantern Bay Port", "Pilots' Guild", "Quay Fund", "Tug Union")
NAMES = (
    "Amabel Trist", "Amabel R. Trist", "Amabel Trsit", "AMABEL TRIST", "Trist", "Oto Vane", "Otto Vane",
    "Person1 Other1",
)  # fmt: skip
Found = dict[str, tuple[str, ...]]


def people(made: Callable[..., Document]) -> Iterable[Document]:
    """An Amabel Trist under five names, and an Oto Vane whom a pin calls by a name that no article has."""

    def article(name: str, person: str, day: int, *bodies: str) -> Document:
        at = f"2019-03-{day:02}"
        return made(name, "News", f"{person} spoke.", at=at, people=[person], organisations=bodies, said_by=[person])

    for number in range(250):
        yield article(f"crowd {number}", f"Person{number} Other{number}", 1 + number % 28, f"Body {number % 9}")
    for number in range(60):
        yield article(f"trist {number}", "Amabel Trist", 1 + number % 28, *HARBOUR)
    for form in ("Amabel R. Trist", "AMABEL TRIST", "Trist"):
        for number in range(3):
            yield article(f"{form} {number}", form, 5 + number, *HARBOUR)
    yield article("slip", "Amabel Trsit", 5, *HARBOUR)
    for number in range(6):
        yield article(f"vane {number}", "Oto Vane", 1 + number, "Choir Union")


def answers(index: Path) -> Found:
    """Which articles a filter by each name finds, and what the service says is wrong. Nobody catches up."""
    service = Service(index)
    try:
        assert list(service.faults()) == []
        found: Found = {}
        for name in NAMES:
            for field in ("people", "said_by"):
                query = Query(page_size=100, highlight=False).plus(field, name)
                hits = service.search(service.meant(query)).hits
                found[f"{field}={name}"] = tuple(sorted(hit.document.id for hit in hits))
        return found
    finally:
        service.close()


def decide(index: Path, *arguments: str) -> subprocess.Popen[bytes]:
    run = subprocess.Popen([sys.executable, "-c", DECIDE, str(index), *arguments], stdout=subprocess.PIPE)
    assert run.stdout is not None
    assert run.stdout.readline() == b"begun\n"
    return run


def test_runs_that_decide_on_people_may_be_killed(
    tmp_path: Path,
    made: Callable[..., Document],
    index_of: Callable[[Path, Iterable[Document]], Path],
    pytestconfig: pytest.Config,
) -> None:
    kills = pytestconfig.getoption("--kills")
    pins = tmp_path / "pins.tsv"
    pins.write_text("same\tOto Vane\tOtto Vane\n", "utf-8")
    index = index_of(tmp_path / "index", people(made))
    written = answers(index)
    whole = shutil.copytree(index, tmp_path / "whole")
    began = time.monotonic()
    with decide(whole, "--pins", str(pins)) as run:
        assert run.wait() == 0
    duration = time.monotonic() - began
    decided = answers(whole)
    assert [len(decided[f"people={name}"]) for name in NAMES] == [70, 70, 70, 70, 0, 6, 6, 1]
    assert [len(written[f"people={name}"]) for name in NAMES] == [60, 3, 1, 3, 3, 6, 0, 1]
    moments = random.Random(kills)
    in_progress = 0
    seen = []
    for number in range(kills):
        begun, over, arguments = written, decided, ["--pins", str(pins)]
        if number // 5 % 2:  # some times the one, some times the other: also over what an earlier kill left
            begun, over, arguments = decided, written, ["--undo"]
        with decide(index, *arguments) as run:
            time.sleep(moments.uniform(0.0, 1.0) * duration)
            run.send_signal(signal.SIGKILL)
            killed = run.wait() == -signal.SIGKILL
        in_progress += killed
        duration *= 1 if killed else 0.8
        now = answers(index)
        assert now in (begun, over), {key: (len(now[key]), len(begun[key]), len(over[key])) for key in now}
        seen.append(now == over)
        if number % 5 == 4 or moments.random() < 0.3:
            with decide(index, *arguments) as run:
                assert run.wait() == 0
            assert answers(index) == over
            assert left_over(index) == []
    assert in_progress >= kills // 3, "most runs were over before their kill: nothing was tested"
