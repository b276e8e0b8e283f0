"""Is every article of the sample archive read as a careful reader would read it?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from searchsvc.archives import READERS, Options, Rejection, archive_records, find_files
from searchsvc.article import Article

TESTS = Path(__file__).parent.parent
SAMPLE, EXPECTED = TESTS / "archive", TESTS / "archive-expected"

pytestmark = pytest.mark.skipif(
    not (SAMPLE.is_dir() and list(EXPECTED.glob("half-*.jsonl"))), reason="the sample archive is not here"
)


def expected() -> dict[str, dict[str, Any]]:
    halves = [path.read_text("utf-8").splitlines() for path in sorted(EXPECTED.glob("half-*.jsonl"))]
    return {gold["key"]: gold for lines in halves for gold in map(json.loads, filter(None, lines))}


def articles() -> Iterator[Article]:
    for path in find_files([str(SAMPLE)]):
        if not isinstance(path, str):
            continue
        for item in archive_records(path, Options()):
            assert not isinstance(item, Rejection), item
            found = READERS[item[0]].article(item[1], Options())
            assert isinstance(found, Article)
            yield found


def key_of(article: Article, gold: dict[str, dict[str, Any]]) -> str:
    """The address, else the path below the sample's folder, else the file's name."""
    path = Path(article.location.path)
    keys = (article.url, path.relative_to(SAMPLE).as_posix(), path.name)
    return next((key for key in keys if key in gold), "")


def test_every_article_once() -> None:
    gold = expected()
    assert sorted(key_of(article, gold) for article in articles()) == sorted(gold)


@pytest.mark.parametrize("what", ["title", "published", "byline", "source", "first_words", "not_in_text"])
def test_articles(what: str) -> None:
    gold = expected()
    for article in articles():
        right = gold[key_of(article, gold)]
        where = str(article.location)
        if what == "title":
            assert article.title == right["title"], where
        elif what == "published":
            assert article.published.at == (right.get("published_at") or ""), where
            assert (article.published.precision or None) == (right.get("date_precision") or None), where
        elif what == "byline":
            assert list(article.byline) == right["byline"], where
        elif what == "source":
            assert article.source == (right.get("source") or ""), where
        elif what == "first_words":
            assert article.text.startswith(right["first_words"]), where
        else:
            assert [text for text in right["not_in_text"] if text in article.text] == [], where
