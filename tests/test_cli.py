"""The command line as a user meets it: exit codes, reports, the round trip of extract, the same answer as the API."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from searchsvc import progress
from searchsvc.cli import main
from searchsvc.service import Service
from searchsvc.web.app import create_app

ARCHIVE = Path(__file__).parent / "archive"
SEED = Path(__file__).parents[2] / "shared" / "data" / "seed"
COMMANDS = ("index", "extract", "serve", "search", "reconcile", "check", "rebuild", "eval", "stats")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main([command, "--help"])
    assert exit_.value.code == 0
    assert f"example:\n  searchsvc {command}" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["index"],
        ["nonsense"],
        ["search", "(a", "--index", "{index}"],
        ["search", "x", "--sort", "upwards", "--index", "{index}"],
        ["search", "x", "--facet", "nonsense", "--index", "{index}"],
        ["index", "{archive}", "--map", "text", "--index", "{index}"],
        ["index", "{archive}", "--include", "menus", "--index", "{index}"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_2(arguments: list[str], indexed: Path) -> None:
    arguments = [a.format(index=indexed, archive=ARCHIVE) for a in arguments]
    try:
        code = main(arguments)
    except SystemExit as exit_:
        code = exit_.code
    assert code == 2


def test_a_fault_of_the_query_is_pointed_at(indexed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "  river (vote", "--index", str(indexed)]) == 2
    message, query, caret = capsys.readouterr().err.splitlines()
    assert "never closed" in message
    assert query[caret.index("^")] == "("


@pytest.mark.parametrize(
    "arguments, named",
    [
        (["rebuild", "--extractor", "rules"], "--extractor goes with --entities"),
        (["rebuild", "--missing", "--extractor", "rules"], "--extractor goes with --entities"),
        (["rebuild", "--workers", "0"], "--workers goes with --entities"),
        (["reconcile", "--undo", "--json"], "--json goes with a run or --list"),
        (["search", "x", "--fields", "title"], "--fields goes with --json"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_would_be_ignored_is_refused(
    arguments: list[str], named: str, indexed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, "--index", str(indexed)]) == 2
    assert named in capsys.readouterr().err


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    index = tmp_path_factory.mktemp("cli") / "index"
    assert main(["index", str(ARCHIVE), "--index", str(index), "--quiet"]) == 0
    return index


def test_index_again_changes_nothing(indexed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = Service(indexed)
    generation = before.engine.generation
    before.close()
    assert main(["index", str(ARCHIVE), "--index", str(indexed)]) == 0
    assert "68 read = 0 indexed + 68 unchanged + 0 rejected" in capsys.readouterr().out
    after = Service(indexed)
    assert after.engine.generation == generation
    after.close()


def test_a_changed_article_is_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive, index = tmp_path / "a.jsonl", tmp_path / "index"
    lines = [{"id": n, "title": f"Number {n}", "text": "The old words.", "source": "Gazette"} for n in range(3)]
    archive.write_text("\n".join(map(json.dumps, lines)))
    assert main(["index", str(archive), "--index", str(index)]) == 0
    lines[1]["text"] = "Quite different ones."
    archive.write_text("\n".join(map(json.dumps, lines)))
    assert main(["index", str(archive), "--index", str(index)]) == 0
    assert "3 read = 1 indexed (1 of them replaced an earlier version) + 2 unchanged" in capsys.readouterr().out
    for query, total in (("old", 2), ("different", 1), ("", 3)):
        assert main(["search", query, "--json", "--index", str(index)]) == 0
        assert json.loads(capsys.readouterr().out)["total"] == total


def test_every_rejection_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "archive"
    folder.mkdir()
    good = json.dumps({"title": "Good", "text": "This one is right."})
    (folder / "a.jsonl").write_text(f'{good}\n{{"title": broken\n{good[:-1]}, "id": 7}}\n{{"colour": "red"}}\n')
    (folder / "b.bin").write_bytes(bytes(range(256)) * 8)
    (folder / "c.jsonl.gz").write_bytes(gzip.compress(f'{good}\n{good[:-1]}, "id": 9}}\n'.encode() * 500)[:-30])
    rejects = tmp_path / "rejects.jsonl"
    code = main(["index", str(folder), "missing.jsonl", "--index", str(tmp_path / "ix"), "--rejects", str(rejects)])
    assert code == 1
    out = capsys.readouterr().out
    read, indexed, unchanged, rejected = map(
        int,
        re.search(r"([\d,]+) read = (\d+) indexed.* \+ (\d+) unchanged \+ (\d+) rejected", out).groups(),  # type: ignore[union-attr]
    )
    assert read == indexed + unchanged + rejected
    found = [json.loads(line) for line in rejects.read_text().splitlines()]
    assert len(found) == rejected
    assert {(Path(r["path"]).name, r["code"]) for r in found} == {
        ("a.jsonl", "bad_json"), ("a.jsonl", "no_fields"), ("b.bin", "unknown_format"),
        ("c.jsonl.gz", "truncated_gzip"), ("missing.jsonl", "no_such_file"),
    }  # fmt: skip
    bad = next(r for r in found if r["code"] == "bad_json")
    assert (bad["record"], bad["offset"]) == (2, len(good) + 1)
    for reject in found:
        assert reject["reason"]
        assert Path(reject["path"]).name in out


def test_what_is_passed_over_is_counted_by_kind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "archive"
    folder.mkdir()
    posts = "".join(
        f"<item><title>{kind} {n}</title><wp:post_type>{kind}</wp:post_type></item>"
        for kind, count in (("post", 2), ("news", 4), ("page", 3), ("a\x1b[31m", 1), ("b", 1), ("c", 1), ("d", 1))
        for n in range(count)
    )
    head = '<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Gazette</title>'
    (folder / "export.xml").write_text(f"{head}{posts}</channel></rss>")
    (folder / "style.css").write_text("p { color: red }")
    assert main(["index", str(folder), "--index", str(tmp_path / "ix")]) == 0
    out = capsys.readouterr().out
    assert "2 read = 2 indexed + 0 unchanged + 0 rejected" in out
    assert "12 passed over, which are no articles: WordPress news 4, WordPress page 3, " in out
    assert "others 2\n" in out


def test_names_out_of_archives_do_not_steer_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "archive"
    folder.mkdir()
    (folder / "a\x1b[31m\n.bin").write_bytes(bytes(range(256)) * 8)
    assert main(["index", str(folder), "--index", str(tmp_path / "ix"), "--quiet"]) == 1
    out = capsys.readouterr().out
    assert "archive/a\ufffd[31m\ufffd.bin" in out
    assert "\x1b" not in out


def test_extract_then_index_is_index(indexed: Path, tmp_path: Path) -> None:
    documents, index = tmp_path / "documents.jsonl", tmp_path / "index"
    assert main(["extract", str(ARCHIVE), "-o", str(documents)]) == 0
    lines = [json.loads(line) for line in documents.read_text(encoding="utf-8").splitlines()]
    assert len(lines) == 68
    for line in lines:
        for name in ("people", "countries", "organisations"):
            for entity in line[name]:
                forms = {line["text"][start:end] for start, end in entity["mentions"]}
                forms |= {line["title"][start:end] for start, end in entity["title_mentions"]}
                assert forms
    assert main(["index", str(documents), "--index", str(index), "--quiet"]) == 0
    direct, loaded = Service(indexed), Service(index)
    ids = [line["id"] for line in lines]
    assert direct.store.get(ids) == loaded.store.get(ids)
    direct.close()
    loaded.close()


def test_extract_to_a_pipe(tmp_path: Path) -> None:
    command = f"{sys.executable} -m searchsvc.cli extract {ARCHIVE / 'wire.jsonl'} | head -1"
    run = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False)
    assert json.loads(run.stdout)["format"] == "searchsvc/1"
    assert "Traceback" not in run.stderr


def test_standard_input(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "searchsvc.cli", "index", "-", "--index", str(tmp_path / "ix")]
    text = json.dumps({"title": "From a pipe", "text": "Read without a file."})
    run = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert (run.returncode, "1 read = 1 indexed" in run.stdout) == (0, True), run.stderr


def test_search_json_is_the_api_answer(indexed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["search", "syria", "--countries", "Russia", "--facet", "people:3", "--json", "--index", str(indexed)])
        == 0
    )
    told = json.loads(capsys.readouterr().out)
    service = Service(indexed)
    asked = create_app(service).test_client().get("/api/v1/search?q=syria&countries=Russia&facet=people:3").get_json()
    service.close()
    for answer in (told, asked):
        del answer["took_ms"]
    assert told == asked


def test_search_shows_hits_and_facets(indexed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", '"climate agreement"', "--page-size", "2", "--index", str(indexed)]) == 0
    out = capsys.readouterr().out
    assert "[climate] [agreement]" in out
    assert re.search(r"^people:\n   .*\d", out, re.MULTILINE)
    assert "\x1b" not in out


def test_index_chosen_by_the_environment(
    indexed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SEARCHSVC_INDEX", str(indexed))
    assert main(["stats", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["documents"] == 68


def test_no_index_says_how_to_make_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("search", "check", "stats", "rebuild"):
        assert main([command, "--index", str(tmp_path / "none")]) == 1
        assert "searchsvc index PATH" in capsys.readouterr().err


def test_check_and_rebuild(indexed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    index = tmp_path / "index"
    shutil.copytree(indexed, index)
    assert main(["check", "--index", str(index)]) == 0
    assert re.search(r"68 documents, generation \d{6}: all is well", capsys.readouterr().out)
    current = index / "generations" / (index / "generations" / "CURRENT").read_text().strip()
    victim = next(current.glob("*.postings"))
    data = bytearray(victim.read_bytes())
    data[len(data) // 2] ^= 1
    victim.write_bytes(data)
    assert main(["check", "--index", str(index)]) == 1
    assert "is not what was written" in capsys.readouterr().out
    assert main(["rebuild", "--index", str(index), "--quiet"]) == 0
    assert main(["check", "--index", str(index)]) == 0


@pytest.mark.skipif(not SEED.exists(), reason=f"the seed page is not in {SEED}")
def test_the_seed_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["index", str(SEED), "--index", str(tmp_path), "--quiet"]) == 0
    service = Service(tmp_path)
    ((_, document),) = service.store.after(0, 2)
    service.close()
    article = document.article
    assert article.title == "US-Russia cooperation in Syria 'hangs by a thread'"
    assert (article.published.at, article.published.precision) == ("2016-04-28", "day")
    assert article.text.startswith("Just two months after the United States and Russia joined together")
    assert article.text.count("Just two months after") == 1
    assert "begin quote from" not in article.text
    assert "No comments" not in article.text
    assert {"Staffan de Mistura", "Bashar Assad", "John Kerry", "Sergey Lavrov", "Barack Obama"} <= {
        entity.label for entity in document.entities.people
    }
    assert {"SY", "RU", "US"} <= {entity.key for entity in document.entities.countries}
    assert {"United Nations", "Arab League", "European Union"} <= {e.label for e in document.entities.organisations}


def test_a_damaged_article_is_set_aside_and_comes_back(
    indexed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    index = tmp_path / "index"
    shutil.copytree(indexed, index)
    connection = sqlite3.connect(index / "articles.db")
    connection.execute("UPDATE documents SET body=x'00112233' WHERE seq=11")
    connection.commit()
    connection.close()
    assert main(["search", "--page-size", "100", "--index", str(index)]) == 0  # the others are found all the same
    assert main(["check", "--index", str(index)]) == 1
    assert "index their archives again" in capsys.readouterr().err
    assert main(["rebuild", "--index", str(index)]) == 1
    assert "was damaged and is set aside" in capsys.readouterr().err
    assert main(["check", "--index", str(index)]) == 0
    assert main(["index", str(ARCHIVE), "--index", str(index)]) == 0
    assert "68 read = 1 indexed + 67 unchanged" in capsys.readouterr().out
    assert main(["check", "--index", str(index)]) == 0


def test_nothing_to_open_is_no_empty_answer(indexed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    index = tmp_path / "index"
    shutil.copytree(indexed, index)
    shutil.rmtree(index / "generations")
    assert main(["search", "paris", "--index", str(index)]) == 1
    assert "68 articles are stored and none can be searched" in capsys.readouterr().err
    assert main(["check", "--index", str(index)]) == 1
    service = Service(index)
    client = create_app(service).test_client()
    for path in ("/api/v1/search?q=paris", "/search?q=paris", "/readyz"):
        response = client.get(path)
        assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    service.close()


def test_what_is_read_is_not_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive = tmp_path / "mine.jsonl"
    archive.write_text('{"title": "Mine", "text": "And dear to me."}\n')
    before = archive.read_bytes()
    assert main(["index", str(archive), "--rejects", str(archive), "--index", str(tmp_path / "ix")]) == 2
    assert main(["extract", str(archive), "-o", str(archive)]) == 2
    assert archive.read_bytes() == before
    assert "is one of the archives to be read" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments, code",
    [
        (["serve", "--port", "99999"], 2),
        (["serve", "--processes", "0"], 2),
        (["serve", "--processes", "many"], 2),
        (["serve", "--cache", "-1"], 2),
        (["index", "x", "--workers", "-3"], 2),
        (["index", "x", "--map", "titel=headline"], 2),
        (["index", str(ARCHIVE / "wire.jsonl"), "--rejects", "/no/such/folder/x"], 1),
        (["extract", str(ARCHIVE / "wire.jsonl"), "-o", "/no/such/folder/x"], 1),
    ],
    ids=lambda value: " ".join(value[2:]) if isinstance(value, list) else str(value),
)
def test_mistakes_are_told(arguments: list[str], code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = [] if arguments[0] == "extract" else ["--index", str(tmp_path / "ix")]
    try:
        found = main([*arguments, *where])
    except SystemExit as exit_:
        found = int(str(exit_.code))
    assert found == code
    assert capsys.readouterr().err


def test_an_index_that_is_a_file_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "ix").write_text("no folder")
    assert main(["index", str(ARCHIVE / "wire.jsonl"), "--index", str(tmp_path / "ix")]) == 1
    assert "ix" in capsys.readouterr().err


def test_a_facet_whose_values_were_not_all_counted_is_printed() -> None:
    value = {"value": "x", "label": "x", "count": 1}
    answer = {
        "total": 1, "page": 1, "page_size": 20, "pages": 1, "took_ms": 1.0, "warnings": [], "results": [],
        "query": {"q": "", "count": "articles"}, "next_cursor": None,
        "facets": {"people": {"values": [value], "distinct": None}},
    }  # fmt: skip
    assert "x 1  …" in progress.found(answer, colour=False)
    stats = {
        "documents": 1, "not_searchable_yet": 0, "first_date": None, "last_date": None, "without_date": 1,
        "generation": "1", "bytes": {"store": 1, "index": 1}, "damaged": {},
        "fields": {"people": {"distinct": None, "missing": 0, "top": [value]}},
    }  # fmt: skip
    assert "people: many values" in progress.stats_text(stats)
