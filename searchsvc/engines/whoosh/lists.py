"""Here is the n-th list of postings, give me its documents, counts and positions: lists of one layout in arrays.

How many of a segment's documents hold a term decides how its documents are written, each in the fewest bytes:

    Plain   16 bits each                                                   a rare term
    Gaps    8 bits for the step from one to the next, 255 going on to the next step    more than one in 370 documents
    Halves  4 bits for the step, 15 going on to the next one               more than one in 20
    Bits    a bit for every document of the segment                        more than one in 8

Counts and positions lie beside them, in the order of the postings, whatever the layout.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, Generic, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from searchsvc.engines.whoosh.arrays import Array, Packed, Stored, narrow, ragged
from searchsvc.engines.whoosh.columns import Ints, Longs

#: How many positions come before every so many-th posting is kept.
STRIDE = 64
# Lists whose starts are told from one full number, and marks of positions: the steps from there are of 16 bits.
_PER_BASE, _MARKS_PER_BASE = 256, 32


@dataclass(frozen=True)
class Postings:
    """Lists to be written: list n has the postings `starts[n]:starts[n + 1]`, their documents ascending. `places` is
    None where positions are not kept; else those of all postings, one after another."""

    starts: Longs
    docs: Array
    counts: Array
    places: Array | None


_Layout = TypeVar("_Layout")


class Stretch(NamedTuple, Generic[_Layout]):
    """A term's list in one segment, whose documents are numbered from `base`: it is the `number`-th of `lists` and has
    the postings from `start` to before `end` of them."""

    base: int
    lists: _Layout
    number: int
    start: int
    end: int


class Starts:
    """Where lists begin that lie one after another, the last number being where the last one ends."""

    def __init__(self, bases: Array, steps: Array, per: int = _PER_BASE) -> None:
        """per: of how many starts one is told in full."""
        self._bases, self._steps, self._per = bases, steps, per
        # Single numbers are read several times as quickly so.
        self._base_at, self._step_at = bases.data, steps.data

    @staticmethod
    def parts(starts: Longs, per: int = _PER_BASE) -> tuple[Array, Array]:
        """The arrays of some starts."""
        bases = starts[::per]
        return narrow(bases), narrow(starts - np.repeat(bases, per)[: len(starts)])

    def __len__(self) -> int:
        return len(self._steps)

    def __getitem__(self, number: int) -> int:
        found: int = self._base_at[number // self._per] + self._step_at[number]
        return found

    def between(self, first: int, last: int) -> Longs:
        """The first-th to the last-th, that one too."""
        bases = np.repeat(self._bases[first // self._per : last // self._per + 1].astype(np.int64), self._per)
        skip = first % self._per
        return np.asarray(bases[skip : skip + last + 1 - first] + self._steps[first : last + 1])

    def at(self, numbers: Longs) -> Longs:
        """Those of these numbers."""
        return np.asarray(self._bases[numbers // self._per].astype(np.int64) + self._steps[numbers])


class Lists(ABC):
    """Lists of one layout, in order of their terms. `starts` tells which postings each has, of those of the layout."""

    #: Before the names of its arrays.
    name: ClassVar[str]

    def __init__(self, stored: Stored, field: str, size: int) -> None:
        """size: how many documents the segment has."""
        self._size = size
        prefix = f"{field}.{self.name}"
        self.starts = Starts(stored.array(f"{prefix}.bases"), stored.array(f"{prefix}.steps"))
        self._counts = stored.packed(f"{prefix}.counts")
        #: The positions of all lists.
        self.positions = stored.packed(f"{prefix}.places")
        self._marks = Starts(stored.array(f"{prefix}.marks"), stored.array(f"{prefix}.onward"), _MARKS_PER_BASE)
        self._open(stored, prefix)

    @abstractmethod
    def _open(self, stored: Stored, prefix: str) -> None: ...

    @classmethod
    @abstractmethod
    def written(cls, postings: Postings, size: int) -> dict[str, Array | Packed]:
        """The arrays of the documents."""

    @classmethod
    def parts(cls, postings: Postings, field: str, size: int) -> dict[str, Array | Packed]:
        """What is to be written of these lists."""
        found = cls.written(postings, size)
        found["bases"], found["steps"] = Starts.parts(postings.starts)
        found["counts"] = Packed.of(postings.counts - postings.counts.dtype.type(1))
        if postings.places is not None:
            found["places"] = Packed.of(postings.places)
            sums = np.add.reduceat(postings.counts, np.arange(0, len(postings.counts), STRIDE), dtype=np.int64)
            marks = np.concatenate((np.zeros(1, np.int64), np.cumsum(sums)))
            found["marks"], found["onward"] = Starts.parts(marks, _MARKS_PER_BASE)
        return {f"{field}.{cls.name}.{name}": array for name, array in found.items()}

    def __len__(self) -> int:
        return max(len(self.starts) - 1, 0)

    @abstractmethod
    def documents(self, number: int) -> Array:
        """The documents of a list, ascending."""

    @abstractmethod
    def run(self, first: int, last: int) -> Array:
        """The documents of the lists from the first to before the last, one list after another."""

    def blocks(self, start: int, end: int) -> tuple[Packed, int, int]:
        """The stretch of counts, less 1, of the blocks of STRIDE postings that these neighbouring ones lie in."""
        return self._counts, start // STRIDE * STRIDE, min(-(-end // STRIDE) * STRIDE, self._counts.count)

    def marks(self, start: int, end: int) -> Array:
        """How many positions come before those of each of these blocks, and before the end of the last one."""
        return self._marks.between(start // STRIDE, -(-end // STRIDE))

    def counts(self, number: int) -> Array:
        """How often the term stands in each of the documents."""
        return self.counts_between(self.starts[number], self.starts[number + 1])

    def places(self, number: int) -> Array:
        """The positions of a list, those of one document after those of another."""
        return self.places_between(self.starts[number], self.starts[number + 1])

    def counts_between(self, start: int, end: int) -> Array:
        """The counts of neighbouring postings."""
        less = self._counts.between(start, end)
        if self._counts.width >= 8 or less.dtype != np.uint8:
            less = less.astype(np.int32)
        return np.asarray(less + less.dtype.type(1))

    def places_between(self, start: int, end: int) -> Array:
        """The positions of neighbouring postings."""
        return self.positions.between(self._before(start), self._before(end))

    def _before(self, posting: int) -> int:
        """How many positions the postings before this one have."""
        mark = posting // STRIDE
        rest = self._counts.between(mark * STRIDE, posting)
        return self._marks[mark] + int(rest.sum(dtype=np.int64)) + len(rest)


class Plain(Lists):
    """16 bits a document."""

    name = "plain"

    def _open(self, stored: Stored, prefix: str) -> None:
        self._docs = stored.array(f"{prefix}.docs")

    @classmethod
    def written(cls, postings: Postings, size: int) -> dict[str, Array | Packed]:
        return {"docs": postings.docs.astype(np.uint16)}

    def documents(self, number: int) -> Array:
        return self._docs[self.starts[number] : self.starts[number + 1]]

    def run(self, first: int, last: int) -> Array:
        return self._docs[self.starts[first] : self.starts[last]]

    @staticmethod
    def joined(stretches: Sequence[Stretch[Plain]]) -> Ints:
        """The documents of lists of several segments, by their numbers in all of them."""
        found = [stretch.lists._docs[stretch.start : stretch.end] for stretch in stretches]
        bases = np.array([stretch.base for stretch in stretches], np.int32)
        return np.concatenate(found) + np.repeat(bases, [len(docs) for docs in found])

    def chosen(self, numbers: Longs) -> Array:
        """The documents of these lists, one list after another."""
        starts = self.starts.at(numbers)
        return np.asarray(self._docs[ragged(starts, self.starts.at(numbers + 1) - starts)])


class Gaps(Lists):
    """8 bits a document, for the step from the one before; the first from 0."""

    name = "gaps"
    #: A step of this is none yet: it goes on in the next one.
    on: ClassVar[int] = 255

    def _open(self, stored: Stored, prefix: str) -> None:
        self._docs = stored.packed(f"{prefix}.docs")
        self._steps = stored.array(f"{prefix}.bytes")

    @classmethod
    def written(cls, postings: Postings, size: int) -> dict[str, Array | Packed]:
        docs, first = postings.docs.astype(np.uint16), postings.starts[:-1]
        gaps = np.diff(docs, prepend=np.uint16(0))  # 16 bits wrap, and only where the first of a list comes
        gaps[first] = docs[first]
        on = (gaps // np.uint16(cls.on)).astype(np.uint16)
        ends = np.cumsum(on + np.uint16(1), dtype=np.int32)
        steps = np.full(ends[-1], cls.on, np.uint8)
        steps[ends - 1] = gaps - on * np.uint16(cls.on)
        begun = np.concatenate((ends[first] - on[first] - 1, ends[-1:]))
        return {"docs": Packed.of(steps), "bytes": narrow(begun)}

    def documents(self, number: int) -> Array:
        steps = self._docs.between(int(self._steps[number]), int(self._steps[number + 1]))
        docs = np.cumsum(steps, dtype=np.int32)
        return (
            docs
            if len(docs) == self.starts[number + 1] - self.starts[number]
            else docs.take(np.flatnonzero(steps != self.on))
        )

    @classmethod
    def joined(cls, stretches: Sequence[Stretch[Gaps]]) -> Ints:
        """The documents of lists of several segments, by their numbers in all of them; lists of this very layout."""
        found = []
        for stretch in stretches:
            ends = stretch.lists._steps
            found.append(stretch.lists._docs.between(int(ends[stretch.number]), int(ends[stretch.number + 1])))
        steps = np.concatenate(found)
        docs = np.cumsum(steps, dtype=np.int32)
        sizes = [len(some) for some in found]
        before = docs[np.cumsum(sizes[:-1], dtype=np.int64) - 1]
        bases = np.array([stretch.base for stretch in stretches], np.int32)
        bases[1:] -= before
        docs += np.repeat(bases, sizes)
        whole = len(docs) == sum(s.end - s.start for s in stretches)
        return docs if whole else docs.take(np.flatnonzero(steps != cls.on))

    def run(self, first: int, last: int) -> Array:
        bounds = self._steps[first : last + 1].astype(np.int64)
        steps = self._docs.between(int(bounds[0]), int(bounds[-1]))
        docs = np.cumsum(steps, dtype=np.int64)
        bases = np.concatenate((np.zeros(1, np.int64), docs))[bounds[:-1] - bounds[0]]
        return np.asarray(docs[steps != self.on] - np.repeat(bases, np.diff(self.starts.between(first, last))))


class Halves(Gaps):
    """4 bits a document."""

    name = "halves"
    on = 15


class Bits(Lists):
    """A bit a document of the segment."""

    name = "bits"

    def _open(self, stored: Stored, prefix: str) -> None:
        self._docs = stored.array(f"{prefix}.docs")

    @classmethod
    def written(cls, postings: Postings, size: int) -> dict[str, Array | Packed]:
        starts = postings.starts.tolist()
        bits = np.empty((len(starts) - 1, -(-size // 8)), np.uint8)
        for row, (start, end) in enumerate(pairwise(starts)):
            mask = np.zeros(size, bool)
            mask[postings.docs[start:end]] = True
            bits[row] = np.packbits(mask, bitorder="little")
        return {"docs": bits}

    def mask(self, number: int) -> Array:
        """Of each document of the segment whether a list has it."""
        return np.unpackbits(self._docs[number], bitorder="little", count=self._size).view(bool)

    def put(self, number: int, bits: npt.NDArray[np.uint8], base: int) -> None:
        """Set those of a list in bits of more documents, of which this segment's begin at `base`."""
        row, at, shift = self._docs[number], base >> 3, base & 7
        if not shift:
            bits[at : at + len(row)] |= row
            return
        wide = row.astype(np.uint16) << np.uint16(shift)
        bits[at : at + len(row)] |= wide.astype(np.uint8)
        rest = (wide >> np.uint16(8)).astype(np.uint8)[: len(bits) - at - 1]
        bits[at + 1 : at + 1 + len(rest)] |= rest

    def documents(self, number: int) -> Array:
        return np.flatnonzero(self.mask(number))

    def run(self, first: int, last: int) -> Array:
        masks = np.unpackbits(self._docs[first:last], axis=1, bitorder="little", count=self._size)
        rows = np.repeat(np.arange(last - first) * self._size, np.diff(self.starts.between(first, last)))
        return np.asarray(np.flatnonzero(masks) - rows)


#: Layouts, the last one that fits being used: how many documents of a segment there are at most to one that a list
#: has, and how many a list has at least.
LAYOUTS: tuple[tuple[type[Lists], int, int], ...] = (
    (Plain, 2**16, 0),
    (Gaps, 370, 64),
    (Halves, 20, 64),
    (Bits, 8, 64),
)


def layouts(frequency: Longs, size: int) -> npt.NDArray[np.int8]:
    """The layout of each list, by how many of the segment's documents it has."""
    found = np.zeros(len(frequency), np.int8)
    for number, (_, share, least) in enumerate(LAYOUTS):
        found[(frequency * share >= size) & (frequency >= least)] = number
    return found
