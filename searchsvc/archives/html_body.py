"""Which part of this page is the article, and what does it say?

The page is a list of blocks, and every element a range of them. The article's container is chosen among the ranges,
what does not belong to it is dropped from the range, and the rest are the paragraphs. Title, date and byline are read
elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import accumulate

from bs4.element import Tag

from searchsvc.archives.dates import only_date
from searchsvc.archives.html_blocks import PROSE, Block, Element, Page, walked
from searchsvc.archives.html_marks import is_body, is_lead, is_list_head, is_noise, is_tail
from searchsvc.archives.paragraphs import normal

_ADDRESS = re.compile(r"^(?:(?:https?://|www\.)\S+|\S+@\S+\.\w+)$")
_CREDIT_WORDS = re.compile(
    r"\b(?:by|posted|published|updated|written|on|at|von|am|um|uhr|par|le|por|el|the|and|und|in|staff|writer|reporter"
    r"|editor|est|edt|pm|am|gmt|\d+|min|minutes?|read|ago)\b"
)
#: Characters of prose from which on a box with the page's heading in it may be the article.
_LEAST_STORY = 400
#: How many blocks above the story its headline may stand, and how many between them may be its lead.
_LEAD_BLOCKS, _LEAD_MOST = 25, 4
#: The part of the prose that is left at least when the marked boxes are dropped; else the marks do not mean it.
_LEAST_LEFT = 0.15
#: A line between headline and story of fewer characters than this is a second headline or a credit.
_LEAST_LEAD = 120
#: The part of the prose after which a heading like "You may also like" ends the story.
_STORY_TOLD = 0.7
#: The part of the container's prose that stands below the page's title, where that is the headline and no repetition.
_LEAST_BELOW = 0.2


def page_of(top: Tag) -> Page:
    """The page as blocks, those marked that surely are not of the article."""
    page = walked(top)
    _unkeep(page, [element for element in page.elements if element.drop == 2])
    page.readers = [not block.kept for block in page.blocks]
    sums = page.weights()
    titles = list(accumulate((block.tag == "h1" for block in page.blocks), initial=0))

    def is_aside(element: Element) -> bool:
        """Not where most of the page's prose is, nor where its heading stands above prose: a class is only a name."""
        weight = sums[element.end] - sums[element.start]
        if titles[element.end] > titles[element.start] and weight >= max(2 * PROSE, sums[-1] * 0.2):
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
    start = _below_headline(page, title, start, end)
    inside = [block for block in page.blocks[start:end] if block.kept or is_tail(block.text)]
    links = [block for block in inside if block.tag == "p" and block.linked > len(block.text) * 0.6]
    # A story that is a list of links, as of things to buy or to read.
    listed = sum(len(block.text) for block in links) > 0.4 * sum(len(block.text) for block in inside)
    told = set(map(id, links)) if listed else set()
    blocks = _until_furniture(inside, {id(block) for block in inside if id(block) in told or not _is_noise(block)})
    said = {normal(title), *(normal(credit) for credit in credits)} - {""}
    found: list[Block] = []
    for number, block in enumerate([*_lead(page, title, start, end), *blocks]):
        text = normal(block.text)
        if block.tag == "h1" and not any(one.weight for one in found):
            continue
        if text == normal(title) or (number < 6 and not block.weight and _only_says(text, said)):
            continue
        if number < 6 and only_date(block.text):
            continue
        found.append(block)
    while found and (_is_loose(found[-1]) or (not listed and found[-1].linked > len(found[-1].text) * 0.5)):
        found.pop()
    return [block.text for block in found]


def _below_headline(page: Page, title: str, start: int, end: int) -> int:
    """Where the container begins without what stands above the headline in it, as a ticker of other stories."""
    at = page.title_at(title)
    if at is None or not start < at < end or not page.blocks[at].is_heading:
        return start
    sums = page.weights()
    return at if (sums[end] - sums[at]) >= _LEAST_BELOW * (sums[end] - sums[start]) else start


def _is_loose(block: Block) -> bool:
    """Whether a block can not be the last of a story."""
    return block.is_heading or only_date(block.text)


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


def _until_furniture(blocks: list[Block], good: set[int]) -> list[Block]:
    """The good blocks, by their `id`, without lines like "You may also like", and without what follows one near the
    end."""
    total = sum(block.weight for block in blocks if id(block) in good)
    before = 0
    found: list[Block] = []
    for number, block in enumerate(blocks):
        if _is_end(block):
            if before >= total * _STORY_TOLD and not (is_list_head(block.text) and _goes_on(blocks, number + 1)):
                break
        elif id(block) in good:
            found.append(block)
            before += block.weight
    return found


def _is_end(block: Block) -> bool:
    """Whether a line like "You may also like" stands alone, and is not itself the link: "Read more: …"."""
    return is_tail(block.text) and not (_is_noise(block) and (block.linked or ":" in block.text.rstrip(": ")))


def _goes_on(blocks: list[Block], number: int) -> bool:
    """Whether the next block is a paragraph as the story has them: a box of links was set in the middle of it."""
    if number == len(blocks):
        return False
    block = blocks[number]
    return block.tag not in ("li", "tr", "a") and bool(block.weight) and block.linked <= len(block.text) * 0.3


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
