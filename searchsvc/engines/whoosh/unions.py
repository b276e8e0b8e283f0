"""Here are lists of terms, each in order, give me all of them in order, and where those of each list are among them.

Terms are compared eight bytes at a time, as numbers and all at once. No term has a newline or a zero in it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from searchsvc.engines.whoosh.arrays import ragged
from searchsvc.engines.whoosh.columns import Ints, Longs

# Bytes that are compared at once.
_WIDTH = 8
# Of each number of bytes up to that the bits of the first so many.
_BITS = np.array([(1 << 8 * size) - 1 for size in range(_WIDTH + 1)], np.uint64)


def united(lists: Sequence[bytes]) -> tuple[bytes, list[Ints]]:
    """Every term of the lists once, in order; and of each list the places of its terms there. The terms of a list, and
    those of all, are divided by newlines; an empty list has none."""
    data = b"\n".join([b"", *filter(None, lists), bytes(2 * _WIDTH)])
    breaks = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n"))
    starts = breaks[:-1] + 1
    sizes = breaks[1:] - starts
    heads = _heads(data, starts, sizes)
    order = np.argsort(heads)
    first = _first(heads[order])  # whether a term is another one than that before
    compared = _WIDTH
    while True:
        # Of terms that begin alike some go on.
        numbers = np.cumsum(first) - 1
        longer = np.bincount(numbers, sizes[order] > compared) > 0
        open_ = np.flatnonzero((longer & (np.bincount(numbers) > 1))[numbers])
        if not len(open_):
            break
        some, among = order[open_], numbers[open_]
        heads = _heads(data, starts[some] + compared, sizes[some] - compared)
        sorted_ = np.lexsort((heads, among))  # each group stays in its place
        order[open_] = some[sorted_]
        first[open_] = _first(heads[sorted_]) | _first(among)
        compared += _WIDTH
    places = np.empty(len(order), np.int32)
    places[order] = numbers
    one = order[first]
    every = np.frombuffer(data, np.uint8)[ragged(starts[one], sizes[one] + 1)][:-1].tobytes()
    counts = [some.count(b"\n") + 1 if some else 0 for some in lists]
    return every, np.split(places, np.cumsum(counts)[:-1])


def _first(numbers: npt.NDArray[np.generic]) -> npt.NDArray[np.bool_]:
    return np.concatenate((np.ones(min(len(numbers), 1), bool), numbers[1:] != numbers[:-1]))


def _heads(data: bytes, starts: Longs, sizes: Longs) -> npt.NDArray[np.uint64]:
    """The bytes from there on as numbers that are in the order of the bytes; what is short ends in zeros."""
    words = np.frombuffer(data, "<u8", len(data) // _WIDTH)
    at = np.minimum(starts // _WIDTH, len(words) - 2)
    by = (starts % _WIDTH * 8).astype(np.uint64)
    heads: npt.NDArray[np.uint64] = (words[at] >> by) | ((words[at + 1] << np.uint64(1)) << (np.uint64(63) - by))
    heads &= _BITS[np.clip(sizes, 0, _WIDTH)]
    return heads.byteswap(inplace=True)
