"""Which request goes where? The Flask app: the API's routes, and what holds for every request.

The page's routes are in `page`. Nothing in here knows an engine or reads the index itself.
"""

from __future__ import annotations

import hashlib
import logging
import os
import secrets
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import orjson
from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from searchsvc import __version__
from searchsvc.document import to_json
from searchsvc.errors import BadRequest, CursorGone, IndexCorrupt, NotFound, SearchsvcError, StoreError, Unavailable
from searchsvc.fields import COUNTED, NAMED, nearest
from searchsvc.query import Query
from searchsvc.service import Service
from searchsvc.web import answers, page
from searchsvc.web.encoding import pack
from searchsvc.web.memory import Memory, Remembering, canonical, remember
from searchsvc.web.params import MAX_FACET_SIZE, Pair, entity_request, number, pairs_of_json, query_of

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

log = logging.getLogger("searchsvc.web")

#: Bytes of a request's body, past which it is refused.
MAX_BODY = 2 * 1024 * 1024
#: Bytes of answers that a process remembers.
REMEMBERED = 64 * 1024 * 1024
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_STATUS: tuple[tuple[type[SearchsvcError], int], ...] = (
    (BadRequest, 400),
    (NotFound, 404),
    (CursorGone, 409),
    (Unavailable, 503),
    (IndexCorrupt, 503),
    (StoreError, 503),
)
_HTTP_CODES = {
    400: "invalid_request", 404: "not_found", 405: "method_not_allowed", 413: "too_large", 414: "too_large",
    415: "unsupported_media_type",
}  # fmt: skip


def create_app(
    service: Service, *, trusted_hosts: tuple[str, ...] | None = LOOPBACK, remembered: int = REMEMBERED
) -> Flask:
    """The web app over an opened index. trusted_hosts: names it answers to; None for any. remembered: bytes of answers
    that it keeps; 0 for none."""
    app = Flask("searchsvc.web", static_folder="static", template_folder="templates")
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_BODY,
        TRUSTED_HOSTS=list(trusted_hosts) if trusted_hosts is not None else None,
        SEND_FILE_MAX_AGE_DEFAULT=3600,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    _around(app)
    _api(app, service)
    _health(app, service)
    page.register(app, service)
    if remembered:
        memory = Memory(lambda: service.state, remembered)
        app.wsgi_app = Remembering(app.wsgi_app, memory, _finish_kept)  # type: ignore[method-assign]
    return app


def json_answer(answer: dict[str, Any], status: int = 200) -> Response:
    """A JSON response; orjson writes it."""
    return Response(orjson.dumps(answer), status, mimetype="application/json")


def arguments() -> list[Pair]:
    """The parameters of the request: its query string, or the JSON object of a POST."""
    pairs = list(request.args.items(multi=True))
    if request.method != "POST":
        return pairs
    if not request.is_json:
        raise BadRequest("POST takes application/json", code="unsupported_media_type")
    try:
        return pairs + pairs_of_json(orjson.loads(request.get_data()))
    except orjson.JSONDecodeError as error:
        raise BadRequest(f"the body is not JSON: {error}", code="invalid_json") from error


def tag_of(state: str) -> str:
    """The ETag of this question at this state of the index."""
    asked = f"{__version__}\0{state}\0{request.path}\0{canonical(request.query_string.decode('latin-1'))}"
    return hashlib.blake2b(asked.encode(), digest_size=12).hexdigest()


def _around(app: Flask) -> None:
    """What every request has: an id, headers, a line in the log, and errors in one shape."""

    @app.before_request
    def begin() -> None:
        g.request_id = secrets.token_hex(8)
        g.began = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        id_ = g.get("request_id", "")
        response.headers["X-Request-Id"] = id_
        pack(response, request.headers.get("Accept-Encoding"))
        if log.isEnabledFor(logging.INFO):
            began = g.get("began", time.perf_counter())
            _log(id_, request.method, request.full_path, response.status_code, began)
        return response

    @app.errorhandler(SearchsvcError)
    def known(error: SearchsvcError) -> Response:
        status = next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
        if error.code == "unsupported_media_type":
            status = 415
        return _failed(error, status)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        status = error.code or 500
        code = _HTTP_CODES.get(status, "http_error" if status < 500 else "internal_error")
        message = error.description or error.name
        if status == 404:
            routes = {str(rule) for rule in app.url_map.iter_rules() if "<" not in str(rule)}
            close = nearest(request.path, routes)
            message = f"there is nothing at {request.path[:200]}" + (f"; did you mean {close}?" if close else "")
        response = _failed(SearchsvcError(message, code=code), status)
        allow = dict(error.get_headers()).get("Allow")
        if allow:
            response.headers["Allow"] = allow
        return response

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        log.exception("request %s failed", g.get("request_id"))
        return _failed(SearchsvcError("something went wrong here; the log has it", code="internal_error"), 500)

    def _failed(error: SearchsvcError, status: int) -> Response:
        if request.path.startswith("/api/") or request.path in ("/healthz", "/readyz"):
            answer = answers.error_answer(error, g.get("request_id", ""))
            if status == 503:
                answer["temporary"] = True
            response = json_answer(answer, status)
        else:
            response = page.error_page(error, status, g.get("request_id", ""))
        if status == 503:
            response.headers["Retry-After"] = "5"
        return response


def _log(id_: str, method: str, path: str, status: int, began: float, **more: str) -> None:
    """A line of JSON for a request. began: of time.perf_counter."""
    taken = round((time.perf_counter() - began) * 1000, 2)
    line = {"id": id_, "process": os.getpid(), "method": method, "path": path[:512], "status": status, "ms": taken}
    log.info("%s", orjson.dumps({**line, **more}).decode())


def _finish_kept(environ: WSGIEnvironment, status: int, began: float) -> list[tuple[str, str]]:
    """What an answer that was kept has of its own request: an id, and a line in the log."""
    id_ = secrets.token_hex(8)
    if log.isEnabledFor(logging.INFO):
        path = f"{environ.get('PATH_INFO', '')}?{environ.get('QUERY_STRING', '')}"
        path = path.encode("latin-1", "replace").decode("utf-8", "replace")
        _log(id_, environ["REQUEST_METHOD"], path, status, began, cache="hit")
    return [("X-Request-Id", id_), ("X-Cache", "hit")]


def _api(app: Flask, service: Service) -> None:
    def cached(answer: Callable[[], dict[str, Any]], *, keep: bool = True) -> Response:
        """An answer that depends on the index alone: with the ETag of its state, and remembered if it may be."""
        state = service.state
        tag = tag_of(state)
        if request.method in ("GET", "HEAD") and request.if_none_match.contains_weak(tag):
            response = Response(status=304)
        else:
            if keep and request.method == "GET":
                remember(request.environ, state)
            response = json_answer(service.of_one_state(answer))
        if service.state == state:  # else the answer may be of the next
            response.set_etag(tag, weak=True)
        response.headers["Cache-Control"] = "no-cache"
        return response

    @app.route(f"{answers.API}/search", methods=["GET", "POST"])
    def search() -> Response:
        query = query_of(arguments())[0]
        return cached(
            lambda: answers.search_answer(service.search(service.meant(query)), surnames=service.surnames),
            keep=not query.explain,
        )

    @app.get(f"{answers.API}/articles/<id_>")
    def article(id_: str) -> Response:
        _no_parameters()
        document = service.store.document(id_)
        copies = len(service.store.story(id_)) - 1
        tag = f"{document.content_hash.hex()}-{copies}"
        if request.if_none_match.contains_weak(tag):
            return Response(status=304)
        answer = {"status": "ok", **to_json(document), "copies": copies, "links": answers.article_links(id_, copies)}
        response = json_answer(answer)
        response.set_etag(tag, weak=True)
        response.headers["Cache-Control"] = "no-cache"
        return response

    @app.get(f"{answers.API}/articles/<id_>/copies")
    def copies(id_: str) -> Response:
        _no_parameters()
        document = service.store.document(id_)
        story, others = service.copies(id_)
        return json_answer(answers.copies_answer(document, others, story))

    @app.get(f"{answers.API}/facets/<field>")
    def facet(field: str) -> Response:
        if field not in COUNTED:
            close = nearest(field, COUNTED)
            hint = f"; did you mean {close}?" if close else ""
            message = f"there is no facet {field[:60]}{hint}"
            raise NotFound(message, code="unknown_field", allowed=[*COUNTED], suggestion=close)
        asked, extra = query_of(arguments(), "facet")
        size = number("size", extra.get("size", "10"), 1, MAX_FACET_SIZE)
        prefix = extra.get("prefix", "")

        def answer() -> dict[str, Any]:
            query = service.meant(asked)
            found = service.facet(query, field, size=size, prefix=prefix)
            facet = answers.facet(found, query, surnames=service.surnames)
            if prefix and field in NAMED:
                for value in facet["values"]:
                    value |= answers.other_names(value["value"], service.names.of)
            return {"status": "ok", "query": answers.asked(query), "field": field, **facet}

        return cached(answer)

    @app.get(f"{answers.API}/timeline")
    def timeline() -> Response:
        asked, extra = query_of(arguments(), "timeline")
        interval, split = extra.get("interval", "month"), extra.get("split")
        share = extra.get("share") == "1"

        def answer() -> dict[str, Any]:
            query = service.meant(asked)
            found = service.answering.timeline(query, interval, share=share, split=split)
            return answers.timeline_answer(found, query)

        return cached(answer)

    @app.get(f"{answers.API}/entities")
    def entities() -> Response:
        kind, prefix, size = entity_request(arguments())

        def answer() -> dict[str, Any]:
            found = service.facet(Query(), kind, size=size, prefix=prefix)
            known = (service.names.of, service.surnames) if kind in NAMED else ()
            values = [answers.entity(kind, bucket, *known) for bucket in found.buckets]
            return {"status": "ok", "type": kind, "prefix": prefix, "entities": values, "distinct": found.distinct}

        return cached(answer)


def _no_parameters() -> None:
    for name in request.args:
        raise BadRequest(f"unknown parameter {name[:60]}", code="unknown_parameter", parameter=name[:60], allowed=[])


def _health(app: Flask, service: Service) -> None:
    @app.get("/healthz")
    def healthz() -> Response:
        """Alive: this process answers."""
        return json_answer({"status": "ok"})

    @app.get("/readyz")
    def readyz() -> Response:
        """Ready: a good generation is open. Tells how many documents of the store it lacks."""
        generation = service.engine.generation
        answer = {
            "status": "ok" if generation else "error",
            "generation": generation or None,
            "documents": len(service.store),
            "not_searchable_yet": service.behind,
        }
        if not generation and answer["documents"]:
            answer |= {"code": "unavailable", "message": "no generation of the index is usable yet", "temporary": True}
            response = json_answer(answer, 503)
            response.headers["Retry-After"] = "5"
            return response
        answer["status"] = "ok"
        return json_answer(answer)
