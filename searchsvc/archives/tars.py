"""Which files does this tar hold? Member after member as they come, so a pipe will do.

`tarfile` only parses the headers here: it takes whatever length a name's record states into memory, and ends at the
first damaged header, while the next good one is looked for here. Nothing is written.
"""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterator
from tarfile import HeaderError, TarInfo

from searchsvc.archives.containers import (
    MAX_MEMBER,
    MAX_NAME,
    Budget,
    Member,
    MemberBytes,
    Refused,
    read_exactly,
    shown_name,
)
from searchsvc.archives.streams import ArchiveStream, Broken

_BLOCK = 512
_CHUNK = 65_536
# A pax header has names, times and the like.
_MAX_PAX = 1_000_000
_PAX = re.compile(rb"(\d{1,9}) ([^=]{1,100})=")

_NO_FILE = {
    tarfile.SYMTYPE: "a symbolic link",
    tarfile.LNKTYPE: "a hard link",
    tarfile.FIFOTYPE: "a FIFO",
    tarfile.CHRTYPE: "a device",
    tarfile.BLKTYPE: "a device",
}
_FILES = (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.CONTTYPE)


class _Ended(Exception):
    """The stream ends where more should be."""


def tar_members(stream: ArchiveStream, budget: Budget) -> Iterator[Member | Refused]:
    """The members in their order; `stream.fault` is told, once, where it ends the tar."""
    yield from _Tar(stream, budget).members()


class _Tar:
    def __init__(self, stream: ArchiveStream, budget: Budget) -> None:
        self._archive, self._stream, self._budget = stream, stream.buffered(), budget
        self._at = self._ordinal = 0
        self._left = 0  # of the member that is being read
        self._told = False  # whether a member has said that the tar ends early

    def members(self) -> Iterator[Member | Refused]:
        try:
            yield from self._all()
        except _Ended:
            if not self._told:
                code, reason = self._archive.fault or ("truncated", "the tar ends early")
                yield Refused("", self._at, self._ordinal + 1, code, reason)

    def _all(self) -> Iterator[Member | Refused]:
        name: bytes | None = None
        size: int | None = None
        bad_pax = False
        damaged = False
        while True:
            start = self._at
            block = self._read(_BLOCK, partial=True)
            if not block:
                raise _Ended
            if not block.strip(b"\0"):
                break
            try:
                info = TarInfo.frombuf(block, "utf-8", "surrogateescape")
                if info.size < 0 or (damaged and block[257:262] != b"ustar"):
                    raise HeaderError("a size below zero")
            except HeaderError as error:
                if len(block) < _BLOCK:
                    raise _Ended from None
                if not damaged:
                    self._ordinal += 1
                    reason = f"no tar header, going on with the next that is one: {error}"
                    yield Refused("", start, self._ordinal, "bad_tar", reason)
                damaged, name, size, bad_pax = True, None, None, False
                continue
            damaged = False
            if info.type == tarfile.GNUTYPE_LONGNAME:
                # The length that is stated may be anything.
                name = self._read(min(info.size, MAX_NAME + 2)).rstrip(b"\0")
                self._skip(_padded(info.size) - min(info.size, MAX_NAME + 2))
                continue
            if info.type in (tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE):
                pax = self._read(min(info.size, _MAX_PAX))
                self._skip(_padded(info.size) - len(pax))
                stated = _pax(pax)
                bad_pax = info.size > _MAX_PAX or any(key.startswith(b"GNU.sparse") for key in stated)
                name = stated.get(b"path", name)
                digits = stated.get(b"size", b"")
                size = int(digits) if digits.isdigit() and len(digits) < 20 else size
                continue
            if info.type in (tarfile.XGLTYPE, tarfile.GNUTYPE_LONGLINK):
                self._skip(_padded(info.size))
                continue
            length = info.size if size is None else size
            raw_name = name if name is not None else info.name.encode("utf-8", "surrogateescape")
            refused_pax, name, size, bad_pax = bad_pax, None, None, False
            if info.isdir():
                continue
            self._ordinal += 1
            if not self._budget.member():
                break
            shown = shown_name(raw_name[:MAX_NAME])
            if info.type in _NO_FILE:
                yield Refused(shown, start, self._ordinal, "not_regular", f"{_NO_FILE[info.type]}, not a regular file")
                continue
            self._left = length
            if info.type not in _FILES or refused_pax:
                yield Refused(
                    shown, start, self._ordinal, "unsupported_member", "a sparse file or another special kind"
                )
            elif not raw_name or len(raw_name) > MAX_NAME:
                yield Refused(shown, start, self._ordinal, "bad_name", f"a name of no or over {MAX_NAME:,} bytes")
            else:
                yield Member(shown, MemberBytes(self._member(length)))
            if self._budget.spent:
                break
            self._skip(self._left + _padded(length) - length)
        if self._budget.spent:
            yield Refused("", self._at, self._ordinal, *self._budget.spent)
            return
        while self._stream.read(_CHUNK):  # padding, to hear how the compression ends
            pass
        if self._archive.fault:
            yield Refused("", self._at, self._ordinal + 1, *self._archive.fault)

    def _member(self, length: int) -> Iterator[bytes]:
        """The bytes of a member. Raises Broken."""
        while self._left:
            chunk = self._stream.read(min(_CHUNK, self._left))
            if not chunk:
                self._told = True
                raise Broken(*(self._archive.fault or ("truncated", "the tar ends within this member")))
            self._at += len(chunk)
            self._left -= len(chunk)
            if length - self._left > MAX_MEMBER:
                raise Broken("too_large", f"a member of over {MAX_MEMBER:,} bytes")
            self._budget.take(len(chunk))
            yield chunk

    def _read(self, size: int, *, partial: bool = False) -> bytes:
        found = read_exactly(self._stream, size)
        self._at += len(found)
        if len(found) < size and not partial:
            raise _Ended
        return found

    def _skip(self, size: int) -> None:
        while size > 0:
            chunk = self._stream.read(min(_CHUNK, size))
            if not chunk:
                raise _Ended
            size -= len(chunk)
            self._at += len(chunk)


def _padded(size: int) -> int:
    return -(-size // _BLOCK) * _BLOCK


def _pax(records: bytes) -> dict[bytes, bytes]:
    """The keywords of a pax header, up to the first that is damaged."""
    found: dict[bytes, bytes] = {}
    at = 0
    while match := _PAX.match(records, at):
        end = at + int(match[1])
        if end <= match.end() or end > len(records):
            break
        found[match[2]] = records[match.end() : end - 1]
        at = end
    return found
