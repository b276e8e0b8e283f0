"""Which documents match this expression, and how well? The tree, evaluated over Whoosh's postings.

Each leaf becomes an array of documents and one of BM25F scores, read through Whoosh's own matchers and cached for
the snapshot; the tree above the leaves is arithmetic on arrays. Whoosh's compound matchers and top-N are not used:
some of them answer wrongly. The scores are Whoosh's: its idf, coded lengths and constants, summed over the fields.
"""

from __future__ import annotations

import math
import re
import time
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA

from searchsvc import analysis
from searchsvc.engines.whoosh import columns
from searchsvc.engines.whoosh.columns import NO_DAY, Ints, Mask
from searchsvc.engines.whoosh.schema import WORDS
from searchsvc.engines.whoosh.snapshot import Snapshot
from searchsvc.errors import Unavailable
from searchsvc.fields import FIELDS
from searchsvc.query import (
    And,
    DateRange,
    Everything,
    Expression,
    Fuzzy,
    Not,
    Or,
    Phrase,
    Query,
    Warned,
    Wildcard,
    Word,
    day_range,
)
from searchsvc.snippets import Sought

Scores = npt.NDArray[np.float64]

K1, B = 1.2, 0.75
#: Terms that a wildcard or a fuzzy word may stand for.
MOST_TERMS = 1000
#: Seconds that one question may take in here.
BUDGET = 2.0
#: Bytes of postings kept decoded for a snapshot.
CACHE_BYTES = 64_000_000
# Documents read between two looks at the clock.
_STRIDE = 4096


@dataclass
class Matched:
    """`mask` tells the documents that match, `scores` how well (0 outside the mask), both over all documents."""

    mask: Mask
    scores: Scores


@dataclass
class _Postings:
    """A term's documents in one field, ascending, and their BM25F scores without the field's weight."""

    documents: Ints
    scores: Scores


@dataclass
class Terms:
    """A snapshot's decoded postings, the latest used."""

    snapshot: Snapshot
    #: What a wildcard or fuzzy word stands for in a field.
    expansions: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    _kept: OrderedDict[tuple[str, ...], _Postings] = field(default_factory=OrderedDict)
    _bytes: int = 0

    def get(self, key: tuple[str, ...]) -> _Postings | None:
        found = self._kept.get(key)
        if found is not None:
            with suppress(KeyError):  # dropped by another thread since
                self._kept.move_to_end(key)
        return found

    def put(self, key: tuple[str, ...], postings: _Postings) -> None:
        self._kept[key] = postings
        self._bytes += postings.documents.nbytes + postings.scores.nbytes
        while self._bytes > CACHE_BYTES and len(self._kept) > 1:
            _, old = self._kept.popitem(last=False)
            self._bytes -= old.documents.nbytes + old.scores.nbytes


class Matcher:
    """Evaluates one question over one snapshot. After `match`, `sought` tells what to highlight in which field."""

    def __init__(self, terms: Terms, query: Query, *, budget: float = BUDGET) -> None:
        self.terms = terms
        self.snapshot = terms.snapshot
        self.query = query
        self.warnings: list[Warned] = []
        self._deadline = time.monotonic() + budget
        self._sought: dict[str, tuple[set[str], list[tuple[tuple[str, ...], int]]]] = {
            name: (set(), []) for name in FIELDS
        }
        self._positive = True

    def match(self, expression: Expression) -> Matched:
        """The documents, deleted ones left out. Raises Unavailable past the time budget."""
        found = self._match(expression, None)
        found.mask &= self.snapshot.live
        found.scores[~found.mask] = 0.0
        return found

    def sought(self, name: str) -> Sought:
        """What the question seeks in a field."""
        terms, phrases = self._sought[name]
        return Sought(frozenset(terms), tuple(dict.fromkeys(phrases)))

    def _match(self, node: Expression, within: Mask | None) -> Matched:
        """`within`: only these documents matter, the rest may be left out."""
        match node:
            case Everything():
                return Matched(np.ones(self.snapshot.size, bool), np.zeros(self.snapshot.size))
            case Word(text, name):
                return self._word(text, self._fields(name), within)
            case Phrase(text, slop, name):
                variants = self._variants(text)
                return self._sum(
                    self._best(self._phrase(n, parts, slop, within) for parts in variants) for n in self._fields(name)
                )
            case Wildcard() | Fuzzy():
                return self._expanded(node)
            case DateRange(first, last):
                return Matched(dated(self.snapshot, first, last), np.zeros(self.snapshot.size))
            case Not(child):
                positive, self._positive = self._positive, False
                mask = ~self._match(child, within).mask
                self._positive = positive
                return Matched(mask, np.zeros(self.snapshot.size))
            case Or(children):
                return self._sum(self._match(child, within) for child in children)
            case And(children):
                return self._and(children, within)
        raise TypeError(node)

    def _and(self, children: tuple[Expression, ...], within: Mask | None) -> Matched:
        """The rarest first, so that postings of common words are read only where the rest has matched."""
        result: Matched | None = None
        for child in sorted(children, key=self._cost):
            found = self._match(child, within)
            if result is None:
                result = found
            else:
                result.mask &= found.mask
                result.scores += found.scores
            within = result.mask if within is None else within & result.mask
        assert result is not None
        result.scores[~result.mask] = 0.0
        return result

    def _cost(self, node: Expression) -> int:
        """About how many postings a node reads."""
        match node:
            case Word(text, name) | Phrase(text, _, name):
                fields = self._fields(name)
                rarest = sum(min(self._frequency(n, p) for p in ps) for n in fields for ps in self._variants(text))
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

    def _sum(self, parts: Iterable[Matched]) -> Matched:
        """Documents that any of these matched, their scores added up."""
        return _either(parts, np.add)

    def _best(self, parts: Iterable[Matched]) -> Matched:
        """Documents that any of these matched, each at its best score."""
        return _either(parts, np.maximum)

    def _variants(self, text: str) -> list[tuple[str, ...]]:
        """The terms side by side that a text may stand for, one way for each language that stems it differently."""
        return [parts for parts in analysis.variants(text, self.snapshot.languages) if parts]

    def _word(self, text: str, names: tuple[str, ...], within: Mask | None) -> Matched:
        # `cease-fire` is `cease fire` and `ceasefire`, too.
        wholes = dict.fromkeys(analysis.compound(text, language) for language in self.snapshot.languages)
        variants = self._variants(text) + [(whole,) for whole in wholes if whole is not None]
        return self._sum(
            self._best(
                self._character(name, parts[0])
                if len(parts) == 1 and analysis.is_unspaced(parts[0])
                else self._phrase(name, parts, 0, within)
                for parts in variants
            )
            for name in names
        )

    def _character(self, name: str, character: str) -> Matched:
        """One character of a script without blanks: every pair that it begins, and itself at the end of a run."""
        pairs = self._dictionary(name, character, lambda pair: len(pair) <= 2)
        return self._best(self._term(name, pair, None) for pair in (character, *sorted(pairs)[:MOST_TERMS]))

    def _seek(self, name: str, term: str) -> None:
        if self._positive:
            self._sought[name][0].add(term)

    def _term(self, name: str, term: str, within: Mask | None) -> Matched:
        self._seek(name, term)
        postings = self.terms.get((name, term))
        if postings is None:
            frequency = self._frequency(name, term)
            few = within is not None and np.count_nonzero(within) * 20 < frequency
            postings = self._read(name, term, within if few else None)
            if not few:
                self.terms.put((name, term), postings)
        return self._placed(name, postings)

    def _frequency(self, name: str, term: str) -> int:
        with self.snapshot.reading:
            return int(self.snapshot.reader.doc_frequency(name, term))

    def _check_time(self) -> None:
        if time.monotonic() > self._deadline:
            raise Unavailable("the query passed its time budget; ask for less", code="query_too_expensive")

    def _read(self, name: str, term: str, within: Mask | None) -> _Postings:
        """A term's postings; only those `within`, where given, by skipping."""
        documents: list[int] = []
        weights: list[float] = []
        for base, matcher in self._matchers(name, term):
            if within is None:
                for number in _walk(matcher, self._check_time):
                    documents.append(base + number)
                    weights.append(matcher.weight())
            else:
                wanted = np.flatnonzero(within[base:])
                for number in _meet(matcher, wanted.tolist(), self._check_time):
                    documents.append(base + number)
                    weights.append(matcher.weight())
        found = np.array(documents, np.int32)
        return _Postings(found, self._bm25(name, term, found, np.array(weights)))

    def _matchers(self, name: str, term: str) -> Iterator[tuple[int, Any]]:
        """Whoosh's matcher of a term in each segment that has it, with the segment's base, under the reading lock."""
        with self.snapshot.reading:
            for segment in self.snapshot.segments:
                if (name, term) in segment.leaf:
                    yield segment.base, segment.leaf.postings(name, term)

    def _bm25(self, name: str, term: str, documents: Ints, weights: Scores) -> Scores:
        """Whoosh's BM25F of one field: idf · tf (K1 + 1) / (tf + K1 (1 − B + B · length / mean length))."""
        if not len(documents):
            return np.empty(0)
        idf = math.log(self.snapshot.size / (self._frequency(name, term) + 1)) + 1
        lengths = self.snapshot.lengths[name][documents]
        norm = K1 * ((1 - B) + B * lengths / self.snapshot.mean_lengths[name])
        return np.asarray(idf * (weights * (K1 + 1)) / (weights + norm), np.float64)

    def _phrase(self, name: str, parts: tuple[str, ...], slop: int, within: Mask | None) -> Matched:
        """The terms in this order with at most `slop` words between them in all; scored as the sum of the terms."""
        if len(parts) == 1:
            return self._term(name, parts[0], within)
        if self._positive:
            self._sought[name][1].append((parts, slop))
        key = (name, str(slop), *parts)
        postings = self.terms.get(key)
        if postings is None:
            postings = self._read_phrase(name, parts, slop, within)
            if within is None:
                self.terms.put(key, postings)
        return self._placed(name, postings)

    def _placed(self, name: str, postings: _Postings) -> Matched:
        """Postings as arrays over all documents, weighted by their field."""
        mask, scores = np.zeros(self.snapshot.size, bool), np.zeros(self.snapshot.size)
        mask[postings.documents] = True
        scores[postings.documents] = postings.scores * FIELDS[name].weight
        return Matched(mask, scores)

    def _read_phrase(self, name: str, parts: tuple[str, ...], slop: int, within: Mask | None) -> _Postings:
        documents: list[int] = []
        weights: list[list[float]] = []
        with self.snapshot.reading:
            for segment in self.snapshot.segments:
                if not all((name, part) in segment.leaf for part in parts):
                    continue
                matchers = {part: segment.leaf.postings(name, part) for part in parts}
                order = sorted(matchers, key=lambda part: segment.leaf.doc_frequency(name, part))
                for number in self._common(matchers, order):
                    if within is not None and not within[segment.base + number]:
                        continue
                    places = {part: matchers[part].value_as("positions") for part in order}
                    if _in_order([places[part] for part in parts], slop):
                        documents.append(segment.base + number)
                        weights.append([matchers[part].weight() for part in parts])
        found = np.array(documents, np.int32)
        scores = np.zeros(len(found))
        for index, part in enumerate(parts):
            scores += self._bm25(name, part, found, np.array([row[index] for row in weights]))
        return _Postings(found, scores)

    def _common(self, matchers: dict[str, Any], order: list[str]) -> Iterator[int]:
        """The documents that all the matchers hold, each matcher standing on the document."""
        lead, others = matchers[order[0]], [matchers[part] for part in order[1:]]
        if not all(other.is_active() for other in others):
            return  # every document that had the term is deleted
        read = 0
        while lead.is_active():
            read += 1
            if read % 64 == 0:  # reading positions is slow
                self._check_time()
            number = lead.id()
            for other in others:
                if other.id() < number:
                    other.skip_to(number)
                    if not other.is_active():
                        return
                if other.id() > number:
                    lead.skip_to(other.id())
                    break
            else:
                yield number
                lead.next()

    def _expanded(self, node: Wildcard | Fuzzy) -> Matched:
        """A wildcard or a fuzzy word: every word it stands for, at one score."""
        found: Matched | None = None
        for name in self._fields(node.field):
            key = (name, str(node))
            terms = self.terms.expansions.get(key)
            if terms is None:
                look_up = (
                    self._wildcard_terms(name, node) if isinstance(node, Wildcard) else self._fuzzy_terms(name, node)
                )
                terms = frozenset(look_up)
                if len(self.terms.expansions) < MOST_TERMS:
                    self.terms.expansions[key] = terms
            if len(terms) > MOST_TERMS:
                frequent = sorted(terms, key=lambda term: (-self._frequency(name, term), term))
                terms = frozenset(frequent[:MOST_TERMS])
                self.warnings.append(
                    Warned(
                        "prefix_truncated" if isinstance(node, Wildcard) else "fuzzy_truncated",
                        f"{node} is {len(frequent):,} words of {name}; the {MOST_TERMS:,} most frequent are used",
                    )
                )
            mask = np.zeros(self.snapshot.size, bool)
            for term in terms:
                self._check_time()
                mask |= self._term(name, term, None).mask
            scored = Matched(mask, np.where(mask, FIELDS[name].weight, 0.0))
            found = scored if found is None else self._sum((found, scored))
        assert found is not None
        return found

    def _wildcard_terms(self, name: str, node: Wildcard) -> set[str]:
        head = re.split(r"[*?]", node.pattern, maxsplit=1)[0]
        pattern = re.compile(
            "".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in _bare(node.pattern)), re.DOTALL
        )
        return self._dictionary(name, _bare(head), lambda word: pattern.fullmatch(word) is not None)

    def _dictionary(self, name: str, prefix: str, wanted: Any) -> set[str]:
        """The terms of a field for the dictionary's words that begin so and are wanted."""
        terms: set[str] = set()
        with self.snapshot.reading:
            for segment in self.snapshot.segments:
                leaf = segment.leaf
                for count, word in enumerate(leaf.expand_prefix(name, prefix)):
                    if count % _STRIDE == 0:
                        self._check_time()
                    word = word.decode()
                    if wanted(word):
                        terms.add(word)
                for word in leaf.expand_prefix(WORDS, prefix):
                    word = word.decode()
                    if wanted(word):
                        terms.update(analysis.stem(word, language) for language in self.snapshot.languages)
        return terms

    def _fuzzy_terms(self, name: str, node: Fuzzy) -> set[str]:
        """The terms for the dictionary's words within the distance, two letters that changed places being one edit
        (optimal string alignment); the first letter stays. Whoosh's own search counts such a pair as two."""
        word = analysis.plain(node.text)
        if not word:
            return set()
        near = partial(OSA.distance, word, score_cutoff=node.distance)
        return self._dictionary(name, word[0], lambda other: near(other) <= node.distance)


def _bare(pattern: str) -> str:
    """A wildcard's letters as the dictionary has them: `Ja’af*` is jaaf*, `cease-f*` ceasef*, a compound's head."""
    return re.sub(r"['’ʼ‐‑-]", "", analysis.fold(pattern))


def _either(parts: Iterable[Matched], combine: np.ufunc) -> Matched:
    """Documents that any of these (one at least) matched; the first one's arrays are taken over."""
    several = iter(parts)
    found = next(several)
    for part in several:
        found.mask |= part.mask
        combine(found.scores, part.scores, out=found.scores)
    return found


def _walk(matcher: Any, check: Any) -> Iterator[int]:
    """Every document of a matcher."""
    read = 0
    while matcher.is_active():
        read += 1
        if read % _STRIDE == 0:
            check()
        yield matcher.id()
        matcher.next()


def _meet(matcher: Any, wanted: list[int], check: Any) -> Iterator[int]:
    """The documents of a matcher that are wanted (ascending), by skipping."""
    for count, number in enumerate(wanted):
        if count % _STRIDE == 0:
            check()
        if not matcher.is_active():
            return
        if matcher.id() < number:
            matcher.skip_to(number)
            if not matcher.is_active():
                return
        if matcher.id() == number:
            yield number


def _in_order(places: list[list[int]], slop: int) -> bool:
    """Whether one position of each list can be taken, ascending, with at most `slop` positions skipped in all."""
    # The fewest skipped so far to stand at each position of the list before.
    spent = dict.fromkeys(places[0], 0)
    for positions in places[1:]:
        before = sorted(spent)
        reached: dict[int, int] = {}
        for position in positions:
            near = before[bisect_left(before, position - 1 - slop) : bisect_left(before, position)]
            least = min((spent[place] + position - 1 - place for place in near), default=slop + 1)
            if least <= slop:
                reached[position] = least
        if not reached:
            return False
        spent = reached
    return True


def dated(snapshot: Snapshot, first: str | None, last: str | None) -> Mask:
    """The documents whose date, as exactly as it is known, lies wholly from the first to the last day."""
    mask = snapshot.first != NO_DAY
    if first is not None:
        mask &= snapshot.first >= columns.day_number(day_range(first)[0])
    if last is not None:
        mask &= snapshot.last <= columns.day_number(day_range(last)[1])
    return np.asarray(mask)
