"""Do the right articles come first? Questions with known answers, put to the engine and to its peers.

Two sets are looked for under the data folder (their READMEs say where they come from):

- `time`: questions that people wrote, as sentences, with the articles judged relevant; in the narrower and in the
  wider judgement. The set is printed in capitals: here it is in lower case.
- `news-allsides`: known items. An article is drawn, and the question is three or six words of one of its sentences
  (in their order; of four letters or more, and middling: in 0.3 to 8 % of the articles), or its title with 30 % of the
  words left out. The one right answer is the article.

Every system gets the same articles and the same words, and gives its first 100. `any` finds articles with any of the
words, `all` those with all of them. Measured, each with a 95 % interval from resampling the questions: nDCG@10, mean
average precision, mean reciprocal rank, recall at 100; and how far ours is ahead of a peer in nDCG@10, from resampling
the pairs. Times are wall time of one process.
"""

from __future__ import annotations

import gzip
import importlib
import json
import math
import random
import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import numpy.typing as npt
import orjson

from searchsvc.analysis import fold, words
from searchsvc.article import Article, Location
from searchsvc.document import Document, Entities, make_document
from searchsvc.engines import open_engine
from searchsvc.query import Query

TIME, KNOWN = "time", "news-allsides"
#: Articles among which known items are sought, questions of a kind, and answers looked at.
ARTICLES, ASKED, DEPTH = 9_400, 300, 100
#: A middling word is in this share of the articles, and has this many letters.
RARE, COMMON, LETTERS = 0.003, 0.08, 4
#: The share of a title's words that is asked for.
KEPT = 0.7
METRICS = ("ndcg@10", "map", "mrr", "recall@100")
OURS, OURS_ALL = "searchsvc, any", "searchsvc, all"
RESAMPLES = 2_000

_SENTENCE_ENDS = re.compile(r"(?<=[.!?])[\"”’')]*\s+|\n+")

Found = list[int]
#: Gives the numbers of the articles found for these words, the best first.
Search = Callable[[Sequence[str]], Found]
System = Callable[[Sequence[Article]], AbstractContextManager[dict[str, Search]]]


@dataclass(frozen=True, slots=True)
class Question:
    """Words, and the numbers of the articles that are right."""

    words: tuple[str, ...]
    relevant: frozenset[int]


@dataclass(frozen=True, slots=True)
class Collection:
    """Articles, numbered from 0, and the questions of each kind about them."""

    articles: list[Article]
    kinds: dict[str, list[Question]]


def judged(folder: Path) -> Collection:
    """The set `time`."""
    articles: list[Article] = []
    numbers: dict[str, int] = {}
    for line in _lines(folder / "docs.jsonl.gz"):
        numbers[str(line["id"])] = len(articles)
        articles.append(_article(str(line["id"]), "", line["text"]))
    queries = map(orjson.loads, (folder / "queries.jsonl").read_bytes().splitlines())
    asked = {str(query["id"]): query["text"].lower() for query in queries}
    kinds = {}
    for kind, name in (("judged", "qrels.txt"), ("judged, wider", "qrels-all.txt")):
        relevant: dict[str, set[int]] = {}
        for judgement in (folder / name).read_text("utf-8").splitlines():
            question, _, article, _ = judgement.split()
            relevant.setdefault(question, set()).add(numbers[article])
        kinds[kind] = [Question(tuple(words(asked[id_])), frozenset(right)) for id_, right in relevant.items()]
    return Collection(articles, kinds)


def known_items(folder: Path, *, articles: int = ARTICLES, asked: int = ASKED, seed: int = 1) -> Collection:
    """Known items of the set `news-allsides`, the same for the same seed."""
    paths = sorted(folder.glob("articles-*.jsonl.gz"))
    lines = (line for path in paths for line in _lines(path))
    chosen = [
        _article(line["id"], line["title"], line["text"]) for line, _ in zip(lines, range(articles), strict=False)
    ]
    frequency = Counter(word for article in chosen for word in {fold(w) for w in words(_whole(article))})

    def middling(word: str) -> bool:
        return word.isalpha() and len(word) >= LETTERS and RARE <= frequency[fold(word)] / max(len(chosen), 1) <= COMMON

    def from_sentence(article: Article, count: int, rng: random.Random) -> list[str]:
        sentences = _SENTENCE_ENDS.split(article.text)
        rng.shuffle(sentences)
        for sentence in sentences:
            if len(some := list(dict.fromkeys(filter(middling, words(sentence))))) >= count:
                return _some(some, count, rng)
        return []

    def from_title(article: Article, rng: random.Random) -> list[str]:
        title = words(article.title)
        return _some(title, round(KEPT * len(title)), rng) if len(title) >= 5 else []

    draws: dict[str, Callable[[Article, random.Random], list[str]]] = {
        "three words": lambda article, rng: from_sentence(article, 3, rng),
        "six words": lambda article, rng: from_sentence(article, 6, rng),
        "title": from_title,
    }
    kinds: dict[str, list[Question]] = {}
    for kind, draw in draws.items():
        rng = random.Random(f"{kind}/{seed}")  # noqa: S311
        kinds[kind] = []
        for number in rng.sample(range(len(chosen)), len(chosen)):
            if len(kinds[kind]) == asked:
                break
            if question := draw(chosen[number], rng):
                kinds[kind].append(Question(tuple(question), frozenset({number})))
    return Collection(chosen, kinds)


def _some(all_: Sequence[str], count: int, rng: random.Random) -> list[str]:
    # In lower case: a capital OR or NOT would be an operator to some.
    return [all_[place].lower() for place in sorted(rng.sample(range(len(all_)), count))]


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rb") as file:
        yield from map(orjson.loads, file)


def _article(id_: str, title: str, text: str) -> Article:
    return Article(title=title, text=text, language="en", archive_id=id_, location=Location("articles.jsonl", 0, 1))


def _whole(article: Article) -> str:
    return f"{article.title}\n{article.text}"


@contextmanager
def ours(articles: Sequence[Article]) -> Iterator[dict[str, Search]]:
    """This project's engine, without entities."""
    documents: dict[str, Document] = {}
    numbers: dict[str, int] = {}
    for number, article in enumerate(articles):
        document = make_document(article, Entities(), "none")
        documents[document.id], numbers[document.id] = document, number
    with tempfile.TemporaryDirectory(prefix="ranking-") as folder:
        engine = open_engine(Path(folder), lambda wanted: {id_: documents[id_] for id_ in wanted if id_ in documents})
        waiting = list(documents.values())
        for start in range(0, len(waiting), 2_000):
            engine.publish(waiting[start : start + 2_000], start + 1)

        def search(match: str) -> Search:
            def found(question: Sequence[str]) -> Found:
                query = Query(" ".join(question), match=match, page_size=DEPTH, highlight=False)
                return [numbers[hit.document.id] for hit in engine.search(query).hits]

            return found

        try:
            yield {OURS: search("any"), OURS_ALL: search("all")}
        finally:
            engine.close()


@contextmanager
def _whoosh(articles: Sequence[Article]) -> Iterator[dict[str, Search]]:
    """Whoosh as it comes: its stemming analyzer, its parser with OR, its BM25F over title and text."""
    fields, analysis, index, qparser = (
        importlib.import_module(f"whoosh.{name}") for name in ("fields", "analysis", "index", "qparser")
    )
    text = fields.TEXT(analyzer=analysis.StemmingAnalyzer())
    schema = fields.Schema(number=fields.STORED, title=text, text=text)
    with tempfile.TemporaryDirectory(prefix="ranking-") as folder:
        whole = index.create_in(folder, schema)
        writer = whole.writer(limitmb=256)
        for number, article in enumerate(articles):
            writer.add_document(number=number, title=article.title, text=article.text)
        writer.commit()
        parser = qparser.MultifieldParser(["title", "text"], schema, group=qparser.OrGroup)
        with whole.searcher() as searcher:
            yield {
                "Whoosh": lambda question: [
                    hit["number"] for hit in searcher.search(parser.parse(" ".join(question)), limit=DEPTH)
                ]
            }


@contextmanager
def _fts5(articles: Sequence[Article]) -> Iterator[dict[str, Search]]:
    """SQLite's FTS5 with its Porter stemmer; the title weighs as much as the text, or more."""
    sqlite3 = importlib.import_module("sqlite3")
    database = sqlite3.connect(":memory:")
    try:
        try:
            database.execute("CREATE VIRTUAL TABLE article USING fts5(title, text, tokenize='porter unicode61')")
        except sqlite3.OperationalError as error:
            raise ImportError("SQLite is built without FTS5") from error
        database.executemany(
            "INSERT INTO article (rowid, title, text) VALUES (?, ?, ?)",
            ((number, article.title, article.text) for number, article in enumerate(articles)),
        )

        def search(weight: float) -> Search:
            def found(question: Sequence[str]) -> Found:
                match = " OR ".join(f'"{word}"' for word in question)
                rows = database.execute(
                    "SELECT rowid FROM article WHERE article MATCH ? ORDER BY bm25(article, ?, 1.0) LIMIT ?",
                    (match, weight, DEPTH),
                )
                return [row[0] for row in rows]

            return found

        yield {f"SQLite FTS5, title × {weight}": search(weight) for weight in (1, 4, 10)}
    finally:
        database.close()


@contextmanager
def _tantivy(articles: Sequence[Article]) -> Iterator[dict[str, Search]]:
    """tantivy with its English stemmer, which adds up the fields: the title weighs as much as the text, or less."""
    tantivy = importlib.import_module("tantivy")
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("number", stored=True)
    for name in ("title", "text"):
        builder.add_text_field(name, tokenizer_name="en_stem")
    index = tantivy.Index(builder.build())
    writer = index.writer(heap_size=128_000_000, num_threads=1)
    for number, article in enumerate(articles):
        writer.add_document(tantivy.Document(number=number, title=article.title, text=article.text))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def search(weight: float) -> Search:
        def found(question: Sequence[str]) -> Found:
            parsed = index.parse_query(
                " ".join(f'"{word}"' for word in question), ["title", "text"], field_boosts={"title": weight}
            )
            return [searcher.doc(address)["number"][0] for _, address in searcher.search(parsed, DEPTH).hits]

        return found

    yield {f"tantivy, title × {weight}": search(weight) for weight in (0.25, 0.5, 1.0)}


@contextmanager
def _bm25s(articles: Sequence[Article]) -> Iterator[dict[str, Search]]:
    """bm25s (Lucene's BM25) over title and text as one text, with the Snowball stemmer and its stop list."""
    bm25s = importlib.import_module("bm25s")
    stemmer = importlib.import_module("Stemmer").Stemmer("english")
    retriever = bm25s.BM25()
    corpus = bm25s.tokenize([_whole(article) for article in articles], stemmer=stemmer, show_progress=False)
    retriever.index(corpus, show_progress=False)

    def found(question: Sequence[str]) -> Found:
        asked = bm25s.tokenize([" ".join(question)], stemmer=stemmer, show_progress=False, return_ids=False)
        numbers, scores = retriever.retrieve(asked, k=min(DEPTH, len(articles)), show_progress=False)
        return [int(number) for number, score in zip(numbers[0], scores[0], strict=True) if score > 0]

    yield {"bm25s": found}


#: Raises ImportError where the peer is not installed.
SYSTEMS: dict[str, System] = {"searchsvc": ours, "Whoosh": _whoosh, "FTS5": _fts5, "tantivy": _tantivy, "bm25s": _bm25s}


def evaluate(
    data: Path,
    out: TextIO,
    *,
    as_json: bool = False,
    only: Iterable[str] | None = None,
    articles: int = ARTICLES,
    asked: int = ASKED,
    seed: int = 1,
) -> dict[str, Any]:
    """Measure the systems on the sets under `data`; see `searchsvc.evaluation.evaluate`."""
    collections = {}
    if (data / TIME).is_dir():
        collections[TIME] = judged(data / TIME)
    if (data / KNOWN).is_dir():
        collections[KNOWN] = known_items(data / KNOWN, articles=articles, asked=asked, seed=seed)
    if not collections:
        raise FileNotFoundError(f"neither {TIME} nor {KNOWN} is in {data}")
    report: dict[str, Any] = {"sets": {}, "not_installed": []}
    for name, collection in collections.items():
        taken: dict[str, dict[str, tuple[Scores, float]]] = {kind: {} for kind in collection.kinds}
        for system in SYSTEMS if only is None else only:
            try:
                with SYSTEMS[system](collection.articles) as searches:
                    for kind, questions in collection.kinds.items():
                        for label, search in searches.items():
                            taken[kind][label] = measured(questions, search)
            except ImportError:
                report["not_installed"] += [] if system in report["not_installed"] else [system]
        report["sets"][name] = {
            "articles": len(collection.articles),
            "kinds": {
                kind: {"questions": len(questions), "systems": _summaries(taken[kind])}
                for kind, questions in collection.kinds.items()
            },
        }
    out.write(json.dumps(report, indent=2) + "\n" if as_json else printed(report))
    return report


Scores = npt.NDArray[np.float64]


def measured(questions: Sequence[Question], search: Search) -> tuple[Scores, float]:
    """(questions, `METRICS`) and the milliseconds that a question took on average."""
    began = time.perf_counter()
    found = [search(question.words) for question in questions]
    ms = 1_000 * (time.perf_counter() - began) / max(len(questions), 1)
    rows = [metrics(ranked, question.relevant) for ranked, question in zip(found, questions, strict=True)]
    return np.array(rows, np.float64).reshape(len(questions), len(METRICS)), ms


def metrics(ranked: Sequence[int], relevant: frozenset[int]) -> tuple[float, float, float, float]:
    """`METRICS` of one answer with binary relevance (Järvelin and Kekäläinen's gain, discounted by log2(1 + rank))."""
    ranks = [rank for rank, number in enumerate(ranked[:DEPTH], 1) if number in relevant]
    gain = sum(1 / math.log2(1 + rank) for rank in ranks if rank <= 10)
    ideal = sum(1 / math.log2(1 + rank) for rank in range(1, min(10, len(relevant)) + 1))
    precision = sum(count / rank for count, rank in enumerate(ranks, 1)) / len(relevant)
    return gain / ideal, precision, 1 / ranks[0] if ranks else 0.0, len(ranks) / len(relevant)


def _summaries(taken: dict[str, tuple[Scores, float]]) -> dict[str, dict[str, Any]]:
    """Means with their intervals; `behind` is how far a system is behind ours in nDCG@10."""
    ours = taken[OURS][0] if OURS in taken else None
    summaries: dict[str, dict[str, Any]] = {}
    for label, (scores, ms) in taken.items():
        values = dict(zip(METRICS, scores.T, strict=True)) if len(scores) else {}
        if values and ours is not None and label != OURS:
            values["behind"] = ours[:, 0] - scores[:, 0]
        summaries[label] = {n: {"mean": float(v.mean()), "interval": interval(v)} for n, v in values.items()}
        summaries[label]["ms"] = ms
    return summaries


def interval(values: Scores) -> tuple[float, float]:
    """The 95 % interval of the mean by the bootstrap's percentiles, the same for the same values."""
    rng = np.random.default_rng(0)
    means = values[rng.integers(0, len(values), (RESAMPLES, len(values)))].mean(axis=1)
    low, high = np.percentile(means, (2.5, 97.5))
    return float(low), float(high)


def printed(report: dict[str, Any]) -> str:
    """The report as tables, a system a line."""
    lines: list[str] = []
    for name, found in report["sets"].items():
        for kind, measured_ in found["kinds"].items():
            lines += [f"{name}, {kind}: {measured_['questions']:,} questions, {found['articles']:,} articles", ""]
            head = ("system", *METRICS, "ours ahead by", "ms")
            rows = [
                (
                    label,
                    *(_with_interval(summary[metric]) if metric in summary else "" for metric in METRICS),
                    _with_interval(summary["behind"], "+.3f") if "behind" in summary else "",
                    f"{summary['ms']:.1f}",
                )
                for label, summary in measured_["systems"].items()
            ]
            widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
            for row in (head, tuple("-" * width for width in widths), *rows):
                lines.append("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
            lines.append("")
    lines += [f"not installed, so not measured: {name}" for name in report["not_installed"]]
    return "\n".join(lines).rstrip("\n") + "\n"


def _with_interval(value: dict[str, Any], form: str = ".3f") -> str:
    low, high = value["interval"]
    return f"{value['mean']:{form}} ({low:{form}} to {high:{form}})"
