"""How do new documents become a generation? Segments written in a private directory, and Whoosh's list of them.

Each id comes once a batch; older versions are deleted in the segments that hold them; segments are merged by a tiered
policy, so that small commits stay small and a term is looked up in few places.
"""

from __future__ import annotations

import gc
import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from whoosh import util as whoosh_util
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, clean_files

from searchsvc.document import Document
from searchsvc.engines.whoosh import columns, dictionary, merging, postings, schema, stories
from searchsvc.engines.whoosh.codec import NewsCodec, open_postings, path_of
from searchsvc.engines.whoosh.columns import Mask
from searchsvc.engines.whoosh.generations import Generations, Manifest
from searchsvc.engines.whoosh.inverting import Inverter
from searchsvc.engines.whoosh.postings import MOST_DOCUMENTS
from searchsvc.stories import Changes

# Whoosh names segments by the global `random`: where that is seeded (a test runner does), two writers of one process
# take the same names, and a segment would pass for another.
whoosh_util.random = random.SystemRandom()

_HEX = re.compile(rf"[0-9a-f]{{{2 * columns.ID_BYTES}}}")

#: Segments of about one size that are merged into one.
TIER = 8
#: How many times larger a segment of the next tier is.
FACTOR = 8

# Values of the bits of an id by which it is looked for first.
_TOLD_BY = 1 << 20

_inverter = Inverter()


@contextmanager
def _uncollected() -> Iterator[None]:
    """No look for cycles among the many objects of a batch, which has none."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@_uncollected()
def publish(
    generations: Generations,
    base: Manifest | None,
    documents: Sequence[Document],
    position: int,
    changes: Changes,
) -> dict[str, str]:
    """Write the next generation: that of `base` with these documents and stories in it, at `position` of the store.

    Returns the ids of documents that could not be indexed, with the reason.
    """
    refused: dict[str, str] = {}
    wanted = {document.id: document for document in documents}
    rows: dict[str, columns.Row] = {}
    for id_, document in wanted.items():
        try:
            rows[id_] = columns.row(document)
        except Exception as error:  # a date, an id or a value that no column can hold
            refused[id_] = f"{type(error).__name__}: {error}"
    batch, parts = _inverted([document for id_, document in wanted.items() if id_ not in refused], refused)
    work = generations.begin(base)
    ix = open_index(work, create=base is None)
    try:
        toc = ix._read_toc()
        segments = list(toc.segments)
        _delete(ix.storage, segments, wanted)
        segments += _written(ix.storage, batch, parts, rows)
        segments = _merged(ix.storage, segments)
        count = sum(segment.doc_count() for segment in segments)
        _write_toc(ix, toc, segments)
        named = {segment.segment_id(): segment for segment in segments}
        sizes = {name: segment.doc_count_all() for name, segment in named.items()}
        dictionary.write(work, sizes, lambda name: open_postings(ix.storage, named[name]))
    finally:
        ix.storage.close_files()
    for path in work.glob(columns.PREFIX + "*"):
        if path.name.removeprefix(columns.PREFIX) not in named:
            path.unlink()
    stories.write(work, changes)
    generations.publish(work, base, position=position, documents=count, segments=list(named))
    return refused


def _inverted(
    batch: list[Document], refused: dict[str, str]
) -> tuple[list[Document], list[tuple[dict[str, postings.Inverted], bytes]]]:
    """The postings of documents, in as many parts as segments are needed, and the documents that are in them: those
    whose words cannot be read are refused."""
    while True:
        try:
            starts = range(0, len(batch), MOST_DOCUMENTS)
            return batch, [_inverter.invert(batch[start : start + MOST_DOCUMENTS]) for start in starts]
        except Exception:  # whatever a document's content may raise
            before = len(refused)
            for document in batch:
                try:
                    _inverter.invert([document])
                except Exception as error:
                    refused[document.id] = f"{type(error).__name__}: {error}"
            if len(refused) == before:
                raise
            batch = [document for document in batch if document.id not in refused]


def _written(
    storage: Any,
    batch: list[Document],
    parts: list[tuple[dict[str, postings.Inverted], bytes]],
    rows: dict[str, columns.Row],
) -> Iterator[Any]:
    """The segments of a batch. Of the parts each is given up once it is written."""
    for start in range(0, len(batch), MOST_DOCUMENTS):
        those = batch[start : start + MOST_DOCUMENTS]
        some = [rows[document.id] for document in those]
        ids = np.frombuffer(b"".join(row.id for row in some), np.uint8).reshape(len(some), -1)
        yield _write_segment(storage, ids, *parts.pop(0), columns.of_documents(some))


def _delete(storage: Any, segments: Sequence[Any], ids: Iterable[str]) -> None:
    """Mark the documents of these ids in the segments as deleted."""
    wanted = {bytes.fromhex(id_) for id_ in ids if _HEX.fullmatch(id_)}
    heads = np.sort(np.array([int.from_bytes(id_[:8], "little") for id_ in wanted], np.uint64))
    if not len(heads):
        return
    # Nearly all that are there are told from those that come by a few of their bits.
    bits = np.uint64(_TOLD_BY - 1)
    among = np.zeros(_TOLD_BY, bool)
    among[heads & bits] = True
    for segment in segments:
        present = postings.ids(path_of(storage, segment))
        mine = np.ascontiguousarray(present[:, :8]).view("<u8")[:, 0] if len(present) else heads[:0]
        some = np.flatnonzero(among[mine & bits])
        mine = mine[some]
        place = np.minimum(np.searchsorted(heads, mine), len(heads) - 1)
        for number in some[heads[place] == mine].tolist():
            if bytes(present[number]) in wanted:
                segment.delete_document(number)


def _write_segment(
    storage: Any, ids: Any, fields: Mapping[str, postings.Inverted], words: bytes, values: columns.SegmentColumns
) -> Any:
    segment = NewsCodec().new_segment(storage, schema.INDEX_NAME)
    segment.set_doc_count(len(ids))
    path = path_of(storage, segment)
    postings.write(path, ids, fields, words)
    columns.write(path.parent / (columns.PREFIX + segment.segment_id()), values)
    return segment


def _merged(storage: Any, segments: list[Any]) -> list[Any]:
    """The segments after those that the policy names have been merged, in order of age."""
    segments = [segment for segment in segments if segment.doc_count()]
    while group := next(_groups(segments), None):
        found = [open_postings(storage, segment) for segment in group]
        folder = Path(storage.folder)
        values = [columns.read(folder / (columns.PREFIX + segment.segment_id())) for segment in group]
        kept = [_kept(segment) for segment in group]
        fields, words = merging.merged(found, merging.renumbered(kept))
        ids = np.concatenate([part.ids[some] for part, some in zip(found, kept, strict=True)])
        new = _write_segment(storage, ids, fields, words, columns.merged(values, kept))
        place = segments.index(group[0])
        segments = [*segments[:place], new, *(segment for segment in segments[place:] if segment not in group)]
    return segments


def _kept(segment: Any) -> Mask:
    kept = np.ones(segment.doc_count_all(), bool)
    kept[list(segment.deleted_docs())] = False
    return kept


def _groups(segments: Sequence[Any]) -> Iterator[list[Any]]:
    """Segments to be merged into one: TIER of about one size, or one that is mostly deleted."""
    tiers: dict[int, list[Any]] = {}
    for segment in segments:
        live = segment.doc_count()
        if live <= MOST_DOCUMENTS // 2:
            tiers.setdefault(int(np.log(live) / np.log(FACTOR)), []).append(segment)
        if live * 2 < segment.doc_count_all() and segment.doc_count_all() > FACTOR**2:
            yield [segment]
    for tier in tiers.values():
        group: list[Any] = []
        total = 0
        for segment in tier:
            if total + segment.doc_count() > MOST_DOCUMENTS:
                break
            group.append(segment)
            total += segment.doc_count()
        # One more than half full would never be merged again: it waits until it is nearly full.
        full = total <= MOST_DOCUMENTS // 2 or total >= MOST_DOCUMENTS * 3 // 4 or len(tier) >= 2 * TIER
        if len(tier) >= TIER and full:
            yield group


def _write_toc(ix: Any, toc: Any, segments: list[Any]) -> None:
    """Whoosh's list of the segments, and its removal of what belongs to none of them."""
    new = TOC(toc.schema, segments, toc.generation + 1)
    new.write(ix.storage, schema.INDEX_NAME)
    clean_files(ix.storage, schema.INDEX_NAME, new.generation, segments)


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


def leaves_of(reader: Any) -> list[Any]:
    """The readers of an index's segments; Whoosh gives an empty index one that has no segment."""
    return [leaf for leaf, _ in reader.leaf_readers() if leaf.segment() is not None]


def segment_name(leaf: Any) -> str:
    """The name of a leaf reader's segment, as its files begin."""
    return str(leaf.segment().segment_id())
