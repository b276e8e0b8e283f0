"""Are exactly the pages of a web archive taken, and does each fault in one cost its own record and no other?"""

from __future__ import annotations

import base64
import gc
import gzip
import hashlib
import io
import json
import pickle
import random
import subprocess
import sys
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from searchsvc.archives import READERS, Options, Rejection, archive_records
from searchsvc.article import Article
from searchsvc.errors import BadRecord

SHARED = Path(__file__).parents[2].parent / "shared/data/warc"

Read = tuple[list[Article], list[tuple[str, int]], Counter[str]]


def read(path: Path) -> Read:
    """The articles, (code, ordinal) of what was rejected, and how often what was passed over."""
    articles, rejected, passed = [], [], Counter[str]()
    for item in archive_records(str(path), Options(), lambda found: passed.update([found.reason])):
        if isinstance(item, Rejection):
            rejected.append((item.code, item.location.ordinal))
            continue
        name, record = pickle.loads(pickle.dumps(item))
        try:
            article = READERS[name].article(record, Options())
        except BadRecord as error:
            rejected.append((error.code, record.location.ordinal))
        else:
            assert isinstance(article, Article)
            articles.append(article)
    return articles, rejected, passed


def passed_over(passed: Counter[str]) -> dict[str, int]:
    """By the first words of the reason."""
    found = Counter[str]()
    for reason, count in passed.items():
        found[reason if reason.startswith("revisit") else reason.split()[0]] += count
    return dict(found)


EXAMPLE = ["Example Domain"]
REVISIT = "revisit of a page that was read"


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"no web archives in {SHARED}")
@pytest.mark.parametrize(
    "name, titles, rejected, passed",
    [
        ("bad.arc", [], ["bad_length", "bad_length", "bad_http", "bad_length"], {}),
        ("example-bad-non-chunked.warc.gz", EXAMPLE, [], {"warcinfo": 2, "request": 2, REVISIT: 1}),
        ("example-bad.warc.gz.bad", EXAMPLE, [], {"warcinfo": 1, "request": 2, REVISIT: 1, "status": 1}),
        ("example-digest.warc", [], [], {"request": 4}),
        ("example-iana.org-chunked.warc", ["Internet Assigned Numbers Authority"], [], {"warcinfo": 1, "request": 1}),
        ("example-resource.warc.gz", EXAMPLE, [], {"warcinfo": 2}),
        ("example-space-in-target-uri.warc.gz", [], [], {"warcinfo": 1, "not": 1}),
        ("example-space-in-url.arc", [], ["truncated"], {"filedesc": 1}),  # 12 bytes less than it says
        ("example-trunc.warc", [], ["bad_length"], {"warcinfo": 2, "request": 1}),
        ("example-wget-bad-target-uri.warc.gz", EXAMPLE, [], {"warcinfo": 1, "request": 1, "metadata": 1, "not": 2}),
        ("example-wrong-chunks.warc.gz", [], ["bad_digest"], {"request": 1}),
        ("example.arc", EXAMPLE, [], {"filedesc": 1}),
        ("example.arc.gz", EXAMPLE, [], {"filedesc": 1}),
        ("example.warc", EXAMPLE, [], {"warcinfo": 2, "request": 2, REVISIT: 1}),
        ("example.warc.gz", EXAMPLE, [], {"warcinfo": 2, "request": 2, REVISIT: 1}),
        ("post-test.warc.gz", [], [], {"request": 3, "not": 3}),
    ],
)
def test_warcio_files(name: str, titles: list[str], rejected: list[str], passed: dict[str, int]) -> None:
    articles, found, over = read(SHARED / "warcio" / name)
    assert ([article.title for article in articles], [code for code, _ in found]) == (titles, rejected)
    assert passed_over(over) == passed


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"no web archives in {SHARED}")
def test_whole_site() -> None:
    articles, rejected, passed = read(SHARED / "wabac/iana.warc.gz")
    assert len(articles) == 16
    assert rejected == []
    # Of 48 responses 16 are pages, 4 are redirects and 28 other media.
    expected = {"warcinfo": 1, "request": 171, "revisit of no page in this file": 123, "status": 4, "not": 28}
    assert passed_over(passed) == expected
    assert articles[0].url == "http://www.iana.org/"
    assert {article.captured_at[:10] for article in articles} == {"2014-01-26"}
    assert not any(article.published.at.startswith("2014-01-26") for article in articles)
    assert read(SHARED / "wabac/httpbin-resource.warc.gz") == ([], [], {"not a page but application/json": 1})


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"no web archives in {SHARED}")
@pytest.mark.parametrize("name", ["wabac/iana.warc.gz", "warcio/example.warc", "warcio/example.warc.gz"])
def test_cut_as_warcio_cuts(name: str) -> None:
    """Where nothing is damaged, the pages are those that warcio finds, byte for byte."""
    theirs = []
    with (SHARED / name).open("rb") as file:
        for record in ArchiveIterator(file):
            headers = record.http_headers
            if record.rec_type != "response" or headers.get_statuscode() != "200":
                continue
            if headers.get_header("content-type").startswith("text/html"):
                theirs.append((record.rec_headers.get_header("WARC-Target-URI"), record.raw_stream.read()))
    ours = [item[1] for item in archive_records(str(SHARED / name), Options()) if not isinstance(item, Rejection)]
    assert [(record.context[1], len(record.raw)) for record in ours] == [
        (url, len(record.raw) if record.raw.endswith(body) else -1)
        for (url, body), record in zip(theirs, ours, strict=True)
    ]


def page(title: str, head: str = "", body: str = "") -> bytes:
    text = f"<p>The text of {title} goes on for a whole sentence, and then for another one.</p>" * 3
    return f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body>{body}{text}</body></html>".encode()


def response(body: bytes, *headers: tuple[str, str], status: str = "200 OK", type_: str = "text/html") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {type_}", *(f"{name}: {value}" for name, value in headers)]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def record(number: int, block: bytes, *, length: object = None, kind: str = "response", **more: str) -> bytes:
    fields = {
        "WARC-Type": kind,
        "WARC-Target-URI": f"https://news.example/{number}",
        "WARC-Date": "2020-01-02T03:04:05Z",
        "WARC-Record-ID": f"<urn:uuid:{number}>",
        "Content-Type": "application/http; msgtype=response",
        **{name.replace("_", "-"): value for name, value in more.items()},
        "Content-Length": str(len(block) if length is None else length),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return b"WARC/1.1\r\n" + head.encode() + b"\r\n" + block + b"\r\n\r\n"


def good(number: int) -> bytes:
    return record(number, response(page(f"Page {number}")))


def titles(found: Read) -> list[str]:
    return [article.title for article in found[0]]


def write(path: Path, *parts: bytes) -> Path:
    path.write_bytes(b"".join(parts))
    return path


# warcio leaves its temporary files to the collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize("version", ["1.0", "1.1"])
@pytest.mark.parametrize("packed", [False, True])
def test_warcio_writes(tmp_path: Path, version: str, packed: bool) -> None:
    path = tmp_path / "made.warc"
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=packed, warc_version=version)
        writer.write_record(writer.create_warcinfo_record("made.warc", {"software": "test"}))
        for number, (body, headers) in enumerate(
            [
                (page("Plain"), []),
                (gzip.compress(page("Gzip")), [("Content-Encoding", "gzip")]),
                (b"", [("Content-Type", "text/css")]),
            ]
        ):
            http = StatusAndHeaders("200 OK", headers or [("Content-Type", "text/html")], protocol="HTTP/1.1")
            if number == 1:
                http.headers.append(("Content-Type", "text/html; charset=utf-8"))
            made = writer.create_warc_record(
                f"https://news.example/{number}", "response", payload=io.BytesIO(body), http_headers=http
            )
            writer.write_record(made)
        writer.write_record(
            writer.create_warc_record(
                "https://news.example/9",
                "resource",
                payload=io.BytesIO(page("Resource")),
                warc_content_type="text/html",
            )
        )
    del made, http, writer
    gc.collect()
    articles, rejected, passed = read(path)
    assert [(article.title, article.url) for article in articles] == [
        ("Plain", "https://news.example/0"),
        ("Gzip", "https://news.example/1"),
        ("Resource", "https://news.example/9"),
    ]
    assert all(article.captured_at.endswith("Z") and not article.published for article in articles)
    assert rejected == []
    assert passed_over(passed) == {"warcinfo": 1, "not": 1}
    whole = write(tmp_path / "whole.warc.gz", gzip.compress(path.read_bytes()))
    assert titles(read(whole)) == ["Plain", "Gzip", "Resource"]
    around = write(tmp_path / "made.warc.zst", zstandard.compress(path.read_bytes()))
    assert titles(read(around)) == ["Plain", "Gzip", "Resource"]


def chunked(body: bytes, size: int = 100) -> bytes:
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


CHUNKED = ("Transfer-Encoding", "chunked")
PAGE = page("Page 2")


def deflated(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    "block",
    [
        response(PAGE),
        response(PAGE, type_="Text/HTML; Charset=UTF-8"),
        response(PAGE, type_="application/xhtml+xml"),
        response(PAGE).replace(b"Content-Type: text/html\r\n", b""),
        response(PAGE).replace(b"\r\n", b"\n"),
        response(chunked(PAGE), CHUNKED),
        response(chunked(gzip.compress(PAGE)), CHUNKED, ("Content-Encoding", "gzip")),
        response(gzip.compress(gzip.compress(PAGE)), ("Content-Encoding", "gzip, gzip")),
        response(zlib.compress(PAGE), ("Content-Encoding", "deflate")),
        response(deflated(PAGE), ("Content-Encoding", "deflate")),
        response(zstandard.compress(PAGE), ("Content-Encoding", "zstd")),
        response(PAGE, ("Content-Encoding", "gzip")),  # unpacked before it was archived
        response(PAGE, CHUNKED),  # joined before it was archived
        response(PAGE, ("Content-Length", "9")),
    ],
)
def test_bodies(tmp_path: Path, block: bytes) -> None:
    path = write(tmp_path / "a.warc", good(1), record(2, block), good(3))
    assert titles(read(path)) == ["Page 1", "Page 2", "Page 3"]


@pytest.mark.parametrize(
    "block, code",
    [
        (response(chunked(PAGE)[:-30], CHUNKED), "truncated_body"),
        (response(chunked(PAGE)[:-5], CHUNKED), "truncated_body"),
        (response(chunked(PAGE).replace(b"64\r\n", b"65\r\n", 1), CHUNKED), "bad_chunks"),
        (response(b"64\r\n" + b"<p>" * 40 + b"x" * 400, CHUNKED), "bad_chunks"),
        (response(b"ffffffffff\r\n" + PAGE, CHUNKED), "truncated_body"),
        (response(gzip.compress(PAGE)[:-20], ("Content-Encoding", "gzip")), "truncated_body"),
        (response(gzip.compress(PAGE)[:-8] + bytes(8), ("Content-Encoding", "gzip")), "bad_body"),
        (response(b"\1\2\3" * 60, ("Content-Encoding", "gzip")), "bad_body"),
        (response(gzip.compress(b"x" * 50_000_000), ("Content-Encoding", "gzip")), "expansion_ratio"),
        (response(b"<html>" + b"x" * 5_000_000), "too_large"),
        (response(PAGE, ("Content-Encoding", "rot13")), "unsupported_encoding"),
        (response(PAGE, ("Content-Encoding", "gzip,gzip,gzip")), "nested_too_deep"),
        (response(PAGE[:-50], ("Content-Length", str(len(PAGE)))), "truncated_body"),
        (response(b""), "no_article"),
        (response(page("404 Not Found")), "soft_error"),
        (response(page("Just a moment...")), "soft_error"),
        (response(page("Page not found | News")), "soft_error"),
        (b"no response", "bad_http"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n", "bad_http"),
        (response(PAGE, ("X", "y" * 70_000)), "long_header"),
    ],
)
def test_bad_bodies(tmp_path: Path, block: bytes, code: str) -> None:
    found = read(write(tmp_path / "a.warc", good(1), record(2, block), good(3)))
    assert (titles(found), found[1]) == (["Page 1", "Page 3"], [(code, 2)])


def test_brotli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    brotli = pytest.importorskip("brotli")
    block = response(brotli.compress(PAGE), ("Content-Encoding", "br"))
    cut = response(brotli.compress(PAGE)[:-9], ("Content-Encoding", "br"))
    bomb = response(brotli.compress(b"x" * 200_000_000, quality=1), ("Content-Encoding", "br"))
    path = write(tmp_path / "a.warc", record(1, cut), record(2, block), record(3, bomb))
    found = read(path)
    assert (titles(found), found[1]) == (["Page 2"], [("truncated_body", 1), ("expansion_ratio", 3)])
    monkeypatch.setitem(sys.modules, "brotli", None)
    assert {code for code, _ in read(path)[1]} == {"unsupported_encoding"}


@pytest.mark.parametrize(
    "block",
    [
        response(PAGE, status="301 Moved Permanently"),
        response(PAGE, status="404 Not Found"),
        response(PAGE, status="503 Unavailable"),
        response(b"{}", type_="application/json"),
        response(b"<rss/>", type_="application/rss+xml"),
        response(b"text", type_="text/plain"),
        response(b"GIF89a" + bytes(100), type_="image/gif"),
    ],
)
def test_no_articles(tmp_path: Path, block: bytes) -> None:
    found = read(write(tmp_path / "a.warc", good(1), record(2, block), good(3)))
    assert (titles(found), found[1], sum(found[2].values())) == (["Page 1", "Page 3"], [], 1)


def test_charset_of_the_server(tmp_path: Path) -> None:
    """It counts before what the page says, unless the bytes do not fit it."""
    greek = page("Καλημέρα").decode()
    wrong = page("Müll", "<meta charset=iso-8859-1>")
    path = write(
        tmp_path / "a.warc",
        record(1, response(greek.encode("iso-8859-7"), type_="text/html; charset=iso-8859-7")),
        record(2, response(wrong, type_='text/html; charset="UTF-8"')),
        record(3, response(page("Café").decode().encode("cp1252"), type_="text/html; charset=utf-8")),
        record(4, response(page("Nichts"), type_="text/html; charset=no-such-set")),
    )
    assert titles(read(path)) == ["Καλημέρα", "Müll", "Café", "Nichts"]


def test_address_and_dates(tmp_path: Path) -> None:
    own = page("Own", '<link rel="canonical" href="https://other.example/own">')
    path = write(
        tmp_path / "a.warc",
        record(1, response(own)),
        record(2, response(page("Dated")), WARC_Target_URI="https://news.example/2016/04/28/dated.html"),
        record(3, response(page("Exact")), WARC_Date="2020-01-02T03:04:05.678901Z"),
        record(4, response(page("Coarse")), WARC_Date="2020-01"),
        record(5, response(page("Never")), WARC_Date="yesterday"),
        record(6, page("File"), kind="resource", Content_Type="text/html", WARC_Target_URI="file:///a b.html"),
    )
    found = read(path)[0]
    assert [article.url for article in found][:2] == [
        "https://other.example/own",
        "https://news.example/2016/04/28/dated.html",
    ]
    assert found[-1].url == ""
    dates = [article.captured_at for article in found]
    assert dates == ["2020-01-02T03:04:05Z"] * 3 + ["2020-01", "", "2020-01-02T03:04:05Z"]
    assert [article.published.at for article in found if article.published] == ["2016-04-28"]


def digest(body: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(body).digest()).decode()


def test_revisits(tmp_path: Path) -> None:
    head = response(b"")

    def revisit(number: int, body: bytes, url: str) -> bytes:
        return record(number, head, kind="revisit", WARC_Payload_Digest=digest(body), WARC_Target_URI=url)

    first, other = page("First"), page("Elsewhere")
    path = write(
        tmp_path / "a.warc",
        record(1, response(first), WARC_Payload_Digest=digest(first)),
        revisit(2, first, "https://news.example/1"),
        revisit(3, first, "https://mirror.example/1"),
        revisit(4, other, "https://news.example/4"),
    )
    articles, rejected, passed = read(path)
    assert [article.url for article in articles] == ["https://news.example/1", "https://mirror.example/1"]
    assert rejected == []
    assert sum(passed.values()) == 2


def test_digests(tmp_path: Path) -> None:
    block, body = response(chunked(PAGE), CHUNKED), chunked(PAGE)
    sha1 = hashlib.sha1(PAGE).digest()
    good_ones = [
        {"WARC_Block_Digest": digest(block), "WARC_Payload_Digest": digest(PAGE)},
        {"WARC_Payload_Digest": digest(body)},
        {"WARC_Payload_Digest": "sha-1:" + sha1.hex().upper()},
        {"WARC_Payload_Digest": "sha1:" + base64.urlsafe_b64encode(sha1).decode()},
        {"WARC_Payload_Digest": "sha256:" + hashlib.sha256(PAGE).hexdigest()},
        {"WARC_Block_Digest": "blake3:0000"},
        {"WARC_Block_Digest": "sha1:!"},
    ]
    bad_ones = [{"WARC_Block_Digest": digest(b"")}, {"WARC_Payload_Digest": digest(b"")}]
    path = write(tmp_path / "a.warc", *(record(n, block, **more) for n, more in enumerate(good_ones + bad_ones)))
    found = read(path)
    assert (len(found[0]), found[1]) == (7, [("bad_digest", 8), ("bad_digest", 9)])


LONG = record(2, response(PAGE), X="y" * 100_000)


@pytest.mark.parametrize(
    "middle, codes",
    [
        (record(2, response(PAGE), length=10**15), ["bad_length"]),
        (record(2, response(PAGE), length=-5), ["bad_length"]),
        (record(2, response(PAGE), length="abc"), ["bad_length"]),
        (record(2, response(PAGE), length=""), ["bad_length"]),
        (record(2, response(PAGE), length=len(response(PAGE)) + 40), ["bad_length"]),
        (record(2, response(PAGE), length=len(response(PAGE)) - 40), ["bad_length"]),
        (record(2, response(PAGE), length=3_000_000), ["truncated"]),
        (record(2, response(PAGE)).replace(b"Content-Length", b"Content-Width"), ["bad_length"]),
        (record(2, response(PAGE))[: len(record(2, b"")) - 30], ["bad_header"]),
        (b"some garbage\r\nand more of it\r\n\r\n", ["garbage"]),
        (b"\0\xff" * 50_000 + b"\n", ["long_header"]),
        (random.Random(7).randbytes(200_000) + b"\r\n", ["garbage"]),
        (LONG, ["long_header"]),
        (record(2, response(PAGE), **{f"X_{n}": "y" * 1_000 for n in range(300)}), ["long_header"]),
    ],
)
@pytest.mark.parametrize("packed", ["", "whole", "each"])
def test_damage(tmp_path: Path, middle: bytes, codes: list[str], packed: str) -> None:
    """The pages before and after a fault are read, and the fault is named where it lies."""
    parts = [good(1), middle, *(good(number) for number in range(3, 60))]
    if packed == "each":
        parts = [gzip.compress(part) for part in parts]
    path = write(tmp_path / "a.warc.gz", gzip.compress(b"".join(parts)) if packed == "whole" else b"".join(parts))
    found = read(path)
    assert titles(found) == ["Page 1", *(f"Page {number}" for number in range(3, 60))]
    assert [(code, number) for code, number in found[1]] == [(codes[0], 2)]


def noisy(number: int, size: int = 3_000) -> bytes:
    return record(number, response(page(f"Page {number}", body=random.Random(number).randbytes(size).hex())))


@pytest.mark.parametrize("size", [100, 3_000, 90_000])
@pytest.mark.parametrize(
    "change",
    [
        lambda packed: packed[: len(packed) // 2],
        lambda packed: packed[:-4],
        lambda packed: packed[:-8] + bytes(8),
        lambda packed: packed[: len(packed) // 2] + b"\xff" * 50 + packed[len(packed) // 2 + 50 :],
        lambda packed: packed[:8],
        lambda packed: packed + b"garbage" * 30,
    ],
)
def test_damaged_member(tmp_path: Path, change: Callable[[bytes], bytes], size: int) -> None:
    """A gzip member that is cut or changed costs its record, wherever the next begins."""
    members = [gzip.compress(noisy(number, size)) for number in range(1, 8)]
    members[3] = change(members[3])
    found = read(write(tmp_path / "a.warc.gz", *members))
    rest = ["Page 5", "Page 6", "Page 7"]
    assert titles(found) in (["Page 1", "Page 2", "Page 3", *rest], ["Page 1", "Page 2", "Page 3", "Page 4", *rest])
    assert len(found[1]) == 1
    assert found[1][0][0] in ("bad_gzip", "truncated_gzip")
    assert found[1][0][1] == len(found[0]) - 2 or found[1][0][1] == 5


@pytest.mark.parametrize("packed", [False, True])
def test_cut_anywhere(tmp_path: Path, packed: bool) -> None:
    """Cut at 50 places: what lies before is kept, the cut is told once, and no half page is taken."""
    parts = [noisy(number, 400) for number in range(1, 6)]
    if packed:
        parts = [gzip.compress(part) for part in parts]
    whole = b"".join(parts)
    ends = [sum(map(len, parts[: number + 1])) for number in range(len(parts))]
    for step in range(1, 51):
        size = len(whole) * step // 51
        found = read(write(tmp_path / "cut.warc.gz", whole[:size]))
        complete = sum(end <= size + (0 if packed else 4) for end in ends)
        assert titles(found) == [f"Page {number}" for number in range(1, complete + 1)]
        assert len(found[1]) == (0 if size in ends else 1), (size, found[1])
        assert sum(len(text) for text in (article.text for article in found[0])) > 0 or complete == 0


def test_arc(tmp_path: Path) -> None:
    def arc(number: int, block: bytes, length: object = None) -> bytes:
        line = f"http://news.example/{number} 10.0.0.1 20160428140500 text/html {length or len(block)}\n"
        return line.encode() + block + b"\n"

    version = b"1 0 Test\nURL IP-address Archive-date Content-type Archive-length\n"
    first = b"filedesc://a.arc 0.0.0.0 20160428000000 text/plain %d\n%s\n" % (len(version), version)
    path = write(
        tmp_path / "a.arc",
        first,
        arc(1, response(page("Page 1"))),
        arc(2, response(PAGE), 10**15),
        arc(3, response(page("Page 3"))),
        arc(4, response(PAGE), len(PAGE)),
        arc(5, response(page("Page 5"))),
    )
    found = read(path)
    assert titles(found) == ["Page 1", "Page 3", "Page 5"]
    assert found[1] == [("bad_length", 3), ("bad_length", 5)]
    assert found[0][0].captured_at == "2016-04-28T14:05:00Z"
    assert not found[0][0].published


@pytest.mark.parametrize("more", range(2, 8))
def test_arc_of_a_length_that_runs_into_the_next_record(tmp_path: Path, more: int) -> None:
    """What is left of the next record's address is not taken for an address: "tp://news.example/2"."""
    parts = []
    for number in (1, 2, 3):
        block = response(page(f"Page {number}"))
        length = len(block) + (more if number == 1 else 0)
        parts.append(b"http://news.example/%d 10.0.0.1 20160428140500 text/html %d\n%s\n" % (number, length, block))
    version = b"1 0 Test\nURL IP-address Archive-date Content-type Archive-length\n"
    first = b"filedesc://a.arc 0.0.0.0 20160428000000 text/plain %d\n%s\n" % (len(version), version)
    found = read(write(tmp_path / "a.arc", first, *parts))
    assert titles(found) == ["Page 2", "Page 3"]
    assert found[1] == [("bad_length", 2)]


def test_offsets(tmp_path: Path) -> None:
    parts = [good(1), b"garbage\r\n", good(2), record(3, b"nothing")]
    path = write(tmp_path / "a.warc", *parts)
    offsets = [
        item.location.offset if isinstance(item, Rejection) else item[1].location.offset
        for item in archive_records(str(path), Options())
    ]
    assert offsets == [sum(map(len, parts[:number])) for number in range(4)]


MEASURED = """
import json, resource, sys, time
from collections import Counter
from searchsvc.archives import READERS, Options, Rejection, archive_records
from searchsvc.errors import BadRecord
READERS["WARC"], READERS["HTML"]
began = time.process_time()
resource.setrlimit(resource.RLIMIT_AS, (2_000_000_000, 2_000_000_000))
found = Counter()
for item in archive_records(sys.argv[1], Options()):
    if isinstance(item, Rejection):
        found[item.code] += 1
        continue
    try:
        READERS[item[0]].article(item[1], Options())
        found["article"] += 1
    except BadRecord as error:
        found[error.code] += 1
# Not ru_maxrss, which begins with that of the process that started this one.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps([found, time.process_time() - began, int(peak.split()[1]) / 1024]))
"""


def measured(path: Path, *, stdin: Path | None = None) -> tuple[dict[str, int], float, float]:
    """What was found, seconds of computing and MB in a process of its own."""
    with (stdin or path).open("rb") as file:
        done = subprocess.run(
            [sys.executable, "-c", MEASURED, str(path)], capture_output=True, check=True, timeout=60, stdin=file
        )
    found, seconds, megabytes = json.loads(done.stdout)
    return found, seconds, megabytes


def long_line(path: Path) -> None:
    write(path, good(1), record(2, response(PAGE), X="y" * 50_000_000), good(3))


def zeros(count: int) -> bytes:
    """So many zeros, as gzip packs them."""
    packer = zlib.compressobj(1, wbits=31)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(count >> 20)) + packer.flush()


def bomb(path: Path) -> None:
    body = zeros(1 << 30)
    write(path, good(1), record(2, response(body, ("Content-Encoding", "gzip"))), good(3))


def double_bomb(path: Path) -> None:
    body = gzip.compress(zeros(1 << 30))
    write(path, good(1), record(2, response(body, ("Content-Encoding", "gzip, gzip"))), good(3))


def member_bomb(path: Path) -> None:
    member = gzip.compress(record(2, response(b" " * (1 << 28))), 1)
    write(path, gzip.compress(good(1)), member, gzip.compress(good(3)))


def wrong_lengths(path: Path) -> None:
    write(path, *(record(number, b"x" * 4_000, length=15_000_000) for number in range(4_000)), good(3))


@pytest.mark.parametrize(
    "make, code, articles",
    [
        (long_line, "long_header", 2),
        (bomb, "expansion_ratio", 2),
        (double_bomb, "expansion_ratio", 2),
        (member_bomb, "expansion_ratio", 2),
        (wrong_lengths, "too_damaged", 0),
    ],
)
def test_cost(tmp_path: Path, make: Callable[[Path], Any], code: str, articles: int) -> None:
    make(tmp_path / "a.warc")
    found, seconds, megabytes = measured(tmp_path / "a.warc")
    assert found[code] == 1
    assert found.get("article", 0) == articles
    assert seconds < 5
    assert megabytes < 512
