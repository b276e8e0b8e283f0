"""Which bodies does the lexicon know here, and do the words beside them leave them what it says?

What is claimed here is seen neither as a person nor as a country.
"""

from __future__ import annotations

from searchsvc.entities.bounds import seat_sought, without_holder
from searchsvc.entities.companies import doubtful_companies
from searchsvc.entities.context import Context
from searchsvc.entities.extents import in_list
from searchsvc.entities.heads import AND_HEADS, CORPORATE, EMPTY, HEADS, PLACE_HEADS
from searchsvc.entities.lexicon import Entry, Lexicon
from searchsvc.entities.page import Page, Span
from searchsvc.entities.titles import STOPWORDS, TITLES


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
        elif kind == "country" and words[i] == "US" and page.tokens.shouts[i] and not shouted_us(page, i):
            page.known[i] = None  # TELL US
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


def shouted_us(page: Page, i: int) -> bool:
    """In a line of capitals, US is the country where it opens the line or follows a word a pronoun cannot."""
    tokens = page.tokens
    gap = tokens.gaps[i]
    if not i or tokens.opens[i] or gap.strip() in (",", "-", "/", "&"):
        return True
    if tokens.words[i - 1] in ("THE", "IN", "AND", "AS", "VS", "V"):
        return i + 1 < len(tokens.words) and tokens.gaps[i + 1] in (" ", "-", ", ")
    return False


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
        and (gaps[last + 1] == " and " or in_list(page, last + 1))
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
    """Does the name stand alone inside a sentence?"""
    tokens = page.tokens
    if tokens.opens[span.first] and tokens.words[span.first].lower() in lex.words:
        return False
    after = span.last + 1
    if after < len(tokens.words) and tokens.gaps[after] == " " and tokens.words[after] not in TITLES:
        return False
    return not (span.first and tokens.gaps[span.first] == " " and tokens.words[span.first - 1] not in STOPWORDS)
