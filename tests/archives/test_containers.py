"""Is every file of a ZIP or tar read like a file of a folder, within limits, and does damage cost one member?"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import random
import stat
import struct
import subprocess
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard

from searchsvc.archives import READERS, Options, Rejection, archive_records, containers
from searchsvc.article import Article
from searchsvc.errors import BadRecord

LINE = b'{"title": "Title %d", "text": "Text."}\n'


def page(title: str) -> bytes:
    return f"<!DOCTYPE html><html><title>{title}</title><body><p>Some text of the page {title}.</p></html>".encode()


FILES = {
    "a/page.html": page("Page"),
    "a/lines.jsonl": LINE % 1 + LINE % 2,
    "b/text.txt": b"A headline\n\nAnd a text that goes on.",
    "b/packed.jsonl.gz": gzip.compress(LINE % 3),
}
TITLES = ["Page", "Title 1", "Title 2", "A headline", "Title 3"]

Read = tuple[list[str], list[tuple[str, str]]]


def read(path: Path) -> Read:
    """The titles, and (code, path behind the file's own) of what was rejected."""
    titles, rejected = [], []
    for item in archive_records(str(path), Options()):
        if isinstance(item, Rejection):
            rejected.append((item.code, item.location.path.removeprefix(str(path))))
            continue
        name, record = item
        try:
            article = READERS[name].article(record, Options())
        except BadRecord as error:
            rejected.append((error.code, record.location.path.removeprefix(str(path))))
        else:
            assert isinstance(article, Article)
            titles.append(article.title)
    return titles, rejected


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED, **how: Any) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method, **how) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(files: dict[str, bytes], format: int = tarfile.PAX_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=format) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def streamed_zip(files: dict[str, bytes]) -> bytes:
    """As written to a pipe: the sizes come behind the members."""

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: int) -> int:
            raise io.UnsupportedOperation

        def tell(self) -> int:
            raise io.UnsupportedOperation

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return pipe.getvalue()


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "name, content",
    [
        ("a.zip", zipped(FILES)),
        ("stored.zip", zipped(FILES, zipfile.ZIP_STORED)),
        ("bzip2.zip", zipped(FILES, zipfile.ZIP_BZIP2)),
        ("pipe.zip", streamed_zip(FILES)),
        ("prefixed.zip", zipped(FILES)),
        ("no-name", zipped(FILES)),
        ("a.zip.gz", gzip.compress(zipped(FILES))),
        ("a.zip.zst", zstandard.compress(zipped(FILES))),
        ("a.tar", tarred(FILES)),
        ("ustar.tar", tarred(FILES, tarfile.USTAR_FORMAT)),
        ("gnu.tar", tarred(FILES, tarfile.GNU_FORMAT)),
        ("a.tar.gz", gzip.compress(tarred(FILES))),
        ("a.tar.bz2", bz2.compress(tarred(FILES))),
        ("a.tar.xz", lzma.compress(tarred(FILES))),
        ("a.tar.zst", zstandard.compress(tarred(FILES))),
        ("a.tar.gz.zst", zstandard.compress(gzip.compress(tarred(FILES)))),
        ("nested.zip", zipped({"inner.tar": tarred(FILES)})),
        ("nested.tar", tarred({"inner.zip": zipped(FILES)})),
        ("nested.tgz", gzip.compress(tarred({"inner.tar.xz": lzma.compress(tarred(FILES))}))),
    ],
)
def test_members(tmp_path: Path, name: str, content: bytes) -> None:
    assert read(write(tmp_path / name, content)) == (TITLES, [])


@pytest.mark.parametrize(
    "name, content",
    [
        ("a.jsonl.zst", zstandard.compress(LINE % 1)),
        ("a.jsonl.zst", zstandard.compress(LINE % 0) + zstandard.compress(LINE % 1)),
        ("a.jsonl.bz2", bz2.compress(LINE % 1)),
        ("a.jsonl.xz", lzma.compress(LINE % 1)),
        ("a.jsonl.gz.zst", zstandard.compress(gzip.compress(LINE % 1))),
        ("a.jsonl.gz.gz", gzip.compress(gzip.compress(LINE % 1))),
        ("padded.bz2", bz2.compress(LINE % 1) + bytes(500)),
    ],
)
def test_compressions(tmp_path: Path, name: str, content: bytes) -> None:
    titles, rejected = read(write(tmp_path / name, content))
    assert titles[-1:] == ["Title 1"]
    assert rejected == []


def noise(count: int) -> bytes:
    chance = random.Random(7)
    return b"".join(
        b'{"title": "Title %d", "text": "%s"}\n' % (n, chance.randbytes(300).hex().encode()) for n in range(count)
    )


@pytest.mark.parametrize("kind", ["gzip", "bzip2", "xz", "zstd"])
def test_cut_and_changed(tmp_path: Path, kind: str) -> None:
    packers: dict[str, Callable[[bytes], bytes]] = {
        "gzip": gzip.compress,
        "bzip2": lambda raw: bz2.compress(raw, 1),
        "xz": lzma.compress,
        "zstd": zstandard.ZstdCompressor(write_checksum=True).compress,
    }
    pack = packers[kind]
    packed = pack(noise(3_000))
    for step in range(1, 20):
        size = len(packed) * step // 20
        titles, rejected = read(write(tmp_path / "cut", packed[:size]))
        assert titles == [f"Title {n}" for n in range(len(titles))]
        assert [code for code, _ in rejected] == [f"truncated_{kind}"]
    changed = packed[: len(packed) // 2] + b"\0" * 40 + packed[len(packed) // 2 + 40 :]
    titles, rejected = read(write(tmp_path / "changed", changed))
    assert rejected[-1][0] == f"bad_{kind}"
    assert read(write(tmp_path / "behind", packed + b"garbage garbage"))[1] == [(f"bad_{kind}", "")]


@pytest.mark.parametrize("name", ["a.tar", "a.zip", "pipe.zip", "stored.zip", "a.tar.gz", "nested.zip", "a.tar.zst"])
def test_cut_containers(tmp_path: Path, name: str) -> None:
    """Cut at 50 places: the members before are kept, and that there is a cut is told once."""
    files = {f"{n}.html": page(f"{n} {random.Random(n).randbytes(400).hex()}") for n in range(6)}
    content = {
        "a.tar": tarred(files), "a.zip": zipped(files), "pipe.zip": streamed_zip(files), "a.tar.gz":
        gzip.compress(tarred(files)), "stored.zip": zipped(files, 0), "nested.zip": zipped({"x.tar": tarred(files)}),
        "a.tar.zst": zstandard.compress(tarred(files)),
    }[name]  # fmt: skip
    end = content.rstrip(b"\0") if name == "a.tar" else content
    before = 0
    for step in range(1, 51):
        titles, rejected = read(write(tmp_path / name, content[: len(end) * step // 51]))
        assert [title.split()[0] for title in titles] == [str(n) for n in range(len(titles))]
        assert len(rejected) == 1, (step, rejected)
        assert len(titles) >= before
        before = len(titles)
    assert before >= (5 if "zst" not in name and name != "nested.zip" else 0)


def test_passed_over(tmp_path: Path) -> None:
    names = (
        "README.md", "a/LICENSE", ".git/config", "__MACOSX/._page.html", "a/.hidden", "css/a.css", "a/b.JPG", "x.cdxj",
    )  # fmt: skip
    files = dict.fromkeys(names, b"x")
    for name, content in (("a.zip", zipped(files)), ("a.tar", tarred(files))):
        reasons = []
        path = write(tmp_path / name, content)
        assert list(archive_records(str(path), Options(), lambda found: reasons.append(found.reason))) == []  # noqa: B023
        assert reasons == [
            "about the archive", "about the archive", "hidden", "hidden", "hidden", "part of a saved page",
            "part of a saved page", "index of a web archive",
        ]  # fmt: skip


def test_places(tmp_path: Path) -> None:
    path = write(tmp_path / "dump.zip", zipped({"a/b.tar": tarred({"c.jsonl": LINE % 1 + LINE % 2})}))
    places = [item[1].location for item in archive_records(str(path), Options()) if not isinstance(item, Rejection)]
    assert [place.path for place in places] == [f"{path}!/a/b.tar!/c.jsonl"] * 2
    assert [(place.offset, place.ordinal) for place in places] == [(0, 1), (len(LINE % 1), 2)]


@pytest.mark.parametrize(
    "name", ["../../etc/x.html", "/abs/y.html", "a\\..\\b.html", "C:evil.html", "n" * 300 + ".html"]
)
def test_names_are_only_names(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for file, content in (("a.zip", zipped({name: page("Page")})), ("a.tar", tarred({name: page("Page")}))):
        assert read(write(tmp_path / file, content)) == (["Page"], [])
    assert sorted(os.listdir(tmp_path)) == ["a.tar", "a.zip", "in"]
    assert os.listdir(folder) == []


def test_odd_names(tmp_path: Path) -> None:
    content = zipped({"ab\u0085\u202ec.html": page("Page")}).replace(b"ab", b"\xff\n")
    (item,) = archive_records(str(write(tmp_path / "a.zip", content)), Options())
    assert not isinstance(item, Rejection)
    item[1].location.path.encode()
    assert "\n" not in item[1].location.path
    assert "\u202e" not in item[1].location.path


def special_zip(mode: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("1.html", page("One"))
        info = zipfile.ZipInfo("link.html")
        info.create_system = 3
        info.external_attr = mode << 16
        archive.writestr(info, "/etc/passwd")
        archive.writestr("2.html", page("Two"))
    return buffer.getvalue()


@pytest.mark.parametrize("mode", [stat.S_IFLNK | 0o777, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK])
def test_links_in_zip(tmp_path: Path, mode: int) -> None:
    path = write(tmp_path / "a.zip", special_zip(mode))
    assert read(path) == (["One", "Two"], [("not_regular", "!/link.html")])


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE])
def test_links_in_tar(tmp_path: Path, kind: bytes) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name in ("1.html", "link.html", "2.html"):
            info = tarfile.TarInfo(name)
            content = page(name)
            if name == "link.html":
                info.type, info.linkname, content = kind, "/etc/passwd", b""
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    path = write(tmp_path / "a.tar", buffer.getvalue())
    assert read(path) == (["1.html", "2.html"], [("not_regular", "!/link.html")])


THREE = {"1.html": page("One"), "2.html": page("Two"), "3.html": page("Three")}


def entry_of(content: bytes, name: bytes) -> int:
    """Where the directory's entry of a member begins."""
    at = content.index(b"PK\x01\x02")
    while content[at + 46 : at + 46 + len(name)] != name:
        at = content.index(b"PK\x01\x02", at + 4)
    return at


def patched(content: bytes, at: int, form: str, value: int) -> bytes:
    return content[:at] + struct.pack(form, value) + content[at + struct.calcsize(form) :]


@pytest.mark.parametrize(
    "at, form, value, code",
    [
        (8, "<H", 1, "encrypted"),
        (10, "<H", 9, "unsupported_compression"),
        (10, "<H", 14, "unsupported_compression"),
        (10, "<H", 0, "unknown_format"),  # taken for stored
        (10, "<H", 93, "bad_member"),
        (10, "<H", 12, "bad_member"),
        (16, "<I", 12345, "bad_member"),
        (20, "<I", 20, "bad_member"),
        (24, "<I", 10, "bad_member"),
        (24, "<I", 10**9, "bad_member"),
        (42, "<I", 7, "bad_member"),
        (42, "<I", 10**9, "bad_member"),
    ],
)
def test_damaged_zip_member(tmp_path: Path, at: int, form: str, value: int, code: str) -> None:
    content = zipped(THREE)
    path = write(tmp_path / "a.zip", patched(content, entry_of(content, b"2.html") + at, form, value))
    assert read(path) == (["One", "Three"], [(code, "!/2.html")])


def test_changed_bytes(tmp_path: Path) -> None:
    content = zipped(THREE, 0)
    at = content.index(b"page Two")
    path = write(tmp_path / "a.zip", content[:at] + b"rage Two" + content[at + 8 :])
    assert read(path) == (["One", "Three"], [("bad_member", "!/2.html")])


def test_damaged_directory(tmp_path: Path) -> None:
    content = zipped(THREE)
    at = entry_of(content, b"2.html")
    path = write(tmp_path / "a.zip", content[:at] + b"XX" + content[at + 2 :])
    assert read(path) == (["One"], [("bad_zip", "")])
    assert read(write(tmp_path / "b.zip", b"PK\x03\x04 and so on")) == ([], [("bad_zip", "")])
    assert read(write(tmp_path / "c.zip", zipped({}))) == ([], [])


def test_damaged_tar(tmp_path: Path) -> None:
    content = tarred(THREE, tarfile.GNU_FORMAT)
    at = content.index(b"2.html")
    broken = content[:at] + b"X" + content[at + 1 :]
    assert read(write(tmp_path / "a.tar", broken)) == (["One", "Three"], [("bad_tar", "")])
    sized = content[: at + 124] + b"-0000000001\0" + content[at + 136 :]
    assert read(write(tmp_path / "b.tar", sized)) == (["One", "Three"], [("bad_tar", "")])


def test_long_names_in_tar(tmp_path: Path) -> None:
    for format in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        name = "ä/" * 300 + "page.html"
        path = write(tmp_path / "a.tar", tarred({name: page("Page"), "b.html": page("Two")}, format))
        (first, _) = [
            item[1].location.path for item in archive_records(str(path), Options()) if isinstance(item, tuple)
        ]
        assert first == f"{path}!/{name}"
        name = "x" * 5_000 + ".html"
        path = write(tmp_path / "a.tar", tarred({name: page("Page"), "b.html": page("Two")}, format))
        titles, ((code, _),) = read(path)
        assert (titles, code) == (["Two"], "bad_name")


def test_nesting(tmp_path: Path) -> None:
    deep = zipped({"c.zip": zipped({"d.tar": tarred(FILES)}), "e.html": page("Beside")})
    path = write(tmp_path / "a.zip", deep)
    assert read(path) == (["Beside"], [("nested_too_deep", "!/c.zip!/d.tar")])
    thrice = write(tmp_path / "a.gz", gzip.compress(gzip.compress(gzip.compress(LINE % 1))))
    assert read(thrice) == ([], [("nested_too_deep", "")])


def test_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in (write(tmp_path / "a.zip", zipped(THREE)), write(tmp_path / "a.tar", tarred(THREE))):
        with monkeypatch.context() as patch:
            patch.setattr(containers, "MAX_MEMBERS", 2)
            assert read(path) == (["One", "Two"], [("too_many_members", "")])
        with monkeypatch.context() as patch:
            patch.setattr(containers, "MAX_TOTAL", 200)
            titles, rejected = read(path)
            assert titles == ["One", "Two"][: len(titles)]
            assert rejected[-1] == ("total_too_large", "")


def test_office_documents_and_web_archives(tmp_path: Path) -> None:
    office = zipped({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"})
    assert read(write(tmp_path / "a.docx", office)) == ([], [("unknown_format", "")])
    body = page("Captured")
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
    head = (
        "WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://news.example/1\r\n"
        f"WARC-Date: 2020-01-02T03:04:05Z\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    warc = gzip.compress(head.encode() + block + b"\r\n\r\n")
    wacz = {
        "datapackage.json": b"{}", "archive/data.warc.gz": warc, "pages/pages.jsonl": LINE % 1, "indexes/index.cdx.gz":
        gzip.compress(b"x"), "logs/a.log": b"x",
    }  # fmt: skip
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        assert read(write(tmp_path / "a.wacz", zipped(wacz, method))) == (["Captured"], [])
    assert read(write(tmp_path / "a.zip", zipped({"data.warc.gz": warc, "b.html": page("Beside")})))[0] == [
        "Captured",
        "Beside",
    ]


MEASURED = """
import json, resource, sys, time
from collections import Counter
from searchsvc.archives import Options, Rejection, archive_records
resource.setrlimit(resource.RLIMIT_AS, (2_000_000_000, 2_000_000_000))
began = time.process_time()
items = archive_records(sys.argv[1], Options())
found = Counter(item.code if isinstance(item, Rejection) else item[0] for item in items)
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps([found, time.process_time() - began, int(peak.split()[1]) / 1024]))
"""


def measured(path: str, stdin: bytes = b"") -> tuple[dict[str, int], float, float]:
    """What was found, seconds of computing and MB in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, path], capture_output=True, check=True, timeout=60, input=stdin
    )
    found, seconds, megabytes = json.loads(done.stdout)
    return found, seconds, megabytes


@pytest.mark.parametrize("content", [zipped(FILES), tarred(FILES), gzip.compress(tarred(FILES))])
def test_pipe(content: bytes) -> None:
    found, _, _ = measured("-", content)
    assert found == {"HTML": 1, "JSON Lines": 3, "Plain text": 1}


def blanks(count: int, wbits: int = 31) -> bytes:
    """A line of JSON and so many blanks, as gzip packs them."""
    packer = zlib.compressobj(1, wbits=wbits)
    parts = [packer.compress(LINE % 1)]
    return b"".join(parts + [packer.compress(b" " * (1 << 20)) for _ in range(count >> 20)]) + packer.flush()


def zstd_blanks(count: int) -> bytes:
    return zstandard.compress(LINE % 1 + b" " * count)


def zip_of(members: list[tuple[bytes, int, int, bytes, int]], *, shared: bool = False) -> bytes:
    """A ZIP of (name, method, CRC, packed bytes, size); with `shared` all entries point at the first member's bytes."""
    parts, directory, at = [], [], 0
    for number, (name, method, crc, packed, size) in enumerate(members):
        if not shared or number == 0:
            head = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, method, 0, 0, crc, len(packed), size, len(name), 0)
            parts.append(head + name + packed)
            start, at = at, at + len(head) + len(name) + len(packed)
        entry = (b"PK\1\2", 20, 20, 0, method, 0, 0, crc, len(packed), size, len(name), 0, 0, 0, 0, 0, start)
        directory.append(struct.pack("<4s6H3I5H2I", *entry) + name)
    listed = b"".join(directory)
    count = len(members)
    end64 = struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, len(listed), at)
    to_end64 = struct.pack("<4sIQI", b"PK\6\7", 0, at + len(listed), 1)
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return b"".join(parts) + listed + end64 + to_end64 + end


def many(content: bytes) -> Callable[[], bytes]:
    crc = zlib.crc32(content)
    return lambda: zip_of(
        [(b"%d.txt" % n, 0, crc, content, len(content)) for n in range(1_000_000)], shared=bool(content)
    )


def bomb(method: int) -> bytes:
    packed = blanks(1 << 29, -15) if method == 8 else zstd_blanks(1 << 29)
    return zip_of(
        [(b"a.jsonl", method, 0, packed, (1 << 29) + len(LINE % 1)), (b"b.txt", 0, zlib.crc32(b"Text"), b"Text", 4)]
    )


def forty_two() -> bytes:
    """Sixteen ZIPs in each of sixteen, and so on: five down are 16 MB of zeros each."""
    inner = zip_of([(b"0.dll", 8, 0, blanks(1 << 24, -15), 1 << 24)])
    for _ in range(4):
        inner = zipped({f"{n}.zip": inner for n in range(16)})
    return inner


def overlapping() -> bytes:
    """Members that lie one within the other: each packs well alone, and all of them a thousand times."""
    content = LINE % 1 + b" " * (19 << 20)
    packed = blanks(19 << 20, -15)
    return zip_of([(b"%d.jsonl" % n, 8, zlib.crc32(content), packed, len(content)) for n in range(9)])


def long_pax() -> bytes:
    """A name of four gigabytes."""
    info = tarfile.TarInfo("././@PaxHeader")
    info.type, info.size = tarfile.XHDTYPE, 4 << 30
    return info.tobuf(tarfile.USTAR_FORMAT) + bytes(1 << 24)


def many_in_tar() -> bytes:
    return gzip.compress(tarfile.TarInfo("a.html").tobuf() * 150_000, 1)


@pytest.mark.parametrize(
    "make, code",
    [
        (many(b""), "too_many_members"),
        (many(b"Text"), "bad_member"),
        (lambda: bomb(8), "expansion_ratio"),
        (lambda: bomb(93), "expansion_ratio"),
        (forty_two, "nested_too_deep"),
        (overlapping, "expansion_ratio"),
        (lambda: gzip.compress(blanks(1 << 30)), "expansion_ratio"),
        (lambda: zstd_blanks(1 << 29), "expansion_ratio"),
        (lambda: zipped({"a.tar.gz": gzip.compress(tarred({"a.gz": blanks(1 << 29)}))}), "expansion_ratio"),
        (long_pax, "truncated"),
        (many_in_tar, "too_many_members"),
    ],
)  # fmt: skip
def test_cost(tmp_path: Path, make: Callable[[], bytes], code: str) -> None:
    path = write(tmp_path / "a.zip", make())
    found, seconds, megabytes = measured(str(path))
    assert found.get(code)
    assert seconds < 5
    assert megabytes < 256
