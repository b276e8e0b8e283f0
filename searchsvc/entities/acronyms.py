"""Which acronyms does the article define? `Long Name (LN)` binds LN for the whole article.

A name that no shape betrays is a body all the same when its initials spell the acronym behind it.
"""

from __future__ import annotations

import re

from searchsvc.entities.heads import HEADS, LINKS
from searchsvc.entities.lexicon import Entry
from searchsvc.entities.page import Page, Span
from searchsvc.entities.titles import TITLES

_QUOTE = re.compile(r'^[("\' ]{2,3}$')


def acronyms(page: Page) -> dict[str, Span]:
    """Acronyms that the article defines, `Long Name (LN)`, to the span of the long name."""
    tokens = page.tokens
    words, gaps = tokens.words, tokens.gaps
    bound: dict[str, Span] = {}
    for i in range(1, len(words)):
        gap, word = gaps[i], words[i]
        if not (
            gap.endswith("(")
            and _QUOTE.match(gap)
            and 2 <= len(word) <= 12
            and gaps[i + 1][:1] in (")", '"', "'", ",", ";")
        ):
            continue
        if sum(map(str.isupper, word)) < 2 or word in ("AP", "AFP", "UPI"):
            continue
        letters = [c for c in word if c.isalpha()]
        claim = page.claims[i - 1]
        if claim is not None and claim.entry.kind == "organisation" and claim.last == i - 1:
            own = page.claims[i]
            known = page.known[i]
            if known is not None and known.entry.kind in ("country", "adjective"):
                continue
            if own is not None and own.entry.kind == "organisation" and own.entry.key == claim.entry.key != "":
                continue
            widened = _initials(page, i - 1, letters)
            if own is not None and own.entry.kind == "organisation" and own.entry.key and widened is None:
                continue  # the lexicon's, unless the very letters are spelt
            if (
                own is not None
                and own.entry.kind == "organisation"
                and _alike(own.entry.key, page.text(claim.first, i - 1))
            ):
                page.claim(own.entry, claim.first, i - 1)  # the lexicon's body under a careless name
                continue
            if (
                widened is not None
                and widened < claim.first
                and all((page.claims[j] is None or page.claims[j] is claim) for j in range(widened, i))
            ):
                page.drop(claim)
                claim = page.claim(
                    claim.entry if claim.entry.key else Entry("organisation", "", claim.entry.mark), widened, i - 1
                )
            if letters[0].upper() != tokens.plain[claim.start].upper() and widened is None:
                continue
            bound[word] = claim
            continue
        first = _initials(page, i - 1, letters)
        if first is not None and words[first] in TITLES:
            continue
        if first is not None and i - 1 - first >= 1 and all(_takeable(page.claims[j]) for j in range(first, i)):
            known = page.known[i]
            if known is not None and known.entry.kind in ("country", "adjective", "neither"):
                continue
            own = page.claims[i]
            if own is not None and own.entry.kind == "organisation" and _alike(own.entry.key, page.text(first, i - 1)):
                page.claim(own.entry, first, i - 1)
                continue
            for j in range(first, i):
                claim = page.claims[j]
                if claim is not None:
                    page.drop(claim)
            bound[word] = page.claim(Entry("organisation", ""), first, i - 1)
    return bound


_BRACKETED = re.compile(r"(?<=[a-z]) \(([A-Z][A-Z&]{1,6})s?\)")
_PHRASE = re.compile(r"(?:\b[A-Za-z][\w'-]*,? ){1,7}\b[a-z][\w'-]*$")
#: Characters in front of a bracket that its words may take.
_SPELT = 120
_SMALL = frozenset("a an and by for in of on or the to with".split())


def ordinary(page: Page) -> set[str]:
    """Acronyms that the article defines by ordinary words: value-added tax (VAT), superintendents of police (SP).
    Not where the words end as a body's name does: the electoral commission (EC)."""
    found: set[str] = set()
    if "(" not in page.tokens.plain:
        return found
    for match in _BRACKETED.finditer(page.tokens.plain):
        phrase = _PHRASE.search(page.tokens.plain[max(0, match.start() - _SPELT) : match.start()])
        if phrase is None:
            continue
        words, letters = phrase[0].replace(",", "").split(), match[1].replace("&", "")
        if words[-1].title() in HEADS or words[-1].title() in _BODIES:
            continue
        used: list[str] = []
        for word in reversed(words):
            if not (word in _SMALL and not letters.endswith(word[0].upper())):
                if not letters or word[0].upper() != letters[-1]:
                    break
                letters = letters[:-1]
            used.append(word)
            if not letters:
                break
        if not letters and (used[-1].islower() or used[-1] in TITLES):
            found.update((match[1], match[1] + "s"))
    return found


_BODIES = frozenset("Administrator Airline Bloc Broadcaster Company Lender Operator Party Producer Regulator".split())


def _alike(known: str, name: str) -> bool:
    """Do two names share most of their words: Intergovernmental, International Panel on Climate Change?"""
    mine, theirs = ({w for w in each.split() if w[0].isupper() and w != "The"} for each in (known, name))
    return len(mine & theirs) * 2 > max(len(mine), len(theirs))


def _takeable(claim: Span | None) -> bool:
    return claim is None or claim.entry.kind == "neither"


def _initials(page: Page, last: int, letters: list[str]) -> int | None:
    """The word from which the capitalised words up to `last` spell the letters."""
    words, gaps = page.tokens.words, page.tokens.gaps
    at, j = len(letters) - 1, last
    while j >= 0 and at >= 0 and last - j < 9:
        initials = [part[0].upper() for part in words[j].split("-") if part]
        for initial in reversed(initials):
            if at >= 0 and letters[at].upper() == initial:
                at -= 1
            elif initial == initials[0]:
                return None
        if at < 0:
            return j
        if gaps[j] not in LINKS:
            return None
        if (
            gaps[j] in (" and ", " of ")
            and letters[at].upper() in ("A", "O")
            and letters[at].upper() != words[j - 1][0]
        ):
            at -= 1
        j -= 1
    return None


def repeat(page: Page, bound: dict[str, Span]) -> None:
    """Claim the acronyms wherever they stand."""
    for i, word in enumerate(page.tokens.words):
        target = bound.get(word)
        if target is None:
            continue
        claim = page.claims[i]
        if claim is not None and (claim.first < claim.last or claim.entry.key.startswith("\0")):
            continue  # the article's definition goes before the lexicon's
        page.claim(Entry("organisation", "\0" + word, target.entry.mark), i, i)
