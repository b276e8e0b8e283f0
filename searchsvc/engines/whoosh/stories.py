"""Which documents of a generation are one story? One file in it, and counts in which a story counts once.

The file lists the articles that have, or had, copies, each with its story; every other article is a story of its own.
It is written anew only by a generation in which a story has changed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from searchsvc.engines.whoosh.columns import ID_BYTES, Ints, Longs, Mask
from searchsvc.errors import IndexCorrupt
from searchsvc.stories import Changes

NAME = "stories.ids"
_MAGIC = b"searchsvc stories 1\n"

#: Ids as bytes. NumPy strips the zeros at the end of such a value, which no comparison of two ids can tell.
Ids = npt.NDArray[np.bytes_]
_ID = f"S{ID_BYTES}"
_HEX = re.compile(rf"[0-9a-f]{{{2 * ID_BYTES}}}")


def write(folder: Path, changes: Changes) -> None:
    """Bring a new generation's file, a link to that of the one before, up to date with the changes."""
    path = folder / NAME
    position, articles, stories = read(path)
    if changes.position <= position:
        return
    known: Mapping[bytes, bytes] = dict(zip(_bytes(articles), _bytes(stories), strict=True))
    new = {
        bytes.fromhex(article): bytes.fromhex(story)
        for article, story in changes.stories.items()
        if _HEX.fullmatch(article) and _HEX.fullmatch(story)  # no document of another id gets into a generation
    }
    whole = {**known, **new}
    whole = {**dict(zip(whole.values(), whole.values(), strict=True)), **whole}  # a story's first member is in it
    order = sorted(whole)
    path.unlink(missing_ok=True)  # the file of the generation before stays as it is
    head = _MAGIC + changes.position.to_bytes(8, "little")
    path.write_bytes(head + b"".join(order) + b"".join(whole[article] for article in order))


def _bytes(ids: Ids) -> list[bytes]:
    whole = ids.tobytes()
    return [whole[at : at + ID_BYTES] for at in range(0, len(whole), ID_BYTES)]


def read(path: Path) -> tuple[int, Ids, Ids]:
    """The number of the last change of stories, the articles listed, ascending, and the story of each."""
    if not path.exists():
        return 0, np.empty(0, _ID), np.empty(0, _ID)
    data = path.read_bytes()
    start = len(_MAGIC) + 8
    count, odd = divmod(len(data) - start, 2 * ID_BYTES)
    if not data.startswith(_MAGIC) or odd:
        raise IndexCorrupt(f"{path} is not a file of stories")
    ids = np.frombuffer(data, _ID, 2 * count, start)
    return int.from_bytes(data[len(_MAGIC) : start], "little"), ids[:count], ids[count:]


class Stories:
    """The stories of the documents of a snapshot. `of` is document → number of its story, `copies` how many other
    live documents are of it, `copied` where there are any; `position` the last change that is in it."""

    def __init__(self, path: Path, ids: npt.NDArray[np.uint8], live: Mask) -> None:
        self.position, articles, stories = read(path)
        self.of: Ints = np.arange(len(ids), dtype=np.int32)
        self.copies: Ints = np.zeros(len(ids), np.int32)
        if len(articles) and len(ids):
            mine = np.ascontiguousarray(ids).view(_ID)[:, 0]
            place = np.searchsorted(articles, mine)
            place[place == len(articles)] = 0
            listed = (articles[place] == mine) & live
            self.of[listed] = len(ids) + np.unique(stories[place[listed]], return_inverse=True)[1]
            sizes = np.bincount(self.of[listed], minlength=1)
            self.copies[listed] = sizes[self.of[listed]] - 1
        self.copied: Mask = self.copies > 0

    def count(self, mask: Mask) -> int:
        """How many stories these documents are."""
        some = mask & self.copied
        return int(np.count_nonzero(mask)) - int(np.count_nonzero(some)) + len(np.unique(self.of[some]))

    def first_of_each(self, documents: Ints | Longs, *keys: npt.NDArray[np.generic]) -> Longs:
        """Of the documents, by their place in the list, one a story: that of the smallest key, ties by document.

        keys: arrays as long as the list, the most important first. The places come in ascending order.
        """
        copied = self.copied[documents]
        places = np.flatnonzero(copied)
        order = np.lexsort((documents[places], *(key[places] for key in reversed(keys)), self.of[documents[places]]))
        places = places[order]
        stories = self.of[documents[places]]
        first = np.ones(len(places), bool)
        first[1:] = stories[1:] != stories[:-1]
        return np.sort(np.concatenate((np.flatnonzero(~copied), places[first])))
