"""Wire copy with its control characters: ANPA 1312, as AP sent it, and IPTC 7901, as dpa does.

A transmission begins with SOH, its text with STX, and ends with ETX or EOT; a file may hold many. Notes to editors,
which both formats put beside the story, are dropped. A date is taken only where its year is given: with two figures
here, from 1970 to 2069.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from searchsvc.archives.agency import byline_of, tags_of
from searchsvc.archives.dates import published
from searchsvc.archives.paragraphs import joined
from searchsvc.archives.records import MAX_RECORD, Options, Record, Rejection
from searchsvc.article import UNKNOWN, Article, Location, Published
from searchsvc.errors import BadRecord

_SOH, _STX, _ETX, _EOT = b"\x01", b"\x02", b"\x03", b"\x04"
_CHUNK = 1 << 18

_BEGINS = re.compile(rb"^[\s\x00\x16\x7f]*\x01[\w*][^\x00\x02\x04]{0,400}\x02", re.DOTALL)
_END = re.compile(rb"\x04|(?=\x01[\w*])")

# "eca0124 3 i 93  dpa 1888": service and number, priority, category, words, codes, agency, number of the story.
_IPTC = re.compile(
    r"^\s*[a-z]{2,5}\s?\d{2,5}\s+(?P<priority>\d)\s+(?P<category>[a-z]{1,3})\s+(?P<words>\d+)\s+(?P<rest>.*)$"
)
# "W2870\x1f_asian" and in the next line "f l BC-LT--Argentina-CancerB     11-13 1049"
_ANPA = re.compile(r"^(?P<priority>[a-z])\s(?P<category>[a-z])(?P<rest>\W.*)$", re.MULTILINE)
_CATEGORIES = {
    "a": "National", "e": "Entertainment", "f": "Finance", "i": "International", "l": "Lifestyle", "p": "Politics",
    "s": "Sports", "w": "Washington",
}  # fmt: skip

# "AP-WF-11-13-13 1509GMT" is 13 November 2013; "212101 GMT Nov 18" is the 21st of November 2018, 21:01.
_ANPA_DATE = re.compile(r"\b\w{2,4}-\w{2}-(\d{2})-(\d{2})-(\d{2})\s+(\d{2})(\d{2})GMT")
_IPTC_DATE = re.compile(r"^\s*(\d{2})(\d{2})(\d{2})(\s+GMT)?\s+([A-Za-zäÄ]{3,4})\s+(\d{2})\s*$")

_TABS = str.maketrans(dict.fromkeys("\x08\x10\x1e\x1f\x11\x12\x13\x14\x7f", " "))
_WORD_COUNT = re.compile(r",\s*\d*\s*$")
_FOR_EDITORS = re.compile(
    r"^\(?(?:Eds?\b|Editors?:|AP (?:Photo|Graphic|Video)|With AP |Moved\b|Photos?:)", re.IGNORECASE
)
_BY = re.compile(r"^(?:by|von)\s+\S", re.IGNORECASE)
_SERIAL = re.compile(r"^\*\d+$")
_SLUG = re.compile(r"^(?:BC|AP|AM|PM)-+")
_TAKE = re.compile(r",\s*\d*(?:st|nd|rd|th)?\s*(?:Ld|Add|Lead)\b.*$|-ABRIDGED\b.*$", re.IGNORECASE)
_MARKS = re.compile(r"^(?:\(.{1,40}\)|[A-Z0-9][A-Z0-9 .:+-]{1,30})$")
_NOTEBOOK = re.compile(
    r"^#+\s*(?:dpa[ -])?notebook\b|^\*(?: \*){2,}$|following information is not (?:intended )?for publication", re.I
)
_SIGN_OFF = re.compile(r"^[a-z]{2,6}(?: [a-z]{2,5}\d?){1,5}$")
_RULE = re.compile(r"^[\W_]+$")


class Wire:
    """The reader; see the module."""

    name = "Wire copy"
    suffixes = (".anpa", ".tst")

    def recognises(self, head: bytes) -> bool:
        return bool(_BEGINS.match(head))

    def records(self, stream: BinaryIO, path: str, options: Options) -> Iterator[Record | Rejection]:
        buffer, offset, ordinal, ended = b"", 0, 0, False
        while True:
            start = buffer.find(_SOH)
            start = len(buffer) if start < 0 else start
            offset, buffer = offset + start, buffer[start:]
            end = _END.search(buffer, 1)
            if buffer and (end or ended or len(buffer) > MAX_RECORD):
                ordinal += 1
                where = Location(path, offset, ordinal)
                size = end.end() if end else len(buffer)
                raw = buffer[:size]
                if len(raw) > MAX_RECORD:
                    yield Rejection(where, "too_large", f"a transmission of over {MAX_RECORD:,} bytes")
                elif _ETX not in raw and _EOT not in raw:
                    yield Rejection(where, "truncated", "neither ETX nor EOT ends the transmission")
                else:
                    yield Record(where, raw)
                offset, buffer = offset + size, buffer[size:]
                continue
            if ended:
                return
            chunk = stream.read(max(_CHUNK, len(buffer)))
            ended = not chunk
            buffer += chunk

    def article(self, record: Record, options: Options) -> Article:
        """The article of one transmission. Raises BadRecord: `bad_wire` for an unknown header, `no_article`."""
        head, _, rest = record.raw.lstrip(_SOH).partition(_STX)
        body, _, tail = rest.partition(_ETX)
        header = _decoded(head).translate(_TABS)
        text = _decoded(body.rstrip(_EOT)).replace("\r\n", "\n").replace("\r", "\n")
        found: _Iptc | _Anpa
        if iptc := _IPTC.match(header.split("\n")[0].rstrip()):
            found = _Iptc(iptc, header, text, tail.decode("latin-1"))
        elif anpa := _ANPA.search(header):
            found = _Anpa(anpa, text, tail.decode("latin-1"))
        else:
            raise BadRecord("the header is neither ANPA's nor IPTC 7901's", code="bad_wire")
        title = " ".join(found.title.split())
        if not title and not found.paragraphs:
            raise BadRecord("the transmission has neither a headline nor a text", code="no_article")
        source = found.source or options.source
        return Article(
            title=title,
            text=joined(found.paragraphs, title),
            source=source,
            section=found.section,
            byline=byline_of(found.byline, source),
            tags=tags_of(found.tags),
            published=found.published,
            location=record.location,
        )


def _decoded(raw: bytes) -> str:
    """UTF-8, else code page 850 where its letters stand among ASCII ones ("M\x81ller"), else windows-1252."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        old = re.search(rb"[A-Za-z][\x81\x82\x84\x87\x8a\x94][a-z]", raw)
        new = re.search(rb"[A-Za-z][\xe0\xe2-\xff][a-z]", raw)
        return raw.decode("cp850" if old and not new else "cp1252", "replace")


def _year(two: str) -> int:
    return int(two) + (1900 if int(two) >= 70 else 2000)


class _Iptc:
    """IPTC 7901: the keywords stand in the header, the headline and byline before "=", the time after ETX."""

    def __init__(self, header: re.Match[str], whole: str, text: str, tail: str) -> None:
        self.section = ""
        codes = header["rest"].split()
        self.source = codes[-2] if len(codes) > 1 else ""
        keywords = " ".join(whole.split("\n")[1:])
        self.tags = [word.strip() for word in keywords.split("/")]
        top, marked, body = text.partition("=\n")
        if not marked or top.count("\n") > 12:
            top, body = "", text
        lines = [line for line in (" ".join(line.split()) for line in top.split("\n")) if line]
        self.byline = [line for line in lines if _BY.match(line)]
        lines = [line for line in lines if not _BY.match(line)]
        while len(lines) > 1 and _MARKS.match(lines[0]):
            lines.pop(0)
        self.title = " ".join(lines)
        self.paragraphs = list(_iptc_paragraphs(body))
        self.published = _iptc_date(tail)


def _iptc_paragraphs(body: str) -> Iterator[str]:
    blocks = re.split(r"\n\s*\n", body)
    last = max((place for place, block in enumerate(blocks) if block.strip()), default=0)
    for place, block in enumerate(blocks):
        lines = [line for line in (" ".join(line.split()) for line in block.split("\n")) if line]
        if any(_NOTEBOOK.search(line) for line in lines):
            return
        if lines and not (place >= last and len(lines) == 1 and _SIGN_OFF.match(lines[0])):
            yield from lines if all(line.startswith("- ") for line in lines) else [" ".join(lines)]


def _iptc_date(tail: str) -> Published:
    for line in tail.split("\n"):
        if match := _IPTC_DATE.match(line.rstrip("\r \x7f\x04")):
            day, hour, minute, zone, month, year = match.groups()
            return published(f"{day} {month} {_year(year)} {hour}:{minute}{zone or ''}", "archive")
    return UNKNOWN


class _Anpa:
    """ANPA 1312: lines that begin with "^" are set on their own, "<" and "=" end them, and text lines are indented."""

    def __init__(self, header: re.Match[str], text: str, tail: str) -> None:
        self.section = _CATEGORIES.get(header["category"], "")
        self.byline: list[str] = []
        self.paragraphs: list[str] = []
        self.title, slug = "", ""
        self.source = ""
        beside: list[tuple[bool, str]] = []  # what stands between headline and story: the lead again, or a list's head
        after_byline = False
        for own_line, centred, line in _anpa_lines(text):
            if not own_line:
                self.paragraphs.append(line)
            elif _SERIAL.match(line) or _FOR_EDITORS.match(line):
                continue
            elif not slug and not self.title:
                slug = line
            elif self.paragraphs:
                self.paragraphs.append(line)
            elif _BY.match(line) and not self.byline:
                self.byline.append(line)
                after_byline = True
            elif not self.title:
                self.title = line
            elif after_byline and centred and not re.search(r"\d|;", line) and not line.isupper():
                after_byline = False  # "AP Business Writer"
            else:
                after_byline = False
                beside.append((centred, line))
        kept = [line for centred, line in beside if centred or not self.paragraphs]
        self.paragraphs = [line for line in (*kept, *self.paragraphs) if not _RULE.match(line)]
        slug = _WORD_COUNT.sub("", slug)
        self.title = self.title or _SLUG.sub("", slug)
        self.tags = [_TAKE.sub("", _SLUG.sub("", slug))]
        self.published = UNKNOWN
        if match := _ANPA_DATE.search(tail):
            month, day, year, hour, minute = match.groups()
            self.published = published(f"{_year(year)}-{month}-{day}T{hour}:{minute}Z", "archive")
        if re.search(r"\bAP-W", tail) or re.search(r"\(AP\) _", text[:2_000]):
            self.source = "AP"


def _anpa_lines(text: str) -> Iterator[tuple[bool, bool, str]]:
    """(stands on its own, is centred, what it says) of the lines; text that a line end wrapped is one again."""
    held: list[str] = []
    for raw in [*text.split("\n"), "^"]:
        indented, own_line = raw[:1] == "\t" or raw[:3] == "   ", raw.lstrip(" ").startswith("^")
        if held and (indented or own_line or not raw.strip()):
            yield False, False, " ".join(held)
            held.clear()
        if own_line:
            for part in raw.split("^"):
                centred = part.rstrip().endswith("=")
                if said := _anpa_text(part):
                    yield True, centred, said
        elif said := _anpa_text(raw):
            if raw[:1] in "\x08" or raw.rstrip().endswith("\x10"):
                yield False, False, said.replace("^", "").strip()  # a line of a table
            else:
                held.append(said)


def _anpa_text(raw: str) -> str:
    """The text of a line, with wire quotes as quotes."""
    line = " ".join(raw.translate(_TABS).replace("``", '"').replace("''", '"').split())
    return line.rstrip("<=").strip()
