"""Here is a term of a field, which number has it in each of the segments? One list of the terms of all that last.

A word of a question would be looked for in every segment by itself, whether it is there or not. A generation has one
file over its large segments, which stay for long; a link to that of the generation before while they are the same.

    terms     of each field those of all these segments, once, in order
    bits      of each term and segment whether it is there: a row of words of 64 bits, for 64 terms, a word a segment
    before    how many terms of each segment come before those of every fourth row: a term's number there is that, and
              the bits from there to its own counted

Where the file is missing, or a segment is not in it, the segment's own list answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import compress
from pathlib import Path

import numpy as np

from searchsvc.engines.whoosh import arrays
from searchsvc.engines.whoosh.arrays import Array, Packed, Stored, narrow
from searchsvc.engines.whoosh.columns import Mask
from searchsvc.engines.whoosh.docset import BELOW, Bits
from searchsvc.engines.whoosh.postings import LASTING, SegmentPostings, Terms
from searchsvc.engines.whoosh.unions import united

NAME = "dictionary"
# Of fewer segments there is no more to look through than in the file itself.
_FEWEST = 2
# Segments that one may be left out of so many.
_WAITING = 8
_WORD = 64
_ROWS = 4


class FieldDictionary:
    """The terms of one field of some segments."""

    def __init__(self, stored: Stored, name: str) -> None:
        self.terms = Terms.stored(stored, name)
        self._bits: Bits = stored.array(f"{name}.bits")
        self._before = stored.array(f"{name}.before")

    def numbers(self, term: bytes) -> list[int] | None:
        """The number that each segment has the term under, -1 where it has not; None where none has it."""
        number = self.terms.find(term)
        if number < 0:
            return None
        last = number // _WORD
        first = last // _ROWS * _ROWS
        rows = self._bits[first : last + 1].copy()
        held = (rows[-1] >> np.uint64(number % _WORD)) & np.uint64(1)
        rows[-1] &= BELOW[number % _WORD]
        below = np.bitwise_count(rows).sum(axis=0, dtype=np.int64)
        found: list[int] = np.where(held > 0, self._before[last // _ROWS] + below, -1).tolist()
        return found

    def held(self, segments: Sequence[int]) -> Mask:
        """Of each term, a row, whether each of these segments has it."""
        if not len(self.terms):
            return np.zeros((0, len(segments)), bool)
        columns = np.ascontiguousarray(self._bits[:, segments].T).view(np.uint8)
        return np.unpackbits(columns, axis=1, bitorder="little", count=len(self.terms)).view(bool).T

    @staticmethod
    def parts(terms: bytes, held: Mask, name: str) -> dict[str, Array | Packed]:
        """The arrays of terms in order, divided by newlines, and of which segments have them."""
        words = np.zeros((-(-len(held) // _WORD) * _WORD, held.shape[1]), bool)
        words[: len(held)] = held
        packed = np.packbits(words, axis=0, bitorder="little").reshape(-1, _WORD // 8, held.shape[1])
        bits = np.ascontiguousarray(packed.transpose(0, 2, 1)).view("<u8")[:, :, 0]
        counts = np.bitwise_count(bits)
        before = (np.cumsum(counts, axis=0, dtype=np.int64) - counts)[::_ROWS]
        return {**Terms.parts(terms, name), f"{name}.bits": bits, f"{name}.before": narrow(before)}


class Dictionary:
    """The terms of all fields of the segments of these names."""

    def __init__(self, path: Path) -> None:
        """Raises IndexCorrupt where it is no such file."""
        stored = arrays.read(path)
        self.segments: list[str] = stored.head["segments"]
        self.fields = {name: FieldDictionary(stored, name) for name in stored.head["terms"]}


def read(folder: Path) -> Dictionary | None:
    """That of a generation; None where it has none."""
    path = folder / NAME
    return Dictionary(path) if path.exists() else None


def write(folder: Path, sizes: Mapping[str, int], opened: Callable[[str], SegmentPostings]) -> None:
    """Bring a new generation's file, a link to that of the one before, up to date with its segments.

    sizes: the name of each segment and how many documents it has; opened: gives the postings of one.
    """
    wanted = [name for name, size in sizes.items() if size >= LASTING]
    before = read(folder)
    known = before.segments if before is not None else []
    # To write it anew takes the longer, the more are in it: new ones wait until they are some of many.
    if before is not None and set(known) <= set(wanted) and (len(wanted) - len(known)) * _WAITING <= len(known):
        return
    (folder / NAME).unlink(missing_ok=True)  # the file of the generation before stays as it is
    if len(wanted) < _FEWEST:
        return
    kept = [number for number, name in enumerate(known) if name in wanted]
    known = [known[number] for number in kept]
    parts = {name: opened(name) for name in wanted if name not in known}
    fields = dict.fromkeys(field for some in (before, *parts.values()) if some for field in some.fields)
    stored: dict[str, Array | Packed] = {}
    counts = {}
    for field in fields:
        terms, held = _united(before.fields.get(field) if before else None, kept, list(parts.values()), field)
        stored |= FieldDictionary.parts(terms, held, field)
        counts[field] = len(held)
    arrays.write(folder / NAME, {"segments": [*known, *parts], "terms": counts}, stored)


def _united(
    before: FieldDictionary | None, kept: Sequence[int], parts: Sequence[SegmentPostings], field: str
) -> tuple[bytes, Mask]:
    """The terms of a field and, of each, whether each segment has it: those kept of a dictionary, then others."""
    old, terms = np.zeros((0, len(kept)), bool), b""
    if before is not None and kept:
        old, terms = before.held(kept), before.terms.joined
        alive = old.any(axis=1)
        if not alive.all():  # terms of segments that are gone
            old, terms = old[alive], b"\n".join(compress(terms.split(b"\n"), np.asarray(alive)))
    every, places = united(
        [terms, *(part.fields[field].terms.joined if field in part.fields else b"" for part in parts)]
    )
    held = np.zeros((every.count(b"\n") + bool(every), len(kept) + len(parts)), bool)
    held[places[0], : len(kept)] = old
    for number, place in enumerate(places[1:], len(kept)):
        held[place, number] = True
    return every, held


def faults(dictionary: Dictionary, postings: Mapping[str, SegmentPostings]) -> Iterator[str]:
    """What is wrong in it. postings: those of the generation's segments."""
    for number, name in enumerate(dictionary.segments):
        if name not in postings:
            yield f"the dictionary has a segment {name} that is none of the generation"
            continue
        for field, part in postings[name].fields.items():
            found = dictionary.fields.get(field)
            terms: Iterable[bytes] = ()
            if found is not None and len(found.terms):
                terms = compress(found.terms.joined.split(b"\n"), found.held([number]).reshape(-1))
            if found is None or b"\n".join(terms) != part.terms.joined:
                yield f"segment {name}: the dictionary has not the terms of {field}"
