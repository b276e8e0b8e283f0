"""Is everything in this generation readable and of one piece? Walks every posting and every column."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from searchsvc.engines.whoosh import dictionary
from searchsvc.engines.whoosh.columns import COLUMNS, Column, Longs
from searchsvc.engines.whoosh.postings import FieldPostings
from searchsvc.engines.whoosh.snapshot import Snapshot

# Terms whose postings are walked together.
_AT_ONCE = 20_000


def snapshot_faults(snapshot: Snapshot) -> Iterator[str]:
    """What is wrong in an opened generation whose files are what the manifest says."""
    manifest = snapshot.manifest
    if snapshot.count != manifest.documents:
        yield f"generation {manifest.name}: {snapshot.count} live documents, the manifest says {manifest.documents}"
    if snapshot.dictionary is not None:
        parts = {segment.columns.name: segment.postings for segment in snapshot.segments}
        yield from dictionary.faults(snapshot.dictionary, parts)
    live = snapshot.live.mask
    seen: set[bytes] = set()
    for segment in snapshot.segments:
        name, part = segment.columns.name, segment.columns
        if len(part) != len(segment.postings):
            yield f"segment {name}: columns of {len(part)} documents, postings of {len(segment.postings)}"
            continue
        for field in COLUMNS:
            if not _fits(part.columns[field], len(part), len(segment.numbers[field])):
                yield f"segment {name}: the column {field} does not fit"
        for number, id_ in enumerate(map(bytes, segment.postings.ids)):
            if live[segment.base + number]:
                if id_ in seen:
                    yield f"document {id_.hex()} is in the index twice"
                seen.add(id_)
        for field, found in segment.postings.fields.items():
            for fault in _posting_faults(found, len(part)):
                yield f"segment {name}: {fault} of {field}"


def _fits(column: Column, size: int, values: int) -> bool:
    whole = len(column.sizes) == size and int(column.sizes.sum(dtype=np.int64)) == len(column.ordinals)
    return bool(whole and (not len(column.ordinals) or column.ordinals.max() < values))


def _posting_faults(field: FieldPostings, size: int) -> Iterator[str]:
    try:
        terms = field.terms.all_of(range(len(field.terms)))
        if len(terms) != len(field.terms) or any(one >= other for one, other in pairwise(terms)):
            yield "the terms are out of order"
        if len(field.lengths) != size:
            yield "the lengths do not fit"
            return
        lengths = np.zeros(size, np.int64)
        frequencies = field.frequencies
        for first in range(0, len(terms), _AT_ONCE):
            last = min(first + _AT_ONCE, len(terms))
            run = field.run(first, last)
            counts = run.counts.astype(np.int64)
            sizes = np.zeros(last - first, np.int64)
            sizes[run.terms - first] = run.sizes
            if (sizes < 1).any() or (sizes != frequencies[first:last]).any():
                yield "the postings do not fit"
                return
            if not sizes.sum() == len(run.docs) == len(counts) or not (run.docs < size).all():
                yield "the postings do not fit"
                return
            new = np.zeros(len(counts) + 1, bool)
            new[np.cumsum(run.sizes)] = True
            if ((np.diff(run.docs.astype(np.int64)) < 1) & ~new[1:-1]).any():
                yield "the postings are out of order"
            if field.has_places:
                if len(run.places) != counts.sum():
                    yield "the positions do not fit"
                elif not _ascending(run.places.astype(np.int64), counts):
                    yield "the positions are out of order"
                lengths += np.bincount(run.docs, counts, minlength=size).astype(np.int64)
        if field.has_places and (lengths != field.lengths).any():
            yield "the lengths are not those of the positions"
    except (ValueError, IndexError, zlib.error) as error:
        yield f"the postings cannot be read ({type(error).__name__}: {error})"


def _ascending(places: Longs, counts: Longs) -> bool:
    first = np.zeros(len(places) + 1, bool)
    first[np.cumsum(counts)] = True
    return not ((np.diff(places) < 0) & ~first[1:-1]).any()
