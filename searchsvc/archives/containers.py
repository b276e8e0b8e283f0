"""Which files does this ZIP or tar hold? Its members in order, each to be read like a file, and what is refused.

A member is shown as `dump.zip!/folder/page.html`, one in a container within as `dump.zip!/inner.tar!/page.html`, and
its offsets are its own. Its name is only a name: nothing is ever written where it says. Members are read as they
come; a ZIP that is not a plain file (standard input, a ZIP within something) is put into a temporary file without a
name first, since a ZIP has its directory at its end.

- As in a walk, hidden files, READMEs and the parts of saved pages are passed over, and links and devices refused.
- A ZIP that is a WACZ, a packed web archive, gives the WARCs of its `archive/` folder and nothing else.
- The limits below end a member, or the container: what comes out is counted, no declared size is believed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from tarfile import HeaderError, TarInfo
from typing import BinaryIO

from searchsvc.archives.streams import MAX_RATIO, MIN_CHECKED, Broken

#: Containers within one another.
MAX_NESTED = 2
#: Members of one archive file, those of containers within counted with them.
MAX_MEMBERS = 100_000
#: Bytes of one member, and of all members of one archive file together.
MAX_MEMBER, MAX_TOTAL = 10_000_000_000, 20_000_000_000
#: Bytes of a ZIP that has to be put into a temporary file.
MAX_SPOOLED = 2_000_000_000
#: Bytes of a member's name.
MAX_NAME = 4_096


class MemberBytes:
    """A member's plain bytes from a generator of them, as an ArchiveStream wants to read."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks

    def read(self, size: int = -1, /) -> bytes:
        return next(self._chunks, b"")

    def close(self) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Member:
    """A regular file in a container. `raw` may be read until the next member is asked for, and need not be."""

    name: str
    raw: MemberBytes


@dataclass(frozen=True, slots=True)
class Refused:
    """A member that cannot be taken or, with no name, the rest of the container. `at` is a byte in the container."""

    name: str
    at: int
    ordinal: int
    code: str
    reason: str


@dataclass
class Budget:
    """What one archive file, with all that is within it, may still bring forth.

    `packed` is the size of that file, so far as it is known.
    """

    packed: Callable[[], int]
    members: int = 0
    plain: int = 0
    spent: tuple[str, str] | None = field(default=None)

    def member(self) -> bool:
        """Count one more; False when it is one too many."""
        self.members += 1
        if self.members > MAX_MEMBERS:
            self.spent = ("too_many_members", f"over {MAX_MEMBERS:,} members: the rest is not read")
        return self.spent is None

    def take(self, size: int) -> None:
        """Count bytes of members. Raises Broken."""
        self.plain += size
        if self.plain > MAX_TOTAL:
            self.spent = ("total_too_large", f"over {MAX_TOTAL:,} bytes of members: the rest is not read")
        elif self.plain > MIN_CHECKED and self.plain > MAX_RATIO * self.packed():
            grown = f"{self.packed():,} bytes grew to over {self.plain:,}: the rest is not read"
            self.spent = ("expansion_ratio", grown)
        if self.spent:
            raise Broken(*self.spent)


def container_of(head: bytes) -> str:
    """Whether these first bytes begin a "ZIP" or a "tar"; "" for neither."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x06\x06", b"PK00PK\x03\x04")):
        return "ZIP"
    if len(head) >= 512 and head[:1] != b"\0":
        try:
            TarInfo.frombuf(head[:512], "utf-8", "surrogateescape")
        except HeaderError:
            return ""
        return "tar"
    return ""


def shown_name(raw: bytes) -> str:
    """A member's name as it may be shown: UTF-8, else the old DOS set; control characters replaced."""
    try:
        name = raw.decode("utf-8")
    except UnicodeDecodeError:
        name = raw.decode("cp437")
    if name.isprintable():
        return name
    return "".join("\ufffd" if unicodedata.category(char) in ("Cc", "Cf", "Cs") else char for char in name)


def read_exactly(stream: BinaryIO, size: int) -> bytes:
    """So many bytes, fewer only at the end of the stream."""
    found = stream.read(size)
    while len(found) < size and (more := stream.read(size - len(found))):
        found += more
    return found
