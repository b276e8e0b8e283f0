"""How text becomes terms, the same at indexing, in a query and under a highlight.

A term is a word in lower case, without accents, apostrophes or the dots of an acronym, stemmed by the language of its
article. Every word is kept, "the" too: "The Who" and "to be or not to be" are phrases that people search for. Scripts
without blanks between words become overlapping pairs of characters. The engines adapt this to their own analyzers;
nothing here knows an engine.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import Stemmer

# Marks that stand inside a word and are no letters to Python: Arabic vowels, signs of the scripts of India and beyond.
_SIGNS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u064b-\u065f\u0670\u0900-\u0dff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
)
_LETTERS_AND_SIGNS = rf"[^\W_ʼ]+(?:[{_SIGNS}]+[^\W_ʼ]*)*"  # ʼ counts as a letter in Unicode
# A number with its points and commas; an acronym with dots; a word with inner apostrophes.
_WORD = (
    r"\d+(?:[.,]\d+)+(?![^\W_])"
    r"|[^\W\d_ʼ](?:\.[^\W\d_ʼ])+(?![^\W_])\.?"
    rf"|{_LETTERS_AND_SIGNS}(?:['’ʼ]{_LETTERS_AND_SIGNS})*"
)
WORD = re.compile(_WORD)
# Chinese, Japanese, Korean, Thai, Lao, Burmese, Khmer: written without blanks, or with blanks that are no bounds.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
    "\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
_HAS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_RUNS = re.compile(f"[{_UNSPACED}]+|[^{_UNSPACED}]+")
_HYPHENS = "-‐‑"
#: A longer word is cut here for matching: it is junk (a base64 blob, a rule of dashes) and would bloat the dictionary.
MAX_WORD = 80

_POSSESSIVE = re.compile(r"['’ʼ][sS]$")
_APOSTROPHES = re.compile(r"['’ʼ]")
# Not the breve of й, which is a letter of its own to a Russian reader and stemmer; Arabic vowels and the tatweel.
_MARKS = re.compile("(?<!и)\u0306|[\u0300-\u0305\u0307-\u036f\u064b-\u065f\u0670\u0640]")
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

#: Languages whose words are stemmed, by ISO 639-1 code, with the Snowball stemmer. Others are indexed as written.
STEMMED = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian",
    "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "ne": "nepali", "nl": "dutch",
    "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish",
    "ta": "tamil", "tr": "turkish",
}  # fmt: skip
#: What an article in no known language is stemmed as.
DEFAULT_LANGUAGE = "en"

# The commonest words of the languages with most news. Where two of them stand side by side is indexed: changing this
# list changes what an index holds.
_COMMON_WORDS = {
    "en": "a about after all also an and any are as at be because been but by can could did do for from had has have "
    "he her him his how i if in into is it its just like may more most new no not now of on one only or other our out "
    "over said she so some such than that the their them then there these they this to two up was we were what when "
    "which who will with would year you your",
    "de": "als am an auch auf aus bei das dass dem den der des die ein eine einem einen einer er es für hat ich im in "
    "ist mit nach nicht noch nur oder sich sie sind über um und von vor war wie wird zu zum zur",
    "fr": "a à au aux avec ce ces cette dans de des du elle en est et été il ils la le les leur mais ne on ou par pas "
    "plus pour qu que qui sa se ses son sont sur un une",
    "es": "a al como con de del desde dos el ella en entre era es esta este fue ha hay la las le lo los más no o para "
    "pero por que se ser sin sobre su sus también un una y ya",
    "pt": "a ao aos as com como da das de do dos e é ela ele em entre foi mais mas na nas não no nos o os ou para pela "
    "pelo por que se sem ser seu sua um uma",
    "it": "a ai al alla anche che come con da dal dalla degli dei del della delle di e è gli ha i il in la le lo ma "
    "nel nella non o per più si sono su sul un una",
    "nl": "aan als bij dat de die door een en er het hij in is maar met naar niet nog of om ook op te tot uit van voor "
    "was wordt ze zijn",
    "ru": "а будет был было в во для до его за и из или их к как на не но о об от по при с со так то у что это "
    "я",
}  # fmt: skip

_terms: dict[str, dict[str, str]] = {}
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
    folded = fold(word) or word
    if not folded.isalnum() or "ʼ" in folded:
        if folded[0].isdigit():
            folded = folded.replace(",", "")
        else:
            folded = _APOSTROPHES.sub("", _POSSESSIVE.sub("", folded)).replace(".", "")
    return folded[:MAX_WORD]


@cache
def _stemmer(language: str) -> Stemmer.Stemmer | None:
    name = STEMMED.get(language or DEFAULT_LANGUAGE)
    return Stemmer.Stemmer(name, 0) if name else None


def stem(word: str, language: str = DEFAULT_LANGUAGE) -> str:
    """The stem of a `plain` word in a language (Snowball); the word itself in a language that is not stemmed."""
    stemmer = _stemmer(language)
    return str(stemmer.stemWord(word)) if stemmer else word


def term(word: str, language: str = DEFAULT_LANGUAGE) -> str:
    """The term that a word of a text in this language is indexed under."""
    terms = _terms.setdefault(language, {})
    known = terms.get(word)
    if known is None:
        if len(word) > MAX_WORD:  # junk, not worth its memory
            return stem(plain(word), language)
        if len(terms) >= _MOST_TERMS:
            terms.clear()
        known = terms[word] = stem(plain(word), language)
    return known


def known_terms(language: str) -> Mapping[str, str]:
    """The terms of the words of a language met so far, for loops in which calling `term` for each would count. A word
    that is missing has a term all the same."""
    return _terms.setdefault(language, {})


#: The terms of the commonest words.
COMMON_TERMS = frozenset(term(word, language) for language, text in _COMMON_WORDS.items() for word in text.split())


def tokens(text: str, language: str = DEFAULT_LANGUAGE) -> Iterator[Token]:
    """The tokens of a text in order.

    Behind `cease-fire` comes one more, the compound `ceasefire`. A run without blanks (中国人) gives its pairs of
    characters (中国, 国人) and its last character alone (人), so that a single one can be looked up as a prefix.
    """
    known = _terms.setdefault(language, {}).get
    chain_start, chain_end = -1, -1
    parts: list[str] = []
    position = -1
    for match in WORD.finditer(text):
        start, end = match.span()
        if chain_end >= 0 and not (start == chain_end + 1 and text[chain_end] in _HYPHENS):
            if len(parts) > 1:
                yield Token(term("".join(parts), language), chain_start, chain_end, position)
            chain_end = -1
        word = match.group()
        if not word.isascii() and _HAS_UNSPACED.search(word):
            for piece, at, until in _unspaced(word, language):
                position += 1
                yield Token(piece, start + at, start + until, position)
            continue
        position += 1
        yield Token(known(word) or term(word, language), start, end, position)
        if chain_end < 0:
            chain_start, parts = start, []
        parts.append(word)
        chain_end = end
    if len(parts) > 1 and chain_end >= 0:
        yield Token(term("".join(parts), language), chain_start, chain_end, position)


def _unspaced(word: str, language: str) -> Iterator[tuple[str, int, int]]:
    """The terms of a word that holds a run without blanks, each with its place in the word."""
    for run in _RUNS.finditer(word):
        start, end = run.span()
        if not _HAS_UNSPACED.match(run.group()):
            yield term(run.group(), language), start, end
            continue
        for at in range(start, end):
            until = min(at + 2, end)
            yield fold(word[at:until]), at, until


def parts(text: str, language: str = DEFAULT_LANGUAGE) -> tuple[str, ...]:
    """The terms to be found side by side for a text that is sought, without compounds."""
    found: list[str] = []
    pieces: list[str] = []
    for match in WORD.finditer(text):
        word = match.group()
        if not word.isascii() and _HAS_UNSPACED.search(word):
            pieces = [piece for piece, _, _ in _unspaced(word, language)]
            found += pieces
        else:
            pieces = []
            found.append(term(word, language))
    # The last character alone is indexed at the end of a run only: inside a longer one the pairs must do.
    if len(pieces) > 1 and len(pieces[-1]) == 1 and _HAS_UNSPACED.match(pieces[-1]):
        found.pop()
    return tuple(found)


def is_unspaced(character: str) -> bool:
    """Whether this is a character of a script without blanks."""
    return _HAS_UNSPACED.fullmatch(character) is not None


def has_unspaced(text: str) -> bool:
    """Whether there is a character of a script without blanks in a text."""
    return not text.isascii() and _HAS_UNSPACED.search(text) is not None


def words(text: str) -> list[str]:
    """The words of a text as they stand, in order."""
    return WORD.findall(text)


def compound(word: str, language: str = DEFAULT_LANGUAGE) -> str | None:
    """The term of a hyphenated word taken as one (`cease-fire`: ceasefir), None for any other."""
    found = list(WORD.finditer(word))
    if len(found) < 2 or any(
        after.start() != before.end() + 1 or word[before.end()] not in _HYPHENS for before, after in pairwise(found)
    ):
        return None
    return term("".join(match.group() for match in found), language)
