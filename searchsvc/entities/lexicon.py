"""What do we know already? The tables of `lexicons/`, read once, as one index of phrases.

A phrase is looked up by its first word, the longest first. No rule of grammar is in here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import NamedTuple

from searchsvc.entities.tokens import tokens


class Entry(NamedTuple):
    """What a phrase means. `kind`: country, adjective, organisation, place, person, bare (a person's surname) or
    neither; `key`: the ISO code or the canonical name; `mark`: * standing alone only, ? in a company's company only,
    ~ bound only, ^ in an article about the United States only, = about Britain only,
    % where it is shown to be a body, + organ of a state."""

    kind: str
    key: str
    mark: str = ""


Index = dict[str, list[tuple[str, Entry]]]


@dataclass(slots=True)
class Lexicon:
    """All tables. `index` is by first word as printed, `shouted` the same for lines in capitals."""

    index: Index = field(default_factory=dict)
    shouted: Index = field(default_factory=dict)
    countries: dict[str, str] = field(default_factory=dict)
    #: Single words (Saudi, US, Syria) to codes, for the parts of `US-Russia` and `Saudi-led`.
    single: dict[str, str] = field(default_factory=dict)
    organs: frozenset[str] = frozenset()
    #: Clubs that play.
    clubs: frozenset[str] = frozenset()
    organisations: frozenset[str] = frozenset()
    forenames: frozenset[str] = frozenset()
    surnames: frozenset[str] = frozenset()
    #: Surnames of the world-famous.
    families: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()


#: Further tables of organisations: those of organisations.tsv go before theirs.
ORGANISATIONS = ("agencies.tsv", "clubs.tsv", "companies.tsv", "media.tsv", "parties.tsv", "universities.tsv")

# Parts of `Franco-German` and the like.
_COMBINING = {
    "Anglo": "GB", "Franco": "FR", "Russo": "RU", "Sino": "CN", "Indo": "IN", "Italo": "IT", "Greco": "GR",
    "Turco": "TR", "Turko": "TR", "Austro": "AT", "Luso": "PT", "Serbo": "RS",
}  # fmt: skip

#: Names that are words in capitals: a shouted line says nothing about them.
NEVER_SHOUTED = frozenset(
    "Polish Pole Poles Finn Scot Swede Dane Kiwi Turk Lao WHO ICE IS ARENA CAN COPE CORD CUP CUT ERR FACT MAP MEND MUD "
    "ONCE PAN PRO SWIFT UPS".split()
)


def rows(name: str) -> Iterator[list[str]]:
    """The rows of a table beside this module, with empty cells behind the last."""
    source = resources.files("searchsvc.entities").joinpath("lexicons", name)
    for line in source.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield [*line.split("\t"), "", "", ""]


def _marked(form: str) -> tuple[str, str]:
    return (form[:-1], form[-1]) if form[-1] in "*~^=?%" else (form, "")


def _set(name: str, separator: str | None) -> frozenset[str]:
    return frozenset(word for row in rows(name) for word in row[0].split(separator))


def plurals(word: str) -> tuple[str, ...]:
    """Further forms of a demonym: Americans, Saudis, Germans; none for English, Chinese, Swiss."""
    if word.endswith(("ese", "sh", "ch", "s", "men", "man", "x", "é", "k-", "asotho", "Dutch")):
        return ()
    return (word + "s",)


def _plural(noun: str) -> str:
    """The plural of a regular noun: `waffles`, `pastries`, `finches`."""
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("ch", "sh", "s", "x")) else "s")


@cache
def lexicon() -> Lexicon:
    """The tables, read on the first call."""
    lex = Lexicon()
    phrases: dict[str, Entry] = {}
    for phrase in _set("neither.tsv", "|"):
        phrases[phrase] = Entry("neither", "")
    for word, things, *_ in rows("styles.tsv"):
        for thing in things.split("|"):
            for form in (thing, _plural(thing)):
                for each in (form, form.title()):  # Irish setters, Irish Setters
                    phrases[f"{word} {each}"] = Entry("neither", "")
    lex.places = _set("places.tsv", "|") | frozenset(row[0] for row in rows("cities.tsv"))
    for phrase in lex.places:
        phrases[phrase] = Entry("place", phrase)
    families = set()
    for name, bare, spellings, *_ in rows("people.tsv"):
        if " " in name and not name.endswith((".", "II")):
            families.add(name.split()[-1])
        for form in (name, *filter(None, spellings.split("|"))):
            phrases[form] = Entry("person" if " " in form else "bare", name)
        for form in filter(None, bare.split("|")):
            if form == name and " " in name:
                continue
            surname, mark = _marked(form)
            phrases[surname] = Entry("bare", name, mark)
    lex.families = frozenset(families)
    organs = set()
    names = set()
    for name, also, organ, *_ in rows("organisations.tsv"):
        names.add(name)
        if organ:
            organs.add(name)
        phrases.setdefault(name, Entry("organisation", name))
        for form in filter(None, also.split("|")):
            bare, mark = _marked(form)
            phrases[bare] = Entry("organisation", name, mark)
    for file in ORGANISATIONS:
        for name, also, organ, *_ in rows(file):
            names.add(name)
            if organ:
                organs.add(name)
            for bare, mark in (*map(_marked, filter(None, also.split("|"))), (name, "")):
                phrases.setdefault(bare, Entry("organisation", name, mark))
    lex.clubs = frozenset(phrases[row[0]].key for row in rows("clubs.tsv"))
    lex.organs, lex.organisations = frozenset(organs), frozenset(names)
    for code, label, also, adjectives, *_ in rows("countries.tsv"):
        lex.countries[code] = label
        for form in (label, *filter(None, also.split("|"))):
            phrases[form] = Entry("country", code)
            if " " not in form:
                lex.single[form] = code
        for form in filter(None, adjectives.split("|")):
            for each in (form, *plurals(form)):
                phrases[each] = Entry("adjective", code)
                if " " not in each:
                    lex.single[each] = code
    lex.single.update(_COMBINING)
    lex.forenames = _set("forenames.tsv", None)
    lex.surnames = _set("surnames.tsv", None)
    lex.words = _set("words.tsv", None)
    for phrase, entry in phrases.items():
        _add(lex.index, phrase, entry)
        if phrase not in NEVER_SHOUTED:
            _add(lex.shouted, phrase.upper(), entry)
    for index in (lex.index, lex.shouted):
        for row in index.values():
            row.sort(key=lambda pair: -len(pair[0]))
    return lex


def _add(index: Index, phrase: str, entry: Entry) -> None:
    found = tokens(phrase)
    if found.words and found.starts[0] == 0:
        index.setdefault(found.words[0], []).append((phrase, entry))


def longest(index: Index, word: str, text: str, start: int) -> tuple[int, Entry] | None:
    """End and meaning of the longest phrase that starts with this word here."""
    for phrase, entry in index.get(word, ()):
        if text.startswith(phrase, start):
            end = start + len(phrase)
            if end == len(text) or not (text[end].isalnum() or (text[end] == "." and phrase[-1] == "U")):
                return end, entry
    return None
