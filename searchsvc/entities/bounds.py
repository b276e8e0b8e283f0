"""Where does a body's name begin and end, and is it one at all? What stands beside a name and is no part of it."""

from __future__ import annotations

import re

from searchsvc.entities.heads import CORPORATE, HEADS
from searchsvc.entities.lexicon import Lexicon
from searchsvc.entities.page import Page

#: What is a body's kind, an office or a part, and no body's name where it stands alone.
_KINDS = frozenset(
    "Assembly Attorney Board Cabinet Circuit Commission Committee Council Court Department Federal Government House "
    "Ministry National Office PAC PACs Parliament Union".split()
)
_CHAMBERS = frozenset("Capitol Congress Congressional Hill House Senate Senatorial".split())
_MEMBERS = frozenset("Dem Democrat Democratic Democrats Dems GOP GOPers Republican Republicans".split())


_RACE = re.compile(r"(?:'s)? (?:bid|campaign|candidate|contest|hopeful|nominee|nomination|race|runoff|seat)s?\b")


def seat_sought(page: Page, last: int) -> bool:
    """Is it a race for a seat: the Texas Senate race is for one in Washington?"""
    return page.tokens.words[last] == "Senate" and _RACE.match(page.tokens.plain, page.tokens.ends[last]) is not None


def without_holder(page: Page, first: int, last: int) -> tuple[int, int]:
    """The words of a body's name without whose it is or who sits in it (`Obama Justice Department`, `Democratic
    Senate`, `Senate Republicans`), and without an officer's title (`White House Press Secretary`)."""
    words, gaps, count = page.tokens.words, page.tokens.gaps, len(page.tokens.words)
    known = page.known[first]
    if first < last and known is not None and known.entry.kind in ("bare", "person") and known.last < last:
        rest = page.known[known.last + 1]
        if rest is not None and rest.entry.kind == "organisation" and rest.first == known.last + 1:
            first = rest.first
    if first < last and known is not None and known.entry.kind == "place" and seat_sought(page, last):
        first = last
    if first < last and {words[first], words[last]} & _CHAMBERS and {words[first], words[last]} & _MEMBERS:
        chambers = [j for j in range(first, last + 1) if words[j] in _CHAMBERS]
        if len(chambers) + sum(words[j] in _MEMBERS for j in range(first, last + 1)) == last - first + 1:
            first, last = chambers[0], chambers[-1]
    if (
        first < last
        and words[last] == "Press"
        and last + 1 < count
        and gaps[last + 1] == " "
        and words[last + 1] in ("Briefing", "Corps", "Office", "Pool", "Secretaries", "Secretary")
    ):
        last -= 1
    if first < last and words[last] in ("Justice", "Chairman", "Director", "President") and gaps[last] == " ":
        last -= words[last - 1] in HEADS  # Texas Supreme Court Justice
    known = page.known[first]
    body = known is not None and known.entry.kind == "organisation" and known.first == first
    if known is not None and body and known.last < last:
        caption = all(word in _CAPTION for word in words[known.last + 1 : last + 1])
        if caption:
            last = known.last  # Getty Images, and the caption of the image
    return first, last


def closed(text: str, start: int, end: int) -> tuple[int, int]:
    """The characters of a name with the quote that it has only one half of: `"Che" Guevara`, `José "N"`."""
    if text.count('"', start, end) == 1:
        if text[start - 1 : start] == '"':
            start -= 1
        elif text[end : end + 1] == '"':
            end += 1
    return start, end


_CAPTION = frozenset("Caption File Image Images Photo Photos Video".split())


def members_only(page: Page, first: int, last: int, lex: Lexicon) -> bool:
    """Is it no body's name: a kind of body, a company's legal form, members of a party (`Nevada Democrats`), or an
    administration by its head's name?"""
    words = page.tokens.words[first : last + 1]
    if all(word in CORPORATE for word in words) or (len(words) == 1 and words[0] in _KINDS | _MEMBERS):
        return True
    if all(word in _CHAMBERS for word in words):
        return page.known[first] is None
    known = page.known[first]
    if words[-1] in _MEMBERS and len(words) > 1 and known is not None and known.last == last - 1:
        return known.entry.kind in ("country", "adjective", "place")
    named = words[0] in lex.families or (known is not None and known.entry.kind in ("bare", "person"))
    return words[-1] == "Administration" and named and len(words) < 4
