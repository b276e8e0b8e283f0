"""MIME messages, read with care: what do this message's headers and parts say, whatever is broken in them?

Shared by the formats that are messages: mail, and web pages saved as MHTML. Attachments are parsed and never opened.
"""

from __future__ import annotations

import base64
import codecs
import email
import email.utils
import quopri
import re
from collections.abc import Iterator
from email.message import EmailMessage, Message
from email.policy import default
from typing import Any, cast

from searchsvc.errors import BadRecord

#: Parts in a message, and multiparts times lines: each one's boundary is looked for in each line of what is within it.
MAX_PARTS, MAX_LOOKS = 5_000, 20_000_000
_MULTIPART = re.compile(rb"content-type\s*:\s*multipart/", re.IGNORECASE)
#: The time that Python's header parser takes grows with the square; a longer header is read in a simpler way.
_LONGEST_HEADER, _MOST_KEPT = 2_000, 20_000
_LONG_CONTENT = re.compile(rb"^content-[\w-]{1,40}:(?:[^\n]|\n[ \t]){2000}", re.IGNORECASE | re.MULTILINE)
_ESCAPED = re.compile("[\udc80-\udcff]")
_WORD = re.compile(r"=\?([\w.:-]{1,40})(?:\*[\w-]{1,20})?\?([bqBQ])\?([^?\n]*)\?=")
_BETWEEN_WORDS = re.compile(r"\?=\s+(?==\?)")
_ZONE = re.compile(r"[+-]\d{4}\b|[A-Za-z]\)?\s*$")
# How archives on the web print an address.
_MASKED = re.compile(r"^([\w.+-]+) at ([\w.-]+)(?= \()")
_HEADER_LINE = re.compile(rb"([!-9;-~]{1,76}):(?:[ \t\r\n]|[^\s])")
_HEAD_END = re.compile(rb"\r?\n\r?\n")


def header_names(head: bytes) -> set[str]:
    """The names, in lower case, of the header lines that these first bytes begin with; none if a line is no header."""
    found: set[str] = set()
    block = _HEAD_END.split(head.removeprefix(codecs.BOM_UTF8).lstrip(), maxsplit=1)
    lines = block[0].replace(b"\r\n", b"\n").split(b"\n")
    for line in lines if len(block) > 1 else lines[:-1]:
        if line[:1] in (b" ", b"\t"):
            continue
        match = _HEADER_LINE.match(line + b"\n")
        if not match:
            return set()
        found.add(match[1].decode("ascii").lower())
    return found


def message_of(raw: bytes) -> EmailMessage:
    """The message. Raises BadRecord: `too_deep`, `too_large`, `bad_message`."""
    if multiparts := len(_MULTIPART.findall(raw)):
        if raw.count(b"\n--") > MAX_PARTS:
            raise BadRecord(f"over {MAX_PARTS:,} parts in one message", code="too_large")
        if multiparts * raw.count(b"\n") > MAX_LOOKS:
            raise BadRecord(f"{multiparts} multiparts in one message", code="too_deep")
    if _LONG_CONTENT.search(raw):
        raise BadRecord(f"a content header of over {_LONGEST_HEADER:,} bytes", code="bad_message")
    try:
        return email.message_from_bytes(raw, policy=default)
    except RecursionError as error:
        raise BadRecord("parts lie too deep in one another", code="too_deep") from error
    except Exception as error:  # the parser's own slips at odd headers
        raise BadRecord(f"not a message: {error}"[:300], code="bad_message") from error


def header(message: Message, name: str) -> str:
    """A header decoded, on one line; "" where there is none."""
    raw = _as_written(message, name)
    if not raw:
        return ""
    text = ""
    if len(raw) <= _LONGEST_HEADER and not _ESCAPED.search(raw):
        try:
            text = str(message[name])
        except Exception:  # what Python's header parser trips over is read in the simpler way
            text = ""
    return " ".join((text or _decoded_words(raw[:_MOST_KEPT])).split())


def _as_written(message: Message, name: str) -> str:
    return next((str(value) for key, value in message.raw_items() if key.lower() == name), "")


def _decoded_words(raw: str) -> str:
    """RFC 2047 words decoded in whatever charset they name; bare bytes, also within words, as UTF-8 or windows-1252."""
    if _ESCAPED.search(raw):
        raw = text_in(raw.encode("utf-8", "surrogateescape"), "")
    return _WORD.sub(_decoded_word, _BETWEEN_WORDS.sub("?=", raw))


def _decoded_word(match: re.Match[str]) -> str:
    charset, kind, said = match.groups()
    if not said.isascii():
        charset = "utf-8"
    try:
        coded = said.encode("utf-8")
        return text_in(
            base64.b64decode(coded + b"==") if kind in "bB" else quopri.decodestring(coded, header=True), charset
        )
    except ValueError:  # broken base64: as it stands
        return match[0]


def address(message: Message, name: str) -> tuple[str, str]:
    """(display name, address) of the first one in a header; "" for what is not there."""
    written = " ".join(_as_written(message, name)[:_MOST_KEPT].split())
    shown, where = email.utils.parseaddr(_MASKED.sub(r"\1@\2", written))
    return " ".join(_decoded_words(shown).strip("\"' ").split()), where.strip().lower() if "@" in where else ""


def date(message: Message, name: str = "date") -> str:
    """The date in a header as ISO 8601, with its zone where it has one; "" for none."""
    written = " ".join(_as_written(message, name)[:200].split())
    parsed = email.utils.parsedate_tz(written)
    if parsed is None:
        return ""
    year, month, day, hour, minute, second = parsed[:6]
    at = f"{year:04}-{month:02}-{day:02}"
    offset = parsed[9]
    if offset is None or abs(offset) >= 86_400 or not _ZONE.search(written):
        return at
    sign = "-" if offset < 0 else "+"
    return f"{at}T{hour:02}:{minute:02}:{second:02}{sign}{abs(offset) // 3600:02}:{abs(offset) // 60 % 60:02}"


def content_type(part: Message) -> str:
    """As "text/plain"."""
    try:
        return part.get_content_type()
    except Exception:  # a header that cannot be parsed
        return "text/plain"


def parameter(part: Message, name: str) -> str:
    """A parameter of the content type, as its charset."""
    try:
        value: Any = part.get_param(name)
    except Exception:  # a header that cannot be parsed
        return ""
    if isinstance(value, tuple):
        value = email.utils.collapse_rfc2231_value(value)
    return str(value or "").strip()


def leaves(message: Message) -> list[Message]:
    """The parts that hold no others, in order."""
    return [part for part in message.walk() if not part.is_multipart()]


def ends_early(message: Message) -> bool:
    """Whether a multipart is not closed, so that its last part may be cut."""
    return any(
        type(defect).__name__ == "CloseBoundaryNotFoundDefect" for part in message.walk() for defect in part.defects
    )


def text_parts(message: Message) -> Iterator[tuple[str, str]]:
    """(content type, text) of each part that is read where it stands: no attachment, no message within."""
    waiting: list[Message] = [message]
    while waiting:
        part = waiting.pop(0)
        kind = content_type(part)
        if part.is_multipart():
            if not kind.startswith("message/"):
                waiting[:0] = [one for one in cast(list[Any], part.get_payload()) if isinstance(one, Message)]
        elif kind in ("text/plain", "text/html") and not is_attached(part):
            yield kind, text_in(payload(part), parameter(part, "charset"))


def is_attached(part: Message) -> bool:
    """Whether a part is there to be saved, not read."""
    try:
        return part.get_content_disposition() == "attachment" or bool(part.get_filename())
    except Exception:  # a header that cannot be parsed
        return True


def payload(part: Message) -> bytes:
    """A part's bytes, its transfer encoding undone as far as it can be."""
    try:
        found = part.get_payload(decode=True)
    except Exception:  # bytes that the encoding does not have
        found = None
    return found if isinstance(found, bytes) else b""


def text_in(raw: bytes, charset: str) -> str:
    """The text: in the charset stated where that fits, else UTF-8, else windows-1252."""
    name = ""
    try:
        codec = codecs.lookup(charset) if charset else None
        name = codec.name if codec and codec._is_text_encoding else ""
    except (LookupError, ValueError):
        pass
    names = {"iso8859-1": "cp1252", "ascii": "utf-8", "gb2312": "gb18030"}
    for candidate in dict.fromkeys(filter(None, (names.get(name, name), "utf-8"))):
        try:
            return raw.decode(candidate)
        except (UnicodeDecodeError, ValueError):
            continue
    return raw.decode("cp1252", "replace")
