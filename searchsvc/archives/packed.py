"""Which compression is this, and what are its plain bytes? gzip, bzip2, xz and zstd, a bounded step at a time.

Neither how much was packed nor how much comes out is believed: a step gives at most `STEP` bytes and a little more,
whatever the input. No file and no format is known here.
"""

from __future__ import annotations

import bz2
import importlib
import lzma
import zlib
from typing import Any

STEP = 1 << 20
#: Memory that one decompressor may want: the window of `zstd --long=27`, and far over that of `xz -9`.
MAX_WINDOW = 1 << 27

# zstd gives at most 128 KiB for each four bytes, all at once and with no limit to be set, so it is fed little.
_ZSTD_FED = 1_024
# The longest first bytes that tell a compression.
MAGIC = 10


def compression_of(head: bytes) -> str:
    """The compression that these first bytes (`MAGIC` or more) begin, "" for none."""
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith(b"BZh") and head[4:10] in (b"1AY&SY", b"\x17\x72\x45\x38\x50\x90"):
        return "bzip2"
    if head.startswith(b"\xfd7zXZ\x00"):
        return "xz"
    # A frame, or one to skip, which some tools put first.
    if head.startswith(b"\x28\xb5\x2f\xfd") or (head[1:4] == b"\x2a\x4d\x18" and head[0] & 0xF0 == 0x50):
        return "zstd"
    return ""


class Damaged(Exception):
    """The packed bytes are not what they should be. `plain` came out before the fault."""

    def __init__(self, reason: str, plain: bytes = b"") -> None:
        super().__init__(reason)
        self.reason, self.plain = reason, plain


class Unpacker:
    """One member of a compression: "gzip", "bzip2", "xz", "zstd", "zlib" or "deflate" (which has no frame).

    `hungry`: only more input gives more. After `ended`, `rest` is what follows the member.
    """

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self.rest = b""
        self.ended = False
        self._made: Any
        if kind == "zstd":
            zstandard = importlib.import_module("zstandard")
            self._made = zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW).decompressobj()
            self._errors: tuple[type[Exception], ...] = (zstandard.ZstdError,)
        elif kind == "bzip2":
            self._made, self._errors = bz2.BZ2Decompressor(), (OSError, ValueError)
        elif kind == "xz":
            self._made = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MAX_WINDOW)
            self._errors = (lzma.LZMAError,)
        else:
            wbits = {"gzip": 31, "zlib": 15, "deflate": -15}[kind]
            self._made, self._errors = zlib.decompressobj(wbits), (zlib.error,)

    @property
    def hungry(self) -> bool:
        if self._kind in ("bzip2", "xz"):
            return bool(self._made.needs_input)
        return not self.rest

    def unpack(self, packed: bytes = b"") -> bytes:
        """Some plain bytes, perhaps none; call it on without input until `hungry` or `ended`. Raises Damaged."""
        packed, self.rest = (self.rest + packed if self.rest else packed), b""
        if self._kind == "zstd":
            return self._zstd(packed)
        # zlib keeps to itself what a failing call made, so that call is made again in small steps.
        before = self._made.copy() if hasattr(self._made, "copy") else None
        plain: bytes
        try:
            plain = self._made.decompress(packed, STEP)
        except self._errors as error:
            raise Damaged(str(error), _until_error(before, packed) if before else b"") from None
        self.ended = self._made.eof
        if self.ended:
            self.rest = self._made.unused_data
        elif before is not None:
            self.rest = self._made.unconsumed_tail
        return plain

    def last(self) -> bytes:
        """What is left inside when there is no more input: a bare deflate stream may hold back its end."""
        if self._kind != "deflate" or self.ended:
            return b""
        plain: bytes = self._made.flush()
        self.ended = self._made.eof
        return plain

    def _zstd(self, packed: bytes) -> bytes:
        plain = b""
        at = 0
        while at < len(packed) and len(plain) < STEP and not self.ended:
            try:
                plain += self._made.decompress(packed[at : at + _ZSTD_FED])
            except self._errors as error:
                raise Damaged(str(error), plain) from None
            at += _ZSTD_FED
            self.ended = self._made.eof
        self.rest = (self._made.unused_data if self.ended else b"") + packed[at:]
        return plain


def _until_error(unzip: Any, packed: bytes) -> bytes:
    """What comes out before the fault."""
    plain: bytes = b""
    for size in (4_096, 1):
        # In large steps to the one that fails, then through that one byte by byte.
        for at in range(0, len(packed), size):
            before = unzip.copy()
            try:
                plain += unzip.decompress(packed[at : at + size], STEP)
            except zlib.error:
                unzip, packed = before, packed[at : at + size]
                break
            if len(plain) >= STEP:
                return plain
    return plain
