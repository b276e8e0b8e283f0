"""In which documents of a segment do these terms stand in order, how often? Positions compared as arrays.

A place is one number, document and position together, so that "the next word" is the number plus one.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from searchsvc.analysis import COMMON_TERMS
from searchsvc.engines.whoosh.arrays import Array
from searchsvc.engines.whoosh.columns import Longs, Mask
from searchsvc.engines.whoosh.docset import among
from searchsvc.engines.whoosh.postings import MOST_DOCUMENTS, PAIR, FieldPostings

Found = tuple[Array, Longs]
_NOTHING: Found = (np.empty(0, np.uint16), np.empty(0, np.int64))
#: Of a place, the bits that hold the position.
SHIFT = 32
# Documents of a segment up to which each is looked up; more are marked in a mask.
_FEW = 256


def found(
    part: FieldPostings, pairs: FieldPostings | None, parts: tuple[str, ...], slop: int, inside: Array | None
) -> Found:
    """The documents, ascending, and in each how many places of the first term the others follow in order, with at most
    `slop` positions skipped in all.

    pairs: the postings of common words side by side, where the segment has them. inside: only these documents matter.
    """
    numbers = [part.terms.find(term.encode()) for term in parts]
    if min(numbers) < 0:
        return _NOTHING
    lists = {number: part.documents(number) for number in numbers}
    sets = list(lists.values())
    if pairs is not None and not slop:
        for one, other in pairwise(parts):
            if one in COMMON_TERMS and other in COMMON_TERMS:
                pair = pairs.terms.find(f"{one}{PAIR}{other}".encode())
                if pair < 0:
                    return _NOTHING
                documents = pairs.documents(pair)
                if len(parts) == 2:
                    return documents, pairs.counts(pair).astype(np.int64)
                sets.append(documents)
    if inside is not None:
        sets.append(inside)
    sets.sort(key=len)
    candidates = sets[0]
    for some in sets[1:]:
        if some is not candidates:
            candidates = (
                candidates[_marked(some)[candidates]]
                if len(candidates) > _FEW
                else (candidates[among(some, candidates)[1]])
            )
    if not len(candidates):
        return _NOTHING
    places = {number: _places(part, number, documents, candidates) for number, documents in lists.items()}
    starts, _ = in_order([places[number] for number in numbers], slop)
    counts = np.bincount(starts >> SHIFT, minlength=len(candidates))
    have = counts > 0
    return candidates[have], counts[have]


def _places(part: FieldPostings, number: int, documents: Array, candidates: Array) -> Longs:
    """The places of a term in the candidates, each document by its place among them."""
    if len(candidates) > _FEW:
        wanted = np.flatnonzero(_marked(candidates)[documents])
    else:
        wanted = np.searchsorted(documents, candidates)
    sizes, positions = part.some_places(number, wanted)
    return (np.repeat(np.arange(len(candidates), dtype=np.int64), sizes) << SHIFT) + positions


def _marked(documents: Array) -> Mask:
    mask = np.zeros(MOST_DOCUMENTS, bool)
    mask[documents] = True
    return mask


def in_order(places: list[Longs], slop: int) -> tuple[Longs, Longs]:
    """Where the first of several terms stands and the others follow in order, with at most so many positions skipped
    in all; and where the last of them stands then. Places of each term ascend."""
    if slop:
        return _near(places, slop)
    starts = _side_by_side(places)
    return starts, starts + (len(places) - 1)


def _side_by_side(places: list[Longs]) -> Longs:
    rarest = min(range(len(places)), key=lambda index: len(places[index]))
    starts = places[rarest] - rarest
    for index, some in enumerate(places):
        if index != rarest:
            starts = starts[among(some, starts + index)[1]]
    return np.unique(starts) if len(starts) and (np.diff(starts) == 0).any() else starts


def _near(places: list[Longs], slop: int) -> tuple[Longs, Longs]:
    """Of each next term the first place behind is the one that skips least."""
    starts = ends = np.unique(places[0])
    for following in places[1:]:
        at = np.searchsorted(following, ends, "right")
        some = at < len(following)
        starts, ends = starts[some], following[at[some]]
        same = starts >> SHIFT == ends >> SHIFT
        starts, ends = starts[same], ends[same]
    close = ends - starts - (len(places) - 1) <= slop
    return starts[close], ends[close]
