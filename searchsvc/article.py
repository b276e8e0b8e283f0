"""What the archive says: one Article, as its archive has it, with where each value came from.

Nothing here is an id, an entity or a guess: a value that the archive does not give stays empty.
"""

from __future__ import annotations

from dataclasses import dataclass

#: How exactly `published_at` is known, from coarse to fine. "" goes with an empty `published_at`.
PRECISIONS = ("", "year", "month", "day", "minute", "second")

#: Where `published_at` was read.
DATE_SOURCES = ("", "json-ld", "meta", "time", "url", "feed", "warc", "text", "archive")


@dataclass(frozen=True, slots=True)
class Location:
    """Where a record stands: file, byte offset of its first byte in the (unpeeled) file, and its ordinal from 1.

    For a file that is one record, offset is 0 and ordinal 1. `path` is as the user gave it, "-" for standard input.
    """

    path: str
    offset: int = 0
    ordinal: int = 1

    def __str__(self) -> str:
        return f"{self.path}, record {self.ordinal} at byte {self.offset}"


@dataclass(frozen=True, slots=True)
class Published:
    """A date as exactly as it is known.

    `at` is ISO 8601: `2016`, `2016-04`, `2016-04-28`, or a time with its offset as the archive gives it,
    `2016-04-28T14:05:00Z` or `2016-04-28T23:30:00-05:00`; "" for unknown. Its first ten characters are thus the day on
    the calendar of the place of publication, which is the day that is shown, filtered and counted.
    """

    at: str = ""
    precision: str = ""
    source: str = ""

    def __bool__(self) -> bool:
        return bool(self.at)


UNKNOWN = Published()


@dataclass(frozen=True, slots=True)
class Tagged:
    """An entity that the archive itself names as one: an agency's own tag. `field` is people, countries or
    organisations; `label` the name given; `code` an ISO 3166 alpha-2 or other code where the archive has one."""

    field: str
    label: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """An article as its archive has it. Every value may be empty, but title and text not both.

    `text` has its paragraphs divided by one blank line ("\\n\\n"), no markup, and does not repeat the title.
    `language` is a lower-case ISO 639-1 code. `archive_id` is the identifier the archive gives it. `captured_at` is
    when a web archive fetched the page (ISO 8601, UTC), which is never its publication. `tagged` are the entities that
    the archive names itself.
    """

    title: str = ""
    text: str = ""
    url: str = ""
    archive_id: str = ""
    source: str = ""
    section: str = ""
    language: str = ""
    byline: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    published: Published = UNKNOWN
    captured_at: str = ""
    tagged: tuple[Tagged, ...] = ()
    location: Location = Location("")
