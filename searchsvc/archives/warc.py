"""Web archives: which pages did this WARC or ARC capture? One HTML page that was fetched well is one article.

Taken are `response` records of status 200 and `resource` records, both of HTML only, and a `revisit` of another
address whose page stands earlier in the same file. All else is passed over: requests, metadata, warcinfo, other media
(images, scripts, JSON, feeds), redirects and errors, and a revisit of a page that was read or is not in this file.
When the page was captured is kept beside the article, and is never taken for its publication.

Records are cut by their own lengths here, and not by warcio, which reports nothing of a length that is wrong or a file
that is cut and reads a header line of any size: what it would add after that is the splitting of header lines. Where
a record is damaged it is rejected, and the run goes on with the next that can be found.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from searchsvc.archives.digests import check_digest
from searchsvc.archives.files import PassedOver
from searchsvc.archives.html import MAX_PAGE, Html
from searchsvc.archives.http_response import (
    charset,
    header_lines,
    joined_body,
    media_type,
    parsed_response,
    plain_body,
)
from searchsvc.archives.records import MAX_RECORD, Options, Record, Rejection
from searchsvc.archives.streams import HEAD
from searchsvc.archives.warc_source import WarcSource
from searchsvc.article import Article, Location
from searchsvc.errors import BadRecord

#: Bytes of one header line and of all of a record's, and the length that no record is believed to have.
MAX_LINE, MAX_HEADERS, MAX_LENGTH = 65_536, 262_144, 20_000_000_000
#: Pages kept for the revisits that may follow, in bytes.
MAX_KEPT = 64_000_000

_VERSION = re.compile(rb"WARC/\d\.\d{1,2}[ \t]*\r?\n")
_ARC = re.compile(rb"(\S[^\n]*) (\S+) (\d{12,18}) ([^ \n]+(?: ?;[^\n]*?)?) (-?\w+)[ \t]*\r?\n")
_DATE = re.compile(r"(\d{4}(?:-\d\d(?:-\d\d)?)?)(?:[T ](\d\d:\d\d)(:\d\d)?(?:\.\d+)?Z?)?")
_KINDS = frozenset("warcinfo request metadata conversion continuation filedesc".split())
_HTML = frozenset(("text/html", "application/xhtml+xml"))
_SOFT_ERROR = re.compile(
    r"\W*(?:(?:http )?(?:error )?(?:40[0134]|410|429|50[0234])\b.{0,60}|(?:page|file|document|article) not found"
    r"|seite nicht gefunden|not found|access denied|forbidden|just a moment|attention required.{0,40}|are you a robot"
    r"|service (?:temporarily )?unavailable|internal server error|bad gateway)\W*(?:[|–—-].{0,60})?",
    re.IGNORECASE,
)
#: An error page's text is shorter.
_LONGEST_ERROR = 1_500


class Warc:
    """The reader; see the module. ARC, its forerunner, is read alike."""

    name = "WARC"
    suffixes = (".warc", ".arc")

    def recognises(self, head: bytes) -> bool:
        return head.startswith((b"WARC/", b"filedesc://"))

    def records(self, stream: BinaryIO, path: str, options: Options) -> Iterator[Record | Rejection | PassedOver]:
        yield from _Cutter(WarcSource(stream), path).records()

    def article(self, record: Record, options: Options) -> Article:
        """The article of a captured page. Raises BadRecord; `soft_error` where a page says that there is none."""
        kind, url, date, content_type, payload_digest = record.context
        if kind == "resource":
            stated, body = charset(content_type), record.raw
            if payload_digest:
                check_digest(payload_digest, body)
        else:
            response = parsed_response(record.raw)
            joined = joined_body(response)
            if payload_digest:
                # The standard means the joined body; many tools hash what they stored, some what they unpacked.
                check_digest(payload_digest, response.body, joined, unpacked=response)
            stated, body = response.charset, plain_body(response, joined, MAX_PAGE)
        if not body.strip():
            raise BadRecord("the page is empty", code="no_article")
        article = Html().article(replace(record, raw=body, context=(url, stated)), options)
        if len(article.text) < _LONGEST_ERROR and _SOFT_ERROR.fullmatch(article.title):
            raise BadRecord(f"an error page, though its status is 200: {article.title!r}", code="soft_error")
        return replace(article, captured_at=date)


@dataclass(frozen=True, slots=True)
class _Header:
    """A record's own header. `length` is -1 where it is none; `length_said` is what stands there."""

    kind: str
    url: str
    date: str
    content_type: str
    length: int
    length_said: str
    fields: dict[str, str]


class _Cutter:
    def __init__(self, source: WarcSource, path: str) -> None:
        self._source, self._path = source, path
        self._ordinal = 0
        self._where = Location(path)
        self._kept: OrderedDict[str, tuple[str, Record]] = OrderedDict()
        self._kept_size = 0

    def records(self) -> Iterator[Record | Rejection | PassedOver]:
        source = self._source
        while True:
            while (line := source.line(MAX_LINE)) and not line.strip():
                pass
            if not line:
                fault = source.fault()
                if fault is None:
                    return
                self._ordinal += 1
                yield Rejection(Location(self._path, source.offset, self._ordinal), *fault)
                continue
            self._ordinal += 1
            self._where = Location(self._path, source.offset - len(line), self._ordinal)
            yield self._record(line)

    def _record(self, line: bytes) -> Record | Rejection | PassedOver:
        """The record that this line begins, with the source left where the next should begin."""
        arc = None
        if _VERSION.fullmatch(line):
            header = self._header()
            if isinstance(header, Rejection):
                return header
        elif arc := _ARC.fullmatch(line):
            header = _arc_header(arc)
        elif len(line) >= MAX_LINE:
            return self._lost("long_header", f"a line of over {MAX_LINE:,} bytes where a record should begin")
        elif not line.endswith(b"\n"):
            return self._lost("truncated", "the file ends within a record's first line")
        else:
            return self._lost("garbage", f"no record begins here, but {line[:40].decode('utf-8', 'replace')!r}")
        if not 0 <= header.length <= MAX_LENGTH:
            # Of an ARC whose length was not known, -1 stands for nothing kept.
            return self._lost("bad_length", f"a record's length cannot be {header.length_said[:40]!r}")
        block = self._source.take(min(header.length, MAX_RECORD + 1))
        skipped = self._source.skip(header.length - len(block)) if len(block) > MAX_RECORD else 0
        if len(block) + skipped < header.length:
            left = len(block) + skipped
            return self._lost("truncated", f"the file ends {left:,} bytes into a record of {header.length:,}", block)
        if not self._ends_well(block):
            reason = f"the record is not {header.length:,} bytes long, as it says"
            return self._lost("bad_length", reason, b"" if skipped else block)
        if not self._source.whole and (fault := self._source.fault()):
            return Rejection(self._where, *fault)
        return self._judged(header, block)

    def _header(self) -> _Header | Rejection:
        lines: list[bytes] = []
        size = 0
        while True:
            line = self._source.line(MAX_LINE)
            size += len(line)
            if len(line) >= MAX_LINE or size > MAX_HEADERS:
                return self._lost("long_header", f"a header line of over {MAX_LINE:,} bytes, or {MAX_HEADERS:,} in all")
            if not line.endswith(b"\n"):
                return self._lost("truncated", "the file ends within a record's header")
            if not line.strip():
                break
            if cut := _VERSION.search(line):
                self._source.back(line[cut.start() :])
                return Rejection(self._where, "bad_header", "the header has no end: the next record begins in it")
            lines.append(line)
        fields = header_lines(b"".join(lines))
        said = fields.get("content-length", "")
        url = fields.get("warc-target-uri", "")
        if url.startswith("<") and url.endswith(">"):  # as wget wrote it
            url = url[1:-1]
        return _Header(
            fields.get("warc-type", "").lower(), url.replace(" ", "%20"), _captured(fields.get("warc-date", "")),
            fields.get("content-type", ""), _length(said), said, fields,
        )  # fmt: skip

    def _ends_well(self, block: bytes) -> bool:
        """Whether a record may end here, after this block (of a large one its beginning, which is held to be whole).

        If so, the line ends that follow are read past, else nothing is.
        """
        read: list[bytes] = []
        while (line := self._source.line(MAX_LINE)) and not line.strip(b"\r\n"):
            if len(read) < 100:
                read.append(line)
        # A length too large by a few bytes would leave "p://a.example/" for the address of the next record.
        apart = bool(read) or not block or block.endswith(b"\n") or len(block) > MAX_RECORD
        begins = _VERSION.fullmatch(line) or (apart and _ARC.fullmatch(line))
        if not line or begins or b"".join(read).startswith(b"\r\n\r\n"):
            self._source.back(line)
            return True
        self._source.back(b"".join(read) + line)
        return False

    def _lost(self, code: str, reason: str, block: bytes = b"") -> Rejection:
        """The record is rejected; go to where the next one begins, which may be within the block that was read."""
        source = self._source
        if source.ended and not source.peek() and (fault := source.fault()):
            return Rejection(self._where, *fault)
        if block and not source.back(block):
            source.skip(MAX_LENGTH)
            return Rejection(self._where, "too_damaged", "too many records of a wrong length: the rest is not read")
        if source.find():
            return Rejection(self._where, code, reason)
        fault = source.fault()
        return Rejection(self._where, *(fault or (code, reason)))

    def _judged(self, header: _Header, block: bytes) -> Record | Rejection | PassedOver:
        """What a whole record is to us."""
        if header.kind == "revisit":
            return self._revisited(header)
        if header.kind not in ("response", "resource"):
            return self._passed(header.kind if header.kind in _KINDS else "of no known type")
        fields = header.fields
        if header.kind == "resource":
            status, media = 200, media_type(header.content_type)
        elif not header.url.startswith(("http:", "https:")):
            return self._passed("response of another protocol")
        else:
            try:
                response = parsed_response(block)
            except BadRecord as error:
                return Rejection(self._where, error.code, error.message)
            status, media = response.status, response.media_type
            if not media and Html().recognises(response.body[:HEAD]):
                media = "text/html"
        if status != 200:
            return self._passed(f"status {status}")
        if media not in _HTML:
            return self._passed(f"not a page but {media or 'of no stated type'}")
        if len(block) > MAX_RECORD:
            return Rejection(self._where, "too_large", f"a record of over {MAX_RECORD:,} bytes")
        if fields.get("warc-truncated") or fields.get("warc-segment-number"):
            return Rejection(self._where, "truncated_body", "the crawler kept only a part of the page")
        digest = fields.get("warc-block-digest", "")
        if digest:
            try:
                check_digest(digest, block)
            except BadRecord as error:
                return Rejection(self._where, error.code, error.message)
        payload = fields.get("warc-payload-digest", "")
        url = header.url if header.url.startswith(("http://", "https://")) else ""
        context = (header.kind, url, header.date, header.content_type, payload)
        record = Record(self._where, block, context)
        if payload:
            self._keep(payload, header.url, record)
        return record

    def _revisited(self, header: _Header) -> Record | PassedOver:
        found = self._kept.get(header.fields.get("warc-payload-digest", ""))
        if found is None:
            return self._passed("revisit of no page in this file")
        url, record = found
        if url == header.url:
            return self._passed("revisit of a page that was read")
        kind, _, _, *rest = record.context
        return Record(self._where, record.raw, (kind, header.url, header.date, *rest))

    def _keep(self, digest: str, url: str, record: Record) -> None:
        if digest in self._kept or len(record.raw) > MAX_PAGE:
            return
        self._kept[digest] = (url, record)
        self._kept_size += len(record.raw)
        while self._kept_size > MAX_KEPT:
            _, (_, oldest) = self._kept.popitem(last=False)
            self._kept_size -= len(oldest.raw)

    def _passed(self, reason: str) -> PassedOver:
        return PassedOver(str(self._where), reason)


def _arc_header(match: re.Match[bytes]) -> _Header:
    url, _, date, content_type, said = (part.decode("utf-8", "replace") for part in match.groups())
    kind = "filedesc" if url.startswith("filedesc:") else "response"
    time = f"{date[:4]}-{date[4:6]}-{date[6:8]}T{date[8:10]}:{date[10:12]}:{date[12:14] or '00'}Z"
    return _Header(kind, url.replace(" ", "%20"), _captured(time), content_type, _length(said), said, {})


def _length(said: str) -> int:
    return int(said) if said.isascii() and said.isdigit() and len(said) < 20 else -1


def _captured(date: str) -> str:
    """A WARC-Date as `captured_at`: `2016-04-28T14:05:00Z`, or as much of it as there is."""
    match = _DATE.fullmatch(date.strip())
    if not match:
        return ""
    day, minute, second = match.groups()
    return f"{day}T{minute}{second or ':00'}Z" if minute else day
