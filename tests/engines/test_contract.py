"""What every engine must answer: hits, order, scores, facets, timelines, as a brute-force reading of the documents.

The oracle knows the documents and `analysis`, and nothing of an index. It is slow and short on purpose.
"""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any

import pytest
from whoosh import query as whoosh_query

from searchsvc import analysis
from searchsvc.document import Document
from searchsvc.engines.whoosh.ranking import COMMON, NAMED, NEAR, WINDOW
from searchsvc.engines.whoosh.terms import K1, POWER, B
from searchsvc.engines.whoosh.writing import open_index
from searchsvc.errors import BadRequest, CursorGone
from searchsvc.fields import COUNTED, FIELDS, INTERVALS
from searchsvc.query import (
    And,
    DateRange,
    Everything,
    Expression,
    FacetRequest,
    Filter,
    Fuzzy,
    Not,
    Or,
    Phrase,
    Query,
    Wildcard,
    Word,
    day_range,
)
from searchsvc.results import Bucket

Made = Callable[..., Document]

VOCABULARY = (
    "river vote Paris talks budget Kenya court rain cease-fire ceasefire peace U.S. election elections café the "
    "elected 1,500 votes riverbank courts O'Brien talk-show"
).split()
PEOPLE = ("John Kerry", "Sergey Lavrov", "Ban Ki-moon", "Jane Roe", "Élodie Duprè")
COUNTRIES = ("SY=Syria", "RU=Russia", "US=United States", "KE=Kenya", "FR=France")
ORGANISATIONS = ("United Nations", "NATO", "Red Cross")
SOURCES = ("", "Wire", "Gazette", "The Herald")
DATES = (
    "", "", "2015", "2016", "2016-02", "2016-03", "2015-11", "2016-02-10", "2016-02-29", "2016-12-31", "2017-01-01",
    "2016-03-05T10:00:00Z", "2016-03-05T09:00:00Z", "2016-03-05", "2016-01-04", "2016-01-03",
)  # fmt: skip


# The oracle


@dataclass
class Corpus:
    """The documents that are live, and statistics as BM25 wants them."""

    documents: dict[str, Document] = field(default_factory=dict)
    #: What was worked out before.
    known: dict[Any, Any] = field(default_factory=dict)

    def once(self, what: str, function: Callable[..., Any], *arguments: Any) -> Any:
        key = (what, *arguments)
        if key not in self.known:
            self.known[key] = function(self, *arguments)
        return self.known[key]

    @cached_property
    def read(self) -> dict[str, dict[str, list[tuple[str, int]]]]:
        """id → field → (term, position) of each token."""
        return {id_: {name: places(document, name) for name in FIELDS} for id_, document in self.documents.items()}

    @cached_property
    def words(self) -> set[str]:
        """Every word as it is written, folded."""
        texts = (text for d in self.documents.values() for name in FIELDS for text in texts_of(d, name))
        return {analysis.plain(word) for text in texts for word in analysis.words(text)}

    @cached_property
    def languages(self) -> list[str]:
        """Those that words may be stemmed by."""
        spoken = {d.article.language for d in self.documents.values()} - {""}
        return list(dict.fromkeys(["en", *(v if v in analysis.STEMMED else "und" for v in spoken)]))

    def terms(self, name: str) -> set[str]:
        return {term for read in self.read.values() for term, _ in read[name]}


def texts_of(document: Document, name: str) -> tuple[str, ...]:
    """The values of a field, each a text of its own."""
    article = document.article
    if name in ("people", "countries", "organisations"):
        return tuple(form for e in getattr(document.entities, name) for form in (e.label, e.key, *e.aliases))
    if name == "date_source":
        return (article.published.source,)
    if name == "said_by":
        return tuple(form for e in document.speakers for form in (e.label, e.key))
    if name == "places":
        return tuple(form for e in document.located for form in (e.label, e.key))
    value = getattr(article, name)
    return (value,) if isinstance(value, str) else value


def places(document: Document, name: str) -> list[tuple[str, int]]:
    found, base = [], 0
    for text in dict.fromkeys(texts_of(document, name)):
        last = 0
        for token in analysis.tokens(text, document.article.language):
            last = token.position
            found.append((token.term, base + token.position))
        base += last + 1000
    return found


def phrase(corpus: Corpus, id_: str, name: str, terms: list[str], slop: int) -> int:
    """How many places of the first term the others follow in order, with at most `slop` positions between in all."""
    return corpus.once("phrase", _phrase, id_, name, tuple(terms), slop)


def _phrase(corpus: Corpus, id_: str, name: str, terms: tuple[str, ...], slop: int) -> int:
    where = defaultdict(set)
    for term, position in corpus.read[id_][name]:
        where[term].add(position)

    def from_here(position: int, rest: tuple[str, ...], left: int) -> bool:
        return not rest or any(
            from_here(p, rest[1:], left - (p - position - 1)) for p in where[rest[0]] if 0 < p - position <= left + 1
        )

    return sum(from_here(position, terms[1:], slop) for position in where[terms[0]])


Way = tuple[tuple[str, ...], frozenset[str]]


def rarity(corpus: Corpus, ways: list[Way], fields: tuple[str, ...]) -> float:
    """Of terms of which any will do; of phrases the sum of their terms', the largest of them."""
    return corpus.once("rarity", _rarity, tuple(ways), fields)


def _rarity(corpus: Corpus, ways: tuple[Way, ...], fields: tuple[str, ...]) -> float:
    every = frozenset(corpus.languages)
    if any(len(way) > 1 for way, _ in ways):
        return max(sum(rarity(corpus, [((term,), every)], fields) for term in way) for way, _ in ways)
    frequency = sum(
        any(phrase(corpus, id_, n, list(way), 0) for way in own(corpus, id_, ways) for n in fields)
        for id_ in corpus.read
    )
    return rarity_of(len(corpus.read), frequency)


def own(corpus: Corpus, id_: str, ways: Iterable[Way]) -> list[tuple[str, ...]]:
    """Those of the ways that say it in the article's own language."""
    language = corpus.documents[id_].article.language or "en"
    return [way for way, spoken in ways if (language if language in analysis.STEMMED else "und") in spoken]


def bm25f(corpus: Corpus, id_: str, ways: list[Way], slop: int, fields: tuple[str, ...]) -> float | None:
    """The worth of a term, or of a phrase, each way another to say the same; None where none of them is there."""
    counts = [{name: phrase(corpus, id_, name, list(way), slop) for name in fields} for way in own(corpus, id_, ways)]
    if not any(any(row.values()) for row in counts):
        return None

    def weight(name: str, count: int) -> float:
        mean = sum(len(read[name]) for read in corpus.read.values()) / len(corpus.read) or 1 / len(corpus.read)
        return FIELDS[name].weight * count / (1 - B + B * len(corpus.read[id_][name]) / mean)

    w = max(sum(weight(name, count) for name, count in row.items()) for row in counts)
    return rarity(corpus, ways, fields) * w * (K1 + 1) / (K1 + w)


def edits(one: str, other: str) -> int:
    """Optimal string alignment: insert, delete, replace, or let two neighbours change places."""
    table = [[i + j if not i * j else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            change = table[i - 1][j - 1] + (one[i - 1] != other[j - 1])
            table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, change)
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[-1][-1]


def globbed(pattern: str, word: str) -> bool:
    if not pattern:
        return not word
    if pattern[0] == "*":
        return globbed(pattern[1:], word) or bool(word and globbed(pattern, word[1:]))
    return bool(word) and pattern[0] in ("?", word[0]) and globbed(pattern[1:], word[1:])


def variants(corpus: Corpus, text: str, compound: bool = False) -> list[Way]:
    """The terms of a text in the languages of the corpus, and its compound if that is asked for."""
    ways: dict[tuple[str, ...], set[str]] = {}
    for language in corpus.languages:
        ways.setdefault(tuple(analysis.term(w, language) for w in analysis.words(text)), set()).add(language)
        whole = analysis.compound(text, language) if compound else None
        if whole:
            ways.setdefault((whole,), set()).add(language)
    return [(way, frozenset(languages)) for way, languages in ways.items()]


def worth(corpus: Corpus, node: Expression, id_: str, fields: tuple[str, ...]) -> float | None:
    """What a leaf is worth in a document, None where it does not match."""
    return corpus.once("worth", _worth, node, id_, fields)


def _worth(corpus: Corpus, node: Expression, id_: str, fields: tuple[str, ...]) -> float | None:
    match node:
        case Word() | Phrase():
            return bm25f(corpus, id_, *sought(corpus, node), (node.field,) if node.field else fields)
        case Wildcard(_, name) | Fuzzy(_, _, name):
            if isinstance(node, Wildcard):
                # As the dictionary has words: o'br* is obr*, and cease-f* the head of the compound ceasefire.
                pattern = "".join(c for c in analysis.fold(node.pattern) if c not in "'’-")
                wanted = [w for w in corpus.words if globbed(pattern, w)]
                as_term = lambda term: globbed(pattern, term)  # noqa: E731
            else:
                text, distance = analysis.plain(node.text), node.distance
                near = lambda word: word[:1] == text[:1] and edits(text, word) <= distance  # noqa: E731
                wanted, as_term = [w for w in corpus.words if near(w)], near
            language = corpus.documents[id_].article.language or "en"
            stems = {analysis.stem(word, language if language in analysis.STEMMED else "und") for word in wanted}
            found = [
                FIELDS[n].weight
                for n in ((name,) if name else fields)
                if any(t in stems or as_term(t) for t, _ in corpus.read[id_][n])
            ]
            return sum(found) if found else None
    raise TypeError(node)


def sought(corpus: Corpus, node: Word | Phrase) -> tuple[list[Way], int]:
    """The ways to say a word or a phrase, and its slop."""
    if isinstance(node, Phrase):
        return variants(corpus, node.text), node.slop
    return variants(corpus, node.text, compound=True), 0


def stands(corpus: Corpus, id_: str, name: str, terms: list[str], slop: int) -> set[int]:
    """Where the last of terms stands that follow in order: of each place of the first one, the nearest."""
    return corpus.once("stands", _stands, id_, name, tuple(terms), slop)


def _stands(corpus: Corpus, id_: str, name: str, terms: tuple[str, ...], slop: int) -> set[int]:
    ends = set()
    where = [sorted(p for t, p in corpus.read[id_][name] if t == term) for term in terms]
    for start in where[0]:
        end: int | None = start
        for places_ in where[1:]:
            end = next((p for p in places_ if end is not None and p > end), None)
        if end is not None and end - start - (len(terms) - 1) <= slop:
            ends.add(end)
    return ends


def placing(corpus: Corpus, leaves: set[Word | Phrase], id_: str, fields: tuple[str, ...]) -> float:
    """What is added for words that stand near each other, and for those in the title."""
    least = rarity_of(len(corpus.read), len(corpus.read) // COMMON)
    near, named, count = 0.0, 0.0, 0
    g = {}
    for leaf in leaves:
        ways, _ = sought(corpus, leaf)
        g[leaf] = rarity(corpus, ways, (leaf.field,) if leaf.field else fields)

    def at(leaf: Word | Phrase, name: str) -> set[int]:
        if name not in ((leaf.field,) if leaf.field else fields):
            return set()
        ways, slop = sought(corpus, leaf)
        return set().union(*(stands(corpus, id_, name, list(way), slop) for way in own(corpus, id_, ways)))

    for name in FIELDS:
        found = [(p, leaf) for leaf in leaves if g[leaf] >= least for p in at(leaf, name)]
        for end, _ in found:
            near = max(near, sum(g[leaf] for leaf in {leaf for p, leaf in found if end - WINDOW < p <= end}))
    for leaf in leaves:
        if at(leaf, "title"):
            named, count = named + g[leaf], count + 1
    length = max(len(corpus.read[id_]["title"]), 1)
    return NEAR * near + NAMED * named * min(1.0, count / length) ** 2


def rarity_of(size: int, frequency: int) -> float:
    return math.log(1 + (size - frequency + 0.5) / (frequency + 0.5)) ** POWER


def matches(corpus: Corpus, node: Expression, id_: str, fields: tuple[str, ...]) -> bool:
    match node:
        case Everything():
            return True
        case DateRange(first, last):
            return dated(corpus.documents[id_], first, last)
        case Not(child):
            return not matches(corpus, child, id_, fields)
        case Or(children):
            return any(matches(corpus, child, id_, fields) for child in children)
        case And(children):
            return all(matches(corpus, child, id_, fields) for child in children)
    return worth(corpus, node, id_, fields) is not None


def score(corpus: Corpus, node: Expression, id_: str, fields: tuple[str, ...]) -> float | None:
    """The document's score, None where it does not match: every leaf that is not excluded counts where it matches."""
    if not matches(corpus, node, id_, fields):
        return None
    leaves = {leaf for leaf in node.leaves() if not isinstance(leaf, Everything | DateRange)}
    words = {
        leaf: (str(sorted((w, sorted(v)) for w, v in sought(corpus, leaf)[0])), sought(corpus, leaf)[1], leaf.field)
        for leaf in leaves
        if isinstance(leaf, Word | Phrase)
    }
    once = {key: leaf for leaf, key in words.items()}  # `vote votes` is one word given twice
    leaves = (leaves - words.keys()) | set(once.values())
    placed = {leaf for leaf in leaves if isinstance(leaf, Word | Phrase)}
    return sum(worth(corpus, leaf, id_, fields) or 0.0 for leaf in leaves) + placing(corpus, placed, id_, fields)


def dated(document: Document, first: str | None, last: str | None) -> bool:
    at = document.article.published.at
    if not at:
        return False
    begins, ends = day_range(at)
    return (first is None or day_range(first)[0] <= begins) and (last is None or ends <= day_range(last)[1])


def values(document: Document, name: str, about: bool = False) -> dict[str, str]:
    """value → label of a counted field."""
    if name in ("people", "countries", "organisations"):
        return {e.key: e.label for e in getattr(document.entities, name) if e.about or not about}
    if name == "said_by":
        return {e.key: e.label for e in document.speakers}
    if name == "places":
        return {e.key: e.label for e in (*document.places, *document.entities.countries)}
    return {text: text for text in texts_of(document, name) if text}


def holds(document: Document, name: str, value: str, about: bool = False) -> bool:
    wanted = analysis.fold(value)
    return any(wanted in (analysis.fold(v), analysis.fold(label)) for v, label in values(document, name, about).items())


def found(corpus: Corpus, query: Query, *, but: str | None = None) -> dict[str, float]:
    """id → score of the documents found; `but` leaves one field's choice out."""
    hits = {}
    for id_, document in corpus.documents.items():
        filters = all(
            (not f.any or name == but or any(holds(document, name, v, query.about) for v in f.any))
            and all(holds(document, name, v, query.about) for v in f.all)
            and not any(holds(document, name, v, query.about) for v in f.none)
            for name, f in query.filters
        )
        when = (query.from_date is None and query.to_date is None) or dated(document, query.from_date, query.to_date)
        if filters and when and (s := score(corpus, query.expression, id_, query.search_in)) is not None:
            hits[id_] = s
    return hits


def instant(document: Document) -> float | None:
    at = document.article.published.at
    if "T" in at:
        return datetime.fromisoformat(at.replace("Z", "+00:00")).timestamp()
    return datetime.combine(day_range(at)[0], datetime.min.time(), UTC).timestamp() if at else None


def facet_oracle(corpus: Corpus, query: Query, name: str, size: int) -> tuple[list[Bucket], int, int, int]:
    """Buckets, distinct, other and missing."""
    under = [corpus.documents[id_] for id_ in found(corpus, query, but=name)]
    about = query.about
    count = Counter(value for document in under for value in values(document, name, about))
    labels = {v: label for d in corpus.documents.values() for v, label in values(d, name, about).items()}
    chosen = [*query.filter(name).any, *query.filter(name).all]
    asked = [
        v for want in chosen for v in labels if analysis.fold(want) in (analysis.fold(v), analysis.fold(labels[v]))
    ]
    listed = sorted(count, key=lambda v: (-count[v], v))[:size]
    listed += [v for v in dict.fromkeys(asked) if v not in listed]
    buckets = [Bucket(v, labels[v], count[v], v in asked) for v in listed]
    everywhere = corpus.documents.values()
    absent = [v for v in dict.fromkeys(chosen) if not any(holds(d, name, v, about) for d in everywhere)]
    buckets += [Bucket(v, v, 0, True) for v in absent]
    missing = sum(not values(document, name, about) for document in under)
    return buckets, len(count), sum(count.values()) - sum(count[v] for v in listed), missing


def period(day: date, interval: str) -> str:
    """The label of the period that a day lies in."""
    year, week, _ = day.isocalendar()
    return {
        "day": f"{day}", "week": f"{year}-W{week:02}", "month": f"{day:%Y-%m}",
        "quarter": f"{day.year}-Q{(day.month + 2) // 3}", "year": f"{day.year}",
    }[interval]  # fmt: skip


def timeline_oracle(documents: list[Document], interval: str) -> tuple[list[tuple[str, str, str, int]], int]:
    """(label, start, end, count) of each period from the first date's to the last's, and how many lie in none."""
    count: Counter[str] = Counter()
    firsts = []
    for document in documents:
        if document.article.published.at:
            first, last = day_range(document.article.published.at)
            firsts.append(first)
            if period(first, interval) == period(last, interval):
                count[period(first, interval)] += 1
    if not firsts:
        return [], len(documents)
    days: dict[str, list[date]] = {}
    day = min(firsts) - timedelta(400)
    while day < max(firsts) + timedelta(400):
        days.setdefault(period(day, interval), []).append(day)
        day += timedelta(1)
    names = list(days)
    wanted = names[names.index(period(min(firsts), interval)) : names.index(period(max(firsts), interval)) + 1]
    rows = [(n, days[n][0].isoformat(), days[n][-1].isoformat(), count[n]) for n in wanted]
    return rows, len(documents) - sum(count.values())


# The worlds


def anchor(made: Made) -> Document:
    """Has every word, so that no word's last article is ever replaced."""
    return made("anchor", " ".join(VOCABULARY), " ".join(VOCABULARY), byline=("Jane Roe", "Al Bo"), at="2016-02-10")


def article(made: Made, chance: random.Random, name: object) -> Document:
    def some(pool: tuple[str, ...], most: int) -> list[str]:
        return chance.sample(pool, chance.randint(0, most))

    joint = chance.choice([" ", ", ", ". "])
    people, countries, organisations = some(PEOPLE, 3), some(COUNTRIES, 3), some(ORGANISATIONS, 2)
    keys = [*people, *organisations, *(country[:2] for country in countries)]
    return made(
        name,
        joint.join(chance.choices(VOCABULARY, k=chance.randint(0, 5))),
        joint.join(chance.choices(VOCABULARY, k=chance.randint(1, 30))),
        at=chance.choice(DATES), people=people, countries=countries, organisations=organisations,
        places=some(COUNTRIES, 2), about=chance.sample(keys, chance.randint(0, len(keys))),
        said_by=chance.sample(people, chance.randint(0, len(people))),
        source=chance.choice(SOURCES), section=chance.choice(["", "World", "Sport"]),
        language=chance.choice(["", "en", "en", "de", "xx"]),
        byline=tuple(some(("Jane Roe", "Al Bo", "Jane Paris"), 2)), tags=tuple(some(("peace", "rain talks"), 2)),
    )  # fmt: skip


@dataclass
class World:
    corpus: Corpus
    engine: Any
    shelf: Any
    chance: random.Random


@pytest.fixture(scope="module", params=["fresh", "aged-1", "aged-2", "aged-3"])
def world(
    request: pytest.FixtureRequest, made: Made, shelf_in: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """fresh: one segment, nothing deleted. aged: many publishes, replaced
    documents, merges. The answers are the same."""
    chance = random.Random(request.param)
    shelf = shelf_in(tmp_path_factory.mktemp("world"))
    corpus = Corpus()
    if request.param == "fresh":
        shelf.publish(anchor(made), *(article(made, chance, n) for n in range(60)))
    else:
        shelf.publish(anchor(made))
        for _ in range(27):
            shelf.publish(*(article(made, chance, chance.randrange(70)) for _ in range(chance.randint(1, 7))))
        snapshot = shelf.engine._opened.snapshot
        assert 1 < len(snapshot.segments) < 27, "some were merged, not all"
        assert snapshot.count < snapshot.size, "some are deleted"
    corpus.documents = shelf.documents
    yield World(corpus, shelf.engine, shelf, chance)
    shelf.engine.close()


def any_tree(chance: random.Random, depth: int = 2) -> Expression:
    name = chance.choice([None, None, None, "title", "text", "byline", "people", "countries", "tags"])
    kind = chance.random()
    if depth and kind < 0.5:
        children = tuple(any_tree(chance, depth - 1) for _ in range(chance.randint(2, 3)))
        return chance.choice([And, Or])(children)
    if depth and kind < 0.65:
        return Not(any_tree(chance, depth - 1))
    kind = chance.random()
    word = chance.choice([*VOCABULARY, "nowhere", "Kerry", "SY"])
    if kind < 0.45:
        return Word(word.rstrip("."), name)
    if kind < 0.7:
        words = chance.choices(VOCABULARY, k=chance.randint(2, 4))
        return Phrase(" ".join(words), chance.choice([0, 0, 1, 2, 5, 30]), name)
    if kind < 0.8:
        return Wildcard(chance.choice(["elec*", "elec*s", "riv?r", "cou*", "caf*", "riverb*k", "cease*", "vot*"]), name)
    if kind < 0.9:
        return Fuzzy(
            chance.choice(["rvier", "electoin", "peac", "votse", "kenia", "courtt"]), chance.randint(1, 2), name
        )
    if kind < 0.97:
        return DateRange(
            chance.choice([None, "2016", "2016-02", "2015-11-01"]), chance.choice([None, "2016", "2016-03-05"])
        )
    return Everything()


def any_filters(chance: random.Random) -> tuple[tuple[str, Filter], ...]:
    pools = {
        "people": (*PEOPLE, "john kerry", "Elodie Dupre", "Nobody"),
        "countries": ("SY", "RU", "Kenya", "fr", "XX"),
        "organisations": ORGANISATIONS,
        "source": (*SOURCES[1:], "wire"),
        "byline": ("Jane Roe",),
        "said_by": (*PEOPLE[:3], "john kerry", "Nobody"),
        "tags": ("rain talks",),
    }
    chosen = []
    for name in FIELDS:
        if name in pools and chance.random() < 0.2:
            pool = pools[name]
            kinds = [tuple(chance.sample(pool, chance.randint(0, min(2, len(pool))))) if chance.random() < p else ()
                     for p in (0.7, 0.2, 0.2)]  # fmt: skip
            if any(kinds):
                chosen.append((name, Filter(*kinds)))
    return tuple(chosen)


def any_query(chance: random.Random) -> Query:
    searched = [("title", "text")] * 4 + [("title",), ("text",), ("byline", "text"), ("title", "text", "byline")]
    return Query(
        q=str(any_tree(chance)) if chance.random() < 0.9 else "",
        match=chance.choice(["all", "all", "any"]),
        search_in=chance.choice(searched),
        filters=any_filters(chance) if chance.random() < 0.6 else (),
        from_date=chance.choice([None, None, None, "2016", "2016-02", "2015-11"]),
        to_date=chance.choice([None, None, None, "2016", "2017", "2016-03-05"]),
        about=chance.random() < 0.3,
        page_size=200,
        highlight=False,
    )


def any_queries(world: World, count: int, seed: str) -> Iterator[Query]:
    chance = random.Random(f"{seed} {len(world.corpus.documents)}")
    while count:
        with suppress(BadRequest):  # over a limit of the language
            yield any_query(chance)
            count -= 1


def check_hits(world: World, query: Query) -> int:
    """The hits of one question against the oracle: which, their scores, their order."""
    results, wanted = world.engine.search(query), found(world.corpus, query)
    got = {hit.document.id: hit.score for hit in results.hits}
    assert got.keys() == wanted.keys(), f"{query.q!r} {query}"
    assert results.total == len(wanted)
    for id_, value in got.items():
        assert value == pytest.approx(wanted[id_], abs=2e-6), f"{query.q!r} {query}"
    assert list(got.values()) == sorted(got.values(), reverse=True)
    return len(wanted)


def test_any_question(world: World) -> None:
    sizes = [check_hits(world, query) for query in any_queries(world, 250, "hits")]
    assert sum(0 < size < len(world.corpus.documents) for size in sizes) > 80, "most questions divide the corpus"


SHAPES = [
    "river", "the", "U.S", "cafe", "CAFÉ", "O'Brien", "obrien", "1,500", "1500", "cease-fire", "ceasefire",
    "talk-show", "talkshow", "nowhere", "river vote", "river OR vote", "river -vote", "-river", "-river -vote",
    "river (vote OR rain) -court", "(river OR vote) -(peace talks)", "(river OR vote) (rain OR vote)",
    "-(river OR -vote)", '"river vote"', '"the river"~3', '"vote vote"', '"vote vote"~4', '"cease fire"',
    '"ceasefire talks"~5', '"U.S. election"~9', "title:river", "text:river", "title:river text:vote", "byline:roe",
    'byline:"jane roe"', 'byline:"roe al"~90', "people:lavrov", "people:elodie", "countries:syria", "countries:sy",
    "organisations:nato", "source:wire", "section:world", "language:en", "tags:rain", 'tags:"peace rain"~90',
    "date_source:archive", "elec*", "election*", "elect*", "riv*", "cou?ts", "river?t*", "vot??",
    "cease-f*", "o'br*", "rvier~", "rivr~2", "kenia~", "elections~1", "title:peac~", "date:2016", "date:2016-02",
    "date:[2016-02 TO *]", "date:[* TO 2016-03-05]", "river date:2016", "river OR date:2015", "-date:2016", "*", "-*",
    "river *",
]  # fmt: skip


@pytest.mark.parametrize("q", SHAPES)
def test_shape(world: World, q: str) -> None:
    check_hits(world, Query(q, page_size=200))
    check_hits(world, Query(q, match="any", page_size=200, search_in=("title", "text", "byline")))


@pytest.fixture
def whooshs_own(world: World) -> Iterator[Any]:
    """Whoosh's own searcher over the same files."""
    ix = open_index(world.engine._generations.root / world.engine.generation)
    yield ix.searcher()
    ix.storage.close_files()


def test_whoosh_finds_the_same(world: World, whooshs_own: Any) -> None:
    compared = 0
    no_rain = whoosh_query.Not(whoosh_query.Term("title", "rain"))
    for name in ("title", "text", "byline", "people"):
        for word in (*VOCABULARY, "Kerry", "Roe"):
            terms = {analysis.term(word, language) for language in world.corpus.languages}
            if len(terms) > 1 or "-" in word:
                continue  # more than one term, which Whoosh knows nothing of
            (term,) = terms
            for ours, theirs in (
                (f"{name}:{word}", whoosh_query.Term(name, term)),
                (f'{name}:"{word} rain"', whoosh_query.Phrase(name, [term, "rain"])),
                (f"{name}:{word} -title:rain", whoosh_query.And([whoosh_query.Term(name, term), no_rain])),
            ):  # fmt: skip
                hits = whooshs_own.search(theirs, limit=None)
                found = {hit.document.id for hit in world.engine.search(Query(ours, page_size=200)).hits}
                assert found == {hit["id"] for hit in hits}, ours
                compared += len(found)
    assert compared > 300


def test_facets(world: World) -> None:
    for query in any_queries(world, 60, "facets"):
        size = world.chance.choice([1, 2, 3, 10])
        query = replace(query, facets=tuple(FacetRequest(name, size) for name in COUNTED), page_size=1)
        results = world.engine.search(query)
        for name in COUNTED:
            got = results.facets[name]
            buckets, distinct, other, missing = facet_oracle(world.corpus, query, name, size)
            assert list(got.buckets) == buckets, f"{name} of {query}"
            assert (got.distinct, got.other, got.missing) == (distinct, other, missing), f"{name} of {query}"
            assert got.exact
            assert got == world.engine.facet(query, name, size=size)


def test_the_count_beside_a_value_is_the_total_after_the_click(world: World) -> None:
    clicks = 0
    for query in any_queries(world, 25, "clicks"):
        for name in ("people", "countries", "source", "byline"):
            for bucket in world.engine.facet(query, name, size=5).buckets:
                clicked = (
                    query.with_filter(name, any=(bucket.value,)) if query.filter(name).any
                    else query.plus(name, bucket.value)
                )  # fmt: skip
                if not bucket.selected or query.filter(name).any:
                    assert world.engine.search(clicked).total == bucket.count, f"{bucket} of {query}"
                    clicks += 1
                without = world.engine.search(query.excluding(name, bucket.value))
                assert without.total == len(found(world.corpus, query.excluding(name, bucket.value)))
    assert clicks > 50


@pytest.mark.parametrize(
    "prefix, people",
    [("j", ["Jane Roe", "John Kerry"]), ("KERR", ["John Kerry"]), ("elod", ["Élodie Duprè"]), ("ki", ["Ban Ki-moon"]),
     ("john k", ["John Kerry"]), ("hn", []), ("zz", [])],
)  # fmt: skip
def test_a_prefix_keeps_the_values_in_which_a_word_begins_so(world: World, prefix: str, people: list[str]) -> None:
    facet = world.engine.facet(Query(), "people", size=10, prefix=prefix)
    assert sorted(bucket.value for bucket in facet.buckets) == people
    assert facet.distinct == len(people)
    for bucket in facet.buckets:
        assert bucket.count == len(found(world.corpus, Query().plus("people", bucket.value)))


@pytest.mark.parametrize("interval", INTERVALS)
def test_timeline(world: World, interval: str) -> None:
    for query in any_queries(world, 12, f"time {interval}"):
        hits = [world.corpus.documents[id_] for id_ in found(world.corpus, query)]
        rows, missing = timeline_oracle(hits, interval)
        timeline = world.engine.timeline(query, interval, share=True, split="people")
        assert [(p.label, p.start, p.end, p.count) for p in timeline.periods] == rows
        assert (timeline.missing, timeline.total, timeline.interval) == (missing, len(hits), interval)
        whole = {
            label: count for label, _, _, count in timeline_oracle([*world.corpus.documents.values()], interval)[0]
        }
        for p in timeline.periods:
            assert p.share == pytest.approx(p.count / whole[p.label] if whole.get(p.label) else 0.0)
        for bucket, counts in timeline.series:
            having = [d for d in hits if bucket.value in values(d, "people", query.about)]
            tally = {label: count for label, _, _, count in timeline_oracle(having, interval)[0]}
            assert list(counts) == [tally.get(label, 0) for label, *_ in rows]
        facet = world.engine.search(replace(query, facets=(FacetRequest("date", interval=interval),))).facets["date"]
        assert [(b.value, b.count) for b in facet.buckets] == [(label, count) for label, _, _, count in rows if count]
        assert facet.missing == missing


def test_a_period_is_what_its_dates_find(world: World) -> None:
    for interval in ("day", "month", "year"):
        for p in world.engine.timeline(Query("river OR vote"), interval).periods:
            if p.count:
                chosen = Query("river OR vote", from_date=p.start, to_date=p.end)
                assert world.engine.search(chosen).total == p.count


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
@pytest.mark.parametrize("q", ["river OR vote", "", "peace -rain"])
def test_pages_and_cursors_give_each_hit_once_in_order(world: World, sort: str, q: str) -> None:
    query = Query(q, sort=sort, page_size=7, highlight=False)
    wanted = found(world.corpus, query)
    paged = []
    for page in range(1, world.engine.search(query).pages + 1):
        paged += world.engine.search(replace(query, page=page)).hits
    assert world.engine.search(replace(query, page=99)).hits == ()
    cursored, cursor = [], "*"
    while cursor:
        results = world.engine.search(replace(query, cursor=cursor))
        assert results.total == len(wanted)
        cursored += results.hits
        cursor = results.next_cursor
    ids = [hit.document.id for hit in paged]
    assert ids == [hit.document.id for hit in cursored]
    assert len(ids) == len(wanted)
    assert set(ids) == set(wanted)
    if sort == "relevance":
        keys = [-wanted[id_] for id_ in ids]
        assert keys == pytest.approx(sorted(keys), abs=1e-9)
    else:
        moments = [instant(world.corpus.documents[id_]) for id_ in ids]
        known = [m for m in moments if m is not None]
        assert moments == known + [None] * (len(moments) - len(known)), "unknown dates come last"
        assert known == sorted(known, reverse=sort == "newest")
        assert all(hit.score is None for hit in paged)


def test_any_total(world: World) -> None:
    told = 0
    for query in any_queries(world, 80, "any"):
        query = replace(query, match="all")
        results = world.engine.search(query)
        if results.total == 0 and results.any_total is not None:
            other = replace(query, match="any")
            assert results.any_total == len(found(world.corpus, other))
            told += results.any_total > 0
    assert world.engine.search(Query("nowhere river")).any_total == world.engine.search(Query("river")).total
    assert world.engine.search(Query("river")).any_total is None


def test_highlights_mark_what_was_sought(world: World) -> None:
    for hit in world.engine.search(Query("river -vote", page_size=50)).hits:
        shown = (*hit.highlights["title"], *hit.highlights["text"])
        assert {s.text[a:b] for s in shown for a, b in s.marks} == {"river"}
        assert any(s.marks for s in shown)


def test_the_index_is_whole(world: World) -> None:
    assert list(world.engine.faults()) == []
    assert world.engine.documents == len(world.corpus.documents)


# Across publishes


def test_a_cursor_goes_on_in_its_own_generation(shelf: Any, made: Made) -> None:
    shelf.publish(*(made(n, "river", "x " * n, at=f"2016-01-{n + 1:02}") for n in range(20)))
    for sort in ("relevance", "newest", "oldest"):
        query = Query("river", sort=sort, page_size=6, cursor="*")
        want = [hit.document.id for hit in shelf.engine.search(replace(query, cursor=None, page_size=200)).hits]
        want = [id_ for id_ in want if id_ in shelf.documents]
        results = shelf.engine.search(query)
        got = [hit.document.id for hit in results.hits]
        shelf.publish(made(f"new {sort}", "river river", at="2016-01-10"))
        while results.next_cursor:
            results = shelf.engine.search(replace(query, cursor=results.next_cursor))
            got += [hit.document.id for hit in results.hits]
        assert got == want


def test_a_cursor_of_a_generation_that_is_gone_is_told(shelf: Any, made: Made) -> None:
    shelf.publish(*(made(n, "river") for n in range(5)))
    query = Query("river", page_size=2, cursor="*")
    cursor = shelf.engine.search(query).next_cursor
    for n in range(2):
        shelf.publish(made(f"new {n}"))
    shelf.engine.search(replace(query, cursor=cursor))
    shelf.publish(made("one more"))
    with pytest.raises(CursorGone):
        shelf.engine.search(replace(query, cursor=cursor))


@pytest.mark.parametrize(
    "cursor",
    ["x", "é", "****", "e30", "W10", "bnVsbA", "eyJnIjoxfQ", "a" * 500,
     # {"q": …} of another question, and numbers that are none
     "eyJnIjoiMDAwMDAxIiwiayI6IjEiLCJkIjoxLCJxIjoiMDAwMDAwMDAwMDAwIn0"],
)  # fmt: skip
def test_a_forged_cursor_is_refused(shelf: Any, made: Made, cursor: str) -> None:
    shelf.publish(*(made(n, "river") for n in range(5)))
    with pytest.raises(BadRequest) as caught:
        shelf.engine.search(Query("river", cursor=cursor))
    assert caught.value.parameter == "cursor"


@pytest.mark.parametrize(
    "key, document", [("nan", 1), ("inf", 10**30), ("-inf", -(10**30)), (None, 1), ("1", 1e400), ("x", 0)]
)
def test_a_cursor_forged_with_care_breaks_nothing(shelf: Any, made: Made, key: object, document: object) -> None:
    import base64
    import json

    shelf.publish(*(made(n, "river") for n in range(5)))
    query = Query("river", page_size=2, cursor="*")
    token = shelf.engine.search(query).next_cursor
    data = json.loads(base64.urlsafe_b64decode(token + "=="))
    forged = base64.urlsafe_b64encode(json.dumps({**data, "k": key, "d": document}).encode()).decode().rstrip("=")
    with suppress(BadRequest):
        assert len(shelf.engine.search(replace(query, cursor=forged)).hits) <= 2


def test_an_empty_engine_answers(shelf: Any) -> None:
    query = Query(
        "river vote", facets=(FacetRequest("people"), FacetRequest("date")), filters=(("people", Filter(("A",))),)
    )
    results = shelf.engine.search(query)
    assert (results.total, results.hits, results.pages) == (0, (), 0)
    assert results.facets["people"].buckets == (Bucket("A", "A", 0, True),)
    assert shelf.engine.facet(query, "people", size=3).distinct == 0
    assert shelf.engine.timeline(query, "month").periods == ()
    assert list(shelf.engine.faults()) == []
    assert (shelf.engine.position, shelf.engine.generation) == (0, "")


def test_dates_at_the_ends_of_the_calendar(shelf: Any, made: Made) -> None:
    shelf.publish(made(1, at="9999-12-31"), made(2, at="9999"))
    for interval in INTERVALS:
        timeline = shelf.engine.timeline(Query(), interval)
        assert timeline.periods[-1].end == "9999-12-31"
        assert sum(p.count for p in timeline.periods) + timeline.missing == 2
    shelf.publish(made(3, at="0001-01-01"), made(4, at="0001"))
    assert len(shelf.engine.timeline(Query(), "year").periods) == 9999
    for interval in ("day", "week", "month", "quarter"):
        with pytest.raises(BadRequest) as caught:
            shelf.engine.timeline(Query(), interval)
        assert caught.value.code == "too_many_periods"


def test_a_wildcard_of_very_many_words_is_cut_and_told(shelf: Any, made: Made) -> None:
    words = [f"abc{chr(97 + n // 26)}{chr(97 + n % 26)}{m}" for n in range(130) for m in range(10)]
    shelf.publish(made(1, "", " ".join(words)), made(2, "", "abcaa0 " * 3))
    results = shelf.engine.search(Query("abc*"))
    assert results.total == 2
    assert [w.code for w in results.warnings] == ["prefix_truncated"]
