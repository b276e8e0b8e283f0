"""Answers queries over documents. SOCKET: one package here is one engine.

An engine is derived from the store: it is brought up to date by `publish`, at a number of the store's sequence, and
it may be thrown away and built again at any time. No engine's own query syntax, scores' scale or file names reach
the user, so that all mean the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from searchsvc.document import Document
from searchsvc.query import Query
from searchsvc.results import Facet, Results, Timeline
from searchsvc.stories import NO_CHANGES, Changes

#: Gives the documents of these ids; an id that is gone is left out.
Documents = Callable[[Iterable[str]], dict[str, Document]]


class Engine(Protocol):
    """The verbs. Adding an engine: a package with these, a row in `ENGINES`, and the contract tests run on it."""

    @property
    def position(self) -> int:
        """The number of the last change in the store that the generation now served holds; 0 for none."""
        ...

    @property
    def story_position(self) -> int:
        """The number of the last change of stories that the generation now served holds; 0 for none."""
        ...

    @property
    def generation(self) -> str:
        """The name of the state that answers now."""
        ...

    @property
    def state(self) -> str:
        """Names what answers now among all states of all indexes: what an answer may be remembered under."""
        ...

    @property
    def damaged(self) -> dict[str, str]:
        """States that were found damaged and passed over, with the reason."""
        ...

    def refresh(self) -> bool:
        """Serve the newest state that another process has published; whether there was one."""
        ...

    def search(self, query: Query) -> Results:
        """The answer. Raises BadRequest, CursorGone or Unavailable.

        Where the query counts stories, here and below: articles of one story count once, a hit is the best of its
        story, a bucket counts the stories that have the value in an article found, and a period those of which the
        earliest article found, of those that lie wholly in one period, lies in it.
        """
        ...

    def facet(self, query: Query, field: str, *, size: int, prefix: str = "", also: Sequence[str] = ()) -> Facet:
        """One facet of the query, only the values in which a word begins with `prefix`, and these `also`."""
        ...

    def timeline(self, query: Query, interval: str, *, share: bool = False, split: str | None = None) -> Timeline:
        """Counts over time; `split` gives a series for each of the field's top values."""
        ...

    def publish(self, documents: Sequence[Document], position: int, changes: Changes = NO_CHANGES) -> dict[str, str]:
        """Make these documents searchable, replacing older versions, as one new generation at `position`.

        changes: the stories that have changed since `story_position`; of articles that are still to come, too. The
        default is none, and leaves that position where it is.
        Returns the ids that could not be indexed, with the reason; the others are in.
        """
        ...

    def tidy(self) -> None:
        """Remove what writers that were killed have left behind. For the one who may write."""
        ...

    def rebuilt(self) -> AbstractContextManager[Engine]:
        """An empty engine beside this one, to be filled by `publish`; when the block ends, its state is served here."""
        ...

    def continued(self) -> AbstractContextManager[Engine]:
        """An engine beside this one that holds what this one does, to be brought on by `publish`; when the block ends,
        its state is served here: of many steps none is served before the last."""
        ...

    def ids(self) -> Iterable[str]:
        """The ids of the documents that can be found."""
        ...

    def faults(self) -> Iterable[str]:
        """What is wrong in the files of the generation served, walking all of them."""
        ...

    def close(self) -> None: ...


def _whoosh(directory: Path, documents: Documents) -> Engine:
    from searchsvc.engines.whoosh import WhooshEngine

    return WhooshEngine(directory, documents)


ENGINES: dict[str, Callable[[Path, Documents], Engine]] = {"whoosh": _whoosh}


def open_engine(directory: Path, documents: Documents, name: str = "whoosh") -> Engine:
    """The engine of that name over this index directory, at its newest good state."""
    return ENGINES[name](directory, documents)
