"""Does every fault cost its own record and no other, and is it named with its place?"""

from __future__ import annotations

import gzip
import json
import pickle
import random
from pathlib import Path

import pytest

from searchsvc.archives import READERS, Options, Record, Rejection, archive_records
from searchsvc.article import Article
from searchsvc.document import Document
from searchsvc.errors import BadRecord

FAULTS = Path(__file__).parent / "faults"


def read(path: Path, options: Options | None = None) -> tuple[list[str], list[tuple[str, int, int]]]:
    """The titles read from a file, and (code, ordinal, offset) of what was rejected, in order."""
    titles, rejected = [], []
    for item in archive_records(str(path), options or Options()):
        if isinstance(item, Rejection):
            rejected.append((item.code, item.location.ordinal, item.location.offset))
            continue
        name, record = pickle.loads(pickle.dumps(item))
        try:
            found = READERS[name].article(record, options or Options())
        except BadRecord as error:
            rejected.append((error.code, record.location.ordinal, record.location.offset))
        else:
            titles.append(found.title if isinstance(found, Article) else found.article.title)
    return titles, rejected


@pytest.mark.parametrize(
    "name, titles, rejected",
    [
        ("bad-line.jsonl", ["Title 1", "Title 3"], [("bad_json", 2, 2)]),
        ("nan.jsonl", ["Title 1", "Title 4"], [("bad_json", 2, 2), ("bad_json", 3, 3)]),
        ("no-fields.jsonl", ["Title 1", "Title 3"], [("no_fields", 2, 2)]),
        ("deep.json", ["Title 1", "Title 3"], [("too_deep", 2, 2)]),
        ("truncated-array.json", ["Title 1", "Title 2"], [("truncated", 3, 4)]),
        ("two-documents.json", ["First", "Second"], []),
        ("unclosed-quote.csv", ["First", "Third"], [("unclosed_quote", 2, 3)]),
        ("stray-quote.csv", ["First", "Third", "Fourth"], [("unclosed_quote", 2, 3)]),
        ("short-row.csv", ["First", "Fourth"], [("bad_row", 2, 3), ("bad_row", 3, 4)]),
        ("no-header.csv", [], [("no_header", 1, 1)]),
        ("empty.txt", [], [("empty_file", 1, 1)]),
        ("truncated.sgm", ["FIRST", "THIRD"], [("truncated", 2, 8), ("truncated", 4, 10)]),
    ],
)
def test_fault(name: str, titles: list[str], rejected: list[tuple[str, int, int]]) -> None:
    """`rejected` has code, ordinal and line; the byte that is told has to be that line's first."""
    content = (FAULTS / name).read_bytes()
    begins = [0, *(at + 1 for at, byte in enumerate(content) if byte == ord("\n"))]
    expected = [(code, ordinal, begins[line - 1]) for code, ordinal, line in rejected]
    assert read(FAULTS / name) == (titles, expected)


PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 4
LINE = b'{"title": "Title %d", "text": "Text."}\n'


@pytest.mark.parametrize(
    "name, content, titles, codes",
    [
        ("not-text.bin", PNG, [], ["unknown_format"]),
        ("not-text.txt", bytes(range(256)) * 40, [], ["unknown_format"]),
        ("archive.zip", b"PK\x03\x04 and so on", [], ["bad_zip"]),
        ("program.py", b"print('no article')\n", [], ["unknown_format"]),
        ("blank.jsonl", b" \r\n\n", [], ["empty_file"]),
        ("mark.txt", b"\xef\xbb\xbf", [], ["empty_file"]),
        ("lines.jsonl", b"\xef\xbb\xbf" + LINE % 1 + b"\r\n" + LINE % 2, ["Title 1", "Title 2"], []),
        ("last.jsonl", LINE % 1 + (LINE % 2).rstrip(), ["Title 1", "Title 2"], []),
        ("wide.jsonl", (LINE % 1).decode().encode("utf-16"), ["Title 1"], []),
        ("wider.jsonl", (LINE % 1).decode().encode("utf-32"), ["Title 1"], []),
        ("wide.txt", "Überschrift\n\nEin Satz.".encode("utf-16"), ["Überschrift"], []),
        ("wide.html", "<html><title>Müll</title><p>Ein Satz.".encode("utf-16"), ["Müll"], []),
        ("western.csv", "title,text\nCafé,Müsli\n".encode("cp1252"), ["Café"], []),
        ("western.jsonl", '{"title": "Café"}\n'.encode("cp1252"), ["Café"], []),
        ("surrogate.jsonl", b'{"title": "Half \\ud800", "text": "x"}\n', ["Half \ud800"], []),
        ("page.txt", b"<!DOCTYPE html><html><title>A page</title><p>Words.", ["A page"], []),
        ("lines.txt", LINE % 1, ["Title 1"], []),
        ("no-ending", b"A headline\n\nAnd a text that goes on.", ["A headline"], []),
        ("array.json", b"[" + LINE % 1 + b"," + LINE % 2 + b"]", ["Title 1", "Title 2"], []),
        ("one-comma-more.json", b"[" + LINE % 1 + b"," + LINE % 2 + b",]", ["Title 1", "Title 2"], []),
        ("one-comma-less.json", b"[" + LINE % 1 + LINE % 2 + b"]", ["Title 1", "Title 2"], []),
        ("comma-and-end.json", b"[" + LINE % 1 + b",", ["Title 1"], ["truncated"]),
        ("comma-within.json", b"[" + LINE % 1 + b',{"title": "T",}]', ["Title 1"], ["bad_json"]),
        ("none.json", b"[]", [], []),
        ("mixed.json", b"[" + LINE % 1 + b",7, " + LINE % 2 + b"]", ["Title 1", "Title 2"], ["bad_json"]),
        ("pretty.json", b'{\n  "title": "One",\n  "text": "a } in it"\n}\n', ["One"], []),
        ("nul.csv", b"title,text\nOne,a\0b\nTwo,b\n", ["One", "Two"], []),
        ("semicolon.csv", b"Headline;Body\nOne;a, b\n", ["One"], []),
        ("tabs.tsv", b"headline\tbody\nOne\ta, b\n", ["One"], []),
        ("bars.csv", b"headline|body\nOne|a\n", ["One"], []),
        ("quotes.csv", b'title,text\n"He said ""no""","two\nlines"\n', ['He said "no"'], []),
        ("odd-quotes.csv", b'title,text\n"x "odd" one",b\n', ['x odd" one"'], []),
        ("sep.csv", b"sep=;\r\ntitle;text\r\nOne;a\r\n", ["One"], []),
        ("repeat.csv", b'title,text\n"a\n"b,c\nThree,d\n', ["Three"], ["unclosed_quote", "unclosed_quote"]),
        ("feed.xml", b'<?xml version="1.0"?><rss version="2.0"><channel/></rss>', [], ["no_entries"]),
    ],
)  # fmt: skip
def test_content(tmp_path: Path, name: str, content: bytes, titles: list[str], codes: list[str]) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    found, rejected = read(path)
    assert (found, [code for code, _, _ in rejected]) == (titles, codes)
    packed = tmp_path / f"{name}.gz"
    packed.write_bytes(gzip.compress(content))
    assert read(packed) == (found, rejected)


def noise_lines(count: int) -> bytes:
    """Lines that gzip cannot pack much, so that a cut falls where it is made."""
    chance = random.Random(7)
    return b"".join(
        b'{"title": "Title %d", "text": "%s"}\n' % (n, chance.randbytes(300).hex().encode()) for n in range(count)
    )


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.999])
def test_truncated_gzip_keeps_what_came_before(tmp_path: Path, part: float) -> None:
    packed = gzip.compress(noise_lines(400))
    path = tmp_path / "truncated.jsonl.gz"
    path.write_bytes(packed[: int(len(packed) * part)])
    titles, rejected = read(path)
    assert titles == [f"Title {n}" for n in range(len(titles))]
    assert len(titles) >= 400 * part - 60
    assert [code for code, _, _ in rejected] == ["truncated_gzip"]
    assert rejected[0][1] == len(titles) + 1
    assert noise_lines(len(titles))[rejected[0][2] :] == b""


def test_truncated_page_is_not_half_an_article(tmp_path: Path) -> None:
    path = tmp_path / "page.html.gz"
    page = b"<!DOCTYPE html><html><title>A page</title><p>" + random.Random(7).randbytes(3_000).hex().encode()
    path.write_bytes(gzip.compress(page)[:-1_000])
    assert read(path) == ([], [("truncated_gzip", 1, 0)])


@pytest.mark.parametrize(
    "change, code",
    [
        (lambda packed: packed + gzip.compress(LINE % 2), ""),
        (lambda packed: packed + b"\0" * 700, ""),
        (lambda packed: packed + b"garbage", "bad_gzip"),
        (lambda packed: packed[:-8] + b"\1" * 8, "bad_gzip"),
        (lambda packed: packed[:12], "truncated_gzip"),
    ],
)
def test_gzip(tmp_path: Path, change: object, code: str) -> None:
    path = tmp_path / "some.jsonl.gz"
    path.write_bytes(change(gzip.compress(LINE % 1)))  # type: ignore[operator]
    titles, rejected = read(path)
    assert [found for found, _, _ in rejected] == ([code] if code else [])
    assert titles[:1] == (["Title 1"] if code != "truncated_gzip" else [])


def test_expansion_ends(tmp_path: Path) -> None:
    path = tmp_path / "bomb.jsonl.gz"
    path.write_bytes(gzip.compress(LINE % 1 + b" " * 60_000_000))
    titles, rejected = read(path)
    assert titles == ["Title 1"]
    assert rejected[-1][0] == "expansion_ratio"


def test_long_line_is_passed(tmp_path: Path) -> None:
    path = tmp_path / "long.jsonl"
    path.write_bytes(LINE % 1 + b'{"title": "' + b"x" * 20_100_000 + b'"}\n' + LINE % 3)
    assert read(path) == (["Title 1", "Title 3"], [("too_large", 2, len(LINE % 1))])


def test_large_page(tmp_path: Path) -> None:
    path = tmp_path / "large.html"
    path.write_bytes(b"<!DOCTYPE html>" + b"x" * 5_000_000)
    assert read(path) == ([], [("too_large", 1, 0)])


def test_page_of_nothing(tmp_path: Path) -> None:
    path = tmp_path / "nothing.html"
    path.write_bytes(b"<!DOCTYPE html><html><body><script>x</script></body></html>")
    assert read(path) == ([], [("no_article", 1, 0)])


def test_map_and_source(tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl"
    path.write_bytes(b'{"h": "A", "inner": {"story": "Words."}, "text": "not this"}\n')
    options = Options({"title": "h", "text": "inner.story"}, source="The Courier")
    ((name, record),) = [item for item in archive_records(str(path), options) if not isinstance(item, Rejection)]
    article = READERS[name].article(record, options)
    assert isinstance(article, Article)
    assert (article.title, article.text, article.source) == ("A", "Words.", "The Courier")


def test_map_names_a_column(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_bytes(b"col1,col2\nA,Words.\n")
    assert read(path) == ([], [("no_header", 1, 0)])
    assert read(path, Options({"title": "col1", "text": "col2"})) == (["A"], [])


def test_standard_input(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "in"
    path.write_bytes(LINE % 1)
    with path.open() as stream:
        monkeypatch.setattr("sys.stdin", stream)
        items = list(archive_records("-", Options()))
    assert len(items) == 1
    assert not isinstance(items[0], Rejection)
    assert items[0][1].location.path == "-"


def test_documents_pass_through(tmp_path: Path) -> None:
    import orjson

    from searchsvc.article import Location, Published
    from searchsvc.document import FORMAT, Entities, Entity, make_document, to_json

    article = Article(
        "A", "Words.", byline=("Ann Lee",), published=Published("2016-04", "month", "url"), location=Location("a.html")
    )
    document = make_document(article, Entities(people=(Entity("x", "X", (), ((0, 1),)),)), "v1")
    line = orjson.dumps({"format": FORMAT, **to_json(document)}) + b"\n"
    bad = orjson.dumps({"format": FORMAT, "id": "x"}) + b"\n"
    wrong = orjson.dumps({"format": FORMAT, **to_json(document), "title": 7}) + b"\n"
    path = tmp_path / "extracted.jsonl"
    path.write_bytes(line + bad + wrong + LINE % 1 + b"{\n" + line)
    items = [item for item in archive_records(str(path), Options()) if not isinstance(item, Rejection)]
    assert {name for name, _ in items} == {"searchsvc documents"}
    assert READERS["searchsvc documents"].article(items[0][1], Options()) == document
    assert isinstance(READERS["searchsvc documents"].article(items[-1][1], Options()), Document)
    assert [code for code, _, _ in read(path)[1]] == ["bad_document", "bad_document", "bad_document", "bad_json"]


@pytest.mark.parametrize("name", list(READERS))
def test_readers_keep_the_protocol(name: str) -> None:
    reader = READERS[name]
    assert reader.name == name
    assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in reader.suffixes)
    assert not reader.recognises(b"")
    assert not reader.recognises(PNG)


def test_offsets_point_at_the_records(tmp_path: Path) -> None:
    for name in ("bad-line.jsonl", "two-documents.json", "unclosed-quote.csv", "truncated.sgm"):
        content = (FAULTS / name).read_bytes()
        for item in archive_records(str(FAULTS / name), Options()):
            if not isinstance(item, Rejection):
                record: Record = item[1]
                assert content[record.location.offset :].startswith(record.raw)


@pytest.mark.parametrize(
    "answer",
    [
        '{"status": "ok", "totalResults": 2, "articles": [%s, %s]}',
        '{"response": {"status": "ok", "total": 2, "results": [%s, %s], "pages": 1}}',
        '{"status": "OK", "copyright": "…",\n "response": {"docs": [\n%s,\n%s\n]}}\n',
    ],
)
def test_saved_answers_of_news_apis(answer: str, tmp_path: Path) -> None:
    articles = [
        json.dumps({"title": f"Number {n}", "description": 'with "[{" in it', "url": f"https://a.example/{n}"})
        for n in (1, 2)
    ]
    path = tmp_path / "answer.json"
    path.write_text(answer % tuple(articles), "utf-8")
    found = list(archive_records(str(path), Options()))
    titles = [READERS[item[0]].article(item[1], Options()).title for item in found if not isinstance(item, Rejection)]
    assert titles == ["Number 1", "Number 2"]


@pytest.mark.parametrize(
    "answer, text, byline",
    [
        (
            {"response": {"results": [{
                "id": "world/1", "webTitle": "The bridge opens", "webPublicationDate": "2019-02-03T04:05:06Z",
                "webUrl": "https://a.example/1", "fields": {"byline": "Ann Lee", "bodyText": "It opens in June."},
            }]}},
            "It opens in June.", ("Ann Lee",),
        ),
        (
            {"status": "OK", "response": {"docs": [{
                "abstract": "It opens.", "web_url": "https://a.example/1", "lead_paragraph": "It opens in June.",
                "headline": {"main": "The bridge opens", "kicker": None, "name": None},
                "byline": {"original": "By Ann Lee", "person": []}, "pub_date": "2019-02-03T04:05:06+0000",
            }]}},
            "It opens in June.", ("Ann Lee",),
        ),
        (
            {"_index": "news", "_id": "1", "_source": {
                "title": "The bridge opens", "content": "It opens in June.", "url": "https://a.example/1",
                "published": "2019-02-03T04:05:06Z",
            }},
            "It opens in June.", (),
        ),
    ],
    ids=["Guardian", "NYT", "Elasticsearch"],
)  # fmt: skip
def test_fields_as_they_are_wrapped(answer: object, text: str, byline: tuple[str, ...], tmp_path: Path) -> None:
    path = tmp_path / "answer.json"
    path.write_text(json.dumps(answer), "utf-8")
    ((reader, record),) = archive_records(str(path), Options())
    found = READERS[reader].article(record, Options())
    assert (found.title, found.text, found.byline) == ("The bridge opens", text, byline)
    assert (found.url, found.published.at[:10]) == ("https://a.example/1", "2019-02-03")
