"""PDF: a document with a text layer is one article.

Needs the extra `pdf`. Nothing is drawn and no picture is read: a scan without a text layer is rejected. When a file
was made says nothing about when its article was published, so the date is unknown.
"""

from __future__ import annotations

import importlib
import io
import logging
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from searchsvc.archives.agency import byline_of, tags_of
from searchsvc.archives.fieldnames import language_code, listed
from searchsvc.archives.paragraphs import joined, normal
from searchsvc.archives.records import MAX_RECORD, Options, Record, Rejection
from searchsvc.article import Article, Location
from searchsvc.errors import BadRecord

MISSING = "PDF is read with pypdf, which is not installed: pip install 'searchsvc[pdf]'"

#: A document of more pages is a book; one that takes longer is a trap.
MAX_PAGES, MAX_SECONDS = 500, 30.0
MAX_CHARACTERS = 5_000_000
#: Bytes that one page is drawn with: parsing takes seconds for a million, and no clock stops it.
MAX_DRAWN = 5_000_000

#: Lines at the top and the foot of a page that may be its header or footer.
_EDGE = 3
_FILE_NAME = re.compile(
    r"^(?:untitled|unnamed|no title|document\d*|layout \d+|page \d+|slide \d+|print|microsoft (?:word|powerpoint)\b.*"
    r"|.*\.(?:docx?|odt|rtf|pdf|indd|qxd|pages|tex|dvi|ps|txt|html?|pptx?|xlsx?)|[\w-]*\d[\w-]*)$",
    re.IGNORECASE,
)
_PAGE_NUMBER = re.compile(
    r"^(?:page|seite|p\.)?\s*[-–—]?\s*\d{1,4}(?:\s*(?:of|von|/)\s*\d{1,4})?\s*[-–—]?$", re.IGNORECASE
)
_DIGITS = re.compile(r"\d+")
_HYPHEN = re.compile(r"([^\W\d_])[-\u00ad\u2010]$")
_BYLINE = re.compile(r"^(?:By|BY|Von|VON|Par|Por)(?: (?:and|und|et|y|[A-ZÀ-Þ][\w.'’-]*),?){2,8}$")
_SENTENCE_END = re.compile(r"[.!?:][\"'”’»)]*$")
_LARGER = 1.15


class Pdf:
    """The reader; see the module."""

    name = "PDF"
    suffixes = (".pdf",)

    def recognises(self, head: bytes) -> bool:
        return b"%PDF-" in head[:1_024] and head.lstrip()[:5] == b"%PDF-"

    def records(self, stream: BinaryIO, path: str, options: Options) -> Iterator[Record | Rejection]:
        raw = stream.read(MAX_RECORD + 1)
        if len(raw) > MAX_RECORD:
            yield Rejection(Location(path), "too_large", f"a document of over {MAX_RECORD:,} bytes")
        else:
            yield Record(Location(path), raw)

    def article(self, record: Record, options: Options) -> Article:
        """The article of a document. Raises BadRecord: `missing_extra`, `encrypted`, `bad_pdf`, `no_text_layer`,
        `too_large`, `too_slow`."""
        try:
            pypdf = importlib.import_module("pypdf")
        except ImportError as error:
            raise BadRecord(MISSING, code="missing_extra") from error
        logging.getLogger("pypdf").setLevel(logging.CRITICAL)
        try:
            read = _read(pypdf, record.raw)
        except BadRecord:
            raise
        except RecursionError as error:
            raise BadRecord("objects lie too deep in one another", code="bad_pdf") from error
        except Exception as error:  # pypdf raises what it stumbles on: KeyError, ValueError, its own PyPdfError
            reason = " ".join(str(error).split())[:200] or type(error).__name__
            raise BadRecord(f"the file is broken: {reason}", code="bad_pdf") from error
        pages = list(_without_edges(read.pages))
        if not any(re.search(r"[^\W\d_]{2}", line) for lines in pages for line in lines):
            raise BadRecord("no text layer, as a scan has none: have its text recognised first", code="no_text_layer")
        title = read.title if _is_title(read.title) else read.largest or next(line for page in pages for line in page)
        title = " ".join(title.split())
        lines, byline = _without_byline(_after_title([line for page in pages for line in page], title))
        found = _paragraphs(lines)
        return Article(
            title=title,
            text=joined(found, title),
            source=options.source,
            language=language_code(read.language),
            byline=byline_of([byline], options.source),
            tags=tags_of(listed(read.keywords)),
            location=record.location,
        )


@dataclass(slots=True)
class _Read:
    """What the file says: its own metadata, the lines of each page, and the line set largest on the first page."""

    title: str = ""
    keywords: str = ""
    language: str = ""
    largest: str = ""
    pages: list[list[str]] = field(default_factory=list)


def _read(pypdf: Any, raw: bytes) -> _Read:
    started = time.monotonic()
    if b"%%EOF" not in raw[-2_048:]:
        # What is left would pass for the whole: pypdf mends such files.
        raise BadRecord("the file is cut off: it does not end in %%EOF", code="bad_pdf")
    reader = pypdf.PdfReader(io.BytesIO(raw), strict=False)
    # Many files are locked against printing alone, with an empty password to read them.
    if reader.is_encrypted and not _unlocked(reader):
        raise BadRecord("the file is encrypted", code="encrypted")
    count = len(reader.pages)
    if count > MAX_PAGES:
        raise BadRecord(f"a document of {count:,} pages, over the limit of {MAX_PAGES}", code="too_large")
    facts = reader.metadata or {}
    read = _Read(title=_fact(facts, "/Title"), keywords=_fact(facts, "/Keywords"))
    read.language = str(reader.trailer["/Root"].get_object().get("/Lang") or "")
    size = 0

    def hasten(*_: Any) -> None:
        if time.monotonic() - started > MAX_SECONDS:
            raise BadRecord(f"not read within {MAX_SECONDS:.0f} seconds", code="too_slow")

    for number, page in enumerate(reader.pages):
        drawn = page.get_contents()
        if drawn is not None and len(drawn.get_data()) > MAX_DRAWN:
            raise BadRecord(f"page {number + 1} is drawn with over {MAX_DRAWN:,} bytes", code="too_large")
        sizes = _Sizes()
        text = page.extract_text(visitor_text=sizes.visit if number == 0 else None, visitor_operand_before=hasten)
        if number == 0:
            read.largest = sizes.largest()
        size += len(text)
        if size > MAX_CHARACTERS:
            raise BadRecord(f"a text of over {MAX_CHARACTERS:,} characters", code="too_large")
        hasten()
        read.pages.append([line.rstrip() for line in text.split("\n")])
    return read


def _unlocked(reader: Any) -> bool:
    try:
        return bool(reader.decrypt(""))
    except Exception:  # a cipher for which a library is missing, too
        return False


def _fact(facts: Any, name: str) -> str:
    value = facts.get(name)
    return " ".join(str(value).split()) if value is not None else ""


class _Sizes:
    """How large each piece of a page's text is set."""

    def __init__(self) -> None:
        self._pieces: list[tuple[float, str]] = []

    def visit(self, text: str, cm: Any, tm: Any, font: Any, size: Any) -> None:
        try:
            scale = abs(float(tm[3])) or abs(float(tm[1])) or 1.0
            scale *= abs(float(cm[3])) or 1.0
            self._pieces.append((round(float(size) * scale, 1), text))
        except (TypeError, ValueError, IndexError):
            return

    def largest(self) -> str:
        """The first run of the text that is set clearly larger than most, "" where none is."""
        weights: Counter[float] = Counter()
        for size, text in self._pieces:
            weights[size] += len(text.strip())
        if not weights:
            return ""
        usual = weights.most_common(1)[0][0]
        most = max((size for size, count in weights.items() if count >= 8), default=usual)
        if most < usual * _LARGER:
            return ""
        run: list[str] = []
        for size, text in self._pieces:
            if size == most:
                run.append(text)
            elif run and text.strip():
                break
        title = " ".join(" ".join(run).split())
        return title if len(title) <= 300 else ""


def _is_title(claim: str) -> bool:
    """Whether the metadata's title is one: not the name of a file or of a program."""
    return len(claim.split()) >= 2 and not _FILE_NAME.match(claim) and bool(re.search(r"[^\W\d_]{2}", claim))


def _without_edges(pages: list[list[str]]) -> Iterator[list[str]]:
    """The pages' lines without page numbers, and without what stands at the same edge of most pages."""
    counts: Counter[str] = Counter()
    for lines in pages:
        counts.update({_edge_form(lines[place]) for place in _edges(lines)})
    most = max(3, (len(pages) + 1) // 2)
    for lines in pages:
        edges = _edges(lines)
        dropped = {
            place
            for place in edges
            if counts[_edge_form(lines[place])] >= most or _PAGE_NUMBER.match(lines[place].strip())
        }
        yield [line for place, line in enumerate(lines) if place not in dropped]


def _edges(lines: list[str]) -> list[int]:
    filled = [place for place, line in enumerate(lines) if line.strip()]
    return filled if len(filled) <= 2 * _EDGE else [*filled[:_EDGE], *filled[-_EDGE:]]


def _edge_form(line: str) -> str:
    """What the lines "The Herald  12" and "The Herald  13" have in common."""
    return _DIGITS.sub("#", " ".join(line.split())).lower()


def _after_title(lines: list[str], title: str) -> list[str]:
    """The lines without those near the top that are the title."""
    wanted = normal(title)
    filled = [place for place, line in enumerate(lines) if line.strip()][:12]
    for first in range(len(filled)):
        for last in range(first, min(first + 6, len(filled))):
            if normal(" ".join(lines[place] for place in filled[first : last + 1])) == wanted:
                return [*lines[: filled[first]], "", *lines[filled[last] + 1 :]]
    return lines


def _without_byline(lines: list[str]) -> tuple[list[str], str]:
    """The lines without a byline near the top, and that byline: all its words are names, unlike those of a sentence."""
    for place in [place for place, line in enumerate(lines) if line.strip()][:6]:
        if _BYLINE.match(line := " ".join(lines[place].split())):
            return [*lines[:place], "", *lines[place + 1 :]], line
    return lines, ""


def _paragraphs(lines: list[str]) -> list[str]:
    """The paragraphs: they end at a blank line, before an indent, and with a sentence that ends short of the margin."""
    widths = sorted(len(line.strip()) for line in lines if line.strip())
    usual = widths[len(widths) * 3 // 4] if widths else 0
    found: list[str] = []
    held: list[str] = []

    def end() -> None:
        if held:
            found.append("".join(held))
            held.clear()

    for line in lines:
        text = " ".join(line.split())
        if not text or line[:3].isspace():
            end()
        if not text:
            continue
        if held and _HYPHEN.search(held[-1]) and text[0].islower():
            held[-1] = held[-1][:-1]
        elif held:
            held.append(" ")
        held.append(text)
        if _SENTENCE_END.search(text) and len(text) < usual * 0.8:
            end()
    end()
    return found
