"""kill -9 at random moments of an index run: the service opens, nothing acknowledged is missing, a rerun completes.

`--kills N` sets how often; 20 in every run, more at night.
"""

from __future__ import annotations

import json
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from searchsvc.engines import open_engine
from searchsvc.indexer import catch_up
from searchsvc.query import Query
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
        in_progress += run.wait() == -signal.SIGKILL
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
    assert in_progress >= kills // 3, "most runs were over before their kill: nothing was tested"
    assert start(source, index).wait() == 0
    assert len(acknowledged(index)) == ARTICLES
    store = Store(index)
    engine = open_engine(index, store.get)
    assert engine.search(Query()).total == ARTICLES
    assert not [*store.faults(), *engine.faults()]
