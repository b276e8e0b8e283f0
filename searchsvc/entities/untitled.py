"""Where does somebody's name begin, behind titles, offices, bodies and a country?"""

from __future__ import annotations

from searchsvc.entities.ballots import PER, Ballots
from searchsvc.entities.lexicon import Lexicon
from searchsvc.entities.page import Page
from searchsvc.entities.people import GIVEN, forename_here
from searchsvc.entities.titles import HONOURS, OFFICES, REGAL, TITLES
from searchsvc.entities.tokens import PARTICLES

#: How much of a country's word the tagger must give to a person for it to be a given name: Mali Poppy Cooper.
_NAMED_SO = 0.7


def untitled(page: Page, first: int, last: int, seen: Ballots, lex: Lexicon) -> int:
    """The first word of a person's name without what stands before it: titles, a country, `Grand` and `Crown`."""
    words = page.tokens.words
    while first < last:
        word, after = words[first], words[first + 1]
        if page.tokens.shouts[first]:
            word, after = word.title(), after.title()
        known = page.known[first]
        famous = known is not None and known.entry.kind == "person" and known.first == first
        if word in REGAL or (famous and word not in TITLES) or (word in PARTICLES and word.islower()):
            break
        title = (word in TITLES and not forename_here(page, lex, first)) or word in HONOURS
        title = title or (word == "Sri" and first > 0 and words[first - 1] in TITLES)  # Tan Sri
        if title or _acronym_before(page, first, last, lex):
            first += 1
        elif word == "H" and after == "E" and first + 1 < last:
            first += 2
        elif known is not None and known.entry.kind in ("country", "adjective") and known.last < last:
            named = known.first == known.last and (word in lex.forenames or word in GIVEN)
            if named and (after not in lex.forenames or first + 1 == last):
                break  # Kenya Moore
            if (known.entry.kind == "country" or _called(page, first)) and seen.share(first, first, PER) > _NAMED_SO:
                break  # Mali Poppy Cooper, Rep. French Hill
            first = known.last + 1
        elif (
            known is not None
            and known.entry.kind == "place"
            and known.first == first
            and known.last + 1 < last
            and page.tokens.gaps[first] == " of "
            and words[known.last + 1] in lex.forenames
        ):
            first = known.last + 1  # Archbishop of York Stephen Cottrell
        elif word in lex.forenames or word in lex.surnames or word.lower() not in lex.words:
            break
        elif after in TITLES or after in lex.forenames:
            first += 1
        else:
            break
    return first


def _acronym_before(page: Page, first: int, last: int, lex: Lexicon) -> bool:
    """Is word first an office or a body by its letters, before a name: DG Guy Ryder? Not the initials of others."""
    word, known = page.tokens.words[first], page.known[first]
    if not word.isupper() or not word.isalpha() or page.tokens.shouts[first]:
        return False
    if word in OFFICES:
        return page.tokens.words[first + 1] in lex.forenames or first + 1 < last or len(word) > 2
    return first + 1 < last and (len(word) > 3 or (known is not None and known.entry.kind == "organisation"))


def _called(page: Page, first: int) -> bool:
    """Does a title stand right before word first?"""
    return first > 0 and page.tokens.gaps[first] == " " and page.tokens.words[first - 1] in TITLES
