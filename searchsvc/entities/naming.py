"""Which of these words are one person's name, and whom of the world-famous do they name?"""

from __future__ import annotations

import re
from functools import cache

from searchsvc.entities.lexicon import Entry, Lexicon, rows
from searchsvc.entities.page import Page
from searchsvc.entities.titles import OUTSIDE

_PARTIES = frozenset("DRI")


@cache
def _states() -> frozenset[str]:
    """The codes and abbreviations of states: TN, Vt."""
    return frozenset(code for row in rows("states.tsv") for code in (row[1], row[2].rstrip(".")) if code)


def without_party(page: Page, first: int, last: int) -> tuple[int, int]:
    """The words of a name without party and state behind it, `Lamar Alexander R TN`, which are claimed for nobody;
    none, `last < first`, of a state's code alone."""
    words, gaps = page.tokens.words, page.tokens.gaps
    if first == last and words[first].isupper() and words[first] in _states():
        return first, first - 1
    for j in range(first + 1, last + 1):
        if words[j] in _PARTIES and gaps[j + 1] == " " and words[j + 1] in _states():
            page.claim(Entry("neither", "thing"), j, max(j + 1, last))
            return first, j - 1
    return first, last


def as_known(page: Page, first: int, last: int, lex: Lexicon) -> tuple[int, int]:
    """The words of the world-famous name that is here, where the tagger saw less of it, or a given name more:
    `Mike Pompeo` of `Mike Pompeo Michael`."""
    words = page.tokens.words
    known = page.known[first]
    if known is None or known.entry.kind != "person":
        return first, last
    if known.last >= last:
        first = known.first
        while first < last and words[first] in OUTSIDE:
            first += 1  # President Clinton
        return first, known.last
    after = words[known.last + 1]
    if known.first == first and after in lex.forenames and after not in lex.surnames:
        return first, known.last
    return first, last


_INITIAL = re.compile(r"[A-Z]\.?$")


def famous_name(words: list[str], lex: Lexicon) -> str:
    """The world-famous name that these words are with a middle initial, or a middle name that is a given name; empty
    where they are none."""
    if len(words) < 3 or not all(_INITIAL.match(w) or w in lex.forenames for w in words[1:-1]):
        return ""
    name = f"{words[0]} {words[-1]}"
    return next((e.key for form, e in lex.index.get(words[0], ()) if form == name and e.kind == "person"), "")


def two_famous(page: Page, j: int) -> bool:
    """Does one famous surname stand right behind another: `Trump Pelosi` of a list of headlines?"""
    one, other = page.known[j - 1], page.known[j]
    return (
        one is not None
        and other is not None
        and (one.entry.kind, other.entry.kind) == ("bare", "bare")
        and one is not other
    )
