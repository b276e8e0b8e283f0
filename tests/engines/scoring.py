"""How relevant is each document to these words? By the definition, word for word: what an engine must equal."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from searchsvc.analysis import Token

K1, B, RARITY, WINDOW, NEAR, NAMED = 1.5, 0.75, 1.5, 30, 1.25, 1.0
#: A word in more than one document of so many has no part in near.
COMMON = 2
WEIGHTS = {"title": 3.0, "text": 1.0, "byline": 1.0}

#: A word sought: the different ways to write it, each as the terms that stand side by side.
Variants = Sequence[tuple[str, ...]]


def positions(tokens: Sequence[Token], variants: Variants) -> set[int]:
    """Where a word stands in a field, by the position of its last term."""
    places: dict[str, set[int]] = {}
    for token in tokens:
        places.setdefault(token.term, set()).add(token.position)
    last = {(v, p) for v in variants for p in places.get(v[-1], ())}
    return {p for v, p in last if all(p - back in places.get(t, ()) for back, t in enumerate(reversed(v)))}


def scores(
    documents: Sequence[Mapping[str, Sequence[Token]]], sought: Sequence[Variants], fields: Sequence[str]
) -> list[tuple[float, float]]:
    """For each document its BM25F and what is added for words that stand near each other and for its title.

    Terms side by side are as rare as they are together, each by itself.
    """
    lengths = [{f: len(d.get(f, ())) for f in fields} for d in documents]
    means = {f: sum(length[f] for length in lengths) / len(documents) or 1.0 for f in fields}
    found = [[{f: positions(d.get(f, ()), v) for f in fields} for v in sought] for d in documents]

    def rare(df: int) -> float:
        return math.log(1 + (len(documents) - df + 0.5) / (df + 0.5)) ** RARITY

    def rarity_of(variants: Variants) -> float:
        if all(len(variant) == 1 for variant in variants):
            return rare(sum(any(positions(d.get(f, ()), variants) for f in fields) for d in documents))
        return max(sum(rarity_of([(term,)]) for term in variant) for variant in variants)

    rarity = [rarity_of(variants) for variants in sought]
    least = rare(len(documents) // COMMON)
    result = []
    for length, words in zip(lengths, found, strict=True):
        norm = {f: 1 - B + B * length[f] / means[f] for f in fields}
        weights = [sum(WEIGHTS[f] * len(word[f]) / norm[f] for f in fields) for word in words]
        bm25f = sum(g * w * (K1 + 1) / (K1 + w) for g, w in zip(rarity, weights, strict=True))
        telling = [(g, word) for g, word in zip(rarity, words, strict=True) if g >= least]
        ends = [(f, end) for _, word in telling for f in fields for end in word[f]]
        near = max(
            (sum(g for g, word in telling if any(0 <= e - p < WINDOW for p in word[f])) for f, e in ends), default=0
        )
        titled = [g for g, word in zip(rarity, words, strict=True) if word.get("title")]
        named = sum(titled) * min(1.0, len(titled) / length["title"]) ** 2 if titled else 0.0
        result.append((bm25f, NEAR * near + NAMED * named))
    return result
