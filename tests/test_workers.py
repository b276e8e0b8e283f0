"""Records that hang, eat memory or kill their process cost themselves alone, in bounded time."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from searchsvc import workers
from searchsvc.archives import Options, Record, Rejection
from searchsvc.article import Location
from searchsvc.document import Document
from searchsvc.entities import DEFAULT
from searchsvc.workers import Worker, Workers, _within

#: A reader that does what its record says; the worker processes load it because this environment variable names it.
TROUBLE = """
import os, signal, time
from searchsvc import archives, workers
from searchsvc.article import Article

class Trouble:
    name = "trouble"
    suffixes = (".trouble",)
    def article(self, record, options):
        what = record.raw.decode()
        if what == "hang":
            while True: time.sleep(0.01)
        if what == "hang in C":
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM]); time.sleep(60)
        if what == "memory":
            return bytearray(workers.RECORD_BYTES * 2)
        if what == "die":
            os._exit(9)
        return Article(title=what, text="All is well.")

archives.READERS._made["trouble"] = Trouble()
workers.RECORD_SECONDS, workers._GRACE = 0.5, 3.0
"""


@pytest.fixture
def trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader, here and (through sitecustomize's like, a .pth of its own) in every process that is spawned."""
    (tmp_path / "searchsvc_trouble.py").write_text(TROUBLE)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(workers, "_start", started)
    monkeypatch.setattr(workers, "_GRACE", 3.0)
    monkeypatch.setattr(workers, "RECORD_SECONDS", 0.5)


def started(options: Options, name: str, known: Path | None) -> None:
    """What a worker runs first, with the reader of this test."""
    import searchsvc_trouble  # type: ignore[import-not-found]  # noqa: F401

    real_start(options, name, known)


real_start = workers._start


def outcomes(*whats: str) -> list[object]:
    records = [("trouble", Record(Location("f", n, n + 1), what.encode())) for n, what in enumerate(whats)]
    with Workers(Options({}), DEFAULT, None, 2) as pool:
        return list(pool.outcomes(iter(records)))


@pytest.mark.parametrize(
    "what, code",
    [("hang", "too_slow"), ("hang in C", "too_slow"), ("memory", "too_much_memory"), ("die", "reader_died")],
)
def test_one_bad_record_costs_one_record(trouble: None, what: str, code: str) -> None:
    began = time.monotonic()
    found = outcomes("first", what, "last")
    assert time.monotonic() - began < 30
    assert [type(outcome) for outcome in found] == [Document, Rejection, Document]
    bad = found[1]
    assert isinstance(bad, Rejection)
    assert (bad.code, bad.location.ordinal) == (code, 2)


def test_computing_counts_and_waiting_a_little_does_not() -> None:
    def busy() -> None:
        while True:
            pass

    with _within(0.2):
        time.sleep(0.3)
    with pytest.raises(workers.TooSlow), _within(0.2):
        busy()


def test_the_clock_reaches_through_a_broad_except() -> None:
    def stubborn() -> None:
        while True:
            try:
                time.sleep(0.01)
            except Exception:
                continue

    began = time.monotonic()
    with pytest.raises(workers.TooSlow), _within(0.2):
        stubborn()
    assert time.monotonic() - began < 2


def test_a_few_plain_records_start_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object) -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr(Workers, "_submit", none)
    raw = json.dumps({"title": "One", "text": "Here."}).encode()
    with Workers(Options({}), DEFAULT, None, 2) as pool:
        (outcome,) = pool.outcomes(iter([("JSON Lines", Record(Location("f"), raw))]))
    assert isinstance(outcome, Document)


def test_a_worker_without_a_store_looks_nothing_up() -> None:
    from searchsvc.entities import extractor

    worker = Worker(Options({}), extractor(), None)
    assert isinstance(worker.outcome("Plain text", Record(Location("f"), b"A title\n\nAnd a text.")), Document)
