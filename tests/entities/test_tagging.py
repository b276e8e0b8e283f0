"""Are words cut where names begin and end, and does the model that ships find the names of plain sentences?"""

from __future__ import annotations

import json
import random

import numpy as np
import pytest

from searchsvc.entities.tagging import FEATURES, LABELS, MODEL, TAGS, Tagger, sentences, tagger, viterbi
from searchsvc.entities.tagging.network import affixes, key
from searchsvc.entities.tagging.pieces import Pieces, casing
from searchsvc.entities.tagging.words import LONGEST, words


@pytest.mark.parametrize(
    "text, cut",
    [
        ("Mr. J. P. Smith's U.S. visit", "Mr.|J.|P.|Smith|'s|U.S.|visit"),
        ("the Saudi-led group’s men", "the|Saudi|-|led|group|'s|men"),
        ("N'Djamena, O'Brien don't", "N'Djamena|,|O'Brien|don't"),
        ("AT&T paid $1,200.50 at 5 p.m.", "AT&T|paid|$|1,200.50|at|5|p.m."),
        ("see https://a.b/c?d=1, or Amazon.com", "see|https://a.b/c?d=1,|or|Amazon.com"),
        ("write to a.b@c.org now", "write|to|a.b@c.org|now"),
        ("No. 4 said no.", "No.|4|said|no|."),
        ("wait... what -- no", "wait|...|what|--|no"),
        ("Ölüdeniz (Muğla)", "Ölüdeniz|(|Muğla|)"),
    ],
)
def test_words(text: str, cut: str) -> None:
    assert words(text) == cut.split("|")


@pytest.mark.parametrize(
    "text, count",
    [
        ("He left. She stayed.", 2),
        ("Mr. Smith met Dr. Jones. They spoke.", 2),
        ("He lives in the U.S. The house is old.", 2),
        ("The U.S. Senate met.", 1),
        ('"No." He went. "Why?" she asked.', 3),
        ("It paid Acme Inc. The sum is secret.", 2),
        ("A line\nanother line\n\nthird", 3),
        ("J. P. Smith of St. Louis won.", 1),
        ("", 0),
        (" \n\t\n", 0),
        ("word " * (2 * LONGEST), 2),
    ],
)
def test_sentences(text: str, count: int) -> None:
    assert len(sentences(text)) == count


def test_places_are_those_of_the_text() -> None:
    text = "“Áo dài’s day,” said Nguyễn Văn A.\r\nTết — new\tyear"
    for sentence in sentences(text):
        for word, start, end in zip(sentence.words, sentence.starts, sentence.ends, strict=True):
            assert end - start == len(word)
            assert word == text[start:end] or not (word.isascii() and text[start:end].isascii())


def test_pieces() -> None:
    pieces = Pieces(["[UNK]", "jo", "left", "##er", "u", ".", "s", "tet", "##a"])
    assert pieces.of("Jo") == [1]
    assert pieces.of("lefter") == [2, 3]
    assert pieces.of("U.S.") == [4, 5, 6, 5]
    assert pieces.of("TẾT") == [7]
    assert pieces.of("xyz") == pieces.of("x" * 80) == pieces.of("\u0301") == [0]


@pytest.mark.parametrize(
    "word, kind", [("12", 0), ("-", 0), ("the", 1), ("3rd", 1), ("NATO", 2), ("U.S.", 2), ("A", 3), ("J.", 3),
                   ("Kenya", 4), ("McCain", 5), ("iPhone", 5)]
)  # fmt: skip
def test_casing(word: str, kind: int) -> None:
    assert casing(word) == kind


def test_a_word_has_the_same_rows_in_every_process() -> None:
    assert affixes("kenya") == (241, 708)
    assert (key("Kenya"), key("A-12b")) == ("kenya", "a-00b")


def test_viterbi_opens_every_span() -> None:
    scores = np.full((3, len(TAGS)), -9.0, np.float32)
    scores[0, 0], scores[0, 1] = -0.1, -1.0
    scores[1, 2], scores[2, 0] = -0.1, -0.1
    assert viterbi(scores).tolist() == [1, 2, 0]
    random_ = np.random.default_rng(3)
    for _ in range(20):
        path = viterbi(np.log(random_.dirichlet(np.full(len(TAGS), 0.2), 12).astype(np.float32) + 1e-9)).tolist()
        assert all(
            not tag or tag % 2 or before in (tag, tag - 1) for before, tag in zip([0, *path], path, strict=False)
        )


def test_the_model_says_where_it_comes_from() -> None:
    about = json.loads((MODEL / "MODEL.json").read_text(encoding="utf-8"))
    assert about["features"] == FEATURES
    assert tuple(about["labels"]) == LABELS
    assert about["made_from"]
    assert len(about["corpus"]["sha256"]) == 64
    assert sum(path.stat().st_size for path in MODEL.iterdir()) < 15_000_000


@pytest.mark.parametrize(
    "text, expected",
    [
        (
            "NAIROBI, Kenya (AP) - President William Ruto met officials of the Central Bank of Kenya on Monday.",
            {("NAIROBI", "LOC"), ("Kenya", "LOC"), ("AP", "ORG"), ("William Ruto", "PER"),
             ("Central Bank of Kenya", "ORG")},
        ),
        (
            "Russian Foreign Minister Sergei Lavrov said Moscow would talk to the United Nations about Syria.",
            {("Russian", "NORP"), ("Sergei Lavrov", "PER"), ("Moscow", "LOC"), ("United Nations", "ORG"),
             ("Syria", "LOC")},
        ),
        (
            "By Ana Martínez\nBOGOTA - The Supreme Court of Justice of Colombia ruled against Ecopetrol on Friday.",
            {("Ana Martínez", "PER"), ("BOGOTA", "LOC"), ("Ecopetrol", "ORG")},
        ),
        ("There was nothing to see and nobody came.", set()),
    ],
)  # fmt: skip
def test_plain_sentences(text: str, expected: set[tuple[str, str]]) -> None:
    found = {(text[start:end], label) for start, end, label, _ in tagger().spans(text)}
    assert expected <= found
    assert len(found) <= len(expected) + 2


def test_side_by_side_or_alone_the_answers_are_one() -> None:
    model = Tagger()
    texts = [
        "Mayor Jane Doe of Springfield spoke. The Springfield City Council did not.",
        "",
        "In Lagos, Nigeria, Chinua Okafor of First Bank said so; so did the World Health Organization in Geneva.",
        "x",
    ] * 3
    random.Random(1).shuffle(texts)
    together = model.spans_of(texts)
    for text, found in zip(texts, together, strict=True):
        alone = model.spans(text)
        assert [span[:3] for span in alone] == [span[:3] for span in found]
        np.testing.assert_allclose([s[3] for s in alone], [s[3] for s in found], atol=1e-4)
        assert all(0 < span[3] <= 1 for span in found)
        assert [(s, e, label) for s, e, label, _ in sorted(found)] == [span[:3] for span in found]


def test_posteriors_are_a_distribution() -> None:
    rows = tagger().posteriors([["Mary", "spoke", "."], [], ["Chad"]])
    assert [row.shape for row in rows] == [(3, len(TAGS)), (0, len(TAGS)), (1, len(TAGS))]
    np.testing.assert_allclose(np.concatenate(rows).sum(1), 1, atol=1e-5)
    assert tagger().tag([[], ["the"]])[0] == []
