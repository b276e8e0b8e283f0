"""Here is the markup of a saved page: give me its tree, with all of the text that it has.

A page is written by hand, cut off in transfer, put together of pieces. Where it is broken a parser drops text without
a word: a comment that nobody closed hides what follows. What is known to do so is mended first; then the text of the
tree is held against a crude count, and where much of it is missing, the page is parsed in other ways.
"""

from __future__ import annotations

import re

from bs4 import BeautifulSoup

from searchsvc.archives.markup import soup_of
from searchsvc.errors import BadRecord

#: Less than this part of the crude count, and the tree has lost text; pages that are whole have 0.6 and more of it.
_LEAST_PARSED = 0.5
#: Less than this, whatever parser it was, and the page is not readable.
_LEAST_READ = 0.2
#: Pages with fewer letters are not judged: one script that writes half of the page upsets the count.
_LEAST_COUNTED = 300

#: Elements that hide what is in them; one that is never closed hides the rest of the page.
_HIDING_TAGS = re.compile(
    r"<(/?)(script|style|title|textarea|noscript|template|iframe|object|video|audio|canvas|svg|math|select|button|nav"
    r"|map|menu|dialog)(?=[\s/>])",
    re.IGNORECASE,
)
#: Of these the content is no markup: it goes with the tag, up to where markup begins.
_CODE = frozenset(("script", "style"))
_MARKUP = re.compile(r"</?[a-z]", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_ENDS = re.compile(r"</(?:body|html)\b[^<>]*>", re.IGNORECASE)
_UNCOUNTED = re.compile(r"<(?:(script|style|noscript|template)\b|!--)", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_OPENING = re.compile(r"<([a-z][a-z0-9]*)\s[^<>]*>", re.IGNORECASE)


def tree_of(markup: str) -> BeautifulSoup:
    """The tree of a page. Raises BadRecord `bad_html` where no way of parsing finds a fifth of its text."""
    markup = _mended(_XML_DECLARATION.sub("", markup.replace("\0", "")))
    soup = soup_of(markup)
    expected = _letters_between_tags(markup)
    if expected < _LEAST_COUNTED or (found := _letters(soup)) >= expected * _LEAST_PARSED:
        return soup
    for again, parser in ((markup, "html.parser"), (_OPENING.sub(_without_open_quote, markup), "lxml")):
        other = soup_of(again, parser)
        if (letters := _letters(other)) > found:
            soup, found = other, letters
        if found >= expected * _LEAST_PARSED:
            break
    if found < expected * _LEAST_READ:
        raise BadRecord(f"broken HTML: {found:,} of about {expected:,} letters can be read", code="bad_html")
    return soup


def _mended(markup: str) -> str:
    """The page without the marks that would hide all that follows: elements and comments that nobody closed, the end
    of the page before its end."""
    opened: dict[str, int] = {}
    for match in _HIDING_TAGS.finditer(markup):
        if match[1]:
            opened.pop(match[2].lower(), None)
        else:
            opened[match[2].lower()] = match.start()
    # From the end on, so that the places before stay what they are.
    for name, start in sorted(opened.items(), key=lambda pair: -pair[1]):
        markup = _unopened(markup, name, start)
    comment = markup.rfind("<!--")
    if comment >= 0 and markup.find("->", comment + 2) < 0 and markup.find("--!>", comment) < 0:
        markup = markup[:comment] + markup[comment + 4 :]
    end = _ENDS.search(markup)
    # After the last end there may be white space, a comment on the cache, scripts.
    if end and "<p" in markup[end.end() :]:
        markup = _ENDS.sub("", markup)
    return markup


def _unopened(markup: str, name: str, start: int) -> str:
    """The page without the tag that begins here, and without the code after it."""
    end = tag.end() if (tag := _TAG.match(markup, start)) else start + 1 + len(name)
    if name in _CODE and (after := _MARKUP.search(markup, end)):
        end = after.start()
    return markup[:start] + markup[end:]


def _letters_between_tags(markup: str) -> int:
    """How much text a page has at a glance: what stands between its tags, without scripts and comments."""
    pieces: list[str] = []
    at = 0
    while match := _UNCOUNTED.search(markup, at):
        pieces.append(markup[at : match.start()])
        end = _end_of(markup, f"</{match[1]}" if match[1] else "-->", match.end())
        at = end if end >= 0 else len(markup)
    pieces.append(markup[at:])
    return len("".join(_TAG.sub("", "".join(pieces)).split()))


def _end_of(markup: str, closing: str, start: int) -> int:
    """Where the closing mark begins, in the case in which the opening one was written or in the other; -1 for none."""
    found = markup.find(closing, start)
    return found if found >= 0 else markup.find(closing.swapcase(), start)


def _letters(soup: BeautifulSoup) -> int:
    return sum(map(len, soup.stripped_strings))


def _without_open_quote(match: re.Match[str]) -> str:
    """A tag, without its attributes where one has a quotation mark that does not end."""
    return match[0] if match[0].count('"') % 2 == 0 else f"<{match[1]}>"
