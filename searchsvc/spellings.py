"""Which names of the archive can be one by their spelling? All of them taken to pieces, and whoever shares a key.

Nearly every key is one name's alone (the slips of a rare surname): by their hashes those are told that several have,
and only these are kept. Two keys of one hash would but bring two names together that `names.differ` keeps apart.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from searchsvc.names import Name, glued, keys, name_of, spelled
from searchsvc.namings import Archive, Ints

#: Names with the same key that are compared with one another; more than so many share a surname like Smith in an
#: archive of millions, of whom the most frequent are compared.
MOST_OF_KEY = 400
# Hashes looked at in one step.
_AT_ONCE = 1 << 20


class Spellings:
    """The names of an archive in pieces, which of them share a spelling, and which persons hold the keys of a name."""

    def __init__(self, archive: Archive) -> None:
        self._first = archive.people.start
        self._names: list[Name] = []
        self.glued = np.zeros(len(archive.people), bool)
        #: Of how many namesakes chance would make two: how many names have each given name, and each surname.
        self.given: Counter[str] = Counter()
        self.last: Counter[str] = Counter()
        spellings, hashes, sizes = array("q"), array("q"), array("i")
        for at, number in enumerate(archive.people):
            label = archive.labels[number]
            name = name_of(label)
            self._names.append(name)
            self.glued[at] = glued(label)
            spellings.append(hash(spelled(label)))
            if not name.bare:
                self.given[name.first] += 1
                self.last[name.last] += 1
            before = len(hashes)
            hashes.extend(map(hash, keys(name)))
            sizes.append(len(hashes) - before)
        spelt = np.frombuffer(spellings, np.int64)
        self._respelt = np.isin(spelt, _repeated(spelt))
        self._keys, self._ends = _shared(np.frombuffer(hashes, np.int64), np.frombuffer(sizes, np.int32))
        filled = np.bincount(self._keys) if len(self._keys) else np.zeros(0, np.int64)
        self._starts = array("q", np.concatenate(([0], np.cumsum(filled))).tolist())
        self._filled = array("i", bytes(4 * len(filled)))
        self._holders = array("i", bytes(4 * len(self._keys)))

    def name(self, number: int) -> Name:
        """The pieces of a name."""
        return self._names[number - self._first]

    def respelt(self, number: int) -> bool:
        """Whether there is another name of this spelling."""
        return bool(self._respelt[number - self._first])

    def alike(self, number: int) -> Iterator[Sequence[int]]:
        """Whoever holds each key of a name, by key."""
        for key in self._keys_of(number):
            start = self._starts[key]
            yield self._holders[start : start + self._filled[key]]

    def hold(self, number: int, root: int, *, again: bool) -> None:
        """Have a person hold the keys of a name; those that it holds already not again, if told so."""
        for key in self._keys_of(number):
            start, filled = self._starts[key], self._filled[key]
            if filled < MOST_OF_KEY and (again or root not in self._holders[start : start + filled]):
                self._holders[start + filled] = root
                self._filled[key] += 1

    def _keys_of(self, number: int) -> list[int]:
        at = number - self._first
        found: list[int] = self._keys[self._ends[at] : self._ends[at + 1]].tolist()
        return found


def _repeated(hashes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Those that come more than once, ascending."""
    ordered = np.sort(hashes)
    return np.unique(ordered[1:][ordered[1:] == ordered[:-1]])


def _shared(hashes: npt.NDArray[np.int64], sizes: Ints) -> tuple[Ints, npt.NDArray[np.int64]]:
    """The hashes that come more than once as numbers, and where those of each name end. sizes: how many each has."""
    repeated = _repeated(hashes)
    owners = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    found, held = [np.empty(0, np.int32)], np.zeros(len(sizes), np.int64)
    for start in range(0, len(hashes) if len(repeated) else 0, _AT_ONCE):
        some = hashes[start : start + _AT_ONCE]
        place = np.minimum(np.searchsorted(repeated, some), len(repeated) - 1)
        there = repeated[place] == some
        found.append(place[there].astype(np.int32))
        held += np.bincount(owners[start : start + _AT_ONCE][there], minlength=len(sizes))
    return np.concatenate(found), np.concatenate(([0], np.cumsum(held)))
