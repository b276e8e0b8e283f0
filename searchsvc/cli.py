"""searchsvc on the command line: index, extract, serve, search, reconcile, check,
rebuild, eval, stats.

Exit codes: 0 done, 1 something was rejected or found wrong, 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import orjson

from searchsvc import __version__
from searchsvc.errors import BadRequest, SearchsvcError
from searchsvc.fields import FILTERED, nearest

if TYPE_CHECKING:  # a command imports what it needs when it runs
    from searchsvc.archives import Options, Rejection
    from searchsvc.indexer import Report

Run = Callable[[argparse.Namespace], int]
OK, WRONG, USAGE, INTERRUPTED = 0, 1, 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    arguments = _parser().parse_args(argv)
    run: Run = arguments.run
    try:
        return run(arguments)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # `searchsvc extract … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except BadRequest as error:
        print(f"searchsvc: {error.message}", file=sys.stderr)
        if error.parameter == "q" and error.position is not None:
            print(f"  {arguments.query}\n  {' ' * error.position}^", file=sys.stderr)
        return USAGE
    except SearchsvcError as error:
        print(f"searchsvc: {error.message}", file=sys.stderr)
        return WRONG
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"searchsvc: {where}{error.strerror or error}", file=sys.stderr)
        return WRONG


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="searchsvc", description="Full-text search over news archives, with facets on people, countries and "
        "organisations.", epilog="`searchsvc COMMAND --help` has an example of each command.",
    )  # fmt: skip
    parser.add_argument("--version", action="version", version=f"searchsvc {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, run: Run, text: str, example: str) -> argparse.ArgumentParser:
        made = commands.add_parser(
            name, help=text, description=text[0].upper() + text[1:] + ".", epilog=f"example:\n  {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )  # fmt: skip
        made.set_defaults(run=run)
        return made

    index = command(
        "index", _index, "read archives into the index; again changes nothing, changed articles are replaced",
        "searchsvc index pages/ wire.jsonl.gz 'dump/*.sgm' --rejects rejects.jsonl",
    )  # fmt: skip
    _archives(index)
    _where(index)
    index.add_argument("--rejects", metavar="FILE", help="write every rejected record there, a JSON object a line")
    index.add_argument("--quiet", action="store_true", help="no progress, only the report")

    extract = command(
        "extract", _extract, "write the documents of archives as JSON Lines, which `index` loads without extracting",
        "searchsvc extract pages/ -o documents.jsonl && searchsvc index documents.jsonl",
    )  # fmt: skip
    _archives(extract)
    extract.add_argument("-o", "--output", metavar="FILE", help="write there and not to standard output")

    serve = command(
        "serve", _serve, "serve the index over HTTP: the API and the search page", "searchsvc serve --port 8000"
    )
    _where(serve)
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    serve.add_argument("--port", type=_number(0, 65535), default=8000, help="port to listen on (%(default)s)")
    serve.add_argument("--threads", type=_number(1, 256), default=4, help="requests answered at a time (%(default)s)")
    serve.add_argument(
        "--processes", type=_processes, default=1, metavar="N",
        help="processes that answer, each with its threads and its cache; auto for one a core (%(default)s)",
    )  # fmt: skip
    serve.add_argument(
        "--cache", type=_number(0, 1_000_000), default=64, metavar="MB",
        help="megabytes of answers that a process remembers, 0 for none (%(default)s)",
    )  # fmt: skip
    serve.add_argument(
        "--trusted-host", action="append", metavar="NAME",
        help="a name this service is called by, repeat; on a loopback address its names are trusted",
    )  # fmt: skip
    serve.add_argument("--log", action="store_true", help="a line of JSON for each request on standard error")

    search = command(
        "search", _search, "ask the index",
        "searchsvc search 'cease-fire syria' --countries RU --facet people --sort newest",
    )  # fmt: skip
    search.add_argument(
        "query",
        nargs="?",
        default="",
        help="in the query language; every article if left out; behind -- if it begins with -",
    )
    _where(search)
    search.add_argument("--json", action="store_true", help="print the API's answer")
    search.add_argument(
        "--facet", action="append", metavar="FIELD[:SIZE]", help="count a field, repeat; `none` for none"
    )
    search.add_argument("--sort", help="relevance, newest or oldest")
    search.add_argument("--from-date", metavar="DATE", help="a year, a month or a day")
    search.add_argument("--to-date", metavar="DATE", help="a year, a month or a day, itself included")
    search.add_argument("--page", metavar="N")
    search.add_argument("--page-size", metavar="N")
    search.add_argument("--match", help="all or any of the words")
    search.add_argument("--count", help="articles, or stories: near-copies count once")
    search.add_argument(
        "--about", action="store_const", const="1", help="people, countries, organisations: those an article is about"
    )
    search.add_argument("--search-in", metavar="FIELD,…", help="where words without a field look: title, text, byline")
    search.add_argument("--cursor", help="* starts, then the next_cursor of each answer")
    search.add_argument("--fields", metavar="NAME,…", help="what a hit carries, with --json")
    for name in FILTERED:
        option = f"--{name.replace('_', '-')}"
        search.add_argument(option, action="append", metavar="VALUE", dest=name, help="one of these, repeat")
        for suffix, text in (("all", "every one of these, repeat"), ("not", "none of these, repeat")):
            search.add_argument(
                f"{option}-{suffix}", action="append", metavar="VALUE", dest=f"{name}__{suffix}", help=text
            )

    reconcile = command(
        "reconcile", _reconcile,
        "find which names of people mean one person, over the whole archive; again after new articles",
        "searchsvc reconcile --pins known.tsv && searchsvc reconcile --list all",
    )  # fmt: skip
    _where(reconcile)
    doing = reconcile.add_mutually_exclusive_group()
    doing.add_argument(
        "--list", choices=("decided", "refused", "all"), nargs="?", const="decided",
        help="decide nothing, list what was decided (if left out) or refused, each with its evidence",
    )  # fmt: skip
    doing.add_argument("--undo", action="store_true", help="take every decision back")
    doing.add_argument(
        "--pins", metavar="FILE", type=Path,
        help="what is known by hand, kept from then on: `same` or `never`, a name, the person's name, apart by tabs",
    )  # fmt: skip
    reconcile.add_argument("--json", action="store_true", help="list JSON objects, a line each")
    reconcile.add_argument("--quiet", action="store_true", help="print nothing but the list")

    check = command(
        "check", _check, "walk the store and the index and tell what is wrong", "searchsvc check --index index"
    )
    _where(check)

    rebuild = command(
        "rebuild",
        _rebuild,
        "build the index anew from the store, while the old one goes on serving",
        "searchsvc rebuild",
    )
    _where(rebuild)
    what = rebuild.add_mutually_exclusive_group()
    what.add_argument("--missing", action="store_true", help="only make searchable what the index lacks")
    what.add_argument(
        "--entities",
        action="store_true",
        help="find people, countries and organisations anew where another version has looked for them; can be "
        "interrupted and goes on at the next run",
    )
    _extractor(rebuild)
    rebuild.add_argument("--workers", type=_number(0, 256), help="processes that look for entities (one for each core)")
    rebuild.add_argument("--quiet", action="store_true", help="print nothing when all is well")

    evaluate = command(
        "eval", _eval, "measure how right the answers are on labelled sets, beside peers where these are installed",
        "searchsvc eval extraction --data ../shared/data",
    )  # fmt: skip
    evaluate.add_argument("name", metavar="NAME", help="entities, extraction, quotes, ranking or stories")
    evaluate.add_argument("--data", metavar="DIR", type=Path, required=True, help="the folder that holds the sets")
    evaluate.add_argument("--json", action="store_true", help="as a JSON object")

    stats = command("stats", _stats, "tell what the index holds", "searchsvc stats")
    _where(stats)
    stats.add_argument("--json", action="store_true", help="as a JSON object")
    return parser


def _number(least: int, most: int) -> Callable[[str], int]:
    """An argument that is a whole number in these bounds."""

    def number(text: str) -> int:
        if not text.isdecimal() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"a whole number from {least} to {most}, not {text!r}")
        return int(text)

    return number


def _processes(text: str) -> int:
    """An argument that is a number of processes, `auto` for one on each core."""
    return os.cpu_count() or 1 if text == "auto" else _number(1, 256)(text)


def _where(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--index", metavar="DIR", type=Path, default=Path(os.environ.get("SEARCHSVC_INDEX") or "index"),
        help="the index directory (%(default)s; SEARCHSVC_INDEX sets it everywhere)",
    )  # fmt: skip


def _archives(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a file, a folder, a glob, or - for standard input")
    parser.add_argument(
        "--map", action="append", default=[], metavar="FIELD=NAME",
        help="our field is called NAME in this archive (text=content), repeat",
    )  # fmt: skip
    parser.add_argument("--source", default="", help="the source of articles that name none")
    _extractor(parser)
    parser.add_argument(
        "--workers", type=_number(0, 256), metavar="N", help="processes that read; one a core if left out, 0 for none"
    )


def _extractor(parser: argparse.ArgumentParser) -> None:
    from searchsvc.entities import DEFAULT

    parser.add_argument(
        "--extractor", default=DEFAULT, metavar="NAME",
        help="what finds the entities: tagged, rules, or spacy:PIPELINE where that is installed (%(default)s)",
    )  # fmt: skip


def _known_extractor(arguments: argparse.Namespace) -> str:
    """The extractor that was named, once it is known that the workers can make it."""
    from searchsvc.entities import DEFAULT, extractor

    name: str = arguments.extractor
    if name != DEFAULT:
        extractor(name)
    return name


def _options(arguments: argparse.Namespace) -> Options:
    from searchsvc.archives import Options
    from searchsvc.archives.fieldnames import MAPPED

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
    return Options(map=mapped, source=arguments.source)


def _index(arguments: argparse.Namespace) -> int:
    from searchsvc.engines import open_engine
    from searchsvc.indexer import index
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
            report = index(
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


def _extract(arguments: argparse.Namespace) -> int:
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


def _serve(arguments: argparse.Namespace) -> int:
    from searchsvc.web.serving import serve

    return serve(
        arguments.index, arguments.host, arguments.port, threads=arguments.threads,
        processes=arguments.processes, trusted_hosts=arguments.trusted_host, log_requests=arguments.log,
        remembered=arguments.cache * 1024 * 1024,
    )  # fmt: skip


def _search(arguments: argparse.Namespace) -> int:
    from searchsvc.progress import found
    from searchsvc.service import Service
    from searchsvc.web.answers import search_answer
    from searchsvc.web.params import query_of

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


def _check(arguments: argparse.Namespace) -> int:
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


def _reconcile(arguments: argparse.Namespace) -> int:
    from searchsvc.engines import open_engine
    from searchsvc.identities import pins_of
    from searchsvc.indexer import catch_up
    from searchsvc.progress import decision_text, reconciled
    from searchsvc.store import Store

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
                if arguments.undo:
                    text = f"every decision is taken back; {store.undo_reconciliation():,} articles are as written"
                else:
                    text = reconciled(store.reconcile(pins))
                # What is decided is kept: where this is interrupted, the service or the next run goes on.
                catch_up(store, engine)
            finally:
                engine.close()
    finally:
        store.close()
    if not arguments.quiet:
        print(text)
    return OK


def _rebuild(arguments: argparse.Namespace) -> int:
    from searchsvc.engines import open_engine
    from searchsvc.indexer import catch_up, rebuild, reextract
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

    extractor = _known_extractor(arguments)
    store = Store(arguments.index)
    with store.writing():
        engine = open_engine(arguments.index, store.get)
        if arguments.entities:
            done = reextract(
                store, engine, workers=arguments.workers, name=extractor, progress=reread, refuse=refuse
            )  # fmt: skip
        else:
            done = (catch_up if arguments.missing else rebuild)(store, engine, progress, refuse)
        engine.close()
    if not arguments.quiet:
        print(f"{done:,} documents " + ("read for entities again" if arguments.entities else "made searchable"))
    return WRONG if refused else OK


def _eval(arguments: argparse.Namespace) -> int:
    from searchsvc.evaluation import EVALUATIONS, evaluate

    if arguments.name not in EVALUATIONS:
        raise BadRequest(f"there is no evaluation {arguments.name}: {', '.join(EVALUATIONS)}")
    evaluate(arguments.name, arguments.data, sys.stdout, as_json=arguments.json)
    return OK


def _stats(arguments: argparse.Namespace) -> int:
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


if __name__ == "__main__":
    sys.exit(main())
