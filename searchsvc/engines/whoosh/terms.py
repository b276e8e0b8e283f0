"""Which documents have this word or phrase, and what is it worth there? Postings of a whole snapshot, scored.

The score is BM25F (Robertson, Zaragoza, Taylor, CIKM 2004): how often a term stands in each field is weighted, divided
by the field's relative length, and added up over the fields before it saturates:

    w = Σ_f weight_f · count_f / (1 - b + b · length_f / mean_f)        impact = g · w · (k1 + 1) / (k1 + w)
    g = ln(1 + (N - n + 0.5) / (n + 0.5)) ^ 1.5

with exact lengths, and N, n and the means over the documents that are not deleted: how an index came to be does not
change its answers. A phrase is a term with the sum of its words' g. The constants were tuned by cross-validation
(`searchsvc eval ranking`); the power on the idf is what matters most on news.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, NamedTuple, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from searchsvc import analysis
from searchsvc.engines.whoosh import phrases
from searchsvc.engines.whoosh.arrays import Array, ragged
from searchsvc.engines.whoosh.columns import Ints, Longs
from searchsvc.engines.whoosh.docset import MANY, DocSet, among
from searchsvc.engines.whoosh.postings import PAIRS
from searchsvc.engines.whoosh.snapshot import Snapshot
from searchsvc.fields import FIELDS

Floats = npt.NDArray[np.float32]


class _Sized(Protocol):
    @property
    def nbytes(self) -> int: ...


_Kept = TypeVar("_Kept", bound=_Sized)

#: When a term's weight is half of what it can be; how much a field's length tells; how much more rare words tell.
K1, B, POWER = 1.5, 0.75, 1.5
#: Bytes of postings kept decoded for a snapshot.
CACHE_BYTES = 192_000_000
# The best documents of a term, about so many, are kept apart.
_CHAMPIONS = 512
# Texts whose ways are remembered.
_MOST_WAYS = 10_000


@dataclass
class Scored:
    """Documents, ascending, and what each is worth. `rarity` is the g of the term, 0 for what is none."""

    size: int
    ids: Ints
    impacts: Floats
    rarity: float = 0.0
    #: The first documents and their scores where this alone is asked for, once that was asked.
    firsts: tuple[Ints, npt.NDArray[np.float64]] | None = None

    @cached_property
    def best(self) -> float:
        return float(self.impacts.max()) if len(self.impacts) else 0.0

    @cached_property
    def documents(self) -> DocSet:
        return DocSet(self.size, ids=self.ids)

    @cached_property
    def dense(self) -> Floats | None:
        """What each document of the snapshot is worth; None where few are worth anything."""
        if len(self.ids) * 16 < self.size:
            return None
        found = np.zeros(self.size, np.float32)
        found[self.ids] = self.impacts
        return found

    @cached_property
    def champions(self) -> Longs:
        """Places of good documents in the list, the best one among them."""
        return best_places(self.impacts, _CHAMPIONS)[: 4 * _CHAMPIONS]

    def at(self, ids: Ints) -> Floats:
        """What each of these documents is worth; 0 for those that are not in the list."""
        dense = self.dense
        if dense is not None:
            return dense[ids]
        result = np.zeros(len(ids), np.float32)
        if self.documents.is_sparse and len(ids) < MANY:
            place, found = among(self.ids, ids)
            result[found] = self.impacts[place[found]]
        else:
            found = self.documents.holds(ids)
            result[found] = self.impacts[self.documents.places(ids[found])]
        return result

    @property
    def nbytes(self) -> int:
        """About the memory it takes with all that is derived from it."""
        return (
            self.ids.nbytes + self.impacts.nbytes + self.size // 8 + (len(self.ids) * 16 >= self.size) * self.size * 4
        )


def best_places(values: npt.NDArray[np.floating], wanted: int) -> Longs:
    """The places of at least the `wanted` largest values (all, where there are fewer), ascending.

    The wanted-th largest of the maxima of blocks is reached by as many values at least; few are larger.
    """
    if len(values) <= 2 * wanted:
        return np.arange(len(values))
    block = max(len(values) // (8 * wanted), 1)
    if block < 4:
        edge = np.partition(values, -wanted)[-wanted]
    else:
        whole = len(values) // block * block
        maxima = values[:whole].reshape(-1, block).max(axis=1)
        edge = np.partition(maxima, -wanted)[-wanted]
    return np.flatnonzero(values >= edge)


class Way(NamedTuple):
    """Terms in order that say something in these languages; None stands for all."""

    parts: tuple[str, ...]
    languages: frozenset[str] | None


#: A term's live documents in one field, and how often it stands in each.
Located = tuple[Ints, Ints]


@dataclass
class Placed:
    """A term's documents in one field, ascending, and its positions: those in the n-th are `places[ends[n] -
    counts[n]:ends[n]]`."""

    ids: Ints
    counts: Ints
    ends: Longs
    places: Array

    def within(self, ids: Ints) -> Longs:
        """The places in these documents (ascending), each by its number in the list: `number << SHIFT | position`."""
        at, found = among(self.ids, ids)
        number, at = np.flatnonzero(found), at[found]
        sizes = self.counts[at].astype(np.int64)
        return (np.repeat(number, sizes) << phrases.SHIFT) + self.places[ragged(self.ends[at] - sizes, sizes)]

    @property
    def nbytes(self) -> int:
        """The memory it takes."""
        return self.ids.nbytes + self.counts.nbytes + self.ends.nbytes + self.places.nbytes


@dataclass
class Terms:
    """A snapshot's scored postings, the latest used."""

    snapshot: Snapshot
    #: The terms that a wildcard or fuzzy word stands for in a field, each in which languages (None: all).
    expansions: dict[tuple[str, str], dict[str, frozenset[str] | None]] = field(default_factory=dict)
    _ways: dict[tuple[str, bool], tuple[Way, ...]] = field(default_factory=dict)
    _kept: OrderedDict[tuple[object, ...], Any] = field(default_factory=OrderedDict)
    _norms: dict[str, Floats] = field(default_factory=dict)
    _bytes: int = 0

    def kept(self, key: tuple[object, ...], make: Callable[[], _Kept]) -> _Kept:
        """What is kept under the key, or else made."""
        found: _Kept | None = self._kept.get(key)
        if found is None:
            found = make()
            self._kept[key] = found
            self._bytes += found.nbytes
            while self._bytes > CACHE_BYTES and len(self._kept) > 1:
                with suppress(KeyError):  # another thread is at it
                    _, old = self._kept.popitem(last=False)
                    self._bytes -= old.nbytes
        else:
            with suppress(KeyError):  # dropped by another thread since
                self._kept.move_to_end(key)
        return found

    def known(self, names: tuple[str, ...], ways: tuple[Way, ...]) -> Scored | None:
        """A word's scored documents, where they are kept."""
        found: Scored | None = self._kept.get((names, ways))
        return found

    def ways(self, text: str, *, whole: bool) -> tuple[Way, ...]:
        """The ways to say a text: what it is in each language, and, if `whole`, as one word without its hyphens
        (`cease-fire` is `cease fire` and `ceasefire`)."""
        key = (text, whole)
        found = self._ways.get(key)
        if found is None:
            by_parts: dict[tuple[str, ...], set[str]] = {}
            for language in self.snapshot.languages:
                by_parts.setdefault(analysis.parts(text, language), set()).add(language)
            for language in self.snapshot.languages if whole else ():
                compound = analysis.compound(text, language)
                if compound is not None:
                    by_parts.setdefault((compound,), set()).add(language)
            every = len(self.snapshot.languages)
            found = tuple(
                Way(parts, None if len(languages) == every else frozenset(languages))
                for parts, languages in by_parts.items()
                if parts
            )
            if len(self._ways) < _MOST_WAYS:
                self._ways[key] = found
        return found

    def frequency(self, name: str, term: str) -> int:
        """How many documents hold a term in a field, deleted ones too: quick, for choosing what to do first."""
        total = 0
        for segment in self.snapshot.segments:
            part = segment.postings.fields.get(name)
            number = part.terms.find(term.encode()) if part is not None else -1
            if part is not None and number >= 0:
                total += part.frequency(number)
        return total

    def located(self, name: str, term: str) -> Located:
        """Where a term stands."""
        ids, counts = [], []
        for segment in self.snapshot.segments:
            part = segment.postings.fields.get(name)
            number = part.terms.find(term.encode()) if part is not None else -1
            if part is None or number < 0:
                continue
            ids.append(part.documents(number).astype(np.int32) + np.int32(segment.base))
            counts.append(part.counts(number).astype(np.int32))
        if not ids:
            return np.empty(0, np.int32), np.empty(0, np.int32)
        return self._live(np.concatenate(ids), np.concatenate(counts))

    def placed(self, name: str, term: str) -> Placed:
        """Where a term stands, position by position, in the deleted documents too."""
        return self.kept((name, term, "placed"), lambda: self._placed(name, term))

    def _placed(self, name: str, term: str) -> Placed:
        ids, counts, places = [], [], []
        for segment in self.snapshot.segments:
            part = segment.postings.fields.get(name)
            number = part.terms.find(term.encode()) if part is not None else -1
            if part is not None and number >= 0:
                ids.append(part.documents(number).astype(np.int32) + np.int32(segment.base))
                counts.append(part.counts(number).astype(np.int32))
                places.append(part.places(number))
        if not ids:
            return Placed(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.int64), np.empty(0, np.uint8))
        count = np.concatenate(counts)
        return Placed(np.concatenate(ids), count, np.cumsum(count, dtype=np.int64), np.concatenate(places))

    def occurrences(self, name: str, way: Way, slop: int, ids: Ints) -> Longs:
        """Where terms in order end in these documents: `number of the document in the list << SHIFT | position`."""
        places = [self.placed(name, part).within(ids) for part in way.parts]
        found = places[0] if len(way.parts) == 1 else phrases.in_order(places, slop)[1]
        if way.languages is None:
            return found
        spoken: Longs = found[self.snapshot.speaking(way.languages, ids)[found >> phrases.SHIFT]]
        return spoken

    def _live(self, ids: Ints, counts: Ints) -> Located:
        if self.snapshot.whole:
            return ids, counts
        live = self.snapshot.live.holds(ids)
        return ids[live], counts[live]

    def norm(self, name: str) -> Floats:
        """What one occurrence in the field counts for in each document."""
        found = self._norms.get(name)
        if found is None:
            relative = self.snapshot.lengths(name) / np.float32(self.snapshot.mean_length(name))
            found = self._norms[name] = np.float32(FIELDS[name].weight) / (np.float32(1 - B) + np.float32(B) * relative)
        return found

    def rarity(self, documents: int) -> float:
        """The g of a term that so many live documents hold."""
        return math.pow(math.log(1 + (self.snapshot.count - documents + 0.5) / (documents + 0.5)), POWER)

    def scored(self, alternatives: Sequence[dict[str, Located]], rarity: float | None = None) -> Scored:
        """Scores of one term, or of several that stand for one: of them the best counts in each document.

        alternatives: for each, field → where it stands there. rarity: where it is not that of the documents found.
        """
        ids: Ints | None = None
        weights = np.empty(0, np.float32)
        for places in alternatives:
            some: Ints | None = None
            sums = np.empty(0, np.float32)
            for name, (found, counts) in sorted(places.items(), key=lambda row: -len(row[1][0])):
                some, sums = _joined(some, sums, found, counts * self.norm(name)[found], np.add)
            if some is not None:
                ids, weights = _joined(ids, weights, some, sums, np.maximum)
        if ids is None:
            ids = np.empty(0, np.int32)
        value = self.rarity(len(ids)) if rarity is None else rarity
        impacts = np.float32(value * (K1 + 1)) * weights / (np.float32(K1) + weights)
        return Scored(self.snapshot.size, ids, impacts, value)

    def any_of(
        self,
        names: tuple[str, ...],
        ways: tuple[Way, ...],
        slop: int = 0,
        within: DocSet | None = None,
        check: Callable[[], None] = lambda: None,
    ) -> Scored:
        """Documents where any of the ways to say something stands in any of the fields, in a language in which it says
        that, and what it is worth there.

        check: called between the ways; what it raises goes up.
        """
        alternatives = []
        rarity = None
        for parts, languages in ways:
            check()
            found = {name: self.phrase(name, parts, slop, within) for name in names}
            if languages is not None:
                found = {name: self._spoken(languages, *located) for name, located in found.items()}
            alternatives.append(found)
        if any(len(way.parts) > 1 for way in ways):
            rarity = max(sum(self.word(names, part).rarity for part in way.parts) for way in ways)
        return self.scored(alternatives, rarity)

    def _spoken(self, languages: frozenset[str], ids: Ints, counts: Ints) -> Located:
        some = self.snapshot.speaking(languages, ids)
        return ids[some], counts[some]

    def word(self, names: tuple[str, ...], term: str) -> Scored:
        """Documents with one term in any language, kept."""
        ways = (Way((term,), None),)
        return self.kept((names, ways), lambda: self.any_of(names, ways))

    def warm(self, before: Terms, count: int) -> None:
        """Take up the words last asked of an older snapshot, up to so many."""
        words = [key for key in list(before._kept) if len(key) == 2]  # (fields, ways); the latest come last
        for names, ways in words[-count:]:
            self.kept((names, ways), partial(self.any_of, names, ways))  # type: ignore[arg-type]

    def phrase(self, name: str, parts: tuple[str, ...], slop: int, within: DocSet | None) -> Located:
        """Where terms stand in this order with at most `slop` positions skipped in all, and how often: counted is
        every place of the first term from which the rest is reached.

        within: only these documents matter, others may be left out.
        """
        if len(parts) == 1:
            return self.located(name, parts[0])
        ids, counts = [], []
        for segment in self.snapshot.segments:
            part = segment.postings.fields.get(name)
            if part is None:
                continue
            inside = None
            if within is not None:
                first, last = np.searchsorted(within.ids, (segment.base, segment.end))
                inside = (within.ids[first:last] - segment.base).astype(np.uint16)
            found, count = phrases.found(part, segment.postings.fields.get(name + PAIRS), parts, slop, inside)
            ids.append(found.astype(np.int32) + np.int32(segment.base))
            counts.append(count)
        if not ids:
            return np.empty(0, np.int32), np.empty(0, np.int32)
        return self._live(np.concatenate(ids), np.concatenate(counts).astype(np.int32))


def _joined(ids: Ints | None, weights: Floats, others: Ints, more: Floats, combine: np.ufunc) -> tuple[Ints, Floats]:
    """Two lists of documents as one, the weights of those in both combined. The second is best the shorter one."""
    if ids is None or not len(ids):
        return others, more
    if not len(others):
        return ids, weights
    place, found = among(ids, others)
    result = weights.copy()
    both = place[found]
    result[both] = combine(result[both], more[found])
    if found.all():
        return ids, result
    new = ~found
    at = np.searchsorted(ids, others[new])
    return np.insert(ids, at, others[new]), np.insert(result, at, more[new])
