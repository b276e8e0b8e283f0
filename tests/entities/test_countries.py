"""A country's word that means something else: towns, dishes, breeds, birds; cities that play and buttons of pages."""

from __future__ import annotations

import pytest

from searchsvc.entities import extractor
from searchsvc.entities.inference import inferred

EXTRACTOR = extractor()


@pytest.mark.parametrize(
    "text, codes",
    [
        ("A fire broke out in Peru, Indiana.", []),
        ("The storm passed Lebanon, Tenn., and Mexico, Mo., on Friday.", []),
        ("LEBANON, Pa. (AP) - A barn burnt down. Lebanon firemen came late.", []),
        ("The plant in Peru, Indiana, sells to Peruvian mines; Peru taxes it.", ["PE"]),
        ("He flew to Mexico, Texas and Arizona.", ["MX"]),
        ("Lebanon, Syria and Jordan agreed.", ["LB", "SY", "JO"]),
        ("The Irish setter slept beside two Siamese cats and a Great Dane.", []),
        ("She served Italian sausages, French pastries and Peruvian anchovies.", ["PE"]),
        ("Austria-Hungary lost, and the Falklands War was far away.", []),
        ("Laotian, Burmese and Khmer are spoken here.", []),
        ("Burmese and Laotian traders met.", ["MM", "LA"]),
        ("The Czechs met the Germans and two East Germans.", ["CZ", "DE", "DD"]),
        ("The Benin bronzes left for Benin.", ["BJ"]),
        ("Turkey prices rose before the feast, and turkeys were small.", []),
        ("Turkey will buy turkeys from Greece, its Turkish envoy said.", ["TR", "GR"]),
    ],
)
def test_countries_that_are_meant(text: str, codes: list[str]) -> None:
    assert [entity.key for entity in EXTRACTOR.extract("", text).countries] == codes


@pytest.mark.parametrize(
    "text, bodies",
    [
        ("Naples signed Pedro Ruiz from Juventus.", ["Naples", "Juventus"]),
        ("Ruiz hit two homers for Toronto in May.", ["Toronto"]),
        ("Ruiz flew home to Toronto in May.", []),
        ("The Nikkei closed at 18,000. Tokyo's Nikkei fell.", []),
        ("Nikkei said on Monday that it had bought it.", ["Nihon Keizai Shimbun"]),
        ("Click here to subscribe. Share on Facebook.", []),
        ("Facebook said that a post on Facebook was deleted.", ["Facebook"]),
    ],
)
def test_cities_that_play_and_buttons(text: str, bodies: list[str]) -> None:
    assert [entity.label for entity in EXTRACTOR.extract("", text).organisations] == bodies


@pytest.mark.parametrize(
    "text, bodies",
    [
        ("The shop in Columbia, S.C., closed, the NRSC said.", ["National Republican Senatorial Committee"]),
        ("Write to news@VEXMAR.COM or see Facebook.com/Vexmar today.", []),
        ("Human rights group Liberty sued MI5.", ["Liberty", "MI5"]),
        ("ICE said that it had freed the two men.", ["Immigration and Customs Enforcement"]),
        ("The Ninth Circuit Court of Appeals agreed.", ["U.S. Court of Appeals for the Ninth Circuit"]),
    ],
)
def test_what_is_no_body(text: str, bodies: list[str]) -> None:
    assert [entity.label for entity in EXTRACTOR.extract("", text).organisations] == bodies


def test_a_forms_list_of_countries_is_none() -> None:
    form = (
        "Country Bulgaria Burundi Cambodia Cape Verde Faeroe Islands Fiji Finland France Lao People's Republic Latvia "
        "Mauritius Niue Norfolk Island Norway Oman Palau Samoa San Marino Togo Submit"
    )
    found = EXTRACTOR.extract("", f"Sign up here.\n{form}\nShe flew to Norway.")
    assert [entity.key for entity in found.countries] == ["NO"]
    assert not found.organisations


def test_a_long_list_in_a_sentence_counts() -> None:
    names = "Fiji Chad Mali Togo Oman Peru Cuba Iran Iraq Niger Ghana Benin".split()
    assert len(EXTRACTOR.extract("", f"Envoys came from {' and '.join(names)}.").countries) == len(names)


@pytest.mark.parametrize(
    "text, places",
    [
        (
            "Voters in Manchester, N.H., and in Alexandria, Virginia, waited.",
            [("US", "Manchester"), ("US", "Alexandria")],
        ),
        ("He left Valletta (Malta) for Manchester.", [("MT", "Valletta"), ("GB", "Manchester")]),
        ("Peter Bergen wrote it. Bergen was in Bergen last week.", [("NO", "Bergen")]),
        ("It spoke of the Paris attacks.", [("FR", "Paris")]),
        ("He feels the Bern and flew to Bern.", [("CH", "Bern")]),
        ("A fire in Odessa, Texas, and one in Odessa.", [("US", "Odessa"), ("UA", "Odessa")]),
    ],
)
def test_where_cities_lie(text: str, places: list[tuple[str, str]]) -> None:
    assert [(match.code, text[match.start : match.end]) for match in inferred(text)] == places
