"""Ritzau's XML: one story of the Danish agency within <RBNews> and </RBNews>, alone or in the answer of its feed.

The content is HTML, escaped as text, in some feeds twice over. The strapline is the desk's mark, not a headline, and
what stands in <TilRedaktionen> is for editors: neither is read.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import BinaryIO

from searchsvc.archives.agency import byline_of, check_status, first_date, subject, tags_of
from searchsvc.archives.records import Options, Record, Rejection
from searchsvc.archives.story import html_lines, text_of
from searchsvc.archives.xmltree import child, children, element_records, root_name, said, tree_of
from searchsvc.article import Article
from searchsvc.errors import BadRecord

_STORY = re.compile(rb"<RBNews[\s>]")


class Ritzau:
    """The reader; see the module."""

    name = "Ritzau XML"
    suffixes = ()

    def recognises(self, head: bytes) -> bool:
        return bool(root_name(head)) and bool(_STORY.search(head))

    def records(self, stream: BinaryIO, path: str, options: Options) -> Iterator[Record | Rejection]:
        yield from element_records(stream, path, frozenset(("RBNews",)))

    def article(self, record: Record, options: Options) -> Article:
        """The article of one <RBNews>. Raises BadRecord: `no_article` where it has neither headline nor text."""
        tree = tree_of(record)

        def value(name: str) -> str:
            return " ".join(html.unescape(said(child(tree, name))).split())

        check_status("canceled" if value("Annuleret").lower() == "true" else "")
        title, source = value("headline"), value("origin").strip("/ ") or options.source
        byline = byline_of([value("byLine")], source)
        content = child(tree, "content")
        lines = [html.unescape(line) for line in html_lines(content.text or "")] if content is not None else []
        text, first = text_of(lines, title, value("town"), bool(byline))
        if not title and not text:
            raise BadRecord("the story has neither a headline nor a text", code="no_article")
        # The codes are written as numbers: 4000000 is 04000000.
        subjects = (subject(code.zfill(8)) for code in value("IPTCList").split())
        keywords = map(said, children(child(tree, "SubjectKeyword"), "string"))
        return Article(
            title=title,
            text=text,
            archive_id=value("NewsID"),
            source=source,
            section=value("section"),
            byline=byline or byline_of([first], source),
            tags=tags_of((*subjects, *keywords)),
            published=first_date([value("PublishDate")]),
            location=record.location,
        )
