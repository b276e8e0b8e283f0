"""What does each command of the terminal do? One function each: its arguments in, its exit code out.

What the arguments are called and which there are is in `cli`. A command imports what it needs when it runs.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

import orjson

from searchsvc.errors import BadRequest
from searchsvc.fields import FILTERED, nearest

if TYPE_CHECKING:
    from searchsvc.archives import Options, Rejection
    from searchsvc.indexer import Report

OK, WRONG, USAGE, INTERRUPTED = 0, 1, 2, 130


def _known_extractor(arguments: argparse.Namespace) -> str:
    """The extractor that was named, once it is known that the workers can make it."""
    from searchsvc.entities import DEFAULT, extractor

    name: str = arguments.extractor or DEFAULT
    if name != DEFAULT:
        extractor(name)
    return name


def _only_with(option: str, given: object, dependent: Mapping[str, object]) -> None:
    """Refuse what would be ignored: options that say something only beside another. Raises BadRequest."""
    for name, value in dependent.items():
        if value is not None and value is not False and not given:
            raise BadRequest(f"--{name} goes with {option}: without it, it would change nothing", parameter=name)


def _options(arguments: argparse.Namespace) -> Options:
    from searchsvc.archives import Options
    from searchsvc.archives.fieldnames import MAPPED
    from searchsvc.archives.records import INCLUDED

    mapped = {}
    for pair in arguments.map:
        field, equals, name = pair.partition("=")
        if not equals or not field or not name:
            raise BadRequest(f"--map takes FIELD=NAME, not {pair!r}", parameter="map")
        if field not in MAPPED:
            close = nearest(field, MAPPED)
            hint = f"; did you mean {close}?" if close else f": {', '.join(MAPPED)}"
            raise BadRequest(f"--map: there is no field {field}{hint}", parameter="map")
        mapped[field] = name
    for kind in arguments.include:
        if kind not in INCLUDED:
            raise BadRequest(f"--include takes {', '.join(INCLUDED)}, not {kind!r}", parameter="include")
    return Options(map=mapped, source=arguments.source, include=frozenset(arguments.include))


def index(arguments: argparse.Namespace) -> int:
    """Read archives into the index."""
    from searchsvc import indexer
    from searchsvc.engines import open_engine
    from searchsvc.progress import printed, shown
    from searchsvc.store import Store

    options, extractor = _options(arguments), _known_extractor(arguments)
    _keep_inputs(arguments.rejects, arguments.paths)
    store = Store(arguments.index, create=True)
    engine = open_engine(arguments.index, store.get)
    with _rejects(arguments.rejects) as rejects:

        def rejected(rejection: Rejection) -> None:
            if rejects is not None:
                rejects.write(orjson.dumps(rejection_json(rejection), option=orjson.OPT_APPEND_NEWLINE))

        show = shown(sys.stderr, quiet=arguments.quiet)
        reports: list[Report] = []  # the report of a run that is interrupted

        def progress(report: Report, doing: str) -> None:
            reports[:] = [report]
            show(report, doing)

        try:
            report = indexer.index(
                arguments.paths, store, engine, options=options, workers=arguments.workers, name=extractor,
                progress=progress, rejected=rejected,
            )  # fmt: skip
        except KeyboardInterrupt:
            for report in reports:
                print(printed(report))
            print("interrupted: what was read is safe, run the same command again to go on", file=sys.stderr)
            return INTERRUPTED
        finally:
            engine.close()
            store.close()
    print(printed(report))
    return WRONG if report.rejected else OK


def _keep_inputs(output: str | None, paths: Sequence[str]) -> None:
    """Refuse to write over what is to be read. Raises BadRequest."""
    from searchsvc.archives import find_files

    if output is not None and os.path.exists(output):
        for path in find_files(paths):
            if isinstance(path, str) and path != "-" and os.path.samefile(path, output):
                raise BadRequest(f"{output} is one of the archives to be read; it is not written over")


@contextmanager
def _rejects(path: str | None) -> Iterator[IO[bytes] | None]:
    if path is None:
        yield None
        return
    with open(path, "wb") as file:
        yield file


def rejection_json(rejection: Rejection) -> dict[str, object]:
    """A rejection as `--rejects` writes it."""
    where = rejection.location
    return {
        "path": where.path, "offset": where.offset, "record": where.ordinal,
        "code": rejection.code, "reason": rejection.reason,
    }  # fmt: skip


def extract(arguments: argparse.Namespace) -> int:
    """Write the documents of archives as JSON Lines."""
    from searchsvc.archives import Rejection
    from searchsvc.document import FORMAT, Document, to_json
    from searchsvc.indexer import Report, documents_of

    report = Report()
    options, extractor = _options(arguments), _known_extractor(arguments)
    _keep_inputs(arguments.output, arguments.paths)
    output = open(arguments.output, "wb") if arguments.output else sys.stdout.buffer  # noqa: SIM115 - closed below
    try:
        for outcome in documents_of(arguments.paths, options, report, workers=arguments.workers, name=extractor):
            if isinstance(outcome, Rejection):
                report.reject(outcome)
                print(f"{outcome.location}: {outcome.reason} ({outcome.code})", file=sys.stderr)
            elif isinstance(outcome, Document):
                line = {"format": FORMAT, **to_json(outcome)}
                output.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
        output.flush()
    finally:
        if arguments.output:
            output.close()
    return WRONG if report.rejected else OK


def serve(arguments: argparse.Namespace) -> int:
    """Answer over HTTP until told to stop."""
    from searchsvc.web import serving

    return serving.serve(
        arguments.index, arguments.host, arguments.port, threads=arguments.threads,
        processes=arguments.processes, trusted_hosts=arguments.trusted_host, log_requests=arguments.log,
        remembered=arguments.cache * 1024 * 1024,
    )  # fmt: skip


def search(arguments: argparse.Namespace) -> int:
    """Ask the index and print the answer."""
    from searchsvc.progress import found
    from searchsvc.service import Service
    from searchsvc.web.answers import search_answer
    from searchsvc.web.params import query_of

    _only_with("--json", arguments.json, {"fields": arguments.fields})
    facets = arguments.facet or ["people", "countries", "organisations"]
    pairs = [("q", arguments.query), *(("facet", facet) for facet in facets if facet != "none")]
    for name in (
        "sort",
        "from_date",
        "to_date",
        "page",
        "page_size",
        "match",
        "search_in",
        "cursor",
        "fields",
        "count",
        "about",
    ):
        if getattr(arguments, name) is not None:
            pairs.append((name, getattr(arguments, name)))
    for name in (name + suffix for name in FILTERED for suffix in ("", "__all", "__not")):
        pairs += [(name, value) for value in getattr(arguments, name) or ()]
    query, _ = query_of(pairs)
    service = Service(arguments.index)
    try:
        answer = search_answer(service.answering.search(service.meant(query)), surnames=service.surnames)
        if service.behind:
            print(f"note: {service.behind:,} articles more are stored and not searchable yet", file=sys.stderr)
        for name, reason in service.engine.damaged.items():
            print(f"note: generation {name} was passed over: {reason}", file=sys.stderr)
    finally:
        service.close()
    if arguments.json:
        sys.stdout.buffer.write(orjson.dumps(answer, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    else:
        print(found(answer, colour=sys.stdout.isatty()))
    return OK


def check(arguments: argparse.Namespace) -> int:
    """Tell what is wrong with the store and the index."""
    from searchsvc.service import Service

    service = Service(arguments.index)
    faults = 0
    try:
        for fault in service.faults():
            print(fault)
            faults += 1
        behind, documents = service.behind, len(service.store)
        if not faults:
            more = f"; {behind:,} of them are not searchable yet (`searchsvc rebuild --missing`)" if behind else ""
            print(f"{documents:,} documents, generation {service.engine.generation or 'none'}: all is well{more}")
    finally:
        service.close()
    if faults:
        print(
            f"{faults} found wrong; `searchsvc rebuild` sets articles aside that are damaged (index their archives "
            "again) and builds the index anew from the store", file=sys.stderr,
        )  # fmt: skip
    return WRONG if faults else OK


def reconcile(arguments: argparse.Namespace) -> int:
    """Decide which names are one person, list what was decided, or take it back."""
    from searchsvc.engines import open_engine
    from searchsvc.identities import pins_of
    from searchsvc.indexer import catch_up
    from searchsvc.progress import decision_text, doubts, reconciled, reconciled_json
    from searchsvc.store import Store

    _only_with("a run or --list", not arguments.undo, {"json": arguments.json})
    store = Store(arguments.index)
    try:
        if arguments.list:
            for decision in store.decisions():
                if arguments.list == "all" or bool(decision.person) == (arguments.list == "decided"):
                    print(decision_text(decision, as_json=arguments.json))
            return OK
        pins = None
        if arguments.pins is not None:
            try:
                pins = pins_of(arguments.pins.read_text(encoding="utf-8-sig"))
            except UnicodeDecodeError as error:
                raise BadRequest(f"{arguments.pins} is not UTF-8: {error.reason}", parameter="pins") from error
        with store.writing():
            engine = open_engine(arguments.index, store.get)
            try:
                catch_up(store, engine)  # with what a run that was cut off has decided
                if arguments.undo:
                    text = f"every decision is taken back; {store.undo_reconciliation():,} articles are as written"
                else:
                    found = store.reconcile(pins)
                    text = orjson.dumps(reconciled_json(found)).decode() if arguments.json else reconciled(found)
                    if not arguments.quiet:
                        for doubt in doubts(found):
                            print(doubt, file=sys.stderr)
                # What is decided is kept: where this is interrupted, the service or the next run goes on.
                catch_up(store, engine)
            finally:
                engine.close()
    finally:
        store.close()
    if not arguments.quiet:
        print(text)
    return OK


def rebuild(arguments: argparse.Namespace) -> int:
    """Build the index anew from the store, whole or what it lacks, or find the entities anew."""
    from searchsvc import indexer
    from searchsvc.engines import open_engine
    from searchsvc.store import Store

    def progress(left: int) -> None:
        if not arguments.quiet:
            print(f"{left:,} documents left", file=sys.stderr)

    def reread(done: int) -> None:
        if not arguments.quiet:
            print(f"{done:,} documents read again", file=sys.stderr)

    refused: list[str] = []

    def refuse(id_: str, reason: str) -> None:
        refused.append(id_)
        print(f"{id_}: {reason}", file=sys.stderr)

    _only_with("--entities", arguments.entities, {name: getattr(arguments, name) for name in ("extractor", "workers")})
    extractor = _known_extractor(arguments)
    store = Store(arguments.index)
    with store.writing():
        engine = open_engine(arguments.index, store.get)
        if arguments.entities:
            done = indexer.reextract(
                store, engine, workers=arguments.workers, name=extractor, progress=reread, refuse=refuse
            )  # fmt: skip
        else:
            done = (indexer.catch_up if arguments.missing else indexer.rebuild)(store, engine, progress, refuse)
        engine.close()
    if not arguments.quiet:
        print(f"{done:,} documents " + ("read for entities again" if arguments.entities else "made searchable"))
    return WRONG if refused else OK


def evaluate(arguments: argparse.Namespace) -> int:
    """Measure how right the answers are."""
    from searchsvc import evaluation

    if arguments.name not in evaluation.EVALUATIONS:
        raise BadRequest(f"there is no evaluation {arguments.name}: {', '.join(evaluation.EVALUATIONS)}")
    evaluation.evaluate(arguments.name, arguments.data, sys.stdout, as_json=arguments.json)
    return OK


def stats(arguments: argparse.Namespace) -> int:
    """Tell what the index holds."""
    from searchsvc.progress import stats_text
    from searchsvc.service import Service

    service = Service(arguments.index)
    try:
        answer = service.stats()
    finally:
        service.close()
    if arguments.json:
        sys.stdout.buffer.write(orjson.dumps(answer, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    else:
        print(stats_text(answer))
    return OK
