"""Are the scores what their definition says, whatever segments, deletions and shapes of question there are?"""

from __future__ import annotations

import random
from typing import Any

import pytest
from engines import scoring

from searchsvc import analysis
from searchsvc.engines.whoosh import ranking
from searchsvc.query import Query

WORDS = ("the", "harbour", "cease-fire", "ceasefire", "vote", "voted", "Orel", "U.S.", "well-known", "mayor", "bridge")
RARE = tuple(f"rare{letter}" for letter in "abcdefgh")
QUESTIONS = (
    "harbour", "the harbour", "cease-fire mayor", "voted mayor", "rarea rareb", "rarea the rarec bridge",
    "U.S. mayor harbour rared", "well-known Orel raree raref rareg", "harbour harbour rareh",
)  # fmt: skip


def text(rng: random.Random, length: int) -> str:
    return " ".join(rng.choice(RARE if rng.random() < 0.05 else WORDS) for _ in range(length))


@pytest.mark.parametrize("match", ["any", "all"])
def test_scores_by_definition(shelf: Any, made: Any, match: str) -> None:
    rng = random.Random(3)
    for version in range(3):  # every third document comes again, changed
        shelf.publish(
            *(
                made(n, text(rng, rng.randint(0, 9)), text(rng, rng.randint(1, 150)), language="en")
                for n in range(version * 20, version * 20 + 40)
                if version == 0 or n % 3 or n >= version * 20 + 20
            )
        )
    documents = list(shelf.documents.values())
    assert len(documents) <= ranking.FIRST
    fields = [{name: list(analysis.tokens(getattr(d.article, name))) for name in ("title", "text")} for d in documents]
    for q in QUESTIONS:
        sought = []
        for word in dict.fromkeys(q.split()):
            whole = analysis.compound(word)
            sought.append((analysis.parts(word), *([(whole,)] if whole else [])))
        expected = dict(zip((d.id for d in documents), scoring.scores(fields, sought, ("title", "text")), strict=True))
        hits = shelf.engine.search(Query(q, match=match, page_size=200, highlight=False)).hits
        assert hits, q
        for hit in hits:
            assert hit.score == pytest.approx(sum(expected[hit.document.id]), rel=1e-5, abs=1e-6), q
        if match == "any":
            assert {h.document.id for h in hits} == {id_ for id_, (bm25f, _) in expected.items() if bm25f}
        assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)


@pytest.mark.parametrize("q", ['"votes counted"', "vote-counting"])
def test_words_side_by_side_are_as_rare_where_other_languages_are_in_the_archive(shelf: Any, made: Any, q: str) -> None:
    """A German stemmer makes other terms of them, which stand nowhere: that says nothing of how rare they are."""
    shelf.publish(*(made(n, f"Title {n}", "Votes counted, vote-counting ended", language="en") for n in range(50)))
    alone = shelf.engine.search(Query(q, highlight=False)).hits[0].score
    shelf.publish(made("de", "Titel", "Die Stimmen sind ausgezählt", language="de"))
    beside = shelf.engine.search(Query(q, highlight=False)).hits[0].score
    assert 0 < alone < beside < 10 * alone  # the words are in 50 of 51 articles instead of in all
