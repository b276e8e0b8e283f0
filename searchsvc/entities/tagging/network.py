"""Here are sentences as words: give me each word's tag with its posteriors. Numpy alone, one core.

A word's vector depends on the word as written and nothing else: three vectors from the table of pieces (their mean, the
first, the last), one for a frequent word, two for its beginning and its end, one for its casing. It is computed once a
process for a word. What a sentence adds comes from one LSTM in each direction over it (Hochreiter and Schmidhuber 1997;
gates in the order i, f, g, o). Sentences are run side by side, the longest first, so that a step is one product of
matrices.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.entities.tagging.pieces import Pieces, casing

Floats = NDArray[np.float32]

#: Rows of the tables of beginnings and ends, which share them by a hash.
AFFIXES = 4096
#: Letters of a beginning and of an end.
AFFIX = 3
#: Words whose vectors are kept.
_KEPT = 40_000
#: Words run side by side: enough that products of matrices are quick, few enough to stay in the cache.
_SIDE_BY_SIDE = 12_000


def affixes(word: str) -> tuple[int, int]:
    """Rows of a word's beginning and end, of the word in small letters."""
    first, last = word[:AFFIX], word[-AFFIX:]
    return zlib.crc32(f"^{first}".encode()) % AFFIXES, zlib.crc32(f"{last}$".encode()) % AFFIXES


def key(word: str) -> str:
    """What the table of frequent words knows a word by: small letters, all digits alike."""
    folded = word.lower()
    return folded if folded.isalpha() else "".join("0" if c.isdigit() else c for c in folded)


class Network:
    """The arrays of a model, and what they say.

    `weights`: `table` int8 `[pieces, P]` with `scale` `[P]`; `project` `[3 P, X]`; `frequent` `[1 + words, F]`, row 0
    for all others; `begin`, `end` `[AFFIXES, A]`; `casing` `[6, C]`; `bias` `[X]`; for each layer n `in{n}`
    `[2, D, 4 H]`, `out{n}` `[2, H, 4 H]`, `gates{n}` `[2, 4 H]`; `tags` `[2 H, T]`, `tags_bias` `[T]`.
    """

    def __init__(self, weights: Mapping[str, NDArray[Any]], pieces: Pieces, frequent: Sequence[str]) -> None:
        wide = {name: np.asarray(array, np.float32) for name, array in weights.items() if name != "table"}
        self._table, self._scale = weights["table"], wide["scale"]
        self._w = wide
        self._pieces = pieces
        self._frequent = {word: i + 1 for i, word in enumerate(frequent)}
        self._layers = sum(name.startswith("out") for name in wide)
        self._cells = wide["out0"].shape[1]
        half = np.full(4 * self._cells, 0.5, np.float32)
        half[2 * self._cells : 3 * self._cells] = 1.0  # sigmoid(x) = tanh(x / 2) / 2 + 1 / 2: one tanh for all gates
        for layer in range(self._layers):
            for name in ("in", "out", "gates"):
                wide[f"{name}{layer}"] = np.ascontiguousarray(wide[f"{name}{layer}"] * half)
        self._size = sum(wide[name].shape[1] for name in ("project", "frequent", "begin", "end", "casing"))
        self._rows: dict[str, int] = {}
        self._vectors = np.zeros((256, self._size), np.float32)

    def posteriors(self, sentences: Sequence[Sequence[str]]) -> list[Floats]:
        """For each sentence `[words, tags]`."""
        out: list[Floats] = [np.empty((0, 0), np.float32)] * len(sentences)
        order = sorted(range(len(sentences)), key=lambda i: -len(sentences[i]))
        start = 0
        while start < len(order) and sentences[order[start]]:
            end, words = start, 0
            while end < len(order) and sentences[order[end]] and (words < _SIDE_BY_SIDE):
                words += len(sentences[order[end]])
                end += 1
            chosen = order[start:end]
            for i, found in zip(chosen, self._run([sentences[i] for i in chosen]), strict=True):
                out[i] = found
            start = end
        return [found if found.size else np.empty((0, self._w["tags"].shape[1]), np.float32) for found in out]

    def _run(self, sentences: Sequence[Sequence[str]]) -> list[Floats]:
        """Posteriors of sentences that lie in order of length, the longest first, none empty."""
        rows = self._words(sentences)
        lengths = np.array([len(sentence) for sentence in sentences])
        offsets = np.concatenate(([0], np.cumsum(lengths)))
        # Word t of sentence i stands at place[t, i] forwards; backwards it is read from the end of its sentence.
        steps = int(lengths[0])
        active = [int(n) for n in np.searchsorted(-lengths, -np.arange(steps), side="left")]
        unique, inverse = np.unique(rows, return_inverse=True)
        hidden = self._vectors[unique]
        which = inverse
        for layer in range(self._layers):
            hidden = self._lstm(layer, hidden, which, offsets[:-1], lengths, active)
            which = np.arange(len(rows))
        logits = hidden @ self._w["tags"] + self._w["tags_bias"]
        logits -= logits.max(1, keepdims=True)
        np.exp(logits, out=logits)
        logits /= logits.sum(1, keepdims=True)
        return np.split(logits, offsets[1:-1])

    def _lstm(
        self,
        layer: int,
        inputs: Floats,
        which: NDArray[np.intp],
        offsets: NDArray[np.intp],
        lengths: NDArray[np.intp],
        active: Sequence[int],
    ) -> Floats:
        """Both directions' outputs side by side, `[words, 2 H]`; word w has input `which[w]`."""
        cells = self._cells
        enter, loop, bias = self._w[f"in{layer}"], self._w[f"out{layer}"], self._w[f"gates{layer}"]
        given = [inputs @ enter[d] + bias[d] for d in (0, 1)]
        out = np.empty((len(which), 2 * cells), np.float32)
        h = np.zeros((2, len(lengths), cells), np.float32)
        c = np.zeros((2, len(lengths), cells), np.float32)
        last = offsets + lengths - 1
        for t, n in enumerate(active):
            ahead, back = offsets[:n] + t, last[:n] - t
            gates = np.matmul(h[:, :n], loop)
            gates[0] += given[0][which[ahead]]
            gates[1] += given[1][which[back]]
            np.tanh(gates, out=gates)
            i, f, g, o = (gates[:, :, k * cells : (k + 1) * cells] for k in range(4))
            cell = c[:, :n]
            # (f + 1) / 2 * c + (i + 1) / 2 * g
            f += 1.0
            cell *= f
            i += 1.0
            i *= g
            cell += i
            cell *= 0.5
            np.tanh(cell, out=g)
            o += 1.0
            g *= o
            g *= 0.5
            h[:, :n] = g
            out[ahead, :cells] = g[0]
            out[back, cells:] = g[1]
        return out

    def _words(self, sentences: Sequence[Sequence[str]]) -> NDArray[np.intp]:
        """The row of each word's vector, in a row of all sentences."""
        rows = self._rows
        if len(rows) > _KEPT:
            rows.clear()
        try:
            return np.array([rows[word] for sentence in sentences for word in sentence], np.intp)
        except KeyError:
            new = list(dict.fromkeys(word for sentence in sentences for word in sentence if word not in rows))
        needed = len(rows) + len(new)
        if needed > len(self._vectors):
            grown = np.zeros((max(needed, 2 * len(self._vectors)), self._size), np.float32)
            grown[: len(rows)] = self._vectors[: len(rows)]
            self._vectors = grown
        self._vectors[len(rows) : needed] = self._vectors_of(new)
        rows.update(zip(new, range(len(rows), needed), strict=True))
        return np.array([rows[word] for sentence in sentences for word in sentence], np.intp)

    def meaning(self, word: str) -> Floats:
        """The mean of the vectors of a word's pieces, `[D]`, as they are before the network."""
        found: Floats = (self._table[self._pieces.of(word)].astype(np.float32) * self._scale).mean(axis=0)
        return found

    def _vectors_of(self, words: Sequence[str]) -> Floats:
        w = self._w
        pieces = [self._pieces.of(word) for word in words]
        counts = np.array([len(found) for found in pieces])
        ends = np.cumsum(counts)
        flat = self._table[np.array([p for found in pieces for p in found])].astype(np.float32) * self._scale
        mean = np.add.reduceat(flat, ends - counts, axis=0) / counts[:, None]
        three = np.concatenate((mean, flat[ends - counts], flat[ends - 1]), axis=1)
        folded = [word.lower() for word in words]
        parts = np.array([affixes(word) for word in folded])
        return np.concatenate(
            (
                np.tanh(three @ w["project"] + w["bias"]),
                w["frequent"][[self._frequent.get(key(word), 0) for word in words]],
                w["begin"][parts[:, 0]],
                w["end"][parts[:, 1]],
                w["casing"][[casing(word) for word in words]],
            ),
            axis=1,
        )
