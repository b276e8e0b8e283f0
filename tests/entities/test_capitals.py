"""Lines whose capitals say nothing: how they are read as sentences, and what of them counts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from searchsvc.entities import extractor
from searchsvc.entities.capitals import Recased, recased
from searchsvc.entities.lexicon import lexicon
from searchsvc.entities.tagging import TAGS


@pytest.mark.parametrize(
    "line, sentence",
    [
        ("MINISTER TELLS TAMWORTH TO WAIT", "Minister tells Tamworth to wait"),
        ("FBI RAIDS HOME OF GRELLAN ODUYA", "FBI raids home of Grellan Oduya"),
        ("VOTERS BLAME THE ELECTION COMMISSION", "Voters blame the Election Commission"),
        ("Voters Blame Grellan Oduya For Delays", "Voters blame Grellan Oduya for delays"),
    ],
)
def test_a_line_as_a_sentence(line: str, sentence: str) -> None:
    assert recased(line.split(), lexicon()) == sentence.split()


class Heard:
    """A tagger that says nothing and keeps what it was asked."""

    version = "heard"

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def posteriors(self, sentences: Sequence[Sequence[str]]) -> list[NDArray[np.float32]]:
        self.asked += [list(words) for words in sentences]
        return [
            np.full((len(words), len(TAGS)), i, np.float32) for i, words in enumerate(sentences)
        ]  # which of the sentences it was


@pytest.mark.parametrize(
    "line, twice",
    [
        ("VOTERS BLAME THE COMMISSION .", True),
        ("Voters Blame The Commission", True),
        ("Voters blame the Commission", False),
        ("Bill Oduya of Leeds said so", False),
        ("BREAKING NEWS", False),
    ],
)
def test_only_lines_of_capitals_are_asked_twice(line: str, twice: bool) -> None:
    heard = Heard()
    found = Recased(heard, lexicon()).posteriors([["He", "left"], line.split(), ["She", "left"]])
    assert len(heard.asked) == 3 + twice
    assert [len(rows) for rows in found] == [2, len(line.split()), 2]
    assert [float(rows[0, 0]) for rows in found] == [0, 2.0 if twice else 1.0, 2]  # 2: the mean of the 1st and 3rd


@pytest.mark.parametrize(
    "line, codes",
    [
        ("TELL US MORE ABOUT YOUR PLANS", []),
        ("HE CANNOT EXPLAIN TO US WHY", []),
        ("US BANS CHIP SALES", ["US"]),
        ("IRAN AND THE US MEET", ["IR", "US"]),
    ],
)
def test_the_pronoun_is_no_country(line: str, codes: list[str]) -> None:
    found = extractor()
    assert [entity.key for entity in found.extract("", line).countries] == codes
    places = [line[start:end] for start, end, kind in found.names(line) if kind == "LOC"]
    assert ("US" in places) == ("US" in codes)


def test_a_headline_in_capitals_names_whom_the_text_does_not() -> None:
    found = extractor().extract("OBITUARY: GRACE OTIENO", "The writer, one of the first in Kenya, has died at 84.")
    assert [entity.label for entity in found.people] == ["Grace Otieno"]
