"""How do these documents divide by person, country, month? Exact counts from the columns."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

import numpy as np
import numpy.typing as npt

from searchsvc.engines.whoosh.columns import NO_DAY, Ints, Longs, day_number, day_of
from searchsvc.engines.whoosh.docset import DocSet
from searchsvc.engines.whoosh.rows import Tally, tally_of_bytes
from searchsvc.engines.whoosh.snapshot import Snapshot
from searchsvc.engines.whoosh.values import ONE_BY_ONE
from searchsvc.errors import BadRequest
from searchsvc.query import Filter
from searchsvc.results import Bucket, Facet, Period

#: Periods that a timeline may have; a longer one is asked for by a wider interval.
MOST_PERIODS = 10_000
# Documents are told by others where they differ by one in so many.
_DIFFERING = 3


@dataclass(frozen=True)
class Near:
    """Documents of which it is kept what was counted of them, by name; and by which others differ from them, that are
    to be counted: these have `more`, and not those of `less`."""

    documents: DocSet
    more: DocSet
    less: DocSet
    kept: Callable[[str, Callable[[], Ints]], Ints]

    @classmethod
    def of(cls, documents: DocSet, known: DocSet, kept: Callable[[str, Callable[[], Ints]], Ints]) -> Near | None:
        """The documents told by known ones; None where that is no less work."""
        more, less = documents - known, known - documents
        return cls(known, more, less, kept) if (len(more) + len(less)) * _DIFFERING <= len(documents) else None


def total(snapshot: Snapshot, documents: DocSet, *, by_story: bool) -> int:
    """How many documents, or stories, these are."""
    return snapshot.stories.count(documents.mask) if by_story else len(documents)


def facet(
    snapshot: Snapshot, field: str, documents: DocSet, chosen: Filter, *, size: int, prefix: str = "",
    also: Sequence[str] = (), by_story: bool = False, column: str = "", near: Near | None = None,
) -> Facet:  # fmt: skip
    """The facet of the documents, which every filter but the choice in this field has been put to.

    column: the one that has the field's values, where it has not its name. also: values that are listed with those
    that begin with the prefix. near: documents that these are nearly.

    Ordered by count, then value. Values chosen are listed at the end where they are not among the first. `distinct` is
    None where the largest counts were found without touching all values.
    """
    column = column or field
    values, vocabulary = snapshot.values(column), snapshot.vocabularies[column]
    wanted = [n for value in (*chosen.any, *chosen.all) for n in snapshot.numbers_of(column, value)]
    # Of half the documents, each with a value: about what looking through some dozens of frequent values costs.
    most = max(ONE_BY_ONE, snapshot.size // 2)
    tally: Tally | None = None
    if by_story:
        tally = _story_tally(snapshot, column, documents)
    elif (
        not prefix
        and len(documents) < snapshot.count
        and len(documents) * values.mean * 2 > most
        and values.totals(documents)[0] > most
    ):
        tally = values.largest(documents, size)
    if tally is None and near is not None and values.is_ready:
        counts = near.kept(column, lambda: values.counts(near.documents))
        tally = values.tally_by(counts, near.more, near.less, documents)
    if tally is None:
        tally = values.tally(documents)
    shown = tally.some(vocabulary.beginning(prefix, also)) if prefix else tally
    rows = dict(_first(*shown.largest(size), vocabulary.values, size))
    listed = sum(rows.values())
    for number in wanted:
        if number in rows:
            continue
        if shown.distinct is None:
            rows[number] = len(values.holding(number) & documents)
            listed += rows[number]
        else:
            rows[number] = tally.of(number)
            listed += shown.of(number)
    buckets = [Bucket(vocabulary.values[n], vocabulary.labels[n], count, n in wanted) for n, count in rows.items()]
    known = {bucket.value for bucket in buckets}
    for value in (*chosen.any, *chosen.all):
        if not snapshot.numbers_of(column, value) and value not in known:  # asked for, and in no article at all
            buckets.append(Bucket(value, value, 0, True))
            known.add(value)
    return Facet(field, tuple(buckets), shown.distinct, shown.total - listed, shown.missing)


def _story_tally(snapshot: Snapshot, column: str, documents: DocSet) -> Tally:
    """How many stories have each value in one of the documents, and how many have none in any: documents without
    copies are counted as they are, of the others each pair once."""
    stories, values = snapshot.stories, snapshot.values(column)
    ids = documents.ids
    places, numbers = values.pairs(ids)
    copied, some = stories.copied[ids], np.zeros(len(ids), bool)
    some[places] = True
    of = copied[places]
    pairs = np.unique(stories.of[ids[places[of]]].astype(np.int64) * values.distinct + numbers[of])
    every = np.concatenate((numbers[~of], pairs % max(values.distinct, 1)))
    counts = np.bincount(every, minlength=values.distinct)
    having = np.unique(stories.of[ids[copied & some]])
    missing = int(np.count_nonzero(~copied & ~some)) + len(np.unique(stories.of[ids[copied]])) - len(having)
    return Tally(np.arange(values.distinct), counts, len(every), int(np.count_nonzero(counts)), missing)


def _first(numbers: Ints | Longs, counts: Longs, values: Sequence[str], size: int) -> list[tuple[int, int]]:
    """The `size` values of the largest counts, ties in the order of the values, and their counts."""
    if len(numbers) > size > 0:
        least = np.partition(counts, len(counts) - size)[len(counts) - size]
        some = counts > least
        surely = numbers[some].tolist()
        ties = numbers[counts == least].tolist()
        more = heapq.nsmallest(size - len(surely), ties, key=values.__getitem__)
        rows = [*zip(surely, counts[some].tolist(), strict=True), *((number, int(least)) for number in more)]
    else:
        rows = list(zip(numbers.tolist(), counts.tolist(), strict=True)) if size else []
    return sorted(rows, key=lambda row: (-row[1], values[row[0]]))


def period_start(day: date, interval: str) -> date:
    """First day of the period that a day lies in; a week begins on Monday."""
    if interval == "day":
        return day
    if interval == "week":
        return day - timedelta(days=day.weekday()) if day.toordinal() > day.weekday() else date.min
    if interval == "month":
        return day.replace(day=1)
    if interval == "quarter":
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return day.replace(month=1, day=1)


def period_end(start: date, interval: str) -> date:
    """Last day of the period that begins so; the calendar's last day where it ends sooner."""
    if interval in ("day", "week"):
        days = {"day": 0, "week": 6}[interval]
        return start + timedelta(days=min(days, (date.max - start).days))
    months = {"month": 1, "quarter": 3, "year": 12}[interval]
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, 1) - timedelta(days=1) if year <= date.max.year else date.max


def label(start: date, interval: str) -> str:
    """A period's name: 2016, 2016-Q2, 2016-04, 2016-W17, 2016-04-28."""
    if interval == "year":
        return f"{start.year:04}"
    if interval == "quarter":
        return f"{start.year:04}-Q{(start.month + 2) // 3}"
    if interval == "month":
        return f"{start.year:04}-{start.month:02}"
    if interval == "week":
        year, week, _ = start.isocalendar()
        return f"{year:04}-W{week:02}"
    return start.isoformat()


def starts(first: int, last: int, interval: str) -> Iterator[date]:
    """The first days of the periods from one day (since 1970) to another."""
    start, end = period_start(day_of(first), interval), day_of(last)
    yield start
    while (before := period_end(start, interval)) < end:
        start = before + timedelta(days=1)
        yield start


@dataclass(frozen=True)
class _Periods:
    """All periods of a snapshot: `edges` are their first days and the day after the last one, `names` their first and
    last days and labels; `of` is document → its period counted from 1, 0 where it has no date, or one that reaches
    beyond its period; `whole` how many live documents lie in each."""

    edges: Ints
    names: list[tuple[str, str, str]]
    of: npt.NDArray[np.unsignedinteger]
    whole: Longs


def _all_periods(snapshot: Snapshot, interval: str) -> _Periods | None:
    """The periods from the first dated document to the last; None where there are too many of them."""
    made: _Periods | None = snapshot.keep_periods(interval)
    if made is None:
        dates = snapshot.first[snapshot.first != NO_DAY]
        if not len(dates):
            return _made(snapshot, [], interval)
        bounds = list(islice(starts(int(dates.min()), int(dates.max()), interval), MOST_PERIODS + 1))
        if len(bounds) > MOST_PERIODS:
            return None
        made = _made(snapshot, bounds, interval)
        snapshot.keep_periods(interval, made)
    return made


def _made(snapshot: Snapshot, bounds: Sequence[date], interval: str) -> _Periods:
    if not bounds:
        return _Periods(np.zeros(1, np.int32), [], np.zeros(snapshot.size, np.uint8), np.empty(0, np.int64))
    edges = np.array([*map(day_number, bounds), day_number(period_end(bounds[-1], interval)) + 1], np.int32)
    names = [(start.isoformat(), period_end(start, interval).isoformat(), label(start, interval)) for start in bounds]
    of = _placed(snapshot, edges)
    return _Periods(edges, names, of, _counted(of if snapshot.whole else of[snapshot.live.mask], len(bounds)))


def _placed(snapshot: Snapshot, edges: Ints) -> npt.NDArray[np.unsignedinteger]:
    """The period of each document."""
    place = np.searchsorted(edges, snapshot.first, "right") - 1
    good = (place >= 0) & (place < len(edges) - 1) & (snapshot.first != NO_DAY)
    good[good] &= snapshot.last[good] < edges[place[good] + 1]
    return np.where(good, place + 1, 0).astype(np.min_scalar_type(len(edges)))


def _counted(of: npt.NDArray[np.unsignedinteger], size: int) -> Longs:
    """How many documents lie in each of so many periods."""
    tally = tally_of_bytes(of) if of.dtype == np.uint8 else np.bincount(of, minlength=size + 1)
    return tally[1 : size + 1]


def periods(
    snapshot: Snapshot, interval: str, documents: DocSet, *, everything: bool = False, by_story: bool = False
) -> tuple[tuple[Period, ...], int]:
    """Counts of time without gaps, and how many documents have no date or one too coarse for the interval.

    everything: tells each count as a share of all documents in the same period.
    by_story: a story counts in the period of the earliest of its documents that lies wholly in one, and its share is
    of the stories that have a document there.
    """
    every, tally, missing = _tallied(snapshot, interval, documents, by_story=by_story)
    days = snapshot.first[documents.ids]
    days = days[days != NO_DAY]
    if not len(days):
        return (), missing
    edges = every.edges
    at = int(np.searchsorted(edges, days.min(), "right")) - 1
    until = int(np.searchsorted(edges, days.max(), "right"))
    shares: list[float | None] = [None] * (until - at)
    if everything:
        whole = _tally(snapshot, snapshot.live, every, by_story=by_story, everywhere=True)
        shares = (tally / np.maximum(whole, 1))[at:until].tolist()
    rows = zip(every.names[at:until], tally[at:until].tolist(), shares, strict=True)
    return tuple(Period(*names, count, share) for names, count, share in rows), missing


def dates(
    snapshot: Snapshot, interval: str, documents: DocSet, *, by_story: bool = False, near: Near | None = None
) -> tuple[tuple[Bucket, ...], int]:
    """The periods that hold a document, in the order of time, and how many documents lie in none."""
    every, tally, missing = _tallied(snapshot, interval, documents, by_story=by_story, near=near)
    some = np.flatnonzero(tally)
    labels = [every.names[number][2] for number in some.tolist()]
    return tuple(map(Bucket, labels, labels, tally[some].tolist())), missing


def _tallied(
    snapshot: Snapshot, interval: str, documents: DocSet, *, by_story: bool, near: Near | None = None
) -> tuple[_Periods, Longs, int]:
    """The periods, how many documents lie in each, and how many in none."""
    every = _all_periods(snapshot, interval)
    if every is not None and near is not None and not by_story and len(documents) < snapshot.count:
        of, size = every.of, len(every.edges) - 1
        known = near.kept(interval, lambda: _counted(of.take(near.documents.ids), size).astype(np.int32))
        tally = known + _counted(of.take(near.more.ids), size) - _counted(of.take(near.less.ids), size)
        return every, tally, len(documents) - int(tally.sum())
    if every is None:
        days = snapshot.first[documents.ids]
        days = days[days != NO_DAY]
        bounds = list(islice(starts(int(days.min()), int(days.max()), interval), MOST_PERIODS + 1)) if len(days) else []
        if len(bounds) > MOST_PERIODS:
            raise BadRequest(
                f"these articles reach over more than {MOST_PERIODS:,} periods of a {interval}: take a wider interval",
                code="too_many_periods", parameter="interval",
            )  # fmt: skip
        every = _made(snapshot, bounds, interval)
    tally = _tally(snapshot, documents, every, by_story=by_story)
    return every, tally, total(snapshot, documents, by_story=by_story) - int(tally.sum())


def _tally(
    snapshot: Snapshot, documents: DocSet, every: _Periods, *, by_story: bool, everywhere: bool = False
) -> Longs:
    """Documents of each period, of all there are.

    by_story: stories, in their first period, or `everywhere` that they have a document.
    """
    size = len(every.edges) - 1
    if not by_story and len(documents) == snapshot.count:
        return every.whole
    ids = documents.ids
    place = every.of.take(ids)
    if by_story:
        good = place > 0
        ids, place = ids[good], place[good]
        if everywhere:
            place = np.unique(snapshot.stories.of[ids].astype(np.int64) * (size + 1) + place) % (size + 1)
        else:
            place = place[snapshot.stories.first_of_each(ids, snapshot.first[ids])]
    return _counted(place, size)
