"""Here is a given name: tell me whether it is a woman's or a man's.

Names are told by a table, which says what they are nearly everywhere; what is not in it is judged by how it ends.
"""

from __future__ import annotations

from collections import Counter
from functools import cache, lru_cache

from searchsvc.entities.lexicon import rows

#: A name leans to what so large a share of the names with its ending are.
_SHARE = 0.8
#: A shorter name is hardly more than its ending.
_SHORT = 5
#: An ending of fewer names tells nothing.
_FEW = 3


@cache
def _names() -> dict[str, str]:
    return {name: row[0] for row in rows("genders.tsv") for name in row[1].split()}


@cache
def _endings() -> dict[str, str]:
    """Endings of two and three letters to f, m or nothing, which is that the names with them are of both."""
    count: Counter[tuple[str, str]] = Counter()
    for name, gender in _names().items():
        count.update(((name[-3:], gender), (name[-2:], gender)))
    found: dict[str, str] = {}
    for ending in {ending for ending, _ in count}:
        women, men = count[ending, "f"], count[ending, "m"]
        if women + men >= _FEW:
            share = (women + 1) / (women + men + 2)
            found[ending] = "f" if share > _SHARE else "m" if share < 1 - _SHARE else ""
    return found


def known(name: str) -> str:
    """f, m, or nothing where the table has not the folded name."""
    return _names().get(name, "")


@lru_cache(maxsize=20_000)
def leaning(name: str) -> str:
    """f or m by the ending of a folded name, or nothing. Each name of the table left out in turn, the endings tell
    for more than half, nine in ten of these rightly."""
    if len(name) < _SHORT:
        return ""
    endings = _endings()
    told = endings.get(name[-3:])
    return endings.get(name[-2:], "") if told is None else told
