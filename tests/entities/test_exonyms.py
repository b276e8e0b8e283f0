"""Countries in other languages, and those that cities lie in."""

from __future__ import annotations

import pytest

from searchsvc.entities import extractor
from searchsvc.entities.exonyms import LANGUAGES, exonyms, language
from searchsvc.entities.inference import inferred

TEXTS: list[tuple[str, str, str]] = [
    ("de", "Der russische Minister hat in Wien mit den Deutschen über die Vereinigten Staaten gesprochen.", "RU DE US"),
    ("fr", "Le ministre français est en Arabie saoudite pour une rencontre sur les États-Unis.", "FR SA US"),
    ("es", "El ministro dijo que las relaciones de España con los Estados Unidos son buenas.", "ES US"),
    ("pt", "O ministro disse que a Rússia e os brasileiros não foram à Alemanha para a reunião.", "RU BR DE"),
    ("it", "Il ministro ha detto che la Germania e gli inglesi non sono nel gruppo con la Corea del Nord.", "DE GB KP"),
    ("nl", "De Nederlandse minister is in Turkije voor een gesprek met het bestuur van Zuid-Afrika.", "NL TR ZA"),
    ("ru", "Президент России встретился с министром Украины и обсудил с ним немецкие поставки в Китай.", "RU UA DE CN"),
    ("ar", "التقى وزير الخارجية المصري نظيره في القاهرة لبحث الأوضاع بسوريا واليمن", "EG SY YE"),
]  # fmt: skip


@pytest.mark.parametrize("code, text, countries", TEXTS, ids=LANGUAGES)
def test_countries_of_a_text(code: str, text: str, countries: str) -> None:
    assert language(text) == code
    assert [match.code for match in exonyms(text, code)] == countries.split()
    found = extractor("tagged").extract("", text)
    assert {entity.key for entity in found.countries} == set(countries.split())


def test_english_is_told_from_others() -> None:
    assert language("The minister said that he was in Vienna for talks with the others.") == "en"
    assert language("Kerry. Lavrov. Obama.") == ""


@pytest.mark.parametrize(
    "code, text, countries",
    [
        ("fr", "L'Italie, l’Allemagne et le roi d'Espagne", "IT DE ES"),
        ("it", "il governo dell'Egitto", "EG"),
        ("de", "Polens Regierung", "PL"),
        ("pt", "aos Emirados Árabes Unidos", "AE"),
        ("ar", "إن الولايات المتحدة لم تحضر", "US"),
    ],
)
def test_what_is_written_in_one_word_with_a_country(code: str, text: str, countries: str) -> None:
    found = exonyms(text, code)
    assert [match.code for match in found] == countries.split()
    assert not any(text[match.start : match.end][1:2] in "'’" for match in found)


def test_a_form_is_a_whole_word() -> None:
    assert not exonyms("Der Norden ist kalt, und Russland-Kenner Bracht hat ein Türkeibuch.", "de")[1:]


@pytest.mark.parametrize(
    "text, cities",
    [
        ("Police in Nairobi and Ho Chi Minh City met.", "Nairobi=KE Ho Chi Minh City=VN"),
        ("Paris Hilton left London Breed.", ""),
        ("New London and East Berlin are no London.", "London=GB"),
        ("Kenya voted.", ""),
    ],
)
def test_inferred(text: str, cities: str) -> None:
    assert " ".join(f"{text[m.start : m.end]}={m.code}" for m in inferred(text)) == cities


def test_particles_of_names_make_no_other_language() -> None:
    assert language("Leonardo DiCaprio and Robert De Niro star; De Niro is 80.") == "en"
