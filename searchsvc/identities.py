"""Who is meant by this name in this article? What `reconciliation` has decided, kept and applied.

Five tables beside the documents: the decisions with their evidence, what is known by hand, the number of the last
change of either, which documents engines must be told anew, and what was decided before. **The documents stay as they
were written**: a decision is applied when one is read, so that it can be taken back, and holds for articles that come
tomorrow. Decisions on a surname alone are of one article each, for its company is what they rest on; the others are of
a name wherever it is. **Decisions take effect with the index that carries them**: whoever asks an engine at an earlier
number of the store's sequence is told those that held there (`Known`), so that filters and index agree whenever a run
is cut off.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

import orjson

from searchsvc.analysis import fold
from searchsvc.document import Document, Entity
from searchsvc.errors import BadRequest
from searchsvc.namings import NO_DAY, Archive, Naming
from searchsvc.reconciliation import Decision, Pin, decide, doubtful

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
#: What a layout of the store has that has all but what was decided before.
BEFORE = """
CREATE TABLE decided_before (              -- what a change of the decisions has put others in the place of
  position INTEGER NOT NULL,               -- the number of the sequence of the documents from which on these hold
  name TEXT NOT NULL,
  article TEXT NOT NULL,
  person TEXT NOT NULL,                    -- '' where there was none
  PRIMARY KEY (position, name, article)
) WITHOUT ROWID;
"""
SCHEMA += BEFORE

#: Changes of the decisions that can be looked behind: one more than there are generations that can still be served.
KEPT_CHANGES = 4
#: A number of the documents' sequence that none has yet.
NEWEST = 2**62

_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What a run came to: names that are another's, surnames found in articles, names and surnames that stay as they
    are, how many articles show other people than before, and the pins that do nothing or are odd, with the reason."""

    names: int = 0
    surnames: int = 0
    refused: int = 0
    articles: int = 0
    doubtful: tuple[tuple[Pin, str], ...] = ()


class Known:
    """The decisions in force for an engine at a number of the documents' sequence, as far as they hold for every
    article; those of single articles are looked up (`of_articles`)."""

    def __init__(self, connection: sqlite3.Connection, position: int = NEWEST) -> None:
        self.mark = mark(connection, position)
        rows = connection.execute("SELECT name, person FROM identities WHERE article='' AND person<>''")
        self.persons: dict[str, str] = dict(rows)
        #: What an engine at an earlier number has in single articles in the place of what is decided: article → name →
        #: person, "" for none.
        self.before: dict[str, dict[str, str]] = {}
        if self.mark[1] is not None:
            rows = connection.execute(
                "SELECT name, article, person FROM decided_before WHERE position>? ORDER BY position DESC", (position,)
            )
            for name, article, person in rows:
                if article:
                    self.before.setdefault(article, {})[name] = person
                elif person:
                    self.persons[name] = person
                else:
                    self.persons.pop(name, None)
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


def mark(connection: sqlite3.Connection, position: int) -> tuple[int, int | None]:
    """Names the decisions in force at a number of the sequence: the number of their last change, and the first number
    from which on others are."""
    ((later,),) = connection.execute("SELECT min(position) FROM decided_before WHERE position>?", (position,))
    return last_change(connection), later


def last_change(connection: sqlite3.Connection) -> int:
    """The number of the last change of the decisions."""
    ((number,),) = connection.execute("SELECT number FROM reconciled")
    return int(number)


def decided(connection: sqlite3.Connection) -> int:
    """The number of the sequence of the documents from which on the last decisions hold."""
    ((last,),) = connection.execute("SELECT coalesce(max(position), 0) FROM decided_before")
    return int(last)


def of_articles(connection: sqlite3.Connection, ids: Sequence[str], known: Known) -> dict[str, dict[str, str]]:
    """The decisions of these articles alone, where those known are in force: article → name → person."""
    found: dict[str, dict[str, str]] = {}
    for some in _in_parts(ids):
        marks = ",".join("?" * len(some))
        statement = f"SELECT article, name, person FROM identities WHERE article<>'' AND article IN ({marks})"  # noqa: S608
        for article, name, person in connection.execute(statement, some):
            found.setdefault(article, {})[name] = person
    for id_ in known.before.keys() & set(ids):
        both = {**found.get(id_, {}), **known.before[id_]}
        found[id_] = {name: person for name, person in both.items() if person}
    return found


def _in_parts(values: Sequence[str]) -> Iterator[list[str]]:
    """The values, as many at a time as SQLite takes in one statement."""
    for start in range(0, len(values), 500):
        yield list(values[start : start + 500])


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
        tuple(doubtful(archive, kept)),
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
    changed = {key for key in before.keys() | now.keys() if before.get(key) != now.get(key)}
    articles: set[str] = set()
    for name, article in changed:
        if article:
            articles.add(article)
        elif (number := archive.number(name)) is not None:
            articles.update(archive.ids[at] for at in archive.articles(number).tolist())
    connection.execute("DELETE FROM identities")
    connection.executemany(
        "INSERT INTO identities VALUES (?, ?, ?, ?, ?)",
        ((d.name, d.article, d.person, d.rule, orjson.dumps(d.evidence).decode()) for d in decisions),
    )
    connection.execute("UPDATE reconciled SET number=number+1")
    last = _tell(connection, sorted(articles))
    connection.executemany(
        # Where two changes take effect at one number, what was before the first of them counts.
        "INSERT OR IGNORE INTO decided_before VALUES (?, ?, ?, ?)",
        ((last, name, article, before.get((name, article), "")) for name, article in changed),
    )
    connection.execute(
        "DELETE FROM decided_before WHERE position NOT IN"
        " (SELECT DISTINCT position FROM decided_before ORDER BY position DESC LIMIT ?)",
        (KEPT_CHANGES,),
    )
    return len(articles)


def _in_force(rows: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str], str]:
    return {(name, article): person for name, article, person in rows}


def _tell(connection: sqlite3.Connection, ids: Sequence[str]) -> int:
    """Number these documents as the next changes of the sequence; the last number given of it."""
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name='documents'").fetchone()
    last = int(row[0]) if row else 0
    for some in _in_parts(ids):
        marks = ",".join("?" * len(some))
        held = connection.execute(f"SELECT id FROM documents WHERE id IN ({marks}) ORDER BY id", some).fetchall()  # noqa: S608
        connection.executemany("DELETE FROM renamed WHERE id=?", held)
        connection.executemany(
            "INSERT INTO renamed VALUES (?, ?)", ((at, id_) for at, (id_,) in enumerate(held, last + 1))
        )
        last += len(held)
    connection.execute("UPDATE sqlite_sequence SET seq=? WHERE name='documents'", (last,))
    return last


def named(connection: sqlite3.Connection, known: Known) -> Counter[str]:
    """In how many documents each person is named, where these decisions are in force."""
    counts: Counter[str] = Counter()
    namings = _namings(connection)
    while some := list(islice(namings, 500)):
        here = of_articles(connection, [naming.id for naming in some], known)
        for naming in some:
            mine = here.get(naming.id, {})
            counts.update({mine.get(name) or known.persons.get(name, name) for name in naming.people})
    return counts


def faults(connection: sqlite3.Connection) -> Iterator[str]:
    """What is wrong in the tables of decisions. `searchsvc reconcile` decides on everything anew."""
    for what, statement in _SOUND.items():
        ((count,),) = connection.execute(statement)
        if count:
            yield f"identities: {count:,} {what}"


_LAST = "(SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name='documents')"
_SOUND = {
    "decisions for a name that is itself another's": (
        "SELECT count(*) FROM identities AS a JOIN identities AS b ON b.name=a.person AND b.article=''"
        " WHERE b.person<>''"
    ),
    "decisions of articles that are not in the store": (
        "SELECT count(*) FROM identities WHERE article<>'' AND article NOT IN (SELECT id FROM documents)"
    ),
    "changes of articles that are not in the store": (
        "SELECT count(*) FROM renamed WHERE id NOT IN (SELECT id FROM documents)"
    ),
    "changes under the number of another": "SELECT count(*) FROM renamed WHERE seq IN (SELECT seq FROM documents)",
    "changes under numbers that were not given yet": (
        f"SELECT (SELECT count(*) FROM renamed WHERE seq>{_LAST})"  # noqa: S608
        f" + (SELECT count(*) FROM decided_before WHERE position>{_LAST})"
    ),
}


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
    connection.execute("DELETE FROM decided_before WHERE article=?", (id_,))


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
