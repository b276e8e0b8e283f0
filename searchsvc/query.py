"""What is asked? A Query: the tree of the question, its filters, facets, order and place in the list, as one value."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache

from searchsvc.analysis import WORD, fold
from searchsvc.expression import Expression, Fuzzy, Phrase, Warned, Wildcard, Word, widened
from searchsvc.fields import FIELDS, SEARCHED_BY_DEFAULT
from searchsvc.query_language import parsed


@dataclass(frozen=True, slots=True)
class Filter:
    """What a field must hold: one of `any`, every one of `all`, none of `none`."""

    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.any or self.all or self.none)


@dataclass(frozen=True, slots=True)
class FacetRequest:
    """Count this field; `prefix` keeps the values in which a word begins so; `interval` is for the field date."""

    field: str
    size: int = 10
    prefix: str = ""
    interval: str = "month"


#: People that a word of a field of names may stand for, besides those under whose own name it is found.
MOST_MEANT = 200
#: A leaf that asks a field of names, and people who have such a name among others.
Meant = tuple[Word | Phrase | Wildcard | Fuzzy, tuple[str, ...]]


@lru_cache(maxsize=64)  # as `parsed`
def _understood(q: str, match: str, meant: tuple[Meant, ...]) -> tuple[Expression, tuple[Warned, ...]]:
    """The tree and the warnings of a query string, those whom it means taken into both."""
    tree, warned = parsed(q, match=match)
    more: dict[Expression, list[Expression]] = {}
    for leaf, people in meant:
        names = (" ".join(re.sub(r"[\"“”„]", " ", person).split()) for person in people[:MOST_MEANT])
        more[leaf] = [Phrase(name, 0, leaf.field) for name in names if WORD.search(name)]
        if len(people) > MOST_MEANT:
            message = f"{leaf} is a name of {len(people):,} people under another; {MOST_MEANT:,} of them are sought"
            warned = (*warned, Warned("names_truncated", message))
    return widened(tree, more), warned


@dataclass(frozen=True)
class Query:
    """One question, built once at the door. Filters of one field are OR (`any`), fields are AND.

    `count` is what is counted: `articles`, or `stories`, of which near-copies are one. `about`: filters and facets on
    people, countries and organisations mean those that an article is about, not all that it mentions. `meant`: whom the
    words of `q` mean besides, by other names than the index has them under; made by `meaning`, taken into `expression`.
    """

    q: str = ""
    match: str = "all"
    search_in: tuple[str, ...] = SEARCHED_BY_DEFAULT
    filters: tuple[tuple[str, Filter], ...] = ()
    from_date: str | None = None
    to_date: str | None = None
    facets: tuple[FacetRequest, ...] = ()
    sort: str = "relevance"
    page: int = 1
    page_size: int = 20
    cursor: str | None = None
    highlight: bool = True
    explain: bool = False
    hit_fields: tuple[str, ...] | None = None
    count: str = "articles"
    about: bool = False
    meant: tuple[Meant, ...] = ()
    expression: Expression = field(init=False)
    warnings: tuple[Warned, ...] = field(init=False)

    def __post_init__(self) -> None:
        if self.meant:
            tree, warned = _understood(self.q, self.match, self.meant)
        else:
            tree, warned = parsed(self.q, match=self.match)
        object.__setattr__(self, "expression", tree)
        object.__setattr__(self, "warnings", warned)

    @property
    def asked(self) -> Expression:
        """The tree of the words alone, as they stand in `q`."""
        return parsed(self.q, match=self.match)[0]

    def filter(self, name: str) -> Filter:
        return dict(self.filters).get(name, Filter())

    def with_filter(self, name: str, **kinds: tuple[str, ...]) -> Query:
        """The same question with that field's filter changed (`any=`, `all=`, `none=`), from its first page."""
        filters = dict(self.filters)
        filters[name] = replace(filters.get(name, Filter()), **kinds)
        return replace(
            self, filters=tuple((n, filters[n]) for n in FIELDS if filters.get(n)), page=1, cursor=None
        )  # fmt: skip

    def plus(self, name: str, value: str) -> Query:
        """The same question plus this value, as one more that will do."""
        old = self.filter(name)
        none = tuple(v for v in old.none if v != value)
        return self.with_filter(name, any=(*(v for v in old.any if v != value), value), none=none)

    def minus(self, name: str, value: str) -> Query:
        """The same question minus this value, wherever it stands in the field's filter."""
        old = self.filter(name)
        kept = {kind: tuple(v for v in getattr(old, kind) if fold(v) != fold(value)) for kind in ("any", "all", "none")}
        return self.with_filter(name, **kept)

    def excluding(self, name: str, value: str) -> Query:
        """The same question for the articles that have not this value."""
        less = self.minus(name, value)
        return less.with_filter(name, none=(*less.filter(name).none, value))
