"""Are these two articles near-copies of one story? Wire copy as fifty papers print it: cut, re-led, corrected.

A text is taken as the set of its *shingles*, five words in a row each, hashed; two articles are compared by how many
they share. A few shingles of each, the *prints*, find the candidates without comparing all with all. Nothing here
keeps anything; the stories that pairs add up to are in `stories`.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from searchsvc.analysis import fold

Hashes = npt.NDArray[np.uint64]

#: Words of a shingle.
WIDTH = 5
#: Prints of an article: its smallest shingles (bottom-k sketch). Of a copy cut to 30 % seven are expected to be shared.
PRINTS = 24
#: A text of fewer different shingles is short: a brief, a dividend notice, a table. Templates rule there.
SHORT = 30
#: Fewest words of a short text, or of a title that stands alone, that say anything.
FEWEST_WORDS = 5
#: Share of the shorter text's shingles that must be in the longer; and where none of the openings is in the other text
#: (the story was given a new one), or the shorter is but a part of the longer.
SHARED, SHARED_STRICTLY = 0.6, 0.7
#: Shingles of an opening, and the share of them that makes it the same. A form letter ("X receives grant") fails.
OPENING, OPENING_SHARED = 26, 0.75
#: Share of the longer text that is common. Below it the shorter must be the longer's beginning, with so much of what
#: is common in it; else it is one of the pieces of a round-up.
OF_LONGER, BEGINNING = 0.4, 0.85
#: What one source prints on two days is a series ("jobless claims rose") unless this much of both is common.
SERIES = 0.9
#: Days after which another source reprints only what it does not give an opening of its own.
LATE = 10
#: Share of what is two articles' own, where they are of one form, that must be common.
OWN_SHARED = 0.5
#: Share of the shorter title's words that must be in the other, between short texts.
TITLES_SHARED = 0.6

# Letters and digits of ASCII in lower case, all else a space; apostrophes are left out. Bytes of other letters stay.
_LETTERS = bytes(
    byte if byte >= 128 else ord(chr(byte).lower()) if chr(byte).isalnum() else ord(" ") for byte in range(256)
)
# Dashes, quotation marks, bullets, spaces and the like of Latin-1 and of Chinese and Japanese print, in UTF-8.
_DIVIDERS = re.compile(rb"\xe2\x80[\x80-\xbf]|\xc2[\x80-\xbf]|\xe3\x80[\x80-\xbf]|\xef\xbc[\x80-\x8f\x9a-\xa0]")
# Written without spaces, so that each sign is a word. Looked for where words are longer than this on average.
_UNSPACED, _LONG_WORDS = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"), 9

_FACTORS = [
    np.uint64(factor)
    for factor in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93, 0xFF51AFD7ED558CCD)
]
_MIX, _30, _27, _31 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(30), np.uint64(27), np.uint64(31)
_MOST_WORDS = 400_000


class _Words(dict[bytes, int]):
    """The number of each word met: equal for words that are equal but for case, accents and quotation marks."""

    def __missing__(self, word: bytes) -> int:
        if len(self) >= _MOST_WORDS:
            self.clear()
        letters = "".join(filter(str.isalnum, fold(word.decode("utf-8", "replace"))))
        number = self[word] = (zlib.crc32(letters.encode()) | 1 << 32) if letters else 0
        return number


_words = _Words()


@dataclass(frozen=True, slots=True)
class Shingles:
    """What of an article is compared. `ordered` are its shingles as they stand, `known` the different ones, ascending.

    A short text has no shingles, and one print: the whole of it. `day` counts days, 0 where it is not known.
    """

    ordered: Hashes
    known: Hashes
    prints: Hashes
    title: frozenset[int]
    source: str
    day: int

    @property
    def short(self) -> bool:
        return not len(self.known)


def shingles(title: str, text: str, source: str = "", at: str = "") -> Shingles:
    """What of an article is compared. `at` is its date, ISO 8601, as exactly as it is known."""
    source, day = source.casefold(), _day(at)
    heading = _numbers(title)
    names = frozenset(heading.tolist())
    numbers = _numbers(text)
    ordered = _rolled(numbers)
    known = np.sort(ordered)
    if len(known):
        known = known[np.concatenate(([True], known[1:] != known[:-1]))]
    if len(known) >= SHORT:
        return Shingles(ordered, known, known[:PRINTS], names, source, day)
    none = np.empty(0, np.uint64)
    whole = numbers if len(numbers) else heading
    if len(whole) < FEWEST_WORDS:
        return Shingles(none, none, none, names, source, day)
    digest = hashlib.blake2b(whole.tobytes(), digest_size=8).digest()
    return Shingles(none, none, np.frombuffer(digest, np.uint64), names, source, day)


def _day(at: str) -> int:
    try:
        return date.fromisoformat(at[:10]).toordinal() if len(at) >= 10 else 0
    except ValueError:  # an engine refuses such an article, the store takes it
        return 0


def _numbers(text: str) -> Hashes:
    """The words of a text, in order, as numbers."""
    words = _split(text)
    if len(text) > _LONG_WORDS * len(words) and _UNSPACED.search(text):
        words = _split(_UNSPACED.sub(r" \g<0> ", text))
    numbers = np.array(list(map(_words.__getitem__, words)), np.uint64)
    kept: Hashes = numbers[numbers != 0]
    return kept


def _split(text: str) -> list[bytes]:
    """The words in UTF-8, those of ASCII in lower case."""
    if text.isascii():
        data = text.encode()
    else:
        data = _DIVIDERS.sub(b" ", text.replace("’", "").encode("utf-8", "replace"))
    return data.translate(_LETTERS, b"'").split()


def _rolled(numbers: Hashes) -> Hashes:
    """The shingle that begins at each word, mixed (splitmix64) so that their order is random."""
    count = len(numbers) - WIDTH + 1
    if count < 1:
        return np.empty(0, np.uint64)
    rolled = numbers[:count] * _FACTORS[0]
    for place in range(1, WIDTH):
        rolled += numbers[place : place + count] * _FACTORS[place]
    rolled ^= rolled >> _30
    rolled *= _MIX
    rolled ^= rolled >> _27
    rolled *= _FACTORS[1]
    rolled ^= rolled >> _31
    return rolled


def near(one: Shingles, other: Shingles, form: Sequence[Shingles] = ()) -> bool:
    """Whether the two are near-copies. Symmetric; what follows from it by way of a third is for `stories` to say."""
    return compared(one, other, form) > 0


def compared(one: Shingles, other: Shingles, form: Sequence[Shingles] = ()) -> float:
    """How near two near-copies are, over 0 to 1: the share of the shorter one that is common. 0 for strangers, and the
    share below 0 for two that are as near and still told apart: of one series, or letters of one form.

    form: articles of other stories that share much with them, as form letters do. Then what the two have of their own,
    beside what is in the form, must be common as well.
    """
    if one.short or other.short:
        return float(_same_brief(one, other))
    less, more = (one, other) if len(one.known) <= len(other.known) else (other, one)
    size = len(less.known)
    shared = _shared(less.known, more.known)
    if shared < SHARED * size:
        return 0.0
    opening = max(_opening(one, other), _opening(other, one))
    same_opening = opening >= OPENING_SHARED
    a_part = shared < OF_LONGER * len(more.known)
    if (a_part or not same_opening) and shared < SHARED_STRICTLY * size:
        return 0.0
    if a_part and _shared(less.known, np.sort(more.ordered[: size + OPENING])) < BEGINNING * shared:
        return 0.0
    if form and not _share_their_own(one, other, form):
        return -shared / size
    days = _days_between(one, other)
    if one.source and one.source == other.source:
        copies = same_opening and (not days or shared >= SERIES * (size + len(more.known) - shared))
    else:
        copies = same_opening or days <= LATE
    return shared / size if copies else -shared / size


def _same_brief(one: Shingles, other: Shingles) -> bool:
    """Short texts: the same words, under titles that name the same, not on two days.

    "Qtly div 10 cts vs 10 cts prior, pay April 15" is printed of many companies, "there were six grain ships loading"
    every week.
    """
    if not (one.short and other.short and len(one.prints) and np.array_equal(one.prints, other.prints)):
        return False
    if len(one.title & other.title) < TITLES_SHARED * min(len(one.title), len(other.title)):
        return False
    return not _days_between(one, other)


def _days_between(one: Shingles, other: Shingles) -> int:
    """Days from one to the other, 0 where either is not known."""
    return abs(one.day - other.day) if one.day and other.day else 0


def _share_their_own(one: Shingles, other: Shingles, form: Sequence[Shingles]) -> bool:
    mine, yours = _own(one, form), _own(other, form)
    least = min(len(mine), len(yours))
    common = _shared(mine, yours) if least else 0
    return common >= OWN_SHARED * least if least >= OPENING else common >= OWN_SHARED * max(len(mine), len(yours))


def _own(some: Shingles, form: Sequence[Shingles]) -> Hashes:
    """The shingles that are in fewer than two articles of the form."""
    held = np.zeros(len(some.known), np.int64)
    for other in form:
        held += _among(some.known, other.known)
    own: Hashes = some.known[held < 2]
    return own


def _among(some: Hashes, others: Hashes) -> npt.NDArray[np.bool_]:
    """Which of the ones are among the others, which are ascending and not none."""
    places = np.searchsorted(others, some)
    places[places == len(others)] = 0
    found: npt.NDArray[np.bool_] = others[places] == some
    return found


def _shared(some: Hashes, others: Hashes) -> int:
    """How many of the ones are among the others."""
    return int(np.count_nonzero(_among(some, others)))


def _opening(one: Shingles, other: Shingles) -> float:
    """How much of the opening of the one is in the other."""
    return _shared(one.ordered[:OPENING], other.known) / min(OPENING, len(one.ordered))
