"""How long does an answer take over HTTP? The service as `searchsvc serve` runs it, and the same with a peer inside.

The peer's server is the same app under the same waitress: it reads the same parameters, takes hits' articles from the
same store and gives the same JSON; only the engine is another. It does not count how many values there are and how
many articles have none, which searchsvc's answers tell. Neither keeps answers, except where it is said.
"""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from benchmark.corpora import Corpus
from benchmark.questions import FACETS, Question, batches
from searchsvc import engines
from searchsvc.entities import country_name
from searchsvc.query import Query
from searchsvc.results import Bucket, Facet, Hit, Results
from searchsvc.store import Store

CLIENTS = (1, 8)
#: The ways of serving searchsvc that are measured: what the command is given. The first keeps no answers, as the peers.
OURS = {
    "searchsvc": ("--cache", "0"),
    "searchsvc, a process a core": ("--cache", "0", "--processes", "auto"),
    "searchsvc, answers kept": (),
}


@dataclass(frozen=True)
class Load:
    """Milliseconds of each answer, and answers a second over all clients."""

    ms: list[float]
    rate: float


def fill(corpus: Corpus, directory: Path) -> None:
    """Put the corpus into the store of an index directory, unless it is there: the service reads the hits' articles."""
    store = Store(directory, create=True)
    if len(store) < corpus.size:
        with store.writing():
            for batch in batches(corpus.documents(), 500):
                store.put(batch)
    store.close()


def measured(
    directory: Path, peers: dict[str, Path], questions: Sequence[Question], passes: int
) -> tuple[dict[str, dict[str, Load]], dict[str, list[str]]]:
    """Ask the service over `directory` and its peers. Load → engine → times; and where a peer's counts differ.

    The first pass asks each question for the first time, from one client; the others again, from one and from many.
    """
    targets = [f"{path}" for path in map(_target, questions)]
    loads: dict[str, dict[str, Load]] = {}
    with ExitStack() as stack:
        ours = ["-m", "searchsvc.cli", "serve", "--port", "0", "--index", str(directory)]
        ports = {name: stack.enter_context(_serving([*ours, *way])) for name, way in OURS.items()}
        for name, path in peers.items():
            ports[name] = stack.enter_context(_serving(["-m", "benchmark.over_http", str(directory), name, str(path)]))
        names = list(ports)
        for title, some in (("first time, 1 client", targets), ("again, 1 client", targets * passes)):
            times: dict[str, list[float]] = {name: [] for name in names}
            connections = {name: http.client.HTTPConnection("127.0.0.1", port) for name, port in ports.items()}
            answers: dict[str, list[Any]] = {name: [] for name in names}
            for count, target in enumerate(some):
                for name in names[count % len(names) :] + names[: count % len(names)]:
                    began = time.perf_counter()
                    body = _got(connections[name], target)
                    times[name].append((time.perf_counter() - began) * 1000)
                    if some is targets:
                        answers[name].append(orjson.loads(body))
            for connection in connections.values():
                connection.close()
            loads[title] = {name: Load(ms, 1000 * len(ms) / sum(ms)) for name, ms in times.items()}
            if some is targets:
                differing = _differing(answers, questions)
        title = f"again, {CLIENTS[1]} clients"
        crowds: dict[str, list[Load]] = {name: [] for name in names}
        for count in range(2):
            for name in names[count:] + names[:count]:
                crowds[name].append(_crowd(ports[name], targets * passes))
        loads[title] = {
            name: Load([t for load in some for t in load.ms], max(load.rate for load in some))
            for name, some in crowds.items()
        }
    return loads, differing


def _target(asked: Question) -> str:
    from searchsvc.web.answers import url

    return url(asked.full)


def _got(connection: http.client.HTTPConnection, target: str) -> bytes:
    connection.request("GET", target)
    response = connection.getresponse()
    body = response.read()
    if response.status != 200:
        raise RuntimeError(f"{target} answers {response.status}: {body[:300]!r}")
    return body


def _crowd(port: int, targets: list[str]) -> Load:
    """As many clients as there are, each with its share of the questions, at once."""
    times: list[list[float]] = [[] for _ in range(CLIENTS[1])]

    def ask(client: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        for target in targets[client :: CLIENTS[1]]:
            began = time.perf_counter()
            _got(connection, target)
            times[client].append((time.perf_counter() - began) * 1000)
        connection.close()

    threads = [threading.Thread(target=ask, args=(client,)) for client in range(CLIENTS[1])]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    together = [ms for some in times for ms in some]
    return Load(together, len(together) / (time.perf_counter() - began))


def _differing(answers: dict[str, list[Any]], questions: Sequence[Question]) -> dict[str, list[str]]:
    """Where the answers of the peers have other totals or counts than the first's."""
    first, *peers = answers
    return {
        name: [
            str(asked)
            for asked, mine, theirs in zip(questions, answers[first], answers[name], strict=True)
            if _counts(mine) != _counts(theirs)
        ]
        for name in peers
    }


def _counts(answer: Any) -> Any:
    # Where the tenth place is shared, any of those that share it may stand there; behind it stands a chosen value.
    found = {name: [value["count"] for value in facet["values"]] for name, facet in answer["facets"].items()}
    facets = {name: counts if name == "date" else counts[:10] for name, counts in found.items()}
    return answer["total"], facets, len(answer["results"])


@contextmanager
def _serving(command: list[str]) -> Iterator[int]:
    """The port of a server in a process of its own."""
    paths = [os.environ.get("PYTHONPATH", ""), str(Path(__file__).parents[1])]
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-P", *command],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
    )
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        found = re.search(r":(\d+)/", line)
        if found is None:
            raise RuntimeError(f"the server says {line!r}")
        yield int(found[1])
    finally:
        process.terminate()
        process.wait(timeout=20)
        process.stdout.close()


class PeerEngine:
    """tantivy as an engine of the service: as much of the protocol as /search asks for."""

    position = 1 << 60
    story_position = 0
    generation = state = "peer"

    def __init__(self, directory: Path, documents: engines.Documents) -> None:
        from benchmark.with_tantivy import Tantivy

        self.damaged: dict[str, str] = {}
        self._peer = Tantivy(directory)
        self._peer.open()
        self._documents = documents

    def refresh(self) -> bool:
        return False

    def search(self, query: Query) -> Results:
        began = time.perf_counter()
        answer, found = self._peer.hits(self._peer.question(query))
        documents = self._documents(id_ for id_, _ in found)
        hits = tuple(Hit(documents[id_], round(score, 6)) for id_, score in found)
        facets = {name: self._facet(name, answer.facets[name]) for name in FACETS}
        months = tuple(Bucket(month, month, count) for month, count in sorted(answer.months.items()))
        facets["date"] = Facet("date", months, len(months), 0, 0)
        took = round((time.perf_counter() - began) * 1000, 3)
        return Results(query, answer.total, hits, facets, generation=self.generation, took_ms=took)

    def _facet(self, name: str, values: list[tuple[str, int]]) -> Facet:
        label = country_name if name == "countries" else str
        return Facet(name, tuple(Bucket(key, label(key), count) for key, count in values), len(values), 0, 0)

    def close(self) -> None:
        self._peer.close()


def _serve(directory: str, name: str, peer: str) -> int:
    from searchsvc.web.serving import serve

    def opened(_: Path, documents: engines.Documents) -> Any:
        return PeerEngine(Path(peer), documents)

    if name != "tantivy":
        raise SystemExit(f"no server is made of {name}")
    engines.ENGINES["whoosh"] = opened
    return serve(Path(directory), "127.0.0.1", 0, remembered=0)


if __name__ == "__main__":
    sys.exit(_serve(*sys.argv[1:]))
