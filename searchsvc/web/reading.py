"""An article as it is read: its paragraphs with their entities marked, and what is known of it beside them."""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from searchsvc.document import Document, Entity
from searchsvc.fields import ENTITIES
from searchsvc.query import Query
from searchsvc.web.answers import API, article_url, copies_url, url
from searchsvc.web.wording import DATE_SOURCES, SEARCH, label_of, original


@dataclass(frozen=True, slots=True)
class Span:
    """Characters of a text that name an entity."""

    start: int
    end: int
    kind: str
    entity: Entity


#: A stretch of text, and the entity that it names, if any, as (kind, label, address).
Stretch = tuple[str, tuple[str, str, str] | None]


#: Near-copies that are listed beside an article; the data have them all.
COPIES = 20


def article_page(document: Document, copies: Sequence[Document] = ()) -> dict[str, Any]:
    """An article as a page, with its near-copies."""
    article, entities = document.article, document.entities
    groups = []
    for name in ENTITIES:
        some: tuple[Entity, ...] = getattr(entities, name)
        if some:
            groups.append((name, [_listed(name, e) for e in some]))
    spans = [
        Span(start, end, kind, e) for kind in ENTITIES for e in getattr(entities, kind) for start, end in e.mentions
    ]
    return {
        "document": document,
        "article": article,
        "paragraphs": list(paragraphs(article.text, chosen(spans, len(article.text)))),
        "groups": groups,
        "original": original(article.url),
        "date_source": DATE_SOURCES.get(article.published.source),
        "language": label_of("language", article.language),
        "file": os.path.basename(article.location.path) or article.location.path,
        "filters": {
            name: url(Query().plus(name, value), SEARCH)
            for name in ("source", "section")
            if (value := getattr(article, name))
        },
        "bylines": [(name, url(Query().plus("byline", name), SEARCH)) for name in article.byline],
        "tags": [(name, url(Query().plus("tags", name), SEARCH)) for name in article.tags],
        "api": article_url(document.id, f"{API}/articles"),
        "copies": [_copy(other) for other in copies[:COPIES]],
        "more_copies": len(copies) - COPIES,
        "copies_api": copies_url(document.id),
        "hidden": [],
    }


def _copy(other: Document) -> dict[str, Any]:
    article = other.article
    host = original(article.url)
    return {
        "href": article_url(other.id, "/articles"),
        "by": article.source or (host[1] if host else "") or "a source not named",
        "title": article.title,
        "at": article.published.at,
    }


def _listed(name: str, entity: Entity) -> dict[str, Any]:
    label = label_of(name, entity.key) if name == "countries" else entity.label
    return {
        "label": label,
        "href": url(Query().plus(name, entity.key), SEARCH),
        "count": len(entity.mentions) + len(entity.title_mentions),
        "forms": [form for form in entity.aliases if form not in (label, entity.label)],
    }


def chosen(spans: Iterable[Span], length: int) -> list[Span]:
    """The spans that are marked, in order: of two that overlap the longer, of two as long the first."""
    kept: list[tuple[int, int, Span]] = []
    for span in sorted(spans, key=lambda span: (span.start - span.end, span.start)):
        if not 0 <= span.start < span.end <= length:
            continue
        place = bisect_left(kept, span.start, key=lambda each: each[0])
        before = kept[place - 1][1] if place else 0
        after = kept[place][0] if place < len(kept) else length
        if before <= span.start and span.end <= after:
            kept.insert(place, (span.start, span.end, span))
    return [span for _, _, span in kept]


def paragraphs(text: str, spans: Sequence[Span]) -> Iterator[list[Stretch]]:
    """The text by its blank lines, each paragraph as stretches; a span that reaches over a blank line is left out."""
    addresses: dict[tuple[str, str], str] = {}
    start = index = 0
    for paragraph in text.split("\n\n"):
        end = start + len(paragraph)
        stretches: list[Stretch] = []
        at = start
        while index < len(spans) and spans[index].start < end:
            span = spans[index]
            index += 1
            if span.start < start or span.end > end:
                continue
            if span.start > at:
                stretches.append((text[at : span.start], None))
            key = (span.kind, span.entity.key)
            if key not in addresses:
                addresses[key] = url(Query().plus(*key), SEARCH)
            label = label_of(span.kind, span.entity.key) if span.kind == "countries" else span.entity.label
            stretches.append((text[span.start : span.end], (span.kind, label, addresses[key])))
            at = span.end
        if text[at:end].strip() or stretches:
            stretches.append((text[at:end], None))
        if stretches:
            yield stretches
        start = end + 2
