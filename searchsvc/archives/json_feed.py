"""JSON Feed 1 and 1.1: a saved feed is as many articles as its `items` has objects, cut out one by one."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from searchsvc.archives.bylines import names
from searchsvc.archives.dates import published
from searchsvc.archives.fieldnames import language_code, listed
from searchsvc.archives.jsonl import ObjectCutter
from searchsvc.archives.markup import folded_space, plain, written
from searchsvc.archives.objects import parsed
from searchsvc.archives.paragraphs import joined, paragraphs
from searchsvc.archives.records import Options, Record, Rejection
from searchsvc.article import Article, Location
from searchsvc.errors import BadRecord

_BEGINS = re.compile(rb'^(?:\xef\xbb\xbf)?\s*\{\s*"')
_VERSION = re.compile(rb'"version"\s*:\s*"https?:(?:\\?/){2}(?:www\.)?jsonfeed\.org(?:\\?/)version', re.IGNORECASE)
_TOKEN = re.compile(rb'"((?:[^"\\]++|\\.)*+)"|[{}\[\]]|"', re.DOTALL)
_ITEMS = re.compile(rb"\s*:\s*\[")
#: What may stand before the items; known feeds have up to 2 kB there.
MAX_OPENING = 1_000_000
_CHUNK = 1 << 16


class JsonFeed:
    """The reader; see the module."""

    name = "JSON Feed"
    suffixes: tuple[str, ...] = ()

    def recognises(self, head: bytes) -> bool:
        return bool(_BEGINS.match(head)) and bool(_VERSION.search(head))

    def records(self, stream: BinaryIO, path: str, options: Options) -> Iterator[Record | Rejection]:
        buffer, items = b"", -1
        while items < 0:
            chunk = stream.read(_CHUNK)
            buffer += chunk
            items = _items_in(buffer)
            if items < 0 and (not chunk or len(buffer) > MAX_OPENING):
                if chunk:
                    yield Rejection(Location(path), "too_large", f"no items within the first {MAX_OPENING:,} bytes")
                elif fault := _fault_of(buffer):
                    yield Rejection(Location(path, len(buffer)), *fault)
                else:
                    yield Rejection(Location(path), "no_entries", "a feed without items")
                return
        context = _said_of_feed(buffer[:items])
        rest = io.BufferedReader(_Behind(buffer[items:], stream))
        found = False
        for item in ObjectCutter(rest, path, offset=items, within=True).records():
            found = True
            yield item if isinstance(item, Rejection) else Record(item.location, item.raw, context)
        if not found:
            yield Rejection(Location(path), "no_entries", "a feed without items")

    def article(self, record: Record, options: Options) -> Article:
        """The article of an item. Raises BadRecord: `bad_json`, `too_deep`, `too_large`, `no_article`."""
        source, language, author = record.context
        item = parsed(record.raw)
        title = folded_space(plain(_text(item, "title")))
        story = written(_text(item, "content_html")) or paragraphs(_text(item, "content_text"))
        story = story or paragraphs(plain(_text(item, "summary")))
        if not title and not story:
            raise BadRecord("the item has neither a title nor a text", code="no_article")
        url = _text(item, "url") or _text(item, "external_url")
        tags = item.get("tags")
        return Article(
            title=title,
            text=joined(story, title),
            url=url if url.startswith(("http://", "https://")) else "",
            archive_id=_text(item, "id"),
            source=source or options.source,
            language=language_code(_text(item, "language")) or language_code(language),
            byline=names(_authors(item)) or names(author),
            tags=listed(tags) if isinstance(tags, list) else (),
            published=published(item.get("date_published"), "feed"),
            location=record.location,
        )


class _Behind(io.RawIOBase):
    """A stream with what was read of it put back."""

    def __init__(self, begun: bytes, stream: BinaryIO) -> None:
        self._begun, self._stream = begun, stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        chunk = self._begun[: len(buffer)] or self._stream.read(len(buffer))
        self._begun = self._begun[len(buffer) :]
        buffer[: len(chunk)] = chunk
        return len(chunk)


def _items_in(buffer: bytes) -> int:
    """Where the array of the feed's own `items` begins; -1 if not in here."""
    depth = 0
    for token in _TOKEN.finditer(buffer):
        text = token[0]
        if text == b'"':
            break
        if text in (b"{", b"["):
            depth += 1
        elif text in (b"}", b"]"):
            depth -= 1
        elif depth == 1 and token[1] == b"items" and (array := _ITEMS.match(buffer, token.end())):
            return array.end() - 1
    return -1


def _fault_of(buffer: bytes) -> tuple[str, str] | None:
    try:
        parsed(buffer)
    except BadRecord as error:
        return ("truncated", "the feed is not closed") if error.code == "bad_json" else (error.code, error.message)
    return None


def _said_of_feed(opening: bytes) -> tuple[str, str, str]:
    """(title, language, authors) of the feed, as far as they stand before its items."""
    try:
        feed = parsed(opening + b"[]}")
    except BadRecord:
        return "", "", ""
    return folded_space(plain(_text(feed, "title"))), _text(feed, "language"), "; ".join(_authors(feed))


def _authors(value: dict[str, Any]) -> list[str]:
    """The names in `authors`, or in the `author` of version 1."""
    authors = value.get("authors")
    found = authors if isinstance(authors, list) and authors else [value.get("author")]
    return [name for one in found[:50] if isinstance(one, dict) and (name := _text(one, "name"))]


def _text(value: dict[str, Any], name: str) -> str:
    found = value.get(name)
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        return ""
    return str(found).strip()
