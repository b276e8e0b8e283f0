"""The pages for a reader: start, search, article and errors. Templates over the same answers as the JSON.

No script anywhere, no state: a page is its address. What is shown of a value is decided here, how in `templates/`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, redirect, render_template, request
from jinja2 import StrictUndefined
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from searchsvc.engines import Engine
from searchsvc.errors import BadRequest, SearchsvcError
from searchsvc.fields import COUNTED, ENTITIES, FIELDS, NAMED
from searchsvc.query import FacetRequest, Query
from searchsvc.results import Facet, Hit, Results
from searchsvc.service import Service
from searchsvc.web.answers import NO_SURNAMES, Surnames, article_url, facet, marked, said, search_answer, url
from searchsvc.web.filters import chips, total, trials
from searchsvc.web.memory import remember
from searchsvc.web.params import MAX_FACET_SIZE, MAX_REACH, PARAMETERS, Pair, pairs, query_of
from searchsvc.web.reading import article_page
from searchsvc.web.timeline import chart
from searchsvc.web.wording import KINDS, SEARCH, adding, label_of, number, original, sentence, shown_date

#: The facets of the page in their order; a field that fields.py gains comes last by itself.
FACETS = tuple(dict.fromkeys((*ENTITIES, "source", "section", "tags", "language", "byline", *COUNTED)))
#: Shown only where the question names it.
ON_REQUEST = ("date_source",)
#: Values of a facet at first, and what "more" raises that to, step by step.
FACET_SIZES = (50, 200, MAX_FACET_SIZE)
#: Entities of one kind shown with a hit.
CHIPS = 3
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
    def start() -> BaseResponse | str:
        """What is in the archive, and ways in. Counted once for each generation. A question is one for the search."""
        if request.args:
            return redirect(f"{SEARCH}?{urlencode(list(request.args.items(multi=True)))}")
        state, behind = service.state, service.behind
        if not behind:  # else what is told of it is of this moment
            remember(request.environ, state)
        shown = starts.get(state)
        if shown is None:
            shown = service.of_one_state(lambda: start_page(service))
            starts.clear()
            starts[state] = shown
        return render_template("start.html", **shown, behind=behind)

    @app.get(SEARCH, endpoint="page_search")
    def search() -> Response | str:
        try:
            query = query_of(list(request.args.items(multi=True)))[0]
            if not query.explain:
                remember(request.environ, service.state)
            shown = service.of_one_state(
                lambda: search_page(service.answering, service.meant(query), service.surnames)
            )  # fmt: skip
            return render_template("search.html", **shown)
        except BadRequest as error:
            return Response(render_template("fault.html", **fault_page(error)), 400, mimetype="text/html")

    @app.get("/favicon.ico", endpoint="page_icon")
    def icon() -> Response:
        """What browsers ask for beside an answer that is no page."""
        return app.send_static_file("favicon.svg")

    @app.get("/articles/<id_>", endpoint="page_article")
    def read(id_: str) -> str:
        _takes_nothing()
        return render_template("article.html", **article_page(service.store.document(id_), service.copies(id_)[1]))


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


# The search page


def search_page(engine: Engine, query: Query, surnames: Surnames = NO_SURNAMES) -> dict[str, Any]:
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
        "bearers": _bearers(query, surnames),
        "clear": url(replace(query, filters=(), from_date=None, to_date=None, page=1, cursor=None), SEARCH),
        "orders": [(name, _other(query, sort=name), query.sort == name) for name in PARAMETERS["sort"].allowed],
        "matches": _matches(query),
        "places": _places(query),
        "counts": [(name, _other(query, count=name), query.count == name) for name in PARAMETERS["count"].allowed],
        "names": [
            (text, _other(query, about=about), query.about == about)
            for text, about in (("mentioned", False), ("written about", True))
        ],
        "chart": chart(engine, query, results.facets["date"], results.total),
        "facets": [_facet(query, results.facets[name], surnames) for name in FACETS if _wanted(query, results, name)],
        "facets_asked": bool(query.facets),
        "dates": (query.from_date or "", query.to_date or ""),
        "date_pairs": [pair for pair in _kept(query) if pair[0] not in ("from_date", "to_date")],
        "hits": hits(results, query),
        "pages": list(_pages(results, query)),
        "last": _last(results),
        "unreachable": results.pages > _last(results) and not query.cursor,
        "trials": list(trials(engine, query)) if not results.total else [],
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


def _facet(query: Query, found: Facet, surnames: Surnames) -> dict[str, Any]:
    """A facet with its links, and those to more and to fewer of its values."""
    name = found.field
    shown = facet(found, query, SEARCH, surnames)
    for value in shown["values"]:
        value["label"] = label_of(name, value["label"])
    rest = [asked for asked in query.facets if asked.field != name]
    listed = len(shown["values"])
    more_to_come = found.distinct is None or found.distinct > listed
    size = next((size for size in FACET_SIZES if size > listed), None) if more_to_come else None
    more = url(replace(query, facets=(*rest, FacetRequest(name, size))), SEARCH) if size else None
    fewer = url(replace(query, facets=tuple(rest)), SEARCH) if len(rest) < len(query.facets) else None
    return {**shown, "name": name, "label": FIELDS[name].label, "more": more, "fewer": fewer if listed > 6 else None}


def _kept(query: Query) -> list[Pair]:
    """The question's parameters but the words themselves and the place in the list."""
    return pairs(replace(query, page=1, cursor=None))


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


def _bearers(query: Query, surnames: Surnames) -> list[tuple[str, list[tuple[str, str]]]]:
    """The chosen surnames that nothing tells whose they are: each with those who bear it, as (name, address)."""
    found = []
    for name in NAMED:
        for value in dict.fromkeys((*query.filter(name).any, *query.filter(name).all)):
            instead = query.minus(name, value)
            some = [(bearer, url(instead.plus(name, bearer), SEARCH)) for bearer in surnames.get(value, ())]
            if some:
                found.append((value, some))
    return found


def hits(results: Results, query: Query) -> list[dict[str, Any]]:
    """The articles found, as the page shows them."""
    addresses = {name: adding(query, name) for name in ENTITIES}
    asked = {value for name in (*ENTITIES, "said_by") for value in (*query.filter(name).any, *query.filter(name).all)}
    return [{**_hit(found, addresses, asked), "said": said(found.document, query)} for found in results.hits]


def _hit(found: Hit, addresses: dict[str, Callable[[str], str]], asked: set[str]) -> dict[str, Any]:
    """A hit; of its entities those `asked` for come first."""
    article = found.document.article
    titles, passages = (found.highlights.get(name, ()) for name in ("title", "text"))
    entities = []
    for name in ENTITIES:
        some = sorted(getattr(found.document.entities, name), key=lambda entity: entity.key not in asked)
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
        "copies": found.copies,
        "original": original(article.url),
        "entities": entities,
    }


def _last(results: Results) -> int:
    """The last page that may be asked for."""
    return min(results.pages, MAX_REACH // results.query.page_size)


def _pages(results: Results, query: Query) -> Iterator[tuple[int, str] | None]:
    """Numbers and addresses of the pages near this one, the first and the last; None for a gap."""
    last = _last(results)
    if query.cursor or last < 2:
        return
    near = sorted({1, last, *range(max(1, query.page - 2), min(last, query.page + 2) + 1)})
    for before, page in zip([0, *near], near, strict=False):
        if page - before > 1:
            yield None
        yield page, url(replace(query, page=page), SEARCH)


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
    meant = error.suggestion if error.code == "unknown_parameter" else None
    said = next((value for name, value in given if name == error.parameter), "")
    rest = [pair for pair in kept if pair[0] not in ("q", "page", "cursor")]
    repaired = [("q", q), *rest] if q and error.parameter != "q" else rest
    return {
        "q": q,
        "error": error,
        "hidden": rest,
        "fault": None if at is None else (q[:at], q[at : at + 1], q[at + 1 :]),
        "repaired": None if error.parameter == "q" else f"{SEARCH}?{urlencode(repaired)}",
        "meant": (meant, f"{SEARCH}?{urlencode([*repaired, (meant, said)])}") if meant and said else None,
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
        "span": span if all(span) else None,
        "sources": _facet(plain, sources, service.surnames),
        "entities": [
            _facet(plain, found.facets[name], service.surnames) for name in ENTITIES if found.facets[name].buckets
        ],
        "chart": chart(engine, plain, found.facets["date"], found.total),
        "examples": list(_examples(engine, found)),
        "hidden": [],
    }


def _examples(engine: Engine, found: Results) -> Iterator[tuple[str, str, int]]:
    """Questions that this archive answers, made from what is most in it: (words, address, articles)."""
    first = [found.facets[name].buckets[0].label if found.facets[name].buckets else "" for name in ENTITIES]
    person, country, organisation = (f'"{label}"' if label and not set(label) & set('"“”„') else "" for label in first)
    dates = found.facets["date"].buckets
    year = max(dates, key=lambda bucket: bucket.count).value[:4] if dates else ""
    asked = organisation or person
    for q in (
        person,
        f"{organisation} {country}" if organisation and country else "",
        f"title:{country}" if country else "",
        f"{person} OR {organisation}" if person and organisation else "",
        f"{asked} date:{year}" if asked and year else "",
        f"{country} -{person}" if country and person else "",
    ):
        try:
            query = Query(q=q)
        except BadRequest:  # a label longer than a question may be
            continue
        if q and (count := total(engine, query)):
            yield q, url(query, SEARCH), count
