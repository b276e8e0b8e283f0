"""Plain Whoosh as its manual has it: its codec, its searcher, its grouping. For small archives only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whoosh import analysis, fields, index, query, sorting

from benchmark.contenders import Answer, Plain, Prepared, month_label, years
from benchmark.questions import FACETS
from searchsvc.query import Query


@dataclass(frozen=True)
class _Asked:
    query: Any
    filter: Any


class StockWhoosh:
    """Whoosh over searchsvc's terms."""

    def __init__(self, directory: Path) -> None:
        self._directory = str(directory)
        if index.exists_in(self._directory):
            self._ix = index.open_dir(self._directory)
        else:
            terms = analysis.SpaceSeparatedTokenizer()
            self._ix = index.create_in(
                self._directory,
                fields.Schema(
                    id=fields.ID(stored=True, unique=True),
                    title=fields.TEXT(analyzer=terms, field_boost=2.0),
                    text=fields.TEXT(analyzer=terms),
                    day=fields.NUMERIC(int, signed=True, sortable=True),
                    month=fields.NUMERIC(int, sortable=True),
                    source=fields.ID(),
                    section=fields.ID(),
                    **{name: fields.KEYWORD(commas=True) for name in FACETS},
                ),
            )
        self._writer: Any = None
        self._searcher: Any = None
        self._plain = Plain(_term, _phrase, _prefix, query.Every, _both, query.Or)

    def add(self, documents: Sequence[Prepared]) -> None:
        if self._writer is None:
            self._writer = self._ix.writer(limitmb=512)
        for given in documents:
            values = {name: ",".join(given.keys(name)) for name in FACETS}
            more = {"day": given.day, "month": given.month}
            self._writer.add_document(
                id=given.document.id,
                title=given.title,
                text=given.text,
                source=given.document.article.source,
                section=given.document.article.section,
                **values,
                **{name: value for name, value in more.items() if value is not None},
            )

    def finish(self) -> None:
        self._writer.commit()
        self._writer = None

    def open(self) -> None:
        if self._searcher is not None:
            self._searcher.close()
        self._ix = self._ix.refresh()
        self._searcher = self._ix.searcher()

    def question(self, query_: Query) -> _Asked:
        must = [query.Term(name, key) for name, chosen in query_.filters for key in chosen.all]
        if (days := years(query_)) is not None:
            must.append(query.NumericRange("day", *days))
        return _Asked(self._plain.built(query_.expression), query.And(must) if must else None)

    def top(self, question: _Asked) -> list[Any]:
        found = self._searcher.search(question.query, limit=10, filter=question.filter)
        return [hit["id"] for hit in found]

    def full(self, question: _Asked) -> Answer:
        grouped = {name: sorting.FieldFacet(name, allow_overlap=True, maptype=sorting.Count) for name in FACETS}
        grouped["month"] = sorting.FieldFacet("month", maptype=sorting.Count)
        found = self._searcher.search(question.query, limit=10, filter=question.filter, groupedby=grouped)
        for hit in found:
            hit["id"]
        facets = {}
        for name in FACETS:
            counts = [(key, n) for key, n in found.groups(name).items() if key is not None]
            facets[name] = sorted(counts, key=lambda pair: -pair[1])[:10]
        months = {month_label(int(key)): n for key, n in found.groups("month").items() if key}
        return Answer(len(found), facets, months)

    def replace(self, documents: Sequence[Prepared]) -> None:
        self._writer = self._ix.writer()
        for given in documents:
            self._writer.delete_by_term("id", given.document.id)
        self.add(documents)
        self.finish()
        self.open()

    def close(self) -> None:
        if self._searcher is not None:
            self._searcher.close()
        self._ix.close()


def _fields(of: Any) -> Any:
    return query.Or([of("title"), of("text")])


def _term(term: str) -> Any:
    return _fields(lambda name: query.Term(name, term))


def _phrase(terms: list[str]) -> Any:
    return _fields(lambda name: query.Phrase(name, terms))


def _prefix(prefix: str) -> Any:
    return _fields(lambda name: query.Prefix(name, prefix))


def _both(wanted: list[Any], unwanted: list[Any]) -> Any:
    return query.And([*wanted, *map(query.Not, unwanted)])
