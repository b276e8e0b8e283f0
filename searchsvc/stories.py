"""Which articles are near-copies of one story? The stories of the store, kept up to date with every change of it.

Three tables beside the documents, all derived from them: the prints of every document, which documents are near
copies (`copies.near`), and the story of every document that has had a copy. **A story is a first member, what is near
it, and what is near that**: two steps, so that a chain of versions that drift never becomes one giant. What is left of
the chain begins another story. It is thus decided by which documents there are and not by the order they came in, but
for the limits below and for series (`Stories._near`). A story is named by the id of its first member, the one that came
into the store first.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import orjson

from searchsvc.copies import Shingles, compared, shingles
from searchsvc.document import Document
from searchsvc.prints import Prints, fewest, shareable

SCHEMA = """
CREATE TABLE prints (                      -- what of each document finds its near-copies
  seq INTEGER PRIMARY KEY,
  prints BLOB NOT NULL
);
CREATE TABLE near (                        -- near-copies, each pair both ways
  one INTEGER NOT NULL,
  other INTEGER NOT NULL,
  PRIMARY KEY (one, other)
) WITHOUT ROWID;
CREATE TABLE stories (                     -- of every document that has or had a copy; alone it is its own story
  id TEXT PRIMARY KEY,
  story TEXT NOT NULL,
  changed INTEGER NOT NULL                 -- the number of the change of stories that brought this
) WITHOUT ROWID;
CREATE INDEX stories_story ON stories (story);
CREATE INDEX stories_changed ON stories (changed);
"""

#: Candidates that are compared with a document, the best by shared prints, and of their stories' first members.
MOST_COMPARED = 16
#: Prints shared with articles of so many other stories that make a form of them, and of how many it is learnt.
FORM_PRINTS, FEWEST_OF_FORM, MOST_OF_FORM = 6, 2, 8
#: Of the articles of one source a newcomer is a copy of the nearest, and of those as near as this share of it.
AS_NEAR = 0.95
#: Steps from the first member that a story reaches.
STEPS = 2
#: Documents whose shingles are kept in memory, some 10 kB each.
KEPT = 3000


@dataclass(frozen=True)
class Changes:
    """Stories that have changed: article id → story id. `position` is the number of the last of these changes."""

    position: int = 0
    stories: Mapping[str, str] = field(default_factory=dict)


NO_CHANGES = Changes()


class Stories:
    """The stories of one store. What changes them is called inside the store's transaction, by its one writer."""

    def __init__(self) -> None:
        self._prints: Prints | None = None
        self._kept: OrderedDict[int, Shingles] = OrderedDict()

    def forget(self) -> None:
        """Forget what is in memory: the transaction that it belongs to has failed."""
        self._prints = None
        self._kept.clear()

    # Writing

    def take(
        self, connection: sqlite3.Connection, gone: Iterable[tuple[int, str]], new: Iterable[tuple[int, Document]]
    ) -> None:
        """Bring the stories up to date with documents that went (number and id) and that came."""
        change = _Change(connection)
        self._remove(change, list(gone))
        for seq, document in new:
            article = document.article
            some = shingles(article.title, article.text, article.source, article.published.at)
            self._add(change, seq, document.id, some)

    def complete(self, connection: sqlite3.Connection, limit: int) -> bool:
        """Take in documents that have not been: of a store of an earlier layout, or after `clear`. Whether there may
        be more."""
        rows = connection.execute(
            "SELECT seq, id, body FROM documents WHERE seq NOT IN (SELECT seq FROM prints) ORDER BY seq LIMIT ?",
            (limit,),
        ).fetchall()
        change = _Change(connection)
        for seq, id_, body in rows:
            self._add(change, seq, id_, _shingles_of(body))
        return len(rows) == limit

    def clear(self, connection: sqlite3.Connection) -> None:
        """Forget every story, so that `complete` finds them anew; what is in no story any more is told as changed."""
        self.forget()
        change = _Change(connection)
        connection.execute("DELETE FROM prints")
        connection.execute("DELETE FROM near")
        connection.execute("UPDATE stories SET story=id, changed=? WHERE story<>id", (change.number,))

    def _add(self, change: _Change, seq: int, id_: str, new: Shingles) -> None:
        connection = change.connection
        prints = self._loaded(connection)
        found = self._near(connection, new, *prints.candidates(new.prints))
        connection.execute("INSERT INTO prints VALUES (?, ?)", (seq, new.prints.tobytes()))
        prints.add(seq, new.prints)
        self._keep(seq, new)
        if found:
            pairs = [pair for other in found for pair in ((seq, other), (other, seq))]
            connection.executemany("INSERT OR IGNORE INTO near VALUES (?, ?)", pairs)
            change.joined(seq, id_, found)

    def _near(
        self, connection: sqlite3.Connection, new: Shingles, candidates: list[tuple[int, int]], telling: int
    ) -> list[int]:
        """Which of the candidates, and of the first members of their stories, the new document is a copy of.

        What is like two articles of a series is a copy of one of them. So of the articles of one source the nearest
        count, and a story in which it is told apart from one that is as near does not count at all.
        """
        verdicts: dict[int, float] = {}
        sources: dict[int, str] = {}

        def compare(seq: int) -> None:
            old = self._shingles(connection, seq)
            if old is not None:
                verdicts[seq], sources[seq] = self._compared(connection, new, seq, old, form), old.source

        form = _form(connection, [seq for seq, shared in candidates if shared >= FORM_PRINTS])
        for candidate, shared in candidates:
            row = connection.execute("SELECT prints FROM prints WHERE seq=?", (candidate,)).fetchone()
            if row is None or shared < fewest(min(shareable(new.prints, np.frombuffer(row[0], np.uint64)), telling)):
                continue
            compare(candidate)
            if len(verdicts) >= MOST_COMPARED:
                break
        for first in _first_members(connection, [seq for seq, verdict in verdicts.items() if verdict > 0]):
            if first not in verdicts:
                compare(first)
        told = {seq: _first_members(connection, [seq])[0] for seq, verdict in verdicts.items() if verdict}
        nearest: dict[int | str, float] = {}  # of each story and of each source
        for seq, story in told.items():
            for key in (story, sources[seq] or story):
                nearest[key] = max(nearest.get(key, 0.0), verdicts[seq])
        apart = {
            story for seq, story in told.items() if verdicts[seq] < 0 and -verdicts[seq] >= AS_NEAR * nearest[story]
        }
        return [
            seq
            for seq, story in told.items()
            if verdicts[seq] > 0 and verdicts[seq] >= AS_NEAR * nearest[sources[seq] or story] and story not in apart
        ]

    def _compared(
        self, connection: sqlite3.Connection, new: Shingles, seq: int, old: Shingles, form: Mapping[int, int]
    ) -> float:
        """The verdict on two documents, the second of this number."""
        verdict = compared(new, old)
        if verdict <= 0 or len(form) < FEWEST_OF_FORM:
            return verdict
        (mine,) = _first_members(connection, [seq])
        others = [other for story, other in form.items() if story != mine][:MOST_OF_FORM]
        some = [each for each in (self._shingles(connection, other) for other in others) if each is not None]
        return compared(new, old, some) if len(some) >= FEWEST_OF_FORM else verdict

    def _remove(self, change: _Change, gone: list[tuple[int, str]]) -> None:
        connection = change.connection
        beside: set[int] = set()
        for seq, id_ in gone:
            others = [other for (other,) in connection.execute("SELECT other FROM near WHERE one=?", (seq,))]
            connection.execute("DELETE FROM near WHERE one=?", (seq,))
            connection.executemany("DELETE FROM near WHERE one=? AND other=?", [(other, seq) for other in others])
            connection.execute("DELETE FROM prints WHERE seq=?", (seq,))
            self._kept.pop(seq, None)
            beside.update(others)
            change.put({id_: id_})
        change.regroup(beside - {seq for seq, _ in gone})

    # In memory

    def _loaded(self, connection: sqlite3.Connection) -> Prints:
        if self._prints is None:
            self._prints = Prints()
        prints = self._prints
        ((last,),) = connection.execute("SELECT coalesce(max(seq), 0) FROM prints").fetchall()
        if last > prints.last:  # the first look, or another process has written since
            prints.load(connection.execute("SELECT seq, prints FROM prints WHERE seq>?", (prints.last,)).fetchall())
        return prints

    def _keep(self, seq: int, some: Shingles) -> None:
        self._kept[seq] = some
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)

    def _shingles(self, connection: sqlite3.Connection, seq: int) -> Shingles | None:
        """The shingles of a document; None where it is gone."""
        kept = self._kept.get(seq)
        if kept is not None:
            self._kept.move_to_end(seq)
            return kept
        row = connection.execute(
            "SELECT body FROM documents JOIN prints USING (seq) WHERE seq=?", (seq,)
        ).fetchone()  # fmt: skip
        if row is None:
            return None
        made = _shingles_of(row[0])
        self._keep(seq, made)
        return made


def _shingles_of(body: bytes) -> Shingles:
    data: dict[str, Any] = orjson.loads(zlib.decompress(body))
    return shingles(data["title"], data["text"], data["source"] or "", data["published_at"] or "")


class _Change:
    """One change of the stories: what it alters gets its number."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    @cached_property
    def number(self) -> int:
        return last_change(self.connection) + 1

    def put(self, stories: Mapping[str, str], *, with_copies: bool = False) -> None:
        """Write the story of each article id where it is another than before. What never had a copy has no row."""
        for id_, story in stories.items():
            row = self.connection.execute("SELECT story FROM stories WHERE id=?", (id_,)).fetchone()
            if row == (story,) or (row is None and not with_copies):
                continue
            self.connection.execute(
                "INSERT INTO stories VALUES (?, ?, ?)"
                " ON CONFLICT DO UPDATE SET story=excluded.story, changed=excluded.changed",
                (id_, story, self.number),
            )

    def joined(self, seq: int, id_: str, found: Sequence[int]) -> None:
        """A document came that is near those found."""
        firsts = _first_members(self.connection, found)
        if len(firsts) == 1 and firsts[0] in found and firsts[0] < seq:  # the common case: one more of a story
            ((story,),) = self.connection.execute("SELECT id FROM documents WHERE seq=?", (firsts[0],)).fetchall()
            self.put({story: story, id_: story}, with_copies=True)
        else:
            self.regroup({seq})

    def regroup(self, seqs: Iterable[int]) -> None:
        """Divide into stories all that hangs together with these documents."""
        left: dict[int, list[int]] = {}
        waiting = list(seqs)
        while waiting:
            seq = waiting.pop()
            if seq not in left:
                rows = self.connection.execute("SELECT other FROM near WHERE one=?", (seq,)).fetchall()
                left[seq] = [other for (other,) in rows]
                waiting += left[seq]
        ids: dict[int, str] = {}
        for some in _in_parts(sorted(left)):
            marks = ",".join("?" * len(some))
            ids.update(self.connection.execute(f"SELECT seq, id FROM documents WHERE seq IN ({marks})", some))  # noqa: S608
        for members in divided(left):
            story = ids[members[0]]
            self.put({ids[member]: story for member in members}, with_copies=len(members) > 1)


def divided(near: Mapping[int, Sequence[int]]) -> Iterator[list[int]]:
    """The stories of documents of which each is near some others, the first member first.

    The first of all begins a story, which reaches STEPS; the first of what is left begins the next.
    """
    left = set(near)
    for first in sorted(near):
        if first not in left:
            continue
        story, edge = {first}, {first}
        for _ in range(STEPS):
            edge = {other for seq in edge for other in near[seq] if other in left} - story
            story |= edge
        left -= story
        yield sorted(story)


def _first_members(connection: sqlite3.Connection, seqs: Sequence[int]) -> list[int]:
    """The first members of the stories that these documents are in."""
    firsts: dict[int, None] = {}
    for seq in seqs:
        row = connection.execute(
            "SELECT f.seq FROM documents AS d JOIN stories AS s ON s.id=d.id JOIN documents AS f ON f.id=s.story"
            " WHERE d.seq=?",
            (seq,),
        ).fetchone()
        firsts[row[0] if row else seq] = None
    return list(firsts)


def _form(connection: sqlite3.Connection, seqs: Sequence[int]) -> dict[int, int]:
    """Of each story that these documents are in the earliest of them: first member → document."""
    form: dict[int, int] = {}
    if len(seqs) >= FEWEST_OF_FORM:
        for seq in sorted(seqs):
            form.setdefault(_first_members(connection, [seq])[0], seq)
    return form


def _in_parts(values: Sequence[int]) -> Iterator[Sequence[int]]:
    """The values, as many at a time as SQLite takes in one statement."""
    for start in range(0, len(values), 500):
        yield values[start : start + 500]


def last_change(connection: sqlite3.Connection) -> int:
    """The number of the last change of the stories, 0 where there are none."""
    ((last,),) = connection.execute("SELECT coalesce(max(changed), 0) FROM stories").fetchall()
    return int(last)


def changes(connection: sqlite3.Connection, after: int) -> Changes:
    """The stories of the articles whose story has changed after this number."""
    rows = connection.execute("SELECT id, story FROM stories WHERE changed>?", (after,)).fetchall()
    return Changes(last_change(connection), dict(rows))


def members(connection: sqlite3.Connection, id_: str) -> list[str]:
    """The ids of the articles of this article's story, the first member first, itself among them."""
    rows = connection.execute(
        "SELECT s.id FROM stories AS s JOIN documents AS d ON d.id=s.id"
        " WHERE s.story=(SELECT story FROM stories WHERE id=?) ORDER BY d.seq",
        (id_,),
    ).fetchall()
    return [member for (member,) in rows] or [id_]


def faults(connection: sqlite3.Connection) -> Iterator[str]:
    """What is wrong in the tables of stories. `searchsvc rebuild` finds the stories anew."""
    for what, statement in _SOUND.items():
        ((count,),) = connection.execute(statement).fetchall()
        if count:
            yield f"stories: {count:,} {what}"


_SOUND = {
    "prints of no document": "SELECT count(*) FROM prints WHERE seq NOT IN (SELECT seq FROM documents)",
    "near-copies of no document": "SELECT count(*) FROM near WHERE one NOT IN (SELECT seq FROM documents)",
    "near-copies one way": (
        "SELECT count(*) FROM near AS a"
        " WHERE NOT EXISTS (SELECT 1 FROM near AS b WHERE b.one=a.other AND b.other=a.one)"
    ),
    "articles in a story without its first member": (
        "SELECT count(*) FROM stories AS s"
        " WHERE NOT EXISTS (SELECT 1 FROM stories AS f WHERE f.id=s.story AND f.story=f.id)"
    ),
    "articles in a story that are not in the store": (
        "SELECT count(*) FROM stories WHERE story<>id AND id NOT IN (SELECT id FROM documents)"
    ),
}
