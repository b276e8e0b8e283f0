"""Which documents share enough prints with this one that it may be a copy of them? The prints of all, in memory.

Two sorted arrays of prints and of who holds them, and a dict of what is newer; on disk each document has its own.
"""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import numpy.typing as npt

from searchsvc.copies import SHARED, Hashes

#: Prints that any candidate shares (of a short text, its one): one alone is shared by chance too often.
FEWEST_SHARED = 2
#: Candidates whose prints are looked at more closely for it.
MOST_CANDIDATES = 64
#: Documents looked at for one print: the first and the last of those that hold it. Boilerplate is held by thousands.
FIRST_HOLDERS, LAST_HOLDERS = 40, 120
#: Standard deviations below the expected number of shared prints at which two documents are compared all the same.
DOUBT = 2.0


class Prints:
    """Which documents hold this print? In memory: two sorted arrays, and a dict of what is newer."""

    def __init__(self) -> None:
        self.last = 0
        self._hashes: Hashes = np.empty(0, np.uint64)
        self._holders: npt.NDArray[np.int64] = np.empty(0, np.int64)
        self._recent: dict[int, list[int]] = {}
        self._recent_count = 0

    def load(self, rows: list[tuple[int, bytes]]) -> None:
        """Take in many documents at once."""
        counts = [len(prints) // 8 for _, prints in rows]
        hashes = np.frombuffer(b"".join(prints for _, prints in rows), np.uint64)
        self._merge(hashes, np.repeat(np.array([seq for seq, _ in rows], np.int64), counts))
        self.last = max([self.last, *(seq for seq, _ in rows)])

    def _merge(self, hashes: Hashes, holders: npt.NDArray[np.int64]) -> None:
        hashes, holders = np.concatenate((self._hashes, hashes)), np.concatenate((self._holders, holders))
        order = np.lexsort((holders, hashes))
        self._hashes, self._holders = hashes[order], holders[order]

    def add(self, seq: int, prints: Hashes) -> None:
        """Take in one document."""
        for value in prints.tolist():
            self._recent.setdefault(value, []).append(seq)
        self._recent_count += len(prints)
        self.last = max(self.last, seq)
        if self._recent_count > max(100_000, len(self._hashes) // 4):
            holders = [seq for some in self._recent.values() for seq in some]
            counts = [len(some) for some in self._recent.values()]
            self._merge(np.repeat(np.array(list(self._recent), np.uint64), counts), np.array(holders, np.int64))
            self._recent, self._recent_count = {}, 0

    def candidates(self, prints: Hashes) -> tuple[list[tuple[int, int]], int]:
        """Documents that share some of these prints, each with how many, the most first, then the earliest; and how
        many of the prints are held by so few documents that every one of them was looked at."""
        if not len(prints):
            return [], 0
        starts = np.searchsorted(self._hashes, prints, "left").tolist()
        ends = np.searchsorted(self._hashes, prints, "right").tolist()
        shared: Counter[int] = Counter()
        common = 0
        for value, start, end in zip(prints.tolist(), starts, ends, strict=True):
            recent = self._recent.get(value, ())
            if start == end and not recent:
                continue
            if end - start + len(recent) > FIRST_HOLDERS + LAST_HOLDERS:
                every = [*self._holders[start:end].tolist(), *recent]
                shared.update((*every[:FIRST_HOLDERS], *every[-LAST_HOLDERS:]))
                common += 1
            else:
                shared.update(self._holders[start:end].tolist())
                shared.update(recent)
        if not shared:
            return [], 0
        least = min(len(prints), FEWEST_SHARED)
        enough = [(seq, count) for seq, count in shared.items() if count >= least]
        best = sorted(enough, key=lambda pair: (-pair[1], pair[0]))[:MOST_CANDIDATES]
        return best, len(prints) - common


def shareable(one: Hashes, other: Hashes) -> int:
    """How many prints two documents could share: those of each below the largest of either."""
    most = min(one[-1], other[-1])
    return min(int(np.searchsorted(one, most, "right")), int(np.searchsorted(other, most, "right")))


def fewest(shareable: int) -> float:
    """The fewest of so many prints that near-copies share, but for a few pairs in a hundred."""
    expected, deviation = shareable * SHARED, math.sqrt(shareable * SHARED * (1 - SHARED))
    return max(expected - DOUBT * deviation, min(shareable, FEWEST_SHARED))
