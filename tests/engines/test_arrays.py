"""The parts under the engine: sets of documents, postings written, merged and read, and what a large index does."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc import analysis
from searchsvc.document import Document
from searchsvc.engines import whoosh as engine_module
from searchsvc.engines.whoosh import merging, phrases, postings, ranking
from searchsvc.engines.whoosh.arrays import Joined, Packed
from searchsvc.engines.whoosh.docset import DocSet
from searchsvc.engines.whoosh.inverting import Inverter, texts
from searchsvc.engines.whoosh.keeping import Keeping
from searchsvc.engines.whoosh.located import SHIFT, Located
from searchsvc.engines.whoosh.matching import Matcher
from searchsvc.engines.whoosh.postings import PAIR, FieldPostings, SegmentPostings
from searchsvc.engines.whoosh.terms import KEPT_BYTES, best_places
from searchsvc.fields import FIELDS
from searchsvc.query import FacetRequest, Filter, Query

Made = Callable[..., Document]
WORDS = (
    "the of in river vote talks budget court rain peace cease-fire U.S. 1,500 中国人 don't election voted x-ray"
).split()


# Sets

SIZE = 400
members = st.sets(st.integers(0, SIZE - 1)).map(sorted)


def both(some: list[int], as_bits: bool) -> DocSet:
    ids = np.array(some, np.int32)
    if not as_bits:
        return DocSet(SIZE, ids=ids)
    mask = np.zeros(SIZE, bool)
    mask[ids] = True
    return DocSet.of_mask(mask)


@settings(max_examples=60)
@given(members, members, st.booleans(), st.booleans())
def test_sets_do_as_sets_do(one: list[int], other: list[int], bits_one: bool, bits_other: bool) -> None:
    a, b = both(one, bits_one), both(other, bits_other)
    for got, wanted in (
        (a & b, set(one) & set(other)), (a | b, set(one) | set(other)), (a - b, set(one) - set(other)), (a, set(one)),
    ):  # fmt: skip
        assert got.ids.tolist() == sorted(wanted)
        assert len(got) == len(wanted)
        assert np.flatnonzero(got.mask).tolist() == sorted(wanted)
        assert DocSet(SIZE, bits=got.bits).ids.tolist() == sorted(wanted)
        asked = np.arange(0, SIZE, 3, dtype=np.int32)
        assert got.holds(asked).tolist() == [number in wanted for number in asked.tolist()]
        assert got.first(7).tolist() == sorted(wanted)[:7]


@pytest.mark.parametrize("step", [1, 3_000, 50_000])
def test_the_first_of_many_are_found_in_their_beginning(step: int) -> None:
    mask = np.zeros(300_000, bool)
    mask[::step] = True
    assert DocSet.of_mask(mask).first(10).tolist() == np.flatnonzero(mask)[:10].tolist()


@settings(max_examples=60)
@given(st.lists(st.integers(0, 30), max_size=3000), st.integers(1, 50))
def test_best_places_has_the_best_and_few_more(values: list[int], wanted: int) -> None:
    found = best_places(np.array(values, np.float32), wanted)
    got = sorted((values[place] for place in found.tolist()), reverse=True)
    assert got[:wanted] == sorted(values, reverse=True)[:wanted]


# Numbers and postings


@settings(max_examples=150)
@given(st.lists(st.one_of(*(st.integers(0, 2**bits) for bits in (1, 2, 4, 9, 17, 33))), max_size=300), st.data())
def test_packed_numbers_are_the_numbers(numbers: list[int], data: Any) -> None:
    packed = Packed.of(np.array(numbers, np.int64))
    start = data.draw(st.integers(0, len(numbers)))
    end = data.draw(st.integers(start, len(numbers)))
    assert packed.between(start, end).tolist() == numbers[start:end]
    assert packed.at(np.arange(len(numbers))[start:end]).tolist() == numbers[start:end]
    narrow = Packed.of(np.array([1, 0, 1], np.int64))
    joined = Joined([(packed, start, end), (packed, 0, start), (narrow, 1, 3), (packed, end, len(numbers))])
    wanted = [*numbers[start:end], *numbers[:start], 0, 1, *numbers[end:]]
    assert joined.all().tolist() == wanted
    assert joined.at(np.arange(len(wanted))[::2]).tolist() == wanted[::2]


@pytest.mark.parametrize("most", [1, 3, 15, 255, 500, 1_000, 4_000, 60_000])
def test_packed_numbers_take_no_more_than_they_need(most: int) -> None:
    numbers = np.append(np.random.default_rng(most).integers(0, most + 1, 5_000), most)
    packed = Packed.of(numbers)
    assert packed.between(0, len(packed)).tolist() == numbers.tolist()
    assert most.bit_length() <= packed.width <= 2 * most.bit_length()
    assert not len(packed.over)


@pytest.mark.parametrize("keep_places", [True, False])
def test_every_layout_reads_as_it_was_written(tmp_path: Path, keep_places: bool) -> None:
    size, draw = 3_000, np.random.default_rng(1)
    terms = [f"t{number:03}".encode() for number in range(200)]
    frequencies = draw.permutation(
        [1, 2, 63, 64, 65, 149, 150, 151, 374, 375, 376, 1_500, 2_999, 3_000, *draw.integers(8, 500, 186)]
    )
    docs = [np.sort(draw.choice(size, some, replace=False)) for some in frequencies]
    counts = [np.minimum(draw.zipf(1.7, len(some)), 300) for some in docs]
    places = [np.concatenate([np.sort(draw.choice(9_000, some, replace=False)) for some in row]) for row in counts]
    lengths = np.bincount(np.concatenate(docs), np.concatenate(counts), minlength=size).astype(np.int64)
    inverted = postings.Inverted(
        b"\n".join(terms), np.concatenate(([0], np.cumsum(frequencies))), np.concatenate(docs), np.concatenate(counts),
        np.concatenate(places) if keep_places else None, lengths,
    )  # fmt: skip
    postings.write(tmp_path / "x", np.zeros((size, 10), np.uint8), {"text": inverted}, b"")
    field = SegmentPostings(tmp_path / "x").fields["text"]
    assert field.has_places is keep_places
    assert field.frequencies.tolist() == frequencies.tolist()
    for number, term in enumerate(terms):
        assert field.terms.find(term) == number
        assert field.terms[number] == term
        assert field.frequency(number) == frequencies[number]
        assert field.documents(number).tolist() == docs[number].tolist()
        assert field.counts(number).tolist() == counts[number].tolist()
        if keep_places:
            assert field.places(number).tolist() == places[number].tolist()
    for first, last in ((0, 200), (7, 8), (50, 150), (199, 200)):
        run = field.run(first, last)
        assert sorted(run.terms.tolist()) == list(range(first, last))
        ends, token_ends = np.cumsum(run.sizes), np.concatenate(([0], np.cumsum(run.counts)))
        assert (len(run.docs), len(run.places)) == (ends[-1], token_ends[-1] if keep_places else 0)
        for number, start, end in zip(run.terms.tolist(), ends - run.sizes, ends, strict=True):
            assert run.docs[start:end].tolist() == docs[number].tolist()
            assert run.counts[start:end].tolist() == counts[number].tolist()
            if keep_places:
                assert run.places[token_ends[start] : token_ends[end]].tolist() == places[number].tolist()
    for numbers in (np.arange(3), np.arange(0, 200, 9), np.array([int(np.argmax(frequencies))]), np.arange(0)):
        mask = np.zeros(size, bool)
        field.mark(numbers, mask)
        assert np.flatnonzero(mask).tolist() == sorted(set().union(*(docs[n].tolist() for n in numbers.tolist())))


Listing = dict[int, list[int]]


def written(path: Path, size: int, lists: dict[bytes, Listing], *, keep_places: bool) -> FieldPostings:
    """A segment of one field: term → document → positions."""
    rows = [[(document, places) for document, places in sorted(lists[term].items())] for term in sorted(lists)]
    docs, counts, places = (
        np.array(some)
        for some in (
            [document for row in rows for document, _ in row], [len(places) for row in rows for _, places in row],
            [place for row in rows for _, places in row for place in places],
        )
    )  # fmt: skip
    starts = np.concatenate(([0], np.cumsum([len(row) for row in rows])))
    inverted = postings.Inverted(
        b"\n".join(sorted(lists)), starts, docs, counts, places if keep_places else None,
        np.bincount(docs, counts, minlength=size).astype(np.int64),
    )  # fmt: skip
    postings.write(path, np.zeros((size, 10), np.uint8), {"text": inverted}, b"")
    return SegmentPostings(path).fields["text"]


def holding(parts: list[tuple[int, FieldPostings]], term: bytes) -> Iterator[tuple[int, FieldPostings, int]]:
    """Of each segment that has a term its first document, its postings and the term's number."""
    rows = ((base, part, part.terms.find(term)) for base, part in parts)
    return (row for row in rows if row[2] >= 0)


@pytest.mark.parametrize("keep_places", [True, False])
def test_a_term_is_read_of_all_segments_at_once(tmp_path: Path, keep_places: bool) -> None:
    """Whatever the layouts, the widths and the beginnings of segments are; asked for little, much and again."""
    draw = np.random.default_rng(3)
    sizes = (3_000, 2_995, 130, 1, 4_001)
    bases = np.cumsum((0, *sizes))[:-1].tolist()
    terms = [f"t{number:02}".encode() for number in range(40)]
    whole: dict[bytes, Listing] = {term: {} for term in terms}
    parts = []
    for number, (base, size) in enumerate(zip(bases, sizes, strict=True)):
        lists: dict[bytes, Listing] = {}
        for term in terms:
            share = draw.choice((0, 0.001, 0.01, 0.1, 0.3, 0.9))
            docs = np.flatnonzero(draw.random(size) < share).tolist()
            most = draw.choice((20, 600, 9_000))  # positions of one segment need other bits than those of another
            often = draw.zipf(1.7, len(docs))
            lists[term] = {
                d: np.sort(draw.choice(most, min(n, 12, most), replace=False)).tolist()
                for d, n in zip(docs, often, strict=True)
            }
            whole[term].update({base + d: some for d, some in lists[term].items()})
        lists = {term: some for term, some in lists.items() if some}
        if lists:
            parts.append((base, written(tmp_path / str(number), size, lists, keep_places=keep_places)))
    size = sum(sizes)
    for term in terms:
        docs = np.array(sorted(whole[term]), np.int32)
        counts = [len(whole[term][d]) for d in docs.tolist()]
        for chosen in (docs[:3], docs[::40], docs[5::9], docs, np.arange(0, size, 7, dtype=np.int32)):
            located = Located.of(holding(parts, term), size)
            assert located.frequency == len(docs)
            assert located.documents.ids.tolist() == docs.tolist()
            place, found = DocSet(size, bits=located.documents.bits).places(chosen)
            assert found.tolist() == [d in whole[term] for d in chosen.tolist()]
            assert docs[place[found]].tolist() == chosen[found].tolist()
            assert located.counts_at(place[found]).tolist() == [counts[n] for n in place[found].tolist()]
            for _ in range(2 if keep_places else 0):
                places = [(n << SHIFT) + p for n, d in enumerate(chosen.tolist()) for p in whole[term].get(d, [])]
                assert located.within(chosen).tolist() == places
            assert located.counts.tolist() == counts
    assert not Located.of(holding(parts, b"none"), size).within(np.arange(9, dtype=np.int32)).tolist()


def random_documents(made: Made, count: int, seed: int) -> list[Document]:
    draw = random.Random(seed)
    return [
        made(
            f"{seed}-{number}", " ".join(draw.choices(WORDS, k=draw.randrange(6))),
            " ".join(draw.choices(WORDS, [90, *[5] * (len(WORDS) - 1)], k=draw.choice((0, 3, 40, 900)))),
            byline=draw.sample(("Jane Roe", "Al Bo"), draw.randrange(3)), language=draw.choice(("en", "de", "")),
            people=draw.sample(("Ann", "Bob", "Cid"), draw.randrange(3)), at=draw.choice(("", "2016-02-10")),
        )
        for number in range(count)
    ]  # fmt: skip


def read_back(found: SegmentPostings, name: str) -> dict[str, dict[int, list[int]]]:
    """term → document → positions (or the count, where positions are not kept)."""
    field = found.fields[name]
    read: dict[str, dict[int, list[int]]] = {}
    for number in range(len(field.terms)):
        counts = field.counts(number).tolist()
        rows = read.setdefault(field.terms[number].decode(), {})
        places = iter(field.places(number).tolist()) if field.has_places else None
        for document, count in zip(field.documents(number).tolist(), counts, strict=True):
            rows[document] = [next(places) for _ in range(count)] if places else [count]
    return read


def as_read(documents: list[Document], name: str) -> dict[str, dict[int, list[int]]]:
    """The same from the texts, token by token."""
    read: dict[str, dict[int, list[int]]] = {}
    for number, document in enumerate(documents):
        base = 0
        for text in filter(None, texts(document)[name]):
            tokens = list(analysis.tokens(text, document.article.language))
            for token in tokens:
                read.setdefault(token.term, {}).setdefault(number, []).append(base + token.position)
            base += (tokens[-1].position + 1 if tokens else 0) + 200
    return read


def write(path: Path, documents: list[Document], inverter: Inverter) -> SegmentPostings:
    ids = np.frombuffer(b"".join(bytes.fromhex(d.id) for d in documents), np.uint8).reshape(len(documents), -1)
    postings.write(path, ids, *inverter.invert(documents))
    return SegmentPostings(path)


def test_postings_are_the_tokens(made: Made, tmp_path: Path) -> None:
    inverter = Inverter()
    for seed in range(3):  # the second and third time with what was learnt before
        documents = random_documents(made, 40, seed)
        found = write(tmp_path / str(seed), documents, inverter)
        for name in FIELDS:
            wanted = as_read(documents, name)
            assert read_back(found, name) == wanted
            assert sorted(wanted) == [t.decode() for t in map(found.fields[name].terms.__getitem__, range(len(wanted)))]
            lengths = [sum(len(rows.get(n, ())) for rows in wanted.values()) for n in range(len(documents))]
            assert found.fields[name].lengths.tolist() == lengths
        assert max(map(len, as_read(documents, "text")["the"].values())) > 255, "counts of more than a byte are met"


def test_pairs_are_the_common_words_side_by_side(made: Made, tmp_path: Path) -> None:
    documents = random_documents(made, 40, 7)
    found = write(tmp_path / "pairs", documents, Inverter())
    wanted: dict[str, dict[int, list[int]]] = {}
    for number, document in enumerate(documents):
        tokens = list(analysis.tokens(document.article.text, document.article.language))
        for one in tokens:
            for other in tokens:
                if other.position == one.position + 1 and {one.term, other.term} <= analysis.COMMON_TERMS:
                    wanted.setdefault(one.term + PAIR + other.term, {}).setdefault(number, [0])[0] += 1
    assert wanted
    assert read_back(found, "text+") == wanted


@pytest.mark.parametrize("at_once", [10, 1000, 4_000_000])
def test_merged_is_as_if_written_at_once(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(merging, "_AT_ONCE", at_once)
    parts = [random_documents(made, count, seed) for seed, count in enumerate((90, 1, 150))]
    segments = [write(tmp_path / f"part {n}", part, Inverter()) for n, part in enumerate(parts)]
    draw = random.Random(3)
    kept = [np.array([draw.random() < 0.7 for _ in part]) for part in parts]
    kept[1][:] = True
    left = [part[n] for part, some in zip(parts, kept, strict=True) for n in np.flatnonzero(some).tolist()]
    ids = np.concatenate([s.ids[some] for s, some in zip(segments, kept, strict=True)])
    postings.write(tmp_path / "merged", ids, *merging.merged(segments, merging.renumbered(kept)))
    merged, whole = SegmentPostings(tmp_path / "merged"), write(tmp_path / "whole", left, Inverter())
    assert merged.ids.tolist() == whole.ids.tolist()
    assert merged.totals == whole.totals
    for name in whole.fields:
        assert read_back(merged, name) == read_back(whole, name)
        assert merged.fields[name].lengths.tolist() == whole.fields[name].lengths.tolist()
    assert set(whole.words.strings(range(len(whole.words)))) <= set(merged.words.strings(range(len(merged.words))))


@given(st.lists(st.lists(st.integers(0, 9), max_size=4), max_size=12))
def test_sums_of_stretches_some_of_them_empty(stretches: list[list[int]]) -> None:
    numbers = np.array([number for some in stretches for number in some], np.uint8)
    sizes = np.array([len(some) for some in stretches], np.int64)
    assert merging._sums(numbers, sizes).tolist() == [sum(some) for some in stretches]


def test_the_last_terms_of_a_merge_live_in_deleted_documents_only(shelf: Any, made: Any) -> None:
    """Their positions go, and those of the terms before them stay."""
    last = "zyzzyva zymurgy zucchini"
    shelf.publish(*(made(n, f"river {n}", "talks and votes and talks", source=f"Zed {n}") for n in range(40)))
    for _ in range(3):
        shelf.publish(*(made(n, f"vote {n} {last}", f"river talks {last}", source=f"Zzz {n}") for n in range(20)))
        shelf.publish(*(made(n, f"river {n}", "talks and votes and talks", source=f"Zed {n}") for n in range(20)))
    for n in range(100, 140):
        shelf.publish(made(n, "court", "rain in the court", source="Wire"))
    assert not list(shelf.engine.faults())
    for q, total in (('"talks and votes"', 40), ("zyzzyva", 0), ('source:"zed 7"', 1), ('"rain in the court"', 40)):
        assert shelf.engine.search(Query(q)).total == total


def test_a_segment_of_too_many_documents_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="65,536"):
        postings.write(tmp_path / "x", np.zeros((65_537, 10), np.uint8), {}, b"")


@pytest.mark.parametrize("inside", [None, "some"])
def test_phrases_in_many_documents_and_few(made: Made, tmp_path: Path, inside: str | None) -> None:
    """Both ways to look documents up, by list and by mask, find what a reading finds."""
    documents = random_documents(made, 700, 11)
    found = write(tmp_path / "phrases", documents, Inverter())
    read = as_read(documents, "text")
    within = DocSet(700, ids=np.arange(0, 700, 2, dtype=np.int32)) if inside else None
    asked = ["the river/0", "river the/2", "peac the the/0", "the of/0", "the the/0", "the the/5", "xray vote/0"]
    for parts, slop in ((tuple(text[:-2].split()), int(text[-1])) for text in asked):
        terms = {part: Located.of(holding([(0, found.fields["text"])], part.encode()), 700) for part in parts}
        common = [pair for pair in pairwise(parts) if analysis.COMMON_TERMS.issuperset(pair) and not slop]
        pairs = [Located.of(holding([(0, found.fields["text+"])], PAIR.join(pair).encode()), 700) for pair in common]
        some = phrases.found([terms[part] for part in parts], pairs, slop, within)
        got = dict(zip(some.documents.ids.tolist(), some.counts.tolist(), strict=True))
        for document in range(700):
            if within is not None and document % 2:
                continue
            starts = 0
            where = [sorted(set(read.get(part, {}).get(document, []))) for part in parts]
            for start in where[0]:
                end: int | None = start
                for some in where[1:]:
                    end = next((p for p in some if end is not None and p > end), None)
                starts += end is not None and end - start - (len(parts) - 1) <= slop
            assert got.get(document, 0) == starts, f"{parts} {slop} in {document}"


# A larger index: the ways that are taken only there


@pytest.fixture(scope="module")
def large(made: Made, shelf_in: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Some 9,000 short articles in several segments, of which some were replaced."""
    draw = random.Random(5)
    vocabulary = [f"w{number}" for number in range(300)]
    weights = [1 / (rank + 1) for rank in range(300)]
    people = [f"Person {number}" for number in range(200)]
    shelf = shelf_in(tmp_path_factory.mktemp("large"))

    def article(number: int) -> Document:
        return made(
            number, " ".join(draw.choices(vocabulary, weights, k=3)),
            " ".join(draw.choices(vocabulary, weights, k=draw.randrange(5, 25))),
            at=f"20{draw.randrange(10, 20)}-{draw.randrange(1, 13):02}-01",
            people=sorted(set(draw.choices(people, weights[:200], k=draw.randrange(6)))), source=draw.choice("abc"),
        )  # fmt: skip

    for start in range(0, 9000, 3000):
        shelf.publish(*(article(number) for number in range(start, start + 3000)))
    shelf.publish(*(article(number) for number in range(0, 9000, 11)))
    yield shelf
    shelf.engine.close()


QUESTIONS = [
    "w0", "w250", "w1 w2", "w0 OR w1", "w3 OR w40 OR w200", "w0 w1 OR w2 w3", "w0 -w1", "w5 OR (w0 w7)", '"w0 w1"',
    '"w2 w0"~3 OR w9', "title:w1 OR text:w4", "w10*", "w20* OR w30", "w250 OR w251 OR w252", "*",
]  # fmt: skip


@pytest.mark.parametrize("filters", [(), (("source", Filter(("a",))),), (("people", Filter(none=("Person 0",))),)])
@pytest.mark.parametrize("q", QUESTIONS)
def test_the_best_are_found_without_scoring_all(large: Any, q: str, filters: Any) -> None:
    for size in (1, 10, 100):
        query = Query(q, page_size=size, filters=filters, highlight=False)
        opened = large.engine._opened
        matcher = Matcher(opened.terms, query)
        documents = matcher.match(query.expression)
        for name, chosen in filters:
            for value in chosen.any:
                documents = documents & opened.snapshot.holding(name, value)
            for value in chosen.none:
                documents = documents - opened.snapshot.holding(name, value)
        ids = documents.ids
        found = ranking.scores(opened.terms, matcher.leaves, ids)
        order = np.lexsort((ids, -found))[:size]
        results = large.engine.search(query)
        assert results.total == len(ids)
        assert [hit.document.id for hit in results.hits] == opened.snapshot.ids(ids[order])
        assert [hit.score for hit in results.hits] == pytest.approx(found[order].tolist(), abs=1e-6)


@pytest.mark.parametrize("q", ["", "w0", "w0 OR w1", "w250", "w0 w1"])
def test_frequent_values_give_the_counts_of_all(large: Any, q: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from searchsvc.engines.whoosh import counting

    query = Query(q, page_size=1, highlight=False, facets=(FacetRequest("people", 10), FacetRequest("source", 2)))
    snapshot = large.engine._opened.snapshot
    snapshot._values.clear()
    slowly = large.engine.search(query)
    monkeypatch.setattr(counting, "ONE_BY_ONE", 0)
    unprepared = large.engine.search(query)
    for name in ("people", "source"):
        snapshot.values(name).prepare()
    quickly = large.engine.search(query)
    for name in ("people", "source"):
        one = slowly.facets[name]
        assert one.distinct is not None
        assert unprepared.facets[name] == one
        other = quickly.facets[name]
        assert (other.buckets, other.other, other.missing) == (one.buckets, one.other, one.missing)
    assert q in ("", "w250") or quickly.facets["people"].distinct is None


@pytest.mark.parametrize(
    ("q", "kept"),
    [
        ("w0", True), ("w0 OR w250", True), ("w0 -w250", True), ("w0 w1 OR w0", True), ("w1 w2", False),
        ('"w0 w1"', False), ("w10*", False), ("", False), ("-w250", False), ("w20 OR w21 OR w22 OR w23", False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("filters", [(), (("source", Filter(("a", "b"))),), (("people", Filter(none=("Person 0",))),)])
def test_what_is_counted_of_a_frequent_word_is_kept(
    large: Any, q: str, kept: bool, filters: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The counts of what comes again are those of the first time, and those without anything kept."""
    requests = (FacetRequest("people", 7), FacetRequest("source", 2), FacetRequest("date"))
    query = Query(q, page_size=1, highlight=False, facets=requests, filters=filters)
    opened = large.engine._opened
    for name in ("people", "source"):
        opened.snapshot.values(name).prepare()
    opened.terms.keeping = Keeping(KEPT_BYTES)
    plain = large.engine.search(query)
    assert not [key for key in opened.terms.keeping.latest() if "counted" in key]
    monkeypatch.setattr(engine_module, "_COUNTED_FROM", 100)
    for _ in range(3):
        again = large.engine.search(query)
        assert again.facets == plain.facets
        assert again.facets["people"].distinct is not None
    names = {key[-1] for key in opened.terms.keeping.latest() if "counted" in key}
    if not filters:
        assert names == ({"people", "source", "month"} if kept else set())


def test_a_language_of_a_later_generation_is_none_of_an_older_one(shelf: Any, made: Made) -> None:
    shelf.publish(made(1, "care", "rivers", language="en"), made(2, "Wagen", "Flüsse", language="de"))
    older = shelf.engine._opened.snapshot
    shelf.publish(made(3, "car", "rivières", language="fr"))
    ids = np.arange(2, dtype=np.int32)
    assert older.speaking(frozenset({"en"}), ids).tolist() == [True, False]
    assert older.speaking(frozenset({"de"}), ids).tolist() == [False, True]
    assert shelf.engine.search(Query("car")).total == 1
