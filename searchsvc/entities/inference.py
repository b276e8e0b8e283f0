"""Which countries do a text's cities lie in? Kept apart from the countries that it names.

`Police in Nairobi` does not mention Kenya, and a reader who filters by mentioned countries does not want it there; one
who looks for news from Kenya does.
"""

from __future__ import annotations

import re
from functools import cache

from searchsvc.entities.countries import Match
from searchsvc.entities.lexicon import lexicon, rows
from searchsvc.entities.tokens import Tokens, tokens

_NOUN = re.compile(r"[ -](?!from|have|that|then|this|were|when|will|with)[a-z]{4}")
_IN = re.compile(r"\b(?:across|around|at|from|in|into|leave|left|near|of|outside|reach|reached|to|toward|towards) $")


def inferred(text: str) -> list[Match]:
    """The cities named, in order, each with its country as the text has it, else that of a bare mention."""
    index, forenames = _cities(), lexicon().forenames
    found = tokens(text)
    matches: list[tuple[str, Match, bool]] = []
    people: set[str] = set()
    last = -1
    for i, word in enumerate(found.words):
        start = found.starts[i]
        if start < last or word not in index:
            continue
        if i and found.gaps[i] == " " and not found.opens[i] and found.words[i - 1][:1].isupper():
            if found.words[i - 1] in forenames:
                people.add(word)
            continue  # Paris Hilton's other name, New London
        for name, code in index[word]:
            end = start + len(name)
            if found.plain.startswith(name, start) and not found.plain[end : end + 1].isalnum():
                after = i + len(name.split())
                if after < len(found.words) and found.words[after] and found.gaps[after] == " ":
                    break  # London Breed, Paris Agreement
                if found.gaps[i].endswith(("the ", "The ")) and not _NOUN.match(found.plain, end):
                    break  # feel the Bern; not the Paris attacks
                said = _IN.search(found.gaps[i]) is not None
                matches.append((word, Match(_said_to_lie(found, after, end) or code, start, end), said))
                last = end
                break
    return [match for word, match, said in matches if said or word not in people]


def _said_to_lie(found: Tokens, after: int, end: int) -> str:
    """The country, or that of the state, behind a city and a comma: Manchester, N.H."""
    if after >= len(found.words) or found.gaps[after] not in (", ", " ("):
        return ""
    text = found.plain[found.starts[after] : found.starts[after] + 24]
    return next((code for name, code in _behind().get(found.words[after], ()) if text.startswith(name)), "")


@cache
def _behind() -> dict[str, list[tuple[str, str]]]:
    """By first word, the states of the United States by their names and letters, and the countries but Georgia."""
    forms = [(form, "US") for name, code, short, *_ in rows("states.tsv") for form in (name, code, short) if form]
    forms += [(f"{code[0]}.{code[1]}.", "US") for _, code, *_ in rows("states.tsv")]
    forms += [(label, code) for code, label in lexicon().countries.items() if label != "Georgia"]
    index: dict[str, list[tuple[str, str]]] = {}
    for form, code in forms:
        index.setdefault(tokens(form).words[0], []).append((form, code))
    for row in index.values():
        row.sort(key=lambda pair: -len(pair[0]))
    return index


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
