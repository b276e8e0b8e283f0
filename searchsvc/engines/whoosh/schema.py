"""What does Whoosh keep of a document? The schema, the analyzer and the values, derived from `fields.py`.

This and `writing.py`, `matching.py` are all that imports Whoosh. The class path of `NewsAnalyzer` is written into
every index: it stays where it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from whoosh import analysis as whoosh_analysis
from whoosh import fields as whoosh_fields

from searchsvc import analysis
from searchsvc.document import Document
from searchsvc.fields import FIELDS

#: Changes when an index written before cannot be used any more: the schema, the analysis or the columns.
FORMAT = 1

#: The index's name inside a generation's directory, as Whoosh writes it.
INDEX_NAME = "articles"
#: The unstemmed words that differ from their term: prefixes, wildcards and fuzzy words are looked up here too.
WORDS = "words"
# Divides the values of a field; positions jump here, so that no phrase reaches from one value into the next.
_DIVIDER = "\x1f"
# Behind the language of a value: Whoosh's analyzers are told a value and nothing of its document.
_LANGUAGE = "\x1e"
_JUMP = 200


class NewsAnalyzer(whoosh_analysis.Tokenizer):  # type: ignore[misc]
    """The project's analysis as a Whoosh analyzer."""

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))

    def __call__(
        self,
        value: str,
        positions: bool = False,
        chars: bool = False,
        keeporiginal: bool = False,
        removestops: bool = True,
        start_pos: int = 0,
        start_char: int = 0,
        mode: str = "",
        **kwargs: Any,
    ) -> Iterator[Any]:
        token = whoosh_analysis.Token(positions, chars, removestops=removestops, mode=mode, **kwargs)
        token.boost = 1.0
        language, told, rest = value.partition(_LANGUAGE)
        if not told:
            language, rest = analysis.DEFAULT_LANGUAGE, value
        for part in rest.split(_DIVIDER):
            last = 0
            for term, start, end, position in analysis.tokens(part, language):
                if not term:
                    continue
                token.text = term
                last = position
                if positions:
                    token.pos = start_pos + position
                if chars:
                    token.startchar, token.endchar = start_char + start, start_char + end
                yield token
            start_pos += last + _JUMP


def schema() -> whoosh_fields.Schema:
    """The schema; built here and never read from an index, whose pickles are not trusted."""
    analyzer = NewsAnalyzer()
    columns = {name: whoosh_fields.TEXT(analyzer=analyzer, phrase=True) for name in FIELDS}
    return whoosh_fields.Schema(
        id=whoosh_fields.ID(unique=True, stored=True),
        **{WORDS: whoosh_fields.KEYWORD(lowercase=False, commas=False)},
        **columns,
    )


def values(document: Document) -> dict[str, str]:
    """What `add_document` is given."""
    article = document.article
    fields: dict[str, str] = {
        "title": article.title,
        "text": article.text,
        "byline": _DIVIDER.join(article.byline),
        "source": article.source,
        "section": article.section,
        "language": article.language,
        "tags": _DIVIDER.join(article.tags),
        "date_source": article.published.source,
    }
    for name in ("people", "countries", "organisations"):
        entities = getattr(document.entities, name)
        fields[name] = _DIVIDER.join(
            part for entity in entities for part in dict.fromkeys((entity.label, entity.key, *entity.aliases))
        )
    written = {word for value in fields.values() for word in analysis.words(value)}
    plain = {analysis.plain(word) for word in written}
    language = article.language
    analysed = {name: f"{language}{_LANGUAGE}{value}" for name, value in fields.items() if value}
    unstemmed = " ".join(sorted(word for word in plain if word and analysis.stem(word, language) != word))
    return {"id": document.id, **analysed, **({WORDS: unstemmed} if unstemmed else {})}
