"""What is the tree of a question? Words, phrases, wildcards and dates, under AND, OR and NOT.

A tree prints in the query language: `query_language.parse(str(tree))` is the tree again. It knows no engine.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date


class Expression:
    """A node of the tree. `field` of a leaf is None where the query's `search_in` says where to look."""

    __slots__ = ()

    def leaves(self) -> Iterator[Expression]:
        yield self


@dataclass(frozen=True, slots=True)
class Everything(Expression):
    """Every document."""

    def __str__(self) -> str:
        return "*"


@dataclass(frozen=True, slots=True)
class Word(Expression):
    text: str
    field: str | None = None

    def __str__(self) -> str:
        return _with_field(self.field, self.text)


@dataclass(frozen=True, slots=True)
class Phrase(Expression):
    """Words in this order, with at most `slop` others between them in all."""

    text: str
    slop: int = 0
    field: str | None = None

    def __str__(self) -> str:
        return _with_field(self.field, f'"{self.text}"' + (f"~{self.slop}" if self.slop else ""))


@dataclass(frozen=True, slots=True)
class Wildcard(Expression):
    """`*` for any letters, `?` for one. A prefix is a wildcard whose only `*` is its last character."""

    pattern: str
    field: str | None = None

    def __str__(self) -> str:
        return _with_field(self.field, self.pattern)


@dataclass(frozen=True, slots=True)
class Fuzzy(Expression):
    """Words within `distance` edits; the first letter stays."""

    text: str
    distance: int = 1
    field: str | None = None

    def __str__(self) -> str:
        return _with_field(self.field, f"{self.text}~" + ("" if self.distance == 1 else str(self.distance)))


@dataclass(frozen=True, slots=True)
class DateRange(Expression):
    """Articles whose date, as exactly as it is known, lies from the first to the last day; None is open."""

    first: str | None
    last: str | None

    def __str__(self) -> str:
        if self.first == self.last and self.first:
            return f"date:{self.first}"
        return f"date:[{self.first or '*'} TO {self.last or '*'}]"


@dataclass(frozen=True, slots=True)
class Not(Expression):
    child: Expression

    def __str__(self) -> str:
        return f"-({self.child})" if isinstance(self.child, Not) else f"-{_grouped(self.child)}"

    def leaves(self) -> Iterator[Expression]:
        return iter(())  # what must not be there is neither scored nor highlighted


@dataclass(frozen=True, slots=True)
class And(Expression):
    children: tuple[Expression, ...]

    def __str__(self) -> str:
        return " ".join(map(_grouped, self.children))

    def leaves(self) -> Iterator[Expression]:
        for child in self.children:
            yield from child.leaves()


@dataclass(frozen=True, slots=True)
class Or(Expression):
    children: tuple[Expression, ...]

    def __str__(self) -> str:
        return " OR ".join(f"({c})" if isinstance(c, Or) else str(c) for c in self.children)

    def leaves(self) -> Iterator[Expression]:
        for child in self.children:
            yield from child.leaves()


def _with_field(name: str | None, text: str) -> str:
    return f"{name}:{text}" if name else text


def _grouped(node: Expression) -> str:
    return f"({node})" if isinstance(node, And | Or) else str(node)


def joined(kind: Callable[[tuple[Expression, ...]], Expression], nodes: list[Expression]) -> Expression | None:
    """The nodes under one And or Or; nested ones of the same kind are taken in, so that the printed form is one."""
    flat: list[Expression] = []
    for node in nodes:
        flat.extend(node.children if isinstance(node, And | Or) and type(node) is kind else (node,))
    if not flat:
        return None
    return flat[0] if len(flat) == 1 else kind(tuple(flat))


def every_leaf(tree: Expression) -> Iterator[Expression]:
    """The leaves of a tree, those of what is excluded too."""
    match tree:
        case And(children) | Or(children):
            for child in children:
                yield from every_leaf(child)
        case Not(child):
            yield from every_leaf(child)
        case _:
            yield tree


def widened(tree: Expression, more: Mapping[Expression, Sequence[Expression]]) -> Expression:
    """The tree in which other leaves will do, too, in the place of some. Widened again it is the same."""
    match tree:
        case And(children):
            return joined(And, [widened(child, more) for child in children]) or tree
        case Or(children):
            alike = joined(Or, [widened(child, more) for child in children])
            return joined(Or, list(dict.fromkeys(alike.children))) or tree if isinstance(alike, Or) else tree
        case Not(child):
            return Not(widened(child, more))
    return joined(Or, [tree, *more.get(tree, ())]) or tree


def day_range(value: str) -> tuple[date, date]:
    """First and last day of a year, a month or a day (a time counts as its day). Raises ValueError."""
    if not _DATE.fullmatch(value):
        raise ValueError(value)
    year, month, day = (*map(int, value[:10].split("-")), 0, 0)[:3]
    if not month:
        return date(year, 1, 1), date(year, 12, 31)
    if not day:
        return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    return date(year, month, day), date(year, month, day)


_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2}(T[\d:.]+(Z|[+-]\d\d:?\d\d)?)?)?)?")


@dataclass(frozen=True, slots=True)
class Warned:
    """A thing in the question that was cut or left out, told in the answer. `position` counts characters of `q`."""

    code: str
    message: str
    position: int | None = None
