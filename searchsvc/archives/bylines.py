"""Who wrote it: the names in a byline as an archive prints it, "By Ann Lee and Bo Chen, Staff Writers".

The names as printed, in order; nobody is looked up, and "Associated Press" is a name like another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_BY = re.compile(
    r"^\s*(?:(?:(?:view |see )?(?:all|more) (?:posts|articles|stories) (?:by|from)"
    r"|(?:zeige )?alles? (?:(?:beiträge|artikel) )?von"
    r"|(?:ein )?(?:artikel|beitrag|blog beitrag|geschrieben|erstellt|veröffentlicht|publiziert|pressemitteilung) von"
    r"|(?:(?:written|reported|posted|published|edited|story|article|text|analysis|opinion|review|words|interview)\s+)?by"
    r"|author|autor|autorin|auteur)\b\s*:?|(?:(?:text|interview|fotos?|photos?)(?:\s+(?:&|und|and)\s+)?)+\s*:)\s*",
    re.IGNORECASE,
)
# "Von Anna Müller", "di Mario Rossi"; but Lars von Trier and Alfredo Di Stéfano are names.
_FROM = re.compile(r"^\s*(?:[Vv]on|[Pp]ar|[Pp]or|[Dd]oor|di|de)\s+(?=[A-ZÀ-Þ]\S*\s+\S)")
_ADDRESS = re.compile(r"\S*://\S*|\bwww\.\S+|\S+@\S+\.\w+")
_APART = re.compile(r"\s*(?:;|\||•|·|\n|/|\band\b|\bwith\b|&|\bund\b|\bet\b)\s*", re.IGNORECASE)
_COMMA = re.compile(r"\s*,\s*")
# "Ann Lee in Berlin", "Ann Lee for The Guardian", "Ann Lee at CNN", "Ann Lee (Reuters)", "Ann Lee | @ann".
_TAIL = re.compile(
    r"\s+(?:in|for|at|of the|from|on|updated|published|posted|under|am)\s+.*$"
    r"|\s*[(\[<].*$|\s+[–—-]\s+.*$|\s*@\w+.*$|\.$"
)
_AFTER_NAME = re.compile(r"^(?:jr|sr|i{2,3}|iv|m\.?d|ph\.?\s?d|esq|mba|msc|ma|rn|dds|jd)\.?$", re.IGNORECASE)
_ROLE_WORDS = frozenset(
    "staff writer writers reporter reporters correspondent correspondents editor editors editorial senior junior chief"
    " managing deputy assistant associate executive political national international foreign business sports science"
    " health technology tech opinion columnist columnists contributor contributors contributing guest special to the"
    " and of for a an in at on news producer producers host bureau white house congress congressional video freelance"
    " investigative general assignment author authors by from more posts view all follow share min read minute minutes"
    " media blogger photographer analyst fellow intern team member updated published digital online web us uk world"
    " redakteur redakteurin autor autorin journalist journalistin redaktion desk est edt pm am et gmt none null unknown"
    " anonymous admin administrator".split()
)  # fmt: skip
_LONGEST, _MOST_WORDS, _MOST_NAMES = 70, 7, 20


def names(raw: str | Iterable[str]) -> tuple[str, ...]:
    """The names of a byline, or of several: no "By", no roles, places or addresses, each name once."""
    printed = [raw] if isinstance(raw, str) else list(raw)
    found: list[str] = []
    for line in printed:
        for part in _APART.split(_bare(_ADDRESS.sub(" ", " ".join(line[:2_000].split())))):
            found.extend(_people(part))
    return tuple(dict.fromkeys(found))[:_MOST_NAMES]


def _bare(line: str) -> str:
    return _FROM.sub("", _BY.sub("", line))


def _people(part: str) -> list[str]:
    pieces = [piece for piece in _COMMA.split(part) if piece]
    people: list[str] = []
    for piece in pieces:
        if people and _AFTER_NAME.match(piece):
            people[-1] = f"{people[-1]}, {piece}"
        elif name := _name(piece):
            people.append(name)
    # "Lee, Ann": one name, filed by its surname.
    if len(people) == 2 == len(pieces) and all(" " not in name for name in people):
        return [f"{people[1]} {people[0]}"]
    return people


def _name(piece: str) -> str:
    """The name in one piece, or ""."""
    name = _TAIL.sub("", _bare(piece)).strip(" \t\"'“”‘’*:.,-–—_") if piece else ""
    name = _closed(name, piece)
    words = name.split()
    if not words or len(name) > _LONGEST or len(words) > _MOST_WORDS or len(name) < 2:
        return ""
    if re.search(r"\d|https?:|www\.|\w\.(?:com|org|net|de)\b|[{}<>@#=]", name):
        return ""
    if all(word.strip(".").lower() in _ROLE_WORDS for word in words) or not any(c.isalpha() for c in name):
        return ""
    return name


def _closed(name: str, piece: str) -> str:
    """Give back the stop that belongs to the name: "Bob Smith Jr." but not "Bob Smith."."""
    return f"{name}." if re.search(r"\b(?:Jr|Sr)$", name) and f"{name}." in piece else name
