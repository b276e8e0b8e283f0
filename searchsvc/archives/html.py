"""HTML: a saved web page is one article, with what the page declares about itself and the text of its story.

`html_tree` parses the page, by Beautiful Soup on lxml, `html_blocks` takes its text, `html_facts` what it declares;
`html_head` decides on title and byline, `html_dates` on the date (`html_printed_dates` finds what is printed),
`html_body` on the text. Nothing is fetched, and no script is run.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from searchsvc.archives.fieldnames import language_code, listed
from searchsvc.archives.html_body import body_of, page_of
from searchsvc.archives.html_dates import date_of
from searchsvc.archives.html_facts import Facts, facts_of
from searchsvc.archives.html_head import byline_of, host_of, site_of, title_of
from searchsvc.archives.html_tree import tree_of
from searchsvc.archives.markup import MAX_TAGS, plain
from searchsvc.archives.records import Options, Record, Rejection
from searchsvc.article import Article, Location
from searchsvc.errors import BadRecord

#: A larger page takes the parser minutes (104 s for 50 MB). The largest pages known here have 2 MB.
MAX_PAGE = 5_000_000

_BEGINS = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_FEED = re.compile(rb"<(?:rss|feed|rdf:RDF|REUTERS|urlset|opml)[\s>]", re.IGNORECASE)
_EARLY_TAGS = re.compile(rb"<(?:title|meta|link|body|div|p|h1|table|script|style|article)(?:\s[^<>]*)?>", re.IGNORECASE)
_CHARSET = re.compile(rb"<meta[^>]*?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_XML_CHARSET = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE)


class Html:
    """The reader; see the module."""

    name = "HTML"
    suffixes = (".html", ".htm", ".xhtml", ".shtml")

    def recognises(self, head: bytes) -> bool:
        early = head[:4_096]
        if _FEED.search(early):
            return False
        return bool(_BEGINS.match(head)) or (early.lstrip()[:1] == b"<" and len(_EARLY_TAGS.findall(early)) >= 3)

    def records(self, stream: BinaryIO, path: str, options: Options) -> Iterator[Record | Rejection]:
        raw = stream.read(MAX_PAGE + 1)
        if len(raw) > MAX_PAGE:
            yield Rejection(Location(path), "too_large", f"a page of over {MAX_PAGE:,} bytes")
        else:
            yield Record(Location(path), raw)

    def article(self, record: Record, options: Options) -> Article:
        """The article of a page. Raises BadRecord: `no_article` where it has neither a title nor a text.

        The record's context may be the address that it was fetched from and the charset that the server stated.
        """
        if len(record.raw) > MAX_PAGE:
            raise BadRecord(f"a page of over {MAX_PAGE:,} bytes", code="too_large")
        if record.raw.count(b"<") > MAX_TAGS:
            raise BadRecord(f"a page of over {MAX_TAGS:,} tags", code="too_large")
        soup = tree_of(charset_decoded(record.raw, record.context[1] if record.context else ""))
        facts = facts_of(soup)
        url = _url(facts) or (record.context[0] if record.context else "")
        site = site_of(facts, url)
        language = _language(facts)
        page = page_of(soup)
        title = title_of(facts, page, site)
        byline = byline_of(facts, page, site, title)
        date = date_of(facts, page, url, language, title)
        text = "\n\n".join(body_of(page, title, byline))
        if not title and not text:
            raise BadRecord("the page has neither a title nor a text", code="no_article")
        article = facts.article()
        return Article(
            title=title,
            text=text,
            url=url,
            source=site or options.source or host_of(url),
            section=_one(article.get("articleSection"))
            or plain(facts.first("article:section", "section", "parsely-section")),
            language=language,
            byline=byline,
            tags=_tags(facts, page.labels),
            published=date,
            location=record.location,
        )


def charset_decoded(raw: bytes, served: str = "") -> str:
    """The page as text: by its mark, by the charset that the server or the page itself states, the first that fits,
    else UTF-8, else windows-1252."""
    if raw.startswith(codecs.BOM_UTF8):
        return raw[3:].decode("utf-8", "replace")
    match = _XML_CHARSET.match(raw) or _CHARSET.search(raw, 0, 65_536)
    stated = _codec(match[1].decode("ascii", "replace")) if match else ""
    for charset in dict.fromkeys(filter(None, (_codec(served) if served else "", stated or "utf-8", "utf-8"))):
        try:
            return raw.decode(charset)
        except (UnicodeDecodeError, ValueError):
            continue
    if stated not in ("", "utf-8"):
        return raw.decode(stated, "replace")
    # A page in UTF-8 with a few broken bytes stays UTF-8: in windows-1252 all its accents would be wrong.
    text = raw.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return text if broken * 20 < sum(byte > 0x7F for byte in raw) else raw.decode("cp1252", "replace")


def _codec(name: str) -> str:
    """The codec for a stated charset, as browsers read it: Latin-1 means windows-1252, UTF-16 in a tag means UTF-8."""
    try:
        codec = codecs.lookup(name).name
    except LookupError:
        return ""
    if codec in ("iso8859-1", "ascii"):
        return "cp1252"
    if codec.startswith(("utf-16", "utf-32", "utf-7")):
        return "utf-8"
    # Only text encodings: "base64" and "rot13" are codecs too.
    return codec if codecs.lookup(name)._is_text_encoding else ""


def _url(facts: Facts) -> str:
    """The page's own address, only where it is a whole one."""
    declared = facts.links.get("canonical", ""), facts.first("og:url"), _one(facts.article().get("url"))
    whole = [url for url in declared if url.startswith(("http://", "https://"))]
    return whole[0] if whole else ""


def _language(facts: Facts) -> str:
    claims = (
        facts.language, facts.first("og:locale"), facts.first("content-language", "language", "dc.language"),
        _one(facts.article().get("inLanguage")),
    )  # fmt: skip
    return next(filter(None, map(language_code, claims)), "")


def _one(value: Any) -> str:
    while isinstance(value, list) and value:
        value = value[0]
    return " ".join(plain(value).split()) if isinstance(value, str) else ""


def _tags(facts: Facts, labels: list[str]) -> tuple[str, ...]:
    claims = (
        facts.meta.get("article:tag"), facts.article().get("keywords"), labels,
        facts.first("news_keywords"), facts.first("keywords", "parsely-tags", "sailthru.tags"),
    )  # fmt: skip
    for claim in claims:
        if isinstance(claim, list) and len(claim) == 1:
            claim = claim[0]
        if claim and (found := listed(claim)):
            return tuple(tag for tag in found if len(tag) <= 100)[:50]
    return ()
