"""Is each entry of a feed an article, whatever the version, the encoding and the faults of the feed?"""

from __future__ import annotations

import ast
import gzip
import html
import re
import socket
import tarfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from searchsvc.archives import READERS, Options, Rejection, archive_records
from searchsvc.article import Article

Read = Callable[..., tuple[list[Article], list[tuple[str, int, int]]]]

HERE = Path(__file__).parent / "feeds"
CORPUS = Path(__file__).parents[3] / "shared" / "data" / "feeds-feedparser" / "feedparser-tests.tar.gz"

RSS = b'<?xml version="1.0"?>\n<rss version="2.0"><channel><title>Feed</title>%s</channel></rss>\n'
ENTRY = b"<rss><channel><item><title>%s</title></item></channel></rss>"
ITEM = b"<item><title>Title %d</title><description>Text.</description></item>"


@pytest.fixture(scope="module")
def read(read_by: Callable[..., Read]) -> Read:
    return read_by("RSS or Atom", "JSON Feed")


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "name, number, expected",
    [
        (
            "rss2.xml",
            0,
            {
                "title": "Council votes & ferry stays",
                "text": "The council voted on Thursday to keep the ferry.\n\nFares stay as they are."
                "\n\nSo do the hours.",
                "url": "https://gazette.example/2016/ferry",
                "archive_id": "gazette-1001",
                "source": "The Harbour Gazette",
                "language": "en",
                "byline": ("Ann Lee", "Bo Chen"),
                "tags": ("Politics", "Harbour"),
            },
        ),
        (
            "rss2.xml",
            1,
            {
                "title": "A second <item> in the news",
                "text": "The summary is all there is.",
                "source": "Northern Agency",
                "byline": ("Bo Chen",),
                "archive_id": "",
            },
        ),
        ("rss2.xml", 2, {"title": "", "text": "No title, and only a day of the year that no one knows."}),
        (
            "atom.xml",
            0,
            {
                "title": "Die Fähre bleibt",
                "text": "Der Rat stimmte zu.\n\nMehr morgen.",
                "url": "https://hafen.example/1",
                "archive_id": "tag:hafen.example,2016:1",
                "source": "Hafen & Meer",
                "language": "de",
                "byline": ("Anna Müller",),
                "tags": ("Politik",),
            },
        ),
        ("atom.xml", 1, {"text": "Le conseil a voté.", "language": "fr", "byline": ("Luc Petit",)}),
        ("rss1.rdf", 0, {"title": "Café opens", "text": "A café has opened.", "language": "en", "source": "Old News"}),
        (
            "feed.json",
            0,
            {
                "title": "Ferry stays",
                "text": "One.\n\nTwo.",
                "url": "https://gazette.example/1",
                "archive_id": "1",
                "source": "The Harbour Gazette",
                "language": "en",
                "byline": ("Ann Lee",),
                "tags": ("Harbour", "Ferry"),
            },
        ),
        (
            "feed.json",
            1,
            {
                "text": "First line.\n\nSecond one.",
                "url": "https://else.example/2",
                "archive_id": "2",
                "byline": ("The Harbour Team",),
            },
        ),
    ],
)
def test_entry(read: Read, name: str, number: int, expected: dict[str, object]) -> None:
    article = read(HERE / name)[0][number]
    assert {key: getattr(article, key) for key in expected} == expected


@pytest.mark.parametrize(
    "name, dates",
    [
        ("rss2.xml", ["2016-05-05T16:20:00+02:00", "2016-05-04T13:15:00Z", ""]),
        ("atom.xml", ["2016-05-05T16:20:00+02:00", "2016-05-06T08:00:01Z"]),  # the second has only <updated>
        ("rss1.rdf", ["2003-12-31T10:14:55Z", ""]),  # the second has only dcterms:modified
        ("feed.json", ["2016-05-05T16:20:00+02:00", ""]),  # the second has only date_modified
    ],
)
def test_dates(read: Read, name: str, dates: list[str]) -> None:
    found = [article.published for article in read(HERE / name)[0]]
    assert [date.at for date in found] == dates
    assert {date.source for date in found if date} == {"feed"}


@pytest.mark.parametrize(
    "name, rejected",
    [
        ("rss2.xml", [("no_article", 4, b"<item><link>")]),
        ("feed.json", [("no_article", 3, b'{"id": "3"'), ("bad_json", 4, b"7\n")]),
    ],
)
def test_bad_entry_costs_itself(read: Read, name: str, rejected: list[tuple[str, int, bytes]]) -> None:
    content = (HERE / name).read_bytes()
    assert read(HERE / name)[1] == [(code, ordinal, content.index(begins)) for code, ordinal, begins in rejected]


@pytest.mark.parametrize("name", ["rss2.xml", "atom.xml", "rss1.rdf", "feed.json"])
def test_offsets_point_at_the_entries(name: str) -> None:
    content = (HERE / name).read_bytes()
    for item in archive_records(str(HERE / name), Options()):
        if not isinstance(item, Rejection):
            assert content[item[1].location.offset :].startswith(item[1].raw)


JSON_FEED = b'{"version": "https://jsonfeed.org/version/1", "title": "F", %s}'


@pytest.mark.parametrize(
    "name, content, titles, codes",
    [
        ("none.xml", RSS % b"", [], ["no_entries"]),
        ("none.json", JSON_FEED % b'"items": []', [], ["no_entries"]),
        ("no-items.json", JSON_FEED % b'"items": 7', [], ["no_entries"]),
        ("cut.json", JSON_FEED[:-1] % b'"items": [{"title": "One"}, {"ti', ["One"], ["truncated"]),
        ("cut-early.json", b'{"version": "https://jsonfeed.org/version/1", "title": "F", "it', [], ["truncated"]),
        ("self-closed.xml", b'<rss version="2.0"/>', [], ["no_entries"]),
        ("two.xml", RSS % (ITEM % 1 + ITEM % 2), ["Title 1", "Title 2"], []),
        ("cut-between.xml", RSS[:60] + ITEM % 1 + b" ", ["Title 1"], ["truncated"]),
        ("cut-within.xml", RSS[:60] + ITEM % 1 + (ITEM % 2)[:30], ["Title 1"], ["truncated"]),
        ("unclosed.xml", RSS % (ITEM % 1 + b"<item><title>Half" + ITEM % 3), ["Title 1", "Title 3"], ["truncated"]),
        ("unclosed-last.xml", RSS % (ITEM % 1 + b"<item><title>Half"), ["Title 1"], ["truncated"]),
        ("empty-item.xml", RSS % (b"<item/>" + ITEM % 2), ["Title 2"], ["no_article"]),
        ("cdata.xml", RSS % b"<item><title><![CDATA[</item><item>]]>&amp;</title></item>", ["</item><item>&"], []),
        ("comment.xml", RSS % (b"<!-- <item> -->" + ITEM % 1 + b"<!-- </rss> -->"), ["Title 1"], []),
        ("ill-formed.xml", RSS % (b"<item><title>Fish & Chips<br></title></item>" + ITEM % 2), None, []),
        ("control.xml", RSS % b"<item><title>A\x0bB\x00C</title></item>", ["ABC"], []),
        ("mark.xml", b"\xef\xbb\xbf" + RSS % (ITEM % 1), ["Title 1"], []),
        ("blank.xml", b"\n \n" + RSS % (ITEM % 1), ["Title 1"], []),
        ("upper.xml", (RSS % (ITEM % 1)).upper(), ["TITLE 1"], []),
        ("prefix.xml", b'<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:title>A</a:title></a:entry></a:feed>',
         ["A"], []),
        ("dtd.xml", b'<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://127.0.0.1:9/x.dtd">'
         + b'<rss version="0.91"><channel><item><title>Caf&eacute;</title></item></channel></rss>', ["Café"], []),
        ("own-entity.xml", b'<!DOCTYPE rss [<!ENTITY me "Ann">]><rss><channel><item><title>&me; &amp; Bo</title></item>'
         + b"</channel></rss>", ["Ann & Bo"], []),
    ],
)  # fmt: skip
def test_content(
    read: Read, tmp_path: Path, name: str, content: bytes, titles: list[str] | None, codes: list[str]
) -> None:
    articles, rejected = read(written(tmp_path / name, content))
    assert [code for code, _, _ in rejected] == codes
    if titles is None:
        assert len(articles) == 2
    else:
        assert [article.title for article in articles] == titles


@pytest.mark.parametrize(
    "declared, actual",
    [
        ("utf-8", "utf-8"), ("utf-8", "cp1252"), ("iso-8859-1", "cp1252"), ("iso-8859-1", "utf-8"),
        ("us-ascii", "utf-8"), ("no-such-encoding", "utf-8"), ("base64", "utf-8"), ("utf-16", "utf-8"),
        ("utf-8", "utf-16"), ("utf-8", "utf-32"), ("utf-16", "utf-16-le"), ("utf-16", "utf-16-be"), ("cp037", "cp037"),
        ("utf-7", "utf-8"),
    ],
)  # fmt: skip
def test_encodings(read: Read, tmp_path: Path, declared: str, actual: str) -> None:
    """What is declared is not always what is there; what is there can be told."""
    feed = f'<?xml version="1.0" encoding="{declared}"?>{ENTRY.decode() % "Café Müller"}'
    articles, rejected = read(written(tmp_path / "feed.xml", feed.encode(actual)))
    assert ([article.title for article in articles], rejected) == (["Café Müller"], [])


def test_mixed_encodings(read: Read, tmp_path: Path) -> None:
    """Aggregators put entries together as they come."""
    items = "<item><title>Café</title></item>"
    content = RSS % (items.encode() + items.encode("cp1252") + items.encode())
    assert [article.title for article in read(written(tmp_path / "feed.xml", content))[0]] == ["Café"] * 3


@pytest.mark.parametrize("encoding", ["shift_jis", "iso2022_jp", "euc_jp", "gb2312", "big5", "koi8-r"])
def test_eastern_encodings(read: Read, tmp_path: Path, encoding: str) -> None:
    title = "Новости" if encoding == "koi8-r" else "新聞"
    feed = (
        f'<?xml version="1.0" encoding="{encoding}"?><rss><channel><item><title>{title}</title></item></channel></rss>'
    )
    if encoding == "gb2312":
        feed, title = feed.replace("聞", "闻"), "新闻"
    articles, rejected = read(written(tmp_path / "feed.xml", feed.encode(encoding)))
    assert ([article.title for article in articles], rejected) == ([title], [])


SECRET = "the-secret-of-the-file"
LAUGHS = b"<!DOCTYPE rss [<!ENTITY a0 'ha'>" + b"".join(
    b"<!ENTITY a%d '%s'>" % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12)
)


@pytest.mark.parametrize(
    "name, content, code",
    [
        ("laughs", LAUGHS + b"]>" + ENTRY % b"&a11;", "xml_entities"),
        ("quadratic", b'<!DOCTYPE x [<!ENTITY a "%b">]>' % (b"x" * 50_000) + ENTRY % (b"&a;" * 50_000), "xml_entities"),
        ("file", b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file://%s">]>' + ENTRY % b"&x;", "xml_entities"),
        ("network", b'<!DOCTYPE rss [<!ENTITY x SYSTEM "http://127.0.0.1:9/">]>' + ENTRY % b"&x;", "xml_entities"),
        ("parameter", b'<!DOCTYPE rss [<!ENTITY %% x SYSTEM "file://%s"> %%x;]>' + ENTRY % b"A", "xml_entities"),
        ("late", b'<rss><channel><item><!DOCTYPE x [<!ENTITY y SYSTEM "file://%s">]><title>&y;</title></item></channel></rss>',
         ""),
        ("deep", ENTRY % (b"<b>" * 150 + b"A" + b"</b>" * 150), "too_deep"),
        ("deeper", ENTRY % (b"<b>" * 900_000), "too_deep"),
        ("long", ENTRY % (b"x" * 5_100_000), "too_large"),
        ("tags", ENTRY % (b"&lt;i&gt;" * 150_000), "too_large"),
        ("open", ENTRY % (b"<" * 4_000_000), "bad_xml"),
        ("comments", ENTRY % (b"<!--" * 1_000_000), "truncated"),
    ],
)  # fmt: skip
def test_attacks(
    read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes, code: str
) -> None:
    """Each is named within five seconds, and nothing is read but the feed."""
    secret = written(tmp_path / "secret.txt", SECRET.encode())
    path = written(tmp_path / f"{name}.xml", content.replace(b"%s", str(secret).encode()).replace(b"%%", b"%"))

    def refused(*_: object) -> None:
        raise AssertionError("a connection")

    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    begun = time.monotonic()
    articles, rejected = read(path)
    assert time.monotonic() - begun < 5
    assert not any(SECRET in article.title + article.text for article in articles)
    if code:
        assert articles == []
        assert [found for found, _, _ in rejected] == [code]


def test_large_feed_streams(read: Read, tmp_path: Path) -> None:
    """The records of a long feed come one by one: the first is there before the last is read."""
    items = iter([b"<rss><channel>", *(ITEM % n for n in range(40_000)), b"</channel></rss>"])
    given = 0

    class Slow:
        def read(self, size: int) -> bytes:
            nonlocal given
            chunk = b"".join(part for _, part in zip(range(1_000), items, strict=False))
            given += len(chunk)
            return chunk

    records = READERS["RSS or Atom"].records(Slow(), "feed.xml", Options())  # type: ignore[arg-type]
    next(iter(records))
    assert given < 400_000
    assert sum(1 for _ in records) == 39_999


@pytest.mark.parametrize("name", ["rss2.xml", "atom.xml", "rss1.rdf", "feed.json"])
def test_cut_anywhere(read: Read, tmp_path: Path, name: str) -> None:
    """Whole entries before the cut are kept, and the cut is reported last."""
    content = (HERE / name).read_bytes()
    whole = [article.title for article in read(HERE / name)[0]]
    for at in range(200, content.rstrip().rindex(b"<" if name != "feed.json" else b"]"), len(content) // 50):
        articles, rejected = read(written(tmp_path / name, content[:at]))
        titles = [article.title for article in articles]
        assert titles == whole[: len(titles)]
        assert rejected
        assert rejected[-1][0] in ("truncated", "no_entries", "bad_xml", "bad_json", "unknown_format"), (at, rejected)


def test_cut_gzip(read: Read, tmp_path: Path) -> None:
    packed = gzip.compress(RSS % b"".join(ITEM % n for n in range(5_000)))
    articles, rejected = read(written(tmp_path / "feed.xml.gz", packed[: len(packed) // 2]))
    assert [article.title for article in articles] == [f"Title {n}" for n in range(len(articles))]
    assert len(articles) > 1_000
    assert [code for code, _, _ in rejected] == ["truncated_gzip"]


def corpus(folder: Path) -> list[Path]:
    if not CORPUS.is_file():
        pytest.skip("the feeds of feedparser's own tests are not beside the repository")
    with tarfile.open(CORPUS) as packed:
        packed.extractall(folder, filter="data")
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_corpus(read: Read, tmp_path: Path) -> None:
    """feedparser's 2,107 test feeds: each ends in articles or a named rejection.

    Most are about the feed itself, or about an entry with one odd field and nothing to read. Ten lack their end.
    """
    paths = corpus(tmp_path)
    assert len(paths) == 2_107
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    compared = 0
    for path in paths:
        begun = time.monotonic()
        articles, rejected = read(path)
        assert time.monotonic() - begun < 5, path
        assert articles or rejected, path
        counts["article"] += len(articles)
        counts.update(code for code, _, _ in rejected)
        for name, value in expected(path):
            if articles:
                compared += 1
                found = str(getattr(articles[0], name))
                if "".join(found.split()) != "".join(html.unescape(re.sub(r"<[^<>]*>", "", value)).split()):
                    wrong.append(path.name)
    assert counts == {"no_entries": 906, "no_article": 634, "article": 581, "truncated": 10, "unknown_format": 1}
    assert compared == 145
    assert sorted(wrong) == sorted(OTHERWISE)


#: Where the feed expects what this reader does not do: a summary beside a fuller text, "<blink>" kept in plain text
#: (it is, but not in what is compared), what an <iframe> or dangerous HTML holds.
OTHERWISE = (
    "entry_content_and_summary.xml item_summary_and_description.xml entry_content_text_plain_brackets.xml"
    " entry_title_text_plain_brackets.xml entry_title_text_plain_brackets.xml entry_content_iframe.xml"
    " entry_summary_iframe.xml entry_content_crazy.xml entry_summary_crazy.xml entry_title_crazy.xml"
    " item_content_encoded_script_nested_cdata.xml"
).split()


def expected(path: Path) -> list[tuple[str, str]]:
    """The title and the text that a feed says are expected of its first entry."""
    head = path.read_bytes()[:2_000].decode("latin-1")
    match = re.search(r"Expect:(.*?)-->", head, re.DOTALL)
    found = []
    fields = (("title", r"\[?\.?'?title'?\]?"), ("text", r"\['content'\]\[0\]\['value'\]"), ("text", r"\['summary'\]"))
    for field, name in fields:
        said = re.search(rf"entries\[0\]{name} == u?('(?:[^'\\]|\\.)*')", match[1]) if match else None
        if said and said[1].isascii():
            found.append((field, str(ast.literal_eval(said[1]))))
    return found
