"""How does an answer look as JSON? Results, Documents, Facets and errors as the objects that the API promises.

A URL is made from the Query it asks, so that a client needs no URL logic. The page's templates take these objects.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import quote, quote_plus

from searchsvc.analysis import fold
from searchsvc.document import Document, heading_json
from searchsvc.errors import SearchsvcError
from searchsvc.expression import Warned, day_range
from searchsvc.fields import NAMED
from searchsvc.query import Query
from searchsvc.results import Bucket, Facet, Hit, Results, Snippet, Timeline
from searchsvc.web.params import MAX_REACH, MAX_VALUES, Pair, pairs

API = "/api/v1"


def url(query: Query, path: str = f"{API}/search", extra: Sequence[Pair] = ()) -> str:
    """The address that asks this question."""
    return _address(path, [*pairs(query), *extra])


def _address(path: str, asked: Iterable[Pair]) -> str:
    query_string = "&".join(_encoded(name, value) for name, value in asked)
    return f"{path}?{query_string}" if query_string else path


@lru_cache(maxsize=4096)
def _encoded(name: str, value: str) -> str:
    """A pair as a query string has it; the pairs of the question come back in every link of its answer."""
    return f"{_quoted(name)}={_quoted(value)}"


def _quoted(text: str) -> str:
    """`quote_plus`; most names and dates have nothing to encode but blanks, and an answer has some hundreds."""
    return text.replace(" ", "+") if _PLAIN(text) else quote_plus(text)


_PLAIN = re.compile("[A-Za-z0-9_.~ -]*").fullmatch


#: Stands where a value will, in a question whose address is completed later; no value of a field is this.
PLACE = "\0"


def around(query: Query, names: Sequence[str], path: str) -> Callable[[Sequence[str]], str]:
    """The address of a question that holds `PLACE` under these parameters, which stand side by side, given their
    values. An answer has a hundred addresses and more that differ in one value: the rest of them is written once."""
    asked = pairs(query)
    at = asked.index((names[0], PLACE))
    before, after = asked[:at], asked[at + len(names) :]
    head = "".join(f"{_encoded(*pair)}&" for pair in before)
    tail = "".join(f"&{_encoded(*pair)}" for pair in after)
    first, *others = (f"{_quoted(name)}=" for name in names)
    first = f"{path}?{head}{first}"

    def address(values: Sequence[str]) -> str:
        chosen = first + _quoted(values[0])
        for name, value in zip(others, values[1:], strict=True):
            chosen += f"&{name}{_quoted(value)}"
        return chosen + tail

    return address


def article_url(id_: str, path: str = f"{API}/articles") -> str:
    """The address of an article."""
    return f"{path}/{quote(id_, safe='')}"


def copies_url(id_: str) -> str:
    """The address of the near-copies of an article."""
    return f"{article_url(id_)}/copies"


def article_links(id_: str, copies: int) -> dict[str, str]:
    """Where an article is, and its copies if it has any."""
    links = {"self": article_url(id_), "html": article_url(id_, "/articles")}
    return {**links, "copies": copies_url(id_)} if copies else links


#: Surnames that stand alone in some articles and could be several people's, with those.
Surnames = Mapping[str, Sequence[str]]
NO_SURNAMES: Surnames = {}


def search_answer(
    results: Results, path: str = f"{API}/search", surnames: Surnames = NO_SURNAMES
) -> dict[str, Any]:  # fmt: skip
    """The answer of /search. `path` is where its links point, so that the page's links lead to the page."""
    query = results.query
    answer: dict[str, Any] = {
        "status": "ok",
        "query": asked(query),
        "warnings": [_warning(warned) for warned in results.warnings],
        "total": results.total,
        "total_exact": True,
        "page": query.page,
        "page_size": query.page_size,
        "pages": results.pages,
        "next_cursor": results.next_cursor,
        "took_ms": results.took_ms,
        "generation": results.generation,
        "results": [hit(found, query) for found in results.hits],
        "facets": {name: facet(found, query, path, surnames) for name, found in results.facets.items()},
        "links": _links(results, path),
    }
    if results.any_total is not None:
        answer["any_total"] = results.any_total
    if results.report is not None:
        answer["explain"] = results.report
    return answer


def asked(query: Query) -> dict[str, Any]:
    """The question under its canonical names."""
    filters: dict[str, list[str]] = {}
    for name, chosen in query.filters:
        for suffix, values in (("", chosen.any), ("__all", chosen.all), ("__not", chosen.none)):
            if values:
                filters[name + suffix] = list(values)
    for name in ("from_date", "to_date"):
        if getattr(query, name):
            filters[name] = getattr(query, name)
    return {
        "q": query.q,
        "parsed": str(query.expression),
        "match": query.match,
        "search_in": list(query.search_in),
        "filters": filters,
        "sort": query.sort,
        "count": query.count,
        "about": query.about,
    }


def _warning(warned: Warned) -> dict[str, Any]:
    return {"code": warned.code, "message": warned.message, "position": warned.position}


def hit(found: Hit, query: Query) -> dict[str, Any]:
    """One hit: the article without its text, labels of people and organisations, codes of countries."""
    document, entities = found.document, found.document.entities
    whole: dict[str, Any] = {
        **heading_json(document),
        "word_count": _word_count(document.article.text),
        "people": [entity.label for entity in entities.people],
        "countries": [entity.key for entity in entities.countries],
        "organisations": [entity.label for entity in entities.organisations],
    }
    whole["score"] = found.score
    if query.highlight:
        whole["highlights"] = {name: [marked(s) for s in some] for name, some in found.highlights.items()}
    if query.filter("said_by"):
        whole["said"] = [{"speaker": speaker, "text": text} for speaker, text in said(document, query)]
    whole["copies"] = found.copies
    whole["links"] = article_links(found.document.id, found.copies)
    if query.hit_fields is not None:
        whole = {name: value for name, value in whole.items() if name in query.hit_fields}
    return whole


#: Quotations of a hit that are given, and characters of each.
MOST_SAID, SAID_LENGTH = 3, 400


def said(document: Document, query: Query) -> list[tuple[str, str]]:
    """What those say in a document whom the question's `said_by` names: label and words, the first of it."""
    chosen = query.filter("said_by")
    wanted = {fold(value) for value in (*chosen.any, *chosen.all)}
    labels = {e.key: e.label for e in document.speakers if wanted & {fold(e.key), fold(e.label)}}
    found = [quote for quote in document.quotes if quote.speaker in labels and not quote.in_title][:MOST_SAID]
    return [(labels[q.speaker], _shortened(document.article.text[q.start : q.end])) for q in found]


def _shortened(text: str) -> str:
    return text if len(text) <= SAID_LENGTH else text[:SAID_LENGTH].rsplit(" ", 1)[0] + " …"


#: A longer text is counted anew each time, and not remembered.
_REMEMBERED_LENGTH = 20_000


def _word_count(text: str) -> int:
    return _remembered_count(text) if len(text) <= _REMEMBERED_LENGTH else len(text.split())


@lru_cache(maxsize=1024)
def _remembered_count(text: str) -> int:
    """The documents of hits come again in the next answer, and their texts are kept by the store as it is."""
    return len(text.split())


def copies_answer(document: Document, others: Sequence[Document], story: str) -> dict[str, Any]:
    """The answer of /articles/{id}/copies: hits as those of a search, the oldest first."""
    query, id_ = Query(highlight=False), document.id
    return {
        "status": "ok",
        "id": id_,
        "story": story,
        "total": len(others),
        "results": [hit(Hit(other, None, copies=len(others)), query) for other in others],
        "links": {"self": copies_url(id_), "article": article_url(id_), "html": article_url(id_, "/articles")},
    }


def marked(snippet: Snippet) -> str:
    """A snippet as HTML: its text escaped, `<mark>` the only element, … where the article goes on."""
    parts, at = [], 0
    for start, end in snippet.marks:
        parts += [html.escape(snippet.text[at:start]), "<mark>", html.escape(snippet.text[start:end]), "</mark>"]
        at = end
    parts.append(html.escape(snippet.text[at:]))
    before, after = snippet.cut
    return ("… " if before else "") + "".join(parts).strip() + (" …" if after else "")


def facet(
    found: Facet, query: Query, path: str = f"{API}/search", surnames: Surnames = NO_SURNAMES
) -> dict[str, Any]:  # fmt: skip
    """A facet with the addresses that choose, drop and exclude each value. A surname that nothing tells whose it is has
    its `bearers`."""
    bearers = surnames if found.field in NAMED else NO_SURNAMES
    linked = _links_of(found.field, query, path)
    return {
        "values": [
            {
                "value": bucket.value,
                "label": bucket.label,
                "count": bucket.count,
                "selected": bucket.selected,
                **({"bearers": list(bearers[bucket.value])} if bucket.value in bearers else {}),
                "links": linked(bucket),
            }
            for bucket in found.buckets
        ],
        "distinct": found.distinct,
        "other": found.other,
        "missing": found.missing,
        "exact": found.exact,
        "max_error": found.max_error,
    }


def other_names(person: str, names: Callable[[str], Sequence[str]]) -> dict[str, list[str]]:
    """The `aliases` of a person: the names that were found to be theirs over the archive, where there are any."""
    aliases = list(names(person))
    return {"aliases": aliases} if aliases else {}


def entity(
    kind: str,
    bucket: Bucket,
    names: Callable[[str], Sequence[str]] = lambda person: (),
    surnames: Surnames = NO_SURNAMES,
) -> dict[str, Any]:
    """An entity as autocompletion offers it."""
    value: dict[str, Any] = {"key": bucket.value, "label": bucket.label, "count": bucket.count}
    value |= other_names(bucket.value, names)
    if bucket.value in surnames:
        value["bearers"] = list(surnames[bucket.value])
    chosen = Query().plus(kind, bucket.value)
    return {**value, "links": {"search": url(chosen), "html": url(chosen, "/search")}}


def _links_of(name: str, query: Query, path: str) -> Callable[[Bucket], dict[str, str]]:
    """What makes the links of a facet's values."""
    if name == "date":
        period = replace(query, from_date=PLACE, to_date=PLACE, page=1, cursor=None)
        dated = around(period, ("from_date", "to_date"), path)
        return lambda bucket: {"apply": dated(inside(period_of(bucket.value), query))}
    if query.filter(name):
        return lambda bucket: _links_beside_chosen(name, bucket, query, path)
    exclude = around(query.with_filter(name, none=(PLACE,)), (f"{name}__not",), path)
    apply = around(query.with_filter(name, any=(PLACE,)), (name,), path)
    return lambda bucket: {"exclude": exclude((bucket.value,)), "apply": apply((bucket.value,))}


def _links_beside_chosen(name: str, bucket: Bucket, query: Query, path: str) -> dict[str, str]:
    """The links of a value in whose field something is chosen or excluded already."""
    links = {"exclude": url(query.excluding(name, bucket.value), path)}
    if bucket.selected:
        links["remove"] = url(query.minus(name, bucket.value), path)
    elif len(query.filter(name).any) < MAX_VALUES:
        links["apply"] = url(query.plus(name, bucket.value), path)
    if query.filter(name).any:  # another value is chosen: this one alone gives the count beside it
        links["only"] = url(query.with_filter(name, any=(bucket.value,)), path)
    return links


def inside(period: tuple[str, str], query: Query) -> tuple[str, str]:
    """What of a period lies within the question's own dates: what is counted in it is found so, and no more."""
    first, last = period
    if query.from_date and day_range(query.from_date)[0] > day_range(first)[0]:
        first = query.from_date
    if query.to_date and day_range(query.to_date)[1] < day_range(last)[1]:
        last = query.to_date
    return first, last


def period_of(label: str) -> tuple[str, str]:
    """First and last of a period by its label, as from_date and to_date."""
    if "-Q" in label:
        year, quarter = label.split("-Q")
        month = int(quarter) * 3
        return f"{year}-{month - 2:02}", f"{year}-{month:02}"
    if "-W" in label:
        year, week = label.split("-W")
        return (
            date.fromisocalendar(int(year), int(week), 1).isoformat(),
            date.fromisocalendar(int(year), int(week), 7).isoformat(),
        )
    return label, label


def _links(results: Results, path: str) -> dict[str, str | None]:
    query = results.query
    first = replace(query, page=1, cursor="*" if query.cursor else None)
    links: dict[str, str | None] = {"self": url(query, path), "first": url(first, path), "prev": None, "next": None}
    if query.cursor:
        if results.next_cursor:
            links["next"] = url(replace(query, cursor=results.next_cursor), path)
    else:
        if query.page > 1:
            last = max(1, min(query.page - 1, results.pages))
            links["prev"] = url(replace(query, page=last), path)
        if query.page < results.pages and (query.page + 1) * query.page_size <= MAX_REACH:
            links["next"] = url(replace(query, page=query.page + 1), path)
    links["html"] = url(replace(query, cursor=None, page=1 if query.cursor else query.page), "/search")
    if results.any_total:
        links["any"] = url(replace(query, match="any", page=1, cursor=None), path)
    return links


def timeline_answer(found: Timeline, query: Query) -> dict[str, Any]:
    """The answer of /timeline."""
    buckets = []
    chosen = replace(query, from_date=PLACE, to_date=PLACE, page=1, cursor=None)
    dated = around(chosen, ("from_date", "to_date"), f"{API}/search")
    for index, period in enumerate(found.periods):
        bucket: dict[str, Any] = {"start": period.start, "end": period.end, "label": period.label}
        bucket["count"] = period.count
        if period.share is not None:
            bucket["share"] = round(period.share, 6)
        if found.series:
            bucket["series"] = [counts[index] for _, counts in found.series]
        buckets.append({**bucket, "links": {"apply": dated(inside((period.start, period.end), query))}})
    answer = {
        "status": "ok",
        "query": asked(query),
        "interval": found.interval,
        "total": found.total,
        "missing": found.missing,
        "buckets": buckets,
    }
    if found.series:
        answer["series"] = [{"value": b.value, "label": b.label, "count": b.count} for b, _ in found.series]
    return answer


def error_answer(error: SearchsvcError, request_id: str) -> dict[str, Any]:
    """The one shape of every error."""
    answer: dict[str, Any] = {
        "status": "error", "code": error.code, "message": error.message, "request_id": request_id,
    }  # fmt: skip
    for name in ("parameter", "allowed", "suggestion", "position"):
        value = getattr(error, name, None)
        if value is not None:
            answer[name] = value
    return answer
