"""Here is an answer, and what this client can unpack: in which coding does it go out?

zstd before gzip where both are as welcome. No answer holds a secret (reading is open, there are no cookies and no
tokens in bodies), so there is nothing for a BREACH-like attack to learn from the length of a compressed body.
"""

from __future__ import annotations

import gzip
from functools import lru_cache

import zstandard
from werkzeug.http import parse_accept_header
from werkzeug.wrappers import Response

#: Bytes from which on compressing pays: less fits into one packet anyhow.
LEAST = 1024
#: What is spoken besides identity, the most liked first.
CODINGS = ("zstd", "gzip")
IDENTITY = "identity"

# Quick levels: at level 6 gzip takes longer over an answer than the engine took to find it, to save a tenth more.
_GZIP_LEVEL, _ZSTD_LEVEL = 1, 3
_PACKED_TYPES = frozenset({"application/json", "application/xml", "application/javascript", "image/svg+xml"})
#: A longer Accept-Encoding is read anew each time, and not remembered.
_REMEMBERED_LENGTH = 200


def preferred(accepted: str | None) -> str:
    """The coding that this Accept-Encoding likes best of `CODINGS` and identity (RFC 9110, 12.5.3).

    A q of 0 forbids a coding, `*` stands for those not named; without the header nothing is packed. Where even
    identity is forbidden and nothing else is known, it is sent all the same.
    """
    if not accepted:
        return IDENTITY
    return _remembered(accepted) if len(accepted) <= _REMEMBERED_LENGTH else _preferred(accepted)


def _preferred(accepted: str) -> str:
    likings: dict[str, float] = {}
    for name, liking in parse_accept_header(accepted):
        name = {"x-gzip": "gzip"}.get(name.lower(), name.lower())
        likings[name] = max(liking, likings.get(name, 0.0))
    others = likings.get("*", 0.0)
    best = max(CODINGS, key=lambda name: likings.get(name, others))
    liking = likings.get(best, others)
    # Not named, identity is as good as the least liked.
    return best if liking > 0 and liking >= likings.get(IDENTITY, 0.0) else IDENTITY


_remembered = lru_cache(maxsize=256)(_preferred)


def packed(body: bytes, coding: str) -> bytes:
    """The body in this coding. The same body is always packed to the same bytes."""
    if coding == "zstd":
        return bytes(zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compress(body))
    return gzip.compress(body, _GZIP_LEVEL, mtime=0) if coding == "gzip" else body


def pack(response: Response, accepted: str | None) -> None:
    """Pack a response in place, and tell caches what it depends on. One that is streamed stays as it is.

    A response with a strong ETag stays as it is, too: that tag is of the bytes, and other bytes need another.
    """
    if response.is_streamed or response.direct_passthrough or "Content-Encoding" in response.headers:
        return
    response.vary.add("Accept-Encoding")
    coding = preferred(accepted)
    if coding == IDENTITY or response.status_code in (204, 206, 304) or not _packable(response.mimetype):
        return
    tag, weak = response.get_etag()
    body = response.get_data()
    if len(body) < LEAST or (tag is not None and not weak):
        return
    response.set_data(packed(body, coding))
    response.headers["Content-Encoding"] = coding


def _packable(mimetype: str | None) -> bool:
    if mimetype is None:
        return False
    return mimetype.startswith("text/") or mimetype in _PACKED_TYPES or mimetype.endswith(("+xml", "+json"))
