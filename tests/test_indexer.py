"""Every record ends as indexed, unchanged or rejected, whatever readers, workers and engines do meanwhile."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from searchsvc import indexer
from searchsvc import workers as processes
from searchsvc.archives import Options, Record, Rejection
from searchsvc.article import Location
from searchsvc.document import Document, Entities, make_document, to_json
from searchsvc.engines import Engine, open_engine
from searchsvc.engines.whoosh import inverting
from searchsvc.entities.tagged import TaggedExtractor
from searchsvc.errors import Locked, StoreError
from searchsvc.indexer import Report, catch_up, index, rebuild, reextract
from searchsvc.query import Query
from searchsvc.store import Store
from searchsvc.workers import Unchanged

Made = Callable[..., Document]


class Archive:
    """A directory of JSON Lines files, a store and an engine."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.directory = home / "archive"
        self.directory.mkdir()
        self.store = Store(home / "index", create=True)
        self.engine: Engine = open_engine(home / "index", self.store.get)

    def write(self, name: str, *articles: dict[str, Any] | str) -> Path:
        path = self.directory / name
        lines = (a if isinstance(a, str) else json.dumps(a) for a in articles)
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return path

    def index(self, **options: Any) -> Report:
        options.setdefault("workers", 0)
        rejected: list[Rejection] = []
        report = index(
            [str(self.directory)], self.store, self.engine, options=Options(), rejected=rejected.append, **options
        )  # fmt: skip
        assert report.read == report.indexed + report.unchanged + report.rejected
        assert report.rejected == len(rejected) == sum(report.reasons.values())
        assert report.rejections == rejected[:100]
        self.check()
        return report

    def check(self) -> None:
        """Store and engine are whole and say the same."""
        assert self.store.behind(self.engine.position) == 0
        assert self.engine.search(Query()).total == len(self.store)
        assert [*self.store.faults(), *self.engine.faults()] == []

    def found(self, q: str) -> int:
        return self.engine.search(Query(q)).total


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    made = Archive(tmp_path)
    yield made
    made.engine.close()
    made.store.close()


def article(number: int, title: str = "", **more: Any) -> dict[str, Any]:
    return {
        "id": f"a{number}", "title": title or f"Report {number}", "text": f"unique{number}x river in Kenya",
        "source": "Gazette", "date": "2016-04-28", **more,
    }  # fmt: skip


def numbers(report: Report) -> tuple[int, int, int, int, int]:
    return report.read, report.added, report.replaced, report.unchanged, report.rejected


def test_a_run_and_its_rerun(archive: Archive) -> None:
    archive.write("one.jsonl", *(article(n) for n in range(20)))
    archive.write("two.jsonl", *(article(n) for n in range(20, 25)))
    assert numbers(archive.index()) == (25, 25, 0, 0, 0)
    generation = archive.engine.generation
    assert archive.found("unique7x") == 1
    assert archive.found("countries:KE") == 25
    assert numbers(archive.index()) == (25, 0, 0, 25, 0)
    assert archive.engine.generation == generation, "nothing new, nothing written"


def test_what_cannot_be_taken_is_told_with_its_place(archive: Archive) -> None:
    path = archive.write(
        "one.jsonl", article(1), "{not json", json.dumps({"id": "x", "title": "", "text": ""}), article(2),
        article(3, date="2016-99-99"),
    )  # fmt: skip
    report = archive.index()
    assert report.rejected >= 2
    assert {r.location.path for r in report.rejections} == {str(path)}
    assert [r.location.ordinal for r in report.rejections][:2] == [2, 3]
    lines = path.read_bytes().splitlines(keepends=True)
    assert [r.location.offset for r in report.rejections][:2] == [len(lines[0]), len(lines[0] + lines[1])]
    assert report.reasons["empty_article"] == 1
    again = archive.index()
    assert (again.rejected, again.unchanged) == (report.rejected, report.indexed)


def test_a_changed_article_is_replaced(archive: Archive) -> None:
    archive.write("one.jsonl", article(1), article(2))
    archive.index()
    archive.write("one.jsonl", article(1, title="Corrected"), article(2))
    assert numbers(archive.index()) == (2, 0, 1, 1, 0)
    assert archive.found("corrected") == 1
    assert archive.found('"Report 1"') == 0


@pytest.mark.parametrize("batch", [1, 2, 500])
def test_of_two_records_of_one_article_the_later_wins(
    archive: Archive, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexer, "BATCH", batch)
    url = "https://example.org/a"
    archive.write(
        "one.jsonl", article(1, "First", url=url), article(2), article(3, "Second", url=f"{url}?utm_source=x")
    )
    archive.write("two.jsonl", article(1, "First", url=url), article(4, "Third", url=url))
    report = archive.index()
    assert report.read == 5
    assert len(archive.store) == 2
    assert archive.found("third") == 1
    assert archive.found("first OR second") == 0
    for _ in range(2):
        assert numbers(archive.index()) == (5, 0, 0, 5, 0)
        assert archive.found("third") == 1


def test_cumulative_dumps_do_not_bring_an_old_version_back(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """monday.jsonl has A; tuesday.jsonl has A again; wednesday.jsonl has it corrected."""
    monkeypatch.setattr(indexer, "BATCH", 1)
    archive.write("1-monday.jsonl", article(1, "Old"), article(2))
    archive.write("2-tuesday.jsonl", article(2), article(1, "Old"))
    archive.write("3-wednesday.jsonl", article(1, "Corrected"))
    assert numbers(archive.index()) == (5, 2, 1, 2, 0)
    for _ in range(2):
        assert numbers(archive.index()) == (5, 0, 0, 5, 0)
        assert archive.found("corrected") == 1


def test_a_reader_that_fails_ends_its_file_not_the_run(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.write("1.jsonl", article(1))
    broken = archive.write("2.jsonl", article(2), article(3))
    archive.write("3.jsonl", article(4))
    plain = indexer.archive_records

    def failing(path: str, *more: Any, **named: Any) -> Iterator[Any]:
        for number, item in enumerate(plain(path, *more, **named)):
            if path == str(broken) and number == 1:
                raise RuntimeError("a fault of the reader")
            yield item

    monkeypatch.setattr(indexer, "archive_records", failing)
    report = archive.index()
    assert numbers(report) == (4, 3, 0, 0, 1)
    (rejection,) = report.rejections
    assert (rejection.code, rejection.location.path) == ("reader_failed", str(broken))
    assert "a fault of the reader" in rejection.reason
    assert (report.files, report.files_done) == (3, 3)


class Bomb(bytes):
    """Bytes that end the process which unpickles them."""

    def __reduce__(self) -> Any:
        return os._exit, (1,)


def test_a_worker_that_dies_costs_the_record_that_killed_it(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    bombs = [0, 21, 22]
    monkeypatch.setattr(processes, "_CHUNK_RECORDS", 16)
    path = archive.write("one.jsonl", *(article(n) for n in range(64)))
    plain = indexer.archive_records

    def armed(path: str, *more: Any, **named: Any) -> Iterator[Any]:
        for number, item in enumerate(plain(path, *more, **named)):
            assert not isinstance(item, Rejection)
            name, record = item
            yield name, Record(record.location, Bomb(record.raw), record.context) if number in bombs else record

    monkeypatch.setattr(indexer, "archive_records", armed)
    report = archive.index(workers=2)
    assert numbers(report) == (64, 61, 0, 0, 3)
    assert [(r.code, r.location.ordinal) for r in report.rejections] == [("reader_died", n + 1) for n in bombs]
    assert {r.location.path for r in report.rejections} == {str(path)}
    for number in (*bombs, 1, 63):
        assert archive.found(f"unique{number}x") == (number not in bombs)


def test_workers_give_what_one_process_gives(archive: Archive) -> None:
    archive.write("one.jsonl", *(article(n, people="Jane Roe") for n in range(150)), "{broken", article(200))
    report = archive.index(workers=2)
    assert numbers(report) == (152, 151, 0, 0, 1)
    held = [document for _, document in archive.store.after(0, 1000)]
    assert [d.article.archive_id for d in held] == [f"a{n}" for n in (*range(150), 200)], "in the order of the archive"
    assert numbers(archive.index(workers=0)) == (152, 0, 0, 151, 1)


@pytest.mark.parametrize("workers", [0, 2])
def test_an_interrupt_keeps_what_was_read(archive: Archive, workers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.write("one.jsonl", *(article(n) for n in range(30)))
    plain = indexer.archive_records

    def interrupted(path: str, *more: Any, **named: Any) -> Iterator[Any]:
        for number, item in enumerate(plain(path, *more, **named)):
            if number == 20:
                raise KeyboardInterrupt
            yield item

    monkeypatch.setattr(indexer, "archive_records", interrupted)
    monkeypatch.setattr(processes, "_CHUNK_RECORDS", 4)
    with pytest.raises(KeyboardInterrupt):
        archive.index(workers=workers)
    kept = len(archive.store)
    assert kept == 20 if workers == 0 else kept <= 20  # what workers still hold comes with the next run
    monkeypatch.setattr(indexer, "archive_records", plain)
    assert numbers(archive.index()) == (30, 30 - kept, 0, kept, 0)
    with archive.store.writing():  # the right to write was given back
        pass


def test_an_interrupt_while_documents_become_searchable(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.write("one.jsonl", *(article(n) for n in range(10)))

    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(type(archive.engine), "publish", interrupt)
        with pytest.raises(KeyboardInterrupt):
            archive.index()
    assert (len(archive.store), archive.found("river")) == (10, 0)
    assert numbers(archive.index()) == (10, 0, 0, 10, 0), "the run catches up first"
    assert archive.found("river") == 10


def poison(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    plain = inverting.texts

    def texts(document: Document) -> dict[str, str]:
        if word in document.article.title:
            raise ValueError("no engine can take this")
        return plain(document)

    monkeypatch.setattr(inverting, "texts", texts)


def test_a_document_the_engine_cannot_take_is_rejected_and_leaves_the_store(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison(monkeypatch, "POISON")
    archive.write("one.jsonl", article(1), article(2, "POISON"), article(3))
    report = archive.index()
    assert numbers(report) == (3, 2, 0, 0, 1)
    (rejection,) = report.rejections
    assert (rejection.code, rejection.location.ordinal) == ("not_indexable", 2)
    assert "no engine can take this" in rejection.reason
    assert len(archive.store) == 2
    assert numbers(archive.index()) == (3, 0, 0, 2, 1)


def test_a_poison_left_by_an_earlier_run_is_accounted_for(
    archive: Archive, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison(monkeypatch, "POISON")
    archive.store.put([made(1, "POISON"), made(2, "fine")])
    archive.write("one.jsonl", article(1))
    assert numbers(archive.index()) == (2, 1, 0, 0, 1)
    assert len(archive.store) == 2


def test_a_replacing_poison_is_accounted_for(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.write("one.jsonl", article(1), article(2))
    archive.index()
    poison(monkeypatch, "POISON")
    archive.write("one.jsonl", article(1, "POISON"), article(2))
    assert numbers(archive.index()) == (2, 0, 0, 1, 1)


def test_a_date_that_is_none_never_stops_the_line(archive: Archive, made: Made) -> None:
    """A document that an older version let into the store."""
    archive.store.put([made(1, at="2016-13"), made(2, "fine")])
    refused: list[str] = []
    assert catch_up(archive.store, archive.engine, refuse=lambda id_, reason: refused.append(id_)) == 1
    assert refused == [made(1).id]
    archive.check()


def test_catch_up_in_helpings(archive: Archive, made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexer, "PUBLISH_EVERY", 5)
    archive.store.put([made(n, "river") for n in range(23)])
    left: list[int] = []
    assert catch_up(archive.store, archive.engine, left.append) == 23
    assert left == [23, 18, 13, 8]
    assert catch_up(archive.store, archive.engine) == 0
    archive.check()


def test_rebuild(archive: Archive, made: Made) -> None:
    archive.store.put([made(n, "river") for n in range(5)])
    catch_up(archive.store, archive.engine)
    for n in range(3):
        archive.store.put([made(n, "replaced")])
        catch_up(archive.store, archive.engine)
    assert rebuild(archive.store, archive.engine) == 5
    archive.check()
    assert (archive.found("river"), archive.found("replaced")) == (2, 3)


def test_one_run_at_a_time(archive: Archive) -> None:
    archive.write("one.jsonl", article(1))
    with Store(archive.home / "index").writing(), pytest.raises(Locked):
        archive.index()


def test_a_store_that_fails_ends_the_run_and_the_next_completes_it(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.write("one.jsonl", *(article(n) for n in range(10)))

    def full(self: Store, documents: Any) -> Any:
        raise StoreError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "put", full)
        with pytest.raises(StoreError):
            archive.index()
    assert numbers(archive.index()) == (10, 10, 0, 0, 0)


def test_our_own_documents_are_loaded_as_they_are(archive: Archive, made: Made) -> None:
    one = make_document(made(1, "River", "Kenya", source="Wire", archive_id="7").article, made(1).entities, "made/1")
    bad = to_json(make_document(made(2, "Bad", archive_id="8").article, made(2).entities, "made/1"))
    bad["people"] = [{"key": "K", "label": "K", "aliases": [], "mentions": [[0, 999]], "title_mentions": []}]
    undated = {**to_json(one), "published_at": "2016-13", "date_precision": "month", "archive_id": "9"}
    lines = [json.dumps({"format": "searchsvc/1", **form}) for form in (to_json(one), bad, undated)]
    archive.write("extracted.jsonl", *lines)
    report = archive.index()
    assert numbers(report) == (3, 1, 0, 0, 2)
    assert [r.code for r in report.rejections] == ["bad_document", "bad_date"]
    assert archive.found("river") == 1
    assert archive.found("countries:KE") == 0, "no entity was looked for"


def test_progress_is_told_and_the_identity_holds_at_every_step(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexer, "BATCH", 3)
    monkeypatch.setattr(indexer, "PUBLISH_EVERY", 6)
    archive.write("one.jsonl", *(article(n) for n in range(20)), "{broken")
    seen: list[str] = []

    def progress(report: Report, doing: str) -> None:
        assert report.read == report.indexed + report.unchanged + report.rejected
        seen.append(doing)

    archive.index(progress=progress)
    assert any("searchable" in doing for doing in seen)
    assert seen.count("reading") >= 6


def test_an_unchanged_outcome_that_was_overtaken_is_made_after_all(archive: Archive, made: Made) -> None:
    """A worker found A held; by the time its answer is taken, B has replaced it: A comes later in the archive."""
    a, b = made(1, "A", location=Location("f", 9)), made(1, "B", location=Location("f", 5))
    first = made(1, "A", location=Location("f", 0))
    archive.store.put([first])
    report = Report()
    line = indexer._Line(archive.store, archive.engine, report, lambda *_: None, lambda _: None, 0.0)
    line.take(b)
    line.take(Unchanged(a.id, a.source_hash, a.article.location, again=lambda: a))
    line.flush()
    assert archive.store.document(a.id).article.title == "A"
    assert report.read == report.indexed + report.unchanged == 2


@pytest.mark.parametrize("workers", [0, 1])
def test_entities_are_found_anew_where_another_version_looked(
    archive: Archive, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = {n: f"President Barack Obama met Angela Merkel in Paris on day {n}." for n in range(7)}
    archive.write("a.jsonl", *({"id": n, "title": f"Talks {n}", "text": text} for n, text in texts.items()))
    archive.index()
    current = list(archive.store.get(archive.store.ids(archive.store.last)).values())
    assert all("Barack Obama" in {e.key for e in d.entities.people} for d in current)
    assert reextract(archive.store, archive.engine, workers=workers) == 0, "all are of this version"
    old = [replace(d, entities=Entities(), entities_version="old/1") for d in current[:5]]
    archive.store.put(old)
    catch_up(archive.store, archive.engine)
    assert archive.found("people:obama") == 2
    told: list[int] = []
    monkeypatch.setattr(indexer, "BATCH", 2)
    assert reextract(archive.store, archive.engine, workers=workers, progress=told.append) == 5
    assert told == [2, 4]
    assert archive.found("people:obama") == 7
    assert {d.id: d for d in archive.store.get(d.id for d in current).values()} == {d.id: d for d in current}
    archive.check()
    assert archive.index().unchanged == 7, "a rerun of the archive knows them"


def test_what_an_extractor_fails_on_stays_as_it_is(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.write("a.jsonl", *({"id": n, "title": f"Talks {n}", "text": "Barack Obama spoke."} for n in range(3)))
    archive.index()
    current = list(archive.store.get(archive.store.ids(archive.store.last)).values())
    archive.store.put([replace(d, entities=Entities(), entities_version="old/1") for d in current])
    plain = TaggedExtractor.extract

    def extract(self: Any, title: str, text: str) -> Any:
        if title == "Talks 1":
            raise ValueError("odd")
        return plain(self, title, text)

    monkeypatch.setattr(TaggedExtractor, "extract", extract)
    refused: dict[str, str] = {}
    assert reextract(archive.store, archive.engine, workers=0, refuse=refused.__setitem__) == 2
    (id_,) = (d.id for d in current if d.article.title == "Talks 1")
    assert list(refused) == [id_]
    assert "odd" in refused[id_]
    assert archive.store.document(id_).entities_version == "old/1"
    assert archive.found("people:obama") == 2


def test_what_a_killed_run_left_goes_though_there_is_nothing_to_do(archive: Archive) -> None:
    index = archive.home / "index"
    archive.write("a.jsonl", {"title": "River", "text": "The river rose."})
    archive.index()
    left = [index / "rebuild-left", index / "generations" / "new-left"]
    for folder in left:
        folder.mkdir()
        (folder / "half").write_bytes(b"half")
    archive.index()
    assert not any(folder.exists() for folder in left)
