"""One article, one id; what may be stored; one JSON form."""

from __future__ import annotations

from dataclasses import replace

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.article import DATE_SOURCES, Article, Location, Published, Tagged
from searchsvc.document import (
    MAX_TEXT,
    MAX_TITLE,
    Document,
    Entities,
    Entity,
    Quote,
    canonical_url,
    clean,
    from_json,
    make_document,
    source_hash,
    stable_id,
    to_json,
    validated,
)
from searchsvc.errors import BadRecord

URLS = [
    ("https://example.org/a", "https://example.org/a"),
    ("http://example.org/a", "https://example.org/a"),
    ("HTTP://Example.ORG/a", "https://example.org/a"),
    ("https://example.org/A", "https://example.org/A"),
    ("https://example.org/a/", "https://example.org/a"),
    ("https://example.org", "https://example.org"),
    ("https://example.org/", "https://example.org"),
    ("https://www.example.org/a", "https://www.example.org/a"),
    ("http://example.org:80/a", "https://example.org/a"),
    ("https://example.org:443/a", "https://example.org/a"),
    ("https://example.org:8443/a", "https://example.org:8443/a"),
    ("https://user:pw@example.org/a", "https://example.org/a"),
    ("https://example.org/a?id=7", "https://example.org/a?id=7"),
    ("https://example.org/a?utm_source=x", "https://example.org/a"),
    ("https://example.org/a?id=7&utm_medium=y&fbclid=z", "https://example.org/a?id=7"),
    ("https://example.org/a?b=&a=1", "https://example.org/a?b=&a=1"),
    ("https://example.org/a#part", "https://example.org/a#part"),
    ("  https://example.org/a\n", "https://example.org/a"),
    ("https://example.org/ä?q=é", "https://example.org/ä?q=é"),
    ("", ""),
    ("example.org/a", ""),
    ("ftp://example.org/a", ""),
    ("javascript:alert(1)", ""),
    ("https://", ""),
    ("http://[::1", ""),
    ("http://example.org:port/", ""),
    ("http://example.org:99999/", ""),
]


@pytest.mark.parametrize("url, canonical", URLS)
def test_canonical_url(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


@given(st.one_of(st.text(st.characters()), st.text(st.characters()).map("http://h/?x=1&y=".__add__)))
def test_canonical_url_takes_any_text_and_is_idempotent(url: str) -> None:
    found = canonical_url(url)
    assert canonical_url(found) == found


BASE = Article(title="T", text="words", url="https://example.org/a", archive_id="7", source="Wire",
               location=Location("dir/dump.jsonl", 10, 2))  # fmt: skip


def same(one: Article, other: Article) -> bool:
    return stable_id(one) == stable_id(other)


def test_the_url_is_the_article() -> None:
    assert same(BASE, replace(BASE, title="New", text="other", archive_id="8", source="Else", location=Location("x")))
    assert same(BASE, replace(BASE, url="http://example.org/a/?utm_source=x"))
    assert not same(BASE, replace(BASE, url="https://example.org/b"))


def test_without_a_url_the_archive_id_beside_the_source_is() -> None:
    one = replace(BASE, url="")
    assert same(one, replace(one, text="corrected", location=Location("other.jsonl")))
    assert not same(one, replace(one, archive_id="8"))
    assert not same(one, replace(one, source="Gazette"))
    assert same(one, replace(one, url="not a url"))


def test_without_a_source_it_is_beside_the_name_of_the_file() -> None:
    one = replace(BASE, url="", source="")
    assert same(one, replace(one, location=Location("moved/dump.jsonl", 99, 9), text="corrected"))
    assert not same(one, replace(one, location=Location("dir/dump2.jsonl")))


def test_with_nothing_else_the_content_is() -> None:
    one = replace(BASE, url="", archive_id="")
    assert same(one, replace(one, location=Location("elsewhere")))
    for other in (
        replace(one, text="else"),
        replace(one, title="E"),
        replace(one, published=Published("2016", "year")),
    ):
        assert not same(one, other)


def test_an_id_is_twenty_hex_digits_and_never_moves() -> None:
    assert stable_id(BASE) == "242f75836f15d3107edd"
    assert stable_id(replace(BASE, url="")) == "05d262b1fad81e393cb6"
    assert stable_id(Article("T", "words")) == "882d96a208617dadc82f"


# What may be stored


@pytest.mark.parametrize(
    "text, kept",
    [
        ("a\x00b", "ab"), ("a\ud800b\udfff", "ab"), ("a\tb\nc", "a\tb\nc"), ("a\x1fb\x7f", "ab"),
        ("é東\U0001f600", "é東\U0001f600"),
        ("\x0b\x0c", ""), ("\r\n", "\r\n"),
    ],
)  # fmt: skip
def test_clean(text: str, kept: str) -> None:
    assert clean(text) == kept


def test_validated_cleans() -> None:
    article = validated(
        Article(" T\x00 ", "\n words\ud800 ", url=" u\x00 ", source="A \n B", section=" s ", language="EN",
                byline=("Jane  Roe", "", "Jane Roe", "\x00"), tags=("x" * 900, " y "),
                tagged=(Tagged("people", " A  B "), Tagged("nonsense", "x"), Tagged("people", " ")))
    )  # fmt: skip
    assert (article.title, article.text, article.url) == ("T", "words", "u")
    assert (article.source, article.section, article.language) == ("A B", "s", "en")
    assert article.byline == ("Jane Roe",)
    assert article.tags == ("x" * 500, "y")
    assert article.tagged == (Tagged("people", "A B"),)
    assert validated(article) == article


REFUSED = [
    (Article(), "empty_article"),
    (Article(" \x00", "\ud800"), "empty_article"),
    (Article("t" * (MAX_TITLE + 1)), "too_large"),
    (Article("t", "x" * (MAX_TEXT + 1)), "too_large"),
    *(
        (Article("t", published=Published(at, precision, source)), "bad_date")
        for at, precision, source in [
            ("2016", "century", ""), ("2016", "year", "dream"), ("2016", "", ""), ("", "year", ""),
            ("2016-13", "month", ""), ("2016-02-30", "day", ""), ("0000", "year", ""), ("2016-04", "day", ""),
            ("yesterday", "day", ""), ("2016-04-28", "second", ""), ("2016-04-28T25:00:00Z", "second", ""),
            ("２０１６", "year", ""), ("2016-04-28T14:05:00Z\n", "second", ""), ("99999", "year", ""),
        ]
    ),
]  # fmt: skip


@pytest.mark.parametrize("article, code", REFUSED)
def test_refused(article: Article, code: str) -> None:
    with pytest.raises(BadRecord) as caught:
        validated(article)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "at, precision",
    [("", ""), ("2016", "year"), ("2016-04", "month"), ("2016-02-29", "day"), ("2016-04-28T14:05Z", "minute"),
     ("2016-04-28T14:05:00Z", "minute"), ("2016-04-28T14:05:09Z", "second"), ("9999-12-31", "day"), ("0001", "year")],
)  # fmt: skip
def test_dates_taken(at: str, precision: str) -> None:
    published = Published(at, precision, "archive" if at else "")
    assert validated(Article("t", published=published)).published == published


def test_the_limits_themselves_are_taken() -> None:
    validated(Article("t" * MAX_TITLE))


# The JSON form

text = st.text(max_size=20)
entity = st.builds(
    Entity, text, text, st.tuples(text),
    st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), max_size=2).map(tuple),
    st.just(((1, 2),)), st.just(("text",)),
)  # fmt: skip
some = st.lists(entity, max_size=2).map(tuple)
published = st.one_of(
    st.just(Published()), st.builds(Published, st.just("2016-04"), st.just("month"), st.sampled_from(DATE_SOURCES))
)
documents = st.builds(
    Document,
    st.binary(min_size=10, max_size=10).map(bytes.hex),
    st.builds(
        Article, title=text, text=text, url=text, archive_id=text, source=text, section=text, language=text,
        byline=st.lists(text, max_size=2).map(tuple), tags=st.lists(text, max_size=2).map(tuple), published=published,
        captured_at=text, location=st.builds(Location, text, st.integers(0, 2**40), st.integers(1, 2**31)),
    ),
    st.builds(Entities, some, some, some),
    text,
)  # fmt: skip


@given(documents)
def test_round_trip(document: Document) -> None:
    form = to_json(document)
    again = from_json(orjson.loads(orjson.dumps(form)))
    assert again == document
    assert to_json(again) == form
    assert again.content_hash == document.content_hash
    assert again.source_hash == document.source_hash


def test_what_the_archive_tagged_round_trips() -> None:
    article = Article("t", "x", tagged=(Tagged("people", "Jane Roe"), Tagged("countries", "Syria", "SY")))
    found = Entities(people=(Entity("Jane Roe", "Jane Roe", mentions=((0, 1),)),))
    document = make_document(article, found, "v")
    assert document.entities.people[0].provenance == ("text", "archive")
    assert document.entities.countries == (Entity("SY", "Syria", provenance=("archive",)),)
    assert from_json(to_json(document)) == document


@pytest.mark.parametrize(
    "missing", sorted(to_json(Document("ab", Article("t"))).keys() - {"captured_at", "places", "quotes", "word_count"})
)
def test_a_form_with_a_hole_is_refused(missing: str) -> None:
    form = to_json(Document("ab", Article("t")))
    del form[missing]
    with pytest.raises((KeyError, TypeError, ValueError)):
        from_json(form)


def test_hashes() -> None:
    document = make_document(BASE, Entities(), "v1")
    moved = replace(document, article=replace(BASE, location=Location("elsewhere", 5, 5)))
    assert (moved.content_hash, moved.source_hash) == (document.content_hash, document.source_hash)
    changed = replace(document, entities=Entities(people=(Entity("K", "K"),)))
    assert changed.content_hash != document.content_hash
    assert changed.source_hash == document.source_hash == source_hash(BASE, "v1")
    assert source_hash(BASE, "v2") != source_hash(BASE, "v1")
    assert source_hash(replace(BASE, section="s"), "v1") != source_hash(BASE, "v1")


def test_what_is_said_and_what_it_is_about_round_trips() -> None:
    roe, nato = Entity("Jane Roe", "Jane Roe", about=True), Entity("NATO", "NATO")
    said = (
        Quote(0, 4, "NATO", "organisation", 0, 0), Quote(6, 9, "Jane Roe", "person", 11, 19),
        Quote(0, 3, "", "unnamed", 0, 0, in_title=True), Quote(9, 10, "Jane Roe", "person", 9, 9),
    )  # fmt: skip
    kenya = Entity("KE", "Kenya", ("Nairobi",), ((0, 4),))
    document = Document("ab", Article("title", "some words here"), Entities((roe,), (), (nato,)), "v", said, (kenya,))
    assert from_json(to_json(document)) == document
    assert document.speakers == (nato, roe)
    assert document.located == (kenya,)
    assert replace(document, quotes=said[:1]).content_hash != document.content_hash
