"""Here are tagged lines: give me windows of words with their labels, as they are or varied.

Two variations are made. *Names*: the people, places and bodies of an article are exchanged for others of the corpus,
each for the same one throughout, so that what is learnt is how names stand in a sentence and not these names.
*Casing*: a whole window in CAPITALS or In Title Case, as headlines are printed; the labels stay.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from searchsvc.entities.tagging.words import sentences, words
from searchsvc.entities.training.corpus import LABELS, Article, Line, Span

#: What a word can be: 0 is outside, then the first and the later words of each label.
TAGS = ("O", *(f"{place}-{label}" for label in LABELS for place in "BI"))
_TAG = {tag: i for i, tag in enumerate(TAGS)}

_SMALL = frozenset(
    "a an and as at but by for from in into nor of off on or over per than the to up upon via with".split()
)


@dataclass(frozen=True, slots=True)
class Example:
    """Words that are read together, of one sentence or more, and the number of each one's tag."""

    words: tuple[str, ...]
    tags: tuple[int, ...]


def examples(line: Line) -> list[Example]:
    """The sentences of a line. A span that the words do not hold exactly is marked on the words that it covers."""
    out = []
    for sentence in sentences(line.text):
        tags = [0] * len(sentence.words)
        for start, end, label in line.spans:
            place = "B"
            for i, (s, e) in enumerate(zip(sentence.starts, sentence.ends, strict=True)):
                if s < end and e > start:
                    tags[i] = _TAG[f"{place}-{label}"]
                    place = "I"
        out.append(Example(sentence.words, tuple(tags)))
    return out


def windows(parts: Iterable[Example], longest: int) -> list[Example]:
    """Neighbouring sentences joined to windows of at most that many words (one sentence may be longer)."""
    out: list[Example] = []
    held: tuple[str, ...] = ()
    tags: tuple[int, ...] = ()
    for part in parts:
        if held and len(held) + len(part.words) > longest:
            out.append(Example(held, tags))
            held, tags = (), ()
        held, tags = held + part.words, tags + part.tags
    return [*out, Example(held, tags)] if held else out


def is_small(word: str) -> bool:
    """Whether a word stays small in a headline In Title Case."""
    return word in _SMALL


def recased(written: Sequence[str], how: str) -> tuple[str, ...]:
    """`how`: `upper`, `title` (small words stay small, as in most styles) or `lower`."""
    if how == "upper":
        return tuple(word.upper() for word in written)
    if how == "lower":
        return tuple(word.lower() for word in written)
    return tuple(
        word if (word in _SMALL and i) or not word.islower() else word[0].upper() + word[1:]
        for i, word in enumerate(written)
    )


class Names:
    """The names of a corpus, to be exchanged for one another."""

    def __init__(self, articles: Iterable[Article]) -> None:
        given: defaultdict[str, list[str]] = defaultdict(list)
        last: defaultdict[str, list[str]] = defaultdict(list)
        pools: defaultdict[tuple[str, str], dict[str, None]] = defaultdict(dict)
        for article in articles:
            for line in article.lines:
                for start, end, label in line.spans:
                    name = line.text[start:end]
                    if name.isupper() and len(name) > 5:
                        continue
                    if label == "PER":
                        head, _, tail = name.partition(" ")
                        if tail and "." not in head and not any(c in tail for c in ".'\"“"):
                            given[article.file].append(head)
                            last[article.file].append(tail)
                    elif label in ("LOC", "ORG"):
                        pools[label, _shape(line.text, start, name)][name] = None
        self._files = sorted(given)
        self._given, self._last = given, last
        self._pools = {key: list(pool) for key, pool in pools.items()}

    def exchanged(self, article: Article, chance: random.Random, share: float) -> Article:
        """The article with about that share of its names exchanged."""
        names: dict[str, str] = {}
        file = chance.choice(self._files)
        found = {
            (line.text[s:e], label, _shape(line.text, s, line.text[s:e]))
            for line in article.lines
            for s, e, label in line.spans
        }
        for name, label, shape in sorted(found, key=lambda x: (-len(x[0]), x)):
            if name in names or chance.random() > share:
                continue
            if label == "PER" and " " in name and not name.isupper() and "." not in name:
                given, last = chance.choice(self._given[file]), chance.choice(self._last[file])
                names[name] = f"{given} {last}"
                head, _, tail = name.partition(" ")
                names.setdefault(tail, last)
                names.setdefault(tail.split()[-1], last.split()[-1] if " " in tail else last)
                names.setdefault(head, given)
            elif pool := self._pools.get((label, shape)):
                names[name] = chance.choice(pool)
        return Article(article.file, article.about, tuple(_renamed(line, names) for line in article.lines))

    def like(self, name: Sequence[str], label: str, chance: random.Random, before: str) -> list[str] | None:
        """Words of another name that can stand for this one; None where there is none."""
        if label == "PER":
            file = chance.choice(self._files)
            last = chance.choice(self._last[file])
            return words(last if len(name) == 1 else f"{chance.choice(self._given[file])} {last}")
        text = " ".join((before, *name))
        pool = self._pools.get((label, _shape(text, len(before) + 1, text[len(before) + 1 :])))
        return words(chance.choice(pool)) if pool else None


def _shape(text: str, start: int, name: str) -> str:
    """Names of one shape can stand in one another's place: with or without `the` before them, acronym or not."""
    before = text[max(0, start - 4) : start].lower()
    kind = "acronym" if name.isupper() and len(name) < 7 else "long" if " " in name else "word"
    return f"{kind} the" if before == "the " else kind


def _renamed(line: Line, names: dict[str, str]) -> Line:
    parts: list[str] = []
    spans: list[Span] = []
    length = last = 0
    for start, end, label in line.spans:
        parts.append(line.text[last:start])
        length += start - last
        name = line.text[start:end]
        name = names.get(name, name) if label in ("PER", "LOC", "ORG") else name
        parts.append(name)
        spans.append((length, length + len(name), label))
        length += len(name)
        last = end
    return Line(line.number, "".join((*parts, line.text[last:])), tuple(spans))


def epoch(
    articles: Sequence[Article], names: Names, chance: random.Random, *, exchanged: float = 0.35
) -> list[Example]:
    """One pass over the corpus: windows of all lengths, some articles with other names, some windows recased."""
    out: list[Example] = []
    for article in articles:
        if chance.random() < exchanged:
            article = names.exchanged(article, chance, 0.6)
        parts = [part for line in article.lines for part in examples(line)]
        for window in windows(parts, chance.choice((0, 0, 50, 150))):
            draw = chance.random()
            how = "upper" if draw < 0.05 else "title" if draw < 0.09 else "lower" if draw < 0.1 else ""
            out.append(Example(recased(window.words, how), window.tags) if how else window)
    return out
