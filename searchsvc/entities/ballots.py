"""What does the tagger say of each word of a page, and what does the article as a whole make of it?

A sentence is too little to know that `Chase` is a bank: the occurrences of a name vote. What the tagger saw of a word
is kept as shares of its labels, so that who doubts a rule can ask how doubtful the tagger is.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from searchsvc.entities.heads import AND_HEADS, FOR_HEADS, HEADS
from searchsvc.entities.lexicon import Lexicon
from searchsvc.entities.page import Page
from searchsvc.entities.references import SUFFIXES
from searchsvc.entities.tagging import LABELS
from searchsvc.entities.tagging.words import Sentence
from searchsvc.entities.titles import TITLES

#: What makes an answer of the tagger's stand against a doubt; how much of a name that something else speaks for the
#: tagger must give to its label.
SURE, ASSENT = 0.95, 0.25

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


#: Characters of a word, beyond which it is in no name.
_LONGEST = 80


def ballots(
    page: Page, sentences: Sequence[Sentence], posteriors: Sequence[NDArray[np.float32]], lex: Lexicon
) -> Ballots:
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
            if one > other or ends[one] - starts[one] > _LONGEST or ends[other] - starts[other] > _LONGEST:
                continue  # no word in capitals, or no word
            means = lumped[first : last + 1].mean(0)
            label = int(means[1:].argmax()) + 1
            if not page.tokens.plain[start].isdigit():  # 1Malaysia
                start = max(start, starts[one])
            if page.tokens.plain[ends[other] : end] != " police":  # Lagos police
                end = min(end, ends[other])
            marks.append(Mark(one, other, start, end, label, float(means[label])))
    shares /= np.maximum(parts, 1)[:, None]
    shares[parts == 0, OUTSIDE] = 1
    voted = Ballots(_joined(page, marks), shares)
    _grow(page, voted, lex)
    _list(page, voted)
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


#: What stands between a given name and a surname: `Dwayne` `"The Rock"` `Johnson`.
_NICKNAME = re.compile(r' "(?:[^\W\d_][\w\'.-]*[ ,]{0,2}){1,4}" ')


#: What somebody is called behind his name: Constantine the Great.
_BYNAMES = frozenset(
    "Apostate Baptist Bold Confessor Conqueror Elder Giant Great Impaler Jackal Lionheart Magnificent Navigator Pious "
    "Rapper Ripper Terrible Unready Wise Younger".split()
)


def _joined(page: Page, marks: Sequence[Mark]) -> list[Mark]:
    """The marks with two people as one where nothing but a blank or a quote is between: `Wan` `Azizah Wan Ismail`."""
    text = page.tokens.plain
    joined: list[Mark] = []
    for mark in marks:
        before = joined[-1] if joined else None
        if (
            before is not None
            and before.label == mark.label == PER
            and (
                text[before.end : min(mark.start, before.end + 4)] in (" ", ' "', '" ')
                or _suffixed(page, before, mark)
                or (text[before.end : mark.start] == " the " and page.tokens.words[mark.first] in _BYNAMES)
                or (
                    before.first == before.last
                    and mark.start - before.end < 36
                    and _NICKNAME.fullmatch(text, before.end, mark.start) is not None
                )
            )
        ):
            sure = max(before.sure, mark.sure)
            joined[-1] = Mark(before.first, mark.last, before.start, mark.end, PER, sure)
        else:
            joined.append(mark)
    return joined


def _suffixed(page: Page, before: Mark, mark: Mark) -> bool:
    """Is the second mark but the `Jr.` of the first, with a surname between that the tagger did not see?"""
    words, gaps = page.tokens.words, page.tokens.gaps
    between = range(before.last + 1, mark.first)
    if mark.first != mark.last or words[mark.first] not in SUFFIXES or len(between) != 1:
        return False
    return gaps[between[0]] == " " and gaps[mark.first] in (" ", ", ")


#: How much of a capitalised word beside a body's name must be a body's for it to belong to the name.
_BELONGS = 0.3
#: The same of a word before a person's name that is no ordinary word and nothing that the lexicon knows.
_UNKNOWN_BELONGS = 0.1
_OF = frozenset((" of ", " of the "))
_AND = frozenset((" and ", ", ", ", and ", " & "))
#: Heads of a body of its own behind an `and`.
_OWN = (AND_HEADS | FOR_HEADS) - {"Service"}
_ABOUT = frozenset((" for ", " for the ", " on "))


def _grow(page: Page, found: Ballots, lex: Lexicon) -> None:
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
            _grow_person(page, found, mark, low, marks[i].first if i < len(marks) else len(words), lex)
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


def _grow_person(page: Page, found: Ballots, mark: Mark, low: int, high: int, lex: Lexicon) -> None:
    """Widen a person's name, but for titles, between words low and high."""
    words, gaps, starts, ends = page.tokens.words, page.tokens.gaps, page.tokens.starts, page.tokens.ends
    if starts[mark.first] < mark.start and page.tokens.plain[mark.start].islower():
        mark.start = starts[mark.first]  # Cheng-ta
    while mark.first - 1 > low and gaps[mark.first] == " ":
        before = mark.first - 1
        if words[before].isupper() or not _opens_name(page, found, before, lex):
            break
        mark.first, mark.start = before, starts[before]
    while mark.last + 1 < high and gaps[mark.last + 1] == " " and ends[mark.last] == mark.end:
        after = mark.last + 1
        if not (found.shares[after, PER] >= _BELONGS and words[after] not in TITLES):
            break
        mark.last, mark.end = after, ends[after]
    if mark.last + 1 < high and gaps[mark.last + 1] == " the " and words[mark.last + 1] in _BYNAMES:
        mark.last, mark.end = mark.last + 1, ends[mark.last + 1]


def _opens_name(page: Page, found: Ballots, i: int, lex: Lexicon) -> bool:
    """Does word i before a person's name belong to it: `Daysi` `Tamara Dávila`?"""
    word = page.tokens.words[i]
    strange = page.known[i] is None and word.lower() not in lex.words
    return found.shares[i, PER] >= (_UNKNOWN_BELONGS if strange else _BELONGS) and word not in TITLES


_PREFIXES = frozenset("Inter Anti Counter Sub Multi Non Pan Trans Co".split())


def _half(found: Ballots, i: int, words: Sequence[str]) -> bool:
    return found.shares[i, ORG] >= _BELONGS and words[i] not in TITLES


def _continues(page: Page, mark: Mark, follows: Mark) -> bool:
    """Does the next name belong to this body's: `Government` of `India`, `Office` on `Latin America`?"""
    gap = page.tokens.gaps[follows.first]
    if follows.label not in (ORG, LOC, NORP, FAC) or page.tokens.starts[follows.first] != follows.start:
        return False
    words = page.tokens.words
    head = words[mark.last]
    if gap in _AND and follows.label == ORG and page.known[follows.first] is None:
        # `Ministry of Sport, Youth` and `National Service`, `Medical College` and `Hospital`
        field = any(words[j] in AND_HEADS for j in range(mark.first, mark.last)) and not any(
            words[j] in HEADS for j in range(follows.first, follows.last)
        )
        alone = follows.first == follows.last and words[follows.last] in HEADS
        return alone or (field and words[follows.last] not in _OWN)
    return (gap in _OF and head in HEADS) or (gap in _ABOUT and head in FOR_HEADS)


#: How sure a neighbour in a list must be; how much of a person is enough beside one, and half of that beside two.
_NEIGHBOUR, _BELONGS_TO_LIST = 0.9, 0.14


def _list(page: Page, found: Ballots) -> None:
    """What stands in a list of people is one of them, unless the tagger is against it."""
    gaps, marks = page.tokens.gaps, found.marks
    told = [(mark.label if mark.sure >= _NEIGHBOUR and mark.label in (PER, ORG) else OUTSIDE) for mark in marks]
    for i, mark in enumerate(marks):
        if told[i] or mark.label not in (PER, ORG) or page.known[mark.first] is not None:
            continue
        beside = [
            told[j]
            for j, gap in ((i - 1, mark.first), (i + 1, mark.last + 1))
            if 0 <= j < len(marks)
            and told[j]
            and gaps[gap] in _AND
            and (marks[j].last + 1 == mark.first if j < i else marks[j].first == gap)
        ]
        if beside.count(PER) * found.share(mark.first, mark.last, PER) >= _BELONGS_TO_LIST and mark.first < mark.last:
            mark.label, mark.sure = PER, max(mark.sure, _NEIGHBOUR)
            told[i] = PER


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
            mark.sure = max(float(blend[label]), float(whole[label]), mark.sure if label == mark.label else 0.0)
            mark.label = label
