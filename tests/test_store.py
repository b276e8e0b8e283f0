"""What `put` has taken stays: over reruns, kills, full disks, readers beside it and bits that flip."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from searchsvc import store as store_module
from searchsvc.article import Location
from searchsvc.document import Document
from searchsvc.errors import Locked, NotFound, StoreError
from searchsvc.store import NAME, Store, Stored

Made = Callable[..., Document]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path, create=True)


def at(document: Document, offset: int, path: str = "dump.jsonl") -> Document:
    """The document as it stands at another place of an archive."""
    return replace(document, article=replace(document.article, location=Location(path, offset)))


def in_another_process(code: str, *arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=60, check=False, **options
    )  # type: ignore[call-overload, no-any-return]


def test_put_and_get(store: Store, made: Made) -> None:
    one, two = made(1, "One"), made(2, "Two")
    assert store.put([one, two]) == Stored(added=2)
    assert store.get([two.id, "00" * 10, one.id]) == {one.id: one, two.id: two}
    assert store.document(one.id) == one
    with pytest.raises(NotFound):
        store.document("00" * 10)
    assert (len(store), store.last, store.behind(0), store.behind(1), store.behind(2)) == (2, 2, 2, 1, 0)
    assert store.after(0, 10) == [(1, one), (2, two)]
    assert store.after(1, 10) == [(2, two)]
    assert store.after(0, 1) == [(1, one)]
    place = one.article.location
    assert store.holds(one.id, one.source_hash, place)
    assert not store.holds(one.id, two.source_hash, place)


def test_more_ids_than_sqlite_takes_at_once(store: Store, made: Made) -> None:
    documents = [made(number) for number in range(1200)]
    store.put(documents)
    assert len(store.get(d.id for d in documents)) == 1200


def test_a_document_read_before_is_not_read_as_it_was(store: Store, made: Made) -> None:
    """Documents that are kept decoded: another version, by this process or another, is another document."""
    one, two = made(1, "One"), made(2, "Two")
    store.put([one, two])
    assert store.get([one.id]) == {one.id: one}
    assert store.get([one.id])[one.id] is store.get([one.id])[one.id]
    changed = made(1, "One", "another text")
    store.put([changed])
    assert store.get([one.id, two.id]) == {one.id: changed, two.id: two}
    other = Store(store.path.parent)
    other.put([one])
    assert store.get([two.id, one.id]) == {one.id: one, two.id: two}
    other.remove([two.id])
    assert store.get([one.id, two.id]) == {one.id: one}


def test_the_documents_kept_decoded_are_bounded(tmp_path: Path, made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "MOST_DECODED", 100_000)
    store = Store(tmp_path, create=True)
    documents = [made(number, "Title", "word " * (100 * number)) for number in range(40)]
    store.put(documents)
    for document in [*documents, *documents[::-1]]:
        assert store.get([document.id]) == {document.id: document}
        assert store._decoded._bytes <= 100_000
    assert 2 < len(store._decoded._documents) < 40
    assert store._decoded._bytes == sum(size for _, size in store._decoded._documents.values())


def test_a_replaced_document_is_a_change(store: Store, made: Made) -> None:
    store.put([made(1, "Old"), made(2)])
    assert store.put([made(1, "New"), made(2)]) == Stored(replaced=1, unchanged=1)
    assert [(seq, d.article.title) for seq, d in store.after(0, 9)] == [(2, ""), (3, "New")]
    assert (len(store), store.behind(2)) == (2, 1)


def test_the_later_in_a_batch_wins(store: Store, made: Made) -> None:
    assert store.put([made(1, "A"), made(1, "B")]) == Stored(added=1, replaced=1)
    assert store.document(made(1).id).article.title == "B"


@pytest.mark.parametrize("titles", ["AB", "ABC", "ABA", "ABAB", "AAB", "ABBA", "AABAB"])
@pytest.mark.parametrize("files", ["111111", "123456", "112233", "122333"])
@pytest.mark.parametrize("at_once", [True, False])
def test_a_rerun_over_versions_of_one_article_changes_nothing(
    store: Store, made: Made, titles: str, files: str, at_once: bool
) -> None:
    pairs = zip(titles, files, strict=False)
    versions = [at(made(1, title), offset, file) for offset, (title, file) in enumerate(pairs)]
    if at_once:
        store.put(versions)
    else:
        for version in versions:  # as the indexer does: what is held is not put again
            if not store.holds(version.id, version.source_hash, version.article.location):
                store.put([version])
    assert store.document(made(1).id).article.title == titles[-1]
    last = store.last
    for _ in range(2):
        for version in versions:  # in batches of their own, too
            assert store.put([version]) == Stored(unchanged=1)
        assert store.put(versions) == Stored(unchanged=len(versions))
    assert store.last == last
    assert store.document(made(1).id).article.title == titles[-1]


def test_a_corrected_article_at_its_old_place_replaces(store: Store, made: Made) -> None:
    store.put([at(made(1, "Old"), 5)])
    assert store.put([at(made(1, "Corrected"), 5)]) == Stored(replaced=1)
    assert store.put([at(made(1, "Old"), 5)]) == Stored(replaced=1), "and back: it was not superseded by another record"


def test_the_later_record_wins_when_the_earlier_is_corrected(store: Store, made: Made) -> None:
    store.put([at(made(1, "A"), 0), at(made(1, "B"), 9)])
    corrected = [at(made(1, "A2"), 0), at(made(1, "B"), 9)]
    store.put(corrected)
    assert store.document(made(1).id).article.title == "B"
    assert store.put(corrected) == Stored(unchanged=2)


def test_removed_documents_are_gone_and_may_come_again(store: Store, made: Made) -> None:
    store.put([made(1), made(2)])
    store.remove([made(1).id])
    assert len(store) == 1
    assert store.put([made(1)]) == Stored(added=1)
    assert store.last == 3, "a number is never used twice"


def test_a_batch_is_taken_whole_or_not_at_all(store: Store, made: Made) -> None:
    def failing() -> object:
        yield made(1)
        raise RuntimeError("reader")

    with pytest.raises(RuntimeError, match="reader"):
        store.put(failing())  # type: ignore[arg-type]
    assert len(store) == 0
    with pytest.raises(TypeError):
        store.put([made(2), made(3, "lone \ud800")])
    assert store.put([made(1)]) == Stored(added=1)


def test_documents_survive_a_process_that_ends_at_once(tmp_path: Path) -> None:
    code = """
import os, sys
from pathlib import Path
from searchsvc.article import Article
from searchsvc.document import Document
from searchsvc.store import Store
store = Store(Path(sys.argv[1]), create=True)
store.put([Document(f"{n:020x}", Article(str(n))) for n in range(50)])
store.database.connection.execute("BEGIN IMMEDIATE")
store.database.connection.execute("DELETE FROM documents")
os._exit(9)
"""
    assert in_another_process(code, str(tmp_path)).returncode == 9
    store = Store(tmp_path)
    assert len(store) == 50
    assert list(store.faults()) == []
    assert store.database.connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert store.database.connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


FILL = """
import sys
from pathlib import Path
from searchsvc.article import Article
from searchsvc.document import Document
from searchsvc.errors import StoreError
from searchsvc.store import Store
import random
store = Store(Path(sys.argv[1]), create=True)
noise = random.Random(1)
taken = 0
while taken < 100_000:
    batch = [Document(f"{n:020x}", Article(str(n), noise.randbytes(2000).hex())) for n in range(taken, taken + 20)]
    try:
        store.put(batch)
    except StoreError as error:
        assert "nothing of this batch was taken" in error.message
        assert len(store) == taken, (len(store), taken)
        assert store.document(f"{0:020x}").article.title == "0"
        print(taken)
        sys.exit(7)
    taken += 20
"""


def _small_files() -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))


def test_a_full_disk_takes_nothing_of_the_batch(tmp_path: Path, made: Made) -> None:
    done = in_another_process(FILL, str(tmp_path), preexec_fn=_small_files)
    assert done.returncode == 7, done.stderr
    store = Store(tmp_path)
    assert len(store) == int(done.stdout) > 0
    assert list(store.faults()) == []
    assert store.put([made("there is room again")]) == Stored(added=1)


def test_readers_beside_a_writer_see_whole_batches(store: Store, made: Made) -> None:
    stop, seen, wrong = threading.Event(), [], []

    def read() -> None:
        try:
            while not stop.is_set():
                count = len(store)
                news = store.after(0, 10_000)
                if count % 10 or len(news) % 10 or len(news) < count:
                    wrong.append((count, len(news)))
                seen.append(count)
        except Exception as error:
            wrong.append(error)
        finally:
            store.close()

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for batch in range(15):
        store.put([made(batch * 10 + n) for n in range(10)])
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert seen


def test_one_writes(store: Store, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from searchsvc.store import Store\n"
        "from searchsvc.errors import Locked\n"
        "try:\n with Store(Path(sys.argv[1])).writing(): pass\n"
        "except Locked: sys.exit(5)"
    )
    with store.writing():
        assert in_another_process(code, str(tmp_path)).returncode == 5
        with pytest.raises(Locked), Store(tmp_path).writing():
            pass
    assert in_another_process(code, str(tmp_path)).returncode == 0


def test_a_short_look_at_the_lock_stops_no_writer(store: Store, tmp_path: Path) -> None:
    holding, other = threading.Event(), Store(tmp_path)

    def look() -> None:
        with other.writing():
            holding.set()
            threading.Event().wait(0.04)

    thread = threading.Thread(target=look)
    thread.start()
    holding.wait()
    with store.writing():
        pass
    thread.join()


def test_no_index_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="searchsvc index"):
        Store(tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()


def test_another_layout_is_refused(store: Store, tmp_path: Path) -> None:
    store.database.connection.execute("PRAGMA user_version=99")
    with pytest.raises(StoreError, match="layout 99"):
        Store(tmp_path)
    with pytest.raises(StoreError, match="layout 99"):
        Store(tmp_path, create=True)


@pytest.mark.parametrize("content", [b"not a database " * 100, b"\x00" * 5000])
def test_a_file_that_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / NAME).write_bytes(content)
    with pytest.raises(StoreError):
        Store(tmp_path)


def filled(tmp_path: Path, made: Made) -> Path:
    noise = random.Random(3)
    store = Store(tmp_path, create=True)
    store.put([made(n, str(n), noise.randbytes(600).hex()) for n in range(60)])
    store.database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return tmp_path / NAME


@pytest.mark.parametrize("seed", range(12))
def test_damage_is_an_error_or_found_by_the_check(tmp_path: Path, made: Made, seed: int) -> None:
    path = filled(tmp_path, made)
    store = Store(tmp_path)
    whole = {document.article.title: document for _, document in store.after(0, 1000)}
    store.close()
    data, chance = bytearray(path.read_bytes()), random.Random(seed)
    if seed % 3 == 2:
        del data[chance.randrange(1000, len(data)) :]
    else:
        place = chance.randrange(4096, len(data) - 4096)
        data[place : place + 40] = chance.randbytes(40)
    path.write_bytes(bytes(data))
    told, read = [], {}
    try:
        store = Store(tmp_path)
        told += store.faults()
        read = {document.article.title: document for _, document in store.after(0, 1000)}
    except StoreError as error:
        told.append(error.message)
    assert told or read == whole, "damage where something is stored is told; elsewhere it changes nothing"


def test_the_check_finds_a_changed_body(store: Store, made: Made) -> None:
    store.put([made(1, "One"), made(2, "Two"), made(3, "Three")])
    ((body,),) = store.database.read("SELECT body FROM documents WHERE seq=2", ())
    forged = zlib.compress(zlib.decompress(body).replace(b"Two", b"Owt"))
    store.database.connection.execute("UPDATE documents SET body=? WHERE seq=2", (forged,))
    (fault,) = store.faults()
    assert made(2).id in fault
    flipped = bytearray(body)
    flipped[len(body) // 2] ^= 4
    store.database.connection.execute("UPDATE documents SET body=? WHERE seq=2", (bytes(flipped),))
    (fault,) = store.faults()
    assert made(2).id in fault
    with pytest.raises(StoreError, match="searchsvc check"):
        store.document(made(2).id)
    assert store.document(made(3).id).article.title == "Three"


def test_importing_and_reading_write_nothing(tmp_path: Path, made: Made) -> None:
    path = filled(tmp_path, made)
    before = path.read_bytes()
    store = Store(tmp_path)
    store.get([made(1).id])
    store.close()
    assert path.read_bytes() == before
    assert sorted(os.listdir(tmp_path)) == [NAME]
