"""Whom, which countries and which organisations is this text about? SOCKET: one file here is one extractor.

An extractor sees one article's title and text, and answers with entities and their offsets. It does not know
documents, ids or the index, and it reads nothing but the lexicons beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Protocol

from searchsvc.analysis import fold
from searchsvc.document import Entities


class Extractor(Protocol):
    """A way of finding entities. Adding one: a class with these three, a row in `EXTRACTORS`, rows in the tests."""

    #: The name it is chosen by.
    name: str
    #: Changes when its answers do; stored with each document, so that a re-extraction finds the stale ones.
    version: str

    def extract(self, title: str, text: str) -> Entities:
        """Entities in order of first mention, title first; mentions are `[start, end)` in characters, sorted."""
        ...


def _rules() -> Extractor:
    from searchsvc.entities.rules import RuleExtractor

    return RuleExtractor()


EXTRACTORS: dict[str, Callable[[], Extractor]] = {"rules": _rules}

DEFAULT = "rules"


def extractor(name: str = DEFAULT) -> Extractor:
    """The extractor of that name, with its lexicons loaded (some tenths of a second)."""
    return EXTRACTORS[name]()


@cache
def _codes() -> dict[str, str]:
    from searchsvc.entities.lexicon import lexicon

    lex = lexicon()
    codes = {fold(code): code for code in lex.countries}
    for kind in ("adjective", "country"):  # a name goes before a demonym of the same spelling
        for rows in lex.index.values():
            codes.update({fold(phrase): entry.key for phrase, entry in rows if entry.kind == kind})
    return codes


def country_code(name: str) -> str | None:
    """The code of a country by its code, name, alias or demonym as a user writes it; None where it is none."""
    return _codes().get(fold(name.strip()))


def country_name(code: str) -> str:
    """The name shown for a country's code; the code itself where it is unknown."""
    from searchsvc.entities.lexicon import lexicon

    return lexicon().countries.get(code, code)
