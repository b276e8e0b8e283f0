"""Golden tokens, and what holds for any text."""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from searchsvc import analysis
from searchsvc.engines.whoosh.schema import NewsAnalyzer

ANY_TEXT = st.text(st.characters(), max_size=200)  # lone surrogates too

GOLDEN = [
    ("The Who", "the who"),
    ("to be or not to be", "to be or not to be"),
    ("U.S.", "us"),
    ("the U.S. said", "the us said"),
    ("U.S.A. and U.N.", "usa and un"),
    ("e.g. this.That", "eg this that"),
    ("Ja'afari", "jaafari"),
    ("Ja’afari", "jaafari"),
    ("Jaʼafari", "jaafari"),
    ("O'Brien's", "obrien"),
    ("Obamaʼs", "obama"),
    ("the Joneses' house", "the jones hous"),
    ("cease-fire", "ceas fire ceasefir"),
    ("cease‑fire", "ceas fire ceasefir"),  # a no-break hyphen
    ("a state-of-the-art plan", "a state of the art stateoftheart plan"),
    ("pages 3 - 5", "page 3 5"),
    ("1,000.50", "1000.50"),
    ("$1,000,000 in 2016", "1000000 in 2016"),
    ("3.14 and 7", "3.14 and 7"),
    ("the 1990s", "the 1990s"),
    ("**Breaking** news*", "break news"),
    ("__init__ foo_bar", "init foo bar"),
    ("Café CAFÉ cafe\u0301", "cafe cafe cafe"),
    ("naïve Zürich Łódź Ærø", "naiv zurich lodz aero"),
    ("Straße STRASSE", "strass strass"),
    ("東京 北京市", "東京 京 北京 京市 市"),
    ("İstanbul ISTANBUL ıstanbul", "istanbul istanbul istanbul"),
    ("ＦＵＬＬ　ｗｉｄｔｈ　１２", "full width 12"),
    ("ℋello 𝐖orld", "hello world"),
    ("ﬁnance", "financ"),
    ("Ελλάδα ΕΛΛΑΔΑ", "ελλαδα ελλαδα"),
    ("Путин", "путин"),
    ("elections elected", "elect elect"),
    ("a\x00b", "a b"),
    ("x\ud800y", "x y"),
    ("", ""),
    ("*** --- …", ""),
]


@pytest.mark.parametrize("text, terms", GOLDEN)
def test_golden(text: str, terms: str) -> None:
    assert " ".join(token.term for token in analysis.tokens(text)) == terms


def test_places() -> None:
    text = "A cease-fire, U.S. says"
    found = [(t.term, text[t.start : t.end], t.position) for t in analysis.tokens(text)]
    assert found == [
        ("a", "A", 0),
        ("ceas", "cease", 1),
        ("fire", "fire", 2),
        ("ceasefir", "cease-fire", 2),
        ("us", "U.S.", 3),
        ("say", "says", 4),
    ]


@pytest.mark.parametrize(
    "one, other",
    [
        ("Café", "cafe"), ("Ja'afari", "jaafari"), ("U.S.", "US"), ("１２３", "123"), ("Zürich", "ZURICH"),
        ("ﬁnance", "finance"), ("Straße", "strasse"), ("é", "e\u0301"), ("1,000", "1000"), ("Obama's", "Obama"),
        ("Smørrebrød", "smorrebrod"), ("ſenate", "senate"), ("Ⅷ", "viii"), ("Ħal", "hal"),
    ],
)  # fmt: skip
def test_equal_for_a_reader(one: str, other: str) -> None:
    assert [t.term for t in analysis.tokens(one)] == [t.term for t in analysis.tokens(other)]


def test_fold_is_idempotent_for_every_character() -> None:
    odd = [c for c in map(chr, range(0x110000)) if analysis.fold(analysis.fold(c)) != analysis.fold(c)]
    assert odd == []


def test_every_character_makes_a_term_or_none() -> None:
    for character in map(chr, range(0x110000)):
        if analysis.words(character):
            assert analysis.term(character) != ""


@given(ANY_TEXT)
def test_fold_is_idempotent(text: str) -> None:
    assert analysis.fold(analysis.fold(text)) == analysis.fold(text)


@given(ANY_TEXT)
@example("a-b-c d-e")
@example("U.S.-led")
@example("x" * 300)
def test_tokens_are_in_order_and_inside(text: str) -> None:
    assume(not any(map(analysis.is_unspaced, text)))
    last = -1
    words = []
    for token in analysis.tokens(text):
        assert 0 <= token.start < token.end <= len(text)
        assert len(token.term) <= analysis.MAX_WORD
        assert last <= token.position <= last + 1
        if token.position > last:
            words.append(text[token.start : token.end])
            assert token.term == analysis.term(words[-1])
        else:
            assert token.term == analysis.compound(text[token.start : token.end])
        last = token.position
    assert words == analysis.words(text)


@given(ANY_TEXT)
@example("cease-fire now")
def test_whoosh_analyses_as_we_do(text: str) -> None:
    text = text.replace("\x1f", " ").replace("\x1e", " ")
    theirs = [(t.text, t.pos, t.startchar, t.endchar) for t in NewsAnalyzer()(text, positions=True, chars=True)]
    assert theirs == [(t.term, t.position, t.start, t.end) for t in analysis.tokens(text) if t.term]


def test_values_of_a_field_are_far_apart() -> None:
    places = [t.pos for t in NewsAnalyzer()("John Kerry\x1fBan Ki-moon", positions=True)]
    assert places[0:2] == [0, 1]
    assert places[2] - places[1] > 100  # farther than any slop


@pytest.mark.parametrize(
    "word, compound",
    [("cease-fire", "ceasefir"), ("ceasefire", None), ("cease fire", None), ("a.b", None), ("a--b", None)],
)
def test_compound(word: str, compound: str | None) -> None:
    assert analysis.compound(word) == compound


def test_junk_is_cut_and_not_remembered() -> None:
    junk = "q" * 1_000_000
    assert [t.term for t in analysis.tokens(junk)] == ["q" * analysis.MAX_WORD]
    assert junk not in analysis._terms
