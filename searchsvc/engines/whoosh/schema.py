"""What does Whoosh keep of a document? The schema, the analyzer and the values, derived from `fields.py`.

This, `codec.py` and `writing.py` are all that imports Whoosh. The class path of `NewsAnalyzer` is written into
every index: it stays where it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from whoosh import analysis as whoosh_analysis
from whoosh import fields as whoosh_fields

from searchsvc import analysis
from searchsvc.document import Document
from searchsvc.engines.whoosh.inverting import JUMP, texts
from searchsvc.fields import FIELDS

#: Changes when an index written before cannot be used any more: the schema, the analysis or the columns.
FORMAT = 4

#: The index's name inside a generation's directory, as Whoosh writes it.
INDEX_NAME = "articles"
# Divides the values of a field.
_DIVIDER = "\x1f"
# Behind the language of a value: Whoosh's analyzers are told a value and nothing of its document.
_LANGUAGE = "\x1e"


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
            last = -1
            for term, start, end, position in analysis.tokens(part, language):
                last = position
                if not term:
                    continue
                token.text = term
                if positions:
                    token.pos = start_pos + position
                if chars:
                    token.startchar, token.endchar = start_char + start, start_char + end
                yield token
            start_pos += last + 1 + JUMP


def schema() -> whoosh_fields.Schema:
    """The schema; built here and never read from an index, whose pickles are not trusted."""
    analyzer = NewsAnalyzer()
    columns = {name: whoosh_fields.TEXT(analyzer=analyzer, phrase=True) for name in FIELDS}
    return whoosh_fields.Schema(
        id=whoosh_fields.ID(unique=True, stored=True),
        **columns,
    )


def values(document: Document) -> dict[str, str]:
    """What Whoosh's own `add_document` is given for a document."""
    language = document.article.language
    fields = {name: _DIVIDER.join(filter(None, found)) for name, found in texts(document).items()}
    return {"id": document.id, **{name: f"{language}{_LANGUAGE}{value}" for name, value in fields.items() if value}}
