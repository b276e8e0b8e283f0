"""What did the server send? An HTTP response as a web archive keeps it: its head, and its body as it was meant.

Chunks are joined and gzip, deflate, zstd and, where the package is installed, brotli undone, up to a limit while they
are. Archives often keep a body already joined or unpacked beneath the old head, so a head that says so in vain is
forgiven; a body that is cut or damaged is not, since half a page would pass for a whole one. Nothing is fetched.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from searchsvc.archives.packed import Damaged, Unpacker
from searchsvc.archives.streams import MAX_RATIO
from searchsvc.errors import BadRecord

#: Bytes of a response's head, and of one line of it.
MAX_HEAD, MAX_LINE = 262_144, 65_536

_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})\b")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\n]*)?\r?\n")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_TEXT = re.compile(rb"\s*<")
_KINDS = {"gzip": "gzip", "x-gzip": "gzip", "deflate": "zlib", "zstd": "zstd", "br": "br"}


@dataclass(frozen=True, slots=True)
class Response:
    """`status` is 0 where there is no status line. Header names are in lower case, the last of a name counts."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        return media_type(self.headers.get("content-type", ""))

    @property
    def charset(self) -> str:
        return charset(self.headers.get("content-type", ""))


def media_type(content_type: str) -> str:
    """`text/html` of `Text/HTML; charset=utf-8`."""
    return content_type.split(";")[0].strip().lower()


def charset(content_type: str) -> str:
    """`utf-8` of `text/html; charset=utf-8`, "" for none."""
    match = _CHARSET.search(content_type)
    return match[1].lower() if match else ""


def header_lines(head: bytes) -> dict[str, str]:
    """Header lines, those that go on in a second line joined; a line without a colon is left out."""
    found: dict[str, str] = {}
    name = ""
    for line in head.split(b"\n"):
        text = line.rstrip(b"\r").decode("utf-8", "replace")
        if text[:1] in (" ", "\t"):
            if name:
                found[name] = f"{found[name]} {text.strip()}"
            continue
        name, colon, value = text.partition(":")
        name = name.strip().lower() if colon else ""
        if name:
            found[name] = value.strip()
    return found


def parsed_response(block: bytes) -> Response:
    """The response in a block of bytes. Raises BadRecord: `bad_http` where there is none."""
    status = _STATUS.match(block)
    if not status:
        raise BadRecord("no HTTP response in this record", code="bad_http")
    end = _HEAD_END.search(block, 0, MAX_HEAD)
    if end is None:
        raise BadRecord(f"the HTTP head does not end within {MAX_HEAD:,} bytes", code="bad_http")
    first, _, rest = block[: end.start()].partition(b"\n")
    if len(first) > MAX_LINE or any(len(line) > MAX_LINE for line in rest.split(b"\n")):
        raise BadRecord(f"a line of over {MAX_LINE:,} bytes in the HTTP head", code="long_header")
    return Response(int(status[1]), header_lines(rest), block[end.end() :])


def joined_body(response: Response) -> bytes:
    """The body without its chunks. Raises BadRecord: `bad_chunks` or `truncated_body`."""
    body = response.body
    if "chunked" in response.headers.get("transfer-encoding", "").lower():
        return _joined(body) if _CHUNK_SIZE.match(body) else body
    stated = response.headers.get("content-length", "")
    if not response.headers.get("content-encoding") and stated.isdigit() and len(body) < int(stated[:18]):
        reason = f"the page was cut as it was fetched: {len(body):,} bytes of {int(stated[:18]):,}"
        raise BadRecord(reason, code="truncated_body")
    return body


def plain_body(response: Response, body: bytes, limit: int) -> bytes:
    """The joined body, unpacked. Raises BadRecord, also when it is over `limit` bytes."""
    encodings = [
        part.strip().lower() for part in response.headers.get("content-encoding", "").split(",") if part.strip()
    ]
    encodings = [encoding for encoding in encodings if encoding not in ("identity", "none", "utf-8")]
    if len(encodings) > 2:
        raise BadRecord(f"compressed {len(encodings)} times over", code="nested_too_deep")
    for encoding in reversed(encodings):
        kind = _KINDS.get(encoding)
        if kind is None:
            raise BadRecord(f"compressed by {encoding[:40]!r}, which is not known", code="unsupported_encoding")
        if not _TEXT.match(body):
            body = _unpacked(kind, body, limit)
    if len(body) > limit:
        raise BadRecord(f"a page of over {limit:,} bytes", code="too_large")
    return body


def _joined(body: bytes) -> bytes:
    parts: list[bytes] = []
    at = 0
    while True:
        size = _CHUNK_SIZE.match(body, at)
        if not size:
            cut = at >= len(body) or (len(body) - at < 20 and b"\n" not in body[at:])
            code, what = ("truncated_body", "the body ends") if cut else ("bad_chunks", "no chunk begins")
            raise BadRecord(f"{what} at byte {at:,} of a chunked body, before its last chunk", code=code)
        count = int(size[1], 16)
        if count == 0:
            return b"".join(parts)
        end = size.end() + count
        if end > len(body):
            reason = f"a chunk of {count:,} bytes where {len(body) - size.end():,} are left"
            raise BadRecord(reason, code="truncated_body")
        parts.append(body[size.end() : end])
        line_end = b"\r\n" if size[0].endswith(b"\r\n") else b"\n"
        if not body.startswith(line_end, end):
            if len(body) - end < len(line_end):
                raise BadRecord("the chunked body ends before its last chunk", code="truncated_body")
            raise BadRecord(f"the chunk that ends at byte {end:,} is not as long as it says", code="bad_chunks")
        at = end + len(line_end)


def _unpacked(kind: str, body: bytes, limit: int) -> bytes:
    if kind == "zlib" and not (len(body) > 1 and body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0):
        kind = "deflate"  # what some servers take "deflate" to mean
    steps = _brotli_steps(body) if kind == "br" else _steps(kind, body)
    parts: list[bytes] = []
    size = 0
    for plain, fed in steps:
        size += len(plain)
        parts.append(plain)
        if size > limit:
            if size > fed * MAX_RATIO:
                raise BadRecord(f"{fed:,} bytes grew to over {size:,}", code="expansion_ratio")
            raise BadRecord(f"a page of over {limit:,} bytes", code="too_large")
    return b"".join(parts)


def _steps(kind: str, body: bytes) -> Iterator[tuple[bytes, int]]:
    """Plain bytes, each with the count of packed ones they came from, from the first on."""
    unpacker = Unpacker(kind)
    fed = 0
    try:
        while not unpacker.ended:
            piece = b""
            if unpacker.hungry:
                piece = body[fed : fed + 65_536]
                fed += len(piece)
                if not piece:
                    yield unpacker.last(), fed
                    break
            yield unpacker.unpack(piece), fed - len(unpacker.rest)
    except Damaged as error:
        raise BadRecord(f"the compressed body is damaged: {error.reason}", code="bad_body") from None
    if not unpacker.ended:
        raise BadRecord("the compressed body ends early", code="truncated_body")


def _brotli_steps(body: bytes) -> Iterator[tuple[bytes, int]]:
    try:
        brotli = importlib.import_module("brotli")
    except ImportError:
        raise BadRecord(
            "compressed by brotli, for which no package is installed", code="unsupported_encoding"
        ) from None
    unpacker = brotli.Decompressor()
    process: Callable[[bytes], bytes] = unpacker.process
    # A few bytes may give 16 MB, so they are fed singly.
    try:
        for at in range(len(body)):
            yield process(body[at : at + 1]), at + 1
    except brotli.error as error:
        raise BadRecord(f"the compressed body is damaged: {error}", code="bad_body") from None
    if not unpacker.is_finished():
        raise BadRecord("the compressed body ends early", code="truncated_body")
