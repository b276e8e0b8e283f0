"""A made-up tagger that says what each word is, and what the document pass makes of its answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from searchsvc.entities.tagged import TaggedExtractor
from searchsvc.entities.tagging import LABELS


class Told:
    """A tagger that knows words: `{"Kaz": ("PER", 0.9)}`; one right behind another of its label goes on with it."""

    version = "told"

    def __init__(self, words: Mapping[str, tuple[str, float]]) -> None:
        self.words = words

    def posteriors(self, sentences: Sequence[Sequence[str]]) -> list[NDArray[np.float32]]:
        return [self._of(sentence) for sentence in sentences]

    def _of(self, sentence: Sequence[str]) -> NDArray[np.float32]:
        rows = np.zeros((len(sentence), 1 + 2 * len(LABELS)), np.float32)
        before = ""
        for row, word in zip(rows, sentence, strict=True):
            label, sure = self.words.get(word, ("", 1.0))
            row[0] = 1 - sure if label else 1.0
            if label:
                row[1 + 2 * LABELS.index(label) + (label == before)] = sure
            before = label
        return rows


def read(text: str, *, title: str = "", **labels: str) -> tuple[list[str], list[str], list[str]]:
    """People, codes and bodies, where `PER="Kaz Orlu=0.9"` tells the words of a label, 0.99 sure without a number."""
    words = {}
    for label, row in labels.items():
        for word in row.split():
            name, _, sure = word.partition("=")
            words[name] = (label, float(sure or 0.99))
    found = TaggedExtractor(Told(words)).extract(title, text)
    return (
        [entity.label for entity in found.people],
        [entity.key for entity in found.countries],
        [entity.label for entity in found.organisations],
    )
