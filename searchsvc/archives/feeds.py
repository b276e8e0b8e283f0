"""RSS 0.9 to 2.0, Atom and CDF: a saved feed is as many articles as it has entries.

The entries are cut out of the file by their bytes (`xml_items`), and each is read by feedparser, which knows the
versions and the faults of feeds. It is given bytes, never a name, so it opens nothing. What feeds are about beside
their entries is not kept.

When an entry was published is what it says in `pubDate`, `published`, `issued`, `created` or `dc:date`. That it was
updated is no publication, so `dcterms:modified` and the like are not read; but an Atom entry that has `updated` alone,
the one date that Atom asks for, was published then as far as anyone can know. A feed's own date is never an entry's.
"""

from __future__ import annotations

import html
import io
import re
import time
from collections.abc import Iterator
from email.utils import parseaddr
from typing import Any, BinaryIO

import feedparser
from lxml import etree

from searchsvc.archives.bylines import names
from searchsvc.archives.dates import published
from searchsvc.archives.fieldnames import language_code
from searchsvc.archives.files import PassedOver
from searchsvc.archives.markup import folded_space, plain, written
from searchsvc.archives.paragraphs import joined, paragraphs
from searchsvc.archives.records import Options, Record, Rejection
from searchsvc.archives.xml_items import Opening, XmlItems, as_text, checked, root_of
from searchsvc.article import UNKNOWN, Article, Published
from searchsvc.errors import BadRecord

#: What is not well-formed is read by feedparser's slower way, up to this many characters: its time grows faster.
MAX_ILL_FORMED = 300_000
_MOST_TAGS, _LONGEST_TAG = 50, 100
_RSS_LIKE = re.compile(
    rb"purl\.org/(?:net/)?rss|purl\.org/atom|my\.netscape\.com|channel\.netscape|/rss|backend\.userland"
)
_DC_DATE = re.compile(r"<(?:[\w.-]+:)?date[\s>]", re.IGNORECASE)
_ADDRESS = re.compile(r"<author>\s*(?:<!\[CDATA\[)?([^<\]]{0,500}@[^<\]]{0,500})")
_ZONED = re.compile(r":\d\d.*(?:\b[A-Za-z]{1,4}|[+-]\d{2}:?\d{2})\s*$")
_KIND = "http://schemas.google.com/g/2005#kind"


class Feeds:
    """The reader; see the module."""

    name = "RSS or Atom"
    suffixes: tuple[str, ...] = (".rss", ".atom", ".rdf", ".cdf")
    #: What its dates are said to come from.
    dated = "feed"

    def recognises(self, head: bytes) -> bool:
        root = root_of(head)
        return root in ("rss", "feed", "channel") or (root == "rdf" and bool(_RSS_LIKE.search(head)))

    def records(self, stream: BinaryIO, path: str, options: Options) -> Iterator[Record | Rejection | PassedOver]:
        items = XmlItems(stream, path)
        opening = items.opening()
        if isinstance(opening, Rejection):
            yield opening
            return
        context = (opening.encoding, opening.root, opening.tags, opening.ends, *_said_of_feed(opening))
        for item in items.items():
            yield item if isinstance(item, Rejection) else Record(*item, context)

    def article(self, record: Record, options: Options) -> Article:
        """The article of an entry. Raises BadRecord: `bad_xml`, `too_deep`, `too_large`, `no_article`."""
        encoding, root, tags, ends, source, language, author = record.context
        text = checked(as_text(record.raw, encoding))
        entry = _entry(tags, text, ends)
        title = _title(entry)
        story, story_language = _story(entry)
        if not title and not story:
            raise BadRecord("the entry has neither a title nor a text", code="no_article")
        link = str(entry.get("feedburner_origlink") or entry.get("link") or "").strip()
        origin = entry.get("source") or {}
        said = entry.get("language") or story_language or (entry.get("title_detail") or {}).get("language")
        byline = names(_authors(entry, "" if root == "feed" else text))
        return Article(
            title=title,
            text=joined(story, title),
            url=link if link.startswith(("http://", "https://")) else "",
            archive_id=str(entry.get("id") or "").strip(),
            source=folded_space(plain(str(origin.get("title") or ""))) or source or options.source,
            language=language_code(str(said or "")) or language_code(language),
            byline=byline or (names(author) if root == "feed" else ()),
            tags=_tags(entry),
            published=self._date(entry, root, text),
            location=record.location,
        )

    def _date(self, entry: dict[str, Any], root: str, text: str) -> Published:
        for name in ("published", "created"):
            if raw := dict.get(entry, name):
                return _published(str(raw), dict.get(entry, f"{name}_parsed"), self.dated)
        if (raw := dict.get(entry, "updated")) and (root == "feed" or _DC_DATE.search(text)):
            return _published(str(raw), dict.get(entry, "updated_parsed"), self.dated)
        return UNKNOWN


def _entry(tags: str, item: str, ends: str) -> dict[str, Any]:
    """What feedparser finds in one entry, within what was open around it."""
    found = _parsed(tags + item + ends, len(item))
    if not found.entries:
        reason = " ".join(str(found.get("bozo_exception", "")).split())
        raise BadRecord(f"no entry can be read{': ' if reason else ''}{reason}"[:300], code="bad_xml")
    entry: dict[str, Any] = found.entries[0]
    return entry


def _parsed(document: str, size: int) -> Any:
    """feedparser's own result. Text that is not well-formed takes it long, so there is a limit to that."""
    raw = b'<?xml version="1.0" encoding="utf-8"?>' + document.encode("utf-8")
    if size > MAX_ILL_FORMED and (fault := _fault_of(raw)):
        raise BadRecord(f"not well-formed, and of over {MAX_ILL_FORMED:,} characters: {fault}", code="bad_xml")
    try:
        return feedparser.parse(
            io.BytesIO(raw),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            resolve_relative_uris=False,
            sanitize_html=False,  # for its markup; here only the text is kept, without scripts
        )
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError, AssertionError) as error:
        raise BadRecord(f"the entry cannot be read: {error}"[:300], code="bad_xml") from error


def _fault_of(raw: bytes) -> str:
    """Why this is not well-formed XML; "" if it is."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        return str(error.msg)
    return ""


def _said_of_feed(opening: Opening) -> tuple[str, str, str]:
    """(title, language, author) of the feed itself."""
    try:
        feed = _parsed(opening.text + opening.ends, len(opening.text)).feed
    except BadRecord:
        return "", "", ""
    title = folded_space(plain(str(feed.get("title") or "")))
    author = next((str(one.get("name") or "") for one in feed.get("authors") or ()), "")
    return title, str(feed.get("language") or ""), folded_space(plain(author))


def _story(entry: dict[str, Any]) -> tuple[list[str], str]:
    """The paragraphs of the full content, else of the summary, and the language that is stated for them."""
    contents = sorted(
        (one for one in entry.get("content") or () if one.get("value")), key=lambda one: -len(str(one["value"]))
    )
    summary = {**(entry.get("summary_detail") or {}), "value": entry.get("summary") or ""}
    for one in (*contents, summary):
        value, kind = str(one.get("value") or ""), str(one.get("type") or "").lower()
        if kind.startswith(("image/", "audio/", "video/")):
            continue
        found = written(value) if "html" in kind else paragraphs(plain(value))
        if found:
            return found, str(one.get("language") or "")
    return [], ""


def _authors(entry: dict[str, Any], text: str) -> list[str]:
    """Names as written. RSS has "ann@gazette.example (Ann Lee)", of which feedparser finds the address not always."""
    if address := _ADDRESS.search(text):
        return [parseaddr(html.unescape(address[1]))[0]]
    return [folded_space(plain(str(one.get("name") or ""))) for one in entry.get("authors") or ()]


def _title(entry: dict[str, Any]) -> str:
    raw = str(entry.get("title") or "")
    is_html = "html" in str((entry.get("title_detail") or {}).get("type"))
    return folded_space(" ".join(written(raw)) if is_html else plain(raw))


def _tags(entry: dict[str, Any]) -> tuple[str, ...]:
    found = [
        folded_space(plain(str(tag.get("label") or tag.get("term") or "")))
        for tag in entry.get("tags") or ()
        if tag.get("scheme") != _KIND
    ]
    return tuple(dict.fromkeys(tag for tag in found if tag and len(tag) <= _LONGEST_TAG))[:_MOST_TAGS]


def _published(raw: str, parsed: time.struct_time | None, source: str) -> Published:
    """The date as written; what only feedparser understands ("Thu, 01 Jan 04") by its reading, in UTC."""
    if date := published(raw, source):
        return date
    if parsed is None:
        return UNKNOWN
    return published(time.strftime("%Y-%m-%dT%H:%M:%SZ" if _ZONED.search(raw) else "%Y-%m-%d", parsed), source)
