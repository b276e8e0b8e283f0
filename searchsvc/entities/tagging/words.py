"""Here is a text: give me its sentences, as words with their places.

Words are cut finely, so that a name never shares a word with what is no name: at hyphens (`Saudi-led`), before `'s`.
An abbreviation keeps its full stops (`U.S.`, `Mr.`, `J.`), a number its commas, an address stays whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from searchsvc.entities.tokens import plain

#: A line without a full stop for longer than this is cut.
LONGEST = 120

_STOPPED = (
    "Mr|Mrs|Ms|Dr|Drs|Prof|Sen|Sens|Rep|Reps|Gov|Govs|Gen|Lt|Col|Maj|Capt|Cpl|Sgt|Adm|Cmdr|Rev|Hon|St|Ste|Jr|Sr|Inc|Corp|"
    "Ltd|Co|Cos|Bros|Ont|Que|Jan|Feb|Mar|Apr|Aug|Sept|Sep|Oct|Nov|Dec|Nos|Ga|Fla|Calif|Mass|Conn|Pa|Va|Md|Tex|Ariz|Colo|"
    "Mich|Minn|Wis|Ill|Ind|Tenn|Ky|Ala|Miss|La|Ark|Okla|Kan|Neb|Nev|Ore|Wash|Mont|Wyo|Del|Engr|Cllr|Supt|Insp|Atty|Amb|"
    "Pres|Messrs|Mme|Mlle|Mt|Ft|Pte|Pvt|Spc|Sdn|Bhd|vs|v|etc|cf|approx|Dept|Univ|Assn|Fr|Br|Msgr|Ma|Wm|Jas|Jno|Thos|Geo|"
    "Benj|Chas|Danl|Edw|Fredk|Richd|Robt|Saml|Mohd|Abd|Ch|Ts|Ll|Yu|MR|MRS|DR|ST|SEN|REP|GOV|GEN"
)
_ENDING = frozenset("Inc Corp Ltd Co Cos Bros Jr Sr etc".split())  # these may close a sentence as well

_WORD = re.compile(
    r"(?:https?://|www\.)[^\s<>\"')\]]+"
    r"|(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+"  # not from inside, and not for ever
    r"|(?:[^\W\d_]\.){2,}(?:[^\W\d_](?!\w))?"  # U.S., a.m., J.R.R, and U.S for want of a stop
    rf"|(?:{_STOPPED})\.(?!\w)"
    r"|(?:[Nn]o|NO)\.(?=\s?\d)"
    r"|[A-ZÀ-ÖØ-ÞŁŚŠŽ]\.(?=\s?[A-ZÀ-ÖØ-ÞŁŚŠŽ][\w'.])"  # J. Smith
    r"|[12]\.(?=\s(?:FC|FSV|FFC|Bundesliga)\b)"
    r"|'[sS](?!\w)"
    r"|\d+(?:[.,:]\d+)*(?:st|nd|rd|th|s|m|bn|pm|am|km|kg)?(?!\w)"
    r"|[A-Za-z]\w*\.(?:com|org|net|co|gov|edu|tv|info)(?:\.[a-z]{2})?(?!\w)"
    r"|\w+(?:&\w+)+"
    r"|\w+(?:'(?![sS](?!\w))\w+)*"
    r"|\.{2,}|-{2,}|[^\w\s]"
)
_OPENERS = frozenset(
    "the a an in on at it he she they we i but and this that these those his her their our its as for if when while "
    "after before however there since with under both some many one two what who why how according last no not so by "
    "from mr mrs ms dr".split()
)
_CLOSING = frozenset("\"')]}»")
_STOPS = frozenset((".", "!", "?", "...", "…", "..", "...."))


@dataclass(frozen=True, slots=True)
class Sentence:
    """`words[i]` is what stands at `[starts[i], ends[i])`, in characters of the text; quotes and dashes of one kind."""

    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]


def words(text: str) -> list[str]:
    """The words of a piece of text, without places."""
    return _WORD.findall(plain(text))


def sentences(text: str) -> list[Sentence]:
    """The sentences of a text in order; a line never runs on into the next, unless the text is hard-wrapped."""
    source = plain(text)
    out: list[Sentence] = []
    for line in _lines(source):
        found = [(m[0], m.start(), m.end()) for m in _WORD.finditer(source, *line)]
        first = 0
        for i in range(1, len(found)):
            if _breaks(found, i) or i - first >= LONGEST:
                out.append(_sentence(found[first:i]))
                first = i
        if found:
            out.append(_sentence(found[first:]))
    return out


def _lines(source: str) -> list[tuple[int, int]]:
    lines, start = [], 0
    while start < len(source):
        end = source.find("\n", start)
        end = len(source) if end < 0 else end
        if end > start:
            lines.append((start, end))
        start = end + 1
    return lines


def _sentence(found: list[tuple[str, int, int]]) -> Sentence:
    words, starts, ends = zip(*found, strict=True)
    return Sentence(words, starts, ends)


def _breaks(found: list[tuple[str, int, int]], i: int) -> bool:
    """Whether a sentence begins with word i."""
    word, start, _ = found[i]
    if start == found[i - 1][2]:
        return False  # nothing lies between
    j = i - 1
    while j > 0 and found[j][0] in _CLOSING:
        if found[j][0] in "\"'" and found[j][1] > found[j - 1][2]:
            return False  # it opens what follows
        j -= 1
    last = found[j][0]
    opens = word if word not in "\"'([“" or i + 1 == len(found) else found[i + 1][0]
    if not (opens[0].isupper() or opens[0].isdigit()):
        return False
    if last in _STOPS:
        return True
    if last[-1] != "." or len(last) < 2:
        return False
    return opens.lower() in _OPENERS and (last[:-1] in _ENDING or last.count(".") > 1 or len(last) > 5)
