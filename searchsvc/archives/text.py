"""Plain text: one article a file, with its title, date and byline at its head.

Three shapes are met: a title line, then "By …" and a date; a block of "Title: …" lines; and a blog's page saved as
text, which has the date before the title, often a cut lead that the story then repeats, and the blog's own footer.
A date is read only where it stands alone at the head, never out of the running text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from searchsvc.archives.bylines import names
from searchsvc.archives.dates import published
from searchsvc.archives.fieldnames import article_of, field_of
from searchsvc.archives.paragraphs import joined, normal, paragraphs
from searchsvc.archives.records import MAX_RECORD, Options, Record, Rejection
from searchsvc.archives.streams import decoded
from searchsvc.article import UNKNOWN, Article, Location, Published

_HEADER = re.compile(r"^\s*([A-Za-z][A-Za-z _-]{1,24})\s*:\s*(.*)$")
_BYLINE = re.compile(r"^\s*(?:(?:written|reported|posted|published) )?by\s*:?\s+(?P<names>\S.*)$", re.IGNORECASE)
_DATE_APART = re.compile(r"\s+[|•·–—]\s+|\s*[|•·]\s*|\t+")
_LINK = re.compile(r"^\s*(?:(?:from|source|link|url|original|via)\s*:?\s*)?(https?://\S+)\s*$", re.IGNORECASE)
_QUOTE_FROM = re.compile(r"^\s*(?:begin|end) quote(?:d)?(?: (?:partial )?(?:quote )?from)?\b[^.]{0,80}$", re.IGNORECASE)
_CUT = re.compile(r"\s*(?:…|\.\.\.|\[…\]|\[\.\.\.\])\s*(?:(?:read|see|learn) more\W*)?$", re.IGNORECASE)

#: What a blog prints beneath a post, as whole lines. All that follows the first kind is the readers'.
_COMMENTS = re.compile(
    r"^\s*(?:(?:no|\d+) (?:comments?|responses?|replies)\s*:?|post a comment|leave a (?:comment|reply)|comments:)\s*$",
    re.IGNORECASE,
)
_FOOTER = re.compile(
    r"^\s*(?:posted by\b.{0,80}|(?:(?:newer|older) posts?|home|\s)+|labels?:.{0,300}|tags:.{0,300}|share(?: this)?:?"
    r"|(?:share|pin|tweet|email)(?:\s+(?:this|to|on|it|twitter|facebook|pinterest|x|email|blogthis!?))*!?"
    r"|(?:email this\s*)?(?:blogthis!\s*)?(?:share to \w+\s*)+|email this|blogthis!"
    r"|subscribe to:.{0,80}|links to this post:?|reactions:?|view web version|powered by blogger\.?"
    r"|(?:previous|next) post|(?:filed|posted) (?:under|in):?.{0,200})\s*$",
    re.IGNORECASE,
)
_LABELS = re.compile(r"^\s*(?:labels?|tags)\s*:\s*(.+)$", re.IGNORECASE)
_POSTED = re.compile(r"^\s*posted by\s*:?\s+(.+?)(?:\s+(?:at|on)\b.*)?$", re.IGNORECASE)
_UPDATED = re.compile(r"^\W*(?:last )?(?:updated|modified)\b", re.IGNORECASE)
_SOME_DATE = re.compile(r"^\W*\d{1,2}([/.-])\d{1,2}\1\d{2,4}\W*$")
_MOST_BYLINE_WORDS = 16
#: Lines before the title, and a title's length, beyond which the file is taken to begin with its text.
_HEAD_LINES, _LONGEST_TITLE = 12, 200


class PlainText:
    """The reader; see the module."""

    name = "Plain text"
    suffixes = (".txt", ".text", ".md", ".markdown")

    def recognises(self, head: bytes) -> bool:
        return False

    def records(self, stream: BinaryIO, path: str, options: Options) -> Iterator[Record | Rejection]:
        raw = stream.read(MAX_RECORD + 1)
        if len(raw) > MAX_RECORD:
            yield Rejection(Location(path), "too_large", f"a text of over {MAX_RECORD:,} bytes")
        else:
            yield Record(Location(path), raw)

    def article(self, record: Record, options: Options) -> Article:
        lines = decoded(record.raw).replace("\r\n", "\n").replace("\r", "\n").split("\n")
        headers, rest = _headers(lines)
        if headers:
            values = {**headers, "text": "\n".join(_without_footer(rest).lines)}
            article = article_of(values, Options(source=options.source), record.location)
            date = article.published
            return replace(article, published=Published(date.at, date.precision, "text") if date else UNKNOWN)
        return _article(lines, record.location, options)


def _headers(lines: list[str]) -> tuple[dict[str, str], list[str]]:
    """The block of "Title: …" lines that a file begins with, and the lines behind it; none is ({}, lines)."""
    values: dict[str, str] = {}
    at = next((i for i, line in enumerate(lines) if line.strip()), len(lines))
    front = lines[at : at + 1] == ["---"]
    last = ""
    for number in range(at + front, len(lines)):
        line = lines[number]
        match = _HEADER.match(line)
        field = field_of(match[1]) if match else None
        if not line.strip() or line.strip() == "---" or field == "text" or (not values and not field):
            at = number + (0 if match else 1)
            break
        if match and (field or values):
            last = match[1]
            values.setdefault(last, match[2].strip())
        elif line[0] in " \t" and last:
            values[last] = f"{values[last]} {line.strip()}"
        else:
            at = number
            break
    else:
        at = len(lines)
    fields = {field for name in values if (field := field_of(name))}
    if not fields or (len(values) == 1 and fields != {"title"} and not front):
        return {}, lines
    return values, lines[at:]


@dataclass
class _Footless:
    """The lines without the blog's footer, and what it said."""

    lines: list[str]
    tags: tuple[str, ...] = ()
    posted_by: tuple[str, ...] = ()


def _without_footer(lines: list[str]) -> _Footless:
    written = [number for number, line in enumerate(lines) if line.strip()]
    end = next((number for number in written[2:] if _COMMENTS.match(lines[number])), len(lines))
    found = _Footless(lines)
    while end and (not lines[end - 1].strip() or (end - 1 in written[2:] and _FOOTER.match(lines[end - 1]))):
        end -= 1
        if labels := _LABELS.match(lines[end]):
            found.tags = tuple(filter(None, (label.strip() for label in labels[1].split(","))))
        if posted := _POSTED.match(lines[end]):
            found.posted_by = names(posted[1])
    found.lines = lines[:end]
    return found


@dataclass
class _Head:
    """What the head of a text has said so far."""

    title: str = ""
    published: Published = UNKNOWN
    updated: Published = UNKNOWN
    byline: tuple[str, ...] = ()
    url: str = ""
    repost: bool = False

    def takes(self, line: str, after: list[str]) -> bool:
        """Whether the line belongs to the head; if so, what it says is kept. `after` are the lines behind it."""
        if _QUOTE_FROM.match(line):
            self.repost = True
        elif link := _LINK.match(line):
            self.url = self.url or link[1]
        elif self.takes_credit(line):
            pass
        elif not self.title and _is_title(line, after):
            self.title = line.lstrip("# ")
        else:
            return bool(self.title) and normal(line) == normal(self.title)
        return True

    def takes_credit(self, line: str) -> bool:
        """Whether the line is a date, a byline, or both: "By Ann Lee | April 28, 2016"."""
        dates, byline = [], self.byline
        for part in filter(None, _DATE_APART.split(line)):
            if date := published(part, "text"):
                dates.append((part, date))
                continue
            if _SOME_DATE.match(part):
                continue  # 05/04/2016: a date, but which?
            by = _BYLINE.match(part)
            if not by or len(part.split()) > _MOST_BYLINE_WORDS:
                return False
            who, _, rest = by["names"].partition(",")
            if date := published(rest.strip(), "text"):
                dates.append((rest, date))
            found = names(who if date else by["names"])
            if not found:
                return False
            byline = byline or found
        for part, date in dates:
            if _UPDATED.match(part):
                self.updated = self.updated or date
            else:
                self.published = self.published or date
        self.byline = byline
        return True


def _is_title(line: str, after: list[str]) -> bool:
    """Whether a line heads what follows, and is not the first of it."""
    if len(line) > _LONGEST_TITLE or _CUT.search(line):
        return False
    following = next((other.strip() for other in after if other.strip()), "")
    sentence = line.endswith(".") and not re.search(r"\b[A-Z]\.$|\.\.$", line)
    if not following:
        return not sentence and len(line) <= 100
    if _QUOTE_FROM.match(following) or _Head().takes_credit(following):
        return True
    if not after[0].strip():
        return not (sentence and len(line) > 80)
    # No blank line between: a heading is short and unfinished, what it heads is a long line.
    return len(line) <= 120 and not line.endswith((".", ",", ";", ":")) and len(following) > max(100, len(line))


def _article(lines: list[str], location: Location, options: Options) -> Article:
    footless = _without_footer(lines)
    lines, head, at = footless.lines, _Head(), 0
    for _ in range(_HEAD_LINES):
        while at < len(lines) and not lines[at].strip():
            at += 1
        if at == len(lines) or not head.takes(lines[at].strip("\ufeff \t"), lines[at + 1 :]):
            break
        at += 1
    found = _without_repeats(paragraphs("\n".join(lines[at:])), head.title)
    return Article(
        title=" ".join(head.title.split()),
        text=joined(found),
        url=head.url,
        source=options.source,
        # Who reposts a story did not write it.
        byline=head.byline or (() if head.repost else footless.posted_by),
        tags=footless.tags,
        published=head.published or head.updated,
        location=location,
    )


def _without_repeats(found: list[str], title: str) -> list[str]:
    """Without the title said again, the repost's own words, and a cut lead that the story behind it begins with."""
    if title:
        again = normal(title)
        found = [text for text in found if len(text) > 2 * len(title) + 20 or normal(text) != again]
    found = [text for number, text in enumerate(found) if number >= _HEAD_LINES or not _QUOTE_FROM.match(text)]
    for end in range(1, min(len(found), 6)):
        if not _CUT.search(found[end - 1]):
            continue
        story = normal(" ".join(found[end : end + 6]))
        for start in range(end):
            lead = normal(_CUT.sub("", " ".join(found[start:end])))
            # The last word may be cut in two.
            if lead.count(" ") >= 5 and story.startswith(lead):
                return found[:start] + found[end:]
    return found
