"""What `searchsvc extract` wrote: one whole Document a line, which passes through without being extracted again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from searchsvc.archives.objects import line_records, parsed
from searchsvc.archives.records import Options, Record, Rejection
from searchsvc.document import FORMAT, Document, from_json
from searchsvc.errors import BadRecord

_OURS = re.compile(rb'^(?:\xef\xbb\xbf)?\s*\{[^\n]*"format"\s*:\s*"' + re.escape(FORMAT.encode()) + rb'"')
_STRINGS = ("title", "text", "url", "archive_id", "source", "section", "language")


class Documents:
    """The reader; see the module."""

    name = "searchsvc documents"
    suffixes = ()

    def recognises(self, head: bytes) -> bool:
        return bool(_OURS.match(head))

    def records(self, stream: BinaryIO, path: str, options: Options) -> Iterator[Record | Rejection]:
        return line_records(stream, path)

    def article(self, record: Record, options: Options) -> Document:
        """The document of a line. Raises BadRecord `bad_json` or `bad_document`."""
        data = parsed(record.raw)
        if data.get("format") != FORMAT:
            raise BadRecord(f'a line without "format": "{FORMAT}"', code="bad_document")
        try:
            document = from_json(data)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadRecord(f"not a document: {type(error).__name__} {error}", code="bad_document") from error
        article = document.article
        wrong = [name for name in _STRINGS if not isinstance(getattr(article, name), str)]
        if not isinstance(document.id, str) or not document.id:
            wrong.append("id")
        if not all(isinstance(value, str) for value in (*article.byline, *article.tags)):
            wrong.append("byline or tags")
        if not isinstance(article.published.at, str) or not isinstance(article.location.path, str):
            wrong.append("published_at or location")
        if wrong:
            raise BadRecord(f"not a document: {', '.join(wrong)} of another type", code="bad_document")
        return document
