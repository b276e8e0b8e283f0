"""What was asked for on the command line? Arguments in, the command run, its exit code out.

What each command does is in `commands`.

Exit codes: 0 done, 1 something was rejected or found wrong, 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from searchsvc import __version__, commands
from searchsvc.commands import INTERRUPTED, OK, USAGE, WRONG
from searchsvc.errors import BadRequest, SearchsvcError
from searchsvc.fields import FILTERED

Run = Callable[[argparse.Namespace], int]


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
            print(f"  {arguments.query.strip()}\n  {' ' * error.position}^", file=sys.stderr)
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
    kinds = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, run: Run, text: str, example: str) -> argparse.ArgumentParser:
        made = kinds.add_parser(
            name, help=text, description=text[0].upper() + text[1:] + ".", epilog=f"example:\n  {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )  # fmt: skip
        made.set_defaults(run=run)
        return made

    index = command(
        "index", commands.index, "read archives into the index; again changes nothing, changed articles are replaced",
        "searchsvc index pages/ wire.jsonl.gz 'dump/*.sgm' --rejects rejects.jsonl",
    )  # fmt: skip
    _archives(index)
    _where(index)
    index.add_argument("--rejects", metavar="FILE", help="write every rejected record there, a JSON object a line")
    index.add_argument("--quiet", action="store_true", help="no progress, only the report")

    extract = command(
        "extract",
        commands.extract,
        "write the documents of archives as JSON Lines, which `index` loads without extracting",
        "searchsvc extract pages/ -o documents.jsonl && searchsvc index documents.jsonl",
    )
    _archives(extract)
    extract.add_argument("-o", "--output", metavar="FILE", help="write there and not to standard output")

    serve = command(
        "serve", commands.serve, "serve the index over HTTP: the API and the search page", "searchsvc serve --port 8000"
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
        "search", commands.search, "ask the index",
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
        "reconcile", commands.reconcile,
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
    reconcile.add_argument("--json", action="store_true", help="the list as JSON, a line each; of a run its report")
    reconcile.add_argument("--quiet", action="store_true", help="print nothing but the list")

    check = command(
        "check", commands.check, "walk the store and the index and tell what is wrong", "searchsvc check --index index"
    )
    _where(check)

    rebuild = command(
        "rebuild",
        commands.rebuild,
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
    rebuild.add_argument(
        "--extractor", metavar="NAME", help="with --entities: what finds them, as at `index` (that of `index`)"
    )
    rebuild.add_argument(
        "--workers", type=_number(0, 256), metavar="N",
        help="with --entities: processes that look for them; one a core if left out",
    )  # fmt: skip
    rebuild.add_argument("--quiet", action="store_true", help="print nothing when all is well")

    evaluate = command(
        "eval",
        commands.evaluate,
        "measure how right the answers are on labelled sets, beside peers where these are installed",
        "searchsvc eval extraction --data ../shared/data",
    )
    evaluate.add_argument("name", metavar="NAME", help="entities, extraction, quotes, ranking or stories")
    evaluate.add_argument("--data", metavar="DIR", type=Path, required=True, help="the folder that holds the sets")
    evaluate.add_argument("--json", action="store_true", help="as a JSON object")

    stats = command("stats", commands.stats, "tell what the index holds", "searchsvc stats")
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
    parser.add_argument(
        "--include", action="append", default=[], metavar="KIND",
        help="of a blog's export take pages, drafts or comments beside the published posts, repeat",
    )  # fmt: skip
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


if __name__ == "__main__":
    sys.exit(main())
