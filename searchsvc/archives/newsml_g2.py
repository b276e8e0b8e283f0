"""NewsML-G2: the news items of the IPTC's second generation, alone, in a newsMessage or beside packages.

A newsItem of text is an article. Packages, concepts, plans, pictures, videos and events are not: each is a rejection
that says so. The content is NITF, XHTML or plain text within the item; nothing that it refers to is fetched.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from searchsvc.archives.agency import (
    byline_of,
    check_status,
    country_code,
    first_date,
    subject,
    tagged_of,
    tags_of,
)
from searchsvc.archives.fieldnames import language_code
from searchsvc.archives.records import Options, Record, Rejection
from searchsvc.archives.story import Story, markup_lines, story_of, text_of
from searchsvc.archives.xmltree import (
    Element,
    attribute,
    child,
    children,
    element_records,
    local,
    root_name,
    said,
    tree_of,
)
from searchsvc.article import Article
from searchsvc.errors import BadRecord

_ITEMS = frozenset(("newsItem", "packageItem", "conceptItem", "knowledgeItem", "planningItem", "catalogItem"))
_FRAGMENTS = frozenset(("contentSet", "contentMeta", "groupSet", "itemMeta"))
_ROOTS = _ITEMS | _FRAGMENTS | {"newsMessage"}

_PEOPLE = frozenset(("person",))
_ORGANISATIONS = frozenset(("organisation", "organization", "org", "company", "team"))
_PLACES = frozenset(("geoarea", "country", "geo"))


class NewsMLG2:
    """The reader; see the module."""

    name = "NewsML-G2"
    suffixes = ()

    def recognises(self, head: bytes) -> bool:
        return root_name(head) in _ROOTS

    def records(self, stream: BinaryIO, path: str, options: Options) -> Iterator[Record | Rejection]:
        yield from element_records(stream, path, _ITEMS | _FRAGMENTS)

    def article(self, record: Record, options: Options) -> Article:
        """The article of one newsItem. Raises BadRecord, `not_an_article` for the other kinds of items."""
        item = tree_of(record)
        if local(item) != "newsItem":
            raise BadRecord(f"a <{local(item)}> is not an article", code="not_an_article")
        meta, content = child(item, "itemMeta"), child(item, "contentMeta")
        kind = _code(child(meta, "itemClass"))
        if kind not in ("text", ""):
            raise BadRecord(f"an item of the class {kind!r} is not a text", code="not_an_article")
        check_status(attribute(child(meta, "pubStatus"), "qcode"), said(child(meta, "embargoed")))
        story = _story(child(item, "contentSet"))
        title = _title(content) or said(child(meta, "title")) or story.title
        source = _source(item, meta) or options.source
        byline = byline_of([said(by) for by in children(content, "by")], source) or byline_of(story.byline, source)
        dateline = said(child(content, "dateline")) or story.dateline
        text, first = text_of(list(story.paragraphs), title, dateline, bool(byline))
        if not title and not text:
            raise BadRecord("the item has neither a headline nor a text", code="no_article")
        subjects = list(children(content, "subject"))
        asserted = {
            attribute(known, "qcode") or attribute(known, "literal"): known for known in children(item, "assert")
        }
        return Article(
            title=title,
            text=text,
            archive_id=attribute(item, "guid"),
            source=source,
            section=_section(subjects, meta),
            language=language_code(
                attribute(child(content, "language"), "tag") or attribute(item, "lang") or story.language
            ),
            byline=byline or byline_of([first], source),
            tags=tags_of((*map(_tag, subjects), *map(said, children(content, "keyword")))),
            published=first_date(
                (
                    said(child(meta, "firstCreated")),
                    said(child(content, "contentCreated")),
                    said(child(meta, "versionCreated")),
                )
            ),
            tagged=tagged_of((*_tagged(subjects, asserted), *story.tagged)),
            location=record.location,
        )


def _story(content: Element | None) -> Story:
    """The longest of the renditions: inlineXML, else inlineData as text or HTML."""
    found = [story_of(inline) for inline in children(content, "inlineXML")]
    for inline in children(content, "inlineData"):
        kind = attribute(inline, "contenttype").lower()
        if not kind or kind.startswith("text/") or "html" in kind:
            found.append(Story(paragraphs=tuple(markup_lines("".join(map(str, inline.itertext()))))))
    return max(found, key=lambda story: sum(map(len, story.paragraphs)), default=Story())


def _code(element: Element | None) -> str:
    """ "text" of qcode="ninat:text" or of a URI that ends in it."""
    value = attribute(element, "qcode") or attribute(element, "uri") or attribute(element, "literal")
    return value.rpartition(":")[2].rpartition("/")[2].lower()


def _title(content: Element | None) -> str:
    """The headline that is no sub-headline; among several the first."""
    found = [(attribute(line, "role").lower(), said(line)) for line in children(content, "headline")]
    main = [text for role, text in found if text and not any(word in role for word in ("sub", "over", "under"))]
    return main[0] if main else ""


def _named(element: Element | None) -> str:
    """The name that a concept is given, shortest kind last: not its mnemonic, in the first language given."""
    named = [(attribute(name, "role"), said(name)) for name in children(element, "name")]
    plain = [text for role, text in named if text and not role.endswith(("mnemonic", "short"))]
    return (plain or [text for _, text in named if text] or [""])[0]


def _source(item: Element, meta: Element | None) -> str:
    provider, holder = child(meta, "provider"), child(item, "rightsInfo", "copyrightHolder")
    for party in (provider, holder):
        if name := _named(party) or attribute(party, "literal"):
            return name
    return attribute(provider, "qcode").rpartition(":")[2]


def _section(subjects: list[Element], meta: Element | None) -> str:
    """The desk or category that an agency files a story under, where it names one."""
    for about in subjects:
        scheme = attribute(about, "qcode").partition(":")[0].lower()
        if ("department" in scheme or attribute(about, "type").lower().endswith(("category", ":cat"))) and (
            name := _named(about)
        ):
            return name
    return ""


def _kind(about: Element) -> str:
    """ "person" of type="cpnat:person"."""
    return attribute(about, "type").rpartition(":")[2].rpartition("/")[2].lower()


def _tag(about: Element) -> str:
    """The name of a subject, or the top subject of a bare IPTC code; "" for people, bodies and places."""
    if _kind(about) in _PEOPLE | _ORGANISATIONS | _PLACES | {"poi", "event", "cat", "subcat"}:
        return ""
    code = attribute(about, "qcode")
    if code.partition(":")[0].lower().endswith("categorycode"):
        return ""
    return _named(about) or _named(child(about, "mainConcept")) or subject(code) or _words(attribute(about, "literal"))


def _words(literal: str) -> str:
    """A literal that is a name, not somebody's key."""
    return literal if literal and not any(c.isdigit() for c in literal) and "id" not in literal.split() else ""


def _tagged(subjects: list[Element], asserted: dict[str, Element]) -> Iterator[tuple[str, str, str]]:
    for about in subjects:
        kind = _kind(about)
        known = asserted.get(attribute(about, "qcode") or attribute(about, "literal"))
        name = _named(about) or _named(known)
        if kind in _PEOPLE:
            yield "people", name, ""
        elif kind in _ORGANISATIONS:
            yield "organisations", name, ""
        elif kind in _PLACES and (code := _country(about) or (_country(known) if known is not None else "")):
            yield "countries", name or code, code


def _country(about: Element) -> str:
    """The ISO code of a place that is a country: its own, or what it is said to be the same as."""
    for same in (about, *children(about, "sameAs")):
        scheme, _, code = attribute(same, "qcode").partition(":")
        if scheme.lower().startswith(("iso3166", "country", "cntry")) and (found := country_code(code)):
            return found
    return ""
