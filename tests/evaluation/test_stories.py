"""Floors for the stories: what README and ARCHITECTURE say of precision and recall holds, on a part of the articles."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from searchsvc.evaluation import stories

DATA = Path(__file__).parents[3] / "shared" / "data"
FOLDERS = ("news-allsides", "reuters21578", "press-senate")


@pytest.mark.skipif(not all((DATA / name).is_dir() for name in FOLDERS), reason=f"{', '.join(FOLDERS)} not in {DATA}")
def test_floors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stories, "TIMED", 100)
    out = io.StringIO()
    report = stories.evaluate(DATA, out, articles=8000)
    assert report["precision"] >= 0.97
    assert report["recall"] >= 0.96
    assert report["share_of_index_time"] <= 0.15  # on a machine that does other work, too; alone it is half of that
    kinds = report["kinds"]
    assert all(kinds[kind]["joined"] / kinds[kind]["made"] >= 0.88 for kind in stories.COPIES)
    assert all(kinds[kind].get("joined", 0) / kinds[kind]["made"] <= 0.06 for kind in stories.STRANGERS)
    assert "precision" in out.getvalue()
    assert json.dumps(report)


def test_no_data(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        stories.evaluate(tmp_path, io.StringIO())
