"""Is a spaCy pipeline taken in the tagger's place, and said plainly what is not installed?"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from searchsvc.entities import extractor
from searchsvc.entities.spacy_pipeline import SpacyPipeline
from searchsvc.errors import BadRequest

TEXT = "Quorra Vint of Brellwick Dynamics flew to Chad. Vint praised the Treaty of Olm, an Ostravian said."


@pytest.fixture
def pipeline(tmp_path: Path) -> str:
    """A pipeline that knows five names."""
    spacy = pytest.importorskip("spacy", reason="spaCy is not installed")
    made = spacy.blank("en")
    rules = made.add_pipe("entity_ruler", name="ner")
    rules.add_patterns(
        [
            {"label": "PERSON", "pattern": "Quorra Vint"},
            {"label": "ORG", "pattern": "Brellwick Dynamics"},
            {"label": "GPE", "pattern": "Chad"},
            {"label": "LAW", "pattern": "Treaty of Olm"},
            {"label": "CARDINAL", "pattern": "an"},
        ]
    )
    made.to_disk(tmp_path / "names")
    return str(tmp_path / "names")


def test_its_names_and_our_lexicons_make_the_entities(pipeline: str) -> None:
    made = extractor(f"spacy:{pipeline}")
    found = made.extract("", TEXT)
    assert [(person.key, len(person.mentions)) for person in found.people] == [("Quorra Vint", 2)]
    assert [country.key for country in found.countries] == ["TD"]
    assert [body.key for body in found.organisations] == ["Brellwick Dynamics"]
    assert [(TEXT[s:e], label) for s, e, label in made.names(TEXT)] == [
        ("Quorra Vint", "PER"), ("Brellwick Dynamics", "ORG"), ("Chad", "LOC"), ("Vint", "PER"),
    ]  # fmt: skip
    assert made.version != extractor().version


def test_rows_are_shares(pipeline: str) -> None:
    words = [["Quorra", "Vint", "slept", "."], [], ["an", "Ostravian"]]
    rows = SpacyPipeline(pipeline).posteriors(words)
    assert [len(row) for row in rows] == [4, 0, 2]
    assert all(abs(float(share) - 1) < 1e-5 for row in rows for share in row.sum(1))
    assert rows[0].argmax(1).tolist() == [1, 2, 0, 0]
    assert rows[2].argmax(1).tolist() == [0, 0]


def test_a_pipeline_that_names_nothing(tmp_path: Path) -> None:
    spacy = pytest.importorskip("spacy", reason="spaCy is not installed")
    spacy.blank("en").to_disk(tmp_path / "empty")
    with pytest.raises(BadRequest, match="no component ner"):
        extractor(f"spacy:{tmp_path / 'empty'}")


def test_what_is_not_installed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    if importlib.util.find_spec("spacy") is not None:
        with pytest.raises(BadRequest, match="none is downloaded"):
            extractor("spacy:en_of_no_one")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(BadRequest, match="needs spaCy"):
        extractor("spacy:en_core_web_sm")


@pytest.mark.parametrize("name", ["", "best", "spacy", "spacy:", "tagged:x", "rules:"])
def test_no_such_extractor(name: str) -> None:
    with pytest.raises(BadRequest, match="no extractor"):
        extractor(name)
