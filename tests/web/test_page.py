"""The pages as a reader and a browser meet them: nothing foreign gets in, every link keeps its word."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient

from searchsvc.article import Article, Location, Published
from searchsvc.document import Document, Entities, Entity, Quote, make_document
from searchsvc.entities import country_name
from searchsvc.errors import Unavailable
from searchsvc.fields import COUNTED, ENTITIES
from searchsvc.query import Query
from searchsvc.results import Hit, Results
from searchsvc.service import Service
from searchsvc.store import Store
from searchsvc.web import answers, page, timeline, wording
from searchsvc.web.app import create_app
from searchsvc.web.params import PARAMETERS

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}{% raw %}"


def found(text: str, *names: str, key: str = "") -> Entity:
    """The entity of these names, with every place in the text where one of them stands."""
    spans = [match.span() for match in re.finditer("|".join(map(re.escape, names)), text)]
    return Entity(key or names[0], country_name(key) if key else names[0], names[1:], tuple(spans))


def documents() -> list[Document]:
    """41 articles, of which one is hostile, one has no date, one only a year, one overlapping entities."""
    made = []
    for number in range(37):
        text = (
            f"Angela Merkel spoke in Germany about budget number {number}.\n\nThe United Nations listened. Merkel left."
        )
        if number % 3 == 0:
            text += "\n\nFrance agreed with Ban Ki-moon."
        people = [found(text, "Angela Merkel", "Merkel")]
        countries = [found(text, "Germany", key="DE")]
        if number % 3 == 0:
            people.append(found(text, "Ban Ki-moon"))
            countries.append(found(text, "France", key="FR"))
        article = Article(
            title=f"Budget talks, day {number}",
            text=text,
            url=f"https://news.example/{number}",
            source=f"Paper {number % 4}",
            section="World" if number % 2 else "",
            language="en",
            byline=(f"Writer {number % 12}",),
            tags=("money",) if number % 5 else (),
            published=Published(f"2016-{number % 12 + 1:02}-{number % 27 + 1:02}", "day", "json-ld"),
            location=Location("/archive/papers.jsonl", number * 100, number + 1),
        )
        entities = Entities(tuple(people), tuple(countries), (found(text, "United Nations"),))
        said = Quote(0, 13, "Angela Merkel", "person", 0, 13)
        made.append(replace(make_document(article, entities, "test"), quotes=(said,)))
    evil = Article(
        title=f"Hostile {EVIL}",
        text=f"hostile {EVIL} <b>Mallory</b> said.\n\n<script>alert(2)</script>",
        url="javascript:alert(1)//https://x.example/",
        source=f"Source {EVIL}",
        section=EVIL,
        byline=(EVIL,),
        tags=(EVIL,),
        archive_id=EVIL,
        location=Location(f"/x/{EVIL}.html"),
    )
    at = evil.text.index("Mallory")
    bad = Entity(f"Mallory {EVIL}", f"Mallory {EVIL}", (EVIL,), ((at, at + 7),))
    said = Quote(0, 7, bad.key, "person", 0, 0)
    hostile = make_document(evil, Entities((bad,), (Entity(EVIL, EVIL),), (bad,)), "test")
    made.append(replace(hostile, quotes=(said,)))
    text = "The Bank of England and England met.\n\nA year is known."
    whole = text.index("Bank of England")
    inner = text.index("England")
    again = text.rindex("England")
    made.append(
        make_document(
            Article(
                title="Overlapping", text=text, archive_id="a-2016", published=Published("2016", "year", "archive")
            ),
            Entities(
                countries=(Entity("GB", "United Kingdom", ("England",), ((inner, inner + 7), (again, again + 7))),),
                organisations=(Entity("Bank of England", "Bank of England", (), ((whole, whole + 15), (900, 910))),),
            ),
            "test",
        )
    )
    made.append(
        make_document(Article(title="Undated", text="No date is known of this.", archive_id="u"), Entities(), "")
    )
    at_noon = Published("2016-05-03T12:30:00Z", "second", "meta")
    made.append(make_document(Article(title="", text="A note without a headline.", published=at_noon), Entities(), ""))
    return made


DOCUMENTS = documents()
BY_TITLE = {document.article.title: document for document in DOCUMENTS}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, index_of: Callable[..., Path]) -> Iterator[Service]:
    service = Service(index_of(tmp_path_factory.mktemp("page"), DOCUMENTS))
    yield service
    service.close()


@pytest.fixture(scope="module")
def client(service: Service) -> FlaskClient:
    return create_app(service).test_client()


def get(client: FlaskClient, address: str, status: int = 200) -> BeautifulSoup:
    response = client.get(address)
    assert response.status_code == status, f"{address}: {response.status_code}"
    assert response.mimetype == "text/html"
    return BeautifulSoup(response.get_data(as_text=True), "html.parser")


def total(client: FlaskClient, address: str) -> int:
    words = get(client, address).select_one("h1 .total")
    assert words is not None
    return int(words.get_text().split()[0].replace(",", ""))


def count_of(tag: Tag | None) -> int:
    assert tag is not None
    return int(tag.get_text().split()[0].replace(",", ""))


def one(soup: BeautifulSoup | Tag, selector: str) -> Tag:
    tag = soup.select_one(selector)
    assert tag is not None, selector
    return tag


PAGES = [
    "/",
    "/search",
    "/search?q=budget",
    "/search?q=hostile",
    "/search?people__not=Angela+Merkel&facet=date_source&facet=people:50",
    "/search?q=nothingatall+budget&countries=DE&from_date=2016",
    "/search?page=400",
    "/search?q=%22unclosed",
    "/search?nonsense=1",
    "/nowhere",
    "/articles/unknown",
    *(f"/articles/{document.id}" for document in DOCUMENTS[-5:]),
]


@pytest.mark.parametrize("address", PAGES)
def test_page_is_sound(client: FlaskClient, address: str) -> None:
    """Nothing that runs, nothing from elsewhere, and the frame that a reader with a screen reader needs."""
    soup = BeautifulSoup(client.get(address).get_data(as_text=True), "html.parser")
    assert not soup.select("script, style, iframe, object, embed, base, img")
    for tag in soup.find_all(True):
        for name, value in tag.attrs.items():
            assert name != "style", tag
            assert not name.startswith("on"), tag
            if name in ("href", "src", "action"):
                parts = urlsplit(str(value))
                assert parts.scheme in ("", "http", "https"), tag
                if parts.netloc:
                    assert tag["rel"] == ["noopener", "noreferrer", "nofollow"], tag
                else:
                    assert str(value).startswith(("/", "#")), tag
    assert one(soup, "html")["lang"] == "en"
    assert "width=device-width" in str(one(soup, "meta[name=viewport]")["content"])
    assert len(soup.select("main")) == len(soup.select("h1")) == len(soup.select("form[role=search]")) == 1
    assert len(soup.select("header.masthead")) == len(soup.select("footer.foot")) == 1
    assert one(soup, "a.skip")["href"] == "#main"
    levels = [int(tag.name[1]) for tag in soup.find_all(re.compile("^h[1-6]$"))]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels)), levels
    names = [str(tag["id"]) for tag in soup.find_all(id=True)]
    assert len(names) == len(set(names))
    for tag in soup.find_all(True, attrs={"aria-labelledby": True}):
        assert tag["aria-labelledby"] in names, tag
    for field in soup.select("input:not([type=hidden])"):
        assert soup.select_one(f"label[for={field['id']}]"), field
    for link in soup.find_all("a"):
        assert link.get_text(strip=True) or link.get("aria-label"), link


def test_hostile_values_are_shown_as_text(client: FlaskClient) -> None:
    document = BY_TITLE[f"Hostile {EVIL}"]
    soup = get(client, "/search?q=hostile")
    assert EVIL in one(soup, ".hits h3").get_text()
    assert "49" not in one(soup, ".hits").get_text()
    article = get(client, f"/articles/{document.id}")
    assert one(article, "h1").get_text() == f"Hostile {EVIL}"
    assert one(article, ".text").get_text().split() == document.article.text.split()
    assert EVIL in one(article, "#about").get_text()
    assert not article.select("a[rel~=noopener]")
    assert document.article.url in one(article, "#about").get_text()  # told, never linked to


def test_a_question_to_the_start_page_is_one_to_the_search(client: FlaskClient) -> None:
    response = client.get("/?q=paris&countries=US&countries=FR")
    assert response.status_code == 302
    assert response.location == "/search?q=paris&countries=US&countries=FR"
    assert client.get(response.location).status_code == 200


def test_hostile_query_comes_back_as_text(client: FlaskClient) -> None:
    for q in (EVIL.replace('"', ""), EVIL, '"><svg onload=alert(1)>', "'{{config}}'"):
        response = client.get("/search", query_string={"q": q, "people": EVIL})
        soup = BeautifulSoup(response.get_data(as_text=True), "html.parser")
        assert one(soup, "#q")["value"] == q
        assert one(soup, "input[name=people]")["value"] == EVIL
        assert not soup.select("script, img, [onerror], [onload]")


def test_every_facet_count_is_the_total_after_the_click(client: FlaskClient) -> None:
    soup = get(client, "/search?q=budget&facet=people:50&facet=byline:50&countries__not=FR")
    sections = soup.select(".facet")
    assert {str(section["id"]).removeprefix("facet-") for section in sections} >= {*ENTITIES, "source", "byline"}
    for section in sections:
        for value in section.select("li:not(.on)"):
            assert total(client, str(one(value, ".value")["href"])) == count_of(value.select_one(".count")), value


def test_facet_says_how_many_are_without(client: FlaskClient) -> None:
    soup = get(client, "/search?facet=section")
    without = sum(not document.article.section for document in DOCUMENTS)
    assert f"{without} without" in one(soup, "#facet-section").get_text()


def test_exclude_link_leaves_out_what_it_names(client: FlaskClient) -> None:
    before = total(client, "/search?q=budget")
    for value in get(client, "/search?q=budget").select("#facet-countries li"):
        assert total(client, str(one(value, ".not")["href"])) == before - count_of(value.select_one(".count"))


def test_selected_value_is_checked_and_can_be_removed(client: FlaskClient) -> None:
    soup = get(client, "/search?q=budget&countries=FR&sort=newest")
    on = one(soup, "#facet-countries li.on")
    assert "France" in on.get_text()
    assert "Remove" in on.get_text()
    assert one(on, ".value")["href"] == "/search?q=budget&sort=newest"


def test_more_and_fewer(client: FlaskClient) -> None:
    few = one(get(client, "/search"), "#facet-byline")
    assert len(few.select("li")) == 6
    more = one(few, ".rest a")
    assert more["href"] == "/search?facet=byline%3A50#facet-byline"
    soup = get(client, str(more["href"]))
    assert len(soup.select("#facet-byline li")) == 13
    assert one(soup, "#facet-byline .rest a")["href"] == "/search#facet-byline"
    assert one(soup, ".summary + details.opener").has_attr("open")


def test_links_name_no_facet_that_the_reader_did_not_ask_for(client: FlaskClient) -> None:
    soup = get(client, "/search?q=budget&page_size=5")
    hrefs = [str(link["href"]) for link in soup.find_all("a") if not link.find_parent(class_="rest")]
    assert hrefs
    assert not [href for href in hrefs if "facet=" in href]


def test_chips_take_away_their_filter(client: FlaskClient) -> None:
    asked = (
        "/search?q=budget&from_date=2016-02&to_date=2016-11&people=Angela+Merkel&people=Nobody&countries__all=DE"
        "&countries__not=FR&sort=oldest"
    )
    soup = get(client, asked)
    chips = soup.select(".chips a:not(.clear)")
    words = [" ".join(chip.get_text(" ").split()) for chip in chips]
    assert [word.removeprefix("Remove the filter ").removesuffix(" ×") for word in words] == [
        "Person Angela Merkel", "or person Nobody", "Country, with Germany", "Country, not France",
        "From February 2016", "To November 2016",
    ]  # fmt: skip
    pairs = sorted(parse_qsl(urlsplit(asked).query))
    for chip in chips:
        left = sorted(parse_qsl(urlsplit(str(chip["href"])).query))
        assert len(left) == len(pairs) - 1
        assert set(left) < set(pairs)
    assert one(soup, ".chips .clear")["href"] == "/search?q=budget&sort=oldest"


def test_form_keeps_the_filters(client: FlaskClient) -> None:
    soup = get(client, "/search?q=budget&from_date=2016&people=Angela+Merkel&sort=oldest&page_size=5&page=2")
    kept = {(str(field["name"]), str(field["value"])) for field in soup.select("form.box input[type=hidden]")}
    assert kept == {("from_date", "2016"), ("people", "Angela Merkel"), ("sort", "oldest"), ("page_size", "5")}
    dates = {(str(field["name"]), str(field["value"])) for field in soup.select("form.dates input")}
    assert dates == (kept - {("from_date", "2016")}) | {("q", "budget"), ("from_date", "2016"), ("to_date", "")}


def test_entities_of_a_hit_filter_by_themselves(client: FlaskClient) -> None:
    soup = get(client, "/search?q=budget&people=Angela+Merkel&page_size=2")
    for link in soup.select(".about li:not(.more) a"):
        (name,) = link["class"]
        pairs = parse_qsl(urlsplit(str(link["href"])).query)
        label = link.get_text()
        shown = [country_name(value) if name == "countries" else value for key, value in pairs if key == name]
        assert label in shown
        assert ("people", "Angela Merkel") in pairs
        assert len(pairs) == len(set(pairs))
        assert total(client, str(link["href"])) > 0


def test_sort(client: FlaskClient) -> None:
    soup = get(client, "/search?q=budget")
    links = {link.get_text(): str(link["href"]) for link in soup.select(".pick a")}
    assert {"newest", "oldest"} <= set(links)
    dates = [str(tag["datetime"]) for tag in get(client, links["newest"]).select(".hits time")]
    assert dates == sorted(dates, reverse=True)
    assert len(dates) == 20
    dates = [str(tag["datetime"]) for tag in get(client, links["oldest"]).select(".hits time")]
    assert dates == sorted(dates)


def test_pager_walks_through_everything_once(client: FlaskClient) -> None:
    address, seen = "/search?page_size=7&sort=oldest", []
    while address:
        soup = get(client, address)
        seen += [str(link["href"]) for link in soup.select(".hits h3 a")]
        following = soup.select_one(".pager a[rel=next]")
        address = str(following["href"]) if following else ""
    assert sorted(seen) == sorted(f"/articles/{document.id}" for document in DOCUMENTS)
    assert one(soup, ".pager [aria-current=page]").get_text() == "6"
    assert one(soup, ".pager a[rel=prev]")["href"] == "/search?sort=oldest&page=5&page_size=7"
    numbers = [link.get_text().removeprefix("Page ") for link in soup.select(".pager li")]
    assert [number.strip() for number in numbers] == ["1", "…", "4", "5", "6"]


def test_cursor_walks_on(client: FlaskClient) -> None:
    soup = get(client, "/search?page_size=30&cursor=*")
    assert len(get(client, str(one(soup, ".pager a[rel=next]")["href"])).select(".hits h3")) == 11


def test_pages_end_where_the_service_would_refuse() -> None:
    """2,500 pages of 20 would reach past 10,000 articles."""
    query = Query(page=500)
    results = Results(query, 50_000, ())
    numbers = [entry and entry[0] for entry in page._pages(results, query)]
    assert numbers == [1, None, 498, 499, 500]


def test_page_past_the_end(client: FlaskClient) -> None:
    soup = get(client, "/search?page=99")
    assert "There is no page 99" in soup.get_text()
    assert one(soup, ".note a")["href"] == "/search?page=3"


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Budget talks, day 3", "4 April 2016"),
        ("Overlapping", "2016"),
        ("Undated", "date unknown"),
        ("Without a title", "3 May 2016"),
    ],
)
def test_date_is_shown_as_exactly_as_it_is_known(client: FlaskClient, title: str, shown: str) -> None:
    soup = get(client, "/search?page_size=200")
    (hit,) = (hit for hit in soup.select(".hits article") if one(hit, "h3").get_text() == title)
    assert one(hit, ".when").get_text() == shown


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (None, "date unknown"), ("", "date unknown"), ("2016", "2016"), ("2016-04", "April 2016"),
        ("2016-04-08", "8 April 2016"), ("2016-04-28T14:05:00Z", "28 April 2016, 14:05 UTC"), ("0987", "0987"),
        ("2016-99", "2016-99"), ("soon", "soon"),
    ],
)  # fmt: skip
def test_shown_date(at: str | None, shown: str) -> None:
    assert wording.shown_date(at, time=True) == shown


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.article.title[:20])
def test_article_marks_its_mentions(client: FlaskClient, document: Document) -> None:
    soup = get(client, f"/articles/{document.id}")
    text, length = document.article.text, len(document.article.text)
    assert "\n\n".join(p.get_text() for p in soup.select(".text p")) == text
    marks = [(str(link["class"][0]), link.get_text()) for link in soup.select(".text a")]
    spans = [
        (start, end, name)
        for name in ENTITIES
        for entity in getattr(document.entities, name)
        for start, end in entity.mentions
        if end <= length
    ]
    free = [
        (start, end, name)
        for start, end, name in spans
        if not any(s < end and start < e and (e - s, -s, name) > (end - start, -start, name) for s, e, _ in spans)
    ]
    distinct = {(start, end): name for start, end, name in reversed(free)}
    assert [words for _, words in marks] == [text[start:end] for start, end in sorted(distinct)]
    for link in soup.select(".text a, #about li a"):
        assert total(client, str(link["href"])) > 0 or document.article.title.startswith("Hostile")


def test_of_overlapping_entities_the_longer_is_marked(client: FlaskClient) -> None:
    soup = get(client, f"/articles/{BY_TITLE['Overlapping'].id}")
    marks = [(link["class"][0], link.get_text()) for link in soup.select(".text a")]
    assert marks == [("organisations", "Bank of England"), ("countries", "England")]


def test_article_says_where_it_came_from(client: FlaskClient) -> None:
    document = BY_TITLE["Budget talks, day 3"]
    soup = get(client, f"/articles/{document.id}")
    about = " ".join(one(soup, "#about").get_text(" ").split())
    assert "papers.jsonl, record 4" in about
    assert "/archive" not in about
    assert "4 April 2016, from JSON-LD metadata of the page" in about
    assert "Angela Merkel 2 mentions also Merkel" in about
    link = one(soup, ".where a[rel~=noopener]")
    assert link["href"] == "https://news.example/3"
    assert "news.example" in link.get_text()
    assert client.get(str(one(soup, "#about dl a")["href"])).get_json()["id"] == document.id


def test_unknown_article(client: FlaskClient) -> None:
    soup = get(client, "/articles/%3Cscript%3E", 404)
    assert "<script>" in one(soup, ".message").get_text()


def test_zero_hits_offers_ways_on(client: FlaskClient) -> None:
    soup = get(client, "/search?q=budget+Undated&countries=DE&from_date=2016")
    assert total(client, "/search?q=budget+Undated&countries=DE&from_date=2016") == 0
    ways = {one(way, "a, .none").get_text(): way for way in soup.select(".trials li")}
    assert {
        "without “Country Germany”",
        "without “From 2016”",
        "without any filter",
        "without the word Undated",
    } <= set(ways)
    for way in ways.values():
        link = way.select_one("a")
        if link is not None:
            assert total(client, str(link["href"])) == count_of(way.select_one(".count")) > 0
    any_of = one(soup, ".note > p a")
    assert total(client, str(any_of["href"])) == count_of(one(soup, ".note > p .count")) > 0


def test_zero_hits_offers_other_spellings(client: FlaskClient) -> None:
    soup = get(client, "/search?q=budgett+talks")
    way = one(soup, ".trials a")
    assert way.get_text() == "spelled nearly so: budgett~ talks"
    assert total(client, str(way["href"])) == 37


def test_where_a_word_and_a_filter_are_at_fault_both_are_left_out(client: FlaskClient) -> None:
    soup = get(client, "/search?q=budgett+talks&people=Nobody&countries=DE")
    ways = {link.get_text(): str(link["href"]) for link in soup.select(".trials a")}
    assert list(ways) == [
        "spelled nearly so: budgett~ talks, and without any filter",
        "without the word budgett, and without any filter",
    ]
    assert [total(client, href) for href in ways.values()] == [37, 37]


def test_entities_asked_for_come_first_in_a_hit(client: FlaskClient) -> None:
    hit = get(client, "/search?people=Ban+Ki-moon&q=budget").select_one(".hits li")
    assert hit is not None
    assert [link.get_text() for link in hit.select(".about a.people")] == ["Ban Ki-moon", "Angela Merkel"]


@pytest.mark.parametrize(
    ("q", "before", "at"),
    [
        ('budget "talks', "budget ", '"'),
        ("  budget (talks", "budget ", "("),
        ("budget) talks", "budget", ")"),
        ("日本 nofield:x", "日本 ", "n"),
        ("budget a*", "budget ", "a"),
        ("date:[2016", "date:", "["),
    ],
)
def test_fault_in_the_query_is_marked(client: FlaskClient, q: str, before: str, at: str) -> None:
    response = client.get("/search", query_string={"q": q, "countries": "DE", "page": 3})
    assert response.status_code == 400
    soup = BeautifulSoup(response.get_data(as_text=True), "html.parser")
    assert one(soup, "#q")["value"] == q.strip()
    assert one(soup, ".fault mark").get_text() == at
    assert one(soup, ".fault code").get_text() == q.strip()
    assert one(soup, ".fault code").get_text().startswith(before + at)
    assert one(soup, ".message").get_text().endswith(".")
    hidden = {(str(field["name"]), str(field["value"])) for field in soup.select("form.box input[type=hidden]")}
    assert hidden == {("countries", "DE")}


def test_fault_in_another_parameter_can_be_left_out(client: FlaskClient) -> None:
    soup = get(client, "/search?q=budget&from=soon&countries=DE", 400)
    assert "not a date" in one(soup, ".message").get_text()
    assert one(soup, "a.go")["href"] == "/search?q=budget&countries=DE"
    soup = get(client, "/search?q=budget&contries=DE", 400)
    assert "did you mean countries?" in one(soup, ".message").get_text()
    with_it, without = soup.select("a.go")
    assert with_it["href"] == "/search?q=budget&countries=DE"
    assert without["href"] == "/search?q=budget"
    assert [total(client, str(link["href"])) for link in (with_it, without)] == [37, 37]


def test_an_icon_is_where_browsers_ask_for_it(client: FlaskClient) -> None:
    for address in ("/favicon.ico", str(one(get(client, "/"), "link[rel=icon]")["href"])):
        with client.get(address) as response:
            assert (response.status_code, response.mimetype) == (200, "image/svg+xml")
            assert response.data.startswith(b"<svg")


def luminance(colour: str) -> float:
    """Of #rrggbb, as WCAG 2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(
    ("front", "back", "least"),
    [
        ("ink", "paper", 4.5), ("ink", "raised", 4.5), ("soft", "paper", 4.5), ("soft", "raised", 4.5),
        ("accent", "paper", 4.5), ("accent", "raised", 4.5), ("read", "paper", 4.5), ("mark-ink", "mark", 4.5),
        ("bar", "paper", 3), ("edge", "paper", 3),
    ],
)  # fmt: skip
def test_contrast_is_enough_in_light_and_dark(front: str, back: str, least: float) -> None:
    sheet = (Path(page.__file__).parent / "static" / "style.css").read_text(encoding="utf-8")
    schemes = [
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block)) for block in re.findall(r":root \{(.*?)\}", sheet, re.S)
    ]
    assert len(schemes) == 3  # the third is for print
    for colours in schemes[:2]:
        low, high = sorted(luminance(colours[name]) for name in (front, back))
        assert (high + 0.05) / (low + 0.05) >= least


@pytest.mark.parametrize(
    ("address", "status"),
    [("/", 200), ("/search", 200), ("/search?q=budget&people=Ban+Ki-moon&sort=newest&facet=byline:50&page=2", 200),
     ("/search?q=budgett&countries=DE", 200), ("/search?q=budget&page=400", 200), ("/search?q=(", 400),
     ("/search?pepole=x", 400), ("/nothing", 404)],
)  # fmt: skip
def test_whoever_does_not_see_the_page_finds_their_way(client: FlaskClient, address: str, status: int) -> None:
    soup = get(client, address, status)
    ids = [str(tag["id"]) for tag in soup.select("[id]")]
    assert len(ids) == len(set(ids))
    labels = {str(label["for"]) for label in soup.select("label[for]")}
    assert {str(field["id"]) for field in soup.select("input:not([type=hidden])")} == labels
    for tag in soup.select("[aria-labelledby]"):
        assert str(tag["aria-labelledby"]) in ids
    for link in soup.select("a[href]"):
        assert link.get_text(strip=True) or link.get("aria-label"), link
        if str(link["href"]).startswith("#"):
            assert str(link["href"])[1:] in ids
    headings = [int(tag.name[1]) for tag in soup.select("h1, h2, h3, h4")]
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(headings))
    assert one(soup, "html")["lang"] == "en"
    assert [tag.name for tag in soup.select("header.masthead, main, footer")] == ["header", "main", "footer"]
    assert one(soup, "a")["href"] == "#main", "the first stop of a keyboard"


VALUES = {
    "q": "budget", "search_in": "title", "from_date": "2015", "to_date": "2017-01", "facet": "people:3", "page": "1",
    "page_size": "3", "cursor": "*", "count": "articles", "fields": "id", "countries": "Germany",
}  # fmt: skip


@pytest.mark.parametrize("name", PARAMETERS)
def test_page_takes_every_parameter_of_the_api(client: FlaskClient, name: str) -> None:
    row = PARAMETERS[name]
    values = [VALUES[name]] if name in VALUES else list(row.allowed) or ["Angela Merkel"]
    for value in values:
        shown = total(client, f"/search?{name}={value}")
        assert shown == client.get(f"/api/v1/search?{name}={value}").get_json()["total"]


@pytest.mark.parametrize("name", COUNTED)
@pytest.mark.parametrize("size", [1, 1000])
def test_page_takes_every_facet(client: FlaskClient, name: str, size: int) -> None:
    assert get(client, f"/search?facet={name}:{size}").select(f"#facet-{name} li")


@pytest.mark.parametrize(
    "asked",
    ["", "q=budget", "from_date=2016-03&to_date=2016-08", "facet=date:day", "facet=date:year", "from_date=2016-05-10"],
)
def test_timeline_sums_and_zooms(client: FlaskClient, asked: str) -> None:
    soup = get(client, f"/search?{asked}")
    whole = total(client, f"/search?{asked}")
    if asked == "facet=date:year":
        assert not soup.select(".timeline")  # one year, one bar: nothing to see
        return
    bars = soup.select(".timeline svg a")
    counts = []
    for bar in bars:
        label = str(bar["aria-label"])
        assert one(bar, "title").get_text() == label
        counts.append(int(label.rpartition(": ")[2].split()[0]))
    without = re.search(r"(\d+) without", one(soup, ".timeline-head p").get_text())
    assert sum(counts) + (int(without[1]) if without else 0) == whole
    for bar, count in list(zip(bars, counts, strict=True))[:: max(1, len(bars) // 5)]:
        assert total(client, str(bar["href"])) == count
    assert bool(soup.select('.timeline-head a[href^="/search"]')) == ("from_date" in asked)


@pytest.mark.parametrize(
    ("months", "interval"),
    [
        ([], "year"), (["2016-04"], "day"), (["2016-04", "2016-05"], "day"), (["2016-01", "2016-06"], "week"),
        (["2014-01", "2016-06"], "month"), (["2001-01", "2016-06"], "quarter"), (["1950-01", "2016-06"], "year"),
    ],
)  # fmt: skip
def test_interval_suits_the_span(months: list[str], interval: str) -> None:
    assert timeline._interval(months) == interval


def test_timeline_is_not_stretched_by_one_odd_date() -> None:
    months = [("0001-11", 1), *((f"{year}-03", 40) for year in range(2012, 2020)), ("2999-01", 2)]
    assert timeline._without_strays(months) == [f"{year}-03" for year in range(2012, 2020)]
    century = [(f"{year}-01", 1) for year in range(1800, 2000, 5)]
    assert timeline._without_strays(century) == [month for month, _ in century]


def test_timeline_of_an_archive_that_knows_only_years(tmp_path: Path, index_of: Callable[..., Path]) -> None:
    some = [
        make_document(Article(title=f"Year {year}", published=Published(str(year), "year", "archive")), Entities(), "")
        for year in range(1960, 1990)
    ]
    service = Service(index_of(tmp_path, some))
    soup = get(create_app(service).test_client(), "/")
    service.close()
    assert len(soup.select(".timeline svg a")) == 30
    assert "without" not in one(soup, ".timeline").get_text()


def test_start_page(client: FlaskClient) -> None:
    soup = get(client, "/")
    assert "41 articles from" in one(soup, ".holds").get_text()
    assert [heading.get_text().split()[0] for heading in soup.select(".ways h2")] == [
        "People", "Countries", "Organisations", "Source",
    ]  # fmt: skip
    links = soup.select(".ways li, .examples li")
    assert len(links) > 12
    for link in links:
        assert total(client, str(one(link, "a")["href"])) == count_of(link.select_one(".count")) > 0
    assert soup.select(".timeline svg a")


def test_start_page_of_an_empty_archive(tmp_path: Path, index_of: Callable[..., Path]) -> None:
    service = Service(index_of(tmp_path, []))
    client = create_app(service).test_client()
    assert "searchsvc index PATH…" in get(client, "/").get_text()
    assert total(client, "/search?q=budget&countries=DE&from_date=2016") == 0
    service.close()


def test_start_page_follows_the_index(tmp_path: Path, index_of: Callable[..., Path]) -> None:
    service = Service(index_of(tmp_path, DOCUMENTS[:3]))
    client = create_app(service).test_client()
    assert "3 articles" in get(client, "/").get_text()
    with Store(tmp_path).writing():
        service.store.put(DOCUMENTS[3:9])
        service.engine.publish(DOCUMENTS[3:9], service.store.last)
    assert "9 articles" in get(client, "/").get_text()
    service.close()


def test_start_page_tells_what_is_not_searchable_yet(tmp_path: Path, index_of: Callable[..., Path]) -> None:
    service = Service(index_of(tmp_path, []))
    client = create_app(service).test_client()
    for count in (0, 2, 6):
        service.store.put(DOCUMENTS[:count])
        assert (f"{count} articles are being made searchable" in get(client, "/").get_text()) == (count > 0)
    service.close()


def test_original_link_is_http_or_none() -> None:
    for address in (
        "javascript:alert(1)",
        "data:text/html,x",
        "//x.example/",
        "ftp://x.example/",
        "http://[",
        "",
        None,
    ):
        assert wording.original(address) is None
    assert wording.original("https://www.news.example/a?b=1") == ("https://www.news.example/a?b=1", "news.example")


def test_errors_are_pages(client: FlaskClient, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Nothing here" in get(client, "/nowhere", 404).get_text()
    response = client.post("/search")
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    assert get(client, "/search?x=1", 400).select(".message")
    assert get(client, f"/articles/{DOCUMENTS[0].id}?x=1", 400).select(".message")

    def away(query: object) -> Results:
        raise Unavailable("the engine is away")

    monkeypatch.setattr(service.engine, "search", away)
    response = client.get("/search?q=budget+away")
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    assert "The engine is away." in response.get_data(as_text=True)

    def broken(query: object) -> Results:
        raise RuntimeError("secret")

    monkeypatch.setattr(service.engine, "search", broken)
    response = client.get("/search?q=budget+broken")
    assert response.status_code == 500
    assert "secret" not in response.get_data(as_text=True)
    assert "request" in response.get_data(as_text=True)


def test_a_facet_whose_values_were_not_all_counted(
    client: FlaskClient, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The largest counts of very many articles are found without touching every value: then there is no number."""
    plain = service.engine.search

    def search(query: Query) -> Results:
        found = plain(query)
        return replace(found, facets={name: replace(facet, distinct=None) for name, facet in found.facets.items()})

    monkeypatch.setattr(service.engine, "search", search)
    monkeypatch.setattr(type(service.engine), "state", property(lambda _: "another"))
    page = get(client, "/search?q=")
    assert page.select("#facet-people .value")
    assert not page.select("#facet-people-label .count")
    assert get(create_app(service).test_client(), "/").select(".ways h2")


def test_filter_address_is_the_same_as_the_query_makes_it(client: FlaskClient) -> None:
    """Addresses are made by putting a value into one that was made with a mark: every one equals the long way."""
    asked = {"people": ("A&B", "people="), "countries": ("DE",), "source": ("x",)}
    query = Query(q="people=%00 &people=", from_date="2016-02", page=3, sort="newest")
    for name, values in asked.items():
        query = query.with_filter(name, any=values)
    for name in ENTITIES:
        for value in ("Ban Ki-moon", "a b&c=d", "é<>", "A&B", "DE"):
            assert wording.adding(query, name)(value) == answers.url(query.plus(name, value), wording.SEARCH)
    address = wording.dated(query)("2016-01", "2016-03")
    assert parse_qsl(urlsplit(address).query)[1:3] == [("from_date", "2016-02"), ("to_date", "2016-03")]


def test_static_files(client: FlaskClient) -> None:
    soup = get(client, "/")
    for link in soup.select("link[href]"):
        with client.get(str(link["href"])) as response:
            assert response.status_code == 200
            assert len(response.get_data()) < 20_000
    with client.get("/static/style.css") as response:
        css = response.get_data(as_text=True)
    assert "prefers-color-scheme: dark" in css
    assert "@media print" in css
    assert "url(" not in css


def test_no_highlights_where_none_are_wanted(client: FlaskClient) -> None:
    soup = get(client, "/search?q=budget&highlight=0")
    assert not soup.select("mark")
    assert soup.select(".passage")
    assert get(client, "/search?q=budget").select(".hits mark")


def test_hit_of_a_document_that_has_nothing() -> None:
    document = make_document(Article(text="x"), Entities(), "")
    shown = page.hits(Results(Query(), 1, (Hit(document, None),)), Query())
    assert shown[0]["entities"] == []
    assert shown[0]["original"] is None
