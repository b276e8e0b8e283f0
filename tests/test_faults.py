"""Archives that are broken or mean harm, each through the whole of `searchsvc index`, beside one good article.

Whatever is in a file, the run ends by itself, names what it could not take and where, takes the rest, counts all of
it, and no process of it grows over the limit. The fixtures are made here, by code; none is kept.

Memory is the largest `ru_maxrss` among a small process's children. That counts the run and every worker: the kernel
hands a process's peak up when its parent has waited for it, and the run waits for its workers before it ends. It is not
read in this process, whose figure has the children of every test before, and whose own size a child begins with.
"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import random
import re
import stat
import struct
import subprocess
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest
import zstandard

from searchsvc.cli import main
from searchsvc.store import Store

#: Of each process, in MB.
CEILING = 512
#: Seconds after which a run is taken to hang. What a run takes is not tested here: a loaded machine is no fault.
PATIENCE = 60

RUN = """
import json, resource, subprocess, sys
done = subprocess.run([sys.executable, "-m", "searchsvc.cli", *sys.argv[1:]], capture_output=True, text=True)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(json.dumps([done.returncode, done.stdout, done.stderr, peak]))
"""

#: The one good article, in a file that comes behind the fault; its last word is in nothing else.
GOOD = {"title": "A keeper tells", "text": "The keeper of the lighthouse has seen a zyzzyva.", "source": "Gazette"}
#: A word that only files outside the archive have.
SECRET = "xylopyrography"

#: (path behind the folder's, code, offset, number) of a rejection. Offset -1: it depends on the compressor.
Reject = tuple[str, str, int, int]


@dataclass(frozen=True)
class Fault:
    """What `make` writes into an empty folder, and what must become of it.

    `taken` are titles with their texts ("" where they do not matter), `again` counts articles that are there twice.
    """

    make: Callable[[Path], None]
    rejects: Sequence[Reject] = ()
    taken: dict[str, str] = field(default_factory=dict)
    again: int = 0


def page(title: str, text: str = "", *, head: str = "") -> bytes:
    text = text or f"The council of {title} met on Monday and talked about the harbour, the bridge and the school."
    return f"<!DOCTYPE html><html><head>{head}<title>{title}</title></head><body><p>{text}</p></body></html>".encode()


def line(title: str, text: str = "Some text that was printed.") -> bytes:
    return json.dumps({"title": title, "text": text}).encode() + b"\n"


def noise(seed: int) -> str:
    """Text that does not pack well."""
    made = random.Random(seed)
    return " ".join("".join(made.choices("abcdefghijklmnopqrstuvwxyz", k=7)) for _ in range(400))


def capture(number: int, body: bytes, *, length: object = None, headers: str = "", http: str = "") -> bytes:
    """A WARC record of one page. `length` is what it states, `headers` are more lines of its own, `http` the page's."""
    block = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{http}\r\n".encode() + body
    head = (
        f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://news.example/{number}\r\n"
        f"WARC-Record-ID: <urn:uuid:{number:032x}>\r\nWARC-Date: 2020-01-02T03:04:05Z\r\n{headers}"
        f"Content-Length: {len(block) if length is None else length}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def between(number: int, middle: bytes) -> bytes:
    """A WARC with this in the middle of two good pages."""
    return capture(number, page(f"Before {number}")) + middle + capture(number + 1, page(f"After {number}"))


#: Where in such a WARC the middle begins, for a number of three digits.
MIDDLE = len(capture(100, page("Before 100")))


@cache
def blanks(begin: bytes = b"", *, wbits: int = 31) -> bytes:
    """Some bytes and 256 MB of blanks, as gzip packs them: a thousand to one."""
    packer = zlib.compressobj(6, wbits=wbits)
    parts = [packer.compress(begin)]
    return b"".join(parts + [packer.compress(b" " * (1 << 20)) for _ in range(BOMB >> 20)]) + packer.flush()


BOMB = 1 << 28
BEFORE, BEHIND = line("Before the bomb"), line("Behind the bomb")


def zip_of(members: Iterable[tuple[bytes, int, int, bytes, int]], *, shared: bool = False) -> bytes:
    """A ZIP of (name, method, CRC, packed bytes, size); with `shared` all entries stand for the first member."""
    parts, directory, at, start, count = [], [], 0, 0, 0
    for count, (name, method, crc, packed, size) in enumerate(members, 1):
        if not shared or count == 1:
            head = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, method, 0, 0, crc, len(packed), size, len(name), 0)
            parts.append(head + name + packed)
            start, at = at, at + len(parts[-1])
        entry = (b"PK\1\2", 20, 20, 0, method, 0, 0, crc, len(packed), size, len(name), 0, 0, 0, 0, 0, start)
        directory.append(struct.pack("<4s6H3I5H2I", *entry) + name)
    listed = b"".join(directory)
    end64 = struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, len(listed), at)
    to_end64 = struct.pack("<4sIQI", b"PK\6\7", 0, at + len(listed), 1)
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return b"".join(parts) + listed + end64 + to_end64 + end


def zipped(files: dict[str, bytes], links: tuple[str, ...] = ()) -> bytes:
    """`links` are the names of members that are symbolic links, their contents where these lead."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name)
            info.create_system = 3
            info.external_attr = (stat.S_IFLNK if name in links else stat.S_IFREG) << 16
            archive.writestr(info, content)
    return buffer.getvalue()


def tarred(files: dict[str, bytes], special: dict[str, tuple[bytes, str]] | None = None) -> bytes:
    """`special` are members that are no files: name → (type, where it leads)."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, (kind, leads) in (special or {}).items():
            info = tarfile.TarInfo(name)
            info.type, info.linkname, info.devmajor, info.devminor = kind, leads, 1, 5
            archive.addfile(info)
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def outside(folder: Path) -> Path:
    """A file beside the archive, with an article that is none of it."""
    beside = folder.parent / "outside" / "secret.jsonl"
    beside.parent.mkdir(exist_ok=True)
    beside.write_bytes(line("Secret", f"What nobody may read is {SECRET}."))
    return beside


def truncated(folder: Path) -> None:
    (folder / "a.jsonl.gz").write_bytes(gzip.compress(b"".join(line(f"Line {n}", noise(n)) for n in range(4)))[:-2_000])
    pages = [capture(n, page(f"Page {n}", noise(n))) for n in (1, 2)]
    (folder / "b.warc").write_bytes(b"".join(pages)[:-900])
    pages = [gzip.compress(capture(n, page(f"Page {n}", noise(n)))) for n in (3, 4)]
    (folder / "c.warc.gz").write_bytes(b"".join(pages)[:-900])
    (folder / "d.json").write_bytes(b"[" + line("In an array") + b"," + line("Cut off")[:-10])
    (folder / "e.xml").write_text("<rss><channel><item><title>In a feed</title></item><item><title>Cut o")
    (folder / "f.zip").write_bytes(
        zipped({"in.jsonl": line("In a ZIP"), "cut.jsonl": line("Cut off", noise(9))})[:-800]
    )
    (folder / "g.tar").write_bytes(
        tarred({"in.jsonl": line("In a tar"), "cut.jsonl": line("Cut off", noise(9))})[:2_500]
    )


def wrong_lengths(folder: Path) -> None:
    for number, length in ((100, 300), (200, 3_000_000), (300, 100), (400, -5), (500, 10**15)):
        (folder / f"{number}.warc").write_bytes(between(number, capture(number + 2, page("Middle"), length=length)))
        number += 50
        content = between(number, capture(number + 2, page("Middle"), length=length))
        (folder / f"{number}.warc.gz").write_bytes(gzip.compress(content))


def long_header(folder: Path) -> None:
    (folder / "a.warc").write_bytes(between(100, capture(2, page("Middle"), headers=f"X: {'y' * 50_000_000}\r\n")))


def bombs(folder: Path) -> None:
    (folder / "a.jsonl.gz").write_bytes(blanks(BEFORE))
    (folder / "b.jsonl.gz").write_bytes(gzip.compress(blanks(BEFORE)))
    (folder / "c.jsonl.zst").write_bytes(zstandard.compress(BEFORE + b" " * BOMB))
    (folder / "d.jsonl.bz2").write_bytes(bz2.compress(BEFORE + b" " * (BOMB // 8)))
    (folder / "e.jsonl.xz").write_bytes(lzma.compress(BEFORE + b" " * (BOMB // 8), preset=0))
    (folder / "f.jsonl.gz").write_bytes(gzip.compress(gzip.compress(gzip.compress(BEFORE))))
    (folder / "g.jsonl.gz").write_bytes(blanks())


def zip_bomb(begin: bytes = BEFORE) -> bytes:
    bomb = (b"a.jsonl", 8, 0, blanks(begin, wbits=-15), BOMB + len(begin))
    return zip_of([bomb, (b"b.jsonl", 0, zlib.crc32(BEHIND), BEHIND, len(BEHIND))])


def zip_bombs(folder: Path) -> None:
    (folder / "a.zip").write_bytes(zip_bomb())
    (folder / "b.zip").write_bytes(zipped({"in.zip": zip_bomb()}))
    deepest = zipped({"d.jsonl": line("Three down")})
    (folder / "c.zip").write_bytes(zipped({"1.zip": zipped({"2.zip": zipped({"3.zip": deepest})})}))
    (folder / "d.zip").write_bytes(zip_of([(b"a.jsonl", 93, 0, zstandard.compress(BEFORE + b" " * BOMB), BOMB)]))


def page_bombs(folder: Path) -> None:
    for number, encoding, body in (
        (100, "gzip", blanks()),
        (200, "gzip, gzip", gzip.compress(blanks())),
        (300, "zstd", zstandard.compress(b" " * BOMB)),
    ):
        middle = capture(number + 2, body, http=f"Content-Encoding: {encoding}\r\n")
        (folder / f"{number}.warc").write_bytes(between(number, middle))
    parts = capture(400, page("Before 400")), capture(402, b" " * BOMB), capture(401, page("After 400"))
    (folder / "400.warc.gz").write_bytes(b"".join(gzip.compress(part, 1) for part in parts))


def brotli_bomb(folder: Path) -> None:
    brotli = pytest.importorskip("brotli", reason="brotli, for the pages that it compresses, is not installed")
    middle = capture(102, brotli.compress(b" " * BOMB, quality=5), http="Content-Encoding: br\r\n")
    (folder / "100.warc").write_bytes(between(100, middle))


def nested_tags(folder: Path) -> None:
    text = "Very deep down there is a text to be read."
    (folder / "a.html").write_bytes(page("Nested", "<div>" * 100_000 + text + "</div>" * 100_000))
    (folder / "b.html").write_bytes(page("Unclosed", "<b><i>" * 50_000 + text))


def angles(folder: Path) -> None:
    (folder / "a.html").write_bytes(page("Angles", "<" * 2_000_000))
    (folder / "b.html").write_bytes(page("Comments", "<!--" * 500_000))
    attributes = " ".join(f"a{number}=1" for number in range(200_000))
    (folder / "c.html").write_bytes(page("Attributes", f"<p {attributes}>A text behind a great many of them.</p>"))


#: Feed, story and page, each with an entity in it.
FORMS = {
    "a": "<rss version='2.0'><channel><item><title>T</title><description>It says &e; here.</description></item>"
    "</channel></rss>",
    "b": "<nitf><head><title>T</title></head><body><body.content><p>It says &e; here.</p></body.content></body></nitf>",
    "c": "<html xmlns='http://www.w3.org/1999/xhtml'><head><title>{}</title></head><body><p>It says &e; here.</p>"
    "</body></html>",
}
DOCTYPE = '<?xml version="1.0"?><!DOCTYPE x ['


def entities(folder: Path) -> None:
    external = f'<!ENTITY e SYSTEM "{outside(folder).as_uri()}">'
    laughs = "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
    laughs = f"<!ENTITY a0 'ha'>{laughs}<!ENTITY e '&a9;'>"
    declared = {"external": external, "laughs": laughs, "long": f"<!ENTITY e '{'ha' * 20_000}'>"}
    for kind, entity in declared.items():
        for form, text in FORMS.items():
            (folder / f"{kind}-{form}.xml").write_text(f"{DOCTYPE}{entity}]>" + text.format(f"Page {kind}"))


def charsets(folder: Path) -> None:
    stated = '<meta charset="utf-8">'
    (folder / "a.html").write_bytes(
        page("Said UTF-8: é", "Aus Köln nach Zürich.", head=stated).decode().encode("latin-1")
    )
    (folder / "b.html").write_bytes(
        page("With a mark: é", "Aus Köln nach Łódź.", head=stated).decode().encode("utf-16")
    )
    lines = [json.dumps({"title": f"{name}: é", "text": "Köln"}, ensure_ascii=False) for name in ("UTF-8", "Latin-1")]
    (folder / "c.jsonl").write_bytes(lines[0].encode() + b"\n" + lines[1].encode("latin-1") + b"\n")
    (folder / "d.txt").write_bytes("UTF-16 text: é\n\nAus Köln nach Łódź.".encode("utf-16"))


def controls(folder: Path) -> None:
    (folder / "a.jsonl").write_bytes(
        b'{"title": "Escaped\\u0000", "text": "b\\u0000c d\\ud800e f\\udfffg \\ud83d\\ude00"}\n'
        b'{"title": "Raw", "text": "nul\0here"}\n'
        b'{"title": "Deep", "text": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"
        b'{"title": "Number", "text": "x", "id": ' + b"9" * 5_000 + b"}\n"
        + line("Last")
    )  # fmt: skip
    (folder / "b.html").write_bytes(page("In a p\0age", "A text with a \0 in it, and a word cut by one: har\0bour."))


def million_entries(folder: Path) -> None:
    body = line("One of a million")
    member = (0, zlib.crc32(body), body, len(body))
    (folder / "a.zip").write_bytes(zip_of(((b"%06d" % n, *member) for n in range(1_000_000)), shared=True))


def million_members(folder: Path) -> None:
    (folder / "a.zip").write_bytes(zip_of((b"%06d" % n, 0, 0, b"", 0) for n in range(1_000_000)))


def links(folder: Path) -> None:
    secret = outside(folder)
    (folder / "a.jsonl").symlink_to(secret)
    (folder / "b").symlink_to(secret.parent)
    (folder / "c.jsonl").symlink_to("../outside/secret.jsonl")
    beside = {"c.jsonl": line("In a tar")}
    special = {"a.jsonl": (tarfile.SYMTYPE, str(secret)), "b": (tarfile.SYMTYPE, "../outside")}
    special["d.jsonl"] = (tarfile.LNKTYPE, "../outside/secret.jsonl")
    (folder / "d.tar").write_bytes(tarred(beside, special))
    leads = {"a.jsonl": str(secret).encode(), "b": b"../outside", "c.jsonl": line("In a ZIP")}
    (folder / "e.zip").write_bytes(zipped(leads, ("a.jsonl", "b")))


def devices(folder: Path) -> None:
    os.mkfifo(folder / "a.jsonl")
    # Only root can make a device; a link to one leads out of the folder.
    (folder / "b.jsonl").symlink_to("/dev/zero")
    special = {"dev/zero": (tarfile.CHRTYPE, ""), "dev/sda": (tarfile.BLKTYPE, ""), "pipe": (tarfile.FIFOTYPE, "")}
    (folder / "c.tar").write_bytes(tarred({"c.jsonl": line("In a tar")}, special))


#: Members' names that lead elsewhere.
NAMES = ("/absolute.jsonl", "../outside/up.jsonl", "../../../../outside/up.jsonl", "..\\back.jsonl", "/dev/stdin")


def paths(folder: Path) -> None:
    (folder / "a.zip").write_bytes(zipped({name: line(f"ZIP {name}") for name in NAMES}))
    (folder / "b.tar").write_bytes(tarred({name: line(f"tar {name}") for name in NAMES}))


def titles(*names: str) -> dict[str, str]:
    return dict.fromkeys(names, "")


def around(*numbers: int) -> dict[str, str]:
    return titles(*(f"{where} {number}" for number in numbers for where in ("Before", "After")))


FAULTS = [
    Fault(
        truncated,
        [
            ("a.jsonl.gz", "truncated_gzip", -1, 4),
            ("b.warc", "truncated", len(capture(1, page("Page 1", noise(1)))), 2),
            ("c.warc.gz", "truncated_gzip", len(capture(3, page("Page 3", noise(3)))), 2),
            ("d.json", "truncated", len(line("In an array")) + 2, 2),
            ("e.xml", "truncated", 51, 2),
            ("f.zip!/cut.jsonl", "truncated", 0, 1),
            ("g.tar!/cut.jsonl", "truncated", 0, 1),
        ],
        titles("Line 0", "Line 1", "Line 2", "Page 1", "Page 3", "In an array", "In a feed", "In a ZIP", "In a tar"),
    ),
    Fault(
        wrong_lengths,
        [
            (name, code, MIDDLE, 2)
            for number, code in zip(range(100, 501, 100), ("bad_length", "truncated", *["bad_length"] * 3), strict=True)
            for name in (f"{number}.warc", f"{number + 50}.warc.gz")
        ],
        around(*range(100, 551, 50)),
    ),
    Fault(long_header, [("a.warc", "long_header", MIDDLE, 2)], around(100)),
    Fault(
        bombs,
        [
            ("a.jsonl.gz", "expansion_ratio", -1, 2),
            ("b.jsonl.gz", "expansion_ratio", -1, 2),
            ("c.jsonl.zst", "expansion_ratio", -1, 2),
            ("d.jsonl.bz2", "expansion_ratio", -1, 2),
            ("e.jsonl.xz", "expansion_ratio", -1, 2),
            ("f.jsonl.gz", "nested_too_deep", 0, 1),
            ("g.jsonl.gz", "empty_file", 0, 1),
        ],
        titles("Before the bomb"),
        again=4,
    ),
    Fault(
        zip_bombs,
        [
            ("a.zip!/a.jsonl", "expansion_ratio", -1, 2),
            ("b.zip!/in.zip!/a.jsonl", "expansion_ratio", -1, 2),
            ("c.zip!/1.zip!/2.zip", "nested_too_deep", 0, 1),
            ("d.zip!/a.jsonl", "expansion_ratio", 0, 1),
            ("d.zip", "expansion_ratio", 0, 1),
        ],
        titles("Before the bomb", "Behind the bomb"),
        again=2,
    ),
    Fault(
        page_bombs,
        [(name, "expansion_ratio", MIDDLE, 2) for name in ("100.warc", "200.warc", "300.warc", "400.warc.gz")],
        around(100, 200, 300, 400),
    ),
    Fault(brotli_bomb, [("100.warc", "expansion_ratio", MIDDLE, 2)], around(100)),
    Fault(nested_tags, (), dict.fromkeys(("Nested", "Unclosed"), "Very deep down there is a text to be read.")),
    Fault(
        angles,
        [("a.html", "too_large", 0, 1), ("b.html", "too_large", 0, 1)],
        {"Attributes": "A text behind a great many of them."},
    ),
    Fault(
        entities,
        [
            (f"{kind}-{form}.xml", "xml_entities", at, 1)
            for kind in ("external", "laughs", "long")
            for form, at in (("a", 0), ("b", len(DOCTYPE)))
        ]
        + [
            # The document type is so long that nothing else is to be seen of the file.
            ("long-c.xml", "unknown_format", 0, 1),
        ],
        {"Page external": "It says &e; here.", "Page laughs": "It says &e; here."},
    ),
    Fault(
        charsets,
        (),
        {
            "Said UTF-8: é": "Aus Köln nach Zürich.",
            "With a mark: é": "Aus Köln nach Łódź.",
            "UTF-8: é": "Köln",
            "Latin-1: é": "Köln",
            "UTF-16 text: é": "Aus Köln nach Łódź.",
        },
    ),
    Fault(
        controls,
        [("a.jsonl", "bad_json", -1, 2), ("a.jsonl", "too_deep", -1, 3), ("a.jsonl", "bad_json", -1, 4)],
        {
            "Escaped": "bc de fg 😀",
            "Last": "Some text that was printed.",
            "In a page": "A text with a in it, and a word cut by one: harbour.",
        },
    ),
    Fault(
        million_entries,
        [
            *((f"a.zip!/{number:06}", "bad_member", 0, 1) for number in range(1, 100_000)),
            ("a.zip", "too_many_members", 0, 100_001),
        ],
        titles("One of a million"),
    ),
    Fault(
        million_members,
        [*((f"a.zip!/{n:06}", "empty_file", 0, 1) for n in range(100_000)), ("a.zip", "too_many_members", -1, 100_001)],
    ),
    Fault(
        links,
        [
            *((name, "leads_out", 0, 1) for name in ("a.jsonl", "b", "c.jsonl")),
            *((f"d.tar!/{name}", "not_regular", 0, 1) for name in ("a.jsonl", "b", "d.jsonl")),
            *((f"e.zip!/{name}", "not_regular", 0, 1) for name in ("a.jsonl", "b")),
        ],
        titles("In a tar", "In a ZIP"),
    ),
    Fault(
        devices,
        [
            ("a.jsonl", "not_regular", 0, 1),
            ("b.jsonl", "leads_out", 0, 1),
            *((f"c.tar!/{name}", "not_regular", 0, 1) for name in ("dev/zero", "dev/sda", "pipe")),
        ],
        titles("In a tar"),
    ),
    Fault(paths, (), titles(*(f"{kind} {name}" for kind in ("ZIP", "tar") for name in NAMES))),
]  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.make.__name__)
def test_a_fault_costs_itself_alone(fault: Fault, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive, index, rejects = tmp_path / "archive", tmp_path / "index", tmp_path / "rejects.jsonl"
    archive.mkdir()
    fault.make(archive)
    (archive / "zz.jsonl").write_text(json.dumps(GOOD))
    before = {path for path in tmp_path.rglob("*") if path.is_file()}

    arguments = ["index", str(archive), "--index", str(index), "--rejects", str(rejects), "--quiet"]
    done = subprocess.run([sys.executable, "-c", RUN, *arguments], capture_output=True, check=True, timeout=PATIENCE)
    code, out, err, peak = json.loads(done.stdout)
    assert (code, err) == (1 if fault.rejects else 0, "")
    assert peak < CEILING

    found = [json.loads(each) for each in rejects.read_text(encoding="utf-8").splitlines()]
    assert len(found) == len(fault.rejects)
    for reject, (path, name, offset, number) in zip(found, fault.rejects, strict=True):
        assert reject["path"].removeprefix(f"{archive}/") == path
        assert (reject["code"], reject["record"]) == (name, number)
        assert offset in (-1, reject["offset"])
    for reject in found[:20]:
        assert f"{reject['reason']} ({reject['code']})\n" in out
        assert f"rejected: {reject['path']}" in out

    told = re.search(
        r"^([\d,]+) read = ([\d,]+) indexed \+ ([\d,]+) unchanged \+ ([\d,]+) rejected$", out, re.MULTILINE
    )
    assert told
    read, indexed, unchanged, rejected = (int(number.replace(",", "")) for number in told.groups())
    assert read == indexed + unchanged + rejected
    assert (indexed, unchanged, rejected) == (len(fault.taken) + 1, fault.again, len(fault.rejects))

    assert searched("zyzzyva", index, capsys) == [GOOD["title"]]
    assert searched(SECRET, index, capsys) == []
    store = Store(index)
    texts = {document.article.title: document.article.text for _, document in store.after(0, 1_000)}
    store.close()
    assert texts.keys() == {GOOD["title"], *fault.taken}
    for title, text in fault.taken.items():
        assert text in ("", texts[title])
    # What an archive names is never written to.
    after = {path for path in tmp_path.rglob("*") if path.is_file() and index not in path.parents}
    assert after == before | {rejects}


def searched(query: str, index: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The titles that a search on the command line finds."""
    assert main(["search", query, "--json", "--facet", "none", "--index", str(index)]) == 0
    return [hit["title"] for hit in json.loads(capsys.readouterr().out)["results"]]
