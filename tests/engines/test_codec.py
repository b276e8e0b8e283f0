"""The index is one that Whoosh opens, asks, adds to, deletes from and merges, with our codec as with its own."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from whoosh import query
from whoosh.codec.whoosh3 import W3Codec

from searchsvc.engines.whoosh import schema
from searchsvc.engines.whoosh.codec import NewsCodec
from searchsvc.engines.whoosh.writing import Storage, open_index

WORDS = "river vote talks budget court rain peace cease-fire election voted riverbank".split()
QUESTIONS = [
    query.Term("text", "river"), query.Term("title", "vote"), query.Term("text", "nowhere"),
    query.And([query.Term("text", "river"), query.Term("text", "rain")]),
    query.Or([query.Term("text", "elect"), query.Term("title", "budget")]),
    query.And([query.Term("text", "court"), query.Not(query.Term("text", "peac"))]),
    query.Phrase("text", ["river", "vote"]), query.Phrase("text", ["court", "rain"], slop=3),
    query.Prefix("text", "riv"), query.Wildcard("text", "*t*"), query.FuzzyTerm("text", "rivr"),
    query.TermRange("text", "p", "s"), query.Every(), query.Every("title"), query.Term("id", f"{7:020x}"),
]  # fmt: skip


def texts(draw: random.Random) -> dict[str, str]:
    return {"title": " ".join(draw.choices(WORDS, k=draw.randrange(4))), "text": " ".join(draw.choices(WORDS, k=20))}


def fill(folder: Path, codec: Any) -> Any:
    """Four commits with Whoosh's own writer, replacements and deletions among them."""
    folder.mkdir()
    ix = Storage(folder).create_index(schema.schema(), indexname=schema.INDEX_NAME)
    draw = random.Random(1)
    for start in (0, 40, 80):
        writer = ix.writer(codec=codec, compound=False)
        for number in range(start, start + 40):
            writer.add_document(id=f"{number:020x}", **{k: v for k, v in texts(draw).items() if v})
        writer.commit(merge=False)
    writer = ix.writer(codec=codec, compound=False)
    for number in range(0, 120, 7):
        writer.update_document(id=f"{number:020x}", **{k: v for k, v in texts(draw).items() if v})
    for number in range(3, 120, 10):
        writer.delete_by_term("id", f"{number:020x}")
    writer.commit(merge=False)
    return ix


def answers(folder: Path) -> list[list[str]]:
    """The ids found by each question (scores differ: ours know exact lengths)."""
    ix = open_index(folder)
    with ix.searcher() as searcher:
        found = [sorted(hit["id"] for hit in searcher.search(q, limit=None)) for q in QUESTIONS]
        assert searcher.doc_count() == 120 - len([n for n in range(3, 120, 10) if n % 7])
    ix.storage.close_files()
    return found


@pytest.mark.parametrize("optimised", [False, True])
def test_whoosh_answers_as_with_its_own_codec(tmp_path: Path, optimised: bool) -> None:
    found = []
    for name, codec in (("ours", NewsCodec()), ("whooshs", W3Codec())):
        ix = fill(tmp_path / name, codec)
        if optimised:
            ix.writer(codec=codec, compound=False).commit(optimize=True)
        found.append(answers(tmp_path / name))
        ix.storage.close_files()
    assert sum(map(bool, found[0])) >= len(QUESTIONS) - 2
    assert found[0] == found[1]


def test_our_generations_are_whooshs_too(shelf: Any, made: Any, tmp_path: Path) -> None:
    """A generation that we wrote, deleted from, added to and merged by Whoosh."""
    draw = random.Random(2)
    for start in (0, 30):
        shelf.publish(*(made(n, **texts(draw)) for n in range(start, start + 30)))
    shelf.publish(*(made(n, **texts(draw)) for n in range(0, 60, 9)))
    folder = shelf.engine._generations.root / shelf.engine.generation
    ix = open_index(folder)
    with ix.searcher() as searcher:
        before = {hit["id"] for hit in searcher.search(query.Term("text", "river"), limit=None)}
    gone = sorted(before)[0]
    writer = ix.writer(codec=NewsCodec(), compound=False)
    writer.delete_by_term("id", gone)
    writer.add_document(id=f"{7:020x}", text="a river of votes")
    writer.commit(optimize=True)
    with ix.searcher() as searcher:
        after = {hit["id"] for hit in searcher.search(query.Term("text", "river"), limit=None)}
        assert len(ix._segments()) == 1
    assert after == (before - {gone}) | {f"{7:020x}"}
    ix.storage.close_files()
