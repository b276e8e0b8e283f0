"""Here is how to make this, give it me, made now or kept: within so many bytes, what is cheap to make anew goes first.

What a prefix of a thousand words stands for takes fifty milliseconds to find and a megabyte to keep; a common word
takes five and eight megabytes. GreedyDual-Size (Cao and Irani, USITS 1997) keeps by cost over size, and ages: each
thing has a credit of what it cost a byte, on top of the credit of what was let go of last, and has it anew when it is
asked for; what has the least is let go of.
"""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Callable, Hashable, Iterator
from itertools import count
from typing import Any, Protocol, TypeVar


class Sized(Protocol):
    @property
    def nbytes(self) -> int: ...


_Sized = TypeVar("_Sized", bound=Sized)

# Seconds that a byte costs beside what making it took: arrays are decoded when they are first looked at, after that.
_A_BYTE = 1e-9
# Bytes that the smallest thing takes: an object and its place here.
_LEAST = 1000


class _Entry:
    __slots__ = ("cost", "credit", "made", "size", "used")

    def __init__(self, made: Any, size: int, seconds: float) -> None:
        self.made, self.size = made, max(size, _LEAST)
        self.cost = seconds / self.size + _A_BYTE
        self.credit = self.used = 0.0


class Keeping:
    """What was made, by its key. Any number of threads may ask; two that ask for one thing at once both make it."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self.nbytes = 0
        self._entries: dict[Hashable, _Entry] = {}
        # By the credit that each had when it was put here: what has more by now goes back.
        self._order: list[tuple[float, int, Hashable]] = []
        self._numbers = count()
        self._aged = 0.0
        self._changing = threading.Lock()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: Hashable) -> Any | None:
        """What is kept under the key."""
        found = self._entries.get(key)
        return None if found is None else found.made

    def made(self, key: Hashable, make: Callable[[], _Sized]) -> _Sized:
        """What is kept under the key, or else made."""
        found = self._entries.get(key)
        if found is None:
            began = time.thread_time()
            made = make()
            found = self._keep(key, _Entry(made, made.nbytes, time.thread_time() - began))
        else:
            self._use(found)
        kept: _Sized = found.made
        return kept

    def latest(self) -> Iterator[Hashable]:
        """The keys, that of what was asked for last first."""
        with self._changing:
            found = sorted(self._entries.items(), key=lambda pair: -pair[1].used)
        return (key for key, _ in found)

    def _use(self, entry: _Entry) -> None:
        entry.credit = self._aged + entry.cost
        entry.used = next(self._numbers)

    def _keep(self, key: Hashable, entry: _Entry) -> _Entry:
        with self._changing:
            kept = self._entries.setdefault(key, entry)
            self._use(kept)
            if kept is entry:
                self.nbytes += entry.size
                heapq.heappush(self._order, (entry.credit, next(self._numbers), key))
                self._let_go()
        return kept

    def _let_go(self) -> None:
        """Until it fits; one thing is kept, however large."""
        while self.nbytes > self.most_bytes and len(self._entries) > 1:
            credit, number, key = self._order[0]
            entry = self._entries[key]
            if entry.credit > credit:
                heapq.heapreplace(self._order, (entry.credit, number, key))
                continue
            heapq.heappop(self._order)
            del self._entries[key]
            self.nbytes -= entry.size
            self._aged = credit
