"""Is everything in this generation readable and of one piece? Walks every posting and every column."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from searchsvc.engines.whoosh.columns import COLUMNS, Column, Longs
from searchsvc.engines.whoosh.postings import FieldPostings
from searchsvc.engines.whoosh.snapshot import Snapshot


def snapshot_faults(snapshot: Snapshot) -> Iterator[str]:
    """What is wrong in an opened generation whose files are what the manifest says."""
    manifest = snapshot.manifest
    if snapshot.count != manifest.documents:
        yield f"generation {manifest.name}: {snapshot.count} live documents, the manifest says {manifest.documents}"
    live = snapshot.live.mask
    seen: set[bytes] = set()
    for segment in snapshot.segments:
        name, part = segment.columns.name, segment.columns
        if len(part) != len(segment.postings):
            yield f"segment {name}: columns of {len(part)} documents, postings of {len(segment.postings)}"
            continue
        for field in COLUMNS:
            if not _fits(part.columns[field], len(part)):
                yield f"segment {name}: the column {field} does not fit"
        for number, id_ in enumerate(map(bytes, segment.postings.ids)):
            if live[segment.base + number]:
                if id_ in seen:
                    yield f"document {id_.hex()} is in the index twice"
                seen.add(id_)
        for field, found in segment.postings.fields.items():
            for fault in _posting_faults(found, len(part)):
                yield f"segment {name}: {fault} of {field}"


def _fits(column: Column, size: int) -> bool:
    values, pairs = len(column.values), len(column.ordinals)
    whole = len(column.offsets) == size + 1 and column.offsets[-1] == pairs and len(column.holders) == pairs
    whole = whole and len(column.starts) == values + 1 and column.starts[-1] == pairs
    return bool(whole and (not pairs or (column.ordinals.max() < values and column.holders.max() < size)))


def _posting_faults(field: FieldPostings, size: int) -> Iterator[str]:
    try:
        terms = field.terms.strings(range(len(field.terms)))
        if any(one >= other for one, other in pairwise(terms)):
            yield "the terms are out of order"
        starts = field.starts.astype(np.int64)
        postings = int(starts[-1])
        docs = field.docs.astype(np.int64)
        first = np.zeros(postings + 1, bool)
        first[starts] = True
        if len(docs) != postings or (np.diff(starts) < 1).any() or (docs >= size).any():
            yield "the postings do not fit"
        elif ((np.diff(docs) < 1) & ~first[1:-1]).any():
            yield "the postings are out of order"
        elif len(field.lengths) != size:
            yield "the lengths do not fit"
        elif field.has_places:
            counts = field.counts(0, postings).astype(np.int64)
            places = field.places(0, postings).astype(np.int64)
            if len(places) != counts.sum() or (counts < 1).any():
                yield "the positions do not fit"
            elif not _ascending(places, counts):
                yield "the positions are out of order"
            elif (np.bincount(docs, counts, minlength=size) != field.lengths).any():
                yield "the lengths are not those of the positions"
    except (ValueError, IndexError) as error:
        yield f"the postings cannot be read ({type(error).__name__}: {error})"


def _ascending(places: Longs, counts: Longs) -> bool:
    first = np.zeros(len(places) + 1, bool)
    first[np.cumsum(counts)] = True
    return not ((np.diff(places) < 0) & ~first[1:-1]).any()
