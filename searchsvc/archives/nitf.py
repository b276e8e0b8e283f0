"""NITF: one story in the News Industry Text Format of the IPTC, each within <nitf> and </nitf>.

Versions 2.5 to 3.6, with or without a DTD or a namespace, one in a file or many. No DTD is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from searchsvc.archives.agency import byline_of, check_status, first_date, tagged_of, tags_of
from searchsvc.archives.fieldnames import language_code
from searchsvc.archives.records import Options, Record, Rejection
from searchsvc.archives.story import marked, story_of, subjects, text_of
from searchsvc.archives.xmltree import (
    Element,
    attribute,
    child,
    children,
    element_records,
    root_name,
    said,
    tree_of,
    within,
)
from searchsvc.article import Article
from searchsvc.errors import BadRecord


class Nitf:
    """The reader; see the module."""

    name = "NITF"
    suffixes = (".nitf",)

    def recognises(self, head: bytes) -> bool:
        return root_name(head) == "nitf"

    def records(self, stream: BinaryIO, path: str, options: Options) -> Iterator[Record | Rejection]:
        yield from element_records(stream, path, frozenset(("nitf",)))

    def article(self, record: Record, options: Options) -> Article:
        """The article of one <nitf>. Raises BadRecord: `no_article` where it has neither headline nor text."""
        tree = tree_of(record)
        head = child(tree, "head")
        facts = next(within(head, "docdata"), None)
        release = attribute(child(facts, "date.release"), "norm")
        check_status(attribute(facts, "management-status"), release)
        story = story_of(tree)
        pubdata = next(within(head, "pubdata"), None)
        source = _source(tree, facts, pubdata) or options.source
        byline = byline_of(story.byline, source)
        text, first = text_of(list(story.paragraphs), story.title, story.dateline, bool(byline))
        if not story.title and not text:
            raise BadRecord("the story has neither a headline nor a text", code="no_article")
        keywords = (attribute(keyword, "key") for keyword in within(facts, "keyword"))
        return Article(
            title=story.title,
            text=text,
            archive_id=attribute(child(facts, "doc-id"), "id-string"),
            source=source,
            section=_section(head, pubdata),
            language=language_code(story.language),
            byline=byline or byline_of([first], source),
            tags=tags_of((*subjects(head), *keywords)),
            published=first_date(
                (
                    attribute(child(facts, "date.issue"), "norm"),
                    attribute(pubdata, "date.publication"),
                    release,
                    attribute(next(within(tree, "story.date"), None), "norm"),
                )
            ),
            tagged=tagged_of((*marked(child(facts, "identified-content")), *story.tagged)),
            location=record.location,
        )


def _source(tree: Element, facts: Element | None, pubdata: Element | None) -> str:
    """The publication where one is named, else whose copyright or whose wire it is."""
    claims = (
        attribute(pubdata, "name"),
        attribute(child(facts, "doc.copyright"), "holder"),
        said(next(within(tree, "distributor"), None)),
        attribute(child(facts, "doc-id"), "regsrc"),
        next((name for source in within(facts, "from-src") if (name := attribute(source, "src-name"))), ""),
    )
    return next(filter(None, claims), "")


def _section(head: Element | None, pubdata: Element | None) -> str:
    """The section of the paper, else the kind of the story where it is one: "Innenriks", but not plain "News"."""
    place = attribute(pubdata, "position.section")
    fixtures = [attribute(fixture, "fix-id") for fixture in within(head, "fixture")]
    kinds = [attribute(kind, "tobject.type") for kind in children(head, "tobject")]
    kinds = [kind for kind in kinds if kind.lower() not in ("news", "")]
    return next(filter(None, (place, *fixtures, *kinds)), "")
