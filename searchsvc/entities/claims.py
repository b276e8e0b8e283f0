"""Which of the tagger's names are people, which are bodies, and which keep others from being either?

A name is taken where the tagger is sure enough for its looks, and where the lexicon does not know better. What is taken
claims its words on the page.
"""

from __future__ import annotations

import re

from searchsvc.entities.ballots import ASSENT, FAC, LOC, MISC, NORP, ORG, PER, SURE, Ballots, Mark
from searchsvc.entities.body_claims import claim_bodies, claim_body_and_person
from searchsvc.entities.bylines import bylines
from searchsvc.entities.countries import LANGUAGES
from searchsvc.entities.evidence import holds_office, is_short, kin, short_names, told_body
from searchsvc.entities.fullnames import recognised, surnames
from searchsvc.entities.glued import doubled
from searchsvc.entities.heads import CORPORATE, HEADS
from searchsvc.entities.lexicon import Entry, Lexicon
from searchsvc.entities.namesakes import storms
from searchsvc.entities.page import Page
from searchsvc.entities.people import GIVEN
from searchsvc.entities.person_claims import claim_alias, claim_people, claim_person, mistaken
from searchsvc.entities.references import placed

#: How sure the tagger must be, by the looks of the name; chosen on the development half of `ner-worldwide`, where F1 is
#: flat around them. A body that the lexicon knows, one with a body's word in its name, an acronym, another name of one
#: word, of several.
_KNOWN, _HEADED, _ACRONYM, _SINGLE, _SEVERAL = 0.35, 0.5, 0.55, 0.68, 0.62
#: A person with a known given name, of several words, of one.
_GIVEN_NAME, _PERSON, _BARE = 0.4, 0.5, 0.55
#: A given name that is a place's too.
_NAMED_AS_PLACE = 0.8
#: A place, a building or a thing.
_OTHER = 0.55
#: What no answer reaches.
_NEVER = 2.0
# `Rep. Dave Camp, R-Mich.`
_PARTY_AND_STATE = re.compile(r"[RDI]-[A-Z][A-Za-z.]*\b")
_SIDES = frozenset(
    "Northern Southern Eastern Western Central Upper Lower Greater North South East West Mainland".split()
)


def claim(page: Page, seen: Ballots, lex: Lexicon) -> None:
    """Claim what the tagger is sure of, where the lexicon does not know better."""
    words = page.tokens.words
    seen.marks = doubled(page, seen.marks)
    recognised(page, seen, lex)
    authors = bylines(page.tokens.plain)
    author = 0
    families = surnames(page, seen)
    stormy = storms(page, seen)
    firms = short_names(page, seen, lex)
    told = {
        page.tokens.plain[mark.start : mark.end]
        for mark in seen.marks
        if (mark.first < mark.last or words[mark.first] not in families) and told_body(page, mark, seen, lex)
    }
    for mark in seen.marks:
        while author < len(authors) and authors[author][1] <= mark.start:
            author += 1
        start, _, whole = authors[author] if author < len(authors) else (mark.end, 0, False)
        if _PARTY_AND_STATE.match(page.tokens.plain, mark.start):
            page.claim(Entry("neither", "thing"), mark.first, mark.last)
            continue
        if start <= mark.start and (whole or mark.label == PER):
            page.claim(Entry("neither", "thing"), mark.first, mark.last)
            continue  # who wrote it is not whom it is about
        if mark.label == ORG and mark.first == mark.last and words[mark.first] in families:
            known = page.known[mark.first]
            if known is None or known.entry.kind != "organisation" or seen.share(mark.first, mark.last, ORG) < SURE:
                continue  # somebody's surname
        if mark.label == PER and mark.first == mark.last and words[mark.first] in stormy:
            page.claim(Entry("neither", "thing"), mark.first, mark.last)
            continue
        if holds_office(page, mark, seen, lex) or kin(page, mark, seen, lex):
            claim_person(page, mark.first, mark.last, mark, seen, lex)  # the Clinton administration
            continue
        if mark.label in (PER, ORG) and claim_body_and_person(page, mark, seen, lex):
            continue
        if claim_alias(page, mark):
            continue
        if told and page.tokens.plain[mark.start : mark.end] in told:
            claim_bodies(page, mark, seen, lex)
        elif mark.first == mark.last and is_short(page, mark, seen, firms, families):
            claim_bodies(page, mark, seen, lex)  # Bally, of Bally Manufacturing Corp
        elif mark.label == PER and mark.sure >= _doubt_person(page, mark, lex, families):
            claim_people(page, mark, seen, lex)
        elif mark.label == ORG and mark.sure >= _doubt_body(page, mark):
            claim_bodies(page, mark, seen, lex)
        elif mark.first < mark.last and mistaken(page, mark, seen, lex):
            claim_person(page, mark.first, mark.last, mark, seen, lex)
        elif mark.label in (LOC, FAC, MISC) and mark.sure >= _OTHER:
            _other(page, mark, seen, lex)


def listed(page: Page, seen: Ballots, lex: Lexicon) -> None:
    """Claim the people of a list whom the tagger doubts between two of whom it is sure: Pelé, Garrincha and Zico."""
    gaps, claims = page.tokens.gaps, page.claims
    for mark in seen.marks:
        first, last = mark.first, mark.last
        if mark.label != PER or not 0 < first <= last < len(claims) - 1 or not all(map(page.free, (first, last))):
            continue
        before, after = claims[first - 1], claims[last + 1]
        if before is None or after is None or page.known[first] is not None or mark.sure < ASSENT:
            continue
        apart = gaps[first] == ", " and gaps[last + 1] in (", ", " and ", ", and ", " & ")
        if apart and before.entry.kind == after.entry.kind == "person":
            claim_people(page, mark, seen, lex)


def _doubt_person(page: Page, mark: Mark, lex: Lexicon, families: set[str]) -> float:
    if mark.first == mark.last:
        known = page.known[mark.first]
        if known is not None and known.entry.kind in ("country", "adjective", "place"):
            word = page.tokens.words[mark.first]
            named = known.entry.kind == "place" and word in lex.forenames and not placed(page, mark.first, mark.last)
            return _BARE if word in families else _NAMED_AS_PLACE if named else _NEVER
        return _BARE
    word = page.tokens.words[mark.first]
    return _GIVEN_NAME if word in lex.forenames or word in GIVEN else _PERSON


def _doubt_body(page: Page, mark: Mark) -> float:
    words = page.tokens.words[mark.first : mark.last + 1]
    known = page.known[mark.first]
    if known is not None and known.entry.kind == "organisation" and known.last >= mark.last:
        return _KNOWN
    if any(word in HEADS or word in CORPORATE for word in words):
        return _HEADED if len(words) > 1 else _SINGLE
    if len(words) > 1:
        return _SEVERAL
    return _ACRONYM if words[0].isupper() else _SINGLE


def _other(page: Page, mark: Mark, seen: Ballots, lex: Lexicon) -> None:
    """A place, a building, a law: claimed so that nobody else claims it, but for a country's word that counts."""
    if mark.label == NORP:
        return
    first, last = mark.first, mark.last
    if mark.start > page.tokens.starts[first] or mark.end < page.tokens.ends[last]:
        return  # the Qatar of Qatar-based
    known = page.known[first]
    famous = known is not None and known.first == first and known.last == last and known.entry.kind
    if famous == "person" or (famous == "bare" and seen.share(first, last, PER) > ASSENT):
        claim_person(page, first, last, mark, seen, lex)
        return
    if any(page.claims[j] is not None for j in range(first, last + 1)):
        return
    if mark.label == MISC and first == last and page.tokens.words[first] in LANGUAGES:
        page.claim(Entry("neither", "thing"), first, last)
        return
    while first <= last:
        known = page.known[first]
        counts = known is not None and known.entry.kind in ("country", "adjective")
        after = page.known[known.last + 1] if known is not None and known.last < last else None
        two = after is not None and after.entry.kind == "country"
        if known is not None and counts and (known.last >= last or two or mark.label == MISC):
            first = known.last + 1
        elif mark.label == LOC and page.tokens.words[first] in _SIDES and first < last:
            first += 1
        else:
            break
    if first <= last:
        page.claim(Entry("neither", "thing"), first, last)
