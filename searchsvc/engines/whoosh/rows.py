"""Here are documents, tally their values: every document's values as short codes, in rows of one width.

A value's code is its place among all values by how many documents have it, so that 8 or 16 bits do for nearly every
value there is, and the tallies that are touched most lie side by side. What has no place in a row, the values of a
document with very many and the rarest of a large vocabulary, stands in further rows of those documents alone. The most
frequent values are kept as bits, too: of very many documents the largest counts are found by those alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from searchsvc.engines.whoosh.arrays import Array
from searchsvc.engines.whoosh.columns import Column, Ints, Longs, Mask
from searchsvc.engines.whoosh.docset import Bits, DocSet, packed, popcounts

#: A segment's column, the numbers of its values across segments, and where its documents begin.
Part = tuple[Column, Ints, int]

# Codes that fill a row up. To count one again and again is slow: each addition waits for the one before.
_FILLERS = 4
# Widths of a row that is gathered at one move.
_WIDTHS = (1, 2, 4, 8, 16, 32, 64)
# What a code in a row costs to tally, and what it costs to look for a document's further row.
_CODE, _FURTHER = 1, 8
# One value in so many may be without a code for want of bits.
_UNCODED = 64
# Codes of 8 bits from which on they are tallied in pairs.
_PAIRED = 1 << 15
# Frequent values kept as bits, at most, and the share of the documents that each must have: one in so many.
_FREQUENT, _SHARE = 128, 400
# Frequent values that are counted at once; those looked through before it is given up that they prove anything.
_AT_ONCE, _HOPELESS = 8, 24
# Codes of 16 bits that are sorted rather than tallied over all there could be.
_SORTED = 4000
# Bits of a document's number, below the place of a value.
_DOCUMENT = 32
# Values that are told apart one by one.
_FEW = 200
# Values from whose first ones the least of the largest counts is guessed.
_GUESSED = 1024


@dataclass(frozen=True)
class Tally:
    """How many documents have each value: `counts` beside the values' `numbers`, of those that have any and maybe of
    others; `rare` are more values, each as often as a document has it, and no document more than `most` has one of
    them. The documents have `total` values in all and `distinct` different ones (None where not all were looked at),
    and `missing` of them have none."""

    numbers: Ints | Longs
    counts: Ints | Longs
    total: int
    distinct: int | None
    missing: int
    rare: Ints = field(default_factory=lambda: np.empty(0, np.int32))
    most: int = 0

    def of(self, number: int) -> int:
        """The count of a value, 0 where it has none."""
        return int(self.counts[self.numbers == number].sum()) + int(np.count_nonzero(self.rare == number))

    def some(self, mask: Mask) -> Tally:
        """The same of those values alone whose numbers are True in the mask."""
        inside = mask[self.numbers]
        rare = self.rare[mask[self.rare]]
        counts = self.counts[inside]
        distinct = int(np.count_nonzero(counts)) + len(np.unique(rare))
        return replace(
            self, numbers=self.numbers[inside], counts=counts, rare=rare, distinct=distinct,
            total=int(counts.sum()) + len(rare),
        )  # fmt: skip

    def largest(self, size: int) -> tuple[Ints | Longs, Longs]:
        """Values with the `size` largest counts among them, all that tie with the last, and maybe some others."""
        counts, least = self.counts, 1
        if len(counts) > size > 0:
            few = counts[: max(_GUESSED, 4 * size)]
            least = max(int(np.partition(few, len(few) - size)[len(few) - size]), 1)
        found = np.flatnonzero(counts >= least)
        some = counts[found].astype(np.int64)
        if least > self.most or not len(self.rare):
            return self.numbers[found], some
        rare, rare_counts = np.unique(self.rare, return_counts=True)
        numbers = np.concatenate((self.numbers[found], rare), dtype=np.int64)
        return numbers, np.concatenate((some, rare_counts))


@dataclass(frozen=True)
class _Level:
    """Rows of some of the documents, in their order. Where `more` is True, a row has another one in the next level,
    whose documents are the rows of this one."""

    documents: DocSet
    rows: Array
    more: Mask

    @classmethod
    def all_of(cls, owner: Ints, codes: Ints, size: int, dtype: type[np.integer], limit: int) -> list[_Level]:
        """Levels for the values of documents 0 … size - 1. owner: who has each, ascending; limit: the first filler."""
        levels = []
        while len(owner):
            mask = np.zeros(size, bool)
            mask[owner] = True
            documents = DocSet.of_mask(mask)
            owner = (np.cumsum(mask, dtype=np.int32) - np.int32(1))[owner]
            rows = _empty(int(owner[-1]) + 1, _width(np.bincount(owner)), dtype, limit)
            outside = _put(rows, owner, codes)
            owner, codes, size = owner[outside], codes[outside], len(rows)
            more = np.zeros(size, bool)
            more[owner] = True
            levels.append(cls(documents, rows, more))
        return levels


class Rows:
    """The values of one field. `numbers` is place → number of a value, the most frequent first; `totals` how many live
    documents have each."""

    def __init__(self, parts: Sequence[Part], distinct: int, size: int, live: DocSet) -> None:
        self._size = size
        totals = _totals(parts, distinct, size, live)
        order = np.argsort(-totals, kind="stable")
        few = totals[order[256 - _FILLERS :]].sum() * _UNCODED <= totals.sum()
        dtype: type[np.unsignedinteger] = np.uint8 if few else np.uint16
        #: Codes from here on fill up; values of this place and those after it have none.
        self._limit = np.iinfo(dtype).max + 1 - _FILLERS
        self.numbers: Ints = order.astype(np.int32)
        self.totals: Longs = totals[order]
        self._live = live
        self._place_of = np.empty(distinct, np.int32)
        self._place_of[order] = np.arange(distinct, dtype=np.int32)
        frequent = int(np.count_nonzero(self.totals[:_FREQUENT] >= max(size / _SHARE, 1)))
        sizes = np.concatenate([part.sizes for part, _, _ in parts]) if parts else np.empty(0, np.uint8)
        self._rows = _empty(size, _width(sizes), dtype, self._limit)
        #: Of each document whether it has any value (1), further ones (2), ones without a code (4).
        self._flags = (sizes > 0).astype(np.uint8)
        further, uncoded, seldom = [], [], [np.empty(0, np.int64)]
        for part, numbers, base in parts:
            codes = self._place_of[numbers][part.ordinals]
            owner = np.repeat(np.arange(len(part), dtype=np.int32), sizes[base : base + len(part)])
            rare = codes >= frequent
            seldom.append((codes[rare].astype(np.int64) << _DOCUMENT) + (owner[rare] + np.int32(base)))
            coded = codes < self._limit
            uncoded.append((owner[~coded] + np.int32(base), codes[~coded]))
            owner, codes = owner[coded], codes[coded]
            outside = _put(self._rows[base : base + len(part)], owner, codes)
            further.append((owner[outside] + np.int32(base), codes[outside]))
        self._further = self._levels(further, dtype, self._limit, 2)
        self._uncoded = self._levels(uncoded, np.int32, -1, 4)
        self._bits = self._frequent(frequent, live)
        #: The documents of each value that is not among the frequent ones, and where those of each begin.
        every = np.sort(np.concatenate(seldom))
        self._documents = (every & ((1 << _DOCUMENT) - 1)).astype(np.int32)
        self._starts = np.searchsorted(every, np.arange(frequent, distinct + 1) << _DOCUMENT).astype(np.int32)

    def _levels(
        self, found: Sequence[tuple[Ints, Ints]], dtype: type[np.integer], limit: int, flag: int
    ) -> list[_Level]:
        if not found:
            return []
        owner, codes = (np.concatenate(arrays) for arrays in zip(*found, strict=True))
        self._flags[owner] |= np.uint8(flag)
        return _Level.all_of(owner, codes, self._size, dtype, limit)

    def _frequent(self, count: int, live: DocSet) -> Bits:
        """The live documents of each of the first so many values, as bits."""
        bits = np.zeros((count, -(-self._size // 64)), np.uint64)
        owners, codes = [], []
        documents = np.arange(self._size, dtype=np.int32)
        for number, rows in enumerate([self._rows, *(level.rows for level in self._further)]):
            if number:
                documents = documents[np.flatnonzero(self._further[number - 1].documents.mask)]
            flat = rows.reshape(-1)
            at = np.flatnonzero(flat < count)
            owners.append(documents[at // rows.shape[1]])
            codes.append(flat[at].astype(np.uint8))
        code = np.concatenate(codes)
        owner = np.concatenate(owners)[np.argsort(code, kind="stable")]
        ends = np.cumsum(np.bincount(code, minlength=count)).tolist()
        for place, (start, end) in enumerate(zip([0, *ends], ends, strict=False)):
            mask = np.zeros(self._size, bool)
            mask[owner[start:end]] = True
            bits[place] = packed(mask)
        bits &= live.bits
        return bits

    def holding(self, number: int) -> DocSet:
        """The live documents with a value."""
        if number >= len(self._place_of):  # a newer generation has brought it
            return DocSet.none(self._size)
        place = int(self._place_of[number])
        if place < len(self._bits):
            return DocSet(self._size, bits=self._bits[place])
        start, end = self._starts[place - len(self._bits) : place - len(self._bits) + 2].tolist()
        return DocSet(self._size, ids=self._documents[start:end]) & self._live

    def _beyond(self, ids: Ints, flags: npt.NDArray[np.uint8], flag: int) -> Iterator[tuple[Longs, Array]]:
        """The further rows of the documents, or those of values without a code, level by level: whose each is, by the
        place in the list, and the rows."""
        places = np.flatnonzero((flags & np.uint8(flag)) > 0)
        documents: Ints | Longs = ids[places]
        levels = self._further if flag == 2 else self._uncoded
        for number, level in enumerate(levels, 1):
            if not len(places):
                return
            row = level.documents.ranks(documents)
            yield places, level.rows.take(row, axis=0)
            if number < len(levels):
                some = np.flatnonzero(level.more.take(row))
                places, documents = places[some], row[some]

    def pairs(self, ids: Ints) -> tuple[Longs, Ints]:
        """Each value of each of the documents once: the document's place in the list, and the value's number."""
        flags = self._flags.take(ids)
        owners, found = [], []
        for places, codes in (
            (np.arange(len(ids)), self._rows.take(ids, axis=0)),
            *self._beyond(ids, flags, 2),
            *self._beyond(ids, flags, 4),
        ):
            row, column = np.nonzero(codes >= 0 if codes.dtype == np.int32 else codes < self._limit)
            owners.append(places[row])
            found.append(codes[row, column].astype(np.int32))
        return np.concatenate(owners), self.numbers[np.concatenate(found)]

    def tally(self, ids: Ints) -> Tally:
        """The values of the documents."""
        flags = self._flags.take(ids)
        missing = len(ids) - int(np.count_nonzero(flags))
        places, counts, rare = self._counted(ids, flags)
        distinct = int(np.count_nonzero(counts)) + self._different(rare)
        most = int(self.totals[self._limit]) if len(rare) else 0
        total = int(counts.sum()) + len(rare)
        return Tally(self.numbers[places], counts, total, distinct, missing, self.numbers[rare], most)

    def counts(self, more: Ints, less: Ints, known: Ints | None = None) -> Ints:
        """How many documents have each value, beside `numbers`: as many as known (none where it is None), those of
        `more` added and those of `less`, which are among them, taken away."""
        found = np.zeros(len(self.numbers), np.int32) if known is None else known.copy()
        for ids, one in ((more, np.int32(1)), (less, np.int32(-1))):
            if len(ids):
                places, counts, rare = self._counted(ids, self._flags.take(ids))
                found[places] += counts.astype(np.int32) * one
                np.add.at(found, rare, one)
        return found

    def _counted(self, ids: Ints, flags: npt.NDArray[np.uint8]) -> tuple[slice | Longs, Longs, Ints]:
        """The places of values with a code, how many of the documents have each, and those of the others, as often as
        a document has one."""
        coded = [self._rows.take(ids, axis=0).reshape(-1)]
        coded += [rows.reshape(-1) for _, rows in self._beyond(ids, flags, 2)]
        rare = np.empty(0, np.int32)
        if self._uncoded:
            rest = [rows[rows >= 0] for _, rows in self._beyond(ids, flags, 4)]
            rare = np.concatenate([rare, *rest])
        return *self._tallied(coded), rare

    def _different(self, rare: Ints) -> int:
        """How many different values without a code these are."""
        if len(rare) < _FEW:
            return len(set(rare.tolist()))
        seen = np.zeros(len(self.numbers), bool)
        seen[rare] = True
        return int(np.count_nonzero(seen))

    def _tallied(self, coded: Sequence[Array]) -> tuple[slice | Longs, Longs]:
        """The places of coded values and how often each is there."""
        if coded[0].dtype == np.uint8:
            counts = np.sum([tally_of_bytes(codes) for codes in coded], axis=0)
        elif len(coded[0]) < _SORTED:
            found, counts = np.unique(np.concatenate(coded), return_counts=True)
            count = int(np.searchsorted(found, self._limit))
            return found[:count].astype(np.int64), counts[:count].astype(np.int64)
        else:
            every = np.empty(sum(map(len, coded)), np.intp)
            np.concatenate(coded, out=every)
            counts = np.bincount(every, minlength=1 << 16)
        count = min(self._limit, len(self.numbers))
        return slice(count), counts[:count]

    def largest(self, documents: DocSet, size: int) -> tuple[Ints, Longs] | None:
        """Values among which are the `size` of the largest counts, and all that tie with the last. None where the
        frequent values do not prove it."""
        bits, totals = self._bits, self.totals
        counts = np.zeros(len(bits), np.int64)
        some = np.empty((_AT_ONCE, bits.shape[1]), np.uint64)
        rest = int(totals[len(bits)]) if len(bits) < len(totals) else 0
        for start in range(0, len(bits), _AT_ONCE):
            end = min(start + _AT_ONCE, len(bits))
            counts[start:end] = popcounts(np.bitwise_and(bits[start:end], documents.bits, out=some[: end - start]))
            if end < size:
                continue
            least = int(np.partition(counts[:end], end - size)[end - size])
            if least > (int(totals[end]) if end < len(bits) else rest):
                found = np.flatnonzero(counts[:end] >= least)
                return self.numbers[found], counts[found]
            if end >= _HOPELESS and least * 1.25 < rest:
                return None
        return None


def _empty(size: int, width: int, dtype: type[np.integer], limit: int) -> Array:
    """Rows of fillers: -1, or numbers from the limit on."""
    if limit < 0:
        return np.full((size, width), limit, dtype)
    rows = np.empty((size, width), dtype)
    fillers = (limit + np.arange(size + width) % _FILLERS).astype(dtype)
    for column in range(width):
        rows[:, column] = fillers[column : column + size]
    return rows


def _put(rows: Array, owner: Ints, codes: Ints) -> Longs:
    """Put values into the rows of the documents that have them (`owner`, ascending), of each as many as its row has
    room for. Returns the places of those left over."""
    width = rows.shape[1]
    first = np.searchsorted(owner, np.arange(len(rows), dtype=np.int32)).astype(np.int32)
    nth = np.arange(len(owner), dtype=np.int32) - first[owner]
    inside = nth < width
    rows.reshape(-1)[owner[inside] * np.int64(width) + nth[inside]] = codes[inside]
    return np.flatnonzero(~inside)


def _totals(parts: Sequence[Part], distinct: int, size: int, live: DocSet) -> Longs:
    """How many live documents have each value."""
    totals = np.zeros(distinct, np.int64)
    mask = live.mask if len(live) < size else None
    for column, numbers, base in parts:
        ordinals = column.ordinals
        if mask is not None:
            ordinals = ordinals[np.repeat(mask[base : base + len(column)], column.sizes)]
        totals[numbers] += np.bincount(ordinals, minlength=len(numbers))
    return totals


def _width(sizes: Array) -> int:
    """The width of row at which tallying costs the least for documents of so many values."""
    counts = np.bincount(sizes, minlength=1)
    values = np.arange(len(counts))

    def cost(width: int) -> int:
        over = np.maximum(values - width, 0)
        return int((counts * (width * _CODE + (over > 0) * _FURTHER + over * 2 * _CODE)).sum())

    return min(_WIDTHS, key=cost)


def tally_of_bytes(codes: npt.NDArray[np.uint8]) -> Longs:
    """How often each number of 8 bits stands in the array."""
    if len(codes) < _PAIRED:
        return np.bincount(codes, minlength=256)
    pairs = np.bincount(codes[: len(codes) // 2 * 2].view(np.uint16), minlength=1 << 16).reshape(256, 256)
    counts: Longs = pairs.sum(axis=0) + pairs.sum(axis=1)
    if len(codes) % 2:
        counts[codes[-1]] += 1
    return counts
