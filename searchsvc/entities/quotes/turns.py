"""Here is speech of which nothing by it tells whose it is: give me who may say it, and what speaks for each.

Who asked before, who was asked, who talks with whom, who acts in the narration between: features for `best` of
`antecedents`, whose names begin with `turn` where speech follows speech and with `after` where narration is between.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from searchsvc.analysis import fold
from searchsvc.entities.quotes.antecedents import FADING, LATELY, Features, Standing
from searchsvc.entities.quotes.speakers import SEVERAL, UNNAMED
from searchsvc.entities.quotes.tokens import BODY
from searchsvc.entities.quotes.words import ANSWERING

# How a court, a chair or a house is spoken to.
_HONOURED = re.compile(
    r"\b(?:your (?:honou?r|worship|lordship|ladyship|excellency)|my (?:lord|lady)|sir|ma'am|madam"
    r"|m(?:r|adam)\.? (?:speaker|chair\w*|president))\b",
    re.IGNORECASE,
)
_HE, _SHE = re.compile(r"\b(?:he|him|his)\b", re.IGNORECASE), re.compile(r"\b(?:she|her|hers)\b", re.IGNORECASE)
_PRESIDING = frozenset(
    "judge justice magistrate coroner recorder speaker chair president chairman commissioner".split()
)
#: A question or an answer of so many characters at most is taken for one put to whoever spoke before.
_SHORT = 70


@dataclass(frozen=True, slots=True)
class Turn:
    """The speech, the speech before it with its speaker and verb, and how that ended: see `_Reading.ended`.

    `dialogue` are the speakers of the paragraphs before that open with speech; `narrated` is whether narration is
    between, `opens` whether the speech opens a paragraph.
    """

    words: str
    earlier: str
    speaker: int | None
    verb: str
    ended: str
    dialogue: Sequence[int]
    narrated: bool
    opens: bool
    #: Who acts in the sentence right behind the speech: `"No." Lee shook his head.`
    beat: int | None = None


def takers(cast: Standing, turn: Turn) -> list[tuple[int, Features]]:
    """Who may speak, by number, with what speaks for each."""
    told = _standing(cast, turn)
    said, heard = f" {fold(turn.words)} ", f" {fold(turn.earlier)} "
    honours = _HONOURED.search(turn.words) is not None
    if turn.speaker is not None and turn.speaker != SEVERAL:
        told.setdefault(turn.speaker, {}).update(_same(turn))
    row = turn.dialogue
    if len(row) > 1 and row[-1] != row[-2] and row[-2] != SEVERAL:
        told.setdefault(row[-2], {})["alternates"] = 1.0
        if len(row) > 3 and row[-4] == row[-2]:
            told[row[-2]]["alternates on"] = 1.0
    if turn.beat is not None and turn.beat != SEVERAL:
        told.setdefault(turn.beat, {})["acts behind"] = 1.0
    most = max((cast.counts[ref] for ref in told if ref >= 0), default=0)
    kind = "after" if turn.narrated else "turn"
    found: list[tuple[int, Features]] = []
    for ref, features in told.items():
        if ref < 0:
            features["nobody"] = 1.0
        else:
            speaker = cast.speakers[ref]
            if speaker.kind == BODY:
                features["body"] = 1.0
            if ref == cast.reporter:
                features["reporter"] = 1.0
            if speaker.surname and f" {speaker.surname}" in said:
                features["named in it"] = 1.0
            elif speaker.surname and f" {speaker.surname}" in heard and ref != turn.speaker:
                features["named before"] = 1.0
            if speaker.gender and (_HE if speaker.gender == "m" else _SHE).search(turn.words):
                features["of another"] = 1.0  # hardly of himself
            if speaker.roles & _PRESIDING:
                features["honoured" if honours else "presides"] = 1.0
            elif honours:
                features["honours"] = 1.0
            features["often"] = cast.counts[ref] / most if most else 0.0
        found.append((ref, {f"{kind} {name}": value for name, value in features.items()}))
    return found


def _same(turn: Turn) -> Features:
    """What speaks for and against whoever spoke before."""
    features = {"same": 1.0, f"same {turn.ended}": 1.0}
    if turn.earlier.endswith("?"):
        features["same asked"] = 1.0
    if turn.words.endswith("?") and len(turn.words) < _SHORT:
        features["same asks"] = 1.0
    if len(turn.words) < _SHORT:
        features["same short"] = 1.0
    if turn.verb in ANSWERING:
        features["same answered"] = 1.0
    if len(turn.dialogue) > 1 and turn.dialogue[-1] == turn.dialogue[-2]:
        features["same goes on"] = 1.0
    return features


def _standing(cast: Standing, turn: Turn) -> dict[int, Features]:
    """Where those stand who have been named or have spoken lately."""
    told: dict[int, Features] = {}
    opens = " opens" if turn.opens else ""
    fade = 1.0
    for far, sentence in enumerate(cast.history[:-LATELY:-1]):
        near = "last" if far == 0 else "back"
        silent = sentence.spoke is None
        row = [
            (sentence.asked, "asked"),
            (sentence.told, "told"),
            (
                sentence.subject,
                f"asks{opens}" if sentence.asks else f"requests{opens}" if sentence.requests else "subject",
            ),
            (sentence.spoke, "spoke"),
        ]
        row += [(ref, "object" if i else "named") for i, ref in enumerate(sentence.people)]
        for ref, role in row:
            if ref is None or ref == SEVERAL:
                continue
            if ref == UNNAMED and role == "subject" and not sentence.human:
                continue
            if far == 0 and role == "subject" and ref == UNNAMED and not sentence.definite and silent:
                role = "unknown"
            features = told.setdefault(ref, {})
            features.setdefault(f"{near} {role}", fade)
            if far == 0 and role == "subject" and silent:
                features["acts"] = 1.0
        fade *= FADING
    return told
