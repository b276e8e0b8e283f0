"""Is the article taken from the page as a person would take it: its text, title, date and authors? Beside the peers.

Two sets of saved pages are looked for under the data folder (their READMEs say where they come from):

- `extraction-scrapinghub`: the body marked by hand. Scored as its origin does: shingles of 4 words, counted; precision
  and recall are means over the pages, F1 is of the two means.
- `extraction-trafilatura`: segments that must and must not be in the text (found after folding white space; F1 is of
  all segments), title (`close`: a similarity of 90 of 100 without regard to case), date (the calendar day: right,
  wrong or none, of the pages that have one), authors (F1 over all names of the pages that have one, compared by their
  letters).

Each extractor gets the bytes of the page as saved. Times are wall time of one process, all of its work included.
"""

from __future__ import annotations

import gzip
import importlib
import json
import logging
import re
import statistics
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from rapidfuzz import fuzz

from searchsvc.archives import READERS, Options, Record
from searchsvc.archives.html import charset_decoded
from searchsvc.article import Article, Location
from searchsvc.errors import BadRecord

BODIES, SEGMENTS = "extraction-scrapinghub", "extraction-trafilatura"
#: Titles that are at least this alike, of 100, are the same but for a dash or a kicker.
CLOSE = 90

_WORD = re.compile(r"\w+")
_NAMES_APART = re.compile(r"\s*(?:[;,|/]|\band\b|\bund\b|\bet\b|&)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Extracted:
    """What an extractor found on a page, "" and () for nothing; `date` begins with YYYY-MM-DD if it has a day."""

    text: str = ""
    title: str = ""
    date: str = ""
    authors: tuple[str, ...] = ()


Extractor = Callable[[bytes], Extracted]


def ours(raw: bytes) -> Extracted:
    """This project's reader of HTML."""
    try:
        found = READERS["HTML"].article(Record(Location("page.html"), raw), Options())
    except BadRecord:
        return Extracted()
    assert isinstance(found, Article)
    return Extracted(found.text, found.title, found.published.at, found.byline)


def _trafilatura(**options: bool) -> Extractor:
    module = importlib.import_module("trafilatura")

    def extract(raw: bytes) -> Extracted:
        found = module.bare_extraction(raw, with_metadata=True, include_comments=False, **options)
        if found is None:
            return Extracted()
        return Extracted(found.text or "", found.title or "", found.date or "", tuple(_apart(found.author or "")))

    return extract


def _readability() -> Extractor:
    module = importlib.import_module("readability")
    parse = importlib.import_module("lxml.html").fromstring

    def extract(raw: bytes) -> Extracted:
        document = module.Document(charset_decoded(raw))
        return Extracted(parse(document.summary()).text_content(), document.short_title())

    return extract


def _newspaper() -> Extractor:
    module = importlib.import_module("newspaper")
    # It would fetch the images and the list of public suffixes.
    domains: Any = importlib.import_module("tldextract.tldextract")
    domains.TLD_EXTRACTOR = domains.TLDExtract(suffix_list_urls=())

    def extract(raw: bytes) -> Extracted:
        article = module.Article("https://page.example/", fetch_images=False)
        article.download(input_html=charset_decoded(raw))
        article.parse()
        date = article.publish_date
        return Extracted(article.text, article.title or "", str(date or "")[:10], tuple(article.authors))

    return extract


#: Name → what makes the extractor. A maker raises ImportError where the library is not installed.
EXTRACTORS: dict[str, Callable[[], Extractor]] = {
    "searchsvc": lambda: ours,
    "trafilatura": _trafilatura,
    "trafilatura, precision": lambda: _trafilatura(favor_precision=True),
    "readability-lxml": _readability,
    "newspaper4k": _newspaper,
}


def evaluate(data: Path, out: TextIO, *, as_json: bool = False, only: Iterable[str] = EXTRACTORS) -> dict[str, Any]:
    """Measure the extractors on the sets under `data`; see `searchsvc.evaluation.evaluate`."""
    sets = {name: data / name for name in (BODIES, SEGMENTS) if (data / name).is_dir()}
    if not sets:
        raise FileNotFoundError(f"neither {BODIES} nor {SEGMENTS} is in {data}")
    report: dict[str, Any] = {"extractors": {}, "not_installed": []}
    for name in only:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                extract = _quiet(EXTRACTORS[name]())
        except ImportError:
            report["not_installed"].append(name)
            continue
        report["extractors"][name] = {
            key: score(sets[folder], extract)
            for key, folder, score in (("bodies", BODIES, bodies), ("segments", SEGMENTS, segments))
            if folder in sets
        }
    out.write(json.dumps(report, indent=2) + "\n" if as_json else printed(report))
    return report


def bodies_of(folder: Path) -> Iterator[tuple[bytes, str]]:
    """(page, gold body) of each page."""
    gold = json.loads((folder / "ground-truth.json").read_text("utf-8"))
    for key in sorted(gold):
        yield gzip.decompress((folder / "html" / f"{key}.html.gz").read_bytes()), gold[key]["articleBody"]


def pages_of(folder: Path) -> Iterator[tuple[bytes, dict[str, Any]]]:
    """(page, annotations) of each page."""
    for line in (folder / "pages.jsonl").read_text("utf-8").splitlines():
        if line.strip():
            gold = json.loads(line)
            yield gzip.decompress((folder / "html" / gold["html"]).read_bytes()), gold


def bodies(folder: Path, extract: Extractor) -> dict[str, Any]:
    """Scores on the pages whose body is marked: pages, precision, recall, f1, ms (a page)."""
    precisions: list[float] = []
    recalls: list[float] = []
    seconds = 0.0
    pages = 0
    for raw, gold in bodies_of(folder):
        began = time.perf_counter()
        found = extract(raw)
        seconds += time.perf_counter() - began
        pages += 1
        precision, recall = overlap(found.text, gold)
        # The set's own scorer leaves the pages without any text out of the mean precision.
        precisions += [] if precision is None else [precision]
        recalls += [] if recall is None else [recall]
    p, r = _mean(precisions), _mean(recalls)
    return {"pages": pages, "precision": p, "recall": r, "f1": _f1(p, r), "ms": 1_000 * seconds / max(pages, 1)}


def overlap(found: str, gold: str) -> tuple[float | None, float | None]:
    """(precision, recall) of one text in shingles of 4 words; None where there is nothing to divide by."""
    got, right = _shingles(found), _shingles(gold)
    both = (got & right).total()
    return (both / got.total() if got else None), (both / right.total() if right else None)


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    return Counter(tuple(words[n : n + 4]) for n in range(max(1, len(words) - 3)) if words)


def segments(folder: Path, extract: Extractor) -> dict[str, Any]:
    """Scores on the annotated pages, as counts and parts of them; see the module."""
    counts: Counter[str] = Counter()
    seconds = 0.0
    for raw, gold in pages_of(folder):
        began = time.perf_counter()
        found = extract(raw)
        seconds += time.perf_counter() - began
        counts["pages"] += 1
        counts.update(page_counts(found, gold))
    kept, let_in, wanted = counts["kept"], counts["let_in"], counts["with"]
    precision, recall = kept / max(kept + let_in, 1), kept / max(wanted, 1)
    name_precision = counts["names_both"] / max(counts["names_found"], 1)
    name_recall = counts["names_both"] / max(counts["names_gold"], 1)
    dates = max(counts["dates"], 1)
    return {
        "pages": counts["pages"],
        "ms": 1_000 * seconds / max(counts["pages"], 1),
        "segments": {
            "with": wanted, "kept": kept, "without": counts["without"], "let_in": let_in,
            "precision": precision, "recall": recall, "f1": _f1(precision, recall),
        },
        "title": {
            "pages": counts["titles"],
            "close": counts["title_close"] / max(counts["titles"], 1),
            "exact": counts["title_exact"] / max(counts["titles"], 1),
        },
        "date": {
            "pages": counts["dates"],
            "right": counts["date_right"] / dates,
            "wrong": counts["date_wrong"] / dates,
            "none": counts["date_none"] / dates,
        },
        "author": {
            "pages": counts["authors"], "names": counts["names_gold"],
            "precision": name_precision, "recall": name_recall, "f1": _f1(name_precision, name_recall),
        },
    }  # fmt: skip


def page_counts(found: Extracted, gold: dict[str, Any]) -> Counter[str]:
    """What one page adds to the counts of `segments`."""
    counts: Counter[str] = Counter()
    text = _folded(found.text)
    counts["with"], counts["without"] = len(gold["with"]), len(gold["without"])
    counts["kept"] = sum(_folded(segment) in text for segment in gold["with"])
    counts["let_in"] = sum(_folded(segment) in text for segment in gold["without"])
    if gold.get("title"):
        ours, theirs = _folded(found.title).casefold(), _folded(gold["title"]).casefold()
        counts["titles"] = 1
        counts["title_exact"] = ours == theirs
        counts["title_close"] = fuzz.ratio(ours, theirs) >= CLOSE
    if gold.get("date"):
        day = found.date[:10]
        counts["dates"] = 1
        counts["date_none"] = len(day) < 10
        counts["date_right"] = day == gold["date"][:10]
        counts["date_wrong"] = not (counts["date_none"] or counts["date_right"])
    if gold.get("author"):
        right = set(map(_letters, _apart(gold["author"]))) - {""}
        got = {_letters(name) for name in found.authors} - {""}
        counts["authors"] = 1
        counts["names_gold"], counts["names_found"], counts["names_both"] = len(right), len(got), len(right & got)
    return counts


def _apart(authors: str | list[str]) -> list[str]:
    lines = [authors] if isinstance(authors, str) else authors
    return [name for line in lines for name in _NAMES_APART.split(line) if name.strip()]


def _letters(name: str) -> str:
    return " ".join(_WORD.findall(name.casefold()))


def _folded(text: str) -> str:
    return " ".join(text.split())


def _mean(values: list[float]) -> float:
    return statistics.fmean(values) if values else 0.0


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _quiet(extract: Extractor) -> Extractor:
    """The extractor without the warnings and log lines of a peer; a page on which it fails has nothing found."""

    def quiet(raw: bytes) -> Extracted:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return extract(raw)
            except Exception as error:
                logging.getLogger(__name__).debug("failed on a page: %r", error)
                return Extracted()

    return ours if extract is ours else quiet


def printed(report: dict[str, Any]) -> str:
    """The report as tables, an extractor a line."""
    lines: list[str] = []
    extractors = report["extractors"]
    if found := {name: scores["bodies"] for name, scores in extractors.items() if "bodies" in scores}:
        pages = next(iter(found.values()))["pages"]
        lines += [f"Body, {pages} pages ({BODIES}), shingles of 4 words", ""]
        lines += _table(
            ("extractor", "F1", "precision", "recall", "ms/page"),
            [(n, _3(s["f1"]), _3(s["precision"]), _3(s["recall"]), f"{s['ms']:.0f}") for n, s in found.items()],
        )
    if found := {name: scores["segments"] for name, scores in extractors.items() if "segments" in scores}:
        first = next(iter(found.values()))
        lines += [f"Keep and drop, {first['pages']} pages ({SEGMENTS})", ""]
        lines += _table(
            ("extractor", "F1", "precision", "recall", "kept", "let in", "ms/page"),
            [
                (
                    name, _3(s["segments"]["f1"]), _3(s["segments"]["precision"]), _3(s["segments"]["recall"]),
                    f"{s['segments']['kept']:,} of {s['segments']['with']:,}",
                    f"{s['segments']['let_in']:,} of {s['segments']['without']:,}", f"{s['ms']:.0f}",
                )
                for name, s in found.items()
            ],
        )  # fmt: skip
        titles, dates, authors = first["title"]["pages"], first["date"]["pages"], first["author"]["names"]
        lines += [f"Title ({titles} pages), date ({dates} pages), author ({authors} names)", ""]
        lines += _table(
            ("extractor", "title close", "exact", "date right", "wrong", "none", "author F1", "precision", "recall"),
            [
                (
                    name, _3(s["title"]["close"]), _3(s["title"]["exact"]), _3(s["date"]["right"]),
                    _3(s["date"]["wrong"]), _3(s["date"]["none"]), _3(s["author"]["f1"]),
                    _3(s["author"]["precision"]), _3(s["author"]["recall"]),
                )
                for name, s in found.items()
            ],
        )  # fmt: skip
    lines += [f"not installed, so not measured: {name}" for name in report["not_installed"]]
    return "\n".join(lines).rstrip("\n") + "\n"


def _3(value: float) -> str:
    return f"{value:.3f}"


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]

    def line(cells: tuple[str, ...]) -> str:
        first, *rest = zip(cells, widths, strict=True)
        return "  ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in rest)])

    return [line(head), line(tuple("-" * width for width in widths)), *map(line, rows), ""]
