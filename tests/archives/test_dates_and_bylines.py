"""What moment and which names does a string give? One line a case."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.archives.bylines import names
from searchsvc.archives.dates import dates_in, only_date, published
from searchsvc.archives.fieldnames import field_of, language_code

TODAY = date(2026, 1, 15)


@pytest.mark.parametrize(
    "raw, at, precision",
    [
        ("2016-04-28", "2016-04-28", "day"),
        ("2016/4/8", "2016-04-08", "day"),
        ("20160428", "2016-04-28", "day"),
        ("2016-04", "2016-04", "month"),
        ("2016", "2016", "year"),
        ("April 2016", "2016-04", "month"),
        ("28 April 2016", "2016-04-28", "day"),
        ("28th of April, 2016", "2016-04-28", "day"),
        ("April 28, 2016", "2016-04-28", "day"),
        ("Apr. 28, 2016", "2016-04-28", "day"),
        ("April 28th 2016", "2016-04-28", "day"),
        ("Thursday, April 28, 2016", "2016-04-28", "day"),
        ("Thursday 28 April 2016", "2016-04-28", "day"),
        ("Published: Thursday, April 28, 2016", "2016-04-28", "day"),
        ("Published on 28 April 2016", "2016-04-28", "day"),
        ("Updated April 28, 2016", "2016-04-28", "day"),
        ("APRIL 28, 2016", "2016-04-28", "day"),
        ("28-Apr-2016", "2016-04-28", "day"),
        ("26-FEB-1987 15:01:01.79", "1987-02-26", "day"),
        ("28/04/2016", "2016-04-28", "day"),
        ("04/28/2016", "2016-04-28", "day"),
        ("04/04/2016", "2016-04-04", "day"),
        ("28.04.2016", "2016-04-28", "day"),
        ("05.04.2016, 14:05 Uhr", "2016-04-05", "day"),
        ("05/04/2016", "", ""),
        ("9/6/17", "", ""),
        ("12/29/17", "", ""),
        # times
        ("2016-04-28T14:05:09Z", "2016-04-28T14:05:09Z", "second"),
        ("2016-04-28T14:05Z", "2016-04-28T14:05:00Z", "minute"),
        ("2016-04-28T14:05:09.123+0000", "2016-04-28T14:05:09Z", "second"),
        ("2016-04-28T14:05:09+02:00", "2016-04-28T14:05:09+02:00", "second"),
        ("2016-04-28T23:05:00-04:00", "2016-04-28T23:05:00-04:00", "second"),
        ("2016-04-28 14:05:09 UTC", "2016-04-28T14:05:09Z", "second"),
        ("2016-04-28T14:05:09", "2016-04-28", "day"),
        ("2016-04-28 14:05", "2016-04-28", "day"),
        ("2016-04-28T00:00:00+02:00", "2016-04-28", "day"),
        ("2016-04-28T00:00:00Z", "2016-04-28", "day"),
        ("Thu, 28 Apr 2016 14:05:09 +0000", "2016-04-28T14:05:09Z", "second"),
        ("Thu, 28 Apr 2016 14:05:09 GMT", "2016-04-28T14:05:09Z", "second"),
        ("Thu, 28 Apr 2016 10:05:09 EDT", "2016-04-28T10:05:09-04:00", "second"),
        ("April 28, 2016 at 2:05 p.m. EDT", "2016-04-28T14:05:00-04:00", "minute"),
        ("April 28, 2016 2:05 PM", "2016-04-28", "day"),
        ("2:05 p.m. EDT, April 28, 2016", "2016-04-28T14:05:00-04:00", "minute"),
        ("April 28, 2016 2:05 PM ET", "2016-04-28", "day"),
        (1461852309, "2016-04-28T14:05:09Z", "second"),
        (1461852309000, "2016-04-28T14:05:09Z", "second"),
        (1461852309.5, "2016-04-28T14:05:09Z", "second"),
        ("1461852309", "2016-04-28T14:05:09Z", "second"),
        (2016, "2016", "year"),
        (20160428, "2016-04-28", "day"),
        # other languages
        ("28. April 2016", "2016-04-28", "day"),
        ("Donnerstag, 28. April 2016", "2016-04-28", "day"),
        ("6. Mai 2014", "2014-05-06", "day"),
        ("1er août 2016", "2016-08-01", "day"),
        ("Publié le 28 décembre 2016", "2016-12-28", "day"),
        ("28 de abril de 2016", "2016-04-28", "day"),
        ("jueves, 28 de abril de 2016", "2016-04-28", "day"),
        ("28 de março de 2016", "2016-03-28", "day"),
        ("28 aprile 2016", "2016-04-28", "day"),
        ("28 maart 2016", "2016-03-28", "day"),
        ("28 kwietnia 2016", "2016-04-28", "day"),
        ("28 апреля 2016", "2016-04-28", "day"),
        ("3 października 2016", "2016-10-03", "day"),
        # no date
        ("", "", ""),
        (None, "", ""),
        (True, "", ""),
        ("0001-11-30", "", ""),
        ("1599-12-31", "", ""),
        ("1600-01-01", "1600-01-01", "day"),
        ("2016-13-01", "", ""),
        ("2016-02-30", "", ""),
        ("30 February 2016", "", ""),
        ("2026-01-16", "2026-01-16", "day"),
        ("2026-01-17", "", ""),
        ("2050-09-30", "", ""),
        ("yesterday", "", ""),
        ("On April 28, 2016 the minister said", "", ""),
        ("The April 28, 2016 edition", "", ""),
        ("28 Foo 2016", "", ""),
        ("May", "", ""),
        (7, "", ""),
        (float("nan"), "", ""),
        (float("inf"), "", ""),
        (10**30, "", ""),
        (10**400, "", ""),
        ("9" * 5000, "", ""),
        ("x" * 100_000, "", ""),
    ],
)
def test_published(raw: object, at: str, precision: str) -> None:
    found = published(raw, "archive", today=TODAY)
    assert (found.at, found.precision) == (at, precision)
    assert found.source == ("archive" if at else "")


@pytest.mark.parametrize("day_first, at", [(True, "2016-04-05"), (False, "2016-05-04"), (None, "")])
def test_order_of_day_and_month_as_told(day_first: bool | None, at: str) -> None:
    assert published("05/04/2016", "text", day_first=day_first, today=TODAY).at == at


@pytest.mark.parametrize(
    "line, only",
    [
        ("Nov. 19, 2019, 8:41 AM UTC", True),
        ("November 20, 2019 - 11:28 AMT", True),
        ("20 November", True),
        ("28.04.2016 | 14:05 Uhr", True),
        ("sexta-feira, 22 de outubro de 2010 às 20:13", True),
        ("Thursday, April 28th, 2016", True),
        ("2016", False),
        ("April", False),
        ("Act 1", False),
        ("Round 2 of 12", False),
        ("Games on 20 November", False),
        ("", False),
    ],
)
def test_only_date(line: str, only: bool) -> None:
    assert only_date(line) == only


@given(st.one_of(st.text(max_size=60), st.floats(), st.integers()))
def test_published_never_raises(raw: object) -> None:
    published(raw, "archive", today=TODAY)


@pytest.mark.parametrize(
    "raw, expected",
    [
        ("Ann Lee", ["Ann Lee"]),
        ("By Ann Lee", ["Ann Lee"]),
        ("BY ANN LEE", ["ANN LEE"]),
        ("By Ann Lee and Bo Chen", ["Ann Lee", "Bo Chen"]),
        ("By Ann Lee, Bo Chen and Cy Day", ["Ann Lee", "Bo Chen", "Cy Day"]),
        ("Ann Lee; Bo Chen", ["Ann Lee", "Bo Chen"]),
        ("Ann Lee, Staff Writer", ["Ann Lee"]),
        ("Ann Lee, Associated Press", ["Ann Lee", "Associated Press"]),
        ("Ann Lee in Berlin", ["Ann Lee"]),
        ("Ann Lee for The Guardian", ["Ann Lee"]),
        ("Bob Smith, Jr.", ["Bob Smith, Jr."]),
        ("Lee, Ann", ["Ann Lee"]),
        ('Guy Benson, "Cortney OBrien"', ["Guy Benson", "Cortney OBrien"]),
        ("Posted by Ann Lee", ["Ann Lee"]),
        ("Von Anna Müller", ["Anna Müller"]),
        ("Text: Ann Lee", ["Ann Lee"]),
        ("Lars von Trier", ["Lars von Trier"]),
        ("Alfredo Di Stéfano", ["Alfredo Di Stéfano"]),
        ("Di Stéfano", ["Di Stéfano"]),
        ("Andrew Anderson", ["Andrew Anderson"]),
        ("Byron York", ["Byron York"]),
        ("Staff", []),
        ("Staff Writer", []),
        ("Min Read", []),
        ("https://example.com/ann", []),
        ("ann@example.com", []),
        ("April 28, 2016", []),
        ("", []),
        (["Ann Lee", "By Bo Chen", "Ann Lee"], ["Ann Lee", "Bo Chen"]),
    ],
)
def test_names(raw: str | list[str], expected: list[str]) -> None:
    assert list(names(raw)) == expected


@pytest.mark.parametrize(
    "line, days",
    [
        ("Stars (1 / 1) 06.11.2023 13:30 von Olga", ["2023-11-06"]),
        ("Ann Lee3.11.2023", ["2023-11-03"]),
        ("23.09.22", ["2022-09-23"]),
        ("Veröffentlicht am 5. November 2023, 14:09 / Redaktion", ["2023-11-05"]),
        ("By Ann Lee | May 2, 2016 | Updated May 4, 2016", ["2016-05-02", "2016-05-04"]),
        ("miércoles, 4 de mayo de 2022", ["2022-05-04"]),
        ("2020年2月19日", ["2020-02-19"]),
        ("26 | 01 | 2022", ["2022-01-26"]),
        ("Version 1.2.34.5 of 2016", []),
        ("05/04/2016", []),
        ("", []),
    ],
)
def test_dates_in(line: str, days: list[str]) -> None:
    found = dates_in(line, "text")
    assert [date.at[:10] for date, _, _ in found] == days
    assert all(any(c.isdigit() for c in line[start:end]) for _, start, end in found)


@given(st.text(max_size=300))
def test_dates_in_never_fails(line: str) -> None:
    for found, start, end in dates_in(line, "text"):
        assert found
        assert 0 <= start < end <= len(line)


@given(st.text(max_size=200))
def test_names_are_clean(raw: str) -> None:
    for name in names(raw):
        assert name == name.strip() != ""
        assert "\n" not in name


@pytest.mark.parametrize(
    "name, field",
    [
        ("Headline", "title"), ("webTitle", "title"), ("full_text", "text"), ("content_original", "text"),
        ("Pub Date", "published"), ("published_at", "published"), ("publishedAt", "published"), ("dateline", None),
        ("source_url", None), ("link", "url"), ("_id", "archive_id"), ("authors", "byline"), ("desk", "section"),
        ("KEYWORDS", "tags"), ("lang", "language"), ("bias", None),
    ],
)  # fmt: skip
def test_field_of(name: str, field: str | None) -> None:
    assert field_of(name) == field


@pytest.mark.parametrize(
    "raw, code", [("en", "en"), ("en-US", "en"), ("pt_BR", "pt"), ("English", "en"), ("deu", "de"), ("x", ""), ("", "")]
)
def test_language_code(raw: str, code: str) -> None:
    assert language_code(raw) == code


@pytest.mark.parametrize(
    "raw, declared, printed",
    [
        ("1970-01-01T00:00:00Z", "", ""),
        ("Thu, 01 Jan 1970 00:00:00 GMT", "", ""),
        ("1969-12-31T19:00:00-05:00", "", ""),
        ("1970-01-01T01:00:00+01:00", "", ""),
        ("1970-01-01", "", "1970-01-01"),
        ("1900-01-01", "", "1900-01-01"),
        ("1900", "1900", "1900"),
        ("1970-01-01T00:00:00-05:00", "", "1970-01-01"),
        ("1970-01-02T00:00:00Z", "1970-01-02", "1970-01-02"),
    ],
)
def test_what_systems_write_for_none_is_no_date(raw: str, declared: str, printed: str) -> None:
    """The moment 0 anywhere; the first day of a computer's calendar where a page declares it."""
    assert [published(raw, source).at for source in ("json-ld", "archive")] == [declared, printed]
