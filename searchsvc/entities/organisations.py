"""Which runs of capitalised words are bodies? By the lexicon, by their shape, and by acronyms the article defines.

What is found here claims its words, so that neither a person nor a country is seen in them, but an organ of a state
(`Bank of England`, `Iranian Foreign Ministry`) leaves its country's word countable.
"""

from __future__ import annotations

from searchsvc.entities.bounds import seat_sought, without_holder
from searchsvc.entities.companies import doubtful_companies
from searchsvc.entities.context import Context
from searchsvc.entities.heads import (
    AND_HEADS,
    CORPORATE,
    DATES,
    EMPTY,
    FOR_HEADS,
    FRONT,
    GENERIC,
    HEADS,
    LEVELS,
    NOUNS,
    OPENERS,
    PERSONAL,
    PLACE_HEADS,
    POSSESSORS,
    QUALIFIERS,
    STATE,
    THING_HEADS,
    THING_STARTS,
    VAGUE,
)
from searchsvc.entities.lexicon import Entry, Lexicon
from searchsvc.entities.page import Page, Span
from searchsvc.entities.titles import STOPWORDS, TITLES

# What may follow a head: `Ministry of Health`, `Agency for the Environment`.
_OF = {" of ": 0, " of the ": 0, " for ": 1, " for the ": 1, " on ": 2, " of Our ": 0, " against ": 2, " to ": 3}


def mark_known(page: Page, lex: Lexicon, context: Context) -> None:
    """Claim the lexicon's bodies, and what the lexicon says is neither, where nothing longer stands around them."""
    words, gaps = page.tokens.words, page.tokens.gaps
    seen: Span | None = None
    companies = doubtful_companies(page)
    for i, span in enumerate(page.known):
        if span is None or span is seen:
            continue
        seen = span
        kind, key, mark = span.entry
        if kind == "neither":
            page.claim(span.entry, span.first, span.last, span.start, span.end)
        elif kind == "bare" and mark == "^" and context.american < (1 if context.short else 3):
            page.known[i] = None
        elif kind == "organisation":
            if (mark == "~" and not context.has(key)) or (mark == "=" and not context.british):
                for j in range(span.first, span.last + 1):
                    page.known[j] = None  # another body's acronym
                if mark == "=":
                    page.claim(Entry("neither", ""), span.first, span.last)  # those of a belief
                continue
            if mark == "%":
                continue
            if mark == "?" and span.first not in companies:
                for j in range(span.first, span.last + 1):
                    page.known[j] = None
                continue
            if _field_of_office(page, span):
                page.known[i] = None
                continue
            if mark in ("*", "=") and not _alone(page, span, lex):
                continue
            if (
                mark == "^"
                and not _wider(page, span, lex)
                and (
                    context.american < (1 if context.short or key.startswith("Department") else 3)
                    or _foreign(page, span)
                )
            ):
                page.claim(Entry("organisation", ""), span.first, span.last, span.start, span.end)
                continue
            if _wider(page, span, lex):
                continue
            before = page.known[span.first - 1] if span.first and gaps[span.first] == " " else None
            if (
                key in ("Red Cross", "Red Crescent")
                and before is not None
                and before.entry.kind in ("country", "adjective")
            ):
                page.claim(Entry("organisation", "", ""), before.first, span.last)
                continue
            if span.last + 1 < len(words) and gaps[span.last + 1] == " " and span.end == page.tokens.ends[span.last]:
                after = words[span.last + 1]
                if without_holder(page, span.first, span.last + 1)[1] == span.last:
                    page.claim(span.entry, span.first, span.last, span.start)
                    continue
                if after in CORPORATE:
                    page.claim(span.entry, span.first, span.last + 1, span.start)
                    continue
                if after in PLACE_HEADS or (
                    (after in HEADS and after not in EMPTY)
                    and not key.endswith(after)
                    and i == span.first
                    and after not in ("Radio", "News", "Today", "Services", "Service", "Group", "Forces", "Watch")
                ):
                    continue
            page.claim(span.entry, span.first, span.last, span.start, span.end)


def _foreign(page: Page, span: Span) -> bool:
    """Does another country possess it: `India's Supreme Court`, `the Philippine Senate`?"""
    known = page.known[span.first - 1] if span.first else None
    return (
        known is not None
        and known.entry.kind in ("country", "adjective", "place")
        and not (span.entry.key == "United States Senate" and seat_sought(page, span.last))
        and known.entry.key not in ("US", "Washington")
        and page.tokens.gaps[span.first] in (" ", "'s ", "' ")
    )


def _wider(page: Page, span: Span, lex: Lexicon) -> bool:
    """Is the known name only a part here: `Fiji Football Association`, `Department of Energy and Mines`?"""
    tokens = page.tokens
    words, gaps = tokens.words, tokens.gaps
    first, last = span.first, span.last
    if first < last and words[last] in HEADS and first and gaps[first] == " " and page.free(first - 1):
        before = words[first - 1]
        known = page.known[first - 1]
        if known is not None and known.entry.kind in ("country", "adjective", "place"):
            return span.entry.key != "Islamic State" and known.entry.key not in ("US", "GB") and before not in STOPWORDS
        if (
            known is None
            and before not in TITLES
            and before not in STOPWORDS
            and before.lower() not in lex.words
            and not (before in lex.forenames or before in lex.surnames or before in lex.families)
            and "-" not in before
        ):
            return True
    return (
        words[first] in AND_HEADS
        and last + 2 < len(words)
        and gaps[last + 1] in (" and ", ", ")
        and words[last + 1].lower() in lex.words
        and (gaps[last + 1] == " and " or _list(page, last + 1))
        and words[last + 1] not in TITLES
        and words[last + 1] not in STOPWORDS
        and page.known[last + 1] is None
        and words[last + 1] not in HEADS
    )


#: Parties' names that are fields of government too; what makes an office of such a field.
_FIELDS = frozenset("Development Justice Labor Labour Reform".split())
_OF_FIELD = frozenset("Commissioner Court Day Department Minister Ministers Ministry Secretary".split())


def _field_of_office(page: Page, span: Span) -> bool:
    """Is it an office's field, as in Labour Minister?"""
    words, after = page.tokens.words, span.last + 1
    return (
        span.first == span.last
        and words[span.first] in _FIELDS
        and after < len(words)
        and page.tokens.gaps[after] == " "
        and words[after] in _OF_FIELD
    )


def _alone(page: Page, span: Span, lex: Lexicon) -> bool:
    tokens = page.tokens
    if tokens.opens[span.first] and tokens.words[span.first].lower() in lex.words:
        return False
    after = span.last + 1
    if after < len(tokens.words) and tokens.gaps[after] == " " and tokens.words[after] not in TITLES:
        return False
    return not (span.first and tokens.gaps[span.first] == " " and tokens.words[span.first - 1] not in STOPWORDS)


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
        elif (word in PLACE_HEADS or word in THING_HEADS) and not _longer(page, i):
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
    if words[i] == "Air" and words[i + 1] in (
        "Force",
        "Forces",
        "Base",
        "Lines",
        "Quality",
        "Marshal",
        "Raid",
        "Strikes",
    ):
        return False
    if (
        words[i] in ("Air", "Radio", "Transparency", "Hospital")
        and page.known[i + 1] is None
        and words[i + 1].lower() in lex.words
    ):
        return False
    page.claim(Entry("organisation", ""), i, last)
    return True


def _left(page: Page, lex: Lexicon, i: int, head: str) -> int:
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
        if (before in TITLES and not qualifies) or before in EMPTY or not _joins(page, lex, first - 1):
            break
        first -= 1
    return first


def _longer(page: Page, i: int) -> bool:
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


def _joins(page: Page, lex: Lexicon, j: int) -> bool:
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
        if before in TITLES or before in EMPTY or before in STOPWORDS or not _joins(page, lex, first - 1):
            break
        first -= 1
    first = _without_the(page, first, i)
    if first == i or (i - first == 1 and words[first] in HEADS):
        return
    inner = page.claims[first]
    known = inner is not None and inner.entry.kind == "organisation" and inner.last == i - 1 and inner.first == first
    page.claim(inner.entry if known and inner is not None else Entry("organisation", ""), first, i)


def _without_the(page: Page, first: int, last: int) -> int:
    """The first word of the name without a `The` in front, but for The Hague's."""
    known = page.known[first]
    hague = known is not None and known.entry.kind == "place" and known.first < known.last
    return first + 1 if page.tokens.words[first] == "The" and first < last and not hague else first


def _headed(page: Page, lex: Lexicon, i: int, head: str) -> int:
    """Claim the name around the head at i; the last word looked at."""
    tokens = page.tokens
    words, gaps = tokens.words, tokens.gaps
    count = len(words)
    first = _without_the(page, _left(page, lex, i, head), i)
    last = i
    # `Ministry of Health and Human Services`, `Institute for Security Studies`.
    follows = i + 1 < count and gaps[i + 1] in _OF
    if follows and (gaps[i + 1] in (" of ", " of the ") or head in FOR_HEADS) and _topic(page, lex, i + 1):
        last = _right(page, lex, i + 1, head)
    elif i + 1 < count and gaps[i + 1] == " " and page.free(i + 1):
        after = words[i + 1].title() if tokens.shouts[i] else words[i + 1]
        if _longer(page, i) or after in PLACE_HEADS or after in THING_HEADS:
            return i  # a longer name ends there
    named = last > i or first < i
    if not named:
        return i
    if first < i:
        qualifier = page.text(first, i - 1)
        held = page.known[first] is not None or words[first] in lex.families
        if head in ("Administration", "Cabinet", "Campaign") and i - first == 1 and held:
            return i
        if (
            head == "Press"
            and i + 1 < count
            and gaps[i + 1] == " "
            and words[i + 1] in ("Secretary", "Corps", "Briefing")
        ):
            return i
        if qualifier in (
            "Fake",
            "Tweet",
            "Ivy",
            "Breaking",
            "Guest",
            "Blog",
            "Armed",
            "Medicaid",
            "Health",
            "Human",
        ) and head in ("News", "Post", "League", "Services", "Service", "Insurance"):
            return i
        if last == i:
            if (
                qualifier.lower() in LEVELS
                and head
                in (
                    "School",
                    "Schools",
                    "Board",
                    "Council",
                    "Committee",
                    "College",
                    "Court",
                )
                and not (head == "Court" and qualifier in ("High", "Supreme"))
            ):
                return i
            if (
                head in VAGUE
                and tokens.opens[first]
                and i - first == 1
                and words[first].lower() in lex.words
                and (head not in ("Bank", "Ministry", "Department", "Court", "Council"))
            ):
                return i
            if i - first == 1 and words[first] in lex.forenames and (head in PERSONAL or head in lex.surnames):
                return i
            if head == "Government" and first == i - 1 and page.known[first] is not None:
                return i
            if head in ("Government", "Cabinet", "Administration", "Force", "Forces") and (
                qualifier.lower() in GENERIC or all(lex.single.get(w) for w in qualifier.split())
            ):
                return i
            if qualifier in ("Political", "General", "Local", "Democratic") and head in ("Party", "Party."):
                return i if qualifier != "Democratic" else _take(page, lex, first, i, head)
    elif (
        head in ("Government", "Office", "Group", "Force", "Today", "Party", "Church") and tokens.gaps[i + 1] == " for "
    ):
        return i
    return _take(page, lex, first, last, head)


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
        and head
        not in (
            "Force",
            "Forces",
            "Congress",
            "Council",
            "Army",
            "Navy",
            "Committee",
            "Commission",
            "Agency",
            "Authority",
            "Administration",
            "Bureau",
            "Corps",
            "Police",
            "Guard",
        )
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


def _topic(page: Page, lex: Lexicon, j: int) -> bool:
    word = page.tokens.words[j]
    claim = page.claims[j]
    if claim is not None and (claim.entry.kind != "neither" or word in DATES):
        return claim.entry.kind == "organisation" and claim.first == j
    if word == "Foreign":
        return j + 1 < len(page.tokens.words) and page.tokens.words[j + 1] in ("Affairs", "Relations", "Trade")
    return word not in TITLES and word not in STOPWORDS


def _right(page: Page, lex: Lexicon, j: int, head: str) -> int:
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
            if not (
                head in AND_HEADS
                and after.lower() in lex.words
                and after
                not in HEADS
                - {
                    "Energy",
                    "Services",
                    "Resources",
                    "Mines",
                    "Communications",
                    "Industries",
                    "Oil",
                    "Mining",
                    "Petroleum",
                    "Cooperation",
                }
            ):
                break
            if gap == ", " and not _list(page, last + 1):
                break
        else:
            break
        last += 1
    return last


_NO_OWNER = frozenset(
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
    return known.last + 1 if head in STATE - _NO_OWNER and known.last + 1 < last else first


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


def _list(page: Page, j: int) -> bool:
    gaps = page.tokens.gaps
    return j + 1 < len(page.tokens.words) and gaps[j + 1] in (" and ", ", ", ", and ")


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
