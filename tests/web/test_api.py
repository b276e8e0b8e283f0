"""The HTTP contract: endpoints, keys, errors, caching, headers, and that no question brings a 500."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, quote, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from searchsvc.document import Document, Quote
from searchsvc.engines import open_engine
from searchsvc.errors import BadRequest, CursorGone, IndexCorrupt, StoreError, Unavailable
from searchsvc.fields import COUNTED, FILTERED
from searchsvc.indexer import catch_up
from searchsvc.query import Query
from searchsvc.results import Bucket, Facet
from searchsvc.service import Service
from searchsvc.store import Store
from searchsvc.web import answers
from searchsvc.web.app import MAX_BODY, create_app
from searchsvc.web.params import EXTRA, PARAMETERS, pairs, query_of

Made = Callable[..., Document]

EVIL = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><svg/onload=alert(1)>', "<mark>", "</mark><b>",
    "javascript:alert(1)", "{{7*7}}", "&lt;b&gt;", "'; DROP TABLE documents; --", "\u202eevil",
]  # fmt: skip


def documents(made: Made) -> list[Document]:
    some = [
        made(n, f"Peace talks {n}", f"River vote number{n} in Kenya. The cease-fire holds." + " More." * n,
             at=["2016-04-28", "2016-05", "2016", "", "2015-12-31T23:00:00Z"][n % 5],
             people=["Jane Roe"] if n % 2 else ["Jane Roe", "John Kerry"],
             countries=["KE=Kenya"] if n % 3 else ["SY=Syria"],
             organisations=["NATO"] if n % 4 == 0 else [], source="Wire" if n % 2 else "Gazette", language="en",
             url=f"https://example.org/{n}", archive_id=f"a{n}", byline=("Al Bo",), tags=("peace",))
        for n in range(30)
    ]  # fmt: skip
    return some + [
        made(f"evil {n}", f"{text} wicked", f"before wicked {text} wicked after", people=[text], source=text,
             byline=(text,), tags=(text,), section=text)
        for n, text in enumerate(EVIL)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, made: Made, index_of: Callable[..., Path]) -> Iterator[Service]:
    opened = Service(index_of(tmp_path_factory.mktemp("api"), documents(made)))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def client(service: Service) -> FlaskClient:
    return create_app(service).test_client()


def get(client: FlaskClient, path: str, status: int = 200, **options: Any) -> Any:
    response = client.get(f"/api/v1{path}", **options)
    assert response.status_code == status, response.get_data(as_text=True)
    assert response.mimetype == "application/json"
    return response.get_json()


def is_error(response: TestResponse, status: int, code: str) -> Any:
    assert response.status_code == status
    assert response.mimetype == "application/json"
    answer = response.get_json()
    assert answer["status"] == "error"
    assert answer["code"] == code, answer
    assert answer["message"]
    assert answer["request_id"] == response.headers["X-Request-Id"]
    more = {"parameter", "allowed", "suggestion", "position", "temporary"}
    assert answer.keys() <= {"status", "code", "message", "request_id"} | more
    assert "Traceback" not in response.get_data(as_text=True)
    return answer


# Shapes

ANSWER = {
    "status", "query", "warnings", "total", "total_exact", "page", "page_size", "pages", "next_cursor", "took_ms",
    "generation", "results", "facets", "links",
}  # fmt: skip
HIT = {
    "id", "archive_id", "url", "title", "byline", "source", "section", "language", "tags", "published_at",
    "date_precision", "date_source", "word_count", "people", "countries", "organisations", "score", "highlights",
    "links",
}  # fmt: skip
FACET = {"values", "distinct", "other", "missing", "exact", "max_error"}


def test_search(client: FlaskClient) -> None:
    answer = get(client, "/search?q=river+vote&facet=people,countries:1&facet=date:year&page_size=3&countries=kenya")
    assert answer.keys() >= ANSWER
    assert answer["query"]["q"] == "river vote"
    assert answer["query"]["parsed"] == "river vote"
    assert answer["query"]["filters"] == {"countries": ["KE"]}, "a name is taken, the code is told"
    assert (answer["total"], answer["page"], answer["page_size"], answer["pages"]) == (20, 1, 3, 7)
    assert len(answer["results"]) == 3
    for hit in answer["results"]:
        assert hit.keys() >= HIT
        assert hit["countries"] == ["KE"]
        assert "Jane Roe" in hit["people"]
        assert "text" not in hit
        assert hit["highlights"].keys() == {"title", "text"}
        assert get(client, hit["links"]["self"].removeprefix("/api/v1"))["id"] == hit["id"]
    assert set(answer["facets"]) == {"people", "countries", "date"}
    for facet in answer["facets"].values():
        assert facet.keys() == FACET
        for value in facet["values"]:
            assert value.keys() == {"value", "label", "count", "selected", "links"}
    assert answer["facets"]["countries"]["values"][0]["label"] == "Kenya"
    assert answer["facets"]["countries"]["values"][0]["selected"]
    assert [v["value"] for v in answer["facets"]["date"]["values"]] == ["2015", "2016"]
    assert answer["links"].keys() >= {"self", "first", "prev", "next", "html"}


def test_no_hits_is_an_answer(client: FlaskClient) -> None:
    answer = get(client, "/search?q=nowhere")
    assert (answer["total"], answer["results"], answer["pages"]) == (0, [], 0)
    assert answer["links"]["next"] is None


def test_any_is_offered_where_all_finds_nothing(client: FlaskClient) -> None:
    answer = get(client, "/search?q=nowhere+river")
    assert answer["total"] == 0
    assert answer["any_total"] == 30
    assert get(client, answer["links"]["any"].removeprefix("/api/v1"))["total"] == 30


def test_every_link_of_a_facet_leads_to_its_count(client: FlaskClient) -> None:
    for asked in (
        "?q=river&facet=people,countries,source,date:year",
        "?q=river&people=Jane+Roe&people__not=x&facet=people",
    ):
        answer = get(client, f"/search{asked}")
        links = 0
        for facet in answer["facets"].values():
            for value in facet["values"]:
                link = value["links"].get("only") or value["links"].get("apply")
                if link:
                    assert get(client, link.removeprefix("/api/v1"))["total"] == value["count"]
                    links += 1
                if "exclude" in value["links"]:
                    get(client, value["links"]["exclude"].removeprefix("/api/v1"))
        assert links


def test_pages_by_links(client: FlaskClient) -> None:
    for first in (
        "/search?q=river&page_size=7",
        "/search?q=river&page_size=7&cursor=*",
        "/search?q=river&page_size=7&sort=newest",
    ):
        ids, link = [], first
        while link:
            answer = get(client, link.removeprefix("/api/v1"))
            ids += [hit["id"] for hit in answer["results"]]
            link = answer["links"]["next"]
        assert len(ids) == len(set(ids)) == 30


def test_next_is_never_a_refused_page(client: FlaskClient) -> None:
    answer = get(client, "/search?page=100&page_size=100")
    assert answer["links"]["next"] is None
    assert answer["links"]["prev"]
    get(client, answer["links"]["prev"].removeprefix("/api/v1"))


def test_article(client: FlaskClient, made: Made) -> None:
    answer = get(client, f"/articles/{made(4).id}")
    assert answer.keys() >= HIT - {"score", "highlights"} | {"text", "entities_version", "location", "status"}
    assert answer["text"].startswith("River vote number4")
    for name in ("people", "countries", "organisations"):
        for entity in answer[name]:
            assert entity.keys() >= {"key", "label", "aliases", "mentions"}
    assert (answer["published_at"], answer["date_precision"]) == ("2015-12-31T23:00:00Z", "second")


def test_facet(client: FlaskClient) -> None:
    answer = get(client, "/facets/people?q=river&prefix=ker&size=5")
    assert answer["field"] == "people"
    assert [v["value"] for v in answer["values"]] == ["John Kerry"]
    assert answer.keys() >= FACET


def test_timeline(client: FlaskClient) -> None:
    answer = get(client, "/timeline?q=river&interval=month&share=1&split=people")
    assert (answer["interval"], answer["total"]) == ("month", 30)
    labels = [bucket["label"] for bucket in answer["buckets"]]
    assert labels == ["2015-12", "2016-01", "2016-02", "2016-03", "2016-04", "2016-05"]
    assert [bucket["count"] for bucket in answer["buckets"]] == [6, 0, 0, 0, 6, 6]
    assert answer["missing"] == 12
    for bucket in answer["buckets"]:
        assert bucket.keys() == {"start", "end", "label", "count", "share", "series", "links"}
        assert 0 <= bucket["share"] <= 1
        assert get(client, bucket["links"]["apply"].removeprefix("/api/v1"))["total"] == bucket["count"]
    assert [s["value"] for s in answer["series"]] == ["Jane Roe", "John Kerry"]


def test_entities(client: FlaskClient) -> None:
    answer = get(client, "/entities?type=people&prefix=jane")
    assert answer["entities"][0].keys() == {"key", "label", "count", "links"}
    assert [(e["key"], e["count"]) for e in answer["entities"]] == [("Jane Roe", 30)]
    assert get(client, answer["entities"][0]["links"]["search"].removeprefix("/api/v1"))["total"] == 30


def test_health(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok"}
    ready = client.get("/readyz").get_json()
    assert ready == {"status": "ok", "generation": "000001", "documents": 40, "not_searchable_yet": 0}


def test_fields_and_highlight(client: FlaskClient) -> None:
    (hit,) = get(client, "/search?q=number7&fields=id,title")["results"]
    assert hit.keys() == {"id", "title"}
    (hit,) = get(client, "/search?q=number7&highlight=0")["results"]
    assert "highlights" not in hit
    assert get(client, "/search?q=number7&explain=1")["explain"]["expression"] == "number7"


# Parameters


def test_aliases_are_echoed_under_the_canonical_name(client: FlaskClient) -> None:
    answer = get(client, "/search?q=river&from-date=2016&to=2016-04-30&page-size=5&sortBy=publishedAt")
    assert answer["query"]["filters"] == {"from_date": "2016", "to_date": "2016-04-30"}
    assert (answer["page_size"], answer["query"]["sort"]) == (5, "newest")
    link = parse_qs(urlsplit(answer["links"]["self"]).query)
    assert link.keys() == {"q", "from_date", "to_date", "page_size", "sort"}
    assert get(client, "/search?begin_date=20160428&end_date=20160428&order-by=oldest")["query"]["filters"] == {
        "from_date": "2016-04-28", "to_date": "2016-04-28",
    }  # fmt: skip


@pytest.mark.parametrize("name", [alias for row in PARAMETERS.values() for alias in row.aliases])
def test_every_alias_is_taken(name: str) -> None:
    value = "2016" if "date" in name or name in ("from", "to") else "newest" if name in ("order-by", "sortBy") else "5"
    query_of([(name, value)])


BAD = [
    ("/search?qq=x", "unknown_parameter", "qq"),
    ("/search?pepole=x", "unknown_parameter", "pepole"),
    ("/search?page=0", "invalid_number", "page"),
    ("/search?page=-1", "invalid_number", "page"),
    ("/search?page=x", "invalid_number", "page"),
    ("/search?page=1.5", "invalid_number", "page"),
    ("/search?page=99999999999999999999", "invalid_number", "page"),
    ("/search?page_size=0", "invalid_number", "page_size"),
    ("/search?page_size=201", "invalid_number", "page_size"),
    ("/search?page=51&page_size=200", "too_far", "page"),
    ("/search?page=2&cursor=*", "page_and_cursor", "page"),
    ("/search?cursor=nonsense", "invalid_cursor", "cursor"),
    ("/search?sort=best", "invalid_value", "sort"),
    ("/search?match=some", "invalid_value", "match"),
    ("/search?search_in=body", "invalid_value", "search_in"),
    ("/search?fields=secret", "invalid_value", "fields"),
    ("/search?highlight=yes", "invalid_value", "highlight"),
    ("/search?count=stories_of_old", "invalid_value", "count"),
    ("/search?facet=nope", "invalid_value", "facet"),
    ("/search?facet=people:0", "invalid_number", "facet"),
    ("/search?facet=people:1001", "invalid_number", "facet"),
    ("/search?facet=date:decade", "invalid_value", "facet"),
    ("/search?facet=" + ",".join(f"people:{n}" for n in range(1, 22)), "too_many_facets", "facet"),
    ("/search?from_date=yesterday", "invalid_date", "from_date"),
    ("/search?to_date=2016-02-30", "invalid_date", "to_date"),
    ("/search?from_date=2017&to_date=2016", "invalid_date", "from_date"),
    ("/search?q=a&q=b", "repeated", "q"),
    ("/search?" + "&".join(f"people=p{n}" for n in range(101)), "too_many_values", "people"),
    ("/search?people=" + "x" * 501, "value_too_long", "people"),
    ("/search?q=" + "x" * 1025, "query_too_long", "q"),
    ("/search?q=(", "invalid_query", "q"),
    ("/search?q=%22", "unclosed_quote", "q"),
    ("/search?q=titel:x", "unknown_field", "q"),
    ("/search?q=ab*", "prefix_too_short", "q"),
    ("/search?q=*ab", "leading_wildcard", "q"),
    ("/search?q=" + "+".join(["a"] * 65), "too_many_clauses", "q"),
    ("/search?q=" + "(" * 21 + "a" + ")" * 21, "query_too_deep", "q"),
    ("/facets/people?size=0", "invalid_number", "size"),
    ("/facets/people?interval=day", "unknown_parameter", "interval"),
    ("/timeline?interval=decade", "invalid_value", "interval"),
    ("/timeline?split=title", "invalid_value", "split"),
    ("/timeline?share=2", "invalid_value", "share"),
    ("/entities", "invalid_value", "type"),
    ("/entities?type=animals", "invalid_value", "type"),
    ("/entities?type=people&q=x", "unknown_parameter", "q"),
    ("/articles/x?q=1", "unknown_parameter", "q"),
]


@pytest.mark.parametrize("path, code, parameter", BAD, ids=[f"{row[1]} {row[0][:40]}" for row in BAD])
def test_bad_requests_name_the_parameter(client: FlaskClient, path: str, code: str, parameter: str) -> None:
    answer = is_error(client.get(f"/api/v1{path}"), 400, code)
    assert answer["parameter"] == parameter


def test_an_unknown_parameter_names_the_nearest(client: FlaskClient) -> None:
    answer = is_error(client.get("/api/v1/search?pepole=x"), 400, "unknown_parameter")
    assert answer["suggestion"] == "people"
    assert answer["allowed"] == list(PARAMETERS), "all that there are"
    assert "did you mean people?" in answer["message"]
    assert "suggestion" not in is_error(client.get("/api/v1/search?zzzz=x"), 400, "unknown_parameter")
    facet = is_error(client.get("/api/v1/facets/people?prefx=x"), 400, "unknown_parameter")
    assert (facet["suggestion"], facet["allowed"]) == ("prefix", [*PARAMETERS, "prefix", "size"])
    entities = is_error(client.get("/api/v1/entities?typ=people"), 400, "unknown_parameter")
    assert (entities["suggestion"], entities["allowed"]) == ("type", ["type", "prefix", "size"])


def test_a_value_spelled_somewhat_like_its_contrary_is_no_suggestion(client: FlaskClient) -> None:
    answer = is_error(client.get("/api/v1/search?order-by=latest"), 400, "invalid_value")
    assert answer["allowed"] == ["relevance", "newest", "oldest"]
    assert "suggestion" not in answer


@pytest.mark.parametrize(
    "path, status, suggestion, one_allowed",
    [
        ("/search?sort=newst", 400, "newest", "oldest"),
        ("/search?facet=peopel", 400, "people", "source"),
        ("/search?fields=titel", 400, "title", "url"),
        ("/search?q=titel:x", 400, "title", "date"),
        ("/facets/poeple", 404, "people", "source"),
        ("/timeline?interval=monht", 400, "month", "year"),
        ("/entities?type=peoples", 400, "people", "countries"),
    ],
)
def test_a_value_that_is_not_known_names_the_nearest_and_all(
    client: FlaskClient, path: str, status: int, suggestion: str, one_allowed: str
) -> None:
    response = client.get(f"/api/v1{path}")
    answer = is_error(response, status, response.get_json()["code"])
    assert answer["suggestion"] == suggestion
    assert {suggestion, one_allowed} <= set(answer["allowed"])


def test_a_query_fault_tells_its_place(client: FlaskClient) -> None:
    assert is_error(client.get("/api/v1/search?q=a+(b"), 400, "invalid_query")["position"] == 2


def test_a_word_left_out_is_a_warning(client: FlaskClient) -> None:
    (warning,) = get(client, "/search?q=river+!!!")["warnings"]
    assert (warning["code"], warning["position"]) == ("word_ignored", 6)


def test_every_question_has_one_address() -> None:
    """What `pairs` writes, `query_of` reads back."""
    asked = [
        ("q", "river -vote"), ("match", "any"), ("search_in", "title,byline"),
        ("from_date", "2016"), ("to_date", "2017-01"),
        ("facet", "people:5"), ("facet", "date:week"), ("sort", "oldest"), ("page", "3"), ("page_size", "7"),
        ("fields", "id,title"), ("highlight", "0"), ("explain", "1"),
        *((name + suffix, f"v {name}{suffix}") for name in FILTERED for suffix in ("", "__all", "__not")),
    ]  # fmt: skip
    query, _ = query_of(asked)
    assert query_of(pairs(query))[0] == query
    assert set(pairs(query)) >= {("q", "river -vote"), ("people__not", "v people__not"), ("page", "3")}
    assert pairs(Query()) == []


def test_every_parameter_has_a_meaning_and_a_unique_name() -> None:
    rows = [*PARAMETERS.values(), *(row for extra in EXTRA.values() for row in extra)]
    assert all(row.meaning for row in rows)
    names = [name for row in PARAMETERS.values() for name in (row.name, *row.aliases)]
    assert len(names) == len(set(names))


# POST


def test_post_asks_the_same(client: FlaskClient) -> None:
    body = {"q": "river", "people": ["Jane Roe", "Nobody"], "facet": ["people:2"], "page_size": 3, "highlight": False}
    posted = client.post("/api/v1/search", json=body).get_json()
    got = get(client, "/search?q=river&people=Jane+Roe&people=Nobody&facet=people:2&page_size=3&highlight=0")
    for answer in (posted, got):
        del answer["took_ms"]
    assert posted == got


@pytest.mark.parametrize(
    "body, code",
    [
        (b"{", "invalid_json"), (b"[]", "invalid_json"), (b"null", "invalid_json"), (b'"q"', "invalid_json"),
        (b"", "invalid_json"),
        (b"\xff", "invalid_json"), (b"[" * 100_000, "invalid_json"), (b'{"q": "\\ud800"}', "invalid_json"),
        (b'{"q": {"a": 1}}', "invalid_value"), (b'{"page": 1.5}', "invalid_value"),
        (b'{"q": [["a"]]}', "invalid_value"),
        (b'{"nope": 1}', "unknown_parameter"), (b'{"page": 0}', "invalid_number"), (b'{"q": ["a", "b"]}', "repeated"),
        (b'{"page": 123456789012345678901234567890}', "invalid_number"),
    ],
)  # fmt: skip
def test_bad_bodies(client: FlaskClient, body: bytes, code: str) -> None:
    response = client.post("/api/v1/search", data=body, content_type="application/json")
    if code == "invalid_number" and b"1234567" in body:
        assert response.status_code == 400
    else:
        is_error(response, 400, code)


def test_media_type_method_and_size(client: FlaskClient) -> None:
    is_error(client.post("/api/v1/search", data="q=x"), 415, "unsupported_media_type")
    is_error(client.post("/api/v1/search", data=b"{}", content_type="text/plain"), 415, "unsupported_media_type")
    big = json.dumps({"q": "x" * (MAX_BODY + 10)}).encode()
    is_error(client.post("/api/v1/search", data=big, content_type="application/json"), 413, "too_large")
    for method, path in (("PUT", "/search"), ("DELETE", "/search"), ("POST", "/timeline"), ("POST", "/facets/people")):
        response = client.open(f"/api/v1{path}", method=method)
        is_error(response, 405, "method_not_allowed")
        assert "GET" in response.headers["Allow"]


def test_unknown_things_are_404(client: FlaskClient) -> None:
    is_error(client.get("/api/v1/articles/ffffffffffffffffffff"), 404, "not_found")
    is_error(client.get("/api/v1/articles/%F0%9F%98%80"), 404, "not_found")
    is_error(client.get("/api/v1/articles/%FF%00"), 404, "not_found")
    assert "people" in is_error(client.get("/api/v1/facets/pepole"), 404, "unknown_field")["message"]
    assert "/api/v1/search" in is_error(client.get("/api/v1/serach"), 404, "not_found")["message"]
    is_error(client.get("/api/nothing"), 404, "not_found")


# Caching


@pytest.mark.parametrize(
    "path, another",
    [
        ("/search?q=river", "/search?q=vote"), ("/facets/people", "/facets/source"), ("/timeline", "/timeline?q=vote"),
        ("/entities?type=people", "/entities?type=people&prefix=j"),
    ],
)  # fmt: skip
def test_an_unchanged_answer_is_not_sent_again(client: FlaskClient, path: str, another: str) -> None:
    first = client.get(f"/api/v1{path}")
    tag = first.headers["ETag"]
    again = client.get(f"/api/v1{path}", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get(f"/api/v1{path}", headers={"If-None-Match": '"other"'}).status_code == 200
    other = client.get(f"/api/v1{another}", headers={"If-None-Match": tag})
    assert other.status_code == 200
    assert first.headers["Cache-Control"] == "no-cache"


def test_an_article_has_its_own_tag(client: FlaskClient, made: Made) -> None:
    path = f"/api/v1/articles/{made(1).id}"
    tag = client.get(path).headers["ETag"]
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    assert client.get(f"/api/v1/articles/{made(2).id}", headers={"If-None-Match": tag}).status_code == 200


def test_a_publish_changes_the_tag(made: Made, tmp_path: Path) -> None:
    store = Store(tmp_path, create=True)
    store.put([made(1, "river")])
    engine = open_engine(tmp_path, store.get)
    catch_up(store, engine)
    service = Service(tmp_path)
    client = create_app(service).test_client()
    tag = client.get("/api/v1/search?q=river").headers["ETag"]
    store.put([made(2, "river")])
    catch_up(store, engine)
    service.engine.refresh()
    fresh = client.get("/api/v1/search?q=river", headers={"If-None-Match": tag})
    assert (fresh.status_code, fresh.get_json()["total"]) == (200, 2)
    service.close()
    engine.close()
    store.close()


# Safety


@pytest.mark.parametrize(
    "path", ["/api/v1/search", "/api/v1/search?nope=1", "/healthz", "/readyz", "/api/nope", "/", "/search", "/nope"]
)
def test_every_answer_has_the_headers(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert re.fullmatch("[0-9a-f]{16}", headers["X-Request-Id"])
    assert "Access-Control-Allow-Origin" not in headers


@pytest.mark.parametrize(
    "host, status", [("localhost", 200), ("127.0.0.1:8000", 200), ("evil.example", 400), ("localhost.evil", 400)]
)
def test_only_trusted_hosts_are_answered(client: FlaskClient, host: str, status: int) -> None:
    for path in ("/api/v1/search", "/healthz", "/search"):
        response = client.get(path, headers={"Host": host})
        assert response.status_code == status
        if status == 400 and path != "/search":
            is_error(response, 400, "invalid_request")


def test_hosts_are_the_owners_choice(service: Service) -> None:
    client = create_app(service, trusted_hosts=("news.example",)).test_client()
    assert client.get("/healthz", headers={"Host": "news.example"}).status_code == 200
    assert client.get("/healthz", headers={"Host": "localhost"}).status_code == 400
    anyone = create_app(service, trusted_hosts=None).test_client()
    assert anyone.get("/healthz", headers={"Host": "whatever.example"}).status_code == 200


def test_highlights_hold_no_element_but_mark(client: FlaskClient) -> None:
    answer = get(client, "/search?q=wicked&page_size=50")
    assert answer["total"] == len(EVIL)
    for hit in answer["results"]:
        shown = [*hit["highlights"]["title"], *hit["highlights"]["text"]]
        assert sum(text.count("<mark>wicked</mark>") for text in shown) == 3
        for text in shown:
            rest = text.replace("<mark>wicked</mark>", "")
            assert not re.search("[<>\"']", rest)
            assert not re.search(r"&(?!(amp|lt|gt|quot|#x27);)", rest)


def test_an_echo_is_json_and_nothing_else(client: FlaskClient) -> None:
    for text in EVIL:
        for path in (f"/search?q={quote(text)}", f"/search?{quote(text)}=1", f"/facets/{quote(text, safe='')}"):
            response = client.get(f"/api/v1{path}")
            assert response.status_code in (200, 400, 404)
            assert response.mimetype == "application/json"
            json.loads(response.data)


FAILURES = [
    (Unavailable("away"), 503, "unavailable"), (StoreError("rotten"), 503, "store_error"),
    (IndexCorrupt("rotten"), 503, "index_corrupt"), (CursorGone("gone"), 409, "cursor_gone"),
    (BadRequest("bad"), 400, "invalid_request"), (RuntimeError("secret detail"), 500, "internal_error"),
    (RecursionError(), 500, "internal_error"), (MemoryError(), 500, "internal_error"),
]  # fmt: skip


@pytest.mark.parametrize("error, status, code", FAILURES, ids=[type(row[0]).__name__ for row in FAILURES])
def test_failures_have_one_shape(
    client: FlaskClient, service: Service, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, code: str
) -> None:
    def failing(query: Query) -> Any:
        raise error

    monkeypatch.setattr(service.engine, "search", failing)
    response = client.get("/api/v1/search?q=x")
    answer = is_error(response, status, code)
    assert "secret detail" not in response.get_data(as_text=True)
    assert (answer.get("temporary") is True) == (status == 503) == ("Retry-After" in response.headers)


def test_an_index_with_nothing_usable_is_not_ready(made: Made, tmp_path: Path) -> None:
    store = Store(tmp_path, create=True)
    service = Service(tmp_path)
    client = create_app(service).test_client()
    assert client.get("/readyz").status_code == 200, "an empty index is ready"
    assert client.get("/api/v1/search").get_json()["total"] == 0
    store.put([made(1)])
    answer = is_error_ready(client.get("/readyz"))
    assert (answer["documents"], answer["not_searchable_yet"]) == (1, 1)
    assert client.get("/healthz").status_code == 200
    service.close()
    store.close()


def is_error_ready(response: TestResponse) -> Any:
    assert response.status_code == 503
    answer = response.get_json()
    assert (answer["status"], answer["code"], answer["temporary"]) == ("error", "unavailable", True)
    return answer


# No question brings a 500

scraps = st.lists(
    st.sampled_from([*"()\"“*?~-:[],.'/\\ <>&", "AND ", "OR ", "NOT ", "river", "vote", "title:", "date:", "people:",
                     "2016", " TO ",
                     "~1", "~2", "num*", "r?ver", "\x00", "\x1f", "\x1e", "东京", "é", "cease-fire",
                     "1,000", "U.S.", "ʼ", "\ufdfa"]),
    max_size=12,
).map("".join)  # fmt: skip
anything = st.text(max_size=40) | scraps


@settings(max_examples=150)
@given(q=anything, match=st.sampled_from(["all", "any"]), sort=st.sampled_from(["relevance", "newest", "oldest"]))
def test_no_query_brings_a_500(client: FlaskClient, q: str, match: str, sort: str) -> None:
    asked = {"q": q, "match": match, "sort": sort, "facet": "people,date:month", "explain": "1"}
    response = client.get("/api/v1/search", query_string=asked)
    if response.status_code != 200:
        is_error(response, 400, response.get_json()["code"])
    else:
        answer = response.get_json()
        again = client.get(answer["links"]["self"]).get_json()
        assert again["total"] == answer["total"]
        assert again["query"] == answer["query"]


names = st.sampled_from([*PARAMETERS, *(row.name for extra in EXTRA.values() for row in extra), "nope"])
paths = st.sampled_from(["search", "timeline", "entities", *(f"facets/{name}" for name in COUNTED[:3])])


@settings(max_examples=150)
@given(
    path=paths,
    asked=st.lists(st.tuples(names, anything | st.sampled_from(["1", "2016", "people", "*", "x"])), max_size=4),
)
def test_no_parameters_bring_a_500(client: FlaskClient, path: str, asked: list[tuple[str, str]]) -> None:
    response = client.get(f"/api/v1/{path}", query_string=asked)
    assert response.status_code in (200, 400)
    if response.status_code == 400:
        is_error(response, 400, response.get_json()["code"])


bodies = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | anything,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names | anything, inner, max_size=3),
)


@settings(max_examples=60)
@given(body=bodies)
def test_no_body_brings_a_500(client: FlaskClient, body: Any) -> None:
    response = client.post("/api/v1/search", data=json.dumps(body), content_type="application/json")
    assert response.status_code in (200, 400)


# Links are made from one another; each is the address of the question that it stands for


@pytest.mark.parametrize(
    "asked",
    [
        "", "q=river&facet=people:3&sort=newest&page=2&page_size=5",
        "q=a%26b%3D%00+c&people=A%26B&people=x+y&fields=id",
        "countries__not=KE&source__all=Wire&from_date=2015&to_date=2017&count=stories&match=any&highlight=0",
        "cursor=*&people__not=Jane+Roe&explain=1&search_in=title",
    ],
)  # fmt: skip
def test_links_of_a_facet_are_those_questions(asked: str) -> None:
    query, _ = query_of(parse_qsl(asked))
    values = ("Jane Roe", "A&B", "x y", "KE", "", "é=ü+%", "Wire")
    for name in COUNTED:
        selected = query.filter(name)
        buckets = tuple(Bucket(v, v, 1, v in (*selected.any, *selected.all)) for v in values)
        for value in answers.facet(Facet(name, buckets, 7, 0, 0), query)["values"]:
            links = {"exclude": answers.url(query.excluding(name, value["value"]))}
            if value["selected"]:
                links["remove"] = answers.url(query.minus(name, value["value"]))
            else:
                links["apply"] = answers.url(query.plus(name, value["value"]))
            if selected.any:
                links["only"] = answers.url(query.with_filter(name, any=(value["value"],)))
            assert value["links"] == links
    periods = tuple(Bucket(label, label, 1) for label in ("2016", "2016-Q2", "2016-04", "2015-W53", "2016-04-28"))
    for value in answers.facet(Facet("date", periods, 5, 0, 0), query)["values"]:
        start, end = answers.period_of(value["value"])
        chosen = replace(query, from_date=start, to_date=end, page=1, cursor=None)
        assert value["links"] == {"apply": answers.url(chosen)}
    for name, value in (("q", "a&b"), ("source", "é ü")):
        assert answers.url(Query(), "/search", [(name, value)]) == f"/search?{urlencode({name: value})}"


def test_a_hit_is_the_article_without_its_text(service: Service, client: FlaskClient) -> None:
    for hit in get(client, "/search?q=river&highlight=0")["results"]:
        whole = get(client, hit["links"]["self"].removeprefix("/api/v1"))
        for name in hit.keys() - {"score", "links", "people", "countries", "organisations"}:
            assert hit[name] == whole[name]
        for name, part in (("people", "label"), ("countries", "key"), ("organisations", "label")):
            assert hit[name] == [entity[part] for entity in whole[name]]


@pytest.mark.parametrize(
    "dates", ["from_date=2016-02-10", "to_date=2016-04-11", "from_date=2016-01-20&to_date=2016-05"]
)
@pytest.mark.parametrize("interval", ["year", "month", "day"])
def test_a_period_at_the_edge_is_found_as_it_is_counted(client: FlaskClient, dates: str, interval: str) -> None:
    answer = client.get(f"/api/v1/search?{dates}&facet=date:{interval}").get_json()
    shown = [*answer["facets"]["date"]["values"]]
    shown += [
        b for b in client.get(f"/api/v1/timeline?{dates}&interval={interval}").get_json()["buckets"] if b["count"]
    ]
    assert shown
    for bucket in shown:
        assert client.get(bucket["links"]["apply"]).get_json()["total"] == bucket["count"], bucket


def test_about_is_told_and_can_be_undone(client: FlaskClient) -> None:
    assert client.get("/api/v1/search?about=1").get_json()["query"]["about"] is True
    assert client.get("/api/v1/search").get_json()["query"]["about"] is False
    page = client.get("/search?about=1").get_data(as_text=True)
    assert "only what an article is about" in page
    assert "about=1" in client.get("/search").get_data(as_text=True)


def test_hits_say_what_the_speaker_said_who_is_asked_for(tmp_path: Path, index_of: Any, made: Any) -> None:
    text = "“A short word,” said Ann Lee. “" + "Many long words " * 60 + "end,” she added."
    first, second = text.index("A short"), text.index("Many")
    quotes = (
        Quote(first, first + 13, "Ann Lee", "person", 0, 0),
        Quote(second, text.index(",” she added"), "Ann Lee", "person", 0, 0),
        Quote(0, 5, "", "unnamed", 0, 0),
    )
    quoted = replace(made(1, "Talks", text, people=["Ann Lee", "Bo Ray"]), quotes=quotes)
    with closing(Service(index_of(tmp_path, [quoted, made(2, "More", "words", people=["Ann Lee"])]))) as service:
        client = create_app(service).test_client()
        answer = client.get("/api/v1/search?said_by=ann+lee&facet=said_by").get_json()
        assert answer["total"] == 1
        assert answer["facets"]["said_by"]["values"][0]["value"] == "Ann Lee"
        said = answer["results"][0]["said"]
        assert [one["speaker"] for one in said] == ["Ann Lee", "Ann Lee"]
        assert said[0]["text"] == "A short word,"
        assert said[1]["text"].startswith("Many long words")
        assert said[1]["text"].endswith(" …")
        assert len(said[1]["text"]) < 410
        assert "said" not in client.get("/api/v1/search").get_json()["results"][0]
        assert client.get("/api/v1/search?said_by=Bo+Ray").get_json()["total"] == 0
        page = client.get("/search?said_by=Ann+Lee").get_data(as_text=True)
        assert "“A short word,”" in page
        article = client.get(answer["results"][0]["links"]["self"]).get_json()
        whole = article.get("article", article)["quotes"]
        assert len(whole) == 3
        span = [first, first + 13]
        assert whole[0] == {"span": span, "in_title": False, "kind": "person", "speaker": "Ann Lee", "cue": None}
