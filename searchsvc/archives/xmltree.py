"""XML, read with care: where does each element of an archive file begin and end, and what tree does it hold?

Shared by the formats that are made of XML. No network and no other file is ever touched: an element is cut out of the
file by its own tags, so what stands before it, a DTD and its entities, never reaches the parser, and the parser is
told to load and to expand nothing. Names are local ones here: prefixes and namespaces of one standard vary.
"""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Iterator
from typing import BinaryIO, TypeAlias

from lxml import etree

from searchsvc.archives.markup import MAX_PIECE_TAGS
from searchsvc.archives.records import MAX_RECORD, Record, Rejection
from searchsvc.article import Location
from searchsvc.errors import BadRecord

#: Elements within one another, as in JSON.
MAX_DEPTH = 100
#: A document of more elements takes the parser too much memory; a story has a few hundred.
MAX_ELEMENTS = 300_000

_CHUNK = 1 << 18
_PROLOGUE = re.compile(
    rb"\s+|\xef\xbb\xbf|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[(?:[^\]\"']|\"[^\"]*\"|'[^']*')*\]\s*)?>", re.DOTALL
)
_ROOT = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)[\s/>]")
_ENCODING = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([\w.:-]+)")
_NAMED = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,30});")
_XML_NAMES = frozenset((b"amp", b"lt", b"gt", b"quot", b"apos"))
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_TAGS = re.compile(r"<[^<>]*>")

_TOLERATED = frozenset(
    (
        etree.ErrorTypes.NS_ERR_UNDEFINED_NAMESPACE,  # declared further out than the element that was cut
        etree.ErrorTypes.NS_ERR_XML_NAMESPACE,
        etree.ErrorTypes.WAR_NS_URI,
        etree.ErrorTypes.WAR_NS_URI_RELATIVE,
        etree.ErrorTypes.ERR_TAG_NAME_MISMATCH,  # a <p> that nobody closed
        etree.ErrorTypes.ERR_TAG_NOT_FINISHED,  # and what it leaves open at the end; the last tag is there, see below
        etree.ErrorTypes.ERR_INVALID_CHAR,  # "&#12;"
    )
)
#: If the tree has less than this part of the text that stands between the tags, the parser has lost some.
_LEAST_PARSED = 0.8

Element: TypeAlias = etree._Element


def root_name(head: bytes) -> str:
    """The name of a document's root element without its prefix, as "nitf"; "" for what is not XML."""
    at = 0
    while part := _PROLOGUE.match(head, at):
        at = part.end()
    root = _ROOT.match(head, at)
    return root[1].decode("ascii", "replace") if root else ""


def element_records(
    stream: BinaryIO, path: str, names: frozenset[str], *, nested: bool = False
) -> Iterator[Record | Rejection]:
    """A record for each outermost element of these names; its context is the encoding that the file states.

    One pass, whatever the size of the file, over one document or over many that were written one after another. A
    document that declares entities of its own is rejected: news needs none, and attacks are made of them. `nested`
    says that an element may hold one of its own name; otherwise the one before was never closed.
    """
    yield from _Cutter(stream, path, names, nested).records()


class _Cutter:
    """Finds the tags of interest, past comments and CDATA, and counts how deep they lie in one another."""

    def __init__(self, stream: BinaryIO, path: str, names: frozenset[str], nested: bool) -> None:
        self._stream, self._path, self._nested = stream, path, nested
        alternatives = b"|".join(sorted(re.escape(name.encode()) for name in names))
        self._token = re.compile(
            rb"<!--(?:.*?-->|.*\Z)|<!\[CDATA\[(?:.*?\]\]>|.*\Z)|<\?xml\b[^>]*\?>|<!ENTITY\b"
            rb"|<(?P<close>/?)(?:[\w.-]+:)?(?P<name>" + alternatives + rb")(?=[\s/>])(?P<rest>[^<>]*)>",
            re.DOTALL,
        )
        # A token that the end of the buffer cuts through.
        self._open = re.compile(rb"<!--(?:(?!-->).)*+\Z|<!\[CDATA\[(?:(?!\]\]>).)*+\Z|<[^<>]{0,20000}+\Z", re.DOTALL)

    def records(self) -> Iterator[Record | Rejection]:
        buffer, offset, at, ordinal = b"", 0, 0, 0
        start, depth, inside = -1, 0, b""
        encoding, refused, ended = "", False, False
        while True:
            for token in self._token.finditer(buffer, at):
                text = token[0]
                if text.startswith(b"<!") and text != b"<!ENTITY" and not text.endswith((b"-->", b"]]>")):
                    break  # a comment or CDATA that goes on in what is not read yet
                at = token.end()
                if text.startswith(b"<?xml"):
                    if stated := _ENCODING.match(text):
                        encoding = stated[1].decode("ascii", "replace")
                    refused = refused and depth > 0
                    continue
                if text == b"<!ENTITY":
                    if depth == 0 and not refused:
                        refused = True
                        ordinal += 1
                        yield Rejection(
                            Location(self._path, offset + token.start(), ordinal),
                            "xml_entities",
                            "the document declares entities of its own: not read",
                        )
                    continue
                name = token["name"]
                if name is None or (depth and name != inside):
                    continue
                if depth == 0:
                    if token["close"]:
                        continue
                    start, inside = token.start(), name
                elif not token["close"] and not self._nested:
                    ordinal += 1
                    reason = f"no </{inside.decode()}> before the next one"
                    yield Rejection(Location(self._path, offset + start, ordinal), "truncated", reason)
                    start, depth = token.start(), 0
                if token["close"]:
                    depth -= 1
                elif not token["rest"].endswith(b"/"):
                    depth += 1
                if depth == 0:
                    if not refused:
                        ordinal += 1
                        where = Location(self._path, offset + start, ordinal)
                        if at - start > MAX_RECORD:
                            yield Rejection(where, "too_large", f"an element of over {MAX_RECORD:,} bytes")
                        else:
                            yield Record(where, buffer[start:at], (encoding,))
                    start = -1
            if depth and len(buffer) - start > MAX_RECORD:
                ordinal += 1
                yield Rejection(
                    Location(self._path, offset + start, ordinal),
                    "too_large",
                    f"an element of over {MAX_RECORD:,} bytes",
                )
                while self._stream.read(_CHUNK):
                    pass
                return
            if ended:
                if depth and not refused:
                    reason = f"no </{inside.decode()}> before the end of the file"
                    yield Rejection(Location(self._path, offset + start, ordinal + 1), "truncated", reason)
                elif not ordinal:
                    yield Rejection(Location(self._path), "truncated", "no whole element before the end of the file")
                return
            cut = self._open.search(buffer, at)
            kept = start if depth else (cut.start() if cut else len(buffer))
            at = (cut.start() if cut else len(buffer)) - kept
            if not depth and at == 0 and len(buffer) - kept > MAX_RECORD:
                kept, at = len(buffer), 0  # a comment without an end
            offset, buffer = offset + kept, buffer[kept:]
            start = 0 if depth else -1
            chunk = self._stream.read(max(_CHUNK, len(buffer)))
            ended = not chunk
            buffer += chunk


def tree_of(record: Record) -> Element:
    """The tree of a record of `element_records`. Raises BadRecord: `bad_xml`, `too_deep`, `too_large`."""
    if record.raw.count(b"<") > MAX_ELEMENTS * 2:
        raise BadRecord(f"an element of over {MAX_ELEMENTS:,} elements", code="too_large")
    if record.raw.count(b"&lt;") > MAX_PIECE_TAGS:
        raise BadRecord(f"a text of over {MAX_PIECE_TAGS:,} tags", code="too_large")
    text = _text(record.raw, record.context[0] if record.context else "")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, recover=True, encoding="utf-8",
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        tree = etree.fromstring(text.encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        raise BadRecord(_fault(str(error.msg)), code="bad_xml") from error
    loose = False
    for entry in parser.error_log:
        if "depth" in entry.message.lower():
            raise BadRecord(f"elements lie over {MAX_DEPTH} deep", code="too_deep")
        if entry.type not in _TOLERATED:
            raise BadRecord(f"{_fault(entry.message)} in line {entry.line}", code="bad_xml")
        loose = loose or entry.type == etree.ErrorTypes.ERR_TAG_NAME_MISMATCH
    if tree is None:
        raise BadRecord("no element", code="bad_xml")
    if _depth(tree) > MAX_DEPTH:
        raise BadRecord(f"elements lie over {MAX_DEPTH} deep", code="too_deep")
    if loose:
        expected = len("".join(_TAGS.sub("", text).split()))
        if sum(len("".join(str(piece).split())) for piece in tree.itertext()) < expected * _LEAST_PARSED:
            raise BadRecord("tags are not closed, and text would be lost", code="bad_xml")
    return tree


def _fault(message: str) -> str:
    return " ".join(message.split())[:200]


def _depth(tree: Element) -> int:
    depth, level = 0, [tree]
    while level and depth <= MAX_DEPTH:
        depth += 1
        level = [child for element in level for child in element]
    return depth


def _text(raw: bytes, encoding: str) -> str:
    """The element as text in the encoding stated where that fits, else UTF-8, else windows-1252; HTML's names known."""
    raw = _NAMED.sub(_character, raw)
    try:
        codec = codecs.lookup(encoding or "utf-8")
        name = codec.name if codec._is_text_encoding else "utf-8"
    except LookupError:
        name = "utf-8"
    # Latin-1 means windows-1252, as on the web; UTF-16 was turned into UTF-8 when the file was opened. And much that
    # says it is Latin-1 is UTF-8, which real text in Latin-1 is hardly ever by chance.
    name = "cp1252" if name in ("iso8859-1", "ascii") else "utf-8" if name.startswith(("utf-16", "utf-32")) else name
    for candidate in ("utf-8", name) if name == "cp1252" else (name, "utf-8"):
        try:
            return _UNREADABLE.sub("", raw.decode(candidate))
        except (UnicodeDecodeError, ValueError):
            continue
    return _UNREADABLE.sub("", raw.decode("latin-1" if name == "cp1252" else "cp1252", "replace"))


def _character(match: re.Match[bytes]) -> bytes:
    if match[1] in _XML_NAMES:
        return match[0]
    named = html.unescape(match[0].decode("ascii"))
    return match[0] if named.startswith("&") else "".join(f"&#{ord(c)};" for c in named).encode("ascii")


def local(element: Element) -> str:
    """The element's name without prefix and namespace; "" for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2] if isinstance(tag, str) else ""


def children(element: Element | None, *names: str) -> Iterator[Element]:
    """The children of these names, in order."""
    if element is not None:
        for child in element:
            if local(child) in names:
                yield child


def child(element: Element | None, *path: str) -> Element | None:
    """The first child of that name, of its first child of the next name, and so on."""
    for name in path:
        element = next(children(element, name), None)
    return element


def within(element: Element | None, *names: str) -> Iterator[Element]:
    """The elements of these names at any depth, in order."""
    if element is not None:
        for inner in element.iter():
            if local(inner) in names:
                yield inner


def said(element: Element | None, *skipped: str) -> str:
    """All that an element says, on one line; "" for None. Elements named in `skipped` are passed over."""
    if element is None:
        return ""
    return " ".join("".join(_strings(element, frozenset(skipped))).split())


def _strings(element: Element, skipped: frozenset[str]) -> Iterator[str]:
    waiting: list[Element | str] = [element]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            yield node
            continue
        inner: list[Element | str] = [node.text or ""] if local(node) not in skipped else []
        if inner:
            for part in node:
                inner.append(part)
                inner.append(part.tail or "")
        waiting.extend(reversed(inner))


def attribute(element: Element | None, name: str) -> str:
    """The attribute without regard to its prefix: "lang" is `xml:lang` too; "" where there is none."""
    if element is None:
        return ""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2].rpartition(":")[2] == name:
            return " ".join(str(value).split())
    return ""
