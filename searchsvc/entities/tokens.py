"""Where are the capitalised words, and what lies between them?

Only words in capitals are cut out (with particles such as `van der` before one): names are made of them, and the
rest is read on demand from the gaps. Offsets are those of the text as given: `plain` changes characters one for one.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass

_UPPER = "".join(chr(c) for c in range(0xC0, 0x1F00) if chr(c).isupper())
_CAPITAL = f"[A-Z{_UPPER}]"

# Abbreviations that keep their full stop without ending a sentence.
_STOPPED = (
    "Mr|Mrs|Ms|Dr|Prof|Sen|Rep|Gov|Gen|Lt|Col|Maj|Capt|Cpl|Sgt|Adm|Rev|Hon|St|Jr|Sr|Inc|Corp|Ltd|Co|Cos|Bros|Ont|Que|"
    "Jan|Feb|Mar|Apr|Aug|Sept|Sep|Oct|Nov|Dec|No|Ga|Fla|Calif|Mass|Conn|Pa|Va|Md|Tex|Ariz|Colo|Mich|Minn|Wis|Ill|"
    "Ind|Tenn|Ky|Ala|Miss|La|Ark|Okla|Kan|Neb|Nev|Ore|Wash|Mont|Wyo|Del|Engr|Cllr|Supt|Insp|Atty|Amb|Pres|Messrs|Mme|Mlle"
)
_PARTICLES = (
    "van der|van den|van de|von der|von dem|de la|de los|de las|de|van|von|zu|bin|ben|al|el|da|di|del|della|dos|das|du|"
    "la|le|ibn|bint|ter|der|ul|ud|arap|wa|anak"
)
PARTICLES = frozenset(_PARTICLES.split("|"))

# Linear: every alternative starts with a letter at a word's start, and no two parts of one can match the same text.
_TOKEN = re.compile(
    rf"(?<!\w)(?:(?:{_STOPPED})\.(?![\w])"
    rf"|(?:al|el|an|as|ash|at|ul|ud|ibn|d)[-'](?={_CAPITAL})\w+(?:-\w+|'(?![sS]\b)\w+)*"
    rf"|(?:{_PARTICLES})(?= {_CAPITAL})"
    rf"|(?:{_CAPITAL}\.)+(?:{_CAPITAL}(?!\w))?(?:-\w+)*"
    rf"|{_CAPITAL}[\w\u0300-\u036f]*(?:'(?![sS]\b)\w+|[&-]\w+|\.com\b)*)"
)

_PLAIN = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "`": "'", "“": '"', "”": '"', "\xa0": " ", "‑": "-", "‐": "-", "–": "-", "\t": " "}
)
_WRAP = re.compile(r"(?<=[^\n])\n(?=[^\s])")
_SENTENCE = re.compile(r"[.!?:\n\"•*|]")


@dataclass(slots=True)
class Tokens:
    """The capitalised words of a text. `gaps[i]` lies before word i; `gaps[-1]`, one more, after the last.

    `opens[i]`: the word may be capitalised only because it opens a sentence, quotation or line.
    `shouts[i]`: the word stands in a line without small letters.
    """

    plain: str
    words: list[str]
    starts: list[int]
    ends: list[int]
    gaps: list[str]
    opens: list[bool]
    shouts: list[bool]


def plain(text: str) -> str:
    """The text with one kind of quote, dash and blank, and hard-wrapped lines joined; every offset stays."""
    if not text.isascii():
        text = text.translate(_PLAIN)
    elif "\t" in text or "`" in text:
        text = text.replace("\t", " ").replace("`", "'")
    if text.count("\n") > 3 and _wrapped(text):
        text = _WRAP.sub(" ", text)
    return text


def _wrapped(text: str) -> bool:
    lines = [len(line) for line in text[:20_000].split("\n") if line.strip()]
    middling = sum(45 <= length <= 90 for length in lines)
    return middling * 2 > len(lines) and max(lines) <= 120


def tokens(text: str) -> Tokens:
    """The capitalised words of the text."""
    source = plain(text)
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    gaps: list[str] = []
    opens: list[bool] = []
    shouts: list[bool] = []
    last = 0
    line_end, line_shouts = -1, False
    for match in _TOKEN.finditer(source):
        start, end = match.span()
        word = match[0]
        gap = source[last:start]
        words.append(sys.intern(word) if len(word) < 40 else word)
        starts.append(start)
        ends.append(end)
        gaps.append(gap)
        opens.append(not last or (gap != " " and _SENTENCE.search(gap) is not None))
        if start > line_end:
            line_start = source.rfind("\n", last, start) + 1 or (last if last == 0 else start)
            line_end = source.find("\n", start)
            line_end = len(source) if line_end < 0 else line_end
            line_shouts = _shouts(source[line_start:line_end])
        shouts.append(line_shouts)
        last = end
    gaps.append(source[last:])
    return Tokens(source, words, starts, ends, gaps, opens, shouts)


def _shouts(line: str) -> bool:
    return line.isupper() and sum(map(str.isalpha, line[:200])) > 5 and " " in line.strip()
