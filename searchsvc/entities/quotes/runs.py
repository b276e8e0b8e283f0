"""Here is a text: give me its runs between quotation marks, whatever stands in them.

A run is what one pair of marks encloses within a paragraph, without the marks. Marks within a run belong to it. A
paragraph that opens a quotation and does not close it is a run to its end: the quotation goes on in the next one.
Whether a run is speech is not asked here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_MARK = re.compile("[\"“”„«»'‘’]")
_BEFORE_OPENING = frozenset(" \t\n\xa0([{/—–-:\"“„«'‘")
_ELISION = re.compile(r"['’](?:em|tis|twas|til|cause|bout|round|n|bus|buses|\d0s|\d\d)\b", re.IGNORECASE)
_STOPS = frozenset(",.?!…;:—–-)")
_AFTER_CLOSING = frozenset(',.;:?!)—–"”')
_BLANKS = frozenset(" \xa0\u202f\r\t")


@dataclass(frozen=True, slots=True)
class Run:
    """Characters `start..end` between the marks, `first..last` with them; `closed` is false where the paragraph ends
    without a closing mark."""

    start: int
    end: int
    closed: bool
    first: int
    last: int


#: A run is not looked for beyond so many marks.
_FAR = 400


def runs(text: str, plain: str) -> Iterator[tuple[int, int, list[Run]]]:
    """Start, end and runs of each line of `plain` that is not blank, in order, no run within another.

    `plain` is the text with hard-wrapped lines joined, character for character.
    """
    swedish = "”" in text and "“" not in text and "„" not in text
    opening, closing = text.find("»"), text.find("«")
    danish = 0 <= opening < closing
    at = 0
    for line in plain.split("\n"):
        if line and not line.isspace():
            yield at, at + len(line), _paragraph(text, at, at + len(line), swedish, danish)
        at += len(line) + 1


def _paragraph(text: str, start: int, end: int, swedish: bool, danish: bool) -> list[Run]:
    found: list[Run] = []
    marks = [match.start() for match in _MARK.finditer(text, start, end)]
    i = 0
    while i < len(marks):
        at = marks[i]
        closers = _closers(text, at, start, end, swedish=swedish, danish=danish)
        if not closers:
            i += 1
            continue
        single = text[at] in "'‘"
        ahead = marks[i + 1 : i + _FAR]
        close = _single_close(text, ahead, end) if single else _close(text, ahead, at, closers)
        if close < 0 and (i + _FAR < len(marks) or (single and not _goes_on(text, at, start, end))):
            i += 1
            continue
        closed = close >= 0
        first, last = at + 1, close if closed else end
        while first < last and text[first] in _BLANKS:
            first += 1
        while last > first and text[last - 1] in _BLANKS:
            last -= 1
        if first < last and (closed or last - first > 20 or at == start or _goes_on(text, at, at, end)):
            found.append(Run(first, last, closed, at, close + 1 if closed else end))
        if not closed:
            break
        while i < len(marks) and marks[i] <= close:
            i += 1
    return found


def _closers(text: str, at: int, start: int, end: int, *, swedish: bool, danish: bool) -> str:
    """The marks that may close what opens here; none where nothing opens."""
    mark = text[at]
    if mark == "“":
        return '”"'
    if mark == "„":
        return '“”"'
    if mark in "«»":
        return {"«": "" if danish else "»", "»": "«" if danish else ""}[mark]
    if mark == "’" or (mark == "”" and not swedish):
        return ""
    before = text[at - 1] if at > start else " "
    after = text[at + 1] if at + 1 < end else " "
    if before not in _BEFORE_OPENING or after.isspace() or (mark in "'‘" and not (after.isalnum() or after in '"“[¡¿')):
        return ""
    if mark in "'‘":
        return "" if before == "-" or (mark == "'" and _ELISION.match(text, at)) else "'’"
    return "”" if mark == "”" else '"”'


def _close(text: str, marks: list[int], at: int, closers: str) -> int:
    """Where the double mark closes, or -1."""
    for place in marks:
        if text[place] in closers and place > at + 1:
            if text[place] == '"' and text[place - 1].isspace() and text[place + 1 : place + 2].isalnum():
                # A straight mark with a blank before it and a letter behind opens: the one before was never closed.
                return -1
            return place
    return -1


def _single_close(text: str, marks: list[int], end: int) -> int:
    """Where the single mark closes, or -1. A genitive such as `the doctors' view` closes nothing where a later mark
    does, before the next one opens."""
    doubtful = -1
    double = False
    for place in marks:
        mark = text[place]
        if mark in '"“”':
            double = mark == "“" or (mark == '"' and not double)
            continue
        before, after = text[place - 1], text[place + 1 : place + 2]
        if mark == "‘" or (mark == "'" and before in " (\n" and after.isalnum()):
            if doubtful >= 0:
                return doubtful
            if double or mark == "‘":
                continue
            if not _ELISION.match(text, place):
                return -1
            continue
        if mark not in "'’" or after.isalnum() or before.isspace() or double:
            continue
        if before in _STOPS or not after or after in _AFTER_CLOSING or place + 1 >= end or before not in "sSzx":
            return place
        if doubtful < 0:
            doubtful = place
    return doubtful


def _goes_on(text: str, at: int, start: int, end: int) -> bool:
    """Does the paragraph open with this single mark, and the next one too?"""
    following = text[end : end + 9].lstrip()[:1]
    return at == start and text[at] == following
