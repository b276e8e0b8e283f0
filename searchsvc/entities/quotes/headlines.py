"""Here is a headline with its marks, and what the article says: tell me what of the headline is speech, and whose.

By where the article says it again, word for word or nearly; else by the headline's own words; else it is whoever speaks
most in the article.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from searchsvc.analysis import fold
from searchsvc.entities.quotes.cues import Cues
from searchsvc.entities.quotes.paragraphs import joined
from searchsvc.entities.quotes.runs import Run
from searchsvc.entities.quotes.speakers import UNNAMED
from searchsvc.entities.quotes.speech import is_headline_speech
from searchsvc.entities.quotes.tokens import QUOTE, tokenize
from searchsvc.entities.tokens import plain

#: Words of more letters tell what a headline repeats, and so large a share of them that it does.
_LITTLE, _ECHO = 3, 0.6
_WORD = re.compile(r"\w+")


def headline(
    title: str, found: Sequence[Run], said: Sequence[tuple[str, int]], reported: Sequence[tuple[str, int]], cues: Cues
) -> Iterator[tuple[Run, int]]:
    """The runs of the title that are speech, and their speakers. `said` is the article's speech with its speakers,
    `reported` its sentences without speech with who acts in them."""
    spoken = [(_key(words), speaker) for words, speaker in said]
    told = [*spoken, *((_key(words), who) for words, who in reported)]
    shown = plain(title)
    tokens = tokenize(shown, 0, len(shown), joined(cues.cast.title_marks, found))
    for q, token in enumerate(tokens):
        if token.kind != QUOTE:
            continue
        run = found[token.ref]
        words = title[run.start : run.end]
        key = _key(words)
        speaker = next((who for other, who in spoken if key and f" {key} " in f" {other} "), None)
        if speaker is None:
            echoed = _echoed(key, told)
            cues.spoke = None
            cue = cues.cue(tokens, 0, len(tokens), q, None)
            once = " " not in key and echoed is None
            if once or not is_headline_speech(words, shown[: token.start], tokens, q, cue):
                continue
            speaker = cue.speaker if cue.speaker is not None and cue.speaker >= 0 else echoed
            if speaker is None:
                heard = Counter(who for _, who in spoken if who >= 0)
                speaker = heard.most_common(1)[0][0] if heard else UNNAMED
        yield run, speaker


def _echoed(key: str, told: Sequence[tuple[str, int]]) -> int | None:
    """Who says most of these words in the article, the first of them; None where nobody does."""
    words = {word for word in key.split() if len(word) > _LITTLE}
    if not words or not told:
        return None
    shares = [len(words.intersection(row.split())) / len(words) for row, _ in told]
    share = max(shares)
    speaker = told[shares.index(share)][1]
    return speaker if share >= _ECHO and speaker >= 0 else None


def _key(words: str) -> str:
    """Words for comparison: folded, without marks and stops."""
    return fold(" ".join(_WORD.findall(words)))
