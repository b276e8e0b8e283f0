"""What was found: Results, Hit, Facet, Bucket and Timeline, the same from every engine."""

from __future__ import annotations

from dataclasses import dataclass, field

from searchsvc.document import Document
from searchsvc.expression import Warned
from searchsvc.query import Query


@dataclass(frozen=True, slots=True)
class Snippet:
    """A passage of an article's text. `marks` are `[start, end)` in characters of `text`; `cut` tells which ends
    the article goes on beyond."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()
    cut: tuple[bool, bool] = (False, False)


@dataclass(frozen=True, slots=True)
class Hit:
    """One article found. `score` is None where the order is not by relevance; `copies` are the other articles of its
    story in the archive, found or not."""

    document: Document
    score: float | None
    highlights: dict[str, tuple[Snippet, ...]] = field(default_factory=dict)
    copies: int = 0


@dataclass(frozen=True, slots=True)
class Bucket:
    """One value of a facet. `selected` where the question asks for it; then it is listed with a count of 0, too."""

    value: str
    label: str
    count: int
    selected: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    """How the articles found divide by one field, counted under every filter but the choice in this field itself.

    `distinct` values in all (None where the largest counts were found without touching all values), `other` the sum of
    the counts beyond `buckets`, `missing` articles without the field.
    """

    field: str
    buckets: tuple[Bucket, ...]
    distinct: int | None
    other: int
    missing: int
    exact: bool = True
    max_error: int = 0


@dataclass(frozen=True, slots=True)
class Period:
    """One bucket of time: its first and last day (ISO), its count, and the count as a share of all articles then."""

    start: str
    end: str
    label: str
    count: int
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """Counts over time without gaps. `missing` articles have no date, or one too coarse for the interval."""

    interval: str
    periods: tuple[Period, ...]
    missing: int
    total: int
    series: tuple[tuple[Bucket, tuple[int, ...]], ...] = ()


@dataclass(frozen=True)
class Results:
    """The answer to a Query. `total` is of what the query counts, articles or stories. `any_total` is how many
    `match=any` would find, told where `all` finds nothing."""

    query: Query
    total: int
    hits: tuple[Hit, ...]
    facets: dict[str, Facet] = field(default_factory=dict)
    timeline: Timeline | None = None
    warnings: tuple[Warned, ...] = ()
    generation: str = ""
    next_cursor: str | None = None
    any_total: int | None = None
    took_ms: float = 0.0
    report: dict[str, object] | None = None

    @property
    def pages(self) -> int:
        return -(-self.total // self.query.page_size)
