"""Under which name does an article's person or body stand, and which capitalised words are nobody's name? With the
shipped tagger, on made-up passages."""

from __future__ import annotations

import pytest

from searchsvc.entities import extractor
from searchsvc.entities.bylines import bylines

Found = tuple[list[str], list[str]]


@pytest.fixture(scope="module")
def read():  # type: ignore[no-untyped-def]
    extract = extractor().extract

    def found(text: str, title: str = "") -> Found:
        entities = extract(title, text)
        return [e.label for e in entities.people], [e.label for e in entities.organisations]

    return found


@pytest.mark.parametrize(
    "text, people",
    [
        ("President Trump Donald John TrumpGOP senators balk at trial MORE said so.", ["Donald Trump"]),
        ("Counsel Robert Mueller Robert (Bob) Swan MuellerSpeier says no MORE spoke.", ["Robert Mueller"]),
        ("Rep. Jane Orlow Jane Mary OrlowHouse votes on tax MORE agreed. Orlow left.", ["Jane Orlow"]),
        (
            "Sen. Mitch McConnell and Betsy DeVos met Roy MacArthur.",
            ["Mitch McConnell", "Betsy DeVos", "Roy MacArthur"],
        ),
    ],
)
def test_words_run_together(read, text: str, people: list[str]) -> None:  # type: ignore[no-untyped-def]
    assert read(text)[0] == people


@pytest.mark.parametrize(
    "text, people",
    [
        ("House Speaker John A. Boehner spoke; Mr. Boehner left.", ["John Boehner"]),
        ("Film star Michael B. Jordan spoke.", ["Michael B. Jordan"]),
        ("The faithful cheered as Pope Francis spoke in Rome.", ["Pope Francis"]),
        ("South Korean President Moon Jae-in spoke in Seoul.", ["Moon Jae-in"]),
        ("It was signed under President Clinton in 1996, in Washington, by Congress.", ["Bill Clinton"]),
        ("The Republican challenger to Nevada Sen. Dean Heller lost.", ["Dean Heller"]),
        (
            "Republicans in Congress say that Warren and Sanders want to tax Americans.",
            ["Elizabeth Warren", "Bernie Sanders"],
        ),
        ("The village shop in Devon is run by Warren and his wife.", ["Warren"]),
    ],
)
def test_the_name_that_a_person_goes_by(read, text: str, people: list[str]) -> None:  # type: ignore[no-untyped-def]
    assert read(text)[0] == people


@pytest.mark.parametrize(
    "text, bodies",
    [
        ("Copyright The Washington Times, LLC. Click here for reprint permission.", ["Washington Times"]),
        ("Senate Democrats and House Republicans met Republican donors.", ["United States Senate"]),
        ("White House Press Secretary Ann Doe spoke for the White House.", ["White House"]),
        ("The Obama Justice Department sued in an American court.", ["Department of Justice"]),
        ("A super PAC gave millions to the U.S. campaign, the Republican said.", []),
        ("The GOP-led panel voted in Washington.", ["Republican Party"]),
        ("The World Economic\nForum opened, and the WEF closed.", ["World Economic Forum"]),
        ("The N.S.A. spied on Americans.", ["National Security Agency"]),
        ("Conservatives such as the American judge cheered.", []),
        ("Labour and the Conservatives lost seats in Britain.", ["Labour Party", "Conservative Party"]),
        ("It was reported by the New York Times. The Times said that it stood by it.", ["New York Times"]),
        (
            "Members of the Senate Judiciary Committee met. The Judiciary Committee voted, as Americans watched.",
            ["Senate Judiciary Committee"],
        ),
        (
            "The House Judiciary Committee and the Senate Judiciary Committee met. The Judiciary Committee voted.",
            ["House Judiciary Committee", "Senate Judiciary Committee", "Judiciary Committee"],
        ),
        (
            "Democrats hope for the Texas Senate race, GOP leaders in Washington say.",
            ["United States Senate", "Republican Party"],
        ),
    ],
)
def test_the_name_that_a_body_goes_by(read, text: str, bodies: list[str]) -> None:  # type: ignore[no-untyped-def]
    assert read(text)[1] == bodies


def test_who_took_the_picture_and_who_helped_are_no_subjects(read) -> None:  # type: ignore[no-untyped-def]
    text = (
        "Crowds in Lagos on Monday. REUTERS/Ayo Benson/File Photo\n\n(Jane Orlow/Getty Images) The mayor, Femi Cole, "
        "spoke.\n\nThe price rose, said Ann Doe. The Daily Post's Max Ray and Lee Moss contributed to this report."
    )
    assert read(text)[0] == ["Femi Cole", "Ann Doe"]


def test_credits_are_found_in_linear_time() -> None:
    assert bylines("Aa/" * 20_000 + "Ab " * 20_000 + " via " + "contributed to this report " * 2_000)


@pytest.mark.parametrize(
    "text, title, people, bodies",
    [
        ("The dividend rises, it said.", "HOMESTEAD UPS PAYOUT AFTER RATE CUT", [], []),
        ("Moody's said that it lowered the debt.", "", [], ["Moody's"]),
        (
            "Shares of Bally Manufacturing Corp fell. In New York, Bally said that it would sue.",
            "",
            [],
            ["Bally Manufacturing Corp"],
        ),
        (
            "Senators Bill Frist R TN and Lamar Alexander R TN applauded the U S Department of Homeland Security.\n"
            "Contact: Anna Ferrer, 202/224-5344",
            "",
            ["Bill Frist", "Lamar Alexander"],
            ["Department of Homeland Security"],
        ),
        ("The former Texas Supreme Court Justice John Orlow spoke.", "", ["John Orlow"], ["Texas Supreme Court"]),
        ("He served in the Bush Administration.", "", [], []),
    ],
)
def test_wires_and_press_releases(  # type: ignore[no-untyped-def]
    read, text: str, title: str, people: list[str], bodies: list[str]
) -> None:
    assert read(text, title) == (people, bodies)


def test_a_state_in_capitals_is_no_island() -> None:
    found = extractor().extract("", "Geraldo is not the only one who is eying a NEW JERSEY SENATE SEAT, his aides say.")
    assert found.countries == ()
