"""Whom does this question mean? People asked for by any of the names that were found to be theirs.

`identities` keeps which names are one person's; in the index each article has the person's name and what is written in
it. So that a question means the same by whichever name it asks, filters are put under the person's name, and a word or
phrase that asks a field of names (`people:`, `said_by:`) for another of the names asks for the person, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from rapidfuzz import process
from rapidfuzz.distance import OSA

from searchsvc import analysis
from searchsvc.analysis import fold
from searchsvc.expression import Fuzzy, Phrase, Wildcard, Word, every_leaf
from searchsvc.fields import NAMED
from searchsvc.identities import Known
from searchsvc.query import Filter, Query

#: What can ask a field for a name.
Asking = Word | Phrase | Wildcard | Fuzzy


@dataclass(frozen=True, slots=True)
class _Form:
    """A name that is a person's, as the index has its words (`parts`) and as they are written but for case, accents
    and apostrophes."""

    name: str
    person: str
    parts: tuple[str, ...]
    words: tuple[str, ...]


class Names:
    """The names of people that are another's in every article, by their words. Made ready when first asked."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self._forms: list[_Form] | None = None
        self._by_part: dict[str, list[int]] = {}
        self._by_word: dict[str, list[int]] = {}
        self._of: dict[str, list[str]] = {}

    def meant(self, query: Query) -> Query:
        """The question with the people that are meant by it. `Query.meant` tells which leaves mean somebody more."""
        if not self.known.persons:
            return query
        filters = tuple((name, self._filter(some) if name in NAMED else some) for name, some in query.filters)
        leaves = [leaf for leaf in every_leaf(query.asked) if isinstance(leaf, Asking) and leaf.field in NAMED]
        meant = tuple((leaf, people) for leaf in dict.fromkeys(leaves) if (people := self.people(leaf)))
        if filters == query.filters and meant == query.meant:
            return query
        return replace(query, filters=filters, meant=meant)

    def _filter(self, chosen: Filter) -> Filter:
        return Filter(*(tuple(dict.fromkeys(map(self.known.person, v))) for v in (chosen.any, chosen.all, chosen.none)))

    def people(self, leaf: Asking) -> tuple[str, ...]:
        """Who has a name with what this leaf asks for, and is not found by it under their own name."""
        found = dict.fromkeys(form.person for form in self._asked(leaf))
        return tuple(sorted(person for person in found if not _holds(leaf, *_read(person))))

    def beginning(self, prefix: str) -> tuple[str, ...]:
        """Who has a name in which words begin so, every word of the prefix."""
        wanted = [analysis.plain(word) for word in analysis.words(prefix)]
        if not wanted:
            return ()
        some = [at for word in self._words() if word.startswith(wanted[-1]) for at in self._by_word[word]]
        forms = (self._all()[at] for at in dict.fromkeys(some))
        return tuple(
            dict.fromkeys(
                form.person
                for form in forms
                if all(any(word.startswith(begun) for word in form.words) for begun in wanted)
            )
        )

    def of(self, person: str) -> tuple[str, ...]:
        """The other names of a person."""
        self._all()
        return tuple(self._of.get(person, ()))

    def _asked(self, leaf: Asking) -> Iterator[_Form]:
        """The forms that a leaf holds for."""
        forms = self._all()
        match leaf:
            case Word(text) | Phrase(text):
                sought = analysis.parts(text)
                some = min((self._by_part.get(part, []) for part in sought), key=len, default=[])
            case Wildcard():
                pattern = _pattern(leaf)
                some = [at for word in self._words() if pattern.fullmatch(word) for at in self._by_word[word]]
            case Fuzzy(text, distance):
                near = process.extract(
                    analysis.plain(text), list(self._words()), scorer=OSA.distance, score_cutoff=distance, limit=None
                )
                some = [at for word, _, _ in near for at in self._by_word[word]]
        for at in dict.fromkeys(some):
            if _holds(leaf, forms[at].parts, forms[at].words):
                yield forms[at]

    def _words(self) -> Mapping[str, list[int]]:
        self._all()
        return self._by_word

    def _all(self) -> list[_Form]:
        forms = self._forms
        if forms is None:
            forms = [_Form(name, person, *_read(name)) for name, person in self.known.persons.items()]
            by_part: dict[str, list[int]] = {}
            by_word: dict[str, list[int]] = {}
            of: dict[str, list[str]] = {}
            for at, form in enumerate(forms):
                of.setdefault(form.person, []).append(form.name)
                for tally, keys in ((by_part, form.parts), (by_word, form.words)):
                    for key in dict.fromkeys(keys):
                        tally.setdefault(key, []).append(at)
            self._by_part, self._by_word, self._of = by_part, by_word, of
            self._forms = forms  # last: another thread finds all of it or nothing
        return forms


def _read(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return analysis.parts(name), tuple(map(analysis.plain, analysis.words(name)))


def _holds(leaf: Asking, parts: tuple[str, ...], words: tuple[str, ...]) -> bool:
    """Whether a name has what a leaf asks for."""
    match leaf:
        case Word(text):
            return _in_order(analysis.parts(text), parts, 0)
        case Phrase(text, slop):
            return _in_order(analysis.parts(text), parts, slop)
        case Wildcard():
            pattern = _pattern(leaf)
            return any(pattern.fullmatch(word) for word in words)
        case Fuzzy(text, distance):
            sought = analysis.plain(text)
            return any(word[:1] == sought[:1] and OSA.distance(sought, word) <= distance for word in words)


def _in_order(sought: tuple[str, ...], parts: tuple[str, ...], slop: int) -> bool:
    """Whether those sought stand among the parts in their order, with at most `slop` others between them in all."""
    for start, part in enumerate(parts):
        if not sought or part != sought[0]:
            continue
        at, rest = start, list(sought[1:])
        while rest and (at := at + 1) < len(parts):
            if parts[at] == rest[0]:
                rest.pop(0)
        if not rest and at - start + 1 - len(sought) <= slop:
            return True
    return False


def _pattern(leaf: Wildcard) -> re.Pattern[str]:
    plain = re.sub(r"['’ʼ‐‑-]", "", fold(leaf.pattern))
    return re.compile("".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in plain), re.DOTALL)
