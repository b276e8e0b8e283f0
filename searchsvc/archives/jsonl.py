"""JSON Lines: one object a line. Also an array of objects, objects written over several lines, and saved answers of
news APIs, which hold their articles in a list.

A bad line costs that line. Objects within an array are cut out one by one, so that an export of any size streams. Each
must be JSON; the commas between them are not looked at, so one that is missing, or one too many before the end of the
array, costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from searchsvc.archives.fieldnames import article_of
from searchsvc.archives.objects import line_records, parsed
from searchsvc.archives.records import MAX_RECORD, Options, Record, Rejection
from searchsvc.article import Article, Location

_BEGINS = re.compile(rb'^(?:\xef\xbb\xbf)?\s*(?:\{\s*["}]|\[\s*(?:\{\s*["}]|\]\s*$))')
# A whole string, or one bracket, or the quote of a string whose end is not read yet.
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[{}\[\]]|"', re.DOTALL)
# A saved answer of NewsAPI or GDELT ({"articles": […]}), of the Guardian or the NYT ({"response": {"docs": […]}}).
_ANSWER = re.compile(rb'^(?:\xef\xbb\xbf)?\s*\{\s*"(?:status|copyright|response|totalResults|articles)"\s*:')
_LIST = re.compile(rb'"(?:articles|results|docs)"\s*:\s*(?=\[\s*(?:\{|\]))')
_BETWEEN = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n,]*")
_JUNK_END = re.compile(rb"[{\]\n]")
_CHUNK = 1 << 18


class JsonLines:
    """The reader; see the module."""

    name = "JSON Lines"
    suffixes = (".jsonl", ".ndjson", ".jl", ".json")

    def recognises(self, head: bytes) -> bool:
        return bool(_BEGINS.match(head))

    def records(self, stream: BinaryIO, path: str, options: Options) -> Iterator[Record | Rejection]:
        head = _peek(stream)
        inside = _list_in_answer(head)
        if inside:
            stream.read(inside)
            yield from ObjectCutter(stream, path, offset=inside, within=True).records()
        elif _is_lines(head):
            yield from line_records(stream, path)
        else:
            yield from ObjectCutter(stream, path).records()

    def article(self, record: Record, options: Options) -> Article:
        return article_of(parsed(record.raw), options, record.location)


def _peek(stream: BinaryIO) -> bytes:
    peek = getattr(stream, "peek", None)
    return bytes(peek(1 << 16)) if peek else b""


def _list_in_answer(head: bytes) -> int:
    """Where the list of articles begins in the saved answer of an API; 0 for anything else."""
    if not _ANSWER.match(head):
        return 0
    for found in _LIST.finditer(head):
        before = [token[0] for token in _TOKEN.finditer(head, 0, found.start()) if len(token[0]) == 1]
        if before.count(b"[") == before.count(b"]") and before.count(b"{") - before.count(b"}") <= 2:
            return found.end()
    return 0


def _is_lines(head: bytes) -> bool:
    """Whether each line is a record: the first is a whole object, or at least does not go on in the second."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"["):
        return False
    first, ended, rest = text.partition(b"\n")
    if not ended or first.rstrip().endswith(b"}"):
        return True
    return rest.lstrip().startswith(b"{") and first.strip() != b"{"


class ObjectCutter:
    """Cuts the objects out of an array, or out of a row of objects, by their brackets.

    `offset` is where in the file the stream begins; `within` says that what follows the array belongs to others.
    """

    def __init__(self, stream: BinaryIO, path: str, *, offset: int = 0, within: bool = False) -> None:
        self._stream, self._path = stream, path
        self._within = within
        self._buffer = b""
        self._at = 0  # where in the buffer the next record begins
        self._offset = offset  # of the buffer's first byte in the stream
        self._ordinal = 0

    def records(self) -> Iterator[Record | Rejection]:
        first = self._next()
        array = first == b"["
        if array:
            self._at += 1
        closed = False
        while first := self._next():
            if array and first == b"]" and not closed:
                closed = True
                self._at += 1
                if self._within:
                    return
            elif first == b"{":
                found = self._object()
                closed = closed or isinstance(found, Rejection)  # which says already that the file ends early
                yield found
            else:
                yield self._junk()
        if array and not closed:
            yield Rejection(self._where(), "truncated", "the array is not closed: the file ends early")

    def _object(self) -> Record | Rejection:
        depth, searched = 0, self._at
        while True:
            for token in _TOKEN.finditer(self._buffer, searched):
                text = token[0]
                if text == b'"':
                    break
                searched = token.end()
                if text in (b"{", b"["):
                    depth += 1
                elif text in (b"}", b"]"):
                    depth -= 1
                    if depth == 0:
                        record = Record(self._where(), self._buffer[self._at : searched])
                        self._at = searched
                        return record
            where = self._where()
            size = len(self._buffer) - self._at
            searched -= self._at
            if size > MAX_RECORD:
                while self._more(keep=False):
                    pass
                return Rejection(where, "too_large", f"an object of over {MAX_RECORD:,} bytes; not read on")
            if not self._more():
                self._at = len(self._buffer)
                return Rejection(where, "truncated", "the object is not closed: the file ends early")
            self._ordinal -= 1

    def _junk(self) -> Rejection:
        """What stands where an object should: up to the next object or line."""
        end = _JUNK_END.search(self._buffer, self._at + 1)
        while end is None and len(self._buffer) - self._at < MAX_RECORD and self._more():
            end = _JUNK_END.search(self._buffer, self._at + 1)
        stop = end.start() if end else len(self._buffer)
        junk = self._buffer[self._at : min(stop, self._at + 40)].decode("utf-8", "replace")
        rejection = Rejection(self._where(), "bad_json", f"an object was expected, not {junk!r}")
        self._at = stop
        return rejection

    def _where(self) -> Location:
        self._ordinal += 1
        return Location(self._path, self._offset + self._at, self._ordinal)

    def _next(self) -> bytes:
        """The next byte that is not between records, b"" at the end."""
        while True:
            between = _BETWEEN.match(self._buffer, self._at)
            self._at = between.end() if between else self._at
            if self._at < len(self._buffer):
                return self._buffer[self._at : self._at + 1]
            if not self._more():
                return b""

    def _more(self, *, keep: bool = True) -> bool:
        """Read on, in growing steps, so that a long record is not searched over and over."""
        kept = self._buffer[self._at :] if keep else b""
        self._offset += len(self._buffer) - len(kept)
        chunk = self._stream.read(max(_CHUNK, len(kept)))
        self._buffer, self._at = kept + chunk, 0
        return bool(chunk)
