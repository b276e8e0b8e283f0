"""The pages for a reader: start, search, article and errors. Templates over the same answers as the JSON.

No script anywhere, no state: a page is its address. What is shown of a value is decided here, how in `templates/`.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

from flask import Flask, Response, render_template, request
from jinja2 import StrictUndefined
from markupsafe import Markup

from searchsvc.document import Document, Entity
from searchsvc.engines import Engine
from searchsvc.entities import country_name
from searchsvc.errors import BadRequest, SearchsvcError
from searchsvc.fields import COUNTED, ENTITIES, FIELDS, INTERVALS
from searchsvc.query import And, FacetRequest, Query, Word, day_range
from searchsvc.results import Bucket, Facet, Hit, Period, Results
from searchsvc.service import Service
from searchsvc.web.answers import API, article_url, facet, marked, period_of, search_answer, url
from searchsvc.web.params import MAX_FACET_SIZE, MAX_REACH, PARAMETERS, Pair, pairs, query_of

SEARCH = "/search"
#: The facets of the page in their order; a field that fields.py gains comes last by itself.
FACETS = tuple(dict.fromkeys((*ENTITIES, "source", "section", "tags", "language", "byline", *COUNTED)))
#: Shown only where the question names it.
ON_REQUEST = ("date_source",)
#: Values of a facet at first, and what "more" raises that to, step by step.
FACET_SIZES = (50, 200, MAX_FACET_SIZE)
#: Most bars of a timeline, and most of an interval that the reader chose by hand.
MOST_BARS, MOST_BARS_ASKED = 80, 400
#: Height of the bars in pixels, and entities of one kind shown with a hit.
BARS_HEIGHT, CHIPS = 72, 4
#: Filters whose absence is tried out where nothing is found.
MOST_TRIALS = 8

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
TITLES = {
    400: "This cannot be asked",
    404: "Nothing here",
    405: "Not this way",
    409: "The archive has moved on",
    413: "Too much at once",
    503: "Not at the moment",
}


def register(app: Flask, service: Service) -> None:
    """The page's routes, and what its templates call."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.filters.update(number=number, day=shown_date, sentence=sentence)
    app.jinja_env.globals.update(version=_version(Path(app.root_path)), FIELDS=FIELDS, KINDS=KINDS)
    starts: dict[str, dict[str, Any]] = {}

    @app.get("/", endpoint="page_start")
    def start() -> str:
        """What is in the archive, and ways in. Counted once for each generation."""
        _takes_nothing()
        generation = service.engine.generation
        if generation not in starts:
            starts.clear()
            starts[generation] = start_page(service)
        return render_template("start.html", **starts[generation])

    @app.get(SEARCH, endpoint="page_search")
    def search() -> Response | str:
        try:
            query, _ = query_of(list(request.args.items(multi=True)))
            return render_template("search.html", **search_page(service.engine, query))
        except BadRequest as error:
            return Response(render_template("fault.html", **fault_page(error)), 400, mimetype="text/html")

    @app.get("/articles/<id_>", endpoint="page_article")
    def read(id_: str) -> str:
        _takes_nothing()
        return render_template("article.html", **article_page(service.store.document(id_)))


def error_page(error: SearchsvcError, status: int, request_id: str) -> Response:
    """An error as a page."""
    title = TITLES.get(status, "Something went wrong")
    page = render_template("error.html", title=title, error=error, status=status, request_id=request_id)
    return Response(page, status, mimetype="text/html")


def _takes_nothing() -> None:
    for name in request.args:
        raise BadRequest(f"this page takes no parameter {name[:60]}", code="unknown_parameter", parameter=name[:60])


def _version(root: Path) -> str:
    """Changes with the style sheet, so that a browser never shows a page in yesterday's."""
    return blake2b((root / "static" / "style.css").read_bytes(), digest_size=5).hexdigest()


# In words


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
    return f"{words}, {at[11:16]} UTC" if time and "T" in at else words


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
    before, _, after = _cut(url(query.plus(name, "\0"), SEARCH), f"{name}=%00")

    def address(value: str) -> str:
        if value in chosen.any or value in chosen.none:
            return url(query.plus(name, value), SEARCH)
        return f"{before}{name}={quote_plus(value)}{after}"

    return address


def dated(query: Query) -> Callable[[str, str], str]:
    """Gives the address of the same question over a span of time, inside the span that it has already."""
    least = day_range(query.from_date)[0].isoformat() if query.from_date else ""
    most = day_range(query.to_date)[1].isoformat() if query.to_date else "9999-12-31"
    marks = "from_date=0001-01-01&to_date=0001-01-01"
    asked = replace(query, from_date="0001-01-01", to_date="0001-01-01", page=1, cursor=None)
    before, _, after = _cut(url(asked, SEARCH), marks)

    def address(start: str, end: str) -> str:
        if day_range(start)[0].isoformat() < least:
            start = query.from_date or start
        if day_range(end)[1].isoformat() > most:
            end = query.to_date or end
        return f"{before}from_date={start}&to_date={end}{after}"

    return address


def _cut(address: str, at: str) -> tuple[str, str, str]:
    """The address divided at a parameter. A name's first sign follows ? or &, so no value can be taken for it."""
    for sign in "?&":
        before, found, after = address.partition(sign + at)
        if found:
            return before + sign, at, after
    raise AssertionError(address)  # pragma: no cover


# The timeline


@dataclass(frozen=True, slots=True)
class Bar:
    """A period: its place in per cent of the width, its height in pixels, and the question that it asks."""

    x: float
    width: float
    height: float
    label: str
    count: int
    href: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A timeline as bars. `ticks` are (place in per cent, anchor, text); `missing` articles are in no bar."""

    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, str, str], ...]
    interval: str
    peak: int
    missing: int
    first: str
    last: str
    zoom_out: str | None
    height: int = BARS_HEIGHT


def chart(engine: Engine, query: Query, months: Facet, total: int) -> Chart | None:
    """The timeline of a question, in the interval that suits the time it spans; None where it has no two periods."""
    interval = _interval([bucket.value for bucket in months.buckets])
    for asked in query.facets:
        if asked.field == "date" and _bars(months.buckets, asked.interval) <= MOST_BARS_ASKED:
            interval = asked.interval
    plain = replace(query, facets=(), page=1, cursor=None)
    found = engine.timeline(plain, interval)
    if interval != "year" and found.missing * 10 > total:  # an archive that knows years, not days
        years = engine.timeline(plain, "year")
        if years.missing * 2 < found.missing:
            found = years
    periods = found.periods
    if len(periods) < 2:
        return None
    most = MOST_BARS_ASKED if any(asked.interval == found.interval for asked in query.facets) else MOST_BARS
    step = -(-len(periods) // most)
    groups = [periods[at : at + step] for at in range(0, len(periods), step)]
    counts = [sum(period.count for period in group) for group in groups]
    peak, wide, address = max(counts), 100 / len(groups), dated(query)
    if not peak:
        return None
    bars = tuple(
        Bar(
            round(index * wide, 3),
            round(wide, 3),
            round(max(count / peak * BARS_HEIGHT, 2), 1) if count else 0,
            shown_period(group[0], group[-1], found.interval),
            count,
            address(period_of(group[0].label)[0], period_of(group[-1].label)[1]) if count else "",
        )
        for index, (group, count) in enumerate(zip(groups, counts, strict=True))
    )
    limited = query.from_date or query.to_date
    whole = replace(query, from_date=None, to_date=None, page=1, cursor=None)
    return Chart(
        bars,
        tuple(_ticks([group[0].start for group in groups], found.interval)),
        INTERVAL_WORDS[found.interval] if step == 1 else f"{step} years",
        peak,
        found.missing,
        shown_period(periods[0], periods[0], found.interval),
        shown_period(periods[-1], periods[-1], found.interval),
        url(whole, SEARCH) if limited else None,
    )


def _interval(months: Sequence[str]) -> str:
    """Day, week, month, quarter or year, for some 3 to 80 bars."""
    span = _bars([Bucket(month, month, 0) for month in months], "month")
    for most, interval in ((0, "year"), (2, "day"), (8, "week"), (MOST_BARS, "month"), (MOST_BARS * 3, "quarter")):
        if span <= most:
            return interval
    return "year"


def _bars(months: Sequence[Bucket], interval: str) -> int:
    """How many periods lie between the first month and the last, about."""
    if not months:
        return 0
    first, last = (int(month.value[:4]) * 12 + int(month.value[5:]) for month in (months[0], months[-1]))
    days = {"day": 1, "week": 7, "quarter": 91, "year": 365}.get(interval)
    return (last - first + 1) if days is None else (last - first + 1) * 30 // days + 1


def _ticks(starts: Sequence[str], interval: str) -> Iterator[tuple[float, str, str]]:
    """At most six words under the bars: years where three of them begin, else some of the periods."""
    years = [index for index, start in enumerate(starts) if not index or start[:4] != starts[index - 1][:4]]
    in_years = len(years) >= 3 or interval == "year"
    if in_years and len(years) > 1 and years[1] * 8 < len(starts):
        years = years[1:]  # a first year of a few months has no room for its name
    at = years if in_years else list(range(len(starts)))
    for index in at[:: -(-len(at) // (6 if in_years else 4))]:
        start = starts[index]
        month = MONTHS[int(start[5:7]) - 1][:3]
        text = start[:4]
        if not in_years:
            text = f"{int(start[8:])} {month} {text}" if interval in ("day", "week") else f"{month} {text}"
        place = index / len(starts) * 100
        yield round(place, 3), "end" if place > 88 else "start", text


# The search page


def search_page(engine: Engine, query: Query) -> dict[str, Any]:
    """What the search page shows of a question. Raises what the engine raises."""
    asked = replace(query, facets=tuple(_requests(query)), hit_fields=None)
    results = engine.search(asked)
    shown = replace(results, query=query, facets={})
    page: dict[str, Any] = {
        "query": query,
        "answer": search_answer(shown, SEARCH),
        "api": url(query),
        "hidden": hidden(query),
        "chips": chips(query),
        "clear": url(replace(query, filters=(), from_date=None, to_date=None, page=1, cursor=None), SEARCH),
        "orders": [(name, _other(query, sort=name), query.sort == name) for name in PARAMETERS["sort"].allowed],
        "matches": _matches(query),
        "places": _places(query),
        "chart": chart(engine, query, results.facets["date"], results.total),
        "facets": [_facet(query, results.facets[name]) for name in FACETS if _wanted(query, results, name)],
        "facets_asked": bool(query.facets),
        "dates": (query.from_date or "", query.to_date or ""),
        "date_pairs": [pair for pair in _kept(query) if pair[0] not in ("from_date", "to_date")],
        "hits": hits(results, query),
        "pages": list(_pages(results)),
        "last": _last(results),
        "unreachable": results.pages > _last(results) and not query.cursor,
        "trials": list(_trials(engine, query)) if not results.total else [],
    }
    return page


def _requests(query: Query) -> Iterator[FacetRequest]:
    """The page's own facets, in the sizes that the reader asked for; the months tell what the timeline spans."""
    sizes = {asked.field: asked.size for asked in query.facets if asked.field != "date"}
    for name in FACETS:
        yield FacetRequest(name, sizes.get(name, 10 if name in ENTITIES else 6))
    yield FacetRequest("date", interval="month")


def _wanted(query: Query, results: Results, name: str) -> bool:
    asked = any(request.field == name for request in query.facets) or bool(query.filter(name))
    return bool(results.facets[name].buckets) and (asked or name not in ON_REQUEST)


def _facet(query: Query, found: Facet) -> dict[str, Any]:
    """A facet with its links, and those to more and to fewer of its values."""
    name = found.field
    shown = facet(found, query, SEARCH)
    for value in shown["values"]:
        value["label"] = label_of(name, value["label"])
    rest = [asked for asked in query.facets if asked.field != name]
    listed = len(shown["values"])
    size = next((size for size in FACET_SIZES if size > listed), None) if found.distinct > listed else None
    more = url(replace(query, facets=(*rest, FacetRequest(name, size))), SEARCH) if size else None
    fewer = url(replace(query, facets=tuple(rest)), SEARCH) if len(rest) < len(query.facets) else None
    return {**shown, "name": name, "label": FIELDS[name].label, "more": more, "fewer": fewer if listed > 6 else None}


def _kept(query: Query) -> list[Pair]:
    """The question's parameters but the words themselves and the place in the list."""
    return [pair for pair in pairs(replace(query, page=1, cursor=None))]


def hidden(query: Query) -> list[Pair]:
    """What a form carries along, besides its box."""
    return [pair for pair in _kept(query) if pair[0] != "q"]


def _other(query: Query, **changes: Any) -> str:
    return url(replace(query, page=1, cursor=None, **changes), SEARCH)


def _matches(query: Query) -> list[tuple[str, str, bool]]:
    if " " not in query.q and query.match == "all":
        return []
    return [(name, _other(query, match=name), query.match == name) for name in PARAMETERS["match"].allowed]


def _places(query: Query) -> list[tuple[str, str, bool]]:
    if not query.q:
        return []
    places = {"title and text": ("title", "text"), "titles": ("title",), "bylines": ("byline",)}
    if query.search_in not in places.values():
        places[", ".join(query.search_in)] = query.search_in
    return [(label, _other(query, search_in=some), query.search_in == some) for label, some in places.items()]


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on: the words before its value, the value, and the question without it."""

    words: str
    label: str
    less: Query

    @property
    def href(self) -> str:
        return url(self.less, SEARCH)


def chips(query: Query) -> list[Chip]:
    """Every filter that is on, dates too."""
    found = []
    for name, chosen in query.filters:
        label = FIELDS[name].label
        for index, value in enumerate(chosen.any):
            found.append(Chip(f"or {label}" if index else label, label_of(name, value), query.minus(name, value)))
        for value in chosen.all:
            found.append(Chip(f"{label}, with", label_of(name, value), query.minus(name, value)))
        for value in chosen.none:
            found.append(Chip(f"{label}, not", label_of(name, value), query.minus(name, value)))
    plain = replace(query, page=1, cursor=None)
    if query.from_date and query.from_date == query.to_date:
        found.append(Chip("Date", shown_date(query.from_date), replace(plain, from_date=None, to_date=None)))
    else:
        if query.from_date:
            found.append(Chip("From", shown_date(query.from_date), replace(plain, from_date=None)))
        if query.to_date:
            found.append(Chip("To", shown_date(query.to_date), replace(plain, to_date=None)))
    return found


def hits(results: Results, query: Query) -> list[dict[str, Any]]:
    """The articles found, as the page shows them."""
    addresses = {name: adding(query, name) for name in ENTITIES}
    return [_hit(found, addresses) for found in results.hits]


def _hit(found: Hit, addresses: dict[str, Callable[[str], str]]) -> dict[str, Any]:
    article = found.document.article
    titles, passages = (found.highlights.get(name, ()) for name in ("title", "text"))
    entities = []
    for name in ENTITIES:
        some = getattr(found.document.entities, name)
        shown = [(label_of(name, e.key) if name == "countries" else e.label, addresses[name](e.key)) for e in some]
        if some:
            entities.append((name, shown[:CHIPS], len(some) - CHIPS))
    lead = article.text[:240].rsplit(" ", 1)[0] + " …" if len(article.text) > 240 else article.text
    return {
        "href": article_url(found.document.id, "/articles"),
        # The one place where HTML is taken as it comes: answers.marked has escaped it.
        "title": Markup(marked(titles[0])) if titles else article.title,  # noqa: S704
        "passages": [Markup(marked(some)) for some in passages if some.text] if passages else [lead],  # noqa: S704
        "article": article,
        "original": original(article.url),
        "entities": entities,
    }


def _last(results: Results) -> int:
    """The last page that may be asked for."""
    return min(results.pages, MAX_REACH // results.query.page_size)


def _pages(results: Results) -> Iterator[tuple[int, str] | None]:
    """Numbers and addresses of the pages near this one, the first and the last; None for a gap."""
    query, last = results.query, _last(results)
    if query.cursor or last < 2:
        return
    near = sorted({1, last, *range(max(1, query.page - 2), min(last, query.page + 2) + 1)})
    asked = replace(query, facets=_asked_facets(query), page=1)
    for before, page in zip([0, *near], near, strict=False):
        if page - before > 1:
            yield None
        yield page, url(replace(asked, page=page), SEARCH)


def _asked_facets(query: Query) -> tuple[FacetRequest, ...]:
    return query.facets


def _trials(engine: Engine, query: Query) -> Iterator[tuple[str, str, int]]:
    """What would find something where the question finds nothing: (words, address, articles)."""

    def total(other: Query) -> int:
        try:
            return engine.search(replace(other, facets=(), page=1, page_size=1, cursor=None, highlight=False)).total
        except SearchsvcError:
            return 0

    on = chips(query)
    others = [(f"without {chip.words} {chip.label}", chip.less) for chip in on[:MOST_TRIALS]]
    if len(on) > 1:
        others.append(
            ("without any filter", replace(query, filters=(), from_date=None, to_date=None, page=1, cursor=None))
        )
    tree = query.expression
    words = tree.children if isinstance(tree, And) else (tree,)
    plain = [word for word in words if isinstance(word, Word) and word.field is None]
    if plain and len(plain) == len(words):
        q = " ".join(f"{word.text}~" for word in plain)
        others.append((f"words spelled nearly so: {q}", replace(query, q=q, page=1, cursor=None)))
    if query.search_in == ("title",):
        others.append(("in text, too", replace(query, search_in=("title", "text"), page=1, cursor=None)))
    for words_, other in others:
        yield words_, url(other, SEARCH), total(other)


def fault_page(error: BadRequest) -> dict[str, Any]:
    """What is shown of a question that cannot be asked: the box as it was filled in, and where the fault lies."""
    given = list(request.args.items(multi=True))
    aliases = {alias: row.name for row in PARAMETERS.values() for alias in row.aliases}
    q = next((value.strip() for name, value in given if name == "q"), "")
    kept = [
        (aliases.get(name, name), value)
        for name, value in given
        if aliases.get(name, name) in PARAMETERS and error.parameter not in (name, aliases.get(name))
    ]
    at = error.position if error.parameter == "q" else None
    rest = [pair for pair in kept if pair[0] not in ("q", "page", "cursor")]
    repaired = [("q", q), *rest] if q and error.parameter != "q" else rest
    return {
        "q": q,
        "error": error,
        "hidden": rest,
        "fault": None if at is None else (q[:at], q[at : at + 1], q[at + 1 :]),
        "repaired": None if error.parameter == "q" else f"{SEARCH}?{urlencode(repaired)}",
    }


# The start page


def start_page(service: Service) -> dict[str, Any]:
    """What is in the archive, and ways into it."""
    engine, every = service.engine, Query(page_size=1, highlight=False)
    found = engine.search(replace(every, facets=tuple(_requests(every))))
    plain = Query()
    ends = [engine.search(replace(every, sort=sort)).hits for sort in ("oldest", "newest")]
    span = [some[0].document.article.published.at[:10] if some else "" for some in ends]
    sources = found.facets["source"]
    return {
        "total": found.total,
        "behind": service.behind,
        "span": span if all(span) else None,
        "sources": _facet(plain, sources),
        "entities": [_facet(plain, found.facets[name]) for name in ENTITIES if found.facets[name].buckets],
        "chart": chart(engine, plain, found.facets["date"], found.total),
        "examples": list(_examples(engine, found)),
        "hidden": [],
    }


def _examples(engine: Engine, found: Results) -> Iterator[tuple[str, str, int]]:
    """Questions that this archive answers, made from what is most in it: (words, address, articles)."""
    person, country, organisation = (
        found.facets[name].buckets[0].label.replace('"', "") if found.facets[name].buckets else "" for name in ENTITIES
    )
    year = max(found.facets["date"].buckets, key=lambda bucket: bucket.count).value[:4] if found.total else ""
    for q in (
        f'"{person}"' if person else "",
        f'"{organisation}" "{country}"' if organisation and country else "",
        f'title:"{country}"' if country else "",
        f'"{person}" OR "{organisation}"' if person and organisation else "",
        f'"{organisation or person}" date:{year}' if year and (organisation or person) else "",
        f'"{country}" -"{person}"' if country and person else "",
    ):
        if q:
            query = Query(q=q, page_size=1, highlight=False)
            if total := engine.search(query).total:
                yield q, url(Query(q=q), SEARCH), total


# The article page


@dataclass(frozen=True, slots=True)
class Span:
    """Characters of a text that name an entity."""

    start: int
    end: int
    kind: str
    entity: Entity


#: A stretch of text, and the entity that it names, if any, as (kind, label, address).
Stretch = tuple[str, tuple[str, str, str] | None]


def article_page(document: Document) -> dict[str, Any]:
    """An article as a page."""
    article, entities = document.article, document.entities
    groups = []
    for name in ENTITIES:
        some: tuple[Entity, ...] = getattr(entities, name)
        if some:
            groups.append((name, [_listed(name, e) for e in some]))
    spans = [Span(*m, kind, e) for kind in ENTITIES for e in getattr(entities, kind) for m in e.mentions]
    return {
        "document": document,
        "article": article,
        "paragraphs": list(paragraphs(article.text, chosen(spans, len(article.text)))),
        "groups": groups,
        "original": original(article.url),
        "date_source": DATE_SOURCES.get(article.published.source),
        "language": label_of("language", article.language),
        "file": os.path.basename(article.location.path) or article.location.path,
        "filters": {
            name: url(Query().plus(name, value), SEARCH)
            for name in ("source", "section")
            if (value := getattr(article, name))
        },
        "bylines": [(name, url(Query().plus("byline", name), SEARCH)) for name in article.byline],
        "tags": [(name, url(Query().plus("tags", name), SEARCH)) for name in article.tags],
        "api": article_url(document.id, f"{API}/articles"),
        "hidden": [],
    }


def _listed(name: str, entity: Entity) -> dict[str, Any]:
    label = label_of(name, entity.key) if name == "countries" else entity.label
    return {
        "label": label,
        "href": url(Query().plus(name, entity.key), SEARCH),
        "count": len(entity.mentions) + len(entity.title_mentions),
        "forms": [form for form in entity.aliases if form not in (label, entity.label)],
    }


def chosen(spans: Iterable[Span], length: int) -> list[Span]:
    """The spans that are marked, in order: of two that overlap the longer, of two as long the first."""
    kept: list[tuple[int, int, Span]] = []
    for span in sorted(spans, key=lambda span: (span.start - span.end, span.start)):
        if not 0 <= span.start < span.end <= length:
            continue
        place = bisect_left(kept, span.start, key=lambda each: each[0])
        before = kept[place - 1][1] if place else 0
        after = kept[place][0] if place < len(kept) else length
        if before <= span.start and span.end <= after:
            kept.insert(place, (span.start, span.end, span))
    return [span for _, _, span in kept]


def paragraphs(text: str, spans: Sequence[Span]) -> Iterator[list[Stretch]]:
    """The text by its blank lines, each paragraph as stretches; a span that reaches over a blank line is left out."""
    addresses: dict[tuple[str, str], str] = {}
    start = index = 0
    for paragraph in text.split("\n\n"):
        end = start + len(paragraph)
        stretches: list[Stretch] = []
        at = start
        while index < len(spans) and spans[index].start < end:
            span = spans[index]
            index += 1
            if span.start < start or span.end > end:
                continue
            if span.start > at:
                stretches.append((text[at : span.start], None))
            key = (span.kind, span.entity.key)
            if key not in addresses:
                addresses[key] = url(Query().plus(*key), SEARCH)
            label = label_of(span.kind, span.entity.key) if span.kind == "countries" else span.entity.label
            stretches.append((text[span.start : span.end], (span.kind, label, addresses[key])))
            at = span.end
        if text[at:end].strip() or stretches:
            stretches.append((text[at:end], None))
        if stretches:
            yield stretches
        start = end + 2
