"""How text becomes terms, the same at indexing, in a query and under a highlight.

A term is a word in lower case, without accents, apostrophes or the dots of an acronym, stemmed. Every word is kept,
"the" too: "The Who" and "to be or not to be" are phrases that people search for. The engines adapt this to their
own analyzers; nothing here knows an engine.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import Stemmer

# A number with its points and commas; an acronym with dots; a word with inner apostrophes.
_WORD = (
    r"\d+(?:[.,]\d+)+(?![^\W_])"
    r"|[^\W\d_ʼ](?:\.[^\W\d_ʼ])+(?![^\W_])\.?"
    r"|[^\W_ʼ]+(?:['’ʼ][^\W_ʼ]+)*"  # ʼ counts as a letter in Unicode
)
WORD = re.compile(_WORD)
_HYPHENS = "-‐‑"
#: A longer word is cut here for matching: it is junk (a base64 blob, a rule of dashes) and would bloat the dictionary.
MAX_WORD = 80

_POSSESSIVE = re.compile(r"['’ʼ][sS]$")
_APOSTROPHES = re.compile(r"['’ʼ]")
_MARKS = re.compile(r"[\u0300-\u036f]")
# Letters that Unicode does not decompose.
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "ħ": "h", "ŧ": "t"}
)

# So common that marking them under a hit says nothing; they are indexed and searched all the same.
COMMON = frozenset(
    "a an and are as at be been but by can did do for from had has have he her his i if in into is it its may no not "
    "of on or our she so than that the their them there they this to us was we were what when which who will with "
    "would you your".split()
)

_stemmer = Stemmer.Stemmer("english", 0)
_terms: dict[str, str] = {}
_MOST_TERMS = 400_000


class Token(NamedTuple):
    """A term and the `[start, end)` of its word in the text. `position` counts words; a compound shares its last."""

    term: str
    start: int
    end: int
    position: int


def fold(text: str) -> str:
    """Lower case without accents, full-width and other variants brought to one form: equal for a reader."""
    if text.isascii():
        return text.lower()
    # Case is folded on both sides of the decomposition: ℋ becomes a capital H only by it.
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text.casefold()).casefold())
    return unicodedata.normalize("NFC", _MARKS.sub("", decomposed).translate(_LETTERS))


def plain(word: str) -> str:
    """The folded word as the dictionary of unstemmed words has it: `U.S.` is us, `Ja’afari` jaafari, `1,000` 1000."""
    folded = fold(word)
    if not folded.isalnum() or "ʼ" in folded:
        if folded[0].isdigit():
            folded = folded.replace(",", "")
        else:
            folded = _APOSTROPHES.sub("", _POSSESSIVE.sub("", folded)).replace(".", "")
    return folded[:MAX_WORD]


def stem(word: str) -> str:
    """The stem of a `plain` word (Snowball's English stemmer)."""
    return str(_stemmer.stemWord(word))


def term(word: str) -> str:
    """The term that a word of the text is indexed under."""
    known = _terms.get(word)
    if known is None:
        if len(word) > MAX_WORD:  # junk, not worth its memory
            return stem(plain(word))
        if len(_terms) >= _MOST_TERMS:
            _terms.clear()
        known = _terms[word] = stem(plain(word))
    return known


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a text in order. Behind `cease-fire` comes one more, the compound `ceasefire`."""
    known = _terms.get
    chain_start, chain_end = -1, -1
    parts: list[str] = []
    position = -1
    for position, match in enumerate(WORD.finditer(text)):
        start, end = match.span()
        if chain_end >= 0 and not (start == chain_end + 1 and text[chain_end] in _HYPHENS):
            if len(parts) > 1:
                yield Token(term("".join(parts)), chain_start, chain_end, position - 1)
            chain_end = -1
        word = match.group()
        yield Token(known(word) or term(word), start, end, position)
        if chain_end < 0:
            chain_start, parts = start, []
        parts.append(word)
        chain_end = end
    if len(parts) > 1:
        yield Token(term("".join(parts)), chain_start, chain_end, position)


def words(text: str) -> list[str]:
    """The words of a text as they stand, in order."""
    return WORD.findall(text)


def compound(word: str) -> str | None:
    """The term of a hyphenated word taken as one (`cease-fire`: ceasefir), None for any other."""
    found = list(WORD.finditer(word))
    if len(found) < 2 or any(
        after.start() != before.end() + 1 or word[before.end()] not in _HYPHENS for before, after in pairwise(found)
    ):
        return None
    return term("".join(match.group() for match in found))
