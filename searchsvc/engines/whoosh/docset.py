"""Which documents? A set of document numbers, as a list while it is small and as bits when it is large.

Sets do not change once made; each form is derived from the other when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from searchsvc.engines.whoosh.columns import Ints, Mask

Bits = npt.NDArray[np.uint64]

#: Document numbers, or others, of any width.
Whole = npt.NDArray[np.integer]
# A set of fewer documents than one in so many is worked on as a list.
_SPARSE = 64
#: Documents that are rather looked for among bits, whatever it costs to make them, than in a list.
MANY = 2_000
#: The bits below each of a word.
BELOW: Bits = (np.uint64(1) << np.arange(64, dtype=np.uint64)) - np.uint64(1)
# Words of 64 bits whose counts are summed at once.
_SUMMED = 1000
# Of one document in so many a list is made sooner than bits.
_LISTED = 10
# So few are looked for in a list sooner than counted in bits.
_FEW = 1_000


class DocSet:
    """Some of the documents 0 … size - 1."""

    __slots__ = ("_before", "_bits", "_count", "_ids", "size")

    def __init__(self, size: int, *, ids: Ints | None = None, bits: Bits | None = None) -> None:
        assert ids is not None or bits is not None
        self.size = size
        self._ids, self._bits = ids, bits
        self._before: Ints | None = None
        self._count = len(ids) if ids is not None else -1

    @classmethod
    def none(cls, size: int) -> DocSet:
        return cls(size, ids=np.empty(0, np.int32))

    @classmethod
    def all(cls, size: int) -> DocSet:
        return cls.of_mask(np.ones(size, bool))

    @classmethod
    def of_mask(cls, mask: Mask) -> DocSet:
        """The documents where the mask is True."""
        return cls(len(mask), bits=packed(mask))

    def __len__(self) -> int:
        if self._count < 0:
            assert self._bits is not None
            self._count = popcount(self._bits)
        return self._count

    @property
    def is_sparse(self) -> bool:
        """Whether a list is the better form."""
        return self._ids is not None and len(self._ids) * _SPARSE < self.size

    @property
    def ids(self) -> Ints:
        """The numbers, ascending, 32 bits each."""
        if self._ids is None:
            assert self._bits is not None
            if len(self) * _LISTED < self.size:  # most bytes are 0
                bits = self._bits.view(np.uint8)
                where = np.flatnonzero(bits != 0).astype(np.int32)
                at = np.flatnonzero(np.unpackbits(bits.take(where), bitorder="little").view(bool)).astype(np.int32)
                self._ids = (where << 3).take(at >> 3) | (at & 7)
            else:
                self._ids = np.flatnonzero(self.mask).astype(np.int32)
        return self._ids

    def first(self, count: int) -> Ints:
        """The first `count` of the numbers, all where there are fewer."""
        if self._ids is None:
            assert self._bits is not None
            words = 4
            while words < len(self._bits) and popcount(self._bits[:words]) < count:
                words *= 8
            if words < len(self._bits):
                return DocSet(words * 64, bits=self._bits[:words]).ids[:count]
        return self.ids[:count]

    @property
    def bits(self) -> Bits:
        """Bit d % 64 of word d // 64 tells of document d; those beyond the last document are 0."""
        if self._bits is None:
            assert self._ids is not None
            mask = np.zeros(self.size, bool)
            mask[self._ids] = True
            self._bits = packed(mask)
        return self._bits

    @property
    def mask(self) -> Mask:
        """One bool a document."""
        if self._bits is None or self.is_sparse:
            mask = np.zeros(self.size, bool)
            mask[self.ids] = True
            return mask
        return np.unpackbits(self._bits.view(np.uint8), bitorder="little", count=self.size).view(bool)

    def holds(self, ids: Ints) -> Mask:
        """Which of these documents are in the set."""
        if self.is_sparse and len(ids) < MANY:
            return among(self.ids, ids)[1]
        words = self.bits.view(np.uint8)[ids >> 3]
        found: Mask = ((words >> (ids & 7).astype(np.uint8)) & np.uint8(1)).view(bool)
        return found

    def ranks(self, ids: Ints | npt.NDArray[np.int64]) -> Ints:
        """The place in the set of each of these documents, which all are in it."""
        bits = self.bits
        if self._before is None:  # how many documents there are before each word
            counts = np.bitwise_count(bits)
            self._before = (np.cumsum(counts, dtype=np.int32) - counts).astype(np.int32)
        words = ids >> 6
        below = BELOW.take(ids & 63)
        below &= bits.take(words)
        return np.asarray(self._before.take(words) + np.bitwise_count(below))

    def places(self, ids: Ints) -> tuple[npt.NDArray[np.int64], Mask]:
        """The place in the set of each of these documents, and whether it is in it (else the place means nothing)."""
        if self._bits is None or (self._ids is not None and (self.is_sparse or len(ids) < _FEW)):
            return among(self.ids, ids)
        return self.ranks(ids).astype(np.int64), self.holds(ids)

    def __and__(self, other: DocSet) -> DocSet:
        if other.is_sparse and not (self.is_sparse and len(self) <= len(other)):
            self, other = other, self
        if self.is_sparse:
            return DocSet(self.size, ids=self.ids[other.holds(self.ids)])
        return DocSet(self.size, bits=self.bits & other.bits)

    def __or__(self, other: DocSet) -> DocSet:
        if not len(self) or not len(other):
            return self if len(self) else other
        lists = [one._ids for one in (self, other) if one._ids is not None]
        if len(lists) == 2 and (len(self) + len(other)) * _LISTED < self.size:
            return DocSet(self.size, ids=together(lists))
        return DocSet(self.size, bits=self.bits | other.bits)

    def __sub__(self, other: DocSet) -> DocSet:
        if self.is_sparse:
            return DocSet(self.size, ids=self.ids[~other.holds(self.ids)])
        return DocSet(self.size, bits=self.bits & ~other.bits)


def union(sets: Iterable[DocSet], size: int) -> DocSet:
    """The documents that any of the sets has."""
    found = DocSet.none(size)
    for one in sets:
        found = found | one
    return found


def together(parts: list[Ints]) -> Ints:
    """Ascending lists as one, each document once."""
    if len(parts) == 1:
        return parts[0]
    ids = np.sort(np.concatenate(parts))
    new = np.ones(len(ids), bool)
    new[1:] = ids[1:] != ids[:-1]
    return ids[new]


def packed(mask: Mask) -> Bits:
    """A mask as bits."""
    part = np.packbits(mask, bitorder="little")
    whole = np.zeros(-(-len(mask) // 64) * 8, np.uint8)
    whole[: len(part)] = part
    return whole.view(np.uint64)


def popcount(bits: Bits) -> int:
    """How many bits are set."""
    return int(popcounts(bits[np.newaxis])[0])


def popcounts(bits: Bits) -> npt.NDArray[np.int64]:
    """How many bits are set in each row."""
    counts = np.bitwise_count(bits)
    # Sums of 16 bits are several times as quick, and hold those of so many words.
    end = counts.shape[1] // _SUMMED * _SUMMED
    sums = counts[:, :end].reshape(len(counts), -1, _SUMMED).sum(axis=2, dtype=np.uint16).sum(axis=1, dtype=np.int64)
    return np.asarray(sums + counts[:, end:].sum(axis=1, dtype=np.uint16))


def among(known: Whole, ids: Whole) -> tuple[npt.NDArray[np.int64], Mask]:
    """The place of each document in an ascending list, and whether it is in it (else the place means nothing)."""
    if not len(known):
        return np.zeros(len(ids), np.int64), np.zeros(len(ids), bool)
    place = np.searchsorted(known, ids)
    np.minimum(place, len(known) - 1, out=place)
    return place, known[place] == ids
