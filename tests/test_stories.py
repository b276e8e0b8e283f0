"""Near-copies become one story: the pairs that do and do not, and the same stories in any order and any batches."""

from __future__ import annotations

import random
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.article import Article
from searchsvc.copies import SHORT, near, shingles
from searchsvc.document import Document
from searchsvc.errors import StoreError
from searchsvc.store import NAME, VERSION, Store
from searchsvc.stories import divided

Made = Callable[..., Document]

WORDS = (
    "the of a in to and court minister budget vote river talks troops border school teacher harvest price tax union "
    "strike police fire bridge storm flood village market bank loan trade export island treaty senate governor mayor "
    "hospital doctor drug trial judge lawyer witness crime prison appeal report study research climate energy oil gas "
    "coal wind solar car plane train ship port road tunnel city town county farm cattle wheat corn milk water"
).split()


def prose(seed: object, words: int = 300) -> str:
    """A text of its own, in paragraphs of fifty words."""
    draw = random.Random(str(seed))
    some = [draw.choice(WORDS) for _ in range(words)]
    return "\n\n".join(" ".join(some[at : at + 50]).capitalize() + "." for at in range(0, words, 50))


def cut(text: str, share: float) -> str:
    words = text.split(" ")
    return " ".join(words[: int(len(words) * share)])


def reled(text: str, seed: object = "lead") -> str:
    return prose(seed, 50) + "\n\n" + text.split("\n\n", 1)[1]


def corrected(text: str, share: float, seed: int = 1) -> str:
    draw = random.Random(seed)
    return " ".join(f"new{draw.randrange(999)}" if draw.random() < share else word for word in text.split(" "))


WIRE = prose("wire")
OTHER = prose("other")
FOOTER = prose("subscribe to our newsletter", 90)
TABLE = "Qtly div 10 cts vs 10 cts prior. Pay April 15. Record March 31."

COPIES = {
    "the same": WIRE,
    "other typography": WIRE.replace(" the ", " THE ").replace(". ", " — "),
    "cut to 90 %": cut(WIRE, 0.9),
    "cut to 50 %": cut(WIRE, 0.5),
    "cut to 30 %": cut(WIRE, 0.3),
    "re-led": reled(WIRE),
    "corrected": corrected(WIRE, 0.04),
    "a paragraph dropped": "\n\n".join(WIRE.split("\n\n")[:2] + WIRE.split("\n\n")[3:]),
    "a header and a footer": f"By a reporter, City (Wire)\n\n{WIRE}\n\n{FOOTER}",
    "cut and corrected": cut(corrected(WIRE, 0.03), 0.5),
    "re-led and corrected": reled(corrected(WIRE, 0.02)),
}
STRANGERS = {
    "another article": OTHER,
    "the same footer": f"{OTHER}\n\n{FOOTER}",
    "a quotation": f"{OTHER}\n\n{WIRE.split(chr(10) * 2)[2]}",
    "one piece of a round-up": f"{OTHER}\n\n{cut(WIRE, 0.3)}\n\n{prose('third')}\n\n{prose('fourth')}",
    "nothing": "",
    "a brief": TABLE,
}


@pytest.mark.parametrize("name", COPIES)
def test_near_copies(name: str) -> None:
    one, other = shingles("A title", WIRE, "Paper"), shingles("Another headline", COPIES[name], "Gazette")
    assert near(one, other)
    assert near(other, one)
    assert near(one, shingles("", COPIES[name]))


@pytest.mark.parametrize("name", STRANGERS)
def test_strangers(name: str) -> None:
    text = f"{WIRE}\n\n{FOOTER}" if "footer" in name else WIRE
    one, other = shingles("A title", text, "Paper"), shingles("A title", STRANGERS[name], "Gazette")
    assert not near(one, other)
    assert not near(other, one)


@pytest.mark.parametrize(
    "titles, texts, days, same",
    [
        (("Smith Co sets payout", "Smith Co sets payout"), (TABLE, TABLE), ("", ""), True),
        (("Smith Co sets payout", "SMITH CO SETS REGULAR PAYOUT"), (TABLE, TABLE.upper()), ("2016-03-01",) * 2, True),
        (("Smith Co sets payout", "Jones Inc declares dividend"), (TABLE, TABLE), ("", ""), False),
        (("Smith Co sets payout", "Smith Co sets payout"), (TABLE, TABLE), ("2016-03-01", "2016-06-01"), False),
        (("Smith Co sets payout", "Smith Co sets payout"), (TABLE, TABLE.replace("10", "11")), ("", ""), False),
        (("Smith Co sets payout", ""), (TABLE, TABLE), ("", ""), True),
        (("Minister resigns after long vote", "MINISTER resigns after long vote"), ("", ""), ("", ""), True),
        (("Prime minister resigns", "Prime minister resigns"), ("", ""), ("", ""), False),
        (("Minister resigns after long vote", ""), ("", "Minister resigns after long vote"), ("", ""), True),
        (("", ""), ("Too few", "Too few"), ("", ""), False),
    ],
)  # fmt: skip
def test_short_texts_are_copies_only_word_for_word(
    titles: tuple[str, str], texts: tuple[str, str], days: tuple[str, str], same: bool
) -> None:
    one, other = (shingles(*each, "Wire", day) for *each, day in zip(titles, texts, days, strict=True))
    assert near(one, other) is same
    assert near(other, one) is same


def test_a_series_of_one_source_is_no_story() -> None:
    """What changes is the name and the number in the lead: of another source it is a copy, of the same one another
    article; and a bulletin of the next day is not that of today."""
    form = "{} receives a grant of {} dollars from the senator who announced it today in his office " + cut(WIRE, 0.6)
    one = shingles("Grant", form.format("Hamilton", "48,198"), "Senator", "2016-03-01")
    two = shingles("Grant", form.format("Zanesville", "15,480"), "Senator", "2016-03-01")
    assert not near(one, two)
    bulletin = shingles("Rates", WIRE, "Wire", "2016-03-01")
    assert near(bulletin, shingles("Rates", corrected(cut(WIRE, 0.95), 0.01, 5), "Wire", "2016-03-01T17:00:00Z"))
    assert not near(bulletin, shingles("Rates", corrected(cut(WIRE, 0.8), 0.01, 5), "WIRE", "2016-03-08"))
    assert near(bulletin, shingles("Rates", corrected(cut(WIRE, 0.8), 0.01, 5), "Gazette", "2016-03-08"))
    assert near(bulletin, shingles("Rates", WIRE, "Wire", "2016-03-08"))


def test_a_text_without_spaces_has_words() -> None:
    draw = random.Random(7)
    text = "".join(chr(0x4E00 + draw.randrange(3000)) + ("、" if n % 11 == 0 else "") for n in range(300))
    assert near(shingles("", text), shingles("", text[:150]))
    assert not shingles("", text).short


def test_a_date_that_is_none_settles_nothing() -> None:
    assert near(shingles("", WIRE, "Wire", "2016-99-99"), shingles("", WIRE, "Wire", "2016-03-01"))


@given(st.text(), st.text(), st.text())
def test_any_text_has_shingles(title: str, text: str, source: str) -> None:
    some = shingles(title, text, source)
    assert len(some.known) == 0 or len(some.known) >= SHORT
    if len(some.prints):
        assert near(some, some)


# The store's stories


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path, create=True)


def stories_of(store: Store) -> set[frozenset[str]]:
    """The stories of more than one article."""
    found = {frozenset(store.story(document.id)) for _, document in store.after(0, 10_000)}
    return {story for story in found if len(story) > 1}


def rows(store: Store, table: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(store.path) as connection:
        return connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()


def sound(store: Store) -> None:
    assert list(store.faults()) == []


def copies_of(made: Made, name: str, count: int) -> list[Document]:
    texts = [prose(name), *(corrected(prose(name), 0.02, seed) for seed in range(1, count))]
    return [made(f"{name} {n}", f"Title {n}", text, source=f"Paper {n}") for n, text in enumerate(texts)]


def test_copies_are_one_story(store: Store, made: Made) -> None:
    wire, other = copies_of(made, "wire", 4), copies_of(made, "other", 2)
    alone = made("alone", "Alone", prose("alone"))
    store.put([wire[0], other[0], alone])
    assert stories_of(store) == set()
    assert store.story_changes(0).stories == {}
    store.put([wire[1], other[1]])
    store.put(wire[2:])
    assert stories_of(store) == {frozenset(d.id for d in wire), frozenset(d.id for d in other)}
    assert store.story(wire[2].id) == [d.id for d in wire]
    assert store.story(alone.id) == [alone.id]
    assert store.story("00" * 10) == ["00" * 10]
    sound(store)


def test_changes_since(store: Store, made: Made) -> None:
    wire = copies_of(made, "wire", 3)
    store.put(wire[:2])
    first = store.story_changes(0)
    assert first.stories == {wire[0].id: wire[0].id, wire[1].id: wire[0].id}
    assert store.story_changes(first.position).stories == {}
    store.put([made(9, "Else", prose(9))])
    assert store.story_changes(first.position) == replace(first, stories={})
    store.put(wire[2:])
    assert store.story_changes(first.position).stories == {wire[2].id: wire[0].id}


def test_a_replaced_document_leaves_its_story(store: Store, made: Made) -> None:
    wire = copies_of(made, "wire", 3)
    store.put(wire)
    position = store.story_changes(0).position
    rewritten = replace(wire[1], article=replace(wire[1].article, text=prose("rewritten")))
    store.put([rewritten])
    assert stories_of(store) == {frozenset((wire[0].id, wire[2].id))}
    assert store.story_changes(position).stories == {wire[1].id: wire[1].id}
    sound(store)
    store.put([made("late", "Late", prose("rewritten"))])
    assert frozenset((wire[1].id, made("late").id)) in stories_of(store)


def test_the_first_member_goes(store: Store, made: Made) -> None:
    wire = copies_of(made, "wire", 3)
    store.put(wire)
    store.remove([wire[0].id])
    assert store.story(wire[2].id) == [wire[1].id, wire[2].id]
    assert store.story(wire[0].id) == [wire[0].id]
    store.remove([wire[1].id])
    assert stories_of(store) == set()
    assert dict(store.story_changes(0).stories) == {d.id: d.id for d in wire}
    sound(store)


def test_two_stories_become_one(store: Store, made: Made) -> None:
    """The halves of an article are strangers until the whole comes."""
    whole = prose("whole", 400)
    first, second = (
        made(n, "Half", half, source=f"Paper {n}")
        for n, half in enumerate((cut(whole, 0.5), whole[len(cut(whole, 0.5)) :]))
    )
    more = made("more", "Half again", second.article.text, source="Paper 3")
    store.put([first, second, more])
    assert stories_of(store) == {frozenset((second.id, more.id))}
    position = store.story_changes(0).position
    both = made("both", "Whole", whole, source="Paper 4")
    store.put([both])
    assert stories_of(store) == {frozenset((first.id, second.id, more.id, both.id))}
    assert store.story_changes(position).stories == dict.fromkeys((first.id, second.id, more.id, both.id), first.id)
    sound(store)
    store.remove([both.id])
    assert stories_of(store) == {frozenset((second.id, more.id))}


def test_a_batch_with_two_versions_of_one_article(store: Store, made: Made) -> None:
    wire = copies_of(made, "wire", 2)
    old = made("one", "Old", prose("old"))
    new = made("one", "New", wire[0].article.text)
    store.put([old, wire[0], new, wire[1]])
    assert stories_of(store) == {frozenset((new.id, wire[0].id, wire[1].id))}
    sound(store)


def test_a_failed_batch_leaves_no_trace(store: Store, made: Made) -> None:
    wire = copies_of(made, "wire", 3)
    store.put(wire[:1])

    def failing() -> object:
        yield wire[1]
        raise RuntimeError

    with pytest.raises(RuntimeError):
        store.put(failing())  # type: ignore[arg-type]
    assert len(rows(store, "prints")) == 1
    store.put(wire[1:])
    assert store.story(wire[0].id) == [d.id for d in wire]
    sound(store)


def test_another_process_has_written(tmp_path: Path, made: Made) -> None:
    wire = copies_of(made, "wire", 3)
    one, other = Store(tmp_path, create=True), Store(tmp_path)
    one.put(wire[:1])
    other.put(wire[1:2])
    one.put(wire[2:])
    other.remove([wire[0].id])
    one.put([made("last", "Last", wire[0].article.text)])
    assert stories_of(one) == {frozenset((wire[1].id, wire[2].id, made("last").id))}
    sound(one)


def test_two_steps_from_the_first_member() -> None:
    chain = {1: [2], 2: [1, 3], 3: [2, 4], 4: [3, 5], 5: [4], 9: []}
    assert list(divided(chain)) == [[1, 2, 3], [4, 5], [9]]


def test_a_chain_that_drifts_is_several_stories(store: Store, made: Made) -> None:
    words = prose("river", 2000).split()
    made_ = [made(n, "Live", " ".join(words[n * 60 : n * 60 + 300]), source=f"Paper {n}") for n in range(20)]
    store.put(made_)
    stories = stories_of(store)
    assert max(map(len, stories)) <= 8
    assert len(stories) >= 3


def test_found_anew_they_are_the_same(store: Store, made: Made) -> None:
    documents = [d for name in "abcdef" for d in copies_of(made, name, 3)]
    random.Random(3).shuffle(documents)
    for at in range(0, len(documents), 4):
        store.put(documents[at : at + 4])
    for document in documents[:6]:
        store.put([replace(document, article=replace(document.article, title="Changed"))])
    store.remove([documents[7].id])
    before = stories_of(store), [row[:2] for row in rows(store, "stories")], rows(store, "near")
    position = store.story_changes(0).position
    done: list[int] = []
    store.find_stories_anew(done.append)
    assert (stories_of(store), [row[:2] for row in rows(store, "stories")], rows(store, "near")) == before
    assert store.story_changes(position).stories.keys() >= {id_ for id_, story in before[1] if id_ != story}
    sound(store)


def test_a_store_of_the_layout_before_is_taken_over(tmp_path: Path, made: Made) -> None:
    wire = copies_of(made, "wire", 3)
    store = Store(tmp_path, create=True)
    store.put(wire[:2])
    store.close()
    with sqlite3.connect(tmp_path / NAME) as connection:
        for table in ("prints", "near", "stories", "identities", "pins", "reconciled", "renamed", "decided_before"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("PRAGMA user_version=2")
    connection.close()
    store = Store(tmp_path)
    assert store.story(wire[0].id) == [wire[0].id]
    store.put(wire[2:])
    assert store.story(wire[0].id) == [d.id for d in wire]
    sound(store)
    store.close()
    with sqlite3.connect(tmp_path / NAME) as connection:
        connection.execute(f"PRAGMA user_version={VERSION + 1}")
    connection.close()
    with pytest.raises(StoreError):
        Store(tmp_path)


def test_check_tells_of_tables_that_do_not_fit(store: Store, made: Made) -> None:
    store.put(copies_of(made, "wire", 2))
    with sqlite3.connect(store.path) as connection:
        connection.execute("DELETE FROM near WHERE one=1")
        connection.execute("INSERT INTO prints VALUES (99, x'')")
        connection.execute("UPDATE stories SET story='x' WHERE id<>story")
    connection.close()
    assert len(list(store.faults())) == 3


def letter(made: Made, number: int, source: str = "Senator", at: str = "2016-03-01", name: object = None) -> Document:
    """A form letter: a twelfth of it is its own."""
    own = f"Town{number} receives a grant of {number * 1117} dollars. {prose(('letter', number), 15)}"
    return made(
        name or f"letter {number}", f"Town{number} grant", f"{own}\n\n{prose('form', 250)}", source=source, at=at
    )


def test_a_copy_of_one_article_of_a_series_is_no_copy_of_the_others(store: Store, made: Made) -> None:
    """Those that come before the copy, and those that come behind it."""
    store.put([letter(made, 1), letter(made, 2)])
    assert stories_of(store) == set()
    store.put([letter(made, 1, "Gazette", "2016-03-03", "copy")])
    store.put([letter(made, 3), letter(made, 4)])
    assert stories_of(store) == {frozenset((letter(made, 1).id, made("copy").id))}
    sound(store)


def test_letters_of_one_form_by_many_sources(store: Store, made: Made) -> None:
    """Where an article shares most with several stories, what is its own decides."""
    store.put([letter(made, number, f"Senator {number}", f"2016-{number:02}-01") for number in range(1, 9)])
    assert stories_of(store) == set()
    store.put([letter(made, 9, "Senator 9", "2016-01-02"), letter(made, 5, "Gazette", "2016-05-02", "copy")])
    assert stories_of(store) == {frozenset((letter(made, 5).id, made("copy").id))}


def test_boilerplate_that_thousands_share_hides_nothing(
    store: Store, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("searchsvc.prints.FIRST_HOLDERS", 2)
    monkeypatch.setattr("searchsvc.prints.LAST_HOLDERS", 3)
    footer = prose("footer", 150)
    store.put([made(n, "Column", f"{prose(n, 200)}\n\n{footer}", source=f"Paper {n}") for n in range(60)])
    assert stories_of(store) == set()
    store.put([made("copy", "Column", f"{prose(7, 200)}\n\n{footer}", source="Another")])
    assert stories_of(store) == {frozenset((made(7).id, made("copy").id))}


Step = tuple[int, int]


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 5)), min_size=1, max_size=24),
    st.lists(st.integers(1, 5), min_size=1, max_size=8),
)
def test_batches_make_no_difference(
    tmp_path_factory: pytest.TempPathFactory, steps: Sequence[Step], sizes: Sequence[int]
) -> None:
    """Articles put and replaced in any batches have the stories that they have when the last versions come at once."""
    long = prose("long", 360)
    texts = [
        long, cut(long, 0.5), long[len(cut(long, 0.5)) :], reled(long), prose("else", 120), TABLE,
    ]  # fmt: skip

    def document(name: int, text: int) -> Document:
        return Document(f"{name:020x}", Article(title="Smith Co", text=texts[text], source=f"Paper {name}"))

    grown = Store(tmp_path_factory.mktemp("grown"), create=True)
    at, turn = 0, 0
    while at < len(steps):
        size = sizes[turn % len(sizes)]
        grown.put([document(*step) for step in steps[at : at + size]])
        at, turn = at + size, turn + 1
    whole = Store(tmp_path_factory.mktemp("whole"), create=True)
    whole.put([document for _, document in grown.after(0, 100)])
    ids = [document.id for _, document in grown.after(0, 100)]
    assert [grown.story(id_) for id_ in ids] == [whole.story(id_) for id_ in ids]
    members = defaultdict(list)
    for id_, story in grown.story_changes(0).stories.items():
        members[story].append(id_)
    assert {frozenset(some) for some in members.values() if len(some) > 1} == stories_of(grown)
    sound(grown)
    grown.close()
    whole.close()
