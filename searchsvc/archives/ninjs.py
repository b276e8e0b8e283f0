"""ninjs: the news items of the IPTC's JSON standard, versions 1.0 to 3.0, and the media APIs that are made of it.

One object, a line each, an array, or an answer of an API with the items in it (AP's media API, the BBC's). Pictures,
sound, video and events are articles only where they have a body of their own; nothing they refer to is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

import orjson

from searchsvc.archives.agency import (
    byline_of,
    check_status,
    country_code,
    first_date,
    subject,
    tagged_of,
    tags_of,
)
from searchsvc.archives.fieldnames import language_code, strings
from searchsvc.archives.jsonl import JsonLines
from searchsvc.archives.markup import plain
from searchsvc.archives.objects import parsed
from searchsvc.archives.paragraphs import normal, paragraphs
from searchsvc.archives.records import Options, Record, Rejection
from searchsvc.archives.story import html_lines, story_of, text_of
from searchsvc.archives.xmltree import tree_of
from searchsvc.article import Article, Location
from searchsvc.errors import BadRecord

_BEGINS = re.compile(rb'^(?:\xef\xbb\xbf)?\s*(?:\[\s*)?\{\s*"')
# Two of these together are no other kind of JSON.
_TELLTALE = re.compile(
    rb'(?<!\\)"(versioncreated|firstcreated|contentcreated|pubstatus|body_xhtml|body_html|headlines|bodies'
    rb'|representationtype|eventdetails|descriptions|copyrightholder|usageterms|renditions)"\s*:',
    re.IGNORECASE,
)
_SAYS_SO = re.compile(rb'/ninjs-schema_|"name"\s*:\s*"(?:TT)?ninjs"', re.IGNORECASE)
_WITHIN = re.compile(rb'^(?:\xef\xbb\xbf)?\s*\{[^{}]*"(?:items?|data|results)"\s*:|^\s*\{\s*"api_version"')

#: Types whose body, where there is one, is a story. Any other type has to have one that says more than its caption.
_TEXTS = frozenset(("", "text", "story", "article", "advisory"))
_HTML = ("body_xhtml", "body_html5", "body_html")
_ISO = re.compile(r"iso[-_]?3166|country", re.IGNORECASE)
_NOWHERE = Location("")
_NITF = re.compile(r"<nitf\b.*</nitf>", re.DOTALL)


class Ninjs:
    """The reader; see the module."""

    name = "ninjs"
    suffixes = (".ninjs",)

    def recognises(self, head: bytes) -> bool:
        if not _BEGINS.match(head):
            return False
        return bool(_SAYS_SO.search(head)) or len({name.lower() for name in _TELLTALE.findall(head)}) >= 2

    def records(self, stream: BinaryIO, path: str, options: Options) -> Iterator[Record | Rejection]:
        more = 0
        for found in JsonLines().records(stream, path, options):
            where = found.location
            items = _items(found.raw) if isinstance(found, Record) and _WITHIN.match(found.raw) else None
            if items is None or isinstance(found, Rejection):
                yield _moved(found, more)
                continue
            for item in items:
                # Each stands where the answer begins: a place within it would not be one to cut the item out at.
                yield Record(Location(where.path, where.offset, where.ordinal + more), orjson.dumps(item))
                more += 1
            more -= 1

    def article(self, record: Record, options: Options) -> Article:
        """The article of one item. Raises BadRecord: `not_an_article`, `no_article`, `canceled`, `embargoed`."""
        values = parsed(record.raw)
        if "$schema" in values and "properties" in values:
            raise BadRecord("a JSON schema is not an article", code="not_an_article")
        item = {str(key).lower(): value for key, value in values.items()}
        kind = _one(item.get("type")).lower()
        if kind in ("event", "planning") or ("eventdetails" in item and kind not in _TEXTS - {""}):
            raise BadRecord("an event is not an article", code="not_an_article")
        check_status(_one(item.get("pubstatus")), _one(item.get("embargoed")))
        title = _line(_chosen(item.get("headlines"), "main") or _one(item.get("headline")) or _one(item.get("title")))
        descriptions = [_line(text) for text in _descriptions(item)]
        body, marked = _body(item)
        if kind not in _TEXTS and (not body or normal(" ".join(body)) in map(normal, (title, *descriptions))):
            raise BadRecord(f"an item of the type {kind!r} without a story", code="not_an_article")
        source = _source(item) or options.source
        byline = byline_of(_bylines(item), source)
        text, first = text_of(body or descriptions[:1], title, _one(item.get("dateline")), bool(byline))
        if not title and not text:
            raise BadRecord("the item has neither a headline nor a text", code="no_article")
        return Article(
            title=title,
            text=text,
            archive_id=_identifier(item),
            source=source,
            section=next(filter(None, map(_line, (*_names(item, "service", "section", "sections"),))), ""),
            language=language_code(_one(item.get("language"))),
            byline=byline or byline_of([first], source),
            tags=tags_of(_tags(item)),
            published=first_date(
                _one(item.get(name)) for name in ("firstpublished", "firstcreated", "contentcreated", "versioncreated")
            ),
            tagged=tagged_of((*_tagged(item), *marked)),
            location=record.location,
        )


def _moved(found: Record | Rejection, more: int) -> Record | Rejection:
    where = Location(found.location.path, found.location.offset, found.location.ordinal + more)
    if isinstance(found, Record):
        return Record(where, found.raw, found.context)
    return Rejection(where, found.code, found.reason)


def _items(raw: bytes) -> list[dict[str, Any]] | None:
    """The items in an answer: data.items[].item, data.item or item[]; None for what is an item itself."""
    try:
        found: Any = parsed(raw)
    except BadRecord:
        return None
    for name in ("data", "results", "items", "item"):
        if isinstance(found, dict) and isinstance(found.get(name), dict | list) and "uri" not in found:
            found = found[name]
    members = found if isinstance(found, list) else [found]
    items = [member["item"] if isinstance(member, dict) and "item" in member else member for member in members]
    return [item for item in items if isinstance(item, dict)] or None


def _one(value: Any) -> str:
    """The value as one string."""
    return next(iter(strings(value)), "").strip()


def _line(text: str) -> str:
    return " ".join(plain(text).split())


def _members(value: Any) -> Iterator[Mapping[str, Any]]:
    for member in value if isinstance(value, list) else [value]:
        if isinstance(member, Mapping):
            yield {str(key).lower(): inner for key, inner in member.items()}


def _chosen(value: Any, role: str) -> str:
    """The value of the member in that role, else of the first."""
    found = [(_one(member.get("role")), _one(member.get("value"))) for member in _members(value)]
    return next((text for given, text in found if given == role), next((text for _, text in found), ""))


def _descriptions(item: Mapping[str, Any]) -> Iterator[str]:
    for name in ("description_text", "description_caption", "description_xhtml", "description_html"):
        if text := _one(item.get(name)):
            yield text
    for member in _members(item.get("descriptions")):
        if text := _one(member.get("value")):
            yield text


def _body(item: Mapping[str, Any]) -> tuple[list[str], tuple[tuple[str, str, str], ...]]:
    """The paragraphs of the body, and the names that its markup marks. HTML comes before NITF, NITF before text."""
    given = [(name, _one(item.get(name))) for name in (*_HTML, "body_nitf", "body_text")]
    for member in _members(item.get("bodies")):
        kind = f"{_one(member.get('role'))} {_one(member.get('contenttype'))}".lower()
        kind = next((known for known in ("html", "nitf") if known in kind), "text" if "plain" in kind else "")
        given.append((kind, _one(member.get("value"))))
    for wanted in ("html", "nitf", "text"):
        for name, value in given:
            if not value or wanted not in name:
                continue
            if wanted == "html" and (found := html_lines(value)):
                return found, ()
            if wanted == "nitf" and (cut := _NITF.search(value)):
                story = story_of(tree_of(Record(_NOWHERE, cut[0].encode("utf-8", "replace"), ("utf-8",))))
                if story.paragraphs:
                    return list(story.paragraphs), story.tagged
            if wanted == "text" and (found := paragraphs(value)):
                return found, ()
    return [], ()


def _identifier(item: Mapping[str, Any]) -> str:
    """The address of AP's items has the query in it that found them: their own id is beside it."""
    uri = _one(item.get("uri"))
    altids = item.get("altids")
    if "?" in uri and isinstance(altids, Mapping) and (found := _one(altids.get("itemid"))):
        return found
    return uri or _one(item.get("guid")) or _one(item.get("id"))


def _source(item: Mapping[str, Any]) -> str:
    claims = (item.get(name) for name in ("source", "provider", "copyrightholder", "infosource", "infosources"))
    return next(filter(None, map(_one, claims)), "")


def _bylines(item: Mapping[str, Any]) -> list[str]:
    """What the byline says, else the authors who wrote."""
    if printed := _one(item.get("byline")) or _one(item.get("by")):
        return [plain(printed)]
    authors = _members(item.get("authors"))
    return [_one(author.get("name")) for author in authors if _one(author.get("role")) in ("", "writer", "author")]


def _names(item: Mapping[str, Any], *fields: str) -> Iterator[str]:
    for name in fields:
        yield from strings(item.get(name)) if item.get(name) else ()


def _tags(item: Mapping[str, Any]) -> Iterator[str]:
    for name in ("subject", "subjects"):
        for member in _members(item.get(name)):
            given = _one(member.get("name"))
            # AP's one-letter category codes are no words.
            yield given if len(given) > 1 else subject(_one(member.get("code")) or _one(member.get("literal")))
    yield from map(plain, _names(item, "keywords", "keyword"))


def _tagged(item: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for field, spellings in (
        ("people", ("person", "people", "persons")),
        ("organisations", ("organisation", "organisations", "organization", "organizations")),
    ):
        for spelling in spellings:
            for member in _members(item.get(spelling)):
                yield field, _one(member.get("name")), ""
    for spelling in ("place", "places"):
        for member in _members(item.get(spelling)):
            code = _country(member)
            if code is not None:
                yield "countries", _one(member.get("name")) or code, code


def _country(place: Mapping[str, Any]) -> str | None:
    """The ISO code of a place that is said to be a country, "" where it has none; None for another place."""
    for name in ("countrycode", "iso_country", "code", "literal", "uri"):
        scheme = name if name.endswith(("code", "country")) and name != "code" else _one(place.get("scheme"))
        value = _one(place.get(name))
        if (_ISO.search(scheme) or _ISO.search(value)) and (
            found := country_code(re.split(r"[:/#]", value.rstrip("/"))[-1])
        ):
            return found
    kinds = (_one(place.get("locationtype")), _one(place.get("type")))
    return "" if any(kind.lower() in ("nation", "country") for kind in kinds) else None
