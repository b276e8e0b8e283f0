"""The service keeps up with what other processes publish, and finishes what a killed run left undone."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from searchsvc import service as service_module
from searchsvc.document import Document
from searchsvc.engines import open_engine
from searchsvc.errors import CursorGone, StoreError
from searchsvc.indexer import catch_up
from searchsvc.query import Query
from searchsvc.service import Service
from searchsvc.store import Store

Made = Callable[..., Document]

PUBLISH = """
import sys
from pathlib import Path
from searchsvc.article import Article
from searchsvc.document import Document
from searchsvc.engines import open_engine
from searchsvc.indexer import catch_up
from searchsvc.store import Store
directory = Path(sys.argv[1])
store = Store(directory)
engine = open_engine(directory, store.get)
sys.stdin.readline()
with store.writing():
    store.put([Document(f"{n:020x}", Article("from another process", "river")) for n in range(3)])
    catch_up(store, engine)
    print("published", flush=True)
"""


@pytest.fixture
def directory(tmp_path: Path, made: Made, index_of: Callable[..., Path]) -> Path:
    """An index of five articles."""
    return index_of(tmp_path, [made(n, f"Report {n}", "river", people=["Jane Roe"], at=f"201{n}") for n in range(5)])


@pytest.fixture
def service(directory: Path) -> Iterator[Service]:
    made = Service(directory)
    yield made
    made.close()


def until(true: Callable[[], bool], seconds: float) -> float:
    """Seconds until it was true."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, "it did not happen in time"
        time.sleep(0.01)
    return time.monotonic() - began


def found(service: Service) -> int:
    return service.engine.search(Query("river")).total


def test_a_publish_by_another_process_is_served_within_two_seconds(service: Service) -> None:
    service.watch()
    other = subprocess.Popen(
        [sys.executable, "-c", PUBLISH, str(service.directory)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert other.stdin
    assert other.stdout
    other.stdin.write("go\n")
    other.stdin.flush()
    assert other.stdout.readline() == "published\n"
    until(lambda: found(service) == 8, 2.0)
    other.communicate()
    assert other.returncode == 0
    assert service.behind == 0


def test_what_a_killed_run_left_is_made_searchable(
    service: Service, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.store.put([made("left", "left behind", "river")])
    assert service.behind == 1
    monkeypatch.setattr(service_module, "CATCH_UP_EVERY", 0.1)
    service.watch()
    until(lambda: found(service) == 6, 30.0)
    until(lambda: service.behind == 0, 1.0)


def test_an_article_that_came_anew_and_is_not_searchable_yet_is_no_fault(service: Service, made: Made) -> None:
    (id_, *_) = service.engine.ids()
    (document,) = service.store.get([id_]).values()
    service.store.put([replace(document, article=replace(document.article, title="Corrected"))])
    assert service.behind == 1
    assert list(service.faults()) == []
    service.store.remove([id_])
    assert [fault for fault in service.faults() if "found and not stored" in fault] == [
        f"article {id_} is found and not stored"
    ]


def test_nothing_is_started_while_somebody_writes(
    service: Service, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Any] = []
    monkeypatch.setattr(subprocess, "Popen", lambda *args, **kwargs: started.append(args))
    service.store.put([made("left", "left behind", "river")])
    with Store(service.directory).writing():
        service._catch_up()
    assert started == []
    service._catch_up()
    assert len(started) == 1
    assert started[0][0][1:5] == ["-m", "searchsvc.cli", "rebuild", "--missing"]
    service._catching_up = None


def test_nothing_is_started_where_nothing_is_missing(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "Popen", None)
    service._catch_up()


def test_the_watch_survives_a_look_that_fails(
    service: Service, made: Made, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    plain, failures = service.engine.refresh, [OSError("gone for a moment"), StoreError("away")]

    def refresh() -> bool:
        if failures:
            raise failures.pop()
        return plain()

    monkeypatch.setattr(service.engine, "refresh", refresh)
    monkeypatch.setattr(service_module, "LOOK_EVERY", 0.01)
    service.watch()
    until(lambda: not failures, 5.0)
    store = Store(service.directory)
    store.put([made("new", "new", "river")])
    engine = open_engine(service.directory, store.get)
    catch_up(store, engine)
    engine.close()
    store.close()
    until(lambda: found(service) == 6, 5.0)
    assert sum("could not be refreshed" in record.message for record in caplog.records) == 2


def test_a_watch_that_does_not_catch_up(service: Service, made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of several processes over one index one catches up; the others take up what it publishes."""
    looks: list[None] = []
    plain = service.engine.refresh
    monkeypatch.setattr(service.engine, "refresh", lambda: looks.append(None) or plain())
    monkeypatch.setattr(service, "_catch_up", lambda: pytest.fail("it catches up"))
    monkeypatch.setattr(service_module, "CATCH_UP_EVERY", 0.0)
    monkeypatch.setattr(service_module, "LOOK_EVERY", 0.01)
    service.store.put([made("left", "left behind", "river")])
    service.watch(catch_up=False)
    until(lambda: len(looks) > 5, 5.0)
    assert service.behind == 1


def test_a_cursor_of_a_generation_that_another_process_took_up_first(service: Service, made: Made) -> None:
    store = Store(service.directory)
    store.put([made("new", "new", "river")])
    engine = open_engine(service.directory, store.get)
    catch_up(store, engine)
    query = Query("river", page_size=4, cursor="*")
    cursor = engine.search(query).next_cursor
    with pytest.raises(CursorGone):
        service.engine.search(replace(query, cursor=cursor))
    assert len(service.search(replace(query, cursor=cursor)).hits) == 2
    engine.close()
    store.close()
    data = json.loads(base64.urlsafe_b64decode(str(cursor) + "=="))
    gone = base64.urlsafe_b64encode(json.dumps({**data, "g": "gone"}).encode()).decode().rstrip("=")
    with pytest.raises(CursorGone):
        service.search(replace(query, cursor=gone))


def test_closing_ends_the_watch(service: Service) -> None:
    service.watch()
    service.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "watch"]


def test_stats(service: Service, made: Made) -> None:
    service.store.put([made("undated", "unsearchable yet")])
    stats = service.stats()
    assert (stats["documents"], stats["not_searchable_yet"], stats["generation"]) == (6, 1, "000001")
    assert (stats["first_date"], stats["last_date"], stats["without_date"]) == ("2010", "2014", 0)
    assert stats["fields"]["people"] == {
        "distinct": 1, "missing": 0, "top": [{"value": "Jane Roe", "label": "Jane Roe", "count": 5}],
    }  # fmt: skip
    assert stats["bytes"]["store"] > 0
    assert stats["bytes"]["index"] > 0
    assert stats["damaged"] == {}


def test_no_index_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="searchsvc index"):
        Service(tmp_path)
