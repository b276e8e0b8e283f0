"""Are retrieval collections read: TREC's <DOC> as its sources fill it, and TIME's texts of 1963?"""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from searchsvc.archives import READERS, Options, Record, Rejection, archive_records
from searchsvc.article import Article, Location

HERE = Path(__file__).parent / "newswire"
TIME = Path(__file__).parents[3] / "shared" / "data" / "time"


def read(path: Path) -> list[Article | str]:
    found: list[Article | str] = []
    for item in archive_records(str(path), Options()):
        if isinstance(item, Rejection):
            found.append(item.code)
        else:
            article = READERS[item[0]].article(item[1], Options())
            assert isinstance(article, Article)
            found.append(article)
    return found


def document(inner: str) -> Article:
    found = READERS["TREC"].article(Record(Location("x"), f"<DOC>{inner}</DOC>".encode()), Options())
    assert isinstance(found, Article)
    return found


def test_trec() -> None:
    ap, ft, la, cut = read(HERE / "trec.sgml")
    assert cut == "truncated"
    assert isinstance(ap, Article)
    assert isinstance(ft, Article)
    assert isinstance(la, Article)
    assert (ap.title, ap.byline, ap.archive_id) == ("Harbour Bridge Opens", ("ANN LEE",), "AP880212-0001")
    assert ap.text == (
        "OSLO, Norway (AP) - The bridge over the harbour opened on Thursday, and the mayor of AT&T Park drove over it"
        " first.\n\nCars wait."
    )
    assert (ap.published.at, ap.published.precision, ap.published.source) == ("1988-02-12", "day", "archive")
    assert (ft.title, ft.text, ft.source) == ("FT 14 MAY 91 / Ferry stops", "The ferry stops.", "The Financial Times")
    assert ft.published.at == "1991-05-14"
    assert (la.title, la.text, la.section) == ("NEW BOOKS; OLD TALES", "One book.\n\nTwo books.", "Book Review")
    assert (la.published.at, la.tags, la.byline) == ("1989-01-01", ("BOOKS", "TALES"), ("BO CHEN",))


@pytest.mark.parametrize(
    "inner, at",
    [
        ("<DOCNO> WSJ870324-0001 </DOCNO><HL> a</HL><DD> 03/24/87</DD>", "1987-03-24"),
        ("<DOCNO>WSJ870324-0001</DOCNO><HL>a</HL>", "1987-03-24"),
        ("<DOCNO>FBIS3-1</DOCNO><TI>a</TI><DATE1>1 March 1994</DATE1>", "1994-03-01"),
        ("<DOCNO> NYT19980601.0001 </DOCNO><HEADLINE>a</HEADLINE>", "1998-06-01"),
        ("<DOCNO>NYT19980601.0001</DOCNO><HEADLINE>a</HEADLINE><DATE_TIME>1998-06-02 10:00</DATE_TIME>", "1998-06-02"),
        ("<DOCNO>LA010189-0001</DOCNO><HEADLINE>a</HEADLINE>", ""),
        ("<DOCNO>FT911-1</DOCNO><HEADLINE>a</HEADLINE><DATE>991341</DATE>", ""),
        ("<DOCNO>X</DOCNO><HEADLINE>a</HEADLINE><DATE>24/03/87</DATE>", ""),
    ],
)
def test_trec_dates(inner: str, at: str) -> None:
    assert document(inner).published.at == at


def test_ids_and_case() -> None:
    gigaword = (
        b'<DOC id="AFP_ENG_20100101.0001" type="story" >\n<HEADLINE>\nA\n</HEADLINE>\n<TEXT>\n<P>\nOne\n</P>\n</TEXT>'
    )
    assert READERS["TREC"].recognises(gigaword)
    found = READERS["TREC"].article(Record(Location("x"), gigaword), Options())
    assert isinstance(found, Article)
    assert (found.archive_id, found.title, found.text) == ("AFP_ENG_20100101.0001", "A", "One")
    assert found.published.at == "2010-01-01"
    assert READERS["TREC"].recognises(b"<doc>\n<docno>1</docno>")
    assert not READERS["TREC"].recognises(b"<DOC><TITLE>a</TITLE>")
    assert document("<DOCNO>1</DOCNO><TEXT>" + "<TEXT>" * 50_000 + "x</TEXT>").text == "x"


def test_time() -> None:
    first, second = read(HERE / "time.all")
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert (first.title, first.text) == ("", "THE HARBOUR BRIDGE OPENED, THE U.S. SAID. CARS WAIT.")
    assert (first.archive_id, first.source, first.published.at) == ("017", "TIME", "1963-01-04")
    assert (second.published.at, second.published.precision, second.published.source) == (
        "1963-12-27",
        "day",
        "archive",
    )
    assert (HERE / "time.all").read_bytes()[second.location.offset :].startswith(b"*TEXT 018")


def test_the_time_collection() -> None:
    """423 texts of 1963, in the order of the conversion beside them, which folded white space and nothing else."""
    if not TIME.is_dir():
        pytest.skip("the TIME collection is not beside the repository")
    found = [article for article in read(TIME / "TIME.ALL.gz") if isinstance(article, Article)]
    assert len(found) == 423
    assert {article.published.at[:4] for article in found} == {"1963"}
    assert {article.published.precision for article in found} == {"day"}
    with gzip.open(TIME / "docs.jsonl.gz") as lines:
        documents = sorted(map(json.loads, lines), key=lambda document: document["position"])
    for article, known in zip(found, documents, strict=True):
        assert article.archive_id == f"{int(known['text_no']):03}"
        assert article.text.replace(" ", "") == "".join(known["text"].split())
