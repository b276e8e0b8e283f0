"""Are these the bytes that this digest was made of? The digests that web archives write beside their records."""

from __future__ import annotations

import base64
import binascii
import hashlib

from searchsvc.archives.http_response import Response, plain_body
from searchsvc.errors import BadRecord

# Of a body that is unpacked only to compare it.
_MAX_UNPACKED = 5_000_000


def check_digest(digest: str, *blocks: bytes, unpacked: Response | None = None) -> None:
    """Raise BadRecord `bad_digest` where a digest of a kind that is known is that of none of the blocks."""
    name, _, value = digest.strip().partition(":")
    name = name.strip().lower().replace("-", "")
    if name not in ("md5", "sha1", "sha256", "sha512"):
        return
    found = [_made(name, block) for block in blocks]
    if any(_same(value.strip(), made) for made in found):
        return
    if unpacked is not None and unpacked.headers.get("content-encoding"):
        plain = plain_body(unpacked, blocks[-1], _MAX_UNPACKED)
        if _same(value.strip(), _made(name, plain)):
            return
    raise BadRecord("the bytes are not those that the digest was made of", code="bad_digest")


def _made(name: str, block: bytes) -> bytes:
    return hashlib.new(name, block, usedforsecurity=False).digest()


def _same(said: str, made: bytes) -> bool:
    """Whether a digest is written here, in base 32 as is usual, base 16 or base 64; one that is not written so is."""
    if len(said) == len(made) * 2:
        return said.lower() == made.hex()
    if len(said.rstrip("=")) == -(-len(made) * 8 // 5):
        return said.upper().rstrip("=") == base64.b32encode(made).decode().rstrip("=")
    padded = said.replace("-", "+").replace("_", "/") + "=" * (-len(said) % 4)
    try:
        return base64.b64decode(padded, validate=True) == made
    except (binascii.Error, ValueError):
        return True
