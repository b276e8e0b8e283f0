"""Are the answers exact at any size? `--documents 1000000` compares a million, in some minutes of two cores.

The oracle reads the articles one by one and holds one at a time. What it must know of all of them, how many have a
word and how long they are, it counts in a first reading; in a second it scores them and counts their values.
"""

from __future__ import annotations

import heapq
import multiprocessing
import os
import pickle
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from engines.oracle import (
    Corpus,
    Way,
    globbed,
    own,
    passes,
    period,
    places,
    rarity_of,
    score,
    sought,
    texts_of,
    values,
)

from searchsvc import analysis
from searchsvc.document import Document
from searchsvc.engines.whoosh import WhooshEngine
from searchsvc.engines.whoosh.ranking import FIRST
from searchsvc.expression import And, Expression, Not, Or, Phrase, Wildcard, Word, day_range
from searchsvc.fields import ENTITIES, FIELDS
from searchsvc.query import Query
from searchsvc.results import Results

SCRIPTS = Path(__file__).parents[2] / "scripts"
SEED = 5
#: So many are looked at again for where the words stand in them.
PAGE = FIRST
# What is the same for every article.
_OF_ALL = {"rarity", "variants", "meant"}
Term = tuple[tuple[Way, ...], tuple[str, ...]]


@dataclass
class Wanted:
    """What of the articles matters to the questions."""

    terms: set[str] = field(default_factory=set)
    patterns: set[str] = field(default_factory=set)
    #: Those whose rarity is asked for: the ways to say it, and the fields.
    rarities: set[Term] = field(default_factory=set)

    @classmethod
    def of(cls, asked: list[Query]) -> Wanted:
        made, corpus = cls(), Corpus()
        every = frozenset(corpus.languages)
        for query in asked:
            for leaf in leaves(query.expression):
                if isinstance(leaf, Wildcard):
                    made.patterns.add(leaf.pattern)
                elif isinstance(leaf, Word | Phrase):
                    ways, _ = sought(corpus, leaf)
                    parts = [(((term,), every),) for way, _ in ways for term in way]
                    single = all(len(way) == 1 for way, _ in ways)
                    made.terms.update(term for way, _ in ways for term in way)
                    made.rarities.update((one, query.search_in) for one in ([tuple(ways)] if single else parts))
        return made

    def matters(self, term: str) -> bool:
        """Whether a term is one of them, or may be the stem of a word that a pattern stands for."""
        return term in self.terms or any(term[:1] == pattern[:1] for pattern in self.patterns)

    def sees(self, word: str) -> bool:
        return any(globbed(pattern, word) for pattern in self.patterns)


def leaves(node: Expression) -> Iterator[Expression]:
    """Those that are excluded too."""
    match node:
        case And(children) | Or(children):
            for child in children:
                yield from leaves(child)
        case Not(child):
            yield from leaves(child)
        case _:
            yield node


@dataclass
class Sums:
    """What is known of all articles once they are read."""

    size: int = 0
    lengths: Counter[str] = field(default_factory=Counter)
    having: Counter[Term] = field(default_factory=Counter)
    words: set[str] = field(default_factory=set)

    def add(self, other: Sums) -> None:
        self.size += other.size
        self.lengths += other.lengths
        self.having += other.having
        self.words |= other.words


class One(Corpus):
    """One article, with what is known of all."""

    def __init__(self, row: Row, sums: Sums, known: dict[Any, Any]) -> None:
        document = row.document
        super().__init__({document.id: document})
        self._of_all = known
        self.read = {document.id: row.read}
        self.words, self.languages = sums.words, ["en"]
        self._lengths, self._sums = row.lengths, sums

    def once(self, what: str, function: Callable[..., Any], *arguments: Any) -> Any:
        if what not in _OF_ALL:
            return super().once(what, function, *arguments)
        key = (what, *arguments)
        if key not in self._of_all:
            self._of_all[key] = function(self, *arguments)
        return self._of_all[key]

    @property
    def size(self) -> int:
        return self._sums.size

    def length(self, id_: str, name: str) -> int:
        return self._lengths[name]

    def mean_length(self, name: str) -> float:
        return self._sums.lengths[name] / self._sums.size


@dataclass
class Row:
    """An article without its text, and where the words stand in it that matter."""

    document: Document
    read: dict[str, list[tuple[str, int]]]
    lengths: dict[str, int]


def read(size: int, first: int, last: int, wanted: Wanted, path: Path) -> Sums:
    """The first reading: some of the articles, their rows written to a file."""
    from benchmark.news import News

    sums = Sums()
    matters: dict[str, bool] = {}
    written: set[str] = set()
    corpus = Corpus()
    corpus.languages = ["en"]
    with path.open("wb") as file:
        for document in News(size, SEED).documents(first, last):
            corpus.documents = {document.id: document}
            kept: dict[str, list[tuple[str, int]]] = {}
            lengths = {}
            for name in Query().search_in:
                tokens = places(document, name)
                lengths[name] = len(tokens)
                for term, _ in tokens:
                    if term not in matters:
                        matters[term] = wanted.matters(term)
                kept[name] = [token for token in tokens if matters[token[0]]]
            if wanted.patterns:
                written.update(*(text.split() for name in FIELDS for text in texts_of(document, name)))
            article = replace(document.article, text="", title="")
            row = Row(replace(document, article=article), {name: kept.get(name, []) for name in FIELDS}, lengths)
            pickle.dump(row, file, pickle.HIGHEST_PROTOCOL)
            sums.size += 1
            sums.lengths.update(lengths)
            having = {name: {term for term, _ in tokens} for name, tokens in kept.items()}
            for ways, fields in wanted.rarities:
                said = own(corpus, document.id, ways)
                sums.having[ways, fields] += any(way[0] in having[name] for way in said for name in fields)
    words = {analysis.plain(word) for piece in written for word in analysis.words(piece)}
    sums.words = {word for word in words if wanted.sees(word)}
    return sums


def rows(path: Path) -> Iterator[Row]:
    with path.open("rb") as file:
        while True:
            try:
                yield pickle.load(file)  # written above
            except EOFError:
                return


@dataclass
class Answer:
    """What is found for one question."""

    total: int = 0
    #: The largest scores before it is looked where the words stand.
    best: list[float] = field(default_factory=list)
    #: Of the hits that the engine gave, that score and the whole one.
    scores: dict[str, tuple[float, float]] = field(default_factory=dict)
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    missing: Counter[str] = field(default_factory=Counter)

    def add(self, other: Answer) -> None:
        self.total += other.total
        self.best = heapq.nlargest(PAGE, [*self.best, *other.best])
        self.scores |= other.scores
        for name, counts in other.counts.items():
            self.counts.setdefault(name, Counter()).update(counts)
        self.missing += other.missing


def answered(path: Path, asked: list[Query], given: list[set[str]], sums: Sums) -> list[Answer]:
    """The second reading: every question about the articles of a file. given: the hits whose scores are wanted."""
    known = {("rarity", ways, fields): rarity_of(sums.size, having) for (ways, fields), having in sums.having.items()}
    answers = [Answer() for _ in asked]
    for row in rows(path):
        document = row.document
        one = One(row, sums, known)
        for query, hits, answer in zip(asked, given, answers, strict=True):
            if not passes(document, query):
                continue
            found = score(one, query.expression, document.id, query.search_in, placed=False)
            if found is None:
                continue
            answer.total += 1
            if document.id in hits:
                whole = score(one, query.expression, document.id, query.search_in)
                assert whole is not None
                answer.scores[document.id] = found, whole
            if len(answer.best) < PAGE:
                heapq.heappush(answer.best, found)
            else:
                heapq.heappushpop(answer.best, found)
            for name in ENTITIES:
                some = values(document, name)
                answer.counts.setdefault(name, Counter()).update(some.keys())
                answer.missing[name] += not some
            first, last = day_range(document.article.published.at) if document.article.published.at else (None, None)
            if first and last and period(first, "month") == period(last, "month"):
                answer.counts.setdefault("date", Counter())[period(first, "month")] += 1
            else:
                answer.missing["date"] += 1
    return answers


@pytest.fixture(scope="module")
def compared(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[list[tuple[Query, Results, Answer]]]:
    size = request.config.getoption("--documents")
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.syspath_prepend(SCRIPTS)
    from benchmark.news import News
    from benchmark.questions import Drawing

    folder = tmp_path_factory.mktemp("million")
    sample = list(News(size, SEED).documents(0, 1500))
    (folder / "index").mkdir()
    engine = WhooshEngine(
        folder / "index", lambda ids: {id_: replace(sample[0], id=id_) for id_ in ids}
    )  # only what is found matters, not what it says
    step = min(max(size // 6, 1), 50_000)
    for first in range(0, size, step):
        assert not engine.publish(list(News(size, SEED).documents(first, min(first + step, size))), first + step)
    asked = [question.full for question in Drawing(sample, 3).questions(2, "million")]
    given = [engine.search(replace(query, page_size=PAGE)) for query in asked]
    hits = [{hit.document.id for hit in results.hits} for results in given]
    engine.close()

    wanted = Wanted.of(asked)
    parts = os.cpu_count() or 1 if size > 20_000 else 1
    cuts = [size * n // parts for n in range(parts + 1)]
    paths = [folder / f"rows-{n}" for n in range(parts)]
    pool = multiprocessing.get_context("fork").Pool(parts) if parts > 1 else None
    map_ = pool.starmap if pool else lambda function, some: [function(*one) for one in some]
    sums = Sums()
    for some in map_(read, [(size, cuts[n], cuts[n + 1], wanted, paths[n]) for n in range(parts)]):
        sums.add(some)
    answers = [Answer() for _ in asked]
    for part in map_(answered, [(path, asked, hits, sums) for path in paths]):
        for answer, more in zip(answers, part, strict=True):
            answer.add(more)
    if pool:
        pool.terminate()
    for path in paths:
        path.unlink()
    assert sums.size == size
    yield list(zip(asked, given, answers, strict=True))
    monkeypatch.undo()


def test_hits_scores_and_order(compared: list[tuple[Query, Results, Answer]]) -> None:
    several = 0
    for query, results, answer in compared:
        assert results.total == answer.total, query.q
        before, whole = zip(*(answer.scores[hit.document.id] for hit in results.hits), strict=True)
        assert sorted(before, reverse=True) == pytest.approx(sorted(answer.best, reverse=True), rel=1e-6, abs=2e-6), (
            query.q
        )
        scores = [hit.score for hit in results.hits]
        assert scores == pytest.approx(whole, rel=1e-6, abs=2e-6), query.q
        assert scores == sorted(scores, reverse=True), query.q
        several += answer.total > PAGE
    assert several > len(compared) // 4, "as many are found as are looked at again, and more"


def test_facets_and_months(compared: list[tuple[Query, Results, Answer]]) -> None:
    for query, results, answer in compared:
        for name in ENTITIES:
            facet, counts = results.facets[name], answer.counts.get(name, Counter())
            # A value that is chosen is told though it is not among the most frequent.
            listed = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:10]
            assert [(b.value, b.count) for b in facet.buckets][: len(listed)] == listed, f"{name} of {query}"
            assert all(b.count == counts[b.value] for b in facet.buckets), f"{name} of {query}"
            assert facet.missing == answer.missing[name], f"{name} of {query}"
            assert facet.distinct in (len(counts), None), f"{name} of {query}"
            assert facet.other == counts.total() - sum(b.count for b in facet.buckets), f"{name} of {query}"
        months = results.facets["date"]
        assert {b.value: b.count for b in months.buckets} == answer.counts.get("date", Counter()), f"{query}"
        assert months.missing == answer.missing["date"], f"{query}"
