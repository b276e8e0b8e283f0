"""Pieces of text numbered at once, and terms of several lists united: both are what reading one by one would find."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc import analysis
from searchsvc.engines.whoosh import pieces as module
from searchsvc.engines.whoosh.pieces import Pieces
from searchsvc.engines.whoosh.unions import united

BLANKS = " \n\t\r\u00a0\u2003\u2028\u3000"
# Of one byte to four, and words around the most bytes that a short piece has.
LETTERS = "abcdeéß“”中国語\u0107ю\U0001f600"
SIZES = (1, 2, 3, 5, 7, 8, 9, 13, 14, 15, 16, 17, 40)


class Reader:
    """Numbers pieces and knows what was met under each number."""

    def __init__(self) -> None:
        self.pieces = Pieces()
        self.known: list[tuple[str, str]] = []

    def read(self, texts: list[str], languages: list[str]) -> list[list[tuple[str, str]]]:
        numbers, sizes = self.pieces.cut(texts, languages)
        self.known += zip(self.pieces.met, self.pieces.met_in, strict=True)
        self.pieces.met.clear()
        self.pieces.met_in.clear()
        assert len(self.known) == len(self.pieces)
        assert sizes.sum() == len(numbers)
        every = iter(numbers.tolist())
        return [[self.known[next(every)] for _ in range(size)] for size in sizes.tolist()]


def random_text(draw: random.Random) -> str:
    words = ["".join(draw.choices(LETTERS, k=draw.choice(SIZES))) for _ in range(draw.randrange(60))]
    ends = [draw.choice(BLANKS) * draw.choice((1, 1, 2)) for _ in words]
    return draw.choice(("", " ", "\n")) + "".join(word + end for word, end in zip(words, ends, strict=True))


@pytest.mark.parametrize("at_once", [1, 500, 1 << 18])
def test_pieces_are_those_between_blanks(monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    monkeypatch.setattr(module, "_AT_ONCE", at_once)
    draw, reader = random.Random(at_once), Reader()
    for _ in range(4):  # the later times with what was met before
        texts = [random_text(draw) for _ in range(40)]
        languages = draw.choices(("en", "", "de", "ja", "zh"), k=40)
        for text, language, found in zip(texts, languages, reader.read(texts, languages), strict=True):
            assert [piece for piece, _ in found] == text.split()
            stemmed = {analysis.STEMMED.get(met_in or "en", "") for _, met_in in found}
            assert stemmed <= {analysis.STEMMED.get(language or "en", "")}
    assert len(set(reader.known)) == len(reader.known), "each is met once"


def test_many_pieces_stay_apart() -> None:
    """More than the table has room for at first, of which many begin alike."""
    reader = Reader()
    words = [f"{stem}{number:x}" for number in range(30_000) for stem in ("a", "government")]
    for _ in range(2):
        (found,) = reader.read([" ".join(words)], ["en"])
        assert [piece for piece, _ in found] == words
        assert len(reader.known) == len(words)


def test_pieces_that_begin_alike_are_apart() -> None:
    reader = Reader()
    assert [piece for piece, _ in reader.read(["ab a.b ab.", "", "ab"], ["en"] * 3)[0]] == ["ab", "a.b", "ab."]
    assert [number for number, _ in [*reader.read(["ab abc ab"], ["en"])[0]]] == ["ab", "abc", "ab"]
    with pytest.raises(UnicodeEncodeError):
        reader.read(["\ud800"], ["en"])


TERMS = st.text(st.sampled_from("abcé中"), min_size=1, max_size=20) | st.sampled_from(["government", "governments"])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sets(TERMS.map(str.encode), max_size=30).map(sorted), max_size=5))
def test_lists_of_terms_are_united(lists: list[list[bytes]]) -> None:
    every, places = united([b"\n".join(terms) for terms in lists])
    wanted = sorted(set().union(*lists))
    assert every == b"\n".join(wanted)
    if lists:
        assert [[wanted[place] for place in some.tolist()] for some in places] == lists
