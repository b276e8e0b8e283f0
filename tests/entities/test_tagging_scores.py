"""Does the evaluation count as it says, and does the model that ships hold its scores on the sets marked by hand?

The sets lie beside the repository and are no part of it: without them the floors are skipped.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from searchsvc.document import Entities, Entity
from searchsvc.entities import extractor
from searchsvc.entities.tagging import tagger
from searchsvc.evaluation import entities, marked
from searchsvc.evaluation.entities import Counts, confusion, documents, mentions
from searchsvc.evaluation.marked import Marked, Span, held_back, mention_sets

DATA = Path(__file__).parents[3] / "shared" / "data"


def test_counts() -> None:
    counts = Counts()
    counts.add([(0, 4, "PER"), (9, 12, "ORG"), (20, 25, "LOC")], [(0, 4, "PER"), (9, 13, "ORG"), (20, 25, "FAC")])
    scores = counts.scores()
    assert [scores[k]["f1"] for k in ("PER", "ORG", "LOC")] == [1, 0, 1]
    assert scores["all"] == {"precision": 0.6667, "recall": 0.6667, "f1": 0.6667, "gold": 3}


def test_mentions_of_kinds_that_are_not_marked_do_not_count() -> None:
    text = Marked("x", "Jo of Chad", ((6, 10, "LOC"),))
    scores = mentions([text], lambda _: [(0, 2, "PER"), (6, 10, "LOC")], ("LOC",))
    assert scores["all"]["f1"] == 1


def test_a_peer_keeps_no_article() -> None:
    text = "The U.N. met the Hague, they say"
    spans = [(0, 8, "ORG"), (13, 22, "LOC"), (24, 28, "PER")]
    assert [text[s:e] for s, e, _ in (entities.without_article(text, span) for span in spans)] == [
        "U.N.",
        "Hague",
        "they",
    ]


def test_columns_become_text(tmp_path: Path) -> None:
    path = tmp_path / "x.conll"
    path.write_text(
        'The\tO\nU.N.\tB-org\n\'s\tO\n"\tO\nJo\tB-per\nRoe\tI-per\n"\tO\n,\tO\n(\tO\nChad\tB-geo\n)\tO\n.\tO\n'
    )
    (found,) = marked._conll(path, word=0, tag=1, size=5, name="x")
    assert found.text == 'The U.N.\'s "Jo Roe", (Chad).\n'
    assert [(found.text[s:e], k) for s, e, k in found.spans] == [("U.N.", "ORG"), ("Jo Roe", "PER"), ("Chad", "LOC")]


def test_documents() -> None:
    text = "Ann Lee met Bo Ray of Acme in Chad. Lee spoke."
    at = lambda name, last=False: ((text.rindex if last else text.index)(name),) * 2  # noqa: E731

    def span(name: str, last: bool = False) -> tuple[int, int]:
        start, _ = at(name, last)
        return start, start + len(name)

    gold = (
        (*span("Ann Lee"), "PER"),
        (*span("Bo Ray"), "PER"),
        (*span("Acme"), "ORG"),
        (*span("Chad"), "LOC"),
        (*span("Lee", True), "PER"),
    )
    found = Entities(
        people=(Entity("A. Lee", "A. Lee", mentions=(span("Lee", True),)), Entity("x", "x", mentions=(span("Acme"),))),
        countries=(Entity("TD", "Chad"), Entity("US", "United States")),
    )
    scores = documents([Marked("x", text, gold)], lambda title, body: found)
    assert scores["people"] == {"precision": 0.5, "recall": 0.5, "f1": 0.5, "gold": 2}
    assert scores["countries"] == {"precision": 0.5, "recall": 1.0, "f1": 0.6667, "gold": 1}
    assert scores["organisations"]["recall"] == 0


def test_halves() -> None:
    outlets = [f"outlet{n}" for n in range(400)]
    assert 150 < sum(map(held_back, outlets)) < 250
    assert held_back("af_afrol") == held_back("af_afrol")


def test_headlines() -> None:
    text = "The mayor of Lyon met Ann Lee of the bank.\nNobody else was there at all."
    start = text.index("Lyon")
    forms = dict(entities.headlines([Marked("x", text, ((start, start + 4, "LOC"),))]))
    assert {how: form.text for how, form in forms.items()} == {
        "as written": "The mayor of Lyon met Ann Lee of the bank.",
        "CAPITALS": "THE MAYOR OF LYON MET ANN LEE OF THE BANK.",
        "Title Case": "The Mayor of Lyon met Ann Lee of the Bank.",
    }


def _spans(text: str) -> list[Span]:
    return [(start, end, label) for start, end, label, _ in tagger().spans(text)]


def test_confusion() -> None:
    gold = Marked("x", "Chase of Paris met Jo Roe.", ((0, 5, "PER"), (9, 14, "LOC"), (19, 25, "PER")))
    table = confusion([gold], lambda _: [(0, 5, "ORG"), (15, 18, "ORG"), (19, 21, "PER")])
    assert table["PER"] == {"ORG": 1, "other words": 1}
    assert table["LOC"] == {"missed": 1}
    assert table["nothing"] == {"ORG": 1}


@pytest.mark.parametrize(
    "name, alone, whole",
    [
        ("worldwide", 0.76, 0.81),
        ("worldwide, held back", 0.78, 0.82),
        ("wikineural", 0.75, 0.74),
        ("gmb", 0.715, 0.715),
    ],
)
def test_floors(name: str, alone: float, whole: float) -> None:
    sets = {found: (kinds, read) for found, kinds, read in mention_sets(DATA)}
    if name not in sets:
        pytest.skip(f"the set {name} is not beside the repository")
    kinds, read = sets[name]
    assert mentions(read(), _spans, kinds)["all"]["f1"] >= alone
    assert mentions(read(), extractor().names, kinds)["all"]["f1"] >= whole


def test_headlines_lose_little() -> None:
    sets = {found: read for found, _, read in mention_sets(DATA)}
    if "worldwide" not in sets:
        pytest.skip("the set worldwide is not beside the repository")
    forms: dict[str, list[Marked]] = {}
    for how, line in entities.headlines(sets["worldwide"]()):
        forms.setdefault(how, []).append(line)
    names = extractor().names
    f1 = {how: mentions(lines, names)["all"]["f1"] for how, lines in forms.items()}
    assert f1["as written"] - f1["CAPITALS"] < 0.035
    assert f1["as written"] - f1["Title Case"] < 0.03
