"""One text under work: its words, what each of them was taken for, and the spans found so far.

A span claims words; a word belongs to one span at most, but a country's word inside an organisation may count twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from searchsvc.entities.lexicon import NEVER_SHOUTED, Entry, Lexicon, longest
from searchsvc.entities.tokens import Tokens


@dataclass(slots=True)
class Span:
    """Words `first..last` (inclusive), characters `start..end`, and what they are."""

    entry: Entry
    first: int
    last: int
    start: int
    end: int


@dataclass(slots=True)
class Page:
    """The words of one text, and the claims on them."""

    tokens: Tokens
    #: The phrase of the lexicon that word i belongs to.
    known: list[Span | None]
    #: What word i is by now a part of.
    claims: list[Span | None]
    spans: dict[int, Span] = field(default_factory=dict)
    #: Countries found inside a compound such as `US-Russia`: code, start, end.
    parts: list[tuple[str, int, int, int]] = field(default_factory=list)

    def claim(self, entry: Entry, first: int, last: int, start: int = -1, end: int = -1) -> Span:
        """Take the words for one span."""
        tokens = self.tokens
        span = Span(
            entry, first, last, tokens.starts[first] if start < 0 else start, tokens.ends[last] if end < 0 else end
        )
        for i in range(first, last + 1):
            other = self.claims[i]
            if other is not None:
                self.drop(other)
            self.claims[i] = span
        self.spans[id(span)] = span
        return span

    def drop(self, span: Span) -> None:
        """Take a claim back, if it still stands."""
        if self.spans.pop(id(span), None) is not None:
            for i in range(span.first, span.last + 1):
                if self.claims[i] is span:
                    self.claims[i] = None

    def found(self) -> list[Span]:
        """The spans that stand, in the order they were claimed."""
        return list(self.spans.values())

    def free(self, i: int) -> bool:
        """Does no span have word i?"""
        return self.claims[i] is None

    def text(self, first: int, last: int) -> str:
        """The words as printed, in plain characters."""
        return self.tokens.plain[self.tokens.starts[first] : self.tokens.ends[last]]


def scan(tokens: Tokens, lex: Lexicon) -> Page:
    """Look every word up in the lexicon, the longest phrase first."""
    count = len(tokens.words)
    known: list[Span | None] = [None] * count
    page = Page(tokens, known, [None] * count)
    words, starts, ends, text = tokens.words, tokens.starts, tokens.ends, tokens.plain
    i = 0
    while i < count:
        word = words[i]
        shouting = tokens.shouts[i]
        index = lex.shouted if shouting and (word not in lex.index or word in NEVER_SHOUTED) else lex.index
        found = longest(index, word, text, starts[i]) if word in index else None
        if found is None and shouting:
            found = longest(lex.shouted, word, text, starts[i])
        if found is None and len(word) > 2 and word.isupper():
            found = longest(lex.shouted, word, text, starts[i])
            if found is not None:
                kind, _, mark = found[1]
                told = kind in ("place", "country") or (  # REUTERS, HAMAS
                    kind == "organisation" and not mark and word.lower() not in lex.words
                )
                if not told or found[0] - starts[i] < 4:  # NEW JERSEY is a name, MAN none
                    found = None
        if found is None:
            if "-" in word:
                _compound(page, i, lex)
            i += 1
            continue
        end, entry = found
        if word == "The" and entry.kind == "organisation" and _adjectival(text, starts[i], end, tokens.opens[i], lex):
            i += 1
            continue
        if word == "The" and i + 1 < count and starts[i + 1] < end:
            longer = longest(index, words[i + 1], text, starts[i + 1])
            if longer is not None and longer[0] > end:
                i += 1  # The Times of India
                continue
        last = i
        while last + 1 < count and starts[last + 1] < end:
            last += 1
        if ends[last] > end and "-" in text[end : ends[last]]:
            # `North Korea-backed`, `New York-based`, `US-Russia`: the rest may hold another country.
            _compound(page, last, lex, end)
        span = Span(entry, i, last, starts[i], end)
        for j in range(i, last + 1):
            known[j] = span
        i = last + 1
    return page


def _adjectival(text: str, start: int, end: int, opens: bool, lex: Lexicon) -> bool:
    """Is it `The Australian Federal Police`, not the paper The Australian?"""
    if text[start + 4 : end] not in lex.single:
        return False
    after = text[end : end + 12]
    if after[:1] == " " and after[1:2].isupper():
        return True
    return opens and not after.startswith((" newspaper", " daily", " reported", " reports"))


def _compound(page: Page, i: int, lex: Lexicon, after: int = -1) -> None:
    """Countries in `US-Russia`, `Saudi-led`, `Franco-German`; not in names such as `Paris-Saclay`."""
    word, start = page.tokens.words[i], page.tokens.starts[i]
    at = start
    for part in word.split("-"):
        code = lex.single.get(part)
        if code and at >= after:
            page.parts.append((code, i, at, at + len(part)))
        at += len(part) + 1
