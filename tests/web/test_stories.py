"""Near-copies as a client and a reader meet them: counts, links, the list of copies."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from searchsvc.cli import main
from searchsvc.document import Document
from searchsvc.service import Service
from searchsvc.web.app import create_app

Made = Callable[..., Document]
WORDS = "river vote talks budget court rain peace border school harvest price union strike bridge storm island".split()
EVIL = "<script>alert(1)</script>"


def prose(seed: int) -> str:
    draw = random.Random(seed)
    return "Summit. " + " ".join(draw.choice(WORDS) for _ in range(120))


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory, made: Made, index_of: Callable[..., Path]) -> Path:
    """A story of 25 articles, one of 2, and 3 articles alone."""
    dates = ("2016-03-05", "2016-03-04", "", "2016-04-01")
    wire = [
        made(
            f"wire {n}", f"Summit {n} {EVIL}", prose(1), at=dates[n % 4], source=f"Paper {n % 7} {EVIL}", people=["Ann"]
        )
        for n in range(25)
    ]
    two = [made(f"two {n}", "Two", prose(2), source=f"Blog {n}", at="2016-03-09") for n in range(2)]
    alone = [made(f"one {n}", f"One {n}", prose(10 + n), at="2016-03-09", people=["Bob"]) for n in range(3)]
    return index_of(tmp_path_factory.mktemp("index"), [*wire, *two, *alone])


@pytest.fixture
def client(directory: Path) -> Iterator[FlaskClient]:
    service = Service(directory)
    yield create_app(service).test_client()
    service.close()


def answer(client: FlaskClient, address: str) -> Any:
    response = client.get(address)
    assert response.status_code == 200, response.text
    return response.get_json()


def page(client: FlaskClient, address: str) -> BeautifulSoup:
    response = client.get(address)
    assert response.status_code == 200
    assert EVIL not in response.text
    return BeautifulSoup(response.text, "lxml")


def test_stories_are_counted(client: FlaskClient) -> None:
    articles = answer(client, "/api/v1/search?q=summit&page_size=3")
    assert (articles["total"], articles["query"]["count"]) == (30, "articles")
    stories = answer(client, "/api/v1/search?q=summit&page_size=3&count=stories&facet=people&facet=date:month")
    assert (stories["total"], stories["pages"], stories["query"]["count"]) == (5, 2, "stories")
    assert "count=stories" in stories["links"]["next"]
    people = {value["value"]: value for value in stories["facets"]["people"]["values"]}
    assert {value: bucket["count"] for value, bucket in people.items()} == {"Ann": 1, "Bob": 3}
    assert stories["facets"]["people"]["missing"] == 1
    assert answer(client, people["Bob"]["links"]["apply"])["total"] == 3
    assert [(b["value"], b["count"]) for b in stories["facets"]["date"]["values"]] == [("2016-03", 5)]
    both = [*stories["results"], *answer(client, stories["links"]["next"])["results"]]
    assert sorted(hit["copies"] for hit in both) == [0, 0, 0, 1, 24]
    posted = client.post("/api/v1/search", json={"q": "summit", "count": "stories"}).get_json()
    assert posted["total"] == 5
    timeline = answer(client, "/api/v1/timeline?interval=day&count=stories")
    assert {b["label"]: b["count"] for b in timeline["buckets"] if b["count"]} == {"2016-03-04": 1, "2016-03-09": 4}
    assert answer(client, "/api/v1/facets/people?count=stories")["values"][0]["count"] == 3


def test_only_what_is_known_is_counted(client: FlaskClient) -> None:
    refused = client.get("/api/v1/search?count=story")
    assert refused.status_code == 400
    assert refused.get_json()["allowed"] == ["articles", "stories"]


def test_the_copies_of_an_article(client: FlaskClient, made: Made) -> None:
    id_ = made("wire 3").id
    whole = answer(client, f"/api/v1/articles/{id_}")
    assert whole["copies"] == 24
    copies = answer(client, whole["links"]["copies"])
    assert (copies["id"], copies["story"], copies["total"], len(copies["results"])) == (id_, made("wire 0").id, 24, 24)
    assert id_ not in [hit["id"] for hit in copies["results"]]
    dates = [hit["published_at"] for hit in copies["results"]]
    assert dates == sorted(filter(None, dates)) + [None] * dates.count(None)
    assert all(hit["copies"] == 24 and "highlights" not in hit and "text" not in hit for hit in copies["results"])
    alone = answer(client, f"/api/v1/articles/{made('one 1').id}/copies")
    assert (alone["total"], alone["results"], alone["story"]) == (0, [], made("one 1").id)
    assert "copies" not in answer(client, f"/api/v1/articles/{made('one 1').id}")["links"]
    assert client.get(f"/api/v1/articles/{'0' * 20}/copies").status_code == 404
    assert client.get(f"/api/v1/articles/{id_}/copies?page=2").status_code == 400


def test_a_hit_has_its_copies(client: FlaskClient) -> None:
    hit = answer(client, "/api/v1/search?people=Ann&fields=id,copies,links&page_size=1")["results"][0]
    assert hit["copies"] == 24
    assert answer(client, hit["links"]["copies"])["total"] == 24


def test_the_search_page(client: FlaskClient) -> None:
    shown = page(client, "/search?q=summit&sort=oldest")
    assert "30 articles" in shown.h1.text  # type: ignore[union-attr]
    pick = shown.find(string="Count").find_parent(class_="pick")  # type: ignore[union-attr]
    address = str(pick.a["href"])  # type: ignore[union-attr,index]
    assert parse_qs(urlsplit(address).query) == {"q": ["summit"], "sort": ["oldest"], "count": ["stories"]}
    stories = page(client, address)
    assert "5 stories" in stories.h1.text  # type: ignore[union-attr]
    copies = list(stories.select("a.copies"))
    assert [link.text for link in copies] == ["24 copies", "1 copy"]
    article = page(client, str(copies[0]["href"]))
    assert article.find(id=urlsplit(str(copies[0]["href"])).fragment)
    for link in stories.select(".facet a, .pick a, .chips a, .pager a, .timeline svg a"):
        if link.text not in ("articles",):
            assert parse_qs(urlsplit(str(link["href"])).query)["count"] == ["stories"]
    assert stories.select('form input[name="count"][value="stories"]')
    bars = [str(bar["aria-label"]) for bar in stories.select(".timeline svg a")]
    assert bars
    assert all(re.search(r": \d+ (story|stories)$", bar) for bar in bars)


def test_the_article_page(client: FlaskClient, made: Made) -> None:
    shown = page(client, f"/articles/{made('wire 0').id}").find(id="copies")
    assert shown is not None
    assert "Also printed by 24" in " ".join(shown.text.split())
    links = [str(link["href"]) for link in shown.select("a")]  # type: ignore[union-attr]
    assert len(links) == 21
    assert answer(client, links[-1])["total"] == 24
    assert page(client, links[0])
    assert page(client, f"/articles/{made('one 0').id}").find(id="copies") is None


def test_the_command_line(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "summit", "--count", "stories", "--index", str(directory)]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("5 stories, ")
    assert "24 copies" in shown
    assert "1 copy" in shown
    assert main(["rebuild", "--index", str(directory), "--quiet"]) == 0
    assert main(["check", "--index", str(directory)]) == 0
