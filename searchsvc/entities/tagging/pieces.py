"""Here is a word: give me its pieces, as numbers in the vocabulary that the model was trained with.

The rules are those of BERT's uncased WordPiece (Devlin et al. 2018): small letters, accents dropped, cut at
punctuation, then the longest pieces of the vocabulary from the left; what has none is the unknown piece.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

#: How a word is written: no letters, small, CAPITALS, one capital letter, Initial, mIxed.
CASINGS = 6

_LONGEST = 40


class Pieces:
    """The pieces of words. `vocabulary[i]` is piece i; those within a word begin with `##`."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._first = {piece: i for i, piece in enumerate(vocabulary) if not piece.startswith("##")}
        self._later = {piece[2:]: i for i, piece in enumerate(vocabulary) if piece.startswith("##")}
        self.unknown = self._first["[UNK]"]

    def of(self, word: str) -> list[int]:
        """The pieces of one word, one at least."""
        folded = word.lower()
        if not folded.isascii():
            folded = "".join(c for c in unicodedata.normalize("NFD", folded) if unicodedata.category(c) != "Mn")
        if folded in self._first:
            return [self._first[folded]]
        found: list[int] = []
        start = 0
        for i, character in enumerate(folded):
            if not character.isalnum():
                found += self._run(folded[start:i])
                found.append(self._first.get(character, self.unknown))
                start = i + 1
        found += self._run(folded[start:])
        return found or [self.unknown]

    def _run(self, run: str) -> list[int]:
        if not run:
            return []
        if len(run) > _LONGEST:
            return [self.unknown]
        found: list[int] = []
        start, pieces = 0, self._first
        while start < len(run):
            end = len(run)
            while end > start and run[start:end] not in pieces:
                end -= 1
            if end == start:
                return [self.unknown]
            found.append(pieces[run[start:end]])
            start, pieces = end, self._later
        return found


def casing(word: str) -> int:
    """How the word is written, one of `CASINGS`."""
    if word.islower():
        return 1
    if word.isupper():
        return 3 if len(word) == 1 or (len(word) == 2 and word[1] == ".") else 2
    if not any(map(str.isalpha, word)):
        return 0
    return 4 if word[0].isupper() and word[1:].islower() else 5
