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

A ZIP or tar is no format but a folder in a file: its members are read as files, and shown as `dump.zip!/a/page.html`.

Adding a format: a module here with a class that has the two attributes and three methods of `Reader`, a row in
`READERS`, fixtures under tests/archives, rows in its tests, and a line in the README's table.
"""

from __future__ import annotations

import importlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Protocol, cast

from searchsvc.archives.containers import MAX_NESTED, MAX_SPOOLED, Budget, Member, Refused, container_of
from searchsvc.archives.files import PassedOver, find_files, no_article_member
from searchsvc.archives.records import MAX_RECORD, Options, Record, Rejection
from searchsvc.archives.streams import HEAD, ArchiveStream, open_stream
from searchsvc.archives.tars import tar_members
from searchsvc.archives.zips import zip_members
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

    def records(self, stream: BinaryIO, path: str, options: Options) -> Iterator[Record | Rejection | PassedOver]:
        """The raw records in order. Reads the stream once, forwards, never whole unless the file is one record.

        A PassedOver is a record that is no article by its kind, as an image in a web archive.
        """
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
        self._endings: dict[str, Reader] = {}

    def __getitem__(self, name: str) -> Reader:
        if name not in self._made:
            module, _, plug = self._rows[name].partition(":")
            self._made[name] = cast(Reader, getattr(importlib.import_module(f"{__name__}.{module}"), plug)())
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def all(self) -> Iterable[Reader]:
        """The readers in order. Like `values`, but made to be asked for each of a million members."""
        return self._made.values() if len(self._made) == len(self._rows) else self._all()

    def of_ending(self, ending: str) -> Reader | None:
        """The first reader for which this file name ending speaks."""
        if not self._endings:
            self._endings = {suffix: reader for reader in reversed([*self.all()]) for suffix in reader.suffixes}
        return self._endings.get(ending)

    def _all(self) -> Iterable[Reader]:
        self._made = {name: self[name] for name in self._rows}
        return self._made.values()


#: The formats, in the order of trial: what is surest to know itself comes first, plain text last.
READERS = _Readers(
    {
        "WARC": "warc:Warc",
        "searchsvc documents": "documents:Documents",
        "Reuters SGML": "sgml:ReutersSgml",
        "Wire copy": "wire:Wire",
        "TREC": "trec:Trec",
        "TIME collection": "trec:TimeCollection",
        "Parquet": "parquet:Parquet",
        "PDF": "pdf:Pdf",
        "NITF": "nitf:Nitf",
        "NewsML": "newsml:NewsML",
        "NewsML-G2": "newsml_g2:NewsMLG2",
        "Ritzau XML": "ritzau:Ritzau",
        "WordPress export": "exports:WordPress",
        "Blogger export": "exports:Blogger",
        "RSS or Atom": "feeds:Feeds",
        "JSON Feed": "json_feed:JsonFeed",
        "MHTML": "mhtml:Mhtml",
        "E-mail": "mail:Mail",
        "HTML": "html:Html",
        "ninjs": "ninjs:Ninjs",
        "JSON Lines": "jsonl:JsonLines",
        "CSV": "table:Table",
        "Plain text": "text:PlainText",
    }
)

#: First bytes of what is never an article, with what to tell its owner.
_NOT_TEXT = {
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
    for reader in READERS.all():
        if reader.recognises(head):
            return reader
    if len(head.translate(None, _CONTROL)) < len(head) * (1 - _MOST_CONTROL):
        return "not an archive format: binary data"
    name = os.path.basename(path).lower().removesuffix(".gz")
    ending = os.path.splitext(name)[1]
    if found := READERS.of_ending(ending):
        return found
    if not ending:
        return READERS["Plain text"]
    return f"neither the content nor the ending {ending!r} is of a known format ({', '.join(READERS)})"


#: Formats of which a file is one record: where the file breaks, that record is broken.
_ONE_RECORD = frozenset(("HTML", "MHTML", "PDF", "Plain text"))


def archive_records(
    path: str, options: Options, passed_over: Callable[[PassedOver], None] = lambda passed: None
) -> Iterator[tuple[str, Record] | Rejection]:
    """The raw records of one file in order, each with the name of its reader, and what of it cannot be taken.

    `path` is a file's, or "-" for standard input. Compressions are peeled off, ZIP and tar are read member by member,
    and UTF-16 and UTF-32 with a byte order mark become UTF-8; offsets are bytes of the peeled stream. Never raises for
    what is in the file or for a file that cannot be read: that is a Rejection, and what came before it is kept. A
    record that the end of a broken file cuts through is not kept, since half an article would pass for a whole one:
    the Rejection stands in its place. `passed_over` is told the members and records that are no articles.
    """
    shown = printable(path)
    try:
        stream = open_stream(path)
    except OSError as error:
        yield Rejection(Location(shown), "unreadable", error.strerror or str(error))
        return
    with stream:
        yield from _File(options, passed_over, Budget(lambda: stream.size)).records(stream, path, shown, 0)


@dataclass(frozen=True, slots=True)
class _File:
    """One archive file being read, with all that is within it."""

    options: Options
    passed_over: Callable[[PassedOver], None]
    budget: Budget

    def records(
        self, stream: ArchiveStream, name: str, shown: str, depth: int
    ) -> Iterator[tuple[str, Record] | Rejection]:
        """The records of a file, or of a member that is `depth` containers down."""
        if not stream.head.strip(b"\xef\xbb\xbf \t\r\n"):
            blank = len(stream.head) == HEAD
            reason = f"its first {HEAD:,} bytes are white space" if blank else "the file is empty"
            yield Rejection(Location(shown), *(stream.fault or ("empty_file", reason)))
            return
        kind = container_of(stream.head)
        if kind and depth == MAX_NESTED:
            yield Rejection(Location(shown), "nested_too_deep", f"a {kind} within {MAX_NESTED} other containers")
            return
        if kind == "tar":
            yield from self._members(tar_members(stream, self.budget), shown, depth)
            return
        if kind == "ZIP":
            yield from self._zip(stream, shown, depth)
            return
        reader = reader_for(name, stream.head)
        if isinstance(reader, str):
            yield Rejection(Location(shown), "unknown_format", reader)
        else:
            yield from self._read(reader, stream, shown)

    def _zip(self, stream: ArchiveStream, shown: str, depth: int) -> Iterator[tuple[str, Record] | Rejection]:
        if stream.file is not None:
            yield from self._members(zip_members(stream.file, self.budget), shown, depth)
            return
        with tempfile.SpooledTemporaryFile(max_size=8_000_000) as spool:
            while chunk := stream.read(1 << 16):
                if stream.position > MAX_SPOOLED:
                    reason = f"a ZIP of over {MAX_SPOOLED:,} bytes that is no plain file: unpack it first"
                    yield Rejection(Location(shown), "too_large", reason)
                    return
                spool.write(chunk)
            yield from self._members(zip_members(cast(BinaryIO, spool), self.budget), shown, depth)
            if stream.fault:
                yield Rejection(Location(shown, stream.position), *stream.fault)

    def _members(
        self, members: Iterator[Member | Refused | PassedOver], shown: str, depth: int
    ) -> Iterator[tuple[str, Record] | Rejection]:
        for member in members:
            if isinstance(member, PassedOver):
                self.passed_over(PassedOver(f"{shown}!/{member.path}", member.reason))
                continue
            inside = f"{shown}!/{member.name}"
            if reason := no_article_member(member.name):
                self.passed_over(PassedOver(inside, reason))
            elif isinstance(member, Member):
                with ArchiveStream(member.raw, owned=False) as stream:
                    yield from self.records(stream, member.name, inside, depth + 1)
            elif member.name:
                yield Rejection(Location(inside), member.code, member.reason)
            else:
                yield Rejection(Location(shown, member.at, member.ordinal), member.code, member.reason)

    def _read(self, reader: Reader, stream: ArchiveStream, shown: str) -> Iterator[tuple[str, Record] | Rejection]:
        held: Record | Rejection | None = None
        for item in reader.records(stream.buffered(), shown, self.options):
            if isinstance(item, PassedOver):
                self.passed_over(item)
                continue
            if held is not None:
                yield held if isinstance(held, Rejection) else (reader.name, held)
            held = item
        where = Location(shown, stream.position, held.location.ordinal + 1 if held else 1)
        if held is not None and stream.fault and (reader.name in _ONE_RECORD or _is_cut(held, stream.position)):
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
