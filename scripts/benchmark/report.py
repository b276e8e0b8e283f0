"""What came out? Tables of the figures with their spread, and a chart."""

from __future__ import annotations

import html
import math
import statistics
from collections.abc import Callable, Iterable, Sequence

from benchmark.over_http import Load
from benchmark.questions import KINDS
from benchmark.timing import Built, Memory, Timed

OURS = "searchsvc"
_NAMES = {"fts5": "SQLite FTS5", "whoosh": "plain Whoosh"}
_COLOURS = ("#1a5fb4", "#c64600", "#26a269", "#813d9c")


def geomean(values: Iterable[float]) -> float:
    """The geometric mean; the values are over 0."""
    return math.exp(statistics.fmean(map(math.log, values)))


def at_most(ordered: Sequence[float], part: float) -> float:
    """What so large a part of the values, which are in order, is at most."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown, its columns as wide as they must be."""
    lines = [list(head), *map(list, rows)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(head))]
    written = ["| " + " | ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)) + " |" for line in lines]
    return "\n".join([written[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *written[1:]])


def ms(value: float) -> str:
    """Milliseconds, to two or three digits that count."""
    return f"{value:.3f}" if value < 0.1 else times(value)


def ratio(values: Sequence[float]) -> str:
    """How many times the time of ours: geometric mean and the span."""
    low, high = min(values), max(values)
    return f"{times(geomean(values))} ({times(low)}..{times(high)})"


def times(value: float) -> str:
    """A factor, to two or three digits that count."""
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:.0f}"


def questions(rows: Sequence[Timed], work: str, *, medians: bool) -> str:
    """Each class: hits, each engine's time (the median question's), and how many times ours the peers' times are.

    medians: beside the least of the repetitions their median.
    """
    chosen = [row for row in rows if row.work == work]
    if not chosen:
        return ""
    names = list(chosen[0].ms)
    peers = [name for name in names if name != OURS]

    def row(kind: str, some: Sequence[Timed]) -> list[str]:
        cells = [kind, f"{statistics.median(r.hits for r in some):,.0f}" if kind in KINDS else ""]
        middle: Callable[[Iterable[float]], float] = statistics.median if kind in KINDS else geomean
        for name in names:
            cell = ms(middle([r.least(name) for r in some]))
            cells.append(f"{cell} / {ms(middle([r.median(name) for r in some]))}" if medians else cell)
        return cells + [ratio([r.least(peer) / r.least(OURS) for r in some]) for peer in peers]

    body = [row(kind, some) for kind in KINDS if (some := [r for r in chosen if r.question.kind == kind])]
    body.append(row("geometric mean", chosen))
    of = " min / median" if medians else ""
    return table(["", "hits", *(f"{name}{of}" for name in names), *(f"{peer} / {OURS}" for peer in peers)], body)


def slower(rows: Sequence[Timed], peer: str, work: str) -> str:
    """In how many questions ours takes longer than the peer."""
    chosen = [row for row in rows if row.work == work and peer in row.ms]
    count = sum(row.least(OURS) > row.least(peer) for row in chosen)
    return f"{OURS} is slower than {peer} in {count} of {len(chosen)} ({work})"


def building(found: dict[str, Built]) -> str:
    """Documents a CPU second, bytes, memory."""
    rows = []
    for name, built in found.items():
        per = f"{built.documents / built.cpu:,.0f}"
        analysis = built.analysis if built.analysis > 0.05 * built.cpu else 0.0
        with_analysis = f"{built.documents / (built.cpu + analysis):,.0f}"
        rows.append(
            [name, f"{built.documents:,}", per, with_analysis, f"{built.documents / built.wall:,.0f}",
             f"{built.size / built.documents:,.0f}", f"{built.size / 1e6:,.1f}", f"{built.peak:,.0f}"]
        )  # fmt: skip
    head = ["", "documents", "per CPU s", "with our analysis", "per s", "bytes each", "MB", "peak MB"]
    return table(head, rows)


def commits(found: dict[int, dict[str, list[float]]]) -> str:
    """Milliseconds until new documents can be found."""
    names = list(next(iter(found.values())))
    rows = []
    for count, some in found.items():
        cells = [" / ".join(map(ms, (min(t), statistics.median(t), max(t)))) for t in some.values()]
        rows.append([f"{count} new", *cells])
    return table(["min / median / max", *names], rows)


def memory(found: dict[str, Memory]) -> str:
    """MB of a process that answers."""
    rows = [
        [name, f"{m.open_ms:,.0f}", f"{m.opened:,.0f} ({m.opened_own:,.0f})", f"{m.asked:,.0f} ({m.asked_own:,.0f})"]
        for name, m in found.items()
    ]
    return table(["", "ms to open", "MB opened (its own)", "MB once asked (its own)"], rows)


def loads(found: dict[str, dict[str, Load]]) -> str:
    """Answers over HTTP."""
    rows = []
    for title, some in found.items():
        for name, load in some.items():
            ordered = sorted(load.ms)
            shares = [at_most(ordered, part) for part in (0.0, 0.5, 0.95)]
            rows.append([title, name, *map(ms, shares), f"{load.rate:,.0f}"])
    return table(["", "", "min", "p50", "p95", "answers a second"], rows)


def chart(rows: Sequence[Timed], work: str, title: str) -> str:
    """Bars of milliseconds for each class and engine, on a logarithmic scale, as SVG."""
    chosen = [row for row in rows if row.work == work]
    names = list(chosen[0].ms)
    kinds = [kind for kind in KINDS if any(row.question.kind == kind for row in chosen)]
    value = {
        (kind, name): geomean([row.least(name) for row in chosen if row.question.kind == kind])
        for kind in kinds
        for name in names
    }
    low = 10 ** math.floor(math.log10(min(value.values())))
    decades = max(1, math.ceil(math.log10(max(value.values()) / low)))
    left, right, top, bar = 150, 70, 64, 12
    plot = 560
    group = bar * len(names) + 10
    height = top + group * len(kinds) + 30
    width = left + plot + right

    def x(amount: float) -> float:
        return left + plot * math.log10(amount / low) / decades

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"'
        ' font-family="system-ui, sans-serif" font-size="12">',
        f"<title>{html.escape(title)}</title>",
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        f'<text x="{left}" y="20" font-size="15" font-weight="600">{html.escape(title)}</text>',
    ]
    at = left
    for name, colour in zip(names, _COLOURS, strict=False):
        parts.append(f'<rect x="{at}" y="32" width="12" height="12" fill="{colour}"/>')
        parts.append(f'<text x="{at + 17}" y="42">{html.escape(_NAMES.get(name, name))}</text>')
        at += 40 + 8 * len(_NAMES.get(name, name))
    for decade in range(decades + 1):
        line = x(low * 10**decade)
        parts.append(f'<path d="M{line:.1f} {top - 6}V{height - 26}" stroke="#ddd"/>')
        label = f"{low * 10**decade:g} ms"
        parts.append(f'<text x="{line:.1f}" y="{height - 10}" text-anchor="middle" fill="#555">{label}</text>')
    for row, kind in enumerate(kinds):
        y = top + row * group
        middle = y + bar * len(names) / 2 + 4
        parts.append(f'<text x="{left - 8}" y="{middle:.0f}" text-anchor="end">{html.escape(kind)}</text>')
        for n, name in enumerate(names):
            end = max(x(value[kind, name]), left + 1.0)
            of = f'x="{left}" y="{y + n * bar}" width="{end - left:.1f}" height="{bar - 2}"'
            parts.append(f'<rect {of} fill="{_COLOURS[n % 4]}"/>')
            shown = ms(value[kind, name])
            parts.append(f'<text x="{end + 4:.1f}" y="{y + n * bar + 9}" font-size="10" fill="#555">{shown}</text>')
    return "\n".join([*parts, "</svg>", ""])
