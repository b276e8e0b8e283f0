"""Which values has document number n? The facet columns: arrays from documents to values, one file a segment.

A segment's columns are written once, beside its postings, and never change. The numbers of values are the segment's
own; a `Vocabulary` in memory, which only grows, gives them numbers that hold across segments and generations.
Whoosh's own multi-valued grouping builds such a table anew at every search.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import orjson

from searchsvc.analysis import fold, words
from searchsvc.document import Document
from searchsvc.engines.whoosh import arrays
from searchsvc.engines.whoosh.arrays import Array, narrow
from searchsvc.fields import COUNTED, ENTITIES
from searchsvc.query import day_range

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

# Whoosh removes files that begin like its own segments when a segment goes; these must outlive it within a commit.
PREFIX = "columns-"
#: The columns: of each counted field, and of those entities that an article is about.
ABOUT = "about."
COLUMNS = (*COUNTED, *(ABOUT + name for name in ENTITIES))
#: Of a document's id.
ID_BYTES = 10
#: Stands for an unknown date in `first`, `last` and `instant`, before every real one.
NO_DAY = np.int32(-(2**31))
NO_INSTANT = np.int64(-(2**63))
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class Row:
    """One document's values, as they go into a segment. `fields` is field → ((key, label), …)."""

    id: bytes
    first: int
    last: int
    instant: int
    fields: dict[str, tuple[tuple[str, str], ...]]


def row(document: Document) -> Row:
    """The row of a document. Raises ValueError for a date or an id that is none, TypeError for values not text."""
    article, entities = document.article, document.entities
    fields: dict[str, tuple[tuple[str, str], ...]] = {
        "byline": tuple((name, name) for name in article.byline),
        "tags": tuple((tag, tag) for tag in article.tags),
    }
    for name in ("source", "section", "language"):
        value = getattr(article, name)
        fields[name] = ((value, value),) if value else ()
    source = article.published.source
    fields["date_source"] = ((source, source),) if source else ()
    for name in ENTITIES:
        found = getattr(entities, name)
        fields[name] = tuple({e.key: (e.key, e.label) for e in found}.values())
        fields[ABOUT + name] = tuple({e.key: (e.key, e.label) for e in found if e.about}.values())
    fields["said_by"] = tuple({e.key: (e.key, e.label) for e in document.speakers}.values())
    orjson.dumps(fields)  # what cannot be written is found here, where it can be told whose it is
    id_ = bytes.fromhex(document.id)
    if len(id_) != ID_BYTES or id_.hex() != document.id:
        raise ValueError(f"an id is {2 * ID_BYTES} hex digits in lower case, not {document.id!r}")
    return Row(id_, *_dates(article.published.at), fields)


def _dates(at: str) -> tuple[int, int, int]:
    """First and last day since 1970, and the first second, of a date as exactly as it is known."""
    if not at:
        return int(NO_DAY), int(NO_DAY), int(NO_INSTANT)
    first, last = (day.toordinal() - _EPOCH for day in day_range(at))
    instant = first * 86_400
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
    """One field of one segment: document d has the values `ordinals[offsets[d]:offsets[d+1]]`, and value v stands in
    the documents `holders[starts[v]:starts[v+1]]`."""

    values: list[str]
    labels: list[str]
    offsets: Array
    ordinals: Array
    starts: Array
    holders: Array


@dataclass(frozen=True)
class SegmentColumns:
    """Every column of one segment."""

    name: str
    first: Ints
    last: Ints
    instant: Longs
    columns: dict[str, Column]

    def __len__(self) -> int:
        return len(self.first)


def of_rows(rows: Sequence[Row]) -> SegmentColumns:
    """The columns of new documents."""
    columns = {}
    for name in COLUMNS:
        numbers: dict[str, int] = {}
        labels: list[str] = []
        ordinals: list[int] = []
        offsets = [0]
        for row in rows:
            for key, label in row.fields[name]:
                ordinal = numbers.get(key)
                if ordinal is None:
                    ordinal = numbers[key] = len(labels)
                    labels.append(label)
                ordinals.append(ordinal)
            offsets.append(len(ordinals))
        columns[name] = _column(list(numbers), labels, np.array(offsets, np.int64), np.array(ordinals, np.int64))
    return SegmentColumns(
        "",
        np.array([row.first for row in rows], np.int32),
        np.array([row.last for row in rows], np.int32),
        np.array([row.instant for row in rows], np.int64),
        columns,
    )


def _column(values: list[str], labels: list[str], offsets: Longs, ordinals: Longs) -> Column:
    owners = np.repeat(np.arange(len(offsets) - 1, dtype=np.int64), offsets[1:] - offsets[:-1])
    order = np.argsort(ordinals, kind="stable")
    starts = np.concatenate(([0], np.cumsum(np.bincount(ordinals, minlength=len(values)))))
    return Column(values, labels, narrow(offsets), narrow(ordinals), narrow(starts), narrow(owners[order]))


def merged(parts: Sequence[SegmentColumns], kept: Sequence[Mask]) -> SegmentColumns:
    """The columns of those documents of several segments that go on, in order."""
    columns = {}
    for name in COLUMNS:
        numbers: dict[str, int] = {}
        labels: list[str] = []
        sizes, ordinals = [], []
        for part, some in zip(parts, kept, strict=True):
            column = part.columns[name]
            count: Longs = np.diff(column.offsets.astype(np.int64)).astype(np.int64)
            mine = column.ordinals[np.repeat(some, count)]
            new = np.zeros(len(column.values), np.int64)
            for ordinal in np.unique(mine).tolist():
                number = numbers.setdefault(column.values[ordinal], len(numbers))
                if number == len(labels):
                    labels.append(column.labels[ordinal])
                new[ordinal] = number
            sizes.append(count[some])
            ordinals.append(new[mine])
        offsets = np.concatenate(([0], np.cumsum(np.concatenate(sizes))))
        columns[name] = _column(list(numbers), labels, offsets, np.concatenate(ordinals))
    first, last, instant = (
        np.concatenate([getattr(part, name)[some] for part, some in zip(parts, kept, strict=True)])
        for name in ("first", "last", "instant")
    )
    return SegmentColumns("", first, last, instant, columns)


def write(path: Path, segment: SegmentColumns) -> None:
    """Write a segment's columns."""
    stored: dict[str, Array] = {"first": segment.first, "last": segment.last, "instant": segment.instant}
    values, labels = {}, {}
    for name, column in segment.columns.items():
        values[name] = column.values
        labels[name] = {
            value: label for value, label in zip(column.values, column.labels, strict=True) if label != value
        }
        stored.update({f"{part}.{name}": getattr(column, part) for part in _PARTS})
    arrays.write(path, {"values": values, "labels": labels}, stored)


_PARTS = ("offsets", "ordinals", "starts", "holders")


def read(path: Path) -> SegmentColumns:
    """The columns of a file that was verified before; its arrays are the file's own pages."""
    head, found = arrays.read(path)
    columns = {}
    for name in COLUMNS:
        values, labels = head["values"][name], head["labels"][name]
        columns[name] = Column(
            values,
            [labels.get(value, value) for value in values] if labels else values,
            *(found[f"{part}.{name}"] for part in _PARTS),
        )
    return SegmentColumns(path.name.removeprefix(PREFIX), found["first"], found["last"], found["instant"], columns)


class Vocabulary:
    """Every value of one field that this process has met, numbered across segments in order of meeting."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.values: list[str] = []
        self.labels: list[str] = []
        self._folded: dict[str, list[int]] = {}

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
                for form in {fold(value), fold(column.labels[index])}:
                    self._folded.setdefault(form, []).append(number)
            result[index] = number
        return result

    def find(self, value: str) -> list[int]:
        """The numbers of a value as a user writes it: exact, or else equal but for case and accents."""
        exact = self.numbers.get(value)
        return [exact] if exact is not None else list(self._folded.get(fold(value), ()))

    def beginning(self, prefix: str) -> Mask:
        """Which values have a word that begins so (each word of the prefix but the last in full)."""
        wanted = [fold(word) for word in words(prefix)] or [""]
        found = np.zeros(len(self.values), bool)
        for number, label in enumerate(self.labels):
            forms = fold(f"{label} {self.values[number]}")
            if all(_begins(forms, word) for word in wanted):
                found[number] = True
        return found


def _begins(text: str, prefix: str) -> bool:
    at = text.find(prefix)
    while at > 0 and text[at - 1].isalnum():
        at = text.find(prefix, at + 1)
    return at >= 0
