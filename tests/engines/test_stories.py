"""Counting stories: every total, facet, timeline and page equal to a brute-force reading of the articles."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from searchsvc.document import Document
from searchsvc.engines.whoosh import WhooshEngine
from searchsvc.engines.whoosh.counting import label, period_start
from searchsvc.errors import BadRequest
from searchsvc.expression import day_range
from searchsvc.fields import INTERVALS
from searchsvc.indexer import catch_up, rebuild
from searchsvc.query import FacetRequest, Filter, Query
from searchsvc.store import Store
from searchsvc.stories import Changes

Made = Callable[..., Document]
WORDS = "river vote talks budget court rain peace".split()
DATES = ("", "2015", "2016-02", "2016-02-10", "2016-02-29", "2016-03-05T10:00:00Z", "2016-12-31", "2017-01-01")


def documents(made: Made, count: int, seed: int = 1) -> list[Document]:
    draw = random.Random(seed)
    return [
        made(
            number, " ".join(draw.choices(WORDS, k=3)), " ".join(draw.choices(WORDS, k=8)), at=draw.choice(DATES),
            source=draw.choice(("", "Wire", "Gazette", "Herald")), tags=tuple(draw.sample(("a", "b", "c"), 2)),
            people=draw.sample(("Ann", "Bob", "Cid"), draw.randrange(3)), countries=draw.sample(("FR", "SY"), 1),
        )
        for number in range(count)
    ]  # fmt: skip


@dataclass
class Archive:
    """An engine, its documents, and the story of each of them."""

    engine: WhooshEngine
    documents: dict[str, Document]
    stories: dict[str, str]

    def story(self, document: Document) -> str:
        return self.stories.get(document.id, document.id)

    def found(self, query: Query) -> list[Document]:
        """All the articles, in order, as the engine finds them where articles are counted."""
        found: list[Document] = []
        cursor: str | None = "*"
        while cursor:
            plain = replace(query, count="articles", cursor=cursor, page=1, page_size=7, facets=(), highlight=False)
            results = self.engine.search(plain)
            found += [hit.document for hit in results.hits]
            cursor = results.next_cursor
        return found


@pytest.fixture
def archive(tmp_path: Path, made: Made) -> Archive:
    """60 documents in three generations, of some 25 stories; some were replaced, and stories changed on the way."""
    whole = documents(made, 60)
    held: dict[str, Document] = {}
    engine = WhooshEngine(tmp_path, lambda ids: {id_: held[id_] for id_ in ids if id_ in held})
    draw = random.Random(5)
    stories = {d.id: draw.choice(whole[:25]).id for d in whole if draw.random() < 0.8}
    for turn in range(3):
        batch = whole[turn * 20 : turn * 20 + 20] + [replace(d, entities_version="2") for d in whole[: turn * 3]]
        held.update((d.id, d) for d in batch)
        part = dict(list(stories.items())[turn::3])
        wrong = {d.id: whole[0].id for d in whole[40:44]} if turn == 0 else {}
        rest = {d.id: stories.get(d.id, d.id) for d in whole[40:44]} if turn == 2 else {}
        assert engine.publish(batch, (turn + 1) * 20, Changes(turn + 1, {**part, **wrong, **rest})) == {}
    assert engine.story_position == 3
    return Archive(engine, held, stories)


QUERIES = (
    Query(), Query(q="river"), Query(q="river OR vote", sort="newest"), Query(q="talks", sort="oldest"),
    Query(filters=(("source", Filter(any=("Wire", "Herald"))),)), Query(q="peace", from_date="2016-02"),
    Query(q="rain", filters=(("people", Filter(all=("Ann",))), ("tags", Filter(none=("a",))))), Query(q="nowhere"),
    Query(filters=(("people", Filter(any=("Ann",))), ("source", Filter(any=("Wire",)))), to_date="2016"),
)  # fmt: skip
by_query = pytest.mark.parametrize("query", QUERIES, ids=str)


def values(document: Document, name: str) -> Iterable[str]:
    if name in ("people", "countries"):
        return [entity.key for entity in getattr(document.entities, name)]
    value = getattr(document.article, name)
    return (value,) if value and isinstance(value, str) else value or ()


@by_query
@pytest.mark.parametrize("size", [1, 3, 100])
def test_hits_are_the_best_of_each_story(archive: Archive, query: Query, size: int) -> None:
    best: dict[str, Document] = {}
    for document in archive.found(query):
        best.setdefault(archive.story(document), document)
    wanted = [document.id for document in best.values()]
    query = replace(query, count="stories", page_size=size)
    paged = []
    for page in range(1, len(wanted) // size + 2):
        results = archive.engine.search(replace(query, page=page))
        assert (results.total, results.pages) == (len(wanted), -(-len(wanted) // size))
        paged += [hit.document.id for hit in results.hits]
    assert paged == wanted
    cursor: str | None = "*"
    followed = []
    while cursor:
        results = archive.engine.search(replace(query, cursor=cursor))
        followed += [hit.document.id for hit in results.hits]
        cursor = results.next_cursor
    assert followed == wanted


@by_query
def test_copies(archive: Archive, query: Query) -> None:
    sizes: dict[str, int] = defaultdict(int)
    for document in archive.documents.values():
        sizes[archive.story(document)] += 1
    for count in ("articles", "stories"):
        for hit in archive.engine.search(replace(query, count=count, page_size=100)).hits:
            assert hit.copies == sizes[archive.story(hit.document)] - 1


@by_query
@pytest.mark.parametrize("name", ["people", "countries", "source", "tags"])
def test_facets(archive: Archive, query: Query, name: str) -> None:
    chosen = query.filter(name)
    under = query.with_filter(name, any=())
    stories: dict[str, set[str]] = defaultdict(set)
    every, having = set(), set()
    for document in archive.found(under):
        every.add(archive.story(document))
        for value in values(document, name):
            stories[value].add(archive.story(document))
            having.add(archive.story(document))
    query = replace(query, count="stories")
    whole = archive.engine.facet(query, name, size=100)
    counted = {bucket.value: bucket.count for bucket in whole.buckets if bucket.count}
    assert counted == {value: len(some) for value, some in stories.items()}
    assert (whole.distinct, whole.other, whole.missing) == (len(stories), 0, len(every - having))
    short = archive.engine.facet(query, name, size=1)
    assert short.other == sum(counted.values()) - sum(bucket.count for bucket in short.buckets)
    for bucket in whole.buckets:
        if not chosen.any:
            assert archive.engine.search(query.plus(name, bucket.value)).total == bucket.count
        assert archive.engine.search(query.with_filter(name, any=(bucket.value,))).total == bucket.count
    requested = archive.engine.search(replace(query, facets=(FacetRequest(name, 100),)))
    assert requested.facets[name] == whole


def fitting(document: Document, interval: str) -> str | None:
    """The period that the document's date lies in, if it lies in one."""
    if not document.article.published.at:
        return None
    first, last = day_range(document.article.published.at)
    start = period_start(first, interval)
    return label(start, interval) if period_start(last, interval) == start else None


def timeline(archive: Archive, found: Iterable[Document], interval: str) -> tuple[Mapping[str, int], int]:
    """Each story in the period of its earliest article that fits, and how many stories are in none."""
    fits: dict[str, list[tuple[Any, str]]] = defaultdict(list)
    for document in found:
        period = fitting(document, interval)
        fits[archive.story(document)] += (
            [(day_range(document.article.published.at)[0], period)] if period is not None else []
        )
    tally: dict[str, int] = defaultdict(int)
    for some in fits.values():
        if some:
            tally[min(some)[1]] += 1
    return tally, sum(not some for some in fits.values())


@by_query
@pytest.mark.parametrize("interval", INTERVALS)
def test_timelines(archive: Archive, query: Query, interval: str) -> None:
    found = archive.found(query)
    tally, missing = timeline(archive, found, interval)
    counted = replace(query, count="stories")
    answer = archive.engine.timeline(counted, interval, share=True)
    assert {period.label: period.count for period in answer.periods if period.count} == tally
    assert (answer.missing, answer.total) == (missing, sum(tally.values()) + missing)
    everywhere: dict[str | None, set[str]] = defaultdict(set)
    for document in archive.documents.values():
        everywhere[fitting(document, interval)].add(archive.story(document))
    for period in answer.periods:
        assert period.share == (period.count / len(everywhere[period.label]) if everywhere[period.label] else 0)
        assert 0 <= period.share <= 1
    facet = archive.engine.search(replace(counted, facets=(FacetRequest("date", interval=interval),))).facets["date"]
    assert {bucket.value: bucket.count for bucket in facet.buckets} == tally
    for bucket, series in archive.engine.timeline(counted, interval, split="people").series:
        some = [d for d in archive.found(query.with_filter("people", any=())) if bucket.value in values(d, "people")]
        if not query.filter("people").any:
            assert sum(series) == sum(timeline(archive, some, interval)[0].values())


def test_a_cursor_is_of_what_was_counted(archive: Archive) -> None:
    cursor = archive.engine.search(Query(cursor="*", page_size=3)).next_cursor
    with pytest.raises(BadRequest):
        archive.engine.search(Query(cursor=cursor, page_size=3, count="stories"))


def test_another_process_serves_the_same(archive: Archive, tmp_path: Path) -> None:
    other = WhooshEngine(tmp_path, lambda ids: {id_: archive.documents[id_] for id_ in ids})
    for query in QUERIES:
        asked = replace(query, count="stories")
        one, two = archive.engine.search(asked), other.search(asked)
        assert (one.total, one.hits) == (two.total, two.hits)
    assert list(other.faults()) == []
    other.close()


def test_stories_alone_may_change(archive: Archive) -> None:
    before = archive.engine.search(Query(count="stories")).total
    some = [id_ for id_ in archive.documents if archive.stories.get(id_, id_) == id_][:2]
    archive.engine.publish([], 60, Changes(4, {some[0]: some[1]}))
    assert archive.engine.story_position == 4
    assert archive.engine.search(Query()).total == 60
    assert archive.engine.search(Query(count="stories")).total in (before - 1, before)
    archive.engine.publish([], 60)
    assert archive.engine.story_position == 4
    assert list(archive.engine.faults()) == []


def test_ids_that_no_generation_can_hold_are_passed_over(archive: Archive) -> None:
    some = next(iter(archive.documents))
    archive.engine.publish([], 60, Changes(9, {"no id": some, some: "NO ID"}))
    assert archive.engine.story_position == 9
    assert list(archive.engine.faults()) == []


def test_an_empty_archive(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path, lambda ids: {})
    assert engine.search(Query(count="stories")).total == 0
    assert engine.story_position == 0


def test_from_the_store_to_the_engine(tmp_path: Path, made: Made) -> None:
    draw = random.Random(2)
    text = " ".join(draw.choices(WORDS, k=200))
    store = Store(tmp_path, create=True)
    engine = WhooshEngine(tmp_path, store.get)
    store.put([made(n, "Wire", text, source=f"Paper {n}") for n in range(3)])
    store.put([made("else", "Else", " ".join(draw.choices(WORDS, k=200)))])
    catch_up(store, engine)
    assert engine.search(Query(count="stories")).total == 2
    assert sorted(hit.copies for hit in engine.search(Query()).hits) == [0, 2, 2, 2]
    store.put([made(2, "Wire", "rewritten")])
    catch_up(store, engine)
    answers = [engine.search(replace(query, count="stories")) for query in QUERIES]
    assert engine.search(Query(count="stories")).total == 3
    rebuild(store, engine)
    assert [engine.search(replace(query, count="stories")).total for query in QUERIES] == [a.total for a in answers]
    assert catch_up(store, engine) == 0
    engine.close()
    store.close()
