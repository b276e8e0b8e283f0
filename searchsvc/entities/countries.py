"""Which countries does this text speak of? The lexicon's matches, less those that mean something else here.

A country's word in a person's, company's, paper's or place's name does not count, nor does a language. The doubtful
names (Georgia, Jordan, Congo, Korea ...) are decided by what else the article says. Cities and states never count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from searchsvc.entities.context import Context
from searchsvc.entities.lexicon import Lexicon, rows
from searchsvc.entities.page import Page, Span
from searchsvc.entities.titles import STOPWORDS, TITLES


@dataclass(frozen=True, slots=True)
class Match:
    """A country's word: its code and its characters."""

    code: str
    start: int
    end: int


LANGUAGES = frozenset(
    "English French Spanish Russian German Chinese Japanese Portuguese Italian Turkish Korean Dutch Greek Polish "
    "Persian Czech Danish Swedish Norwegian Finnish Hungarian Romanian Bulgarian Serbian "
    "Croatian Ukrainian Thai Vietnamese "
    "Indonesian Malay Burmese Nepali Somali Georgian Armenian Welsh Irish Icelandic Uzbek Kazakh Albanian Mongolian "
    "Lao Filipino Tajik Kyrgyz Azerbaijani Slovak Slovenian Macedonian Belarusian Estonian Latvian Lithuanian".split()
)
_OTHER_LANGUAGES = frozenset(
    "Arabic Hebrew Latin Hindi Urdu Bengali Swahili Mandarin Cantonese Tamil Yiddish Kurdish Pashto Dari Farsi".split()
)
_SPOKEN = LANGUAGES | {"Laotian"}
#: `Burmese, Khmer and Lao are spoken`.
_ARE_SPOKEN = re.compile(r"(?:,? (?:and |or )?[A-Z]\w+){0,4} (?:is|are|was|were) (?:\w+ly )?(?:spoken|taught)\b")
_TOLD = re.compile(r"\b(?:in|into|speaks?|spoke|speaking|learn|learned|taught|fluent in|know|knows)$")
_SPEECH = re.compile(
    r"\b(?:speak|speaks|spoke|speaking|spoken|learn|learns|learned|learning|learnt|taught|teach|teaches|teaching|"
    r"into|from|in|fluent|studied|broken|perfect|flawless|and|or)$"
)
# Another language follows: French and English, French and in Sango; or a clause.
_AND_LANGUAGE = re.compile(
    r"^(?: and| or|,) (?:in )?(?:[A-Z][a-z]+(?:ish|ian|ese|an|ic|ew|i|o|u)\b|[A-Z][a-z]+(?:,| and))|^, [a-z]"
)
_TEACHING = re.compile(r"\b(?:spea|spoke|transl|learn|taught)")
_NO_NOUN = re.compile(
    r"^(?:[.,;:)?!\"']|$| (?:and|or|to|on|at|with|that|by|for|but|as|from|when|while|because|so|than|is|was|who|it|"
    r"he|she|they|language|speakers?|translation|lessons?|subtitles|alphabet)\b|-(?:language|speaking|medium))"
)
_GEORGIA_NEAR = re.compile(
    r"^(?:'s)?,? (?:Gov|Sen|Rep|Secretary of State|Republican|Democrat|state|voters|primary|runoff|Senate|Tech|"
    r"Bulldogs|Power|Southern|State)\b"
)
#: A town's state behind it, where no list goes on: Peru, Illinois, and; not Mexico, Texas and Arizona.
_STATE_BEHIND = re.compile(
    r"^, ((?:[A-Z][\w.]+)(?: [A-Z][a-z]+)?)(?=(?:[.;:)\n]|,)(?!,? (?:and |or )?[A-Z])|,? [a-z]|\.? ?$)"
)
_IN_PLACE = re.compile(r"\b(?:at|from|in|near|of|outside) $")
_BIRD = re.compile(r"^ (?:sandwich|dinner|breast|farm|meat|hunt|leg|burger|vulture|shoot|trot)", re.IGNORECASE)


def countries(page: Page, lex: Lexicon, context: Context) -> list[Match]:
    """All mentions of countries that count, in order. `context` is the whole article, which decides doubtful names."""
    found: list[Match] = []
    towns: set[tuple[str, str]] = set()
    seen: Span | None = None
    text = page.tokens.plain
    for span in page.known:
        if span is None or span is seen:
            continue
        seen = span
        kind, code, _ = span.entry
        if kind == "organisation" and code in lex.organs:
            found += _inside(page, span, lex)
        if kind not in ("country", "adjective"):
            continue
        if not _countable(page, span, lex):
            continue
        if kind == "country" and _is_town(page, span):
            towns.add((code, text[span.start : span.end].lower()))
            continue
        code = _meant(page, span, code, context, lex)
        if code:
            found.append(Match(code, span.start, span.end))
    for code, i, start, end in page.parts:
        claim = page.claims[i]
        if claim is not None and claim.entry.mark != "+":
            continue
        if text.startswith(("-speaking", "-language", "-medium"), end):
            continue
        word = text[start:end]
        if word in ("Georgia",) or (word == "Jersey"):
            continue
        found.append(Match(code, start, end))
    # `the Emirates`, but not the airline.
    for i, word in enumerate(page.tokens.words):
        if word == "Emirates" and page.free(i) and page.tokens.gaps[i].endswith(("the ", "The ")):
            found.append(Match("AE", page.tokens.starts[i], page.tokens.ends[i]))
    if towns:
        # Peru of Peru, Indiana, in the rest of the article, unless something else there speaks of the country.
        told = {match.code for match in found if (match.code, text[match.start : match.end].lower()) not in towns}
        also = {code for code, _ in towns} - told
        found = [match for match in found if match.code not in also]
    found.sort(key=lambda match: match.start)
    return _without_lists(found, text)


def _inside(page: Page, span: Span, lex: Lexicon) -> list[Match]:
    """The countries named in an organ of a state: `Bank of England`."""
    text = page.tokens.plain
    found: list[Match] = []
    for j in range(span.first, span.last + 1):
        start = page.tokens.starts[j]
        for phrase, entry in lex.index.get(page.tokens.words[j], ()):
            end = start + len(phrase)
            if entry.kind in ("country", "adjective") and end <= span.end and text.startswith(phrase, start):
                if not text[end : end + 1].isalnum() and (not found or start >= found[-1].end):
                    found.append(Match(entry.key, start, end))
                break
    return found


#: Blanks, and further names in capitals.
_NAMES = re.compile(r"(?:\s|[A-Z(][\w'()-]{1,20}(?=\s)|(?:da|of|the|-)(?=\s)){0,40}")


def _without_lists(found: list[Match], text: str) -> list[Match]:
    """The matches less those of a form's list of countries: ten in a row with nothing but names between."""
    kept: list[Match] = []
    row: list[Match] = []
    for match in found:
        if row and not _NAMES.fullmatch(text, row[-1].end, match.start):
            kept += row if len(row) < 10 else []
            row = []
        row.append(match)
    return kept + (row if len(row) < 10 else [])


def _countable(page: Page, span: Span, lex: Lexicon) -> bool:
    """Is the word a country's here, not part of another name?"""
    for j in range(span.first, span.last + 1):
        claim = page.claims[j]
        if claim is None:
            continue
        if claim.entry.kind == "person":
            return False
        if claim.entry.kind == "neither":
            return False
        if not (claim.entry.mark == "+" or claim.entry.key in lex.organs):
            return False
    return True


def _named_after(page: Page, i: int, lex: Lexicon) -> bool:
    """Is word i, right before a country's name, one that makes another name of it: Transparency Samoa?"""
    tokens = page.tokens
    word = tokens.words[i]
    return (
        page.free(i)
        and page.known[i] is None
        and word not in STOPWORDS
        and word not in TITLES
        and not tokens.opens[i]
        and not tokens.shouts[i]
        and len(word) > 2
        and "." not in word
        and not (word.lower() in lex.words and word not in _SERVICES)
    )


_SERVICES = frozenset(
    "Services Air Radio Transparency Vision Airways Telecom Care Statistics Sport Swimming Athletics Cricket".split()
)


def _meant(page: Page, span: Span, code: str, context: Context, lex: Lexicon) -> str:
    """The code that is meant, or "" where no country is."""
    tokens = page.tokens
    text = tokens.plain
    word = text[span.start : span.end]
    before, after = tokens.gaps[span.first], text[span.end : span.end + 40]
    shouting = tokens.shouts[span.first]
    if after.startswith(("$", " $", " dollar", " Dollar")):
        return ""
    if before == " " and span.entry.kind == "country" and span.first and _named_after(page, span.first - 1, lex):
        return ""
    if word in LANGUAGES and before in (" and ", " or ") and span.first and _NO_NOUN.match(after):
        other = tokens.words[span.first - 1]
        if (other in LANGUAGES or other in _OTHER_LANGUAGES) and _TOLD.search(
            tokens.gaps[span.first - 1][-40:].rstrip()
        ):
            return ""
    if word in _SPOKEN and _ARE_SPOKEN.match(after):
        return ""
    if word in LANGUAGES and _language(before[-40:], after):
        return ""
    if word in LANGUAGES and before == ", " and span.first and tokens.words[span.first - 1] in LANGUAGES:
        told = tokens.gaps[span.first - 1][-40:]
        if _SPEECH.search(told.rstrip()) and _TEACHING.search(told):
            return ""  # speaks French, German
    name = word.title() if shouting else word
    if (
        after[:1] == " "
        and word in lex.forenames
        and span.last + 1 < len(tokens.words)
        and tokens.gaps[span.last + 1] == " "
    ):
        last = tokens.words[span.last + 1]
        family = last in lex.surnames or (
            span.entry.kind == "country"
            and last not in TITLES
            and page.known[span.last + 1] is None
            and page.free(span.last + 1)
            and not shouting
        )
        if family and last.lower() not in lex.words:
            return ""  # Jordan Peterson
    if name in ("Georgia", "Georgian", "Georgians"):
        if name == "Georgia" and re.match(r" (?:O'|Mc|Mac)[A-Z]", after):
            return ""
        return code if _georgia(page, span, after) and context.georgia else ""
    if name == "Jersey":
        return code if context.jersey else ""
    if name == "Turkey" and (_BIRD.match(after) or not context.turkey):
        return ""
    if (
        name in ("Pole", "Poles", "Polish")
        and tokens.opens[span.first]
        and name != "Poles"
        and not context.has("Poland")
    ):
        return ""
    if name in ("Pole", "Scot", "Finn", "Kiwi", "Brit", "Turk", "Dane") and tokens.opens[span.first]:
        return code if after.startswith((" ", "'s ")) and name not in ("Pole", "Finn", "Dane") else ""
    if name in ("Congo", "Congolese"):
        return context.congo
    if name in ("Korea", "Korean", "Koreans"):
        if after.startswith((" Peninsula", " peninsula", " War")):
            return ""
        return context.korea
    if name in ("Dominican", "Dominicans"):
        return context.dominican
    if name in ("Guinean", "Guineans"):
        if before.endswith("New ") or text[max(0, span.start - 4) : span.start] == "New ":
            return ""
        return code
    if name == "America" and re.search(r"(?:North|South|Central|Latin) $", text[max(0, span.start - 8) : span.start]):
        return ""
    if name == "Central African" and not re.match(r"^ (?:Republic|government|president|army|soldiers|rebels)", after):
        return ""
    if name == "Gold Coast" and (context.has("Queensland") or context.has("Australia")):
        return ""
    return code


def _is_town(page: Page, span: Span) -> bool:
    """Is it a town of that name, by the state behind it: Lebanon, Tennessee?"""
    text, end = page.tokens.plain, span.end
    if not text.startswith(", ", end):
        return False
    lies_in = _towns().get(page.tokens.plain[span.start : end].upper())
    if lies_in is not None and lies_in.match(text, end + 2):
        return True
    if not _IN_PLACE.search(page.tokens.gaps[span.first][-10:]):
        return False
    state = _STATE_BEHIND.match(text[end : end + 60])
    return state is not None and not {state[1], state[1].rstrip(".")}.isdisjoint(_states())


@cache
def _states() -> frozenset[str]:
    """The names of the states of the United States, as written out and in short."""
    return frozenset(form for row in rows("states.tsv") for form in (row[0], row[2]) if form) - {"Georgia"}


@cache
def _towns() -> dict[str, re.Pattern[str]]:
    """By a country's name in capitals, what stands behind the towns of that name."""
    forms = {code: [name, code, *([short] if short else [])] for name, code, short, *_ in rows("states.tsv")}
    found: dict[str, re.Pattern[str]] = {}
    for name, places, *_ in rows("towns.tsv"):
        behind = [re.escape(form) for place in places.split("|") for form in forms.get(place, [place])]
        found[name.upper()] = re.compile(rf"(?:{'|'.join(behind)})(?!\w)")
    return found


def _language(before: str, after: str) -> bool:
    """Is the word between these a language: spoken, written in, or followed by -language?"""
    if after.startswith(("-language", "-speaking", "-medium", " language", " speaker", " translation")):
        return True
    if before[-1:] != " " or not _NO_NOUN.match(after):
        return False
    if after.startswith((" and ", " or ", ", ")) and not _AND_LANGUAGE.match(after):
        return False
    told = _SPEECH.search(before.rstrip())
    return told is not None and (told[0] not in ("from", "and", "or") or _TEACHING.search(before) is not None)


def _georgia(page: Page, span: Span, after: str) -> bool:
    """Do the words right beside it leave the country possible?"""
    if _GEORGIA_NEAR.match(after):
        return False
    if page.tokens.gaps[span.first] == ", " and span.first:
        neighbour = page.known[span.first - 1]
        if neighbour is not None and neighbour.entry.kind == "place":
            return neighbour.entry.key in ("Tbilisi", "Batumi", "Gori", "Kutaisi", "Abkhazia", "South Ossetia")
        if neighbour is None and _IN_PLACE.search(page.tokens.gaps[span.first - 1][-10:]):
            return False  # in Brookhaven, Georgia
    return True
