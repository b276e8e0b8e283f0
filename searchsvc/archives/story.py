"""What does this story in NITF or XHTML say? Its tree in, its paragraphs, headline and the names marked in it out.

The News Industry Text Format (NITF 2.5 to 3.6) stands alone or within NewsML, and XHTML within NewsML is close to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from searchsvc.archives.agency import country_code, subject, with_dateline, without_byline
from searchsvc.archives.markup import paragraphs_of, plain, soup_of
from searchsvc.archives.paragraphs import joined, normal, paragraphs
from searchsvc.archives.xmltree import Element, attribute, child, children, local, said, within

_BLOCKS = frozenset(
    "p hl1 hl2 h1 h2 h3 h4 h5 h6 li dt dd div block section article blockquote bq credit pre ul ol dl table tr caption"
    " note tagline fn body body.content body.end html address hr main thead tbody tfoot abstract datasource"
    " nitf-table nitf-table-metadata custom-table".split()
)
_UNREAD = frozenset(
    "media media-caption media-producer media-metadata media-reference media-object figure figcaption img picture video"
    " audio script style head header footer nav aside nitf-table-metadata table-reference object noscript iframe svg"
    " body.head".split()
)
_BLANK = re.compile(r"\n[ \t\r]*\n\s*")
_INDENT = re.compile(r"\n(?=[ \t]{2,}\S)|\n[ \t\r]*\n\s*")
# HTML that was pasted into a paragraph as text.
_EMBED = re.compile(r"^<(script|iframe|div|blockquote|embed)\b.*>$", re.DOTALL)
_CELLS = ("td", "th")
_CELL_MARK = "\x1f"


@dataclass(frozen=True, slots=True)
class Story:
    """What one NITF or XHTML tree holds; "" and () for what it does not."""

    title: str = ""
    paragraphs: tuple[str, ...] = ()
    byline: tuple[str, ...] = ()
    dateline: str = ""
    language: str = ""
    tagged: tuple[tuple[str, str, str], ...] = ()


def text_of(found: list[str], title: str, dateline: str, has_byline: bool) -> tuple[str, str]:
    """(text, byline) of a story's paragraphs: no title again, no byline line, the dateline at the head.

    The byline is that of the first paragraph, "" where there is none or where `has_byline` says it is known.
    """
    while len(found) > 1 and title and normal(found[0]) == normal(title):
        found = found[1:]
    found, byline = without_byline(found)
    return joined(with_dateline(found, dateline), title), "" if has_byline else byline


def story_of(tree: Element) -> Story:
    """The story of an <nitf>, an <html>, or whatever element has the paragraphs in it."""
    nitf = tree if local(tree) == "nitf" else next(within(tree, "nitf"), None)
    if nitf is None:
        body = next(within(tree, "body.content"), None)
        body = next(within(tree, "body"), tree) if body is None else body
        if body is tree and next(within(tree, "p", "div", "pre", "hl2"), None) is None:
            return Story()  # SportsML, a list of events
        return Story(
            paragraphs=tuple(lines_of(body)), language=attribute(next(within(tree, "html"), None), "lang"),
            tagged=tuple(_marked(body)),
        )  # fmt: skip
    body = child(nitf, "body")
    head = child(body, "body.head")
    headline = next(within(head, "hl1"), None)
    hedline = child(head, "hedline")
    content = [line for part in children(body, "body.content") for line in lines_of(part)]
    taglines = [line for part in within(child(body, "body.end"), "tagline") for line in lines_of(part)]
    if body is not None and not content and child(body, "body.content") is None:
        content = lines_of(body)
    return Story(
        title=said(headline) or said(hedline) or said(child(nitf, "head", "title")),
        paragraphs=(*content, *taglines),
        byline=tuple(filter(None, (_byline(line) for line in within(head, "byline")))),
        dateline=said(next(within(head, "dateline"), None), "series", "note"),
        language=attribute(nitf, "lang") or attribute(nitf, "baselang") or attribute(body, "lang"),
        tagged=tuple(_marked(body)),
    )


def _byline(line: Element) -> str:
    """The byline as printed, without the title of its people: <byttl>AP Business Writer</byttl>."""
    pieces = [line.text or ""]
    for part in line:
        pieces += ["" if local(part) == "byttl" else said(part), part.tail or ""]
    return " ".join(" ".join(pieces).split())


def lines_of(top: Element) -> list[str]:
    """The paragraphs beneath an element; a table has one for each row, media and their captions none."""
    found: list[str] = []
    line: list[str] = []

    def end() -> None:
        text = "".join(line)
        line.clear()
        if _CELL_MARK in text:
            cells = [" ".join(cell.split()) for cell in text.split(_CELL_MARK)]
            if row := " | ".join(cell for cell in cells if cell):
                found.append(row)
        elif text.strip():
            found.extend(_divided(text))

    waiting: list[Element | str | None] = [top]
    while waiting:
        node = waiting.pop()
        if node is None:
            end()
        elif isinstance(node, str):
            line.append(node)
        else:
            name = local(node)
            if not name or (name in _UNREAD and node is not top):
                continue
            if name == "br":
                # A break that stands for one in the text, as against one in the file.
                line.append("\v")
            if name == "pre":
                end()
                found.extend(paragraphs("".join(_text(part) for part in node.itertext())))
                continue
            inner: list[Element | str | None] = []
            if name in _BLOCKS:
                end()
            elif name in _CELLS:
                inner.append(_CELL_MARK)
            inner.append(_text(node.text))
            for part in node:
                inner.append(part)
                inner.append(_text(part.tail))
            if name in _BLOCKS:
                inner.append(None)
            waiting.extend(reversed(inner))
    end()
    return found


def _text(piece: object) -> str:
    return str(piece).replace("\v", " ").replace(_CELL_MARK, " ") if piece else ""


def _divided(text: str) -> list[str]:
    """The paragraphs within one block: most have one, but wire copy is put into a <p> as it came from the wire."""
    if "\v" in text:
        # Not every "<br/>" ends a paragraph: agencies wrap their lines with it.
        return paragraphs(text.replace("\n", " "))
    lines = text.strip().split("\n")
    indented = [line[:2].isspace() for line in lines[1:] if line.strip()]
    if len(indented) >= 2 and any(indented) and not all(indented):
        blocks = _INDENT.split(text.strip())
    elif len(indented) >= 4 and not any(indented):
        return paragraphs(text)
    else:
        # Laid out by whoever wrote the XML.
        blocks = _BLANK.split(text)
    found = (" ".join(block.split()) for block in blocks)
    return [folded for folded in found if folded and not _EMBED.match(folded)]


def markup_lines(text: str) -> list[str]:
    """The paragraphs of a text that may hold HTML, as in CDATA; captions are dropped."""
    return paragraphs(text) if "<" not in text or plain(text) == text else html_lines(text)


def html_lines(text: str) -> list[str]:
    """The paragraphs of a text that is HTML; captions are dropped."""
    return paragraphs_of(soup_of(text), lambda tag: tag.name not in ("figure", "figcaption", "header", "footer"))


def _marked(body: Element | None) -> Iterator[tuple[str, str, str]]:
    """(field, label, code) of the <person>, <org> and <location> within the story."""
    head = child(body, "body.head")
    for part in body if body is not None else ():
        if part is not head:
            yield from marked(part)
    if body is not None and local(body) == "body.content":
        yield from marked(body)


def marked(top: Element | None) -> Iterator[tuple[str, str, str]]:
    """(field, label, code) of the names that NITF marks beneath an element.

    A <location> may be any place: it is a country where it has a <country> or an ISO code and nothing smaller.
    """
    for element in within(top, "person", "org", "location", "country"):
        name = local(element)
        if name == "person":
            yield "people", said(element, "function", "alt-code"), ""
        elif name == "org":
            yield "organisations", said(element, "alt-code"), ""
        elif name == "country" or (attribute(element, "iso-cc") and child(element, "country") is None):
            code = country_code(attribute(element, "iso-cc"))
            label = said(element) if name == "country" or not len(element) else ""
            if label or code:
                yield "countries", label or code, code


def subjects(tree: Element | None) -> Iterator[str]:
    """What the tobject.subject elements name, finest last; the top subject of a bare code."""
    for element in within(tree, "tobject.subject"):
        named = [attribute(element, f"tobject.subject.{part}") for part in ("type", "matter", "detail")]
        if any(named):
            yield from filter(None, named)
        else:
            yield subject(attribute(element, "tobject.subject.refnum"))
