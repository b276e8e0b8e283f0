"""How fast is it, beside tantivy, SQLite's FTS5 and plain Whoosh? Run by scripts/bench.

The same documents and the same questions in one run, after a look whether all count the same. Times are of this
machine at this hour: the figures to go by are the ratios.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmark import oracle, over_http, report, timing
from benchmark.contenders import CONTENDERS, RAW, missing
from benchmark.corpora import Corpus, Generated, Stored, indexed, stored
from benchmark.questions import SAMPLE, Drawing, Question

PARTS = ("warm", "cold", "http", "commits", "indexing", "whoosh")
#: Plain Whoosh is compared on so many documents at most.
WHOOSH_SIZE = 2000
#: Documents of the largest archive that is read through for the oracle; and once more for the peers' own analysis.
READ_THROUGH, ANALYSED = 50_000, 200_000
#: Prefixes may differ: what searchsvc takes for the beginning of a written word, the peers take for that of a term.
OF_ANOTHER_MEANING = "prefix"


@dataclasses.dataclass(frozen=True)
class Options:
    """How much is asked: questions of each class, repetitions of each warm and passes over all of them by HTTP."""

    questions: int
    repetitions: int
    passes: int
    clock: str
    seed: int
    parts: tuple[str, ...]


def main() -> int:
    arguments = _arguments()
    options = Options(
        arguments.queries,
        arguments.repetitions,
        1 if arguments.quick else 2,
        arguments.clock,
        arguments.seed,
        arguments.parts,
    )
    kept = arguments.keep is not None
    directory = arguments.keep or Path(tempfile.mkdtemp(prefix="searchsvc-bench-"))
    names = [name for name in arguments.engines if not _told_missing(name)]
    outcome: dict[str, Any] = {"versions": _versions(), "cpus": os.cpu_count(), "clock": options.clock, "runs": []}
    sizes = arguments.growth or [arguments.size]
    fault = 0
    try:
        for size in sizes:
            corpus = _corpus(arguments.corpus, size, arguments.seed, directory)
            print(f"\n# {str(corpus)[0].upper()}{str(corpus)[1:]}\n", flush=True)
            place = directory / _place(corpus, arguments.seed)
            found = Run(corpus, [name for name in names if name != "whoosh"], place, options).run()
            if "whoosh" in names and "whoosh" in options.parts and size == sizes[0]:
                found["small"] = _beside_whoosh(corpus, directory, options)
            outcome["runs"].append(found)
            fault |= found["faults"] | found.get("small", {}).get("faults", 0)
            if not kept:
                shutil.rmtree(place, ignore_errors=True)
    finally:
        if not kept:
            shutil.rmtree(directory, ignore_errors=True)
    if len(sizes) > 1:
        _growth(outcome["runs"])
    if arguments.json:
        arguments.json.write_text(json.dumps(outcome, default=_plain, indent=1), encoding="utf-8")
    if arguments.svg:
        last = outcome["runs"][-1]
        rows = last.get("warm") or last.get("cold")
        title = f"Ten best, total, three facets, months: {last['documents']:,} articles"
        arguments.svg.write_text(report.chart(rows, "full", title), encoding="utf-8")
    return 1 if fault else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=(__doc__ or "").split("Run by")[0])
    parser.add_argument("--size", type=int, metavar="N", help="documents (20,000; of real archives all)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the made-up archive and the questions (1)")
    parser.add_argument("--corpus", nargs="+", default=["generated"], metavar="PATH", help="generated, or archives")
    parser.add_argument("--engines", type=_listed(CONTENDERS), default=list(CONTENDERS), metavar="NAME,…",
                        help=f"of {', '.join(CONTENDERS)} (all)")  # fmt: skip
    parser.add_argument("--parts", type=_listed(PARTS), default=PARTS, metavar="NAME,…", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--queries", type=int, metavar="N", help="questions of each class (10)")
    parser.add_argument("--repetitions", type=int, metavar="N", help="of each question, warm (7)")
    parser.add_argument("--clock", choices=timing.CLOCKS, default="wall",
                        help="by what questions are timed; cpu for a machine that is busy (wall)")  # fmt: skip
    parser.add_argument("--growth", type=lambda v: [int(n) for n in v.split(",")], metavar="N,…", help="several sizes")
    parser.add_argument("--quick", action="store_true", help="everything on 2,000 documents, to see that it works")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="where the indexes stay, and are taken from again")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="write a chart of the full questions, warm")
    arguments = parser.parse_args()
    if "searchsvc" not in arguments.engines:
        arguments.engines.insert(0, "searchsvc")
    usual = (2000, 1, 2) if arguments.quick else (20_000 if arguments.corpus == ["generated"] else None, 10, 7)
    for name, value in zip(("size", "queries", "repetitions"), usual, strict=True):
        if getattr(arguments, name) is None:
            setattr(arguments, name, value)
    return arguments


def _listed(known: Any) -> Any:
    def read(value: str) -> list[str]:
        names = value.split(",")
        for name in names:
            if name not in known:
                raise argparse.ArgumentTypeError(f"{name} is none of {', '.join(known)}")
        return names

    return read


def _told_missing(name: str) -> bool:
    needed = missing(name)
    if needed:
        print(f"{name} is left out: the package {needed} is not installed")
    return bool(needed)


def _versions() -> dict[str, str]:
    import sqlite3

    found = {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
    for name in ("searchsvc", "tantivy", "Whoosh", "numpy"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _corpus(paths: list[str], size: int | None, seed: int, directory: Path) -> Generated | Stored:
    if paths == ["generated"]:
        assert size is not None
        return Generated(size, seed)
    place = directory / "archives"
    if not (place / "articles.db").exists():
        took = indexed(paths, place)
        print(took.report)
        print(f"{took.wall:.0f} s, {took.cpu:.0f} CPU s, largest process {took.peak:.0f} MB")
    return stored(place, size)


def _place(corpus: Corpus, seed: int) -> str:
    """Where the indexes of a corpus are."""
    return f"{corpus.size}-{seed}" if isinstance(corpus, Generated) else f"{corpus.size}-of-archives"


def _plain(value: Any) -> Any:
    """What json does not write by itself."""
    if isinstance(value, Question):
        return {"kind": value.kind, "question": str(value)}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    return str(value)


class Run:
    """All figures of one corpus."""

    def __init__(self, corpus: Corpus, names: Sequence[str], directory: Path, options: Options) -> None:
        self.corpus = corpus
        self.options = options
        self.directories = {name: directory / name for name in CONTENDERS if name in names}
        self.found: dict[str, Any] = {"corpus": str(corpus), "documents": corpus.size, "faults": 0}

    def run(self) -> dict[str, Any]:
        self._build()
        drawing = Drawing(self.corpus.sample(SAMPLE), self.options.seed)
        questions = drawing.questions(self.options.questions, "warm")
        contenders = timing.opened(self.directories)
        try:
            self._check(contenders, questions)
            if "warm" in self.options.parts:
                rows = self.found["warm"] = timing.warm(
                    contenders, questions, self.options.repetitions, self.options.clock
                )
                self._questions("Warm", rows, medians=True)
        finally:
            for made in contenders.values():
                made.close()
        if "cold" in self.options.parts:
            rows, memories = timing.cold(
                self.directories, drawing.questions(2 * self.options.questions, "cold"), self.options.clock
            )
            self.found |= {"cold": rows, "memory": memories}
            self._questions("Cold: each question once, in a fresh process", rows, medians=False)
            _print("Memory of answering", report.memory(memories))
        if "commits" in self.options.parts:
            counts = timing.committed(self.directories, self.corpus, (1, 100), 3 if self.corpus.size <= 2000 else 5)
            self.found["commits"] = counts
            _print("Small commits: ms until the documents can be found", report.commits(counts))
        if "http" in self.options.parts:
            self._over_http(drawing.questions(self.options.questions, "http"))
        return self.found

    def _build(self) -> None:
        built: dict[str, timing.Built] = {}
        for name, place in self.directories.items():
            mark = place.with_name(f"{place.name}.json")
            if mark.exists():  # kept from an earlier run
                built[name] = timing.Built(**json.loads(mark.read_text(encoding="utf-8")))
                continue
            shutil.rmtree(place, ignore_errors=True)
            built[name] = timing.built(self.corpus, name, place)
            mark.write_text(json.dumps(built[name], default=_plain), encoding="utf-8")
        shown = {f"{name}, ready terms" if name != "searchsvc" else name: value for name, value in built.items()}
        if "indexing" in self.options.parts and self.corpus.size <= ANALYSED:
            for name in self.directories:
                if name in RAW:
                    place = self.directories[name].with_name(f"{name}-raw")
                    shown[f"{name}, its own analysis"] = timing.built(self.corpus, name, place, raw=True)
                    shutil.rmtree(place)
        self.found["indexing"] = shown
        _print("Indexing ready documents", report.building(shown))

    def _check(self, contenders: dict[str, Any], questions: Sequence[Question]) -> None:
        differing = timing.agreed(contenders, questions)
        self.found["differing"] = differing
        for name, some in differing.items():
            faults = [text for text in some if not text.startswith(OF_ANOTHER_MEANING)]
            self.found["faults"] |= bool(faults)
            print(f"{name} counts as searchsvc does in {len(questions) - len(some)} of {len(questions)} questions")
            for text in [*faults, *(text for text in some if text not in faults)][:10]:
                print(f"  differs: {text}")
        if self.corpus.size <= READ_THROUGH:
            compared = oracle.compared(self.corpus, contenders["searchsvc"], questions)
            print(f"{compared} answers are those of a reading of every document")
        sys.stdout.flush()

    def _questions(self, title: str, rows: list[timing.Timed], *, medians: bool) -> None:
        for work, what in (("full", "ten best, exact total, three facets, months"), ("top", "ten best alone")):
            unit = "ms" if self.options.clock == "wall" else "ms of CPU time"
            _print(f"{title}; {what}; {unit}", report.questions(rows, work, medians=medians))
            for peer in self.directories:
                if peer != report.OURS:
                    print(report.slower(rows, peer, work))

    def _over_http(self, questions: Sequence[Question]) -> None:
        place = self.directories["searchsvc"]
        over_http.fill(self.corpus, place)
        peers = {name: path for name, path in self.directories.items() if name == "tantivy"}
        loads, differing = over_http.measured(place, peers, questions, passes=self.options.passes)
        self.found["http"] = loads
        for name, some in differing.items():
            faults = [asked for asked in some if not asked.endswith("*")]
            self.found["faults"] |= bool(faults)
            print(f"\nover HTTP {name} counts as searchsvc does in {len(questions) - len(some)} of {len(questions)}")
            print(*(f"  differs: {text}\n" for text in some[:10]), sep="", end="")
        _print("Over HTTP, full questions; ms", report.loads(loads))


def _beside_whoosh(corpus: Generated | Stored, directory: Path, options: Options) -> dict[str, Any]:
    """The same beside plain Whoosh, on an archive that it can manage."""
    size = min(WHOOSH_SIZE, corpus.size)
    small = dataclasses.replace(corpus, size=size)
    print(f"\n## Beside plain Whoosh: {small}\n")
    fewer = dataclasses.replace(options, questions=min(3, options.questions), repetitions=2, parts=("warm",))
    return Run(small, ["searchsvc", "whoosh"], directory / _place(small, options.seed), fewer).run()


def _growth(runs: list[dict[str, Any]]) -> None:
    """How the times grow with the archive: the geometric mean over the questions, and what 95 in 100 take at most."""
    rows: list[list[str]] = []
    names: list[str] = []
    for work in timing.WORKS:
        grown: dict[str, list[tuple[float, float]]] = {}
        for found in runs:
            chosen = [row for row in found.get("warm", []) if row.work == work]
            if not chosen:
                continue
            names = list(chosen[0].ms)
            least = {name: sorted(row.least(name) for row in chosen) for name in names}
            for name, some in least.items():
                grown.setdefault(name, []).append((report.geomean(some), report.at_most(some, 0.95)))
            both = [f"{report.ms(grown[name][-1][0])}, {report.ms(grown[name][-1][1])}" for name in names]
            rows.append([f"{found['documents']:,}", work, *both])
        if grown:
            pairs = [(some[0], some[-1]) for some in grown.values()]
            factors = [f"{last[0] / first[0]:.1f} x, {last[1] / first[1]:.1f} x" for first, last in pairs]
            rows.append(["last to first", work, *factors])
    if rows:
        _print("Growth: geometric mean and 95th percentile of the questions, warm; ms",
               report.table(["documents", "", *names], rows))  # fmt: skip


def _print(title: str, text: str) -> None:
    print(f"\n## {title}\n\n{text}", flush=True)


if __name__ == "__main__":
    began = time.monotonic()
    code = main()
    print(f"\n{time.monotonic() - began:.0f} s")
    sys.exit(code)
