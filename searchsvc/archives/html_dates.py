"""When did this page appear? From what it declares, what stands by its headline, and its address, weighed together.

A page's date is the day it was published, on the calendar of its place: not when it was changed, saved or read. What a
reader sees by the headline is believed over a declaration that contradicts it, since pages declare what their system
last did with them; where neither is clear, the date is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from urllib.parse import urlsplit

from bs4.element import Tag

from searchsvc.archives.dates import dates_in, published
from searchsvc.archives.html_blocks import Page
from searchsvc.archives.html_body import container_of
from searchsvc.archives.html_facts import Facts, value_of
from searchsvc.archives.html_marks import words_of
from searchsvc.archives.markup import said
from searchsvc.archives.paragraphs import normal
from searchsvc.article import PRECISIONS, UNKNOWN, Published

#: What is written for the time of publication, and nothing else.
_SURE_META = (
    "article:published_time", "article:published", "og:published_time", "og:article:published_time", "datepublished",
    "article.published", "parsely-pub-date", "sailthru.date", "publishdate", "publish-date", "publish_date",
    "published_date", "published-date", "publication_date", "publication-date", "publicationdate", "pubdate",
    "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "citation_publication_date", "article_date_original",
    "originalpublicationdate", "displaydate", "og:pubdate", "rnews:datepublished", "shareaholic:article_published_time",
    "published", "date.published", "iso-8601-publish-date", "uploaddate",
)  # fmt: skip
#: What as often holds when the page was made, changed or sent.
_LOOSE_META = (
    "dc.date.issued", "dcterms.issued", "dc.date.created", "dcterms.created", "datecreated", "created",
    "citation_date", "dcterms.date", "dc.date", "date",
)  # fmt: skip
#: What is written for the time of the last change.
_CHANGED_META = (
    "article:modified_time", "og:updated_time", "og:article:modified_time", "datemodified", "dateupdate", "dateupdated",
    "dcterms.modified", "dc.date.modified", "article:modified", "last_updated_date",
)  # fmt: skip
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
    r"|zaktualizowano|обновлено|stand|abgerufen|retrieved|accessed)\W{0,3}(?:(?:am|on|at|le|el|em|il|op|vom|den|:)\W*)*$",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(
    r"(?:published|posted|first published|erschienen|veröffentlicht|publiziert|erstellt|eingestellt|publié|publicado"
    r"|pubblicato|gepubliceerd|geplaatst|opublikowano|опубликовано|pressemitteilung|release|date|datum|fecha|data"
    r"|(?:author|autor|geschrieben von|posted by|by|von)\b.{2,30})"
    r"\W{0,3}(?:(?:am|on|at|le|el|em|il|op|vom|den|:)\W*)*$",
    re.IGNORECASE,
)
#: A range of days is when something happens: "14. - 20. Januar 2022", "1.5.2019 bis 3.5.2019".
_RANGE_BEFORE = re.compile(
    r"(?:\d\.?\s*(?:[–—-]|bis|to|until|und)|\b(?:bis|zum|until|ab|since|seit|from|till|geboren|born))\W*$", re.I
)
_RANGE_AFTER = re.compile(r"^\s*(?:[–—-]|bis|to|until)\s*(?:zum\s+)?\d{1,2}(?:\.|\s+[a-zä]|/)", re.IGNORECASE)
_URL_DATES = (
    re.compile(r"[/_.-](?P<y>(?:19|20)\d\d)[/_.-](?P<m>[01]?\d)[/_.-](?P<d>[0-3]?\d)(?=[/_.?-]|$)"),
    re.compile(r"[/_.-](?P<y>(?:19|20)\d\d)/(?P<m>[a-z]{3})/(?P<d>[0-3]?\d)(?=[/_.-]|$)"),
    re.compile(r"[/_.-](?P<y>20\d\d)-?(?P<m>[01]\d)/?(?P<d>[0-3]\d)(?=[/_.-]|$)"),
    re.compile(r"[/_.-](?P<d>[0-3]\d)[-.](?P<m>[01]\d)[-.](?P<y>20\d\d)(?=[/_.-]|$)"),
    re.compile(r"/(?P<y>(?:19|20)\d\d)[/-](?P<m>[01]\d)(?=/)"),
)
#: How many blocks before and after the headline its date may stand, and how long such a line may be.
_BEFORE, _AFTER, _LINE = 6, 10, 150
_MOST_LINKS = 30
#: How much else an unmarked line with a date may say, and how many dates by the headline are looked at.
_AROUND, _MOST_SEEN = 80, 8
#: Days after which a date by the headline that nothing marks is not that of publication, if the page declares another;
#: and by which a page may be declared younger than its address says before it counts as moved to a new system.
_YEAR, _MOVED = 366, 60
#: Languages whose readers (nearly) all live on Central European time.
_CENTRAL = frozenset("de it pl nl sv da nb no cs sk hu sl hr".split())


def date_of(facts: Facts, page: Page, url: str, language: str, title: str) -> Published:
    """When the page appeared: its day by what agrees, with the time of day where that is declared."""
    day_first = _day_first(facts, language)
    sure = _with_day(_declared(facts, page, day_first))
    address = _of_address(url)
    changed = _with_day(_changed(facts, day_first))
    seen = _with_day(_seen(facts, page, title, day_first))[:_MOST_SEEN]
    if address:
        # A line by the headline may hold the date of anything, but not one of another month than the address has.
        seen = [claim for claim in seen if claim.at[:7] == address.at[:7]] or [
            claim for claim in seen if claim.source == "time"
        ]
    of_url = address if len(address.at) == 10 else UNKNOWN
    loose = _with_day(published(text, "meta", day_first=day_first) for text in facts.every(*_LOOSE_META))
    if sure:
        if of_url and (not seen or _days(of_url, sure[0]) > _MOVED) and of_url.at <= sure[0].at[:10]:
            return _agreeing(of_url, sure) or of_url
        for claim in seen:
            if agreeing := _agreeing(claim, sure):
                return agreeing
        near = [claim for claim in seen if claim.source == "time" or _days(claim, sure[0]) <= _YEAR]
        if near:
            return _with_time(near[0], near)
        first = _undisputed(sure, changed)
        return _local(first, language) if first else address
    if of_url:
        return _agreeing(of_url, [*seen, *loose]) or of_url
    if seen:
        both = (agreeing for claim in seen if (agreeing := _agreeing(claim, loose)))
        found = next(both, None) or _with_time(seen[0], seen)
        return address if found.source == "text" and not address and _long_before(found, changed) else found
    if loose:
        return address if _long_before(loose[0], changed) else _local(loose[0], language)
    return next(iter(_with_day(_elsewhere(facts, page, day_first))), address)


def _undisputed(sure: list[Published], changed: list[Published]) -> Published:
    """The first declaration, unless another names another day, and not as that of the last change: then UNKNOWN.

    Marked elements do not dispute it: they may be those of the stories beside this one.
    """
    first = sure[0]
    others = [
        claim
        for claim in sure
        if claim.source != "time" and not (_agreeing(first, [claim]) or _agreeing(claim, [first]))
    ]
    disputed = [claim for claim in others if not _agreeing(claim, changed)]
    return UNKNOWN if disputed else first


def _long_before(found: Published, changed: list[Published]) -> bool:
    """Whether a date that nothing confirms is of years before the page is declared to have been changed."""
    return bool(changed) and min(_days(found, claim) for claim in changed) > _YEAR


def _with_day(claims: Iterator[Published]) -> list[Published]:
    return [found for found in claims if PRECISIONS.index(found.precision) >= PRECISIONS.index("day")]


def _agreeing(day: Published, claims: list[Published]) -> Published:
    """The finest of the claims that names this day, or whose moment in UTC may fall on it somewhere; else UNKNOWN."""
    same = [claim for claim in claims if claim.at[:10] in (day.at[:10], _turned(day.at))]
    if same:
        return max(same, key=lambda claim: (len(claim.at) > 10, not claim.at.endswith("Z")))
    for claim in claims:
        if claim.at.endswith("Z"):
            moment = datetime.fromisoformat(claim.at)
            if any((moment + timedelta(hours=hours)).strftime("%Y-%m-%d") == day.at[:10] for hours in (-11, 13)):
                return day
    return UNKNOWN


def _days(one: Published, other: Published) -> int:
    return abs((date.fromisoformat(one.at[:10]) - date.fromisoformat(other.at[:10])).days)


def _turned(at: str) -> str:
    """The date with month and day in the other order, where a page writes them so: 2021-01-11 → 2021-11-01."""
    return f"{at[:4]}-{at[8:10]}-{at[5:7]}" if len(at) == 10 and at[8:10] <= "12" else ""


def _with_time(day: Published, claims: list[Published]) -> Published:
    return _agreeing(day, claims) or day


def _local(found: Published, language: str) -> Published:
    """A moment in UTC as the time of Central Europe, where the page's language is spoken nowhere else."""
    if language not in _CENTRAL or not found.at.endswith("Z"):
        return found
    moment = datetime.fromisoformat(found.at)
    hours = 2 if _last_sunday(moment.year, 3) <= moment < _last_sunday(moment.year, 10) else 1
    return replace(found, at=moment.astimezone(timezone(timedelta(hours=hours))).isoformat())


def _last_sunday(year: int, month: int) -> datetime:
    """When Europe's summer time begins and ends: 1:00 UTC on the last Sunday of March and October."""
    last = datetime(year, month, 31, 1, tzinfo=UTC)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def _day_first(facts: Facts, language: str) -> bool | None:
    """How the page writes 04/05/2016, as far as its language tells; None where it does not."""
    if language and language != "en":
        return True
    region = (facts.language or facts.first("og:locale")).replace("_", "-").lower()
    if region.startswith("en-"):
        return region not in ("en-us", "en-ca", "en-ph") or (False if region == "en-us" else None)
    return None


def _declared(facts: Facts, page: Page, day_first: bool | None) -> Iterator[Published]:
    """What the page declares as its time of publication, the surest first."""
    for node in (facts.article(), facts.page()):
        for key in ("datePublished", "dateCreated", "uploadDate"):
            yield published(value_of(node.get(key)), "json-ld", day_first=day_first)
    for name in _SURE_META:
        found = [published(text, "meta", day_first=day_first) for text in facts.meta.get(name, ())]
        # Three days under one name are those of a list, as of readers' reviews.
        if len({one.at[:10] for one in found}) < 3:
            yield from found
    for tag in facts.itemprops.get("datepublished", ())[:3]:
        text = str(tag.get("content") or tag.get("datetime") or tag.get("title") or said(tag))
        yield published(text, "time", day_first=day_first)
    for tag in page.abbreviations[:3]:
        yield published(str(tag.get("title") or ""), "time", day_first=day_first)


def _changed(facts: Facts, day_first: bool | None) -> Iterator[Published]:
    """When the page was changed last, as far as it declares that."""
    for node in (facts.article(), facts.page()):
        yield published(value_of(node.get("dateModified")), "json-ld", day_first=day_first)
    for text in facts.every(*_CHANGED_META):
        yield published(text, "meta", day_first=day_first)


def _seen(facts: Facts, page: Page, title: str, day_first: bool | None) -> Iterator[Published]:
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
                yield from _of_line(block.text[:40], day_first, most_before=3)
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
    shown = next(iter(_with_day(_of_line(printed, day_first))), UNKNOWN)
    if held and (not shown or shown.at[:10] == held.at[:10]):
        yield held
    elif shown:
        yield replace(shown, source="time")


def _of_line(
    text: str, day_first: bool | None, *, most_before: int = 400, most_around: int = 400
) -> Iterator[Published]:
    """The dates in a credit line: "By Ann Lee | 2 May 2016, 14:05 UTC", none that says when it was changed."""
    for found, start, end in dates_in(text, "text", day_first=day_first):
        before, after = text[:start], text[end:]
        if start > most_before or len(before) + len(after) > most_around:
            continue
        if not (_CHANGED.search(before) or _RANGE_BEFORE.search(before) or _RANGE_AFTER.match(after)):
            yield found


def _elsewhere(facts: Facts, page: Page, day_first: bool | None) -> Iterator[Published]:
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
        for found in _with_day(_of_time(tag, page, place, day_first))
    ]
    if len({found.at[:10] for found in times}) == 1:
        yield times[0]
    for block in page.blocks:
        if len(block.text) <= 2 * _LINE:
            for found, start, _ in dates_in(block.text, "text", day_first=day_first):
                before = block.text[:start]
                if _PUBLISHED.search(before) and not _CHANGED.search(before):
                    yield found


def _of_address(url: str) -> Published:
    """The date in an address: a day, or only a month."""
    try:
        path = urlsplit(url).path.lower()
    except ValueError:
        return UNKNOWN
    for form in _URL_DATES:
        if match := form.search(path):
            month, day = match["m"], match.groupdict().get("d")
            if not month.isdigit():
                found = published(f"{day} {month} {match['y']}", "url")
            else:
                found = published(f"{match['y']}-{int(month):02}" + (f"-{int(day):02}" if day else ""), "url")
            if found:
                return found
    return UNKNOWN
