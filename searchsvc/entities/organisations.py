"""Which runs of capitalised words are bodies by their shape?

What is found here claims its words, so that neither a person nor a country is seen in them, but an organ of a state
(`Bank of England`, `Iranian Foreign Ministry`) leaves its country's word countable.
"""

from __future__ import annotations

from searchsvc.entities.extents import NO_OWNER, joins, leftmost, longer_follows, rightmost, topic, without_the
from searchsvc.entities.heads import (
    CORPORATE,
    EMPTY,
    FOR_HEADS,
    FRONT,
    GENERIC,
    HEADS,
    LEVELS,
    PERSONAL,
    PLACE_HEADS,
    STATE,
    THING_HEADS,
    THING_STARTS,
    VAGUE,
)
from searchsvc.entities.lexicon import Entry, Lexicon
from searchsvc.entities.page import Page
from searchsvc.entities.titles import STOPWORDS, TITLES

# What may follow a head: `Ministry of Health`, `Agency for the Environment`.
_OF = {" of ": 0, " of the ": 0, " for ": 1, " for the ": 1, " on ": 2, " of Our ": 0, " against ": 2, " to ": 3}

#: What is no airline's name behind Air.
_OF_AIR = frozenset("Base Force Forces Lines Marshal Quality Raid Strikes".split())
#: Heads that stand behind their holder's name, behind a demonym, before `Secretary`; and what makes no name of others.
_OF_HOLDER = frozenset("Administration Cabinet Campaign".split())
_OF_STATE = frozenset("Administration Cabinet Force Forces Government".split())
_OF_PRESS = frozenset("Briefing Corps Secretary".split())
_NO_QUALIFIERS = frozenset("Armed Blog Breaking Fake Guest Health Human Ivy Medicaid Tweet".split())
_COMMON_HEADS = frozenset("Insurance League News Post Service Services".split())
_LEVEL_HEADS = frozenset("Board College Committee Council Court School Schools".split())
_NEVER_VAGUE = frozenset("Bank Council Court Department Ministry".split())
_OFTEN_FOR = frozenset("Church Force Government Group Office Party Today".split())


def shapes(page: Page, lex: Lexicon) -> None:
    """Claim bodies by their shape: `X Ministry`, `University of X`, `X Corp`; and places and things by theirs."""
    tokens = page.tokens
    words, gaps = tokens.words, tokens.gaps
    count = len(words)
    i = 0
    while i < count:
        word = words[i]
        known = page.known[i]
        if not page.free(i) or (
            known is not None and known.first < known.last and known.entry.kind in ("country", "adjective", "place")
        ):
            i += 1
            continue
        if tokens.shouts[i]:
            word = word.title()
        if word in FRONT and word not in HEADS and _fronted(page, lex, i):
            pass
        elif word in CORPORATE:
            _corporate(page, lex, i)
        elif word in HEADS:
            i = _headed(page, lex, i, word)
        elif (word in PLACE_HEADS or word in THING_HEADS) and not longer_follows(page, i):
            _thing(page, i, word in PLACE_HEADS)
        elif word in THING_STARTS and i + 1 < count and gaps[i + 1] == " " and not tokens.shouts[i]:
            last = i + 1
            while last + 1 < count and last - i < 3 and gaps[last + 1] == " " and words[last + 1] not in TITLES:
                last += 1
            if all(page.free(j) for j in range(i, last + 1)) and not any(words[j] in HEADS for j in range(i, last + 1)):
                page.claim(Entry("neither", "thing"), i, i + 1)
        i += 1


def _fronted(page: Page, lex: Lexicon, i: int) -> bool:
    """Claim `Air Vanuatu`, `Universidad de Chile`."""
    tokens = page.tokens
    words, gaps = tokens.words, tokens.gaps
    last = i
    while (
        last + 1 < len(words)
        and last - i < 6
        and gaps[last + 1] in (" ", " do ", " e ", " y ", " et ", " des ")
        and page.free(last + 1)
        and not (words[last + 1] in TITLES or words[last + 1] in STOPWORDS)
    ):
        last += 1
    if last == i or any(words[j] in HEADS or words[j] in CORPORATE for j in range(i + 1, last + 1)):
        return False
    if words[i] == "Air" and words[i + 1] in _OF_AIR:
        return False
    if (
        words[i] in ("Air", "Radio", "Transparency", "Hospital")
        and page.known[i + 1] is None
        and words[i + 1].lower() in lex.words
    ):
        return False
    page.claim(Entry("organisation", ""), i, last)
    return True


def _corporate(page: Page, lex: Lexicon, i: int) -> None:
    tokens = page.tokens
    words, gaps = tokens.words, tokens.gaps
    first = i
    while (
        first > 0
        and i - first < 6
        and gaps[first] in (" ", ", ", " & ", " and ")
        and (
            gaps[first] == " "
            or (gaps[first] == ", " and first == i)
            or (gaps[first] == " & ")
            or (gaps[first] == " and " and first < i and i - first < 2)
        )
    ):
        before = words[first - 1]
        if before in TITLES or before in EMPTY or before in STOPWORDS or not joins(page, lex, first - 1):
            break
        first -= 1
    first = without_the(page, first, i)
    if first == i or (i - first == 1 and words[first] in HEADS):
        return
    inner = page.claims[first]
    known = inner is not None and inner.entry.kind == "organisation" and inner.last == i - 1 and inner.first == first
    page.claim(inner.entry if known and inner is not None else Entry("organisation", ""), first, i)


def _headed(page: Page, lex: Lexicon, i: int, head: str) -> int:
    """Claim the name around the head at i; the last word looked at."""
    tokens = page.tokens
    words, gaps = tokens.words, tokens.gaps
    count = len(words)
    first = without_the(page, leftmost(page, lex, i, head), i)
    last = i
    # `Ministry of Health and Human Services`, `Institute for Security Studies`.
    follows = i + 1 < count and gaps[i + 1] in _OF
    if follows and (gaps[i + 1] in (" of ", " of the ") or head in FOR_HEADS) and topic(page, lex, i + 1):
        last = rightmost(page, lex, i + 1, head)
    elif i + 1 < count and gaps[i + 1] == " " and page.free(i + 1):
        after = words[i + 1].title() if tokens.shouts[i] else words[i + 1]
        if longer_follows(page, i) or after in PLACE_HEADS or after in THING_HEADS:
            return i  # a longer name ends there
    named = last > i or first < i
    if not named:
        return i
    if (first < i and _no_name(page, lex, first, last, i, head)) or (
        first == i and head in _OFTEN_FOR and gaps[i + 1] == " for "
    ):
        return i
    return _take(page, lex, first, last, head)


def _no_name(page: Page, lex: Lexicon, first: int, last: int, i: int, head: str) -> bool:
    """Do the words before the head at i make no name of it: Fake News, High School, Trump Administration?"""
    tokens = page.tokens
    words, gaps = tokens.words, tokens.gaps
    qualifier = page.text(first, i - 1)
    single = i - first == 1
    if single and head in _OF_HOLDER and (page.known[first] is not None or words[first] in lex.families):
        return True
    if head == "Press" and i + 1 < len(words) and gaps[i + 1] == " " and words[i + 1] in _OF_PRESS:
        return True
    if qualifier in _NO_QUALIFIERS and head in _COMMON_HEADS:
        return True
    if last > i:
        return False
    high = head == "Court" and qualifier in ("High", "Supreme")
    if qualifier.lower() in LEVELS and head in _LEVEL_HEADS and not high:
        return True
    if head in VAGUE - _NEVER_VAGUE and single and tokens.opens[first] and words[first].lower() in lex.words:
        return True
    if single and words[first] in lex.forenames and (head in PERSONAL or head in lex.surnames):
        return True
    if head == "Government" and single and page.known[first] is not None:
        return True
    if head in _OF_STATE and (qualifier.lower() in GENERIC or all(lex.single.get(w) for w in qualifier.split())):
        return True
    return qualifier in ("Political", "General", "Local") and head in ("Party", "Party.")


def _take(page: Page, lex: Lexicon, first: int, last: int, head: str) -> int:
    """Claim words first..last as a body, country's word in front of an organ left outside."""
    known = page.known[first]
    organ = head in STATE or (head in ("Bank", "Central Bank") and last > first)
    if head == "Bank" and not (
        page.text(first, last).startswith(("Bank of", "Central Bank", "Reserve Bank", "National Bank"))
    ):
        organ = False
    if (
        organ
        and known is not None
        and known.entry.kind in ("adjective", "country")
        and known.first == first
        and known.last < last
        and head not in NO_OWNER
        and known.last + 1 < last
    ):
        # `Iranian Foreign Ministry`, `U.S. Supreme Court`: the country stands before the body's name.
        first = known.last + 1
    for j in range(first, last + 1):
        claim = page.claims[j]
        if claim is not None:
            page.drop(claim)
    page.claim(Entry("organisation", "", "+" if organ else ""), first, last)
    return last


def _thing(page: Page, i: int, place: bool) -> None:
    """`Kenyatta Airport`, `Clean Air Act`: no person and no body; no country in a place's name."""
    tokens = page.tokens
    first = i
    while first > 0 and i - first < 5 and tokens.gaps[first] == " " and page.free(first - 1):
        before = tokens.words[first - 1]
        if before in TITLES or before in STOPWORDS or before in EMPTY:
            break
        first -= 1
    if first == i:
        return
    if not place:
        # `Syrian War`, `British Open`: the country stays countable.
        while first < i:
            known = page.known[first]
            if known is None or known.entry.kind not in ("country", "adjective"):
                break
            first = known.last + 1
        if first >= i:
            return
    page.claim(Entry("neither", "thing"), first, i)
