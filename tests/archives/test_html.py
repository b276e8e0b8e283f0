"""Is the article of a saved page read, and nothing else of the page?"""

from __future__ import annotations

import time

import pytest

from searchsvc.archives import READERS, Options, Record
from searchsvc.article import Article, Location
from searchsvc.errors import BadRecord

ONE = "The long-delayed bridge over the harbour will open in June, the mayor said on Wednesday, after years of work."
TWO = "Engineers are still testing the deck, which swayed in the storms of last winter, and two piers need new bolts."
STORY = f"<p>{ONE}</p><p>{TWO}</p>"


def read(page: str | bytes) -> Article:
    raw = page if isinstance(page, bytes) else page.encode()
    found = READERS["HTML"].article(Record(Location("page.html"), raw), Options())
    assert isinstance(found, Article)
    return found


def page(head: str = "", before: str = "", after: str = "", story: str = STORY, lang: str = "en") -> str:
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head>{head}</head><body><nav><a href="/">Home</a></nav>'
        f"<article><h1>Bridge to open</h1>{before}{story}{after}</article></body></html>"
    )


def ld(**values: str) -> str:
    body = ", ".join(f'"{key}": {value}' for key, value in values.items())
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", {body}}}</script>'


@pytest.mark.parametrize(
    "head, before, at, source",
    [
        (ld(datePublished='"2016-04-28T14:05:09+02:00"'), "", "2016-04-28T14:05:09+02:00", "json-ld"),
        (ld(datePublished='"2016-04-28"') + "<meta name=date content=2017-01-01>", "", "2016-04-28", "json-ld"),
        ('<meta property="article:published_time" content="2016-04-28T14:05:00Z">', "", "2016-04-28T14:05:00Z", "meta"),
        ('<meta property="article:modified_time" content="2016-04-28T14:05:00Z">', "", "", ""),
        (ld(dateModified='"2016-04-28"'), "", "", ""),
        ("", '<time datetime="2016-04-28">Thursday</time>', "2016-04-28", "time"),
        ("", '<time class="updated" datetime="2016-04-28">Thursday</time>', "", ""),
        ("", '<span itemprop="datePublished" content="2016-04-28">x</span>', "2016-04-28", "time"),
        ("", '<abbr class="published" title="2016-04-28T14:05:00Z">2:05 PM</abbr>', "2016-04-28T14:05:00Z", "time"),
        ('<link rel="canonical" href="https://a.example/2016/04/28/bridge">', "", "2016-04-28", "url"),
        ('<link rel="canonical" href="https://a.example/2016/apr/28/bridge">', "", "2016-04-28", "url"),
        ('<link rel="canonical" href="https://a.example/2016/04/bridge.html">', "", "2016-04", "url"),
        (
            '<link rel="canonical" href="https://a.example/2016/04/bridge.html">',
            '<h2 class="date-header">Thursday, April 28, 2016</h2>', "2016-04-28", "text",
        ),
        (
            '<link rel="canonical" href="https://a.example/2016/04/bridge.html">',
            '<h2 class="date-header">Friday, May 6, 2016</h2>', "2016-04", "url",
        ),
        ("", '<p class="byline">By Ann Lee | 28 April 2016</p>', "2016-04-28", "text"),
        ("", '<p class="byline">By Ann Lee | Updated 28 April 2016</p>', "", ""),
        ("", "<p>28 April 2016</p>", "2016-04-28", "text"),
        ("", "<p>2016</p>", "", ""),
        ("", "<p>It was not until 28 April 2016 that anybody noticed, and then it was too late for all.</p>", "", ""),
        # The day of the place: by the offset, by what the page prints, by its address, by its language.
        (ld(datePublished='"2016-04-28T23:30:00-05:00"'), "", "2016-04-28T23:30:00-05:00", "json-ld"),
        (ld(datePublished='"2016-04-29T02:30:00Z"'), "<p>April 28, 2016 9:30 pm</p>", "2016-04-28", "text"),
        (
            ld(datePublished='"2016-04-29T02:30:00Z"') + '<link rel="canonical" href="https://a.example/2016/04/28/b">',
            "", "2016-04-28", "url",
        ),
        # What stands by the headline, over what contradicts it; but not the day of a change, or a range of days.
        (ld(datePublished='"2016-05-06"'), "<p>28 April 2016</p>", "2016-04-28", "text"),
        (ld(datePublished='"2016-05-06"'), "<p>Updated: 28 June 2016</p>", "2016-05-06", "json-ld"),
        ("", "<p>14. - 20. April 2016</p>", "", ""),
        ("", "<p>06.11.2023 13:30 von Olga</p>", "2023-11-06", "text"),
        (ld(datePublished='"2999-01-01"'), "", "", ""),
        # A <time> that prints nothing is a declaration like others; a marked line speaks before one that is not.
        (
            '<meta property="article:published_time" content="2016-04-28T15:00:00+02:00">',
            '<p>28 April 2016</p><time itemprop="datePublished" datetime="2016-04-30"></time>',
            "2016-04-28T15:00:00+02:00", "meta",
        ),
        ("", '<time datetime="2016-04-28"></time>', "2016-04-28", "time"),
        ("", "<p>Ann Lee, the head from 1.9.2015</p><p class='date'>28.04.2016</p>", "2016-04-28", "text"),
        ("", "<p>Ann Lee wird zum 1.9.2015 Leiterin</p>", "", ""),
        # A menu between headline and date is no distance.
        ("", f"<ul>{'<li><a href=/x>Menu</a></li>' * 20}</ul><time>28 April 2016</time>", "2016-04-28", "time"),
        # The word may stand after the date, and a time of day between them.
        (ld(datePublished='"2016-04-27"'), "<p>April 28, 2016 -- Updated 0203 GMT (1003)</p>", "2016-04-27", "json-ld"),
        (ld(datePublished='"2016-04-27"'), "<p>Updated 0339 GMT April 28, 2016</p>", "2016-04-27", "json-ld"),
        ("", "<p>28 April 2016 | Updated 2 May 2016</p>", "2016-04-28", "text"),
        # What the address has, of what is printed.
        (
            ld(datePublished='"2016-04-28"') + '<link rel="canonical" href="https://a.example/2016/04/28/b">',
            "<p>29 April 2016</p><p>28 April 2016</p>", "2016-04-28", "json-ld",
        ),
        # Printed after the last change: another story's. Some days, and none that the page declares: others' as well.
        (ld(datePublished='"2016-04-28"', dateModified='"2016-05-06"'), "<p>28 July 2016</p>", "2016-04-28", "json-ld"),
        (ld(datePublished='"2016-04-28"', dateModified='"2016-04-29"'), "<p>30 April 2016</p>", "2016-04-30", "text"),
        (ld(datePublished='"2016-04-28"'), "<p>20 April 2016</p><p>21 April 2016</p>", "2016-04-28", "json-ld"),
        # A list by the headline: of stories, of reviews. In one a date prevails.
        ("", "<p>A dam 28.04.2016</p><p>A pier 27.04.2016</p><p>A lock 26.04.2016</p>", "", ""),
        ("", "<p>28.4.2016</p><p>A pier 27.4.2016</p><p>A lock 26.4.2016</p><p>28.4.2016</p>", "2016-04-28", "text"),
        (
            "", "<div itemscope itemprop='review' itemtype='https://schema.org/Review'>"
            "<meta itemprop=datePublished content=2016-04-28></div>", "", "",
        ),
        (
            "", "<div itemscope itemtype='https://schema.org/Review'>"
            "<meta itemprop=datePublished content=2016-04-28></div>", "2016-04-28", "meta",
        ),
        # The first of two dates in a line, whichever has less beside it.
        ("", f"<p>Bern, 28.04.2016 - {'A speech to ' * 4}mayors in Basel, 29 April 2016</p>", "2016-04-28", "text"),
        # The day of the visit.
        ("", "<p>Thursday, 2016-04-28, 0:26 AM Welcome Guest | RSS</p>", "", ""),
        # A dateline, not the first words of a sentence.
        ("", f"<p>28.04.2016 | Oslo (wire) {ONE * 2}</p>", "2016-04-28", "text"),
        ("", f"<p>On 28.04.2016 the mayor said more. {ONE * 2}</p>", "", ""),
        # Declarations that contradict each other, and nothing that decides.
        (ld(datePublished='"2016-04-28"') + "<meta name=pubdate content=2016-07-04>", "", "", ""),
        (
            ld(datePublished='"2016-04-28"', dateModified='"2016-07-04"') + "<meta name=pubdate content=2016-07-04>",
            "", "", "",
        ),
        (
            ld(datePublished='"2016-04-28"') + "<meta name=pubdate content=2016-07-04>"
            '<link rel="canonical" href="https://a.example/2016/04/bridge.html">', "", "2016-04", "url",
        ),
        (
            ld(datePublished='"2016-04-28T23:30:00Z"') + "<meta name=pubdate content=2016-04-29>",
            "", "2016-04-28T23:30:00Z", "json-ld",
        ),
        # Three days under one name are those of a list, as of readers' reviews.
        ("".join(f"<meta itemprop=datePublished content={y}-04-28>" for y in (2016, 2017, 2018)), "", "", ""),
        # A date that nothing confirms, years before a change: of a birth, say, or what a system had for "none".
        ("<meta name=dateupdate content=2016-04-28>", "<p>28 January 1975 (a Tuesday)</p>", "", ""),
        ("<meta name=created content=2004-01-01><meta name=datemodified content=2016-04-28>", "", "", ""),
        (ld(datePublished='"1970-01-01T00:00:00Z"'), "<p>January 1, 1970</p>", "", ""),
        (ld(datePublished='"1970-01-01"'), "<p>28 April 2016</p>", "2016-04-28", "text"),
        ("<meta name=pubdate content='Wed, 31 Dec 1969 19:00:00 EST'>", "<p>December 31, 1969</p>", "", ""),
        (ld(datePublished='"0001-01-01"') + "<meta name=pubdate content=20160428>", "", "2016-04-28", "meta"),
    ],
)  # fmt: skip
def test_date(head: str, before: str, at: str, source: str) -> None:
    found = read(page(head, before)).published
    assert (found.at, found.source) == (at, source)


@pytest.mark.parametrize(
    "lang, moment, at",
    [
        ("de", "2016-04-28T22:00:00Z", "2016-04-29"),
        ("de", "2016-11-28T23:00:00.000Z", "2016-11-29"),
        ("de", "2016-11-28T22:00:00Z", "2016-11-28T23:00:00+01:00"),
        ("de", "2016-04-28T22:00:01Z", "2016-04-29T00:00:01+02:00"),
        ("en", "2016-04-28T22:00:00Z", "2016-04-28T22:00:00Z"),
    ],
)
def test_a_moment_that_is_midnight_where_the_language_is_spoken_is_a_day(lang: str, moment: str, at: str) -> None:
    assert read(page(ld(datePublished=f'"{moment}"'), lang=lang)).published.at == at


def test_readers_reviews_do_not_date_a_page() -> None:
    reviews = "<p>Bewertung von Ann vom 23.05.2018</p><p>Bewertung von Bo vom 17.10.2017</p>"
    assert read(page(after=f"{STORY * 6}{reviews}", lang="de")).published.at == ""
    assert read(page(after=f"{STORY * 6}<p>veröffentlicht: 25.10.2007</p>", lang="de")).published.at == "2007-10-25"


@pytest.mark.parametrize(
    "head, before, byline",
    [
        (ld(author='{"@type": "Person", "name": "Ann Lee"}'), "", ["Ann Lee"]),
        (ld(author='[{"name": "Ann Lee"}, {"name": "Bo Chen"}]'), "", ["Ann Lee", "Bo Chen"]),
        (ld(author='"Ann Lee and Bo Chen"'), "", ["Ann Lee", "Bo Chen"]),
        (ld(author='{"@type": "Organization", "name": "The A"}'), '<p class="byline">By Ann Lee</p>', ["Ann Lee"]),
        ('<meta name="author" content="Ann Lee">', "", ["Ann Lee"]),
        ('<meta property="article:author" content="https://a.example/ann">', "", []),
        ("", '<a rel="author" href="/ann">Ann Lee</a>', ["Ann Lee"]),
        ("", '<div class="byline">By <span>Ann Lee</span> and <span>Bo Chen</span></div>', ["Ann Lee", "Bo Chen"]),
        ("", "<p>By Ann Lee</p>", ["Ann Lee"]),
        ("", "<p>By and by the mayor came to like it</p>", []),
        ("", "<p>Geschrieben von Ann Lee am 25.08.2015 22:30</p>", ["Ann Lee"]),
        ("", "<p>Text &amp; Fotos: Ann Lee 0 337</p>", ["Ann Lee"]),
        ('<meta name="author" content="webadmin">', "<p>Von Ann Lee</p>", ["Ann Lee"]),
        ('<meta property="og:site_name" content="The A"><meta name="author" content="The A">', "", []),
    ],
)
def test_byline(head: str, before: str, byline: list[str]) -> None:
    assert list(read(page(head, before)).byline) == byline


@pytest.mark.parametrize(
    "head, title",
    [
        ("<title>Bridge to open | The A</title>", "Bridge to open"),
        ('<meta property="og:title" content="Bridge to open - The A"><title>x</title>', "Bridge to open"),
        (ld(headline='"Bridge to open in June at last"'), "Bridge to open"),
        ("<title>The A</title>", "The A"),
    ],
)
def test_title(head: str, title: str) -> None:
    assert read(page(head)).title == title


def test_title_below_the_masthead() -> None:
    found = read(
        '<html><head><title>The A: Bridge to open</title></head><body><h1 class="blog-title"><a href="/">The A</a></h1>'
        f'<h3 class="post-title">Bridge to open</h3><div class="post-body">{STORY}</div></body></html>'
    )
    assert (found.title, found.source) == ("Bridge to open", "The A")


@pytest.mark.parametrize(
    "before, after",
    [
        ("<p>Advertisement</p>", "<p>Advertisement</p>"),
        ('<div class="share-bar">Share this on Facebook</div>', '<div class="related"><p>Another bridge.</p></div>'),
        (
            "<figure><img><figcaption>The bridge. Photo: Ann</figcaption></figure>",
            "<footer>All rights reserved.</footer>",
        ),
        ("<p>Read more: <a href=/x>Another</a></p>", f'<section id="comments"><p>{"I like it. " * 90}</p></section>'),
        ("<script>var x = 'no text';</script>", "<h2>Related stories</h2><ul><li><a href=/x>Y</a></li></ul>"),
        ("<div style='display:none'>Hidden words stand here.</div>", "<form><p>Your address, please.</p></form>"),
        ("<p>Bridge to open</p>", "<p><a href=/>One</a> <a href=/>Two</a></p>"),
        ("<p>The new bridge. | © Ann Lee/Getty Images</p>", "<h3>Das könnte Sie auch interessieren</h3><p>A dog.</p>"),
        ("<p>April 28, 2016, 8:41 AM UTC</p><p>Caption</p>", "<p>1 of 12</p><p>20. April 2016</p>"),
        ("<p>[button link=/x]Send us yours[/button]</p>", "<p>There is more. Sign up for the free newsletter.</p>"),
        ("<p>Foto: Ann Lee</p>", "<h3>Top stories</h3><p><a href=/x>A dog</a></p><p>A dog bit the mayor's cat.</p>"),
        ("<p>Foto: Ann Lee</p>", "<p>Never miss a story: sign up for our newsletter.</p>"),
    ],
)
def test_only_the_story(before: str, after: str) -> None:
    assert read(page("", before, after)).text == f"{ONE}\n\n{TWO}"


@pytest.mark.parametrize(
    "story, text",
    [
        (f"<div class='post-body'>{ONE}<br><br>{TWO}</div>", f"{ONE}\n\n{TWO}"),
        (f"<div class='post-body'>{ONE}<br>{TWO}</div>", f"{ONE}\n\n{TWO}"),
        (f"<p>{ONE}</p><h2>Why</h2><p>{TWO}</p>", f"{ONE}\n\nWhy\n\n{TWO}"),
        (f"<p>{ONE}</p><ul><li>First.</li><li>Second.</li></ul><p>{TWO}</p>", f"{ONE}\n\nFirst.\n\nSecond.\n\n{TWO}"),
        (f"<p>{ONE}</p><blockquote>{TWO}</blockquote>", f"{ONE}\n\n{TWO}"),
        (f"<p>{ONE}</p><table><tr><td>Piers</td><td>12</td></tr></table>", f"{ONE}\n\nPiers 12"),
        (f"<p>{ONE[:40]}<b>{ONE[40:50]}</b>{ONE[50:]}</p><p>{TWO}</p>", f"{ONE}\n\n{TWO}"),
        (f"<p>{ONE}</p><div class='tags-and-share'><p>{TWO * 4}</p></div>", f"{ONE}\n\n{TWO * 4}"),
        (f"<p>Har&shy;bour and caf&eacute;. {ONE}</p><p>{TWO}", f"Harbour and café. {ONE}\n\n{TWO}"),
        ("<div>" * 3_000 + STORY, f"{ONE}\n\n{TWO}"),
        # Between two line breaks, a link is in its own paragraph alone.
        (
            f"<div class='post-body'>{ONE}<br><br><a href=/x>All of the bridges</a><br><br>{TWO}</div>",
            f"{ONE}\n\n{TWO}",
        ),
        # What a pointer on a name would show.
        (
            f"<p>{ONE} <span class='hover-card-content'><a href=/x>Ann Lee is mayor.</a></span>Later.</p><p>{TWO}</p>",
            f"{ONE} Later.\n\n{TWO}",
        ),
        # The id of a heading is made of its words.
        (f"<p>{ONE}</p><h2 id='nav-comment'>Why</h2><p>{TWO}</p>", f"{ONE}\n\nWhy\n\n{TWO}"),
        # A box of links in the middle of the story does not end it.
        (
            f"<p>{ONE * 4}</p><h3>Trending</h3><p>{TWO}</p><p>{ONE}</p>",
            f"{ONE * 4}\n\n{TWO}\n\n{ONE}",
        ),
        (
            f"<p>{ONE}</p><p>Follows the subscription on, as an app may. {TWO}</p>",
            f"{ONE}\n\nFollows the subscription on, as an app may. {TWO}",
        ),
        # A lead in a box of its own, marks that say nothing, a list of links that is the story.
        (
            f"<header><p class='teaser'>{ONE * 2}</p></header><div class='story-body'><p>{TWO * 3}</p></div>",
            f"{ONE * 2}\n\n{TWO * 3}",
        ),
        (f"<div class='category-comments label-hidden has-sidebar'>{STORY}</div>", f"{ONE}\n\n{TWO}"),
        (
            f"<p>{ONE}</p><p><a href=/1>1) One thing, as they say</a></p><p><a href=/2>2) Another of those</a></p>"
            f"<p><a href=/3>3) The last and the longest of all of them</a></p>",
            f"{ONE}\n\n1) One thing, as they say\n\n2) Another of those\n\n3) The last and the longest of all of them",
        ),
    ],
)
def test_body(story: str, text: str) -> None:
    assert read(page(story=story)).text == text


def test_what_stands_above_the_headline_is_no_part_of_the_story() -> None:
    ticker = "".join(f"<li><a href=/{n}>Story {n}</a> {TWO}</li>" for n in range(5))
    found = read(
        "<html><head><title>Bridge to open</title></head><body><div class='main-content'>"
        f"<ul>{ticker}</ul><h2>Bridge to open</h2>{STORY}</div></body></html>"
    )
    assert found.text == f"{ONE}\n\n{TWO}"


@pytest.mark.parametrize(
    "raw",
    [
        "<html><head><meta charset=utf-8></head><p>Müller — “café”".encode(),
        "<html><p>Müller — “café”".encode(),
        b"\xef\xbb\xbf" + "<html><meta charset=windows-1252><p>Müller — “café”".encode(),
        "<html><meta charset=iso-8859-1><p>Müller — “café”".encode("cp1252"),
        "<html><meta http-equiv=content-type content='text/html; charset=cp1252'><p>Müller — “café”".encode("cp1252"),
        "<html><p>Müller — “café”".encode("cp1252"),
        "<html><meta charset=utf-8><p>Müller — “café”".encode("cp1252"),
        "<html><meta charset=utf-16><p>Müller — “café”".encode(),
        "<html><meta charset=no-such><p>Müller — “café”".encode(),
        "<html><meta charset=base64><p>Müller — “café”".encode(),
    ],
)  # fmt: skip
def test_charset(raw: bytes) -> None:
    assert read(raw).text == "Müller — “café”"


def test_what_else_a_page_declares() -> None:
    found = read(
        page(
            '<link rel="canonical" href="https://www.a.example/bridge"><meta property="og:site_name" content="The A">'
            '<meta property="article:section" content="World"><meta property="article:tag" content="bridges">'
            '<meta property="article:tag" content="harbour">',
            lang="en-GB",
        )
    )
    assert (found.url, found.source, found.section) == ("https://www.a.example/bridge", "The A", "World")
    assert (found.tags, found.language) == (("bridges", "harbour"), "en")
    assert read(page('<link rel="canonical" href="https://www.a.example/bridge">')).source == "a.example"
    assert read(page('<link rel="canonical" href="/bridge">')).url == ""


@pytest.mark.parametrize(
    "head, known",
    [
        (b"<!DOCTYPE html>\n<p>", True),
        (b"\xef\xbb\xbf \n<HTML>", True),
        (b"<!-- saved -->\n<html>", True),
        (b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x"><html>', True),
        (b"<meta charset=utf-8><title>x</title><p>x", True),
        (b'<?xml version="1.0"?><rss><channel><title>x</title><link/></channel></rss>', False),
        (b"<!DOCTYPE lewis SYSTEM><REUTERS>", False),
        (b"Some text with <p> and <div> and <p> in it", False),
    ],
)
def test_recognises(head: bytes, known: bool) -> None:
    assert READERS["HTML"].recognises(head) == known


HOSTILE = {
    "nested": "<div>" * 60_000 + "Deep text must not be lost.",
    "unclosed": "<b><i>" * 50_000,
    "attributes": "<p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">",
    "entities": "&amp" * 400_000,
    "marks": '<span class="author byline date">by x y z 1</span>' * 20_000,
    "links": '<a href="/x"><div><p>x y z</p>' * 20_000,
    "leads": '<div class="lead"><p>x</p></div>' * 20_000,
    "nested marks": '<span class="author byline date">x' * 20_000,
    "class": '<div class="' + "article-" * 200_000 + '">',
    "json-ld": '<script type="application/ld+json">' + "[" * 100_000 + "</script>",
    "words": "a-b_c " * 300_000,
    "tags": "<" * 1_000_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_pages_end(kind: str) -> None:
    hostile = f"<html><body><h1>A page</h1>{STORY}{HOSTILE[kind]}"
    began = time.perf_counter()
    if kind == "tags":
        with pytest.raises(BadRecord, match="tags"):
            read(hostile)
    else:
        text = read(hostile).text
        assert ONE in text
        assert kind != "nested" or "Deep text must not be lost." in text
    # A fifth of the megabytes that a page may have, on a busy machine: what is quadratic takes minutes.
    assert time.perf_counter() - began < 20


@pytest.mark.parametrize(
    "page",
    [
        "<article><h1>Mayor opens bridge</h1><p>{text}</p></article><aside><h3>Related</h3><ul><li><a href=/x>Old story"
        "</a> <time datetime=2020-05-05>5 May 2020</time></li></ul></aside>",
        "<header>Today is <time datetime=2024-06-01>1 June 2024</time></header><main><h1>Mayor opens bridge</h1>"
        "<p>{text}</p></main>",
        "<nav><time datetime=2024-06-01>1 June 2024</time></nav><h1>Mayor opens bridge</h1><p>{text}</p>",
    ],
)
def test_the_date_of_the_furniture_is_not_the_story_s(page: str) -> None:
    text = "The mayor opened the new bridge on the river in front of a small crowd of people."
    raw = f"<!doctype html><title>Mayor opens bridge</title><body>{page.format(text=text)}".encode()
    article = READERS["HTML"].article(Record(Location("page.html"), raw), Options())
    assert isinstance(article, Article)
    assert (article.text, article.published.at) == (text, "")


def test_a_headline_within_a_caption_is_read_with_what_stands_by_it() -> None:
    caption = f"<figcaption><small>28.04.2016 League</small><h1>Bridge to open</h1><p>{TWO}</p></figcaption>"
    found = read(f"<!doctype html><body><article><figure><img src=a>{caption}</figure><p>{ONE}</p></article>")
    assert (found.title, found.published.at) == ("Bridge to open", "2016-04-28")
    assert found.text == f"{TWO}\n\n{ONE}"
    assert "A plain caption" not in read(page(before="<figure><figcaption>A plain caption</figcaption></figure>")).text
