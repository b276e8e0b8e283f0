"""One archive file in, articles out. SOCKET: one file here is one format.

A reader works in two halves, so that the slow one runs in other processes: `records` cuts an opened file into raw
records with their places, cheaply and in order; `article` turns one raw record into an Article. A record that
cannot be taken is a Rejection or a BadRecord with the reason, and the run goes on.

The driver's loop, which reads everything and holds one record at a time:

    for found in find_files(paths):                       # str | Rejection | PassedOver
        if isinstance(found, str):
            for item in archive_records(found, options):  # (reader's name, Record) | Rejection
                ...                                       # elsewhere: READERS[name].article(record, options)

Each Record and each Rejection is one record read; a PassedOver is not. Nothing here stores, indexes or counts.

Adding a format: a module here with a class that has the two attributes and three methods of `Reader`, a row in
`READERS`, fixtures under tests/archives, rows in its tests, and a line in the README's table.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator, Mapping
from typing import BinaryIO, Protocol, cast

from searchsvc.archives.files import PassedOver, find_files
from searchsvc.archives.records import MAX_RECORD, Options, Record, Rejection
from searchsvc.archives.streams import ArchiveStream, open_stream
from searchsvc.article import Article, Location
from searchsvc.document import Document

__all__ = [
    "MAX_RECORD",
    "READERS",
    "Options",
    "PassedOver",
    "Reader",
    "Record",
    "Rejection",
    "archive_records",
    "find_files",
    "reader_for",
]


class Reader(Protocol):
    """A format."""

    #: The name that reports and errors use, as "JSON Lines".
    name: str
    #: File name endings that speak for it when the content alone does not, as (".jsonl", ".ndjson").
    suffixes: tuple[str, ...]

    def recognises(self, head: bytes) -> bool:
        """Whether these first bytes (up to 64 KiB, the whole of a smaller file) are surely of this format."""
        ...

    def records(self, stream: BinaryIO, path: str, options: Options) -> Iterator[Record | Rejection]:
        """The raw records in order. Reads the stream once, forwards, never whole unless the file is one record."""
        ...

    def article(self, record: Record, options: Options) -> Article | Document:
        """The article of one record, or the document where the archive holds whole ones. Raises BadRecord."""
        ...


class _Readers(Mapping[str, Reader]):
    """The readers by name, in the order they are tried; each is imported when first asked for.

    Late, because every plug imports this package for Record, and because a process that serves needs no HTML parser.
    """

    def __init__(self, rows: Mapping[str, str]) -> None:
        self._rows = rows
        self._made: dict[str, Reader] = {}

    def __getitem__(self, name: str) -> Reader:
        if name not in self._made:
            module, _, plug = self._rows[name].partition(":")
            self._made[name] = cast(Reader, getattr(importlib.import_module(f"{__name__}.{module}"), plug)())
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


#: The formats, in the order of trial: what is surest to know itself comes first, plain text last.
READERS: Mapping[str, Reader] = _Readers(
    {
        "searchsvc documents": "documents:Documents",
        "Reuters SGML": "sgml:ReutersSgml",
        "HTML": "html:Html",
        "JSON Lines": "jsonl:JsonLines",
        "CSV": "table:Table",
        "Plain text": "text:PlainText",
    }
)

#: First bytes of what is never an article, with what to tell its owner.
_NOT_TEXT = {
    b"PK\x03\x04": "a ZIP archive: unpack it first",
    b"%PDF-": "a PDF document",
    b"BZh": "compressed with bzip2: unpack it first",
    b"\xfd7zXZ\x00": "compressed with xz: unpack it first",
    b"\x28\xb5\x2f\xfd": "compressed with zstd: unpack it first",
    b"\x1f\x8b": "gzip within gzip: unpack it first",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
    b"SQLite format 3\x00": "a database",
}

# A text may hold a stray NUL or escape; a binary file is full of them.
_CONTROL = bytes(set(range(0x20)) - set(b"\t\n\r\f\x1b"))
_MOST_CONTROL = 0.01


def reader_for(path: str, head: bytes) -> Reader | str:
    """The reader of a file by its first bytes, else by its name (".gz" left out), else why there is none.

    Content speaks first, so a page saved as `page.txt` is read as the page it is. Standard input and a file whose
    name has no ending are plain text when their bytes are text.
    """
    for magic, what in _NOT_TEXT.items():
        if head.startswith(magic):
            return f"not an archive format: {what}"
    for reader in READERS.values():
        if reader.recognises(head):
            return reader
    if len(head.translate(None, _CONTROL)) < len(head) * (1 - _MOST_CONTROL):
        return "not an archive format: binary data"
    name = os.path.basename(path).lower().removesuffix(".gz")
    ending = os.path.splitext(name)[1]
    for reader in READERS.values():
        if ending in reader.suffixes:
            return reader
    if not ending:
        return READERS["Plain text"]
    return f"neither the content nor the ending {ending!r} is of a known format ({', '.join(READERS)})"


def archive_records(path: str, options: Options) -> Iterator[tuple[str, Record] | Rejection]:
    """The raw records of one file in order, each with the name of its reader, and what of it cannot be taken.

    `path` is a file's, or "-" for standard input. gzip is peeled off, and UTF-16 and UTF-32 with a byte order mark
    become UTF-8; offsets are bytes of the peeled stream. Never raises for what is in the file or for a file that
    cannot be read: that is a Rejection, and what came before it is kept. A record that the end of a broken file
    cuts through is not kept, since half an article would pass for a whole one: the Rejection stands in its place.
    """
    shown = printable(path)
    try:
        stream = open_stream(path)
    except OSError as error:
        yield Rejection(Location(shown), "unreadable", error.strerror or str(error))
        return
    with stream:
        yield from _records(stream, path, shown, options)


def _records(
    stream: ArchiveStream, path: str, shown: str, options: Options
) -> Iterator[tuple[str, Record] | Rejection]:
    if not stream.head.strip(b"\xef\xbb\xbf \t\r\n"):
        fault = stream.fault or ("empty_file", "the file is empty")
        yield Rejection(Location(shown), *fault)
        return
    reader = reader_for(path, stream.head)
    if isinstance(reader, str):
        yield Rejection(Location(shown), "unknown_format", reader)
        return
    held: Record | Rejection | None = None
    for item in reader.records(stream.buffered(), shown, options):
        if held is not None:
            yield held if isinstance(held, Rejection) else (reader.name, held)
        held = item
    where = Location(shown, stream.position, held.location.ordinal + 1 if held else 1)
    if held is not None and stream.fault and _is_cut(held, stream.position):
        where = held.location
    elif held is not None:
        yield held if isinstance(held, Rejection) else (reader.name, held)
    if stream.fault:
        code, reason = stream.fault
        yield Rejection(where, code, reason)


def _is_cut(last: Record | Rejection, end: int) -> bool:
    """Whether the broken end of a stream runs through its last record: it reaches the end with no line end."""
    if isinstance(last, Rejection):
        return True
    return last.location.offset + len(last.raw) >= end and not last.raw.endswith(b"\n")


def printable(path: str) -> str:
    """The path as it may stand in JSON and on a screen: bytes that are not UTF-8 are replaced."""
    return os.fsencode(path).decode("utf-8", "replace")
