"""Here is a name that stands for a body: which of its words are claimed for which body, or for whom?

A list is parted, a person's name behind a body's goes to the person, and what only looks like a body claims nothing.
"""

from __future__ import annotations

import re

from searchsvc.entities.ballots import ASSENT, ORG, PER, SURE, Ballots, Mark
from searchsvc.entities.bounds import members_only, without_holder
from searchsvc.entities.evidence import TOLD, known_body
from searchsvc.entities.extents import kind_only, without_country
from searchsvc.entities.heads import CORPORATE, HEADS, PLACE_HEADS, STATE
from searchsvc.entities.lexicon import Entry, Lexicon
from searchsvc.entities.page import Page
from searchsvc.entities.person_claims import claim_person, looks_human

#: What ends the name of a law, a treaty, a prize, and no body's.
_RULES = frozenset(
    "Accord Accords Act Agreement Amendment Award Awards Bill Championship Championships Charter Constitution "
    "Convention Declaration Disease Doctrine Plan Prize Protocol Referendum Resolution Rule Rules Syndrome "
    "Treaty".split()
)
_LOWER = re.compile(r" [a-z]+ (?:group|rights|activists?|officials|workers|organi[sz]ations?)\b| rights\b")
_LIST = frozenset((" and ", ", ", " & ", "/", ", and ", " or "))
#: Heads that other bodies have as well, and what makes an organ of a state of them.
_SHARED = frozenset("Bureau Committee Congress Corps Council Office".split())
_STATELY = frozenset(
    "Constitutional Electoral Executive Federal Legislative Military Ministers National Parliamentary Privy "
    "Revolutionary Security Standards State Statistics Supreme".split()
)


def claim_bodies(page: Page, mark: Mark, seen: Ballots, lex: Lexicon) -> None:
    """Claim the bodies of one mark: a list of them is parted where one side is known to be a body."""
    gaps = page.tokens.gaps
    first = mark.first
    words = page.tokens.words
    for j in range(mark.first + 1, mark.last + 1):
        if j == mark.last and j - first > 1 and gaps[j] == " " and _spells(words[j], words[first:j]):
            claim_body(page, first, j - 1, mark, seen, lex)
            first = j  # Alternative National Congress ANC
        elif gaps[j] in _LIST and (known_body(page, first, j - 1) or known_body(page, j, mark.last)):
            claim_body(page, first, j - 1, mark, seen, lex)
            first = j
    claim_body(page, first, mark.last, mark, seen, lex)


def _spells(acronym: str, words: list[str]) -> bool:
    return acronym.isupper() and acronym == "".join(word[0] for word in words)


def claim_body(page: Page, first: int, last: int, mark: Mark, seen: Ballots, lex: Lexicon) -> None:
    """Claim words first..last of a mark for one body, or for the person whom they name."""
    tokens = page.tokens
    words = tokens.words
    if words[first] == "The" and first < last:
        first += 1
    for j in range(first + 1, last + 1):
        if tokens.gaps[j].endswith("(") and ")" not in tokens.plain[tokens.ends[j] : mark.end]:
            last = j - 1
            break
    first, last = without_holder(page, first, last)
    known = page.known[first]
    if known is not None and known.first <= first and known.last >= last:
        if known.entry.kind == "organisation" and (known.first < first or known.last > last):
            if all(map(page.free, range(known.first, known.last + 1))):
                page.claim(known.entry, known.first, known.last, known.start, known.end)  # Blue and White
            return
        if known.entry.kind in ("country", "adjective"):
            return
        if known.entry.kind == "place" and first < last and words[last] in PLACE_HEADS:
            return  # Wall Street
        if known.entry.kind in ("person", "bare"):
            claim_person(page, first, last, mark, seen, lex)
            return
    if looks_human(page, first, last, seen, lex):
        claim_person(page, first, last, mark, seen, lex)
        return
    kind = kind_only(words[first : last + 1]) and not (first == last and known is not None)
    if kind or members_only(page, first, last, lex):
        return
    if first < last and words[last] in _RULES and known is None and mark.sure < SURE:
        return
    opener = first == last and tokens.opens[first] and known is None and words[first].lower() in lex.words
    if opener and mark.sure < SURE and _LOWER.match(tokens.gaps[first + 1]):
        return  # Human rights group
    bare = without_country(page, first, last)
    known = page.known[bare]
    body = known is not None and known.entry.kind == "organisation" and known.first == bare
    whole = body and known is not None and all(w in CORPORATE for w in words[known.last + 1 : last + 1])
    if not whole:
        first = bare  # `Iranian` stays outside; `U.S. Food and Drug Administration` is one name
    inner = list({id(c): c for c in page.claims[first : last + 1] if c is not None}.values())
    if any(c.first < first or c.last > last for c in inner):
        return
    bodies = [c for c in inner if c.entry.kind == "organisation"]
    if any(c.first == first and c.last == last for c in inner if c in bodies or not c.entry.key):
        return
    if len(bodies) > 1 and (
        any(tokens.gaps[b.first] in _LIST for b in bodies[1:])
        or sum(b.last - b.first + 1 for b in bodies if b.entry.key) == last - first + 1
    ):
        return  # bodies side by side
    key = known.entry.key if whole and known is not None else ""
    start = mark.start if first == mark.first else tokens.starts[first]
    end = mark.end if last == mark.last else tokens.ends[last]
    page.claim(Entry("organisation", key, "+" if bare > first else _organ(page, first, last)), first, last, start, end)


def _organ(page: Page, first: int, last: int) -> str:
    """The mark of an organ of a state, whose country counts."""
    words = set(page.tokens.words[first : last + 1])
    heads = words & STATE
    return "+" if heads - _SHARED or (heads and words & _STATELY) else ""


def claim_body_and_person(page: Page, mark: Mark, seen: Ballots, lex: Lexicon) -> bool:
    """Claim both where a body runs into a person's name: `World Economic Forum` `Borge Brende`."""
    words, known = page.tokens.words, page.known[mark.first]
    if known is not None and known.entry.kind == "organisation" and known.first == mark.first:
        rest = known.last + 1
        if known.first == known.last and seen.share(known.first, known.last, PER) > ASSENT:
            return False  # Wafa Mustafa, who is no news agency
    elif mark.label == ORG:
        known = None
        heads = (j + 1 for j in range(mark.last - 2, mark.first, -1) if words[j] in HEADS and j > mark.last - 4)
        rest = next(heads, mark.last)
    else:
        return False
    if not (rest < mark.last and page.tokens.gaps[rest] == " "):
        return False
    named = words[rest] in lex.forenames and known is not None
    strange = not any(
        word.lower() in lex.words or word in HEADS or word in CORPORATE for word in words[rest : mark.last + 1]
    )
    if seen.share(rest, mark.last, PER) <= (TOLD if named else ASSENT) or not (named or strange):
        return False
    if known is None:
        claim_body(page, mark.first, rest - 1, mark, seen, lex)
    elif all(map(page.free, range(known.first, rest))):
        page.claim(known.entry, known.first, known.last, known.start, known.end)
    claim_person(page, rest, mark.last, mark, seen, lex)
    return True
