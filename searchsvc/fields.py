"""Which parts of a document can be searched, filtered, counted and shown: one table.

The Whoosh schema, the URL parameters, the page and the docs derive from it. A new field is one row here and one
attribute of Document.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `name` is its name everywhere; `label` its heading for a reader.

    searched: a word without a field looks here (the values of `search_in`); `weight` is its share in the score.
    filtered, counted: it is a URL filter, it is a facet. entity: its values are entities with keys and labels.
    """

    name: str
    label: str
    searched: bool = False
    weight: float = 1.0
    filtered: bool = False
    counted: bool = False
    entity: bool = False


FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        Field("title", "Title", searched=True, weight=3.0),
        Field("text", "Text", searched=True),
        Field("byline", "Byline", searched=True, filtered=True, counted=True),
        Field("people", "People", filtered=True, counted=True, entity=True),
        Field("countries", "Countries", filtered=True, counted=True, entity=True),
        Field("organisations", "Organisations", filtered=True, counted=True, entity=True),
        Field("said_by", "Said by", filtered=True, counted=True),
        Field("places", "Countries of places", filtered=True, counted=True),
        Field("source", "Source", filtered=True, counted=True),
        Field("section", "Section", filtered=True, counted=True),
        Field("language", "Language", filtered=True, counted=True),
        Field("tags", "Tags", filtered=True, counted=True),
        Field("date_source", "Date taken from", filtered=True, counted=True),
    )
}

SEARCHED = tuple(field.name for field in FIELDS.values() if field.searched)
#: Where a word without a field looks when `search_in` is not given.
SEARCHED_BY_DEFAULT = ("title", "text")
FILTERED = tuple(field.name for field in FIELDS.values() if field.filtered)
COUNTED = tuple(field.name for field in FIELDS.values() if field.counted)
ENTITIES = tuple(field.name for field in FIELDS.values() if field.entity)
#: The fields whose values are, or can be, names of people.
NAMED = ("people", "said_by")

#: Widths of a bucket of the date facet and the timeline.
INTERVALS = ("day", "week", "month", "quarter", "year")


def nearest(name: str, known: Iterable[str], alike: float = 0.6) -> str | None:
    """The known name that a mistyped one most likely meant, or None. alike: how alike they must be, of 1."""
    found = difflib.get_close_matches(name.lower(), sorted(known), n=1, cutoff=alike)
    return found[0] if found else None
