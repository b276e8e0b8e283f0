"""Who is named where in the archive? Its articles, and the names and companions in each, as arrays.

An archive of a million articles names a million people and has twenty million namings: no object is kept for one, and
what is derived of a person (`Profile`) is kept for those asked for last alone.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

#: What stands before the key of a companion that is no person.
OTHER = "\0"
#: The day of an article without one.
NO_DAY = np.iinfo(np.int32).min
#: Days around an article in which a person's other articles speak for a surname, and for a name.
NEAR_DAYS = 60
#: Bounds of what one companion speaks for or against.
ONE_COMPANION = (-1.5, 2.5)
#: Bytes of profiles that are kept, about, and what each takes besides its arrays.
MOST_PROFILED, _AT_LEAST = 64 * 1024 * 1024, 600


@dataclass(frozen=True, slots=True)
class Naming:
    """Whom one article names. `day` is days since 1970, NO_DAY if it is not known; `others` are the countries and
    organisations, under keys that no two kinds share."""

    id: str
    day: int
    people: tuple[str, ...]
    others: tuple[str, ...]


class Archive:
    """Who is named where: articles, and the names and companions in them, as arrays. The same in whatever order the
    articles come: they are numbered by their ids, names and companions in alphabetical order, people last."""

    def __init__(self, namings: Iterable[Naming]) -> None:
        met: dict[str, int] = {}
        ids: list[str] = []
        days, sizes, flat = array("i"), array("i"), array("i")
        for naming in namings:
            ids.append(naming.id)
            days.append(naming.day)
            some = {met.setdefault(OTHER + other, len(met)) for other in naming.others}
            some |= {met.setdefault(person, len(met)) for person in naming.people if person}
            sizes.append(len(some))
            flat.extend(some)
        by_id = sorted(range(len(ids)), key=ids.__getitem__)
        self.ids = [ids[at] for at in by_id]
        self.labels = sorted(met)
        number_of = np.empty(len(met), np.int32)
        first_met = np.fromiter(map(met.__getitem__, self.labels), np.int32, len(met))
        number_of[first_met] = np.arange(len(met), dtype=np.int32)
        del met, ids
        rank = np.empty(len(by_id), np.int32)
        rank[by_id] = np.arange(len(by_id), dtype=np.int32)
        counted = np.array(sizes, np.int32)
        self.days: Ints = np.array(days, np.int32)[by_id]
        self._ends: npt.NDArray[np.int64] = _ends(counted[by_id])
        company = number_of[np.frombuffer(flat, np.int32)]
        self._company: Ints = _sorted(np.repeat(rank, counted), company, len(self.labels))
        del company, flat
        articles = np.repeat(np.arange(len(by_id), dtype=np.int32), counted[by_id])
        self._articles: Ints = _sorted(self._company, articles, len(by_id))
        self.counts: Ints = np.bincount(self._company, minlength=len(self.labels)).astype(np.int32)
        self._starts: npt.NDArray[np.int64] = _ends(self.counts)
        self._sorted_days: Ints = np.sort(self.days[self.days != NO_DAY])

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def people(self) -> range:
        """The numbers of the names of people."""
        return range(bisect_left(self.labels, chr(ord(OTHER) + 1)), len(self.labels))

    def number(self, label: str) -> int | None:
        """The number of a name; None where no article has it."""
        at = bisect_left(self.labels, label)
        return at if at < len(self.labels) and self.labels[at] == label else None

    def articles(self, number: int) -> Ints:
        """The articles that have a name or companion, ascending."""
        return self._articles[self._starts[number] : self._starts[number + 1]]

    def company(self, article: int) -> Ints:
        """All that an article names, ascending."""
        return self._company[self._ends[article] : self._ends[article + 1]]

    def companies(self, articles: Ints) -> Ints:
        """All that these articles name, one after the other."""
        starts = self._ends[articles]
        sizes = self._ends[articles + 1] - starts
        offsets = starts - np.cumsum(sizes) + sizes
        found: Ints = self._company[np.repeat(offsets, sizes) + np.arange(sizes.sum())]
        return found

    def near(self, day: int) -> int:
        """How many articles are of these days."""
        return near(self._sorted_days, day)


def _ends(sizes: Ints) -> npt.NDArray[np.int64]:
    """Where stretches of these sizes begin, one after the other, and where the last ends."""
    return np.concatenate(([0], np.cumsum(sizes, dtype=np.int64)))


def _sorted(groups: Ints, values: Ints, most: int) -> Ints:
    """The values by group and in ascending order in each. most: what every value is below."""
    keys = groups.astype(np.int64)
    keys *= most
    keys += values
    keys.sort()
    keys %= most
    return keys.astype(np.int32)


def near(days: Ints, day: int) -> int:
    """How many of ascending days are near one."""
    low, high = np.searchsorted(days, (day - NEAR_DAYS, day + NEAR_DAYS + 1))
    return int(high - low)


class Profile:
    """The articles that have the name a person goes by, and who is named in them."""

    def __init__(self, archive: Archive, number: int) -> None:
        self._archive = archive
        self.articles: Ints = archive.articles(number)
        self._days: Ints = np.sort(archive.days[self.articles])
        known, counts = np.unique(archive.companies(self.articles), return_counts=True)
        self._known: Ints = known
        self._counts: Ints = counts.astype(np.int32)

    @property
    def bytes(self) -> int:
        """What it takes in memory, about."""
        return self._days.nbytes + self._known.nbytes + self._counts.nbytes + _AT_LEAST

    def weights(self, article: int, besides: frozenset[int]) -> tuple[Ints, Floats]:
        """Those whom an article names, but for some, and what each speaks for its being this person's: the logarithm
        of how much oftener than by chance it is named in this person's articles, drawn to 0 where articles are few."""
        archive = self._archive
        company = archive.company(article)
        company = company[[number not in besides for number in company.tolist()]]
        place = np.minimum(np.searchsorted(self._known, company), len(self._known) - 1)
        held = np.where(self._known[place] == company, self._counts[place], 0)
        expected = archive.counts[company] * (len(self.articles) / len(archive))
        return company, np.clip(np.log((held + 1) / (expected + 1)), *ONE_COMPANION)

    def dated(self, day: int) -> float:
        """What an article's day speaks for its being this person's."""
        if day == NO_DAY:
            return 0.0
        expected = len(self.articles) * self._archive.near(day) / len(self._archive)
        return float(np.clip(math.log((near(self._days, day) + 1) / (expected + 1)), *ONE_COMPANION))


class Profiles:
    """The profiles of an archive's names, of which those asked for last are kept."""

    def __init__(self, archive: Archive, most: int = MOST_PROFILED) -> None:
        self._archive = archive
        self._most = most
        self._bytes = 0
        self._kept: OrderedDict[int, Profile] = OrderedDict()

    def of(self, number: int) -> Profile:
        """The profile of this name."""
        found = self._kept.get(number)
        if found is not None:
            self._kept.move_to_end(number)
            return found
        made = self._kept[number] = Profile(self._archive, number)
        self._bytes += made.bytes
        while self._bytes > self._most and len(self._kept) > 1:
            self._bytes -= self._kept.popitem(last=False)[1].bytes
        return made
