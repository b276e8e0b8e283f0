"""Are the lexicons what the extractor relies on: small, commented, without doubles, every code a country's?"""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import pytest

from searchsvc.entities.lexicon import ORGANISATIONS, lexicon, rows

FILES = sorted(Path(str(resources.files("searchsvc.entities").joinpath("lexicons"))).glob("*.tsv"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_file_says_where_it_comes_from(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# ")
    rows = [line for line in lines if line and not line.startswith("#")]
    assert len(rows) == len(set(rows))


def test_they_are_small() -> None:
    assert sum(path.stat().st_size for path in FILES) < 1_000_000


def test_codes() -> None:
    lex = lexicon()
    assert len(lex.countries) > 245
    assert all(re.fullmatch("[A-Z]{2}", code) for code in lex.countries)
    assert len(set(lex.countries.values())) == len(lex.countries)
    assert lex.countries["GB"] == "United Kingdom"
    assert {"SU", "YU", "CS", "DD", "XK"} <= set(lex.countries)


@pytest.mark.parametrize("name", ORGANISATIONS)
def test_organisations_have_countries(name: str) -> None:
    lex = lexicon()
    table = list(rows(name))
    assert len(table) > 500
    assert all(row[2] in ("", "+") and (not row[3] or row[3] in lex.countries) for row in table)


def test_cities_and_exonyms_have_codes() -> None:
    lex = lexicon()
    cities = list(rows("cities.tsv"))
    assert len(cities) > 1000
    assert {row[1] for row in cities} <= set(lex.countries)
    assert {row[0] for row in rows("exonyms.tsv")} <= set(lex.countries)
    assert len(list(rows("states.tsv"))) == 51


def test_every_organ_of_a_state_is_an_organisation() -> None:
    lex = lexicon()
    assert lex.organs <= lex.organisations


def test_towns_and_styles_have_words_of_countries() -> None:
    lex = lexicon()
    names = {
        phrase for rows_ in lex.index.values() for phrase, entry in rows_ if entry.kind in ("country", "adjective")
    }
    towns = list(rows("towns.tsv"))
    codes = {row[1] for row in rows("states.tsv")}
    assert {row[0] for row in towns} <= names | {"Georgia"}
    assert all(len(place) > 2 or place in codes for row in towns for place in row[1].split("|"))
    styles = [row[0] for row in rows("styles.tsv")]
    assert len(set(styles) - names) < 6  # Scotch, Siamese
    assert len(styles) == len(set(styles))
