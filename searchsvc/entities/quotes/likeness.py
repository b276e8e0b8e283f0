"""Here are a noun and words that tell of somebody: tell me how near the noun is to them, `the linguist` to a professor.

Nearness is the cosine of the vectors of their word pieces, those that the tagger reads with.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from searchsvc.entities.tagging import tagger

#: Unit vectors, one a row.
Vectors = NDArray[np.float32]


@lru_cache(maxsize=20_000)
def _vector(word: str) -> Vectors:
    vector = tagger().meaning(word)
    return vector / max(float(np.linalg.norm(vector)), 1e-6)


def vectors(words: Sequence[str]) -> Vectors:
    """The unit vectors of words, `[words, 128]`."""
    return np.stack([_vector(word) for word in words]) if words else np.zeros((0, 128), np.float32)


def likeness(noun: str, told: Vectors) -> float:
    """The cosine, -1 to 1, of a noun and the nearest of the words whose vectors are given; 0 for none."""
    return float((told @ _vector(noun)).max()) if len(told) else 0.0
