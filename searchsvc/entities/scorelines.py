"""Whose are the codes behind names in results: `Eliud Kipchoge (KEN) 2:04:10`, `Ida Quill (Green) 901`?

A country's code counts as the country where the article has two of them, or where a figure follows; a party's as the
party where a figure follows or another's code is there. And a city that wins, loses, signs or scores is its club.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cache

from searchsvc.entities.lexicon import Entry, Lexicon, rows
from searchsvc.entities.page import Page

#: Parties as ballots and newspapers shorten them; one that the lexicon knows by its letters needs no row.
_PARTIES = {
    "Alliance": "Alliance Party", "C": "Conservative Party", "Con": "Conservative Party", "Green": "Green Party",
    "LD": "Liberal Democrats", "Lab": "Labour Party", "Lab Co-op": "Labour Party", "Lib Dem": "Liberal Democrats",
    "LibDem": "Liberal Democrats", "PC": "Plaid Cymru", "Plaid": "Plaid Cymru", "Reform": "Reform UK",
}  # fmt: skip
_FIGURE = re.compile(r"\)?,? [+(]?\d")


_SPORT = re.compile(
    r"\b\d{1,3}-\d{1,3}\b|\b(?:coach|cup|defender|fixture|goalkeeper|goals?|home runs?|homers?|innings|league|match|"
    r"midfielder|pitcher|playoffs?|quarterback|rebounds|season|semi-?final|striker|touchdowns?|wickets?|winger)\b",
    re.IGNORECASE,
)
_PLAYS = r"(?:beat|beats|crushed|defeated|drew (?:\d+-\d+ )?with|edged|hammered|lost (?:\d+-\d+ )?to|thrashed|trounced)"
_WINS = re.compile(rf" (?:{_PLAYS}|signed) (?=[A-Z\d])")
_IS_BEATEN = re.compile(rf" {_PLAYS} $")
_SIGNED = re.compile(r"\bsigned [^.;,\n]{3,40} from $")
_PLAYED = re.compile(
    r"\b(?:assists|caps|games|goals?|homers?|home runs?|hits?|points|rebounds|runs|touchdowns?|tries|wickets?) for $|"
    r"\b(?:batted|kicks?|pitch(?:ed|es)|scored|scores|starred|struck out \w+) for $"
)
_SCORE = re.compile(r" \d{1,3}(?:-\d{1,2})?(?:$|(?=[ ;,.:()\n])(?! ?[a-z%]|,\d))")
_BETWEEN = re.compile(r"[\d\s;,:.()-]*")


def clubs(page: Page, lex: Lexicon) -> None:
    """Claim the cities that play: Lyon drew with Lille; Norwich 0 Derby 4. Countries stay countries."""
    tokens = page.tokens
    sport = _SPORT.search(tokens.plain) is not None or any(s.entry.key in lex.clubs for s in page.found())
    for i, span in enumerate(page.known):
        if (
            span is None
            or span.first != i
            or not (span.entry.kind == "place" or (span.entry.kind == "organisation" and span.entry.mark == "%"))
        ):
            continue
        claims = [page.claims[j] for j in range(span.first, span.last + 1)]
        if any(claim is not None and claim.entry.kind != "neither" for claim in claims):
            continue
        if any(claim is not None and (claim.first < span.first or claim.last > span.last) for claim in claims):
            continue
        gap, after = tokens.gaps[i], tokens.plain[span.end : span.end + 40]
        if (
            sport
            and (
                (_WINS.match(after) is not None and gap.rsplit(" ", 2)[-2:-1] != ["in"])
                or (_IS_BEATEN.search(gap) is not None and _plays(page, i - 1))
                or _PLAYED.search(gap) is not None
                or _SIGNED.search(tokens.plain[max(0, span.start - 60) : span.start]) is not None
            )
        ) or (
            _scores(page, span.last)
            and (_scored(page, i) or _scored(page, span.last + 1))
            and (sport or _body(page, i - 1) or _body(page, span.last + 1))
        ):
            page.claim(Entry("organisation", span.entry.key if span.entry.kind == "organisation" else ""), i, span.last)


# Who scored, behind a side's score: Dundee 1 (McCowan 12).
_TALLY = re.compile(r"(?<= \d )\([^()\n]{3,150}\)")
_AT = re.compile(r" \d{1,3}(?:\+\d{1,2})?(?=[ ,;)])(?!,\d)")


def scorers(page: Page) -> None:
    """Claim those who score, with their minutes behind a side's score, for people."""
    tokens = page.tokens
    for match in _TALLY.finditer(tokens.plain):
        first = bisect_left(tokens.starts, match.start())
        for last in range(first, bisect_left(tokens.starts, match.end())):
            if not _AT.match(tokens.plain, tokens.ends[last]):
                continue
            begin = last
            while begin > first and tokens.gaps[begin] == " ":
                begin -= 1
            claim, known = page.claims[last], page.known[last]
            whose = known is not None or tokens.words[last] in _PARTIES or tokens.words[last].isupper()
            if not whose and (claim is None or claim.entry.kind == "organisation"):
                page.claim(Entry("person", ""), begin, last)


def _scores(page: Page, last: int) -> bool:
    """Does a score stand behind word `last`?"""
    return _SCORE.match(page.tokens.plain, page.tokens.ends[last]) is not None


def _scored(page: Page, i: int) -> bool:
    """Is there nothing but figures between word i and the word before, and a score behind both?"""
    if not 0 < i < len(page.tokens.words) or not _BETWEEN.fullmatch(page.tokens.gaps[i]):
        return False
    known = page.known[i]
    return _scores(page, i - 1) and _scores(page, i if known is None else known.last) and _plays(page, i - 1)


def _body(page: Page, i: int) -> bool:
    claim = page.claims[i] if 0 <= i < len(page.claims) else None
    return claim is not None and claim.entry.kind == "organisation"


def _plays(page: Page, i: int) -> bool:
    """Is word i of something that plays: a city, a club, a country?"""
    if not 0 <= i < len(page.tokens.words):
        return False
    claim, known = page.claims[i], page.known[i]
    if claim is not None and claim.entry.kind in ("organisation", "person"):
        return claim.entry.kind == "organisation"
    return known is not None and known.entry.kind in ("place", "organisation")


@cache
def _nations() -> dict[str, str]:
    return {code: country for code, country, *_ in rows("codes.tsv")}


def codes(page: Page) -> None:
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
