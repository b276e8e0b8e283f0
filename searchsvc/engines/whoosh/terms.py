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
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import islice, pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from searchsvc import analysis
from searchsvc.analysis import COMMON_TERMS
from searchsvc.engines.whoosh import phrases
from searchsvc.engines.whoosh.columns import Ints, Longs
from searchsvc.engines.whoosh.docset import MANY, DocSet, among, union
from searchsvc.engines.whoosh.keeping import Keeping
from searchsvc.engines.whoosh.located import SHIFT, Counted, Located
from searchsvc.engines.whoosh.postings import PAIR, PAIRS
from searchsvc.engines.whoosh.snapshot import Snapshot
from searchsvc.fields import FIELDS

Floats = npt.NDArray[np.float32]
Weights = npt.NDArray[np.float64]


#: When a term's weight is half of what it can be; how much a field's length tells; how much more rare words tell.
K1, B, POWER = 1.5, 0.75, 1.5
#: Bytes of postings kept decoded for a snapshot.
KEPT_BYTES = 256_000_000
# What is asked for of one document in so many, or more often than so, is made for all of them.
_MOST_APART, _SELDOM = 8, 4
# The best documents of a term, about so many, are kept apart.
_CHAMPIONS = 512
# Texts whose ways are remembered.
_MOST_WAYS = 10_000


@dataclass
class Scored:
    """Documents and what each is worth. `rarity` is the g of the term, 0 for what is none."""

    documents: DocSet
    #: What these documents of the set are worth, or all of it.
    worth: Callable[[Ints | None], Floats]
    rarity: float = 0.0
    #: The first documents and their scores where this alone is asked for, once that was asked.
    firsts: tuple[Ints, npt.NDArray[np.float64]] | None = None
    #: Whether a question that finds nearly these documents was counted.
    is_counted: bool = False
    _asked: int = 0

    @property
    def ids(self) -> Ints:
        """The documents, ascending."""
        return self.documents.ids

    @cached_property
    def impacts(self) -> Floats:
        """What each is worth."""
        found, documents = self.worth(None), self.documents
        # Lets go of the postings that it was made of.
        self.worth = lambda ids: found if ids is None else found[documents.places(ids)[0]]
        return found

    @cached_property
    def best(self) -> float:
        """The most that one is worth."""
        return float(self.impacts.max()) if len(self.impacts) else 0.0

    @cached_property
    def dense(self) -> Floats | None:
        """What each document of the snapshot is worth; None where few are worth anything."""
        if len(self.ids) * 16 < self.documents.size:
            return None
        found = np.zeros(self.documents.size, np.float32)
        found[self.ids] = self.impacts
        return found

    @cached_property
    def champions(self) -> Longs:
        """Places of good documents in the list, the best one among them."""
        return best_places(self.impacts, _CHAMPIONS)[: 4 * _CHAMPIONS]

    @property
    def is_made(self) -> bool:
        """Whether it is known of all documents what they are worth."""
        return "impacts" in self.__dict__

    def at(self, ids: Ints) -> Floats:
        """What each of these documents is worth; 0 for those that are not in the set."""
        few = len(ids) * _MOST_APART < len(self.documents)
        if few and self._asked < _SELDOM:
            self._asked += 1
            place, held = self.documents.places(ids)
            found = np.zeros(len(ids), np.float32)
            found[held] = self.impacts[place[held]] if self.is_made else self.worth(ids[held])
            return found
        dense = self.dense
        if dense is not None:
            return dense[ids]
        result = np.zeros(len(ids), np.float32)
        if self.documents.is_sparse and len(ids) < MANY:
            place, held = among(self.ids, ids)
            result[held] = self.impacts[place[held]]
        else:
            held = self.documents.holds(ids)
            result[held] = self.impacts[self.documents.ranks(ids[held])]
        return result

    @property
    def nbytes(self) -> int:
        """About the memory it takes with all that is derived from it."""
        size, count = self.documents.size, len(self.documents)
        return count * 8 + size // 8 + (count * 16 >= size) * size * 4


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
        # A block's values need not lie side by side: like this one pass takes many blocks at once.
        whole = len(values) // block * block
        maxima = values[:whole].reshape(block, -1).max(axis=0)
        edge = np.partition(maxima, -wanted)[-wanted]
    return np.flatnonzero(values >= edge)


class Way(NamedTuple):
    """Terms in order that say something in these languages; None stands for all."""

    parts: tuple[str, ...]
    languages: frozenset[str] | None


@dataclass(frozen=True)
class Alternative:
    """One way to say something: field → where it stands there. It counts in documents of `languages` alone; None
    stands for all."""

    fields: Mapping[str, Located | Counted]
    languages: frozenset[str] | None = None


@dataclass
class Terms:
    """A snapshot's scored postings, kept as long as they are worth it."""

    snapshot: Snapshot
    keeping: Keeping = field(default_factory=lambda: Keeping(KEPT_BYTES))
    _ways: dict[tuple[str, bool], tuple[Way, ...]] = field(default_factory=dict)
    _norms: dict[str, Floats] = field(default_factory=dict)

    def known(self, names: tuple[str, ...], ways: tuple[Way, ...]) -> Scored | None:
        """A word's scored documents, where they are kept."""
        found: Scored | None = self.keeping.get((names, ways))
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
        return self.located(name, term).frequency

    def located(self, name: str, term: str) -> Located:
        """Where a term stands, in the deleted documents too."""
        snapshot = self.snapshot
        return self.keeping.made(
            (name, term, "located"), lambda: Located.of(snapshot.holding_term(name, term.encode()), snapshot.size)
        )

    def occurrences(self, name: str, way: Way, slop: int, ids: Ints) -> Longs:
        """Where terms in order end in these documents: `number of the document in the list << SHIFT | position`."""
        places = [self.located(name, part).within(ids) for part in way.parts]
        found = places[0] if len(way.parts) == 1 else phrases.in_order(places, slop)[1]
        if way.languages is None:
            return found
        spoken: Longs = found[self.snapshot.speaking(way.languages, ids)[found >> SHIFT]]
        return spoken

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

    def scored(self, alternatives: Sequence[Alternative], rarity: float | None = None) -> Scored:
        """Scores of one term, or of several that stand for one: of them the best counts in each document.

        rarity: where it is not that of the documents found.
        """
        size = self.snapshot.size
        found = DocSet.none(size)
        for one in alternatives:
            some = union((located.documents for located in one.fields.values()), size)
            found = found | (some if one.languages is None else some & self.snapshot.spoken(one.languages))
        if not self.snapshot.whole:
            found = found & self.snapshot.live
        value = self.rarity(len(found)) if rarity is None else rarity

        def worth(ids: Ints | None) -> Floats:
            weights = self._weights(alternatives, found) if ids is None else self._weights_in(alternatives, ids)
            impacts: Floats = (value * (K1 + 1) * weights / (K1 + weights)).astype(np.float32)
            return impacts

        return Scored(found, worth, value)

    def _weights(self, alternatives: Sequence[Alternative], documents: DocSet) -> Weights:
        """The weights in all the documents, which are those that have one."""
        every: DocSet | None = None
        weights = np.empty(0, np.float64)
        for one in alternatives:
            some: DocSet | None = None
            sums = np.empty(0, np.float64)
            for name, located in _largest_first(one):
                found = located.documents
                worth = located.counts.astype(np.float64) * self.norm(name)[found.ids]
                some, sums = _joined(some, sums, found, worth, np.add)
            if some is not None:
                if one.languages is not None:
                    spoken = self.snapshot.speaking(one.languages, some.ids)
                    some, sums = DocSet(some.size, ids=some.ids[spoken]), sums[spoken]
                every, weights = _joined(every, weights, some, sums, np.maximum)
        return weights if every is None or len(every) == len(documents) else weights[documents.holds(every.ids)]

    def _weights_in(self, alternatives: Sequence[Alternative], ids: Ints) -> Weights:
        """The weights in some documents: the same sums in the same order."""
        weights = np.zeros(len(ids), np.float64)
        for one in alternatives:
            sums = np.zeros(len(ids), np.float64)
            for name, located in _largest_first(one):
                place, found = located.documents.places(ids)
                sums[found] += located.counts_at(place[found]).astype(np.float64) * self.norm(name)[ids[found]]
            if one.languages is not None:
                sums[~self.snapshot.speaking(one.languages, ids)] = 0
            np.maximum(weights, sums, out=weights)
        return weights

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
            alternatives.append(Alternative(found, languages))
        if any(len(way.parts) > 1 for way in ways):
            rarity = self._rarity_of(names, ways)
        return self.scored(alternatives, rarity)

    def _rarity_of(self, names: tuple[str, ...], ways: tuple[Way, ...]) -> float:
        """The g of words side by side: the sum of theirs, each as rare as it is in the form that it has in a language,
        since the forms of one language are in no article of another. Of more words and of fewer (`cease-fire` and
        `ceasefire`) the larger sum."""
        by_length: dict[int, list[Way]] = {}
        for way in ways:
            by_length.setdefault(len(way.parts), []).append(way)
        return max(
            sum(self._word([(way.parts[at], way.languages) for way in some], names).rarity for at in range(length))
            for length, some in by_length.items()
        )

    def _word(self, forms: Sequence[tuple[str, frozenset[str] | None]], names: tuple[str, ...]) -> Scored:
        """Documents with a word, in each language in its form, kept."""
        languages: dict[str, frozenset[str]] = {}
        every = frozenset(self.snapshot.languages)
        for term, some in forms:
            languages[term] = languages.get(term, frozenset()) | (every if some is None else some)
        ways = tuple(Way((term,), None if some == every else some) for term, some in languages.items())
        return self.keeping.made((names, ways), lambda: self.any_of(names, ways))

    def warm(self, before: Terms, count: int) -> None:
        """Take up the words last asked of an older snapshot, up to so many."""
        words = (key for key in before.keeping.latest() if isinstance(key, tuple) and len(key) == 2)  # (fields, ways)
        for names, ways in reversed(list(islice(words, count))):
            self.keeping.made((names, ways), partial(self.any_of, names, ways))

    def phrase(self, name: str, parts: tuple[str, ...], slop: int, within: DocSet | None) -> Located | Counted:
        """Where terms stand in this order with at most `slop` positions skipped in all, and how often: counted is
        every place of the first term from which the rest is reached.

        within: only these documents matter, others may be left out.
        """
        if len(parts) == 1:
            return self.located(name, parts[0])
        pairs = []
        if not slop and len(self.snapshot.parts(name + PAIRS)) == len(self.snapshot.parts(name)):
            for pair in pairwise(parts):
                if COMMON_TERMS.issuperset(pair):
                    pairs.append(self.located(name + PAIRS, PAIR.join(pair)))
        return phrases.found([self.located(name, part) for part in parts], pairs, slop, within)


def _largest_first(one: Alternative) -> list[tuple[str, Located | Counted]]:
    return sorted(one.fields.items(), key=lambda row: -len(row[1].documents))


def _joined(
    documents: DocSet | None, weights: Weights, others: DocSet, more: Weights, combine: np.ufunc
) -> tuple[DocSet, Weights]:
    """Two sets of documents as one, the weights of those in both combined. The second is best the smaller one."""
    if documents is None or not len(documents):
        return others, more
    if not len(others):
        return documents, weights
    place, found = documents.places(others.ids)
    result = weights.copy()
    both = place[found]
    result[both] = combine(result[both], more[found])
    if found.all():
        return documents, result
    new = others.ids[~found]
    at = np.searchsorted(documents.ids, new)
    ids = np.insert(documents.ids, at, new)
    return DocSet(documents.size, ids=ids), np.insert(result, at, more[~found])
