"""Where does each paragraph of a plain text begin and end? Lines in, paragraphs out, whatever divides them.

Three habits are met: a blank line between paragraphs, each line a paragraph, and lines wrapped by hand at a fixed
width. No markup here.
"""

from __future__ import annotations

import re

# A wrapped line is about as long as its neighbours: mail and wire copy break at 65 to 80, old screens at 100.
_WRAPPED_FROM, _WRAPPED_TO = 40, 100

_BLANK = re.compile(r"\n[ \t\r\f\v\u00a0\u200b]*\n\s*")
_NOT_WORD = re.compile(r"[\W_]+")
_SENTENCE_END = re.compile(r"[.!?:][\"'”’»)]*$|[\"”»]$")
# Lines that stand for themselves even among wrapped ones: list items, quoted mail, "Key: value".
_OWN_LINE = re.compile(r"^\s*(?:[-*•–·>]\s|\d{1,3}[.)]\s)")


def normal(text: str) -> str:
    """Letters and digits only, lower case: what two printings of one line agree in."""
    return _NOT_WORD.sub(" ", text).strip().lower()


def paragraphs(text: str) -> list[str]:
    """The paragraphs in order, white space folded, none empty."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2029", "\n\n").replace("\u2028", "\n")
    text = text.replace("\f", "\n\n").replace("\v", "\n").replace("\x85", "\n")
    blocks = [block.split("\n") for block in _BLANK.split(text.strip("\n"))]
    found: list[str] = []
    for lines in blocks:
        kept = [line for line in (" ".join(raw.split()) for raw in lines) if line]
        found.extend([" ".join(kept)] if _is_wrapped(kept) else kept)
    return found


def _is_wrapped(lines: list[str]) -> bool:
    """Whether these lines are one paragraph broken by hand: all but the last of about one width."""
    full = lines[:-1]
    if not full or any(_OWN_LINE.match(line) for line in lines) or all(_SENTENCE_END.search(line) for line in lines):
        return False
    widest = max(map(len, lines))
    # A line ends where its next word would have passed the width.
    return widest <= _WRAPPED_TO and all(
        len(line) >= _WRAPPED_FROM and len(line) + 1 + len(after.split(" ", 1)[0]) >= widest - 8
        for line, after in zip(full, lines[1:], strict=True)
    )


def joined(found: list[str], title: str = "") -> str:
    """The paragraphs as one text, without a first one that only repeats the title (unless it is all there is)."""
    if title and len(found) > 1 and normal(found[0]) == normal(title):
        found = found[1:]
    return "\n\n".join(found)
