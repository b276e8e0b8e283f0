"""How do these documents divide by person, country, month? Exact counts from the columns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice

import numpy as np

from searchsvc.engines.whoosh.columns import NO_DAY, Ints, Longs, Mask, day_number, day_of
from searchsvc.engines.whoosh.snapshot import Snapshot
from searchsvc.errors import BadRequest
from searchsvc.query import Filter
from searchsvc.results import Bucket, Facet, Period

#: Periods that a timeline may have; a longer one is asked for by a wider interval.
MOST_PERIODS = 10_000


def total(snapshot: Snapshot, mask: Mask, *, by_story: bool) -> int:
    """How many documents, or stories, these are."""
    return snapshot.stories.count(mask) if by_story else int(np.count_nonzero(mask))


def counts(snapshot: Snapshot, field: str, mask: Mask, *, by_story: bool = False) -> tuple[Longs, int]:
    """The count of each value of the field's vocabulary among the documents, and how many documents have none.

    by_story: how many stories have the value in one of the documents, and how many have none in any.
    """
    if by_story:
        return _story_counts(snapshot, field, mask)
    total = np.zeros(len(snapshot.vocabularies[field]), np.int64)
    having = 0
    for segment in snapshot.segments:
        some = mask[segment.base : segment.end]
        column = segment.columns.columns[field]
        if not len(column.values) or not some.any():
            continue
        local = np.bincount(column.ordinals[some[segment.owners[field]]], minlength=len(column.values))
        total[segment.numbers[field]] += local
        having += int(np.count_nonzero(some & (np.diff(column.offsets) > 0)))
    return total, int(np.count_nonzero(mask)) - having


def _story_counts(snapshot: Snapshot, field: str, mask: Mask) -> tuple[Longs, int]:
    """The same for stories: documents without copies are counted as they are, of the others each pair once."""
    stories, values = snapshot.stories, len(snapshot.vocabularies[field])
    counted, missing = counts(snapshot, field, mask & ~stories.copied)
    copied = mask & stories.copied
    pairs, having = [], np.zeros(snapshot.size, bool)
    for segment in snapshot.segments:
        column, owners = segment.columns.columns[field], segment.owners[field]
        some = copied[segment.base : segment.end][owners]
        documents = segment.base + owners[some]
        pairs.append(stories.of[documents] * values + segment.numbers[field][column.ordinals[some]])
        having[documents] = True
    if pairs:
        counted += np.bincount(np.unique(np.concatenate(pairs)) % max(values, 1), minlength=values)
    return counted, missing + stories.count(copied) - stories.count(having)


def facet(
    snapshot: Snapshot, field: str, mask: Mask, chosen: Filter, *, size: int, prefix: str = "", by_story: bool = False
) -> Facet:
    """The facet of the documents in `mask`, which every filter but the choice in this field has been put to.

    Ordered by count, then value. Values chosen are listed at the end where they are not among the first.
    """
    vocabulary = snapshot.vocabularies[field]
    total, missing = counts(snapshot, field, mask, by_story=by_story)
    shown = np.where(vocabulary.beginning(prefix), total, 0) if prefix else total
    order = _first(shown, vocabulary.rank(), size)
    chosen_numbers = list(dict.fromkeys(n for value in (*chosen.any, *chosen.all) for n in vocabulary.find(value)))
    listed = [*order, *(number for number in chosen_numbers if number not in set(order))]
    buckets = [
        Bucket(vocabulary.values[n], vocabulary.labels[n], int(total[n]), n in set(chosen_numbers)) for n in listed
    ]
    known = {bucket.value for bucket in buckets}
    for value in (*chosen.any, *chosen.all):
        if not vocabulary.find(value) and value not in known:  # asked for, and in no article at all
            buckets.append(Bucket(value, value, 0, True))
            known.add(value)
    distinct = int(np.count_nonzero(shown))
    return Facet(field, tuple(buckets), distinct, int(shown.sum()) - int(shown[listed].sum()), missing)


def _first(total: Longs, rank: Ints, size: int) -> list[int]:
    """The numbers of the `size` largest counts over 0, ties by rank."""
    present = np.flatnonzero(total)
    if len(present) > size > 0:
        least = np.partition(total[present], len(present) - size)[len(present) - size]
        present = present[total[present] >= least]
    order = np.lexsort((rank[present], -total[present]))[:size]
    return [int(number) for number in present[order]]


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


def periods(
    snapshot: Snapshot, interval: str, mask: Mask, *, everything: Mask | None = None, by_story: bool = False
) -> tuple[tuple[Period, ...], int]:
    """Counts of time without gaps, and how many documents have no date or one too coarse for the interval.

    everything: tells each count as a share of these documents in the same period.
    by_story: a story counts in the period of the earliest of its documents that lies wholly in one, and its share is
    of the stories that have a document there.
    """
    found = np.flatnonzero(mask & (snapshot.first != NO_DAY))
    whole_total = total(snapshot, mask, by_story=by_story)
    if not len(found):
        return (), whole_total
    every = starts(int(snapshot.first[found].min()), int(snapshot.first[found].max()), interval)
    bounds = list(islice(every, MOST_PERIODS + 1))
    if len(bounds) > MOST_PERIODS:
        raise BadRequest(
            f"these articles reach over more than {MOST_PERIODS:,} periods of a {interval}: take a wider interval",
            code="too_many_periods", parameter="interval",
        )  # fmt: skip
    edges = np.array([*map(day_number, bounds), day_number(period_end(bounds[-1], interval)) + 1], np.int32)
    tally = _tally(snapshot, found, edges, by_story=by_story)
    whole = None
    if everything is not None:
        whole = _tally(snapshot, np.flatnonzero(everything), edges, by_story=by_story, everywhere=True)
    result = tuple(
        Period(
            start.isoformat(),
            day_of(int(edges[index + 1]) - 1).isoformat(),
            label(start, interval),
            int(tally[index]),
            None if whole is None else float(tally[index] / whole[index]) if whole[index] else 0.0,
        )
        for index, start in enumerate(bounds)
    )
    return result, whole_total - int(tally.sum())


def _tally(
    snapshot: Snapshot, documents: Ints | Longs, edges: Ints, *, by_story: bool, everywhere: bool = False
) -> Longs:
    """Documents of each period; one whose date reaches beyond its period is in none.

    by_story: stories, in their first period, or `everywhere` that they have a document.
    """
    first, last = snapshot.first[documents], snapshot.last[documents]
    place = np.searchsorted(edges, first, "right") - 1
    good = (place >= 0) & (place < len(edges) - 1) & (first != NO_DAY)
    good[good] &= last[good] < edges[place[good] + 1]
    place = place[good]
    if by_story:
        if everywhere:
            place = np.unique(snapshot.stories.of[documents[good]] * len(edges) + place) % len(edges)
        else:
            place = place[snapshot.stories.first_of_each(documents[good], first[good])]
    return np.bincount(place, minlength=len(edges) - 1)
