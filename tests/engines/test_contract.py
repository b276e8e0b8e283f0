"""What every engine must answer: hits, order, scores, facets, timelines, as the oracle reads them off the documents."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import pytest
from engines.oracle import Corpus, facet_oracle, found, instant, timeline_oracle, values
from whoosh import query as whoosh_query

from searchsvc import analysis
from searchsvc.document import Document
from searchsvc.engines.whoosh.writing import open_index
from searchsvc.errors import BadRequest, CursorGone
from searchsvc.expression import And, DateRange, Everything, Expression, Fuzzy, Not, Or, Phrase, Wildcard, Word
from searchsvc.fields import COUNTED, FIELDS, INTERVALS
from searchsvc.query import FacetRequest, Filter, Query
from searchsvc.results import Bucket

Made = Callable[..., Document]

VOCABULARY = (
    "river vote Paris talks budget Kenya court rain cease-fire ceasefire peace U.S. election elections café the "
    "elected 1,500 votes riverbank courts O'Brien talk-show"
).split()
PEOPLE = ("John Kerry", "Sergey Lavrov", "Ban Ki-moon", "Jane Roe", "Élodie Duprè")
COUNTRIES = ("SY=Syria", "RU=Russia", "US=United States", "KE=Kenya", "FR=France")
ORGANISATIONS = ("United Nations", "NATO", "Red Cross")
SOURCES = ("", "Wire", "Gazette", "The Herald")
DATES = (
    "", "", "2015", "2016", "2016-02", "2016-03", "2015-11", "2016-02-10", "2016-02-29", "2016-12-31", "2017-01-01",
    "2016-03-05T10:00:00Z", "2016-03-05T09:00:00Z", "2016-03-05", "2016-01-04", "2016-01-03",
)  # fmt: skip


def anchor(made: Made) -> Document:
    """Has every word, so that no word's last article is ever replaced."""
    return made("anchor", " ".join(VOCABULARY), " ".join(VOCABULARY), byline=("Jane Roe", "Al Bo"), at="2016-02-10")


def article(made: Made, chance: random.Random, name: object) -> Document:
    def some(pool: tuple[str, ...], most: int) -> list[str]:
        return chance.sample(pool, chance.randint(0, most))

    joint = chance.choice([" ", ", ", ". "])
    people, countries, organisations = some(PEOPLE, 3), some(COUNTRIES, 3), some(ORGANISATIONS, 2)
    keys = [*people, *organisations, *(country[:2] for country in countries)]
    return made(
        name,
        joint.join(chance.choices(VOCABULARY, k=chance.randint(0, 5))),
        joint.join(chance.choices(VOCABULARY, k=chance.randint(1, 30))),
        at=chance.choice(DATES), people=people, countries=countries, organisations=organisations,
        places=some(COUNTRIES, 2), about=chance.sample(keys, chance.randint(0, len(keys))),
        said_by=chance.sample(people, chance.randint(0, len(people))),
        source=chance.choice(SOURCES), section=chance.choice(["", "World", "Sport"]),
        language=chance.choice(["", "en", "en", "de", "xx"]),
        byline=tuple(some(("Jane Roe", "Al Bo", "Jane Paris"), 2)), tags=tuple(some(("peace", "rain talks"), 2)),
    )  # fmt: skip


@dataclass
class World:
    corpus: Corpus
    engine: Any
    shelf: Any
    chance: random.Random


@pytest.fixture(scope="module", params=["fresh", "aged-1", "aged-2", "aged-3"])
def world(
    request: pytest.FixtureRequest, made: Made, shelf_in: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """fresh: one segment, nothing deleted. aged: many publishes, replaced
    documents, merges. The answers are the same."""
    chance = random.Random(request.param)
    shelf = shelf_in(tmp_path_factory.mktemp("world"))
    corpus = Corpus()
    if request.param == "fresh":
        shelf.publish(anchor(made), *(article(made, chance, n) for n in range(60)))
    else:
        shelf.publish(anchor(made))
        for _ in range(27):
            shelf.publish(*(article(made, chance, chance.randrange(70)) for _ in range(chance.randint(1, 7))))
        snapshot = shelf.engine._opened.snapshot
        assert 1 < len(snapshot.segments) < 27, "some were merged, not all"
        assert snapshot.count < snapshot.size, "some are deleted"
    corpus.documents = shelf.documents
    yield World(corpus, shelf.engine, shelf, chance)
    shelf.engine.close()


def any_tree(chance: random.Random, depth: int = 2) -> Expression:
    name = chance.choice([None, None, None, "title", "text", "byline", "people", "countries", "tags"])
    kind = chance.random()
    if depth and kind < 0.5:
        children = tuple(any_tree(chance, depth - 1) for _ in range(chance.randint(2, 3)))
        return chance.choice([And, Or])(children)
    if depth and kind < 0.65:
        return Not(any_tree(chance, depth - 1))
    kind = chance.random()
    word = chance.choice([*VOCABULARY, "nowhere", "Kerry", "SY"])
    if kind < 0.45:
        return Word(word.rstrip("."), name)
    if kind < 0.7:
        words = chance.choices(VOCABULARY, k=chance.randint(2, 4))
        return Phrase(" ".join(words), chance.choice([0, 0, 1, 2, 5, 30]), name)
    if kind < 0.8:
        return Wildcard(chance.choice(["elec*", "elec*s", "riv?r", "cou*", "caf*", "riverb*k", "cease*", "vot*"]), name)
    if kind < 0.9:
        return Fuzzy(
            chance.choice(["rvier", "electoin", "peac", "votse", "kenia", "courtt"]), chance.randint(1, 2), name
        )
    if kind < 0.97:
        return DateRange(
            chance.choice([None, "2016", "2016-02", "2015-11-01"]), chance.choice([None, "2016", "2016-03-05"])
        )
    return Everything()


def any_filters(chance: random.Random) -> tuple[tuple[str, Filter], ...]:
    pools = {
        "people": (*PEOPLE, "john kerry", "Elodie Dupre", "Nobody"),
        "countries": ("SY", "RU", "Kenya", "fr", "XX"),
        "organisations": ORGANISATIONS,
        "source": (*SOURCES[1:], "wire"),
        "byline": ("Jane Roe",),
        "said_by": (*PEOPLE[:3], "john kerry", "Nobody"),
        "tags": ("rain talks",),
    }
    chosen = []
    for name in FIELDS:
        if name in pools and chance.random() < 0.2:
            pool = pools[name]
            kinds = [tuple(chance.sample(pool, chance.randint(0, min(2, len(pool))))) if chance.random() < p else ()
                     for p in (0.7, 0.2, 0.2)]  # fmt: skip
            if any(kinds):
                chosen.append((name, Filter(*kinds)))
    return tuple(chosen)


def any_query(chance: random.Random) -> Query:
    searched = [("title", "text")] * 4 + [("title",), ("text",), ("byline", "text"), ("title", "text", "byline")]
    return Query(
        q=str(any_tree(chance)) if chance.random() < 0.9 else "",
        match=chance.choice(["all", "all", "any"]),
        search_in=chance.choice(searched),
        filters=any_filters(chance) if chance.random() < 0.6 else (),
        from_date=chance.choice([None, None, None, "2016", "2016-02", "2015-11"]),
        to_date=chance.choice([None, None, None, "2016", "2017", "2016-03-05"]),
        about=chance.random() < 0.3,
        page_size=200,
        highlight=False,
    )


def any_queries(world: World, count: int, seed: str) -> Iterator[Query]:
    chance = random.Random(f"{seed} {len(world.corpus.documents)}")
    while count:
        with suppress(BadRequest):  # over a limit of the language
            yield any_query(chance)
            count -= 1


def check_hits(world: World, query: Query) -> int:
    """The hits of one question against the oracle: which, their scores, their order."""
    results, wanted = world.engine.search(query), found(world.corpus, query)
    got = {hit.document.id: hit.score for hit in results.hits}
    assert got.keys() == wanted.keys(), f"{query.q!r} {query}"
    assert results.total == len(wanted)
    for id_, value in got.items():
        assert value == pytest.approx(wanted[id_], abs=2e-6), f"{query.q!r} {query}"
    assert list(got.values()) == sorted(got.values(), reverse=True)
    return len(wanted)


def test_any_question(world: World) -> None:
    sizes = [check_hits(world, query) for query in any_queries(world, 250, "hits")]
    assert sum(0 < size < len(world.corpus.documents) for size in sizes) > 80, "most questions divide the corpus"


SHAPES = [
    "river", "the", "U.S", "cafe", "CAFÉ", "O'Brien", "obrien", "1,500", "1500", "cease-fire", "ceasefire",
    "talk-show", "talkshow", "nowhere", "river vote", "river OR vote", "river -vote", "-river", "-river -vote",
    "river (vote OR rain) -court", "(river OR vote) -(peace talks)", "(river OR vote) (rain OR vote)",
    "-(river OR -vote)", '"river vote"', '"the river"~3', '"vote vote"', '"vote vote"~4', '"cease fire"',
    '"ceasefire talks"~5', '"U.S. election"~9', "title:river", "text:river", "title:river text:vote", "byline:roe",
    'byline:"jane roe"', 'byline:"roe al"~90', "people:lavrov", "people:elodie", "countries:syria", "countries:sy",
    "organisations:nato", "source:wire", "section:world", "language:en", "tags:rain", 'tags:"peace rain"~90',
    "date_source:archive", "elec*", "election*", "elect*", "riv*", "cou?ts", "river?t*", "vot??",
    "cease-f*", "o'br*", "rvier~", "rivr~2", "kenia~", "elections~1", "title:peac~", "date:2016", "date:2016-02",
    "date:[2016-02 TO *]", "date:[* TO 2016-03-05]", "river date:2016", "river OR date:2015", "-date:2016", "*", "-*",
    "river *",
]  # fmt: skip


@pytest.mark.parametrize("q", SHAPES)
def test_shape(world: World, q: str) -> None:
    check_hits(world, Query(q, page_size=200))
    check_hits(world, Query(q, match="any", page_size=200, search_in=("title", "text", "byline")))


@pytest.fixture
def whooshs_own(world: World) -> Iterator[Any]:
    """Whoosh's own searcher over the same files."""
    ix = open_index(world.engine._generations.root / world.engine.generation)
    yield ix.searcher()
    ix.storage.close_files()


def test_whoosh_finds_the_same(world: World, whooshs_own: Any) -> None:
    compared = 0
    no_rain = whoosh_query.Not(whoosh_query.Term("title", "rain"))
    for name in ("title", "text", "byline", "people"):
        for word in (*VOCABULARY, "Kerry", "Roe"):
            terms = {analysis.term(word, language) for language in world.corpus.languages}
            if len(terms) > 1 or "-" in word:
                continue  # more than one term, which Whoosh knows nothing of
            (term,) = terms
            for ours, theirs in (
                (f"{name}:{word}", whoosh_query.Term(name, term)),
                (f'{name}:"{word} rain"', whoosh_query.Phrase(name, [term, "rain"])),
                (f"{name}:{word} -title:rain", whoosh_query.And([whoosh_query.Term(name, term), no_rain])),
            ):  # fmt: skip
                hits = whooshs_own.search(theirs, limit=None)
                found = {hit.document.id for hit in world.engine.search(Query(ours, page_size=200)).hits}
                assert found == {hit["id"] for hit in hits}, ours
                compared += len(found)
    assert compared > 300


def test_facets(world: World) -> None:
    for query in any_queries(world, 60, "facets"):
        size = world.chance.choice([1, 2, 3, 10])
        query = replace(query, facets=tuple(FacetRequest(name, size) for name in COUNTED), page_size=1)
        results = world.engine.search(query)
        for name in COUNTED:
            got = results.facets[name]
            buckets, distinct, other, missing = facet_oracle(world.corpus, query, name, size)
            assert list(got.buckets) == buckets, f"{name} of {query}"
            assert (got.distinct, got.other, got.missing) == (distinct, other, missing), f"{name} of {query}"
            assert got.exact
            assert got == world.engine.facet(query, name, size=size)


def test_the_count_beside_a_value_is_the_total_after_the_click(world: World) -> None:
    clicks = 0
    for query in any_queries(world, 25, "clicks"):
        for name in ("people", "countries", "source", "byline"):
            for bucket in world.engine.facet(query, name, size=5).buckets:
                clicked = (
                    query.with_filter(name, any=(bucket.value,)) if query.filter(name).any
                    else query.plus(name, bucket.value)
                )  # fmt: skip
                if not bucket.selected or query.filter(name).any:
                    assert world.engine.search(clicked).total == bucket.count, f"{bucket} of {query}"
                    clicks += 1
                without = world.engine.search(query.excluding(name, bucket.value))
                assert without.total == len(found(world.corpus, query.excluding(name, bucket.value)))
    assert clicks > 50


@pytest.mark.parametrize(
    "prefix, people",
    [("j", ["Jane Roe", "John Kerry"]), ("KERR", ["John Kerry"]), ("elod", ["Élodie Duprè"]), ("ki", ["Ban Ki-moon"]),
     ("john k", ["John Kerry"]), ("hn", []), ("zz", [])],
)  # fmt: skip
def test_a_prefix_keeps_the_values_in_which_a_word_begins_so(world: World, prefix: str, people: list[str]) -> None:
    facet = world.engine.facet(Query(), "people", size=10, prefix=prefix)
    assert sorted(bucket.value for bucket in facet.buckets) == people
    assert facet.distinct == len(people)
    for bucket in facet.buckets:
        assert bucket.count == len(found(world.corpus, Query().plus("people", bucket.value)))


def test_values_are_listed_beside_those_that_begin_so(world: World) -> None:
    facet = world.engine.facet(Query(), "people", size=10, prefix="john k", also=("Jane Roe", "John Kerry", "Nobody"))
    assert sorted(bucket.value for bucket in facet.buckets) == ["Jane Roe", "John Kerry"]
    assert facet.distinct == 2


@pytest.mark.parametrize("interval", INTERVALS)
def test_timeline(world: World, interval: str) -> None:
    for query in any_queries(world, 12, f"time {interval}"):
        hits = [world.corpus.documents[id_] for id_ in found(world.corpus, query)]
        rows, missing = timeline_oracle(hits, interval)
        timeline = world.engine.timeline(query, interval, share=True, split="people")
        assert [(p.label, p.start, p.end, p.count) for p in timeline.periods] == rows
        assert (timeline.missing, timeline.total, timeline.interval) == (missing, len(hits), interval)
        whole = {
            label: count for label, _, _, count in timeline_oracle([*world.corpus.documents.values()], interval)[0]
        }
        for p in timeline.periods:
            assert p.share == pytest.approx(p.count / whole[p.label] if whole.get(p.label) else 0.0)
        for bucket, counts in timeline.series:
            having = [d for d in hits if bucket.value in values(d, "people", query.about)]
            tally = {label: count for label, _, _, count in timeline_oracle(having, interval)[0]}
            assert list(counts) == [tally.get(label, 0) for label, *_ in rows]
        facet = world.engine.search(replace(query, facets=(FacetRequest("date", interval=interval),))).facets["date"]
        assert [(b.value, b.count) for b in facet.buckets] == [(label, count) for label, _, _, count in rows if count]
        assert facet.missing == missing


def test_a_period_is_what_its_dates_find(world: World) -> None:
    for interval in ("day", "month", "year"):
        for p in world.engine.timeline(Query("river OR vote"), interval).periods:
            if p.count:
                chosen = Query("river OR vote", from_date=p.start, to_date=p.end)
                assert world.engine.search(chosen).total == p.count


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
@pytest.mark.parametrize("q", ["river OR vote", "", "peace -rain"])
def test_pages_and_cursors_give_each_hit_once_in_order(world: World, sort: str, q: str) -> None:
    query = Query(q, sort=sort, page_size=7, highlight=False)
    wanted = found(world.corpus, query)
    paged = []
    for page in range(1, world.engine.search(query).pages + 1):
        paged += world.engine.search(replace(query, page=page)).hits
    assert world.engine.search(replace(query, page=99)).hits == ()
    cursored, cursor = [], "*"
    while cursor:
        results = world.engine.search(replace(query, cursor=cursor))
        assert results.total == len(wanted)
        cursored += results.hits
        cursor = results.next_cursor
    ids = [hit.document.id for hit in paged]
    assert ids == [hit.document.id for hit in cursored]
    assert len(ids) == len(wanted)
    assert set(ids) == set(wanted)
    if sort == "relevance":
        keys = [-wanted[id_] for id_ in ids]
        assert keys == pytest.approx(sorted(keys), abs=1e-9)
    else:
        moments = [instant(world.corpus.documents[id_]) for id_ in ids]
        known = [m for m in moments if m is not None]
        assert moments == known + [None] * (len(moments) - len(known)), "unknown dates come last"
        assert known == sorted(known, reverse=sort == "newest")
        assert all(hit.score is None for hit in paged)


def test_any_total(world: World) -> None:
    told = 0
    for query in any_queries(world, 80, "any"):
        query = replace(query, match="all")
        results = world.engine.search(query)
        if results.total == 0 and results.any_total is not None:
            other = replace(query, match="any")
            assert results.any_total == len(found(world.corpus, other))
            told += results.any_total > 0
    assert world.engine.search(Query("nowhere river")).any_total == world.engine.search(Query("river")).total
    assert world.engine.search(Query("river")).any_total is None


def test_highlights_mark_what_was_sought(world: World) -> None:
    for hit in world.engine.search(Query("river -vote", page_size=50)).hits:
        shown = (*hit.highlights["title"], *hit.highlights["text"])
        assert {s.text[a:b] for s in shown for a, b in s.marks} == {"river"}
        assert any(s.marks for s in shown)


def test_the_index_is_whole(world: World) -> None:
    assert list(world.engine.faults()) == []
    assert world.engine.documents == len(world.corpus.documents)


# Across publishes


def test_a_cursor_goes_on_in_its_own_generation(shelf: Any, made: Made) -> None:
    shelf.publish(*(made(n, "river", "x " * n, at=f"2016-01-{n + 1:02}") for n in range(20)))
    for sort in ("relevance", "newest", "oldest"):
        query = Query("river", sort=sort, page_size=6, cursor="*")
        want = [hit.document.id for hit in shelf.engine.search(replace(query, cursor=None, page_size=200)).hits]
        want = [id_ for id_ in want if id_ in shelf.documents]
        results = shelf.engine.search(query)
        got = [hit.document.id for hit in results.hits]
        shelf.publish(made(f"new {sort}", "river river", at="2016-01-10"))
        while results.next_cursor:
            results = shelf.engine.search(replace(query, cursor=results.next_cursor))
            got += [hit.document.id for hit in results.hits]
        assert got == want


def test_a_cursor_of_a_generation_that_is_gone_is_told(shelf: Any, made: Made) -> None:
    shelf.publish(*(made(n, "river") for n in range(5)))
    query = Query("river", page_size=2, cursor="*")
    cursor = shelf.engine.search(query).next_cursor
    for n in range(2):
        shelf.publish(made(f"new {n}"))
    shelf.engine.search(replace(query, cursor=cursor))
    shelf.publish(made("one more"))
    with pytest.raises(CursorGone):
        shelf.engine.search(replace(query, cursor=cursor))


@pytest.mark.parametrize(
    "cursor",
    ["x", "é", "****", "e30", "W10", "bnVsbA", "eyJnIjoxfQ", "a" * 500,
     # {"q": …} of another question, and numbers that are none
     "eyJnIjoiMDAwMDAxIiwiayI6IjEiLCJkIjoxLCJxIjoiMDAwMDAwMDAwMDAwIn0"],
)  # fmt: skip
def test_a_forged_cursor_is_refused(shelf: Any, made: Made, cursor: str) -> None:
    shelf.publish(*(made(n, "river") for n in range(5)))
    with pytest.raises(BadRequest) as caught:
        shelf.engine.search(Query("river", cursor=cursor))
    assert caught.value.parameter == "cursor"


@pytest.mark.parametrize(
    "key, document", [("nan", 1), ("inf", 10**30), ("-inf", -(10**30)), (None, 1), ("1", 1e400), ("x", 0)]
)
def test_a_cursor_forged_with_care_breaks_nothing(shelf: Any, made: Made, key: object, document: object) -> None:
    import base64
    import json

    shelf.publish(*(made(n, "river") for n in range(5)))
    query = Query("river", page_size=2, cursor="*")
    token = shelf.engine.search(query).next_cursor
    data = json.loads(base64.urlsafe_b64decode(token + "=="))
    forged = base64.urlsafe_b64encode(json.dumps({**data, "k": key, "d": document}).encode()).decode().rstrip("=")
    with suppress(BadRequest):
        assert len(shelf.engine.search(replace(query, cursor=forged)).hits) <= 2


def test_an_empty_engine_answers(shelf: Any) -> None:
    query = Query(
        "river vote", facets=(FacetRequest("people"), FacetRequest("date")), filters=(("people", Filter(("A",))),)
    )
    results = shelf.engine.search(query)
    assert (results.total, results.hits, results.pages) == (0, (), 0)
    assert results.facets["people"].buckets == (Bucket("A", "A", 0, True),)
    assert shelf.engine.facet(query, "people", size=3).distinct == 0
    assert shelf.engine.timeline(query, "month").periods == ()
    assert list(shelf.engine.faults()) == []
    assert (shelf.engine.position, shelf.engine.generation) == (0, "")


def test_dates_at_the_ends_of_the_calendar(shelf: Any, made: Made) -> None:
    shelf.publish(made(1, at="9999-12-31"), made(2, at="9999"))
    for interval in INTERVALS:
        timeline = shelf.engine.timeline(Query(), interval)
        assert timeline.periods[-1].end == "9999-12-31"
        assert sum(p.count for p in timeline.periods) + timeline.missing == 2
    shelf.publish(made(3, at="0001-01-01"), made(4, at="0001"))
    assert len(shelf.engine.timeline(Query(), "year").periods) == 9999
    for interval in ("day", "week", "month", "quarter"):
        with pytest.raises(BadRequest) as caught:
            shelf.engine.timeline(Query(), interval)
        assert caught.value.code == "too_many_periods"


def test_a_wildcard_of_very_many_words_is_cut_and_told(shelf: Any, made: Made) -> None:
    words = [f"abc{chr(97 + n // 26)}{chr(97 + n % 26)}{m}" for n in range(130) for m in range(10)]
    # The last of the words is in two articles, and so among the most frequent; one behind it in one, and so not.
    shelf.publish(made(1, "", " ".join(words)), made(2, "", "abcaa0 " * 3))
    shelf.publish(made(3, "", max(words)), made(4, "", "abczz9"))
    for _ in range(2):
        results = shelf.engine.search(Query("abc*"))
        assert sorted(hit.document.id for hit in results.hits) == sorted(made(n).id for n in (1, 2, 3))
        assert [w.code for w in results.warnings] == ["prefix_truncated"]
        assert "1,301 words" in results.warnings[0].message
