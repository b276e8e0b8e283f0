"""What does this page say, block by block, and which elements hold which blocks? One walk over the tree, linear in its
size.

A block is a run of text that stands on its own, in reading order; every element is then a range of blocks. Nothing is
decided here but what a block is. The tree is not changed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import accumulate

from bs4.element import CData, NavigableString, PageElement, Tag

from searchsvc.archives.html_marks import HEADINGS, SKIPPED, drop_of, is_unseen, words_of
from searchsvc.archives.markup import BLOCKS, folded_space, said
from searchsvc.archives.paragraphs import normal

_SENTENCE_END = re.compile(r"[.!?…:;\"”’»)]\s*$")
_TWO_BREAKS = re.compile(r"\n\s*\n")
#: A block of fewer characters than this carries no weight in the choice of the container unless it is a sentence.
PROSE = 60
_MOST_MARKED = 20_000
#: A link over this many paragraphs was never closed.
_UNCLOSED = 3


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
        return self.tag in HEADINGS

    @property
    def weight(self) -> int:
        """How much it speaks for being in the article: its characters, if it is prose and not a list of links."""
        size = len(self.text)
        if self.is_heading or self.linked > size * 0.4 or self.marked > size * 0.7:
            return 0
        if size >= PROSE or (size >= 25 and _SENTENCE_END.search(self.text)):
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
        #: Of each piece of the line, whether it is in a link and in a mark.
        self._within: list[tuple[bool, bool]] = []
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
                if node.name in SKIPPED and not _holds_headline(node):
                    continue
                if is_unseen(node) and not _holds_blocks(node):
                    continue
                if node.name == "br":
                    self._add("\n")
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
            self._add(" ")
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
            if len(inside) >= _UNCLOSED and sum(len(block.text) >= 2 * PROSE for block in inside) >= _UNCLOSED:
                # Whole paragraphs are no link but one that was never closed.
                for block in inside:
                    block.linked = 0
        self._in_mark = element.outer_mark
        element.end = len(self.blocks)

    def _text(self, text: str) -> None:
        size = len(text.strip())
        self._add(text if self._tags[-1] == "pre" else text.replace("\n", " "))
        self._linked += size if self._in_link else 0
        self._marked += size if self._in_mark else 0

    def _add(self, piece: str) -> None:
        self._line.append(piece)
        self._within.append((self._in_link > 0, self._in_mark > 0))

    def _flush(self) -> None:
        if self._line:
            lines = _lines("".join(self._line))
            if len(lines) > 1 and (self._linked or self._marked):
                counts = _counted(lines, self._line, self._within)
            else:
                counts = [(self._linked, self._marked)] * len(lines)
            for text, (linked, marked) in zip(lines, counts, strict=True):
                self.blocks.append(Block(text, min(linked, len(text)), min(marked, len(text)), self._tags[-1]))
            self._line.clear()
            self._within.clear()
        self._linked = self._marked = 0


def _counted(lines: list[str], pieces: list[str], within: list[tuple[bool, bool]]) -> list[tuple[int, int]]:
    """Of each line of a block, how many of its characters are in links and in marks, by the letters of its pieces."""
    waiting = [(len("".join(folded_space(piece).split())), flags) for piece, flags in zip(pieces, within, strict=True)]
    waiting.reverse()
    found: list[tuple[int, int]] = []
    for line in lines:
        letters = left = len("".join(line.split()))
        linked = marked = 0
        while left and waiting:
            size, flags = waiting.pop()
            taken = min(size, left)
            linked += taken * flags[0]
            marked += taken * flags[1]
            left -= taken
            if taken < size:
                waiting.append((size - taken, flags))
        found.append((linked * len(line) // max(letters, 1), marked * len(line) // max(letters, 1)))
    return found


def _holds_blocks(tag: Tag) -> bool:
    return any(isinstance(child, Tag) and child.name in BLOCKS and child.name != "br" for child in tag.contents)


def _holds_headline(tag: Tag) -> bool:
    """Whether what is marked as the caption of a picture is the head of the story under it."""
    return tag.name == "figcaption" and any(isinstance(child, Tag) and child.name == "h1" for child in tag.contents)


def _lines(text: str) -> list[str]:
    """The paragraphs within one block: divided by two line breaks, or by one where the lines are long."""
    found: list[str] = []
    for part in _TWO_BREAKS.split(text):
        lines = [line for line in (folded_space(raw) for raw in part.split("\n")) if line]
        if len(lines) > 1 and sum(map(len, lines)) < len(lines) * 90:
            lines = [" ".join(lines)]
        found.extend(lines)
    return found


def walked(top: Tag) -> Page:
    """The blocks of a page and its elements, all kept."""
    walk = _Walk()
    walk.walk(top)
    return Page(walk.blocks, walk.elements, walk.marked, walk.places, walk.labels, walk.abbreviations)
