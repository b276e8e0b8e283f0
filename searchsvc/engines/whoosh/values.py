"""Which documents have which values of one field? The column of a whole snapshot, and the ways to count in it.

    the list      the values of each document in a row: for few documents, each value met is counted
    the holders   the documents of each value: for a filter
    the frequent  the documents of the most frequent values as bits: for many documents, where the largest counts are
                  found among the first values and the rest is never touched

All ways give the same counts; which is taken depends on how many values there are to look at.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from searchsvc.engines.whoosh.arrays import ragged
from searchsvc.engines.whoosh.columns import Column, Ints, Longs
from searchsvc.engines.whoosh.docset import Bits, DocSet, packed, popcount

#: Values of documents that are counted one by one; past it only those of the frequent values are, where that is exact.
ONE_BY_ONE = 200_000
# Frequent values whose documents are kept as bits, and how many are counted at once.
_FREQUENT, _AT_ONCE = 512, 8
# Values of a set of documents that are sorted rather than tallied over the whole vocabulary.
_SORTED = 4_000

Counts = tuple[Longs, Longs]


class Values:
    """One field. `size` documents, `distinct` values in the vocabulary."""

    def __init__(self, parts: Sequence[tuple[Column, Ints, int]], distinct: int, size: int, live: DocSet) -> None:
        self._parts = parts
        self.distinct, self.size, self._live = distinct, size, live
        self._numbers: Ints = (
            np.concatenate([numbers[column.ordinals] for column, numbers, _ in parts])
            if parts
            else np.empty(0, np.int32)
        )
        counts: list[Longs] = [np.diff(column.offsets.astype(np.int64)).astype(np.int64) for column, _, _ in parts]
        sizes: Longs = np.concatenate(counts) if counts else np.empty(0, np.int64)
        self._starts = (np.cumsum(sizes) - sizes).astype(np.int64)
        self._sizes = sizes.astype(np.min_scalar_type(int(sizes.max()) if len(sizes) else 0))
        #: The bits of the sizes, from the lowest up: what a set's values are in all is read off them.
        self._planes: list[Bits] | None = None
        self._frequent: tuple[Longs, Longs, npt.NDArray[np.uint64]] | None = None

    def holding(self, number: int) -> DocSet:
        """The live documents with a value."""
        return self._held(number) & self._live

    def _held(self, number: int) -> DocSet:
        found = []
        for column, numbers, base in self._parts:
            for ordinal in np.flatnonzero(numbers == number).tolist():
                holders = column.holders[int(column.starts[ordinal]) : int(column.starts[ordinal + 1])]
                found.append(holders.astype(np.int32) + np.int32(base))
        return DocSet(self.size, ids=np.concatenate(found) if found else np.empty(0, np.int32))

    def of(self, ids: Ints) -> tuple[Longs, Ints]:
        """How many values each of the documents has, and these one after another."""
        sizes = self._sizes[ids].astype(np.int64)
        return sizes, self._numbers[ragged(self._starts[ids], sizes)]

    def totals(self, documents: DocSet) -> tuple[int, int]:
        """How many values the documents have in all, and how many documents have none."""
        if documents.is_sparse:
            sizes = self._sizes[documents.ids]
            return int(sizes.sum(dtype=np.int64)), len(sizes) - int(np.count_nonzero(sizes))
        if self._planes is None:
            top = int(self._sizes.max()).bit_length() if self.size else 0
            self._planes = [packed((self._sizes >> np.uint8(bit)) & 1 > 0) for bit in range(top)]
        total, having = 0, np.zeros_like(documents.bits)
        for bit, plane in enumerate(self._planes):
            some = documents.bits & plane
            total += popcount(some) << bit
            having |= some
        return total, len(documents) - popcount(having)

    def counts(self, documents: DocSet) -> Counts:
        """The values that the documents have, ascending, and how many documents have each."""
        _, numbers = self.of(documents.ids)
        return tallied(numbers, self.distinct)

    def largest(self, documents: DocSet, size: int) -> Counts | None:
        """Values among which are the `size` of the largest counts, and all that tie with the last: with their counts.
        None where the frequent values do not prove it."""
        numbers, whole, bits = self._frequent_values()
        found = np.zeros(len(numbers), np.int64)
        for start in range(0, len(numbers), _AT_ONCE):
            end = start + _AT_ONCE
            found[start:end] = np.bitwise_count(bits[start:end] & documents.bits).sum(axis=1, dtype=np.int64)
            seen = found[:end]
            if len(seen) >= size:
                least = int(np.partition(seen, -size)[-size])
                if least > (int(whole[end]) if end < len(numbers) else self._rest):
                    some = seen >= least
                    return numbers[:end][some], seen[some]
        return None

    def _frequent_values(self) -> tuple[Longs, Longs, npt.NDArray[np.uint64]]:
        """The most frequent values, how many live documents have each, and these as rows of bits."""
        if self._frequent is None:
            numbers = self._numbers
            if len(self._live) < self.size:
                numbers = numbers[np.repeat(self._live.mask, self._sizes)]
            count = np.bincount(numbers, minlength=self.distinct)
            order = np.argpartition(-count, min(_FREQUENT, self.distinct - 1))[:_FREQUENT]
            order = order[np.argsort(-count[order], kind="stable")]
            order = order[count[order] * 1024 >= self.size]
            rest = count.copy()
            rest[order] = 0
            self._rest = int(rest.max()) if len(rest) else 0
            rows = np.zeros((len(order), -(-self.size // 64)), np.uint64)
            for row, number in enumerate(order.tolist()):
                rows[row] = self.holding(number).bits
            self._frequent = (order, count[order], rows)
        return self._frequent


def tallied(numbers: Ints | Longs, distinct: int) -> Counts:
    """The numbers that occur, ascending, and how often each does."""
    if len(numbers) < _SORTED:
        found, counts = np.unique(numbers, return_counts=True)
        return found.astype(np.int64), counts.astype(np.int64)
    counts = np.bincount(numbers, minlength=distinct)
    found = np.flatnonzero(counts)
    return found, counts[found]
