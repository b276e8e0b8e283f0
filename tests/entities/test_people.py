"""Where does somebody's name begin and end, and who is a person whom the tagger doubts? By a made-up tagger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from told import Told, read

from searchsvc.entities.tagged import TaggedExtractor
from searchsvc.entities.tagging import LABELS


@pytest.mark.parametrize(
    "text, labels, people",
    [
        # What stands before a name.
        ("The MK Itara Bendov spoke.", {"PER": "Itara Bendov"}, ["Itara Bendov"]),
        ("Tan Sri Kaz Orlu spoke.", {"PER": "Tan Sri Kaz Orlu"}, ["Kaz Orlu"]),
        ("We met Zyela Kaz Orlu.", {"PER": "Zyela=0.2 Kaz Orlu"}, ["Zyela Kaz Orlu"]),
        ("We met Season Kaz Orlu.", {"PER": "Season=0.2 Kaz Orlu"}, ["Kaz Orlu"]),
        # What belongs to it behind.
        ("They feared Kaz the Terrible.", {"PER": "Kaz"}, ["Kaz the Terrible"]),
        ("They feared Kaz the Vexmar.", {"PER": "Kaz"}, ["Kaz"]),
        ('They met "Kaz" Orlu there.', {"PER": "Kaz Orlu"}, ['"Kaz" Orlu']),
        ('They met Kaz "N", who fled.', {"PER": "Kaz N"}, ['Kaz "N"']),
        # Who it is.
        ("The Orbeh government fell.", {"ORG": "Orbeh=0.6"}, ["Orbeh"]),
        ("The Orbeh government fell.", {"LOC": "Orbeh=0.6"}, []),
        ("Her daughter, Virginia, left.", {"PER": "Virginia=0.6"}, ["Virginia"]),
        ("He spoke of his father Orlando there.", {"PER": "Orlando=0.9"}, ["Orlando"]),
        ("He spoke in Orlando there.", {"PER": "Orlando=0.9"}, []),
        ("Then Tan spoke.", {"PER": "Tan"}, ["Tan"]),
    ],
)
def test_where_a_name_begins_and_ends(text: str, labels: dict[str, str], people: list[str]) -> None:
    assert read(text, **labels)[0] == people


class Turns(Told):
    """Says of each sentence in turn what its words are."""

    def __init__(self, *turns: Mapping[str, tuple[str, float]]) -> None:
        super().__init__({})
        self.turns = turns

    def posteriors(self, sentences: Sequence[Sequence[str]]) -> list[NDArray[np.float32]]:
        turns = (*self.turns, *({} for _ in sentences[len(self.turns) :]))
        return [Told(words)._of(sentence) for words, sentence in zip(turns, sentences, strict=True)]


@pytest.mark.parametrize(
    "text, mentions",
    [
        ("The whereabouts of Caro Orlu are unknown.", ["Rafo Caro Orlu", "Caro Orlu"]),
        ("The whereabouts of Bex Orlu are unknown.", ["Rafo Caro Orlu"]),
        ("They met in Caro Orlu there.", ["Rafo Caro Orlu"]),
    ],
)
def test_a_doubtful_place_is_whom_the_article_names_in_full(text: str, mentions: list[str]) -> None:
    place = dict.fromkeys(("Caro", "Bex", "Orlu"), ("LOC", 0.7))
    tagger = Turns(dict.fromkeys(("Rafo", "Caro", "Orlu"), ("PER", 0.9)), place)
    whole = f"Then Rafo Caro Orlu fled. {text}"
    found = TaggedExtractor(tagger).extract("", whole)
    assert [whole[s:e] for person in found.people for s, e in person.mentions] == mentions


class Between(Told):
    """Is between a body and a person of some words that go on with a name."""

    def _of(self, sentence: Sequence[str]) -> NDArray[np.float32]:
        rows = super()._of(sentence)
        for row, word in zip(rows, sentence, strict=True):
            if word in ("Sanjo", "Drongo"):
                row[:] = 0
                row[2 + 2 * LABELS.index("ORG")], row[2 + 2 * LABELS.index("PER")] = 0.55, 0.45
        return rows


def test_a_body_and_a_strange_name_in_one_are_parted() -> None:
    told = Between(dict.fromkeys(("Bexar", "Peace", "Forum"), ("ORG", 0.9)))
    found = TaggedExtractor(told).extract("", "Then the Bexar Peace Forum Sanjo Drongo met.")
    assert [person.label for person in found.people] == ["Sanjo Drongo"]
    assert [body.label for body in found.organisations] == ["Bexar Peace Forum"]


def test_a_body_is_told_once_for_the_article() -> None:
    text = "He works for the airline Vexmar, and went. Then Vexmar spoke."
    between = Turns({"Vexmar": ("ORG", 0.6)}, {"Vexmar": ("PER", 0.95)})
    found = TaggedExtractor(between).extract("", text)
    assert ([p.label for p in found.people], [len(o.mentions) for o in found.organisations]) == ([], [2])


def test_a_strange_first_word_is_the_short_name_of_a_body() -> None:
    whole = dict.fromkeys(("Paratex", "Group"), ("ORG", 0.95))
    found = TaggedExtractor(Turns(whole, {"Paratex": ("ORG", 0.55)})).extract("", "Paratex Group fell. It hit Paratex.")
    assert [[len(o.mentions), o.label] for o in found.organisations] == [[2, "Paratex Group"]]
