"""CSV: a table with a header row, one article a row; divided by commas, semicolons, tabs or bars.

A row that does not fit its header costs that row. A quote that is never closed would swallow the rest of the file:
it costs its line, and reading goes on with the next.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO

from searchsvc.archives.fieldnames import article_of, known_fields
from searchsvc.archives.records import MAX_RECORD, Options, Record, Rejection
from searchsvc.archives.streams import bounded_lines, decoded
from searchsvc.article import Article, Location
from searchsvc.errors import BadRecord

_DIVIDERS = ",;\t|"
#: A quoted value that runs on over more than this is taken for a quote that was never closed. The longest articles
#: known here have 2,000 lines and 300 kB.
_MOST_LINES, _MOST_BYTES = 10_000, 1_000_000
#: Excel's own first line, which names the divider.
_SEP = re.compile(rb"^(?:\xef\xbb\xbf)?sep=(.)\r?\n$")
_BARE_RETURN = re.compile(r"\r(?!\n|$)")
_MOST_COLUMNS_NAMED = 20


class Table:
    """The reader; see the module."""

    name = "CSV"
    suffixes = (".csv", ".tsv", ".tab")

    def recognises(self, head: bytes) -> bool:
        """A first line of short names, of which one is the title or the text and another is a field too."""
        first, ended, _ = head.partition(b"\n")
        if not ended or len(first) > 2_000 or first.lstrip(b"\xef\xbb\xbf \t").startswith((b"{", b"[", b"<")):
            return False
        _, columns = _header(first)
        known = known_fields(columns, Options())
        return len(columns) >= 2 and len(known) >= 2 and "title" in known and all(len(name) <= 40 for name in columns)

    def records(self, stream: BinaryIO, path: str, options: Options) -> Iterator[Record | Rejection]:
        csv.field_size_limit(MAX_RECORD)
        lines = _Lines(stream)
        if not (first := lines.next()):
            return
        if sep := _SEP.match(first[1] or b""):
            first = lines.next() or first
        divider, columns = _header(first[1] or b"", sep[1].decode("latin-1") if sep else "")
        if not known_fields(columns, options) & {"title", "text"}:
            named = ", ".join(map(repr, columns[:_MOST_COLUMNS_NAMED])) or "nothing"
            reason = f"the first row names neither a title nor a text: found {named}; name one with --map"
            yield Rejection(Location(path, first[0]), "no_header", reason)
            return
        ordinal = 0
        while taken := lines.next():
            offset, line = taken
            if line is not None and not line.strip():
                continue
            ordinal += 1
            where = Location(path, offset, ordinal)
            if line is None:
                yield Rejection(where, "too_large", f"a line of over {MAX_RECORD:,} bytes")
                continue
            number = lines.number
            raw, cells = _row(line, lines, divider)
            if cells is None:
                yield Rejection(where, "unclosed_quote", f'line {number}: a quote (") is opened and never closed')
            elif len(cells) != len(columns):
                reason = f"row {ordinal}, line {number}: {len(cells)} columns where the header has {len(columns)}"
                yield Rejection(where, "bad_row", reason)
            else:
                yield Record(where, raw, (divider, *columns))

    def article(self, record: Record, options: Options) -> Article:
        csv.field_size_limit(MAX_RECORD)
        divider, *columns = record.context
        cells = _cells(record.raw, divider)
        if cells is None or len(cells) != len(columns):
            raise BadRecord("the row does not fit its header", code="bad_row")
        values: dict[str, str] = {}
        for name, cell in zip(columns, cells, strict=True):
            values.setdefault(name, cell)
        return article_of(values, options, record.location)


class _Lines:
    """The lines of a stream, which can be given back. `number` is that of the last one given, from 1."""

    def __init__(self, stream: BinaryIO) -> None:
        self._lines = bounded_lines(stream, MAX_RECORD)
        self._returned: deque[tuple[int, bytes | None]] = deque()
        self.number = 0

    def next(self) -> tuple[int, bytes | None] | None:
        taken = self._returned.popleft() if self._returned else next(self._lines, None)
        self.number += taken is not None
        return taken

    def give_back(self, lines: list[tuple[int, bytes | None]]) -> None:
        self._returned.extendleft(reversed(lines))
        self.number -= len(lines)


def _row(first: bytes, lines: _Lines, divider: str) -> tuple[bytes, list[str] | None]:
    """The bytes and cells of the row that begins with this line; no cells if its quotes never close.

    Then all lines but the first are given back. A row of several lines has to be strictly well formed: if it is not,
    the quote that opened it was a stray one, and the lines that it runs over are rows.
    """
    taken: list[tuple[int, bytes | None]] = []
    endless = False

    def following() -> Iterator[str]:
        nonlocal endless
        size = len(first)
        yield _text(first)
        while size <= _MOST_BYTES and len(taken) < _MOST_LINES and (line := lines.next()):
            taken.append(line)
            if line[1] is None:
                break
            size += len(line[1])
            yield _text(line[1])
        endless = True

    try:
        cells = next(csv.reader(following(), delimiter=divider, strict=True), None)
    except csv.Error:
        cells = None
    if cells is None and not taken and not endless:
        cells = _cells(first, divider)
    if cells is None:
        lines.give_back(taken)
        return first, None
    return b"".join((first, *(line for _, line in taken if line is not None))), cells


def _cells(raw: bytes, divider: str) -> list[str] | None:
    """The cells of a whole row, also of one that says "He said "no", and left"."""
    lines = [_text(line) for line in raw.splitlines(keepends=True)] if raw.count(b"\n") > 1 else [_text(raw)]
    for strict in (True, False):
        try:
            return next(csv.reader(lines, delimiter=divider, strict=strict), None)
        except csv.Error:
            continue
    return None


def _text(line: bytes) -> str:
    """The line as text, its end kept. A bare carriage return within is no line end of this file."""
    text = decoded(line)
    return _BARE_RETURN.sub(" ", text) if "\r" in text else text


def _header(line: bytes, divider: str = "") -> tuple[str, list[str]]:
    """The divider and the column names: the one that finds the most names that mean a field, then the most columns."""
    best: tuple[tuple[int, int], str, list[str]] = ((-1, -1), ",", [])
    for candidate in divider or _DIVIDERS:
        columns = [" ".join(name.split()) for name in _cells(line, candidate) or []]
        rank = (len(known_fields(columns, Options())), len(columns))
        if rank > best[0]:
            best = (rank, candidate, columns)
    return best[1], best[2]
