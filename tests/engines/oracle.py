"""What is the answer? By a reading of all documents, one by one: hits, scores, facets, timelines.

Knows the documents and `analysis`, and nothing of an index. Slow and short on purpose.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any

from searchsvc import analysis
from searchsvc.document import Document
from searchsvc.engines.whoosh.ranking import COMMON, NAMED, NEAR, WINDOW
from searchsvc.engines.whoosh.terms import K1, POWER, B
from searchsvc.expression import (
    And,
    DateRange,
    Everything,
    Expression,
    Fuzzy,
    Not,
    Or,
    Phrase,
    Wildcard,
    Word,
    day_range,
)
from searchsvc.fields import FIELDS
from searchsvc.query import Query
from searchsvc.results import Bucket


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

    @property
    def size(self) -> int:
        return len(self.documents)

    def length(self, id_: str, name: str) -> int:
        return len(self.read[id_][name])

    def mean_length(self, name: str) -> float:
        return self.once("mean", lambda _, name: sum(self.length(id_, name) for id_ in self.read) / self.size, name)

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
    where = corpus.once("where", _where, id_, name)
    if not all(term in where for term in terms):
        return 0

    def from_here(position: int, rest: tuple[str, ...], left: int) -> bool:
        return not rest or any(
            from_here(p, rest[1:], left - (p - position - 1)) for p in where[rest[0]] if 0 < p - position <= left + 1
        )

    return sum(from_here(position, terms[1:], slop) for position in where[terms[0]])


def _where(corpus: Corpus, id_: str, name: str) -> dict[str, set[int]]:
    where: dict[str, set[int]] = {}
    for term, position in corpus.read[id_][name]:
        where.setdefault(term, set()).add(position)
    return where


Way = tuple[tuple[str, ...], frozenset[str]]


def rarity(corpus: Corpus, ways: list[Way], fields: tuple[str, ...]) -> float:
    """Of terms of which any will do; of phrases the sum of their words', each in whichever form it has in a language;
    of phrases of more words and of fewer the largest."""
    return corpus.once("rarity", _rarity, tuple(ways), fields)


def _rarity(corpus: Corpus, ways: tuple[Way, ...], fields: tuple[str, ...]) -> float:
    if any(len(way) > 1 for way, _ in ways):
        return max(
            sum(
                rarity(corpus, [((way[at],), spoken) for way, spoken in ways if len(way) == length], fields)
                for at in range(length)
            )
            for length in {len(way) for way, _ in ways}
        )
    frequency = sum(
        any(phrase(corpus, id_, n, list(way), 0) for way in own(corpus, id_, ways) for n in fields)
        for id_ in corpus.read
    )
    return rarity_of(corpus.size, frequency)


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
        mean = corpus.mean_length(name) or 1 / corpus.size
        return FIELDS[name].weight * count / (1 - B + B * corpus.length(id_, name) / mean)

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
    return corpus.once("variants", _variants, text, compound)


def _variants(corpus: Corpus, text: str, compound: bool) -> list[Way]:
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
            wanted, as_term = corpus.once("meant", _meant, node)
            language = corpus.documents[id_].article.language or "en"
            stems = {analysis.stem(word, language if language in analysis.STEMMED else "und") for word in wanted}
            found = [
                FIELDS[n].weight
                for n in ((name,) if name else fields)
                if any(t in stems or as_term(t) for t, _ in corpus.read[id_][n])
            ]
            return sum(found) if found else None
    raise TypeError(node)


def _meant(corpus: Corpus, node: Wildcard | Fuzzy) -> tuple[list[str], Callable[[str], bool]]:
    """The words that a wildcard or fuzzy word stands for, and whether a term is one of them."""
    if isinstance(node, Wildcard):
        # As the dictionary has words: o'br* is obr*, and cease-f* the head of the compound ceasefire.
        pattern = "".join(c for c in analysis.fold(node.pattern) if c not in "'’-")
        return [w for w in corpus.words if globbed(pattern, w)], lambda term: globbed(pattern, term)
    text, distance = analysis.plain(node.text), node.distance
    near = lambda word: word[:1] == text[:1] and edits(text, word) <= distance  # noqa: E731
    return [w for w in corpus.words if near(w)], near


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
    least = rarity_of(corpus.size, corpus.size // COMMON)
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
    length = max(corpus.length(id_, "title"), 1)
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


def score(corpus: Corpus, node: Expression, id_: str, fields: tuple[str, ...], *, placed: bool = True) -> float | None:
    """The document's score, None where it does not match: every leaf that is not excluded counts where it matches.

    placed: with what is added for where the words stand.
    """
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
    found = sum(worth(corpus, leaf, id_, fields) or 0.0 for leaf in leaves)
    words_ = {leaf for leaf in leaves if isinstance(leaf, Word | Phrase)}
    return found + placing(corpus, words_, id_, fields) if placed else found


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
        if passes(document, query, but) and (s := score(corpus, query.expression, id_, query.search_in)) is not None:
            hits[id_] = s
    return hits


def passes(document: Document, query: Query, but: str | None = None) -> bool:
    """Whether the filters and dates let the document through."""
    filters = all(
        (not f.any or name == but or any(holds(document, name, v, query.about) for v in f.any))
        and all(holds(document, name, v, query.about) for v in f.all)
        and not any(holds(document, name, v, query.about) for v in f.none)
        for name, f in query.filters
    )
    when = (query.from_date is None and query.to_date is None) or dated(document, query.from_date, query.to_date)
    return filters and when


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
