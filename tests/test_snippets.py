"""Marks cover the words sought, all of them and nothing else; passages show the best places; any text is safe."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc import analysis, snippets
from searchsvc.snippets import FARTHEST, LENGTH, MOST, Sought, passages, spans


def sought(words: str = "", *phrases: tuple[str, int]) -> Sought:
    """Single words, and phrases with their slop."""
    parts = tuple((tuple(analysis.term(w) for w in analysis.words(text)), slop) for text, slop in phrases)
    return Sought(frozenset(analysis.term(w) for w in analysis.words(words)), parts)


def marked(text: str, what: Sought) -> str:
    """The text with its marks in brackets."""
    found, at = "", 0
    for start, end in spans(text, what):
        found += text[at:start] + "[" + text[start:end] + "]"
        at = end
    return found + text[at:]


WORDS = [
    ("election", "The elections; elected. Selection", "The [elections]; [elected]. Selection"),
    ("USA", "U.S.A. and USA, US", "[U.S.A.] and [USA], US"),
    ("Cafe", "café CAFÉ cafés", "[café] [CAFÉ] [cafés]"),
    ("obrien", "O'Brien O’Brien's Brien", "[O'Brien] [O’Brien's] Brien"),
    ("brien", "O'Brien said. Brien", "O'Brien said. [Brien]"),
    ("500", "1,500 or 500 or 2.500", "1,500 or [500] or 2.500"),
    ("s", "U.S. or S", "U.S. or [S]"),
    ("500 e", "1,500'é", "1,500'[é]"),
    ("next", "the end.Next one", "the end.[Next] one"),
    ("1000", "1,000 and 1000", "[1,000] and [1000]"),
    ("ceasefire", "cease-fire, ceasefire, cease fire", "[cease-fire], [ceasefire], cease fire"),
    ("ceasefire", "non-cease-fire", "non-cease-fire"),
    ("fire", "cease-fire", "cease-[fire]"),
    ("istanbul", "İstanbul ISTANBUL", "[İstanbul] [ISTANBUL]"),
    ("full", "ＦＵＬＬ", "[ＦＵＬＬ]"),
    ("the band", "The Who, the band", "The Who, the [band]"),
    ("the", "The who", "[The] who"),
    ("путин", "Путин сказал", "[Путин] сказал"),
    ("x", "", ""),
]

PHRASES = [
    ("peace talks", 0, "peace talks, talks peace, peace in talks", "[peace] [talks], talks peace, peace in talks"),
    ("peace talks", 1, "peace in talks, peace in new talks", "[peace] in [talks], peace in new talks"),
    ("to be or not to be", 0, "To be, or not to be? to be", "[To] [be], [or] [not] [to] [be]? to be"),
    ("a a", 0, "a a a b a", "[a] [a] [a] b a"),
    ("new york", 0, "new new york york", "new [new] [york] york"),
    ("cease fire", 0, "a cease-fire, a fire", "a [cease]-[fire], a fire"),
]


@pytest.mark.parametrize("words, text, wanted", WORDS)
def test_words(words: str, text: str, wanted: str) -> None:
    assert marked(text, sought(words)) == wanted


@pytest.mark.parametrize("phrase, slop, text, wanted", PHRASES)
def test_words_of_a_phrase_only_in_the_phrase(phrase: str, slop: int, text: str, wanted: str) -> None:
    assert marked(text, sought("", (phrase, slop))) == wanted


def test_a_word_sought_alone_is_marked_outside_the_phrase_too() -> None:
    assert marked("talks and peace talks", sought("talks", ("peace talks", 0))) == "[talks] and [peace] [talks]"


def test_nothing_sought_marks_nothing() -> None:
    assert spans("anything", Sought()) == []
    assert passages("", Sought()) == ()


def test_the_beginning_where_nothing_is_found() -> None:
    text = "Beginning. " + "filler words go on. " * 50
    (only,) = passages(text, sought("absent"))
    assert text.startswith(only.text)
    assert only.marks == ()
    assert only.cut == (False, True)


def test_a_short_text_is_shown_whole() -> None:
    (only,) = passages("Peace talks\n\nbegan", sought("talks"))
    assert only == snippets.Snippet("Peace talks  began", ((6, 11),), (False, False))


def test_two_passages_with_different_words_in_the_order_of_the_text() -> None:
    text = f"{'x ' * 300}Cocoa fell. {'y ' * 300}Copper rose. {'z ' * 300}"
    first, second = passages(text, sought("copper cocoa"))
    assert "Cocoa" in first.text
    assert "Copper" in second.text
    assert first.cut == second.cut == (True, True)
    assert len(passages(text, sought("cocoa"))) == 1


def test_a_passage_begins_at_the_head_of_its_sentence() -> None:
    text = f"{'filler ' * 60}end. The price of cocoa fell. {'filler ' * 60}"
    (only,) = passages(text, sought("cocoa"))
    assert only.text.startswith("The price of cocoa")


def test_a_passage_late_in_a_long_text_knows_that_it_goes_on() -> None:
    text = "y " * (FARTHEST // 2 - 20) + "cocoa " + "z " * 1000
    (only,) = passages(text, sought("cocoa"))
    assert only.cut == (True, True)


ALPHABET = st.one_of(
    st.text(st.characters(), max_size=80),
    st.lists(
        st.sampled_from(["peace", "talks", "Peace", "cease-fire", "U.S.", "O'Brien", "1,500", "500", " ", "-", ".", "'",
                         "é", "\n", ", ", "a", "東京", "\ud800", "İ", "ﬁ", "…", "'s"]), max_size=40
    ).map("".join),
)  # fmt: skip
SOUGHT = [
    sought("peace 500 a é fire us obrien ceasefire"), sought("", ("peace talks", 1), ("a a", 3)), sought("s brien x"),
    sought("ceasefire", ("cease fire", 0)),
]  # fmt: skip


@given(ALPHABET, st.sampled_from(SOUGHT))
def test_marks_are_valid_disjoint_and_exact(text: str, what: Sought) -> None:
    found = spans(text, what)
    assert all(0 <= start < end <= len(text) for start, end in found)
    assert all(one[1] <= other[0] for one, other in pairwise(found))
    if not what.phrases:
        single = what.terms - analysis.COMMON or what.terms
        tokens = [t for t in analysis.tokens(text) if t.term in single]
        # A compound's mark stands for its parts'.
        inside = {(t.start, t.end) for t in tokens}
        outer = {s for s in inside if not any(o != s and o[0] <= s[0] and s[1] <= o[1] for o in inside)}
        assert set(found) == outer


@given(ALPHABET, st.sampled_from(SOUGHT), st.integers(0, 30))
def test_passages_are_pieces_of_the_text(text: str, what: Sought, padding: int) -> None:
    text = text + " filler." * padding * 4 + text
    shown = passages(text, what)
    assert len(shown) <= MOST
    for snippet in shown:
        assert len(snippet.text) <= LENGTH
        assert snippet.text in text.replace("\n", " ")
        assert all(0 <= start < end <= len(snippet.text) for start, end in snippet.marks)
    if spans(text, what):
        assert any(snippet.marks for snippet in shown)


HOSTILE = ["a ", "a-", "a.", "a'", "1,", "a", "a\n", "-a ", "a a-", "'", "é", "1.1a"]


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_text_takes_linear_time(unit: str) -> None:
    hard = [
        sought("a 1 é"),
        sought("a", (" ".join("a" * 64), 100)),
        sought("", (" ".join("a" * 63) + " b", 100)),
        sought("aa"),
    ]
    for what in hard:
        began = time.process_time()
        passages(unit * (400_000 // len(unit)), what)
        snippets.title(unit * (10_000 // len(unit)), what)
        assert time.process_time() - began < 1.5
