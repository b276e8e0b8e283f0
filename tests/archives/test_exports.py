"""Are the published posts of a blog's export its articles, and nothing else of it?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from searchsvc.archives import Options, PassedOver, Rejection, archive_records
from searchsvc.archives.exports import _printed
from searchsvc.article import Article

Read = Callable[..., tuple[list[Article], list[tuple[str, int, int]]]]

HERE = Path(__file__).parent / "exports"
DATA = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture(scope="module")
def read(read_by: Callable[..., Read]) -> Read:
    return read_by("WordPress export", "Blogger export")


@pytest.mark.parametrize(
    "name, number, expected",
    [
        (
            "wordpress.xml",
            0,
            {
                "title": "Classic & plain",
                "text": "The first [sic] paragraph, of [the council] at 7 & 8.\n\nA ship\n\nSecond line one."
                "\n\nSecond line two.\n\nas is\n\nWrite [gallery] so.",
                "url": "https://sea.example/classic/",
                "archive_id": "https://sea.example/?p=1",
                "source": "Harbour & Sea",
                "section": "Politics",
                "language": "en",
                "byline": ("Ann Lee",),
                "tags": ("Sea & Sky", "ferry"),
            },
        ),
        (
            "wordpress.xml",
            1,
            {
                "title": "On blocks",
                "text": "A paragraph in two lines, on <wp:post_type>page</wp:post_type>.\n\npage\n\nOne\n\nTwo",
                "byline": ("bchen",),
                "section": "",
            },
        ),
        (
            "blogger.xml",
            0,
            {
                "title": "Ferry stays",
                "text": "The council voted.\n\nIt was late.\n\nVery late.",
                "url": "https://harbour.example/2020/04/ferry.html",
                "archive_id": "tag:blogger.com,1999:blog-1.post-10",
                "source": "Harbour Blog",
                "byline": ("Ann Lee",),
                "tags": ("Harbour",),
            },
        ),
        (
            "blogger-takeout.atom",
            0,
            {"title": "A live post", "text": "Words.", "byline": ("Bo Chen",), "tags": ("Harbour",)},
        ),
    ],
)
def test_post(read: Read, name: str, number: int, expected: dict[str, object]) -> None:
    article = read(HERE / name)[0][number]
    assert {key: getattr(article, key) for key in expected} == expected


@pytest.mark.parametrize(
    "name, dates, rejected",
    [
        (
            "wordpress.xml",
            [("2017-12-02T15:43:50Z", "second"), ("2018-01-01", "day")],
            [("no_article", 3, b"  <item><title></title>")],
        ),
        ("blogger.xml", [("2020-04-04T15:00:00-05:00", "second")], []),
        ("blogger-takeout.atom", [("2024-05-05T14:20:00Z", "second")], []),
    ],
)
def test_whole_export(
    read: Read, name: str, dates: list[tuple[str, str]], rejected: list[tuple[str, int, bytes]]
) -> None:
    """Pages, drafts, comments and the like are no records; ordinals count posts."""
    content = (HERE / name).read_bytes()
    articles, bad = read(HERE / name)
    assert [(article.published.at, article.published.precision) for article in articles] == dates
    assert {article.published.source for article in articles} == {"archive"}
    assert bad == [(code, ordinal, content.index(begins) + 2) for code, ordinal, begins in rejected]


@pytest.mark.parametrize(
    "stored, printed",
    [
        ("One.\n\nTwo.", ["One.", "Two."]),
        ("One.\r\nTwo.", ["One.", "Two."]),
        ("<p>One\ntwo.</p>", ["One", "two."]),
        ("<!-- wp:paragraph -->\n<p>One\ntwo.</p>\n<!-- /wp:paragraph -->", ["One two."]),
        ("<!--more-->A<!--nextpage-->B", ["AB"]),
        ("A [sic] b [1] [the mayor] [...] c.", ["A [sic] b [1] [the mayor] [...] c."]),
        ("[vc_row width=full][vc_column]Text.[/vc_column][/vc_row]", ["Text."]),
        ('[audio src="x.mp3"]', []),
        ("[embed]https://video.example/1[/embed]", []),
        ("https://video.example/1", []),
        ("See https://video.example/1", ["See https://video.example/1"]),
        ("[my-plugin]\nText.", ["Text."]),
        ("Write [[audio]].", ["Write [audio]."]),
        ("<img\nsrc='x'>Text.<script>\nalert(1)\n</script>", ["Text."]),
        ("<iframe src='x'/>Text.", ["Text."]),
        ("<object><param></object><embed src='x'>Text.", ["Text."]),
        ("[", ["["]),
    ],
)
def test_stored_text_as_printed(stored: str, printed: list[str]) -> None:
    assert _printed(stored) == printed


WXR = (
    b'<rss version="2.0" xmlns:wp="%s" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    b' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>S</title>%s</channel></rss>'
)
POST = b"<item><title>Post %d</title><wp:status>publish</wp:status><wp:post_type>post</wp:post_type></item>"


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
def test_namespaces(read: Read, tmp_path: Path, scheme: str, version: str) -> None:
    path = tmp_path / "export.xml"
    path.write_bytes(WXR % (f"{scheme}://wordpress.org/export/{version}/".encode(), POST % 1))
    assert [article.title for article in read(path)[0]] == ["Post 1"]


NS = b"http://wordpress.org/export/1.2/"


@pytest.mark.parametrize(
    "name, content, titles, codes",
    [
        ("none", WXR % (NS, b"<item><title>P</title><wp:post_type>page</wp:post_type></item>"), [], ["no_entries"]),
        ("empty", WXR % (NS, b""), [], ["no_entries"]),
        ("cut", (WXR % (NS, POST % 1 + POST % 2))[:-80], ["Post 1"], ["truncated"]),
        ("cut-between", (WXR % (NS, POST % 1))[:-16], ["Post 1"], ["truncated"]),
        ("unclosed", WXR % (NS, POST % 1 + b"<item><title>" + POST % 3), ["Post 1", "Post 3"], ["truncated"]),
        ("bad", WXR % (NS, POST % 1 + b"<item><title>Fish & Chips</title></item>"), ["Post 1"], ["bad_xml"]),
        ("control", WXR % (NS, b"<item><title>A\x0bB</title></item>"), ["AB"], []),
        ("nbsp", WXR % (NS, b"<item><title>A&nbsp;B</title></item>"), ["A B"], []),
        ("deep", WXR % (NS, b"<item><title>A</title>" + b"<a>" * 150 + b"</a>" * 150 + b"</item>"), [], ["too_deep"]),
        (
            "attack",
            b'<!DOCTYPE x [<!ENTITY y SYSTEM "file:///dev/null">]>' + WXR % (NS, POST % 1),
            [],
            ["xml_entities"],
        ),
        ("western", WXR % (NS, b"<item><title>Caf\xe9</title></item>"), ["Café"], []),
    ],
)
def test_content(read: Read, tmp_path: Path, name: str, content: bytes, titles: list[str], codes: list[str]) -> None:
    path = tmp_path / f"{name}.xml"
    path.write_bytes(content)
    articles, rejected = read(path)
    assert ([article.title for article in articles], [code for code, _, _ in rejected]) == (titles, codes)


@pytest.mark.parametrize(
    "name, kinds",
    [
        (
            "wordpress.xml",
            "WordPress page, WordPress draft post, WordPress future post, WordPress protected post,"
            " WordPress private post, WordPress attachment, WordPress nav_menu_item",
        ),
        ("blogger.xml", "Blogger template, Blogger settings, Blogger draft, Blogger comment, Blogger page"),
        ("blogger-takeout.atom", "Blogger draft, Blogger comment"),
    ],
)
def test_what_is_passed_over_is_told_by_kind(name: str, kinds: str) -> None:
    passed: list[PassedOver] = []
    assert list(archive_records(str(HERE / name), Options(), passed.append))
    assert Counter(one.reason for one in passed) == Counter(kinds.split(", "))
    content = (HERE / name).read_bytes()
    for one in passed:
        assert re.match(rb"<(item|entry)\b", content[int(one.path.rpartition(" ")[2]) :])


def test_what_an_export_holds_is_told(tmp_path: Path) -> None:
    path = tmp_path / "export.xml"
    path.write_bytes(WXR % (NS, b"<item><wp:post_type>news</wp:post_type></item>" * 3))
    (rejection,) = archive_records(str(path), Options())
    assert isinstance(rejection, Rejection)
    assert rejection.reason == "no published post in the export; it holds 3 of news"


def need(name: str) -> Path:
    if not (DATA / name).exists():
        pytest.skip(f"the archive {name} is not beside the repository")
    return DATA / name


@pytest.mark.parametrize(
    "name, posts, texts, dates, bylines",
    [
        # 51 posts, of which a draft, a scheduled and a protected one; three are only an image or nothing. One author's
        # name is misspelt in the export.
        ("export-wxr/wptt/themeunittestdata.wordpress.xml", 48, 45, 48, 47),
        ("export-wxr/wptt/theme-preview.xml", 7, 7, 7, 7),
        # Five posts, of which four have the status of an attachment.
        ("export-wxr/superdesk/wordpress_wxr.xml", 1, 1, 1, 0),
        ("export-wxr/superdesk/wordpress_wxr_funke.xml", 1, 1, 1, 1),
        ("export-wxr/superdesk/wordpress_wxr_thumb.xml", 1, 1, 1, 1),
        # 39 posts, of which three drafts.
        ("export-blogger/blogger-data-test.xml.gz", 36, 36, 36, 36),
    ],
)
def test_real_exports(read: Read, name: str, posts: int, texts: int, dates: int, bylines: int) -> None:
    """Counted by hand in the files."""
    articles, rejected = read(need(name))
    assert rejected == []
    assert len(articles) == posts
    assert sum(bool(article.text) for article in articles) == texts
    assert sum(bool(article.published) for article in articles) == dates
    assert sum(bool(article.byline) for article in articles) == bylines
    assert all(article.source and article.archive_id and article.url.startswith("http") for article in articles)
    text = "".join(article.text for article in articles)
    assert not any(mark in text for mark in ("wp:paragraph", "[caption", "[dropcap", "[gallery", "<p>"))


COMMENTED = (
    b"<item><title>Post</title><link>https://s.example/1</link><guid>g1</guid><wp:status>%s</wp:status>"
    b"<wp:post_type>%s</wp:post_type><content:encoded>A text.</content:encoded>%s</item>"
)
COMMENT = (
    b"<wp:comment><wp:comment_id>%d</wp:comment_id><wp:comment_author><![CDATA[Ann Lee]]></wp:comment_author>"
    b"<wp:comment_date_gmt>2017-12-02 15:43:50</wp:comment_date_gmt><wp:comment_approved>%s</wp:comment_approved>"
    b"<wp:comment_type>%s</wp:comment_type><wp:comment_content><![CDATA[I & my dog agree.]]></wp:comment_content>"
    b"</wp:comment>"
)


def test_what_is_asked_for_beside_posts(read: Read, tmp_path: Path) -> None:
    said = (1, b"1", b""), (2, b"0", b""), (3, b"1", b"pingback"), (4, b"1", b"comment")
    comments = b"".join(COMMENT % one for one in said)
    items = (
        COMMENTED % (b"publish", b"post", comments), COMMENTED % (b"draft", b"post", comments),
        COMMENTED % (b"pending", b"page", b""), COMMENTED % (b"publish", b"page", b""),
        COMMENTED % (b"private", b"post", b""), COMMENTED % (b"trash", b"post", b""),
        COMMENTED % (b"inherit", b"attachment", b""),
    )  # fmt: skip
    path = tmp_path / "export.xml"
    path.write_bytes(WXR % (NS, b"".join(items)))

    def counted(*kinds: str) -> tuple[int, int]:
        found = [article.title for article in read(path, Options(include=frozenset(kinds)))[0]]
        return found.count("Post"), found.count("")

    assert counted() == (1, 0)
    assert counted("pages") == (2, 0)
    assert counted("drafts") == (2, 0)
    assert counted("drafts", "pages") == (4, 0)
    assert counted("comments") == (1, 2)
    comment = read(path, Options(include=frozenset(["comments"])))[0][1]
    assert (comment.text, comment.byline, comment.published.at) == (
        "I & my dog agree.", ("Ann Lee",), "2017-12-02T15:43:50Z",
    )  # fmt: skip
    assert (comment.url, comment.archive_id, comment.source) == ("", "g1#comment-1", "S")


@pytest.mark.parametrize(
    "name, kinds", [("blogger.xml", ("pages", "drafts", "comments")), ("blogger-takeout.atom", ("drafts", "comments"))]
)
def test_what_is_asked_for_beside_posts_of_blogger(read: Read, name: str, kinds: tuple[str, ...]) -> None:
    def ids(*asked: str) -> set[str]:
        return {article.archive_id for article in read(HERE / name, Options(include=frozenset(asked)))[0]}

    assert len(ids()) == 1
    assert [len(ids(kind)) for kind in kinds] == [2] * len(kinds)
    assert len(ids(*kinds)) == 1 + len(kinds)
