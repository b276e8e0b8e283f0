"""Which of the bodies found by their looks are none: a state's letters, an address, a list of countries, a place?

A body that the lexicon knows is left alone. The cities that play are found later.
"""

from __future__ import annotations

import re
from functools import cache

from searchsvc.entities.ballots import ORG, Ballots
from searchsvc.entities.lexicon import Lexicon, rows
from searchsvc.entities.page import Page, Span

#: How much of a place's name, or of an ordinary word, the tagger must give to bodies for it to be one.
_PLACE, _WORD = 0.75, 0.75
_TOLD = re.compile(r"\b(?:bank|centre|center|charity|company|firm|group|magazine|network|newspaper|party|union) $")
_ADDRESS = re.compile(r"@|\.(?:com|net|org)/|www\.")


def misnamed(page: Page, seen: Ballots, lex: Lexicon) -> None:
    """Drop the bodies that are none."""
    for span in page.found():
        if span.entry.kind != "organisation" or span.entry.key:
            continue
        if _no_body(page, span, seen, lex):
            page.drop(span)


def _no_body(page: Page, span: Span, seen: Ballots, lex: Lexicon) -> bool:
    first, last = span.first, span.last
    text = page.tokens.plain
    printed = text[span.start : span.end]
    if _ADDRESS.search(text[max(0, span.start - 1) : span.end + 1]) or text.startswith(".com/", span.start - 5):
        return True
    known = page.known[first]
    if first < last and known is not None and known.entry.kind == "country":
        after = page.known[known.last + 1] if known.last < last else None
        return after is not None and after.entry.kind == "country" and page.tokens.gaps[after.first] == " "
    if known is not None and known.entry.kind == "place" and (known.first, known.last) == (first, last):
        return seen.share(first, last, ORG) < _PLACE
    if first == last:
        if printed in _states():
            return "." in printed or seen.share(first, last, ORG) < _WORD
        told = _TOLD.search(page.tokens.gaps[first]) is not None
        return known is None and not told and printed.lower() in lex.words and seen.share(first, last, ORG) < _WORD
    return False


@cache
def _states() -> frozenset[str]:
    """The states of the United States by their letters: `S.C.`, `NY`."""
    codes = frozenset(code for row in rows("states.tsv") for code in (row[1], row[2]) if code)
    return codes | frozenset(".".join(code) + "." for code in codes if len(code) == 2)
