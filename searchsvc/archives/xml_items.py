"""Cut the <item>s or <entry>s out of an XML file of any size, by its bytes: the opening, then one by one.

Shared by the formats that are made of XML. Nothing is parsed as XML here and no entity is expanded; CDATA, comments and
processing instructions are passed as what they are. An item that is not closed costs itself, and the rest of the file
is read. What an item says is not understood here.

A document type may be there, and is left out: nothing is fetched for it. One that declares entities which are more
than a few characters is refused, since it is of no use to articles and of much use to attacks.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from searchsvc.archives.records import Rejection
from searchsvc.article import Location
from searchsvc.errors import BadRecord

#: An item of more bytes is rejected; of the opening, as much is kept. Known items have up to 200 kB, openings 2 MB.
MAX_ITEM = MAX_OPENING = 5_000_000
#: Elements within one another.
MAX_DEPTH = 100

_CHUNK = 1 << 18
# No token is longer than this, a start tag up to its attributes.
_OVERLAP = 200
_PROLOG = (
    rb"(?:\xef\xbb\xbf)?(?:\s+|<\?.*?\?>|<!--.*?-->"
    rb"|<!DOCTYPE[^\[>]*+(?:\[(?P<subset>(?:<!--.*?-->|[^\]\"']|\"[^\"]*\"|'[^']*')*+)\]\s*)?>)*+"
)
_NAME = rb"(?P<prefix>(?:[\w.-]{1,50}:)?)"
_ROOT = re.compile(_PROLOG + rb"(?P<tag><" + _NAME + rb"(?P<name>rss|feed|RDF|channel)(?=[\s/>])[^>]*>)", re.I | re.S)
_CHANNEL = re.compile(rb"<" + _NAME + rb"channel(?=[\s/>])[^>]*>", re.I)
_HIDDEN = re.compile(rb"<!--.*?(?:-->|$)|<!\[CDATA\[.*?(?:\]\]>|$)|<\?.*?(?:\?>|$)", re.S)
_ENTITY = re.compile(rb"<!ENTITY\s+([^\s%][^\s]*)\s+(?:\"([^\"<&%]{0,64})\"|'([^'<&%]{0,64})')\s*>")
# The sets of named characters that the templates of old feeds declare; HTML's names are known anyway.
_CHARACTERS = re.compile(rb"<!ENTITY\s+%\s+[\w.-]+\s+PUBLIC\s+\"-//W3C//ENTITIES [^\"]*\"\s+\"[^\"]*\"\s*>")
_DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']\s*([\w.:-]+)", re.I)
_ENDS = {b"<!--": re.compile(rb"-->"), b"<![CDATA[": re.compile(rb"\]\]>"), b"<?": re.compile(rb"\?>")}
_TAG_END = re.compile(rb">")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ANY_TAG = re.compile(r"<!\[CDATA\[.*?\]\]>|<!--.*?-->|<(/?)[A-Za-z_:](?:[^<>\"']|\"[^\"]*\"|'[^']*')*+>", re.S)
# By what is not ASCII in its first bytes: UTF-16 and UTF-32 without a mark, and EBCDIC.
_WIDE = {b"<\0\0\0": "utf-32-le", b"\0\0\0<": "utf-32-be", b"<\0": "utf-16-le", b"\0<": "utf-16-be"}
_EBCDIC = b"\x4c\x6f\xa7\x94"
_WESTERN = frozenset(("iso8859-1", "cp1252", "ascii"))
_ASCII_WITHIN = frozenset("utf-8 shift_jis cp932 gbk gb18030 big5 cp950 euc_jp euc_kr cp949".split())


@dataclass(frozen=True, slots=True)
class Opening:
    """What stands before the first item. `root` is rss, feed, rdf or channel; `tags` what is open around each item,
    with the entities that the file declares, and `ends` its end; `text` all of it; `encoding` a codec."""

    root: str
    encoding: str
    tags: str
    ends: str
    text: str


def root_of(head: bytes) -> str:
    """The local name of the root in lower case, as "rss", where these first bytes begin a feed; "" if not."""
    match = _ROOT.match(_as_ascii(head)[0])
    return match["name"].decode().lower() if match else ""


class XmlItems:
    """One file, forwards. First `opening`, then `items`."""

    def __init__(self, stream: BinaryIO, path: str) -> None:
        self._stream, self._path = stream, path
        self._buffer = b""
        self._at = self._pos = 0  # where what is kept begins, and how far it is searched
        self._offset = 0  # of the buffer's first byte in the stream
        self._ordinal = 0
        self._limit = MAX_OPENING
        self._encoding = "utf-8"
        self._token = re.compile(rb"(?!)")
        self._closed = False
        self._found = False

    def opening(self) -> Opening | Rejection:
        """What stands before the first item; a Rejection for what cannot be read as a feed at all."""
        while len(self._buffer) < 65_536 and self._more():
            pass
        plain, self._encoding = _as_ascii(self._buffer)
        if plain is not self._buffer:
            self._stream = io.BufferedReader(_Recoded(self._buffer, self._stream, self._encoding))
            self._buffer, self._encoding = b"", "utf-8"
            while len(self._buffer) < 65_536 and self._more():
                pass
        root = _ROOT.match(self._buffer)
        if not root:
            return Rejection(Location(self._path), "bad_xml", "no <rss>, <feed> or <rdf:RDF> begins the file")
        subset = _CHARACTERS.sub(b"", root["subset"] or b"")
        entities = _ENTITY.findall(subset)
        if subset.count(b"<!ENTITY") != len(entities):
            return Rejection(Location(self._path), "xml_entities", "the document type declares entities: refused")
        name = root["name"].decode().lower()
        channel = _CHANNEL.search(_HIDDEN.sub(b"", self._buffer[root.start("tag") :]))
        prefix = (channel or root)["prefix"] if name != "feed" else root["prefix"]
        item = rb"(?P<item>" + re.escape(prefix) + (rb"entry" if name == "feed" else rb"item") + rb")"
        end = rb"(?P<end>" + re.escape(root["prefix"] + root["name"]) + rb")"
        self._token = re.compile(
            rb"<!--|<!\[CDATA\[|<\?|<(?P<close>/?)(?:" + item + rb"|" + end + rb")(?=[\s/>])", re.I
        )
        self._pos = root.start("tag") + 1
        self._closed = root["tag"].endswith(b"/>")
        self._found = not self._closed and self._seek(keep=True)
        head = self._buffer[: self._at if self._found else MAX_OPENING]
        tags = [root["tag"]]
        if channel and name != "channel" and not re.search(rb"</" + re.escape(prefix) + rb"channel\s*>", head, re.I):
            tags.append(channel[0])
        names = [re.split(rb"[\s/>]", tag[1:], maxsplit=1)[0].decode("ascii", "replace") for tag in tags]
        doctype = b"".join(b'<!ENTITY %s "%s">' % (key, (one or two).replace(b'"', b"")) for key, one, two in entities)
        return Opening(
            name,
            self._encoding,
            (f"<!DOCTYPE x [{as_text(doctype, self._encoding)}]>" if doctype else "")
            + "".join(as_text(tag, self._encoding) for tag in tags if not tag.endswith(b"/>")),
            "".join(f"</{each}>" for each in reversed(names)),
            as_text(head[root.start("tag") :], self._encoding),
        )

    def items(self) -> Iterator[tuple[Location, bytes] | Rejection]:
        """Each item whole, with its place; where one is cut, or the file ends early, a Rejection."""
        self._limit = MAX_ITEM
        if not self._found and self._closed:
            yield Rejection(Location(self._path), "no_entries", "a feed without an entry")
        cut = False
        while self._found:
            item = self._item()
            yield item
            cut = isinstance(item, Rejection)
            self._found = self._seek()
        if not self._closed and not cut:
            yield Rejection(self._where(), "truncated", "the feed is not closed: the file ends early")

    def _seek(self, *, keep: bool = False) -> bool:
        """Go to the next item's start; False when the feed, or the file, ends before it."""
        while token := self._search(self._token, keep=keep):
            if token[0] in _ENDS:
                if not self._search(_ENDS[token[0]], keep=keep):
                    return False
            elif token["item"] and not token["close"]:
                self._at = token.start()
                return True
            elif token["end"] and token["close"]:
                self._closed = True
        return False

    def _item(self) -> tuple[Location, bytes] | Rejection:
        where = self._where()
        tag_end = self._search(_TAG_END)
        if tag_end and self._buffer[tag_end.start() - 1 : tag_end.start()] == b"/":
            return where, self._take()
        while tag_end and (token := self._search(self._token)):
            if token[0] in _ENDS:
                if not self._search(_ENDS[token[0]]):
                    break
            elif token["item"] and not token["close"]:
                self._pos = token.start()
                self._take()
                return Rejection(where, "truncated", "the entry is not closed before the next begins")
            elif token["end"] and token["close"]:
                self._pos = token.start()
                self._take()
                return Rejection(where, "truncated", "the entry is not closed before the feed is")
            elif token["item"] and self._search(_TAG_END):
                taken = self._take()
                return self._too_large(where) if len(taken) > self._limit else (where, taken)
        if len(self._buffer) - self._at > self._limit:
            self._at = self._pos  # whatever is within it, the next start tag begins the next
            return self._too_large(where)
        return Rejection(where, "truncated", "the entry is not closed: the file ends early")

    def _too_large(self, where: Location) -> Rejection:
        return Rejection(where, "too_large", f"an entry of over {self._limit:,} bytes")

    def _take(self) -> bytes:
        taken = self._buffer[self._at : self._pos]
        self._at = self._pos
        return taken

    def _where(self) -> Location:
        self._ordinal += 1
        return Location(self._path, self._offset + self._at, self._ordinal)

    def _search(self, pattern: re.Pattern[bytes], *, keep: bool = True) -> re.Match[bytes] | None:
        """The next match, reading on; None at the end of the file, and where too much would be kept."""
        while True:
            if match := pattern.search(self._buffer, self._pos):
                self._pos = match.end()
                return match
            self._pos = max(self._pos, len(self._buffer) - _OVERLAP)
            if keep and len(self._buffer) - self._at > self._limit:
                if self._found:
                    return None
                keep = False
            if not keep:
                self._at = self._pos
            if not self._more():
                return None

    def _more(self) -> bool:
        """Read on, in growing steps, so that a long item is not searched over and over."""
        kept = self._buffer[self._at :]
        chunk = self._stream.read(max(_CHUNK, len(kept)))
        if chunk:
            self._offset += self._at
            self._buffer, self._pos, self._at = kept + chunk, self._pos - self._at, 0
        return bool(chunk)


class _Recoded(io.RawIOBase):
    """A stream whose encoding hides the ASCII in it, as UTF-8; `begun` was read from it already."""

    def __init__(self, begun: bytes, stream: BinaryIO, encoding: str) -> None:
        self._waiting = begun
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._text = b""
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._text and not self._ended:
            raw, self._waiting = self._waiting or self._stream.read(_CHUNK), b""
            self._ended = not raw
            self._text = self._decoder.decode(raw, final=self._ended).encode("utf-8", "replace")
        count = min(len(buffer), len(self._text))
        buffer[:count] = self._text[:count]
        self._text = self._text[count:]
        return count


def _as_ascii(head: bytes) -> tuple[bytes, str]:
    """These first bytes so that tags can be seen in them (as they are, where that is so), and their encoding."""
    if head.startswith(codecs.BOM_UTF8):
        return head, "utf-8"
    wide = next((name for begin, name in _WIDE.items() if head.startswith(begin)), "")
    if wide or head.startswith(_EBCDIC):
        declared = "" if wide else _declared(head[:1_000].decode("cp037").encode("utf-8"))
        encoding = wide or declared or "cp037"
        return head.decode(encoding, "replace").encode("utf-8", "replace"), encoding
    encoding = _declared(head) or "utf-8"
    if encoding in _ASCII_WITHIN or _is_single_byte(encoding):
        return head, encoding
    if encoding.startswith(("utf-16", "utf-32")):
        return head, "utf-8"
    return head.decode(encoding, "replace").encode("utf-8", "replace"), encoding


def _declared(head: bytes) -> str:
    """The codec that the XML declaration names; "" for none that is known."""
    match = _DECLARED.search(head, 0, 2_000)
    if not match:
        return ""
    try:
        codec = codecs.lookup(match[1].decode("ascii", "replace"))
    except LookupError:
        return ""
    name = {"gb2312": "gb18030"}.get(codec.name, codec.name)
    return name if codec._is_text_encoding and not name.startswith(("utf-7", "punycode", "idna", "raw_", "un")) else ""


def _is_single_byte(encoding: str) -> bool:
    ascii_bytes = bytes(range(0x20, 0x7F))
    return (
        ascii_bytes.decode(encoding, "replace") == ascii_bytes.decode("ascii")
        and len(bytes(range(256)).decode(encoding, "replace")) == 256
    )


def as_text(raw: bytes, encoding: str) -> str:
    """An item as text: as declared where that fits, else UTF-8, else windows-1252.

    Item by item, since feeds are put together from sources of several encodings. What is declared as Latin-1 and is
    valid UTF-8 is UTF-8. Characters that XML does not have are dropped.
    """
    declared = ("utf-8", "cp1252") if encoding in _WESTERN else (encoding, "utf-8", "cp1252")
    for name in declared:
        try:
            text = raw.decode(name)
            break
        except UnicodeDecodeError:
            continue
    else:
        text = raw.decode("cp1252", "replace")
    return _NO_XML.sub("", text)


def checked(item: str) -> str:
    """The item, if it does not nest too deep. Raises BadRecord `too_deep`."""
    depth = 0
    for tag in _ANY_TAG.finditer(item):
        if tag[1] is None:
            continue
        depth += -1 if tag[1] else 0 if tag[0].endswith("/>") else 1
        if depth > MAX_DEPTH:
            raise BadRecord(f"elements lie over {MAX_DEPTH} deep", code="too_deep")
    return item
