"""Retrieval collections: TREC's SGML, each document within <DOC> and </DOC>, and the TIME collection of 1963.

TREC's news (AP, WSJ, FT, LA Times, FBIS, AQUAINT, Gigaword) shares <DOC>, an id and <TEXT>, and names the rest as each
source did. Its years of two figures are of the 20th century: the texts are of 1987 to 1999, TIME's of 1963.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import BinaryIO

from searchsvc.archives.agency import byline_of, tags_of, with_dateline
from searchsvc.archives.dates import published
from searchsvc.archives.paragraphs import joined, paragraphs
from searchsvc.archives.records import MAX_RECORD, Options, Record, Rejection
from searchsvc.archives.streams import bounded_lines, decoded
from searchsvc.archives.xmltree import element_records, root_name
from searchsvc.article import UNKNOWN, Article, Location, Published
from searchsvc.errors import BadRecord

_HAS_ID = re.compile(rb"<DOCNO\s*>|<DOC\s[^>]*\bid\s*=", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([A-Za-z][\w.-]*)\b[^<>]*>")
_ID = re.compile(r"<DOC\s[^>]*\bid\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
_BREAK = re.compile(r"</?(?:P|BR)\b[^<>]*>", re.IGNORECASE)
_INDENT = re.compile(r"\n(?=[ \t]{2,}\S)|\n[ \t\r]*\n\s*")

# What each source calls it, surest first.
_TITLE = ("HEADLINE", "HL", "HEAD", "TI", "TITLE", "H3")
_TEXT = ("LEADPARA", "LP", "TEXT")
_BYLINE = ("BYLINE", "AUTHOR")
_DATE = ("DATE", "DATE1", "DATE_TIME", "DD", "PUBDATE")
_SOURCE = ("PUB", "SO", "SOURCE")
_TAGS = ("SUBJECT", "KEYWORD", "KEYWORDS", "DESCRIPT")

_SLASHED = re.compile(r"^(\d{2})/(\d{2})/(\d{2})$")
_SIX = re.compile(r"^(\d{2})(\d{2})(\d{2})$")
_WORDS = re.compile(
    r"^(?:[A-Za-z]+day,?\s+)?([A-Za-z]{3,9}\.?\s+\d{1,2},\s*\d{4}|\d{1,2}\s+[A-Za-z]{3,9}\.?\s+\d{4})\b"
)
_EIGHT_IN_ID = re.compile(r"^[A-Z_]{2,12}(\d{8})\.\d+$")
_SIX_IN_ID = re.compile(r"^(?:AP|WSJ)(\d{6})-\d+$")


class Trec:
    """The reader of TREC's SGML; see the module."""

    name = "TREC"
    suffixes = ()

    def recognises(self, head: bytes) -> bool:
        return root_name(head).upper() == "DOC" and bool(_HAS_ID.search(head))

    def records(self, stream: BinaryIO, path: str, options: Options) -> Iterator[Record | Rejection]:
        yield from element_records(stream, path, frozenset(("DOC", "doc", "Doc")))

    def article(self, record: Record, options: Options) -> Article:
        """The article of one <DOC>. Raises BadRecord: `no_article` where it has neither a headline nor a text."""
        document = decoded(record.raw).replace("\r\n", "\n")
        parts = _parts(document)
        title = _one(parts, *_TITLE)
        text = [line for name in _TEXT for part in parts.get(name, ()) for line in _paragraphs(part)]
        if not title and not text:
            raise BadRecord("the document has neither a headline nor a text", code="no_article")
        named = _ID.match(document)
        identifier = _one(parts, "DOCNO") or (named[1] if named else "")
        source = _one(parts, *_SOURCE) or options.source
        tags = (
            tag for name in _TAGS for part in parts.get(name, ()) for tag in re.split(r"[;\n]", _BREAK.sub("\n", part))
        )
        return Article(
            title=title,
            text=joined(with_dateline(text, _one(parts, "DATELINE")), title),
            archive_id=identifier,
            source=source,
            section=_one(parts, "SECTION").split(";")[0],
            byline=byline_of([_one(parts, *_BYLINE)], source),
            tags=tags_of(map(_said, tags)),
            published=_published(_one(parts, *_DATE), identifier),
            location=record.location,
        )


def _parts(document: str) -> dict[str, list[str]]:
    """Tag → what stands between each pair of it, in order. One pass: a tag may be opened a thousand times, unclosed."""
    wanted = {*_TITLE, *_TEXT, *_BYLINE, *_DATE, *_SOURCE, *_TAGS, "DOCNO", "DATELINE", "SECTION"}
    opened: dict[str, int] = {}
    found: dict[str, list[str]] = {}
    for tag in _TAG.finditer(document):
        name = tag[2].upper()
        if name not in wanted:
            continue
        if not tag[1]:
            opened.setdefault(name, tag.end())
        elif name in opened:
            found.setdefault(name, []).append(document[opened.pop(name) : tag.start()])
    return found


def _one(parts: dict[str, list[str]], *names: str) -> str:
    return next((text for name in names for part in parts.get(name, ()) if (text := _said(part))), "")


def _said(markup: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", markup)).split())


def _paragraphs(markup: str) -> list[str]:
    """The paragraphs: between <P> tags, else at indents or blank lines, else as in any plain text."""
    if _BREAK.search(markup):
        return [text for block in _BREAK.split(markup) if (text := _said(block))]
    text = html.unescape(_TAG.sub(" ", markup)).strip("\n")
    indented = [line[:2].isspace() for line in text.split("\n") if line.strip()]
    if any(indented) and not all(indented):
        return [block for raw in _INDENT.split(text) if (block := " ".join(raw.split()))]
    return paragraphs(text)


def _published(date: str, identifier: str) -> Published:
    """The document's date, else the one in its id: AP880212-0001 and NYT19980601.0001 are how these are numbered."""
    forms = [date]
    if match := _SLASHED.match(date):
        forms.append(f"19{match[3]}-{match[1]}-{match[2]}")
    if match := _SIX.match(date):
        forms.append(f"19{match[1]}-{match[2]}-{match[3]}")
    if match := _WORDS.match(date):
        forms.append(match[1])
    if not date:
        if match := _EIGHT_IN_ID.match(identifier):
            forms.append(match[1])
        if match := _SIX_IN_ID.match(identifier):
            forms.append(f"19{match[1][:2]}-{match[1][2:4]}-{match[1][4:]}")
    # Six figures alone would be read as a year and a month.
    return next(filter(None, (published(form, "archive") for form in forms if not _SIX.match(form))), UNKNOWN)


# "*TEXT 431 08/30 63 PAGE 026" once.
_TIME_HEADER = re.compile(rb"^\*TEXT\s+(\d+)\s+(\d{2})/(\d{2})[/ ](\d{2})\s+PAGE\s+(\d+)\s*$")
_TIME_BEGINS = re.compile(rb"^\s*\*TEXT\s+\d+\s+\d{2}/\d{2}/\d{2}\s+PAGE\s+\d+\s*\n")
_BEFORE_STOP = re.compile(r"\s+(?=[.,;:?!](?:\s|$))")


class TimeCollection:
    """The reader of the TIME collection: "*TEXT 017 01/04/63 PAGE 020" above each text, in capitals, double-spaced.

    It has no headlines, its first words are the headline; no title is made of them.
    """

    name = "TIME collection"
    suffixes = ()

    def recognises(self, head: bytes) -> bool:
        return bool(_TIME_BEGINS.match(head))

    def records(self, stream: BinaryIO, path: str, options: Options) -> Iterator[Record | Rejection]:
        held: list[bytes] = []
        start = ordinal = size = 0
        for offset, line in bounded_lines(stream, MAX_RECORD):
            if line is None or size > MAX_RECORD:
                ordinal += 1
                yield Rejection(Location(path, start, ordinal), "too_large", f"a text of over {MAX_RECORD:,} bytes")
                return
            stop = line.startswith(b"*STOP")
            if stop or line.startswith(b"*TEXT"):
                if held:
                    ordinal += 1
                    yield Record(Location(path, start, ordinal), b"".join(held))
                held, start, size = [], offset, 0
            if stop:
                return
            if held or line.strip():
                held.append(line)
                size += len(line)
        if held:
            yield Record(Location(path, start, ordinal + 1), b"".join(held))

    def article(self, record: Record, options: Options) -> Article:
        """The article of one text. Raises BadRecord: `bad_header`, `no_article`."""
        first, _, rest = record.raw.partition(b"\n")
        header = _TIME_HEADER.match(first)
        if not header:
            raise BadRecord("the header is not '*TEXT number mm/dd/yy PAGE number'", code="bad_header")
        number, month, day, year, _ = (part.decode("ascii") for part in header.groups())
        text = _BEFORE_STOP.sub("", " ".join(decoded(rest).split()))
        if not text:
            raise BadRecord("the text is empty", code="no_article")
        return Article(
            text=text,
            archive_id=number,
            source="TIME",
            language="en",
            published=published(f"19{year}-{month}-{day}", "archive"),
            location=record.location,
        )
