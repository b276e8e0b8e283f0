"""Open this file and give me its plain bytes: gzip peeled off, UTF-16 and UTF-32 turned into UTF-8.

Nothing is read whole, and nothing that a file contains raises: a stream that breaks ends there, and `fault` says why.
No format is known here.
"""

from __future__ import annotations

import codecs
import io
import os
import stat
import sys
import zlib
from collections.abc import Iterator
from typing import BinaryIO

#: First bytes that formats are recognised by.
HEAD = 65_536

#: A gzip file that grows over this many times its size, once past MIN_CHECKED bytes, is not read on. News text packs
#: 3:1, a page of repeated markup 20:1; 1000:1 is what a file of one byte repeated reaches.
MAX_RATIO, MIN_CHECKED = 200, 20_000_000

_CHUNK = 65_536

_WIDE_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decoded(raw: bytes) -> str:
    """The text of bytes whose encoding nothing states: UTF-8, with or without its mark, else windows-1252.

    Real text in windows-1252 is hardly ever valid UTF-8 by chance, and the other way round it always is.
    """
    raw = raw.removeprefix(codecs.BOM_UTF8)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def open_stream(path: str) -> ArchiveStream:
    """The file, or standard input for "-", opened. Raises OSError, also for what is not a regular file."""
    if path == "-":
        return ArchiveStream(sys.stdin.buffer, owned=False)
    # Non-blocking, or a FIFO put in the file's place since it was found would hold the run for ever.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(0, "not a regular file")
    return ArchiveStream(os.fdopen(descriptor, "rb", buffering=0), owned=True)


class ArchiveStream(io.RawIOBase):
    """Plain bytes, forwards only. `head` is their beginning, which reading gives once more.

    `position` counts what was read. After the end, `fault` is (code, reason) when it was not the real end.
    """

    def __init__(self, raw: BinaryIO | io.RawIOBase, *, owned: bool) -> None:
        self._raw, self._owned = raw, owned
        self._packed = self._plain = 0
        self._unzip: zlib._Decompress | None = None
        self._text: codecs.IncrementalDecoder | None = None
        self._waiting = b""
        self._ended = False
        self.position = 0
        self.fault: tuple[str, str] | None = None
        first = self._file_bytes()
        while len(first) < 4 and (more := self._file_bytes()):
            first += more
        if first.startswith(b"\x1f\x8b"):
            self._unzip = zlib.decompressobj(wbits=31)
            first = self._unpacked(first)
        self._waiting = first
        while len(self._waiting) < HEAD and (more := self._peeled()):
            self._waiting += more
        for mark, encoding in _WIDE_MARKS:
            if self._waiting.startswith(mark):
                # The mark stays, as UTF-8's: it outranks whatever charset a page states.
                self._text = codecs.getincrementaldecoder(encoding)("replace")
                self._waiting = self._as_utf8(self._waiting)
                break
        self.head = self._waiting[:HEAD]

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._waiting:
            more = self._peeled()
            if not more:
                return self._last(buffer)
            self._waiting = self._as_utf8(more) if self._text else more
        return self._give(buffer)

    def buffered(self) -> io.BufferedReader:
        """The same stream with `readline` and `peek`."""
        return io.BufferedReader(self, _CHUNK)

    def close(self) -> None:
        if self._owned and not self.closed:
            self._raw.close()
        super().close()

    def _give(self, buffer: memoryview) -> int:
        count = min(len(buffer), len(self._waiting))
        buffer[:count] = self._waiting[:count]
        self._waiting = self._waiting[count:]
        self.position += count
        return count

    def _last(self, buffer: memoryview) -> int:
        if self._text is None:
            return 0
        decoder, self._text = self._text, None
        self._waiting = decoder.decode(b"", final=True).encode("utf-8")
        return self._give(buffer)

    def _as_utf8(self, raw: bytes) -> bytes:
        assert self._text is not None
        return self._text.decode(raw).encode("utf-8", "replace")

    def _file_bytes(self) -> bytes:
        """The next bytes of the file itself, b"" at its end."""
        try:
            chunk = self._raw.read(_CHUNK) or b""
        except OSError as error:
            self._break("unreadable", error.strerror or str(error))
            return b""
        self._packed += len(chunk)
        return chunk

    def _peeled(self) -> bytes:
        """The next bytes without gzip, b"" at the end."""
        if self._ended:
            return b""
        if self._unzip is None:
            chunk = self._file_bytes()
            self._ended = not chunk
            return chunk
        plain = b""
        while not plain and not self._ended:
            packed = self._unzip.unconsumed_tail or self._unzip.unused_data
            plain = self._unpacked(packed or self._file_bytes())
        return plain

    def _unpacked(self, packed: bytes) -> bytes:
        assert self._unzip is not None
        if not packed:
            if not self._unzip.eof:
                self._break("truncated_gzip", f"the gzip data ends early, after {self._plain:,} bytes of content")
            self._ended = True
            return b""
        if self._unzip.eof:
            packed = packed.lstrip(b"\0")  # tar and tapes pad with zeros, which belong to nobody
            if not packed:
                self._unzip = _finished()
                return b""
            if not packed.startswith(b"\x1f\x8b"[: len(packed)]):
                self._break("bad_gzip", f"bytes that are not gzip follow, after {self._plain:,} bytes of content")
                return b""
            self._unzip = zlib.decompressobj(wbits=31)
        before = self._unzip.copy()
        try:
            plain = self._unzip.decompress(packed, _CHUNK * 16)
        except zlib.error as error:
            plain = _until_error(before, packed)
            self._break("bad_gzip", f"{error}, after {self._plain + len(plain):,} bytes of content")
        self._plain += len(plain)
        if self._plain > MIN_CHECKED and self._plain > self._packed * MAX_RATIO:
            self._break("expansion_ratio", f"{self._packed:,} bytes grew to over {self._plain:,}: not read on")
            return b""
        return plain

    def _break(self, code: str, reason: str) -> None:
        self.fault = (code, reason)
        self._ended = True


def _until_error(unzip: zlib._Decompress, packed: bytes) -> bytes:
    """What comes out before the fault: zlib keeps to itself all that one call made when the call fails."""
    plain = b""
    for size in (4_096, 1):
        # In large steps to the one that fails, then through that one byte by byte.
        for at in range(0, len(packed), size):
            before = unzip.copy()
            try:
                plain += unzip.decompress(packed[at : at + size])
            except zlib.error:
                unzip, packed = before, packed[at : at + size]
                break
    return plain


def _finished() -> zlib._Decompress:
    """A decompressor at the end of a whole gzip member with nothing behind it."""
    done = zlib.decompressobj(wbits=31)
    done.decompress(zlib.compress(b"", wbits=31))
    return done


def bounded_lines(stream: BinaryIO, limit: int) -> Iterator[tuple[int, bytes | None]]:
    """The lines with their offsets, each with its line end; None for one of over `limit` bytes, which is read past."""
    offset = 0
    while line := stream.readline(limit + 2):
        start, offset = offset, offset + len(line)
        if len(line.rstrip(b"\r\n")) <= limit:
            yield start, line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(_CHUNK)
            offset += len(line)
        yield start, None
