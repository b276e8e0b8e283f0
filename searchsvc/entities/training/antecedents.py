"""Here are articles of which it is known who speaks: give me the weights that tell whom `he` and `the driver` mean.

Examples are the reports by a pronoun or a noun, and the speech without a report, of the articles that may be read: who
might be meant, what speaks for each, and who it was. The weights are those of a log-linear model, drawn towards
`PRIOR`, which says what each feature means where few examples tell. What candidates there are depends a little on the
weights (who acted in the sentence before), so the examples are made twice. No chance is in it: the same articles give
the same table.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from searchsvc.entities.quotes import reports
from searchsvc.entities.quotes.antecedents import Features, best
from searchsvc.entities.training.speech import Article

TABLE = Path(__file__).parents[1] / "lexicons" / "antecedents.tsv"
#: How strongly weights are drawn towards PRIOR. By cross-validation: three times more or less changes little.
_DRAW = 0.003
_STEPS, _RATE, _FOLDS = 200, 0.05, 10
PRIOR: Mapping[str, float] = {
    "back named": 0.3,
    "back object": 0.2,
    "back spoke": 0.5,
    "back subject": 0.5,
    "headline": 0.5,
    "voice back": 0.5,
    "voice last": 2.0,
    "here acting": 1.5,
    "here beside": -0.5,
    "here first": 2.0,
    "here later": 1.0,
    "known": 1.5,
    "last named": 0.7,
    "last object": 0.3,
    "last spoke": 0.7,
    "last subject": 1.0,
    "likely": 1.0,
    "next in turn": 0.5,
    "nobody": -1.0,
    "nobody back": 0.5,
    "nobody last": 1.0,
    "noun aged": 4.0,
    "noun ahead": -1.5,
    "noun alike": 2.5,
    "noun back named": 0.3,
    "noun back object": 0.2,
    "noun back spoke": 0.4,
    "noun back subject": 0.4,
    "noun by age": 1.5,
    "noun called": 4.0,
    "noun called alone": 1.5,
    "noun called more": 0.7,
    "noun coming": 1.5,
    "noun far": -0.3,
    "noun headline": 0.3,
    "noun here first": 0.3,
    "noun just before": -1.5,
    "noun kin": 1.5,
    "noun known": 1.0,
    "noun last named": 0.7,
    "noun last object": 0.4,
    "noun last spoke": 0.3,
    "noun last subject": 0.8,
    "noun likely": 0.6,
    "noun next in turn": 1.0,
    "noun no relative": -1.5,
    "noun again": 1.0,
    "noun again another": -1.0,
    "noun again kin": 0.5,
    "noun compatriot": 1.5,
    "noun deed": 1.0,
    "noun heard adds": 1.5,
    "noun heard answers": -1.0,
    "noun heard asked": -1.0,
    "heard adds": 1.5,
    "heard answers": -1.0,
    "heard asked": -1.0,
    "noun nobody aged": -1.0,
    "noun nobody back": 0.3,
    "noun nobody human": 0.0,
    "noun nobody kin": 1.2,
    "noun nobody last": 0.5,
    "noun nobody office": 1.5,
    "noun of another age": -1.5,
    "noun of that age": 1.5,
    "noun often": 0.5,
    "noun otherwise": -1.0,
    "noun owned": 1.0,
    "noun paragraphs": -0.2,
    "noun stem": 1.2,
    "noun telling": -0.3,
    "noun told": 0.5,
    "noun unknown": 0.2,
    "noun unlikely": -0.5,
    "often": 0.5,
    "paragraphs": -0.5,
    "telling": 0.5,
    "unknown": 0.3,
    "unlikely": -1.0,
    "after acts": 0.5,
    "after acts behind": 1.0,
    "turn acts behind": 1.5,
    "after alternates": 0.5,
    "after back asked": 0.5,
    "after back object": 0.2,
    "after back named": 0.5,
    "after back spoke": 0.7,
    "after back subject": 0.7,
    "after body": -1.0,
    "after honoured": -2.0,
    "after last asked": 4.0,
    "after last asks": -1.0,
    "after last asks opens": -1.0,
    "after last requests": 1.5,
    "after last requests opens": -1.0,
    "after last named": 0.7,
    "after last object": 0.3,
    "after last spoke": 0.7,
    "after last subject": 1.5,
    "after last unknown": 0.5,
    "after named before": 0.3,
    "after named in it": -2.0,
    "after nobody": -0.5,
    "after often": 0.5,
    "after reporter": -1.5,
    "after same": 0.3,
    "turn alternates": 2.0,
    "turn alternates on": 1.0,
    "turn back spoke": 1.0,
    "turn back subject": 0.3,
    "turn body": -1.0,
    "turn honoured": -2.0,
    "turn last asked": 1.0,
    "turn last told": 1.0,
    "turn last object": 0.3,
    "turn named before": 1.0,
    "turn named in it": -2.0,
    "turn nobody": -0.5,
    "turn often": 0.3,
    "turn same": 1.0,
    "turn same asked": -3.0,
    "turn same asks": -1.5,
    "turn same answered": -1.0,
    "turn same bare": -1.0,
    "turn same goes on": 1.0,
    "turn same speech": 1.0,
    "turn same short": -0.5,
}
_HEAD = (
    "# What speaks for somebody's being meant by `he` or `she`, or (noun) by `the driver`, and how much.\n"
    "# Learnt from the marked articles: scripts/train antecedents.\n"
)


@dataclass(frozen=True, slots=True)
class Example:
    """One report: who may be meant by number, with features, and which it is; `fold` is of its article."""

    candidates: Sequence[tuple[int, Features]]
    right: int
    fold: int


def examples(articles: Iterable[Article], table: Mapping[str, float]) -> list[Example]:
    """The reports of the articles whose speaker is among those who may be meant, read with these weights."""
    found: list[Example] = []
    for article in articles:
        keys = [e.key for e in (*article.entities.people, *article.entities.organisations)]
        meant = {run.start: run.by for run in article.runs if not run.in_title}
        fold = int(hashlib.sha256(article.title.encode()).hexdigest(), 16) % _FOLDS
        for start, candidates in reports(article.text, article.entities, table):
            by = meant.get(start)
            right = -1 if by == "?" else keys.index(by) if by in keys else -2
            if len(candidates) > 1 and any(ref == right for ref, _ in candidates):
                found.append(Example(candidates, right, fold))
    return found


def learn(found: Sequence[Example]) -> dict[str, float]:
    """Feature to weight, by gradient descent (Adam) on the log-likelihood."""
    names = sorted({n for e in found for _, features in e.candidates for n in features} | set(PRIOR))
    at = {name: i for i, name in enumerate(names)}
    first = np.cumsum([0, *(len(e.candidates) for e in found[:-1])])
    size = np.array([len(e.candidates) for e in found])
    table = np.zeros((int(size.sum()), len(names)))
    right = np.zeros(len(found), dtype=np.int64)
    row = 0
    for i, example in enumerate(found):
        for ref, features in example.candidates:
            for name, value in features.items():
                table[row, at[name]] = value
            if ref == example.right:
                right[i] = row
            row += 1
    prior = np.array([PRIOR.get(name, 0.0) for name in names])
    weights, told = prior.copy(), table[right].sum(0)
    mean, square = np.zeros_like(prior), np.zeros_like(prior)
    for step in range(1, _STEPS + 1):
        score = table @ weights
        share = np.exp(score - np.repeat(np.maximum.reduceat(score, first), size))
        share /= np.repeat(np.add.reduceat(share, first), size)
        slope = (share @ table - told) / len(found) + _DRAW * (weights - prior)
        mean, square = 0.9 * mean + 0.1 * slope, 0.99 * square + 0.01 * slope * slope
        weights = weights - _RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
    return {name: round(float(weight), 2) for name, weight in zip(names, weights, strict=True)}


def right(found: Sequence[Example], table: Mapping[str, float]) -> int:
    """In how many of the examples the right one is chosen."""
    return sum(best(example.candidates, table) == example.right for example in found)


def crossed(found: Sequence[Example]) -> float:
    """The share of examples decided rightly by weights learnt from the other articles."""
    hits = 0
    for fold in range(_FOLDS):
        hits += right([e for e in found if e.fold == fold], learn([e for e in found if e.fold != fold]))
    return hits / max(len(found), 1)


def train(articles: Sequence[Article], path: Path = TABLE) -> tuple[int, float]:
    """Write the table; how many examples there were, and what share is right in cross-validation."""
    table: Mapping[str, float] = PRIOR
    found: list[Example] = []
    for _ in range(2):
        found = examples(articles, table)
        table = learn(found)
    rows = "".join(f"{name}\t{weight:.2f}\n" for name, weight in table.items())
    path.write_text(_HEAD + rows, encoding="utf-8")
    return len(found), crossed(found)
