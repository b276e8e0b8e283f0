"""What the document pass makes of a tagger's answers: a made-up tagger says what each word is, sentence by sentence."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from told import Told, read

from searchsvc.entities.tagged import TaggedExtractor
from searchsvc.entities.tagging import LABELS


def test_what_the_tagger_is_sure_of_is_taken() -> None:
    assert read("Kaz Orlu joined Vexmar.", PER="Kaz Orlu", ORG="Vexmar") == (["Kaz Orlu"], [], ["Vexmar"])


def test_what_it_is_not_sure_of_is_left() -> None:
    assert read("Reports name Vexmar and Orlu.", PER="Orlu=0.4", ORG="Vexmar=0.5") == ([], [], [])


def test_a_body_by_its_shape_needs_the_tagger_half_sure() -> None:
    assert read("The Vexmar Institute closed.", ORG="Vexmar=0.6 Institute=0.6")[2] == ["Vexmar Institute"]
    assert read("The Vexmar Institute closed.")[2] == []


class Torn(Told):
    """Of the second sentence's last but one word it says something else than everywhere."""

    def __init__(self, words: Mapping[str, tuple[str, float]], other: str) -> None:
        super().__init__(words)
        self.other = other

    def posteriors(self, sentences: Sequence[Sequence[str]]) -> list[NDArray[np.float32]]:
        rows = super().posteriors(sentences)
        rows[1][-2] = 0
        rows[1][-2, 1 + 2 * LABELS.index(self.other)] = 0.6
        rows[1][-2, 1 + 2 * LABELS.index("ORG")] += 0.4
        return rows


def test_the_occurrences_of_a_name_vote() -> None:
    told = TaggedExtractor(Torn({"Vexmar": ("ORG", 0.99)}, "LOC"))
    found = told.extract("", "We saw Vexmar. He left Vexmar. It is Vexmar.")
    assert [(entity.label, len(entity.mentions)) for entity in found.organisations] == [("Vexmar", 3)]


def test_a_surname_is_its_bearer_though_the_tagger_sees_a_body() -> None:
    told = TaggedExtractor(Torn({"Kaz": ("PER", 0.99), "Orlu": ("PER", 0.99)}, "ORG"))
    found = told.extract("", "Kaz Orlu ran. They heard Orlu. It is late.")
    assert [(entity.label, len(entity.mentions)) for entity in found.people] == [("Kaz Orlu", 2)]
    assert not found.organisations


def test_two_people_of_one_name_are_parted() -> None:
    assert read("Modi and Netanyahu walked.", PER="Modi and Netanyahu")[0] == ["Narendra Modi", "Benjamin Netanyahu"]


def test_a_list_of_bodies_is_parted_where_one_is_known() -> None:
    assert read("Oxfam and Vexmar left.", ORG="Oxfam and Vexmar")[2] == ["Oxfam", "Vexmar"]


def test_titles_stay_outside() -> None:
    assert read("General Kaz Orlu spoke.", PER="General Kaz Orlu")[0] == ["Kaz Orlu"]
    assert read("Kenyan Kaz Orlu spoke.", PER="Kenyan Kaz Orlu") == (["Kaz Orlu"], ["KE"], [])


def test_a_country_is_no_person_and_no_body() -> None:
    assert read("Chad voted, and Zaire wept.", PER="Chad", ORG="Zaire") == ([], ["TD", "CD"], [])


def test_a_country_in_a_person_or_a_place_is_none() -> None:
    assert read("Kaz Jordan saw Jordan River.", PER="Kaz Jordan", LOC="River") == (["Kaz Jordan"], [], [])
    assert read("We swam in Panama Creek.", LOC="Panama Creek") == ([], [], [])
    assert read("Storms hit Southern Chad.", LOC="Southern Chad") == ([], ["TD"], [])


def test_a_language_is_no_country() -> None:
    assert read("It was printed in Danish by hand.", MISC="Danish")[1] == []
    assert read("It was printed by Danish hands.", NORP="Danish")[1] == ["DK"]


@pytest.mark.parametrize("line", ["By Kaz Orlu", "BY KAZ ORLU", "Author: Kaz Orlu"])
def test_who_wrote_it_is_not_whom_it_is_about(line: str) -> None:
    text = f"{line}\nRain fell on the hills today."
    assert read(text, PER="Kaz Orlu KAZ ORLU")[0] == []
    assert read("Rain fell today. (Reporting by Kaz Orlu)", PER="Kaz Orlu")[0] == []
    assert read("It was told by Kaz Orlu on the hills.", PER="Kaz Orlu")[0] == ["Kaz Orlu"]


def test_a_platform_is_no_body_where_one_writes_on_it() -> None:
    assert read("She wrote so on Facebook.", MISC="Facebook")[2] == []
    assert read("A judge fined Facebook.")[2] == ["Facebook"]


def test_a_seat_may_be_a_building() -> None:
    assert read("They stood outside the White House.", FAC="White House")[2] == []
    assert read("The White House said so.", ORG="White House")[2] == ["White House"]


def test_ships_and_storms_are_no_people() -> None:
    assert read("The USS Kaz Orlu sailed.", PER="Kaz Orlu") == ([], [], [])


def test_a_storm_keeps_its_bare_name_unless_somebody_bears_it() -> None:
    text = "Cyclone Kaz hit Mali. Kaz killed nine."
    assert read(text, PER="Kaz")[0] == []
    assert read(text + " Kaz Orlu fled.", PER="Kaz Orlu")[0] == ["Kaz Orlu"]


@pytest.mark.parametrize(
    "text",
    [
        "The carrier Kaz Orlu sailed.",
        "The film Kaz Orlu opened.",
        "She has Orlu's disease.",
        "They quote Orlu's Law.",
        "We saw it. Photo: Kaz Orlu/Vexmar Images",
        "We saw it. (Kaz Orlu/Vexmar)",
        "We saw it. VEXMAR PHOTO / Kaz Orlu",
        "We saw the Orlu family.",
    ],
)
def test_what_is_named_after_somebody_is_nobody(text: str) -> None:
    assert read(text, PER="Kaz Orlu")[0] == []


def test_a_letter_carrier_is_somebody() -> None:
    assert read("The letter carrier Kaz Orlu ran.", PER="Kaz Orlu")[0] == ["Kaz Orlu"]


def test_nicknames_between_the_names() -> None:
    assert read('Kaz "The Rock" Orlu ran.', PER="Kaz Orlu")[0] == ['Kaz "The Rock" Orlu']


def test_small_words_within_a_name() -> None:
    assert read("We met Kaz ap Orlu.", PER="Kaz ap Orlu")[0] == ["Kaz ap Orlu"]


def test_what_somebody_is_known_as_is_his() -> None:
    found = TaggedExtractor(Told({"Kaz": ("PER", 0.9), "Orlu": ("PER", 0.9), "Vexmar": ("ORG", 0.9)}))
    entities = found.extract("", "Kaz Orlu, known as Vexmar, ran.")
    assert [(e.label, e.aliases) for e in entities.people] == [("Kaz Orlu", ("Vexmar",))]
    assert not entities.organisations


@pytest.mark.parametrize("before", ["DG", "IGP", "H E", "LEBA"])
def test_offices_by_their_letters_stay_outside(before: str) -> None:
    assert read(f"They met {before} John Orlu Kaz.", PER=f"{before} John Orlu Kaz")[0] == ["John Orlu Kaz"]


def test_the_place_of_an_office_stays_outside() -> None:
    assert read("The Archbishop of Perth John Kaz Orlu ran.", PER="Perth John Kaz Orlu")[0] == ["John Kaz Orlu"]


def test_the_police_of_a_place_are_a_body_whole() -> None:
    assert read("Then Leeds police came.", ORG="Leeds police")[2] == ["Leeds police"]


def test_bodies_in_capitals_are_known() -> None:
    assert read("He told REUTERS so.")[2] == ["Reuters"]


def test_initials_stay_inside() -> None:
    assert read("They met JK Orlu.", PER="JK Orlu")[0] == ["JK Orlu"]


def test_a_surname_with_its_particle_is_no_second_person() -> None:
    text = "Kaz de la Orlu ran; de la Orlu fell."
    assert read(text, PER="Kaz de la Orlu")[0] == ["Kaz de la Orlu"]


def test_father_and_son() -> None:
    text = "Kaz Orlu Jr. ran; his father, Kaz Orlu Sr., fell."
    assert read(text, PER="Kaz Orlu Jr. Sr.")[0] == ["Kaz Orlu Jr.", "Kaz Orlu Sr."]


def test_a_pope_keeps_his_title() -> None:
    assert read("Pope Kaz spoke.", PER="Pope Kaz")[0] == ["Pope Kaz"]


def test_a_nationality_behind_a_title_is_a_given_name() -> None:
    assert read("Rep. French Orlu spoke.", PER="French Orlu") == (["French Orlu"], [], [])


def test_codes_of_countries_behind_names() -> None:
    text = "1. Kaz Orlu (KEN) 2:04\n2. Vex Marra (ETH) 2:05"
    assert read(text, PER="Kaz Orlu Vex Marra", ORG="ETH") == (["Kaz Orlu", "Vex Marra"], ["KE", "ET"], [])
    assert read("We met Kaz Orlu (NED) there.", PER="Kaz Orlu", ORG="NED") == (["Kaz Orlu"], [], ["NED"])


def test_codes_of_parties_behind_names() -> None:
    text = "Kaz Orlu (Lab) 1,044; Vex Marra (Green) 117"
    assert read(text, PER="Kaz Orlu Vex Marra") == (["Kaz Orlu", "Vex Marra"], [], ["Labour Party", "Green Party"])


@pytest.mark.parametrize(
    "text, clubs",
    [
        ("Leeds drew with Lille in the cup.", ["Leeds", "Lille"]),
        ("Berlin signed Kaz Orlu from Lille after the match.", ["Berlin", "Lille"]),
        ("In the league: Leeds 2 Berlin 0", ["Leeds", "Berlin"]),
        ("It was warm: Leeds 12, Berlin 20.", []),
        ("They lost in Berlin in the cup.", []),
        ("France drew with Chad in the cup.", []),
    ],
)
def test_cities_that_play_are_clubs(text: str, clubs: list[str]) -> None:
    assert read(text, PER="Kaz Orlu")[2] == clubs


@pytest.mark.parametrize(
    "text, people, bodies",
    [
        ("Leeds 1 (Orlu 12) Lille 2 (Marra 78, Ruz 90+1)", ["Orlu", "Marra", "Ruz"], ["Leeds", "Lille"]),
        ("Wards: Bristol 7 (Green 3, Lab 2, KOM 1)", [], []),
        ("It sold 7 (Vexmar 12,000).", [], ["Vexmar"]),
    ],
)
def test_who_scored_is_somebody(text: str, people: list[str], bodies: list[str]) -> None:
    found = read(text, ORG="Orlu Marra Vexmar")
    assert (found[0], found[2]) == (people, bodies)


@pytest.mark.parametrize(
    "text, key",
    [
        ("Kaz Widgets Inc. paid.", "Kaz Widgets"),
        ("Kaz Widgets, Inc., paid.", "Kaz Widgets"),
        ("Orlu paid Kaz Widgets Ltd.", "Kaz Widgets"),
        ("Kaz Widgets paid.", "Kaz Widgets"),
        ("Kaz Widgets Corporation paid.", "Kaz Widgets Corporation"),
        ("Gap Inc. paid.", "Gap Inc."),
    ],
)
def test_a_firm_is_counted_without_its_legal_form(text: str, key: str) -> None:
    found = TaggedExtractor(Told({"Kaz": ("ORG", 0.99), "Widgets": ("ORG", 0.99)})).extract("", text)
    assert [body.key for body in found.organisations] == [key]


@pytest.mark.parametrize(
    "text, bodies",
    [
        ("Shares of Hugo Boss and Ralph Lauren fell.", ["Hugo Boss AG", "Ralph Lauren Corporation"]),
        ("Ralph Lauren, 84, sat down.", []),
        ("Charles Schwab said it would wait.", ["Charles Schwab Corporation"]),
        ("Ford Motor Co. paid. Ford said so.", ["Ford Motor"]),
        ("The Times of India printed it.", ["Times of India"]),
        ("The Labour Minister left.", []),
    ],
)
def test_firms_and_their_founders(text: str, bodies: list[str]) -> None:
    assert read(text, PER="Ford=0.9 Ralph Lauren")[2] == bodies


def test_a_later_mention_by_one_word_of_a_body() -> None:
    assert read("Vexmar Energy and Vexmar fell.", ORG="Vexmar Energy")[2] == ["Vexmar Energy"]
    assert read("Vexmar Memorial Hospital sued; a nurse at Vexmar wept.", ORG="Vexmar Memorial Hospital")[2] == [
        "Vexmar Memorial Hospital"
    ]
    assert read("Kaz Raiders won; the Raiders sang.", ORG="Kaz Raiders")[2] == ["Kaz Raiders"]


def test_an_acronym_of_ordinary_words_is_no_body() -> None:
    assert read("A value-driven growth plan (VGP) failed; VGP is dead.", ORG="VGP")[2] == []
    assert read("The village growth commission (VGC) met.", ORG="VGC")[2] == ["VGC"]


def test_a_body_with_its_acronym_bare_behind_it() -> None:
    assert read("The Kaz Orlu Movement KOM met.", ORG="Kaz Orlu Movement KOM")[2] == ["Kaz Orlu Movement", "KOM"]


def test_a_kind_of_body_alone_is_none() -> None:
    assert read("The University closed.", ORG="University")[2] == []


def test_where_a_firm_sits_says_that_it_is_one() -> None:
    assert read("A Leeds-based Vexmar fell.", ORG="Vexmar=0.55")[2] == ["Vexmar"]


@pytest.mark.parametrize(
    "text, codes",
    [
        ("Storms hit towns in Peru, Illinois, and in Cuba, Missouri.", []),
        ("Trade with Mexico, Texas and Arizona fell.", ["MX"]),
        ("It cost 40 million US dollars, or US $40 million.", []),
        ("TURKEY DINNER FOR ALL", []),
    ],
)
def test_countries_that_are_none(text: str, codes: list[str]) -> None:
    assert read(text)[1] == codes


def test_a_body_and_a_person_in_one_are_parted() -> None:
    people, _, bodies = read("The World Economic Forum John Orlu met.", PER="World Economic Forum John Orlu")
    assert (people, bodies) == (["John Orlu"], ["World Economic Forum"])


def test_a_headline_in_title_case_says_nothing_by_its_capitals() -> None:
    found = read("Kaz Orlu spoke.", title="Orlu Sees Red Hot Summer", PER="Kaz Orlu Red Hot Summer")
    assert found == (["Kaz Orlu"], [], [])


class Anything(Told):
    """Takes every word for a name of its own, of each label in turn."""

    def _of(self, sentence: Sequence[str]) -> NDArray[np.float32]:
        rows = np.zeros((len(sentence), 1 + 2 * len(LABELS)), np.float32)
        rows[range(len(sentence)), [1 + 2 * (i % len(LABELS)) for i in range(len(sentence))]] = 1
        return rows


@pytest.mark.parametrize("unit", ["John Smith ", "Photo by A B. ", "Modi and Netanyahu ", '"A" '])
def test_hostile_text_takes_time_in_proportion(unit: str) -> None:
    extract = TaggedExtractor(Anything({})).extract

    def seconds(length: int) -> float:
        text = (unit * (length // len(unit) + 1))[:length]
        start = time.process_time()
        extract("", text)
        return time.process_time() - start

    short = min(seconds(20_000) for _ in range(2))
    # Eight times as long may take some twenty times as long; a quadratic rule takes sixty-four times.
    assert seconds(160_000) < 24 * short + 0.25


def test_version_names_the_model() -> None:
    assert TaggedExtractor(Told({})).version.endswith("+told")


def test_a_suffix_that_stands_apart_belongs_to_the_name() -> None:
    assert read("We met Kaz Orlu Jr. there.", PER="Kaz Jr.")[0] == ["Kaz Orlu Jr."]


def test_who_stands_in_a_list_of_people_is_one() -> None:
    told = TaggedExtractor(Told({"Kaz": ("PER", 0.9), "Bex": ("PER", 0.52), "Orlu": ("PER", 0.9)}))
    assert [p.label for p in told.extract("", "We met Kaz, Bex and Orlu there.").people] == ["Kaz", "Bex", "Orlu"]
    assert [p.label for p in told.extract("", "We met Kaz. Bex was here and Orlu there.").people] == ["Kaz", "Orlu"]
