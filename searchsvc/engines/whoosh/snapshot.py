"""One generation, opened: the postings and columns of its segments, and one numbering of all documents.

A snapshot never changes; what it derives is kept. Segments that two generations share are read once; queries go on
over the snapshot they began with while a newer one is taken up. Nothing is locked: every file is a memory map.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from searchsvc import analysis
from searchsvc.engines.whoosh import columns, dictionary, postings
from searchsvc.engines.whoosh.columns import Ints, Longs, Mask, SegmentColumns, Vocabulary
from searchsvc.engines.whoosh.dictionary import FieldDictionary
from searchsvc.engines.whoosh.docset import DocSet, union
from searchsvc.engines.whoosh.generations import Manifest
from searchsvc.engines.whoosh.postings import FieldPostings, SegmentPostings
from searchsvc.engines.whoosh.stories import NAME as STORIES
from searchsvc.engines.whoosh.stories import Stories
from searchsvc.engines.whoosh.values import Values
from searchsvc.engines.whoosh.writing import open_index

# Ranges of dates, and sets of languages, whose documents are kept.
_MOST_RANGES = 64


@dataclass(frozen=True)
class Segment:
    """A segment in its place: its documents are numbered from `base`. `numbers` is field → vocabulary numbers of the
    segment's values."""

    columns: SegmentColumns
    postings: SegmentPostings
    base: int
    numbers: dict[str, Ints]

    @property
    def end(self) -> int:
        return self.base + len(self.columns)


class Snapshot:
    """A generation to search in. `live` are the documents that are not deleted, `count` how many; `whole` tells that
    none is."""

    def __init__(
        self, folder: Path, manifest: Manifest, vocabularies: dict[str, Vocabulary], before: Snapshot | None
    ) -> None:
        self.manifest = manifest
        self.vocabularies = vocabularies
        known = {segment.columns.name: segment for segment in before.segments} if before else {}
        self.segments: list[Segment] = []
        base = 0
        deleted: list[Longs] = []
        for listed in _listed(folder):
            name = listed.segment_id()
            old = known.get(name)
            if old is not None:
                segment = Segment(old.columns, old.postings, base, old.numbers)
            else:
                part = columns.read(folder / (columns.PREFIX + name))
                numbers = {field: vocabularies[field].numbered(part.columns[field]) for field in columns.COLUMNS}
                # The vocabularies have the text of the values now.
                part = replace(part, columns={name: column.without_text() for name, column in part.columns.items()})
                segment = Segment(part, SegmentPostings(folder / (name + postings.EXTENSION)), base, numbers)
            deleted.append(np.fromiter(listed.deleted_docs(), np.int64) + base)
            self.segments.append(segment)
            base = segment.end
        self.size = base
        gone = np.concatenate(deleted) if deleted else np.empty(0, np.int64)
        mask = np.ones(base, bool)
        mask[gone] = False
        self.whole = not len(gone)
        self.live = DocSet.of_mask(mask)
        self.count = len(self.live)
        self._ids = self._joined([s.postings.ids for s in self.segments], np.empty((0, columns.ID_BYTES), np.uint8))
        self.stories = Stories(folder / STORIES, self._ids, mask)
        self.first: Ints = self._joined([s.columns.first for s in self.segments], np.empty(0, np.int32))
        self.last: Ints = self._joined([s.columns.last for s in self.segments], np.empty(0, np.int32))
        self.instant: Longs = self._joined([s.columns.instant for s in self.segments], np.empty(0, np.int64))
        #: The languages that words are stemmed by here; "und" stands for all that are not stemmed.
        spoken = {v if v in analysis.STEMMED else "und" for v in self._live_languages(mask)}
        self.languages = (analysis.DEFAULT_LANGUAGE, *sorted(spoken - {analysis.DEFAULT_LANGUAGE}))
        self._lengths: dict[str, npt.NDArray[np.float32]] = {}
        self._means: dict[str, float] = {}
        self._values: dict[str, Values] = {}
        self._periods: dict[str, Any] = {}
        self._dated: dict[tuple[str | None, str | None], DocSet] = {}
        self._in_languages: dict[frozenset[str], DocSet] = {}
        self._parts: dict[str, list[tuple[int, FieldPostings]]] = {}
        self.dictionary = dictionary.read(folder)
        self._looked_up: dict[str, tuple[FieldDictionary | None, list[int]]] = {}
        self._spoken: npt.NDArray[np.uint8] | None = None

    def _live_languages(self, live: Mask) -> set[str]:
        """The languages of the documents that are not deleted."""
        values = self.vocabularies["language"].values
        found: set[str] = set()
        for segment in self.segments:
            column, numbers = segment.columns.columns["language"], segment.numbers["language"]
            mine = live[segment.base : segment.end]
            if not mine.all():
                counts = np.bincount(column.ordinals[np.repeat(mine, column.sizes)], minlength=len(numbers))
                numbers = numbers[counts > 0]
            found.update(values[number] for number in numbers.tolist())
        return found

    @staticmethod
    def _joined(parts: list[Any], empty: Any) -> Any:
        return parts[0] if len(parts) == 1 else np.concatenate(parts) if parts else empty

    def ids(self, numbers: Ints) -> list[str]:
        """The ids of documents, in the order given."""
        found, digits = self._ids[numbers].tobytes().hex(), 2 * columns.ID_BYTES
        return [found[at : at + digits] for at in range(0, len(found), digits)]

    def group(self, language: str) -> str:
        """The language of `languages` that the words of articles in this one are stemmed by."""
        language = language or analysis.DEFAULT_LANGUAGE
        return language if language in analysis.STEMMED else "und"

    def speaking(self, languages: frozenset[str], ids: Ints) -> Mask:
        """Which of these documents are in one of these languages (of `languages`)."""
        if self._spoken is None:
            spoken = np.full(self.size, self.languages.index(analysis.DEFAULT_LANGUAGE), np.uint8)
            for number, value in enumerate(self.vocabularies["language"].values[: self.values("language").distinct]):
                group = self.group(value)
                if group in self.languages:  # else a newer generation has brought it
                    spoken[self.values("language").holding(number).ids] = self.languages.index(group)
            self._spoken = spoken
        wanted = np.array([language in languages for language in self.languages])
        return np.asarray(wanted[self._spoken[ids]])

    def spoken(self, languages: frozenset[str]) -> DocSet:
        """The documents in one of these languages."""
        found = self._in_languages.get(languages)
        if found is None:
            found = DocSet.of_mask(self.speaking(languages, np.arange(self.size, dtype=np.int32)))
            if len(self._in_languages) < _MOST_RANGES:
                self._in_languages[languages] = found
        return found

    def parts(self, field: str) -> list[tuple[int, FieldPostings]]:
        """The postings of a field in each segment that has it, and the segment's first document."""
        found = self._parts.get(field)
        if found is None:
            rows = ((segment.base, segment.postings.fields.get(field)) for segment in self.segments)
            found = self._parts[field] = [(base, part) for base, part in rows if part is not None]
        return found

    def holding_term(self, field: str, term: bytes) -> Iterator[tuple[int, FieldPostings, int]]:
        """Of each segment that has a term in a field the first document, the field's postings, and the term's number
        there."""
        known, places = self._looked_up.get(field) or self._look_up(field)
        numbers = known.numbers(term) if known is not None else None
        for (base, part), place in zip(self.parts(field), places, strict=True):
            if place < 0:
                number = part.terms.find(term)
            elif numbers is None:
                continue
            else:
                number = numbers[place]
            if number >= 0:
                yield base, part, number

    def _look_up(self, field: str) -> tuple[FieldDictionary | None, list[int]]:
        """The dictionary of a field, and the place of each of its segments in it, -1 for one that is not."""
        known = self.dictionary.fields.get(field) if self.dictionary is not None else None
        places: dict[str, int] = {}
        if self.dictionary is not None and known is not None:
            places = {name: number for number, name in enumerate(self.dictionary.segments)}
        some = [places.get(s.columns.name, -1) for s in self.segments if field in s.postings.fields]
        found = self._looked_up[field] = known, some
        return found

    def lengths(self, field: str) -> npt.NDArray[np.float32]:
        """Tokens of a field in each document."""
        found = self._lengths.get(field)
        if found is None:
            found = np.zeros(self.size, np.float32)
            for segment in self.segments:
                part = segment.postings.fields.get(field)
                if part is not None:
                    found[segment.base : segment.end] = part.lengths
            self._lengths[field] = found
        return found

    def mean_length(self, field: str) -> float:
        """Tokens of a field in a live document, on average; at least 1 in all."""
        mean = self._means.get(field)
        if mean is None:
            lengths = self.lengths(field)
            total = float((lengths if self.whole else lengths[self.live.mask]).sum(dtype=np.float64))
            mean = self._means[field] = (total or 1.0) / max(self.count, 1)
        return mean

    def values(self, field: str) -> Values:
        """The values of a field over all documents."""
        found = self._values.get(field)
        if found is None:
            parts = [(s.columns.columns[field], s.numbers[field], s.base) for s in self.segments]
            # Of several threads that ask first, all have the same: each would make its rows else.
            found = self._values.setdefault(field, Values(parts, len(self.vocabularies[field]), self.size, self.live))
        return found

    def kept(self, dates: tuple[str | None, str | None], make: Callable[[], DocSet]) -> DocSet:
        """The documents of a range of dates, made once."""
        found = self._dated.get(dates)
        if found is None:
            found = make()
            if len(self._dated) < _MOST_RANGES:
                self._dated[dates] = found
        return found

    def numbers_of(self, field: str, value: str) -> list[int]:
        """The numbers of a value of a field as a user writes it: exact, or else equal but for case and accents. Of
        those that a live document has: others are in the vocabulary for as long as somebody has met them."""
        values, vocabulary = self.values(field), self.vocabularies[field]
        found = [number for number in vocabulary.find(value) if len(values.holding(number))]
        return found or [number for number in vocabulary.alike(value) if len(values.holding(number))]

    def holding(self, field: str, value: str) -> DocSet:
        """Which live documents have this value in this field, as a user writes it."""
        values = self.values(field)
        return union((values.holding(number) for number in self.numbers_of(field, value)), self.size)

    def keep_periods(self, interval: str, made: Any = None) -> Any:
        """What `counting` has derived for an interval."""
        if made is not None:
            self._periods[interval] = made
        return self._periods.get(interval)


def _listed(folder: Path) -> list[Any]:
    """Whoosh's list of the segments, each with its deletions."""
    ix = open_index(folder)
    try:
        return list(ix._segments())
    finally:
        ix.storage.close_files()
