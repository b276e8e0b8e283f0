"""Reuters SGML: the documents of a newswire file, each within <REUTERS …> and </REUTERS>.

The layout of the Reuters-21578 distribution. Its tags on places, people and organisations are codes that an editor
gave, not words of the article, and are left where they are; only its TOPICS become tags.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import BinaryIO

from searchsvc.archives.bylines import names
from searchsvc.archives.dates import published
from searchsvc.archives.records import MAX_RECORD, Options, Record, Rejection
from searchsvc.article import UNKNOWN, Article, Location

_OPEN, _CLOSE = b"<REUTERS", b"</REUTERS>"
_CHUNK = 1 << 18

_BEGINS = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?:<!DOCTYPE\s+lewis\b[^>]*>\s*)?<REUTERS[\s>]|^\s*<!DOCTYPE\s+lewis\b", re.I
)
# "&#2;" and the like steer the printer; so do bare bytes below space and the C1 block.
_STEERING = re.compile(r"&#\d+;|[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_PART = {
    name: re.compile(rf"<{name}\b[^>]*>(.*?)</{name}>", re.DOTALL)
    for name in ("DATE", "TOPICS", "TITLE", "AUTHOR", "DATELINE", "BODY")
}
_TEXT = re.compile(r"<TEXT\b([^>]*)>(.*?)(?:</TEXT>|$)", re.DOTALL)
_PARTED = re.compile(r"<(TITLE|AUTHOR|DATELINE)\b[^>]*>.*?</\1>", re.DOTALL)
_TOPIC = re.compile(r"<D>(.*?)</D>", re.DOTALL)
# Of "27-MAR-1987 03:32:07.72&#5;&#5;G C" the day; nothing of a date that an editor marked "# … as guesswork".
_DAY = re.compile(r"\s*(\d{1,2}-[A-Z]{3}-\d{4})\b[^#]*$")
_ATTRIBUTE = re.compile(r'NEWID="([^"]*)"')
_SIGN_OFF = re.compile(r"\s*^\s*reuters?\.?\s*\Z", re.IGNORECASE | re.MULTILINE)
_INDENT = re.compile(r"\n(?=[ \t]{4,}\S)|\n[ \t]*\n\s*")


class ReutersSgml:
    """The reader; see the module."""

    name = "Reuters SGML"
    suffixes = (".sgm", ".sgml")

    def recognises(self, head: bytes) -> bool:
        return bool(_BEGINS.match(head))

    def records(self, stream: BinaryIO, path: str, options: Options) -> Iterator[Record | Rejection]:
        buffer, offset, ordinal, ended = b"", 0, 0, False
        searched = 0
        while True:
            start = buffer.find(_OPEN)
            if start < 0:
                # What stands between documents is nobody's; a tag may have begun at the end of what was read.
                start = max(len(buffer) - len(_OPEN), 0)
            elif start:
                searched = 0
            offset, buffer = offset + start, buffer[start:]
            whole = buffer.startswith(_OPEN)
            end = buffer.find(_CLOSE, searched) if whole else -1
            following = buffer.find(_OPEN, max(searched, 1), end if end >= 0 else len(buffer)) if whole else -1
            if whole and (end >= 0 or following >= 0 or ended or len(buffer) > MAX_RECORD):
                ordinal += 1
                where = Location(path, offset, ordinal)
                if following >= 0:
                    yield Rejection(where, "truncated", "no </REUTERS> before the next document")
                    end = following
                elif end >= 0:
                    end += len(_CLOSE)
                    yield Record(where, buffer[:end])
                elif ended:
                    yield Rejection(where, "truncated", "no </REUTERS> before the end of the file")
                    return
                else:
                    yield Rejection(where, "too_large", f"a document of over {MAX_RECORD:,} bytes")
                    end = len(_OPEN)
                offset, buffer, searched = offset + end, buffer[end:], 0
                continue
            if ended:
                return
            searched = max(len(buffer) - len(_CLOSE), 0)
            chunk = stream.read(max(_CHUNK, len(buffer)))
            ended = not chunk
            buffer += chunk

    def article(self, record: Record, options: Options) -> Article:
        document = record.raw.decode("latin-1")
        match = _TEXT.search(document)
        attributes, text = (match[1], match[2]) if match else ("", "")
        body = _part("BODY", text)
        if not body and "UNPROC" in attributes:
            body = _PARTED.sub("", text)
        dateline = " ".join(_said(_part("DATELINE", text)).split())
        found = _paragraphs(_SIGN_OFF.sub("", _said(body).rstrip()))
        if found and dateline:
            # As the agency printed it: "SALVADOR, Feb 26 - Showers continued throughout the week".
            found[0] = f"{dateline} {found[0]}"
        byline = [name for name in names(_said(_part("AUTHOR", text))) if name.lower() not in ("reuter", "reuters")]
        day = _DAY.match(_said(_part("DATE", document)))
        number = _ATTRIBUTE.search(document, 0, 1_000)
        return Article(
            title=" ".join(_said(_part("TITLE", text)).split()),
            text="\n\n".join(found),
            archive_id=number[1] if number else "",
            source="Reuters",
            language="en",
            byline=tuple(byline),
            tags=tuple(_said(topic) for topic in _TOPIC.findall(_part("TOPICS", document))),
            published=published(day[1], "archive") if day else UNKNOWN,
            location=record.location,
        )


def _part(name: str, document: str) -> str:
    match = _PART[name].search(document)
    return match[1] if match else ""


def _said(markup: str) -> str:
    return html.unescape(_STEERING.sub("", markup))


def _paragraphs(body: str) -> list[str]:
    """Each begins with four spaces or more; within it, lines are wrapped by hand."""
    return [text for block in _INDENT.split(body) if (text := " ".join(block.split()))]
