"""Here are the paragraphs of an article and its names: give me each in words and sentences.

What is told from a paragraph alone is here too: whom it brings in without a name, who says so at a sentence's end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from searchsvc.entities.quotes.clauses import sentences, subject
from searchsvc.entities.quotes.phrases import Phrase, personal, phrase_at
from searchsvc.entities.quotes.runs import Run
from searchsvc.entities.quotes.tokens import PERSON, QUOTE, STOP, WORD, Mark, Token, tokenize
from searchsvc.entities.quotes.words import SAYING

# `NAIROBI, Kenya (AP) - `, `MULTAN: `; not `WITNESS: "`.
_DATELINE = re.compile(r"[^\W\d_a-zà-ÿ]{2}[^\na-zà-ÿ\"“„«‘]{0,60}[^\n:–—\"“]{0,80}?(?: [-–—]+ |: )(?![\"“„«'‘])")
# What has no more words is a heading, not the opening.
_HEADING = 11


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`sentences` are first and last-plus-one tokens; a token of kind QUOTE has its run at `runs[ref]`."""

    tokens: list[Token]
    runs: list[Run]
    sentences: list[tuple[int, int]]

    @property
    def heading(self) -> bool:
        return len(self.tokens) <= _HEADING


def read(plain: str, paragraphs: Sequence[tuple[int, int, list[Run]]], names: Sequence[Mark]) -> Iterator[Paragraph]:
    """The paragraphs without their datelines. `names` are sorted and apart."""
    at = 0
    for start, end, found in paragraphs:
        dateline = _DATELINE.match(plain, start, end)
        start = dateline.end() if dateline else start
        while at < len(names) and names[at][0] < start:
            at += 1
        first = at
        while at < len(names) and names[at][0] < end:
            at += 1
        tokens = tokenize(plain, start, end, joined(names[first:at], found))
        yield Paragraph(tokens, found, sentences(tokens))


def joined(names: Sequence[Mark], found: Sequence[Run]) -> list[Mark]:
    """The names outside the runs, and the runs with their marks, in order."""
    marks: list[Mark] = []
    at = 0
    for i, run in enumerate(found):
        while at < len(names) and names[at][1] <= run.first:
            marks.append(names[at])
            at += 1
        marks.append((run.first, run.last, QUOTE, i))
        while at < len(names) and names[at][0] < run.last:
            at += 1
    return [*marks, *names[at:]]


def newcomer(paragraph: Paragraph) -> Phrase | None:
    """Who is the subject of a paragraph's first sentence, else the first in it: a human being by a noun alone. None
    where the sentence names somebody."""
    tokens, (lo, hi) = paragraph.tokens, paragraph.sentences[0]
    if any(token.kind == PERSON for token in tokens[lo:hi]):
        return None
    phrase = subject(tokens, lo, hi)
    if phrase is not None and phrase.kind in ("noun", "some") and phrase.ref < 0 and personal(phrase):
        return phrase
    for k in range(lo, hi - 1):
        if tokens[k].low in ("a", "an", "the"):
            phrase = phrase_at(tokens, k, hi)
            says = k > lo and tokens[k - 1].low in SAYING
            if phrase is not None and phrase.kind in ("noun", "some") and (says or personal(phrase)):
                return phrase
    return None


def source(tokens: Sequence[Token], hi: int) -> Phrase | None:
    """Who says so in a sentence that ends with it at token `hi`: `It was coughing, he said.`"""
    k = hi - 2 if tokens[hi - 1].kind == STOP else hi - 1
    if k < 2 or tokens[k].low not in SAYING or tokens[k - 2].text != "," or tokens[k - 1].kind not in (WORD, PERSON):
        return None
    phrase = phrase_at(tokens, k - 1, k)
    return phrase if phrase is not None and phrase.kind in ("name", "pronoun") else None
