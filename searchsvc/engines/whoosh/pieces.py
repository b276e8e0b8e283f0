"""Here are texts, which pieces between blanks do they have? A number for each piece, the same wherever it comes again.

A look-up a word in Python's own tables would take most of the time of indexing. A piece of few bytes is two whole
numbers, and all those of a stretch of text are looked up at once, in a table of open addresses held in arrays. What is
longer, and the values of other fields, go through a dictionary.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from searchsvc import analysis
from searchsvc.engines.whoosh.columns import Ints, Longs, Mask

#: Pieces of text, or parts of them, as numbers.
Words = npt.NDArray[np.uint64]

# Bytes of a piece that its two numbers hold beside its size and its language.
_MOST_BYTES = 14
# Bytes of text looked through at once: few enough to stay near the processor.
_AT_ONCE = 1 << 18
# Blanks that are not ASCII. No term holds any of them: where one is missing here, the piece is a longer one.
_BLANKS = tuple(blank.encode() for blank in "\x85\xa0\u2002\u2003\u2009\u200a\u2028\u2029\u202f\u3000")
# Of each size up to the most the bits of the first and of the second number that are the piece's.
_BITS = [(1 << 8 * size) - 1 for size in range(_MOST_BYTES + 1)]
_FIRST = np.array([bits & (2**64 - 1) for bits in _BITS], np.uint64)
_SECOND = np.array([bits >> 64 for bits in _BITS], np.uint64)
_SIZE_AT, _LANGUAGE_AT = np.uint64(48), np.uint64(56)


class Pieces:
    """The numbers of pieces, each in the way of one language; they count up from 0. `met` has the pieces that were
    numbered since it was emptied, in order, and `met_in` the language of each."""

    def __init__(self) -> None:
        self.met: list[str] = []
        self.met_in: list[str] = []
        self._count = 0
        self._languages: dict[str, int] = {}
        self._values: list[_Values] = []
        # Of each piece its two numbers, where it is short; a slot has the number of its piece, -1 where it has none.
        self._keys = np.zeros((2, 1 << 12), np.uint64)
        self._slots = np.full(1 << 13, -1, np.int32)
        # Odd, and not known to who writes the texts: nobody can make many pieces of one slot.
        self._factors = [np.uint64(secrets.randbits(64) | 1) for _ in range(2)]

    def __len__(self) -> int:
        return self._count

    def meet(self, piece: str, language: str) -> int:
        """The number of a new piece."""
        # Two lists and no pairs, of which the collector of garbage would take notice.
        self.met.append(piece)
        self.met_in.append(language)
        self._count += 1
        return self._count - 1

    def of(self, language: str) -> _Values:
        """The numbers of whole values."""
        return self._values[self._language(language)]

    def _language(self, language: str) -> int:
        # Whatever is not stemmed is read alike.
        stemmed = analysis.STEMMED.get(language or analysis.DEFAULT_LANGUAGE, "")
        number = self._languages.get(stemmed)
        if number is None:
            number = self._languages[stemmed] = len(self._languages)
            self._values.append(_Values(self, language))
        return number

    def cut(self, texts: Sequence[str], languages: Sequence[str]) -> tuple[Ints, Ints]:
        """The numbers of the pieces of texts, each of a language, one after another, and how many each text has.
        Raises UnicodeEncodeError for what is no text."""
        encoded = [text.encode() for text in texts]
        ends = np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)), dtype=np.int64)
        numbers, sizes = [np.empty(0, np.int32)], [np.empty(0, np.int32)]
        first = 0
        while first < len(encoded):
            before = int(ends[first - 1]) if first else 0
            last = max(int(np.searchsorted(ends, before + _AT_ONCE, "right")), first + 1)
            some, counts = self._cut(encoded[first:last], [self._language(one) for one in languages[first:last]])
            numbers.append(some)
            sizes.append(counts)
            first = last
        return np.concatenate(numbers), np.concatenate(sizes)

    def _cut(self, texts: list[bytes], languages: list[int]) -> tuple[Ints, Ints]:
        data = b"\n".join([b"", *texts, bytes(24)])
        edges = np.flatnonzero(np.diff(_inside(data)))
        edges += 1
        starts, ends = edges[::2], edges[1::2]
        borders = np.cumsum([1, *(len(text) + 1 for text in texts)])
        counts = np.diff(np.searchsorted(starts, borders)).astype(np.int32)
        sizes = ends - starts
        # Mostly there is one, which takes no room.
        language = np.broadcast_to(np.int64(languages[0]), len(starts))
        if len(set(languages)) > 1:
            language = np.repeat(np.array(languages, np.int64), counts)
        long = np.flatnonzero(sizes > _MOST_BYTES)
        if not len(long):
            return self._found(data, starts, _keys(data, starts, sizes, language)), counts
        short = np.flatnonzero(sizes <= _MOST_BYTES)
        numbers = np.empty(len(starts), np.int32)
        keys = _keys(data, starts[short], sizes[short], language[short])
        numbers[short] = self._found(data, starts[short], keys)
        for at, start, end, which in zip(*(some[long].tolist() for some in (
            np.arange(len(starts)), starts, ends, language
        )), strict=True):  # fmt: skip
            numbers[at] = self._values[which][data[start:end].decode()]
        return numbers, counts

    def _found(self, data: bytes, starts: Longs, keys: tuple[Words, Words]) -> Ints:
        """The numbers of pieces of these keys, which start there in the data; the new ones are met."""
        first, second = keys
        slots = self._slots_of(first, second)
        numbers = self._slots.take(slots)
        left = np.flatnonzero((self._keys[0].take(numbers) != first) | (self._keys[1].take(numbers) != second))
        missing = []
        while len(left):
            empty = numbers[left] < 0
            missing.append(left[empty])
            left = left[~empty]
            slots[left] = (slots[left] + 1) & (len(self._slots) - 1)
            numbers[left] = self._slots[slots[left]]
            left = left[(self._keys[0][numbers[left]] != first[left]) | (self._keys[1][numbers[left]] != second[left])]
        if missing:
            new = np.concatenate(missing)
            numbers[new] = self._taken_in(data, starts[new], first[new], second[new])
        return numbers

    def _taken_in(self, data: bytes, starts: Longs, first: Words, second: Words) -> Ints:
        """The numbers of pieces that are not in the table, which then are."""
        fresh: dict[tuple[int, int], int] = {}
        known = self._count
        numbers = []
        for start, one, other in zip(starts.tolist(), first.tolist(), second.tolist(), strict=True):
            number = fresh.get((one, other))
            if number is None:
                size = other >> int(_SIZE_AT) & 0xFF
                piece = data[start : start + size].decode()
                number = fresh[one, other] = self.meet(piece, self._values[other >> int(_LANGUAGE_AT)].language)
            numbers.append(number)
        if self._count >= self._keys.shape[1]:
            self._keys = np.concatenate((self._keys, np.zeros((2, self._count), np.uint64)), axis=1)
        self._keys[:, known : self._count] = np.array(list(fresh), np.uint64).T
        if self._count * 3 > len(self._slots):
            self._slots = np.full(1 << (self._count * 6).bit_length(), -1, np.int32)
            known = 0
        self._place(np.flatnonzero(self._keys[1, known : self._count]) + known)
        return np.array(numbers, np.int32)

    def _place(self, numbers: Longs) -> None:
        """Put pieces into the table, each in the first free slot from its own."""
        slots = self._slots_of(self._keys[0, numbers], self._keys[1, numbers])
        while len(numbers):
            free = self._slots[slots] < 0
            self._slots[slots[free]] = numbers[free]
            left = self._slots[slots] != numbers  # another one, of those there before or of those that come now
            numbers, slots = numbers[left], (slots[left] + 1) & (len(self._slots) - 1)

    def _slots_of(self, first: Words, second: Words) -> Longs:
        mixed = second * self._factors[0]
        mixed ^= mixed >> np.uint64(32)
        mixed ^= first
        mixed *= self._factors[1]
        mixed >>= np.uint64(64 - self._slots.size.bit_length() + 1)
        return mixed.view(np.int64)


def _inside(data: bytes) -> Mask:
    """Of each byte whether it stands in a piece. Controls, too, are part of no term."""
    every = np.frombuffer(data, np.uint8)
    inside = every > ord(" ")
    if not data.isascii():
        leads = {lead: np.flatnonzero(every == lead) for lead in {blank[0] for blank in _BLANKS}}
        for blank in _BLANKS:
            at = leads[blank[0]]
            at = at[(every[at + 1] == blank[1]) & (every[at + len(blank) - 1] == blank[-1])]
            for place in range(len(blank)):
                inside[at + place] = False
    return inside


def _keys(data: bytes, starts: Longs, sizes: Longs, language: Longs) -> tuple[Words, Words]:
    words = np.frombuffer(data, "<u8", len(data) // 8)
    at = starts >> 3
    by = ((starts & 7) << 3).view(np.uint64)
    rest = np.uint64(63) - by
    middle = words[at + 1]
    first = words[at] >> by
    first |= (middle << np.uint64(1)) << rest
    first &= _FIRST[sizes]
    second = middle >> by
    second |= (words[at + 2] << np.uint64(1)) << rest
    second &= _SECOND[sizes]
    second |= sizes.view(np.uint64) << _SIZE_AT
    second |= language.astype(np.uint64) << _LANGUAGE_AT
    return first, second


class _Values(dict[str, int]):
    """The numbers of pieces that are met one by one, in one language."""

    def __init__(self, pieces: Pieces, language: str) -> None:
        super().__init__()
        self._pieces, self.language = pieces, language

    def __missing__(self, piece: str) -> int:
        number = self[piece] = self._pieces.meet(piece, self.language)
        return number
