"""Which values has document number n? The facet columns: arrays from documents to values, one file a segment.

A segment's columns are written once, beside its postings, and never change. The numbers of values are the segment's
own; a `Vocabulary` in memory, which only grows, gives them numbers that hold across segments and generations.
Whoosh's own multi-valued grouping builds such a table anew at every search.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import chain, islice
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import orjson

from searchsvc.analysis import fold, words
from searchsvc.article import Article
from searchsvc.document import Document
from searchsvc.engines.whoosh import arrays
from searchsvc.engines.whoosh.arrays import Array, Packed, narrow
from searchsvc.expression import day_range
from searchsvc.fields import COUNTED, ENTITIES

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

# Whoosh removes files that begin like its own segments when a segment goes; these must outlive it within a commit.
PREFIX = "columns-"
#: The columns: of each counted field, and of those entities that an article is about.
ABOUT = "about."
COLUMNS = (*COUNTED, *(ABOUT + name for name in ENTITIES))
_in_order: Callable[[Mapping[str, Collection[str]]], tuple[Collection[str], ...]] = itemgetter(*COLUMNS)
# Those that an article has itself.
_PLAIN = tuple(name for name in COUNTED if name in Article.__slots__)
#: Of a document's id.
ID_BYTES = 10
#: Stands for an unknown date in `first`, `last` and `instant`, before every real one.
NO_DAY = np.int32(-(2**31))
NO_INSTANT = np.int64(-(2**63))
_EPOCH = date(1970, 1, 1).toordinal()
_DAY = 86_400


class Row(NamedTuple):
    """What a segment keeps of a document: its id, its date and of each column the values, or value → label."""

    id: bytes
    first: int
    last: int
    instant: int
    values: tuple[Collection[str], ...]


def row(document: Document) -> Row:
    """The row of a document, whose values are looked through, too. Raises ValueError for a date or an id that is none,
    TypeError for values not text."""
    values = _values(document)
    orjson.dumps(values)  # what cannot be written is found here, where it can be told whose it is
    id_ = bytes.fromhex(document.id)
    if len(id_) != ID_BYTES or id_.hex() != document.id:
        raise ValueError(f"an id is {2 * ID_BYTES} hex digits in lower case, not {document.id!r}")
    return Row(id_, *_dates(document.article.published.at), values)


def _values(document: Document) -> tuple[Collection[str], ...]:
    """The values of each column, or value → label."""
    article, entities = document.article, document.entities
    found: dict[str, Collection[str]] = {}
    for name in ENTITIES:
        own = getattr(entities, name)
        found[name] = {entity.key: entity.label for entity in own}
        found[ABOUT + name] = {entity.key: entity.label for entity in own if entity.about}
    found["places"] = (
        {entity.key: entity.label for entity in document.located} if document.places else found["countries"]
    )
    found["said_by"] = {entity.key: entity.label for entity in document.speakers} if document.quotes else {}
    found["date_source"] = (article.published.source,) if article.published.source else ()
    for name in _PLAIN:
        value = getattr(article, name)
        found[name] = value if isinstance(value, tuple) else (value,) if value else ()
    return _in_order(found)


@lru_cache(maxsize=4096)
def _dates(at: str) -> tuple[int, int, int]:
    """First and last day since 1970, and the first second, of a date as exactly as it is known."""
    if not at:
        return int(NO_DAY), int(NO_DAY), int(NO_INSTANT)
    first, last = (day.toordinal() - _EPOCH for day in day_range(at))
    instant = first * _DAY
    if "T" in at:
        moment = datetime.fromisoformat(at.replace("Z", "+00:00"))
        instant = int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    return first, last, instant


def day_number(day: date) -> int:
    """Days since 1970."""
    return day.toordinal() - _EPOCH


def day_of(number: int) -> date:
    """The day of `day_number`."""
    return date.fromordinal(number + _EPOCH)


@dataclass(frozen=True)
class Column:
    """One field of one segment: the numbers of the values of each document one after another, `sizes` of them, kept
    `packed`."""

    values: list[str]
    labels: list[str]
    packed: Packed
    ordinals: Array

    def __len__(self) -> int:
        """How many documents there are."""
        return len(self.packed)

    @property
    def sizes(self) -> Array:
        """How many values each document has."""
        return self.packed.between(0, len(self.packed))

    def without_text(self) -> Column:
        """The same, its values known by their numbers alone."""
        return Column([], [], self.packed, self.ordinals)


@dataclass(frozen=True)
class Dates:
    """When each document is from: the `days` of its first day since the day before `base`, 0 where it is unknown; how
    many days later the last one is; and where its second is told, that one, counted from the day before the first."""

    base: int
    days: Array
    spans: Packed
    seconds: Packed

    @classmethod
    def of(cls, first: Ints, last: Ints, instant: Longs) -> Dates:
        """Dates as `SegmentColumns` gives them."""
        known = first != NO_DAY
        base = int(first[known].min()) if known.any() else 0
        midnight = first.astype(np.int64) * _DAY
        seconds = np.where(known & (instant != midnight), instant - midnight + _DAY, 0)
        return cls(
            base,
            narrow(np.where(known, first.astype(np.int64) - base + 1, 0)),
            Packed.of(np.where(known, last.astype(np.int64) - first, 0)),
            Packed.of(seconds),
        )

    @property
    def first(self) -> Ints:
        return np.where(self.days > 0, self.days.astype(np.int32) + np.int32(self.base - 1), NO_DAY)

    @property
    def last(self) -> Ints:
        first = self.first
        spans = self.spans.between(0, len(first)).astype(np.int32)
        return np.where(first != NO_DAY, first + spans, NO_DAY)

    @property
    def instant(self) -> Longs:
        first = self.first
        seconds = self.seconds.between(0, len(first)).astype(np.int64)
        told = first.astype(np.int64) * _DAY + np.where(seconds > 0, seconds - _DAY, 0)
        return np.where(first != NO_DAY, told, NO_INSTANT)


@dataclass(frozen=True)
class SegmentColumns:
    """Every column of one segment. Of each document the `first` and the `last` day it may be from, in days since 1970,
    and its `instant`, in seconds since then: each array is made when it is asked for."""

    name: str
    dates: Dates
    columns: dict[str, Column]

    def __len__(self) -> int:
        return len(self.dates.days)

    @property
    def first(self) -> Ints:
        return self.dates.first

    @property
    def last(self) -> Ints:
        return self.dates.last

    @property
    def instant(self) -> Longs:
        return self.dates.instant


class _Numbers(dict[str, int]):
    """Values, numbered as they come."""

    def __missing__(self, value: str) -> int:
        number = self[value] = len(self)
        return number


def of_documents(rows: Sequence[Row]) -> SegmentColumns:
    """The columns of new documents."""
    columns = {}
    for name, found in zip(COLUMNS, zip(*(row.values for row in rows), strict=True), strict=True):
        numbers = _Numbers()
        sizes = np.fromiter(map(len, found), np.int64, len(found))
        ordinals = np.fromiter(map(numbers.__getitem__, chain.from_iterable(found)), np.int64, int(sizes.sum()))
        values = labels = list(numbers)
        if isinstance(found[0], dict):
            known: dict[str, str] = {}
            for some in reversed(found):  # of several labels the first one stands
                known.update(some)
            labels = [known[value] for value in values]
        columns[name] = Column(values, labels, Packed.of(sizes), narrow(ordinals))
    dates = Dates.of(
        np.array([row.first for row in rows], np.int32),
        np.array([row.last for row in rows], np.int32),
        np.array([row.instant for row in rows], np.int64),
    )
    return SegmentColumns("", dates, columns)


def merged(parts: Sequence[SegmentColumns], kept: Sequence[Mask]) -> SegmentColumns:
    """The columns of those documents of several segments that go on, in order."""
    columns = {}
    for name in COLUMNS:
        numbers: dict[str, int] = {}
        labels: list[str] = []
        sizes, ordinals = [], []
        for part, some in zip(parts, kept, strict=True):
            column = part.columns[name]
            count = column.sizes.astype(np.int64)
            mine = column.ordinals[np.repeat(some, count)]
            new = np.zeros(len(column.values), np.int64)
            for ordinal in np.unique(mine).tolist():
                number = numbers.setdefault(column.values[ordinal], len(numbers))
                if number == len(labels):
                    labels.append(column.labels[ordinal])
                new[ordinal] = number
            sizes.append(count[some])
            ordinals.append(new[mine])
        columns[name] = Column(
            list(numbers), labels, Packed.of(np.concatenate(sizes)), narrow(np.concatenate(ordinals))
        )
    first, last, instant = (
        np.concatenate([getattr(part, name)[some] for part, some in zip(parts, kept, strict=True)])
        for name in ("first", "last", "instant")
    )
    return SegmentColumns("", Dates.of(first, last, instant), columns)


def write(path: Path, segment: SegmentColumns) -> None:
    """Write a segment's columns."""
    dates = segment.dates
    stored: dict[str, Array | Packed] = {"days": dates.days, "spans": dates.spans, "seconds": dates.seconds}
    values, labels = {}, {}
    for name, column in segment.columns.items():
        values[name] = column.values
        labels[name] = {
            value: label for value, label in zip(column.values, column.labels, strict=True) if label != value
        }
        stored.update({f"sizes.{name}": column.packed, f"ordinals.{name}": column.ordinals})
    arrays.write(path, {"base": dates.base, "values": values, "labels": labels}, stored)


def read(path: Path) -> SegmentColumns:
    """The columns of a file that was verified before; its arrays are the file's own pages."""
    stored = arrays.read(path)
    columns = {}
    for name in COLUMNS:
        values, labels = stored.head["values"][name], stored.head["labels"][name]
        columns[name] = Column(
            values,
            [labels.get(value, value) for value in values] if labels else values,
            stored.packed(f"sizes.{name}"),
            stored.array(f"ordinals.{name}"),
        )
    dates = Dates(stored.head["base"], stored.array("days"), stored.packed("spans"), stored.packed("seconds"))
    return SegmentColumns(path.name.removeprefix(PREFIX), dates, columns)


class Vocabulary:
    """Every value of one field that this process has met, numbered across segments in order of meeting."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.values: list[str] = []
        self.labels: list[str] = []
        #: Of the first so many values what they are without case and accents: hashes, ascending, and whose each is.
        self._folded: tuple[int, Longs, Ints] = (0, np.empty(0, np.int64), np.empty(0, np.int32))

    def __len__(self) -> int:
        return len(self.values)

    def numbered(self, column: Column) -> Ints:
        """The numbers of a segment's values; new ones are taken in."""
        known = self.numbers
        result = np.empty(len(column.values), np.int32)
        for index, value in enumerate(column.values):
            number = known.get(value)
            if number is None:
                number = known[value] = len(self.values)
                self.values.append(value)
                self.labels.append(column.labels[index])
            result[index] = number
        return result

    def find(self, value: str) -> list[int]:
        """The numbers of a value as a user writes it: exact, or else equal but for case and accents."""
        exact = self.numbers.get(value)
        return [exact] if exact is not None else self.alike(value)

    def alike(self, value: str) -> list[int]:
        """The numbers of the values that are equal to this one but for case and accents."""
        form = fold(value)
        self.fold_all()
        _, hashes, numbers = self._folded
        first, last = np.searchsorted(hashes, hash(form), "left"), np.searchsorted(hashes, hash(form), "right")
        found = sorted(numbers[first:last].tolist())
        return [number for number in found if form in (fold(self.values[number]), fold(self.labels[number]))]

    def fold_all(self) -> None:
        """Make ready for values that are written otherwise: it takes a while for the values met since the last time,
        and is done when such a one is first asked for, or before that."""
        done, hashes, numbers = self._folded
        end = len(self.labels)  # written to after `values`
        if done < end:
            forms = [{fold(self.values[n]), fold(self.labels[n])} for n in range(done, end)]
            new = np.array([hash(form) for some in forms for form in some], np.int64)
            whose = np.repeat(np.arange(done, end, dtype=np.int32), [len(some) for some in forms])
            hashes, numbers = np.concatenate((hashes, new)), np.concatenate((numbers, whose))
            order = np.argsort(hashes)
            self._folded = end, hashes[order], numbers[order]

    def beginning(self, prefix: str, also: Sequence[str] = ()) -> Mask:
        """Which values have a word that begins so, for each word of the prefix; and these `also`."""
        wanted = [fold(word) for word in words(prefix)] or [""]
        found = np.zeros(len(self.labels), bool)  # a newer generation may bring more meanwhile
        for number, label in enumerate(islice(self.labels, len(found))):
            forms = fold(f"{label} {self.values[number]}")
            if all(_begins(forms, word) for word in wanted):
                found[number] = True
        known = (self.numbers.get(value, len(found)) for value in also)
        found[[number for number in known if number < len(found)]] = True
        return found


def _begins(text: str, prefix: str) -> bool:
    at = text.find(prefix)
    while at > 0 and text[at - 1].isalnum():
        at = text.find(prefix, at + 1)
    return at >= 0
