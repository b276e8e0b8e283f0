"""Every article of the shared news archives, with exact accounting.

The quick test cuts, parses and validates all 42,646 records; `--whole` indexes them and compares answers with an
oracle, which takes some minutes.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from searchsvc.analysis import term, tokens
from searchsvc.archives import READERS, Options, Rejection, archive_records, find_files
from searchsvc.article import Article
from searchsvc.document import stable_id, validated
from searchsvc.errors import BadRecord
from searchsvc.query import FacetRequest, Query
from searchsvc.service import Service

DATA = Path(__file__).parents[2] / "shared" / "data"
PATHS = [str(DATA / name) for name in ("seed", "news-allsides", "reuters21578/sgm")]
pytestmark = pytest.mark.skipif(
    not all(Path(path).exists() for path in PATHS), reason=f"the shared news archives are not in {DATA}"
)

READ, REPLACED = 42_646, 6
#: 1,216 have no text; one of these has no title either and is rejected.
TITLE_ONLY = 1_215


def test_every_record_is_accounted_for() -> None:
    options = Options(map={}, source="")
    read, ids, rejected, title_only, titles = 0, set(), Counter[str](), 0, 0
    for path in find_files(PATHS):
        if not isinstance(path, str):
            continue  # a README passed over
        for item in archive_records(path, options):
            read += 1
            assert not isinstance(item, Rejection), item
            name, record = item
            try:
                made = READERS[name].article(record, options)
                assert isinstance(made, Article)
                article = validated(made)
            except BadRecord as error:
                rejected[error.code] += 1
                continue
            title_only += not article.text
            titles += bool(article.title)
            ids.add(stable_id(article))
    assert read == READ
    assert rejected == {"empty_article": 1}
    assert title_only == TITLE_ONLY
    assert len(ids) == READ - 1 - REPLACED


def test_the_whole_run(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    if not pytestconfig.getoption("--whole"):
        pytest.skip("takes some minutes: --whole runs it")
    rejects = tmp_path / "rejects.jsonl"
    command = [sys.executable, "-m", "searchsvc.cli", "index", *PATHS, "--index", str(tmp_path / "ix"), "--quiet"]
    run = subprocess.run([*command, "--rejects", str(rejects)], capture_output=True, text=True, check=False)
    assert run.returncode == 1, run.stderr  # one was rejected
    replaced = f"{REPLACED} of them replaced an earlier version"
    assert f"{READ:,} read = {READ - 1:,} indexed ({replaced}) + 0 unchanged + 1 rejected" in run.stdout
    (reject,) = map(json.loads, rejects.read_text().splitlines())
    assert reject["code"] == "empty_article"
    again = subprocess.run(command, capture_output=True, text=True, check=False)
    assert f"{READ:,} read = 0 indexed + {READ - 1:,} unchanged + 1 rejected" in again.stdout
    service = Service(tmp_path / "ix")
    documents = [document for _, document in service.store.after(0, READ)]
    assert len(documents) == READ - 1 - REPLACED
    for word in ("ceasefire", "cocoa", "filibuster", "Lavrov"):
        wanted = term(word)
        text_of = [(d, f"{d.article.title}\n\n{d.article.text}") for d in documents]
        likely = re.compile(wanted[:3], re.IGNORECASE)
        hits = [d for d, text in text_of if likely.search(text) and any(t.term == wanted for t in tokens(text))]
        facets = tuple(FacetRequest(name, 50) for name in ("people", "countries", "organisations"))
        results = service.engine.search(Query(word, facets=facets))
        assert results.total == len(hits)
        for name, facet in results.facets.items():
            counts = Counter(entity.key for d in hits for entity in getattr(d.entities, name))
            assert {b.value: b.count for b in facet.buckets} == {b.value: counts[b.value] for b in facet.buckets}
            assert [b.count for b in facet.buckets] == sorted(counts.values(), reverse=True)[:50]
        months = Counter(d.article.published.at[:7] for d in hits if len(d.article.published.at) >= 7)
        timeline = service.engine.timeline(Query(word), "month")
        assert {p.label: p.count for p in timeline.periods if p.count} == months
    service.close()
