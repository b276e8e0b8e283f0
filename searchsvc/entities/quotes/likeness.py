"""Here are a noun and words that tell of somebody: tell me how near the noun is to them, `the linguist` to a professor.

Nearness is the cosine of the vectors of their word pieces, those that the tagger reads with.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from searchsvc.entities.tagging import MODEL
from searchsvc.entities.tagging.pieces import Pieces

#: Unit vectors, one a row.
Vectors = NDArray[np.float32]


@cache
def _table() -> tuple[Pieces, NDArray[np.int8], NDArray[np.float32]]:
    with np.load(MODEL / "model.npz") as arrays:
        table, scale = arrays["table"], arrays["scale"].astype(np.float32)
    return Pieces((MODEL / "pieces.txt").read_text(encoding="utf-8").splitlines()), table, scale


@lru_cache(maxsize=20_000)
def _vector(word: str) -> Vectors:
    pieces, table, scale = _table()
    vector: Vectors = (table[pieces.of(word)].astype(np.float32) * scale).mean(axis=0)
    return vector / max(float(np.linalg.norm(vector)), 1e-6)


def vectors(words: Sequence[str]) -> Vectors:
    """The unit vectors of words, `[words, 128]`."""
    return np.stack([_vector(word) for word in words]) if words else np.zeros((0, 128), np.float32)


def likeness(noun: str, told: Vectors) -> float:
    """The cosine, -1 to 1, of a noun and the nearest of the words whose vectors are given; 0 for none."""
    return float((told @ _vector(noun)).max()) if len(told) else 0.0
