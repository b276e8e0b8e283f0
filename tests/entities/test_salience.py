"""What is an article about, and what does it only mention?"""

from __future__ import annotations

import pytest

from searchsvc.document import Entities
from searchsvc.entities import extractor
from searchsvc.entities.salience import salient

EXTRACTOR = extractor("rules")
FILLER = "The weather was mild and the crowd patient, as it is in most years at this time of the season. " * 4


def about(title: str, text: str) -> set[str]:
    return salient(EXTRACTOR.extract(title, text), title, text)


@pytest.mark.parametrize(
    "title, text, expected",
    [
        ("Kerry flies to Kenya", "He landed. " + FILLER + "John Kerry spoke. He will see Ghana.", {"John Kerry", "KE"}),
        ("", "A French farmer sued. " + FILLER + "A judge in Spain will hear him.", {"FR"}),
        ("", "Angela Merkel met John Kerry. " + FILLER + "Merkel smiled.", {"Angela Merkel"}),
        ("", FILLER + "Ghana voted. Ghana counted. Ghana waited. Togo watched. Ghana slept.", {"GH"}),
        ("", FILLER + "Ghana voted. Togo watched.", set()),
        ("", "GENEVA (Reuters) - Talks stalled. " + FILLER + "He told Reuters so.", set()),
        ("Reuters cuts jobs", "Reuters will cut jobs. " + FILLER, {"Reuters"}),
        ("", "", set()),
    ],
)  # fmt: skip
def test_salient(title: str, text: str, expected: set[str]) -> None:
    assert about(title, text) == expected


def test_often_is_beside_the_others_of_its_kind() -> None:
    text = FILLER + "Togo lost. " * 4 + "Ghana won. " * 20
    assert about("", text) == {"GH"}
    assert about("", FILLER + "Togo lost. " * 4 + "Ghana won. " * 5) == {"GH", "TG"}


def test_a_headline_repeated_by_the_text_is_no_second_mention() -> None:
    title = "A note on weights"
    text = f"{title}\nAngela Merkel wrote it. {FILLER}Merkel smiled."
    assert about(title, text) == {"Angela Merkel"}
    text = "Angela Merkel here\n" + FILLER
    assert "Angela Merkel" not in salient(EXTRACTOR.extract("", text), "Angela Merkel here", text)


def test_it_chooses_among_the_entities_only() -> None:
    assert salient(Entities(), "Kerry in Kenya", "Kerry is in Kenya.") == set()
