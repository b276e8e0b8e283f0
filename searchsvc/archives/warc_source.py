"""Here is the stream of a web archive: give me lines and blocks, take them back, find where the next record begins.

What a record is, `warc` knows; here is only how one begins, and what of a stream is still as it was packed.
"""

from __future__ import annotations

import re
from typing import BinaryIO

from searchsvc.archives.streams import ArchiveStream

# Bytes that may be read again after wrong lengths, in all; a file that needs more is not worth its time.
_MAX_AGAIN = 400_000_000
_CHUNK = 65_536
_BEGINS = (
    rb"(?:WARC/\d\.\d{1,2}[ \t]*\r?\n"
    rb"|(?:https?|ftp|dns|filedesc):[^\r\n]{1,4096} \d{12,18} [^\r\n]{1,200} -?\w{1,19}\r?\n)"
)
_HERE, _NEXT = re.compile(_BEGINS), re.compile(rb"\n" + _BEGINS)
_GZIP_BEGINS = (b"WARC/", b"http", b"dns:", b"filedesc:")
# So far back a search looks, for the start of a record that was not yet whole.
_BACK = 4_500


class WarcSource:
    """A stream of bytes with its place, in which what was read can be given back."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._buffer = b""
        self._at = 0
        self._again = 0
        self.offset = 0  # of the next byte
        self.ended = False
        raw = getattr(stream, "raw", None)
        self._archive = raw if isinstance(raw, ArchiveStream) else None

    def line(self, limit: int) -> bytes:
        """The next line with its end; without one where the stream ends or it has over `limit` bytes."""
        searched = 0
        while True:
            end = self._buffer.find(b"\n", self._at + searched, self._at + limit)
            if end >= 0:
                return self._give(end + 1 - self._at)
            searched = max(0, len(self._buffer) - self._at)
            if searched >= limit or not self._more():
                return self._give(min(limit, len(self._buffer) - self._at))

    def peek(self) -> bytes:
        """Some of the next bytes, b"" only at the end."""
        if self._at >= len(self._buffer):
            self._more()
        return self._buffer[self._at : self._at + _CHUNK]

    def take(self, size: int) -> bytes:
        """So many bytes, fewer only at the end."""
        parts = [self._give(min(size, len(self._buffer) - self._at))]
        left = size - len(parts[0])
        while left and self._more():
            parts.append(self._give(min(left, len(self._buffer) - self._at)))
            left -= len(parts[-1])
        return b"".join(parts)

    def skip(self, size: int) -> int:
        """Read past so many bytes; how many there were."""
        left = size
        while left and (self._at < len(self._buffer) or self._more()):
            left -= len(self._give(min(left, len(self._buffer) - self._at)))
        return size - left

    def back(self, raw: bytes) -> bool:
        """Give back what was taken last, unless too much was already."""
        self._again += len(raw)
        if self._again > _MAX_AGAIN:
            return False
        self._buffer, self._at = raw + self._buffer[self._at :], 0
        self.offset -= len(raw)
        return True

    def find(self) -> bool:
        """Go to where the next record begins, here at the soonest; False at the end."""
        if _HERE.match(self.peek()):
            return True
        while True:
            match = _NEXT.search(self._buffer, self._at)
            if match:
                self._give(match.start() + 1 - self._at)
                return True
            self._give(max(0, len(self._buffer) - self._at - _BACK))
            if not self._more():
                self._give(len(self._buffer) - self._at)
                return False

    @property
    def whole(self) -> bool:
        """Whether all that was read so far came as it was packed."""
        return not self.ended or self._archive is None or self._archive.fault is None or self._archive.broke_between

    def fault(self) -> tuple[str, str] | None:
        """At the end: why it is not the real one. The stream goes on behind the fault, if it can be read there."""
        if self._archive is None or self._archive.fault is None or not self.ended:
            return None
        fault = self._archive.fault
        if self._archive.resume(_GZIP_BEGINS):
            self.ended = False
        self._archive.fault = None
        self._buffer, self._at = b"", 0
        return fault

    def _give(self, size: int) -> bytes:
        found = self._buffer[self._at : self._at + size]
        self._at += size
        self.offset += size
        return found

    def _more(self) -> bool:
        if self.ended:
            return False
        chunk = self._stream.read(_CHUNK) if self._archive is None else self._stream.read1(_CHUNK)  # type: ignore[attr-defined]
        self._buffer, self._at = self._buffer[self._at :] + chunk, 0
        self.ended = not chunk
        return bool(chunk)
