"""Here are documents, give me their postings: a batch turned round in arrays.

A text is cut at blanks, which no term reaches over, and each piece is analysed once in the life of the process: what
is left to do for a word is one look-up. The order of postings comes from one sort of numbers.
"""

from __future__ import annotations

import threading
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from searchsvc import analysis
from searchsvc.document import Document
from searchsvc.engines.whoosh.arrays import Array, ragged
from searchsvc.engines.whoosh.columns import Longs
from searchsvc.engines.whoosh.postings import PAIR, PAIRS, Inverted
from searchsvc.fields import FIELDS

#: Between the last position of one value of a field and the first of the next: no phrase reaches over it.
JUMP = 200
#: The fields whose pairs of common words are kept.
PAIRED = ("title", "text")
# Pieces of text known before the map is emptied: junk would fill the memory otherwise.
_MOST_PIECES = 1_000_000
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
    found["said_by"] = tuple(form for e in speakers for form in dict.fromkeys((e.label, e.key)))
    return found


class _Pieces(dict[str, int]):
    """The number of each piece of text of one language."""

    def __init__(self, known: Known, language: str) -> None:
        super().__init__()
        self._known, self._language = known, language

    def __missing__(self, piece: str) -> int:
        number = self[piece] = self._known.learn(piece, self._language)
        return number


@dataclass
class Known:
    """What pieces of text stand for. Piece n is `widths[n]` positions wide and has the terms
    `terms[first[n]:first[n] + sizes[n]]`, each at its `offsets` from the piece's first position. Of a term, `names`
    has the bytes, `common` whether it is one of `analysis.COMMON_TERMS`. The words that are not their own term are
    `words[i]` of the piece `words_of[i]`."""

    pieces: dict[str, _Pieces] = field(default_factory=dict)
    widths: array[int] = field(default_factory=lambda: array("i"))
    first: array[int] = field(default_factory=lambda: array("i"))
    sizes: array[int] = field(default_factory=lambda: array("i"))
    terms: array[int] = field(default_factory=lambda: array("i"))
    offsets: array[int] = field(default_factory=lambda: array("i"))
    names: list[bytes] = field(default_factory=list)
    common: array[int] = field(default_factory=lambda: array("b"))
    words: list[bytes] = field(default_factory=list)
    words_of: array[int] = field(default_factory=lambda: array("i"))
    _numbers: dict[str, int] = field(default_factory=dict)

    def of(self, language: str) -> _Pieces:
        """The numbers of a language's pieces; one that is missing is learnt."""
        found = self.pieces.get(language)
        if found is None:
            found = self.pieces[language] = _Pieces(self, language)
        return found

    def learn(self, piece: str, language: str) -> int:
        """Take in a piece; its number. Where its analysis fails, nothing is changed."""
        core = piece.strip(_AROUND)
        if core.isascii() and core.isalpha():  # most are: there is one way to read them
            found = [(analysis.term(core, language), 0, core.lower())]
            width = 1
        else:
            tokens = list(analysis.tokens(piece, language))
            width = tokens[-1].position + 1 if tokens else 0
            found = [(t.term, t.position, self._plain(piece[t.start : t.end], t.term)) for t in tokens if t.term]
        number = len(self.widths)
        self.first.append(len(self.terms))
        for term, position, plain in found:
            known = self._numbers.get(term)
            if known is None:
                known = self._numbers[term] = len(self.names)
                self.names.append(term.encode())
                self.common.append(term in analysis.COMMON_TERMS)
            self.terms.append(known)
            self.offsets.append(position)
            if plain != term:
                self.words.append(plain.encode())
                self.words_of.append(number)
        self.sizes.append(len(found))
        self.widths.append(width)
        return number

    @staticmethod
    def _plain(word: str, term: str) -> str:
        return (analysis.plain(word) or term) if not analysis.has_unspaced(word) else term


@dataclass
class _Read:
    """One field of a batch as pieces: their numbers, how many each document has, and (place, jump) before some."""

    pieces: array[int] = field(default_factory=lambda: array("i"))
    sizes: list[int] = field(default_factory=list)
    jumps: list[tuple[int, int]] = field(default_factory=list)


class Inverter:
    """Turns batches into postings; what it has learnt of words it keeps from one batch to the next."""

    def __init__(self) -> None:
        self._known = Known()
        self._lock = threading.Lock()

    def invert(self, documents: Sequence[Document]) -> tuple[dict[str, Inverted], list[bytes]]:
        """The postings of each field, the n-th document numbered n, and the unstemmed words, in order."""
        with self._lock:
            return self._invert(documents)

    def _invert(self, documents: Sequence[Document]) -> tuple[dict[str, Inverted], list[bytes]]:
        if len(self._known.widths) > _MOST_PIECES:
            self._known = Known()
        known = self._known
        reads = {name: _Read() for name in FIELDS}
        for document in documents:
            pieces = known.of(document.article.language)
            number = pieces.__getitem__
            for name, values in texts(document).items():
                read = reads[name]
                before = len(read.pieces)
                for value in values:
                    if not value:
                        continue
                    if len(read.pieces) > before:
                        read.jumps.append((len(read.pieces), JUMP))
                    read.pieces.extend(map(number, value.split()))
                read.sizes.append(len(read.pieces) - before)
        fields: dict[str, Inverted] = {}
        used = np.zeros(len(known.widths), bool)
        for name, read in reads.items():
            pieces_read = np.frombuffer(read.pieces, np.int32) if len(read.pieces) else np.empty(0, np.int32)
            used[pieces_read] = True
            fields.update(_inverted(name, known, pieces_read, read))
        of_used = np.flatnonzero(used[np.frombuffer(known.words_of, np.int32)]) if known.words else np.empty(0, int)
        return fields, sorted({known.words[number] for number in of_used.tolist()})


def _inverted(name: str, known: Known, pieces: Array, read: _Read) -> dict[str, Inverted]:
    """A field's postings, and those of its pairs."""
    sizes = np.array(read.sizes, np.int64)
    documents = np.repeat(np.arange(len(sizes), dtype=np.int64), sizes)
    advance = np.frombuffer(known.widths, np.int32)[pieces].astype(np.int64) if len(pieces) else pieces.astype(np.int64)
    ends = np.cumsum(advance)
    places = ends - advance
    if read.jumps:
        jumps = np.zeros(len(pieces) + 1, np.int64)
        for place, jump in read.jumps:
            jumps[place] += jump
        places += np.cumsum(jumps)[:-1]
    starts = np.cumsum(sizes) - sizes
    full = sizes > 0
    places -= np.repeat(places[starts[full]], sizes[full])  # from 0 in each document
    many = np.frombuffer(known.sizes, np.int32)[pieces].astype(np.int64) if len(pieces) else places
    learnt = ragged(np.frombuffer(known.first, np.int32)[pieces] if len(pieces) else places, many)
    if len(learnt):
        terms = np.frombuffer(known.terms, np.int32)[learnt]
        places = np.repeat(places, many) + np.frombuffer(known.offsets, np.int32)[learnt]
    else:
        terms, places = np.empty(0, np.int32), np.empty(0, np.int64)
    documents = np.repeat(documents, many)
    ranks, names = _ranked(known, terms)
    count = len(sizes)
    found = {name: _sorted(ranks, names, documents, places, count, keep_places=True)}
    if name in PAIRED:
        found[name + PAIRS] = _pairs(known, terms, documents, places, count)
    return found


def _ranked(known: Known, terms: Array) -> tuple[Longs, list[bytes]]:
    """For each term its place in the order of bytes among those that occur, and these in order."""
    present = np.zeros(len(known.names), bool)
    present[terms] = True
    some = np.flatnonzero(present).tolist()
    some.sort(key=known.names.__getitem__)
    rank = np.empty(len(known.names), np.int64)
    rank[some] = np.arange(len(some))
    return rank[terms], [known.names[number] for number in some]


def _sorted(
    ranks: Longs, names: list[bytes], documents: Longs, places: Longs, count: int, *, keep_places: bool
) -> Inverted:
    """Tokens in order of document and position, brought into that of (term, document, position)."""
    order = np.sort((ranks.astype(np.uint64) << np.uint64(32)) | np.arange(len(ranks), dtype=np.uint64))
    index = (order & np.uint64(0xFFFFFFFF)).astype(np.int64)
    ranks, documents, places = (order >> np.uint64(32)).astype(np.int64), documents[index], places[index]
    new = np.ones(len(ranks), bool)
    new[1:] = (ranks[1:] != ranks[:-1]) | (documents[1:] != documents[:-1])
    at = np.flatnonzero(new)
    return Inverted(
        names,
        np.concatenate((np.searchsorted(ranks[at], np.arange(len(names))), [len(at)])),
        documents[at],
        np.diff(np.append(at, len(ranks))),
        places if keep_places else None,
        np.bincount(documents, minlength=count),
    )


def _pairs(known: Known, terms: Array, documents: Longs, places: Longs, count: int) -> Inverted:
    """The postings of common words side by side."""
    common = np.flatnonzero(np.frombuffer(known.common, np.int8)[terms]) if len(terms) else np.empty(0, np.int64)
    terms, documents, places = terms[common].astype(np.int64), documents[common], places[common]
    left: list[Longs] = []
    for step in (1, 2):  # a compound shares the place of its last word: the next place may be the next but one
        beside = (documents[step:] == documents[:-step]) & (places[step:] == places[:-step] + 1)
        left.append(np.flatnonzero(beside) * 4 + step)
    both = np.sort(np.concatenate(left))
    first, second = both // 4, both // 4 + both % 4
    keys = (terms[first] << 32) | terms[second]
    found, ranks = np.unique(keys, return_inverse=True)
    names = [known.names[key >> 32] + PAIR.encode() + known.names[key & 0xFFFFFFFF] for key in found.tolist()]
    order = sorted(range(len(names)), key=names.__getitem__)
    rank = np.empty(len(names), np.int64)
    rank[order] = np.arange(len(names))
    return _sorted(
        rank[ranks], [names[number] for number in order], documents[first], places[first], count, keep_places=False
    )
