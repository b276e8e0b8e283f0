"""Which of the tagger's names are people, which are bodies, and which keep others from being either?

A name is taken where the tagger is sure enough for its looks, and where the lexicon does not know better. What is taken
claims its words on the page.
"""

from __future__ import annotations

import re

from searchsvc.entities.ballots import FAC, LOC, MISC, NORP, ORG, PER, Ballots, Mark
from searchsvc.entities.bounds import closed, members_only, without_holder
from searchsvc.entities.bylines import bylines
from searchsvc.entities.countries import LANGUAGES
from searchsvc.entities.extents import kind_only, without_country
from searchsvc.entities.fullnames import recognised, surnames
from searchsvc.entities.glued import doubled, unglued
from searchsvc.entities.heads import CORPORATE, HEADS, PLACE_HEADS, STATE
from searchsvc.entities.lexicon import Entry, Lexicon
from searchsvc.entities.namesakes import namesake, storms
from searchsvc.entities.naming import as_known, famous_name, two_famous, without_party
from searchsvc.entities.page import Page
from searchsvc.entities.people import GIVEN, SUFFIXES, placed
from searchsvc.entities.titles import HONOURS, OFFICES, REGAL, STOPWORDS, TITLES
from searchsvc.entities.untitled import untitled

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
#: What makes a body's first word its short name.
_PLAIN = 0.85
#: What makes an answer of the tagger's stand against a doubt; what no answer reaches.
SURE, _NEVER = 0.95, 2.0
#: How much of a name that something else speaks for the tagger must give to its label.
ASSENT = 0.25
#: How much of it may be a place's for the government to be somebody's and no province's.
_PLACED = 0.2
#: The same of a place that has a given name or a surname.
_HALF_TOLD = 0.2
#: The same where the words beside a name say that it is a body's: `the airline Easy Sky`, `a Vexmar spokesman`.
_TOLD = 0.12

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
# `Rep. Dave Camp, R-Mich.`
_PARTY_AND_STATE = re.compile(r"[RDI]-[A-Z][A-Za-z.]*\b")


def claim(page: Page, seen: Ballots, lex: Lexicon) -> None:
    """Claim what the tagger is sure of, where the lexicon does not know better."""
    words = page.tokens.words
    seen.marks = doubled(page, seen.marks)
    recognised(page, seen, lex)
    authors = bylines(page.tokens.plain)
    author = 0
    families = surnames(page, seen)
    stormy = storms(page, seen)
    firms = {words[m.first] for m in seen.marks if m.label == ORG and m.first < m.last and _heads(page, m, lex)}
    told = {
        page.tokens.plain[mark.start : mark.end]
        for mark in seen.marks
        if (mark.first < mark.last or words[mark.first] not in families) and _told_body(page, mark, seen, lex)
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
        if _holds_office(page, mark, seen, lex) or _kin(page, mark, seen, lex):
            _single_person(page, mark.first, mark.last, mark, seen, lex)  # the Clinton administration
            continue
        if mark.label in (PER, ORG) and _body_and_person(page, mark, seen, lex):
            continue
        if _alias(page, mark):
            continue
        if told and page.tokens.plain[mark.start : mark.end] in told:
            _organisation(page, mark, seen, lex)
        elif mark.first == mark.last and words[mark.first] in firms - families and _short_name(mark, seen):
            _organisation(page, mark, seen, lex)  # Bally, of Bally Manufacturing Corp
        elif mark.label == PER and mark.sure >= _doubt_person(page, mark, lex, families):
            _person(page, mark, seen, lex)
        elif mark.label == ORG and mark.sure >= _doubt_body(page, mark):
            _organisation(page, mark, seen, lex)
        elif mark.first < mark.last and _mistaken(page, mark, seen, lex):
            _single_person(page, mark.first, mark.last, mark, seen, lex)
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
            _person(page, mark, seen, lex)


def _heads(page: Page, mark: Mark, lex: Lexicon) -> bool:
    """Does a body's own name stand first, by its legal form, by the lexicon, or strange as it is: `Paratus Group`?"""
    if page.tokens.words[mark.last] in CORPORATE or _known_body(page, mark.first, mark.last):
        return True
    word = page.tokens.words[mark.first]
    strange = page.known[mark.first] is None and word.lower() not in lex.words and word not in HEADS
    return (
        strange and mark.sure >= _PLAIN and not (word in lex.forenames or word in lex.surnames or word in lex.families)
    )


def _short_name(mark: Mark, seen: Ballots) -> bool:
    """Can it be a body's short name to the tagger?"""
    return mark.label in (PER, ORG) and seen.share(mark.first, mark.last, ORG) >= _TOLD


def _told_body(page: Page, mark: Mark, seen: Ballots, lex: Lexicon) -> bool:
    """Do the words beside a name say that it is a body's, with the tagger not against it?"""
    if mark.label == NORP or page.known[mark.first] is not None or page.tokens.words[mark.first] in lex.forenames:
        return False
    if mark.first == mark.last and page.tokens.words[mark.first] in lex.families:
        return False
    if seen.share(mark.first, mark.last, ORG) < _TOLD:
        return False
    gap = page.tokens.gaps[mark.first]
    if _KIND.search(gap[-40:]):
        return True
    if gap == " " and mark.first and page.tokens.words[mark.first - 1].endswith(_BASED):
        return seen.share(mark.first, mark.last, ORG) > seen.share(mark.first, mark.last, PER)
    return _OWNS.match(page.tokens.plain, mark.end) is not None


def _body_and_person(page: Page, mark: Mark, seen: Ballots, lex: Lexicon) -> bool:
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
    if seen.share(rest, mark.last, PER) <= (_TOLD if named else ASSENT) or not (named or strange):
        return False
    if known is None:
        _single_body(page, mark.first, rest - 1, mark, seen, lex)
    elif all(map(page.free, range(known.first, rest))):
        page.claim(known.entry, known.first, known.last, known.start, known.end)
    _single_person(page, rest, mark.last, mark, seen, lex)
    return True


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


def _person(page: Page, mark: Mark, seen: Ballots, lex: Lexicon) -> None:
    """Claim the people of one mark: `Modi and Netanyahu` are two."""
    gaps = page.tokens.gaps
    first = mark.first
    for j in range(mark.first + 1, mark.last + 2):
        inner = gaps[j] in _WITHIN or not gaps[j].strip() or (gaps[j] == " y " and j == mark.last)
        if j > mark.last or not (inner or _PARTICLE.fullmatch(gaps[j])) or two_famous(page, j):
            _single_person(page, first, j - 1, mark, seen, lex)
            first = j


#: Small words within names that are no particles at a name's beginning: Rhun ap Iorwerth, Dhiravat na Pombejra.
_PARTICLE = re.compile(r" (?:ab|ap|bint|ferch|ibn|na|vel|ye|zum|zur) ")
#: What stands between the words of one person's name.
_WITHIN = frozenset((' "', '" ', " ('", "') ", ' ("', '") ', "-", ". ", " '", "' ", " do ", " the "))


_NO_INITIALS = TITLES | HONOURS | OFFICES


def _single_person(page: Page, first: int, last: int, mark: Mark, seen: Ballots, lex: Lexicon) -> None:
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


#: What ends the name of a law, a treaty, a prize, and no body's.
_RULES = frozenset(
    "Accord Accords Act Agreement Amendment Award Awards Bill Championship Championships Charter Constitution "
    "Convention Declaration Disease Doctrine Plan Prize Protocol Referendum Resolution Rule Rules Syndrome "
    "Treaty".split()
)
_LOWER = re.compile(r" [a-z]+ (?:group|rights|activists?|officials|workers|organi[sz]ations?)\b| rights\b")
_OF_FATHER = frozenset("bin bint ibn van von".split()) | {"de la", "van der", "von der"}
_KNOWN_AS = re.compile(
    r",? (?:also |better |commonly |popularly |universally |widely )?(?:known as|called|nicknamed|alias) [\"']?$"
)


def _holds_office(page: Page, mark: Mark, seen: Ballots, lex: Lexicon) -> bool:
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


def _kin(page: Page, mark: Mark, seen: Ballots, lex: Lexicon) -> bool:
    """Is it somebody by the relation named right before: `his daughter, Virginia`?"""
    before = page.tokens.gaps[mark.first][-16:].split()
    if not before or before[-1].rstrip(",") not in _KIN or mark.label == NORP:
        return False
    known = page.known[mark.first]
    if known is not None and (known.entry.kind != "place" or page.tokens.words[mark.first] not in lex.forenames):
        return False
    return seen.share(mark.first, mark.last, PER) >= ASSENT and mark.end == page.tokens.ends[mark.last]


def _alias(page: Page, mark: Mark) -> bool:
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


def _organisation(page: Page, mark: Mark, seen: Ballots, lex: Lexicon) -> None:
    """Claim the bodies of one mark: a list of them is parted where one side is known to be a body."""
    gaps = page.tokens.gaps
    first = mark.first
    words = page.tokens.words
    for j in range(mark.first + 1, mark.last + 1):
        if j == mark.last and j - first > 1 and gaps[j] == " " and _spells(words[j], words[first:j]):
            _single_body(page, first, j - 1, mark, seen, lex)
            first = j  # Alternative National Congress ANC
        elif gaps[j] in _LIST and (_known_body(page, first, j - 1) or _known_body(page, j, mark.last)):
            _single_body(page, first, j - 1, mark, seen, lex)
            first = j
    _single_body(page, first, mark.last, mark, seen, lex)


def _spells(acronym: str, words: list[str]) -> bool:
    return acronym.isupper() and acronym == "".join(word[0] for word in words)


_LIST = frozenset((" and ", ", ", " & ", "/", ", and ", " or "))


def _known_body(page: Page, first: int, last: int) -> bool:
    known = page.known[first]
    return known is not None and known.entry.kind == "organisation" and known.first == first and known.last == last


def _single_body(page: Page, first: int, last: int, mark: Mark, seen: Ballots, lex: Lexicon) -> None:
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
            _single_person(page, first, last, mark, seen, lex)
            return
    if _looks_human(page, first, last, seen, lex):
        _single_person(page, first, last, mark, seen, lex)
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


def _looks_human(page: Page, first: int, last: int, seen: Ballots, lex: Lexicon) -> bool:
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


def _mistaken(page: Page, mark: Mark, seen: Ballots, lex: Lexicon) -> bool:
    """Is a doubtful body or place of several words somebody's full name: `a commission from Gabrielle Belz`?"""
    if mark.label == ORG:
        return _looks_human(page, mark.first, mark.last, seen, lex)
    if mark.label not in (LOC, FAC):
        return False
    words = page.tokens.words[mark.first : mark.last + 1]
    if page.known[mark.first] is not None or words[-1] in PLACE_HEADS or mark.end < page.tokens.ends[mark.last]:
        return False
    if not (words[0] in lex.forenames or words[-1] in lex.surnames) or any(word.lower() in lex.words for word in words):
        return False
    return seen.share(mark.first, mark.last, PER) > _HALF_TOLD


#: Heads that other bodies have as well, and what makes an organ of a state of them.
_SHARED = frozenset("Bureau Committee Congress Corps Council Office".split())
_STATELY = frozenset(
    "Constitutional Electoral Executive Federal Legislative Military Ministers National Parliamentary Privy "
    "Revolutionary Security Standards State Statistics Supreme".split()
)


def _organ(page: Page, first: int, last: int) -> str:
    """The mark of an organ of a state, whose country counts."""
    words = set(page.tokens.words[first : last + 1])
    heads = words & STATE
    return "+" if heads - _SHARED or (heads and words & _STATELY) else ""


_SIDES = frozenset(
    "Northern Southern Eastern Western Central Upper Lower Greater North South East West Mainland".split()
)


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
        _single_person(page, first, last, mark, seen, lex)
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
