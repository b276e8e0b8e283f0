"""Every file of the shared archives through `searchsvc index`, with exact accounting.

The counts were checked by hand where they were first met, at the readers: tests/archives says what each rejection is.
`taken` are articles, new or met again (test feeds share their addresses).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from searchsvc.cli import main

DATA = Path(__file__).parents[2] / "shared" / "data"

#: Folder or file, articles taken, rejections by code.
COUNTS: list[tuple[str, int, dict[str, int]]] = [
    ("feeds-feedparser", 581, {"no_entries": 906, "no_article": 634, "truncated": 10, "unknown_format": 1}),
    ("export-wxr", 58, {}),
    ("export-blogger", 37, {}),
    ("warc", 25, {"bad_length": 4, "bad_http": 1, "truncated": 1, "bad_digest": 1}),
    ("newswire-iptc", 36, {"not_an_article": 56, "no_article": 7}),
    ("newswire-superdesk", 83, {"not_an_article": 12, "canceled": 2, "no_article": 1}),
    ("time/TIME.ALL.gz", 423, {}),
    ("extraction-scrapinghub/html", 91, {}),
    ("extraction-newspaper4k/html", 31, {"no_article": 1}),
]  # fmt: skip


@pytest.mark.parametrize("name, taken, rejected", COUNTS, ids=[row[0] for row in COUNTS])
def test_counts(
    name: str, taken: int, rejected: dict[str, int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if not (DATA / name).exists():
        pytest.skip(f"the shared archives are not in {DATA}")
    rejects = tmp_path / "rejects.jsonl"
    command = ["index", str(DATA / name), "--index", str(tmp_path / "ix"), "--quiet", "--rejects", str(rejects)]
    assert main(command) == (1 if rejected else 0)
    told = re.search(r"([\d,]+) read = ([\d,]+) indexed.*? \+ ([\d,]+) unchanged \+ ([\d,]+) ", capsys.readouterr().out)
    assert told
    read, indexed, unchanged, refused = (int(number.replace(",", "")) for number in told.groups())
    assert read == indexed + unchanged + refused
    assert indexed + unchanged == taken
    assert Counter(json.loads(line)["code"] for line in rejects.read_text().splitlines()) == rejected
