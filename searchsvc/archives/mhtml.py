"""MHTML: a page that a browser saved with its pictures in one file, as one article.

The page is the part that `start` names, else the first of HTML; it is read as any saved page, at the address that it
was saved from. The other parts are not read. The date of the file is when it was saved, which is no publication.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.message import Message
from typing import BinaryIO

from searchsvc.archives import messages
from searchsvc.archives.html import Html
from searchsvc.archives.records import MAX_RECORD, Options, Record, Rejection
from searchsvc.article import Article, Location
from searchsvc.errors import BadRecord

_PAGES = ("text/html", "application/xhtml+xml")


class Mhtml:
    """The reader; see the module."""

    name = "MHTML"
    suffixes = (".mhtml", ".mht")

    def recognises(self, head: bytes) -> bool:
        found = messages.header_names(head)
        if not {"content-type", "mime-version"} <= found:
            return False
        if found & {"snapshot-content-location", "content-location"}:
            return True
        early = head[:4_096].lower()
        return b"multipart/related" in early and (b"<saved by" in early or not found & {"received", "message-id", "to"})

    def records(self, stream: BinaryIO, path: str, options: Options) -> Iterator[Record | Rejection]:
        raw = stream.read(MAX_RECORD + 1)
        if len(raw) > MAX_RECORD:
            yield Rejection(Location(path), "too_large", f"a saved page of over {MAX_RECORD:,} bytes")
        else:
            yield Record(Location(path), raw)

    def article(self, record: Record, options: Options) -> Article:
        """The article of the page. Raises BadRecord: `no_page`, `truncated`, and what Html raises."""
        message = messages.message_of(record.raw)
        page = _page(message)
        if page is None:
            raise BadRecord("no part of the file is HTML", code="no_page")
        if messages.ends_early(message) and page is messages.leaves(message)[-1]:
            raise BadRecord("the file ends within the page", code="truncated")
        addresses = messages.header(page, "content-location"), messages.header(message, "snapshot-content-location")
        url = next((found for found in addresses if found.startswith(("http://", "https://"))), "")
        # Browsers save in UTF-8, whatever the page said of itself when it was served.
        charset = messages.parameter(page, "charset") or "utf-8"
        inner = replace(record, raw=messages.payload(page), context=(url, charset))
        return replace(Html().article(inner, options), captured_at=_utc(messages.date(message)))


def _page(message: Message) -> Message | None:
    start = messages.parameter(message, "start").strip("<>")
    pages = [part for part in messages.leaves(message) if messages.content_type(part) in _PAGES]
    named = (part for part in pages if start and messages.header(part, "content-id").strip("<>") == start)
    return next(named, pages[0] if pages else None)


def _utc(stated: str) -> str:
    if "T" not in stated:
        return ""
    try:
        return datetime.fromisoformat(stated).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError):
        return ""
