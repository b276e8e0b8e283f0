"""Are title, date, byline and story told apart in plain text, and in the newswire's SGML?"""

from __future__ import annotations

from pathlib import Path

import pytest

from searchsvc.archives import READERS, Options, Record
from searchsvc.article import Article, Location


def article(text: str, reader: str = "Plain text") -> Article:
    found = READERS[reader].article(Record(Location("some.txt"), text.encode()), Options())
    assert isinstance(found, Article)
    return found


REPOST = """Thursday, May 5, 2016

Harbour bridge 'will open in June'

begin quote from:
The long-delayed bridge over the harbour “will open in June,” the mayor said on Wednesday. Engineers are …


Harbour bridge 'will open in June'

The long-delayed bridge over the harbour “will open in June,” the mayor said on Wednesday.
Engineers are still testing the deck, which swayed in the storms of last winter.
Home owners nearby complained of noise.

Posted by Somebody at 2:05 PM
Labels: bridges, harbour
Email This BlogThis! Share to Twitter Share to Facebook

No comments:

Post a Comment

Newer Post Older Post Home
Subscribe to: Post Comments (Atom)
"""


def test_repost() -> None:
    found = article(REPOST)
    assert found.title == "Harbour bridge 'will open in June'"
    assert found.published.at == "2016-05-05"
    assert found.published.precision == "day"
    assert found.published.source == "text"
    assert found.byline == ()
    assert found.tags == ("bridges", "harbour")
    paragraphs = found.text.split("\n\n")
    assert [text.split()[0] for text in paragraphs] == ["The", "Engineers", "Home"]
    assert paragraphs[-1] == "Home owners nearby complained of noise."


def test_a_lead_that_is_not_said_again_stays() -> None:
    found = article(REPOST.replace("The long-delayed bridge over", "Nobody knows when the bridge over", 1))
    assert found.text.startswith("Nobody knows when")


@pytest.mark.parametrize(
    "text, title, at, byline, body",
    [
        ("A title\nBy Ann Lee\n28 April 2016\n\nOne.\n\nTwo.", "A title", "2016-04-28", ("Ann Lee",), "One.\n\nTwo."),
        ("A title\n\nBy Ann Lee | April 28, 2016\n\nOne.", "A title", "2016-04-28", ("Ann Lee",), "One."),
        ("A title\n\nOne thing.\n\nTwo things.", "A title", "", (), "One thing.\n\nTwo things."),
        ("28/04/2016\nA title\n\nOne.", "A title", "2016-04-28", (), "One."),
        ("A title\n05/04/2016\n\nOne.", "A title", "", (), "One."),
        ("A title\nUpdated 29 April 2016\nPublished 28 April 2016\n\nOne.", "A title", "2016-04-28", (), "One."),
        ("A title\nApril 2016\n\nOne.", "A title", "2016-04", (), "One."),
        ("Title: A title\nDate: April 28, 2016\nBy: Ann Lee\n\nOne.", "A title", "2016-04-28", ("Ann Lee",), "One."),
        ("HEADLINE: A title\nBY: Ann Lee\n\nOne.", "A title", "", ("Ann Lee",), "One."),
        ("---\ntitle: A title\ndate: 2016-04-28\n---\n\nOne.", "A title", "2016-04-28", (), "One."),
        ("Title: A title\n\nNews: all is well.", "A title", "", (), "News: all is well."),
        ("Update: all is well\n\nOne.", "Update: all is well", "", (), "One."),
        ("A title\n\nOn April 28, 2016 nothing happened.", "A title", "", (), "On April 28, 2016 nothing happened."),
        ("A title\n\nOne.\n\nA title\n\nTwo.", "A title", "", (), "One.\n\nTwo."),
        ("A title only", "A title only", "", (), ""),
        ("One sentence, and no title at all.", "", "", (), "One sentence, and no title at all."),
        ("A title\r\n\r\nOne.\r\n", "A title", "", (), "One."),
        ("# A title\n\nOne.", "A title", "", (), "One."),
        (
            "A title\n\nThis line was wrapped by hand at about sixty-five\ncharacters, as mail used to be, and goes on"
            "\nin the next one.\n\nTwo.",
            "A title", "", (),
            "This line was wrapped by hand at about sixty-five characters, as mail used to be, and goes on in the next"
            " one.\n\nTwo.",
        ),
    ],
)  # fmt: skip
def test_text(text: str, title: str, at: str, byline: tuple[str, ...], body: str) -> None:
    found = article(text)
    assert (found.title, found.published.at, found.byline, found.text) == (title, at, byline, body)


def test_headers() -> None:
    found = article(
        "Title: A\nUrl: https://a.example/1\nSource: The A\nSection: World\nTags: x, y\nLanguage: English\n\nB."
    )
    assert (found.url, found.source, found.section) == ("https://a.example/1", "The A", "World")
    assert (found.tags, found.language, found.text) == (("x", "y"), "en", "B.")


def test_sgml() -> None:
    found = article((Path(__file__).parent / "faults/truncated.sgm").read_text().split("</REUTERS>")[0], "Reuters SGML")
    assert found.title == "FIRST"
    assert found.text == "OSLO, Feb 26 - One thing happened in a place.\n\nAnother did not."
    assert (found.archive_id, found.source, found.language) == ("1", "Reuters", "en")
    assert (found.published.at, found.published.source) == ("1987-02-26", "archive")


@pytest.mark.parametrize(
    "date, at",
    [
        ("26-FEB-1987 15:01:01.79", "1987-02-26"),
        (" 3-MAR-1987  09:15:05.40", "1987-03-03"),
        ("27-MAR-1987 00:02:59.13RM", "1987-03-27"),
        ("27-MAR-1987 03:32:07.72&#5;&#5;&#5;G C", "1987-03-27"),
        ("31-MAR-1987 605:12:19.12", "1987-03-31"),
        ("9-APR-1987 00:00:00.00    # date added as guesswork", ""),
    ],
)
def test_sgml_dates(date: str, at: str) -> None:
    assert article(f"<REUTERS><DATE>{date}</DATE><TEXT></TEXT></REUTERS>", "Reuters SGML").published.at == at


def test_sgml_parts() -> None:
    found = article(
        "<REUTERS NEWID='1' NEWID=\"7\"><TOPICS><D>cocoa</D><D>tea</D></TOPICS><PLACES><D>usa</D></PLACES>"
        '<TEXT TYPE="UNPROC">&#2;\nALL &lt;OF&gt; IT\n    Second &amp; last\n Reuter\n&#3;<AUTHOR>By Ann Lee, Reuters'
        "</AUTHOR></TEXT></REUTERS>",
        "Reuters SGML",
    )
    assert (found.title, found.text, found.tags) == ("", "ALL <OF> IT\n\nSecond & last", ("cocoa", "tea"))
