"""Who is meant by this name in this article? What `reconciliation` has decided, kept and applied.

Four tables beside the documents: the decisions with their evidence, what is known by hand, the number of the last
change of either, and which documents engines must be told anew. **The documents stay as they were written**: a decision
is applied when one is read, so that it can be taken back, and holds for articles that come tomorrow. Decisions on a
surname alone are of one article each, for its company is what they rest on; the others are of a name wherever it is.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import orjson

from searchsvc.analysis import fold
from searchsvc.document import Document, Entity
from searchsvc.errors import BadRequest
from searchsvc.namings import NO_DAY, Archive, Naming
from searchsvc.reconciliation import Decision, Pin, decide

SCHEMA = """
CREATE TABLE identities (                  -- that a name is a person, or that it stays what it is (person '')
  name TEXT NOT NULL,
  article TEXT NOT NULL,                   -- the id of the one document that it holds for, '' for all
  person TEXT NOT NULL,
  rule TEXT NOT NULL,
  evidence TEXT NOT NULL,                  -- JSON
  PRIMARY KEY (name, article)
) WITHOUT ROWID;
CREATE INDEX identities_article ON identities (article) WHERE article<>'';
CREATE TABLE pins (                        -- what is known by hand
  name TEXT NOT NULL,
  person TEXT NOT NULL,
  same INTEGER NOT NULL,
  PRIMARY KEY (name, person)
) WITHOUT ROWID;
CREATE TABLE reconciled (                  -- one row: the number of the last change of the decisions
  number INTEGER NOT NULL
);
INSERT INTO reconciled VALUES (0);
CREATE TABLE renamed (                     -- documents whose people are other than when engines were last told of them
  seq INTEGER PRIMARY KEY,                 -- of the sequence of the documents
  id TEXT NOT NULL UNIQUE
);
"""

_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What a run came to: names that are another's, surnames found in articles, names and surnames that stay as they
    are, and how many articles show other people than before."""

    names: int = 0
    surnames: int = 0
    refused: int = 0
    articles: int = 0


class Known:
    """The decisions in force, as far as they hold for every article; those of single articles are looked up."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.number = number(connection)
        rows = connection.execute("SELECT name, person FROM identities WHERE article='' AND person<>''")
        self.persons: dict[str, str] = dict(rows)
        self._folded = {fold(name): person for name, person in self.persons.items()}
        #: The surnames that stay as they are in some articles, and who bears them.
        self.surnames: dict[str, tuple[str, ...]] = {
            name: tuple(orjson.loads(evidence)["bearers"])
            for name, evidence in connection.execute(
                "SELECT name, evidence FROM identities WHERE article='' AND person='' AND rule='surname'"
            )
        }

    def person(self, name: str) -> str:
        """The person that a name, as a user writes it, is a form of; the name itself where it is none."""
        return self.persons.get(name) or self._folded.get(fold(name), name)


def number(connection: sqlite3.Connection) -> int:
    """The number of the last change of the decisions."""
    return int(connection.execute("SELECT number FROM reconciled").fetchone()[0])


def of_articles(connection: sqlite3.Connection, ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """The decisions of these articles alone: article → name → person."""
    found: dict[str, dict[str, str]] = {}
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        marks = ",".join("?" * len(some))
        statement = f"SELECT article, name, person FROM identities WHERE article<>'' AND article IN ({marks})"  # noqa: S608
        for article, name, person in connection.execute(statement, list(some)):
            found.setdefault(article, {})[name] = person
    return found


def applied(document: Document, persons: Mapping[str, str], here: Mapping[str, str]) -> Document:
    """The document with its people as they were decided on: names of one person are one entity, under that person's
    name, with what is written as its aliases; quotations are that person's.

    persons: name → person wherever it stands; here: in this document, which goes first.
    """
    people = document.entities.people
    changed = {e.key: here.get(e.key) or persons[e.key] for e in people if e.key in here or e.key in persons}
    if not changed:
        return document
    whole: dict[str, list[Entity]] = {}
    for entity in people:
        whole.setdefault(changed.get(entity.key, entity.key), []).append(entity)
    entities = replace(document.entities, people=tuple(_one(person, some) for person, some in whole.items()))
    quotes = tuple(
        replace(quote, speaker=changed[quote.speaker]) if quote.kind == "person" and quote.speaker in changed else quote
        for quote in document.quotes
    )
    return replace(document, entities=entities, quotes=quotes)


def _one(person: str, some: Sequence[Entity]) -> Entity:
    """One entity of those that are this person."""
    if len(some) == 1 and some[0].key == person:
        return some[0]
    forms = dict.fromkeys(form for entity in some for form in (entity.label, *entity.aliases))
    return Entity(
        person,
        person,
        tuple(form for form in forms if form != person),
        tuple(sorted({span for entity in some for span in entity.mentions})),
        tuple(sorted({span for entity in some for span in entity.title_mentions})),
        tuple(dict.fromkeys(each for entity in some for each in entity.provenance)),
        any(entity.about for entity in some),
    )


# Deciding


def reconcile(connection: sqlite3.Connection, pins: Sequence[Pin] | None) -> Reconciled:
    """Decide anew on all names of the store, inside a transaction; the pins given replace those kept."""
    if pins is not None:
        connection.execute("DELETE FROM pins")
        connection.executemany("INSERT INTO pins VALUES (?, ?, ?)", [(p.name, p.person, p.same) for p in pins])
    kept = [Pin(bool(same), *row) for same, *row in connection.execute("SELECT same, name, person FROM pins")]
    archive = Archive(_namings(connection))
    decisions = decide(archive, kept)
    articles = _keep(connection, archive, decisions)
    return Reconciled(
        sum(bool(d.person) and not d.article for d in decisions),
        sum(bool(d.article) for d in decisions),
        sum(not d.person for d in decisions),
        articles,
    )


def undo(connection: sqlite3.Connection) -> int:
    """Take back every decision, inside a transaction; how many articles show other people by it. Pins are kept."""
    return _keep(connection, Archive(_namings(connection)), [])


def _namings(connection: sqlite3.Connection) -> Iterator[Naming]:
    for id_, body in connection.execute("SELECT id, body FROM documents ORDER BY seq"):
        try:
            data = orjson.loads(zlib.decompress(body))
            yield Naming(
                id_,
                _day(data["published_at"] or ""),
                tuple(entity["key"] for entity in data["people"]),
                tuple(entity["key"] for name in ("countries", "organisations") for entity in data[name]),
            )
        except (zlib.error, ValueError, KeyError, TypeError):
            continue  # `check` names it; nothing is decided on it


def _day(at: str) -> int:
    """Days since 1970 of a date known to the day."""
    return date.fromisoformat(at[:10]).toordinal() - _EPOCH if len(at) >= 10 else NO_DAY


def _keep(connection: sqlite3.Connection, archive: Archive, decisions: Sequence[Decision]) -> int:
    """Put these decisions in the place of those kept; how many articles engines must be told anew."""
    before = _in_force(connection.execute("SELECT name, article, person FROM identities WHERE person<>''"))
    now = _in_force((d.name, d.article, d.person) for d in decisions if d.person)
    articles: set[str] = set()
    for name, article in {key for key, _ in before.items() ^ now.items()}:
        if article:
            articles.add(article)
        elif (number := archive.number(name)) is not None:
            articles.update(archive.ids[at] for at in archive.articles(number).tolist())
    connection.execute("DELETE FROM identities")
    connection.executemany(
        "INSERT INTO identities VALUES (?, ?, ?, ?, ?)",
        [(d.name, d.article, d.person, d.rule, orjson.dumps(d.evidence).decode()) for d in decisions],
    )
    connection.execute("UPDATE reconciled SET number=number+1")
    _tell(connection, sorted(articles))
    return len(articles)


def _in_force(rows: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str], str]:
    return {(name, article): person for name, article, person in rows}


def _tell(connection: sqlite3.Connection, ids: Sequence[str]) -> None:
    """Number these documents as the next changes of the sequence."""
    held = {id_ for (id_,) in connection.execute("SELECT id FROM documents")} if ids else set()
    some = [id_ for id_ in ids if id_ in held]
    if some:
        ((last,),) = connection.execute("SELECT seq FROM sqlite_sequence WHERE name='documents'")
        connection.executemany("DELETE FROM renamed WHERE id=?", [(id_,) for id_ in some])
        connection.executemany("INSERT INTO renamed VALUES (?, ?)", enumerate(some, last + 1))
        connection.execute("UPDATE sqlite_sequence SET seq=? WHERE name='documents'", (last + len(some),))


def decisions(connection: sqlite3.Connection) -> Iterator[Decision]:
    """Every decision kept, refusals too, by name."""
    rows = connection.execute("SELECT name, person, rule, article, evidence FROM identities ORDER BY name, article")
    for name, person, rule, article, evidence in rows.fetchall():
        yield Decision(name, person, rule, article, orjson.loads(evidence))


def replaced(connection: sqlite3.Connection, id_: str) -> None:
    """A document came anew: engines are told of it by its own number."""
    connection.execute("DELETE FROM renamed WHERE id=?", (id_,))


def removed(connection: sqlite3.Connection, id_: str) -> None:
    """A document went."""
    connection.execute("DELETE FROM renamed WHERE id=?", (id_,))
    connection.execute("DELETE FROM identities WHERE article=?", (id_,))


def pins_of(text: str) -> list[Pin]:
    """The pins of a hand-kept table: `same` or `never`, a name, the person's name, apart by tabs, a line each; empty
    lines, those that begin with # and repetitions say nothing. Raises BadRequest naming the line at fault."""
    pins: dict[tuple[str, str], Pin] = {}
    for at, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        kind, *names = [cell.strip() for cell in line.split("\t")]
        if kind not in ("same", "never") or len(names) != 2 or not all(names) or names[0] == names[1]:
            raise BadRequest(
                f"line {at} of the pins is not `same` or `never`, a name and another, apart by tabs: {line[:80]!r}",
                code="bad_pins", parameter="pins",
            )  # fmt: skip
        pin = Pin(kind == "same", names[0], names[1])
        if pins.setdefault((names[0], names[1]), pin) != pin:
            raise BadRequest(
                f"line {at} of the pins contradicts an earlier one: {line[:80]!r}", code="bad_pins", parameter="pins"
            )
    return list(pins.values())
