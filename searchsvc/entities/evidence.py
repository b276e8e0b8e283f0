"""What do the words beside a name, and the article's other names, tell of it whatever the tagger says?"""

from __future__ import annotations

import re

from searchsvc.entities.ballots import ASSENT, FAC, LOC, NORP, ORG, PER, Ballots, Mark
from searchsvc.entities.heads import CORPORATE, HEADS, STATE
from searchsvc.entities.lexicon import Lexicon
from searchsvc.entities.page import Page

#: How sure the tagger must be of a body for its strange first word to be its short name.
_PLAIN = 0.85
#: How much of a strange name may be a place's for the government to be somebody's and no province's.
_PLACED = 0.2
#: How much of a name the tagger must give to a body where the words beside it say so: `the airline Easy Sky`, `a Vexmar
#: spokesman`.
TOLD = 0.12
_KIND = re.compile(
    r"\b(?:company|firm|law cent(?:re|er)|start-?up|airline|carrier|agency|newspaper|paper|daily|weekly|"
    r"magazine|tabloid|broadcaster|"
    r"station|union|party|group|militia|movement|NGO|charity|bank|lender|club|retailer|maker|giant|watchdog|"
    r"think[- ]tank|website|portal|publisher|brewer|insurer|operator|conglomerate|developer|consultancy|brokerage|"
    r"outlet|network|cooperative|foundation|subsidiary|shares (?:of|in)|stake in|owner of|C\.?E\.?O\.? of|"
    r"chief executive of|spokes(?:man|woman|person) (?:for|of)|headquarters of|employees of|unit of),? [\"'(]?$"
)
_OWNS = re.compile(
    r" (?:spokes(?:man|woman|person)|shares|employees|party|militants?|fighters|insurgents|airline|website|news agency|"
    r"newspaper|magazine|chief executive|CEO|executives?|shareholders|subsidiary|stores)\b|"
    r"'s? (?:spokes(?:man|woman|person)|shares|employees|chief executive|CEO|shareholders|subsidiary|stores)\b"
)
#: Boston-based Gillette.
_BASED = ("-based", "-headquartered", "-listed", "-owned")
_HELD = re.compile(
    r"(?:'s)? (?:administration|aides?|all(?:y|ies)|brothers|camp(?:aign)?|era|presidency|spokes(?:man|woman|person)|"
    r"staff|supporters?|team|years)\b"
)
_GOVERNS = re.compile(r" (?:administration|brothers|dictatorship|government|presidency|regime)\b")
_KIN = frozenset(
    "aunt boyfriend brother children cousin daughter father fiancé fiancée girlfriend granddaughter grandfather "
    "grandmother grandson husband mother nephew niece sister son uncle widow widower wife "
    "aunts brothers cousins daughters grandsons nephews nieces sisters sons uncles wives".split()
)


def told_body(page: Page, mark: Mark, seen: Ballots, lex: Lexicon) -> bool:
    """Do the words beside a name say that it is a body's, with the tagger not against it?"""
    if mark.label == NORP or page.known[mark.first] is not None or page.tokens.words[mark.first] in lex.forenames:
        return False
    if mark.first == mark.last and page.tokens.words[mark.first] in lex.families:
        return False
    if seen.share(mark.first, mark.last, ORG) < TOLD:
        return False
    gap = page.tokens.gaps[mark.first]
    if _KIND.search(gap[-40:]):
        return True
    if gap == " " and mark.first and page.tokens.words[mark.first - 1].endswith(_BASED):
        return seen.share(mark.first, mark.last, ORG) > seen.share(mark.first, mark.last, PER)
    return _OWNS.match(page.tokens.plain, mark.end) is not None


def short_names(page: Page, seen: Ballots, lex: Lexicon) -> dict[str, float]:
    """The first words of bodies of several words that can be their short names, by the legal form, the lexicon, or
    strange as they are (`Paratus Group`), with how much of such a word the tagger must give to a body."""
    words = page.tokens.words
    found: dict[str, float] = {}
    for mark in seen.marks:
        word = words[mark.first]
        if mark.label != ORG or mark.first == mark.last:
            continue
        if words[mark.last] in CORPORATE or known_body(page, mark.first, mark.last):
            found[word] = 0.0
        elif mark.sure >= _PLAIN and page.known[mark.first] is None and not _ordinary(word, lex):
            found.setdefault(word, TOLD)
    return found


def _ordinary(word: str, lex: Lexicon) -> bool:
    """Is it a word of English, or a name of people?"""
    human = word in lex.forenames or word in lex.surnames or word in lex.families
    return human or word.lower() in lex.words or word in HEADS


def known_body(page: Page, first: int, last: int) -> bool:
    """Are these words what the lexicon knows for a body?"""
    known = page.known[first]
    return known is not None and known.entry.kind == "organisation" and known.first == first and known.last == last


def is_short(page: Page, mark: Mark, seen: Ballots, names: dict[str, float], families: set[str]) -> bool:
    """Is it a body's short name, and nobody's surname?"""
    word = page.tokens.words[mark.first]
    return (
        word in names
        and word not in families
        and mark.label in (PER, ORG)
        and seen.share(mark.first, mark.last, ORG) >= names[word]
    )


def holds_office(page: Page, mark: Mark, seen: Ballots, lex: Lexicon) -> bool:
    """Is it a surname by what it has behind it: the Clinton administration, the Dbeibeh government?"""
    word = page.tokens.words[mark.first]
    if mark.first < mark.last or mark.label not in (ORG, NORP) or page.known[mark.first] is not None:
        return False
    if word in lex.families:
        return (_HELD if mark.label == ORG else _GOVERNS).match(page.tokens.plain, mark.end) is not None
    if mark.label == NORP:
        return False
    strange = not word.isupper() and word.lower() not in lex.words and word not in HEADS and word not in STATE
    if not strange or seen.share(mark.first, mark.last, LOC, FAC) > _PLACED:
        return False
    return _GOVERNS.match(page.tokens.plain, mark.end) is not None


def kin(page: Page, mark: Mark, seen: Ballots, lex: Lexicon) -> bool:
    """Is it somebody by the relation named right before: `his daughter, Virginia`?"""
    before = page.tokens.gaps[mark.first][-16:].split()
    if not before or before[-1].rstrip(",") not in _KIN or mark.label == NORP:
        return False
    known = page.known[mark.first]
    if known is not None and (known.entry.kind != "place" or page.tokens.words[mark.first] not in lex.forenames):
        return False
    return seen.share(mark.first, mark.last, PER) >= ASSENT and mark.end == page.tokens.ends[mark.last]
