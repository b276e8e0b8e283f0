"""A line in CAPITALS or in Title Case: what does the tagger say where it is read as a sentence, too?

Capitals say nothing there, and the tagger learnt most from sentences. So it is asked twice, as printed and with
ordinary words in small letters, and both answers count.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from searchsvc.entities.ballots import Network
from searchsvc.entities.heads import HEADS
from searchsvc.entities.lexicon import Lexicon

#: How much the answer for the line read as a sentence counts, of CAPITALS and of Title Case.
_SHOUTED, _TITLED = 0.5, 0.5
#: Words that a title keeps small.
_SMALL = 4
#: A line of fewer words says too little about its capitals.
_LINE = 4


class Recased:
    """A tagger that sees lines of capitals as sentences, too. `lex` knows which words are ordinary."""

    def __init__(self, network: Network, lex: Lexicon) -> None:
        self._network = network
        self._lex = lex

    @property
    def version(self) -> str:
        """That of the tagger within."""
        return self._network.version

    def posteriors(self, sentences: Sequence[Sequence[str]]) -> list[NDArray[np.float32]]:
        """As those of a Network."""
        again: list[tuple[int, float, list[str]]] = []
        for i, words in enumerate(sentences):
            weight = _weight(words, self._lex)
            if weight:
                again.append((i, weight, recased(words, self._lex)))
        found = self._network.posteriors([*sentences, *(words for *_, words in again)])
        for (i, weight, _), other in zip(again, found[len(sentences) :], strict=True):
            found[i] = (1 - weight) * found[i] + weight * other
        return found[: len(sentences)]


def _weight(words: Sequence[str], lex: Lexicon) -> float:
    """How much is it to be read as a sentence?"""
    if len(words) < _LINE or (len(words[1]) >= _SMALL and words[1].islower()):
        return 0.0
    letters = [word for word in words if word[0].isalpha()]
    if len(letters) < _LINE:
        return 0.0
    if all(map(str.isupper, letters)):
        return _SHOUTED
    long = [word for word in letters if len(word) >= _SMALL]
    titled = all(word[0].isupper() for word in long) and any(word.lower() in lex.words for word in long[1:])
    return _TITLED if titled else 0.0


def recased(words: Sequence[str], lex: Lexicon) -> list[str]:
    """The words as a sentence has them: ordinary ones small, names with one capital, known acronyms as they are, and
    what may be a body's name by its head as a title: `the Election Commission said`."""
    out: list[str] = []
    for i, word in enumerate(words):
        small = word.lower()
        shouted = word.isupper() and len(word) > 1
        if shouted and i and word.title() in HEADS and words[i - 1].isalpha() and len(words[i - 1]) >= _SMALL:
            out[-1] = words[i - 1].title()
            out.append(word.title())
        elif i and small in lex.words:
            out.append(small)
        elif shouted and word not in lex.index:
            out.append(word[0] + word[1:].lower())
        else:
            out.append(word)
    return out
