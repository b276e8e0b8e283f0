"""Here is the folder of shared data: give me sentences in the public domain, for the teacher to tag.

The words of `ner-gmb` are mostly those of the Voice of America, a work of the United States' government; its tags are
not read. `press-senate` are statements of senators in office that lost their punctuation: a sample of them is repaired
as far as it goes.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

from searchsvc.entities.tagging.words import words

_JOINED = re.compile(r"\b(\w+) s\b(?! [A-Z]\b)")
_INITIALS = re.compile(r"\b([A-Z]) ([A-Z])\b")


def gmb(data: Path) -> Iterator[list[str]]:
    """All sentences, cut into words as the tagger cuts them."""
    with gzip.open(data / "ner-gmb" / "gmb.conll.gz", "rt", encoding="utf-8") as file:
        sentence: list[str] = []
        for line in file:
            if line.strip():
                word = line.split("\t")[0]
                sentence += words({"``": '"', "''": '"', "-LRB-": "(", "-RRB-": ")"}.get(word, word))
            elif sentence:
                yield sentence
                sentence = []
    if sentence:
        yield sentence


def senate(data: Path, releases: int, seed: int) -> Iterator[list[str]]:
    """The beginnings of so many releases, in pieces of some thirty words."""
    chance = random.Random(seed)  # noqa: S311
    texts: list[str] = []
    for path in sorted((data / "press-senate").glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            texts += (json.loads(line)["text"] for line in file)
    for text in chance.sample(texts, min(releases, len(texts))):
        found = words(_INITIALS.sub(r"\1.\2.", _JOINED.sub(r"\1's", text[:2400])))
        at = 0
        while at < len(found):
            size = chance.randint(15, 45)
            yield found[at : at + size]
            at += size
