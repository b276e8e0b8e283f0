"""Here is a term of a field, give me its documents, how often it stands in each, and where: one segment's postings.

A segment is one file of arrays, written once. Of each field it keeps

    terms, ends      the terms in order of their bytes, a newline behind each; where each one ends
    starts           term n has the postings `starts[n]:starts[n + 1]`
    docs             the document of each posting, ascending within a term: 16 bits, a segment has no more documents
    counts, over     how often the term stands there: 8 bits, and (posting, count) for the few that need more
    places, marks    the positions of each posting, ascending; and how many come before every 64th posting
    lengths          tokens of the field in each document

and of the whole segment the `words`: those that are not their own stem, for prefixes, wildcards and fuzzy words.
Does not know the documents of other segments, nor which are deleted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from searchsvc.engines.whoosh import arrays
from searchsvc.engines.whoosh.arrays import Array, narrow, ragged
from searchsvc.engines.whoosh.columns import Ints, Longs

#: Documents that a segment holds at most: their numbers are 16 bits.
MOST_DOCUMENTS = 65_536
#: The field of two common words side by side in another field, its terms the two with PAIR between them.
PAIRS, PAIR = "+", "\x1f"
#: Ends the name of a segment's file, behind Whoosh's own name for it.
EXTENSION = ".postings"

_END = b"\n"
_STRIDE = 64
_MOST = 255


class Terms:
    """Terms in order of their bytes. `number in range(len(terms))` names one."""

    def __init__(self, blob: Array, ends: Array) -> None:
        self._blob = memoryview(blob)  # type: ignore[arg-type]
        self._ends = ends

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, number: int) -> bytes:
        start = int(self._ends[number - 1]) if number else 0
        return bytes(self._blob[start : int(self._ends[number]) - 1])

    def at_or_after(self, term: bytes) -> int:
        """The number of the first term that is not before this one."""
        blob, ends = self._blob, self._ends
        low, high = 0, len(ends)
        while low < high:
            middle = (low + high) // 2
            start = int(ends[middle - 1]) if middle else 0
            if bytes(blob[start : int(ends[middle]) - 1]) < term:
                low = middle + 1
            else:
                high = middle
        return low

    def find(self, term: bytes) -> int:
        """The number of a term, -1 where it is none of them."""
        number = self.at_or_after(term)
        return number if number < len(self) and self[number] == term else -1

    def beginning(self, prefix: bytes) -> range:
        """The numbers of the terms that begin so."""
        first = self.at_or_after(prefix)
        # No byte of UTF-8 is 0xff.
        return range(first, self.at_or_after(prefix + b"\xff") if prefix else len(self))

    def strings(self, numbers: range) -> list[str]:
        """Neighbouring terms as strings."""
        if not numbers:
            return []
        start = int(self._ends[numbers[0] - 1]) if numbers[0] else 0
        return str(self._blob[start : int(self._ends[numbers[-1]]) - 1], "utf-8").split("\n")


def packed(terms: list[bytes]) -> tuple[Array, Array]:
    """The arrays of `Terms` for terms in order."""
    blob = _END.join([*terms, b""])
    sizes = np.fromiter(map(len, terms), np.int64, len(terms)) + 1
    return np.frombuffer(blob, np.uint8), narrow(np.cumsum(sizes))


@dataclass(frozen=True)
class FieldPostings:
    """The postings of one field of a segment, as in the file. `places` is empty where positions are not kept."""

    terms: Terms
    starts: Array
    docs: Array
    _counts: Array
    _over: Array
    _over_counts: Array
    _places: Array
    _marks: Array
    lengths: Array

    @property
    def has_places(self) -> bool:
        return len(self._marks) > 0

    def frequency(self, number: int) -> int:
        """How many documents hold a term, the deleted ones too."""
        return int(self.starts[number + 1]) - int(self.starts[number])

    def span(self, number: int) -> tuple[int, int]:
        """The postings of a term."""
        return int(self.starts[number]), int(self.starts[number + 1])

    def counts(self, start: int, end: int) -> Array:
        """How often the term stands in the document of each of these postings."""
        counts = self._counts[start:end]
        first, last = np.searchsorted(self._over, (start, end))
        if first < last:
            counts = counts.astype(np.int64)
            counts[self._over[first:last].astype(np.int64) - start] = self._over_counts[first:last]
        return counts

    def before(self, posting: int) -> int:
        """How many positions the postings before this one have."""
        mark = posting // _STRIDE
        return int(self._marks[mark]) + int(self.counts(mark * _STRIDE, posting).sum(dtype=np.int64))

    def places(self, start: int, end: int) -> Array:
        """The positions of neighbouring postings, one after another: `counts(start, end)` tells how many of each."""
        return self._places[self.before(start) : self.before(end)]

    def some_places(self, number: int, wanted: Ints | Longs) -> tuple[Longs, Array]:
        """How many positions a term has in each of these postings of it (numbered from its first one, ascending),
        and those positions one after another."""
        start, end = self.span(number)
        if len(wanted) * 2 * _STRIDE > end - start:
            counts = self.counts(start, end).astype(np.int64)
            offsets = np.cumsum(counts) - counts + self.before(start)
            sizes, first = counts[wanted], offsets[wanted]
        else:
            postings = wanted.astype(np.int64) + start
            marks = postings // _STRIDE
            before = self._many_counts(marks * _STRIDE, postings - marks * _STRIDE)
            first = self._marks[marks].astype(np.int64) + before
            sizes = self._many_counts(postings, np.ones(len(postings), np.int64))
        return sizes, self._places[ragged(first, sizes)]

    def _many_counts(self, starts: Longs, sizes: Longs) -> Longs:
        """The sum of the counts of each of these runs of postings."""
        postings = ragged(starts, sizes)
        counts = self._counts[postings].astype(np.int64)
        if len(self._over):
            place = np.minimum(np.searchsorted(self._over, postings), len(self._over) - 1)
            more = self._over[place] == postings
            counts[more] = self._over_counts[place[more]]
        sums = np.concatenate(([0], np.cumsum(counts)))
        ends = np.cumsum(sizes)
        return np.asarray(sums[ends] - sums[ends - sizes])


class SegmentPostings:
    """The postings of one segment. `ids` are the documents' ids, a row of bytes each; `totals` field → the sum of its
    lengths; `words` the unstemmed words that differ from their terms."""

    def __init__(self, path: Path) -> None:
        head, found = arrays.read(path)
        self.documents: int = head["documents"]
        self.ids: Array = found["ids"]
        self.totals: dict[str, int] = head["totals"]
        self.fields: dict[str, FieldPostings] = {
            name: FieldPostings(
                Terms(found[f"{name}.terms"], found[f"{name}.ends"]),
                *(found[f"{name}.{part}"] for part in _PARTS),
            )
            for name in head["fields"]
        }
        self.words = Terms(found["words.terms"], found["words.ends"])

    def __len__(self) -> int:
        return self.documents


_PARTS = ("starts", "docs", "counts", "over", "over_counts", "places", "marks", "lengths")


@dataclass(frozen=True)
class Inverted:
    """The postings of one field in order of (term, document), to be written. `places` is None where positions are not
    kept; else those of all postings, one after another."""

    terms: list[bytes]
    starts: Longs
    docs: Array
    counts: Array
    places: Array | None
    lengths: Array


def write(path: Path, ids: Array, fields: Mapping[str, Inverted], words: list[bytes]) -> None:
    """Write a segment's postings. Raises ValueError where a segment cannot hold so much."""
    if len(ids) > MOST_DOCUMENTS:
        raise ValueError(f"a segment holds {MOST_DOCUMENTS:,} documents, not {len(ids):,}")
    stored: dict[str, Array] = {"ids": ids}
    stored["words.terms"], stored["words.ends"] = packed(words)
    for name, field in fields.items():
        stored[f"{name}.terms"], stored[f"{name}.ends"] = packed(field.terms)
        over = np.flatnonzero(field.counts >= _MOST)
        stored[f"{name}.starts"] = narrow(field.starts)
        stored[f"{name}.docs"] = field.docs.astype(np.uint16)
        stored[f"{name}.counts"] = np.minimum(field.counts, _MOST).astype(np.uint8)
        stored[f"{name}.over"] = narrow(over)
        stored[f"{name}.over_counts"] = narrow(field.counts[over])
        stored[f"{name}.places"] = narrow(field.places if field.places is not None else np.empty(0, np.uint8))
        marks = np.empty(0, np.uint8)
        if field.places is not None:
            ends = np.concatenate((np.zeros(1, np.int64), np.cumsum(field.counts, dtype=np.int64)))
            marks = narrow(ends[::_STRIDE])
        stored[f"{name}.marks"] = marks
        stored[f"{name}.lengths"] = narrow(field.lengths)
    totals = {name: int(field.lengths.sum(dtype=np.int64)) for name, field in fields.items()}
    arrays.write(path, {"documents": len(ids), "fields": list(fields), "totals": totals}, stored)
