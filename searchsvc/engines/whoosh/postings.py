"""Here is a term of a field, give me its documents, how often it stands in each, and where: one segment's postings.

A segment is one file of arrays, written once. Of each field it keeps

    terms      in order of their bytes, 64 to a block that is compressed, with the first one of each block apart
    lists      the postings of each term: documents, counts and positions, in one of the layouts of `lists.py`; of those
               that are not the plain one, `members` names the terms
    lengths    tokens of the field in each document

and of the whole segment the `words`: those that are not their own stem, for prefixes, wildcards and fuzzy words.
Does not know the documents of other segments, nor which are deleted.
"""

from __future__ import annotations

import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from searchsvc.engines.whoosh import arrays
from searchsvc.engines.whoosh.arrays import Array, Packed, Stored, narrow
from searchsvc.engines.whoosh.columns import Ints, Longs, Mask
from searchsvc.engines.whoosh.lists import LAYOUTS, Bits, Lists, Plain, Postings, Stretch, layouts

#: Documents that a segment holds at most: their numbers are 16 bits.
MOST_DOCUMENTS = 65_536
#: A segment of fewer documents will soon be merged: not much work is put into making it small or quick.
LASTING = 16_384
#: The field of two common words side by side in another field, its terms the two with PAIR between them.
PAIRS, PAIR = "+", "\x1f"
#: Ends the name of a segment's file, behind Whoosh's own name for it.
EXTENSION = ".postings"

_END = b"\n"
# Terms that are compressed together, and the bits of how far back that looks: of more a block has seldom any use.
_BLOCK, _WINDOW = 64, 10


class Terms:
    """Terms in order of their bytes. `number in range(len(terms))` names one. None has a newline in it."""

    def __init__(self, count: int, blob: Array, ends: Array, heads: Array) -> None:
        """heads: the first term of each block; blob: the blocks, compressed; ends: where each one ends."""
        self._count, self._blob, self._ends, self._packed_heads = count, blob, ends, heads
        # The block read last: what is asked for next is often beside.
        self._latest: tuple[int, list[bytes]] = (-1, [])

    @classmethod
    def stored(cls, stored: Stored, name: str) -> Terms:
        """The terms that `parts` gave, from the file."""
        arrays_ = (stored.array(f"{name}.{part}") for part in ("terms", "ends", "heads"))
        return cls(int(stored.head["terms"].get(name, 0)), *arrays_)

    @staticmethod
    def parts(terms: bytes, name: str, *, level: int = 6) -> dict[str, Array | Packed]:
        """The arrays of terms in order, divided by newlines. level: how much work is to go into making them small."""
        breaks = np.flatnonzero(np.frombuffer(terms, np.uint8) == ord(_END))
        cuts = [-1, *breaks[_BLOCK - 1 :: _BLOCK].tolist(), len(terms)] if terms else []
        whole = [terms[start + 1 : end] for start, end in pairwise(cuts)]
        blocks = [zlib.compress(block, level, -_WINDOW) for block in whole]
        ends = np.cumsum(np.fromiter(map(len, blocks), np.int64, len(blocks)), dtype=np.int64)
        return {
            f"{name}.terms": np.frombuffer(b"".join(blocks), np.uint8),
            f"{name}.ends": narrow(ends),
            f"{name}.heads": np.frombuffer(_END.join(block.partition(_END)[0] for block in whole), np.uint8),
        }

    @classmethod
    def of(cls, terms: Sequence[bytes]) -> Terms:
        """Terms in order."""
        found = cls.parts(_END.join(terms), "")
        return cls(len(terms), *(np.asarray(found[f".{part}"]) for part in ("terms", "ends", "heads")))

    def __len__(self) -> int:
        return self._count

    @cached_property
    def _heads(self) -> list[bytes]:
        return self._packed_heads.tobytes().split(_END) if self._count else []

    def _joined(self, number: int) -> bytes:
        start = int(self._ends[number - 1]) if number else 0
        return zlib.decompress(self._blob[start : int(self._ends[number])].data, -_WINDOW)

    def _block(self, number: int) -> list[bytes]:
        latest, found = self._latest
        if latest != number:
            found = self._joined(number).split(_END)
            self._latest = number, found
        return found

    @property
    def joined(self) -> bytes:
        """All terms, divided by newlines."""
        return _END.join(map(self._joined, range(len(self._ends))))

    def __getitem__(self, number: int) -> bytes:
        return self._block(number // _BLOCK)[number % _BLOCK]

    def at_or_after(self, term: bytes) -> int:
        """The number of the first term that is not before this one."""
        block = bisect_right(self._heads, term) - 1
        return block * _BLOCK + bisect_left(self._block(block), term) if block >= 0 else 0

    def find(self, term: bytes) -> int:
        """The number of a term, -1 where it is none of them."""
        block = bisect_right(self._heads, term) - 1
        if block < 0:
            return -1
        terms = self._block(block)
        place = bisect_left(terms, term)
        return block * _BLOCK + place if place < len(terms) and terms[place] == term else -1

    def beginning(self, prefix: bytes) -> range:
        """The numbers of the terms that begin so."""
        first = self.at_or_after(prefix)
        # No byte of UTF-8 is 0xff.
        return range(first, self.at_or_after(prefix + b"\xff") if prefix else len(self))

    def all_of(self, numbers: range) -> list[bytes]:
        """Neighbouring terms."""
        if not numbers:
            return []
        first, last = numbers[0] // _BLOCK, numbers[-1] // _BLOCK
        found = [term for block in range(first, last + 1) for term in self._block(block)]
        return found[numbers[0] - first * _BLOCK : numbers[-1] + 1 - first * _BLOCK]

    def strings(self, numbers: range) -> list[str]:
        """Neighbouring terms as strings."""
        return _END.join(self.all_of(numbers)).decode().split("\n") if numbers else []


@dataclass(frozen=True)
class Run:
    """The postings of neighbouring terms, one list after another: of each list the number of its term, in no order, and
    how many documents it has; of each posting the document and the count; and the positions of all in a row."""

    terms: Ints
    sizes: Longs
    docs: Array
    counts: Array
    places: Array


class FieldPostings:
    """The postings of one field of a segment, read from its file as they are asked for."""

    def __init__(self, stored: Stored, name: str, size: int) -> None:
        self.terms = Terms.stored(stored, name)
        self._stored, self._name = stored, name
        self.has_places = bool(stored.head["places"][name])
        self._plain = Plain(stored, name, size)
        #: Of each other layout the terms that are kept in it.
        self._others: list[tuple[Array, Lists]] = []
        for kind, _, _ in LAYOUTS[1:]:
            members = stored.array(f"{name}.{kind.name}.members")
            if len(members):
                self._others.append((members, kind(stored, name, size)))

    @cached_property
    def lengths(self) -> Array:
        """How many tokens of the field each document has; 0 where positions are not kept."""
        packed = self._stored.packed(f"{self._name}.lengths")
        return packed.between(0, len(packed))

    @cached_property
    def _apart(self) -> tuple[list[int], list[int], list[int]]:
        """The terms that are not in the plain layout, of each the layout's place among the others, and its number in
        it: as lists, which are quick to look one up in."""
        if not self._others:
            return [], [], []
        sizes = [len(members) for members, _ in self._others]
        terms = np.concatenate([members for members, _ in self._others])
        kinds, places = np.repeat(np.arange(len(sizes)), sizes), np.concatenate([np.arange(size) for size in sizes])
        order = terms.argsort()
        return terms[order].tolist(), kinds[order].tolist(), places[order].tolist()

    def listed(self, number: int) -> tuple[Lists, int]:
        """The layout that a term's list is kept in, and its number there."""
        terms, kinds, places = self._apart
        at = bisect_left(terms, number)
        if at < len(terms) and terms[at] == number:
            return self._others[kinds[at]][1], places[at]
        return self._plain, number - at

    def stretch(self, base: int, number: int) -> Stretch[Any]:
        """A term's list, in a snapshot in which the segment's documents are numbered from `base`."""
        lists, place = self.listed(number)
        return Stretch(base, lists, place, lists.starts[place], lists.starts[place + 1])

    def frequency(self, number: int) -> int:
        """How many documents hold a term, the deleted ones too."""
        lists, place = self.listed(number)
        return lists.starts[place + 1] - lists.starts[place]

    @property
    def frequencies(self) -> Longs:
        """That of every term."""
        found = np.zeros(len(self.terms), np.int64)
        plain = np.ones(len(self.terms), bool)
        for members, lists in self._others:
            found[members] = np.diff(lists.starts.between(0, len(lists)))
            plain[members] = False
        if len(self._plain):
            found[plain] = np.diff(self._plain.starts.between(0, len(self._plain)))
        return found

    def documents(self, number: int) -> Array:
        """The documents of a term, ascending."""
        lists, place = self.listed(number)
        return lists.documents(place)

    def counts(self, number: int) -> Array:
        """How often a term stands in each of its documents."""
        lists, place = self.listed(number)
        return lists.counts(place)

    def places(self, number: int) -> Array:
        """The positions of a term, those in one document after those in another: `counts` tells how many of each."""
        lists, place = self.listed(number)
        return lists.places(place)

    def mark(self, numbers: Longs, mask: Mask) -> None:
        """Set in the mask, of a bool a document, those that hold any of these terms."""
        plain = np.ones(len(numbers), bool)
        own = numbers.copy()
        for members, lists in self._others:
            places = members.searchsorted(numbers)
            mine = members[np.minimum(places, len(members) - 1)] == numbers
            for place in places[mine].tolist():
                if isinstance(lists, Bits):
                    mask |= lists.mask(place)
                else:
                    mask[lists.documents(place)] = True
            own -= places
            plain &= ~mine
        if plain.any():
            mask[self._plain.chosen(own[plain])] = True

    def run(self, first: int, last: int) -> Run:
        """The postings of the terms from the first to before the last."""
        found: list[Run] = []
        plain = np.ones(last - first, bool)
        skipped = (0, 0)
        for members, lists in self._others:
            start, end = members.searchsorted((first, last)).tolist()
            skipped = skipped[0] + start, skipped[1] + end
            if start < end:
                some = members[start:end].astype(np.int32)
                plain[some - first] = False
                found.append(_run(lists, some, start, end, self.has_places))
        mine = np.flatnonzero(plain).astype(np.int32) + np.int32(first)
        found.append(_run(self._plain, mine, first - skipped[0], last - skipped[1], self.has_places))
        return Run(*(np.concatenate([getattr(run, one.name) for run in found]) for one in dataclass_fields(Run)))


def _run(lists: Lists, members: Ints, first: int, last: int, has_places: bool) -> Run:
    if first == last:
        return Run(members, np.empty(0, np.int64), *(np.empty(0, np.uint8) for _ in range(3)))
    starts = lists.starts.between(first, last)
    start, end = int(starts[0]), int(starts[-1])
    places = lists.places_between(start, end) if has_places else np.empty(0, np.uint8)
    return Run(members, np.diff(starts), lists.run(first, last), lists.counts_between(start, end), places)


class SegmentPostings:
    """The postings of one segment. `ids` are the documents' ids, a row of bytes each; `totals` field → the sum of its
    lengths; `words` the unstemmed words that differ from their terms."""

    def __init__(self, path: Path) -> None:
        stored = arrays.read(path)
        self.documents: int = stored.head["documents"]
        self.ids: Array = stored.array("ids")
        self.totals: dict[str, int] = stored.head["totals"]
        self.fields = {name: FieldPostings(stored, name, self.documents) for name in stored.head["fields"]}
        self.words = Terms.stored(stored, "words")

    def __len__(self) -> int:
        return self.documents


def ids(path: Path) -> Array:
    """The ids of a segment's documents, a row of bytes each."""
    return arrays.read(path).array("ids")


@dataclass(frozen=True)
class Inverted:
    """The postings of one field in order of (term, document), to be written. `terms` are divided by newlines. `places`
    is None where positions are not kept; else those of all postings, one after another."""

    terms: bytes
    starts: Longs
    docs: Array
    counts: Array
    places: Array | None
    lengths: Array


def write(path: Path, ids: Array, fields: Mapping[str, Inverted], words: bytes) -> None:
    """Write a segment's postings; `words` are in order, divided by newlines. Raises ValueError where a segment cannot
    hold so much."""
    if len(ids) > MOST_DOCUMENTS:
        raise ValueError(f"a segment holds {MOST_DOCUMENTS:,} documents, not {len(ids):,}")
    level = 6 if len(ids) >= LASTING else 1
    stored: dict[str, Array | Packed] = {"ids": ids, **Terms.parts(words, "words", level=level)}
    count = words.count(_END) + bool(words)
    head: dict[str, Any] = {
        "documents": len(ids), "fields": [], "totals": {}, "places": {}, "terms": {"words": count}
    }  # fmt: skip
    for name in fields:
        # Nothing here holds a field while the next one is made: they are large.
        stored |= _packed(name, fields[name], len(ids), head, level)
    arrays.write(path, head, stored)


def _packed(name: str, field: Inverted, size: int, head: dict[str, Any], level: int) -> dict[str, Array | Packed]:
    """The arrays of a field; what is told of it goes into the head."""
    head["fields"].append(name)
    head["totals"][name] = int(field.lengths.sum(dtype=np.int64))
    head["places"][name] = field.places is not None
    head["terms"][name] = len(field.starts) - 1
    return {
        **Terms.parts(field.terms, name, level=level),
        **_lists(name, field, size),
        f"{name}.lengths": Packed.of(field.lengths),
    }


def _lists(name: str, field: Inverted, size: int) -> dict[str, Array | Packed]:
    """The postings of a field, each list in its layout."""
    frequency = np.diff(field.starts)
    kinds = layouts(frequency, size)
    found: dict[str, Array | Packed] = {}
    tokens = np.add.reduceat(field.counts, field.starts[:-1], dtype=np.int64) if len(frequency) else frequency
    for number, (kind, _, _) in enumerate(LAYOUTS):
        mine = kinds == number
        members = np.flatnonzero(mine)
        if not len(members):
            continue
        if len(members) == len(kinds):
            postings = Postings(field.starts, field.docs, field.counts, field.places)
        else:
            chosen = np.repeat(mine, frequency)
            places = None
            if field.places is not None:
                places = field.places[np.repeat(mine, tokens)]
            starts = np.concatenate((np.zeros(1, np.int64), np.cumsum(frequency[members])))
            postings = Postings(starts, field.docs[chosen], field.counts[chosen], places)
        if kind is not Plain:
            found[f"{name}.{kind.name}.members"] = narrow(members)
        found |= kind.parts(postings, name, size)
    return found
