"""Whom, which countries and which organisations is this text about? SOCKET: one file here is one extractor.

An extractor sees one article's title and text, and answers with entities and their offsets. It does not know
documents, ids or the index, and it reads nothing but the lexicons beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import Protocol

from searchsvc.analysis import fold
from searchsvc.article import Article
from searchsvc.document import Document, Entities, Entity, make_document
from searchsvc.errors import BadRequest
from searchsvc.fields import ENTITIES


class Extractor(Protocol):
    """A way of finding entities. Adding one: a class with these four, a row in `EXTRACTORS`, rows in the tests."""

    @property
    def name(self) -> str:
        """What it is chosen by."""
        ...

    @property
    def version(self) -> str:
        """Changes when its answers do; stored with each document, so that a re-extraction finds the stale ones."""
        ...

    def extract(self, title: str, text: str) -> Entities:
        """Entities in order of first mention, title first; mentions are `[start, end)` in characters, sorted."""
        ...

    def names(self, text: str) -> Sequence[tuple[int, int, str]]:
        """All mentions, those of places too, as `(start, end, PER or ORG or LOC)`: what marked texts measure."""
        ...


def _rules(_: str) -> Extractor:
    from searchsvc.entities.rules import RuleExtractor

    return RuleExtractor()


def _tagged(_: str) -> Extractor:
    from searchsvc.entities.tagged import TaggedExtractor

    return TaggedExtractor()


def _spacy(pipeline: str) -> Extractor:
    from searchsvc.entities.spacy_pipeline import SpacyPipeline
    from searchsvc.entities.tagged import TaggedExtractor

    return TaggedExtractor(SpacyPipeline(pipeline))


#: Name → what makes the extractor, given what stands behind a colon.
EXTRACTORS: dict[str, Callable[[str], Extractor]] = {"rules": _rules, "tagged": _tagged, "spacy": _spacy}

DEFAULT = "tagged"


def extractor(name: str = DEFAULT) -> Extractor:
    """The extractor of that name, with its lexicons loaded (some tenths of a second): `tagged`, `rules`, or
    `spacy:PIPELINE` of an installed spaCy pipeline. Raises BadRequest for another name, or what is not installed."""
    kind, colon, behind = name.partition(":")
    if kind not in EXTRACTORS or (kind == "spacy") != bool(behind) or bool(colon) != bool(behind):
        raise BadRequest(f"there is no extractor {name[:60]}: tagged, rules or spacy:PIPELINE")
    return EXTRACTORS[kind](behind)


# What is found beside the entities, and changes without their extractor: who said what, what an article is about, and
# which countries its cities lie in.
_BESIDE = "quotes-2 about-1 places-2"


def version(found_by: Extractor) -> str:
    """What `document_of` calls the version of its findings."""
    return f"{found_by.version} {_BESIDE}"


def document_of(article: Article, found_by: Extractor) -> Document:
    """The document of a validated article: its entities, which of them it is about, and what is said in it."""
    from searchsvc.entities.inference import inferred
    from searchsvc.entities.quotes import quotes
    from searchsvc.entities.salience import salient

    title, text = article.title, article.text
    document = make_document(article, found_by.extract(title, text), version(found_by))
    about = salient(document.entities, title, text)
    entities = Entities(
        *(
            tuple(replace(e, about=True) if e.key in about else e for e in getattr(document.entities, name))
            for name in ENTITIES
        )
    )
    cities: dict[str, list[tuple[int, int]]] = {}
    for match in inferred(text):
        cities.setdefault(match.code, []).append((match.start, match.end))
    places = tuple(
        Entity(code, country_name(code), tuple(dict.fromkeys(text[a:b] for a, b in spans)), tuple(spans))
        for code, spans in cities.items()
    )
    return replace(document, entities=entities, quotes=quotes(title, text, entities), places=places)


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
