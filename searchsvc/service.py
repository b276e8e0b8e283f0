"""One index directory, opened for asking: the store, the engine, and a watch over what other processes publish.

Reads only. Where the engine lags behind the store and nobody is writing (an index run was killed), a process of its
own catches up, so that nothing acknowledged stays unsearchable.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from searchsvc.document import Document
from searchsvc.engines import Engine, open_engine
from searchsvc.errors import CursorGone, Locked, SearchsvcError, Unavailable
from searchsvc.fields import COUNTED, NAMED
from searchsvc.identities import NEWEST
from searchsvc.meaning import Names
from searchsvc.query import Query
from searchsvc.results import Facet, Results
from searchsvc.store import Store

log = logging.getLogger("searchsvc")

#: Seconds between two looks for a new generation.
LOOK_EVERY = 0.4
#: Seconds between two looks for documents that nobody is making searchable.
CATCH_UP_EVERY = 5.0
# Faults of a kind that are told one by one, and values of a facet that are all.
_TOLD, _EVERY = 20, 2**31
# Answers that are asked for again at most: no index moves on so often while one is given.
_ASKED_AGAIN = 5

T = TypeVar("T")


class Service:
    """What the web app and the command line ask. Raises StoreError where there is no index."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.store = Store(directory)
        self.engine: Engine = open_engine(directory, self.store.get)
        self.store.follow(lambda: self.engine.position)
        self._names: Names | None = None
        self._stopping = threading.Event()
        self._watcher: threading.Thread | None = None
        self._catching_up: subprocess.Popen[bytes] | None = None

    @property
    def answering(self) -> Engine:
        """The engine, when it can answer. Raises Unavailable while articles are stored and no generation is usable."""
        if not self.engine.generation and len(self.store):
            raise Unavailable(
                f"{len(self.store):,} articles are stored and none can be searched yet: the index is being built, or "
                "`searchsvc check` tells what is wrong with it and `searchsvc rebuild` builds it anew"
            )
        return self.engine

    def search(self, query: Query) -> Results:
        """The engine's answer. A cursor of a generation that is not known here yet, since another process gave it, has
        that generation taken up first. Raises what `Engine.search` raises, and Unavailable."""
        try:
            return self.answering.search(query)
        except CursorGone:
            if not self.engine.refresh():
                raise
            return self.answering.search(query)

    @property
    def state(self) -> str:
        """Names what answers depend on: the index, and the decisions on people, of which some change no document (whose
        a surname may be); "" where there is no index yet."""
        return self.engine.state and f"{self.engine.state}.{self.store.last_change}"

    def of_one_state(self, answer: Callable[[], T]) -> T:
        """The answer, of which no part is of another state of the index than the others; it is asked again where the
        index has moved on meanwhile."""
        for _ in range(_ASKED_AGAIN):
            state = self.state
            found = answer()
            if self.state == state:
                break
        return found

    @property
    def names(self) -> Names:
        """The names of people that were found to be another's, as they are decided on now."""
        known = self.store.known
        if self._names is None or self._names.known is not known:
            self._names = Names(known)
        return self._names

    def meant(self, query: Query) -> Query:
        """The question with everybody whom it asks for by a name that was found to be another's form."""
        return self.names.meant(query)

    def facet(self, query: Query, field: str, *, size: int, prefix: str) -> Facet:
        """One facet of the query; where its values are people, those with another name that begins so, too. Raises
        what `Engine.facet` raises, and Unavailable."""
        also = self.names.beginning(prefix) if prefix and field in NAMED else ()
        return self.answering.facet(query, field, size=size, prefix=prefix, also=also)

    @property
    def surnames(self) -> Mapping[str, Sequence[str]]:
        """The surnames that stay as they are in some articles, as nothing tells whose they are, with their bearers."""
        return self.store.known.surnames

    def copies(self, id_: str) -> tuple[str, list[Document]]:
        """The id of an article's story, and its near-copies, the oldest first and those without a date last."""
        members = self.store.story(id_)
        others = self.store.get(member for member in members if member != id_)
        dated = [others[member] for member in members if member in others]
        return members[0], sorted(dated, key=lambda other: (not other.article.published.at, other.article.published.at))

    @property
    def behind(self) -> int:
        """Documents in the store that cannot be found yet."""
        return self.store.behind(self.engine.position)

    def faults(self) -> Iterator[str]:
        """What is wrong with the store, with the index, and between the two."""
        yield from self.store.faults()
        yield from self.engine.faults()
        if not self.engine.generation:
            if len(self.store):
                yield f"no generation of the index is usable: none of {len(self.store):,} articles can be found"
            return
        position, found = self.engine.position, set(self.engine.ids())
        stored = self.store.ids(position)
        missing = stored - found - self.store.renamed(position)
        gone = found - stored
        if gone:  # those that came anew since are stored under a later number
            gone -= self.store.ids(NEWEST)
        for ids, text in ((missing, "stored and cannot be found"), (gone, "found and not stored")):
            for id_ in sorted(ids)[:_TOLD]:
                yield f"article {id_} is {text}"
            if len(ids) > _TOLD:
                yield f"… and {len(ids) - _TOLD:,} more are {text}"
        if not missing and found == stored and self.store.last <= position:  # else what lacks is told already
            yield from self._people_faults()

    def _people_faults(self) -> Iterator[str]:
        """Whom the index and the store have in other numbers of articles, each by the decisions that hold there."""
        stored = self.store.named()
        found = {bucket.value: bucket.count for bucket in self.engine.facet(Query(), "people", size=_EVERY).buckets}
        odd = sorted(name for name in stored.keys() | found.keys() if stored[name] != found.get(name, 0))
        for name in odd[:_TOLD]:
            yield f"{name!r} is named in {stored[name]:,} articles and found in {found.get(name, 0):,}"
        if len(odd) > _TOLD:
            yield f"… and {len(odd) - _TOLD:,} people more are found in other articles than name them"

    def stats(self) -> dict[str, Any]:
        """What the index holds, as numbers."""
        every = Query()
        timeline = self.engine.timeline(every, "year")
        ends = [self.engine.search(replace(every, sort=sort, page_size=1)).hits for sort in ("oldest", "newest")]
        dates = [hits[0].document.article.published.at[:10] if hits else "" for hits in ends]
        fields = {}
        for name in COUNTED:
            facet = self.engine.facet(every, name, size=5)
            top = [{"value": b.value, "label": b.label, "count": b.count} for b in facet.buckets]
            fields[name] = {"distinct": facet.distinct, "missing": facet.missing, "top": top}
        store = [self.store.path, self.store.path.with_name(self.store.path.name + "-wal")]
        whole = {p for p in self.directory.rglob("*") if p.is_file() and p not in store}
        inodes = {(info := path.stat()).st_ino: info.st_size for path in whole}
        return {
            "documents": len(self.store),
            "not_searchable_yet": self.behind,
            "generation": self.engine.generation or None,
            "first_date": dates[0] or None,
            "last_date": dates[1] or None,
            "without_date": timeline.missing,
            "bytes": {"store": sum(p.stat().st_size for p in store if p.exists()), "index": sum(inodes.values())},
            "damaged": self.engine.damaged,
            "fields": fields,
        }

    def watch(self, *, catch_up: bool = True) -> None:
        """Keep up with new generations in a thread, until `close`.

        catch_up: also see to it that what is stored becomes searchable. Of several processes that serve one index,
        one does.
        """
        self._watcher = threading.Thread(target=self._watch, args=(catch_up,), name="watch", daemon=True)
        self._watcher.start()

    def _watch(self, catch_up: bool) -> None:
        looked = time.monotonic() - CATCH_UP_EVERY
        while not self._stopping.is_set():
            try:
                if self.engine.refresh():
                    log.info("serving generation %s", self.engine.generation)
                if catch_up and time.monotonic() - looked >= CATCH_UP_EVERY:
                    looked = time.monotonic()
                    self._catch_up()
            except (SearchsvcError, OSError) as error:
                log.error("the index could not be refreshed: %s", error)
            self._stopping.wait(LOOK_EVERY)
        self.store.close()  # this thread's connection

    def _catch_up(self) -> None:
        """Start a process that makes the rest of the store searchable, if nothing else is writing."""
        if self._catching_up is not None:
            if self._catching_up.poll() is None:
                return
            self._catching_up = None
        if not self.behind and self.engine.position >= self.store.decided:
            return
        try:
            with self.store.writing():
                pass
        except Locked:
            return
        log.info("%d documents of the store are not searchable yet: catching up", self.behind)
        command = [sys.executable, "-m", "searchsvc.cli", "rebuild", "--missing", "--quiet", "--index"]
        self._catching_up = subprocess.Popen(  # noqa: S603 - our own command
            [*command, str(self.directory)], stdin=subprocess.DEVNULL
        )

    def close(self) -> None:
        self._stopping.set()
        if self._watcher is not None:
            self._watcher.join(timeout=5)
        if self._catching_up is not None and self._catching_up.poll() is None:
            self._catching_up.terminate()
            self._catching_up.wait(timeout=10)
        self.engine.close()
        self.store.close()
