"""Are the answers exact on news, real and made up, in several segments, with articles replaced?

The real articles lie beside the repository and are no part of it: without them that half is skipped. With `--whole`
ten times as many are asked.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from engines.oracle import Corpus, facet_oracle, found, timeline_oracle

from searchsvc.article import Article, Location, Published
from searchsvc.document import Document
from searchsvc.entities import document_of, extractor
from searchsvc.fields import ENTITIES
from searchsvc.query import Query

NEWS = Path(__file__).parents[3] / "shared" / "data" / "news-allsides"
SCRIPTS = Path(__file__).parents[2] / "scripts"


def documents(count: int) -> list[Document]:
    """Articles spread over the archive, with entities by rule."""
    rows = [
        row
        for path in sorted(NEWS.glob("articles-*.jsonl.gz"))
        for row in map(orjson.loads, gzip.decompress(path.read_bytes()).splitlines())
        if row.get("text")
    ]
    rules = extractor("rules")
    made = []
    for row in rows[:: len(rows) // count][:count]:
        day = str(row.get("date") or "")[:10]
        published = Published(day, "day", "archive") if len(day) == 10 else Published()
        where = Location("articles.jsonl", 0, 1)
        text = row["text"][:2500]
        article = Article(
            title=row.get("title") or "", text=text, language="en", archive_id=str(row["id"]), location=where,
            published=published, source=row.get("source") or "",
        )  # fmt: skip
        made.append(document_of(article, rules))
    return made


@pytest.fixture(scope="module", params=["real", "made up"])
def news(
    shelf_in: Any, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[tuple[Corpus, Any, list[Query]]]:
    if request.param == "real" and not NEWS.is_dir():
        pytest.skip("the news archive is not beside the repository")
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.syspath_prepend(SCRIPTS)
    from benchmark.news import News
    from benchmark.questions import Drawing

    whole = request.config.getoption("--whole")
    count = 2000 if whole else 200
    made = documents(count) if request.param == "real" else list(News(count, 5).documents())
    shelf = shelf_in(tmp_path_factory.mktemp("news"))
    step = len(made) // 6
    for first in range(0, len(made), step):
        shelf.publish(*made[first : first + step])
    shelf.publish(*(replace(d, article=replace(d.article, title="Corrected: " + d.article.title)) for d in made[::9]))
    asked = [question.full for question in Drawing(made, 11).questions(8 if whole else 3, "equality")]
    corpus = Corpus(documents=shelf.documents)
    snapshot = shelf.engine._opened.snapshot
    assert len(snapshot.segments) > 2, "several segments"
    assert snapshot.count < snapshot.size, "some are replaced"
    yield corpus, shelf.engine, asked
    shelf.engine.close()
    monkeypatch.undo()


def test_hits_scores_and_order(news: tuple[Corpus, Any, list[Query]]) -> None:
    corpus, engine, asked = news
    several = 0
    for query in asked:
        wanted = found(corpus, query)
        results = engine.search(replace(query, page_size=200))
        assert results.total == len(wanted), query.q
        got = {hit.document.id: hit.score for hit in results.hits}
        best = sorted(wanted.values(), reverse=True)[:200]
        assert list(got.values()) == pytest.approx(best, abs=2e-6), query.q
        for id_, score in got.items():
            assert score == pytest.approx(wanted[id_], abs=2e-6), query.q
        first = [hit.score for hit in engine.search(query).hits]
        assert first == pytest.approx(best[:10], abs=2e-6), query.q
        several += 1 < len(wanted) < len(corpus.documents)
    assert several > len(asked) // 2


def test_facets_and_months(news: tuple[Corpus, Any, list[Query]]) -> None:
    corpus, engine, asked = news
    for query in asked:
        results = engine.search(query)
        for name in ENTITIES:
            facet = results.facets[name]
            buckets, distinct, other, missing = facet_oracle(corpus, query, name, 10)
            assert list(facet.buckets) == buckets, f"{name} of {query}"
            assert (facet.distinct, facet.other, facet.missing) == (distinct, other, missing), f"{name} of {query}"
        hits = [corpus.documents[id_] for id_ in found(corpus, query)]
        rows, missing = timeline_oracle(hits, "month")
        months = results.facets["date"]
        assert [(b.value, b.count) for b in months.buckets] == [(label, n) for label, _, _, n in rows if n]
        assert months.missing == missing


def test_stories_count_once_as_articles_do_where_none_is_a_copy(news: tuple[Corpus, Any, list[Query]]) -> None:
    _, engine, asked = news
    for query in asked:
        one, other = engine.search(query), engine.search(replace(query, count="stories"))
        assert one.total == other.total
        assert {n: f.buckets for n, f in one.facets.items()} == {n: f.buckets for n, f in other.facets.items()}


def test_sorted_by_date(news: tuple[Corpus, Any, list[Query]]) -> None:
    corpus, engine, asked = news
    for query in asked:
        days = [hit.document.article.published.at for hit in engine.search(replace(query, sort="newest")).hits]
        every = sorted((corpus.documents[id_].article.published.at for id_ in found(corpus, query)), reverse=True)
        assert days == every[:10], query.q
