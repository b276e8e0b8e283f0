"""What holds for any text: exact offsets, order, no overlaps, the same answer twice, time in proportion to length."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.document import Entities, Entity
from searchsvc.entities import extractor
from searchsvc.entities.tokens import plain, tokens

EXTRACTOR = extractor("rules")
EXTRACTORS = [EXTRACTOR, extractor("tagged")]

WORDS = (
    "President Obama John Kerry de Mistura al-Assad Mr. Dr. U.S. US UK Georgia Jordan Chad United States "
    "Nations Ministry of Health University Bank England The the said in , . ( ) \" ' ’s - “ ” \n Inc Corp. "
    "(UN) EU NASA Washington Post Queen Victoria May Will Côte d'Ivoire Kim Jong-un Saudi-led JOHN KERRY "
    "Apple Ford Foreign Ministry Russian Israel Katz Miss İstanbul ß ẞ 10 D.C. Paris New York and for & Jr. III"
).split(" ")
PROSE = st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join)


def check(entities: Entities, title: str, text: str) -> None:
    groups: tuple[tuple[Entity, ...], ...] = (entities.people, entities.countries, entities.organisations)
    for group in groups:
        assert len({e.key for e in group}) == len(group)
        for entity in group:
            assert entity.key
            assert entity.label
            assert entity.mentions or entity.title_mentions
            forms = {entity.label, *entity.aliases}
            for source, spans in ((title, entity.title_mentions), (text, entity.mentions)):
                last = 0
                for start, end in spans:
                    assert last <= start < end <= len(source)
                    last = end
                    mention = source[start:end]
                    assert mention == mention.strip()
                    assert not mention.startswith(("the ", "The "))
                    assert not mention.endswith(("'s", "’s")) or entity.label.endswith("'s")
                    if not mention.isupper():
                        assert " ".join(plain(mention).split()) in forms | {" ".join(plain(f).split()) for f in forms}
        places = [(0, e.title_mentions[0]) if e.title_mentions else (1, e.mentions[0]) for e in group]
        assert places == sorted(places)


@given(title=PROSE, text=PROSE)
@settings(max_examples=400, deadline=None)
def test_offsets_and_order_on_prose(title: str, text: str) -> None:
    for each in EXTRACTORS:
        found = each.extract(title, text)
        check(found, title, text)
        assert found == each.extract(title, text)


@given(title=st.text(max_size=80), text=st.text(max_size=400))
@settings(max_examples=300, deadline=None)
def test_any_text_will_do(title: str, text: str) -> None:
    for each in EXTRACTORS:
        check(each.extract(title, text), title, text)


@given(text=st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_plain_keeps_every_offset(text: str) -> None:
    assert len(plain(text)) == len(text)
    found = tokens(text)
    assert all(found.plain[s:e] == w for s, e, w in zip(found.starts, found.ends, found.words, strict=True))
    assert len(found.gaps) == len(found.words) + 1


@pytest.mark.parametrize(
    "title, text", [("", ""), ("", " \n "), ("Kerry", ""), ("", "Kerry"), ("...", "((("), ("A", "A")]
)
def test_next_to_nothing(title: str, text: str) -> None:
    for each in EXTRACTORS:
        check(each.extract(title, text), title, text)


@pytest.mark.parametrize(
    "unit",
    [
        "A", "A ", "A.", "(", "a", "x\n", "Aa", "Bank of ", "Ministry and ", "John ", "John Smith ", "U.S.-", "de ",
        "Mr. ", "A-", "A'", "'s ", "New ", "Georgia ", "Congress ", "Bank ", "University of the ", "A (A) ", "\"A\" ",
        "KERRY ", "al-A", "d'", "Inc. ", "A & ", "Obama, ", "É",
        "Michael Jordan. Jordan ", "Miss Iran ", "Apple ", "Apple said. ", "Gerald Ford. Ford said ", "Israel Katz ",
        "Russian Foreign Ministry ", "Foreign Ministry in ", "A Clinton. Clinton ", "The Australian ", "Mr. Obama ",
    ],
)  # fmt: skip
def test_hostile_text_takes_time_in_proportion(unit: str) -> None:
    def seconds(length: int) -> float:
        text = (unit * (length // len(unit) + 1))[:length]
        start = time.process_time()
        check(EXTRACTOR.extract("", text), "", text)
        return time.process_time() - start

    short = min(seconds(50_000) for _ in range(2))
    long = seconds(400_000)
    # Eight times as long may take some twenty times as long; a quadratic rule takes sixty-four times.
    assert long < 24 * short + 0.25


@pytest.mark.parametrize("text", ["A" * 1_000_000, "A " * 500_000, "(" * 1_000_000, "a" * 1_000_000])
def test_a_megabyte_of_nothing(text: str) -> None:
    start = time.process_time()
    EXTRACTOR.extract("", text)
    assert time.process_time() - start < 30
