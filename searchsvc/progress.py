"""What does a person at a terminal see? Progress, reports, hits and counts as text."""

from __future__ import annotations

import html
import re
import shutil
import textwrap
import time
from collections.abc import Iterator
from typing import Any, TextIO

import orjson

from searchsvc.identities import Reconciled
from searchsvc.indexer import Progress, Report
from searchsvc.reconciliation import Decision


def shown(stream: TextIO, *, quiet: bool = False) -> Progress:
    """Progress on a stream: a bar that is drawn over on a terminal, else a plain line every ten seconds."""
    if quiet:
        return lambda report, doing: None
    last = [time.monotonic() if not stream.isatty() else 0.0]

    def plain(report: Report, doing: str) -> None:
        now = time.monotonic()
        if now - last[0] >= 10:
            last[0] = now
            print(_counts(report, doing), file=stream, flush=True)

    def bar(report: Report, doing: str) -> None:
        width = 20
        part = report.files_done / report.files if report.files else 0.0
        filled = "█" * int(part * width)
        line = f"\r{filled:░<{width}} {report.files_done}/{report.files} files  {_counts(report, doing)}"
        columns = shutil.get_terminal_size().columns
        stream.write(line[:columns].ljust(min(columns, len(line) + 12)) + ("\n" if doing == "done" else ""))
        stream.flush()

    return bar if stream.isatty() else plain


def _counts(report: Report, doing: str) -> str:
    rate = report.read / report.seconds if report.seconds else 0
    text = f"{report.read:,} read, {report.indexed:,} indexed"
    if report.unchanged:
        text += f", {report.unchanged:,} unchanged"
    if report.rejected:
        text += f", {report.rejected:,} rejected"
    return f"{text}, {rate:,.0f}/s · {doing}"


def printed(report: Report) -> str:
    """The report of an index run."""
    lines = []
    for rejection in report.rejections[:20]:
        lines.append(_printable(f"rejected: {rejection.location}: {rejection.reason} ({rejection.code})"))
    if report.rejected > 20:
        reasons = ", ".join(f"{code} {count:,}" for code, count in report.reasons.most_common())
        lines.append(f"… and {report.rejected - 20:,} more; in all: {reasons} (--rejects FILE writes them all)")
    replaced = f" ({report.replaced:,} of them replaced an earlier version)" if report.replaced else ""
    lines.append(
        f"{report.read:,} read = {report.indexed:,} indexed{replaced} + {report.unchanged:,} unchanged "
        f"+ {report.rejected:,} rejected"
    )
    if report.passed_over:
        most = report.passed_over.most_common(5)
        kinds = [f"{_printable(reason)} {count:,}" for reason, count in most]
        if more := report.passed_over.total() - sum(count for _, count in most):
            kinds.append(f"others {more:,}")
        lines.append(f"{report.passed_over.total():,} passed over, which are no articles: {', '.join(kinds)}")
    rate = report.read / report.seconds if report.seconds else 0
    lines.append(f"{report.seconds:,.1f} s, {rate:,.0f} articles a second")
    return "\n".join(lines)


def _printable(text: str) -> str:
    """Words and names out of an archive as a terminal may have them: it obeys control characters."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


def found(answer: dict[str, Any], *, colour: bool = False) -> str:
    """The answer of a search, readably."""
    mark = ("\x1b[1m", "\x1b[0m") if colour else ("[", "]")
    first = (answer["page"] - 1) * answer["page_size"] + 1
    lines = [f"{answer['total']:,} {answer['query']['count']}, {answer['took_ms']:.1f} ms"]
    lines += [f"note: {warning['message']}" for warning in answer["warnings"]]
    if answer.get("any_total"):
        lines.append(f"no article has all the words; {answer['any_total']:,} have one of them (--match any)")
    for number, hit in enumerate(answer["results"], first):
        copies = f"{hit['copies']:,} {'copy' if hit['copies'] == 1 else 'copies'}" if hit["copies"] else ""
        when = hit["published_at"] or "date unknown"
        where = " · ".join(filter(None, (hit["source"], when, *hit["byline"][:2], copies)))
        lines += ["", f"{number}. {hit['title'] or '(no title)'}", f"   {where}"]
        for snippet in hit["highlights"].get("text", ()):
            lines += textwrap.wrap(_marked(snippet, mark), 100, initial_indent="   ", subsequent_indent="   ")
        for name in ("people", "countries", "organisations"):
            if hit[name]:
                more = f" (+{len(hit[name]) - 6})" if len(hit[name]) > 6 else ""
                lines.append(f"   {name}: {', '.join(hit[name][:6])}{more}")
        lines.append(f"   {hit['id']}")
    for name, facet in answer["facets"].items():
        values = "  ".join(
            f"{value['label']}{' (surname alone)' if value.get('bearers') else ''} {value['count']:,}"
            for value in facet["values"]
        )
        distinct, listed = facet["distinct"], len(facet["values"])
        rest = "  …" if distinct is None else f"  … {distinct - listed:,} more" if distinct > listed else ""
        lines += ["", f"{name}:", *textwrap.wrap(values + rest, 100, initial_indent="   ", subsequent_indent="   ")]
    return "\n".join(lines)


def _marked(snippet: str, mark: tuple[str, str]) -> str:
    text = html.unescape(snippet.replace("<mark>", "\x02").replace("</mark>", "\x03"))
    # A terminal obeys control characters: none but our own reach it.
    text = re.sub(r"[\x00\x01\x04-\x1f\x7f-\x9f]", " ", text)
    return text.replace("\x02", mark[0]).replace("\x03", mark[1])


def reconciled(found: Reconciled) -> str:
    """What a run of reconciliation came to."""
    return (
        f"{found.names:,} names are another's, {found.surnames:,} surnames are somebody's in their article, "
        f"{found.refused:,} stay as they are; {found.articles:,} articles show other people than before"
    )


def doubts(found: Reconciled) -> Iterator[str]:
    """The pins that do nothing or are odd, a line each."""
    for pin, why in found.doubtful:
        kind = "same" if pin.same else "never"
        yield f"pin `{kind}`, {_printable(pin.name)}, {_printable(pin.person)}: {_printable(why)}"


def reconciled_json(found: Reconciled) -> dict[str, object]:
    """What a run of reconciliation came to, for a program."""
    return {
        "names": found.names, "surnames": found.surnames, "refused": found.refused, "articles": found.articles,
        "pins": [
            {"pin": "same" if pin.same else "never", "name": pin.name, "person": pin.person, "warning": why}
            for pin, why in found.doubtful
        ],
    }  # fmt: skip


def decision_text(decision: Decision, *, as_json: bool = False) -> str:
    """A decision in a line: name, person ("-" where it stays as it is), rule or reason, article ("*" for all) and
    evidence apart by tabs, or as JSON."""
    if as_json:
        shown = {
            "name": decision.name, "person": decision.person or None, "rule": decision.rule,
            "article": decision.article or None, "evidence": decision.evidence,
        }  # fmt: skip
        return orjson.dumps(shown).decode()
    evidence = "; ".join(
        f"{name}: {_told(value)}" for name, value in decision.evidence.items() if value not in ([], {})
    )
    cells = (decision.name, decision.person or "-", decision.rule, decision.article or "*", evidence)
    return "\t".join(map(_printable, cells))


def _told(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {each}" for name, each in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def stats_text(stats: dict[str, Any]) -> str:
    """What the index holds, readably."""
    lines = [
        f"{stats['documents']:,} articles, {stats['not_searchable_yet']:,} of them not searchable yet",
        f"from {stats['first_date'] or '?'} to {stats['last_date'] or '?'}, {stats['without_date']:,} without a date",
        f"generation {stats['generation'] or 'none'}, {stats['bytes']['store']:,} bytes of articles, "
        f"{stats['bytes']['index']:,} of index",
    ]
    for name, facet in stats["fields"].items():
        top = ", ".join(f"{value['label']} {value['count']:,}" for value in facet["top"])
        values = "many values" if facet["distinct"] is None else f"{facet['distinct']:,} values"
        lines.append(f"{name}: {values}, {facet['missing']:,} articles without; {top}")
    for name, reason in stats["damaged"].items():
        lines.append(f"generation {name} was passed over: {reason}")
    return "\n".join(lines)
