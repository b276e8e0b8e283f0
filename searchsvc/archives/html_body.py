"""Which part of this page is the article, and what does it say? One walk over the tree, linear in its size.

The walk turns the page into blocks of text in reading order; every element is then a range of blocks. The article's
container is chosen among the ranges, what does not belong to it is dropped from the range, and the rest are the
paragraphs. The tree is not changed. Title, date and byline are read elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import accumulate

from bs4.element import CData, NavigableString, PageElement, Tag

from searchsvc.archives.html_marks import SKIPPED, drop_of, is_body, is_lead, is_noise, is_tail, words_of
from searchsvc.archives.markup import BLOCKS, folded_space, said
from searchsvc.archives.paragraphs import normal

_SENTENCE_END = re.compile(r"[.!?…:;\"”’»)]\s*$")
_ADDRESS = re.compile(r"^(?:(?:https?://|www\.)\S+|\S+@\S+\.\w+)$")
_TWO_BREAKS = re.compile(r"\n\s*\n")
_CREDIT_WORDS = re.compile(
    r"\b(?:by|posted|published|updated|written|on|at|von|am|um|uhr|par|le|por|el|the|and|und|in|staff|writer|reporter"
    r"|editor|est|edt|pm|am|gmt|\d+|min|minutes?|read|ago)\b"
)
#: A block of fewer characters than this carries no weight in the choice of the container unless it is a sentence.
_PROSE = 60
#: Characters of prose from which on a box with the page's heading in it may be the article.
_LEAST_STORY = 400
#: How many blocks above the story its headline may stand, and how many between them may be its lead.
_LEAD_BLOCKS, _LEAD_MOST = 25, 4
#: The part of the prose that is left at least when the marked boxes are dropped; else the marks do not mean it.
_LEAST_LEFT = 0.15
#: A line between headline and story of fewer characters than this is a second headline or a credit.
_LEAST_LEAD = 120
_MOST_MARKED = 20_000
#: A link over this many paragraphs was never closed.
_UNCLOSED = 3
#: The part of the prose after which a heading like "You may also like" ends the story.
_STORY_TOLD = 0.7
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))


@dataclass(slots=True)
class Block:
    """A run of text that stands on its own: a paragraph, a heading, a list item, a table row.

    `linked` and `marked` count its characters within links, and within inline elements marked as no part of the text.
    """

    text: str
    linked: int
    marked: int
    tag: str
    kept: bool = True

    @property
    def is_heading(self) -> bool:
        return self.tag in _HEADINGS

    @property
    def weight(self) -> int:
        """How much it speaks for being in the article: its characters, if it is prose and not a list of links."""
        size = len(self.text)
        if self.is_heading or self.linked > size * 0.4 or self.marked > size * 0.7:
            return 0
        if size >= _PROSE or (size >= 25 and _SENTENCE_END.search(self.text)):
            return size
        return 0


@dataclass(slots=True)
class Element:
    """An element as the range of blocks within it; `drop` is 0 to keep, 1 unless the article is in it, 2 always."""

    tag: Tag
    start: int
    drop: int
    breaks: bool
    depth: int
    end: int = 0
    outer_mark: int = 0


@dataclass(slots=True)
class Page:
    """A page as blocks in reading order, and its elements as ranges of them, in order of their beginning.

    `elements` are the block elements, `marked` the elements with a class, id or rel, `places` the block at which each
    <time> stands, `labels` what a blog has filed the page under, `abbreviations` its machine-readable dates.
    """

    blocks: list[Block]
    elements: list[Element]
    marked: list[Element]
    places: dict[int, int]
    labels: list[str]
    abbreviations: list[Tag]
    readers: list[bool] = field(default_factory=list)
    container: tuple[int, int] | None = None
    titles: dict[str, int | None] = field(default_factory=dict)

    def weights(self) -> list[int]:
        """Sums of the kept blocks' weights: that of a range is `sums[end] - sums[start]`."""
        return list(accumulate((block.weight if block.kept else 0 for block in self.blocks), initial=0))

    def in_readers(self, place: int) -> bool:
        """Whether the block at this place is a reader's comment."""
        return place < len(self.readers) and self.readers[place]

    def is_readers(self, element: Element) -> bool:
        """Whether the element is a reader's comment or within one."""
        return self.in_readers(element.start)

    def title_at(self, title: str) -> int | None:
        """The place of the block that prints the title: a heading if one does, else the first block that does."""
        if title not in self.titles:
            wanted = normal(title)
            found = [n for n, block in enumerate(self.blocks) if wanted and normal(block.text[:1_000]) == wanted]
            self.titles[title] = next((n for n in found if self.blocks[n].is_heading), found[0] if found else None)
        return self.titles[title]


class _Walk:
    """One walk over the tree, without recursion: pages nest without limit."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.elements: list[Element] = []
        self._line: list[str] = []
        self._linked = self._marked = 0
        self._in_link = self._in_mark = 0
        self._tags = ["body"]
        self.marked: list[Element] = []
        self.places: dict[int, int] = {}
        self.labels: list[str] = []
        self.abbreviations: list[Tag] = []

    def walk(self, top: Tag) -> None:
        waiting: list[PageElement | Element] = [top]
        depth = 0
        while waiting:
            node = waiting.pop()
            if isinstance(node, Element):
                depth -= 1
                self._leave(node)
            elif isinstance(node, Tag):
                if node.name in SKIPPED:
                    continue
                if node.name == "br":
                    self._line.append("\n")
                    continue
                waiting.append(self._enter(node, depth))
                waiting.extend(reversed(node.contents))
                depth += 1
            elif type(node) in (NavigableString, CData):
                self._text(str(node))
        self._flush()

    def _enter(self, tag: Tag, depth: int) -> Element:
        name = tag.name
        # A cell is a word of its row in a table of data, and a box where tables lay a page out.
        # Elements of no known name, and inline ones around blocks, break the line as a block does.
        breaks = (name in BLOCKS and name not in ("td", "th")) or _holds_blocks(tag)
        if breaks:
            self._flush()
            self._tags.append(name if name not in ("div", "section", "article", "td") else self._tags[-1])
        elif name in ("td", "th"):
            self._line.append(" ")
        element = Element(tag, len(self.blocks), drop_of(tag), breaks, depth, outer_mark=self._in_mark)
        if breaks:
            # An inline mark around blocks, often one that was never closed, says nothing about them.
            self._in_mark = 0
        self._in_link += name == "a"
        self._in_mark += not breaks and element.drop > 0
        if breaks:
            self.elements.append(element)
        self._note(element)
        return element

    def _note(self, element: Element) -> None:
        """Keep what title, date and byline are looked for in, so that the tree is walked once."""
        tag = element.tag
        attributes = tag.attrs
        if attributes and len(self.marked) < _MOST_MARKED and not attributes.keys().isdisjoint(("class", "id", "rel")):
            self.marked.append(element)
        if tag.name == "time":
            self.places[id(tag)] = element.start
        elif tag.name == "abbr" and "published" in words_of(tag):
            self.abbreviations.append(tag)
        elif tag.name == "a" and "tag" in (attributes.get("rel") or ()):
            self.labels.append(said(tag, 100))

    def _leave(self, element: Element) -> None:
        if element.breaks:
            self._flush()
            self._tags.pop()
        if element.tag.name == "a":
            self._in_link -= 1
            # Of links within one another only the outermost is looked at, so that the work stays linear.
            inside = [] if self._in_link else self.blocks[element.start :]
            if len(inside) >= _UNCLOSED and sum(len(block.text) >= 2 * _PROSE for block in inside) >= _UNCLOSED:
                # Whole paragraphs are no link but one that was never closed.
                for block in inside:
                    block.linked = 0
        self._in_mark = element.outer_mark
        element.end = len(self.blocks)

    def _text(self, text: str) -> None:
        size = len(text.strip())
        self._line.append(text if self._tags[-1] == "pre" else text.replace("\n", " "))
        self._linked += size if self._in_link else 0
        self._marked += size if self._in_mark else 0

    def _flush(self) -> None:
        if self._line:
            for text in _lines("".join(self._line)):
                self.blocks.append(
                    Block(text, min(self._linked, len(text)), min(self._marked, len(text)), self._tags[-1])
                )
            self._line.clear()
        self._linked = self._marked = 0


def _holds_blocks(tag: Tag) -> bool:
    return any(isinstance(child, Tag) and child.name in BLOCKS and child.name != "br" for child in tag.contents)


def _lines(text: str) -> list[str]:
    """The paragraphs within one block: divided by two line breaks, or by one where the lines are long."""
    found: list[str] = []
    for part in _TWO_BREAKS.split(text):
        lines = [line for line in (folded_space(raw) for raw in part.split("\n")) if line]
        if len(lines) > 1 and sum(map(len, lines)) < len(lines) * 90:
            lines = [" ".join(lines)]
        found.extend(lines)
    return found


def page_of(top: Tag) -> Page:
    """The page as blocks, those marked that surely are not of the article."""
    walk = _Walk()
    walk.walk(top)
    page = Page(walk.blocks, walk.elements, walk.marked, walk.places, walk.labels, walk.abbreviations)
    _unkeep(page, [element for element in page.elements if element.drop == 2])
    page.readers = [not block.kept for block in page.blocks]
    sums = page.weights()
    titles = list(accumulate((block.tag == "h1" for block in page.blocks), initial=0))

    def is_aside(element: Element) -> bool:
        """Not where most of the page's prose is, nor where its heading stands above prose: a class is only a name."""
        weight = sums[element.end] - sums[element.start]
        if titles[element.end] > titles[element.start] and weight >= max(2 * _PROSE, sums[-1] * 0.2):
            return False
        return weight <= sums[-1] * 0.4 and (weight < _LEAST_STORY or titles[element.end] == titles[element.start])

    _unkeep(page, [element for element in page.elements if element.drop == 1 and is_aside(element)])
    if page.weights()[-1] < sums[-1] * _LEAST_LEFT:
        # The marks have taken the story: only those of the page's frame are believed.
        for number, block in enumerate(page.blocks):
            block.kept = not page.readers[number]
        _unkeep(page, [e for e in page.elements if e.drop == 1 and e.tag.name in ("aside", "footer") and is_aside(e)])
    # A box that begins with "You may also like", where there is prose before it.
    sums = page.weights()
    boxes = [e for e in page.elements if e.start + 1 < e.end and is_tail(page.blocks[e.start].text)]
    _unkeep(page, [e for e in boxes if sums[e.start] >= _LEAST_STORY])
    return page


def _unkeep(page: Page, elements: list[Element]) -> None:
    edges = [0] * (len(page.blocks) + 1)
    for element in elements:
        edges[element.start] += 1
        edges[element.end] -= 1
    for block, cover in zip(page.blocks, accumulate(edges), strict=False):
        block.kept = block.kept and cover == 0


def container_of(page: Page) -> tuple[int, int]:
    """The range of blocks that the article lies in."""
    if page.container is None:
        page.container = _container(page)
    return page.container


def _container(page: Page) -> tuple[int, int]:
    sums = page.weights()
    total = sums[-1]

    def weight(element: Element) -> int:
        return sums[element.end] - sums[element.start]

    boxes = [e for e in page.elements if e.end > e.start and e.tag.name not in ("p", "ul", "ol", "li", "tr", "span")]
    declared = [e for e in boxes if "articleBody" in str(e.tag.get("itemprop") or "")]
    marked = [e for e in boxes if is_body(e.tag)]
    articles = [e for e in boxes if e.tag.name == "article"]
    for candidates, least in ((declared, 0.3), (marked, 0.4), (articles, 0.35)):
        if not candidates:
            continue
        most = max(map(weight, candidates))
        if most and most >= total * least:
            # Of boxes within one another that hold about the same, the innermost.
            best = max((e for e in candidates if weight(e) >= most * 0.85), key=lambda e: e.depth)
            return best.start, best.end
    return _densest(page, weight)


def _densest(page: Page, weight: Callable[[Element], int]) -> tuple[int, int]:
    """Where nothing is marked: down from the top, as long as one child holds nearly all of the prose."""
    best: Element | None = None
    for element in page.elements:
        if best is None:
            best = element
        elif element.start >= best.start and element.end <= best.end and element.tag.name not in ("p", "li"):
            best = element if weight(element) >= weight(best) * 0.75 else best
    return (best.start, best.end) if best else (0, 0)


def body_of(page: Page, title: str, credits: Iterable[str] = ()) -> list[str]:
    """The paragraphs of the article. `credits` are the names and dates said at its head, which are not its text."""
    start, end = container_of(page)
    inside = [block for block in page.blocks[start:end] if block.kept or is_tail(block.text)]
    links = [block for block in inside if block.tag == "p" and block.linked > len(block.text) * 0.6]
    # A story that is a list of links, as of things to buy or to read.
    listed = sum(len(block.text) for block in links) > 0.4 * sum(len(block.text) for block in inside)
    told = set(map(id, links)) if listed else set()
    blocks = [block for block in inside if id(block) in told or not _is_noise(block)]
    blocks = _until_furniture(blocks)
    said = {normal(title), *(normal(credit) for credit in credits)} - {""}
    found: list[Block] = []
    for number, block in enumerate([*_lead(page, title, start, end), *blocks]):
        text = normal(block.text)
        if block.tag == "h1" and not any(one.weight for one in found):
            continue
        if text == normal(title) or (number < 6 and not block.weight and _only_says(text, said)):
            continue
        found.append(block)
    while found and (found[-1].is_heading or (not listed and found[-1].linked > len(found[-1].text) * 0.5)):
        found.pop()
    return [block.text for block in found]


def _lead(page: Page, title: str, start: int, end: int) -> list[Block]:
    """What stands between the headline and the container of the story: often the lead, in a box of its own."""
    wanted = normal(title)
    near = range(start - 1, max(start - _LEAD_BLOCKS, 0) - 1, -1)
    headings = (n for n in near if page.blocks[n].tag == "h1" or (wanted and normal(page.blocks[n].text) == wanted))
    at = next(headings, None)
    if at is None:
        return []
    marked = {
        n
        for e in page.elements
        if at < e.start and e.end <= start and e.end - e.start <= _LEAD_MOST and is_lead(e.tag)
        for n in range(e.start, e.end)
    }
    between = [(n, page.blocks[n]) for n in range(at + 1, start) if not page.in_readers(n)]
    weighed = [block for n, block in between if (block.kept or n in marked) and not _is_noise(block)]
    told = {block.text for block in page.blocks[start:end]}
    lead = [block for block in weighed if _is_lead(block) and block.text not in told]
    size = sum(len(block.text) for block in lead)
    if len(lead) > _LEAD_MOST or size > sum(block.weight for block in page.blocks[start:end] if block.kept):
        return []
    return lead


def _is_lead(block: Block) -> bool:
    size = len(block.text)
    return size >= _LEAST_LEAD and block.tag != "li" and max(block.linked, block.marked) <= size * 0.3


def _until_furniture(blocks: list[Block]) -> list[Block]:
    """The blocks without lines like "You may also like", and without what follows one near the end."""
    total = sum(block.weight for block in blocks)
    before = 0
    found: list[Block] = []
    for block in blocks:
        if not is_tail(block.text):
            found.append(block)
            before += block.weight
        elif before >= total * _STORY_TOLD:
            break
    return found


def _is_noise(block: Block) -> bool:
    size = len(block.text)
    if block.marked > size * 0.7:
        return True
    if block.linked > size * 0.6 and not _is_linked_prose(block):
        return True
    if not any(map(str.isalnum, block.text)):
        return True
    return is_noise(block.text)


def _is_linked_prose(block: Block) -> bool:
    """Whether a text that is mostly a link is still a sentence of the story, as where a link was never closed."""
    size = len(block.text)
    if block.tag == "p" and _ADDRESS.match(block.text):
        return True
    ends = block.text.endswith((".", ".”", '."'))
    return block.tag not in ("li", "a") and ((size >= 200 and block.linked <= size * 0.9) or (size >= 100 and ends))


def _only_says(text: str, said: set[str]) -> bool:
    """Whether a line is nothing but credits: "By Ann Lee | April 28, 2016"."""
    for credit in sorted(said, key=len, reverse=True):
        text = text.replace(credit, " ")
    return len(_CREDIT_WORDS.sub("", text).split()) == 0
