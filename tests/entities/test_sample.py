"""How right are the entities of whole articles? Floors of document F1 on the sample archive, and the seed page.

An entity counts as found where its label or one of its forms is the expected name.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from searchsvc.document import Entities, Entity
from searchsvc.entities import extractor

TESTS = Path(__file__).resolve().parents[1]
ARCHIVE, EXPECTED = TESTS / "archive", TESTS / "archive-expected"
SEED = TESTS.parents[1] / "shared" / "data" / "seed" / "000_5b1f978478f94a9d.txt"
FIELDS = ("people", "countries", "organisations")


def expected() -> dict[str, dict[str, Any]]:
    """What a careful reader takes from each article, by its key."""
    lines = (
        line for path in sorted(EXPECTED.glob("half-*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()
    )
    return {row["key"]: row for row in map(json.loads, lines)}


def articles(gold: dict[str, dict[str, Any]]) -> Iterator[tuple[str, str, str]]:
    """Key, title and text of the articles that need no reader: JSON Lines, CSV and plain text."""
    for line in (ARCHIVE / "wire.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield row["url"], row["title"], row["text"]
    for line in (ARCHIVE / "notes.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield next(v for v in row.values() if v in gold), row["headline"], row["body"]
    with (ARCHIVE / "columns.csv").open(encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table):
            yield row["link"], row["headline"], row["body"]
    for path in sorted((ARCHIVE / "posts").glob("*.txt")):
        key = f"posts/{path.name}"
        yield key, gold[key]["title"], path.read_text(encoding="utf-8")


def forms(entity: Entity) -> set[str]:
    """Every name the entity goes by, comparable."""
    return {
        re.sub(r"^the ", "", name.replace("’", "'").casefold()) for name in (entity.key, entity.label, *entity.aliases)
    }


def score(found: Iterable[Entity], names: Iterable[str]) -> Counter[str]:
    """How many were found, expected and right."""
    wanted = [{re.sub(r"^the ", "", name.replace("’", "'").casefold())} for name in names]
    got = [forms(entity) for entity in found]
    return Counter(
        found=len(got),
        expected=len(wanted),
        right=sum(any(g & w for w in wanted) for g in got),
        reached=sum(any(g & w for g in got) for w in wanted),
    )


@pytest.mark.parametrize(
    "name, floors",
    [
        ("rules", {"people": 0.96, "countries": 0.99, "organisations": 0.91}),
        ("tagged", {"people": 0.97, "countries": 0.99, "organisations": 0.92}),
    ],
)
def test_floors_on_the_sample_archive(name: str, floors: dict[str, float]) -> None:
    extract = extractor(name).extract
    gold = expected()
    counts: dict[str, Counter[str]] = {field: Counter() for field in FIELDS}
    read = 0
    for key, title, text in articles(gold):
        found: Entities = extract(title, text)
        read += 1
        for field in FIELDS:
            counts[field] += score(getattr(found, field), gold[key][field])
    assert read == 46
    for field, floor in floors.items():
        c = counts[field]
        precision, recall = c["right"] / c["found"], c["reached"] / c["expected"]
        f1 = 2 * precision * recall / (precision + recall)
        assert f1 >= floor, f"{field}: F1 {f1:.3f} (precision {precision:.3f}, recall {recall:.3f})"


@pytest.mark.parametrize("name", ["rules", "tagged"])
def test_seed(name: str) -> None:
    if not SEED.exists():
        pytest.skip("the seed page is not beside this checkout")
    title = "US-Russia cooperation in Syria 'hangs by a thread'"
    found = extractor(name).extract(title, SEED.read_text(encoding="utf-8"))
    assert {e.label for e in found.people} == {
        "Barack Obama",
        "Bashar Assad",
        "Staffan de Mistura",
        "John Kerry",
        "Sergey Lavrov",
        "Bashar Ja'afari",
        "John Kirby",
    }
    assert {e.key for e in found.countries} == {"SY", "RU", "US", "SA"}
    assert {e.label for e in found.organisations} >= {
        "United Nations",
        "United Nations Security Council",
        "Washington Post",
        "Foreign Ministry",
        "International Syria Support Group",
        "Arab League",
        "European Union",
        "Organization of Islamic Cooperation",
        "Reuters",
        "High Negotiations Committee",
        "State Department",
        "Associated Press",
        "Islamic State",
    }
