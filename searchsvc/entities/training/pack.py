"""Here is a student: write the files that `searchsvc.entities.tagging` loads, the same bytes for the same student."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.entities.tagging import FEATURES, LABELS, TAGS

#: Added to the log odds of tags. Names, and bodies most of all, are some twice as frequent in the corpus as in the
#: news, since it was written to show them. Chosen on the development half of `ner-worldwide` and on Wikipedia.
SHIFT = {"O": 0.5, "ORG": -0.5, "MISC": 0.5}


def shifted(arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """The arrays of a student with tags as frequent as in the news."""
    shift = np.array([SHIFT.get(tag.rpartition("-")[2], 0.0) for tag in TAGS])
    return {**arrays, "tags_bias": (arrays["tags_bias"] + shift).astype(arrays["tags_bias"].dtype)}


def pack(
    folder: Path,
    arrays: Mapping[str, NDArray[Any]],
    pieces: Sequence[str],
    frequent: Sequence[str],
    about: Mapping[str, Any],
) -> dict[str, Any]:
    """Write `model.npz`, `pieces.txt`, `frequent.txt` and `MODEL.json`; what the last says is returned.

    `about`: where the model comes from. The version is the beginning of the SHA-256 of all that answers depend on.
    """
    buffer = io.BytesIO()
    files: dict[str, Any] = dict(sorted(arrays.items()))
    np.savez(buffer, **files)  # no time of day in it
    content = buffer.getvalue()
    texts = {"pieces.txt": _lines(pieces), "frequent.txt": _lines(frequent)}
    total = hashlib.sha256(content)
    for text in texts.values():
        total.update(text)
    said = {
        "version": f"{FEATURES}.{total.hexdigest()[:10]}",
        "features": FEATURES,
        "labels": list(LABELS),
        "sha256": hashlib.sha256(content).hexdigest(),
        **about,
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.npz").write_bytes(content)
    for name, text in texts.items():
        (folder / name).write_bytes(text)
    (folder / "MODEL.json").write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return said


def _lines(words: Sequence[str]) -> bytes:
    return "".join(f"{word}\n" for word in words).encode()
