"""Which questions do these documents raise? Queries of fifteen classes, drawn from the documents by a seed.

What is rare, middling and common is counted over a sample. Each question comes twice, as `top`, the ten best alone,
and as `full`: those, the exact total, the ten first people, countries and organisations, and a count for each month.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from searchsvc import analysis
from searchsvc.document import Document
from searchsvc.query import FacetRequest, Filter, Query

#: Documents that are looked at.
SAMPLE = 3000
FACETS = ("people", "countries", "organisations")
_REQUESTS = (*(FacetRequest(name) for name in FACETS), FacetRequest("date"))
#: The share of documents that a term must be in.
RARE, MIDDLING, COMMON = (0.0, 0.001), (0.008, 0.05), (0.1, 0.7)


@dataclass(frozen=True)
class Question:
    """One question of a class."""

    kind: str
    top: Query

    @property
    def full(self) -> Query:
        return replace(self.top, facets=_REQUESTS)

    def __str__(self) -> str:
        filters = " ".join(f"{name}={value.all[0]}" for name, value in self.top.filters)
        year = f" {self.top.from_date}" if self.top.from_date else ""
        return f"{self.top.q} {filters}{year}".strip()


def _query(q: str, **more: object) -> Query:
    return replace(Query(q=q, page_size=10, highlight=False), **more)  # type: ignore[arg-type]


class Drawing:
    """Draws questions from a sample of the documents."""

    def __init__(self, documents: Sequence[Document], seed: int) -> None:
        self._seed = seed
        self._random = random.Random(seed)  # noqa: S311 - questions, not secrets
        self._documents = documents
        self._texts = [re.findall(r"\w+|[^\w\s]", document.article.text.lower()) for document in documents]
        terms: dict[str, str] = {}
        counts: Counter[str] = Counter()
        for document, text in zip(documents, self._texts, strict=True):
            words = {word for word in (*text, *analysis.words(document.article.title.lower())) if _plain(word)}
            terms.update({word: analysis.term(word) for word in words if word not in terms})
            counts.update({terms[word] for word in words})
        #: Word → the share of documents that its term is in.
        self._share = {word: counts[term] / len(documents) for word, term in sorted(terms.items())}
        written = {term: word for word, term in sorted(terms.items())}  # of words of one term one may be drawn
        shares = [(word, self._share[word]) for word in written.values()]
        once = max(RARE[1], 1.01 / len(documents))
        self._rare = [word for word, share in shares if share <= once]
        self._middling = [word for word, share in shares if MIDDLING[0] <= share <= MIDDLING[1]]
        self._common = [word for word, share in shares if COMMON[0] <= share <= COMMON[1]]
        self._common_pairs = self._counted_pairs(COMMON[0], 1.0, 0.01)
        self._middling_pairs = self._counted_pairs(MIDDLING[0] / 2, COMMON[0], 0.0)

    def questions(self, count: int, use: str) -> list[Question]:
        """`count` different questions of each class, or as many as can be found; class by class in turn.

        For each `use` they are others.
        """
        self._random.seed(f"{self._seed} {use}")
        rows = []
        for kind in KINDS:
            found: dict[str, Question] = {}
            for _ in range(1 if kind == "all documents" else count * 60):
                query = _DRAWN[kind](self)
                if query is not None:
                    question = Question(kind, query)
                    found.setdefault(str(question), question)
                if len(found) == count:
                    break
            rows.append(list(found.values()))
        longest = max(map(len, rows))
        return [row[n] for n in range(longest) for row in rows if n < len(row)]

    def _counted_pairs(self, low: float, high: float, least: float) -> list[tuple[str, str]]:
        """Pairs of words side by side, each word in a share of the documents from low to high, the pair in `least`."""
        pairs: Counter[tuple[str, str]] = Counter()
        for text in self._texts:
            fit = [word if low <= self._share.get(word, 0.0) <= high else "" for word in text]
            pairs.update({pair for pair in pairwise(fit) if pair[0] and pair[1] and pair[0] != pair[1]})
        return sorted(pair for pair, count in pairs.items() if count >= max(least * len(self._documents), 2))

    def _of(self, words: Sequence[str]) -> str:
        return self._random.choice(words) if words else ""

    def _term(self, words: Sequence[str]) -> Query | None:
        word = self._of(words)
        return _query(word) if word else None

    def _of_one(self, count: int) -> Query | None:
        """Different words of one document that are not too rare, by AND."""
        words = self._fit(self._random.choice(self._texts))
        return _query(" ".join(self._random.sample(words, count))) if len(words) >= count else None

    def _either(self, count: int) -> Query | None:
        words = {self._of(self._common), *(self._of(self._middling) for _ in range(count - 1))} - {""}
        return _query(" OR ".join(sorted(words))) if len(words) == count else None

    def _fit(self, text: Sequence[str]) -> list[str]:
        """The different words of a text that are not too rare."""
        return sorted({word for word in text if MIDDLING[0] <= self._share.get(word, 0.0) <= COMMON[1]})

    def _phrase(self, pairs: Sequence[tuple[str, str]]) -> Query | None:
        pair = self._random.choice(pairs) if pairs else None
        return _query(f'"{pair[0]} {pair[1]}"') if pair else None

    def _dated(self) -> Query | None:
        year = self._random.choice(self._documents).article.published.at[:4]
        word = self._of(self._random.choice((self._common, self._middling)))
        return _query(word, from_date=year, to_date=year) if year and word else None

    def _filtered(self, name: str) -> Query | None:
        at = self._random.randrange(len(self._documents))
        entities = getattr(self._documents[at].entities, name)
        words = self._fit(self._texts[at])
        if not entities or not words:
            return None
        # `all` and not `any`: the facet of a field leaves a choice in that field out of account, which no peer does.
        chosen = Filter(all=(self._random.choice(entities).key,))
        return _query(self._random.choice(words), filters=((name, chosen),))

    def _without(self) -> Query | None:
        word, other = self._of(self._common), self._of(self._common + self._middling)
        return _query(f"{word} -{other}") if word and other and word != other else None

    def _prefix(self) -> Query | None:
        """The beginning of a word that its term begins with, too."""
        word = self._of(self._middling + self._rare[:: max(1, len(self._rare) // 2000)])
        term = analysis.term(word) if word else ""
        length = self._random.choice((4, 5, 6))
        return _query(f"{term[:length]}*") if len(term) > length and term.isalpha() else None


def _plain(word: str) -> bool:
    return len(word) >= 2 and word.isascii() and word.isalpha()


_DRAWN: dict[str, Callable[[Drawing], Query | None]] = {
    "rare term": lambda drawing: drawing._term(drawing._rare),
    "middling term": lambda drawing: drawing._term(drawing._middling),
    "common term": lambda drawing: drawing._term(drawing._common),
    "AND of two": lambda drawing: drawing._of_one(2),
    "AND of three": lambda drawing: drawing._of_one(3),
    "OR of two": lambda drawing: drawing._either(2),
    "OR of three": lambda drawing: drawing._either(3),
    "common phrase": lambda drawing: drawing._phrase(drawing._common_pairs),
    "middling phrase": lambda drawing: drawing._phrase(drawing._middling_pairs),
    "term + year": Drawing._dated,
    "term + person": lambda drawing: drawing._filtered("people"),
    "term + country": lambda drawing: drawing._filtered("countries"),
    "term NOT term": Drawing._without,
    "prefix": Drawing._prefix,
    "all documents": lambda drawing: _query(""),
}
#: The classes, in the order of the tables.
KINDS = tuple(_DRAWN)


def batches(documents: Iterable[Document], size: int) -> Iterator[list[Document]]:
    """The documents in lists of `size`, the last one shorter."""
    iterator = iter(documents)
    while batch := list(islice(iterator, size)):
        yield batch
