"""Which countries do a text's cities lie in? Kept apart from the countries that it names.

`Police in Nairobi` does not mention Kenya, and a reader who filters by mentioned countries does not want it there; one
who looks for news from Kenya does.
"""

from __future__ import annotations

from functools import cache

from searchsvc.entities.countries import Match
from searchsvc.entities.lexicon import rows
from searchsvc.entities.tokens import tokens


def inferred(text: str) -> list[Match]:
    """The cities named, in order, each with the code of the country that a bare mention of it is most likely in."""
    index = _cities()
    found = tokens(text)
    matches: list[Match] = []
    last = -1
    for i, word in enumerate(found.words):
        start = found.starts[i]
        if start < last or word not in index:
            continue
        if i and found.gaps[i] == " " and not found.opens[i] and found.words[i - 1][:1].isupper():
            continue  # Paris Hilton's other name, New London
        for name, code in index[word]:
            end = start + len(name)
            if found.plain.startswith(name, start) and not found.plain[end : end + 1].isalnum():
                follows = found.words[i + len(name.split())] if i + len(name.split()) < len(found.words) else ""
                if follows and found.gaps[i + len(name.split())] == " ":
                    break  # London Breed, Paris Agreement
                matches.append(Match(code, start, end))
                last = end
                break
    return matches


@cache
def _cities() -> dict[str, list[tuple[str, str]]]:
    index: dict[str, list[tuple[str, str]]] = {}
    for name, code, *_ in rows("cities.tsv"):
        first = tokens(name).words
        if first and name.startswith(first[0]):
            index.setdefault(first[0], []).append((name, code))
    for row in index.values():
        row.sort(key=lambda pair: -len(pair[0]))
    return index
