"""Who is the same across the archive? Each rule with invented articles: what joins, what stays apart, and why."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest

from searchsvc import reconciliation, spellings
from searchsvc.namings import NO_DAY, Archive, Naming, Profile, Profiles
from searchsvc.reconciliation import Decision, Pin, decide

DAY = 16_000


def crowd(articles: int = 300) -> list[Naming]:
    """An archive that knows none of the people of the tests: others, who are named with everything."""
    draw = random.Random(7)
    givens, surnames = "Oren Pia Ruta Sven Tove Ugo Vera Wim".split(), "Abel Boone Crane Dow Ekman Fox Grau".split()
    people = [f"{given} {surname}" for given in givens for surname in surnames]
    bodies = [f"Body {number}" for number in range(40)]
    return [
        Naming(f"crowd{at:04}", DAY + draw.randrange(700), tuple(draw.sample(people, 3)), tuple(draw.sample(bodies, 3)))
        for at in range(articles)
    ]


def some(name: str, count: int, *beside: str, day: int = DAY, at: str = "") -> list[Naming]:
    """Articles that name somebody and certain company."""
    return [Naming(f"{at or name} {number:03}", day + number, (name, *beside), beside) for number in range(count)]


HARBOUR = ("Minna Holt", "Harbour Board", "Lantern Bay", "Pilots' Guild")
OPERA = ("Teo Lind", "Opera House", "Choir Union", "Stage Fund")


def decided(*parts: Iterable[Naming], pins: Iterable[Pin] = ()) -> dict[str, Decision]:
    """The decision on each name, of surnames those of one article under name and article."""
    namings = [naming for part in (crowd(), *parts) for naming in part]
    return {f"{d.name} @{d.article}" if d.article else d.name: d for d in decide(Archive(namings), list(pins))}


@pytest.mark.parametrize(
    ("form", "rule"),
    [
        ("amabel TRIST", "spelling"),
        ("Amabel R. Trist", "middle name"),
        ("Amabell Trist", "transliteration"),
        ("Amabel Trists", "plural"),
        ("Amabel Trsit", "misspelling"),
    ],
)
def test_a_form_in_the_same_company_is_the_person(form: str, rule: str) -> None:
    found = decided(some("Amabel Trist", 40, *HARBOUR), some(form, 1, *HARBOUR, day=DAY + 3))
    assert (found[form].person, found[form].rule) == ("Amabel Trist", rule)
    if rule != "spelling":
        assert found[form].evidence["articles"] == [1, 40]
        assert set(found[form].evidence["beside both"]) <= set(HARBOUR)
        assert found[form].evidence["score"] >= 7


@pytest.mark.parametrize("form", ["Amabell Trist", "Amabel Trists", "Amabel Trsit"])
def test_the_same_form_in_other_company_is_not(form: str) -> None:
    found = decided(some("Amabel Trist", 40, *HARBOUR), some(form, 4, *OPERA, day=DAY + 500))
    assert found[form].person == ""
    assert found[form].evidence["nearest"] == "Amabel Trist"


def test_nicknames_and_initials_need_the_company() -> None:
    there = some("William Trist", 20, *HARBOUR)
    for form, rule in (("Bill Trist", "nickname"), ("W. Trist", "initials")):
        assert decided(there, some(form, 3, *HARBOUR))[form].rule == rule
        apart = decided(there, some(form, 3, *OPERA, day=DAY + 600))[form]
        assert (apart.person, apart.rule) == ("", "not enough evidence")


def test_a_short_form_of_several_names_needs_more() -> None:
    """A Chris may be a Christopher or a Christine."""
    for full, short, person in (("Elizabeth", "Liz", "Elizabeth Trist"), ("Christine", "Chris", "")):
        found = decided(some(f"{full} Trist", 5, *HARBOUR), some(f"{short} Trist", 1, day=DAY + 40))
        assert found[f"{short} Trist"].person == person


def test_two_who_fit_as_well_leave_it_apart() -> None:
    """George Bush is George W. or George H.W.: no guess."""
    found = decided(
        some("Oto W. Trist", 20, *HARBOUR), some("Oto H. Trist", 20, *HARBOUR), some("Oto Trist", 3, *HARBOUR)
    )
    assert "Oto W. Trist" not in found
    assert "Oto H. Trist" not in found
    assert (found["Oto Trist"].person, found["Oto Trist"].rule) == ("", "ambiguous")
    assert found["Oto Trist"].evidence["others"]


def test_a_son_is_not_his_father() -> None:
    found = decided(some("Oto Trist", 20, *HARBOUR), some("Oto Trist Jr.", 5, *HARBOUR))
    assert "Oto Trist Jr." not in found


def test_common_names_need_more_than_rare_ones() -> None:
    """Where many are called so, a middle initial more is somebody else."""
    many = [some(f"{given} Grau", 1, day=DAY + 300) for given in "Ada Bo Cy Dee Eli Fay Gus Hal Ira Joy".split()]
    many += [some(f"Wim {surname}", 1, day=DAY + 300) for surname in "Ash Bly Coe Day Eno Fry Gow Hay Ide Jay".split()]
    rare = decided(*many, some("Amabel Trist", 9, *HARBOUR), some("Amabel R. Trist", 1, "Somebody", day=DAY + 5))
    common = decided(*many, some("Wim Grau", 9, *HARBOUR, at="x"), some("Wim R. Grau", 1, "Somebody", day=DAY + 5))
    assert rare["Amabel R. Trist"].person == "Amabel Trist"
    assert common["Wim R. Grau"].person == ""
    assert (
        common["Wim R. Grau"].evidence["namesakes by chance"] > rare["Amabel R. Trist"].evidence["namesakes by chance"]
    )


def test_articles_that_name_both_tell_them_apart() -> None:
    both = [Naming(f"both {at}", DAY + at, ("William Trist", "Bill Trist", *HARBOUR), HARBOUR) for at in range(4)]
    assert decided(some("William Trist", 6, *HARBOUR), both)["Bill Trist"].person == ""


def test_a_surname_alone_is_its_only_bearer_of_that_time() -> None:
    found = decided(some("Amabel Trist", 12, *HARBOUR), some("Trist", 1, *HARBOUR, day=DAY + 5))
    decision = found["Trist @Trist 000"]
    assert (decision.person, decision.rule) == ("Amabel Trist", "surname")
    assert decision.evidence["articles near"] == [12, 12]
    assert "Trist" not in found  # nothing is left to refuse


@pytest.mark.parametrize(
    ("alone", "others", "why"),
    [
        (some("Trist", 1, *OPERA), [], "the company is not that of its bearer"),
        (some("Trist", 1, *HARBOUR, day=DAY + 400), [], "no bearer has nearly all articles of that time"),
        (some("Trist", 1, *HARBOUR), some("Oto Trist", 3, *HARBOUR), "no bearer has nearly all articles of that time"),
        (some("Trist", 1, *HARBOUR), some("Trist Abel", 3), "no bearer has nearly all articles of that time"),
        ([Naming("t", NO_DAY, ("Trist", *HARBOUR), HARBOUR)], [], "no date"),
        ([Naming("t", DAY, ("Trist", "Oto Trist", *HARBOUR), HARBOUR)], [], "a bearer is named in full beside it"),
    ],
)
def test_else_it_stays_a_surname(alone: list[Naming], others: list[Naming], why: str) -> None:
    found = decided(some("Amabel Trist", 12, *HARBOUR), alone, others)
    assert found["Trist"].person == ""
    assert found["Trist"].evidence["why"] == {why: 1}
    assert found["Trist"].evidence["bearers"]["Amabel Trist"] == 12
    assert not [key for key in found if key.startswith("Trist @")]


def test_a_name_of_one_word_is_no_surname() -> None:
    """Madonna is not the surname of one Jane Madonna."""
    assert "Trist" not in decided(some("Trist", 9, *OPERA), some("Amabel Trist", 2, *HARBOUR))


def test_pins_have_the_last_word() -> None:
    there = (some("Amabel Trist", 9, *HARBOUR), some("Amabel R. Trist", 2, *HARBOUR), some("Lady Vane", 3, *OPERA))
    pins = [Pin(False, "Amabel R. Trist", "Amabel Trist"), Pin(True, "Lady Vane", "Amabel Trist")]
    found = decided(*there, pins=pins)
    assert "Amabel R. Trist" not in found
    assert (found["Lady Vane"].person, found["Lady Vane"].rule) == ("Amabel Trist", "by hand")


def test_a_pin_to_a_name_that_no_article_has_takes_its_forms_along() -> None:
    there = (some("Amabel Trist", 9, *HARBOUR), some("Amabel R. Trist", 2, *HARBOUR))
    found = decided(*there, pins=[Pin(True, "Amabel Trist", "Lady Vane"), Pin(True, "Lady Vane", "Amabel Vane")])
    assert {found[name].person for name in ("Amabel Trist", "Amabel R. Trist")} == {"Amabel Vane"}


def test_a_surname_pinned_to_a_name_that_no_article_has_is_decided_once() -> None:
    namings = [*crowd(), *some("Oto Vane", 6, *OPERA), *some("Ada Vane", 6, *OPERA), *some("Vane", 2, *OPERA)]
    assert [(d.person, d.rule) for d in decide(Archive(namings)) if d.name == "Vane"] == [("", "surname")]
    found = decide(Archive(namings), [Pin(True, "Vane", "Lady Vane")])
    assert [(d.person, d.rule) for d in found if d.name == "Vane"] == [("Lady Vane", "by hand")]


def test_no_pin_leads_in_a_circle() -> None:
    there = (some("Amabel Trist", 9, *HARBOUR), some("Lady Vane", 3, *OPERA))
    pins = [Pin(True, "Amabel Trist", "Lady Vane"), Pin(True, "Lady Vane", "Amabel Trist")]
    assert "Amabel Trist" not in decided(*there, pins=pins)


def test_the_order_of_articles_makes_no_difference() -> None:
    namings = [*crowd(), *some("Amabel Trist", 12, *HARBOUR), *some("Trist", 2, *HARBOUR)]
    namings += [*some("Amabel R. Trist", 3, *HARBOUR), *some("Amabel Trsit", 1, *HARBOUR), *some("A. Trist", 1)]
    first = decide(Archive(namings))
    random.Random(3).shuffle(namings)
    assert decide(Archive(namings)) == first
    persons = {decision.person for decision in first}
    assert not persons & {decision.name for decision in first if not decision.article and decision.person}


def test_a_large_archive_counts_on() -> None:
    """Articles times articles is more than 32 bits hold."""
    archive = Archive(Naming(f"{at:06}", DAY, ("Amabel Trist",), ("Harbour Board",)) for at in range(50_000))
    number = archive.number("Amabel Trist")
    assert number is not None
    _, weights = Profile(archive, number).weights(7, frozenset())
    assert weights.tolist() == [0.0, 0.0]


def test_a_profile_that_was_let_go_is_made_again_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a large archive the profiles asked for last are kept alone."""
    namings = [*crowd(), *some("Amabel Trist", 12, *HARBOUR), *some("Amabel R. Trist", 3, *HARBOUR)]
    archive = Archive(namings)
    whole = decide(archive)
    few = Profiles(archive, most=1)
    first, other = list(archive.people)[:2]
    made = few.of(first)
    assert few.of(first) is made
    few.of(other)
    assert few.of(first) is not made
    monkeypatch.setattr(reconciliation, "Profiles", lambda archive: few)
    assert decide(archive) == whole


def test_the_most_frequent_holders_of_a_key_are_compared_with(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a surname that thousands have."""
    there = (some("William Trist", 20, *HARBOUR), some("Bill Trist", 3, *HARBOUR))
    monkeypatch.setattr(spellings, "MOST_OF_KEY", 1)
    assert decided(*there, some("Oto Trist", 8, *OPERA))["Bill Trist"].person == "William Trist"
    assert "Bill Trist" not in decided(*there, some("Oto Trist", 30, *OPERA))


def test_companions_and_names_are_found_again() -> None:
    archive = Archive(
        [Naming("b", DAY, ("Oto Trist",), ("KE",)), Naming("a", NO_DAY, ("", "Ada Vane", "Oto Trist"), ())]
    )
    assert archive.ids == ["a", "b"]
    assert [archive.labels[number] for number in archive.people] == ["Ada Vane", "Oto Trist"]
    assert (archive.number("Nobody"), archive.number("Zoe")) == (None, None)
    trist = archive.number("Oto Trist")
    assert trist is not None
    assert archive.articles(trist).tolist() == [0, 1]
    labels = [archive.labels[number] for number in archive.companies(archive.articles(trist)).tolist()]
    assert labels == ["Ada Vane", "Oto Trist", "\0KE", "Oto Trist"]


def test_an_empty_archive() -> None:
    assert decide(Archive([])) == []
    assert decide(Archive([Naming("a", NO_DAY, (), ())])) == []
