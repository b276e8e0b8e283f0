"""Has this very question been answered at this state of the index? Then here is that answer, as it went out.

A WSGI layer in front of the app. A view that answers from the index alone says so (`remember`); its answer is kept,
packed as it was sent, under the state and everything it depends on: host, path, parameters, coding. With the state all
its answers go, so there is nothing to invalidate: an answer of one state cannot be given at another.

Never kept are errors, answers to a POST, reports (`explain=1`), what is streamed, and what reads the store (articles).
An answer that is kept is the answer in all things: `took_ms` is the time it took to find it, once. What is of a request
(`X-Request-Id`, the line in the log) is made anew; `X-Cache: hit` tells that an answer was kept.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from werkzeug.http import parse_etags

from searchsvc.web.encoding import preferred

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: What an answer depends on besides the state of the index.
Key = tuple[str, ...]
#: The headers that are of the request at hand, for an answer that the app was not asked for: given its environ, its
#: status, and when it began (time.perf_counter).
Finish = Callable[["WSGIEnvironment", int, float], list[tuple[str, str]]]

_STATE = "searchsvc.state"
# A key, its headers and their places in Python's tables.
_OVERHEAD = 2048
_OF_THE_REQUEST = frozenset({"x-request-id", "date"})
_OF_THE_BODY = frozenset({"content-length", "content-type", "content-encoding"})


@dataclass(frozen=True, slots=True)
class Answer:
    """A 200 as it was sent, without the headers that are of one request."""

    headers: list[tuple[str, str]]
    body: bytes
    tag: str  # its ETag, as If-None-Match compares it; "" for none


class Memory:
    """Answers of one state, at most so many bytes of them; those asked for the longest ago go first. Thread-safe."""

    def __init__(self, state: Callable[[], str], most: int) -> None:
        self._state_now = state
        self._most = most
        self._state = ""
        self._answers: OrderedDict[Key, Answer] = OrderedDict()
        self._lock = threading.Lock()
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._answers)

    def get(self, key: Key) -> Answer | None:
        """The answer of this key at the state that answers now."""
        with self._lock:
            self._follow()
            answer = self._answers.get(key)
            if answer is not None:
                self._answers.move_to_end(key)
            return answer

    def put(self, key: Key, state: str, answer: Answer) -> None:
        """Keep an answer that was begun at this state; it is dropped where the state has changed meanwhile, since
        then it may be of either."""
        size = _size(key, answer)
        with self._lock:
            self._follow()
            if not state or state != self._state or size > self._most // 8:
                return
            before = self._answers.pop(key, None)
            if before is not None:
                self.bytes -= _size(key, before)
            self._answers[key] = answer
            self.bytes += size
            while self.bytes > self._most:
                self.bytes -= _size(*self._answers.popitem(last=False))

    def _follow(self) -> None:
        """Forget everything where the state is another. Asked under the lock, so that no thread goes back."""
        state = self._state_now()
        if state != self._state:
            self._answers.clear()
            self._state, self.bytes = state, 0


def _size(key: Key, answer: Answer) -> int:
    return _OVERHEAD + len(answer.body) + sum(4 * len(part) for part in key)


def remember(environ: WSGIEnvironment, state: str) -> None:
    """Say of the request at hand that its answer depends on the index alone, and was begun at this state."""
    environ[_STATE] = state


def canonical(query_string: str) -> str:
    """The query string with its parameters in order of their names. Values of one name keep their order, which is the
    order of facets and of filters in the answer."""
    if "&" not in query_string:
        return query_string
    return "&".join(sorted(query_string.split("&"), key=_name))


def _name(pair: str) -> str:
    """A pair's name as it is meant: `%66acet` is `facet`, and which of the two comes first counts."""
    name = pair.partition("=")[0]
    return unquote_plus(name) if "%" in name or "+" in name else name


class Remembering:
    """The app, with what it has answered before it. `finish` gives a kept answer the headers of its request."""

    def __init__(self, app: WSGIApplication, memory: Memory, finish: Finish) -> None:
        self._app = app
        self._memory = memory
        self._finish = finish

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        began = time.perf_counter()
        method = environ["REQUEST_METHOD"]
        given = environ.get("HTTP_IF_NONE_MATCH")
        if method not in ("GET", "HEAD") or (given is None and "HTTP_IF_MODIFIED_SINCE" in environ):
            return self._app(environ, start_response)
        key = _key(environ)
        answer = self._memory.get(key)
        if answer is None:
            return self._answered(key, environ, start_response)
        if given and answer.tag and parse_etags(given).contains_weak(answer.tag):
            headers = [pair for pair in answer.headers if pair[0].lower() not in _OF_THE_BODY]
            start_response("304 NOT MODIFIED", [*headers, *self._finish(environ, 304, began)])
            return []
        start_response("200 OK", [*answer.headers, *self._finish(environ, 200, began)])
        return [answer.body] if method == "GET" else []

    def _answered(self, key: Key, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Ask the app, and keep its answer if the view said that it may be kept."""
        begun: list[Any] = []

        def begin(status: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[[bytes], object]:
            begun[:] = status, headers
            return start_response(status, headers, *rest)

        parts = self._app(environ, begin)
        state = environ.get(_STATE)
        if not state or environ["REQUEST_METHOD"] != "GET" or not begun or not begun[0].startswith("200 "):
            return parts
        try:
            body = b"".join(parts)
        finally:
            if hasattr(parts, "close"):
                parts.close()
        headers = [(name, value) for name, value in begun[1] if name.lower() not in _OF_THE_REQUEST]
        tag = next((value for name, value in headers if name.lower() == "etag"), "")
        self._memory.put(key, state, Answer(headers, body, tag.removeprefix("W/").strip('"')))
        return [body]


def _key(environ: WSGIEnvironment) -> Key:
    return (
        environ.get("HTTP_HOST", ""), environ.get("SCRIPT_NAME", ""), environ.get("PATH_INFO", ""),
        canonical(environ.get("QUERY_STRING", "")), preferred(environ.get("HTTP_ACCEPT_ENCODING")),
    )  # fmt: skip
