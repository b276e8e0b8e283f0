"""Open this file and give me its plain bytes: compressions peeled off, UTF-16 and UTF-32 turned into UTF-8.

gzip, bzip2, xz and zstd, at most two of them one around the other. Nothing is read whole, and nothing that a file
contains raises: a stream that breaks ends there, and `fault` says why. No format is known here.
"""

from __future__ import annotations

import codecs
import io
import os
import stat
import sys
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, Protocol

from searchsvc.archives.packed import MAGIC, Damaged, Unpacker, compression_of

#: First bytes that formats are recognised by.
HEAD = 65_536

#: A compressed file that grows over this many times its size, once past MIN_CHECKED bytes, is not read on. News text
#: packs 3:1, a page of repeated markup 20:1; 1000:1 is what a file of one byte repeated reaches.
MAX_RATIO, MIN_CHECKED = 200, 20_000_000

#: Compressions around one file.
MAX_PEELED = 2

_CHUNK = 65_536

_WIDE_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class Raw(Protocol):
    """What a stream is read from: a file, or a member of a container."""

    def read(self, size: int, /) -> bytes | None:
        """Some bytes, b"" at the end. Raises OSError, or Broken to name the fault itself."""
        ...

    def close(self) -> None: ...


class Broken(OSError):
    """Bytes end here, and not where they should. `code` is a stable lower_snake word."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(0, reason)
        self.code, self.reason = code, reason


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

    def __init__(self, raw: Raw, *, owned: bool) -> None:
        self._raw, self._owned = raw, owned
        self._packed = 0
        self._layers: list[_Unpacked] = []
        self._text: codecs.IncrementalDecoder | None = None
        self._waiting = b""
        self._ended = False
        self.position = 0
        self.fault: tuple[str, str] | None = None
        while True:
            while len(self._waiting) < MAGIC and (more := self._more()):
                self._waiting += more
            kind = compression_of(self._waiting)
            if not kind:
                break
            if len(self._layers) == MAX_PEELED:
                self._break("nested_too_deep", f"{kind} within {MAX_PEELED} other compressions")
                self._waiting = b""
                break
            self._peel(kind)
        while len(self._waiting) < HEAD and (more := self._more()):
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
            more = self._more()
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

    @property
    def file(self) -> BinaryIO | None:
        """The file itself, to seek in, where these bytes are a plain file's own."""
        if self._owned and not self._layers and not self._text and isinstance(self._raw, io.RawIOBase):
            return self._raw  # type: ignore[return-value]
        return None

    @property
    def size(self) -> int:
        """Bytes of the whole file, or those read so far where that is not known."""
        return (
            os.fstat(self._raw.fileno()).st_size if self._owned and isinstance(self._raw, io.IOBase) else self._packed
        )

    def resume(self, begins: tuple[bytes, ...]) -> bool:
        """After a fault: go on with the next gzip member whose content begins with one of these, if there is one.

        The fault stays told; where nothing can be read on, nothing changes.
        """
        if len(self._layers) != 1 or self.fault is None or not self._layers[0].resume(begins):
            return False
        self._ended = False
        return True

    @property
    def broke_between(self) -> bool:
        """Whether the fault came before any byte of its member of the compression: what was read so far is whole."""
        return len(self._layers) == 1 and self._layers[0].between

    def _peel(self, kind: str) -> None:
        first = self._waiting
        inner = self._layers[-1].chunk if self._layers else self._file_bytes
        self._layers.append(_Unpacked(kind, first, inner, lambda: self._packed))
        self._waiting = b""

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
        chunk = self._raw.read(_CHUNK) or b""
        self._packed += len(chunk)
        return chunk

    def _more(self) -> bytes:
        """The next bytes without compressions, b"" at the end."""
        if self._ended:
            return b""
        try:
            chunk = self._layers[-1].chunk() if self._layers else self._file_bytes()
        except Broken as error:
            self._break(error.code, error.reason)
            return b""
        except OSError as error:
            self._break("unreadable", error.strerror or str(error))
            return b""
        self._ended = not chunk
        return chunk

    def _break(self, code: str, reason: str) -> None:
        self.fault = (code, reason)
        self._ended = True


class _Unpacked:
    """What is within one compression, member after member."""

    def __init__(self, kind: str, first: bytes, more: Callable[[], bytes], packed: Callable[[], int]) -> None:
        self._kind, self._more, self._file_size = kind, more, packed
        self._fed = first  # what waits to be unpacked
        self._recent = first  # the last bytes that the member was fed, to look for the next one in
        self._plain = 0
        self.between = True  # whether nothing came of the present member yet
        self._fault: Broken | None = None
        self._unpacker = Unpacker(kind)

    def chunk(self) -> bytes:
        """The next plain bytes, b"" at the end. Raises Broken."""
        if self._fault:
            raise self._fault
        while True:
            if self._unpacker.ended:
                if not self._next_member():
                    return b""
            elif self._unpacker.hungry and not self._fed:
                self._fed = self._more()
                self._recent = self._recent[-_CHUNK:] + self._fed
                if not self._fed:
                    self._fault = self._broken("truncated", f"the {self._kind} data ends early")
                    raise self._fault
            plain = self._step()
            if plain:
                return plain
            if self._fault:
                raise self._fault

    def _step(self) -> bytes:
        fed, self._fed = self._fed, b""
        try:
            plain = self._unpacker.unpack(fed)
        except Damaged as error:
            plain = error.plain
            self._count(plain)
            self._fault = self._broken("bad", error.reason)
            return plain
        self._count(plain)
        size = self._file_size()
        if self._plain > MIN_CHECKED and self._plain > size * MAX_RATIO:
            # One step may give much, and articles at its head: what it gave is passed on before the fault.
            self._fault = Broken("expansion_ratio", f"{size:,} bytes grew to over {self._plain:,}: not read on")
        return plain

    def _count(self, plain: bytes) -> None:
        self._plain += len(plain)
        self.between = self.between and not plain

    def _next_member(self) -> bool:
        self.between = True
        rest = self._unpacker.rest
        # tar and tapes pad with zeros, which belong to nobody
        while not (rest := rest.lstrip(b"\0")):
            rest = self._more()
            if not rest:
                return False
        while len(rest) < MAGIC and (more := self._more()):
            rest += more
        if compression_of(rest) != self._kind:
            raise self._broken("bad", f"bytes that are not {self._kind} follow")
        self._unpacker = Unpacker(self._kind)
        self._fed = self._recent = rest
        return True

    def resume(self, begins: tuple[bytes, ...]) -> bool:
        """Find the next gzip member whose content begins with one of these, in what was fed or comes."""
        if self._kind != "gzip":
            return False
        window, self._recent = self._recent[1:], b""
        while True:
            at = window.find(_GZIP)
            while at >= 0:
                if len(window) - at < _TRIED:
                    break
                if _begins(window[at : at + _TRIED], begins):
                    return self._go_on(window[at:])
                at = window.find(_GZIP, at + 1)
            try:
                more = self._more()
            except OSError:
                more = b""
            if not more:
                while at >= 0:
                    if _begins(window[at:], begins):
                        return self._go_on(window[at:])
                    at = window.find(_GZIP, at + 1)
                return False
            window = (window[at:] if at >= 0 else window[-2:]) + more

    def _go_on(self, packed: bytes) -> bool:
        self._unpacker, self._fault = Unpacker("gzip"), None
        self._fed = self._recent = packed
        self.between = True
        return True

    def _broken(self, how: str, reason: str) -> Broken:
        return Broken(f"{how}_{self._kind}", f"{reason}, after {self._plain:,} bytes of content")


_GZIP = b"\x1f\x8b\x08"
# Packed bytes in which a member shows what its content begins with.
_TRIED = 512


def _begins(packed: bytes, begins: tuple[bytes, ...]) -> bool:
    try:
        return zlib.decompressobj(31).decompress(packed, 32).startswith(begins)
    except zlib.error:
        return False


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
