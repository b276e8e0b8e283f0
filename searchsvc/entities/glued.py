"""Where does a name run together with what a careless extraction put behind it: `Donald TrumpGOP`?

Two habits of pages whose links lost their blanks: the next headline begins in the middle of a word, and a name is
given a second time in full before it (`Paul Ryan Paul Davis RyanHouse leaders ...`).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from searchsvc.entities.ballots import Mark
from searchsvc.entities.lexicon import Entry
from searchsvc.entities.page import Page

# Three small letters and then a capital: neither McConnell nor DeVos nor MacArthur. A figure may follow two.
_GLUE = re.compile(r"(?<=[a-z]{3})(?<!Fitz)(?=[A-Z])|(?<=[a-z]{2})(?=\d)")
_NAME = r"[A-Z][\w'-]{0,30}[a-z]"
_DOUBLED = re.compile(rf"\b({_NAME}(?: {_NAME})?) ((?:\(?[A-Z][\w'.-]{{0,30}}\)? ){{1,5}}\1(?<=[a-z]{{2}})(?=[A-Z\d]))")


def doubled(page: Page, marks: Sequence[Mark]) -> list[Mark]:
    """The tagger's names without those that only say a name again: their words are claimed for nobody."""
    text, starts, ends = page.tokens.plain, page.tokens.starts, page.tokens.ends
    again: list[tuple[int, int]] = []
    for match in _DOUBLED.finditer(text):
        first, last = bisect_left(starts, match.start(2)), bisect_right(starts, match.end(2) - 1) - 1
        if first <= last and all(map(page.free, range(first, last + 1))):
            page.claim(Entry("neither", "thing"), first, last)
            again.append((first, last))
    if not again:
        return list(marks)
    left: list[Mark] = []
    for mark in marks:
        cut = next(((a, b) for a, b in again if a <= mark.last and b >= mark.first), None)
        if cut is None:
            left.append(mark)
        elif mark.first < cut[0]:
            left.append(Mark(mark.first, cut[0] - 1, mark.start, ends[cut[0] - 1], mark.label, mark.sure))
    return left


def unglued(page: Page, first: int, last: int, start: int) -> tuple[int, int] | None:
    """The last word and the end in characters of a name whose word is run together with the next; None where no word
    is. What is before the seam must stand alone elsewhere in the text, else it may be a name: `AbdulRahman`."""
    tokens = page.tokens
    for j in range(first, last + 1):
        word = tokens.words[j]
        seam = _GLUE.search(word, max(0, start - tokens.starts[j]))
        if seam is not None and word[: seam.start()] in tokens.words:
            return j, tokens.starts[j] + seam.start()
    return None
