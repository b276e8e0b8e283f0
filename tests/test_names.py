"""Which spellings can be one person's name, and by which rule: a table, a line a case."""

from __future__ import annotations

import pytest

from searchsvc.names import RULES, Name, differ, keys, name_of, romanised, spelled

PIECES = {
    "Amabel Trist": Name("amabel", (), "trist"),
    "Amabel R. Trist": Name("amabel", ("r",), "trist"),
    "A.R. Trist": Name("a", ("r",), "trist"),
    "JD Trist": Name("j", ("d",), "trist"),
    "Ed Trist": Name("ed", (), "trist"),
    'Amabel "Ace" Trist': Name("amabel", (), "trist"),
    "Amabel Trist, Jr.": Name("amabel", (), "trist", "jr"),
    "Amabel Trist III": Name("amabel", (), "trist", "iii"),
    "Oro de la Vessa": Name("oro", (), "de la vessa"),
    "Josée O’Trist": Name("josee", (), "otrist"),
    "Trist": Name("", (), "trist"),
    "de Vessa": Name("", (), "de vessa"),
    "Ben Trist": Name("ben", (), "trist"),
    "Amabel Van Trist": Name("amabel", (), "van trist"),
    "Amabel TristVessa": Name("", (), "amabel tristvessa"),
    "…": Name("", (), ""),
}

SAME = {
    "middle name": [("Amabel Trist", "Amabel R. Trist"), ("Amabel R. Trist", "Amabel Rose Trist")],
    "nickname": [("Bill Trist", "William Trist"), ("Liz M. Trist", "Elizabeth Trist")],
    "initials": [("A. Trist", "Amabel Trist"), ("A.R. Trist", "Amabel Rose Trist")],
    "transliteration": [
        ("Olha Zavadsky", "Olha Zavadskyy"), ("Olha Zavadskiy", "Olha Zavadskyi"),
        ("Mohammed Qasemi", "Muhammad Ghasemi"), ("Sami al-Dhabi", "Sami Thabi"), ("Dmitri Wolkov", "Dmitry Volkov"),
    ],
    "plural": [("Amabel Trists", "Amabel Trist")],
    "misspelling": [("Amabel Trsit", "Amabel Trist"), ("Ambel Trist", "Amabel Trist")],
}  # fmt: skip

APART = [
    ("Amabel W. Trist", "Amabel H.W. Trist"),  # two presidents have been told apart so
    ("Amabel W. Trist", "Amabel H. Trist"),
    ("Amabel Trist Jr.", "Amabel Trist"),
    ("Amabel Trist", "Trist"),
    ("A.R. Trist", "Amabel Trist"),
    ("B. Trist", "Amabel Trist"),
    ("Bill Trist", "Robert Trist"),
    ("Jan Trist", "Jon Trist"),  # short names are too near each other
    ("Oro Vane", "Oro Vann"),
    ("Amabel Trist", "Isobel Trist"),
    ("Amabel H.W", "Amabel W."),
    ("Kim Trist", "Kim Un Trist"),
]


@pytest.mark.parametrize("label", PIECES)
def test_pieces(label: str) -> None:
    assert name_of(label) == PIECES[label]


def test_every_rule_has_its_cases() -> None:
    assert {"spelling", *SAME} == set(RULES)


@pytest.mark.parametrize(("rule", "pair"), [(rule, pair) for rule, pairs in SAME.items() for pair in pairs])
def test_can_be_one(rule: str, pair: tuple[str, str]) -> None:
    one, other = map(name_of, pair)
    assert differ(one, other) == differ(other, one) == rule
    assert set(keys(one)) & set(keys(other))  # else they would never be compared


@pytest.mark.parametrize("pair", APART, ids=" / ".join)
def test_cannot_be_one(pair: tuple[str, str]) -> None:
    one, other = map(name_of, pair)
    assert differ(one, other) is None
    assert differ(other, one) is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Kim Soon-ok", "Kim Soon Ok", True),
        ("José Trist", "JOSE TRIST", True),
        ("G. W. Trist", "G.W. Trist", True),
        ("Mc Trist", "McTrist", True),
        ("Anna Lee", "Ann A. Lee", False),
        ("Amabel Trist Jr.", "Amabel Trist", False),
        ("Agent 7", "Agent 8", False),
    ],
)
def test_spelling(one: str, other: str, same: bool) -> None:
    assert (spelled(one) == spelled(other)) == same


def test_romanised_keeps_names_apart_that_are() -> None:
    words = "clinton kerry smith jones abbas hassan morsi putin medvedev netanyahu rouhani zarif".split()
    assert len({romanised(word) for word in words}) == len(words)
