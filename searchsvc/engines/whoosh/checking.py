"""Is everything in this generation readable and of one piece? Walks every posting and every column."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from searchsvc.engines.whoosh.snapshot import Snapshot
from searchsvc.fields import COUNTED


def snapshot_faults(snapshot: Snapshot) -> Iterator[str]:
    """What is wrong in an opened generation whose files are what the manifest says."""
    live = int(np.count_nonzero(snapshot.live))
    manifest = snapshot.manifest
    if live != manifest.documents:
        yield f"generation {manifest.name}: {live} live documents, the manifest says {manifest.documents}"
    seen: set[bytes] = set()
    for segment in snapshot.segments:
        name, part = segment.columns.name, segment.columns
        if len(part) != segment.leaf.doc_count_all():
            yield f"segment {name}: columns of {len(part)} documents, postings of {segment.leaf.doc_count_all()}"
            continue
        for field in COUNTED:
            column = part.columns[field]
            whole = len(column.offsets) == len(part) + 1 and column.offsets[-1] == len(column.ordinals)
            if not whole or (len(column.ordinals) and not 0 <= column.ordinals.max() < len(column.values)):
                yield f"segment {name}: the column {field} does not fit"
        for number, id_ in enumerate(map(bytes, part.ids)):
            if snapshot.live[segment.base + number]:
                if id_ in seen:
                    yield f"document {id_.hex()} is in the index twice"
                seen.add(id_)
            if segment.leaf.stored_fields(number).get("id") != id_.hex():
                yield f"segment {name}: document {number} is {id_.hex()} in the columns alone"
        yield from _posting_faults(snapshot, segment.leaf, name, len(part))


def _posting_faults(snapshot: Snapshot, leaf: object, name: str, size: int) -> Iterator[str]:
    with snapshot.reading:
        try:
            for field, text in leaf.all_terms():  # type: ignore[attr-defined]
                matcher = leaf.postings(field, text)  # type: ignore[attr-defined]
                last = -1
                while matcher.is_active():
                    if not last < matcher.id() < size:
                        yield f"segment {name}: postings of {field}:{text!r} are out of order"
                        break
                    last = matcher.id()
                    matcher.value()
                    matcher.next()
        except Exception as error:  # anything that a damaged file makes Whoosh raise
            yield f"segment {name}: the postings cannot be read: {type(error).__name__}: {error}"
