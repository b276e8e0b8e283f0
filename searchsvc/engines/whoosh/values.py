"""Which documents have which values of one field? The columns of a whole snapshot, and the ways to count in them.

    the columns   as they are in the files: enough to answer by, and slow
    the rows      the same made ready in the background (`rows.py`): what counts once it is there
    the holders   the documents of a value, looked for in the columns: for a filter

All ways give the same counts; which is taken depends on what is there and how many values there are to look at.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

import numpy as np

from searchsvc.engines.whoosh.arrays import Array, ragged
from searchsvc.engines.whoosh.columns import Ints, Longs
from searchsvc.engines.whoosh.docset import Bits, DocSet, packed, popcounts
from searchsvc.engines.whoosh.rows import Part, Rows, Tally

#: Values of documents that are counted one by one; past it only those of the frequent values are, where that is exact.
ONE_BY_ONE = 100_000
# Documents from which on it pays to make rows.
_ROWS_FROM = 10_000
# Documents whose values are sorted rather than tallied over the whole vocabulary.
_SORTED = 500
# Documents that are counted together, so that it is known where their values begin.
_BLOCK = 64
# Values whose documents are kept once a filter has asked for them.
_MOST_HELD = 256
_NONE: Ints = np.empty(0, np.int32)


class Values:
    """One field. `size` documents, `distinct` values in the vocabulary."""

    def __init__(self, parts: Sequence[Part], distinct: int, size: int, live: DocSet) -> None:
        self._parts = parts
        self.distinct, self.size, self._live = distinct, size, live
        self._sizes: Array = (
            np.concatenate([column.sizes for column, _, _ in parts]) if parts else np.empty(0, np.uint8)
        )
        self._holding: dict[int, DocSet] = {}
        #: Of a document on average.
        self.mean = sum(len(column.ordinals) for column, _, _ in parts) / max(size, 1)
        #: The bits of the sizes, from the lowest up, and whether there are any: what a set's values are in all.
        self._planes: Bits | None = None
        #: The totals of the documents asked for last, which are asked for again.
        self._totals: tuple[DocSet, tuple[int, int]] = DocSet.none(size), (0, 0)
        #: How many values there are before each block of documents.
        self._blocks: Longs | None = None
        self._rows: Rows | None = None
        self._whole: Tally | None = None
        self._preparing = False
        self._making = threading.Lock()

    def holding(self, number: int) -> DocSet:
        """The live documents with a value."""
        found = self._holding.get(number)
        if found is None:
            found = self._rows.holding(number) if self._rows is not None else self._held(number) & self._live
            if len(self._holding) < _MOST_HELD:
                self._holding[number] = found
        return found

    def _held(self, number: int) -> DocSet:
        found = [np.empty(0, np.int64)]
        before = 0
        for column, numbers, _ in self._parts:
            for ordinal in np.flatnonzero(numbers == number).tolist():
                found.append(np.flatnonzero(column.ordinals == ordinal) + before)
            before += len(column.ordinals)
        at = np.concatenate(found)
        if len(at) * _BLOCK < self.size:
            return DocSet(self.size, ids=self._owners(at))
        return DocSet(self.size, ids=np.repeat(np.arange(self.size, dtype=np.int32), self._sizes)[at])

    def _owners(self, at: Longs) -> Ints:
        """Whose the values at these places of all are, by the block of documents and then in it."""
        if self._blocks is None:
            blocks = np.add.reduceat(self._sizes, np.arange(0, self.size, _BLOCK), dtype=np.int64)
            self._blocks = np.cumsum(blocks) - blocks
        block = np.searchsorted(self._blocks, at, "right") - 1
        rest = self.size - len(self._sizes) % _BLOCK
        padded = np.zeros((len(at), _BLOCK), self._sizes.dtype)
        whole = self._sizes[:rest].reshape(-1, _BLOCK)
        inner = block < len(whole)
        padded[inner] = whole[block[inner]]
        padded[~inner, : self.size - rest] = self._sizes[rest:]
        ends = np.cumsum(padded, axis=1, dtype=np.int32)
        within = (ends <= (at - self._blocks[block])[:, None]).sum(1)
        return np.asarray(block * _BLOCK + within, np.int32)

    def pairs(self, ids: Ints) -> tuple[Longs, Ints]:
        """Each value of each of the documents once: the document's place in the list, and the value's number."""
        rows = self._ready()
        if rows is not None:
            return rows.pairs(ids)
        owners, found = [np.empty(0, np.int64)], [np.empty(0, np.int32)]
        for first, sizes, ordinals, numbers in self._in_parts(ids):
            owners.append(np.repeat(np.arange(first, first + len(sizes)), sizes))
            found.append(numbers[ordinals])
        return np.concatenate(owners), np.concatenate(found)

    def _in_parts(self, ids: Ints) -> Iterator[tuple[int, Longs, Array, Ints]]:
        """Of the documents in each segment: the place of the first in the list, how many values each has, these, and
        their numbers."""
        for column, numbers, base in self._parts:
            first, last = np.searchsorted(ids, (base, base + len(column))).tolist()
            if first == last:
                continue
            mine, every = ids[first:last] - base, column.sizes
            sizes = every[mine].astype(np.int64)
            if len(mine) * 4 > len(every):
                mask = np.zeros(len(every), bool)
                mask[mine] = True
                ordinals = column.ordinals[np.repeat(mask, every)]
            else:
                ends = np.cumsum(every, dtype=np.int32)[mine]
                ordinals = column.ordinals[ragged(ends - sizes, sizes)]
            yield first, sizes, ordinals, numbers

    def totals(self, documents: DocSet) -> tuple[int, int]:
        """How many values the documents have in all, and how many documents have none."""
        of, found = self._totals
        if of is not documents:
            found = self._totalled(documents)
            self._totals = documents, found
        return found

    def _totalled(self, documents: DocSet) -> tuple[int, int]:
        if documents.is_sparse:
            sizes = self._sizes.take(documents.ids)
            return int(sizes.sum(dtype=np.int64)), len(sizes) - int(np.count_nonzero(sizes))
        if self._planes is None:
            top = int(self._sizes.max()).bit_length() if self.size else 0
            planes = [packed((self._sizes >> bit) & 1 > 0) for bit in range(top)]
            self._planes = np.array([*planes, packed(self._sizes > 0)])
        *counts, having = popcounts(self._planes & documents.bits).tolist()
        return sum(count << bit for bit, count in enumerate(counts)), len(documents) - having

    def tally(self, documents: DocSet) -> Tally:
        """The values that the documents have, and how many documents have each."""
        rows = self._ready()
        if rows is not None and len(documents) == len(self._live):
            if self._whole is None:
                distinct = int(np.count_nonzero(rows.totals))
                self._whole = Tally(rows.numbers, rows.totals, *self._sums(documents, distinct))
            return self._whole
        if rows is not None:
            return rows.tally(documents.ids)
        if len(documents) < _SORTED:
            numbers, counts = np.unique(self.pairs(documents.ids)[1], return_counts=True)
            return Tally(numbers, counts.astype(np.int64), *self._sums(documents, len(numbers)))
        tally = np.zeros(self.distinct, np.int64)
        for _, _, ordinals, numbers in self._in_parts(documents.ids):
            tally[numbers] += np.bincount(ordinals, minlength=len(numbers))
        return Tally(np.arange(self.distinct), tally, *self._sums(documents, int(np.count_nonzero(tally))))

    @property
    def is_ready(self) -> bool:
        """Whether the rows are made."""
        return self._ready() is not None

    def counts(self, documents: DocSet) -> Ints:
        """How many of the documents have each value, in an order of the rows'. They must be made."""
        assert self._rows is not None
        return self._rows.counts(documents.ids, _NONE)

    def tally_by(self, counts: Ints, more: DocSet, less: DocSet, documents: DocSet) -> Tally:
        """The tally of documents, which are those of the counts, with `more` and without `less`."""
        assert self._rows is not None
        if len(more) or len(less):
            counts = self._rows.counts(more.ids, less.ids, counts)
        return Tally(self._rows.numbers, counts, *self._sums(documents, int(np.count_nonzero(counts))))

    def largest(self, documents: DocSet, size: int) -> Tally | None:
        """The same of values among which are the `size` of the largest counts, and all that tie with the last. None
        where that is not proved without looking at all."""
        rows = self._ready()
        found = rows.largest(documents, size) if rows is not None else None
        if found is None:
            return None
        numbers, counts = found
        return Tally(numbers, counts, *self._sums(documents, None))

    def _sums(self, documents: DocSet, distinct: int | None) -> tuple[int, int | None, int]:
        """What a tally tells of all values, given how many different ones there are."""
        total, missing = self.totals(documents)
        return total, distinct, missing

    def _ready(self) -> Rows | None:
        """The rows, where they are made; where they are not, somebody is about to."""
        if self._rows is None and not self._preparing and self.size >= _ROWS_FROM:
            self._preparing = True
            threading.Thread(target=self.prepare, daemon=True).start()
        return self._rows

    def prepare(self) -> None:
        """Make the rows; until that is done all is read from the columns."""
        self._preparing = True
        with self._making:  # a question may have begun it already
            if self._rows is None:
                self._rows = Rows(self._parts, self.distinct, self.size, self._live)
