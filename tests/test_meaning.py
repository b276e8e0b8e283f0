"""Whom a question means: which people a word, phrase, wildcard or misspelling stands for, beside an oracle."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from searchsvc import analysis, identities
from searchsvc.errors import BadRequest
from searchsvc.expression import Fuzzy, Phrase, Wildcard, Word
from searchsvc.identities import Known
from searchsvc.meaning import Names
from searchsvc.query import Filter, Query
from searchsvc.query_language import parse

PERSONS = {
    "Bill Trist": "William Trist",
    "William H. Trist": "William Trist",
    "Bill Vane": "William Vane",
    "Volodymyr Zelensky": "Volodymyr Zelenskyy",
    "Ahmed Abdul-Mahdi": "Ahmad Abdul Mahdi",
    "Tim O'Brien": "Timothy O’Brien",
    'Dwayne "The Rock" Holt': "Dwayne Holt",
    "José Núñez": "Jose Nunez",
}


def names(persons: Mapping[str, str]) -> Names:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(identities.SCHEMA)
        rows = [(name, "", person, "nickname", "{}") for name, person in persons.items()]
        connection.executemany("INSERT INTO identities VALUES (?, ?, ?, ?, ?)", rows)
        return Names(Known(connection))


@pytest.mark.parametrize(
    ("leaf", "people"),
    [
        (Word("bill", "people"), ["William Trist", "William Vane"]),
        (Word("BILL", "people"), ["William Trist", "William Vane"]),
        (Word("trist", "people"), []),  # found under the person's own name
        (Word("william", "people"), []),
        (Word("zelensky", "people"), ["Volodymyr Zelenskyy"]),
        (Word("ahmed", "said_by"), ["Ahmad Abdul Mahdi"]),
        (Word("rock", "people"), ["Dwayne Holt"]),
        (Word("núñez", "people"), []),
        (Phrase("bill trist", 0, "people"), ["William Trist"]),
        (Phrase("trist bill", 0, "people"), []),
        (Phrase("william h trist", 0, "people"), ["William Trist"]),
        (Phrase("dwayne holt", 0, "people"), []),
        (Phrase("dwayne rock", 0, "people"), []),
        (Phrase("dwayne rock", 1, "people"), ["Dwayne Holt"]),
        (Phrase("tim o'brien", 0, "people"), ["Timothy O’Brien"]),
        (Wildcard("bil*", "people"), ["William Trist", "William Vane"]),
        (Wildcard("zelens*y", "people"), []),  # holds for Zelenskyy as well
        (Wildcard("zelen?ky", "people"), ["Volodymyr Zelenskyy"]),
        (Fuzzy("ahmet", 1, "people"), ["Ahmad Abdul Mahdi"]),
        (Fuzzy("hmed", 1, "people"), []),  # the first letter stays
    ],
    ids=str,
)
def test_people(leaf: Word, people: list[str]) -> None:
    assert list(names(PERSONS).people(leaf)) == people


def test_only_fields_of_names_mean_people() -> None:
    known = names(PERSONS)
    for q in ("bill", "title:bill", "organisations:bill", "text:(bill trist)", ""):
        assert known.meant(Query(q)) == Query(q)
    assert str(known.meant(Query("said_by:(bill -ahmed)")).expression) == (
        '(said_by:bill OR said_by:"William Trist" OR said_by:"William Vane") '
        '-(said_by:ahmed OR said_by:"Ahmad Abdul Mahdi")'
    )


def test_filters_are_put_under_the_persons_name_in_fields_of_names() -> None:
    given_ = Filter(("bill trist", "William Trist", "Ada Vane"), ("Tim O'Brien",), ("BILL VANE",))
    filters = (("people", given_), ("organisations", Filter(("Bill Trist",))))
    people, organisations = names(PERSONS).meant(Query(filters=filters)).filters
    assert people == ("people", Filter(("William Trist", "Ada Vane"), ("Timothy O’Brien",), ("William Vane",)))
    assert organisations == filters[1]


@pytest.mark.parametrize(
    ("prefix", "people"),
    [("bil", ["William Trist", "William Vane"]), ("Bill v", ["William Vane"]), ("rock", ["Dwayne Holt"]),
     ("trist b", ["William Trist"]), ("o'b", ["Timothy O’Brien"]), ("ill", []), ("", []), ("…", [])],
)  # fmt: skip
def test_prefixes(prefix: str, people: list[str]) -> None:
    assert sorted(names(PERSONS).beginning(prefix)) == people


def test_the_other_names_of_a_person() -> None:
    known = names(PERSONS)
    assert sorted(known.of("William Trist")) == ["Bill Trist", "William H. Trist"]
    assert known.of("Bill Trist") == known.of("Nobody") == ()


def test_where_nothing_is_decided_a_question_is_what_it_says() -> None:
    query = Query("people:bill", filters=(("people", Filter(("Bill Trist",))),))
    assert names({}).meant(query) is query


given_names, surnames = (
    st.sampled_from("Bill William Ada O'Neil Jean-Luc 金 D.".split()),
    st.sampled_from("Trist Vane Müller Al-Sisi 正恩 Trist".split()),
)
people_names = st.builds(lambda *parts: " ".join(parts), given_names, surnames)
asked = st.one_of(given_names, surnames, people_names.map(lambda name: f'"{name}"'), st.just("tri*"), st.just("vone~"))


@given(st.dictionaries(people_names, people_names, max_size=8), st.lists(asked, min_size=1, max_size=3), st.booleans())
def test_what_is_widened_can_be_asked_again(persons: dict[str, str], some: list[str], excluded: bool) -> None:
    assume(not persons.keys() & set(persons.values()))  # a decision names the person, not another form
    known = names(persons)
    q = " OR ".join(f"people:{each}" for each in some)
    query = known.meant(Query(f"river -({q})" if excluded else q))
    printed = str(query.expression)
    assert parse(printed) == query.expression
    again = known.meant(Query(printed))
    assert again.expression == query.expression


@given(st.dictionaries(people_names, people_names, max_size=8), given_names | surnames)
def test_a_word_stands_for_those_who_have_it_in_another_name_alone(persons: dict[str, str], word: str) -> None:
    assume(len(analysis.parts(word)) == 1)
    (sought,) = analysis.parts(word)
    expected = {p for name, p in persons.items() if sought in analysis.parts(name) and sought not in analysis.parts(p)}
    assert set(names(persons).people(Word(word, "people"))) == expected


@given(st.text(max_size=40), st.sampled_from(["people:", "said_by:(", 'people:"', "-people:"]))
def test_nothing_that_can_be_asked_breaks_it(text: str, head: str) -> None:
    q = head + text + {"(": ")", '"': '"'}.get(head[-1], "")
    try:
        query = Query(q)
    except BadRequest:
        return
    meant = names(PERSONS).meant(query)
    assert (meant.expression == query.expression) == (not meant.meant)
    assert meant.warnings == query.warnings
