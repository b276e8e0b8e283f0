"""Here is a document: how it is kept in the store, and back. Those read last stay decoded.

Two tables: the documents, and where which versions of them stood. A body is the document's JSON, packed by zlib.
Whatever damage does to one, reading it raises StoreError.
"""

from __future__ import annotations

import threading
import zlib
from collections import OrderedDict
from collections.abc import Iterable

import orjson

from searchsvc.document import Document, from_json, to_json
from searchsvc.errors import StoreError

SCHEMA = """
CREATE TABLE documents (
  seq  INTEGER PRIMARY KEY AUTOINCREMENT,  -- the number of the change that brought this version
  id   TEXT NOT NULL UNIQUE,
  hash BLOB NOT NULL,                      -- content_hash of the document
  source_hash BLOB NOT NULL,               -- source_hash of the document
  path TEXT NOT NULL,                      -- where this version was first met
  offset INTEGER NOT NULL,
  body BLOB NOT NULL                       -- its JSON, zlib
);
CREATE TABLE met (                         -- in which files a version stood, and before which offset: a rerun that
  id   TEXT NOT NULL,                      -- meets it there again, once another has replaced it, knows it for old
  hash BLOB NOT NULL,
  path TEXT NOT NULL,
  before INTEGER NOT NULL,
  PRIMARY KEY (id, hash, path)
) WITHOUT ROWID;
"""

#: Bytes of documents that a process keeps decoded, about; the documents of hits come again in the next question.
MOST_DECODED = 64 * 1024 * 1024
# A decoded document takes about so many times the bytes of its JSON (its mentions are pairs of Python's numbers), and
# so many more.
_TIMES_JSON, _AT_LEAST = 4, 2048


def packed(document: Document) -> bytes:
    """The body of a document."""
    return zlib.compress(orjson.dumps(to_json(document)), 5)


def loaded(body: bytes) -> Document:
    """The document of a body. Raises StoreError."""
    return document_of(unpacked(body))


def unpacked(body: bytes) -> bytes:
    """The JSON of a body. Raises StoreError."""
    try:
        return zlib.decompress(body)
    except zlib.error as error:
        raise _unreadable(error) from error


def document_of(plain: bytes) -> Document:
    """The document of its JSON. Raises StoreError."""
    try:
        return from_json(orjson.loads(plain))
    except (ValueError, KeyError, TypeError) as error:
        raise _unreadable(error) from error


def _unreadable(error: Exception) -> StoreError:
    return StoreError(f"a stored document cannot be read: {error!r}; `searchsvc check` names it")


class Decoded:
    """The documents read last, by the number of the change that brought them: under one number is never another."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._bytes = 0
        self._documents: OrderedDict[int, tuple[Document, int]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, numbers: Iterable[int]) -> dict[int, Document]:
        """Those of these that are kept."""
        found = {}
        with self._lock:
            for number in numbers:
                kept = self._documents.get(number)
                if kept is not None:
                    self._documents.move_to_end(number)
                    found[number] = kept[0]
        return found

    def keep(self, number: int, document: Document, json_bytes: int) -> None:
        """Keep this one, and let go of those not asked for the longest."""
        size = _AT_LEAST + _TIMES_JSON * json_bytes
        with self._lock:
            if number in self._documents or size > self._most // 8:
                return
            self._documents[number] = document, size
            self._bytes += size
            while self._bytes > self._most:
                self._bytes -= self._documents.popitem(last=False)[1][1]
