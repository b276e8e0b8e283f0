"""Does a broken page give all of its text, and is one that cannot be read told apart from one that says little?"""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from searchsvc.archives import READERS, Options, Record, html_tree
from searchsvc.archives.html_tree import tree_of
from searchsvc.article import Article, Location
from searchsvc.errors import BadRecord

LINES = [
    f"The harbour bridge number {n} will open in June, the mayor said on Wednesday, {n} years late." for n in range(40)
]
FIRST = "".join(f"<p>{line}</p>" for line in LINES[:10])
REST = "".join(f"<p>{line}</p>" for line in LINES[10:])
BEFORE = "<!DOCTYPE html><html><head><title>Bridge to open</title></head><body><article><h1>Bridge to open</h1>"
AFTER = "</article></body></html>"


def text_of(page: str | bytes) -> str:
    raw = page if isinstance(page, bytes) else page.encode()
    found = READERS["HTML"].article(Record(Location("page.html"), raw), Options())
    assert isinstance(found, Article)
    return found.text


@pytest.mark.parametrize(
    "between",
    [
        "",
        "<!-- an advertisement ",
        "<!-- an advertisement --!>",
        "<!-->",
        "<script>var x = 1;",
        "<SCRIPT>var x = 1;",
        "<script>var x = 1;</script",
        '<script src="x.js',
        "<style>p { color: red }",
        "<textarea>",
        "<noscript>",
        "<template>",
        "<iframe src=x>",
        "<iframe src=x/>",
        "<video src=x>",
        "<object data=x>",
        "<svg>",
        "<math>",
        "<button>",
        "<select><option>a",
        "<nav>",
        '<a href="x>y</a>',
        "</body></html>",
        "</html></html></body>",
        "<html><head><title>x</title></head><body>",
        "<![CDATA[",
        "<?php echo 1; ?>",
        "<!DOCTYPE html>",
        "<p\0 class=x>\0",
        "<div>" * 3_000,
        "<b><i><font>" * 400,
    ],
)
def test_broken_markup_hides_no_text(between: str) -> None:
    text = text_of(BEFORE + FIRST + between + REST + AFTER)
    assert [line for line in LINES if line not in text] == []


def test_an_open_title_does_not_hide_the_page() -> None:
    text = text_of(BEFORE.replace("</title>", "") + FIRST + REST + AFTER)
    assert [line for line in LINES if line not in text] == []


@pytest.mark.parametrize(
    "page",
    [
        (BEFORE + FIRST + REST + AFTER).encode("utf-16"),
        (BEFORE + FIRST + "<p>caf\xe9</p>" + REST + AFTER).encode("latin-1"),
        (BEFORE + FIRST).encode() + b"<p>\xff\xfe \xe2\x82</p>" + (REST + AFTER).encode(),
        (BEFORE + FIRST + "<p>&#xD800;&#0;&#x110000;</p>" + REST + AFTER).encode(),
        (BEFORE + FIRST + "<p>\x01\x02\x1a</p>" + REST + AFTER).encode(),
    ],
)
def test_broken_bytes_hide_no_text(page: bytes) -> None:
    text = text_of(page)
    assert [line for line in LINES if line not in text] == []


def test_what_a_whole_page_hides_stays_hidden() -> None:
    hidden = "<script>var a = '<p>one</p>';</script><!-- <p>two</p> --><style>p {}</style><template>three</template>"
    text = text_of(BEFORE + FIRST + hidden + REST + AFTER + "<!-- <p>four</p> -->")
    assert text == "\n\n".join(LINES)


def test_code_that_no_tag_ends_is_no_text() -> None:
    assert "var x" not in text_of(BEFORE + FIRST + "<script>var x = 1;" + REST + AFTER)


def test_a_page_whose_text_no_parser_finds_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    page = BEFORE + FIRST + REST + AFTER
    lost = tree_of("<p>little</p>")
    monkeypatch.setattr(html_tree, "soup_of", lambda markup, parser="lxml": lost)
    with pytest.raises(BadRecord, match="letters can be read") as caught:
        tree_of(page)
    assert caught.value.code == "bad_html"


def test_the_parser_that_finds_more_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = html_tree.soup_of

    def losing(markup: str, parser: str = "lxml") -> BeautifulSoup:
        return whole(markup[:600] if parser == "lxml" else markup, parser)

    monkeypatch.setattr(html_tree, "soup_of", losing)
    assert LINES[-1] in html_tree.tree_of(BEFORE + FIRST + REST + AFTER).get_text()


def test_a_page_of_scripts_is_no_broken_one() -> None:
    assert tree_of("<html><body><script>" + "x();" * 1_000 + "</script><p>Enable scripts.</p>").get_text() != ""
