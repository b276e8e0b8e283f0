"""Which question do these parameters ask? One table of parameters; nothing is ignored silently.

The same names drive the API, the page and the command line. `query_of` reads them, `pairs` writes them back, and
each parameter's row is what the errors and the docs say of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from searchsvc.entities import country_code
from searchsvc.errors import BadRequest
from searchsvc.expression import day_range
from searchsvc.fields import COUNTED, FIELDS, FILTERED, INTERVALS, SEARCHED, SEARCHED_BY_DEFAULT, nearest
from searchsvc.query import FacetRequest, Filter, Query

Pair = tuple[str, str]

MAX_PAGE_SIZE, MAX_REACH, MAX_FACETS, MAX_FACET_SIZE, MAX_VALUES, MAX_VALUE_LENGTH = 200, 10_000, 20, 1000, 100, 500
SORTS = ("relevance", "newest", "oldest")
COUNTS = ("articles", "stories")
HIT_FIELDS = (
    "id", "archive_id", "url", "title", "byline", "source", "section", "language", "tags", "published_at",
    "date_precision", "date_source", "word_count", "people", "countries", "organisations", "score", "highlights",
    "copies", "links", "said",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. `meaning` is a sentence for the docs, `allowed` the values it takes where they are few."""

    name: str
    meaning: str
    allowed: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    repeats: bool = False


def _table() -> dict[str, Parameter]:
    rows = [
        Parameter("q", "the query language; words are AND by default; left out, every article"),
        Parameter("match", "whether all or any of the plain words of q must occur", ("all", "any")),
        Parameter("search_in", "where words without a field look; repeat or comma", SEARCHED, repeats=True),
        Parameter(
            "from_date",
            "from this year, month or day on, as the article's own clock has it",
            aliases=("from-date", "begin_date", "from"),
        ),
        Parameter("to_date", "up to and with this year, month or day", aliases=("to-date", "end_date", "to")),
        Parameter("facet", "count a field: NAME or NAME:SIZE, date:INTERVAL; repeat", repeats=True),
        Parameter("page", "from 1"),
        Parameter("page_size", f"1 to {MAX_PAGE_SIZE}, 20 if left out", aliases=("page-size", "pageSize")),
        Parameter("cursor", "* starts, then the next_cursor of each answer; no limit to how far"),
        Parameter("sort", "the order of hits", SORTS, aliases=("order-by", "sortBy")),
        Parameter("count", "what is counted; near-copies of one story count once in stories", COUNTS),
        Parameter(
            "about",
            "1: filters and facets on people, countries, organisations mean those an article is about",
            ("0", "1"),
        ),
        Parameter("fields", "what a hit carries; repeat or comma", HIT_FIELDS, repeats=True),
        Parameter("highlight", "0 for hits without highlights", ("0", "1")),
        Parameter("explain", "1 adds a report on how the answer was found", ("0", "1")),
    ]
    for name in FILTERED:
        label = FIELDS[name].label.lower()
        rows += [
            Parameter(name, f"one of these values of {label}; repeat for OR", repeats=True),
            Parameter(f"{name}__all", f"every one of these values of {label}", repeats=True),
            Parameter(f"{name}__not", f"none of these values of {label}", repeats=True),
        ]
    return {row.name: row for row in rows}


PARAMETERS = _table()
#: What each endpoint takes besides the question itself.
EXTRA: dict[str, tuple[Parameter, ...]] = {
    "search": (),
    "facet": (
        Parameter("prefix", "only values in which a word begins so"),
        Parameter("size", f"values listed, 1 to {MAX_FACET_SIZE}, 10 if left out"),
    ),
    "timeline": (
        Parameter("interval", "the width of a bucket, month if left out", INTERVALS),
        Parameter("share", "1 gives each count as a share of all articles of its bucket", ("0", "1")),
        Parameter("split", "one series for each of this field's top values", COUNTED),
    ),
    "entities": (
        Parameter("type", "which entities", ("people", "countries", "organisations")),
        Parameter("prefix", "only entities in whose name a word begins so"),
        Parameter("size", f"entities listed, 1 to {MAX_FACET_SIZE}, 10 if left out"),
    ),
}
_ALIASES = {alias: row.name for row in PARAMETERS.values() for alias in row.aliases}
_SORT_ALIASES = {"publishedAt": "newest", "relevancy": "relevance"}


def named(pairs: Iterable[Pair], endpoint: str) -> dict[str, list[str]]:
    """The parameters under their canonical names. Raises BadRequest for one that the endpoint does not know."""
    extra = {row.name: row for row in EXTRA[endpoint]}
    known = extra if endpoint == "entities" else {**PARAMETERS, **extra}
    found: dict[str, list[str]] = {}
    for given, value in pairs:
        name = given if given in known else _ALIASES.get(given, given)
        if name not in known:
            close = nearest(given, {*known, *(alias for alias, to in _ALIASES.items() if to in known)})
            hint = f"; did you mean {close}?" if close else ""
            raise BadRequest(
                f"unknown parameter {given[:60]}{hint}",
                code="unknown_parameter", parameter=given[:60], allowed=[*known], suggestion=close,
            )  # fmt: skip
        found.setdefault(name, []).append(value)
    for name, values in found.items():
        row = known[name]
        if len(values) > 1 and not row.repeats:
            raise BadRequest(f"{name} is given {len(values)} times, once is enough", code="repeated", parameter=name)
        if len(values) > MAX_VALUES:
            raise BadRequest(f"{name} takes at most {MAX_VALUES} values", code="too_many_values", parameter=name)
        if name != "q" and any(len(value) > MAX_VALUE_LENGTH for value in values):
            raise BadRequest(f"a value of {name} is too long", code="value_too_long", parameter=name)
    return found


def query_of(pairs: Iterable[Pair], endpoint: str = "search") -> tuple[Query, dict[str, str]]:
    """The question, and the endpoint's further parameters. Raises BadRequest naming the parameter at fault."""
    found = named(pairs, endpoint)
    one = {name: values[0] for name, values in found.items()}
    query = Query(
        q=one.get("q", "").strip(),
        match=_choice("match", one.get("match", "all")),
        search_in=_several("search_in", found, SEARCHED_BY_DEFAULT),
        filters=tuple(_filters(found)),
        from_date=_date("from_date", one.get("from_date")),
        to_date=_date("to_date", one.get("to_date")),
        facets=tuple(_facets(found.get("facet", []))),
        sort=_choice("sort", _SORT_ALIASES.get(one.get("sort", ""), one.get("sort", "relevance"))),
        page=number("page", one.get("page", "1"), 1, MAX_REACH),
        page_size=number("page_size", one.get("page_size", "20"), 1, MAX_PAGE_SIZE),
        cursor=one.get("cursor") or None,
        highlight=_choice("highlight", one.get("highlight", "1")) == "1",
        explain=_choice("explain", one.get("explain", "0")) == "1",
        hit_fields=_several("fields", found, None),
        count=_choice("count", one.get("count", "articles")),
        about=_choice("about", one.get("about", "0")) == "1",
    )
    if query.page * query.page_size > MAX_REACH:
        raise BadRequest(
            f"page × page_size reaches past {MAX_REACH:,}: go on with cursor, which has no limit",
            code="too_far", parameter="page",
        )  # fmt: skip
    if query.cursor and query.page != 1:
        raise BadRequest("give either page or cursor", code="page_and_cursor", parameter="page")
    if query.from_date and query.to_date and day_range(query.from_date)[0] > day_range(query.to_date)[1]:
        raise BadRequest("from_date is after to_date", code="invalid_date", parameter="from_date")
    extra = {row.name: one[row.name] for row in EXTRA[endpoint] if row.name in one}
    for row in EXTRA[endpoint]:
        if row.allowed and row.name in extra and extra[row.name] not in row.allowed:
            raise _not_allowed(row, extra[row.name])
    return query, extra


def entity_request(pairs: Iterable[Pair]) -> tuple[str, str, int]:
    """Type, prefix and size of an autocompletion. Raises BadRequest."""
    found = named(pairs, "entities")
    row = EXTRA["entities"][0]
    kind = found.get("type", [""])[0]
    if kind not in row.allowed:
        raise _not_allowed(row, kind)
    size = number("size", found.get("size", ["10"])[0], 1, MAX_FACET_SIZE)
    return kind, found.get("prefix", [""])[0], size


def pairs_of_json(body: Any) -> list[Pair]:
    """The parameters of a JSON object: a list repeats. Raises BadRequest for what cannot be one."""
    if not isinstance(body, Mapping):
        raise BadRequest("the body must be a JSON object of parameters", code="invalid_json")
    pairs: list[Pair] = []
    for name, value in body.items():
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, bool):
                pairs.append((name, "1" if each else "0"))
            elif isinstance(each, str | int):
                pairs.append((name, str(each)))
            elif each is not None:
                raise BadRequest(
                    f"{name} takes text, a number or a list of them", code="invalid_value", parameter=str(name)
                )
    return pairs


def pairs(query: Query) -> list[Pair]:
    """The parameters that ask this question, canonical and without what is left out by default."""
    found: list[Pair] = []

    def put(name: str, value: str | int | None, default: object = None) -> None:
        if value not in (None, "", default):
            found.append((name, str(value)))

    put("q", query.q)
    put("match", query.match, "all")
    if query.search_in != SEARCHED_BY_DEFAULT:
        put("search_in", ",".join(query.search_in))
    put("from_date", query.from_date)
    put("to_date", query.to_date)
    for name, chosen in query.filters:
        for suffix, values in (("", chosen.any), ("__all", chosen.all), ("__not", chosen.none)):
            found += [(name + suffix, value) for value in values]
    for request in query.facets:
        if request.field == "date":
            put("facet", f"date:{request.interval}")
        else:
            put("facet", request.field if request.size == 10 else f"{request.field}:{request.size}")
    put("sort", query.sort, "relevance")
    put("page", query.page, 1)
    put("page_size", query.page_size, 20)
    put("cursor", query.cursor)
    put("count", query.count, "articles")
    if query.about:
        put("about", "1")
    if query.hit_fields is not None:
        put("fields", ",".join(query.hit_fields))
    if not query.highlight:
        put("highlight", "0")
    if query.explain:
        put("explain", "1")
    return found


def number(name: str, value: str, least: int, most: int, shown: str = "") -> int:
    """A whole number in its bounds. Raises BadRequest, which calls it `shown`."""
    if not re.fullmatch(r"[+-]?[0-9]{1,9}", value) or not least <= int(value) <= most:
        raise BadRequest(
            f"{shown or name} takes a whole number from {least:,} to {most:,}", code="invalid_number", parameter=name
        )
    return int(value)


def _choice(name: str, value: str) -> str:
    row = PARAMETERS[name]
    if value not in row.allowed:
        raise _not_allowed(row, value)
    return value


def _not_allowed(row: Parameter, value: str) -> BadRequest:
    allowed = ", ".join(row.allowed)
    meant = nearest(value, row.allowed, alike=0.75)  # `latest` is spelled somewhat like oldest
    return BadRequest(
        f"{row.name} takes {allowed}, not {value[:60]!r}",
        code="invalid_value", parameter=row.name, allowed=list(row.allowed), suggestion=meant,
    )  # fmt: skip


def _several(name: str, found: Mapping[str, list[str]], default: Any) -> Any:
    if name not in found:
        return default
    values = tuple(dict.fromkeys(part.strip() for value in found[name] for part in value.split(",") if part.strip()))
    for value in values:
        if value not in PARAMETERS[name].allowed:
            raise _not_allowed(PARAMETERS[name], value)
    return values or default


def _filters(found: Mapping[str, list[str]]) -> Iterator[tuple[str, Filter]]:
    for name in FILTERED:
        kinds = []
        for suffix in ("", "__all", "__not"):
            values = [value.strip() for value in found.get(name + suffix, []) if value.strip()]
            if name in ("countries", "places"):
                values = [country_code(value) or value for value in values]
            kinds.append(tuple(dict.fromkeys(values)))
        chosen = Filter(*kinds)
        if chosen:
            yield name, chosen


def _date(name: str, value: str | None) -> str | None:
    if not value:
        return None
    value = value.strip()
    if re.fullmatch(r"\d{8}", value):  # as the NYT's API writes it
        value = f"{value[:4]}-{value[4:6]}-{value[6:]}"
    try:
        day_range(value)
    except ValueError:
        raise BadRequest(
            f"{value[:40]!r} is not a date: a year, a year and month, or a day (2016, 2016-04, 2016-04-28)",
            code="invalid_date", parameter=name,
        ) from None  # fmt: skip
    return value[:10]


def _facets(values: list[str]) -> Iterator[FacetRequest]:
    wanted = dict.fromkeys(part.strip() for value in values for part in value.split(",") if part.strip())
    if len(wanted) > MAX_FACETS:
        raise BadRequest(f"at most {MAX_FACETS} facets", code="too_many_facets", parameter="facet")
    for value in wanted:
        name, _, detail = value.partition(":")
        if name == "date":
            interval = detail or "month"
            if interval not in INTERVALS:
                raise _not_allowed(replace(PARAMETERS["facet"], allowed=INTERVALS), interval)
            yield FacetRequest("date", interval=interval)
        elif name not in COUNTED:
            raise _not_allowed(replace(PARAMETERS["facet"], allowed=(*COUNTED, "date")), name)
        else:
            yield FacetRequest(name, number("facet", detail, 1, MAX_FACET_SIZE, f"{name}:SIZE") if detail else 10)
