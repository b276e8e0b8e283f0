"""Here is a text: give me the names in it, each as a person, a body, a place or what else it is, and how surely.

The model beside this file was trained by `searchsvc.entities.training` on the project's own corpus; `MODEL.json` says
from what, and how well it does. It sees one sentence at a time, and knows nothing of who is who: that the second
`Sunday` of an article is the first one's surname is for those who ask to find out.

All six labels of the corpus are kept, since who asks can join them and not part them: FAC (a named building) joins LOC
or ORG as the question wants, NORP (nationalities, faiths, parties' members) names countries, and MISC keeps laws,
prizes and storms out of the rest.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.entities.tagging.network import Network
from searchsvc.entities.tagging.pieces import Pieces
from searchsvc.entities.tagging.words import Sentence, sentences

__all__ = ["FEATURES", "LABELS", "ModelError", "Sentence", "Tagger", "sentences", "tagger"]

#: What a span can be.
LABELS = ("PER", "ORG", "LOC", "FAC", "NORP", "MISC")
#: 0 is outside; 2 k + 1 opens a span of label k, 2 k + 2 goes on with it.
TAGS = ("O", *(f"{place}-{label}" for label in LABELS for place in "BI"))

#: Changes when words, pieces or vectors of words are made otherwise: a model fits one of these.
FEATURES = 1

MODEL = Path(__file__).parent / "model"

_ALLOWED = np.array([[not b or b % 2 == 1 or a in (b, b - 1) for b in range(len(TAGS))] for a in range(len(TAGS))])


class ModelError(Exception):
    """The files of a model are not there, are not what `MODEL.json` says, or are for another version of this code."""


class Tagger:
    """A loaded model: some MB, safe to share between threads only if one asks at a time."""

    def __init__(self, folder: Path = MODEL) -> None:
        """Raises ModelError."""
        try:
            self.about: dict[str, Any] = json.loads((folder / "MODEL.json").read_text(encoding="utf-8"))
            content = (folder / "model.npz").read_bytes()
            vocabulary = (folder / "pieces.txt").read_text(encoding="utf-8").split("\n")
            frequent = (folder / "frequent.txt").read_text(encoding="utf-8").split("\n")
        except (OSError, ValueError) as error:
            raise ModelError(f"no model in {folder}: {error}") from error
        if self.about.get("features") != FEATURES:
            raise ModelError(f"{folder}: made for features {self.about.get('features')}, this code has {FEATURES}")
        if hashlib.sha256(content).hexdigest() != self.about.get("sha256"):
            raise ModelError(f"{folder / 'model.npz'} is not the file that MODEL.json describes")
        with np.load(folder / "model.npz") as arrays:
            self._network = Network(dict(arrays), Pieces(vocabulary[:-1]), frequent[:-1])

    @property
    def version(self) -> str:
        """Changes when the answers do."""
        return str(self.about["version"])

    def meaning(self, word: str) -> NDArray[np.float32]:
        """Where a word stands among all words, `[128]`: the mean of the vectors of its pieces."""
        return self._network.meaning(word)

    def tag(self, sentences: Sequence[Sequence[str]]) -> list[list[tuple[int, int, str]]]:
        """For each sentence its spans: `(first word, word after the last, label)`, in order, none over another."""
        return [[span[:3] for span in found] for found in self.tag_surely(sentences)]

    def tag_surely(self, sentences: Sequence[Sequence[str]]) -> list[list[tuple[int, int, str, float]]]:
        """As `tag`, and how surely: the geometric mean of the posteriors of the span's tags, 0 to 1."""
        return decoded(self._network.posteriors(sentences))

    def posteriors(self, sentences: Sequence[Sequence[str]]) -> list[NDArray[np.float32]]:
        """For each sentence `[words, len(TAGS)]`, rows that sum to 1."""
        return self._network.posteriors(sentences)

    def spans(self, text: str) -> list[tuple[int, int, str, float]]:
        """The names of a text: `(start, end, label, how surely)`, in characters."""
        return self.spans_of([text])[0]

    def spans_of(self, texts: Sequence[str]) -> list[list[tuple[int, int, str, float]]]:
        """The names of several texts; quicker than one by one."""
        parts = [sentences(text) for text in texts]
        found = iter(self.tag_surely([sentence.words for part in parts for sentence in part]))
        return [
            [
                (sentence.starts[first], sentence.ends[end - 1], label, sure)
                for sentence in part
                for first, end, label, sure in next(found)
            ]
            for part in parts
        ]


@cache
def tagger() -> Tagger:
    """The model that ships, loaded once a process. Raises ModelError."""
    return Tagger()


def decoded(posteriors: Sequence[NDArray[np.float32]]) -> list[list[tuple[int, int, str, float]]]:
    """For each sentence its spans on the best path: `(first word, word after the last, label, how surely)`."""
    out: list[list[tuple[int, int, str, float]]] = [[] for _ in posteriors]
    if not sum(map(len, posteriors)):
        return out
    flat = np.concatenate(posteriors)
    ends = np.cumsum([len(part) for part in posteriors])
    path = flat.argmax(1)
    before = np.concatenate(([0], path[:-1]))
    before[ends[:-1][ends[:-1] < len(path)]] = 0
    # The best tags one by one are the best path, but for sentences where a span goes on that was not opened.
    for which in dict.fromkeys(np.searchsorted(ends, np.nonzero(~_ALLOWED[before, path])[0], side="right").tolist()):
        part = slice(ends[which] - len(posteriors[which]), ends[which])
        path[part] = viterbi(np.log(flat[part] + 1e-9))
    sure = np.log(flat[np.arange(len(path)), path] + 1e-9).tolist()
    tags = path.tolist()
    opened = np.nonzero(path % 2)[0]
    for first, which in zip(opened.tolist(), np.searchsorted(ends, opened, side="right").tolist(), strict=True):
        end, last, inside = first + 1, int(ends[which]), tags[first] + 1
        while end < last and tags[end] == inside:
            end += 1
        start = last - len(posteriors[which])
        confidence = math.exp(sum(sure[first:end]) / (end - first))
        out[which].append((first - start, end - start, LABELS[inside // 2 - 1], confidence))
    return out


def viterbi(scores: NDArray[np.float32]) -> NDArray[np.intp]:
    """The best path of tags `[words]` through log scores `[words, len(TAGS)]` on which no span goes on unopened."""
    barred = np.where(_ALLOWED, 0.0, -np.inf)
    best = scores[0] + np.where(_ALLOWED[0], 0.0, -np.inf)
    before = np.zeros(scores.shape, np.intp)
    for t in range(1, len(scores)):
        ways = best[:, None] + barred
        before[t] = ways.argmax(0)
        best = ways.max(0) + scores[t]
    path = np.zeros(len(scores), np.intp)
    path[-1] = best.argmax()
    for t in range(len(scores) - 1, 0, -1):
        path[t - 1] = before[t, path[t]]
    return path
