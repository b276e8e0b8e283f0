"""What does this piece of HTML say? Markup in, paragraphs of plain text out.

The whole of the piece: which part of a page is its article is not decided here.
"""

from __future__ import annotations

import html
import re
import warnings
from collections.abc import Callable, Iterator

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, XMLParsedAsHTMLWarning
from bs4.element import CData, NavigableString, PageElement, Tag

from searchsvc.errors import BadRecord

#: Elements that stand on lines of their own.
BLOCKS = frozenset(
    "address article aside blockquote body br center dd details dialog div dl dt fieldset figcaption figure footer form"
    " h1 h2 h3 h4 h5 h6 header hgroup hr html li main nav ol p pre section summary table tbody td tfoot th thead tr ul"
    " option select button".split()
)
#: Elements whose content nobody reads.
UNREAD = frozenset("script style noscript template head iframe object embed svg math canvas audio video".split())

_TAGS = re.compile(
    r"<(?:/?(?:p|div|span|b|i|em|strong|u|ul|ol|li|h[1-6]|blockquote|table|tr|td|figure|section|article)(?:\s[^<>]*)?"
    r"|br\s*/?|img\s[^<>]*|a\s[^<>]*href[^<>]*|/a)>",
    re.IGNORECASE,
)
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_STYLES = re.compile(
    r"<(script|style|noscript|template)\b.*?(?:</\1\s*>|$)|<!--.*?(?:-->|$)", re.IGNORECASE | re.DOTALL
)
# To HTML, <iframe/> is open, and all that follows lies within it.
_EMPTY = re.compile(r"<(?:iframe|noscript|object|video|audio|canvas|template)\b[^<>]*/>|<embed\b[^<>]*>", re.IGNORECASE)
_MEDIA = ("iframe", "object", "video", "audio", "canvas", "noscript")
#: If the tree has less than this part of the text that stands between the tags, the parser has lost some.
_LEAST_PARSED = 0.2
#: A page of more tags takes the parser a gigabyte. The largest pages known here have 30,000.
MAX_TAGS = 250_000
#: The same for a piece, which is not cut down to its article before its text is taken.
MAX_PIECE_TAGS = 100_000

_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
_MOST_WITHIN = 100
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8});")


def soup_of(markup: str, parser: str = "lxml") -> BeautifulSoup:
    """The tree of a page or a piece of one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        return BeautifulSoup(markup, parser)


def whole_soup(markup: str) -> BeautifulSoup:
    """The tree; by a slower parser where lxml lost the text, as it does without a word in some broken nestings."""
    markup = _XML_DECLARATION.sub("", markup.replace("\0", ""))
    soup = soup_of(markup)
    expected = len(re.sub(r"<[^<>]*>|\s+", "", _STYLES.sub("", markup)))
    if expected > 2_000:
        found = sum(len(text) for text in soup.stripped_strings)
        if found < expected * _LEAST_PARSED:
            return soup_of(markup, parser="html.parser")
    return soup


def plain(value: str) -> str:
    """The text of a field that may hold HTML: tags become paragraphs only where there really are tags.

    Raises BadRecord `too_large`.
    """
    if "<" in value and _TAGS.search(value):
        if value.count("<") > MAX_PIECE_TAGS:
            raise BadRecord(f"a text of over {MAX_PIECE_TAGS:,} tags", code="too_large")
        return "\n\n".join(paragraphs_of(soup_of(value)))
    return html.unescape(value) if "&" in value and _ENTITY.search(value) else value


def folded_space(text: str) -> str:
    """The text on one line, without the soft hyphens and zero-width spaces that only steer how a browser breaks it."""
    return " ".join(text.translate(_UNSEEN).split())


def said(tag: Tag, limit: int = 1_000, between: str = " ") -> str:
    """All that a small element says, on one line; "" where it says more than `limit` characters.

    The work is bounded: elements with one mark may lie within one another by the thousand.
    """
    pieces: list[str] = []
    size = count = 0
    # Not `descendants`, which first walks down to the last one.
    waiting: list[Iterator[PageElement]] = [iter(tag.contents)]
    while waiting:
        node = next(waiting[-1], None)
        if node is None:
            waiting.pop()
            continue
        count += 1
        if isinstance(node, Tag):
            waiting.append(iter(node.contents))
        elif type(node) in (NavigableString, CData) and (piece := folded_space(str(node))):
            pieces.append(piece)
            size += len(piece)
        if size > limit or count > _MOST_WITHIN:
            return ""
    return between.join(pieces)


def paragraphs_of(top: Tag, passes: Callable[[Tag], bool] | None = None) -> list[str]:
    """The text beneath an element, one paragraph a block, white space folded. `passes` says which elements count."""
    found: list[str] = []
    line: list[str] = []
    for piece in _pieces(top, passes):
        if piece is not None:
            line.append(piece)
        elif line:
            if text := folded_space("".join(line)):
                found.append(text)
            line.clear()
    return found


def _pieces(top: Tag, passes: Callable[[Tag], bool] | None) -> Iterator[str | None]:
    """The strings in order, None where a block begins or ends. Without recursion: pages nest without limit."""
    waiting: list[PageElement | None] = [top]
    while waiting:
        node = waiting.pop()
        if node is None:
            yield None
        elif isinstance(node, Tag):
            if node.name in UNREAD or (passes is not None and node is not top and not passes(node)):
                continue
            if node.name in BLOCKS:
                yield None
                waiting.append(None)
            waiting.extend(reversed(node.contents))
        elif type(node) in (NavigableString, CData):
            yield str(node)
    yield None


def written(markup: str) -> list[str]:
    """The paragraphs of a piece of HTML as a feed or an export has it. Raises BadRecord `too_large`."""
    if markup.count("<") > MAX_PIECE_TAGS:
        raise BadRecord(f"a text of over {MAX_PIECE_TAGS:,} tags", code="too_large")
    markup = _EMPTY.sub("", markup)
    folded = markup.lower()
    for name in _MEDIA:
        # One that nobody closed would hide what follows.
        if f"<{name}" in folded and f"</{name}" not in folded:
            markup = re.sub(rf"<{name}\b[^<>]*>", "", markup, flags=re.IGNORECASE)
    return paragraphs_of(whole_soup(markup))
