"""The documents, safely on disk: `articles.db`, the truth that every search index is derived from.

When `put` returns, its documents survive a kill and a power cut (`database`). Each change gets the next number of one
sequence, so that an engine at number N is brought up to date by the documents after N. One process writes (it holds
`Store.writing`), any number read. The stories of the documents are kept beside them, in the same transactions; what
they are is known to `stories` alone. Whom the names in a document mean, as decided over the whole archive, is known to
`identities`, and applied to every document that is given out.
"""

from __future__ import annotations

import logging
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any

from searchsvc import bodies, identities, stories
from searchsvc.article import Location
from searchsvc.bodies import MOST_DECODED, Decoded, document_of, loaded, packed, unpacked
from searchsvc.database import Database
from searchsvc.document import Document
from searchsvc.errors import NotFound, StoreError
from searchsvc.reconciliation import Decision, Pin

log = logging.getLogger("searchsvc.store")

NAME = "articles.db"
#: The layout of the tables; another number is another layout.
VERSION = 5

#: What each layout before this one lacks; it is taken over where it is met.
_LACKED = {2: stories.SCHEMA + identities.SCHEMA, 3: identities.SCHEMA, 4: identities.BEFORE}
# A document that was decided on anew comes at the number of that change alone.
_CHANGED = """
SELECT * FROM (
  SELECT seq, body FROM documents WHERE seq>? AND NOT EXISTS (SELECT 1 FROM renamed WHERE renamed.id=documents.id)
  ORDER BY seq LIMIT ?
) UNION ALL SELECT * FROM (
  SELECT renamed.seq, body FROM renamed JOIN documents ON documents.id=renamed.id WHERE renamed.seq>?
  ORDER BY renamed.seq LIMIT ?
) ORDER BY 1 LIMIT ?
"""
#: Documents whose stories are found in one transaction, where those of many are.
_STORIES_AT_ONCE = 500
_EVERYWHERE = 2**62


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a batch: how many were new, replaced an older version, or were there already."""

    added: int = 0
    replaced: int = 0
    unchanged: int = 0


class Store:
    """The documents of one index directory. Thread-safe: each thread gets a connection of its own."""

    def __init__(self, directory: Path, *, create: bool = False) -> None:
        self.path = directory / NAME
        self._decoded = Decoded(MOST_DECODED)
        self._known: identities.Known | None = None
        self._followed: Callable[[], int] | None = None
        self._stories = stories.Stories()
        self._stories_complete = False
        if create:
            directory.mkdir(parents=True, exist_ok=True)
        elif not self.path.exists():
            raise StoreError(f"there is no index in {directory}: `searchsvc index PATH… --index {directory}` makes one")
        self.database = Database(self.path)
        ((version,),) = self.database.read("PRAGMA user_version", ())
        if version == 0 and create:
            with self._changing() as connection:
                if not connection.execute("SELECT 1 FROM sqlite_master WHERE name='documents'").fetchone():
                    _lay_out(connection, bodies.SCHEMA + stories.SCHEMA + identities.SCHEMA)
        elif version in _LACKED:
            with self._changing() as connection:
                if connection.execute("PRAGMA user_version").fetchone() == (version,):
                    _lay_out(connection, _LACKED[version])
        elif version != VERSION:
            raise StoreError(f"{self.path} has layout {version}, this version reads {VERSION}")

    def close(self) -> None:
        """Close this thread's connection."""
        self.database.close()

    def writing(self) -> AbstractContextManager[None]:
        """Hold the right to write to this index, or raise Locked. The kernel frees it with the process."""
        return self.database.writing()

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        try:
            with self.database.changing() as connection:
                yield connection
        except BaseException:
            self._stories.forget()
            raise

    def put(self, documents: Iterable[Document]) -> Stored:
        """Take the documents, durably. A later one with the same id replaces an earlier one.

        An older version that is met again where it stood when a newer one replaced it counts as unchanged.
        Raises StoreError with nothing taken when the disk is full or failing.
        """
        self.complete_stories()
        added = replaced = unchanged = 0
        gone: list[tuple[int, str]] = []
        new: dict[str, tuple[int, Document]] = {}
        with self._changing() as connection:
            for document in documents:
                digest, place = document.content_hash, document.article.location
                old = connection.execute(
                    "SELECT seq, hash, path, offset FROM documents WHERE id=?", (document.id,)
                ).fetchone()  # fmt: skip
                if old is not None:
                    seq, held, *there = old
                    if held == digest:
                        if there[0] != place.path:
                            _meet(connection, document.id, digest, place.path, place.offset + 1)
                        unchanged += 1
                        continue
                    if connection.execute(
                        "SELECT 1 FROM met WHERE id=? AND hash=? AND path=? AND before>?",
                        (document.id, digest, place.path, place.offset),
                    ).fetchone():
                        unchanged += 1
                        continue
                    if there != [place.path, place.offset]:  # else the record itself was corrected
                        _meet(connection, document.id, held, place.path, place.offset)
                        if there[0] != place.path:
                            _meet(connection, document.id, held, there[0], _EVERYWHERE)
                    connection.execute("DELETE FROM documents WHERE seq=?", (seq,))
                    identities.replaced(connection, document.id)
                    gone.append((seq, document.id))
                    replaced += 1
                else:
                    added += 1
                body = packed(document)
                inserted = connection.execute(
                    "INSERT INTO documents (id, hash, source_hash, path, offset, body) VALUES (?, ?, ?, ?, ?, ?)",
                    (document.id, digest, document.source_hash, place.path, place.offset, body),
                )
                assert inserted.lastrowid is not None
                new[document.id] = (inserted.lastrowid, document)
            self._stories.take(connection, gone, sorted(new.values(), key=itemgetter(0)))
        return Stored(added, replaced, unchanged)

    def holds(self, id_: str, source_hash: bytes, place: Location) -> bool:
        """Whether this version of this article is the one held, and `put` would learn nothing by its standing here."""
        return bool(
            self.database.read(
                "SELECT 1 FROM documents AS d WHERE id=? AND source_hash=? AND (path=? OR EXISTS"
                " (SELECT 1 FROM met WHERE id=d.id AND hash=d.hash AND path=? AND before>?))",
                (id_, source_hash, place.path, place.path, place.offset),
            )
        )

    def remove(self, ids: Iterable[str]) -> None:
        """Take documents out that no engine can index, so that store and index agree."""
        with self._changing() as connection:
            gone: list[tuple[int, str]] = []
            for id_ in ids:
                gone += connection.execute("SELECT seq, id FROM documents WHERE id=?", (id_,))
                connection.execute("DELETE FROM documents WHERE id=?", (id_,))
                identities.removed(connection, id_)
            self._stories.take(connection, gone, ())

    def get(self, ids: Iterable[str]) -> dict[str, Document]:
        """The documents of these ids; ids that are not there, or cannot be read any more, are left out."""
        wanted = list(ids)
        found: dict[str, Document] = {}
        for start in range(0, len(wanted), 500):
            some = wanted[start : start + 500]
            numbers = self.database.read(f"SELECT seq, id FROM documents WHERE id IN ({_marks(some)})", some)  # noqa: S608
            decoded = self._decoded.of(seq for seq, _ in numbers)
            found.update((document.id, document) for document in decoded.values())
            fresh = [id_ for seq, id_ in numbers if seq not in decoded]
            # By id again: another version may have come in between.
            rows = self.database.read(f"SELECT seq, body FROM documents WHERE id IN ({_marks(fresh)})", fresh)  # noqa: S608
            for seq, body in rows:
                try:
                    plain = unpacked(body)
                    document = document_of(plain)
                except StoreError as error:  # one damaged article must not hide the others
                    log.error("%s", error)
                    continue
                found[document.id] = document
                self._decoded.keep(seq, document, len(plain))
        return dict(zip(found, self._identified(list(found.values()), self.known), strict=True))

    def document(self, id_: str) -> Document:
        """The document of this id. Raises NotFound, or StoreError where it is damaged."""
        rows = self.database.read("SELECT body FROM documents WHERE id=?", (id_,))
        if not rows:
            raise NotFound(f"there is no article {id_}")
        return self._identified([loaded(rows[0][0])], self.known)[0]

    def set_aside(self) -> list[str]:
        """Move the documents that cannot be read any more into the table `damaged`; their ids.

        They count as not held from then on: indexing their archives again brings them back.
        """
        ids = []
        for _, id_, body in self._every("id, body"):
            try:
                loaded(body)
            except StoreError:
                ids.append(id_)
        if ids:
            with self._changing() as connection:
                connection.execute("CREATE TABLE IF NOT EXISTS damaged (id TEXT, seq INTEGER, body BLOB)")
                for id_ in ids:
                    connection.execute("INSERT INTO damaged SELECT id, seq, body FROM documents WHERE id=?", (id_,))
            self.remove(ids)
        return ids

    def after(self, seq: int, limit: int) -> list[tuple[int, Document]]:
        """The documents of the changes after `seq`, oldest first, each once, with the number of its last change: that
        which brought it, or which decided anew on the people in it."""
        rows = self.database.read(_CHANGED, (seq, limit, seq, limit, limit))
        documents = self._identified([loaded(body) for _, body in rows], self._known_at(identities.NEWEST))
        return [(number, document) for (number, _), document in zip(rows, documents, strict=True)]

    def written(self, seq: int, limit: int) -> list[tuple[int, Document]]:
        """The documents brought by the changes after `seq`, as they were put, oldest first, each with its number."""
        rows = self.database.read("SELECT seq, body FROM documents WHERE seq>? ORDER BY seq LIMIT ?", (seq, limit))
        return [(number, loaded(body)) for number, body in rows]

    # Who is who

    def follow(self, position: Callable[[], int]) -> None:
        """Give out documents and decisions as they are in an engine at this number, which is asked for each time: what
        is decided later takes effect when the engine has it. What is given to engines (`after`) has all of it."""
        self._followed = position

    @property
    def known(self) -> identities.Known:
        """The decisions in force on names wherever they stand."""
        return self._known_at(self._followed() if self._followed else identities.NEWEST)

    def _known_at(self, position: int) -> identities.Known:
        with self.database.reading() as connection:
            known = self._known
            if known is None or known.mark != identities.mark(connection, position):
                known = self._known = identities.Known(connection, position)
            return known

    def _identified(self, documents: Sequence[Document], known: identities.Known) -> list[Document]:
        """The documents with their people as they are known."""
        if not known.mark[0]:
            return list(documents)
        with self.database.reading() as connection:
            here = identities.of_articles(connection, [document.id for document in documents], known)
        return [identities.applied(each, known.persons, here.get(each.id, {})) for each in documents]

    @property
    def last_change(self) -> int:
        """The number of the last change of the decisions on people."""
        with self.database.reading() as connection:
            return identities.last_change(connection)

    @property
    def decided(self) -> int:
        """The number from which on an engine has the last decisions on people; 0 where there were none."""
        with self.database.reading() as connection:
            return identities.decided(connection)

    def reconcile(self, pins: Sequence[Pin] | None = None) -> identities.Reconciled:
        """Decide anew which names in all documents are one person; the documents that show other people by it are told
        to engines as changes. pins: what is known by hand, in the place of what was given before."""
        with self._changing() as connection:
            return identities.reconcile(connection, pins)

    def undo_reconciliation(self) -> int:
        """Take back every decision on people; how many documents show other people by it."""
        with self._changing() as connection:
            return identities.undo(connection)

    def decisions(self) -> list[Decision]:
        """Every decision on people, and what was considered and refused."""
        with self.database.reading() as connection:
            return list(identities.decisions(connection))

    def named(self) -> Counter[str]:
        """In how many documents each person is named, as the documents are given out."""
        known = self.known
        with self.database.reading() as connection:
            return identities.named(connection, known)

    def story(self, id_: str) -> list[str]:
        """The ids of the articles of this article's story, the first member first; itself alone if it has no copy."""
        with self.database.reading() as connection:
            return stories.members(connection, id_)

    def story_changes(self, after: int) -> stories.Changes:
        """The stories that have changed after this number of their own sequence."""
        with self.database.reading() as connection:
            return stories.changes(connection, after)

    def complete_stories(self, progress: Callable[[int], None] = lambda done: None) -> None:
        """Find the stories of the documents that a store of an earlier layout holds; looked for once a process."""
        if not self._stories_complete:
            counts = self.database.read("SELECT (SELECT count(*) FROM documents) - (SELECT count(*) FROM prints)", ())
            self._stories_complete = counts == [(0,)]
        done = 0
        while not self._stories_complete:
            with self._changing() as connection:
                self._stories_complete = not self._stories.complete(connection, _STORIES_AT_ONCE)
            done += _STORIES_AT_ONCE
            if not self._stories_complete:
                progress(done)

    def find_stories_anew(self, progress: Callable[[int], None] = lambda done: None) -> None:
        """Find every story again, from the documents."""
        with self._changing() as connection:
            self._stories.clear(connection)
        self._stories_complete = False
        self.complete_stories(progress)

    def ids(self, until: int) -> set[str]:
        """The ids of the documents brought by the changes up to this number."""
        return {id_ for (id_,) in self.database.read("SELECT id FROM documents WHERE seq<=?", (until,))}

    def renamed(self, after: int) -> set[str]:
        """The ids of the documents decided on anew after this number: an engine at it may hold them or not yet."""
        return {id_ for (id_,) in self.database.read("SELECT id FROM renamed WHERE seq>?", (after,))}

    @property
    def last(self) -> int:
        """The number of the last change that brought a document, 0 in an empty store."""
        ((last,),) = self.database.read("SELECT coalesce(max(seq), 0) FROM documents", ())
        return int(last)

    def __len__(self) -> int:
        ((count,),) = self.database.read("SELECT count(*) FROM documents", ())
        return int(count)

    def behind(self, seq: int) -> int:
        """How many documents an engine at this number does not hold yet, or not with the people decided on since."""
        ((count,),) = self.database.read(
            "SELECT (SELECT count(*) FROM documents WHERE seq>?) + (SELECT count(*) FROM renamed AS r JOIN documents"
            " AS d ON d.id=r.id WHERE r.seq>? AND d.seq<=?)",
            (seq, seq, seq),
        )
        return int(count)

    def _every(self, columns: str) -> Iterator[tuple[Any, ...]]:
        """The number and these columns of every document, some at a time: whoever writes meanwhile is not held up."""
        statement = f"SELECT seq, {columns} FROM documents WHERE seq>? ORDER BY seq LIMIT 200"  # noqa: S608
        seq = 0
        while rows := self.database.read(statement, (seq,)):
            yield from rows
            seq = rows[-1][0]

    def faults(self) -> Iterator[str]:
        """What is wrong in the store: the file's structure, and every document that is not what its hash says."""
        for (line,) in self.database.read("PRAGMA integrity_check", ()):
            if line != "ok":
                yield f"{self.path}: {line}"
        for seq, id_, digest, body in self._every("id, hash, body"):
            try:
                document = loaded(body)
                good = document.id == id_ and document.content_hash == digest
            except StoreError:
                good = False
            if not good:
                yield f"{self.path}: document {id_} (change {seq}) is not what was written"
        with self.database.reading() as connection:
            found = [*stories.faults(connection), *identities.faults(connection)]
        yield from (f"{self.path}: {fault}" for fault in found)


def _lay_out(connection: sqlite3.Connection, schema: str) -> None:
    for statement in schema.split(";\n"):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version={VERSION}")


def _meet(connection: sqlite3.Connection, id_: str, digest: bytes, path: str, before: int) -> None:
    connection.execute(
        "INSERT INTO met VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET before=max(before, excluded.before)",
        (id_, digest, path, before),
    )


def _marks(values: list[Any]) -> str:
    return ",".join("?" * len(values))
