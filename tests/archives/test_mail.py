"""Is each message of a mailbox an article, and a page saved as MHTML the page it was?"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from searchsvc.archives import Options
from searchsvc.article import Article

Read = Callable[..., tuple[list[Article], list[tuple[str, int, int]]]]

HERE = Path(__file__).parent / "mail"
DATA = Path(__file__).parents[3] / "shared" / "data" / "newswire-superdesk"


@pytest.fixture(scope="module")
def read(read_by: Callable[..., Read]) -> Read:
    return read_by("E-mail", "MHTML")


@pytest.mark.parametrize(
    "name, number, expected",
    [
        (
            "message.eml",
            0,
            {
                "title": "Die Fähre bleibt – vorerst",
                "text": "Der Rat stimmte am Donnerstag für die Fähre, die seit dem Mai für 5 € fährt."
                "\n\nMehr dazu morgen.",
                "archive_id": "1001@gazette.example",
                "source": "The Harbour Gazette",
                "byline": ("Anna Müller",),
            },
        ),
        (
            "news.mbox",
            0,
            {
                "title": "First",
                "text": "The council voted.\n\nFrom the quay one could hear it.\n\n>From here too."
                "\n\nFrom one line that is text, at no time.",
                "archive_id": "1@gazette.example",
                "source": "gazette.example",
                "byline": ("Ann Lee",),
                "tags": ("Harbour", "Ferry"),
            },
        ),
        (
            "news.mbox",
            1,
            {"text": "Café opens.\n\nOn Monday.", "byline": ("Bo Chen",), "source": "gazette.example"},
        ),
        (
            "page.mhtml",
            0,
            {
                "title": "Ferry stays",
                "text": "The council voted on Thursday to keep the ferry, and the café with it."
                "\n\nFares stay as they are, said the mayor.",
                "url": "https://gazette.example/2016/05/05/ferry",
                "source": "gazette.example",
                "language": "en",
                "captured_at": "2019-01-07T10:00:00Z",
            },
        ),
    ],
)
def test_message(read: Read, name: str, number: int, expected: dict[str, object]) -> None:
    article = read(HERE / name)[0][number]
    assert {key: getattr(article, key) for key in expected} == expected


@pytest.mark.parametrize(
    "name, dates, rejected",
    [
        ("message.eml", ["2016-05-05T16:20:00+02:00"], []),
        # The second has no zone, and may be of the day before or after elsewhere.
        ("news.mbox", ["2016-05-05T16:20:00-04:00", "2016-05-06"], [("no_article", 3, b"From nobody")]),
        ("page.mhtml", ["2016-05-05"], []),
    ],
)
def test_dates_and_places(read: Read, name: str, dates: list[str], rejected: list[tuple[str, int, bytes]]) -> None:
    content = (HERE / name).read_bytes()
    articles, bad = read(HERE / name)
    assert [article.published.at for article in articles] == dates
    assert bad == [(code, ordinal, content.index(begins)) for code, ordinal, begins in rejected]


HEAD = b"From: Ann Lee <ann@gazette.example>\nMessage-ID: <1@x>\nDate: Thu, 5 May 2016 16:20:00 GMT\n"
PLAIN = HEAD + b"Subject: One\n\nText.\n"
HTML_PART = b"Content-Type: text/html\n\n<p>A longer story, of the council and the ferry.</p>\n"


def parts(*each: bytes, kind: bytes = b"mixed", closed: bool = True) -> bytes:
    inner = b"".join(b"--b\n" + part for part in each)
    return (HEAD + b"Subject: One\nMIME-Version: 1.0\nContent-Type: multipart/%s; boundary=b\n\n%s" % (kind, inner)) + (
        b"--b--\n" if closed else b""
    )


@pytest.mark.parametrize(
    "name, content, texts, codes",
    [
        ("plain", PLAIN, ["Text."], []),
        ("crlf", PLAIN.replace(b"\n", b"\r\n"), ["Text."], []),
        ("no-subject", HEAD + b"\nText.\n", ["Text."], []),
        ("nothing", HEAD + b"\n\n", [], ["no_article"]),
        ("signature", HEAD + b"Subject: One\n\nText.\n-- \nAnn\n", ["Text."], []),
        ("dashes", HEAD + b"Subject: One\n\nText.\n--\nMore.\n", ["Text.\n\n--\n\nMore."], []),
        ("note", HEAD + b"Subject: One\n\nText.\n\nTo unsubscribe, write to us.\n\nAnn\n", ["Text."], []),
        ("about-lists", HEAD + b"Subject: One\n\nThey unsubscribe.\n", ["They unsubscribe."], []),
        ("alternative", parts(b"\nPlain text of the story.\n", HTML_PART), ["Plain text of the story."], []),
        ("html-only", parts(b"\nHTML.\n", HTML_PART), ["A longer story, of the council and the ferry."], []),
        ("attached", parts(b"\nText.\n", b"Content-Disposition: attachment; filename=a.txt\n\nNot this.\n"),
         ["Text."], []),
        ("forwarded", parts(b"\nText.\n", b"Content-Type: message/rfc822\n\n" + PLAIN), ["Text."], []),
        ("cut", parts(b"\nText that is cut", closed=False), [], ["truncated"]),
        ("cut-attachment", parts(b"\nText.\n", b"Content-Disposition: attachment; filename=a\n\nxx", closed=False),
         ["Text."], []),
        ("bad-base64", HEAD + b"Subject: One\nContent-Transfer-Encoding: base64\n\nVGV4dC4=!\n", ["Text."], []),
        ("bad-quoted", HEAD + b"Subject: One\nContent-Transfer-Encoding: quoted-printable\n\n=ZZ Text.=\n",
         ["=ZZ Text."], []),
        ("charset", HEAD + b"Subject: One\nContent-Type: text/plain; charset=koi8-r\n\n\xf4\xc5\xcb\xd3\xd4\n",
         ["Текст"], []),
        ("wrong-charset", HEAD + b"Subject: One\nContent-Type: text/plain; charset=utf-8\n\nCaf\xe9\n", ["Café"], []),
        ("odd-type", HEAD + b"Subject: One\nContent-Type: ;;;=\n\nText.\n", ["Text."], []),
        ("multiparts", HEAD + b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(1_200)) + b"\nx\n",
         [], ["too_deep"]),
        ("parts", parts(*[b"\nx\n"] * 6_000), [], ["too_large"]),
        ("header", HEAD + b"Content-Type: text/plain; " + b"a*0=b;" * 10_000 + b"\n\nx\n", [], ["bad_message"]),
        ("brackets", HEAD + b"Subject: " + b"(" * 100_000 + b"\n\nText.\n", ["Text."], []),
    ],
)  # fmt: skip
def test_content(read: Read, tmp_path: Path, name: str, content: bytes, texts: list[str], codes: list[str]) -> None:
    path = tmp_path / f"{name}.eml"
    path.write_bytes(content)
    begun = time.monotonic()
    articles, rejected = read(path)
    assert time.monotonic() - begun < 5
    assert ([article.text for article in articles], [code for code, _, _ in rejected]) == (texts, codes)


@pytest.mark.parametrize(
    "subject, title",
    [
        (b"=?utf-8?Q?Caf=C3=A9?= =?utf-8?Q?_bleibt?=", "Café bleibt"),
        (b"=?no-such?Q?Caf=C3=A9?=", "Café"),
        (b"=?utf-8?B?Q2Fmw6k?=", "Café"),
        (b"Caf\xc3\xa9", "Café"),
        (b"Caf\xe9", "Café"),
        ("=?windows-1252?Q?Caf’s_Day?=".encode(), "Caf’s Day"),
        (b"Folded\n  line", "Folded line"),
        (b"=?iso-2022-jp?B?GyRCPzdKORsoQg==?=", "新聞"),
    ],
)
def test_subjects(read: Read, tmp_path: Path, subject: bytes, title: str) -> None:
    path = tmp_path / "message.eml"
    path.write_bytes(HEAD + b"Subject: " + subject + b"\n\nText.\n")
    assert [article.title for article in read(path)[0]] == [title]


@pytest.mark.parametrize(
    "headers, options, source",
    [
        (b"List-Id: Daily News <daily.example>\nOrganization: The Gazette\n", Options(source="Mine"), "Daily News"),
        (b"Organization: The Gazette\n", Options(source="Mine"), "The Gazette"),
        (b"", Options(source="Mine"), "Mine"),
        (b"List-Id: <daily.example>\n", Options(), "gazette.example"),
    ],
)
def test_sources(read: Read, tmp_path: Path, headers: bytes, options: Options, source: str) -> None:
    path = tmp_path / "message.eml"
    path.write_bytes(headers + PLAIN)
    assert [article.source for article in read(path, options)[0]] == [source]


def test_long_message_costs_itself(read: Read, tmp_path: Path) -> None:
    begins = b"From ann@x Thu May  5 16:20:00 2016\n"
    path = tmp_path / "news.mbox"
    path.write_bytes(begins + PLAIN + b"\n" + begins + HEAD + b"\n" + b"x\n" * 10_100_000 + b"\n" + begins + PLAIN)
    articles, rejected = read(path)
    assert len(articles) == 2
    assert rejected == [("too_large", 2, len(begins + PLAIN) + 1)]


@pytest.mark.parametrize(
    "change, code",
    [
        (lambda page: page[: page.index(b"Fares")], "truncated"),
        (lambda page: page.replace(b"text/html\n", b"text/plain\n"), "no_page"),
        (lambda page: page.replace(b"<title>=\nFerry stays</title>", b"").replace(b"<p>", b"<script>"), ""),
    ],
)
def test_broken_pages(read: Read, tmp_path: Path, change: object, code: str) -> None:
    path = tmp_path / "page.mhtml"
    path.write_bytes(change((HERE / "page.mhtml").read_bytes()))  # type: ignore[operator]
    assert [found for found, _, _ in read(path)[1]] == ([code] if code else [])


def test_page_that_start_names(read: Read, tmp_path: Path) -> None:
    head = b'MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b; start="<two>"\n\n'
    page = b"--b\nContent-Type: text/html; charset=iso-8859-1\nContent-ID: <%s>\n\n<html><title>%s</title><p>Caf\xe9.\n"
    path = tmp_path / "page.mht"
    path.write_bytes(head + page % (b"one", b"An advertisement") + page % (b"two", b"The story") + b"--b--\n")
    assert [(article.title, article.text) for article in read(path)[0]] == [("The story", "Café.")]


@pytest.mark.parametrize(
    "name, title, begins, at",
    [
        ("simple_email.txt", "Test message 1234", "body text", "2015-02-19T17:18:40+11:00"),
        ("charset_in_subject_email.txt", "Google Apps News March 2015", "body text", "2015-02-19T17:18:40+11:00"),
        ("composite_email.txt", "single image test", "this is a test of a single image", "2015-03-03T11:27:36+11:00"),
        ("odd_charset_email.txt", "TravTalk’s Special for TAAI convention", "SDA\n\nHeadline: Senden defends",
         "2015-03-10T14:17:01-07:00"),
    ],
)  # fmt: skip
def test_real_messages(read: Read, name: str, title: str, begins: str, at: str) -> None:
    if not DATA.is_dir():
        pytest.skip("the archive newswire-superdesk is not beside the repository")
    (article,), rejected = read(DATA / name)
    assert rejected == []
    assert (article.title, article.published.at) == (title, at)
    assert article.text.startswith(begins)
    assert "confidential" not in article.text
