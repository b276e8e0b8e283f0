"""Which documents have which values of one field? The column of a whole snapshot, and the ways to count in it.

    the list      the values of each document in a row: for few documents, each value met is counted
    the holders   the documents of a value, looked for in the list: for a filter
    the frequent  the documents of the most frequent values as bits: for many documents, where the largest counts are
                  found among the first values and the rest is never touched

All ways give the same counts; which is taken depends on how many values there are to look at.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from searchsvc.engines.whoosh.arrays import ragged
from searchsvc.engines.whoosh.columns import Column, Ints, Longs
from searchsvc.engines.whoosh.docset import Bits, DocSet, packed, popcount

#: Values of documents that are counted one by one; past it only those of the frequent values are, where that is exact.
ONE_BY_ONE = 100_000
# Frequent values whose documents are kept as bits, and how many are counted at once.
_FREQUENT, _AT_ONCE = 128, 8
# Values of a set of documents that are sorted rather than tallied over the whole vocabulary.
_SORTED = 4_000
# Frequent values looked through before it is given up that they prove anything.
_HOPELESS = 64
# Values whose documents are kept once a filter has asked for them.
_MOST_HELD = 256
# Values of a document that lie in one row, at most.
_WIDEST = 6

Counts = tuple[Longs, Longs]


class Values:
    """One field. `size` documents, `distinct` values in the vocabulary."""

    def __init__(self, parts: Sequence[tuple[Column, Ints, int]], distinct: int, size: int, live: DocSet) -> None:
        self._parts = parts
        self.distinct, self.size, self._live = distinct, size, live
        numbers: Ints = (
            np.concatenate([numbers[column.ordinals] for column, numbers, _ in parts])
            if parts
            else np.empty(0, np.int32)
        )
        counts: list[Longs] = [column.sizes.astype(np.int64) for column, _, _ in parts]
        sizes: Longs = np.concatenate(counts) if counts else np.empty(0, np.int64)
        self._numbers, self._starts = numbers, np.cumsum(sizes) - sizes
        self._sizes = sizes.astype(np.min_scalar_type(int(sizes.max()) if len(sizes) else 0))
        self._rows: Ints | None = None
        self._holding: dict[int, DocSet] = {}
        self._preparing = False
        #: The bits of the sizes, from the lowest up: what a set's values are in all is read off them.
        self._planes: list[Bits] | None = None
        self._frequent: _Frequent | None = None
        self._all: Counts | None = None

    def holding(self, number: int) -> DocSet:
        """The live documents with a value."""
        found = self._holding.get(number)
        if found is None:
            found = self._held(number) & self._live
            if len(self._holding) < _MOST_HELD:
                self._holding[number] = found
        return found

    def _held(self, number: int) -> DocSet:
        found = []
        for column, numbers, base in self._parts:
            for ordinal in np.flatnonzero(numbers == number).tolist():
                found.append(column.holding(ordinal) + np.int32(base))
        return DocSet(self.size, ids=np.concatenate(found) if found else np.empty(0, np.int32))

    def of(self, ids: Ints) -> tuple[Longs, Ints]:
        """How many values each of the documents has, and these one after another."""
        sizes = self._sizes[ids].astype(np.int64)
        return sizes, self._numbers[ragged(self._starts[ids], sizes)]

    def _first_of(self, ids: Ints) -> Ints:
        """All values of the documents one after another, in no order, with `distinct` for none.

        The first values of each document lie in rows of one width, so that documents are taken whole; few have more.
        """
        if self._rows is None:
            width = 1
            while width < _WIDEST and np.count_nonzero(self._sizes > width) * 8 > self.size:
                width += 1
            rows = np.full((self.size, width), self.distinct, np.int32)
            for column in range(width):
                having = np.flatnonzero(self._sizes > column)
                rows[having, column] = self._numbers[self._starts[having] + column]
            self._more = self._sizes > width
            self._rows = rows
        rows = self._rows
        found = rows.take(ids, axis=0).ravel()
        more = ids[self._more[ids]]
        if not len(more):
            return found
        width = rows.shape[1]
        rest = self._sizes[more].astype(np.int64) - width
        return np.concatenate((found, self._numbers[ragged(self._starts[more] + width, rest)]))

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
        if self._all is not None and len(documents) == len(self._live):
            return self._all
        if len(documents) < _SORTED // 8:
            return tallied(self.of(documents.ids)[1], self.distinct)
        counts = np.bincount(self._first_of(documents.ids), minlength=self.distinct)[: self.distinct]
        found = np.flatnonzero(counts)
        return found, counts[found]

    def largest(self, documents: DocSet, size: int) -> Counts | None:
        """Values among which are the `size` of the largest counts, and all that tie with the last: with their counts.
        None where the frequent values do not prove it."""
        frequent = self._frequent
        if frequent is None:
            if not self._preparing:
                self._preparing = True
                threading.Thread(target=self.prepare, daemon=True).start()
            return None
        numbers, bits = frequent.numbers, frequent.bits
        found = np.zeros(len(numbers), np.int64)
        for start in range(0, len(numbers), _AT_ONCE):
            end = start + _AT_ONCE
            found[start:end] = np.bitwise_count(bits[start:end] & documents.bits).sum(axis=1, dtype=np.int64)
            seen = found[:end]
            if len(seen) >= size:
                least = int(np.partition(seen, -size)[-size])
                if least > (int(frequent.counts[end]) if end < len(numbers) else frequent.rest):
                    some = seen >= least
                    return numbers[:end][some], seen[some]
                if end >= _HOPELESS and least * 3 < frequent.rest:
                    return None
        return None

    def prepare(self) -> None:
        """Find the frequent values; until that is done `largest` proves nothing."""
        self._preparing = True
        self._first_of(np.empty(0, np.int32))
        owners = np.repeat(np.arange(self.size, dtype=np.int32), self._sizes)
        numbers = self._numbers
        if len(self._live) < self.size:
            live = self._live.mask[owners]
            owners, numbers = owners[live], numbers[live]
        count = np.bincount(numbers, minlength=self.distinct)
        order = np.argpartition(-count, min(_FREQUENT, self.distinct) - 1)[:_FREQUENT] if self.distinct else count
        order = order[np.argsort(-count[order], kind="stable")]
        order = order[count[order] * 256 >= self.size]
        row = np.full(self.distinct, -1, np.int16)
        row[order] = np.arange(len(order))
        rest = np.where(row < 0, count, 0)
        rows = row[numbers]
        owners = owners[rows >= 0]
        rows = rows[rows >= 0]
        owners = owners[np.argsort(rows, kind="stable")]
        ends = np.cumsum(count[order])
        bits = np.zeros((len(order), -(-self.size // 64)), np.uint64)
        for index, end in enumerate(ends.tolist()):
            bits[index] = DocSet(self.size, ids=owners[end - int(count[order[index]]) : end]).bits
        self._all = (np.flatnonzero(count), count[count > 0])
        self._frequent = _Frequent(order, count[order], int(rest.max()) if len(rest) else 0, bits)


@dataclass(frozen=True)
class _Frequent:
    """The most frequent values, how many live documents have each, the most that have any other, and these as bits."""

    numbers: Longs
    counts: Longs
    rest: int
    bits: npt.NDArray[np.uint64]


def tallied(numbers: Ints | Longs, distinct: int) -> Counts:
    """The numbers that occur, ascending, and how often each does."""
    if len(numbers) < _SORTED:
        found, counts = np.unique(numbers, return_counts=True)
        return found.astype(np.int64), counts.astype(np.int64)
    counts = np.bincount(numbers, minlength=distinct)
    found = np.flatnonzero(counts)
    return found, counts[found]
