"""In which documents do these terms stand in order, how often? Positions compared as arrays.

A place is one number, document and position together, so that "the next word" is the number plus one.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import and_

import numpy as np

from searchsvc.engines.whoosh.columns import Longs
from searchsvc.engines.whoosh.docset import DocSet, among
from searchsvc.engines.whoosh.located import SHIFT, Counted, Located

# Documents whose positions are compared at once.
_AT_ONCE = 1 << 15


def found(terms: Sequence[Located], pairs: Sequence[Located], slop: int, within: DocSet | None) -> Located | Counted:
    """The documents, and in each how many places of the first term the others follow in order, with at most `slop`
    positions skipped in all.

    terms: in order; what stands there twice is one object. pairs: of those side by side that are common words, and
    indexed together. within: only these documents matter, others may be left out.
    """
    if pairs and len(terms) == 2:
        return pairs[0]
    different = {id(term): term for term in (*terms, *pairs)}
    sets = [term.documents for term in different.values()]
    candidates = reduce(and_, sorted([*sets, within] if within is not None else sets, key=len)).ids
    ids, counts = [], []
    for at in range(0, len(candidates), _AT_ONCE):
        some = candidates[at : at + _AT_ONCE]
        places = {id(term): term.within(some) for term in {id(term): term for term in terms}.values()}
        starts, _ = in_order([places[id(term)] for term in terms], slop)
        count = np.bincount(starts >> SHIFT, minlength=len(some))
        have = np.flatnonzero(count)
        ids.append(some[have])
        counts.append(count[have])
    size = terms[0].size
    if not ids:
        return Counted(DocSet.none(size), np.empty(0, np.int64))
    return Counted(DocSet(size, ids=np.concatenate(ids)), np.concatenate(counts))


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
