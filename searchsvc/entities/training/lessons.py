"""Here are teachers, the corpus and texts in the public domain: give me what a student is to learn.

What teachers think of a word is the mean of their posteriors. On the corpus, where we know, it is mixed with what is
marked there. Names of the corpus are exchanged for one another, and so are the names that the teachers find in the
public texts, which are short of those of Africa, Asia and Latin America.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from searchsvc.entities.tagging import LABELS
from searchsvc.entities.training.corpus import Article
from searchsvc.entities.training.examples import TAGS, Example, Names, examples, windows
from searchsvc.entities.training.student import Lesson
from searchsvc.entities.training.teacher import Teacher, opinions, posteriors

Log = Callable[[str], None]

#: How much of the target is what the corpus says; the rest is the teachers'.
MARKED = 0.6


def of_texts(teachers: Sequence[Teacher], sentences: Sequence[Sequence[str]]) -> list[Lesson]:
    """The teachers' mean posteriors on each sentence."""
    totals: list[NDArray[np.float32]] = []
    for teacher in teachers:
        found = [posteriors(logits) for logits in opinions(teacher, sentences)]
        totals = [a + b for a, b in zip(totals, found, strict=True)] if totals else found
    return [
        Lesson(words, (total / len(teachers)).astype(np.float16))
        for words, total in zip(sentences, totals, strict=True)
        if len(words)
    ]


def of_corpus(teachers: Sequence[Teacher], articles: Iterable[Article], longest: int) -> list[Lesson]:
    """Sentences of the corpus, judged in windows of that many words, and what is marked in them."""
    parts: list[list[Example]] = []
    joined: list[Example] = []
    for article in articles:
        found = [part for line in article.lines for part in examples(line)]
        joined += windows(found, longest)
        parts.append(found)
    judged = of_texts(teachers, [window.words for window in joined])
    flat = np.concatenate([lesson.opinion for lesson in judged])
    out, at = [], 0
    for part in (part for found in parts for part in found):
        opinion = flat[at : at + len(part.words)].astype(np.float32)
        at += len(part.words)
        marked = np.eye(len(TAGS), dtype=np.float32)[list(part.tags)]
        out.append(Lesson(part.words, (MARKED * marked + (1 - MARKED) * opinion).astype(np.float16)))
    return out


def exchanged(lessons: Sequence[Lesson], names: Names, chance: random.Random, share: float) -> list[list[str]]:
    """Sentences of the lessons with names of the corpus in place of those that the teachers are sure of.

    Only sentences in which something was exchanged; the teachers are to judge them anew.
    """
    out = []
    for lesson in lessons:
        tags = lesson.opinion.argmax(1)
        words: list[str] = []
        i, changed = 0, False
        while i < len(tags):
            tag, end = int(tags[i]), i + 1
            while end < len(tags) and tag and tags[end] == tag + 1:
                end += 1
            label = LABELS[(tag - 1) // 2] if tag % 2 else ""
            new: list[str] | None = None
            if label in ("PER", "LOC", "ORG") and lesson.opinion[i:end].max(1).min() > 0.8 and chance.random() < share:
                new = names.like(list(lesson.words[i:end]), label, chance, lesson.words[i - 1] if i else "")
            changed |= new is not None
            words += lesson.words[i:end] if new is None else new
            i = end
        if changed:
            out.append(words)
    return out
