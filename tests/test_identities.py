"""Decisions on people, kept and applied: in the store, in the engine, at the door, and taken back."""

from __future__ import annotations

import html
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from searchsvc import indexer
from searchsvc.cli import main
from searchsvc.document import Document, Entities, Entity, Quote
from searchsvc.engines import open_engine
from searchsvc.errors import BadRequest
from searchsvc.identities import applied, pins_of
from searchsvc.indexer import catch_up, rebuild
from searchsvc.query import Query
from searchsvc.reconciliation import Pin
from searchsvc.service import Service
from searchsvc.store import NAME, Store
from searchsvc.web.app import create_app

Made = Callable[..., Document]
IndexOf = Callable[[Path, Iterable[Document]], Path]

HARBOUR = ("Harbour Board", "Lantern Bay Port", "Pilots' Guild")
OPERA = ("Choir Union", "Stage Fund")


@pytest.fixture
def articles(made: Made) -> list[Document]:
    """An archive with one Amabel Trist under four names, and an Oto Vane and an Ada Vane who share a surname."""

    def article(name: str, person: str, day: int, *bodies: str) -> Document:
        at = f"2019-03-{day:02}"
        text = f"{person} spoke."
        return made(
            name, "News", text, at=at, people=[person], organisations=bodies, said_by=[person], about=[person]
        )  # fmt: skip

    crowd = [article(f"crowd {n}", f"Person{n} Other{n}", 1 + n % 28, f"Body {n % 9}") for n in range(250)]
    trist = [article(f"trist {n}", "Amabel Trist", 1 + n, *HARBOUR) for n in range(9)]
    forms = ("Amabel R. Trist", "Amabel Trsit", "Trist")
    others = [article(form, form, 5, *HARBOUR) for form in forms]
    vanes = [article(f"{given} {n}", f"{given} Vane", 1 + n, *OPERA) for given in ("Oto", "Ada") for n in range(6)]
    # A slip is one only where its right form is much more frequent.
    trist += [article(f"more {n}", "Amabel Trist", 1 + n % 28, *HARBOUR) for n in range(25)]
    return [*crowd, *trist, *others, *vanes, article("Vane", "Vane", 5, *OPERA)]


@pytest.fixture
def index(tmp_path: Path, articles: list[Document], index_of: IndexOf) -> Path:
    return index_of(tmp_path / "index", articles)


@pytest.fixture
def service(index: Path) -> Iterator[Service]:
    assert main(["reconcile", "--index", str(index), "--quiet"]) == 0
    opened = Service(index)
    yield opened
    opened.close()


def people(service: Service) -> dict[str, int]:
    answer = create_app(service).test_client().get("/api/v1/search?facet=people:500&page_size=1").get_json()
    return {value["value"]: value["count"] for value in answer["facets"]["people"]["values"]}


# One document


def test_names_of_one_person_become_one_entity() -> None:
    one = Entity("Bill Trist", "Bill Trist", ("Trist",), ((9, 14), (30, 35)), provenance=("text",))
    other = Entity("William Trist", "William Trist", (), ((0, 5),), ((0, 4),), ("archive",), about=True)
    third = Entity("Oto Vane", "Oto Vane")
    quotes = (Quote(0, 1, "Bill Trist", "person", 0, 0), Quote(0, 1, "Bill Trist", "organisation", 0, 0))
    base = Document("00", None, Entities((one, third, other)), "v", quotes)  # type: ignore[arg-type]
    found = applied(base, {"Bill Trist": "William Trist"}, {})
    merged, left = found.entities.people
    assert left is third
    assert (merged.key, merged.label, merged.aliases) == ("William Trist", "William Trist", ("Bill Trist", "Trist"))
    assert (merged.mentions, merged.title_mentions) == (((0, 5), (9, 14), (30, 35)), ((0, 4),))
    assert (merged.provenance, merged.about) == (("text", "archive"), True)
    assert [quote.speaker for quote in found.quotes] == ["William Trist", "Bill Trist"]
    assert applied(base, {"Nobody": "William Trist"}, {"Oto": "x"}) is base
    assert applied(base, {"Oto Vane": "A"}, {"Oto Vane": "B"}).entities.people[1].key == "B"


# The archive


def test_the_facet_has_one_entry_for_one_person(service: Service) -> None:
    found = people(service)
    assert found["Amabel Trist"] == 37
    assert not {"Amabel R. Trist", "Amabel Trsit", "Trist"} & set(found)
    assert (found["Vane"], found["Oto Vane"], found["Ada Vane"]) == (1, 6, 6)
    assert list(service.faults()) == []
    assert service.behind == 0


@pytest.mark.parametrize("name", ["people", "said_by"])
@pytest.mark.parametrize("form", ["Amabel Trist", "Amabel R. Trist", "amabel r. trist", "Amabel Trsit"])
def test_asking_by_a_form_finds_the_person(service: Service, name: str, form: str) -> None:
    client = create_app(service).test_client()
    answer = client.get("/api/v1/search", query_string={name: form, "about": "1", "facet": "people"}).get_json()
    assert answer["total"] == 37
    assert answer["query"]["filters"] == {name: ["Amabel Trist"]}
    assert all(hit["people"] == ["Amabel Trist"] for hit in answer["results"])
    timeline = client.get("/api/v1/timeline", query_string={name: form}).get_json()
    assert timeline["total"] == 37
    assert client.get("/search", query_string={name: form}).get_data(as_text=True).count("Amabel Trist") > 5


@pytest.mark.parametrize("field", ["people", "said_by"])
@pytest.mark.parametrize(
    "asked",
    ['"Amabel Trist"', '"Amabel R. Trist"', '"amabel r trist"', "trsit", "(amabel trsit)", "Trsi*", "trsti~",
     '"r trist"'],
)  # fmt: skip
def test_the_query_language_knows_a_person_by_every_name(service: Service, field: str, asked: str) -> None:
    client = create_app(service).test_client()
    answer = client.get("/api/v1/search", query_string={"q": f"{field}:{asked}"}).get_json()
    assert answer["total"] == 37
    assert answer["query"]["q"] == f"{field}:{asked}"
    again = client.get("/api/v1/search", query_string={"q": answer["query"]["parsed"]}).get_json()
    assert (again["total"], again["query"]["parsed"]) == (37, answer["query"]["parsed"])
    others = client.get("/api/v1/search", query_string={"q": f"-{field}:{asked}"}).get_json()
    assert others["total"] == len(service.store) - 37
    assert client.get("/search", query_string={"q": f"{field}:{asked}"}).get_data(as_text=True).count("37 articles") > 1


def test_the_command_line_knows_a_person_by_every_name(service: Service, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "people:trsit", "--index", str(service.directory)]) == 0
    assert capsys.readouterr().out.startswith("37 articles")


def test_words_elsewhere_are_the_words(service: Service) -> None:
    assert service.search(service.meant(Query("trsit"))).total == 1
    assert service.search(service.meant(Query("title:trsit"))).total == 0
    assert service.search(service.meant(Query('people:"trist amabel"'))).total == 0
    assert service.search(service.meant(Query("people:vane"))).total == 13


@pytest.mark.parametrize("prefix", ["trsi", "Amabel R", "amabel", "trist amabel"])
def test_a_prefix_finds_the_person_by_every_name(service: Service, prefix: str) -> None:
    client = create_app(service).test_client()
    aliases = ["Amabel R. Trist", "Amabel Trsit"]
    (entity,) = client.get("/api/v1/entities", query_string={"type": "people", "prefix": prefix}).get_json()["entities"]
    assert (entity["key"], entity["count"], sorted(entity["aliases"])) == ("Amabel Trist", 37, aliases)
    for field in ("people", "said_by"):
        found = client.get(f"/api/v1/facets/{field}", query_string={"prefix": prefix}).get_json()
        (value,) = found["values"]
        assert (value["value"], value["count"], sorted(value["aliases"])) == ("Amabel Trist", 37, aliases)
        assert found["distinct"] == 1
    assert client.get(f"/api/v1/facets/organisations?prefix={prefix}").get_json()["values"] == []


def test_a_surname_alone_has_its_bearers_in_every_answer(service: Service) -> None:
    answer = create_app(service).test_client().get("/api/v1/entities?type=people&prefix=van").get_json()
    told = {entity["key"]: sorted(entity.get("bearers", ())) for entity in answer["entities"]}
    assert told == {"Vane": ["Ada Vane", "Oto Vane"], "Oto Vane": [], "Ada Vane": []}


def test_an_article_says_what_is_written_and_who_is_meant(service: Service, made: Made) -> None:
    id_ = made("Amabel Trsit").id
    answer = create_app(service).test_client().get(f"/api/v1/articles/{id_}").get_json()
    (person,) = answer["people"]
    assert (person["key"], person["aliases"]) == ("Amabel Trist", ["Amabel Trsit"])
    assert answer["quotes"][0]["speaker"] == "Amabel Trist"
    assert {document.entities.people[0].key for _, document in service.store.written(0, 500)} >= {"Amabel Trsit"}


def test_a_surname_that_stays_one_is_shown_as_such(service: Service) -> None:
    client = create_app(service).test_client()
    for address in ("/api/v1/search?facet=people:500", "/api/v1/facets/people?size=500"):
        answer = client.get(address).get_json()
        values = (answer["facets"]["people"] if "facets" in answer else answer)["values"]
        told = {value["value"]: value["bearers"] for value in values if "bearers" in value}
        assert {name: sorted(bearers) for name, bearers in told.items()} == {"Vane": ["Ada Vane", "Oto Vane"]}
    page = client.get("/search?people=Vane").get_data(as_text=True)
    assert page.count("surname alone") == 2  # among those named, and among those quoted
    (told,) = re.findall(r'<p class="alone">.*?</p>', page)
    for address in re.findall('href="(.*?)"', told):
        assert "6 articles" in client.get(html.unescape(address)).get_data(as_text=True)
    assert (told.count("href"), "Ada Vane" in told, "Oto Vane" in told) == (2, True, True)
    assert '<p class="alone">' not in client.get("/search?people=Oto+Vane").get_data(as_text=True)


def test_again_changes_nothing(service: Service, capsys: pytest.CaptureFixture[str]) -> None:
    before = service.engine.generation
    assert main(["reconcile", "--index", str(service.directory)]) == 0
    assert "; 0 articles show other people" in capsys.readouterr().out
    service.engine.refresh()
    assert service.engine.generation == before


def test_undo(service: Service, index: Path, articles: list[Document]) -> None:
    assert main(["reconcile", "--undo", "--index", str(index), "--quiet"]) == 0
    service.engine.refresh()
    assert people(service) == {d.entities.people[0].key: people(service)[d.entities.people[0].key] for d in articles}
    assert people(service)["Amabel Trsit"] == 1
    assert service.store.decisions() == []
    assert list(service.faults()) == []


def test_a_rebuild_keeps_the_decisions(service: Service, index: Path) -> None:
    before = people(service)
    engine = open_engine(index, service.store.get)
    assert rebuild(service.store, engine) == len(service.store)  # each document once
    engine.close()
    service.engine.refresh()
    assert people(service) == before
    assert list(service.faults()) == []


def test_tomorrows_articles_have_them_applied(service: Service, index: Path, made: Made) -> None:
    new = made("new", at="2019-04-02", people=["Amabel R. Trist"])
    service.store.put([new])
    catch_up(service.store, service.engine)
    assert people(service)["Amabel Trist"] == 38


def test_in_two_steps_or_in_one_it_is_the_same(tmp_path: Path, articles: list[Document], index_of: IndexOf) -> None:
    first = index_of(tmp_path / "first", articles[::2])
    assert main(["reconcile", "--index", str(first), "--quiet"]) == 0
    index_of(first, articles)
    second = index_of(tmp_path / "second", reversed(articles))
    shown = []
    for directory in (first, second):
        assert main(["reconcile", "--index", str(directory), "--quiet"]) == 0
        service = Service(directory)
        shown.append((service.store.decisions(), people(service)))
        assert list(service.faults()) == []
        service.close()
    assert shown[0] == shown[1]


def found(service: Service, names: Iterable[str]) -> dict[str, tuple[list[str], list[str]]]:
    """Of each name the articles that a filter by it finds, and the people shown in them."""
    client = create_app(service).test_client()
    answers = {}
    for name in names:
        asked = {"people": name, "page_size": 100, "fields": "id,people", "highlight": "0", "sort": "newest"}
        hits = client.get("/api/v1/search", query_string=asked).get_json()["results"]
        answers[name] = sorted(hit["id"] for hit in hits), sorted({who for hit in hits for who in hit["people"]})
    return answers


NAMES = ("Amabel Trist", "Amabel R. Trist", "amabel trsit", "Trist", "Oto Vane", "Otto Vane", "Vane")
PINS = [Pin(True, "Oto Vane", "Otto Vane")]


def test_decisions_take_effect_with_the_index_that_carries_them(index: Path) -> None:
    """As where the run is killed between the two: filters, hits and articles are of one state."""
    store = Store(index)
    service = Service(index)
    before = found(service, NAMES)
    assert [len(before[name][0]) for name in NAMES] == [34, 1, 1, 1, 6, 0, 1]
    assert store.reconcile(PINS).articles == 9
    assert service.behind == 9
    assert service.store.decided == service.store.last + 9
    assert found(service, NAMES) == before
    assert people(service)["Amabel Trsit"] == 1
    assert service.store.document(before["Oto Vane"][0][0]).entities.people[0].key == "Oto Vane"
    assert service.store.document(before["Trist"][0][0]).entities.people[0].key == "Trist"
    assert list(service.faults()) == []
    numbers = [number for number, _ in store.after(service.engine.position, 2)]
    assert len(numbers) == 2
    assert store.after(numbers[-1], 9)[0][0] == numbers[-1] + 1
    assert len(store.after(0, 500)) == len(store)  # each document once, at its last number
    assert catch_up(store, service.engine) == 9
    after = found(service, NAMES)
    assert [len(after[name][0]) for name in NAMES] == [37, 37, 37, 0, 6, 6, 1]
    assert after["Oto Vane"][1] == ["Otto Vane"]
    assert service.behind == 0
    store.undo_reconciliation()
    assert found(service, NAMES) == after
    catch_up(store, service.engine)
    assert found(service, NAMES) == before
    service.close()
    store.close()


def test_of_several_changes_that_no_index_has_the_first_is_looked_behind(index: Path) -> None:
    store, service = Store(index), Service(index)
    before = found(service, NAMES)
    for pins in (PINS, [Pin(False, "Amabel Trsit", "Amabel Trist")], [Pin(True, "Vane", "Lady Vane")]):
        store.reconcile(pins)
        assert found(service, NAMES) == before
    store.undo_reconciliation()
    assert found(service, NAMES) == before
    catch_up(store, service.engine)
    assert found(service, NAMES) == before
    for close in (service.close, store.close):
        close()


def test_many_changes_are_one_generation(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many steps they take: between two of them a name would mean one person in some articles."""
    monkeypatch.setattr(indexer, "PUBLISH_EVERY", 2)
    store, service = Store(index), Service(index)
    steps: list[int] = []
    store.reconcile(PINS)
    monkeypatch.setattr(store, "after", lambda seq, limit: steps.append(limit) or Store.after(store, seq, limit))
    before = int(service.engine.generation)
    (index / "rebuild-left").mkdir()  # by a run that was killed
    assert catch_up(store, service.engine) == 9
    assert len(steps) > 2
    assert int(service.engine.generation) == before + 1
    assert len(found(service, NAMES)["amabel trsit"][0]) == 37
    assert service.engine.position == store.decided
    assert list(service.faults()) == []
    assert not list(index.glob("rebuild-*"))
    service.close()
    store.close()


def test_what_was_decided_of_articles_that_are_gone_takes_effect(index: Path) -> None:
    store, service = Store(index), Service(index)
    gone = found(service, ["Amabel Trsit"])["Amabel Trsit"][0]
    store.reconcile([Pin(True, "Amabel Trsit", "Lady Trsit"), Pin(False, "Amabel R. Trist", "Amabel Trist"),
                     Pin(True, "Trist", "Trist")])  # fmt: skip
    store.remove(gone)
    catch_up(store, service.engine)
    assert service.engine.position == store.decided
    service.close()
    store.close()


def test_documents_that_come_anew_or_go(service: Service, articles: list[Document], made: Made) -> None:
    store = service.store
    slip = next(d for d in articles if d.entities.people[0].key == "Amabel Trsit")
    alone = next(d for d in articles if d.entities.people[0].key == "Trist")
    store.put([replace(slip, article=replace(slip.article, title="Corrected"))])
    store.remove([alone.id])
    catch_up(store, service.engine)
    assert store.get([slip.id])[slip.id].entities.people[0].key == "Amabel Trist"
    connection = sqlite3.connect(store.path)
    for table, column in (("renamed", "id"), ("identities", "article")):
        held = {id_ for (id_,) in connection.execute(f"SELECT {column} FROM {table}")}
        assert not held & {alone.id}
    assert slip.id not in {id_ for (id_,) in connection.execute("SELECT id FROM renamed")}
    connection.close()


@pytest.mark.parametrize("layout", [3, 4])
def test_a_store_of_a_layout_before_is_taken_over(index: Path, layout: int) -> None:
    if layout == 4:
        assert Store(index).reconcile().articles == 3
    connection = sqlite3.connect(index / NAME)
    for table in ("identities", "pins", "reconciled", "renamed", "decided_before")[-1 if layout == 4 else 0 :]:
        connection.execute(f"DROP TABLE {table}")
    connection.execute(f"PRAGMA user_version={layout}")
    connection.commit()
    connection.close()
    store = Store(index)
    assert store.reconcile().articles == (3 if layout == 3 else 0)
    assert len(store.known.persons) == 2
    assert store.get(store.ids(store.last))
    store.close()


# Checked


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE identities SET person='Oto Vane' WHERE name='Amabel Trsit'", "Oto Vane' is named in 7 articles and"),
        ("DELETE FROM identities", "'Amabel R. Trist' is named in 1 articles and found in 0"),
        ("UPDATE identities SET person='Amabel Trsit' WHERE name='Amabel R. Trist'", "a name that is itself another's"),
        ("INSERT INTO identities VALUES ('A', 'gone', 'B', 'surname', '{}')", "decisions of articles that are not in"),
        ("UPDATE renamed SET id='gone' WHERE seq=(SELECT max(seq) FROM renamed)", "changes of articles that are not"),
        ("UPDATE renamed SET seq=1 WHERE seq=(SELECT max(seq) FROM renamed)", "changes under the number of another"),
        ("UPDATE decided_before SET position=position+1", "changes under numbers that were not given yet"),
    ],
)  # fmt: skip
def test_what_store_and_index_do_not_agree_on_is_found(service: Service, statement: str, told: str) -> None:
    assert list(service.faults()) == []
    connection = sqlite3.connect(service.store.path)
    connection.execute(statement)
    connection.execute("UPDATE reconciled SET number=number+1")
    connection.commit()
    connection.close()
    assert told in "\n".join(service.faults())


def test_of_many_people_that_are_found_otherwise_some_are_told(service: Service, made: Made) -> None:
    documents = [made(n, people=[f"Zoe Bar{chr(97 + n)}"]) for n in range(25)]
    service.store.put(documents)
    assert not [fault for fault in service.faults() if "named in" in fault]  # the index is to catch up first
    service.engine.publish([replace(d, entities=Entities()) for d in documents], service.store.last)
    catch_up(service.store, service.engine)
    told = list(service.faults())
    assert len(told) == 21
    assert told[0] == "'Zoe Bara' is named in 1 articles and found in 0"
    assert told[-1] == "… and 5 people more are found in other articles than name them"


# By hand, and listed


def test_pins(index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "known.tsv"
    table.write_text("# by the library\nsame\tOto Vane\tOtto Vane\nnever\tAmabel Trsit\tAmabel Trist\n", "utf-8")
    assert main(["reconcile", "--pins", str(table), "--index", str(index)]) == 0
    assert main(["reconcile", "--index", str(index)]) == 0  # kept
    capsys.readouterr()
    assert main(["reconcile", "--list", "--json", "--index", str(index)]) == 0
    found = {row["name"]: row for row in map(orjson.loads, capsys.readouterr().out.splitlines())}
    assert (found["Oto Vane"]["person"], found["Oto Vane"]["rule"]) == ("Otto Vane", "by hand")
    assert "Amabel Trsit" not in found
    assert found["Amabel R. Trist"]["article"] is None
    assert found["Trist"]["article"]
    assert found["Amabel R. Trist"]["evidence"]["articles"][0] == 1


def test_pins_that_do_nothing_are_told(index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "known.tsv"
    lines = ["same\tOto Vane\tOtto\x1b Vane", "same\tNobody\tAda Vane", "never\tAda Vane\tNo One",
             "never\tAda Vane\tOto Vane", "same\tVane\tTrist", "same\tTrist\tVane"]  # fmt: skip
    table.write_text("\n".join(lines), "utf-8")
    told = [
        "pin `never`, Ada Vane, No One: does nothing: no article names No One",
        "pin `same`, Nobody, Ada Vane: does nothing: no article names Nobody",
        "pin `same`, Oto Vane, Otto\ufffd Vane: no article names Otto\ufffd Vane: Oto Vane is shown under that name",
        "pin `same`, Trist, Vane: does nothing: the pins lead from it in a circle",
        "pin `same`, Vane, Trist: does nothing: the pins lead from it in a circle",
    ]
    assert main(["reconcile", "--pins", str(table), "--index", str(index)]) == 0
    out, errors = capsys.readouterr()
    assert errors.splitlines() == told
    assert out.count("\n") == 1
    assert main(["reconcile", "--json", "--index", str(index)]) == 0  # those kept are told again
    report = orjson.loads(capsys.readouterr().out)
    assert (report["names"], report["articles"]) == (3, 0)
    assert [(pin["pin"], pin["name"], pin["person"]) for pin in report["pins"]] == [
        ("never", "Ada Vane", "No One"), ("same", "Nobody", "Ada Vane"), ("same", "Oto Vane", "Otto\x1b Vane"),
        ("same", "Trist", "Vane"), ("same", "Vane", "Trist"),
    ]  # fmt: skip
    assert "circle" in report["pins"][-1]["warning"]
    assert main(["reconcile", "--quiet", "--index", str(index)]) == 0
    assert capsys.readouterr() == ("", "")


def test_a_pin_by_way_of_a_name_that_nobody_has_is_no_doubt(index: Path) -> None:
    store = Store(index)
    pins = [Pin(True, "Oto Vane", "O. V."), Pin(True, "O. V.", "Ada Vane")]
    assert store.reconcile(pins).doubtful == ()
    assert store.known.person("Oto Vane") == "Ada Vane"
    store.close()


def test_the_list_has_the_evidence(service: Service, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reconcile", "--list", "--index", str(service.directory)]) == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [row[:3] for row in rows] == [
        ["Amabel R. Trist", "Amabel Trist", "middle name"],
        ["Amabel Trsit", "Amabel Trist", "misspelling"],
        ["Trist", "Amabel Trist", "surname"],
    ]
    assert all("beside both: " in row[4] and "Harbour Board" in row[4] for row in rows)
    assert main(["reconcile", "--list", "refused", "--index", str(service.directory)]) == 0
    refused = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert ["Vane", "-", "surname", "*"] in [row[:4] for row in refused]


@pytest.mark.parametrize("line", ["same\tA", "is\tA\tB", "same\tA\tA", "never A B", "same\t\tB"])
def test_a_pin_that_says_nothing_is_named(line: str) -> None:
    with pytest.raises(BadRequest, match="line 3 of the pins"):
        pins_of(f"# known\n\n{line}")


def test_pins_that_contradict_each_other_are_told_and_repeated_ones_are_one() -> None:
    assert pins_of("same\tA\tB\nsame\tA\tB\n") == [Pin(True, "A", "B")]
    with pytest.raises(BadRequest, match="line 2 of the pins contradicts"):
        pins_of("same\tA\tB\nnever\tA\tB\n")


def test_pins_are_read() -> None:
    assert pins_of("same\tA b\tC d\nnever\tE\t F \n") == [Pin(True, "A b", "C d"), Pin(False, "E", "F")]
