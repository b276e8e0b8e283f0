"""Does the ranking hold its quality on the judged questions and known items, and does the evaluation count as it says?

The sets lie beside the repository and are no part of it: without them the floors are skipped.
"""

from __future__ import annotations

import gzip
import io
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from searchsvc.analysis import words
from searchsvc.evaluation import evaluate, ranking
from searchsvc.evaluation.ranking import KNOWN, OURS, TIME, interval, judged, known_items, measured, metrics

DATA = Path(__file__).parents[3] / "shared" / "data"


def need(name: str) -> Path:
    if not (DATA / name).is_dir():
        pytest.skip(f"the set {name} is not beside the repository")
    return DATA / name


def means(collection: ranking.Collection) -> dict[str, dict[str, float]]:
    with ranking.ours(collection.articles) as searches:
        return {
            kind: dict(zip(ranking.METRICS, measured(questions, searches[OURS])[0].mean(axis=0).tolist(), strict=True))
            for kind, questions in collection.kinds.items()
        }


def test_judged_floor() -> None:
    """Measured: nDCG@10 0.779, in the wider judgement 0.784; the best peer, bm25s, has 0.735 and 0.757."""
    found = means(judged(need(TIME)))
    assert found["judged"]["ndcg@10"] >= 0.765
    assert found["judged, wider"]["ndcg@10"] >= 0.770
    assert found["judged"]["recall@100"] >= 0.950


def test_known_item_floor() -> None:
    """Measured: 0.889, 0.990, 1.000; among 9,400 articles 0.776, 0.971, 0.998, and SQLite FTS5 0.600, 0.919, 0.983."""
    found = means(known_items(need(KNOWN), articles=2_000, asked=150))
    assert found["three words"]["mrr"] >= 0.85
    assert found["six words"]["mrr"] >= 0.96
    assert found["title"]["mrr"] >= 0.99


@pytest.mark.parametrize(
    "ranked, relevant, ndcg, ap, rr, recall",
    [
        ([1, 2, 3], {1}, 1, 1, 1, 1),
        ([2, 1, 3], {1}, 1 / math.log2(3), 1 / 2, 1 / 2, 1),
        ([1, 4, 2], {1, 2}, 1.5 / (1 + 1 / math.log2(3)), (1 + 2 / 3) / 2, 1, 1),
        ([1], {1, 2}, 1 / (1 + 1 / math.log2(3)), 1 / 2, 1, 1 / 2),
        ([*range(10), 99], {99}, 0, 1 / 11, 1 / 11, 1),
        ([*range(100), 200], {200}, 0, 0, 0, 0),
        ([], {1}, 0, 0, 0, 0),
        (list(range(12)), set(range(12)), 1, 1, 1, 1),
    ],
)
def test_metrics(ranked: list[int], relevant: set[int], ndcg: float, ap: float, rr: float, recall: float) -> None:
    assert metrics(ranked, frozenset(relevant)) == pytest.approx((ndcg, ap, rr, recall))


def test_interval() -> None:
    assert interval(np.ones(7)) == (1, 1)
    low, high = interval(np.arange(100) / 99)
    assert 0.43 < low < 0.47
    assert 0.53 < high < 0.57
    assert interval(np.arange(100) / 99) == (low, high)


SENTENCE = "The harbour {0}alpha {0}beta {0}gamma {0}delta {0}epsilon {0}zeta closed again."


def write(folder: Path) -> None:
    """Both sets, small: a word of the sentences is in one article of twenty."""
    letters = "abcdefghijklmnopqrst"
    (folder / TIME).mkdir(parents=True)
    (folder / KNOWN).mkdir()
    with gzip.open(folder / TIME / "docs.jsonl.gz", "wt") as file:
        for number, letter in enumerate(letters):
            file.write(json.dumps({"id": number + 5, "text": SENTENCE.format(letter * 4).upper()}) + "\n")
    (folder / TIME / "queries.jsonl").write_text(
        '{"id": 1, "text": "THE HARBOUR AND THE CCCCBETA ."}\n{"id": 2, "text": "NOT THE DDDDZETA ."}\n'
    )
    (folder / TIME / "qrels.txt").write_text("1 0 7 1\n")
    (folder / TIME / "qrels-all.txt").write_text("1 0 7 1\n2 0 8 1\n")
    with gzip.open(folder / KNOWN / "articles-0.jsonl.gz", "wt") as file:
        for letter in letters:
            title = "{0}alpha and {0}beta and {0}gamma harbours".format(letter * 4)
            file.write(json.dumps({"id": letter, "title": title, "text": SENTENCE.format(letter * 4)}) + "\n")


def test_questions(tmp_path: Path) -> None:
    write(tmp_path)
    judged_ = judged(tmp_path / TIME)
    assert [q.relevant for q in judged_.kinds["judged, wider"]] == [frozenset({2}), frozenset({3})]
    assert judged_.kinds["judged"][0].words == ("the", "harbour", "and", "the", "ccccbeta")
    known = known_items(tmp_path / KNOWN, asked=10)
    assert known == known_items(tmp_path / KNOWN, asked=10)
    assert known != known_items(tmp_path / KNOWN, asked=10, seed=2)
    for kind, count in (("three words", 3), ("six words", 6), ("title", 4)):
        assert len(known.kinds[kind]) == 10
        for question in known.kinds[kind]:
            (number,) = question.relevant
            article = known.articles[number]
            source = iter(words((article.title if kind == "title" else article.text).lower()))
            assert len(question.words) == count
            assert all(word in source for word in question.words), "in the order of the sentence"
            assert kind == "title" or {"harbour", "closed", "again"}.isdisjoint(question.words)


def test_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileNotFoundError, match=KNOWN):
        evaluate("ranking", tmp_path, io.StringIO())
    write(tmp_path)

    def missing(articles: object) -> Any:
        raise ImportError

    systems = {name: ranking.SYSTEMS[name] for name in ("searchsvc", "Whoosh", "FTS5")}
    monkeypatch.setattr(ranking, "SYSTEMS", systems | {"absent": missing})
    for as_json in (False, True):
        out = io.StringIO()
        report = evaluate("ranking", tmp_path, out, as_json=as_json)
        assert report["not_installed"] == ["absent"]
        for name, kind, questions in ((TIME, "judged, wider", 2), (KNOWN, "six words", 20), (KNOWN, "title", 20)):
            found = report["sets"][name]["kinds"][kind]
            assert found["questions"] == questions
            assert {"searchsvc, any", "searchsvc, all", "Whoosh", "SQLite FTS5, title × 4"} <= set(found["systems"])
            assert all(found["systems"][system]["mrr"]["mean"] == 1 for system in (OURS, "Whoosh"))
        if as_json:
            assert json.loads(out.getvalue()) == json.loads(json.dumps(report))
        else:
            assert "news-allsides, three words: 20 questions, 20 articles" in out.getvalue()
            assert "not installed, so not measured: absent" in out.getvalue()
