"""Values tallied by rows give what the columns give, and what counting by hand gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest

from searchsvc.engines.whoosh import columns
from searchsvc.engines.whoosh.arrays import Packed
from searchsvc.engines.whoosh.columns import Column, Vocabulary
from searchsvc.engines.whoosh.docset import DocSet, popcounts
from searchsvc.engines.whoosh.rows import Tally, tally_of_bytes
from searchsvc.engines.whoosh.values import Values


def _column(values: Sequence[str], documents: Sequence[Sequence[int]]) -> Column:
    sizes = np.array([len(some) for some in documents], np.uint8)
    ordinals = np.array([ordinal for some in documents for ordinal in some], np.uint32)
    return Column(list(values), list(values), Packed.of(sizes), ordinals)


def _world(
    seed: int, distinct: int, weight: float, sizes: Sequence[int], live: float = 1.0
) -> tuple[Values, list[set[int]], set[int]]:
    """Three segments with their own order of the values, what each document has, and which documents are live."""
    draw = np.random.default_rng(seed)
    weights = 1 / np.arange(1, distinct + 1) ** weight
    chances = weights / weights.sum() if weight else None
    popular = draw.permutation(distinct)
    parts, has, base = [], [], 0
    for size in (700, 1, 1500):
        numbers = draw.permutation(distinct).astype(np.int32)
        place = np.argsort(numbers)
        documents = []
        for _ in range(size):
            count = min(int(draw.choice(sizes)), distinct)
            some = popular[draw.choice(distinct, count, replace=False, p=chances)]
            has.append({int(number) for number in some})
            documents.append(place[some].tolist())
        parts.append((_column([str(n) for n in numbers], documents), numbers, base))
        base += size
    mask = draw.random(base) < live
    return Values(parts, distinct, base, DocSet.of_mask(mask)), has, set(np.flatnonzero(mask).tolist())


def _counted(tally: Tally) -> Counter[int]:
    found = Counter({int(n): int(c) for n, c in zip(tally.numbers, tally.counts, strict=True) if c})
    found.update(tally.rare.tolist())
    return found


@pytest.mark.parametrize(
    ("distinct", "weight", "sizes", "rare"),
    [
        (1, 0.0, (0, 1), False),
        (40, 1.0, (0, 1, 2, 3), False),
        (300, 1.3, (0, 1, 1, 2, 2, 3, 8), True),  # codes of 8 bits, and a few values without one
        (800, 0.7, (0, 1, 2, 3, 5, 40), False),  # codes of 16 bits, rows upon rows
        (300_000, 0.0, (0, 3, 60, 80, 100), True),  # values without a code
    ],
)
@pytest.mark.parametrize("live", [1.0, 0.8])
def test_rows_tally_what_the_documents_have(
    distinct: int, weight: float, sizes: Sequence[int], rare: bool, live: float
) -> None:
    values, has, alive = _world(3, distinct, weight, sizes, live)
    draw = np.random.default_rng(4)
    asked = [DocSet(values.size, ids=np.array(sorted(alive), np.int32))]
    for count in (0, 1, 30, 400, 1500):
        some = draw.choice(sorted(alive), count, False)
        asked.append(DocSet(values.size, ids=np.sort(some).astype(np.int32)))
        asked.append(DocSet(values.size, bits=asked[-1].bits))
    for _ in ("from the columns", "from the rows"):
        for documents in asked:
            expected: Counter[int] = Counter()
            for number in documents.ids.tolist():
                expected.update(has[number])
            tally = values.tally(documents)
            assert _counted(tally) == expected
            assert (tally.total, tally.distinct) == (expected.total(), len(expected))
            missing = sum(not has[number] for number in documents.ids.tolist())
            assert tally.missing == missing
            assert values.totals(documents) == (expected.total(), missing)
            assert all(tally.of(number) == expected[number] for number in range(min(distinct, 50)))
            mask = np.arange(distinct) % 3 == 0
            some_only = Counter({n: c for n, c in expected.items() if mask[n]})
            assert _counted(tally.some(mask)) == some_only
            assert (tally.some(mask).total, tally.some(mask).distinct) == (some_only.total(), len(some_only))
            for size in (1, 10, 5000):
                numbers, counts = tally.largest(size)
                found = dict(zip(numbers.tolist(), counts.tolist(), strict=True))
                assert found.items() <= expected.items()
                least = sorted(expected.values(), reverse=True)[:size][-1:] or [0]
                assert {n for n, c in expected.items() if c >= least[0]} <= found.keys()
                few = values.largest(documents, size)
                if few is not None:
                    assert few.distinct is None
                    assert (few.total, few.missing) == (tally.total, tally.missing)
                    assert _counted(few).items() <= expected.items()
                    assert {n for n, c in expected.items() if c >= least[0]} <= _counted(few).keys()
            values._holding.clear()
            for number in (0, distinct // 2, int(tally.numbers[0]) if len(tally.numbers) else 0):
                assert values.holding(number).ids.tolist() == [d for d in sorted(alive) if number in has[d]]
            places, numbers = values.pairs(documents.ids)
            pairs = sorted(zip(places.tolist(), numbers.tolist(), strict=True))
            assert pairs == sorted((at, n) for at, d in enumerate(documents.ids.tolist()) for n in has[d])
        values.prepare()
    assert bool(len(values.tally(asked[-1]).rare)) == rare


@pytest.mark.parametrize(("distinct", "weight", "sizes"), [(40, 1.0, (0, 1, 3)), (300_000, 0.0, (0, 3, 60, 100))])
def test_documents_are_counted_by_what_they_differ_in(distinct: int, weight: float, sizes: Sequence[int]) -> None:
    values, _, alive = _world(8, distinct, weight, sizes, 0.9)
    assert not values.is_ready
    values.prepare()
    assert values.is_ready
    draw = np.random.default_rng(4)
    known = DocSet(values.size, ids=np.sort(draw.choice(sorted(alive), 900, False)).astype(np.int32))
    before = values.counts(known)
    kept = before.copy()
    for share in (0.0, 0.01, 0.5, 1.0):
        mask = known.mask
        some = draw.random(values.size) < share
        mask[some] = ~mask[some]
        documents = DocSet.of_mask(mask) & values._live
        tally = values.tally_by(before, documents - known, known - documents, documents)
        plain = values.tally(documents)
        assert _counted(tally) == _counted(plain)
        assert (tally.total, tally.distinct, tally.missing) == (plain.total, plain.distinct, plain.missing)
        assert (before == kept).all()


def test_the_frequent_prove_the_largest_of_very_many() -> None:
    values, _, alive = _world(5, 500, 1.2, (1, 2, 3), 0.9)
    assert values.largest(DocSet(values.size, ids=np.arange(5, dtype=np.int32)), 3) is None
    values.prepare()
    documents = DocSet(values.size, ids=np.array(sorted(alive)[::2], np.int32))
    found = values.largest(documents, 10)
    assert found is not None
    assert len(found.numbers) < 100
    assert values.largest(DocSet(values.size, ids=np.array(sorted(alive)[:2], np.int32)), 10) is None


@pytest.mark.parametrize("count", [0, 1, 7, 40_000, 40_001])
def test_bytes_are_tallied(count: int) -> None:
    codes = np.random.default_rng(1).integers(0, 256, count).astype(np.uint8)
    assert tally_of_bytes(codes).tolist() == np.bincount(codes, minlength=256).tolist()


@pytest.mark.parametrize("words", [0, 1, 999, 1000, 2345])
def test_bits_are_counted(words: int) -> None:
    rows = np.random.default_rng(1).integers(0, 2**63, (3, words)).astype(np.uint64)
    assert popcounts(rows).tolist() == [sum(bin(word).count("1") for word in row) for row in rows.tolist()]
    assert popcounts(np.full((1, words), 2**64 - 1, np.uint64)).tolist() == [64 * words]


@pytest.mark.parametrize("share", [0.0, 0.001, 0.03, 0.2, 0.9])
def test_bits_become_lists(share: float) -> None:
    mask = np.random.default_rng(1).random(70_001) < share
    assert DocSet.of_mask(mask).ids.tolist() == np.flatnonzero(mask).tolist()
    assert DocSet.of_mask(mask).ids.dtype == np.int32
    assert DocSet.of_mask(mask).ranks(np.flatnonzero(mask)).tolist() == list(range(np.count_nonzero(mask)))


def test_values_are_found_however_they_are_written() -> None:
    vocabulary = Vocabulary()
    vocabulary.numbered(
        Column(["José Díaz", "FR"], ["José Díaz", "France"], Packed.of(np.ones(2, np.uint8)), np.arange(2))
    )
    assert vocabulary.find("José Díaz") == [0]
    assert vocabulary.find("jose diaz") == [0]
    vocabulary.numbered(Column(["Jose Diaz", "fr"], ["Jose Diaz", "Fr"], Packed.of(np.ones(2, np.uint8)), np.arange(2)))
    assert vocabulary.find("JOSE DIAZ") == [0, 2]
    assert vocabulary.find("Jose Diaz") == [2]
    assert vocabulary.find("france") == [1]
    assert vocabulary.find("Fr") == [1, 3]
    assert vocabulary.find("nobody") == []


def test_values_that_come_while_others_are_looked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """A newer generation is taken up in a thread of its own."""
    vocabulary = Vocabulary()

    def column(*values: str) -> Column:
        return Column(list(values), list(values), Packed.of(np.ones(len(values), np.uint8)), np.arange(len(values)))

    vocabulary.numbered(column("Jane Roe", "Al Bo"))
    fold = columns.fold

    def fold_while_others_come(text: str) -> str:
        vocabulary.numbered(column(f"Jane {len(vocabulary)}"))
        return fold(text)

    monkeypatch.setattr(columns, "fold", fold_while_others_come)
    assert vocabulary.beginning("jane")[:2].tolist() == [True, False]
