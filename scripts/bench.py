"""How fast are indexing and mixed faceted queries over a real archive? Figures to beat; run by scripts/bench.

The queries are drawn from the articles by a seed: words of one sentence, title words, phrases, OR, NOT, filters,
prefixes. Every one asks for the top ten, the exact total, three facets and a timeline. A sample of them is compared
with an oracle that reads the documents one by one.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from collections import Counter
from pathlib import Path

from searchsvc import analysis
from searchsvc.document import Document
from searchsvc.service import Service
from searchsvc.web.app import create_app
from searchsvc.web.params import query_of

FACETS = [("facet", "people"), ("facet", "countries"), ("facet", "organisations"), ("facet", "date:month")]


def drawn(documents: list[Document], count: int, random_: random.Random) -> list[list[tuple[str, str]]]:
    """Mixed queries from the articles themselves."""
    queries: list[list[tuple[str, str]]] = []
    while len(queries) < count:
        article = random_.choice(documents).article
        words = re.findall(r"[A-Za-z]{4,}", article.text)
        if len(words) < 40:
            continue
        some = random_.sample(words, 3)
        at = random_.randrange(len(words) - 3)
        name = random_.choice(documents).entities.people
        shape = len(queries) % 10
        queries.append(
            {
                0: [("q", some[0])],
                1: [("q", " ".join(some[:2]))],
                2: [("q", " ".join(some))],
                3: [("q", " OR ".join(some))],
                4: [("q", '"' + " ".join(re.findall(r"\w+", article.text)[at : at + 2]) + '"')],
                5: [("q", f"{some[0]} -{some[1]}")],
                6: [("q", some[0]), ("countries", "US")],
                7: [("q", some[0]), ("from_date", "2014"), ("to_date", "2016")],
                8: [("q", some[0][:4].lower() + "*")],
                9: [("people", name[0].key)] if name else [("q", article.title.replace('"', "")[:60])],
            }[shape]
        )
    return [query + FACETS for query in queries]


def quantile(times: list[float], part: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * part))]


def row(name: str, times: list[float]) -> str:
    return f"| {name} | {quantile(times, 0.5):.1f} | {quantile(times, 0.95):.1f} | {max(times):.1f} |"


def oracle(service: Service, documents: list[Document], queries: list[list[tuple[str, str]]]) -> int:
    """Compare single-word questions with a reading of every document; how many were compared."""
    compared = 0
    for pairs in queries:
        asked = dict(pairs)
        if set(asked) - {"facet"} != {"q"} or not asked["q"].isalpha():
            continue
        term = analysis.term(asked["q"])
        hits = [
            d
            for d in documents
            if any(t.term == term for text in (d.article.title, d.article.text) for t in analysis.tokens(text))
        ]
        results = service.engine.search(query_of(pairs)[0])
        assert results.total == len(hits), (asked, results.total, len(hits))
        for field in ("people", "countries", "organisations"):
            counts = Counter(e.key for d in hits for e in getattr(d.entities, field))
            facet = results.facets[field]
            assert facet.distinct == len(counts), (asked, field)
            assert all(counts[b.value] == b.count for b in facet.buckets), (asked, field)
            assert [b.count for b in facet.buckets] == sorted(counts.values(), reverse=True)[:10], (asked, field)
        months = Counter(d.article.published.at[:7] for d in hits if len(d.article.published.at) >= 7)
        assert {b.value: b.count for b in results.facets["date"].buckets} == months, asked
        compared += 1
        if compared == 12:
            break
    return compared


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("paths", nargs="*", metavar="PATH")
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--keep", type=Path, metavar="DIR", help="the index; used as it is where it exists")
    arguments = parser.parse_args()
    directory = arguments.keep or Path(tempfile.mkdtemp(prefix="searchsvc-bench-"))
    if not (directory / "articles.db").exists():
        command = [sys.executable, "-m", "searchsvc.cli", "index", *arguments.paths, "--index", str(directory)]
        began = time.monotonic()
        print(subprocess.run(command, check=False, capture_output=True, text=True).stdout)  # noqa: S603
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = usage.ru_utime + usage.ru_stime
        print(
            f"{time.monotonic() - began:.0f} s wall, {cpu:.0f} s CPU, largest process {usage.ru_maxrss / 1024:.0f} MB"
        )
    service = Service(directory)
    documents: list[Document] = []
    last = 0
    while batch := service.store.after(last, 2000):
        last = batch[-1][0]
        documents += [document for _, document in batch]
    queries = drawn(documents, arguments.queries, random.Random(arguments.seed))  # noqa: S311
    print(f"{len(documents):,} documents, {len(queries)} queries, seed {arguments.seed}; milliseconds\n")
    print("| | p50 | p95 | max |\n|---|---|---|---|")
    for name in ("in process, first time", "in process, again"):
        times = []
        for pairs in queries:
            began = time.perf_counter()
            service.engine.search(query_of(pairs)[0])
            times.append((time.perf_counter() - began) * 1000)
        print(row(name, times))
    from waitress.server import create_server

    server = create_server(create_app(service), host="127.0.0.1", port=0, threads=4)
    threading.Thread(target=server.run, daemon=True).start()
    base = f"http://127.0.0.1:{server.effective_port}/api/v1/search?"
    for clients in (1, 8):
        times = []

        def ask(some: list[list[tuple[str, str]]], times: list[float] = times) -> None:
            for pairs in some:
                began = time.perf_counter()
                urllib.request.urlopen(base + urllib.parse.urlencode(pairs)).read()  # noqa: S310
                times.append((time.perf_counter() - began) * 1000)

        began = time.perf_counter()
        workers = [threading.Thread(target=ask, args=(queries[n::clients],)) for n in range(clients)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        rate = len(queries) / (time.perf_counter() - began)
        print(row(f"over HTTP, {clients} client{'s' * (clients > 1)}, {rate:.0f} a second", times))
    print(f"\n{oracle(service, documents, queries)} answers compared with an oracle: totals, facets and months equal")
    print(f"median total {statistics.median(service.engine.search(query_of(p)[0]).total for p in queries[:40]):.0f}")
    if not arguments.keep:
        shutil.rmtree(directory)
    return 0


if __name__ == "__main__":
    sys.exit(main())
