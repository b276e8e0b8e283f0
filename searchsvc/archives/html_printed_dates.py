"""Which dates does a reader see on this page: by its headline, and elsewhere?

Nothing is decided here. A date that is said to be of a change, of an event, of a reader's word, or that is the page's
furniture, is none of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from bs4.element import Tag

from searchsvc.archives.dates import dates_in, published, with_day
from searchsvc.archives.html_blocks import Page
from searchsvc.archives.html_body import container_of
from searchsvc.archives.html_facts import Facts, value_of
from searchsvc.archives.html_marks import words_of
from searchsvc.archives.markup import said
from searchsvc.archives.paragraphs import normal
from searchsvc.article import UNKNOWN, Published

_MARKS = re.compile(
    r"date|datum|\btime\b|authored|fecha|publi(?:sh|cad|e\b)|posted|pub-?time|time-?stamp|byline|submitted|kicker"
    r"|(?:entry|post|article|item|news)-?_?(?:meta|info)|meta-?info|postmetadata|created|article__info|stand\b",
    re.IGNORECASE,
)
_CHANGED_MARKS = re.compile(r"update(?!d-?(?:published|entry))|modif|last-?edit", re.IGNORECASE)
_PUBLISHED_MARKS = re.compile(r"publish|entry-date|pubdate", re.IGNORECASE)
#: Before a date: it says when the page was changed, or when something happens.
_CHANGED = re.compile(
    r"(?:updated?|modified|edited|changed|revised|aktualisiert|aktualisierung|geändert|änderung|editiert|bearbeitet"
    r"|mis à jour|mise à jour|modifié|actualizad[oa]|atualizad[oa]|modificad[oa]|aggiornat[oa]|bijgewerkt"
    r"|zaktualizowano|обновлено|stand|abgerufen|retrieved|accessed)\W{0,3}(?:(?:am|on|at|le|el|em|il|op|vom|den|:)\W*)*"
    r"(?:\d{1,2}[:.h]?\d{2}\W+(?:(?:[ap]m|uhr|[a-z]{2,4}t|\d{4} [a-z]{2,4}t)\W+){0,3})?$",
    re.IGNORECASE,
)
#: After a date: "November 28, 2013 -- Updated 0203 GMT".
_CHANGED_AFTER = re.compile(
    r"^[\s|(–—-]{1,6}(?:last )?(?:updated|aktualisiert|actualizado|modified)\W*(?:\d{1,2}[:.]?\d{2}\b|$)", re.I
)
_PUBLISHED = re.compile(
    r"(?:published|posted|first published|erschienen|veröffentlicht|publiziert|erstellt|eingestellt|publié|publicado"
    r"|pubblicato|gepubliceerd|geplaatst|opublikowano|опубликовано|pressemitteilung|release|date|datum|fecha|data"
    r"|(?:author|autor|geschrieben von|posted by|by|von)\b.{2,30})"
    r"\W{0,3}(?:(?:am|on|at|le|el|em|il|op|vom|den|:)\W*)*$",
    re.IGNORECASE,
)
#: What a reader has left on the page.
_READERS = re.compile(
    r"\b(?:bewertung|rezension|kommentar|antwort|review|rating|comment|repl(?:y|ied)|says|schrieb)\b", re.I
)
#: A range of days is when something happens: "14. - 20. Januar 2022", "1.5.2019 bis 3.5.2019".
_RANGE_BEFORE = re.compile(
    r"(?:\d\.?\s*(?:[–—-]|bis|to|until|und)|\b(?:bis|zum|until|ab|since|seit|from|till|geboren|born))\W*$", re.I
)
_RANGE_AFTER = re.compile(r"^\s*(?:[–—-]|bis|to|until)\s*(?:zum\s+)?\d{1,2}(?:\.|\s+[a-zä]|/)", re.IGNORECASE)
#: A line in which a site greets its reader: the date in it is that of the visit.
_CLOCK = re.compile(r"\b(?:willkommen|welcome|bienvenid[oa]s?|bienvenue|today is|heute ist)\b", re.IGNORECASE)
#: What follows the date in a dateline, and not in a sentence: "28.04.2016 | Oslo (wire)", not "On 28.04.2016 he".
_DATELINE = re.compile(r"\W*[|:(/–—-]|\W*$")
#: How many blocks before and after the headline its date may stand, and how long such a line may be.
_BEFORE, _AFTER, _LINE = 6, 10, 150
_MOST_LINKS = 30
#: How much else an unmarked line with a date may say.
_AROUND = 80


def seen_dates(facts: Facts, page: Page, title: str, day_first: bool | None) -> Iterator[Published]:
    """What a reader sees as the date by the headline: <time> elements, marked elements, then lines of their own."""
    places = _headlines(page, title)
    for tag in facts.times:
        place = page.places.get(id(tag))
        if place is not None and tag.has_attr("pubdate") and not page.in_readers(place):
            yield from _of_time(tag, page, place, day_first)
    times = _times(facts, page)
    furniture = {page.places.get(id(tag)) for tag in facts.times if _of_furniture(tag)}
    for at in places:
        near = range(at, _end_of_head(page, at)), range(max(at - _BEFORE, 0), at)
        for where in near:
            for place, tag in times:
                if place in where and not page.in_readers(place) and said(tag, 200):
                    yield from _of_time(tag, page, place, day_first)
            for element in page.marked:
                if element.start in where and not page.is_readers(element):
                    yield from _of_marked(element.tag, day_first)
        for place in (*range(at, min(at + _AFTER, len(page.blocks))), *near[1]):
            block = page.blocks[place]
            if place in furniture:
                continue
            if place == at:
                yield from _of_line(block.text.replace(title, " "), day_first, most_around=_AROUND)
            elif len(block.text) <= _LINE:
                yield from _of_line(block.text, day_first, most_around=_AROUND)
            elif place > at:
                yield from _of_dateline(block.text[:40], day_first)
        for where in near:
            for place, tag in times:
                # What is declared in a <time> without being printed is no better than any other declaration.
                if place in where and not page.in_readers(place) and not said(tag, 200):
                    yield from _of_time(tag, page, place, day_first)


def _end_of_head(page: Page, at: int) -> int:
    """How far below the headline its date may stand; links, as of a menu opened there, are no distance."""
    left = _AFTER
    for place in range(at, min(at + _AFTER + _MOST_LINKS, len(page.blocks))):
        block = page.blocks[place]
        left -= block.linked <= len(block.text) * 0.8
        if not left:
            return place + 1
    return min(at + _AFTER + _MOST_LINKS, len(page.blocks))


def _times(facts: Facts, page: Page) -> list[tuple[int, Tag]]:
    """The <time> elements with their places, but those of the page's own furniture: today's date in the site's head,
    the dates of other stories beside this one."""
    return [
        (place, tag)
        for tag in facts.times
        if (place := page.places.get(id(tag))) is not None and not _of_furniture(tag)
    ]


def _of_furniture(tag: Tag) -> bool:
    box = tag.find_parent(["aside", "nav", "footer", "header"])
    if box is None:
        return False
    return box.name == "nav" or (box.find_parent(["article", "main"]) is None and box.find("h1") is None)


def _headlines(page: Page, title: str) -> list[int]:
    """Where the headline may stand: the blocks that print the title, headings first; else the only h1, else the story.

    A page may print it in a ticker too.
    """
    wanted = normal(title)
    same = [n for n, block in enumerate(page.blocks) if wanted and wanted in normal(block.text[: len(title) + _LINE])]
    same = [n for n in same if len(page.blocks[n].text) <= len(title) + 60]
    same.sort(key=lambda n: (page.blocks[n].tag != "h1", not page.blocks[n].is_heading))
    if same:
        return same[:3]
    tops = [n for n, block in enumerate(page.blocks) if block.tag == "h1"]
    return tops if 1 <= len(tops) <= 2 else [container_of(page)[0]]


def _of_marked(tag: Tag, day_first: bool | None) -> Iterator[Published]:
    words = words_of(tag)
    if _MARKS.search(words) and not _CHANGED_MARKS.search(words) and (text := said(tag, 400)):
        yield from _of_line(text, day_first)


def _of_time(tag: Tag, page: Page, place: int, day_first: bool | None) -> Iterator[Published]:
    """The date of a <time>: as it is printed where that is a whole one, since what it holds is often in UTC."""
    words = words_of(tag)
    if _CHANGED_MARKS.search(words) and not _PUBLISHED_MARKS.search(words):
        return
    printed = said(tag, 200)
    block = page.blocks[place].text if place < len(page.blocks) else ""
    if printed and _CHANGED.search(block[: max(block.find(printed), 0)]):
        return
    if _CHANGED.search(re.split(r"\d", printed)[0]):
        return
    held = published(str(tag.get("datetime") or ""), "time", day_first=day_first)
    shown = next(iter(with_day(_of_line(printed, day_first))), UNKNOWN)
    if held and (not shown or shown.at[:10] == held.at[:10]):
        yield held
    elif shown:
        yield replace(shown, source="time")


def _of_line(
    text: str, day_first: bool | None, *, most_before: int = 400, most_around: int = 400
) -> Iterator[Published]:
    """The dates in a credit line: "By Ann Lee | 2 May 2016, 14:05 UTC", none that says when it was changed."""
    dates = dates_in(text, "text", day_first=day_first)
    if len(text) - sum(end - start for _, start, end in dates) > most_around or _CLOCK.search(text):
        return
    for found, start, end in dates:
        before, after = text[:start], text[end:]
        if start > most_before or _RANGE_BEFORE.search(before) or _RANGE_AFTER.match(after):
            continue
        if not (_CHANGED.search(before) or _CHANGED_AFTER.match(after)):
            yield found


def _of_dateline(text: str, day_first: bool | None) -> Iterator[Published]:
    """The date with which a paragraph begins: "28.04.2016 | Oslo (wire)"."""
    for found, start, end in dates_in(text, "text", day_first=day_first)[:1]:
        if start <= 3 and _DATELINE.match(text[end:]):
            yield found


def dates_elsewhere(facts: Facts, page: Page, day_first: bool | None) -> Iterator[Published]:
    """What else may be the date, if nothing by the headline is.

    JSON-LD of another kind, <time> elements that all name one day, and dates anywhere that are said to be of
    publication: "Erschienen am: 01.11.2023".
    """
    for node in facts.nodes:
        yield published(value_of(node.get("datePublished")), "json-ld", day_first=day_first)
    places = _times(facts, page)
    times = [
        found
        for place, tag in places[:50]
        if not page.in_readers(place)
        for found in with_day(_of_time(tag, page, place, day_first))
    ]
    if len({found.at[:10] for found in times}) == 1:
        yield times[0]
    lines = []
    for block in page.blocks:
        if len(block.text) <= 2 * _LINE and not _READERS.search(block.text):
            for found, start, _ in dates_in(block.text, "text", day_first=day_first):
                before = block.text[:start]
                if _PUBLISHED.search(before) and not _CHANGED.search(before):
                    lines.append(found)
    yield from lines
