"""A term is found under its numbers in all segments at once: as each segment's own list finds it, whatever came."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from searchsvc.document import Document
from searchsvc.engines.whoosh import dictionary, generations, postings
from searchsvc.engines.whoosh.postings import SegmentPostings
from searchsvc.query import Query

Made = Callable[..., Document]


def segment(path: Path, fields: dict[str, set[bytes]]) -> SegmentPostings:
    """A segment of one document that has these terms."""
    inverted = {
        name: postings.Inverted(
            b"\n".join(sorted(terms)), np.arange(len(terms) + 1), np.zeros(len(terms), np.int64),
            np.ones(len(terms), np.int64), None, np.zeros(1, np.int64),
        )
        for name, terms in fields.items()
    }  # fmt: skip
    postings.write(path, np.zeros((1, 10), np.uint8), inverted, b"")
    return SegmentPostings(path)


def test_numbers_are_those_of_the_segments_own_lists(tmp_path: Path) -> None:
    """Segments come and go; of a field that some have not, and of one without terms, nothing is lost."""
    draw = random.Random(5)
    terms = [f"{draw.getrandbits(40):x}"[: draw.randrange(1, 9)].encode() for _ in range(700)]
    segments: dict[str, SegmentPostings] = {}
    for number in range(30):
        fields = {"text": set(draw.sample(terms, draw.choice((0, 1, 63, 64, 65, 500))))}
        if number % 3:
            fields["title"] = set(draw.sample(terms, 90))
        segments[f"s{number}"] = segment(tmp_path / f"s{number}", fields)
    present: list[str] = []
    for step in range(30):
        present.append(f"s{step}")
        if step % 7 == 6:
            present.remove(draw.choice(present))
        sizes = dict.fromkeys(present, dictionary.LASTING)
        dictionary.write(tmp_path, {**sizes, "small": dictionary.LASTING - 1}, segments.__getitem__)
        found = dictionary.read(tmp_path)
        if len(present) < 2:
            assert found is None
            continue
        assert found is not None
        assert set(found.segments) <= set(present)
        assert len(found.segments) * 9 >= len(present) * 8  # few wait
        assert not list(dictionary.faults(found, segments))
        for field in ("text", "title"):
            parts = [segments[name].fields.get(field) for name in found.segments]
            held = set().union(*(part.terms.all_of(range(len(part.terms))) for part in parts if part))
            assert found.fields[field].terms.all_of(range(len(found.fields[field].terms))) == sorted(held)
            for term in {*terms, b"", b"zz", b"a\x00"}:
                own = [part.terms.find(term) if part else -1 for part in parts]
                assert found.fields[field].numbers(term) == (own if term in held else None)
    dictionary.write(tmp_path, {"s1": dictionary.LASTING}, segments.__getitem__)
    assert dictionary.read(tmp_path) is None


def test_a_dictionary_of_other_terms_is_a_fault(tmp_path: Path) -> None:
    parts = {name: segment(tmp_path / name, {"text": {b"one", name.encode()}}) for name in ("a", "b", "c")}
    dictionary.write(tmp_path, dict.fromkeys(parts, dictionary.LASTING), parts.__getitem__)
    found = dictionary.read(tmp_path)
    assert found is not None
    assert not list(dictionary.faults(found, parts))
    other = {**parts, "b": segment(tmp_path / "other", {"text": {b"one", b"two"}})}
    assert list(dictionary.faults(found, other)) == ["segment b: the dictionary has not the terms of text"]
    assert [fault for fault in dictionary.faults(found, {"a": parts["a"], "b": parts["b"]}) if " c " in fault]


def test_answers_are_the_same_with_a_dictionary_and_without(
    made: Made, shelf_in: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of segments that are in it and others that are not; also where a generation of before has none."""
    draw = random.Random(2)
    words = ["river", "vote", "peace", "the", *(f"word{n}" for n in range(60))]
    queries = [Query(q) for q in ("river", "word7 OR word9", "the -vote", '"the river"', "word1* -word3", "nowhere")]
    shelves = []
    for name in ("with", "without"):
        (tmp_path / name).mkdir()
        shelves.append(shelf_in(tmp_path / name))
    inodes = []
    for step in range(12):
        documents = [made(f"{step}-{n}", *(" ".join(draw.choices(words, k=k)) for k in (4, 40))) for n in range(6)]
        documents.append(made("0-0", "river", "now another"))
        for shelf, least in zip(shelves, (6 if step > 2 else 10**6, 10**6), strict=True):
            monkeypatch.setattr(dictionary, "LASTING", least)
            shelf.publish(*documents[: 7 if step % 4 else 2])
        known, none = (shelf.engine._opened.snapshot.dictionary for shelf in shelves)
        assert none is None
        path = tmp_path / "with" / generations.FOLDER / shelves[0].engine.generation / dictionary.NAME
        inodes.append(path.stat().st_ino if known else 0)
        for query in queries:
            one, other = (shelf.engine.search(query) for shelf in shelves)
            assert [(hit.document.id, hit.score) for hit in one.hits] == [(h.document.id, h.score) for h in other.hits]
        assert not list(shelves[0].engine.faults())
    assert len(set(inodes)) > 3
    assert any(one == other != 0 for one, other in pairwise(inodes)), "a link while nothing changes"
    for shelf in shelves:
        shelf.engine.close()
