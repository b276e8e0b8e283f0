"""Here is a name that stands for somebody: which of its words, and of those beside it, are claimed for whom?

Titles, parties and half quotes are sorted out here; whether it is somebody's is for others to say, but for those whom
the tagger takes for a body or a place.
"""

from __future__ import annotations

import re

from searchsvc.entities.ballots import ASSENT, FAC, LOC, NORP, ORG, PER, SURE, Ballots, Mark
from searchsvc.entities.bounds import closed
from searchsvc.entities.glued import unglued
from searchsvc.entities.heads import CORPORATE, HEADS, PLACE_HEADS
from searchsvc.entities.lexicon import Entry, Lexicon
from searchsvc.entities.namesakes import namesake
from searchsvc.entities.naming import as_known, famous_name, two_famous, without_party
from searchsvc.entities.page import Page
from searchsvc.entities.people import GIVEN
from searchsvc.entities.references import SUFFIXES
from searchsvc.entities.titles import HONOURS, OFFICES, REGAL, STOPWORDS, TITLES
from searchsvc.entities.untitled import untitled

#: How much of a place with a given name or a surname in it the tagger must give to a person.
_HALF_TOLD = 0.2
_NO_INITIALS = TITLES | HONOURS | OFFICES
#: Small words within names that are no particles at a name's beginning: Rhun ap Iorwerth, Dhiravat na Pombejra.
_PARTICLE = re.compile(r" (?:ab|ap|bint|ferch|ibn|na|vel|ye|zum|zur) ")
#: What stands between the words of one person's name.
_WITHIN = frozenset((' "', '" ', " ('", "') ", ' ("', '") ', "-", ". ", " '", "' ", " do ", " the "))
_OF_FATHER = frozenset("bin bint ibn van von".split()) | {"de la", "van der", "von der"}
_KNOWN_AS = re.compile(
    r",? (?:also |better |commonly |popularly |universally |widely )?(?:known as|called|nicknamed|alias) [\"']?$"
)


def claim_people(page: Page, mark: Mark, seen: Ballots, lex: Lexicon) -> None:
    """Claim the people of one mark: `Modi and Netanyahu` are two."""
    gaps = page.tokens.gaps
    first = mark.first
    for j in range(mark.first + 1, mark.last + 2):
        inner = gaps[j] in _WITHIN or not gaps[j].strip() or (gaps[j] == " y " and j == mark.last)
        if j > mark.last or not (inner or _PARTICLE.fullmatch(gaps[j])) or two_famous(page, j):
            claim_person(page, first, j - 1, mark, seen, lex)
            first = j


def claim_person(page: Page, first: int, last: int, mark: Mark, seen: Ballots, lex: Lexicon) -> None:
    """Claim words first..last of a mark, without titles and with what belongs to the name, for one person."""
    tokens = page.tokens
    words, gaps = tokens.words, tokens.gaps
    first = untitled(page, first, last, seen, lex)
    word = words[first]
    surname = word in lex.surnames and mark.sure >= SURE
    if first == last and ((word in TITLES and not surname) or len(word.rstrip(".")) < 2 or word in STOPWORDS):
        return
    if last + 1 < len(words) and gaps[last + 1] in (" ", ", ") and words[last + 1] in SUFFIXES:
        last += 1
    thing = namesake(page, first, last, mark.end)
    if thing is not None:
        page.claim(Entry("neither", "thing"), thing, last)
        return
    if last - first > 2 and words[first : first + 2] == words[first + 2 : first + 4]:
        last = first + 1  # Joe Biden Joe Biden
    first, last = without_party(page, first, last)
    if first > last:
        return
    first, last = as_known(page, first, last, lex)
    if not _yields(page, first, last):
        return
    start = max(mark.start, tokens.starts[first]) if first >= mark.first else tokens.starts[first]
    if first == last == mark.first and first and gaps[first] == " " and words[first - 1] in _OF_FATHER:
        first, start = first - 1, tokens.starts[first - 1]  # bin Salman
    before = words[first - 1] if first and gaps[first] == " " else ""
    if before in REGAL and page.free(first - 1) and (first == last or words[first] in lex.forenames):
        first, start = first - 1, tokens.starts[first - 1]  # Pope Francis
    initials = len(before) == 2 and before.isupper() and before.isalpha() and before not in _NO_INITIALS
    if (
        initials
        and not tokens.shouts[first]
        and first == mark.first
        and page.known[first - 1] is None
        and page.free(first - 1)
    ):
        first, start = first - 1, tokens.starts[first - 1]  # MS Dhoni
    end = tokens.ends[last] if last != mark.last or _surname_goes_on(page, mark, lex) else mark.end
    known = page.known[first]
    entry = Entry("person", famous_name(words[first : last + 1], lex))
    whole = known is not None and (known.first == first or words[first - 1] in TITLES - REGAL)
    if known is not None and whole and known.last == last and known.entry.kind in ("person", "bare"):
        entry = Entry("person", known.entry.key, "bare" if known.entry.kind == "bare" else "")
        end = max(end, known.end)  # Moon Jae-in
    start, end = closed(tokens.plain, start, end)
    glue = unglued(page, first, last, start)
    if glue is not None:
        last, end = glue
        entry = Entry("person", famous_name([*words[first:last], tokens.plain[tokens.starts[last] : end]], lex))
    page.claim(entry, first, last, start, end)


def claim_alias(page: Page, mark: Mark) -> bool:
    """Claim what somebody named right before it is known as: Mohamed Hamdan Dagalo, known as Hemedti."""
    before = page.claims[mark.first - 1] if mark.first else None
    if mark.label == NORP or mark.first < mark.last or before is None or before.entry.kind != "person":
        return False
    known = page.known[mark.first]
    if known is not None or before.first == before.last or not _KNOWN_AS.fullmatch(page.tokens.gaps[mark.first]):
        return False
    full = before.entry.key or " ".join(page.tokens.plain[before.start : before.end].split())
    page.claim(Entry("person", "\0" + full, "back"), mark.first, mark.last, mark.start, mark.end)
    return True


def _surname_goes_on(page: Page, mark: Mark, lex: Lexicon) -> bool:
    """Is what is left of the last word a part of the name, as in Poon Hiu-wing, not in Obama-era?"""
    rest = page.tokens.plain[mark.end : page.tokens.ends[mark.last]]
    return bool(rest) and (rest.strip("-").lower() not in lex.words)


def _yields(page: Page, first: int, last: int) -> bool:
    """Do the claims on these words give way to a longer name? A known body of as many words does not."""
    for j in range(first, last + 1):
        claim = page.claims[j]
        if claim is None:
            continue
        if claim.first < first or claim.last > last:
            return False
        if claim.first == first and claim.last == last and (claim.entry.key or claim.entry.kind == "neither"):
            return False
    return True


def looks_human(page: Page, first: int, last: int, seen: Ballots, lex: Lexicon) -> bool:
    """Does a name that the tagger takes for a body's begin as a person's, with the tagger half in doubt?"""
    named = untitled(page, first, last, seen, lex)
    words = page.tokens.words[named : last + 1]
    if len(words) == 2 and words[0] in GIVEN and words[1] in lex.surnames and words[1].lower() not in lex.words:
        return True  # Kenya Jones
    if not 1 < len(words) < 5 or words[0] not in lex.forenames:
        return False
    if any(w in HEADS or w in CORPORATE or w.lower() in lex.words for w in words):
        return False
    return named > first or words[-1] in lex.surnames or seen.share(first, last, PER) > ASSENT


def mistaken(page: Page, mark: Mark, seen: Ballots, lex: Lexicon) -> bool:
    """Is a doubtful body or place of several words somebody's full name: `a commission from Gabrielle Belz`?"""
    if mark.label == ORG:
        return looks_human(page, mark.first, mark.last, seen, lex)
    if mark.label not in (LOC, FAC):
        return False
    words = page.tokens.words[mark.first : mark.last + 1]
    if page.known[mark.first] is not None or words[-1] in PLACE_HEADS or mark.end < page.tokens.ends[mark.last]:
        return False
    if not (words[0] in lex.forenames or words[-1] in lex.surnames) or any(word.lower() in lex.words for word in words):
        return False
    return seen.share(mark.first, mark.last, PER) > _HALF_TOLD
