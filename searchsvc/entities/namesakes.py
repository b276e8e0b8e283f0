"""Which of the names that the tagger gives to people are only borne by storms, ships, works, diseases and laws?"""

from __future__ import annotations

import re

from searchsvc.entities.ballots import PER, Ballots
from searchsvc.entities.page import Page

#: What makes a ship or a storm of a person's name.
_STORMS = frozenset("Cyclone Hurricane Storm Typhoon".split())
_CRAFT = _STORMS | frozenset("HMAS HMCS HMS INS MV RMS SS USS".split())
#: What says before a person's name that it is a ship's or a work's, and behind it that it is a disease's or a law's.
_NAMED_FOR = re.compile(
    r"\b(?:(?<!letter )(?<!mail )carrier|cruiser|destroyer|ferry|freighter|frigate|icebreaker|liner|schooner|steamer|"
    r"steamship|submarine|tanker|trawler|warship|yacht|ballet|biopic|film|movie|musical|novel|opera|sitcom|"
    r"telenovela) [\"']?$"
)
_EPONYM = re.compile(
    r"'s? (?:[Dd]isease|[Ss]yndrome|lymphoma|palsy|paradox|razor|sarcoma|theorem|thyroiditis|Law|Comet)\b|"
    r" (?:syndrome|Syndrome|scale|theorem)\b"
)
#: What makes a family of a surname.
_FAMILY = re.compile(r" (?:clan|dynasty|family)\b")


def storms(page: Page, seen: Ballots) -> set[str]:
    """The names of the article's storms that are nobody's in it: Freddy, of Cyclone Freddy."""
    words, gaps = page.tokens.words, page.tokens.gaps
    found = {words[i] for i in range(1, len(words)) if gaps[i] == " " and words[i - 1] in _STORMS}
    if found:
        for mark in seen.marks:
            if mark.label == PER and mark.first < mark.last and words[mark.first] not in _STORMS:
                found.difference_update(words[mark.first : mark.last + 1])
    return found


def namesake(page: Page, first: int, last: int, end: int) -> int | None:
    """The first word of the thing named after somebody that words first..last, up to `end`, are a part of; None where
    they are a person."""
    words, gaps = page.tokens.words, page.tokens.gaps
    if first and gaps[first] == " " and words[first - 1] in _CRAFT:
        return first - 1
    if first == last and family(page, first):
        return first
    if _NAMED_FOR.search(gaps[first][-16:]) or (first == last and _EPONYM.match(page.tokens.plain, end)):
        return first
    return None


def family(page: Page, i: int) -> bool:
    """Is word i a family's surname: the Trump family?"""
    the = page.tokens.gaps[i].endswith(("the ", "The ")) or (i > 0 and page.tokens.words[i - 1] == "The")
    return the and _FAMILY.match(page.tokens.plain, page.tokens.ends[i]) is not None
