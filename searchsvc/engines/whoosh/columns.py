"""Which values has document number n? The facet columns: arrays from documents to values, one file a segment.

A segment's columns are written once, beside its postings, and never change. The numbers of values are the segment's
own; a `Vocabulary` in memory, which only grows, gives them numbers that hold across segments and generations.
Whoosh's own multi-valued grouping builds such a table anew at every search.
"""

from __future__ import annotations

import mmap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import orjson

from searchsvc.analysis import fold, words
from searchsvc.document import Document
from searchsvc.errors import IndexCorrupt
from searchsvc.fields import COUNTED
from searchsvc.query import day_range

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

# Whoosh removes files that begin like its own segments when a segment goes; these must outlive it within a commit.
PREFIX = "columns-"
_MAGIC = b"searchsvc columns 1\n"
_ALIGN = 64
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
    for name in ("people", "countries", "organisations"):
        fields[name] = tuple({e.key: (e.key, e.label) for e in getattr(entities, name)}.values())
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
    """One field of one segment: document d has the values `ordinals[offsets[d]:offsets[d+1]]`."""

    values: list[str]
    labels: list[str]
    offsets: Ints
    ordinals: Ints


@dataclass(frozen=True)
class SegmentColumns:
    """Every column of one segment. `lengths` is field → words of it in each document, as Whoosh codes them."""

    name: str
    ids: npt.NDArray[np.uint8]
    first: Ints
    last: Ints
    instant: Longs
    lengths: dict[str, Ints]
    columns: dict[str, Column]

    def __len__(self) -> int:
        return len(self.first)

    def row(self, number: int) -> Row:
        """The row of a document, to be written into another segment."""
        fields = {}
        for name, column in self.columns.items():
            some = column.ordinals[column.offsets[number] : column.offsets[number + 1]]
            fields[name] = tuple((column.values[i], column.labels[i]) for i in some)
        return Row(
            self.ids[number].tobytes(),
            int(self.first[number]),
            int(self.last[number]),
            int(self.instant[number]),
            fields,
        )


def write(path: Path, rows: Sequence[Row], lengths: dict[str, Ints]) -> None:
    """Write a segment's columns: a head of JSON, then the arrays, each aligned for a memory map."""
    arrays: dict[str, npt.NDArray[np.generic]] = {
        "ids": np.frombuffer(b"".join(row.id for row in rows), np.uint8).reshape(len(rows), -1),
        "first": np.array([row.first for row in rows], np.int32),
        "last": np.array([row.last for row in rows], np.int32),
        "instant": np.array([row.instant for row in rows], np.int64),
    }
    arrays.update({f"length.{name}": array for name, array in lengths.items()})
    values: dict[str, list[str]] = {}
    labels: dict[str, dict[str, str]] = {}
    for name in COUNTED:
        numbers: dict[str, int] = {}
        ordinals: list[int] = []
        offsets = [0]
        labels[name] = {}
        for row in rows:
            for key, label in row.fields.get(name, ()):
                ordinals.append(numbers.setdefault(key, len(numbers)))
                if label != key:
                    labels[name][key] = label
            offsets.append(len(ordinals))
        values[name] = list(numbers)
        arrays[f"offsets.{name}"] = np.array(offsets, np.int32)
        arrays[f"ordinals.{name}"] = np.array(ordinals, np.int32)
    places, end = {}, 0
    for name, stored in arrays.items():
        places[name] = (stored.dtype.str, list(stored.shape), end)
        end += -(-stored.nbytes // _ALIGN) * _ALIGN
    head = orjson.dumps({"arrays": places, "values": values, "labels": labels})
    start = -(-(len(_MAGIC) + 8 + len(head)) // _ALIGN) * _ALIGN
    with path.open("xb") as file:
        file.write(_MAGIC + len(head).to_bytes(8, "little") + head)
        for name, stored in arrays.items():
            file.seek(start + places[name][2])
            file.write(np.ascontiguousarray(stored).tobytes())
        file.truncate(start + end)


def read(path: Path) -> SegmentColumns:
    """The columns of a file that was verified before; its arrays are the file's own pages."""
    with path.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    if mapped[: len(_MAGIC)] != _MAGIC:
        raise IndexCorrupt(f"{path} is not a columns file")
    at = len(_MAGIC) + 8
    size = int.from_bytes(mapped[len(_MAGIC) : at], "little")
    head = orjson.loads(mapped[at : at + size])
    start = -(-(at + size) // _ALIGN) * _ALIGN
    arrays = {
        name: np.frombuffer(mapped, dtype, int(np.prod(shape)), start + offset).reshape(shape)
        for name, (dtype, shape, offset) in head["arrays"].items()
    }
    columns = {}
    for name in COUNTED:
        values, labels = head["values"][name], head["labels"][name]
        columns[name] = Column(
            values,
            [labels.get(value, value) for value in values],
            arrays[f"offsets.{name}"],
            arrays[f"ordinals.{name}"],
        )
    return SegmentColumns(
        path.name.removeprefix(PREFIX),
        arrays["ids"],
        arrays["first"],
        arrays["last"],
        arrays["instant"],
        {name.removeprefix("length."): array for name, array in arrays.items() if name.startswith("length.")},
        columns,
    )


class Vocabulary:
    """Every value of one field that this process has met, numbered across segments in order of meeting."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.values: list[str] = []
        self.labels: list[str] = []
        self._folded: dict[str, list[int]] = {}
        self._rank: Ints = np.empty(0, np.int32)

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

    def rank(self) -> Ints:
        """The place of each number in the order of values, for ties between counts."""
        if len(self._rank) != len(self.values):
            order = sorted(range(len(self.values)), key=self.values.__getitem__)
            rank = np.empty(len(order), np.int32)
            rank[order] = np.arange(len(order), dtype=np.int32)
            self._rank = rank
        return self._rank

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
