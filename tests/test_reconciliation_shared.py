"""The floor on real names: the forms of well-known people in shared articles, and those who must stay apart."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import orjson
import pytest

from searchsvc.namings import NO_DAY, OTHER, Archive, Naming
from searchsvc.reconciliation import decide

SHARED = Path(__file__).parents[2] / "shared" / "data" / "news-allsides"
_NAME = re.compile(r"\b[A-Z][a-z]+(?: (?:[A-Z]\.)+)?(?: [A-Z][a-zA-Z'-]+)+")
_BODY = re.compile(r"\b(?:Senate|House|FBI|CIA|Pentagon|Congress|Russia|China|Iran|Syria|Israel|Ukraine|Mexico)\b")
ONE = {
    "Bob Mueller": "Robert Mueller",
    "Steve Mnuchin": "Steven Mnuchin",
    "Charles Grassley": "Chuck Grassley",
    "Richard Durbin": "Dick Durbin",
    "Darrell E. Issa": "Darrell Issa",
}
APART = [
    ("Donald Trump", "Donald Trump Jr."), ("Steve King", "Stephen King"), ("James Comey", "James Comer"),
    ("James Risen", "James Rosen"), ("Ron Paul", "Rand Paul"), ("Michael McFaul", "Michael McCaul"),
    ("John Adams", "John Quincy Adams"),
]  # fmt: skip


def namings() -> Iterator[Naming]:
    """Runs of capitals as people: no extractor, which takes minutes; what is not a person is in nobody's way."""
    for path in sorted(SHARED.glob("articles-*.jsonl.gz")):
        with gzip.open(path) as lines:
            for line in lines:
                data = orjson.loads(line)
                at = data["date"] or ""
                day = date.fromisoformat(at).toordinal() - 719_163 if re.fullmatch(r"\d{4}-\d\d-\d\d", at) else NO_DAY
                people = dict.fromkeys(_NAME.findall(data["text"][:3000]))
                yield Naming(data["id"], day, tuple(people), tuple(set(_BODY.findall(data["text"][:3000]))))


def test_well_known_people() -> None:
    if not SHARED.is_dir():
        pytest.skip(f"{SHARED} is not there")
    archive = Archive(namings())
    assert not any(label.startswith(OTHER) for label in map(archive.labels.__getitem__, archive.people))
    persons = {d.name: d.person for d in decide(archive) if d.person and not d.article}
    assert sum(persons.get(form) == person for form, person in ONE.items()) >= 4
    for one, other in APART:
        assert persons.get(one, one) != persons.get(other, other)
    assert "George Bush" not in persons
