"""Here are segments, make one of them: postings and columns brought together as arrays, without the deleted documents.

The documents keep their order. Work goes term range by term range, so that memory stays bounded whatever the size.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import compress

import numpy as np
import numpy.typing as npt

from searchsvc.engines.whoosh.arrays import Array, narrow, ragged
from searchsvc.engines.whoosh.columns import Ints, Longs
from searchsvc.engines.whoosh.postings import FieldPostings, Inverted, Run, SegmentPostings
from searchsvc.engines.whoosh.unions import united

# Postings brought together at once.
_AT_ONCE = 300_000

#: For each document of a segment its number in the new one, -1 where it is left out.
Renumbered = npt.NDArray[np.int64]


def renumbered(kept: Sequence[npt.NDArray[np.bool_]]) -> list[Renumbered]:
    """The new numbers of the documents of several segments, of which those `kept` go on."""
    result, base = [], 0
    for some in kept:
        numbers = np.where(some, np.cumsum(some) - 1 + base, -1)
        result.append(numbers)
        base += int(np.count_nonzero(some))
    return result


def merged(segments: Sequence[SegmentPostings], numbers: Sequence[Renumbered]) -> tuple[Mapping[str, Inverted], bytes]:
    """The postings of all fields, each made when it is asked for and not kept, and the unstemmed words."""
    return _Fields(segments, numbers), united([segment.words.joined for segment in segments])[0]


class _Fields(Mapping[str, Inverted]):
    def __init__(self, segments: Sequence[SegmentPostings], numbers: Sequence[Renumbered]) -> None:
        self._parts = list(zip(segments, numbers, strict=True))
        self._names = list(dict.fromkeys(name for segment in segments for name in segment.fields))

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __getitem__(self, name: str) -> Inverted:
        parts = [(segment.fields[name], new) for segment, new in self._parts if name in segment.fields]
        return _field(parts, sum(int(np.count_nonzero(new >= 0)) for _, new in self._parts))


def _field(parts: Sequence[tuple[FieldPostings, Renumbered]], documents: int) -> Inverted:
    """One field. Terms that only deleted documents have are left out."""
    every, places = united([part.terms.joined for part, _ in parts])
    count = every.count(b"\n") + bool(every)
    lengths = np.zeros(documents, np.int32)
    weight = np.zeros(count, np.int64)  # postings of each term, to divide the work by
    for (part, new), place in zip(parts, places, strict=True):
        lengths[new[new >= 0]] = part.lengths[new >= 0]
        weight[place] += part.frequencies
    keep_places = any(part.has_places for part, _ in parts)
    frequency = np.zeros(count, np.int64)
    # What is found goes to its place at once: memory is what is short here.
    docs = _Row(int(weight.sum()), np.uint16)
    counts = _Row(int(weight.sum()), np.uint8)
    positions = _Row(sum(int(part.lengths.sum(dtype=np.int64)) for part, _ in parts if part.has_places), np.uint16)
    for first, last in _ranges(weight):
        blocks = [
            _read(part, new, place, *np.searchsorted(place, (first, last)).tolist())
            for (part, new), place in zip(parts, places, strict=True)
        ]
        frequency[first:last], *found = _interleaved(blocks, first, last)
        for row, some in zip((docs, counts, positions), found, strict=True):
            row.append(some)
    left = frequency > 0
    if not left.all():
        every = b"\n".join(compress(every.split(b"\n"), left.tolist()))
    return Inverted(
        every,
        np.concatenate((np.zeros(1, np.int64), np.cumsum(frequency[left]))),
        docs.all,
        counts.all,
        positions.all if keep_places else None,
        lengths,
    )


def _ranges(weight: Longs) -> Iterator[tuple[int, int]]:
    """Ranges of terms of at most about `_AT_ONCE` postings each."""
    ends = np.cumsum(weight)
    first = 0
    while first < len(ends):
        before = int(ends[first - 1]) if first else 0
        last = max(int(np.searchsorted(ends, before + _AT_ONCE, "right")), first + 1)
        yield first, last
        first = last


class _Row:
    """Numbers of which pieces come one after another; `all` is what came. The type widens with what comes."""

    def __init__(self, most: int, dtype: npt.DTypeLike) -> None:
        self._numbers: Array = np.empty(most, dtype)
        self._size = 0

    def append(self, some: Array) -> None:
        if some.dtype.itemsize > self._numbers.dtype.itemsize:
            self._numbers = self._numbers.astype(some.dtype)
        self._numbers[self._size : self._size + len(some)] = some
        self._size += len(some)

    @property
    def all(self) -> Array:
        return self._numbers[: self._size]


def _read(part: FieldPostings, new: Renumbered, place: Ints, first: int, last: int) -> Run:
    """The postings of a segment's terms from one to another, with the new numbers of terms and documents."""
    run = part.run(first, last)
    docs = new[run.docs]
    live = docs >= 0
    if live.all():
        return Run(place[run.terms], run.sizes, docs.astype(np.uint16), run.counts, run.places)
    sizes = _sums(live, run.sizes)
    places = run.places[np.repeat(live, run.counts)] if part.has_places else run.places
    return Run(place[run.terms], sizes, docs[live].astype(np.uint16), run.counts[live], places)


def _interleaved(blocks: Sequence[Run], first: int, last: int) -> tuple[Longs, Array, Array, Array]:
    """How many postings each term from one to another has in all; and documents, counts and positions in order: of
    each term the block of one segment after that of another, whose documents come before."""
    terms, sizes, docs, counts, places = (
        np.concatenate([getattr(block, name) for block in blocks])
        for name in ("terms", "sizes", "docs", "counts", "places")
    )
    order = np.argsort(terms, kind="stable")
    frequency = np.bincount(terms - first, sizes, minlength=last - first).astype(np.int64)
    if len(places):
        tokens = _sums(counts, sizes)
        places = places[ragged((np.cumsum(tokens) - tokens)[order], tokens[order])]
    at = ragged((np.cumsum(sizes) - sizes)[order], sizes[order])
    return frequency, docs[at], narrow(counts[at]), narrow(places)


def _sums(numbers: Array, sizes: Longs) -> Longs:
    """The sum of each of these neighbouring stretches."""
    found = np.zeros(len(sizes), np.int64)
    filled = np.flatnonzero(sizes)  # reduceat gives an empty stretch the number that comes next, and fails at the end
    if len(filled):
        found[filled] = np.add.reduceat(numbers, (np.cumsum(sizes) - sizes)[filled], dtype=np.int64)
    return found
