"""How does an answer look as JSON? Results, Documents, Facets and errors as the objects that the API promises.

A URL is made from the Query it asks, so that a client needs no URL logic. The page's templates take these objects.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from searchsvc.document import Document, to_json
from searchsvc.errors import BadRequest, SearchsvcError
from searchsvc.fields import ENTITIES
from searchsvc.query import Query, Warned
from searchsvc.results import Bucket, Facet, Hit, Results, Snippet, Timeline
from searchsvc.web.params import MAX_REACH, MAX_VALUES, Pair, pairs

API = "/api/v1"


def url(query: Query, path: str = f"{API}/search", extra: Sequence[Pair] = ()) -> str:
    """The address that asks this question."""
    asked = urlencode([*pairs(query), *extra])
    return f"{path}?{asked}" if asked else path


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


def search_answer(results: Results, path: str = f"{API}/search") -> dict[str, Any]:
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
        "facets": {name: facet(found, query, path) for name, found in results.facets.items()},
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
    }


def _warning(warned: Warned) -> dict[str, Any]:
    return {"code": warned.code, "message": warned.message, "position": warned.position}


def hit(found: Hit, query: Query) -> dict[str, Any]:
    """One hit: the article without its text, labels of people and organisations, codes of countries."""
    whole = to_json(found.document)
    for name in ("text", "entities_version", "location"):
        del whole[name]
    for name in ENTITIES:
        whole[name] = [entity["key" if name == "countries" else "label"] for entity in whole[name]]
    whole["score"] = found.score
    if query.highlight:
        whole["highlights"] = {name: [marked(s) for s in some] for name, some in found.highlights.items()}
    whole["copies"] = found.copies
    whole["links"] = article_links(found.document.id, found.copies)
    if query.hit_fields is not None:
        whole = {name: value for name, value in whole.items() if name in query.hit_fields}
    return whole


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


def facet(found: Facet, query: Query, path: str = f"{API}/search") -> dict[str, Any]:
    """A facet with the addresses that choose, drop and exclude each value."""
    return {
        "values": [_bucket(found.field, bucket, query, path) for bucket in found.buckets],
        "distinct": found.distinct,
        "other": found.other,
        "missing": found.missing,
        "exact": found.exact,
        "max_error": found.max_error,
    }


def _bucket(name: str, bucket: Bucket, query: Query, path: str) -> dict[str, Any]:
    value = {"value": bucket.value, "label": bucket.label, "count": bucket.count, "selected": bucket.selected}
    if name == "date":
        start, end = period_of(bucket.value)
        chosen = replace(query, from_date=start, to_date=end, page=1, cursor=None)
        return {**value, "links": {"apply": url(chosen, path)}}
    links = {"exclude": url(query.excluding(name, bucket.value), path)}
    if bucket.selected:
        links["remove"] = url(query.minus(name, bucket.value), path)
    elif len(query.filter(name).any) < MAX_VALUES:
        links["apply"] = url(query.plus(name, bucket.value), path)
    if query.filter(name).any:  # another value is chosen: this one alone gives the count beside it
        links["only"] = url(query.with_filter(name, any=(bucket.value,)), path)
    return {**value, "links": links}


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
    for index, period in enumerate(found.periods):
        chosen = replace(query, from_date=period.start, to_date=period.end, page=1, cursor=None)
        bucket: dict[str, Any] = {"start": period.start, "end": period.end, "label": period.label}
        bucket["count"] = period.count
        if period.share is not None:
            bucket["share"] = round(period.share, 6)
        if found.series:
            bucket["series"] = [counts[index] for _, counts in found.series]
        buckets.append({**bucket, "links": {"apply": url(chosen)}})
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
    if isinstance(error, BadRequest):
        for name in ("parameter", "allowed", "position"):
            value = getattr(error, name)
            if value is not None:
                answer[name] = value
    return answer
