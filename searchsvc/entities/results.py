"""Whose are the codes behind names in results: `Eliud Kipchoge (KEN) 2:04:10`, `Ida Quill (Green) 901`?

A country's code counts as the country where the article has two of them, or where a figure follows; a party's as the
party where a figure follows or another's code is there.
"""

from __future__ import annotations

import re
from functools import cache

from searchsvc.entities.lexicon import Entry, rows
from searchsvc.entities.page import Page

#: Parties as ballots and newspapers shorten them; one that the lexicon knows by its letters needs no row.
_PARTIES = {
    "Alliance": "Alliance Party", "C": "Conservative Party", "Con": "Conservative Party", "Green": "Green Party",
    "LD": "Liberal Democrats", "Lab": "Labour Party", "Lab Co-op": "Labour Party", "Lib Dem": "Liberal Democrats",
    "LibDem": "Liberal Democrats", "PC": "Plaid Cymru", "Plaid": "Plaid Cymru", "Reform": "Reform UK",
}  # fmt: skip
_FIGURE = re.compile(r"\)?,? [+(]?\d")


@cache
def _nations() -> dict[str, str]:
    return {code: country for code, country, *_ in rows("codes.tsv")}


def results(page: Page) -> None:
    """Claim the codes behind the people of the page, those of countries as parts of it that count."""
    tokens = page.tokens
    nations: list[int] = []
    parties: list[tuple[int, int]] = []
    figures = 0
    for span in page.found():
        i = span.last + 1
        if span.entry.kind != "person" or i >= len(tokens.words) or tokens.plain[span.end : tokens.starts[i]] != " (":
            continue
        last = i
        while last + 1 < len(tokens.words) and tokens.gaps[last + 1] == " " and last < i + 2:
            last += 1
        if not tokens.gaps[last + 1].startswith(")"):
            continue
        figure = _FIGURE.match(tokens.plain, tokens.ends[last]) is not None
        if page.text(i, last) in _PARTIES:
            parties.append((i, last))
        elif i == last and tokens.words[i] in _nations():
            nations.append(i)
        else:
            continue
        figures += figure
    if parties and (figures or len(parties) > 1):
        for first, last in parties:
            page.claim(Entry("organisation", _PARTIES[page.text(first, last)]), first, last)
    elif len(nations) > 1 or figures:
        for i in nations:
            page.claim(Entry("neither", "code", "+"), i, i)
            page.known[i] = None
            page.parts.append((_nations()[tokens.words[i]], i, tokens.starts[i], tokens.ends[i]))
