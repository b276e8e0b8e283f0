"""Which words of this text made it a hit, and which passages show them best?

Works on the text itself with the project's own analysis, so that a highlight means the same on every engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from searchsvc import analysis
from searchsvc.results import Snippet

#: A passage's length in characters, about, and how many are shown.
LENGTH, MOST = 240, 2
#: Past this many characters a text is not looked through for passages: nobody reads on that far for a snippet.
FARTHEST = 60_000
#: Words looked at for phrases in one text: "a a a" over and over would ask for very many.
MOST_STEPS = 200_000

_HYPHENS = "‐‑-"
# What can stand inside a word: behind one of these a candidate may be the rest of a word.
_INNER = "'’ʼ.,"
# Before a word that is not the first of its hyphenated chain.
_INSIDE = re.compile(rf"(?:[^\W_]|\.)[{_HYPHENS}]$")


@dataclass(frozen=True)
class Sought:
    """What to look for: single terms, and phrases as (terms, slop)."""

    terms: frozenset[str] = frozenset()
    phrases: tuple[tuple[tuple[str, ...], int], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.terms or self.phrases)


@lru_cache(maxsize=1024)
def _candidates(initials: str) -> re.Pattern[str]:
    """Letters and digits in a row, at the beginning of a word, that begin with one of these or with any that could
    fold to one.

    A short pattern that begins with a set of characters is quick to compile, and most of a text is passed over at the
    speed of the regex engine's own loop.
    """
    wanted = {case for letter in initials for case in (letter, letter.upper())}
    others = "".join(re.escape(letter) for letter in map(chr, range(128)) if letter not in wanted)
    return re.compile(rf"[^{others}](?<![^\W_ʼ].)(?<=[^\W_ʼ])[^\W_ʼ]*", re.DOTALL)


def spans(text: str, sought: Sought, language: str = analysis.DEFAULT_LANGUAGE) -> list[tuple[int, int]]:
    """The `[start, end)` of every word sought in a text of this language, in order, without overlap."""
    wanted = sought.terms.union(*(terms for terms, _ in sought.phrases))
    if not wanted:
        return []
    single = sought.terms - analysis.COMMON or sought.terms
    if analysis.has_unspaced(text):  # there one word is many tokens
        return _token_spans(text, sought, single, language)
    found: list[tuple[int, int]] = []
    in_phrases: list[tuple[str, int, int, int]] = []
    words = _Words(text)
    # Words are counted as far as a phrase can reach over them.
    reach = max((slop for _, slop in sought.phrases), default=0) + 2
    known = analysis.known_terms(language).get
    length, end = len(text), 0
    for match in _candidates("".join(sorted({term[0] for term in wanted if term}))).finditer(text):
        start, stop = match.span()
        if start < end:
            continue  # inside the word before
        if start and text[start - 1] in _INNER and not words.begins_at(start):
            continue  # the 500 of 1,500, the S of U.S.
        word, end, hyphened = match[0], stop, False
        if stop < length and text[stop] not in " \n":  # the word may go on: O'Brien, U.S., 1,500
            whole = analysis.WORD.match(text, start)
            assert whole is not None
            word, end = whole[0], whole.end()
            hyphened = end < length and text[end] in _HYPHENS
        term = known(word) or analysis.term(word, language)
        if term not in wanted and not hyphened:
            continue
        if term in single:
            found.append((start, end))
        elif (
            hyphened and not _INSIDE.search(text, max(0, start - 2), start)
            and (chain := _chain(text, start, language)) and chain[0] in single
        ):  # fmt: skip
            found.append((start, chain[1]))
        if sought.phrases and term in wanted:
            position = 0
            if in_phrases:
                _, before, _, position = in_phrases[-1]
                position += sum(1 for _ in islice(analysis.WORD.finditer(text, before, start), reach))
            in_phrases.append((term, start, end, position))
    steps = MOST_STEPS // max(1, len(sought.phrases))
    for terms, slop in sought.phrases:
        found.extend(_phrase_spans(in_phrases, terms, slop, steps))
    return _disjoint(found)


def _token_spans(text: str, sought: Sought, single: frozenset[str], language: str) -> list[tuple[int, int]]:
    """`spans` in a text of pairs of characters: every token is looked at."""
    found: list[tuple[int, int]] = []
    in_phrases: list[tuple[str, int, int, int]] = []
    for term, start, end, position in analysis.tokens(text, language):
        if term in single:
            found.append((start, end))
        in_phrases.append((term, start, end, position))
    for terms, slop in sought.phrases:
        found.extend(_phrase_spans(in_phrases, terms, slop, MOST_STEPS))
    joined: list[tuple[int, int]] = []
    for start, end in sorted(found):  # pairs overlap: 中国 and 国人 are one mark
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


class _Words:
    """Where the words of a text begin, asked in ascending order: read on from the last blank before the place."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._from = self._at = 0
        self._words = analysis.WORD.finditer(text)

    def begins_at(self, start: int) -> bool:
        blank = max(self._text.rfind(" ", self._from, start), self._text.rfind("\n", self._from, start))
        if blank > self._at:  # no word reaches over it
            self._words = analysis.WORD.finditer(self._text, blank)
        self._from = start
        while self._at < start:
            self._at = next((match.start() for match in self._words), len(self._text))
        return self._at == start


def _chain(text: str, start: int, language: str) -> tuple[str, int] | None:
    """The compound of the hyphenated words that begin here, and its end."""
    chain = re.compile(r"[^\s]{2,80}").match(text, start)
    if not chain:
        return None
    words = list(analysis.WORD.finditer(text, start, chain.end()))
    end = words[0].end()
    joined = [words[0].group()]
    for word in words[1:]:
        if word.start() != end + 1 or text[end] not in _HYPHENS:
            break
        joined.append(word.group())
        end = word.end()
    return analysis.term("".join(joined), language), end


def _phrase_spans(
    words: list[tuple[str, int, int, int]], terms: tuple[str, ...], slop: int, steps: int
) -> Iterable[tuple[int, int]]:
    """The words (term, start, end, position) of each place where the terms stand in order with at most `slop` others
    between them. Looks at `steps` words or little more."""
    for first, word in enumerate(words):
        if word[0] != terms[0]:
            continue
        if steps < 0:
            return
        place, left, last = [word[1:3]], slop, first
        for done, wanted in enumerate(terms[1:], 1):
            for index in range(last + 1, len(words)):
                steps -= 1
                between = words[index][3] - words[last][3] - 1
                if between > left:
                    break
                if words[index][0] == wanted:
                    place.append(words[index][1:3])
                    left -= between
                    last = index
                    break
            else:
                break
            if len(place) <= done:
                break
        if len(place) == len(terms):
            yield from place


def _disjoint(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for start, end in sorted(set(found), key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def title(text: str, sought: Sought, language: str = analysis.DEFAULT_LANGUAGE) -> Snippet:
    """The whole title with its marks."""
    return Snippet(text, tuple(spans(text, sought, language)))


def passages(text: str, sought: Sought, language: str = analysis.DEFAULT_LANGUAGE) -> tuple[Snippet, ...]:
    """The best passages in the order of the text; the beginning where nothing is sought or found."""
    found = spans(text[:FARTHEST], sought, language)
    if not found:
        return (_passage(text, 0, [], whole=True),) if text else ()
    chosen: list[int] = []
    covered: set[str] = set()
    terms = [analysis.term(text[start:end], language) for start, end in found]
    windows = _windows(found)
    while windows and len(chosen) < MOST:
        # The window with the most kinds of words not shown yet, then the most words, then the earliest.
        best = max(windows, key=lambda w: (len({*terms[w[0] : w[1]]} - covered), w[1] - w[0], -w[0]))
        fresh = {*terms[best[0] : best[1]]} - covered
        if chosen and not fresh:
            break
        covered |= fresh
        chosen.append(best[0])
        windows = [w for w in windows if w[1] <= best[0] or w[0] >= best[1]]
    snippets = [_passage(text, found[first][0], found) for first in sorted(chosen)]
    return tuple(dict.fromkeys(snippets))


def _windows(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """For each mark, the marks `[first, last)` that fit into one passage with it."""
    windows = []
    last = 0
    for first, (start, _) in enumerate(found):
        last = max(last, first + 1)
        while last < len(found) and found[last][1] <= start + LENGTH * 3 // 4:
            last += 1
        windows.append((first, last))
    return windows


_SENTENCE_END = re.compile(r"[.!?…][\"”’')\]]*\s+|\n+")


def _passage(text: str, at: int, found: list[tuple[int, int]], *, whole: bool = False) -> Snippet:
    """A passage that holds the place `at`, from the head of its sentence where that is near, cut between words."""
    start = 0
    if not whole:
        floor = max(0, at - LENGTH // 3)
        ends = [match.end() for match in _SENTENCE_END.finditer(text, floor, at)]
        if ends:
            start = ends[-1]
        elif floor:
            space = text.find(" ", floor, at)
            start = space + 1 if space >= 0 else at
    end = min(len(text), start + LENGTH)
    if end < len(text):
        space = text.rfind(" ", start + LENGTH // 2, end)
        newline = text.rfind("\n", start + LENGTH // 2, end)
        end = max(space, newline) if max(space, newline) > at else end
    marks = tuple((max(s, start) - start, min(e, end) - start) for s, e in found if s < end and e > start)
    return Snippet(text[start:end].replace("\n", " "), marks, (start > 0, end < len(text)))
