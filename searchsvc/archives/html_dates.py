"""When did this page appear? From what it declares, what stands by its headline, and its address, weighed together.

A page's date is the day it was published, on the calendar of its place: not when it was changed, saved or read. What a
reader sees by the headline is believed over a declaration that contradicts it, since pages declare what their system
last did with them; where neither is clear, the date is unknown.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from urllib.parse import urlsplit

from searchsvc.archives.dates import DEFAULT_DAYS, published, with_day
from searchsvc.archives.html_blocks import Page
from searchsvc.archives.html_facts import Facts, value_of
from searchsvc.archives.html_printed_dates import dates_elsewhere, seen_dates
from searchsvc.archives.markup import said
from searchsvc.article import UNKNOWN, Published

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
_URL_DATES = (
    re.compile(r"[/_.-](?P<y>(?:19|20)\d\d)[/_.-](?P<m>[01]?\d)[/_.-](?P<d>[0-3]?\d)(?=[/_.?-]|$)"),
    re.compile(r"[/_.-](?P<y>(?:19|20)\d\d)/(?P<m>[a-z]{3})/(?P<d>[0-3]?\d)(?=[/_.-]|$)"),
    re.compile(r"[/_.-](?P<y>20\d\d)-?(?P<m>[01]\d)/?(?P<d>[0-3]\d)(?=[/_.-]|$)"),
    re.compile(r"[/_.-](?P<d>[0-3]\d)[-.](?P<m>[01]\d)[-.](?P<y>20\d\d)(?=[/_.-]|$)"),
    re.compile(r"/(?P<y>(?:19|20)\d\d)[/-](?P<m>[01]\d)(?=/)"),
)
#: How many dates by the headline are looked at.
_MOST_SEEN = 8
#: Days after which a date by the headline that nothing marks is not that of publication, if the page declares another;
#: and by which a page may be declared younger than its address says before it counts as moved to a new system.
_YEAR, _MOVED = 366, 60
#: Days by which what is printed may be after the last declared change: an issue that is on the net the evening before.
_LATE = 2
#: Languages whose readers (nearly) all live on Central European time.
_CENTRAL = frozenset("de it pl nl sv da nb no cs sk hu sl hr".split())


def date_of(facts: Facts, page: Page, url: str, language: str, title: str) -> Published:
    """When the page appeared: its day by what agrees, with the time of day where that is declared."""
    day_first = _day_first(facts, language)
    sure = _with_day(_declared(facts, page, day_first), language)
    address = _of_address(url)
    changed = _with_day(_changed(facts, day_first), language)
    seen = _not_after(_with_day(seen_dates(facts, page, title, day_first), language), sure, changed)[:_MOST_SEEN]
    if address:
        # A line by the headline may hold the date of anything, but not one of another month than the address has.
        seen = (
            [claim for claim in seen if claim.at[:10] == address.at]
            or [claim for claim in seen if claim.at[:7] == address.at[:7]]
            or [claim for claim in seen if claim.source == "time"]
        )
    of_url = address if len(address.at) == 10 else UNKNOWN
    loose = _with_day((published(text, "meta", day_first=day_first) for text in facts.every(*_LOOSE_META)), language)
    if sure:
        if of_url and (not seen or _days(of_url, sure[0]) > _MOVED) and of_url.at <= sure[0].at[:10]:
            return _agreeing(of_url, sure) or of_url
        for claim in seen:
            if agreeing := _agreeing(claim, sure):
                return agreeing
        near = [claim for claim in seen if claim.source == "time" or _days(claim, sure[0]) <= _YEAR]
        if len({claim.at[:10] for claim in near}) == 1:
            return _with_time(near[0], near)
        first = _undisputed(sure)
        return _local(first, language) if first else address
    if of_url:
        return _agreeing(of_url, [*seen, *loose]) or of_url
    if seen and not _is_list(seen):
        both = (agreeing for claim in seen if (agreeing := _agreeing(claim, loose)))
        found = next(both, None) or _with_time(seen[0], seen)
        return address if found.source == "text" and not address and _long_before(found, changed) else found
    if loose:
        return address if _long_before(loose[0], changed) else _local(loose[0], language)
    return next(iter(_with_day(dates_elsewhere(facts, page, day_first), language)), address)


def _not_after(seen: list[Published], sure: list[Published], changed: list[Published]) -> list[Published]:
    """The dates by the headline without those of days after the last change that the page declares: another story's."""
    if not (sure and changed):
        return seen
    last = max([*sure, *changed], key=lambda claim: claim.at[:10])
    return [claim for claim in seen if claim.at[:10] <= last.at[:10] or _days(claim, last) <= _LATE]


def _is_list(seen: list[Published]) -> bool:
    """Whether the dates by the headline are a list's, as of stories or reviews: three days, and none prevails."""
    days = Counter(claim.at[:10] for claim in seen)
    return len(days) >= 3 and days[seen[0].at[:10]] == min(days.values())


def _undisputed(sure: list[Published]) -> Published:
    """The first declaration, unless another names another day: then UNKNOWN.

    Marked elements do not dispute it: they may be those of the stories beside this one.
    """
    first = sure[0]
    others = [
        claim
        for claim in sure
        if claim.source != "time" and not (_agreeing(first, [claim]) or _agreeing(claim, [first]))
    ]
    return UNKNOWN if others else first


def _long_before(found: Published, changed: list[Published]) -> bool:
    """Whether a date that nothing confirms is of years before the page is declared to have been changed."""
    return bool(changed) and min(_days(found, claim) for claim in changed) > _YEAR


def _with_day(claims: Iterable[Published], language: str) -> list[Published]:
    """Those of the claims that name a day. A moment that is midnight where the language is spoken is that day."""
    found = [claim for claim in with_day(claims) if claim.at[:10] not in DEFAULT_DAYS]
    return [_day_of_midnight(claim) if language in _CENTRAL else claim for claim in found]


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
    return replace(found, at=_central(found.at).isoformat())


def _day_of_midnight(found: Published) -> Published:
    """The day that a system with the clock of Central Europe wrote as its first moment: 2022-11-06T23:00:00Z."""
    if not found.at.endswith(":00:00Z") or (local := _central(found.at)).hour:
        return found
    return replace(found, at=local.strftime("%Y-%m-%d"), precision="day")


def _central(at: str) -> datetime:
    moment = datetime.fromisoformat(at)
    hours = 2 if _last_sunday(moment.year, 3) <= moment < _last_sunday(moment.year, 10) else 1
    return moment.astimezone(timezone(timedelta(hours=hours)))


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
