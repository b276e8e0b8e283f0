"""How far does a body's name reach to either side of the word that makes it one, and is it a name at all?

What is read are the words in capitals, what stands between them, and the claims of longer names beside.
"""

from __future__ import annotations

from searchsvc.entities.heads import (
    AND_HEADS,
    CORPORATE,
    DATES,
    EMPTY,
    HEADS,
    LEVELS,
    NOUNS,
    OPENERS,
    POSSESSORS,
    QUALIFIERS,
    STATE,
)
from searchsvc.entities.lexicon import Lexicon
from searchsvc.entities.page import Page
from searchsvc.entities.titles import STOPWORDS, TITLES


def leftmost(page: Page, lex: Lexicon, i: int, head: str) -> int:
    """The first word of the name that ends in the head at i."""
    tokens = page.tokens
    words, gaps = tokens.words, tokens.gaps
    first = i
    while first > 0 and i - first < 7:
        gap, before = gaps[first], words[first - 1]
        known = page.known[first - 1]
        if (
            gap == " "
            and known is not None
            and known.entry.kind in ("place", "organisation")
            and known.first < known.last == first - 1
        ):
            # `New York University`
            if (known.first and gaps[known.first] == " " and known.entry.kind == "organisation") or not all(
                page.free(j) or page.claims[j] is known for j in range(known.first, first)
            ):
                break
            first = known.first
            continue
        if gap == "'s " or gap == "' ":
            if before not in POSSESSORS:
                break
        elif gap in (" and ", " & ", ", and "):
            if gap != " & " and not (
                head in AND_HEADS
                and first < i
                and first > 1
                and before.lower() in lex.words
                and words[first].lower() in lex.words
                and not tokens.opens[first - 1]
                and page.free(first - 1)
                and gaps[first - 1] in (" the ", " ", ", ", "'s ")
                and before not in HEADS
            ):
                break
        elif gap != " ":
            break
        qualifies = before in QUALIFIERS or (before == "Justice" and head == "Ministry")
        if (before in TITLES and not qualifies) or before in EMPTY or not joins(page, lex, first - 1):
            break
        first -= 1
    return first


def joins(page: Page, lex: Lexicon, j: int) -> bool:
    """May word j be a part of a body's name?"""
    tokens = page.tokens
    word = tokens.words[j]
    claim = page.claims[j]
    if claim is not None:
        if claim.entry.kind == "neither":
            return claim.first == claim.last and claim.entry.key != "thing" and word not in DATES
        return claim.entry.kind == "organisation" and (claim.last - claim.first) < 3 and word not in CORPORATE
    if word in STOPWORDS:
        return False
    if "-" in word and word.rsplit("-", 1)[1].islower():
        return False
    return not (tokens.opens[j] and word.lower() in lex.words and word in OPENERS)


def without_the(page: Page, first: int, last: int) -> int:
    """The first word of the name without a `The` in front, but for The Hague's."""
    known = page.known[first]
    hague = known is not None and known.entry.kind == "place" and known.first < known.last
    return first + 1 if page.tokens.words[first] == "The" and first < last and not hague else first


def longer_follows(page: Page, i: int) -> bool:
    """Does a longer name of a body end a few words on, as in `Ross River Dena Council`?"""
    tokens = page.tokens
    words, gaps = tokens.words, tokens.gaps
    for j in range(i + 1, min(i + 4, len(words))):
        if gaps[j] != " " or words[j] in TITLES or not page.free(j):
            return False
        word = words[j].title() if tokens.shouts[j] else words[j]
        if word in HEADS or word in CORPORATE:
            return True
    return False


def topic(page: Page, lex: Lexicon, j: int) -> bool:
    """May word j begin what a body is for or of: Ministry of Health?"""
    word = page.tokens.words[j]
    claim = page.claims[j]
    if claim is not None and (claim.entry.kind != "neither" or word in DATES):
        return claim.entry.kind == "organisation" and claim.first == j
    if word == "Foreign":
        return j + 1 < len(page.tokens.words) and page.tokens.words[j + 1] in ("Affairs", "Relations", "Trade")
    return word not in TITLES and word not in STOPWORDS


#: Heads that are no field of government: Health and Police.
_NO_FIELDS = HEADS - frozenset(
    "Communications Cooperation Energy Industries Mines Mining Oil Petroleum Resources Services".split()
)


def rightmost(page: Page, lex: Lexicon, j: int, head: str) -> int:
    """The last word of what follows `of`."""
    tokens = page.tokens
    words, gaps = tokens.words, tokens.gaps
    count = len(words)
    last = j
    known = page.known[j]
    if known is not None and known.entry.kind in ("country", "place", "organisation") and not known.entry.mark:
        last = known.last
        # `Council of Yukon First Nations`, but `Bank of England Governor`.
        while (
            last + 1 < count
            and gaps[last + 1] == " "
            and known.entry.kind == "place"
            and last - j < 5
            and page.free(last + 1)
            and not (
                words[last + 1] in TITLES
                or words[last + 1] in STOPWORDS
                or words[last + 1] in lex.forenames
                or page.known[last + 1] is not None
            )
        ):
            last += 1
        return last
    while last + 1 < count and last - j < 7:
        gap, after = gaps[last + 1], words[last + 1]
        if after in TITLES or after in STOPWORDS or not page.free(last + 1):
            break
        if gap == " " or (gap in (" of ", " of the ") and (words[last] in HEADS or words[last] in NOUNS)):
            if after in lex.forenames and after.lower() not in lex.words:
                break
        elif gap in (" and ", ", ", " and the ", ", and ", " & ", " for "):
            if not (head in AND_HEADS and after.lower() in lex.words and after not in _NO_FIELDS):
                break
            if gap == ", " and not in_list(page, last + 1):
                break
        else:
            break
        last += 1
    return last


def in_list(page: Page, j: int) -> bool:
    """Does a list go on behind word j?"""
    gaps = page.tokens.gaps
    return j + 1 < len(page.tokens.words) and gaps[j + 1] in (" and ", ", ", ", and ")


#: Heads of organs whose country is a part of the name: Indian Army, Nigeria Police.
NO_OWNER = frozenset(
    "Force Forces Congress Council Army Navy Committee Commission Agency Authority Administration Bureau Corps Police "
    "Guard".split()
)


def without_country(page: Page, first: int, last: int) -> int:
    """The first word of an organ's name without the country before it: `Iranian` stays outside `Foreign Ministry`."""
    known = page.known[first]
    if known is None or known.entry.kind not in ("adjective", "country") or known.first != first or known.last >= last:
        return first
    rest = page.known[known.last + 1]
    if rest is not None and rest.entry.kind == "organisation" and rest.last == last and rest.first == known.last + 1:
        if rest.entry.mark == "^":
            return first  # Georgia Supreme Court
        return known.last + 1  # U.S. Food and Drug Administration
    head = page.tokens.words[last]
    return known.last + 1 if head in STATE - NO_OWNER and known.last + 1 < last else first


#: Heads that name nothing when they stand alone: the Board, the University.
_KINDS = frozenset(
    "Academy Administration Agency Association Authority Bank Board Bureau Center Centre Channel Church Club College "
    "Commission Committee Company Council Court Department Directorate Division Embassy Federation Foundation Fund "
    "Government Group Hospital Industries Institute Library Ministry Network Office Organisation Organization Party "
    "Police School Secretariat Service Services Society Station Treasury Trust Union University".split()
)


def kind_only(words: list[str]) -> bool:
    """Do the words name only a kind of body: City Council, School Board?"""
    if len(words) == 1:
        return words[0] in _KINDS
    return (
        len(words) == 2
        and words[0].lower() in LEVELS
        and words[1] in ("Board", "College", "Committee", "Council", "Court", "Courts", "School", "Schools")
        and not (words[1] == "Court" and words[0] in ("High", "Supreme"))
    )
