"""When was it? The timeline of a page: bars over time as the numbers that an SVG is drawn from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from searchsvc.engines import Engine
from searchsvc.query import Query
from searchsvc.results import Facet
from searchsvc.web.answers import inside, period_of, url
from searchsvc.web.wording import INTERVAL_WORDS, MONTHS, SEARCH, dated, shown_date, shown_period

#: Most bars of a timeline, and most of an interval that the reader chose by hand.
MOST_BARS, MOST_BARS_ASKED = 80, 400
#: Height of the bars in pixels.
BARS_HEIGHT = 72


@dataclass(frozen=True, slots=True)
class Bar:
    """A period: its place in per cent of the width, its height in pixels, and the question that it asks."""

    x: float
    width: float
    height: float
    label: str
    count: int
    href: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A timeline as bars. `ticks` are (place in per cent, anchor, text); `missing` articles are in no bar."""

    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, str, str], ...]
    interval: str
    peak: int
    missing: int
    first: str
    last: str
    zoom_out: str | None
    height: int = BARS_HEIGHT


def chart(engine: Engine, query: Query, months: Facet, total: int) -> Chart | None:
    """The timeline of a question, in the interval that suits the time it spans; None where it has no two periods."""
    kept = _without_strays([(bucket.value, bucket.count) for bucket in months.buckets])
    interval = _interval(kept)
    for asked in query.facets:
        if asked.field == "date" and _periods(kept, asked.interval) <= MOST_BARS_ASKED:
            interval = asked.interval
    plain = replace(query, facets=(), page=1, cursor=None)
    if len(kept) < len(months.buckets):
        plain = replace(plain, from_date=kept[0], to_date=kept[-1])
    found = engine.timeline(plain, interval)
    if interval != "year" and found.missing * 10 > total:  # an archive that knows years, not days
        years = engine.timeline(plain, "year")
        if years.missing * 2 < found.missing:
            found = years
    periods = found.periods
    if len(periods) < 2:
        return None
    most = MOST_BARS_ASKED if any(asked.interval == found.interval for asked in query.facets) else MOST_BARS
    step = -(-len(periods) // most)
    groups = [periods[at : at + step] for at in range(0, len(periods), step)]
    counts = [sum(period.count for period in group) for group in groups]
    peak, wide, address = max(counts), 100 / len(groups), dated(query)
    if not peak:
        return None
    bars = tuple(
        Bar(
            round(index * wide, 3),
            round(wide, 3),
            round(max(count / peak * BARS_HEIGHT, 2), 1) if count else 0,
            shown_period(group[0], group[-1], found.interval),
            count,
            address(*inside((period_of(group[0].label)[0], period_of(group[-1].label)[1]), query)) if count else "",
        )
        for index, (group, count) in enumerate(zip(groups, counts, strict=True))
    )
    limited = query.from_date or query.to_date
    length = {"year": 4, "quarter": 7, "month": 7}.get(found.interval, 10)
    whole = replace(query, from_date=None, to_date=None, page=1, cursor=None)
    return Chart(
        bars,
        tuple(_ticks([group[0].start for group in groups], found.interval)),
        INTERVAL_WORDS[found.interval] if step == 1 else f"{step} years",
        peak,
        total - sum(counts),
        shown_date(periods[0].start[:length]),
        shown_date(periods[-1].end[:length]),
        url(whole, SEARCH) if limited else None,
    )


def _without_strays(months: Sequence[tuple[str, int]]) -> list[str]:
    """The months, less a few that lie far off: an article dated in the year 1 makes one bar of all else."""
    if not months or _periods([months[0][0], months[-1][0]], "year") <= MOST_BARS:
        return [month for month, _ in months]
    spare = sum(count for _, count in months) // 50
    first, last = 0, len(months)
    while last - first > 2:
        gaps = [_periods([months[at][0], months[at + 1][0]], "year") for at in (first, last - 2)]
        end = first if gaps[0] >= gaps[1] else last - 1
        if max(gaps) <= MOST_BARS // 8 or months[end][1] > spare:
            break
        spare -= months[end][1]
        first, last = (first + 1, last) if end == first else (first, last - 1)
    return [month for month, _ in months[first:last]]


def _interval(months: Sequence[str]) -> str:
    """Day, week, month, quarter or year, for some 3 to 80 bars."""
    span = _periods(months, "month")
    for most, interval in ((0, "year"), (2, "day"), (8, "week"), (MOST_BARS, "month"), (MOST_BARS * 3, "quarter")):
        if span <= most:
            return interval
    return "year"


def _periods(months: Sequence[str], interval: str) -> int:
    """How many periods lie between the first month and the last, about."""
    if not months:
        return 0
    first, last = (int(month[:4]) * 12 + int(month[5:]) for month in (months[0], months[-1]))
    days = {"day": 1, "week": 7, "quarter": 91, "year": 365}.get(interval)
    return (last - first + 1) if days is None else (last - first + 1) * 30 // days + 1


def _ticks(starts: Sequence[str], interval: str) -> Iterator[tuple[float, str, str]]:
    """At most six words under the bars: years where three of them begin, else some of the periods."""
    years = [index for index, start in enumerate(starts) if not index or start[:4] != starts[index - 1][:4]]
    in_years = len(years) >= 3 or interval == "year"
    if in_years and len(years) > 1 and years[1] * 8 < len(starts):
        years = years[1:]  # a first year of a few months has no room for its name
    at = years if in_years else list(range(len(starts)))
    for index in at[:: -(-len(at) // (6 if in_years else 4))]:
        start = starts[index]
        month = MONTHS[int(start[5:7]) - 1][:3]
        text = start[:4]
        if not in_years:
            text = f"{int(start[8:])} {month} {text}" if interval in ("day", "week") else f"{month} {text}"
        place = index / len(starts) * 100
        yield round(place, 3), "end" if place > 88 else "start", text
