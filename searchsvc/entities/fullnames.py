"""Whom does the article name in full, and which doubtful names are theirs? `Caro Quintero` behind Rafael Caro Quintero.

A sentence alone makes a place of many a surname: `the location of Caro Quintero`. Not of one who is named in full, and
surely, elsewhere in the article.
"""

from __future__ import annotations

from searchsvc.entities.ballots import FAC, LOC, MISC, PER, Ballots, Mark
from searchsvc.entities.lexicon import Lexicon
from searchsvc.entities.page import Page
from searchsvc.entities.references import AT, LAST_WORD, surname_forms

#: How sure the tagger must be of somebody's full name for its short forms to be that person's; how sure it may be at
#: most that one of them is something else.
_FULL, _ELSE = 0.75, 0.9


def surnames(page: Page, seen: Ballots) -> set[str]:
    """The last words of the names of two words and more that the tagger gives to people, known bodies aside."""
    return {page.tokens.words[mark.last] for mark in _full(page, seen)}


def _full(page: Page, seen: Ballots) -> list[Mark]:
    return [
        mark
        for mark in seen.marks
        if mark.label == PER
        and mark.first < mark.last
        and ((claim := page.claims[mark.first]) is None or claim.entry.kind != "organisation" or claim.last < mark.last)
    ]


def recognised(page: Page, seen: Ballots, lex: Lexicon) -> None:
    """Give the names that the tagger half takes for something else to people whom the article surely names in full."""
    forms: set[str] = set()
    for mark in _full(page, seen):
        if mark.sure >= _FULL:
            name = page.text(mark.first, mark.last)
            first = page.tokens.words[mark.first]
            forms.update((name, *surname_forms(name)))
            if not first.isupper() and first.lower() not in lex.words and first not in lex.forenames:
                forms.add(first)
    for mark in seen.marks if forms else ():
        if mark.label in (LOC, FAC, MISC) and mark.sure < _ELSE and page.known[mark.first] is None:
            before = LAST_WORD.search(page.tokens.gaps[mark.first][-40:])
            at = before is not None and before[1] in AT
            if page.tokens.plain[mark.start : mark.end] in forms and not at and page.free(mark.first):
                mark.label, mark.sure = PER, _FULL
