"""Do the archives that were seen in the world read as they are known to, in number?

The archives lie beside the repository and are no part of it: without them these tests are skipped.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from searchsvc.archives import READERS, Options, PassedOver, Rejection, archive_records, find_files
from searchsvc.article import Article
from searchsvc.document import validated
from searchsvc.errors import BadRecord

DATA = Path(__file__).parents[3] / "shared" / "data"


def need(*names: str) -> list[str]:
    for name in names:
        if not (DATA / name).is_dir():
            pytest.skip(f"the archive {name} is not beside the repository")
    return [str(DATA / name) for name in names]


def read(paths: list[str]) -> Iterator[Article]:
    for path in find_files(paths):
        assert isinstance(path, str | PassedOver), path
        if isinstance(path, PassedOver):
            assert path.reason == "about the archive", path
            continue
        for item in archive_records(path, Options()):
            assert not isinstance(item, Rejection), item
            found = READERS[item[0]].article(item[1], Options())
            assert isinstance(found, Article)
            yield found


def test_counts() -> None:
    """One page, 28,167 articles and 14,478 newswire documents, of which one is empty and 1,215 are a headline."""
    counts: Counter[str] = Counter()
    for article in read(need("seed", "news-allsides", "reuters21578/sgm")):
        counts["read"] += 1
        counts[f"{'title' if article.title else ''}+{'text' if article.text else ''}"] += 1
        counts[f"date: {article.published.precision}"] += 1
        try:
            validated(article)
        except BadRecord as error:
            counts[error.code] += 1
    assert counts["read"] == 42_646
    assert counts["empty_article"] == counts["+"] == 1
    assert counts["title+"] == 1_215
    assert counts["+text"] == 505
    # 3,309 give none, 27 have a year of two figures, 3 an impossible or future one, one was added by guesswork.
    assert counts["date: "] == 3_340
    assert counts["date: day"] == 39_306


def test_newswire_agrees_with_its_conversion() -> None:
    need("reuters21578")
    documents = {}
    with gzip.open(DATA / "reuters21578" / "reuters.jsonl.gz") as lines:
        for document in map(json.loads, lines):
            documents[str(document["newid"])] = document
    for article in read([str(DATA / "reuters21578" / "sgm")]):
        document = documents.pop(article.archive_id)
        assert article.title == " ".join(document["title"].split())
        assert list(article.tags) == document["topics"]
        body = f"{document['dateline']} {document['body']}" if document["body"] else ""
        assert len(re.findall(r"\w+", article.text)) == pytest.approx(len(re.findall(r"\w+", body)), abs=6)
    assert documents == {}


def test_seed() -> None:
    (article,) = read(need("seed"))
    assert article.title == "US-Russia cooperation in Syria 'hangs by a thread'"
    assert (article.published.at, article.published.precision, article.published.source) == (
        "2016-04-28",
        "day",
        "text",
    )
    assert article.text.count("Just two months after") == 1
    assert article.text.count("hangs by a thread") == 2
    assert article.text.endswith("The Associated Press and Reuters contributed to this report.")


@pytest.mark.parametrize("name, count", [("time", 423), ("press-senate", 38_587)])
def test_more_lines(name: str, count: int) -> None:
    (folder,) = need(name)
    found = list(read([f"{folder}/docs.jsonl.gz" if name == "time" else folder]))
    assert len(found) == count
    assert sum(not article.text for article in found) == 0
    if name == "press-senate":
        assert sum(not article.published for article in found) == 9
        assert len({article.byline for article in found}) == 56


def test_blog_page() -> None:
    need("export-blogger")
    (found,) = read([str(DATA / "export-blogger" / "testA.html")])
    assert found.title
