"""Here are segments, make one of them: postings and columns brought together as arrays, without the deleted documents.

The documents keep their order. Work goes term range by term range, so that memory stays bounded whatever the size.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from searchsvc.engines.whoosh.arrays import Array, ragged
from searchsvc.engines.whoosh.columns import Longs
from searchsvc.engines.whoosh.postings import FieldPostings, Inverted, SegmentPostings, Terms

# Positions brought together at once.
_AT_ONCE = 4_000_000

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


def merged(
    segments: Sequence[SegmentPostings], numbers: Sequence[Renumbered]
) -> tuple[dict[str, Inverted], list[bytes]]:
    """The postings of all fields and the unstemmed words."""
    names = list(dict.fromkeys(name for segment in segments for name in segment.fields))
    fields = {
        name: _field(
            [(segment.fields[name], new) for segment, new in zip(segments, numbers, strict=True)
             if name in segment.fields],
            sum(int(np.count_nonzero(new >= 0)) for new in numbers),
        )
        for name in names
    }  # fmt: skip
    words = {word for segment in segments for word in _all(segment.words)}
    return fields, sorted(words)


def _all(terms: Terms) -> list[bytes]:
    return terms.all_of(range(len(terms)))


def _field(parts: Sequence[tuple[FieldPostings, Renumbered]], documents: int) -> Inverted:
    """One field. Terms that only deleted documents have are left out."""
    own = [_all(part.terms) for part, _ in parts]
    every = sorted(set().union(*own))
    number = {term: index for index, term in enumerate(every)}
    # Of each segment: its terms' numbers among all.
    places = [np.fromiter((number[term] for term in terms), np.int64, len(terms)) for terms in own]
    lengths = np.zeros(documents, np.int64)
    weight = np.zeros(len(every) + 1, np.int64)  # positions of each term, or postings, to divide the work by
    for (part, new), place in zip(parts, places, strict=True):
        lengths[new[new >= 0]] = part.lengths[new >= 0]
        weight[place] += part.frequencies * 2
    keep_places = any(part.has_places for part, _ in parts)
    frequency = np.zeros(len(every), np.int64)
    found: list[tuple[npt.NDArray[np.uint16], npt.NDArray[np.uint32], npt.NDArray[Any] | None]] = []
    for first, last in _ranges(weight):
        piece = [
            _read(part, new, place, _between(place, first, last), keep_places)
            for (part, new), place in zip(parts, places, strict=True)
        ]
        terms, docs, counts = (np.concatenate([row[column] for row in piece]) for column in range(3))
        # Segments come in order and documents within them: a stable sort by term is all.
        order = np.argsort(terms, kind="stable")
        frequency[first:last] = np.bincount(terms - first, minlength=last - first)
        together: npt.NDArray[Any] | None = None
        if keep_places:
            apart = np.concatenate([row[3] for row in piece])
            ends = np.cumsum(counts, dtype=np.int64)
            together = apart[ragged((ends - counts)[order], counts[order])]
        found.append((docs[order].astype(np.uint16), counts[order].astype(np.uint32), together))
    docs = np.concatenate([row[0] for row in found]) if found else np.empty(0, np.uint16)
    counts = np.concatenate([row[1] for row in found]) if found else np.empty(0, np.uint32)
    positions: npt.NDArray[Any] | None = None
    if keep_places:
        positions = np.concatenate([row[2] for row in found if row[2] is not None]) if found else np.empty(0, np.uint16)
    left = frequency > 0
    return Inverted(
        [term for term, some in zip(every, left.tolist(), strict=True) if some],
        np.concatenate(([0], np.cumsum(frequency[left]))),
        docs,
        counts,
        positions,
        lengths,
    )


def _ranges(weight: Longs) -> Iterator[tuple[int, int]]:
    """Ranges of terms of at most about `_AT_ONCE` positions each."""
    ends = np.cumsum(weight[:-1])
    first = 0
    while first < len(ends):
        before = int(ends[first - 1]) if first else 0
        last = max(int(np.searchsorted(ends, before + _AT_ONCE, "right")), first + 1)
        yield first, last
        first = last


def _between(place: Longs, first: int, last: int) -> tuple[int, int]:
    """Those of a segment's own terms whose numbers are from one to another."""
    return int(np.searchsorted(place, first)), int(np.searchsorted(place, last))


def _read(
    part: FieldPostings, new: Renumbered, place: Longs, some: tuple[int, int], keep_places: bool
) -> tuple[Longs, Longs, Array, Array]:
    """The postings of a segment's terms from one to another: term's number, new document, count; and positions."""
    run = part.run(*some)
    terms, docs, counts, positions = place[run.terms], new[run.docs], run.counts, run.places
    live = docs >= 0
    if not live.all():
        if keep_places:
            positions = positions[np.repeat(live, counts)]
        terms, docs, counts = terms[live], docs[live], counts[live]
    return terms, docs, counts, positions
