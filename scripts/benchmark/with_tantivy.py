"""tantivy, through its Python binding: fast fields and aggregations, one thread each for writing and asking.

Its facet counts are exact where there is one segment, and else where each segment gives as many values as it may.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tantivy

from benchmark.contenders import Answer, Plain, Prepared, month_label, years
from benchmark.questions import FACETS
from searchsvc.query import Query

_HEAP = 512_000_000
#: Values that tantivy lets an aggregation look at.
_MOST_BUCKETS = 65_000
_Q = tantivy.Query
_MUST, _SHOULD, _NOT = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Occur.MustNot


class Tantivy:
    """tantivy over searchsvc's terms."""

    #: How it takes the title and the text.
    tokenizer = "whitespace"

    def __init__(self, directory: Path) -> None:
        self._index = tantivy.Index(self._schema(), str(directory))
        self._schema_of = self._index.schema
        self._writer: Any = None
        self._searcher: Any = None
        self._plain = Plain(self._term, self._phrase, self._prefix, _Q.all_query, _both, _either)

    @classmethod
    def _schema(cls) -> Any:
        builder = tantivy.SchemaBuilder()
        for name in ("title", "text"):
            builder.add_text_field(name, tokenizer_name=cls.tokenizer, index_option="position")
        builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
        for name in (*FACETS, "source", "section"):
            builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
        builder.add_unsigned_field("number", fast=True)
        builder.add_unsigned_field("month", fast=True)
        builder.add_integer_field("day", fast=True, indexed=True)
        return builder.build()

    def add(self, documents: Sequence[Prepared]) -> None:
        if self._writer is None:
            self._writer = self._index.writer(_HEAP, 1)
        for given in documents:
            article = given.document.article
            made = tantivy.Document()
            made.add_text("title", given.title)
            made.add_text("text", given.text)
            made.add_text("id", given.document.id)
            for name in FACETS:
                for key in given.keys(name):
                    made.add_text(name, key)
            if article.source:
                made.add_text("source", article.source)
            if article.section:
                made.add_text("section", article.section)
            made.add_unsigned("number", given.number)
            if given.month is not None:
                made.add_unsigned("month", given.month)
            if given.day is not None:
                made.add_integer("day", given.day)
            self._writer.add_document(made)

    def finish(self) -> None:
        self._writer.commit()
        self._writer.wait_merging_threads()
        self._writer = None

    def open(self) -> None:
        self._index.reload()
        self._searcher = self._index.searcher()
        # Of one segment the first ten are exact as they come.
        more = {} if self._searcher.num_segments == 1 else {"segment_size": _MOST_BUCKETS}
        self._counts: dict[str, Any] = {name: {"terms": {"field": name, "size": 10, **more}} for name in FACETS}
        # A histogram of width one takes twice as long.
        self._counts["month"] = {"terms": {"field": "month", "size": _MOST_BUCKETS}}

    def question(self, query: Query) -> Any:
        built = self._plain.built(query.expression)
        must = [_Q.term_query(self._schema_of, name, key) for name, chosen in query.filters for key in chosen.all]
        if (days := years(query)) is not None:
            must.append(_Q.range_query(self._schema_of, "day", tantivy.FieldType.Integer, *days))
        return _both([built, *(_Q.const_score_query(one, 0.0) for one in must)], []) if must else built

    def top(self, question: Any) -> list[Any]:
        hits = self._searcher.search(question, 10, count=False).hits
        return self._numbers(hits)

    def full(self, question: Any) -> Answer:
        found = self._searcher.search(question, 10, count=True)
        self._numbers(found.hits)
        return self._counted(question, found.count)

    def hits(self, question: Any) -> tuple[Answer, list[tuple[str, float]]]:
        """The same as `full`, and ids and scores of the ten best."""
        found = self._searcher.search(question, 10, count=True)
        best = [(self._searcher.doc(address).get_first("id"), score) for score, address in found.hits]
        return self._counted(question, found.count), best

    def _counted(self, question: Any, total: int) -> Answer:
        counted = self._searcher.aggregate(question, self._counts)
        facets = {name: [(b["key"], b["doc_count"]) for b in counted[name]["buckets"]] for name in FACETS}
        months = {month_label(int(b["key"])): b["doc_count"] for b in counted["month"]["buckets"]}
        return Answer(total, facets, months)

    def _numbers(self, hits: list[Any]) -> list[Any]:
        return list(self._searcher.fast_field_values("number", [address for _, address in hits]))

    def replace(self, documents: Sequence[Prepared]) -> None:
        if self._writer is None:  # it stays, as in a service
            self._writer = self._index.writer(_HEAP // 8, 1)
        for given in documents:
            self._writer.delete_documents("id", given.document.id)
        self.add(documents)
        self._writer.commit()
        self.open()

    def close(self) -> None:
        self._searcher = self._writer = None

    def _fields(self, of: Any) -> Any:
        return _Q.boolean_query([(_SHOULD, _Q.boost_query(of("title"), 2.0)), (_SHOULD, of("text"))])

    def _term(self, term: str) -> Any:
        return self._fields(lambda name: _Q.term_query(self._schema_of, name, term))

    def _phrase(self, terms: list[str]) -> Any:
        return self._fields(lambda name: _Q.phrase_query(self._schema_of, name, list(terms)))

    def _prefix(self, prefix: str) -> Any:
        return self._fields(lambda name: _Q.regex_query(self._schema_of, name, prefix + ".*"))


class RawTantivy(Tantivy):
    """tantivy with an analysis of its own: lower case, English stemmer."""

    tokenizer = "en_stem"


def _both(wanted: list[Any], unwanted: list[Any]) -> Any:
    return _Q.boolean_query([*((_MUST, one) for one in wanted), *((_NOT, one) for one in unwanted)])


def _either(children: list[Any]) -> Any:
    return _Q.boolean_query([(_SHOULD, one) for one in children])
