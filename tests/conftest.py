"""Options and fixtures of all tests.

What the tests share comes as fixtures that are functions: test modules do not import one another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from searchsvc.article import Article, Location, Published
from searchsvc.document import Document, Entities, Entity, Quote
from searchsvc.engines import open_engine
from searchsvc.engines.whoosh import WhooshEngine
from searchsvc.indexer import catch_up
from searchsvc.store import Store

# The two machines that run this are slow and shared: a deadline would fail by chance.
settings.register_profile("searchsvc", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("searchsvc")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kills", type=int, default=20, help="how often the index run is killed in test_kill")
    parser.addoption("--documents", type=int, default=1500, help="how many made-up articles test_million compares")
    parser.addoption("--whole", action="store_true", help="index the whole of the shared news archives, some minutes")


_PRECISION = {0: "", 4: "year", 7: "month", 10: "day", 20: "second"}

Made = Callable[..., Document]


def _made(
    name: str | int,
    title: str = "",
    text: str = "words",
    *,
    at: str = "",
    people: Iterable[str] = (),
    countries: Iterable[str] = (),
    organisations: Iterable[str] = (),
    about: Iterable[str] = (),
    said_by: Iterable[str] = (),
    places: Iterable[str] = (),
    **article: Any,
) -> Document:
    """A document with an id from its name; entities by their labels, countries by `CODE` or `CODE=Label`. `about` and
    `said_by`: the keys of entities that it is about, and of people and organisations that are quoted in it. `places`:
    countries that it has cities of."""
    published = Published(at, _PRECISION[len(at)], "archive" if at else "")
    article.setdefault("location", Location("made.jsonl", 0, 1))
    pairs, cities = (
        [(c.partition("=")[0], c.partition("=")[2] or c.partition("=")[0]) for c in some]
        for some in (countries, places)
    )
    subjects, people = set(about), list(people)
    entities = Entities(
        tuple(Entity(p, p, about=p in subjects) for p in people),
        tuple(Entity(key, label, about=key in subjects) for key, label in pairs),
        tuple(Entity(o, o, about=o in subjects) for o in organisations),
    )
    quotes = tuple(Quote(0, 1, key, "person" if key in people else "organisation", 0, 0) for key in said_by)
    id_ = hashlib.blake2b(str(name).encode(), digest_size=10).hexdigest()
    return Document(
        id_,
        Article(title=title, text=text, published=published, **article),
        entities,
        "made/1",
        quotes,
        tuple(Entity(key, label) for key, label in cities),
    )


@pytest.fixture(scope="session")
def made() -> Made:
    """`made(name, title, text, at=…, people=…, …)`: a document."""
    return _made


@pytest.fixture(scope="session")
def index_of() -> Callable[..., Path]:
    """`index_of(directory, documents)`: an index that holds and finds them, written and closed; its directory."""

    def index_of(directory: Path, documents: Iterable[Document]) -> Path:
        store = Store(directory, create=True)
        store.put(documents)
        engine = open_engine(directory, store.get)
        catch_up(store, engine)
        engine.close()
        store.close()
        return directory

    return index_of


class Shelf:
    """Documents in memory in place of the store, an engine over a directory, and the position between them."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.documents: dict[str, Document] = {}
        self.position = 0
        self.engine = self.another()

    def get(self, ids: Iterable[str]) -> dict[str, Document]:
        return {id_: self.documents[id_] for id_ in ids if id_ in self.documents}

    def another(self) -> WhooshEngine:
        """Another engine over the directory, as another process has it."""
        return WhooshEngine(self.directory, self.get)

    def publish(self, *documents: Document) -> dict[str, str]:
        self.position += len(documents)
        refused = self.engine.publish(documents, self.position)
        self.documents.update((d.id, d) for d in documents if d.id not in refused)
        for id_ in refused:
            self.documents.pop(id_, None)
        return refused


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    """An engine over an empty directory, with its documents."""
    made = Shelf(tmp_path / "index")
    made.directory.mkdir()
    yield made
    made.engine.close()


@pytest.fixture(scope="session")
def shelf_in() -> Callable[[Path], Shelf]:
    """`shelf_in(directory)`: the same over a directory of the test's own."""
    return Shelf
