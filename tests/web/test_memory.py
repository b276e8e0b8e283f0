"""An answer is remembered under its state and all it depends on, and nothing else is."""

from __future__ import annotations

import json
import logging
import random
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from searchsvc.document import Document
from searchsvc.engines import open_engine
from searchsvc.errors import Unavailable
from searchsvc.indexer import catch_up
from searchsvc.query import Query
from searchsvc.results import Results
from searchsvc.service import Service
from searchsvc.store import Store
from searchsvc.web.app import create_app
from searchsvc.web.memory import Answer, Memory, canonical

Made = Callable[..., Document]
SEARCH = "/api/v1/search?q=river"


@pytest.fixture
def directory(tmp_path: Path, made: Made, index_of: Callable[..., Path]) -> Path:
    return index_of(tmp_path, [made(n, f"River {n}", "water", people=["Jane Roe"], at="2016") for n in range(3)])


@pytest.fixture
def service(directory: Path) -> Iterator[Service]:
    opened = Service(directory)
    yield opened
    opened.close()


@pytest.fixture
def client(service: Service) -> FlaskClient:
    return create_app(service).test_client()


def publish(service: Service, *documents: Document) -> None:
    store = Store(service.directory)
    store.put(documents)
    engine = open_engine(service.directory, store.get)
    catch_up(store, engine)
    engine.close()
    store.close()


def kept(response: Any) -> bool:
    return bool(response.headers.get("X-Cache") == "hit")


@pytest.mark.parametrize(
    "path",
    [
        SEARCH, "/api/v1/facets/people", "/api/v1/timeline?interval=year", "/api/v1/entities?type=people", "/",
        "/search?q=river", "/api/v1/search?q=nothing",
    ],
)  # fmt: skip
def test_the_second_answer_is_the_first(client: FlaskClient, path: str) -> None:
    first, second = client.get(path), client.get(path)
    assert (kept(first), kept(second)) == (False, True)
    assert second.data == first.data, "took_ms, too"
    for name, value in first.headers:
        if name != "X-Request-Id":
            assert second.headers[name] == value
    assert re.fullmatch("[0-9a-f]{16}", second.headers["X-Request-Id"])
    assert second.headers["X-Request-Id"] != first.headers["X-Request-Id"]


def test_a_publish_between_two_equal_questions_changes_the_answer(
    client: FlaskClient, service: Service, made: Made
) -> None:
    before = client.get(SEARCH)
    assert kept(client.get(SEARCH))
    publish(service, made("new", "New river"))
    assert kept(client.get(SEARCH)), "until the new state is taken up"
    assert service.engine.refresh()
    after = client.get(SEARCH, headers={"If-None-Match": before.headers["ETag"]})
    assert (after.status_code, kept(after), after.get_json()["total"]) == (200, False, 4)
    assert after.headers["ETag"] != before.headers["ETag"]
    assert after.get_json()["generation"] != before.get_json()["generation"]
    assert client.get(SEARCH).get_json()["total"] == 4


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/search?q=river&explain=1", "/api/v1/search?nope=1", "/api/v1/nowhere", "/healthz", "/readyz",
        "/search?q=(", "/search?explain=1", "/static/style.css",
    ],
)  # fmt: skip
def test_what_is_not_kept(client: FlaskClient, path: str) -> None:
    for _ in range(3):
        response = client.get(path)
        assert not kept(response)
        response.close()


def test_articles_are_read_from_the_store_each_time(client: FlaskClient, service: Service, made: Made) -> None:
    store = Store(service.directory)
    for path in (f"/api/v1/articles/{made(1).id}", f"/articles/{made(1).id}", f"/api/v1/articles/{made(1).id}/copies"):
        assert "another text" not in client.get(path).get_data(as_text=True)
        assert not kept(client.get(path))
    store.put([made(1, "River 1", "another text")])
    assert "another text" in client.get(f"/api/v1/articles/{made(1).id}").get_data(as_text=True)
    store.close()


def test_a_post_is_neither_kept_nor_answered_from_what_is(client: FlaskClient) -> None:
    for _ in range(2):
        posted = client.post("/api/v1/search", json={"q": "river"})
        assert (posted.status_code, kept(posted), posted.get_json()["total"]) == (200, False, 3)
    client.get("/api/v1/search")
    other = client.post("/api/v1/search", json={"q": "nothing"})
    assert (kept(other), other.get_json()["total"]) == (False, 0)
    assert client.get("/api/v1/search").get_json()["total"] == 3


def test_head_is_answered_from_what_is_kept_and_not_kept(client: FlaskClient) -> None:
    first = client.head(SEARCH)
    assert not kept(first)
    got = client.get(SEARCH)
    assert not kept(got), "a HEAD has no body to keep"
    again = client.head(SEARCH)
    assert (again.status_code, again.data, kept(again)) == (200, b"", True)
    assert again.headers["Content-Length"] == str(len(got.data))


def test_unavailable_is_not_kept(client: FlaskClient, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(query: Query) -> Results:
        raise Unavailable("the engine is away")

    with monkeypatch.context() as patched:
        patched.setattr(service.engine, "search", away)
        assert client.get(SEARCH).status_code == 503
    assert client.get(SEARCH).status_code == 200


def test_an_unchanged_answer_is_not_sent_again(client: FlaskClient) -> None:
    tag = client.get(SEARCH).headers["ETag"]
    for given in (tag, f'"other", {tag}', "*"):
        same = client.get(SEARCH, headers={"If-None-Match": given})
        assert (same.status_code, same.data, kept(same)) == (304, b"", True)
        assert same.headers["ETag"] == tag
        assert not {"Content-Length", "Content-Type"} & set(same.headers.keys())
    assert client.get(SEARCH, headers={"If-None-Match": '"other"'}).status_code == 200


def test_the_order_of_parameters_is_no_other_question(client: FlaskClient) -> None:
    first = client.get("/api/v1/search?q=river&facet=source&facet=people&from_date=2016&page_size=2")
    second = client.get("/api/v1/search?page_size=2&facet=source&q=river&facet=people&from_date=2016")
    assert kept(second)
    assert second.headers["ETag"] == first.headers["ETag"]
    third = client.get("/api/v1/search?page_size=2&facet=people&q=river&facet=source&from_date=2016")
    assert not kept(third)
    assert list(json.loads(first.data)["facets"]) != list(json.loads(third.data)["facets"])


def test_every_parameter_is_part_of_the_question(client: FlaskClient) -> None:
    asked = ["q=river", "q=river&page_size=2", "q=river&page=2&page_size=2", "q=River", "q=river&highlight=0", "q="]
    assert [kept(client.get(f"/api/v1/search?{some}")) for some in asked] == [False] * len(asked)
    assert not kept(client.get("/search?q=river")), "the page is another answer"


def test_a_host_that_is_not_trusted_gets_nothing_that_is_kept(client: FlaskClient) -> None:
    client.get(SEARCH)
    for _ in range(2):
        assert client.get(SEARCH, headers={"Host": "evil.example"}).status_code == 400


def test_codings_are_kept_apart(client: FlaskClient) -> None:
    path = "/api/v1/search?facet=people&facet=date"
    for coding in ("gzip", "zstd", "identity"):
        first = client.get(path, headers={"Accept-Encoding": coding})
        second = client.get(path, headers={"Accept-Encoding": f"{coding};q=0.5"})
        assert (kept(first), kept(second), second.data) == (False, True, first.data)
        assert second.headers.get("Content-Encoding", "identity") == coding


def test_nothing_is_remembered_where_nothing_may_be(service: Service) -> None:
    client = create_app(service, remembered=0).test_client()
    assert [kept(client.get(SEARCH)) for _ in range(3)] == [False] * 3


def test_an_answer_that_is_kept_is_logged(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="searchsvc.web"):
        client.get("/api/v1/search?q=caf%C3%A9")
        response = client.get("/api/v1/search?q=caf%C3%A9")
    lines = [json.loads(record.message) for record in caplog.records]
    assert [line.get("cache") for line in lines] == [None, "hit"]
    assert lines[1]["id"] == response.headers["X-Request-Id"]
    assert lines[0].keys() | {"cache"} == lines[1].keys()
    assert (lines[1]["path"], lines[1]["status"]) == (lines[0]["path"], 200)


# The memory itself


def answer(body: bytes) -> Answer:
    return Answer([("ETag", 'W/"x"')], body, "x")


def test_the_bytes_are_bounded_and_the_oldest_go_first() -> None:
    memory = Memory(lambda: "one", 100_000)
    rng = random.Random(1)
    for number in range(200):
        memory.put((str(number),), "one", answer(bytes(rng.randrange(1, 9000))))
        assert memory.get(("0",)), "what is asked for stays"
        assert 0 < memory.bytes <= 100_000
    assert 3 < len(memory) < 50
    assert memory.get(("199",))
    assert memory.get(("1",)) is None
    memory.put(("huge",), "one", answer(bytes(50_000)))
    assert memory.get(("huge",)) is None, "one answer does not drive out all others"
    size = memory.bytes
    memory.put(("199",), "one", answer(b"again"))
    assert memory.bytes <= size
    assert memory.get(("199",)) == answer(b"again")


def test_another_state_has_none_of_the_answers() -> None:
    state = ["one"]
    memory = Memory(lambda: state[0], 100_000)
    memory.put(("a",), "one", answer(b"1"))
    assert memory.get(("a",))
    state[0] = "two"
    assert memory.get(("a",)) is None
    assert (len(memory), memory.bytes) == (0, 0)
    memory.put(("a",), "one", answer(b"late"))
    assert memory.get(("a",)) is None, "begun at a state that is gone"
    state[0] = ""
    memory.put(("a",), "", answer(b"no state"))
    assert memory.get(("a",)) is None


def test_states_never_mix_under_threads() -> None:
    """Threads that ask and answer while the state goes on: what is found is always of the state now, or a later one."""
    state = [0]
    memory = Memory(lambda: str(state[0]), 1_000_000)
    wrong: list[tuple[int, bytes]] = []
    done = threading.Event()

    def ask(seed: int) -> None:
        rng = random.Random(seed)
        while not done.is_set():
            key, begun = (str(rng.randrange(20)),), state[0]
            found = memory.get(key)
            if found is not None and int(found.body) < begun:
                wrong.append((begun, found.body))
            memory.put(key, str(begun), answer(str(begun).encode()))

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for number in range(1, 2000):
        state[0] = number
        memory.get(("none",))
    done.set()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_an_answer_over_two_states_is_not_kept(
    client: FlaskClient, service: Service, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = service.engine.search

    def slow(query: Query) -> Results:
        found = plain(query)
        publish(service, made("new", "New river"))
        service.engine.refresh()
        return found

    with monkeypatch.context() as patched:
        patched.setattr(service.engine, "search", slow)
        response = client.get(SEARCH)  # asked again, and the index moves on each time
    assert response.get_json()["total"] == 4
    assert "ETag" not in response.headers
    fresh = client.get(SEARCH)
    assert (kept(fresh), fresh.get_json()["total"]) == (False, 4)


def test_a_decision_that_changes_no_article_is_told(service: Service, client: FlaskClient, made: Made) -> None:
    """A surname that two people bear stays as it is in the articles; who bears it is told from then on."""
    pairs = [("Ada Vane", n) for n in range(6)] + [("Oto Vane", n) for n in range(6)] + [("Vane", n) for n in range(3)]
    publish(service, *(made(f"{who} {n}", who, who, people=[who], organisations=[f"Body {n % 3}"]) for who, n in pairs))
    service.engine.refresh()
    url = "/api/v1/search?facet=people&q=Vane&page_size=1"

    def bearers() -> list[list[str]]:
        values = client.get(url).get_json()["facets"]["people"]["values"]
        return [value.get("bearers", []) for value in values if value["value"] == "Vane"]

    assert bearers() == [[]]
    assert kept(client.get(url))
    before = client.get(url).headers["ETag"]
    with service.store.writing():
        assert service.store.reconcile().refused == 1
    service.engine.refresh()
    assert bearers() == [["Ada Vane", "Oto Vane"]]
    assert client.get(url, headers={"If-None-Match": before}).status_code == 200


@pytest.mark.parametrize(
    "given, same",
    [
        ("b=1&a=2", "a=2&b=1"), ("a=2&a=1", "a=2&a=1"), ("a=1&b=2&a=0", "a=1&a=0&b=2"), ("", ""), ("q=x", "q=x"),
        ("b=0&a=2&%61=1", "a=2&%61=1&b=0"), ("%61=1&a=2", "%61=1&a=2"),
    ],
)  # fmt: skip
def test_canonical(given: str, same: str) -> None:
    assert canonical(given) == same
