"""Which documents match this expression, and what is each of its words worth in them? The tree, over sets.

The tree says which documents match. The score is apart from it: the sum, over the words, phrases and wildcards that
are asked for and not excluded, of what each is worth in the document (`terms.py`), whether or not its own branch of
the tree matched there.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from searchsvc import analysis
from searchsvc.engines.whoosh import columns
from searchsvc.engines.whoosh.columns import NO_DAY, Mask
from searchsvc.engines.whoosh.docset import DocSet, union
from searchsvc.engines.whoosh.postings import Terms as TermList
from searchsvc.engines.whoosh.snapshot import Snapshot
from searchsvc.engines.whoosh.terms import Alternative, Scored, Terms, Way
from searchsvc.errors import Unavailable
from searchsvc.expression import (
    And,
    DateRange,
    Everything,
    Expression,
    Fuzzy,
    Not,
    Or,
    Phrase,
    Warned,
    Wildcard,
    Word,
    day_range,
)
from searchsvc.fields import FIELDS
from searchsvc.query import Query
from searchsvc.snippets import Sought

#: Terms that a wildcard or a fuzzy word may stand for.
MOST_TERMS = 1000
#: Seconds that one question may take in here.
BUDGET = 2.0


@dataclass(frozen=True)
class Leaf:
    """A part of the question that scores: what it is worth in which documents. In the fields `names` it is any of the
    `ways`, terms in order with at most `slop` positions skipped; a wildcard has none."""

    scored: Scored
    names: tuple[str, ...] = ()
    ways: tuple[Way, ...] = ()
    slop: int = 0


#: Terms, each in which languages (None: all).
Meant = dict[str, frozenset[str] | None]


@dataclass(frozen=True)
class Expansion:
    """The terms of a field that a wildcard or fuzzy word stands for, the most frequent if there are very many: `count`
    are all."""

    terms: Meant
    count: int

    @property
    def nbytes(self) -> int:
        """About the memory it takes."""
        return 150 * len(self.terms)


class Matcher:
    """Evaluates one question over one snapshot. After `match`, `leaves` are what scores it, each once, and `sought`
    tells what to highlight in which field."""

    def __init__(self, terms: Terms, query: Query, *, budget: float = BUDGET) -> None:
        self.terms = terms
        self.snapshot = terms.snapshot
        self.query = query
        self.warnings: list[Warned] = []
        self.leaves: list[Leaf] = []
        self._scored: set[object] = set()
        # Of a wildcard or fuzzy word the unstemmed words it stands for, which are those of all fields.
        self._words: dict[str, set[str]] = {}
        self._deadline = time.monotonic() + budget
        self._sought: dict[str, list[tuple[Way, int]]] = {name: [] for name in FIELDS}
        self._positive = True
        # Whether what one child of an And leaves out is out of the answer: not below an Or.
        self._narrows = True

    def match(self, expression: Expression) -> DocSet:
        """The live documents that match. Raises Unavailable past the time budget."""
        return self._match(expression, None)

    def sought(self, name: str, language: str) -> Sought:
        """What the question seeks in a field of an article in a language."""
        spoken = self.snapshot.group(language)
        found = [(w.parts, slop) for w, slop in self._sought[name] if w.languages is None or spoken in w.languages]
        phrases = dict.fromkeys((parts, slop) for parts, slop in found if len(parts) > 1)
        return Sought(frozenset(parts[0] for parts, _ in found if len(parts) == 1), tuple(phrases))

    def _match(self, node: Expression, within: DocSet | None) -> DocSet:
        """`within`: only these documents can be among the answers, others may be left out."""
        self._check_time()
        match node:
            case Everything():
                return self.snapshot.live
            case DateRange(first, last):
                return dated(self.snapshot, first, last)
            case Not(child):
                positive, self._positive = self._positive, False
                found = self.snapshot.live - self._match(child, within)
                self._positive = positive
                return found
            case Or(children):
                narrows, self._narrows = self._narrows, False
                found = union((self._match(child, within) for child in children), self.snapshot.size)
                self._narrows = narrows
                return found
            case And(children):
                return self._and(children, within)
            case Word():
                leaf = self._word(node, within)
            case Phrase():
                leaf = self._alternatives(
                    self._fields(node.field), self.terms.ways(node.text, whole=False), node.slop, within
                )
            case Wildcard() | Fuzzy():
                leaf = Leaf(self._expanded(node))
            case _:
                raise TypeError(node)
        key = (leaf.names, leaf.ways, leaf.slop) if leaf.ways else node
        if self._positive and key not in self._scored:  # `vote votes` is one word given twice
            self._scored.add(key)
            self.leaves.append(leaf)
        return leaf.scored.documents

    def _and(self, children: tuple[Expression, ...], within: DocSet | None) -> DocSet:
        """The rarest first, so that positions of common words are compared only where the rest has matched."""
        found: DocSet | None = None
        for child in sorted(children, key=self._cost):
            some = self._match(child, within)
            found = some if found is None else found & some
            if self._narrows:
                within = found if within is None else within & found
        assert found is not None
        return found

    def _cost(self, node: Expression) -> int:
        """About how many postings a node reads."""
        match node:
            case Word(text, name) | Phrase(text, _, name):
                names = self._fields(name)
                ways = self.terms.ways(text, whole=isinstance(node, Word))
                known = self.terms.known(names, ways)
                if known is not None:
                    return len(known.documents)
                rarest = sum(min(self.terms.frequency(n, p) for p in way.parts) for n in names for way in ways)
                return rarest * 2 if isinstance(node, Phrase) else rarest
            case Not() | Wildcard() | Fuzzy():
                return self.snapshot.size * 4
            case And(children):
                return min(map(self._cost, children))
            case Or(children):
                return sum(map(self._cost, children))
        return 0

    def _fields(self, name: str | None) -> tuple[str, ...]:
        return (name,) if name else self.query.search_in

    def _seek(self, names: Iterable[str], way: Way, slop: int = 0) -> None:
        if self._positive:
            for name in names:
                self._sought[name].append((way, slop))

    def _word(self, node: Word, within: DocSet | None) -> Leaf:
        names, ways = self._fields(node.field), self.terms.ways(node.text, whole=True)
        if len(ways) == 1 and len(ways[0].parts) == 1 and analysis.is_unspaced(ways[0].parts[0]):
            return Leaf(self._characters(names, ways[0].parts[0]))
        return self._alternatives(names, ways, 0, within)

    def _alternatives(self, names: tuple[str, ...], ways: tuple[Way, ...], slop: int, within: DocSet | None) -> Leaf:
        """Terms or phrases of which any will do."""
        for way in ways:
            self._seek(names, way, slop)
        key: tuple[object, ...] = (names, ways, slop)
        if all(len(way.parts) == 1 for way in ways):
            key = (names, ways)
        elif within is not None and len(within) * 8 < self.snapshot.size:
            # Kept is what was looked through in whole; that does not pay where few documents matter.
            return Leaf(self.terms.any_of(names, ways, slop, within, self._check_time), names, ways, slop)
        scored = self.terms.keeping.made(key, lambda: self.terms.any_of(names, ways, slop, None, self._check_time))
        return Leaf(scored, names, ways, slop)

    def _characters(self, names: tuple[str, ...], character: str) -> Scored:
        """One character of a script without blanks: every pair that it begins, and itself at the end of a run."""
        alternatives: list[Alternative] = []
        for name in names:
            pairs = self._dictionary(
                name, character, character, lambda found: [pair for pair in found if len(pair) <= 2]
            )
            for pair in dict.fromkeys((character, *sorted(pairs)[:MOST_TERMS])):
                self._seek((name,), Way((pair,), None))
                alternatives.append(Alternative({name: self.terms.located(name, pair)}))
        return self.terms.scored(alternatives)

    def _check_time(self) -> None:
        if time.monotonic() > self._deadline:
            raise Unavailable("the query passed its time budget; ask for less", code="query_too_expensive")

    def _expanded(self, node: Wildcard | Fuzzy) -> Scored:
        """A wildcard or a fuzzy word: every word it stands for, at one score in each field."""
        names = self._fields(node.field)
        found: dict[str, Meant] = {}
        for name in names:
            expansion = self.terms.keeping.made((name, str(node), "meant"), partial(self._expansion, name, node))
            if expansion.count > MOST_TERMS:
                self.warnings.append(
                    Warned(
                        "prefix_truncated" if isinstance(node, Wildcard) else "fuzzy_truncated",
                        f"{node} is {expansion.count:,} words of {name}; the {MOST_TERMS:,} most frequent are used",
                    )
                )
            found[name] = expansion.terms
            for term, languages in expansion.terms.items():
                self._seek((name,), Way((term,), languages))
        return self.terms.keeping.made((names, str(node), "expanded"), lambda: self._constant(found))

    def _constant(self, terms: dict[str, Meant]) -> Scored:
        """Documents that have any of the terms: the score of a field is its weight."""
        fields: dict[str, Mask] = {}
        for name, some in terms.items():
            together: dict[frozenset[str] | None, set[str]] = {}
            for term, languages in some.items():
                together.setdefault(languages, set()).add(term)
            mask = fields[name] = np.zeros(self.snapshot.size, bool)
            for languages, wanted in together.items():
                having = self._having(name, frozenset(wanted))
                if languages is not None:
                    having &= self.snapshot.spoken(languages).mask
                mask |= having
        found = np.zeros(self.snapshot.size, bool)
        for mask in fields.values():
            found |= mask
        if not self.snapshot.whole:
            found &= self.snapshot.live.mask
        ids = np.flatnonzero(found).astype(np.int32)
        impacts = np.zeros(len(ids), np.float32)
        for name, mask in fields.items():
            impacts += mask[ids] * np.float32(FIELDS[name].weight)
        documents = DocSet(self.snapshot.size, ids=ids)
        return Scored(documents, lambda some: impacts if some is None else impacts[documents.places(some)[0]])

    def _having(self, name: str, terms: frozenset[str]) -> Mask:
        """Which documents have any of the terms in a field."""
        mask = np.zeros(self.snapshot.size, bool)
        for segment in self.snapshot.segments:
            self._check_time()
            part = segment.postings.fields.get(name)
            if part is not None:
                part.mark(
                    np.array(list(_numbers(part.terms, terms).values()), np.int64), mask[segment.base : segment.end]
                )
        return mask

    def _expansion(self, name: str, node: Wildcard | Fuzzy) -> Expansion:
        terms = self._wildcard_terms(name, node) if isinstance(node, Wildcard) else self._fuzzy_terms(name, node)
        count = len(terms)
        if count > MOST_TERMS:
            often = self._frequencies(name, terms)
            frequent = sorted(terms, key=lambda term: (-often[term], term))
            terms = {term: terms[term] for term in frequent[:MOST_TERMS]}
        return Expansion(terms, count)

    def _frequencies(self, name: str, terms: Iterable[str]) -> Counter[str]:
        """How many documents hold each term in a field, deleted ones too."""
        wanted = frozenset(terms)
        found: Counter[str] = Counter()
        for _, part in self.snapshot.parts(name):
            self._check_time()
            for term, number in _numbers(part.terms, wanted).items():
                found[term] += part.frequency(number)
        return found

    def _wildcard_terms(self, name: str, node: Wildcard) -> Meant:
        head = _bare(re.split(r"[*?]", node.pattern, maxsplit=1)[0])
        if node.pattern.endswith("*") and _bare(node.pattern[:-1]) == head:
            return self._dictionary(name, str(node), head, list)
        pattern = re.compile(
            "".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in _bare(node.pattern)), re.DOTALL
        )
        return self._dictionary(
            name, str(node), head, lambda words: [word for word in words if pattern.fullmatch(word)]
        )

    def _dictionary(self, name: str, about: str, prefix: str, wanted: Callable[[list[str]], Iterable[str]]) -> Meant:
        """The terms of a field that begin so and are wanted, in all languages; and those of the unstemmed words that
        do, each in the languages in which it is the stem of one.

        about: for what; the unstemmed words for it are sought once for all fields.
        """
        terms: set[str] = set()
        for _, part in self.snapshot.parts(name):
            self._check_time()
            terms.update(wanted(part.terms.strings(part.terms.beginning(prefix.encode()))))
        words = self._words.get(about)
        if words is None:
            words = self._words[about] = set()
            for segment in self.snapshot.segments:
                self._check_time()
                unstemmed = segment.postings.words
                words.update(wanted(unstemmed.strings(unstemmed.beginning(prefix.encode()))))
        self._check_time()
        stems: dict[str, set[str]] = {}
        for language in self.snapshot.languages:
            for word in words:
                stems.setdefault(analysis.stem(word, language), set()).add(language)
        every = len(self.snapshot.languages)
        found: Meant = {
            stem: None if len(languages) == every else frozenset(languages) for stem, languages in stems.items()
        }
        return {**found, **dict.fromkeys(terms)}

    def _fuzzy_terms(self, name: str, node: Fuzzy) -> Meant:
        """The terms for the dictionary's words within the distance, two letters that changed places being one edit
        (optimal string alignment); the first letter stays. Whoosh's own search counts such a pair as two."""
        word = analysis.plain(node.text)
        if not word:
            return {}

        def near(words: list[str]) -> Iterable[str]:
            found = process.extract(word, words, scorer=OSA.distance, score_cutoff=node.distance, limit=None)
            return (other for other, _, _ in found)

        return self._dictionary(name, str(node), word[0], near)


def _numbers(terms: TermList, wanted: frozenset[str]) -> dict[str, int]:
    """The numbers of those of the terms that there are, ascending: most stand side by side in the list."""
    if not wanted:
        return {}
    first, last = min(wanted), max(wanted)
    alike = next((at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), len(first))
    some = terms.beginning(first[:alike].encode())
    if len(some) <= 20 * len(wanted):
        strings = terms.strings(some)
        return {term: number for number, term in zip(some, strings, strict=True) if term in wanted}
    encoded = sorted((term.encode(), term) for term in wanted)
    found = ((term, terms.find(name)) for name, term in encoded)
    return {term: number for term, number in found if number >= 0}


def _bare(pattern: str) -> str:
    """A wildcard's letters as the dictionary has them: `Ja’af*` is jaaf*, `cease-f*` ceasef*, a compound's head."""
    return re.sub(r"['’ʼ‐‑-]", "", analysis.fold(pattern))


def dated(snapshot: Snapshot, first: str | None, last: str | None) -> DocSet:
    """The live documents whose date, as exactly as it is known, lies wholly from the first to the last day."""
    return snapshot.kept((first, last), lambda: _dated(snapshot, first, last))


def _dated(snapshot: Snapshot, first: str | None, last: str | None) -> DocSet:
    mask = snapshot.first != NO_DAY
    if first is not None:
        mask &= snapshot.first >= columns.day_number(day_range(first)[0])
    if last is not None:
        mask &= snapshot.last <= columns.day_number(day_range(last)[1])
    return DocSet.of_mask(mask) & snapshot.live
