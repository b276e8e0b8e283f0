"""Can these two be one person's name? Names taken to pieces, and the ways in which the forms of one name differ.

Knows spellings alone: whether the two are one person is for `reconciliation`, which knows the archive.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz.distance import OSA

from searchsvc.analysis import fold
from searchsvc.nicknames import OF_MEN, OF_WOMEN

#: How two names that can be one differ; each is told with the decision that rests on it.
RULES = ("spelling", "middle name", "nickname", "initials", "transliteration", "plural", "misspelling")

_QUOTED = re.compile(r"[\"“”„«»].*?[\"“”»]|\(.*?\)")
_LETTERS = re.compile(r"[^\W_]+")
# Family names that stand first, of Korea, China and Vietnam.
_FAMILY_FIRST = frozenset(
    "bae ban cao chan chang chen cheung chiang cho choe choi chun chung dang deng ding duong fan feng gao guo "
    "han he ho hong hu huang hwang jang jeong jiang jin jo jung kang kim kong kwon lam lau le lee leung li "
    "liang lim lin liu lu luo ma mao meng moon nam ngo nguyen oh pak pan park peng pham pyo qian qin ri roh "
    "ryu seo shen shi shin so son song suh sun tan tang tran tsai vo wang wei wen wong wu xi xie xu yan yang "
    "yao ye yi yoo yoon yu yuan zeng zhang zhao zheng zhong zhou zhu".split()
)
# Two names whose blank was lost: HoltTrist. A name like MacDonald or FitzGerald is none of these.
_GLUED = re.compile(r"[^\W\d_]{5,}(?<=[a-z])[A-Z][a-z]")
_SUFFIXES = frozenset("jr sr ii iii iv".split())
_PARTICLES = frozenset(
    "al bin ben bint da dal de del della den der di do dos du el ibn la le san st ter van von zu".split()
)
_NEVER_GIVEN = frozenset("bin bint da de del della der di du el ibn von zu".split())
#: Letters of a given name and of a surname from which on one wrong letter is taken for a slip.
_LONG = 5


@dataclass(frozen=True, slots=True)
class Name:
    """A name in pieces, folded: the first, those in the middle, the last with its particles; `suffix` is jr, iii …

    A piece of one letter is an initial. `first` is "" where there is but a surname.
    """

    first: str
    middle: tuple[str, ...]
    last: str
    suffix: str = ""

    @property
    def bare(self) -> bool:
        """Whether it is a surname alone."""
        return not self.first


@lru_cache(maxsize=1 << 16)
def name_of(label: str) -> Name:
    """The pieces of a name as it is printed; of what cannot be taken to pieces, all as the last."""
    tokens: list[str] = []
    for word in _QUOTED.sub(" ", label).split():
        plain = fold(word).replace("'", "").replace("’", "")
        parts = _LETTERS.findall(plain)
        initials = "." in word and all(len(part) == 1 for part in parts)
        if initials or (len(word) in (2, 3) and word.isupper() and word.isalpha() and not set(plain) & _VOWELS):
            tokens += "".join(parts)
        elif parts:
            tokens.append("-".join(parts))
    if glued(label):
        return Name("", (), " ".join(tokens))
    suffix = ""
    while len(tokens) > 1 and tokens[-1] in _SUFFIXES:
        suffix = tokens.pop()
    if not tokens:
        return Name("", (), "")
    start = len(tokens) - 1
    while start > 1 and tokens[start - 1] in _PARTICLES:
        start -= 1
    if start == 1 and tokens[0] in _PARTICLES and (tokens[0] in _NEVER_GIVEN or label[0].islower()):
        start = 0  # bin Laden, De Blasio; not Ben Carson, Al Gore
    last = " ".join(tokens[start:])
    # Of a million names many have the same pieces.
    return Name(sys.intern(tokens[0] if start else ""), tuple(tokens[1:start]), sys.intern(last), suffix)


_VOWELS = frozenset("aeiouy")


def spelled(label: str) -> str:
    """What is the same for two spellings that differ in case, accents, blanks, hyphens and full stops alone."""
    name = name_of(label)
    quoted = "".join(_LETTERS.findall(fold(" ".join(_QUOTED.findall(label)))))
    pieces = [*([name.first] if name.first else []), *name.middle, name.last]
    whole = "".join(piece + "." if len(piece) == 1 else piece for piece in pieces)
    whole = whole.replace("-", "").replace(" ", "")
    return " ".join(filter(None, (whole, name.suffix, quoted)))


def glued(label: str) -> bool:
    """Whether two words of a name have lost the blank between them."""
    return _GLUED.search(label) is not None


def differ(one: Name, other: Name) -> str | None:
    """The rule by which two full names may be one, the first of RULES that holds; None where none does."""
    if one.bare or other.bare or one.suffix != other.suffix or not middles_agree(one.middle, other.middle):
        return None
    if min(len(one.last), len(other.last)) == 1:  # George H.W, cut off
        return None
    if bool(one.middle) != bool(other.middle) and {one.first, other.first} & _FAMILY_FIRST:
        return None  # Kim Jong, cut off, is not Kim Yo Jong
    if one.last == other.last:
        if one.first == other.first:
            return "middle name"
        if len(one.first) == 1 or len(other.first) == 1:
            both = bool(one.middle) == bool(other.middle)  # M.J. Lee is not any Lee whose name begins with M
            return "initials" if both and one.first[0] == other.first[0] else None
        if nicknames_of(one.first) & nicknames_of(other.first):
            return "nickname"
        if romanised(one.first) == romanised(other.first):
            return "transliteration"
        return "misspelling" if _slip(one.first, other.first) else None
    same = one.first == other.first or (
        len(one.first) > 1 and len(other.first) > 1 and romanised(one.first) == romanised(other.first)
    )
    if not same or len(one.first) == 1:
        return None
    if romanised(one.last) == romanised(other.last):
        return "transliteration"
    if one.last + "s" == other.last or other.last + "s" == one.last:
        return "plural"
    return "misspelling" if one.first == other.first and _slip(one.last, other.last) else None


def middles_agree(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether no middle name speaks against the two: one has none, or each in turn agrees, as `W.` and `Walker`."""
    if not one or not other:
        return True
    if len(one) != len(other):
        return False
    return all(a == b or (1 in (len(a), len(b)) and a[0] == b[0]) for a, b in zip(one, other, strict=True))


def _slip(one: str, other: str) -> bool:
    """Whether two words differ by one letter missing, added, wrong or in another's place, behind the first."""
    if min(len(one), len(other)) < _LONG or one[0] != other[0]:
        return False
    return OSA.distance(one, other, score_cutoff=1) == 1


@cache
def nicknames_of(given: str) -> frozenset[int]:
    """Numbers of the rows of nicknames that a given name stands in, of women below 0."""
    return _rows().get(given, frozenset())


def of_either(given: str) -> bool:
    """Whether a given name is short for a woman's name and for a man's: Chris, Pat."""
    return len({number < 0 for number in nicknames_of(given)}) > 1


@cache
def _rows() -> dict[str, frozenset[int]]:
    rows: dict[str, set[int]] = {}
    women, men = (table.strip().splitlines() for table in (OF_WOMEN, OF_MEN))
    for number, line in enumerate([*reversed(women), *men], -len(women)):
        for given in line.split():
            rows.setdefault(given, set()).add(number)
    return {given: frozenset(numbers) for given, numbers in rows.items()}


# What romanisations of one Arabic, Russian, Ukrainian, Persian or Hebrew letter are brought to, in this order.
_ROMANISED = tuple(
    (re.compile(pattern), to)
    for pattern, to in (
        (r"^(al|el)[- ]|\b(al|el)-", ""),
        (r"\bmo[hu]?a?mm?[ae]d\b|\bmuh?amm?[ae]d\b|\bmehm[ae]d\b", "mohamed"),
        ("sch", "sh"), ("tsch|tch", "ch"), ("kh|ch(?=[aou])", "h"), ("gh|q", "g"), ("^k(?=[ao]d)", "g"), ("dh|th", "d"),
        ("ph", "f"), ("tz|ts", "c"), ("w", "v"), ("ou|oo", "u"), ("ee", "i"), ("ks", "x"),
        ("(?:i|y|j|e)?(?:yy|iy|ij|yi|yj|ii|y|i|j)$", "i"), ("(?<=[aeiou])[yj]", "i"), ("y", "i"), (r"(.)\1+", r"\1"),
        ("(?<=[ml])ou?a", "ua"), ("[-' ]", ""),
    )
)  # fmt: skip


@lru_cache(maxsize=1 << 16)
def romanised(word: str) -> str:
    """What is the same for most romanisations of one name: zelensky, zelenskyy and zelenskiy; gaddafi, qaddafi."""
    for pattern, to in _ROMANISED:
        word = pattern.sub(to, word)
    return word


def keys(name: Name) -> Iterator[tuple[str, str]]:
    """What two names that `differ` lets pass have in common, one of these at least: names are compared with those
    that share one and with no others."""
    if name.bare or len(name.last) == 1:
        return
    yield "last", name.last
    yield "roman", f"{romanised(name.first)} {romanised(name.last)}"
    yield "plural", f"{romanised(name.first)} {name.last.removesuffix('s')}"
    if len(name.last) >= _LONG:
        yield "slip", f"{name.first} {name.last}"
        for at in range(1, len(name.last)):
            yield "slip", f"{name.first} {name.last[:at]}{name.last[at + 1 :]}"
