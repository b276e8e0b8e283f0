"""Here are documents, give me their postings: a batch turned round in arrays.

A text is cut at blanks, which no term reaches over; the values of other fields, which come again and again, are taken
whole. Each piece is analysed once in the life of the process: what is left to do for a word is one look-up. The order
of postings comes from one sort of numbers that hold term, document and position.
"""

from __future__ import annotations

import threading
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

import numpy as np

from searchsvc import analysis
from searchsvc.document import Document
from searchsvc.engines.whoosh.arrays import Array, ragged
from searchsvc.engines.whoosh.columns import Ints, Longs, Mask
from searchsvc.engines.whoosh.postings import PAIR, PAIRS, Inverted
from searchsvc.fields import FIELDS

#: Between the last position of one value of a field and the first of the next: no phrase reaches over it.
JUMP = 200
#: The fields whose pairs of common words are kept.
PAIRED = ("title", "text")
# The fields of one value of many words.
_CUT = ("title", "text")
# Pieces of text known before the map is emptied: junk would fill the memory otherwise.
_MOST_PIECES = 600_000
# Marks that stand around a word and are never part of it, unless others stand inside.
_AROUND = '.,;:!?"()[]“”'


def texts(document: Document) -> dict[str, tuple[str, ...]]:
    """The values of each field, as they are indexed."""
    article = document.article
    found: dict[str, tuple[str, ...]] = {
        "title": (article.title,),
        "text": (article.text,),
        "byline": article.byline,
        "source": (article.source,),
        "section": (article.section,),
        "language": (article.language,),
        "tags": article.tags,
        "date_source": (article.published.source,),
    }
    for name in ("people", "countries", "organisations"):
        entities = getattr(document.entities, name)
        found[name] = tuple(form for e in entities for form in dict.fromkeys((e.label, e.key, *e.aliases)))
    speakers = document.speakers if document.quotes else ()
    found["places"] = tuple(form for e in document.located for form in dict.fromkeys((e.label, e.key)))
    found["said_by"] = tuple(form for e in speakers for form in dict.fromkeys((e.label, e.key)))
    return found


class _Pieces(dict[str, int]):
    """The number of each piece of text of one language."""

    def __init__(self, known: Known, language: str) -> None:
        super().__init__()
        self.language = language
        self._known = known

    def __missing__(self, piece: str) -> int:
        number = self[piece] = self._known.meet(piece, self)
        return number


class _Names(dict[bytes, int]):
    """The number of each term and each word."""

    def __missing__(self, name: bytes) -> int:
        number = self[name] = len(self)
        return number


def _ints() -> array[int]:
    return array("i")


@dataclass
class Known:
    """What pieces of text stand for. Piece n is the one term `single[n]`, a number of `names`, one position wide; or
    where that is below 0, it is the group `~single[n]`: `widths` positions wide and of the terms `terms[first:first +
    sizes]`, each at its `offsets` from the piece's first position. `words` has the words that are not their own term,
    each with the piece that it stands in."""

    pieces: dict[str, _Pieces] = field(default_factory=dict)
    single: array[int] = field(default_factory=_ints)
    widths: array[int] = field(default_factory=_ints)
    first: array[int] = field(default_factory=_ints)
    sizes: array[int] = field(default_factory=_ints)
    terms: array[int] = field(default_factory=_ints)
    offsets: array[int] = field(default_factory=_ints)
    words: array[int] = field(default_factory=_ints)
    words_of: array[int] = field(default_factory=_ints)
    names: _Names = field(default_factory=_Names)
    _met: list[str] = field(default_factory=list)
    _met_in: list[_Pieces] = field(default_factory=list)

    def of(self, language: str) -> _Pieces:
        """The numbers of a language's pieces; one that is missing is met, and to be learnt."""
        found = self.pieces.get(language)
        if found is None:
            found = self.pieces[language] = _Pieces(self, language)
        return found

    def meet(self, piece: str, pieces: _Pieces) -> int:
        """The number of a new piece."""
        # Two lists and no pairs, of which the collector of garbage would take notice.
        self._met.append(piece)
        self._met_in.append(pieces)
        return len(self.single) + len(self._met) - 1

    def forget(self) -> None:
        """Take no notice of what was met and not learnt."""
        for piece, pieces in zip(self._met, self._met_in, strict=False):
            pieces.pop(piece, None)
        self._met.clear()
        self._met_in.clear()

    def learn(self) -> None:
        """Analyse what was met. Where that fails, nothing is changed."""
        single, words, words_of = _ints(), _ints(), _ints()
        widths, first, sizes, terms, offsets = _ints(), _ints(), _ints(), _ints(), _ints()
        names, stem, most = self.names, analysis.stem, analysis.MAX_WORD
        for number, piece, pieces in zip(count(len(self.single)), self._met, self._met_in, strict=False):
            core = piece.strip(_AROUND)
            if core.isascii() and core.isalpha():  # most are: there is one way to read them
                plain = core.lower()
                term = stem(plain[:most], pieces.language)
                single.append(names[term.encode()])
                if plain != term:
                    words.append(names[plain.encode()])
                    words_of.append(number)
                continue
            tokens = list(analysis.tokens(piece, pieces.language))
            found = [token for token in tokens if token.term]
            if len(tokens) == len(found) == 1:
                single.append(names[found[0].term.encode()])
            else:
                single.append(~(len(self.widths) + len(widths)))
                widths.append(tokens[-1].position + 1 if tokens else 0)
                first.append(len(self.terms) + len(terms))
                sizes.append(len(found))
                terms.extend(names[token.term.encode()] for token in found)
                offsets.extend(token.position for token in found)
            for token in found:
                plain = _plain(piece[token.start : token.end], token.term)
                if plain != token.term:
                    words.append(names[plain.encode()])
                    words_of.append(number)
        self._met.clear()
        self._met_in.clear()
        for name, more in (
            ("single", single), ("widths", widths), ("first", first), ("sizes", sizes), ("terms", terms),
            ("offsets", offsets), ("words", words), ("words_of", words_of),
        ):  # fmt: skip
            getattr(self, name).extend(more)


def _plain(word: str, term: str) -> str:
    return (analysis.plain(word) or term) if not analysis.has_unspaced(word) else term


@dataclass
class _Read:
    """One field of a batch as pieces: their numbers, and where those of each document end."""

    pieces: array[int] = field(default_factory=_ints)
    ends: array[int] = field(default_factory=_ints)


class Inverter:
    """Turns batches into postings; what it has learnt of words it keeps from one batch to the next."""

    def __init__(self) -> None:
        self._known = Known()
        self._lock = threading.Lock()

    def invert(self, documents: Sequence[Document]) -> tuple[dict[str, Inverted], list[bytes]]:
        """The postings of each field, the n-th document numbered n, and the unstemmed words, in order."""
        with self._lock:
            if len(self._known.single) > _MOST_PIECES:
                self._known = Known()
            try:
                reads = _read(self._known, documents)
                self._known.learn()
            except BaseException:
                self._known.forget()
                raise
            return _inverted(self._known, reads)


def _read(known: Known, documents: Sequence[Document]) -> dict[str, _Read]:
    """Each field as pieces."""
    reads = {name: _Read() for name in FIELDS}
    for document in documents:
        number = known.of(document.article.language).__getitem__
        for name, values in texts(document).items():
            read = reads[name]
            if name in _CUT:
                read.pieces.extend(map(number, values[0].split()))
            elif values:
                read.pieces.extend(map(number, filter(None, values)))
            read.ends.append(len(read.pieces))
    return reads


def _inverted(known: Known, reads: dict[str, _Read]) -> tuple[dict[str, Inverted], list[bytes]]:
    names = list(known.names)
    common = np.zeros(len(names), bool)
    common[[number for number in map(known.names.get, _COMMON) if number is not None]] = True
    used = np.zeros(len(known.single), bool)
    fields: dict[str, Inverted] = {}
    for name, read in reads.items():
        pieces = _array(read.pieces)
        used[pieces] = True
        tokens = _tokens(known, pieces, _array(read.ends), apart=name not in _CUT)
        fields[name] = _sorted(names, *tokens, len(read.ends), keep_places=True)
        if name in PAIRED:
            fields[name + PAIRS] = _pairs(names, common, *tokens, len(read.ends))
    words = np.unique(_array(known.words)[used[_array(known.words_of)]])
    return fields, sorted(names[number] for number in words.tolist())


_COMMON = tuple(term.encode() for term in analysis.COMMON_TERMS)


def _array(numbers: array[int]) -> Ints:
    return np.frombuffer(numbers, np.int32) if len(numbers) else np.empty(0, np.int32)


def _tokens(known: Known, pieces: Ints, ends: Ints, *, apart: bool) -> tuple[Ints, Ints, Ints]:
    """The tokens of a field in order: the term of each, its document and its position there.

    apart: each piece is a value, and positions jump from one to the next.
    """
    sizes = np.diff(ends, prepend=np.int32(0))
    documents = np.repeat(np.arange(len(ends), dtype=np.int32), sizes)
    terms = _array(known.single)[pieces]
    several = np.flatnonzero(terms < 0)
    groups = ~terms[several]
    begins = (ends - sizes)[documents]  # the place of each document's first piece
    places = np.arange(len(pieces), dtype=np.int32) - begins
    if len(several):
        wider = np.zeros(len(pieces) + 1, np.int64)
        wider[several + 1] = _array(known.widths)[groups] - 1
        wider = np.cumsum(wider)
        places += (wider[:-1] - wider[begins]).astype(np.int32)
    if apart:
        places += (np.arange(len(pieces), dtype=np.int32) - begins) * np.int32(JUMP)
    if len(several):
        many = np.ones(len(pieces), np.int32)
        many[several] = _array(known.sizes)[groups]
        at = np.repeat(np.arange(len(pieces), dtype=np.int32), many)
        terms, documents, places = terms[at], documents[at], places[at]
        learnt = ragged(_array(known.first)[groups], many[several])
        inner = np.flatnonzero(terms < 0)
        terms[inner] = _array(known.terms)[learnt]
        places[inner] += _array(known.offsets)[learnt]
    return terms, documents, places


def _sorted(
    names: list[bytes], terms: Ints, documents: Ints, places: Ints, size: int, *, keep_places: bool
) -> Inverted:
    """Tokens in order of document and position, brought into that of (term, document, position)."""
    present = np.zeros(len(names), bool)
    present[terms] = True
    some = np.flatnonzero(present).tolist()
    some.sort(key=names.__getitem__)
    rank = np.empty(len(names), np.uint32)
    rank[some] = np.arange(len(some), dtype=np.uint32)
    return _ordered([names[number] for number in some], rank[terms], documents, places, size, keep_places=keep_places)


def _ordered(
    names: list[bytes], ranks: Array, documents: Ints, places: Ints, size: int, *, keep_places: bool
) -> Inverted:
    """The same, of each token the place of its term among the names. Raises ValueError past the bits of a number."""
    lower = int(places.max()).bit_length() if len(places) else 0
    middle = max(size - 1, 0).bit_length()
    if lower + middle + len(names).bit_length() > 64:
        raise ValueError("a field has too many words")
    keys = ranks.astype(np.uint64)
    keys <<= np.uint64(middle)
    keys |= documents.astype(np.uint64)
    keys <<= np.uint64(lower)
    keys |= places.astype(np.uint64)
    keys.sort()
    places = (keys & np.uint64((1 << lower) - 1)).astype(np.int32)
    keys >>= np.uint64(lower)
    at = np.flatnonzero(np.concatenate((np.ones(min(len(keys), 1), bool), keys[1:] != keys[:-1])))
    keys = keys[at]
    begun = np.flatnonzero(np.diff(keys >> np.uint64(middle))) + 1
    return Inverted(
        names,
        np.concatenate((np.zeros(1, np.int64), begun, np.full(min(len(at), 1), len(at)))),
        (keys & np.uint64((1 << middle) - 1)).astype(np.uint16),
        np.diff(at, append=len(places)).astype(np.int32),
        places if keep_places else None,
        np.bincount(documents, minlength=size),
    )


def _pairs(names: list[bytes], common: Mask, terms: Ints, documents: Ints, places: Ints, size: int) -> Inverted:
    """The postings of common words side by side."""
    some = np.flatnonzero(common[terms])
    terms, documents, places = terms[some], documents[some], places[some]
    left: list[Longs] = []
    for step in (1, 2):  # a compound shares the place of its last word: the next place may be the next but one
        beside = (documents[step:] == documents[:-step]) & (places[step:] == places[:-step] + 1)
        left.append(np.flatnonzero(beside) * 4 + step)
    both = np.sort(np.concatenate(left))
    first, second = both // 4, both // 4 + both % 4
    keys = (terms[first].astype(np.int64) << 32) | terms[second]
    found, ranks = np.unique(keys, return_inverse=True)
    pairs = [names[key >> 32] + PAIR.encode() + names[key & 0xFFFFFFFF] for key in found.tolist()]
    order = sorted(range(len(pairs)), key=pairs.__getitem__)
    rank = np.empty(len(pairs), np.uint32)
    rank[order] = np.arange(len(pairs), dtype=np.uint32)
    ordered = [pairs[number] for number in order]
    return _ordered(ordered, rank[ranks], documents[first], places[first], size, keep_places=False)
