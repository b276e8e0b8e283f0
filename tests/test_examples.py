"""The examples: requests over the sample archive with their answers, which are golden tests and the README's text.

`UPDATE_EXAMPLES=1 scripts/test tests/test_examples.py` writes the answers anew, and the README's blocks with them.
"""

from __future__ import annotations

import json
import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from searchsvc.cli import main
from searchsvc.fields import FIELDS, FILTERED
from searchsvc.service import Service
from searchsvc.web.app import create_app
from searchsvc.web.params import PARAMETERS, Parameter

HERE = Path(__file__).parent
ROOT = HERE.parent
EXAMPLES = sorted((HERE / "examples").glob("*.json"))
UPDATE = bool(os.environ.get("UPDATE_EXAMPLES"))
#: What differs between two runs of one question.
VOLATILE = {"took_ms": 1.0, "generation": "000001", "request_id": "0" * 16}


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("sample")
    assert main(["index", str(HERE / "archive"), "--index", str(directory), "--quiet", "--workers", "0"]) == 0
    return directory


@pytest.fixture(scope="session")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive in which one man goes by four names, and two go by one."""
    directory = tmp_path_factory.mktemp("people")
    where = ["--index", str(directory), "--quiet"]
    assert main(["index", str(HERE / "people.jsonl"), *where, "--workers", "0"]) == 0
    assert main(["reconcile", *where]) == 0
    return directory


@pytest.fixture(scope="session")
def client(sample: Path) -> Iterator[FlaskClient]:
    service = Service(sample)
    yield create_app(service).test_client()
    service.close()


def settled(value: Any) -> Any:
    """The answer without what differs from run to run; scores to four digits."""
    if isinstance(value, dict):
        return {
            name: VOLATILE[name] if name in VOLATILE else round(each, 4) if name == "score" and each else settled(each)
            for name, each in value.items()
            if name != "location"
        }
    if isinstance(value, list):
        return [settled(each) for each in value]
    if isinstance(value, str):  # a cursor is one index's own
        return re.sub(r"\beyJ[\w-]{40,}", "eyJ…", value)
    return value


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_answer(path: Path, client: FlaskClient) -> None:
    example = json.loads(path.read_text(encoding="utf-8"))
    if "body" in example:
        response = client.post(example["request"], json=example["body"])
    else:
        response = client.get(example["request"])
    answer = {"status": response.status_code, "answer": settled(response.get_json())}
    if UPDATE:
        text = json.dumps({**example, **answer}, indent=1, ensure_ascii=False) + "\n"
        path.write_text(text, encoding="utf-8")
    else:
        assert answer == {"status": example["status"], "answer": example["answer"]}


_BLOCK = re.compile(r"<!-- made by: (.+?) -->\n(.*?)<!-- end -->", re.DOTALL)


def made(command: str, sample: Path, people: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What stands in a block of the README: an example's answer, the table of parameters, or a command's output."""
    if command.startswith("example "):
        example = json.loads((HERE / "examples" / f"{command.split()[1]}.json").read_text(encoding="utf-8"))
        answer = compact(without_links(example["answer"]))
        return f"```json\n{answer}\n```\n"
    if command == "parameters":
        rows = [row for row in PARAMETERS.values() if row.name not in FILTERS]
        lines = [f"| `{row.name}` | {row.meaning}{_choices(row)} |" for row in rows]
        return "\n".join(["| Parameter | Meaning |", "|---|---|", *lines]) + "\n"
    words = shlex.split(command)[1:]
    main([*words, "--index", str(people if words[0] == "reconcile" else sample)])
    shown = re.sub(r"\d+\.\d ms", "1.0 ms", capsys.readouterr().out)
    return f"```text\n{shown}```\n"


def compact(value: Any, indent: str = "") -> str:
    """JSON in which whatever fits stands on one line."""
    line = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(line) <= 110 or not isinstance(value, dict | list):
        return line
    inner = indent + " "
    if isinstance(value, dict):
        parts = [f"{inner}{json.dumps(name)}: {compact(each, inner)}" for name, each in value.items()]
        return "{\n" + ",\n".join(parts) + f"\n{indent}}}"
    return "[\n" + ",\n".join(inner + compact(each, inner) for each in value) + f"\n{indent}]"


#: Told in one sentence of the README and not in the table.
FILTERS = {f"{name}{suffix}" for name in FILTERED for suffix in ("", "__all", "__not")}


def _choices(row: Parameter) -> str:
    return f": {', '.join(row.allowed)}" if row.allowed and row.name not in ("highlight", "explain") else ""


def without_links(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_links(each) for name, each in value.items() if name not in ("links", "warnings")}
    if isinstance(value, list):
        return [without_links(each) for each in value]
    return value


def test_readme_names_every_field() -> None:
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    (told,) = re.findall(r"Fields: ([a-z_, ]+)\.", readme)
    assert told.split(", ") == [*FIELDS]
    (told,) = re.findall(r"Each of ((?:`[a-z_]+`,? )+)is a filter", readme)
    assert set(re.findall("[a-z_]+", told)) == set(FILTERED)


def test_readme_is_not_stale(
    sample: Path, people: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    blocks = list(_BLOCK.finditer(text))
    assert len(blocks) == 4
    fresh = text
    for block in blocks:
        command, shown = block.groups()
        now = made(command, sample, people, capsys)
        if UPDATE:
            fresh = fresh.replace(block.group(), f"<!-- made by: {command} -->\n{now}<!-- end -->")
        else:
            assert shown == now, f"the README's block made by `{command}` is stale: UPDATE_EXAMPLES=1 writes it anew"
    if UPDATE:
        readme.write_text(fresh, encoding="utf-8")
