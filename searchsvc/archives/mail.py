"""E-mail: a message (.eml) is one article, a mailbox (mbox) as many as it has messages.

The subject is the title, and the text is the plain part, or the HTML one where the plain part only says that there is
one. The list that sent it is the source ("BBC Daily <daily.bbc.example>"), else the organisation that the sender names,
else what the user said, else the sender's domain; the sender's name is the byline. Attachments are not read. What
lists and mail programs put beneath a message, from "-- " on or a last note on how to unsubscribe, is not kept.
That a file ends early shows only within a message of several parts.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from email.message import Message
from typing import BinaryIO

from searchsvc.archives import messages
from searchsvc.archives.bylines import names
from searchsvc.archives.dates import published
from searchsvc.archives.fieldnames import language_code, listed
from searchsvc.archives.markup import written
from searchsvc.archives.paragraphs import joined, paragraphs
from searchsvc.archives.records import MAX_RECORD, Options, Record, Rejection
from searchsvc.archives.streams import bounded_lines
from searchsvc.article import Article, Location
from searchsvc.errors import BadRecord

# "From ann@example.com Sat Jan  3 01:05:34 1996", "From ann at example.com  Sat Jan  3 01:05:34 1996".
_FROM_LINE = re.compile(rb"From \S.{0,200}\d{1,2}:\d\d(?::\d\d)?.{0,40}\b(?:19|20)\d\d\b.{0,40}\r?\n?$")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
#: Headers that mail alone has; what begins with "Title:" and "Date:" is a text.
_MAIL_ALONE = frozenset(
    "message-id mime-version received return-path delivered-to content-transfer-encoding list-id x-mailer"
    " dkim-signature reply-to x-original-to".split()
)
_ADDRESSED = frozenset("from sender subject date to".split())

_SIGNATURE = re.compile(r"^-- \r?$", re.MULTILINE)
_RULED_NOTE = re.compile(
    r"^(?:_{10,}|-{10,}|={10,}|\*{10,})[ \t]*\r?\n(?:(?!^(?:_{10,}|-{10,}|={10,}|\*{10,})).*\n?){0,12}\Z", re.MULTILINE
)
_ABOUT_LIST = re.compile(
    r"unsubscribe|mailing list|listinfo|abmelden|abbestellen|newsletter abbestellen|se désabonner|désinscri"
    r"|darse de baja|cancelar (?:la )?suscripci|disiscri|manage (?:your )?(?:subscription|preferences|e-?mail)"
    r"|update your (?:e-?mail )?preferences|view (?:this (?:e-?mail|message) )?in (?:your |a )?(?:web )?browser"
    r"|you (?:are receiving|received|have received) this|sie erhalten diese",
    re.IGNORECASE,
)
_ABOUT_MAIL = re.compile(r"confidential|vertraulich|intended recipient|in error|virus", re.IGNORECASE)
_LIST_NAME = re.compile(r'^\s*"?([^"<]*?)"?\s*<')
_ADDRESS_IN = re.compile(r"https?://[^\s<>]+")
#: A plain part that has less than this part of what the HTML part says is there for form's sake.
_LEAST_PLAIN = 0.2
_MOST_TRIMMED, _LONGEST_NOTE = 6, 400


class Mail:
    """The reader; see the module."""

    name = "E-mail"
    suffixes = (".eml", ".mbox", ".mbx")

    def recognises(self, head: bytes) -> bool:
        first, _, rest = head.removeprefix(codecs.BOM_UTF8).partition(b"\n")
        if _FROM_LINE.match(first):
            return bool(messages.header_names(rest.replace(b"\r\n\r\n", b"\n\n")))
        found = messages.header_names(head)
        return len(found & _MAIL_ALONE) >= 1 and len(found & _ADDRESSED) >= 2

    def records(self, stream: BinaryIO, path: str, options: Options) -> Iterator[Record | Rejection]:
        """Messages by their "From " lines, each of which has a blank line before it; else the file is one message."""
        lines: list[bytes] = []
        start = ordinal = size = 0
        mailbox: bool | None = None
        blank = True
        for offset, line in bounded_lines(stream, MAX_RECORD):
            begins = blank and line is not None and bool(_FROM_LINE.match(line))
            if mailbox is None and line is not None and line.strip(b"\xef\xbb\xbf \t\r\n"):
                mailbox = begins
            if mailbox and begins and lines:
                ordinal += 1
                yield _message(Location(path, start, ordinal), lines, size)
                lines, size = [], 0
            if not lines:
                start = offset
            size += MAX_RECORD + 1 if line is None else len(line)
            if size <= MAX_RECORD and line is not None:
                lines.append(line)
            elif not lines:
                lines.append(b"")
            blank = line is not None and not line.strip(b"\r\n")
        if lines:
            yield _message(Location(path, start, ordinal + 1), lines, size)

    def article(self, record: Record, options: Options) -> Article:
        """The article of a message. Raises BadRecord: `too_deep`, `too_large`, `bad_message`,
        `truncated`, `no_article`."""
        raw = record.raw.removeprefix(codecs.BOM_UTF8)
        if _FROM_LINE.match(raw[:400].partition(b"\n")[0]):
            raw = _QUOTED_FROM.sub(rb"\1", raw.partition(b"\n")[2])
        message = messages.message_of(raw.lstrip())
        if messages.ends_early(message) and not messages.is_attached(messages.leaves(message)[-1]):
            raise BadRecord("the message ends within its text", code="truncated")
        title = messages.header(message, "subject")
        story = _story(message)
        if not title and not story:
            raise BadRecord("the message has neither a subject nor a text", code="no_article")
        sender, mailbox = messages.address(message, "from")
        listed_as = _LIST_NAME.match(messages.header(message, "list-id"))
        archived = _ADDRESS_IN.search(messages.header(message, "archived-at"))
        return Article(
            title=title,
            text=joined(story, title),
            url=archived[0] if archived else "",
            archive_id=messages.header(message, "message-id").strip("<> "),
            source=(listed_as[1] if listed_as else "")
            or messages.header(message, "organization")
            or options.source
            or mailbox.rpartition("@")[2],
            language=language_code(messages.header(message, "content-language")),
            byline=names(sender),
            tags=listed(messages.header(message, "keywords")),
            published=published(messages.date(message), "archive"),
            location=record.location,
        )


def _message(where: Location, lines: list[bytes], size: int) -> Record | Rejection:
    if size > MAX_RECORD:
        return Rejection(where, "too_large", f"a message of over {MAX_RECORD:,} bytes")
    return Record(where, b"".join(lines))


def _story(message: Message) -> list[str]:
    plain: list[str] = []
    page: list[str] = []
    for kind, text in messages.text_parts(message):
        if kind == "text/plain":
            text = _SIGNATURE.split(text.replace("\r\n", "\n"), maxsplit=1)[0]
            note = _RULED_NOTE.search(text, max(0, len(text) - 4_000))
            if note and (_ABOUT_LIST.search(note[0]) or _ABOUT_MAIL.search(note[0])):
                text = text[: note.start()]
            plain.extend(paragraphs(text))
        elif not page:
            page = written(text)
    if sum(map(len, plain)) < sum(map(len, page)) * _LEAST_PLAIN:
        return _without_notes(page)
    return _without_notes(plain)


def _without_notes(found: list[str]) -> list[str]:
    """Without the paragraphs at the end that are about the list."""
    first = next(
        (
            at
            for at, text in enumerate(found)
            if at >= len(found) - _MOST_TRIMMED and at and len(text) <= _LONGEST_NOTE and _ABOUT_LIST.search(text)
        ),
        len(found),
    )
    return found[:first]
