"""Here is a term of a field, give me its documents in the whole snapshot, how often it stands in each, and where.

A term has a list in most segments. What is wanted of it is read of all of them at once: their bytes are put together
first and turned into numbers then. Only what is asked for is read: the documents, the counts of some of them or of
all, the positions in some. Deleted documents are among them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from searchsvc.engines.whoosh.arrays import Array, Joined, ragged
from searchsvc.engines.whoosh.columns import Ints, Longs
from searchsvc.engines.whoosh.docset import DocSet
from searchsvc.engines.whoosh.lists import STRIDE, Bits, Gaps, Halves, Plain, Stretch
from searchsvc.engines.whoosh.postings import FieldPostings

#: Of a place, the bits that hold the position.
SHIFT = 32
# Of one document in so many that have the term all are read rather than some here and there.
_MOST_APART = 8


@dataclass(frozen=True)
class Counted:
    """Documents and how often something stands in each."""

    documents: DocSet
    counts: Array

    def counts_at(self, places: Longs) -> Array:
        """The counts of the documents at these places in the set."""
        return np.asarray(self.counts[places])


class Located:
    """A term's postings in one field. `size` documents in the snapshot, `frequency` of them with the term."""

    def __init__(self, size: int, stretches: Sequence[Stretch[Any]]) -> None:
        """stretches: of each segment that has the term, in their order."""
        self.size = size
        self.frequency = sum(stretch.end - stretch.start for stretch in stretches)
        self._stretches = stretches
        self._asked = False

    @classmethod
    def of(cls, held: Iterable[tuple[int, FieldPostings, int]], size: int) -> Located:
        """The postings of a term of a field: of each segment that has it the first document, the field's postings and
        the term's number there."""
        return cls(size, [part.stretch(base, number) for base, part, number in held])

    @cached_property
    def documents(self) -> DocSet:
        """The documents with the term."""
        lists: list[Ints] = []
        some = [stretch for stretch in self._stretches if not isinstance(stretch.lists, Bits)]
        for kind in (Plain, Gaps, Halves):
            mine = [stretch for stretch in some if type(stretch.lists) is kind]
            if mine:
                lists.append(kind.joined(mine))
        ids = lists[0] if len(lists) == 1 else np.sort(np.concatenate(lists)) if lists else np.empty(0, np.int32)
        if len(some) == len(self._stretches):
            return DocSet(self.size, ids=ids)
        bits = DocSet(self.size, ids=ids).bits if lists else np.zeros(-(-self.size // 64), np.uint64)
        for stretch in self._stretches:
            if isinstance(stretch.lists, Bits):
                stretch.lists.put(stretch.number, bits.view(np.uint8), stretch.base)
        return DocSet(self.size, bits=bits)

    @cached_property
    def counts(self) -> Array:
        """How often the term stands in each of the documents."""
        if not self._stretches:
            return np.empty(0, np.uint8)
        return self._blocks.cut(self._blocks.all_counts())

    def counts_at(self, places: Longs) -> Array:
        """The counts of the documents at these places in the set."""
        if "counts" in self.__dict__ or len(places) * _MOST_APART >= self.frequency:
            return np.asarray(self.counts[places])
        blocks = self._blocks
        return blocks.counts.at(blocks.postings(places)) + 1

    def within(self, ids: Ints) -> Longs:
        """The places in these documents (ascending), each by its number in the list: `number << SHIFT | position`."""
        if not self.frequency:
            return np.empty(0, np.int64)
        place, found = self.documents.places(ids)
        number = found.nonzero()[0]
        sizes, positions = self._positions(place[number])
        return np.asarray((number.repeat(sizes) << SHIFT) + positions)

    def _positions(self, places: Longs) -> tuple[Longs, Array]:
        """How many positions there are in each of the documents at these places in the set, and all of them."""
        blocks = self._blocks
        # What is asked for again is going to be asked for: then all are read.
        if not self._asked and len(places) * STRIDE // 2 < self.frequency:
            self._asked = True
            return blocks.some_positions(places)
        sizes = self.counts[places].astype(np.int64)
        wanted = ragged(self._ends[places] - sizes, sizes)
        if not self._asked and len(places) * _MOST_APART < self.frequency:
            self._asked = True
            return sizes, blocks.positions.at(wanted)
        return sizes, self._every_position[wanted]

    @cached_property
    def _ends(self) -> Longs:
        """Where the positions in each document end, among all those of the blocks."""
        return self._blocks.cut(np.cumsum(self._blocks.all_counts(), dtype=np.int64))

    @cached_property
    def _every_position(self) -> Array:
        return self._blocks.positions.all()

    @cached_property
    def _blocks(self) -> _Blocks:
        return _Blocks(self._stretches)

    @property
    def nbytes(self) -> int:
        """About the memory it takes with all that is derived from it."""
        return min(4 * self.frequency, self.size // 4) + 16 * self.frequency + 200 * len(self._stretches)


class _Blocks:
    """The blocks of postings that a term's lists lie in, one after another: the lists begin and end within one."""

    def __init__(self, stretches: Sequence[Stretch[Any]]) -> None:
        counts, skipped, before = [], [], []
        place = posting = mark = 0
        for _, lists, _, start, end in stretches:
            stretch = lists.blocks(start, end)
            first, last = stretch[1:]
            counts.append(stretch)
            # Of the first posting: its number among those of all blocks, and how many blocks more it would be with all
            # of them full.
            skipped.append(posting + start - first - place)
            before.append(posting - mark * STRIDE)
            place += end - start
            posting += last - first
            mark += -(-(last - first) // STRIDE) + 1
        self._stretches = stretches
        self.counts = Joined(counts)
        self._skipped, self._before = np.array(skipped), np.array(before)
        self._ends = np.cumsum([stretch.end - stretch.start for stretch in stretches], dtype=np.int64)

    @cached_property
    def _marked(self) -> tuple[Longs, Joined]:
        """Where the positions of each block begin, and behind those of each stretch where they end; and all positions
        of the blocks."""
        marks = [stretch.lists.marks(stretch.start, stretch.end) for stretch in self._stretches]
        sizes = [len(some) for some in marks]
        found = np.concatenate(marks).astype(np.int64)
        ends = np.cumsum(sizes)
        first, last = found[ends - sizes], found[ends - 1]
        places = [stretch.lists.positions for stretch in self._stretches]
        positions = Joined(list(zip(places, first.tolist(), last.tolist(), strict=True)))
        return found + np.repeat(np.cumsum(last - first) - last, sizes), positions

    @property
    def positions(self) -> Joined:
        """The positions of all postings of the blocks."""
        return self._marked[1]

    def all_counts(self) -> Array:
        """The counts of all postings of the blocks."""
        less = self.counts.all()
        if less.dtype != np.uint8 or int(less.max()) == 255:
            less = less.astype(np.int32)
        return np.asarray(less + less.dtype.type(1))

    def cut(self, every: Array) -> Array:
        """Of something for each posting of the blocks, that for those of the term."""
        if len(every) == self._ends[-1]:
            return every
        rows = zip(self._skipped.tolist(), pairwise((0, *self._ends.tolist())), strict=True)
        return np.concatenate([every[start + skip : end + skip] for skip, (start, end) in rows])

    def postings(self, places: Longs) -> Longs:
        """The numbers that those of the term have among all postings of the blocks."""
        found: Longs = places + self._skipped[self._ends.searchsorted(places, "right")]
        return found

    def some_positions(self, places: Longs) -> tuple[Longs, Longs]:
        """How many positions the postings at these places have, and all of them."""
        of = self._ends.searchsorted(places, "right")
        postings = places + self._skipped[of]
        before = self._before[of]
        blocks = (postings - before) // STRIDE
        firsts = blocks * STRIDE + before
        runs = postings - firsts
        counts = self.counts.at(ragged(firsts, runs + 1)) + 1
        sums = np.cumsum(counts)
        ends = np.cumsum(runs + 1)
        sizes = counts[ends - 1]
        earlier = np.concatenate((np.zeros(1, np.int64), sums))
        marks, positions = self._marked
        starts = marks[blocks] + earlier[ends - 1] - earlier[ends - 1 - runs]
        return sizes, positions.at(ragged(starts, sizes))
