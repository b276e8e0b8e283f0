"""Which filters are on, and what would be found with less? For the chips of a page, and for the page of no hits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from searchsvc.engines import Engine
from searchsvc.errors import BadRequest, Unavailable
from searchsvc.expression import And, Word
from searchsvc.fields import FIELDS
from searchsvc.query import Query
from searchsvc.web.answers import url
from searchsvc.web.wording import KINDS, SEARCH, label_of, shown_date

#: Filters whose absence is tried out where nothing is found.
MOST_TRIALS = 8


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on: the words before its value, the value, and the question without it."""

    words: str
    label: str
    less: Query

    @property
    def href(self) -> str:
        return url(self.less, SEARCH)


def chips(query: Query) -> list[Chip]:
    """Every filter that is on, dates too."""
    found = []
    for name, chosen in query.filters:
        label = KINDS.get(name, FIELDS[name].label).capitalize()
        for index, value in enumerate(chosen.any):
            found.append(
                Chip(f"or {label.lower()}" if index else label, label_of(name, value), query.minus(name, value))
            )
        for value in chosen.all:
            found.append(Chip(f"{label}, with", label_of(name, value), query.minus(name, value)))
        for value in chosen.none:
            found.append(Chip(f"{label}, not", label_of(name, value), query.minus(name, value)))
    plain = replace(query, page=1, cursor=None)
    if query.about:
        found.append(Chip("Names", "only what an article is about", replace(plain, about=False)))
    if query.from_date and query.from_date == query.to_date:
        found.append(Chip("Date", shown_date(query.from_date), replace(plain, from_date=None, to_date=None)))
    else:
        if query.from_date:
            found.append(Chip("From", shown_date(query.from_date), replace(plain, from_date=None)))
        if query.to_date:
            found.append(Chip("To", shown_date(query.to_date), replace(plain, to_date=None)))
    return found


def trials(engine: Engine, query: Query) -> Iterator[tuple[str, str, int]]:
    """What would find something where the question finds nothing: (words, address, articles)."""
    on = chips(query)
    plain = replace(query, facets=(), page=1, cursor=None)
    others = [(f"without “{chip.words} {chip.label}”", chip.less) for chip in on[:MOST_TRIALS]]
    if len(on) > 1:
        others.append(("without any filter", replace(plain, filters=(), from_date=None, to_date=None)))
    others += _reworded(engine, plain)
    if query.search_in == ("title",):
        others.append(("in the text, too", replace(plain, search_in=("title", "text"))))
    nothing = True
    for words, other in others:
        count = total(engine, other)
        nothing = nothing and not count
        yield words, url(replace(other, facets=query.facets), SEARCH), count
    if nothing and on:  # two things are at fault
        for words, other in _reworded(engine, replace(plain, filters=(), from_date=None, to_date=None)):
            yield f"{words}, and without any filter", url(other, SEARCH), total(engine, other)


def _reworded(engine: Engine, query: Query) -> Iterator[tuple[str, Query]]:
    """The question with the words at fault spelled nearly so or left out, where it is nothing but a few words."""
    tree = query.expression
    words = [node for node in (tree.children if isinstance(tree, And) else (tree,)) if isinstance(node, Word)]
    if not words or len(words) > MOST_TRIALS or str(tree) != " ".join(map(str, words)):
        return
    unknown = [word for word in words if not total(engine, Query(q=str(word), search_in=query.search_in))]
    questions = []
    if unknown:
        near = " ".join(f"{word}~" if word in unknown else str(word) for word in words)
        questions.append((f"spelled nearly so: {near}", near))
    for out in [unknown] if unknown else [[word] for word in words]:
        rest = " ".join(str(word) for word in words if word not in out)
        if rest:
            questions.append((f"without the word {' and '.join(word.text for word in out)}", rest))
    for label, q in questions:
        try:
            yield label, replace(query, q=q)
        except BadRequest:
            continue


def total(engine: Engine, query: Query) -> int:
    """How many articles, or stories, a question finds; 0 where it cannot be asked."""
    try:
        return engine.search(replace(query, facets=(), page_size=1, highlight=False, explain=False)).total
    except (BadRequest, Unavailable):
        return 0
