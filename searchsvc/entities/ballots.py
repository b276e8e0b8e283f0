"""What does the tagger say of each word of a page, and what does the article as a whole make of it?

A sentence is too little to know that `Chase` is a bank: the occurrences of a name vote. What the tagger saw of a word
is kept as shares of its labels, so that who doubts a rule can ask how doubtful the tagger is.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from searchsvc.entities.heads import FOR_HEADS, HEADS
from searchsvc.entities.page import Page
from searchsvc.entities.tagging import LABELS
from searchsvc.entities.tagging.words import Sentence
from searchsvc.entities.titles import TITLES

#: Columns of `Ballots.shares`.
OUTSIDE, PER, ORG, LOC, FAC, NORP, MISC = range(1 + len(LABELS))


class Network(Protocol):
    """What is asked of a tagger; `version` changes when its answers do."""

    @property
    def version(self) -> str: ...

    def posteriors(self, sentences: Sequence[Sequence[str]]) -> list[NDArray[np.float32]]:
        """For each sentence `[words, 1 + 2 labels]`: outside, then begin and inside of each label; rows sum to 1."""
        ...


@dataclass(slots=True)
class Mark:
    """A name by the tagger: words `first..last` of the page, characters, label (a column of shares), how surely."""

    first: int
    last: int
    start: int
    end: int
    label: int
    sure: float


@dataclass(slots=True)
class Ballots:
    """The tagger's names in order, and for each word of the page `[words, labels]` the shares of the labels."""

    marks: list[Mark]
    shares: NDArray[np.float32]

    def share(self, first: int, last: int, *labels: int) -> float:
        """How much of words first..last has one of the labels, 0 to 1."""
        return float(self.shares[first : last + 1, list(labels)].sum(1).mean())


def ballots(page: Page, sentences: Sequence[Sentence], posteriors: Sequence[NDArray[np.float32]]) -> Ballots:
    """The tagger's answer for the sentences of this page's text, laid over the page's words, with all votes counted."""
    starts, ends = page.tokens.starts, page.tokens.ends
    shares = np.zeros((len(starts), 1 + len(LABELS)), np.float32)
    parts = np.zeros(len(starts), np.float32)
    marks: list[Mark] = []
    for sentence, found in zip(sentences, posteriors, strict=True):
        if not len(found):
            continue
        lumped = np.concatenate((found[:, :1], found[:, 1::2] + found[:, 2::2]), axis=1)
        at = bisect_right(starts, sentence.starts[0]) - 1
        for i, start in enumerate(sentence.starts):
            while at + 1 < len(starts) and starts[at + 1] <= start:
                at += 1
            if at >= 0 and start < ends[at] and sentence.words[i][0].isalnum():
                shares[at] += lumped[i]
                parts[at] += 1
        for first, last in _runs(found.argmax(1).tolist()):
            start, end = sentence.starts[first], sentence.ends[last]
            one, other = bisect_right(ends, start), bisect_left(starts, end) - 1
            if one > other:
                continue  # no word in capitals
            means = lumped[first : last + 1].mean(0)
            label = int(means[1:].argmax()) + 1
            if not page.tokens.plain[start].isdigit():  # 1Malaysia
                start = max(start, starts[one])
            end = min(end, ends[other])
            marks.append(Mark(one, other, start, end, label, float(means[label])))
    _join(page, marks)
    shares /= np.maximum(parts, 1)[:, None]
    shares[parts == 0, OUTSIDE] = 1
    voted = Ballots(marks, shares)
    _grow(page, voted)
    _vote(page, voted)
    return voted


def _runs(tags: Sequence[int]) -> list[tuple[int, int]]:
    """Runs of words that are one name: first, last. A begin opens a run, an inside goes on, of whatever label."""
    runs: list[tuple[int, int]] = []
    before = 0
    for i, tag in enumerate(tags):
        if tag and tag % 2 == 0 and before:
            runs[-1] = (runs[-1][0], i)
        elif tag:
            runs.append((i, i))
        before = tag
    return runs


def _join(page: Page, marks: list[Mark]) -> None:
    """Join two people with nothing but a blank or a quote between them: they are one, `Wan` `Azizah Wan Ismail`."""
    text = page.tokens.plain
    for i in range(len(marks) - 1, 0, -1):
        before, mark = marks[i - 1], marks[i]
        if before.label == mark.label == PER and text[before.end : mark.start] in (" ", ' "', '" '):
            sure = max(before.sure, mark.sure)
            marks[i - 1 : i + 1] = [Mark(before.first, mark.last, before.start, mark.end, PER, sure)]


#: How much of a capitalised word beside a body's name must be a body's for it to belong to the name.
_BELONGS = 0.3
_OF = frozenset((" of ", " of the "))
_ABOUT = frozenset((" for ", " for the ", " on "))


def _grow(page: Page, found: Ballots) -> None:
    """Widen names over half a word, over words beside them that half belong, and bodies over `of` and what follows."""
    words, gaps, starts, ends = page.tokens.words, page.tokens.gaps, page.tokens.starts, page.tokens.ends
    marks = found.marks
    grown: list[Mark] = []
    i = 0
    while i < len(marks):
        mark = marks[i]
        i += 1
        if mark.label not in (ORG, PER):
            grown.append(mark)
            continue
        low = grown[-1].last if grown else -1
        if mark.label == PER:
            _grow_person(page, found, mark, low, marks[i].first if i < len(marks) else len(words))
            grown.append(mark)
            continue
        if starts[mark.first] < mark.start and words[mark.first].split("-")[0] in _PREFIXES:
            mark.start = starts[mark.first]
        while mark.first - 1 > low and gaps[mark.first] == " " and _half(found, mark.first - 1, words):
            mark.first -= 1
            mark.start = starts[mark.first]
        while True:
            high = marks[i].first if i < len(marks) else len(words)
            after = mark.last + 1
            if after < high and gaps[after] == " " and ends[mark.last] == mark.end and _half(found, after, words):
                mark.last, mark.end = after, ends[after]
            elif i < len(marks) and marks[i].first == after and _continues(page, mark, marks[i]):
                follows = marks[i]
                mark.last, mark.end = follows.last, follows.end
                i += 1
            else:
                break
        grown.append(mark)
    found.marks = grown


def _grow_person(page: Page, found: Ballots, mark: Mark, low: int, high: int) -> None:
    """Widen a person's name, but for titles, between words low and high."""
    words, gaps, starts, ends = page.tokens.words, page.tokens.gaps, page.tokens.starts, page.tokens.ends
    if starts[mark.first] < mark.start and page.tokens.plain[mark.start].islower():
        mark.start = starts[mark.first]  # Cheng-ta
    while mark.first - 1 > low and gaps[mark.first] == " ":
        before = mark.first - 1
        if not (found.shares[before, PER] >= _BELONGS and words[before] not in TITLES) or words[before].isupper():
            break
        mark.first, mark.start = before, starts[before]
    while mark.last + 1 < high and gaps[mark.last + 1] == " " and ends[mark.last] == mark.end:
        after = mark.last + 1
        if not (found.shares[after, PER] >= _BELONGS and words[after] not in TITLES):
            break
        mark.last, mark.end = after, ends[after]


_PREFIXES = frozenset("Inter Anti Counter Sub Multi Non Pan Trans Co".split())


def _half(found: Ballots, i: int, words: Sequence[str]) -> bool:
    return found.shares[i, ORG] >= _BELONGS and words[i] not in TITLES


def _continues(page: Page, mark: Mark, follows: Mark) -> bool:
    """Does the next name belong to this body's: `Government` of `India`, `Office` on `Latin America`?"""
    gap = page.tokens.gaps[follows.first]
    if follows.label not in (ORG, LOC, NORP, FAC) or page.tokens.starts[follows.first] != follows.start:
        return False
    head = page.tokens.words[mark.last]
    return (gap in _OF and head in HEADS) or (gap in _ABOUT and head in FOR_HEADS)


#: What the other occurrences of a name weigh beside one's own.
_OTHERS = 0.5


def _vote(page: Page, found: Ballots) -> None:
    """Each name's marks lean towards what all its occurrences say together."""
    rows: defaultdict[str, list[Mark]] = defaultdict(list)
    text = page.tokens.plain
    for mark in found.marks:
        rows[text[mark.start : mark.end].casefold()].append(mark)
    for same in rows.values():
        if len(same) < 2:
            continue
        means = np.array([found.shares[m.first : m.last + 1].mean(0) for m in same])
        whole = means.mean(0)
        for mark, own in zip(same, means, strict=True):
            blend = (1 - _OTHERS) * own + _OTHERS * whole
            blend[OUTSIDE] = 0
            label = int(blend.argmax())
            if label != mark.label:
                mark.label, mark.sure = label, float(blend[label])
            else:
                mark.sure = max(mark.sure, float(blend[label]))
