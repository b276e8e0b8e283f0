"""Which of these documents are the best? The first of an order, without scoring what cannot be among them.

A document's score is the sum of what the question's words are worth in it (`terms.py`). With k good scores in hand
(those of the words' best documents), a document that holds a word can only matter where the word's own share reaches
the k-th of them less the most that all other words could add: MaxScore (Turtle and Flood, 1995), over arrays.

The best FIRST of them are looked at again, for where the words stand: near each other, and in the title.

    near  = the largest sum of g over the different words that stand within WINDOW positions of one field
    named = Σ g of the words in the title · min(1, words found there / words of the title)²
    score = sum of the shares + 1.25 · near + 1.0 · named

Words that more than half of the documents hold say nothing by standing somewhere and have no part in near.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from searchsvc.engines.whoosh.columns import Ints, Longs
from searchsvc.engines.whoosh.docset import DocSet, together
from searchsvc.engines.whoosh.located import SHIFT
from searchsvc.engines.whoosh.matching import Leaf
from searchsvc.engines.whoosh.terms import Scored, Terms, best_places

Scores = npt.NDArray[np.float64]

#: Documents looked at again, positions that are near, and what nearness and the title add.
FIRST, WINDOW, NEAR, NAMED = 100, 30, 1.25, 1.0
#: A word that more than one document in so many holds has no part in near.
COMMON = 2
# Documents that are rather all scored than chosen among.
_FEW = 2_000
# How much longer it takes to find what a word is worth in a document by itself than in all documents, each.
_APART = 8
# Scores are sums of 32-bit shares: what is left out must be less than the edge by more than their rounding.
_SLACK = 1e-5


def best(terms: Terms, leaves: Sequence[Leaf], documents: DocSet, wanted: int) -> tuple[Ints, Scores]:
    """The `wanted` documents of the highest scores, in order, ties by document, and their scores."""
    if not leaves:
        ids = documents.first(wanted)
        return ids, np.zeros(len(ids))
    first = leaves[0].scored
    alone = len(leaves) == 1 and documents is first.documents and wanted <= FIRST
    if alone and first.firsts is not None:
        return first.firsts[0][:wanted], first.firsts[1][:wanted]
    shares = [leaf.scored for leaf in leaves]
    ids = _promising(shares, *_candidates(shares, documents, max(wanted, FIRST)))
    found = sums(shares, ids)
    order = smallest(-found, ids, max(wanted, FIRST))
    ids, found = ids[order], found[order]
    found[:FIRST] += _looked_at(terms, leaves, ids[:FIRST])
    order = np.lexsort((ids, -found))
    ids, found = ids[order], found[order]
    if alone:
        first.firsts = ids, found
    return ids[:wanted], found[:wanted]


def scores(terms: Terms, leaves: Sequence[Leaf], ids: Ints) -> Scores:
    """The scores of documents (ascending), as they are when all of these are the answer."""
    found = sums([leaf.scored for leaf in leaves], ids)
    if leaves:
        first = smallest(-found, ids, FIRST)
        found[first] += _looked_at(terms, leaves, ids[first])
    return found


def sums(shares: Sequence[Scored], ids: Ints) -> Scores:
    """What the words are worth in these documents, without where they stand."""
    total = np.zeros(len(ids))
    for share in shares:
        total += share.at(ids)
    return total


def smallest(keys: npt.NDArray[np.floating], documents: Ints, wanted: int) -> Longs:
    """Places of the `wanted` smallest keys, in order, ties by document."""
    if not wanted:
        return np.empty(0, np.int64)
    some = best_places(-keys, wanted)
    return some[np.lexsort((documents[some], keys[some]))][:wanted]


def _candidates(shares: Sequence[Scored], documents: DocSet, wanted: int) -> tuple[Ints, float]:
    """Documents of the set among which the best ones are, ascending; and what these reach at least, 0 where it is not
    known."""
    unmade = sum(len(share.documents) for share in shares if not share.is_made)
    if len(documents) <= max(_FEW, 4 * wanted, unmade // (_APART * len(shares))):
        return documents.ids, 0.0
    good = together([share.ids[share.champions] for share in shares])
    good = good[documents.holds(good)]
    if len(good) < wanted:
        return documents.ids, 0.0
    found = sums(shares, good)
    edge = float(np.partition(found, -wanted)[-wanted]) * (1 - _SLACK)
    most = sum(share.best for share in shares)
    parts = []
    rest = 0.0
    for share in sorted(shares, key=lambda share: share.best):
        rest += share.best
        if rest < edge:
            continue  # a document with this word and less worthy ones alone does not get there
        least = edge - (most - share.best)
        part = share.ids if least <= 0 else share.ids[np.flatnonzero(share.impacts >= least)]
        if len(part) * 2 > len(documents):
            return documents.ids, edge
        parts.append(part)
    ids = together(parts)
    return ids[documents.holds(ids)], edge


def _promising(shares: Sequence[Scored], ids: Ints, edge: float) -> Ints:
    """Those of the documents that can reach the edge by what the worthiest words are worth in them."""
    if not edge:
        return ids
    rest, reached = sum(share.best for share in shares), np.zeros(len(ids))
    for share in sorted(shares, key=lambda share: -share.best)[:-1]:
        if len(ids) <= _FEW:
            break
        rest -= share.best
        reached += share.at(ids)
        some = np.flatnonzero(reached >= edge - rest)
        if len(some) * 2 > len(ids):  # they are to be summed up all the same
            break
        ids, reached = ids[some], reached[some]
    return ids


def _looked_at(terms: Terms, leaves: Sequence[Leaf], ids: Ints) -> Scores:
    """What nearness and the title add to these documents."""
    order = ids.argsort()
    found = np.empty(len(ids))
    ids = ids[order]
    occurrences = _Occurrences(terms, ids)
    found[order] = NEAR * _near(leaves, occurrences) + NAMED * _named(leaves, occurrences)
    return found


class _Occurrences:
    """Where leaves stand in the documents that are looked at again, found once."""

    def __init__(self, terms: Terms, ids: Ints) -> None:
        self.terms, self.ids = terms, ids
        self._found: dict[tuple[int, str], Longs] = {}

    def of(self, leaf: Leaf, name: str) -> Longs:
        """The places in a field, each once."""
        key = (id(leaf), name)
        found = self._found.get(key)
        if found is None:
            ways = [self.terms.occurrences(name, way, leaf.slop, self.ids) for way in leaf.ways]
            found = self._found[key] = ways[0] if len(ways) == 1 else np.unique(np.concatenate(ways))
        return found


def _near(leaves: Sequence[Leaf], occurrences: _Occurrences) -> Scores:
    terms, ids = occurrences.terms, occurrences.ids
    least = terms.rarity(terms.snapshot.count // COMMON)
    some = [leaf for leaf in leaves if leaf.ways and leaf.scored.rarity >= least]
    best_sum = np.zeros(len(ids))
    if len(some) == 1:  # near itself wherever it is
        return np.where(some[0].scored.documents.holds(ids), some[0].scored.rarity, 0.0)
    for name in dict.fromkeys(name for leaf in some for name in leaf.names):
        here = [leaf for leaf in some if name in leaf.names]
        places = [occurrences.of(leaf, name) for leaf in here]
        keys = np.concatenate(places)
        order = keys.argsort(kind="stable")
        keys = keys[order]
        whose = np.arange(len(here)).repeat([len(part) for part in places])[order]
        total = np.zeros(len(keys))
        for number, leaf in enumerate(here):
            # Where the word stood last, at or before each place.
            last = np.maximum.accumulate(np.where(whose == number, keys, np.int64(-WINDOW)))
            total += leaf.scored.rarity * (keys - last < WINDOW)
        # At one position may stand several: the last of them in the list has all.
        np.maximum.at(best_sum, keys >> SHIFT, total)
    return best_sum


def _named(leaves: Sequence[Leaf], occurrences: _Occurrences) -> Scores:
    ids = occurrences.ids
    asked = [leaf for leaf in leaves if leaf.ways and "title" in leaf.names]
    worth, count = np.zeros(len(ids)), np.zeros(len(ids))
    for leaf in asked:
        there = np.zeros(len(ids), bool)
        there[occurrences.of(leaf, "title") >> SHIFT] = True
        worth[there] += leaf.scored.rarity
        count += there
    lengths = occurrences.terms.snapshot.lengths("title")[ids].astype(np.float64)
    share: Scores = np.minimum(1.0, count / np.maximum(lengths, 1.0))
    return worth * share * share
