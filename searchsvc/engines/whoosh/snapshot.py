"""One generation, opened: Whoosh's reader, the columns of its segments, and one numbering of all documents.

A snapshot never changes. Segments that two generations share are read once; queries go on over the snapshot they
began with while a newer one is taken up.
"""

from __future__ import annotations

import threading
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from searchsvc import analysis
from searchsvc.engines.whoosh import columns
from searchsvc.engines.whoosh.columns import Ints, Longs, Mask, SegmentColumns, Vocabulary
from searchsvc.engines.whoosh.generations import Manifest
from searchsvc.engines.whoosh.stories import NAME as STORIES
from searchsvc.engines.whoosh.stories import Stories
from searchsvc.engines.whoosh.writing import leaves_of, open_index, segment_name
from searchsvc.fields import COUNTED, FIELDS


@dataclass(frozen=True)
class Segment:
    """A segment in its place: its documents are numbered from `base`. `numbers` is field → vocabulary numbers of the
    segment's values, `owners` field → the document (from 0) of each of the column's ordinals."""

    columns: SegmentColumns
    base: int
    leaf: Any
    numbers: dict[str, Ints]
    owners: dict[str, Ints]

    @property
    def end(self) -> int:
        return self.base + len(self.columns)


class Snapshot:
    """A generation to search in. `live` tells the documents that are not deleted."""

    def __init__(
        self, folder: Path, manifest: Manifest, vocabularies: dict[str, Vocabulary], before: Snapshot | None
    ) -> None:
        self.manifest = manifest
        self.vocabularies = vocabularies
        #: Whoosh's posting readers share one file position: one thread reads postings at a time.
        self.reading = threading.RLock()
        ix = open_index(folder)
        self.reader = ix.reader()
        # A question may still read an old snapshot: its files close when the last one lets go of it.
        self.close = weakref.finalize(self, ix.storage.close_files)
        known = {segment.columns.name: segment for segment in before.segments} if before else {}
        self.segments: list[Segment] = []
        base = 0
        for leaf in leaves_of(self.reader):
            name = segment_name(leaf)
            old = known.get(name)
            if old is not None:
                segment = Segment(old.columns, base, leaf, old.numbers, old.owners)
            else:
                part = columns.read(folder / (columns.PREFIX + name))
                numbers = {field: vocabularies[field].numbered(part.columns[field]) for field in COUNTED}
                owners = {
                    field: np.repeat(np.arange(len(part), dtype=np.int32), np.diff(part.columns[field].offsets))
                    for field in COUNTED
                }
                segment = Segment(part, base, leaf, numbers, owners)
            self.segments.append(segment)
            base = segment.end
        self.size = base
        self.live: Mask = np.ones(base, bool)
        for segment in self.segments:
            if segment.leaf.has_deletions():
                for number in range(len(segment.columns)):
                    if segment.leaf.is_deleted(number):
                        self.live[segment.base + number] = False
        ids = [segment.columns.ids for segment in self.segments]
        self.stories = Stories(folder / STORIES, np.concatenate(ids) if ids else np.empty((0, 1), np.uint8), self.live)
        self.first: Ints = self._joined("first", np.int32)
        self.last: Ints = self._joined("last", np.int32)
        self.instant: Longs = self._joined("instant", np.int64)
        #: The languages that words are stemmed by here; "und" stands for all that are not stemmed.
        spoken = vocabularies["language"].values
        self.languages = (analysis.DEFAULT_LANGUAGE, *sorted({v if v in analysis.STEMMED else "und" for v in spoken}))
        self.lengths: dict[str, Ints] = {}
        self.mean_lengths: dict[str, float] = {}
        for field in FIELDS:
            parts = [segment.columns.lengths[field] for segment in self.segments]
            self.lengths[field] = np.concatenate(parts) if parts else np.empty(0, np.int32)
            # Whoosh's own mean: exact lengths, over all documents with the deleted ones.
            self.mean_lengths[field] = (self.reader.field_length(field) / max(base, 1)) or 1.0

    def _joined(self, name: str, kind: Any) -> Any:
        parts = [getattr(segment.columns, name) for segment in self.segments]
        return np.concatenate(parts) if parts else np.empty(0, kind)

    def id(self, number: int) -> str:
        """The id of a document."""
        for segment in self.segments:
            if number < segment.end:
                return bytes(segment.columns.ids[number - segment.base]).hex()
        raise IndexError(number)

    def ids(self, numbers: Longs) -> list[str]:
        """The ids of documents, in the order given."""
        return [self.id(int(number)) for number in numbers]

    def holding(self, field: str, value: str) -> Mask:
        """Which documents have this value in this field, as a user writes it."""
        wanted = self.vocabularies[field].find(value)
        found = np.zeros(self.size, bool)
        for segment in self.segments:
            column, numbers = segment.columns.columns[field], segment.numbers[field]
            local = np.isin(numbers, wanted)
            if local.any():
                found[segment.base + segment.owners[field][local[column.ordinals]]] = True
        return found
