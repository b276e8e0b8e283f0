"""Here are documents, give me their postings: a batch turned round in arrays.

A text is cut at blanks, which no term reaches over; the values of other fields, which come again and again, are taken
whole. Each piece is analysed once in the life of the process: what is left to do for a word is a look-up, of many at
once (`pieces.py`). The order of postings comes from one sort of numbers that hold term, document and position.
"""

from __future__ import annotations

import threading
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

import numpy as np

from searchsvc import analysis
from searchsvc.document import Document, Entity
from searchsvc.engines.whoosh.arrays import Array, ragged
from searchsvc.engines.whoosh.columns import Ints, Longs, Mask
from searchsvc.engines.whoosh.pieces import Pieces, Words
from searchsvc.engines.whoosh.postings import PAIR, PAIRS, Inverted
from searchsvc.fields import ENTITIES, FIELDS

#: Between the last position of one value of a field and the first of the next: no phrase reaches over it.
JUMP = 200
#: The fields whose pairs of common words are kept.
PAIRED = ("title", "text")
# The fields of one value of many words.
_CUT = ("title", "text")
# Pieces of text known before the map is emptied: junk would fill the memory otherwise.
_MOST_PIECES = 1_500_000
# Pieces taken for tokens at once: few enough to stay near the processor.
_AT_ONCE = 1 << 16
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
    for name in ENTITIES:
        found[name] = _forms(getattr(document.entities, name), aliases=True)
    found["places"] = _forms(document.located, aliases=False)
    found["said_by"] = _forms(document.speakers, aliases=False) if document.quotes else ()
    return found


def _forms(entities: Sequence[Entity], *, aliases: bool) -> tuple[str, ...]:
    """What each entity can be looked for by, each form of it once."""
    forms: list[str] = []
    for entity in entities:
        label, key = entity.label, entity.key
        if aliases and entity.aliases:
            forms += dict.fromkeys((label, key, *entity.aliases))
        else:
            forms.append(label)
            if key != label:
                forms.append(key)
    return tuple(forms)


class _Names(dict[bytes, int]):
    """The number of each term and each word, and all of them in order of their numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.listed: list[bytes] = []

    def __missing__(self, name: bytes) -> int:
        number = self[name] = len(self)
        self.listed.append(name)
        return number


def _ints() -> array[int]:
    return array("i")


@dataclass
class Known:
    """What pieces of text stand for. Piece n is the one term `single[n]`, a number of `names`, one position wide; or
    where that is below 0, it is the group `~single[n]`: `widths` positions wide and of the terms `terms[first:first +
    sizes]`, each at its `offsets` from the piece's first position. `words` has the words that are not their own term,
    each with the piece that it stands in. `heads` are 8 bytes of each of the names, as a number; `joined`
    are the names one after another, each with a newline behind it, and `ends` where that one is."""

    pieces: Pieces = field(default_factory=Pieces)
    single: array[int] = field(default_factory=_ints)
    widths: array[int] = field(default_factory=_ints)
    first: array[int] = field(default_factory=_ints)
    sizes: array[int] = field(default_factory=_ints)
    terms: array[int] = field(default_factory=_ints)
    offsets: array[int] = field(default_factory=_ints)
    words: array[int] = field(default_factory=_ints)
    words_of: array[int] = field(default_factory=_ints)
    names: _Names = field(default_factory=_Names)
    heads: Words = field(default_factory=lambda: np.empty(0, np.uint64))
    joined: Array = field(default_factory=lambda: np.empty(0, np.uint8))
    ends: Longs = field(default_factory=lambda: np.empty(0, np.int64))

    def learn(self) -> None:
        """Analyse what was met."""
        single, words, words_of = _ints(), _ints(), _ints()
        widths, first, sizes, terms, offsets = _ints(), _ints(), _ints(), _ints(), _ints()
        names, stem, most = self.names, analysis.stem, analysis.MAX_WORD
        for number, piece, language in zip(count(len(self.single)), self.pieces.met, self.pieces.met_in, strict=False):
            core = piece.strip(_AROUND)
            if core.isascii() and core.isalpha():  # most are: there is one way to read them
                plain = core.lower()
                term = stem(plain[:most], language)
                single.append(names[term.encode()])
                if plain != term:
                    words.append(names[plain.encode()])
                    words_of.append(number)
                continue
            tokens = list(analysis.tokens(piece, language))
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
        self.pieces.met.clear()
        self.pieces.met_in.clear()
        for name, more in (
            ("single", single), ("widths", widths), ("first", first), ("sizes", sizes), ("terms", terms),
            ("offsets", offsets), ("words", words), ("words_of", words_of),
        ):  # fmt: skip
            getattr(self, name).extend(more)
        new = names.listed[len(self.heads) :]
        heads = np.array(new, "S8").view(">u8").astype(np.uint64)
        self.heads = np.concatenate((self.heads, heads))
        ends = np.cumsum(np.array([len(name) + 1 for name in new], np.int64)) + len(self.joined)
        self.ends = np.concatenate((self.ends, ends))
        self.joined = np.concatenate((self.joined, np.frombuffer(b"".join(name + b"\n" for name in new), np.uint8)))

    def in_order(self, numbers: Longs) -> Longs:
        """Numbers of names in the order of the names."""
        heads = self.heads[numbers]
        order = np.argsort(heads)
        numbers, heads = numbers[order], heads[order]
        # Those that begin alike stand side by side; in order of the whole names they fill the same places.
        alike = np.concatenate((np.zeros(1, bool), heads[1:] == heads[:-1], np.zeros(1, bool)))
        places = np.flatnonzero(alike[1:] | alike[:-1])
        numbers[places] = sorted(numbers[places].tolist(), key=self.names.listed.__getitem__)
        return numbers

    def together(self, numbers: Longs) -> bytes:
        """The names of these numbers, divided by newlines: read from one place, not from as many as there are."""
        ends = self.ends[numbers]
        starts = np.where(numbers > 0, self.ends[numbers - 1], 0)
        return self.joined[ragged(starts, ends - starts)][:-1].tobytes()


def _plain(word: str, term: str) -> str:
    return (analysis.plain(word) or term) if not analysis.has_unspaced(word) else term


@dataclass
class _Read:
    """One field of a batch as pieces: their numbers, and how many each document has."""

    pieces: Array
    sizes: Array


class Inverter:
    """Turns batches into postings; what it has learnt of words it keeps from one batch to the next."""

    def __init__(self) -> None:
        self._known = Known()
        self._lock = threading.Lock()

    def invert(self, documents: Sequence[Document]) -> tuple[dict[str, Inverted], bytes]:
        """The postings of each field, the n-th document numbered n, and the unstemmed words, in order."""
        with self._lock:
            if len(self._known.single) > _MOST_PIECES:
                self._known = Known()
            try:
                reads = _read(self._known, documents)
                self._known.learn()
            except BaseException:
                self._known = Known()  # it may know half of what was met
                raise
            return _inverted(self._known, reads)


def _read(known: Known, documents: Sequence[Document]) -> dict[str, _Read]:
    """Each field as pieces."""
    found: dict[str, list[tuple[str, ...]]] = {name: [] for name in FIELDS}
    for document in documents:
        for name, values in texts(document).items():
            found[name].append(values)
    languages = [document.article.language for document in documents]
    numbers = [known.pieces.of(language).__getitem__ for language in languages]
    reads = {}
    for name, rows in found.items():
        if name in _CUT:
            reads[name] = _Read(*known.pieces.cut([text for (text,) in rows], languages))
        else:
            met = array("i", [number(v) for number, some in zip(numbers, rows, strict=True) for v in some if v])
            sizes = array("i", [len(some) - some.count("") for some in rows])
            reads[name] = _Read(_array(met), _array(sizes))
    return reads


def _inverted(known: Known, reads: dict[str, _Read]) -> tuple[dict[str, Inverted], bytes]:
    names = known.names.listed
    common = np.zeros(len(names), bool)
    common[[number for number in map(known.names.get, _COMMON) if number is not None]] = True
    used = np.zeros(len(known.single), bool)
    fields: dict[str, Inverted] = {}
    for name, read in reads.items():
        used[read.pieces] = True
        tokens = _all_tokens(known, read, apart=name not in _CUT)
        fields[name] = _sorted(known, *tokens, len(read.sizes), keep_places=True)
        if name in PAIRED:
            fields[name + PAIRS] = _pairs(names, common, *tokens, len(read.sizes))
    words = np.zeros(len(names), bool)
    words[_array(known.words)[used[_array(known.words_of)]]] = True
    return fields, known.together(known.in_order(np.flatnonzero(words)))


_COMMON = tuple(term.encode() for term in analysis.COMMON_TERMS)


def _array(numbers: array[int]) -> Ints:
    return np.frombuffer(numbers, np.int32) if len(numbers) else np.empty(0, np.int32)


def _all_tokens(known: Known, read: _Read, *, apart: bool) -> tuple[Ints, Ints, Ints]:
    """The tokens of a field in order: the term of each, its document and its position there."""
    ends = np.cumsum(read.sizes, dtype=np.int64)
    parts: list[tuple[Ints, Ints, Ints]] = []
    first = before = 0
    while first < len(ends):
        last = max(int(np.searchsorted(ends, before + _AT_ONCE, "right")), first + 1)
        end = int(ends[last - 1])
        terms, documents, places = _tokens(known, read.pieces[before:end], read.sizes[first:last], apart=apart)
        documents += np.int32(first)
        parts.append((terms, documents, places))
        first, before = last, end
    terms, documents, places = (np.concatenate(some) for some in zip(*parts, strict=True))
    return terms, documents, places


def _tokens(known: Known, pieces: Ints, sizes: Ints, *, apart: bool) -> tuple[Ints, Ints, Ints]:
    """The tokens of neighbouring documents, numbered from 0.

    apart: each piece is a value, and positions jump from one to the next.
    """
    ends = np.cumsum(sizes, dtype=np.int32)
    documents = np.repeat(np.arange(len(ends), dtype=np.int32), sizes)
    terms = _array(known.single)[pieces]
    several = np.flatnonzero(terms < 0)
    groups = ~terms[several]
    begins = np.repeat(ends - sizes, sizes)  # the place of each document's first piece
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


def _sorted(known: Known, terms: Ints, documents: Ints, places: Ints, size: int, *, keep_places: bool) -> Inverted:
    """Tokens in order of document and position, brought into that of (term, document, position)."""
    present = np.zeros(len(known.names.listed), bool)
    present[terms] = True
    some = known.in_order(np.flatnonzero(present))
    rank = np.empty(len(present), np.uint32)
    rank[some] = np.arange(len(some), dtype=np.uint32)
    return _ordered(known.together(some), len(some), rank[terms], documents, places, size, keep_places=keep_places)


def _ordered(
    names: bytes, count: int, ranks: Array, documents: Ints, places: Ints, size: int, *, keep_places: bool
) -> Inverted:
    """The same, of each token the place of its term among the names, of which there are `count`. Raises ValueError past
    the bits of a number."""
    lower = int(places.max()).bit_length() if len(places) else 0
    middle = max(size - 1, 0).bit_length()
    if lower + middle + count.bit_length() > 64:
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
        np.bincount(documents, minlength=size) if keep_places else np.zeros(size, np.int64),
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
    ordered = b"\n".join([pairs[number] for number in order])
    return _ordered(ordered, len(order), rank[ranks], documents[first], places[first], size, keep_places=False)
