"""Does the made-up archive look like news, and does the bench run? No time is asserted here."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from searchsvc import analysis
from searchsvc.document import Document, from_json, stable_id, to_json, validated

SCRIPTS = Path(__file__).parents[1] / "scripts"


@pytest.fixture(scope="module", autouse=True)
def _on_path() -> Any:
    sys.path.insert(0, str(SCRIPTS))
    yield
    sys.path.remove(str(SCRIPTS))


def _news(size: int, seed: int = 1) -> Any:
    from benchmark.news import News

    return News(size, seed)


@pytest.fixture(scope="module")
def documents(_on_path: None) -> list[Document]:
    return list(_news(3000).documents())


def test_one_seed_is_one_archive(documents: list[Document]) -> None:
    again = list(_news(3000).documents())
    assert again == documents
    assert list(_news(3000).documents(1500, 1510)) == documents[1500:1510]
    assert [d.article.text for d in _news(3000, seed=2).documents(0, 5)] != [d.article.text for d in documents[:5]]
    assert len({d.id for d in documents}) == 3000


def test_an_archive_goes_on_past_its_end(documents: list[Document]) -> None:
    later = list(_news(3000).documents(3000, 3040))
    assert len(later) == 40
    assert not {d.id for d in later} & {d.id for d in documents}
    assert min(d.article.published.at for d in later) > "2019-12"


def test_no_archive_without_articles() -> None:
    with pytest.raises(ValueError, match="0 articles"):
        _news(0)


def test_the_documents_are_what_the_index_takes(documents: list[Document]) -> None:
    for document in documents[:200]:
        assert document.id == stable_id(document.article)
        assert validated(document.article) == document.article
        assert from_json(to_json(document)) == document


def test_words_fall_by_zipf(documents: list[Document]) -> None:
    counts = Counter(word for d in documents for word in re.findall(r"[a-z]+", d.article.text.lower()))
    total = counts.total()
    assert 0.05 < counts["the"] / total < 0.065
    assert counts["of"] > counts["and"] > counts["was"] > counts["without"]
    ordered = np.array(sorted(counts.values(), reverse=True), float)
    ranks = np.arange(1, len(ordered) + 1)
    middle = slice(50, 5000)
    slope = np.polyfit(np.log(ranks[middle]), np.log(ordered[middle]), 1)[0]
    assert -1.35 < slope < -0.8
    assert len(counts) > 40_000
    assert sum(count == 1 for count in counts.values()) > len(counts) / 4


def test_bodies_and_sentences_are_as_long_as_news(documents: list[Document]) -> None:
    words = [len(d.article.text.split()) for d in documents]
    assert 270 < np.mean(words) < 340
    assert np.std(words) > 100
    sentences = [len(s.split()) for d in documents[:300] for s in re.split(r"(?<=\.)\s+", d.article.text) if s]
    assert 15 < np.median(sentences) < 22
    assert np.std(sentences) > 6


def test_titles_are_of_the_words_of_the_body(documents: list[Document]) -> None:
    for document in documents[:200]:
        title, text = (set(analysis.words(value.lower())) for value in (document.article.title, document.article.text))
        assert title
        assert title <= text


def test_names_stand_in_the_text(documents: list[Document]) -> None:
    told = sum(
        entity.label.lower() in d.article.text.lower()
        for d in documents[:300]
        for kind in (d.entities.people, d.entities.countries, d.entities.organisations)
        for entity in kind
    )
    whole = sum(
        len(d.entities.people) + len(d.entities.countries) + len(d.entities.organisations) for d in documents[:300]
    )
    assert told / whole > 0.85  # one name may stand where another one stood


def test_a_topic_has_words_and_names_of_its_own(documents: list[Document]) -> None:
    news = _news(3000)
    topics = np.concatenate([news.topics(np.arange(low, min(low + 1024, 3000))) for low in range(0, 3000, 1024)])
    first, second = (np.flatnonzero(topics == topic) for topic, _ in Counter(topics.tolist()).most_common(2))

    def overlap(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any], of: Any) -> float:
        """Mean Jaccard similarity of what pairs of articles hold."""
        pairs = [(of(documents[a]), of(documents[b])) for a in one[:25] for b in other[:25] if a != b]
        return float(np.mean([len(a & b) / max(len(a | b), 1) for a, b in pairs]))

    def words(document: Document) -> set[str]:
        return set(analysis.words(document.article.text.lower())) - analysis.COMMON

    def people(document: Document) -> set[str]:
        return {entity.key for entity in document.entities.people}

    assert overlap(first, first, words) > 1.2 * overlap(first, second, words)
    assert overlap(first, first, people) > 2 * overlap(first, second, people)


def test_a_few_are_in_the_news_often(documents: list[Document]) -> None:
    for kind in ("people", "countries", "organisations"):
        counts = Counter(entity.key for d in documents for entity in getattr(d.entities, kind))
        ordered = sorted(counts.values(), reverse=True)
        assert sum(ordered[: len(ordered) // 10]) > 0.35 * sum(ordered), kind
    people = Counter(entity.key for d in documents for entity in d.entities.people)
    assert sum(count == 1 for count in people.values()) > 100


def test_stories_come_in_bursts() -> None:
    """The articles of a story lie within days, in an archive of ten years."""
    news = _news(400_000)
    from benchmark.news import BLOCK

    stories = np.concatenate([news._plan(block)[0] for block in range(60, 66)])
    counts = Counter(story for story in stories.tolist() if story < 1 << 40)
    assert max(counts.values()) > 60
    largest = np.flatnonzero(stories == counts.most_common(1)[0][0])
    a_day = 400_000 / 3653
    assert np.ptp(np.percentile(largest, [5, 95])) / a_day < 10
    assert len(stories) == 6 * BLOCK


def test_articles_come_in_order_of_time_and_rest_at_weekends(documents: list[Document]) -> None:
    days = [d.article.published.at[:10] for d in documents]
    assert days[0] < "2010-01-10"
    assert days[-1] > "2019-12-15"
    numbers = np.array([np.datetime64(day).astype(int) for day in days])
    assert np.all(np.diff(numbers) > -3)
    weekdays = Counter(((numbers + 3) % 7).tolist())  # 1 January 1970 was a Thursday
    assert max(weekdays[5], weekdays[6]) < 0.7 * min(weekdays[n] for n in range(5))


def test_generate_writes_json_lines(documents: list[Document], tmp_path: Path) -> None:
    made = tmp_path / "made.jsonl"
    environment = {**os.environ, "PYTHONPATH": str(SCRIPTS)}
    command = [sys.executable, "-m", "benchmark.generate", "--size", "3000", "--output", str(made)]
    subprocess.run(command, check=True, env=environment)
    lines = made.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 3000
    read = json.loads(lines[17])
    article = documents[17].article
    assert (read["title"], read["text"], read["url"]) == (article.title, article.text, article.url)
    assert read["published_at"] == article.published.at


@pytest.mark.parametrize("size", [50, 3000, 50_000])
def test_a_sample_is_from_all_over(size: int) -> None:
    from benchmark.corpora import Generated

    sample = Generated(size, 1).sample(300)
    assert len(sample) == min(size, 300)
    years = {document.article.published.at[:4] for document in sample}
    assert {"2010", "2014", "2019"} <= years


def test_questions_depend_on_the_seed_alone(documents: list[Document]) -> None:
    from benchmark.questions import KINDS, Drawing

    drawn = Drawing(documents, 1).questions(3, "warm")
    assert drawn == Drawing(documents, 1).questions(3, "warm")
    assert {question.kind for question in drawn} == set(KINDS)
    assert len({str(question) for question in drawn}) == len(drawn)
    others = {str(question) for question in Drawing(documents, 1).questions(3, "cold")}
    assert len(others & {str(question) for question in drawn}) < len(drawn) / 3


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], str]:
    """The figures and the chart of one quick run."""
    place = tmp_path_factory.mktemp("bench")
    figures, chart = place / "bench.json", place / "bench.svg"
    command = [sys.executable, str(SCRIPTS / "bench.py"), "--quick", "--json", str(figures), "--svg", str(chart)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    (found,) = json.loads(figures.read_text(encoding="utf-8"))["runs"]
    return found, chart.read_text(encoding="utf-8")


@pytest.mark.parametrize("peer", ["tantivy", "fts5", "whoosh"])
def test_all_count_the_same(quick: tuple[dict[str, Any], str], peer: str) -> None:
    found = quick[0]["small"] if peer == "whoosh" else quick[0]
    if peer == "tantivy" and importlib.util.find_spec("tantivy") is None:
        pytest.skip("tantivy is not installed: pip install .[bench]")
    assert found["faults"] == 0
    assert [text for text in found["differing"][peer] if not text.startswith("prefix")] == []


def test_bench_measures_everything(quick: tuple[dict[str, Any], str]) -> None:
    found, chart = quick
    for rows in (found["warm"], found["cold"]):
        assert {row["question"]["kind"] for row in rows if row["work"] == "full"} >= {"common term", "common phrase"}
        assert all(min(times) > 0 for row in rows for times in row["ms"].values())
    assert all(built["documents"] == 2000 and built["size"] > 0 for built in found["indexing"].values())
    assert set(found["http"]) == {"first time, 1 client", "again, 1 client", "again, 8 clients"}
    assert set(found["commits"]) == {"1", "100"}
    assert all(memory["opened"] > 0 for memory in found["memory"].values())
    assert chart.startswith("<svg")
    assert "common phrase" in chart


def test_bench_of_archives(tmp_path: Path) -> None:
    """Of a folder of archives, where what comes later replaces what is there."""
    figures = tmp_path / "bench.json"
    archive = Path(__file__).parent / "archive"
    options = ["--engines", "fts5", "--parts", "warm,commits", "--queries", "1", "--repetitions", "1"]
    command = [sys.executable, str(SCRIPTS / "bench.py"), "--corpus", str(archive), *options, "--json", str(figures)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    (found,) = json.loads(figures.read_text(encoding="utf-8"))["runs"]
    assert found["documents"] > 50
    assert found["faults"] == 0
    assert set(found["commits"]["100"]) == {"searchsvc", "fts5"}


def test_differences_are_told() -> None:
    from benchmark.contenders import Answer

    one = Answer(3, {"people": [("A", 2), ("B", 1)]}, {"2014-05": 3})
    assert one.differs(one) == ""
    assert "total" in one.differs(Answer(4, one.facets, one.months))
    assert "people" in one.differs(Answer(3, {"people": [("A", 2), ("C", 1)]}, one.months))
    assert "people" in one.differs(Answer(3, {"people": [("A", 3), ("B", 1)]}, one.months))
    assert "months" in one.differs(Answer(3, one.facets, {"2014-06": 3}))
    tied = [("A", 1) for _ in range(9)]
    assert Answer(1, {"people": [*tied, ("X", 1)]}).differs(Answer(1, {"people": [*tied, ("Y", 1)]})) == ""


def test_compounds_stand_behind_the_words() -> None:
    from benchmark.contenders import DIVIDER, _terms

    assert _terms("A cease-fire holds", "en").split() == ["a", "ceas", "fire", "hold", DIVIDER, "ceasefir"]
