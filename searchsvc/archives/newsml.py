"""NewsML 1.0 to 1.2: the news items of the IPTC's first generation, with their components nested in one another.

A NewsItem is an article when one of its components holds a text: NITF, XHTML, HTML in CDATA, or plain. Pictures and
logos beside it are passed over, and nothing that it refers to is fetched.
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
    within,
)
from searchsvc.article import Article
from searchsvc.errors import BadRecord

# Roles of components that are not the story, as Business Wire and Reuters name them.
_BESIDE = frozenset(
    "stylesheet headline subheadline logo photo picture video audio graphic caption contact abstract summary thumbnail"
    " sidebar notetoeditors copyright byline".split()
)
_MAIN = frozenset(("main", "body", "main text", "maintext", "story", "text"))


class NewsML:
    """The reader; see the module."""

    name = "NewsML"
    suffixes = ()

    def recognises(self, head: bytes) -> bool:
        return root_name(head) == "NewsML"

    def records(self, stream: BinaryIO, path: str, options: Options) -> Iterator[Record | Rejection]:
        yield from element_records(stream, path, frozenset(("NewsItem",)), nested=True)

    def article(self, record: Record, options: Options) -> Article:
        """The article of one NewsItem. Raises BadRecord: `not_an_article` where no component holds a text."""
        item = tree_of(record)
        management = child(item, "NewsManagement")
        check_status(_formal(child(management, "Status")))
        found = _content(item)
        component, story = found if found else (child(item, "NewsComponent"), Story())
        title = _line(component, "HeadLine") or story.title
        if not story.paragraphs and (not title or _media(item)):
            raise BadRecord("none of the item's components holds a text", code="not_an_article")
        source = _source(item) or options.source
        byline = byline_of([_line(component, "ByLine")], source) or byline_of(story.byline, source)
        dateline = _line(component, "DateLine") or story.dateline
        text, first = text_of(list(story.paragraphs), title, dateline, bool(byline))
        about = [facts for facts in within(item, "DescriptiveMetadata", "Metadata") if not _is_beside(facts)]
        return Article(
            title=title,
            text=text,
            archive_id=_identifier(item),
            source=source,
            section=next(filter(None, (_property(facts, "Section") for facts in about)), ""),
            language=language_code(_language(component) or attribute(item, "lang") or story.language),
            byline=byline or byline_of([first], source),
            tags=tags_of(_tags(item, about)),
            published=first_date(
                (
                    said(child(management, "FirstCreated")),
                    said(child(item, "Identification", "NewsIdentifier", "DateId")),
                    said(child(management, "ThisRevisionCreated")),
                )
            ),
            tagged=tagged_of((*_tagged(item, about), *story.tagged)),
            location=record.location,
        )


def _formal(element: Element | None) -> str:
    return attribute(element, "FormalName")


def _above(element: Element) -> Iterator[Element]:
    """The element and what it lies in, inside out."""
    found: Element | None = element
    while found is not None:
        yield found
        found = found.getparent()


def _role(element: Element) -> str:
    return next((role for outer in _above(element) if (role := _formal(child(outer, "Role")).lower())), "")


def _is_beside(element: Element) -> bool:
    return _role(element) in _BESIDE


def _content(item: Element) -> tuple[Element, Story] | None:
    """The component that holds the story, and the story: the longest text among those whose role is the main one."""
    best: tuple[tuple[bool, int], Element, Story] | None = None
    for content in within(item, "DataContent"):
        role = _role(content)
        component = next(outer for outer in _above(content) if local(outer) in ("NewsComponent", "NewsItem"))
        kind = _formal(child(content.getparent(), "MediaType")).lower()
        if role in _BESIDE or kind not in ("", "text", "complexdata"):
            continue
        if len(content):
            story = story_of(content)
        else:
            story = Story(paragraphs=tuple(markup_lines(content.text or "")))
        rank = (role in _MAIN, sum(map(len, story.paragraphs)))
        if story.paragraphs and (best is None or rank > best[0]):
            best = rank, component, story
    return best and (best[1], best[2])


def _media(item: Element) -> bool:
    kinds = [_formal(kind).lower() for kind in within(item, "MediaType")]
    return bool(kinds) and "text" not in kinds


def _line(component: Element | None, name: str) -> str:
    """The NewsLine of that name of the component or of the nearest that it lies in."""
    for outer in _above(component) if component is not None else ():
        for lines in children(outer, "NewsLines"):
            if found := said(child(lines, name)):
                return found
    return ""


def _language(component: Element | None) -> str:
    for outer in _above(component) if component is not None else ():
        if found := _formal(child(outer, "DescriptiveMetadata", "Language")):
            return found
    return ""


def _identifier(item: Element) -> str:
    """The public identifier without its revision, which is not part of what is identified."""
    names = child(item, "Identification", "NewsIdentifier")
    public, revision = said(child(names, "PublicIdentifier")), said(child(names, "RevisionId"))
    return public.removesuffix(f":{revision}") if public else said(child(names, "NewsItemId"))


def _source(item: Element) -> str:
    claims = (
        *(_formal(party) for provider in within(item, "Provider") for party in children(provider, "Party")),
        *(said(line) for line in within(item, "CreditLine")),
        said(child(item, "Identification", "NewsIdentifier", "ProviderId")),
    )
    return next(filter(None, claims), "")


def _properties(facts: Element, *names: str) -> Iterator[str]:
    for given in children(facts, "Property"):
        if _formal(given) in names or (
            _formal(given).endswith("Keywords") and "Keyword" in names and not _formal(given).startswith("BWC")
        ):
            yield attribute(given, "Value")


def _property(facts: Element, name: str) -> str:
    return next(_properties(facts, name), "")


def _tags(item: Element, about: list[Element]) -> Iterator[str]:
    """Keywords, the topics that are described in the item, and the top subjects of bare IPTC codes."""
    for topic in within(item, "Topic"):
        if not _kind_of(topic):
            yield _described(topic)
    for facts in about:
        yield from _properties(facts, "Keyword")
        for code in within(facts, "Subject", "SubjectMatter", "SubjectDetail"):
            yield subject(_formal(code))
        yield from (_formal(line) for line in children(facts, "Keyword"))
    for line in within(item, "KeywordLine"):
        yield said(line)


def _described(topic: Element) -> str:
    """The topic's name, in English where there are several."""
    described = [line for line in children(topic, "Description") if attribute(line, "Variant") in ("", "Name")]
    described.sort(key=lambda line: attribute(line, "lang")[:2] != "en")
    return said(described[0]) if described else ""


def _kind_of(topic: Element) -> str:
    """The field of the entities that a topic is one of; "" for a subject."""
    kind = _formal(child(topic, "TopicType")).lower()
    return {
        "person": "people", "organisation": "organisations", "organization": "organisations",
        "company": "organisations", "country": "countries",
    }.get(kind, "")  # fmt: skip


def _tagged(item: Element, about: list[Element]) -> Iterator[tuple[str, str, str]]:
    for topic in within(item, "Topic"):
        if field := _kind_of(topic):
            code = country_code(said(child(topic, "FormalName"))) if field == "countries" else ""
            yield field, _described(topic) or said(child(topic, "FormalName")), code
    for facts in about:
        # Where a story was written ("Origin") is not what it is about.
        places = [place for place in children(facts, "Location") if attribute(place, "HowPresent") != "Origin"]
        for place in (facts, *places):
            for given in _properties(place, "Country"):
                yield "countries", given, country_code(given)
        for given in _properties(facts, "BWCountryKeywords"):
            yield "countries", given, ""
