"""A country's word that means something else: towns, dishes, breeds, birds; cities that play and buttons of pages."""

from __future__ import annotations

import pytest

from searchsvc.entities import extractor

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
        ("Click here to subscribe. Share on Facebook.", []),
        ("Facebook said that a post on Facebook was deleted.", ["Facebook"]),
    ],
)
def test_cities_that_play_and_buttons(text: str, bodies: list[str]) -> None:
    assert [entity.label for entity in EXTRACTOR.extract("", text).organisations] == bodies
