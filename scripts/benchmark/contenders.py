"""Who answers? searchsvc's engine and its peers behind one protocol, over the same documents and questions.

The peers get searchsvc's own terms, ready and divided by blanks, so that all must count the same. To time what their
own analysis costs they can be given the text as it stands instead (`raw`).
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from searchsvc import analysis
from searchsvc.article import Article
from searchsvc.document import Document
from searchsvc.expression import And, Everything, Expression, Not, Or, Phrase, Wildcard, Word
from searchsvc.query import Query

#: Stands before each compound behind the words of a text, so that no phrase runs over it.
DIVIDER = "\u00b6"
#: Documents that searchsvc publishes at once, as its indexer does.
PUBLISHED_AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document for a peer. `title` and `text` are terms divided by blanks, or as they stand. `day` is days since
    1970 (of a coarser date the first), `month` months since the year 0; None where there is none."""

    number: int
    document: Document
    title: str
    text: str
    day: int | None
    month: int | None

    def keys(self, name: str) -> tuple[str, ...]:
        """The entities of one kind, each once."""
        return tuple(dict.fromkeys(entity.key for entity in getattr(self.document.entities, name)))


@dataclass(frozen=True)
class Answer:
    """What a contender found: the total, each facet's values and counts, and the count of each month that has one."""

    total: int
    facets: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    months: dict[str, int] = field(default_factory=dict)

    def differs(self, other: Answer) -> str:
        """In what the other answer is another; "" for in nothing. Values of equal count may come in any order."""
        if self.total != other.total:
            return f"total {self.total} and {other.total}"
        for name, values in self.facets.items():
            counts, others = [n for _, n in values], [n for _, n in other.facets[name]]
            if counts != others:
                return f"{name} {counts} and {others}"
            sure = counts[-1] if len(counts) == 10 else 0
            mine, theirs = ({pair for pair in some if pair[1] > sure} for some in (values, other.facets[name]))
            if mine != theirs:
                return f"{name} {sorted(mine ^ theirs)[:2]}"
        if self.months != other.months:
            return "months"
        return ""


class Contender(Protocol):
    """An engine over one directory. `add` and `finish` build; `open` makes ready to be asked.

    `question` turns a query into what `top` and `full` take, outside the clock, as searchsvc's query is parsed
    outside it. `replace` adds documents to a finished index: when it returns they can be found.
    """

    def __init__(self, directory: Path) -> None: ...
    def add(self, documents: Sequence[Prepared]) -> None: ...
    def finish(self) -> None: ...
    def open(self) -> None: ...
    def question(self, query: Query) -> Any: ...
    def top(self, question: Any) -> list[Any]: ...
    def full(self, question: Any) -> Answer: ...
    def replace(self, documents: Sequence[Prepared]) -> None: ...
    def close(self) -> None: ...


def prepared(number: int, document: Document, *, raw: bool = False) -> Prepared:
    """The document as the peers take it, under its number in the corpus."""
    article, at = document.article, document.article.published.at
    day = (date.fromisoformat(f"{at}-01-01"[:10] if len(at) < 10 else at[:10]) - date(1970, 1, 1)).days if at else None
    month = int(at[:4]) * 12 + int(at[5:7]) - 1 if len(at) >= 7 else None
    if raw:
        return Prepared(number, document, article.title, article.text, day, month)
    title, text = (_terms(value, article.language) for value in (article.title, article.text))
    return Prepared(number, document, title, text, day, month)


def _terms(text: str, language: str) -> str:
    """The terms in order; compounds, which share a position with another, behind them."""
    terms: list[str] = []
    compounds: list[str] = []
    before = -1
    for term, _, _, position in analysis.tokens(text, language):
        (terms if position != before else compounds).append(term)
        before = position
    return " ".join([*terms, *(f"{DIVIDER} {term}" for term in compounds)])


def month_label(month: int) -> str:
    """2014-05 of its number of months."""
    return f"{month // 12:04}-{month % 12 + 1:02}"


Built = TypeVar("Built")


@dataclass(frozen=True)
class Plain(Generic[Built]):
    """Builds a peer's query out of searchsvc's expression tree, from the peer's own pieces."""

    term: Callable[[str], Built]
    phrase: Callable[[list[str]], Built]
    prefix: Callable[[str], Built]
    every: Callable[[], Built]
    both: Callable[[list[Built], list[Built]], Built]
    either: Callable[[list[Built]], Built]

    def built(self, node: Expression) -> Built:
        """Raises TypeError for what the questions have not."""
        match node:
            case Everything():
                return self.every()
            case Word(text, None) | Phrase(text, 0, None):
                terms = list(analysis.parts(text))
                return self.term(terms[0]) if len(terms) == 1 else self.phrase(terms)
            case Wildcard(pattern, None):
                return self.prefix(analysis.plain(pattern.rstrip("*")))
            case And(children):
                wanted = [self.built(child) for child in children if not isinstance(child, Not)]
                return self.both(wanted, [self.built(child.child) for child in children if isinstance(child, Not)])
            case Or(children):
                return self.either([self.built(child) for child in children])
        raise TypeError(node)


def years(query: Query) -> tuple[int, int] | None:
    """First and last day that the query's years have, in days since 1970."""
    if query.from_date is None or query.to_date is None:
        return None
    first, last = date(int(query.from_date), 1, 1), date(int(query.to_date), 12, 31)
    return (first - date(1970, 1, 1)).days, (last - date(1970, 1, 1)).days


@cache
def _blank(id_: str) -> Document:
    return Document(id_, Article())


class Ours:
    """searchsvc's embedded engine, by the protocol of its engines alone.

    The hits' documents are blanks: no contender reads stored documents here.
    """

    def __init__(self, directory: Path) -> None:
        from searchsvc.engines import open_engine

        self._engine = open_engine(directory, _blanks)

    def add(self, documents: Sequence[Prepared]) -> None:
        refused = self._engine.publish([p.document for p in documents], documents[-1].number + 1)
        if refused:
            raise RuntimeError(f"refused: {list(refused.items())[:3]}")

    def finish(self) -> None:
        pass

    def open(self) -> None:
        self._engine.refresh()

    def question(self, query: Query) -> Query:
        return query

    def top(self, question: Query) -> list[Any]:
        return [hit.document.id for hit in self._engine.search(question).hits]

    def full(self, question: Query) -> Answer:
        results = self._engine.search(question)
        months = {bucket.value: bucket.count for bucket in results.facets["date"].buckets}
        # A chosen value is listed behind the first ten where it is none of them.
        facets = {
            name: [(bucket.value, bucket.count) for bucket in found.buckets[:10]]
            for name, found in results.facets.items()
            if name != "date"
        }
        return Answer(results.total, facets, months)

    def replace(self, documents: Sequence[Prepared]) -> None:
        self.add(documents)

    def close(self) -> None:
        self._engine.close()


def _blanks(ids: Iterable[str]) -> dict[str, Document]:
    return {id_: _blank(id_) for id_ in ids}


#: Name → the module it is in and its class. Adding a peer: a module with a Contender, and a row here.
CONTENDERS = {
    "searchsvc": ("benchmark.contenders", "Ours"),
    "tantivy": ("benchmark.with_tantivy", "Tantivy"),
    "fts5": ("benchmark.with_fts5", "Fts5"),
    "whoosh": ("benchmark.with_whoosh", "StockWhoosh"),
}
#: The same with an analysis of their own, to time that.
RAW = {
    "tantivy": ("benchmark.with_tantivy", "RawTantivy"),
    "fts5": ("benchmark.with_fts5", "RawFts5"),
}
_NEEDED = {"tantivy": "tantivy"}


def missing(name: str) -> str:
    """What must be installed before this contender can take part; "" for nothing."""
    needed = _NEEDED.get(name, "")
    return needed if needed and importlib.util.find_spec(needed) is None else ""


def contender(name: str, directory: Path, *, raw: bool = False) -> Contender:
    """The contender of that name over a directory, which is there. raw: with its own analysis."""
    module, kind = (RAW if raw else CONTENDERS)[name]
    made: Contender = getattr(importlib.import_module(module), kind)(directory)
    return made
