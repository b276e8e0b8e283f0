"""Nothing is opened that is not what was written; a publish is there or is not; the state before is always left."""

from __future__ import annotations

import os
import pickle
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from whoosh.filedb.filestore import FileStorage

from searchsvc.document import Document
from searchsvc.engines import open_engine
from searchsvc.engines.whoosh import arrays, dictionary, generations, postings, writing
from searchsvc.engines.whoosh.generations import CURRENT, KEPT, MANIFEST, Generations, Manifest
from searchsvc.errors import IndexCorrupt
from searchsvc.indexer import catch_up, rebuild
from searchsvc.query import FacetRequest, Query
from searchsvc.store import Store

Made = Callable[..., Document]


@pytest.fixture(autouse=True)
def nothing_verified() -> None:
    """As a new process: no sum is remembered."""
    generations._verified.clear()


def fill(shelf: Any, made: Made, count: int = 2) -> None:
    """Generations 1 to `count`; generation n holds n documents with the word river."""
    for n in range(1, count + 1):
        shelf.publish(made(n, "river", f"unique{n} vote", people=["Jane Roe"], at="2016-04-28"))


def folder(shelf: Any, number: int) -> Path:
    return Path(shelf.directory) / generations.FOLDER / f"{number:06}"


def found(engine: Any) -> int:
    return int(engine.search(Query("river")).total)


def copied(path: Path) -> None:
    """Make a file of a generation its own, no link to that of another generation."""
    data = path.read_bytes()
    path.unlink()
    path.write_bytes(data)


class Opened(Exception):
    """Whoosh or the columns were asked to open a damaged generation."""


@pytest.fixture
def sealed(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """`sealed(folder)`: from here on nothing in that folder may be opened but to sum it."""

    def seal(where: Path) -> None:
        plain, read = FileStorage.open_file, arrays.read

        def open_file(self: Any, name: str, **kwargs: Any) -> Any:
            if Path(self.folder) == where:
                raise Opened(name)
            return plain(self, name, **kwargs)

        def arrays_read(path: Path) -> Any:
            if path.parent == where:
                raise Opened(path)
            return read(path)

        monkeypatch.setattr(FileStorage, "open_file", open_file)
        monkeypatch.setattr(arrays, "read", arrays_read)

    return seal


# Damage


def test_any_flip_or_cut_is_found_before_anything_is_opened(
    shelf: Any, made: Made, sealed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(shelf, made)
    newest, chance = folder(shelf, 2), random.Random(5)
    files = sorted(newest.iterdir())
    for path in files:
        copied(path)
    assert {path.suffix for path in files} >= {".toc", ".postings", ".json"}
    sealed(newest)
    tried = 0
    for path in files:
        whole = path.read_bytes()
        damages = [whole[:-1], whole[: len(whole) // 2], b"", whole + b"\0"]
        for bit in {0, len(whole) * 8 - 1, *(chance.randrange(len(whole) * 8) for _ in range(18))}:
            damages.append(whole[: bit // 8] + bytes([whole[bit // 8] ^ 1 << bit % 8]) + whole[bit // 8 + 1 :])
        for damage in damages:
            path.write_bytes(damage)
            generations._verified.clear()
            look = Generations(shelf.directory)
            manifest = look.newest()
            assert manifest is not None
            assert (manifest.number, set(look.passed_over)) == (1, {"000002"}), path.name
            tried += 1
        path.write_bytes(whole)
    assert tried > 100
    generations._verified.clear()
    assert Generations(shelf.directory).newest().number == 2  # type: ignore[union-attr]


def test_a_damaged_newest_generation_is_passed_over_and_told(shelf: Any, made: Made, sealed: Any) -> None:
    fill(shelf, made, 3)
    path = next(folder(shelf, 3).glob("*.toc"))
    path.write_bytes(path.read_bytes()[:-3])
    sealed(folder(shelf, 3))
    other = shelf.another()
    assert (other.generation, other.position, found(other)) == ("000002", 2, 2)
    assert set(other.damaged) == {"000003"}
    assert path.name in other.damaged["000003"]
    assert any(path.name in fault for fault in other.faults())
    # It is written past, and what it lacked comes again.
    other.publish([shelf.documents[made(3).id]], 3)
    assert (other.generation, found(other)) == ("000004", 3)
    assert list(other.faults()) == []
    other.close()


class Hostile:
    """A pickle that leaves a file behind when it is loaded."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> Any:
        return open, (str(self.target), "w")


def test_a_hostile_pickle_is_never_run(shelf: Any, made: Made, tmp_path: Path) -> None:
    fill(shelf, made)
    ran = tmp_path / "ran"
    bomb = pickle.dumps(Hostile(ran))
    for path in sorted(folder(shelf, 2).iterdir()):
        copied(path)
        whole = path.read_bytes()
        for data in (bomb, whole[:12] + bomb, whole + bomb, bomb + whole):
            path.write_bytes(data)
            generations._verified.clear()
            other = shelf.another()
            assert other.generation == "000001"
            assert found(other) == 1
            list(other.faults())
            other.close()
            assert not ran.exists(), path.name
        path.write_bytes(whole)
    pickle.loads(bomb).close()
    assert ran.exists(), "the bomb is live"


def test_no_good_generation_leaves_an_empty_engine_that_the_store_fills(tmp_path: Path, made: Made) -> None:
    store = Store(tmp_path, create=True)
    store.put([made(n, "river", f"unique{n}") for n in range(7)])
    engine = open_engine(tmp_path, store.get)
    catch_up(store, engine)
    engine.close()
    for path in (tmp_path / generations.FOLDER).rglob("*.toc"):
        path.write_bytes(b"")
    generations._verified.clear()
    engine = open_engine(tmp_path, store.get)
    assert (engine.position, engine.generation, found(engine)) == (0, "", 0)
    assert engine.damaged
    assert catch_up(store, engine) == 7
    assert found(engine) == 7
    assert list(engine.faults()) == []
    engine.close()


def test_a_file_too_many_or_too_few_is_refused(shelf: Any, made: Made) -> None:
    fill(shelf, made)
    look = Generations(shelf.directory)
    extra = folder(shelf, 2) / "articles_x.toc"
    extra.write_bytes(b"")
    with pytest.raises(IndexCorrupt, match=r"articles_x\.toc"):
        look.verified("000002")
    extra.unlink()
    look.verified("000002")
    gone = next(folder(shelf, 2).glob("columns-*"))
    gone.unlink()
    with pytest.raises(IndexCorrupt, match=gone.name):
        look.verified("000002")


def test_a_link_in_place_of_a_file_is_refused(shelf: Any, made: Made, tmp_path: Path) -> None:
    fill(shelf, made)
    path = next(folder(shelf, 2).glob("*.postings"))
    shutil.copy(path, tmp_path / "elsewhere")
    path.unlink()
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(IndexCorrupt):
        Generations(shelf.directory).verified("000002")


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777, 0o720, 0o702])
def test_a_directory_that_others_may_write_to_is_refused(shelf: Any, made: Made, sealed: Any, mode: int) -> None:
    fill(shelf, made)
    folder(shelf, 2).chmod(mode)
    sealed(folder(shelf, 2))
    other = shelf.another()
    assert other.generation == "000001"
    assert "written by others" in other.damaged["000002"]
    other.close()


def test_a_generation_is_its_owners_alone(shelf: Any, made: Made) -> None:
    fill(shelf, made)
    old = os.umask(0)
    try:
        shelf.publish(made("open", "river"))
    finally:
        os.umask(old)
    for number in (1, 2, 3):
        assert folder(shelf, number).stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_another_users_directory_is_refused(shelf: Any, made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(shelf, made)
    os.chown(folder(shelf, 2), 4711, 4711)
    assert shelf.another().generation == "000001"
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    assert Generations(shelf.directory).verified("000002").number == 2


def test_a_directory_that_is_a_link_is_refused(shelf: Any, made: Made, tmp_path: Path) -> None:
    fill(shelf, made)
    shutil.move(folder(shelf, 2), tmp_path / "moved")
    folder(shelf, 2).symlink_to(tmp_path / "moved")
    with pytest.raises(IndexCorrupt, match="not a directory"):
        Generations(shelf.directory).verified("000002")


def test_a_generation_under_another_name_is_refused(shelf: Any, made: Made) -> None:
    fill(shelf, made)
    shutil.copytree(folder(shelf, 1), folder(shelf, 7))
    with pytest.raises(IndexCorrupt, match="of generation 1"):
        Generations(shelf.directory).verified("000007")


@pytest.mark.parametrize("current", [b"", b"\xff\xfe", b"000099\n", b"00000x\n", b"../../etc\n", b"000000\n", b"1\n"])
def test_a_damaged_current_leaves_the_newest_good_one(shelf: Any, made: Made, current: bytes) -> None:
    fill(shelf, made, 3)
    (folder(shelf, 3).parent / CURRENT).write_bytes(current)
    other = shelf.another()
    assert other.generation == "000003"
    other.publish([made(4, "river")], 4)
    assert (folder(shelf, 4).parent / CURRENT).read_text() == "000004\n"
    other.close()


def test_another_format_is_built_anew_from_the_store(
    tmp_path: Path, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path, create=True)
    store.put([made(n, "river") for n in range(3)])
    engine = open_engine(tmp_path, store.get)
    catch_up(store, engine)
    engine.close()
    monkeypatch.setattr(generations, "FORMAT", generations.FORMAT + 1)
    engine = open_engine(tmp_path, store.get)
    assert engine.position == 0
    assert "format" in engine.damaged["000001"]
    assert catch_up(store, engine) == 3
    assert (engine.generation, found(engine)) == ("000002", 3)
    engine.close()


# Publishing


def test_old_generations_are_pruned(shelf: Any, made: Made) -> None:
    fill(shelf, made, 6)
    names = Generations(shelf.directory).names()
    assert names == ["000006", "000005", "000004"]
    assert len(names) == KEPT + 1
    assert sorted(p.name for p in folder(shelf, 6).parent.iterdir()) == [*sorted(names), CURRENT]


def test_names_are_numbers_past_a_million(shelf: Any, made: Made) -> None:
    fill(shelf, made)
    root = folder(shelf, 2).parent
    manifest = Generations(shelf.directory).manifest("000002")
    shutil.copytree(folder(shelf, 2), root / "999999")
    generations._write_manifest(
        root / "999999" / MANIFEST, Manifest(999_999, 2, 2, manifest.segments, manifest.files)
    )  # fmt: skip
    (root / CURRENT).write_text("999999\n")
    other = shelf.another()
    assert other.generation == "999999"
    for n in (3, 4):
        other.publish([made(n, "river")], n)
    assert (other.generation, found(other)) == ("1000001", 4)
    assert Generations(shelf.directory).names() == ["1000001", "1000000", "999999"]
    assert shelf.another().generation == "1000001"
    other.close()


def test_a_reader_of_a_pruned_generation_still_answers(shelf: Any, made: Made) -> None:
    fill(shelf, made)
    reader = shelf.another()
    for n in range(3, 9):
        shelf.publish(made(n, "river", f"unique{n} vote"))
    assert not folder(shelf, 2).exists()
    assert reader.generation == "000002"
    assert found(reader) == 2
    assert reader.search(Query('"unique2 vote" OR uniq*')).total == 2
    assert reader.refresh()
    assert found(reader) == 8
    reader.close()


def test_another_engine_sees_a_publish_when_it_looks(shelf: Any, made: Made) -> None:
    reader = shelf.another()
    assert not reader.refresh()
    fill(shelf, made, 1)
    assert found(reader) == 0
    assert reader.refresh()
    assert not reader.refresh()
    assert (found(reader), reader.position, reader.generation) == (1, 1, "000001")
    reader.close()


def test_one_that_is_open_for_long_answers_as_one_that_is_opened_now(shelf: Any, made: Made) -> None:
    """What is in no article any more, the old spelling of a source and a language, changes nothing."""
    shelf.publish(*(made(n, "river", "Votes counted", source="wire", language="de" if n else "en") for n in range(9)))
    chosen = Query("").plus("source", "wire")
    assert shelf.engine.search(chosen).total == 9
    shelf.publish(*(made(n, "river", "Votes counted", source="Wire", language="en") for n in range(9)))
    new = shelf.another()
    for query in (
        replace(chosen, facets=(FacetRequest("source"), FacetRequest("language"))),
        Query("", facets=(FacetRequest("source"),)),
        Query('"votes counted"'),
        Query("vot* counted~"),
        Query("").plus("source", "WIRE"),
        Query("").excluding("source", "wire"),
    ):
        mine, its = shelf.engine.search(query), new.search(query)
        assert (mine.total, mine.hits, mine.facets) == (its.total, its.hits, its.facets)
    assert shelf.engine.search(chosen).total == 9
    assert shelf.engine._opened.snapshot.languages == ("en",)


def test_another_process_sees_a_publish(shelf: Any, made: Made) -> None:
    fill(shelf, made, 3)
    code = (
        "import sys; from pathlib import Path\n"
        "from searchsvc.engines import open_engine; from searchsvc.query import Query\n"
        "print(open_engine(Path(sys.argv[1]), lambda ids: {}).search(Query('river')).total)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(shelf.directory)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "3"


class Stopped(BaseException):
    """The process was killed here; nothing may catch it and clean up."""


#: Everything that a publish does to the disk, step by step.
STEPS: list[tuple[Any, str]] = [
    (os, "fsync"), (Path, "rename"), (Path, "write_text"), (Path, "write_bytes"), (Path, "hardlink_to"),
    (arrays, "write"), (writing, "_write_segment"), (writing, "_write_toc"), (shutil, "rmtree"),
]  # fmt: skip


class Steps:
    """Counts the steps, and stops before or after one of them."""

    def __init__(self, last: int, kind: type[BaseException], after: bool) -> None:
        self.last, self.kind, self.after = last, kind, after
        self.met = 0

    def counted(self, plain: Callable[..., Any]) -> Callable[..., Any]:
        def step(*args: Any, **kwargs: Any) -> Any:
            self.met += 1
            here = self.met == self.last
            if here and not self.after:
                raise self.kind("stopped")
            result = plain(*args, **kwargs)
            if here:
                raise self.kind("stopped")
            return result

        return step


@pytest.mark.parametrize("after", [False, True], ids=["before the step", "after the step"])
@pytest.mark.parametrize("kind", [Stopped, OSError])
def test_a_publish_stopped_at_any_step_leaves_the_old_state_or_the_new(
    made: Made, shelf_in: Any, tmp_path: Path, kind: type[BaseException], after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kill, not a power cut: nothing has to reach the disk, so that syncing is only counted."""
    monkeypatch.setattr(dictionary, "LASTING", 1)  # written anew by each publish
    template = shelf_in(tmp_path)
    fill(template, made, 4)
    template.engine.close()
    counted = 0
    for number in range(200):
        directory = tmp_path / str(number)
        shutil.copytree(tmp_path / generations.FOLDER, directory / generations.FOLDER)
        shelf = shelf_in(directory)
        shelf.position = 4
        steps = Steps(number + 1, kind, after)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, "fsync", lambda descriptor: None)
            for owner, name in STEPS:
                patch.setattr(owner, name, steps.counted(getattr(owner, name)))
            with suppress(kind):
                shelf.publish(made(2, "river", "unique2 new"), made(5, "river", "unique5"))
        stopped = steps.met > number
        generations._verified.clear()
        other = shelf.another()  # the next process
        state = (found(other), other.search(Query("new")).total)
        assert state in ((4, 0), (5, 1)), f"step {number + 1}"
        assert other.position == {4: 4, 5: 6}[state[0]]
        assert list(other.faults()) == []
        other.publish([made(2, "river", "unique2 new"), made(5, "river", "unique5"), made(6, "river")], 7)
        assert (found(other), other.position) == (6, 7)
        assert list(other.faults()) == []
        assert not list((directory / generations.FOLDER).glob("new-*"))
        other.close()
        shelf.engine.close()
        shutil.rmtree(directory)
        if not stopped:
            break
        counted = number + 1
    assert counted > 20, "every step was met"
    assert counted < 199


def test_a_rebuild_that_is_killed_leaves_the_old_state_and_no_litter(tmp_path: Path, made: Made) -> None:
    store = Store(tmp_path, create=True)
    store.put([made(n, "river") for n in range(5)])
    engine = open_engine(tmp_path, store.get)
    catch_up(store, engine)
    (tmp_path / "rebuild-killed" / "generations").mkdir(parents=True)

    def killed() -> None:
        with engine.rebuilt() as fresh:
            fresh.publish([made(1, "river")], 1)
            raise Stopped

    with pytest.raises(Stopped):
        killed()
    assert found(engine) == 5
    assert not list(tmp_path.glob("rebuild-*"))
    store.remove([made(1).id])
    assert rebuild(store, engine) == 4
    assert (found(engine), engine.generation) == (4, "000002")
    assert list(engine.faults()) == []
    assert not list(tmp_path.glob("rebuild-*"))
    engine.close()


def test_a_manifest_tells_what_the_generation_is(shelf: Any, made: Made) -> None:
    fill(shelf, made, 3)
    shelf.publish(made(1, "replaced"))
    manifest = Generations(shelf.directory).verified("000004")
    assert (manifest.number, manifest.position, manifest.documents) == (4, 4, 3)
    head, _, body = (folder(shelf, 4) / MANIFEST).read_bytes().partition(b"\n")
    assert len(head) == 64
    assert set(orjson.loads(body)["files"]) | {MANIFEST} == {p.name for p in folder(shelf, 4).iterdir()}


def test_files_that_did_not_change_are_links(shelf: Any, made: Made) -> None:
    fill(shelf, made, 3)
    one, two = (
        {p.name: p.stat().st_ino for p in folder(shelf, n).iterdir() if p.suffix not in (".toc", ".json")}
        for n in (2, 3)
    )
    assert one.items() <= two.items()


def test_the_check_walks_what_the_sums_cannot_know(shelf: Any, made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    """A generation that is exactly what was written, and was written wrong."""
    plain = postings.write

    def write(path: Path, ids: Any, fields: Any, words: Any) -> None:
        plain(path, ids, {**fields, "text": replace(fields["text"], lengths=fields["text"].lengths + 1)}, words)

    monkeypatch.setattr(postings, "write", write)
    fill(shelf, made, 2)
    assert any("lengths" in fault for fault in shelf.engine.faults())
