"""How is it said and where does it lead? Words, dates and addresses of the pages, the same on all of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

from searchsvc.entities import country_name
from searchsvc.expression import day_range
from searchsvc.fields import INTERVALS
from searchsvc.query import Query
from searchsvc.results import Period
from searchsvc.web.answers import PLACE, around, url

#: Where the search page is.
SEARCH = "/search"

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
KINDS = {"people": "person", "countries": "country", "organisations": "organisation"}
DATE_SOURCES = {
    "json-ld": "JSON-LD metadata of the page",
    "meta": "a meta tag of the page",
    "time": "a <time> element of the page",
    "url": "the address of the page",
    "feed": "the feed",
    "warc": "the time of the crawl (WARC)",
    "text": "the text of the page",
    "archive": "the archive's own record",
}
LANGUAGES = {
    "ar": "Arabic", "bn": "Bengali", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "en": "English",
    "es": "Spanish", "fa": "Persian", "fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi",
    "hu": "Hungarian", "id": "Indonesian", "it": "Italian", "ja": "Japanese", "ko": "Korean", "nl": "Dutch",
    "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sv": "Swedish",
    "sw": "Swahili", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
INTERVAL_WORDS = dict(zip(INTERVALS, ("day", "week", "month", "quarter", "year"), strict=True))


def number(value: int) -> str:
    """1,234."""
    return f"{value:,}"


def sentence(text: str) -> str:
    """A message of an error or a warning as a sentence."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")


def shown_date(at: str | None, time: bool = False) -> str:
    """A date as exactly as it is known: 2016, April 2016, 28 April 2016, and its time of day if wanted."""
    if not at:
        return "date unknown"
    year, month, day = (*at[:10].split("-"), "", "")[:3]
    try:
        words = " ".join(filter(None, (str(int(day)) if day else "", MONTHS[int(month) - 1] if month else "", year)))
    except (ValueError, IndexError):
        return at
    if not time or "T" not in at:
        return words
    zone = re.search(r"[+-]\d\d:\d\d$", at)
    return f"{words}, {at[11:16]} UTC{zone.group() if zone else ''}"


def shown_period(first: Period, last: Period, interval: str) -> str:
    """A bar's time: April 2016, the week of 25 April 2016, January to March 2016, 1900 to 1904."""
    if first is not last:
        return f"{shown_period(first, first, interval)} to {shown_period(last, last, interval)}"
    if interval == "quarter":
        return f"{MONTHS[int(first.start[5:7]) - 1]} to {MONTHS[int(first.end[5:7]) - 1]} {first.start[:4]}"
    return f"the week of {shown_date(first.start)}" if interval == "week" else shown_date(first.label)


def label_of(name: str, value: str) -> str:
    """A value of a field as a reader would say it."""
    if name == "countries":
        return country_name(value)
    return {"language": LANGUAGES, "date_source": DATE_SOURCES}.get(name, {}).get(value, value)


def original(address: str | None) -> tuple[str, str] | None:
    """The address of an article and its host, where it is one that may be linked to: http or https, nothing else."""
    try:
        parts = urlsplit(address or "")
        good = parts.scheme in ("http", "https") and parts.hostname
    except ValueError:
        return None
    return (address or "", (parts.hostname or "").removeprefix("www.")) if good else None


# Addresses, of which a page has hundreds: made from one, so that the query is not parsed for each


def adding(query: Query, name: str) -> Callable[[str], str]:
    """Gives the address of the same question plus a value of this field."""
    chosen = query.filter(name)
    plus = around(query.plus(name, PLACE), (name,), SEARCH)

    def address(value: str) -> str:
        if value in chosen.any or value in chosen.none:
            return url(query.plus(name, value), SEARCH)
        return plus((value,))

    return address


def dated(query: Query) -> Callable[[str, str], str]:
    """Gives the address of the same question over a span of time, inside the span that it has already."""
    least = day_range(query.from_date)[0].isoformat() if query.from_date else ""
    most = day_range(query.to_date)[1].isoformat() if query.to_date else "9999-12-31"
    asked = replace(query, from_date=PLACE, to_date=PLACE, page=1, cursor=None)
    within = around(asked, ("from_date", "to_date"), SEARCH)

    def address(start: str, end: str) -> str:
        if day_range(start)[0].isoformat() < least:
            start = query.from_date or start
        if day_range(end)[1].isoformat() > most:
            end = query.to_date or end
        return within((start, end))

    return address
