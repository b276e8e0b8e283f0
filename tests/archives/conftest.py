"""What the tests of the readers share: a file read to its end, as a run reads it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from searchsvc.archives import READERS, Options, Rejection, archive_records
from searchsvc.article import Article
from searchsvc.errors import BadRecord

Read = Callable[..., tuple[list[Article], list[tuple[str, int, int]]]]


@pytest.fixture(scope="session")
def read_by() -> Callable[..., Read]:
    """`read_by("E-mail", "MHTML")`: how to read a file that is of one of these formats, and of no other.

    `read(path, options)` gives the articles, and (code, ordinal, offset) of what was rejected.
    """

    def read_by(*formats: str) -> Read:
        def read(path: Path, options: Options | None = None) -> tuple[list[Article], list[tuple[str, int, int]]]:
            articles: list[Article] = []
            rejected: list[tuple[str, int, int]] = []
            for item in archive_records(str(path), options or Options()):
                if isinstance(item, Rejection):
                    rejected.append((item.code, item.location.ordinal, item.location.offset))
                    continue
                name, record = item
                assert name in formats
                try:
                    article = READERS[name].article(record, options or Options())
                except BadRecord as error:
                    rejected.append((error.code, record.location.ordinal, record.location.offset))
                else:
                    assert isinstance(article, Article)
                    articles.append(article)
            return articles, rejected

        return read

    return read_by
