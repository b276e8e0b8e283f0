"""SQLite's FTS5: an index over external content, and an indexed table for each facet.

Counts come of one statement, in which the documents found are materialised once. CROSS JOIN is SQLite's way to say
which table to begin with: left alone, it reads the whole of a facet's table for one document found.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmark.contenders import Answer, Plain, Prepared, month_label, years
from benchmark.questions import FACETS
from searchsvc.query import Query

_SCORE = "bm25(news, 2.0, 1.0)"


@dataclass(frozen=True)
class _Asked:
    top: str
    full: str
    values: tuple[str | int, ...]


class Fts5:
    """FTS5 over searchsvc's terms."""

    #: How it takes the title and the text: ready terms, some with a point; what is not ASCII is a letter to it.
    tokenizer = "ascii tokenchars ''.''"

    def __init__(self, directory: Path) -> None:
        self._connection = sqlite3.connect(directory / "fts5.db", isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.execute("PRAGMA mmap_size=30000000000")
        self._connection.execute("PRAGMA cache_size=-262144")
        self._connection.execute("PRAGMA temp_store=MEMORY")
        if not self._connection.execute("SELECT 1 FROM sqlite_master").fetchone():
            self._create()
        self._plain = Plain(_quoted, _phrase, _prefix, lambda: "", _both, _either)

    def _create(self) -> None:
        run = self._connection.execute
        run("CREATE TABLE content (number INTEGER PRIMARY KEY, title TEXT, text TEXT)")
        run("CREATE TABLE dates (number INTEGER PRIMARY KEY, id TEXT UNIQUE, day INTEGER, month INTEGER)")
        for name in FACETS:
            run(f"CREATE TABLE {name}_values (value INTEGER PRIMARY KEY, key TEXT UNIQUE)")
            run(f"CREATE TABLE {name} (number INTEGER, value INTEGER, PRIMARY KEY (number, value)) WITHOUT ROWID")
        run(
            "CREATE VIRTUAL TABLE news USING fts5"
            f"(title, text, content='content', content_rowid='number', tokenize='{self.tokenizer}')"
        )
        self._connection.execute("INSERT INTO news (news, rank) VALUES ('rank', 'bm25(2.0, 1.0)')")

    def add(self, documents: Sequence[Prepared]) -> None:
        run, many = self._connection.execute, self._connection.executemany
        if not self._connection.in_transaction:
            run("BEGIN")
        rows = [(given.number, given.title, given.text) for given in documents]
        many("INSERT INTO content (number, title, text) VALUES (?, ?, ?)", rows)
        many("INSERT INTO news (rowid, title, text) VALUES (?, ?, ?)", rows)
        dates = [(given.number, given.document.id, given.day, given.month) for given in documents]
        many("INSERT INTO dates VALUES (?, ?, ?, ?)", dates)
        for name in FACETS:
            pairs = [(given.number, key) for given in documents for key in given.keys(name)]
            keys = [(key,) for key in dict.fromkeys(key for _, key in pairs)]
            many(f"INSERT OR IGNORE INTO {name}_values (key) VALUES (?)", keys)  # noqa: S608 - names of our own
            many(f"INSERT INTO {name} SELECT ?, value FROM {name}_values WHERE key = ?", pairs)  # noqa: S608

    def finish(self) -> None:
        for name in FACETS:
            self._connection.execute(f"CREATE INDEX {name}_by_value ON {name} (value, number)")
        self._connection.execute("COMMIT")
        self._connection.execute("INSERT INTO news (news) VALUES ('optimize')")
        self._connection.execute("ANALYZE")
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def open(self) -> None:
        pass

    def question(self, query: Query) -> _Asked:
        match = self._plain.built(query.expression)
        values: list[str | int] = [match] if match else []
        where = ["news MATCH ?"] if match else []
        number = "news.rowid" if match else "dates.number"
        for name, chosen in query.filters:
            for key in chosen.all:
                value = f"(SELECT value FROM {name}_values WHERE key = ?)"  # noqa: S608
                # With the + it looks for each document found among these, and not for each of these in the index.
                where.append(f"+{number} IN (SELECT number FROM {name} WHERE value = {value})")  # noqa: S608
                values.append(key)
        source = "news" if match else "dates"
        if (days := years(query)) is not None:
            if match:
                source += " JOIN dates ON dates.number = news.rowid"
            where.append("dates.day BETWEEN ? AND ?")
            values += days
        of = f"FROM {source}" + (f" WHERE {' AND '.join(where)}" if where else "")
        # `rank` sorts all that match before anything is filtered.
        order = ("rank" if len(where) == 1 else _SCORE) if match else number
        top = f"SELECT {number} {of} ORDER BY {order} LIMIT 10"
        counts = []
        for name in FACETS:
            key = f"(SELECT key FROM {name}_values WHERE {name}_values.value = {name}.value)"  # noqa: S608
            of_value = f"SELECT '{name}', {key}, count(*) AS n FROM hit CROSS JOIN {name} USING (number)"  # noqa: S608
            counts.append(f"SELECT * FROM ({of_value} GROUP BY {name}.value ORDER BY n DESC LIMIT 10)")  # noqa: S608
        counts.append("SELECT 'month', month, count(*) FROM hit CROSS JOIN dates USING (number) GROUP BY month")
        counts.append("SELECT 'total', NULL, count(*) FROM hit")
        full = f"WITH hit AS MATERIALIZED (SELECT {number} AS number {of}) " + " UNION ALL ".join(counts)
        return _Asked(top, full, tuple(values))

    def top(self, question: _Asked) -> list[int]:
        return [number for (number,) in self._connection.execute(question.top, question.values)]

    def full(self, question: _Asked) -> Answer:
        self.top(question)
        facets: dict[str, list[tuple[str, int]]] = {name: [] for name in FACETS}
        months: dict[str, int] = {}
        total = 0
        for name, key, count in self._connection.execute(question.full, question.values):
            if name == "total":
                total = count
            elif name != "month":
                facets[name].append((key, count))
            elif key is not None:
                months[month_label(key)] = count
        return Answer(total, facets, months)

    def replace(self, documents: Sequence[Prepared]) -> None:
        run = self._connection.execute
        run("BEGIN")
        for given in documents:
            old = run("SELECT number FROM dates WHERE id = ?", (given.document.id,)).fetchone()
            if old is not None:
                of = "SELECT 'delete', number, title, text FROM content WHERE number = ?"
                run(f"INSERT INTO news (news, rowid, title, text) {of}", old)
                for name in ("content", "dates", *FACETS):
                    run(f"DELETE FROM {name} WHERE number = ?", old)  # noqa: S608
        self.add(documents)
        run("COMMIT")

    def close(self) -> None:
        self._connection.close()


class RawFts5(Fts5):
    """FTS5 with an analysis of its own: Unicode words, Porter's stemmer."""

    tokenizer = "porter unicode61"


def _quoted(term: str) -> str:
    return f'"{term}"'


def _phrase(terms: list[str]) -> str:
    return f'"{" ".join(terms)}"'


def _prefix(prefix: str) -> str:
    return f'"{prefix}" *'


def _both(wanted: list[str], unwanted: list[str]) -> str:
    found = "(" + " AND ".join(wanted) + ")"
    return f"({found} NOT ({' OR '.join(unwanted)}))" if unwanted else found


def _either(children: list[str]) -> str:
    return "(" + " OR ".join(children) + ")"
