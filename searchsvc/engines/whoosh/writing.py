"""How do new documents become a generation? One Whoosh commit in a private directory, with the columns beside it.

Whoosh's own rules are kept out of harm's way: a document that it refuses cancels the writer and the batch is done
again without it (what it left behind would attach to the next document); each id comes once a batch; deletions are
made by id before anything is added; segments are merged by a tiered policy, so that small commits stay small.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from whoosh import query as whoosh_query
from whoosh import util as whoosh_util
from whoosh.filedb.filestore import FileStorage
from whoosh.reading import SegmentReader

from searchsvc.document import Document
from searchsvc.engines.whoosh import columns, schema, stories
from searchsvc.engines.whoosh.generations import Generations, Manifest
from searchsvc.fields import FIELDS
from searchsvc.stories import Changes

# Whoosh names segments by the global `random`: where that is seeded (a test runner does), two writers of one process
# take the same names, and a segment would pass for another.
whoosh_util.random = random.SystemRandom()

_HEX = re.compile(rf"[0-9a-f]{{{2 * columns.ID_BYTES}}}")

#: Memory that Whoosh's pool of postings may take before it spills to disk, in megabytes by Whoosh's own reckoning.
POOL_MB = 96
#: Segments of about one size that are merged into one.
TIER = 16
#: How many times larger a segment of the next tier is.
FACTOR = 8


def publish(
    generations: Generations,
    base: Manifest | None,
    documents: Sequence[Document],
    position: int,
    changes: Changes,
) -> dict[str, str]:
    """Write the next generation: that of `base` with these documents and stories in it, at `position` of the store.

    Returns the ids of documents that Whoosh refused, with the reason.
    """
    refused: dict[str, str] = {}
    wanted = {document.id: document for document in documents}
    rows: dict[str, columns.Row] = {}
    for id_, document in wanted.items():
        try:
            rows[id_] = columns.row(document)
        except Exception as error:  # a date, an id or a value that no column can hold
            refused[id_] = f"{type(error).__name__}: {error}"
    while True:
        batch = [document for id_, document in wanted.items() if id_ not in refused]
        work = generations.begin(base)
        fault = _write(work, base, batch, set(wanted))
        if fault is None:
            break
        refused[fault[0]] = fault[1]
    taken = {rows[document.id].id: rows[document.id] for document in batch}
    count, segments = _write_columns(work, base, taken)
    stories.write(work, changes)
    (work / f"{schema.INDEX_NAME}_WRITELOCK").unlink(missing_ok=True)
    generations.publish(work, base, position=position, documents=count, segments=segments)
    return refused


def _write(
    work: Path, base: Manifest | None, batch: Sequence[Document], replaced: Iterable[str]
) -> tuple[str, str] | None:
    """One commit; the id and the reason of the first document that was refused, after which nothing was written."""
    ix = open_index(work, create=base is None)
    writer = ix.writer(limitmb=POOL_MB, compound=False)
    committed = False
    current = ""
    try:
        if base is not None:
            held = _held(work, base, replaced)
            for start in range(0, len(held), 500):
                terms = [whoosh_query.Term("id", id_) for id_ in held[start : start + 500]]
                writer.delete_by_query(whoosh_query.Or(terms))
        for document in batch:
            current = document.id
            writer.add_document(**schema.values(document))
        current = ""
        writer.commit(mergetype=tiered)
        committed = True
    except Exception as error:  # whatever an index library throws at a document's content
        if not current:
            raise
        return current, f"{type(error).__name__}: {error}"
    finally:
        if not committed:
            with suppress(Exception):  # the directory is thrown away; the first error is the one to tell
                writer.cancel()
        ix.storage.close_files()
    return None


class Storage(FileStorage):  # type: ignore[misc]
    """Whoosh's files of one directory. Its readers leave some open when they are closed: `close_files` closes all.

    Not `close`: the reader of each segment calls that when it is closed itself, while others still read.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self._opened: list[Any] = []
        self._exists: dict[str, bool] = {}

    def file_exists(self, name: str) -> bool:
        """Whether there is such a file. Remembered: Whoosh asks it of the file system at every posting it writes."""
        if name not in self._exists:
            self._exists[name] = bool(super().file_exists(name))
        return self._exists[name]

    def create_file(self, name: str, **kwargs: Any) -> Any:
        self._exists.pop(name, None)
        return super().create_file(name, **kwargs)

    def delete_file(self, name: str) -> None:
        self._exists.pop(name, None)
        super().delete_file(name)

    def open_file(self, name: str, **kwargs: Any) -> Any:
        file = super().open_file(name, **kwargs)
        self._opened.append(file)
        return file

    def close_files(self) -> None:
        """Close every file that was opened to be read."""
        for file in self._opened:
            if not file.is_closed:
                file.close()
        self._opened.clear()


def open_index(folder: Path, *, create: bool = False) -> Any:
    """The Whoosh index of a directory, with the schema built here and not the pickled one. To be closed by its
    `storage.close_files()`."""
    storage = Storage(folder)
    if create:
        return storage.create_index(schema.schema(), indexname=schema.INDEX_NAME)
    return storage.open_index(indexname=schema.INDEX_NAME, schema=schema.schema())


def _held(work: Path, base: Manifest, ids: Iterable[str]) -> list[str]:
    """Those of the ids that an older version stands under."""
    wanted = {bytes.fromhex(id_): id_ for id_ in ids if _HEX.fullmatch(id_)}
    heads = np.array([int.from_bytes(id_[:8], "little") for id_ in wanted], np.uint64)
    held = []
    for name in base.segments:
        present = columns.read(work / (columns.PREFIX + name)).ids
        same = np.isin(np.ascontiguousarray(present[:, :8]).view("<u8")[:, 0], heads)
        held += [wanted[id_] for id_ in map(bytes, present[same]) if id_ in wanted]
    return held


def tiered(writer: Any, segments: list[Any]) -> list[Any]:
    """Merge policy: as soon as TIER segments are of one size, within FACTOR, they become one.

    Called by Whoosh's commit; readers added to the writer are merged into the new segment.
    """
    tiers: dict[int, list[Any]] = {}
    for segment in segments:
        tiers.setdefault(int(np.log(max(segment.doc_count_all(), 1)) / np.log(FACTOR)), []).append(segment)
    merged: set[int] = {id(segment) for segment in segments if segment.doc_count() == 0}
    for some in tiers.values():
        if len(some) >= TIER:
            merged.update(map(id, some))
    for segment in segments:
        if id(segment) in merged and segment.doc_count():
            reader = SegmentReader(writer.storage, writer.schema, segment)
            writer.add_reader(reader)
            reader.close()
    return [segment for segment in segments if id(segment) not in merged]


def _write_columns(work: Path, base: Manifest | None, rows: dict[bytes, columns.Row]) -> tuple[int, list[str]]:
    """Write the columns of the segments that have none, and drop those of segments that are gone.

    The rows of merged documents come out of the columns of the segments that they were in: where several hold an
    id, the last in Whoosh's order does, since a segment is made later than every one in which an older version is.
    Returns the number of live documents and the segments in Whoosh's order.
    """
    ix = open_index(work)
    reader = ix.reader()
    try:
        leaves = leaves_of(reader)
        names = [segment_name(leaf) for leaf in leaves]
        paths = [work / (columns.PREFIX + name) for name in (base.segments if base else ())]
        old = {path: columns.read(path) for path in paths}
        gone: dict[bytes, tuple[columns.SegmentColumns, int]] = {}
        for name, leaf in zip(names, leaves, strict=True):
            path = work / (columns.PREFIX + name)
            if path in old:
                continue
            some = []
            for number in range(leaf.doc_count_all()):
                id_ = bytes.fromhex(leaf.stored_fields(number)["id"])
                if id_ not in rows and not gone:
                    gone = {bytes(id_): (part, n) for part in old.values() for n, id_ in enumerate(part.ids)}
                some.append(rows[id_] if id_ in rows else gone[id_][0].row(gone[id_][1]))
            columns.write(path, some, _lengths(leaf))
        for path in old:
            if path.name.removeprefix(columns.PREFIX) not in names:
                path.unlink()
        return reader.doc_count(), names
    finally:
        ix.storage.close_files()


def leaves_of(reader: Any) -> list[Any]:
    """The readers of an index's segments; Whoosh gives an empty index one that has no segment."""
    return [leaf for leaf, _ in reader.leaf_readers() if leaf.segment() is not None]


def segment_name(leaf: Any) -> str:
    """The name of a leaf reader's segment, as its files begin."""
    return str(leaf.segment().segment_id())


def _lengths(leaf: Any) -> dict[str, columns.Ints]:
    """Words of each scored field in each document, as Whoosh codes them into one byte."""
    count = leaf.doc_count_all()
    return {
        name: np.array([leaf.doc_field_length(number, name) or 0 for number in range(count)], np.int32)
        for name in FIELDS
    }
