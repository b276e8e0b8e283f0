"""The example in ARCHITECTURE.md is what the tagger, the lexicons and the rules make of it."""

from __future__ import annotations

import re
from pathlib import Path

from searchsvc.entities import extractor

ARCHITECTURE = Path(__file__).parents[2] / "ARCHITECTURE.md"


def test_the_worked_example() -> None:
    told = ARCHITECTURE.read_text(encoding="utf-8")
    text = " ".join(re.search(r"Take this text:\n\n((?:> .*\n)+)", told)[1].replace("> ", "").split())  # type: ignore[index]
    assert text.startswith("Kenya and Chad")
    found = extractor("tagged").extract("", text)
    assert [e.key for e in found.people] == ["Chad Smith", "Brian Kemp"]
    assert [e.key for e in found.countries] == ["KE", "TD", "GB"]
    assert [e.key for e in found.organisations] == ["Bank of England", "Chase"]
