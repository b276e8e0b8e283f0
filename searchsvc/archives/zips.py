"""Which files does this ZIP hold? By its directory, one entry at a time; by its local headers where that is missing.

`zipfile` is not used: it makes an object for each entry of the directory before it gives the first (a gigabyte for a
million), and gives nothing of a ZIP whose end is missing. Stored, deflated, bzip2, xz and zstd members are read.
Nothing is written.
"""

from __future__ import annotations

import os
import re
import stat
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from searchsvc.archives.containers import (
    MAX_MEMBER,
    MAX_MEMBERS,
    MAX_NAME,
    Budget,
    Member,
    MemberBytes,
    Refused,
    shown_name,
)
from searchsvc.archives.files import PassedOver
from searchsvc.archives.packed import Damaged, Unpacker
from searchsvc.archives.streams import MAX_RATIO, MIN_CHECKED, Broken

_LOCAL, _ENTRY, _END, _END64, _TO_END64 = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_LOCAL_FORM, _ENTRY_FORM = struct.Struct("<4s5H3I2H"), struct.Struct("<4s6H3I5H2I")
_END_FORM, _END64_FORM, _TO_END64_FORM = struct.Struct("<4s4H2IH"), struct.Struct("<4sQ2H2I4Q"), struct.Struct("<4sIQI")

_METHODS = {8: "deflate", 12: "bzip2", 93: "zstd", 95: "xz"}
_ENCRYPTED, _SIZES_LATER, _UTF8 = 0x1, 0x8, 0x800
_CHUNK = 65_536
_FULL = 0xFFFFFFFF

_WEB_ARCHIVE = re.compile(r"archive/.+\.(?:w?arc)(?:\.gz)?", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Entry:
    """What the directory, or a local header, says of a member. `size` and `packed` are -1 for not said."""

    name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    at: int
    mode: int = 0


def zip_members(file: BinaryIO, budget: Budget) -> Iterator[Member | Refused | PassedOver]:
    """The members, in the order of the directory. `file` can seek."""
    try:
        end = _directory(file)
        if isinstance(end, Refused):
            yield end
        elif end is None:
            yield from _Members(file, budget).scanned()
        else:
            yield from _Members(file, budget).listed(*end)
    except (OSError, struct.error) as error:
        yield Refused("", 0, 1, "bad_zip", f"the ZIP's own records are damaged: {error}")


def _directory(file: BinaryIO) -> tuple[int, int, int] | Refused | None:
    """Where the directory begins, where it ends and by how much all offsets are off; None if there is none."""
    length = file.seek(0, os.SEEK_END)
    file.seek(max(0, length - 65_557))
    tail = file.read(65_557)
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_FORM.size:
        return None
    _, disk, _, _, _, size, offset, _ = _END_FORM.unpack_from(tail, at)
    if disk not in (0, 0xFFFF):
        return Refused("", 0, 1, "bad_zip", "one part of a ZIP that is split into several files")
    end = length - len(tail) + at
    if at >= _TO_END64_FORM.size and tail[at - _TO_END64_FORM.size :].startswith(_TO_END64):
        where = _TO_END64_FORM.unpack_from(tail, at - _TO_END64_FORM.size)[2]
        file.seek(where)
        record = file.read(_END64_FORM.size)
        if len(record) < _END64_FORM.size or not record.startswith(_END64):
            return None
        *_, size, offset = _END64_FORM.unpack(record)
        end = where
    start = end - size
    return (start, end, start - offset) if start >= offset >= 0 else None


class _Members:
    def __init__(self, file: BinaryIO, budget: Budget) -> None:
        self._file, self._budget = file, budget
        self._ordinal = 0
        self._stands = 0  # behind the packed bytes of the member read last
        self._cut = False  # whether the file ended within it

    def listed(self, start: int, end: int, shift: int) -> Iterator[Member | Refused | PassedOver]:
        kind = ""
        names = set()
        # What tells the kind stands first, and of more entries the rest is not read.
        for entry in islice(self._entries(start, end, shift), MAX_MEMBERS):
            if isinstance(entry, _Entry) and entry.name in (b"datapackage.json", b"[Content_Types].xml", b"mimetype"):
                names.add(entry.name)
        if b"[Content_Types].xml" in names or b"mimetype" in names:
            yield Refused("", 0, 1, "unknown_format", "not an archive format: an office document or an e-book")
            return
        if b"datapackage.json" in names:
            found = (entry for entry in self._entries(start, end, shift) if isinstance(entry, _Entry))
            kind = "wacz" if any(_WEB_ARCHIVE.fullmatch(shown_name(entry.name)) for entry in found) else ""
        places: set[int] = set()
        for entry in self._entries(start, end, shift):
            if isinstance(entry, Refused):
                yield entry
                return
            if entry.at in places and self._budget.member():
                self._ordinal += 1
                name = shown_name(entry.name[:MAX_NAME])
                yield Refused(name, entry.at, self._ordinal, "bad_member", "another member stands in the same place")
                continue
            places.add(entry.at)
            yield from self._taken(entry, kind)
            if self._budget.spent:
                yield Refused("", entry.at, self._ordinal, *self._budget.spent)
                return

    def scanned(self) -> Iterator[Member | Refused | PassedOver]:
        """The members by their local headers, up to where the file ends."""
        at = 0
        while True:
            self._file.seek(at)
            head = self._file.read(_LOCAL_FORM.size)
            if len(head) < _LOCAL_FORM.size or not head.startswith(_LOCAL):
                break
            _, _, flags, method, _, _, crc, packed, size, name_size, extra_size = _LOCAL_FORM.unpack(head)
            name, extra = self._file.read(name_size), self._file.read(extra_size)
            packed, size, _ = _from_extra(extra, size, packed, 0)
            data = at + len(head) + name_size + extra_size
            if flags & _SIZES_LATER and packed == 0:
                entry = _Entry(name, flags, method, 0, -1, -1, at)
            else:
                entry = _Entry(name, flags, method, crc, packed, size, at)
            self._stands = data
            for item in self._taken(entry, ""):
                yield item
                if isinstance(item, Member) and entry.packed < 0:
                    try:
                        while item.raw.read():
                            pass
                    except OSError:
                        break
            if self._budget.spent:
                break
            if entry.packed >= 0:
                at = data + entry.packed
            else:
                self._file.seek(self._stands)
                follows = re.search(rb"PK(?:\x03\x04|\x01\x02)", self._file.read(32))
                if follows is None:
                    at = self._stands
                    break
                at = self._stands + follows.start()
        if self._cut:
            return
        if self._ordinal == 0 and at == 0:
            yield Refused("", 0, 1, "bad_zip", "no member and no directory in this ZIP")
        elif self._budget.spent:
            yield Refused("", at, self._ordinal, *self._budget.spent)
        else:
            yield Refused("", at, self._ordinal + 1, "truncated", "the ZIP ends early: its directory is missing")

    def _taken(self, entry: _Entry, kind: str) -> Iterator[Member | Refused | PassedOver]:
        if stat.S_ISDIR(entry.mode) or (entry.name.endswith(b"/") and entry.size <= 0):
            return
        self._ordinal += 1
        name = shown_name(entry.name[:MAX_NAME])
        if not self._budget.member():
            return
        if kind == "wacz" and not _WEB_ARCHIVE.fullmatch(name):
            yield PassedOver(name, "about the web archive")
            return
        refusal: tuple[str, str] | None = None
        if not entry.name or len(entry.name) > MAX_NAME:
            refusal = ("bad_name", f"a name of no or over {MAX_NAME:,} bytes")
        elif entry.mode and not stat.S_ISREG(entry.mode) and stat.S_IFMT(entry.mode):
            link = "a symbolic link" if stat.S_ISLNK(entry.mode) else "a device"
            refusal = ("not_regular", f"{link}, not a regular file")
        elif entry.flags & _ENCRYPTED:
            refusal = ("encrypted", "encrypted: unpack it first")
        elif entry.method and entry.method not in _METHODS:
            refusal = ("unsupported_compression", f"compressed by method {entry.method}: unpack it first")
        if refusal:
            yield Refused(name, entry.at, self._ordinal, *refusal)
        else:
            yield Member(name, MemberBytes(self._plain(entry)))

    def _plain(self, entry: _Entry) -> Iterator[bytes]:
        """The plain bytes of a member. Raises Broken, also at its end."""
        self._file.seek(entry.at)
        head = self._file.read(_LOCAL_FORM.size)
        if len(head) < _LOCAL_FORM.size or not head.startswith(_LOCAL):
            raise Broken("bad_member", "there is no member where the directory says")
        *_, name_size, extra_size = _LOCAL_FORM.unpack(head)
        at = entry.at + len(head) + name_size + extra_size
        grown, checksum, packed = 0, 0, 0
        for chunk, packed in self._unpacked(entry, at):
            grown += len(chunk)
            checksum = zlib.crc32(chunk, checksum)
            self._budget.take(len(chunk))
            if grown > MAX_MEMBER:
                raise Broken("too_large", f"a member of over {MAX_MEMBER:,} bytes")
            if grown > MIN_CHECKED and grown > packed * MAX_RATIO:
                raise Broken("expansion_ratio", f"{packed:,} bytes grew to over {grown:,}: not read on")
            if grown > entry.size >= 0:
                raise Broken("bad_member", f"more than the {entry.size:,} bytes that are declared")
            if chunk:
                yield chunk
        if entry.size >= 0 and grown != entry.size:
            raise Broken("bad_member", f"{grown:,} bytes, not the {entry.size:,} that are declared")
        if entry.size >= 0 and checksum != entry.crc:
            raise Broken("bad_member", "the checksum (CRC-32) is not that of the bytes")

    def _unpacked(self, entry: _Entry, at: int) -> Iterator[tuple[bytes, int]]:
        """Plain bytes, each with the count of packed ones that were read for them and before."""
        unpacker = Unpacker(_METHODS[entry.method]) if entry.method else None
        if unpacker is None and entry.packed < 0:
            raise Broken("bad_member", "stored with no size, and the directory that has it is missing")
        done = 0
        while entry.packed < 0 or done < entry.packed:
            self._file.seek(at + done)
            chunk = self._file.read(_CHUNK if entry.packed < 0 else min(_CHUNK, entry.packed - done))
            done += len(chunk)
            self._stands = at + done
            if not chunk:
                self._cut = True
                raise Broken("truncated", "the file ends within this member")
            if unpacker is None:
                yield chunk, done
                continue
            fed = chunk
            while True:
                try:
                    plain = unpacker.unpack(fed)
                except Damaged as error:
                    self._stands = at + done
                    yield error.plain, done
                    raise Broken("bad_member", error.reason) from None
                fed = b""
                yield plain, done
                if unpacker.ended or (unpacker.hungry and not plain):
                    break
            if unpacker.ended:
                self._stands -= len(unpacker.rest)
                return
        if unpacker is not None:
            yield unpacker.last(), done
            if not unpacker.ended and entry.size != 0:
                raise Broken("bad_member", "the compressed data ends early")

    def _entries(self, start: int, end: int, shift: int) -> Iterator[_Entry | Refused]:
        """The directory's entries, read in steps."""
        buffer, at, position = b"", 0, start
        count = 0
        while position + at < end:
            if len(buffer) - at < 3 * 65_536 + _ENTRY_FORM.size and position + len(buffer) < end:
                position += at
                self._file.seek(position)
                buffer, at = self._file.read(min(1 << 20, end - position)), 0
            count += 1
            if len(buffer) - at < _ENTRY_FORM.size or not buffer.startswith(_ENTRY, at):
                yield Refused("", position + at, count, "bad_zip", "the directory is damaged: the rest is not read")
                return
            (
                _, made_by, _, flags, method, _, _, crc, packed, size, name_size, extra_size, comment_size, _, _, mode,
                local,
            ) = _ENTRY_FORM.unpack_from(buffer, at)  # fmt: skip
            name_at = at + _ENTRY_FORM.size
            name = buffer[name_at : name_at + name_size]
            if _FULL in (packed, size, local):
                extra = buffer[name_at + name_size : name_at + name_size + extra_size]
                packed, size, local = _from_extra(extra, size, packed, local)
            at = name_at + name_size + extra_size + comment_size
            # The upper half is a Unix mode where a Unix tool made the entry.
            yield _Entry(name, flags, method, crc, packed, size, local + shift, mode >> 16 if made_by >> 8 == 3 else 0)


def _from_extra(extra: bytes, size: int, packed: int, local: int) -> tuple[int, int, int]:
    """(packed, size, offset of the local header), those of over 4 GiB from the ZIP64 field."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        if kind == 1:
            values = [value for (value,) in struct.iter_unpack("<Q", extra[at + 4 : at + 4 + length // 8 * 8])]
            if size == _FULL and values:
                size = values.pop(0)
            if packed == _FULL and values:
                packed = values.pop(0)
            if local == _FULL and values:
                local = values.pop(0)
            break
        at += 4 + length
    return packed, size, local
