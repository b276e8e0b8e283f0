"""Who said what: single shapes, and floors on the marked articles."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.document import SPEAKERS, Entities, Entity, Quote
from searchsvc.entities import extractor
from searchsvc.entities.quotes import quotes
from searchsvc.entities.quotes.antecedents import weights
from searchsvc.entities.quotes.given import known, leaning
from searchsvc.entities.quotes.likeness import likeness, vectors
from searchsvc.entities.quotes.runs import runs
from searchsvc.entities.tokens import plain
from searchsvc.entities.training import antecedents, speech
from searchsvc.entities.training.corpus import CorpusError
from searchsvc.evaluation.quotes import articles, score, shape

ARTICLES = articles(Path("nowhere"))


def entities(text: str, people: str, bodies: str = "", title: str = "") -> Entities:
    """Entities by their names, split at `|`; of a person the last word is mentioned too, and `=` gives other forms."""

    def found(names: str, surname: bool) -> tuple[Entity, ...]:
        rows = []
        for name in filter(None, names.split("|")):
            label, *others = name.split("=")
            forms = [label, *others, *([label.split()[-1]] if surname else [])]
            rows.append(Entity(label, label, tuple(forms[1:]), _places(text, forms), _places(title, forms)))
        return tuple(rows)

    return Entities(people=found(people, True), organisations=found(bodies, False))


def _places(text: str, forms: list[str]) -> tuple[tuple[int, int], ...]:
    spans: list[tuple[int, int]] = []
    for form in sorted(set(forms), key=len, reverse=True):
        at = text.find(form)
        while at >= 0:
            if not any(start < at + len(form) and at < end for start, end in spans):
                spans.append((at, at + len(form)))
            at = text.find(form, at + 1)
    return tuple(sorted(spans))


def said(text: str, people: str = "", bodies: str = "", title: str = "") -> list[tuple[str, str]]:
    """Speaker (or kind) and words of each quote."""
    rows = []
    for quote in quotes(title, text, entities(text, people, bodies, title)):
        rows.append((quote.speaker or quote.kind, (title if quote.in_title else text)[quote.start : quote.end]))
    return rows


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('He said "yes, and no" twice.', ["yes, and no"]),
        ("He said “yes” and ‘no’ and «oui» and „nein“.", ["yes", "no", "oui", "nein"]),
        ("« Non », dit-il.", ["Non"]),
        ("Hun sagde »nej tak«.", ["nej tak"]),
        ("Hon sade ”nej tack”.", ["nej tack"]),
        ("'It's the doctors' view,' he said, 'and Jo's too.'", ["It's the doctors' view,", "and Jo's too."]),
        ("The doctors' view and the nurses' view", []),
        ("'Twas the '60s, rock 'n' roll", []),
        ('a 6\'2" man and a 5" nail', []),
        ("\"He told me, 'Go,' and I went.\"", ["He told me, 'Go,' and I went."]),
        ("'I said, \"Go,\" and he didn't.'", ['I said, "Go," and he didn\'t.']),
        ('"One paragraph.\n"And another."', ["One paragraph.", "And another."]),
        ('"We ran," she said. "We hid.”', ["We ran,", "We hid."]),
    ],
)
def test_marks(text: str, found: list[str]) -> None:
    assert [text[run.start : run.end] for _, _, row in runs(text, plain(text)) for run in row] == found


PEOPLE = "Ann Lee|Ben Cole"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Behind the quotation.
        ('"We are ready," said Ann Lee.', ["Ann Lee"]),
        ('"We are ready," Ann Lee said.', ["Ann Lee"]),
        ('"We are ready," the mayor, Ann Lee, told the council.', ["Ann Lee"]),
        ('"We are ready," said the mayor of Hull, Ann Lee, who lives there.', ["Ann Lee"]),
        ('"Are we ready?" asked Ann Lee. Ben Cole was silent.', ["Ann Lee"]),
        ('"We are ready," according to Ann Lee.', ["Ann Lee"]),
        ('"We are ready," whooped Ann Lee.', ["Ann Lee"]),
        ('"A nation that is ready is a nation that is free." — Ann Lee', ["Ann Lee"]),
        # Before it.
        ('Ann Lee said: "We are ready."', ["Ann Lee"]),
        ('Ann Lee told Ben Cole that she was "ready to go".', ["Ann Lee"]),
        ('Ann Lee, 44, a nurse who knows Ben Cole, said she was "ready to go".', ["Ann Lee"]),
        ('In the words of Ann Lee, "we are ready".', ["Ann Lee"]),
        ('Ben Cole spoke first, and Ann Lee replied, "We are ready."', ["Ann Lee"]),
        ('Ben Cole was told by Ann Lee to "get ready".', ["Ann Lee"]),
        ('ANN LEE: "We are ready."'.replace("ANN LEE", "Ann Lee"), ["Ann Lee"]),
        ("Asked what he meant, Ben Cole said: “Nothing at all.”", ["Ben Cole"]),
        ('A friend of Ben Cole said he was "ready to go".', ["unnamed"]),
        # Around it, and on.
        ('"We are," said Ann Lee, "ready."', ["Ann Lee", "Ann Lee"]),
        ('"We are ready," said Ann Lee. "We have been for years."', ["Ann Lee", "Ann Lee"]),
        ('"We are ready," said Ann Lee.\n"We have been for years and years."', ["Ann Lee", "Ann Lee"]),
        ('Ben Cole was not amused. "It is late," he said.', ["Ben Cole"]),
        ('Mr. Ben Cole met Mrs. Ann Lee. "It is late," she said.', ["Ann Lee"]),
        ('"Is it late?" asked Ann Lee.\n"It is," said Ben Cole.\n"How late?"\n"Very."', ["Ann Lee", "Ben Cole"] * 2),
        ('Ann Lee, a nurse, and Ben Cole, a baker, met. "It is late," said the baker.', ["Ben Cole"]),
        ('Ann Lee saw it. "Run," a passer-by shouted.', ["unnamed"]),
        ('"We are one," Ann Lee and Ben Cole said.', ["several"]),
        ('Ann Lee tweeted: "We are ready."', ["Ann Lee"]),
    ],
)
def test_speaker(text: str, expected: list[str]) -> None:
    assert [speaker for speaker, _ in said(text, PEOPLE)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('The Water Board said the dam was "quite safe".', "Water Board"),
        ('The Water Board met. A spokesman for the board said it was "quite safe".', "Water Board"),
        ('"The dam is safe," the Water Board said in a statement.', "Water Board"),
        ('The Water Board met on Monday. "The dam is safe," it said.', "Water Board"),
        ('Water Board spokeswoman Ann Lee said it was "quite safe".', "Ann Lee"),
        ('A letter from the Water Board said the dam was "quite safe".', "Water Board"),
    ],
)
def test_bodies(text: str, expected: str) -> None:
    assert [speaker for speaker, _ in said(text, PEOPLE, "Water Board")] == [expected]


CAST, BODIES = "Ann Lee|Ben Cole|Carl Dunn|Dora Finch", "Water Board|Hull Council|Acme Corp"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('Ann Lee, who has led the council since 2012, described the plan as "a waste of money".', "Ann Lee"),
        ('Ann Lee and her deputy, Ben Cole, spoke on Monday. Cole said it was "a sad day for all".', "Ben Cole"),
        ('Ann Lee was adamant that there was "no going back on this".', "Ann Lee"),
        ('Ann Lee\'s lawyer, Ben Cole, said his client was "delighted with this".', "Ben Cole"),
        ('Hull Council, led by Ann Lee, said it was "looking into the matter".', "Hull Council"),
        ('Acme Corp chief executive Ann Lee told Reuters the deal was "a game changer for us".', "Ann Lee"),
        ('"This is a difficult year," a visibly shaken Ann Lee told the BBC.', "Ann Lee"),
        ('Ann Lee told reporters outside the court that justice "had been served at last".', "Ann Lee"),
        ("Ann Lee: “We did it. We really did it.”", "Ann Lee"),
        ('The victim\'s father told the court: "You took my boy."', "unnamed"),
        ('Not so, says Ann Lee: "It works."', "Ann Lee"),
        ('Ben Cole said on Friday that Ann Lee had been "a good friend to us all".', "Ben Cole"),
        ('Another, Carl Dunn, said it was the "best night ever in this town".', "Carl Dunn"),
        ('There was, in the words of one witness, "blood everywhere you looked".', "unnamed"),
        ('Ann Lee recalls telling Ben Cole: "You are next."', "Ann Lee"),
        ('Would she resign? "No," replied Ann Lee.', "Ann Lee"),
        ('Ann Lee was there. So was Ben Cole. "I ran," he said.', "Ben Cole"),
        ('Ben Cole met Carl Dunn at noon. "I ran," he said.', "Ben Cole"),
        ('"I ran," said Ann Lee.\n"I fell," said Ben Cole.\n"I am tired," she added.', "Ann Lee|Ben Cole|Ann Lee"),
        ('"I ran," said Ann Lee.\nBen Cole laughed.\n"You walked," he said.', "Ann Lee|Ben Cole"),
        ('Mayor Ann Lee spoke first. Then came councillor Ben Cole. "I ran," said the mayor.', "Ann Lee"),
        ('A man in a hat stopped. "I ran," he said. "I fell."', "unnamed|unnamed"),
        ('Hull Council met on Monday. "It rained," the council said.', "Hull Council"),
        ('Hull Council fined Acme Corp. "It is unfair," said a company spokesman.', "Acme Corp"),
        ('Ann Lee had a message for fans: "Come home."', "Ann Lee"),
        ('Not everyone agrees. "It is a disgrace," said Ann Lee.', "Ann Lee"),
        ('Judge Ann Lee jailed Ben Cole for life. "You are a danger to women," she told him.', "Ann Lee"),
        ('Ben Cole\'s wife, Ann Lee, said: "He was kind." His brother added: "He was late."', "Ann Lee|unnamed"),
        ('"We won," Ben Cole said, before adding: "Just."', "Ben Cole|Ben Cole"),
        ('"We lost," Ben Cole told Ann Lee. "I am sorry," she said.', "Ben Cole|Ann Lee"),
        ('President Ben Cole spoke. Senator Ann Lee said the president was "a liar and a cheat".', "Ann Lee"),
        (
            'Ann Lee said it was "a blur", that she had "no idea" and that she wished to "go home".',
            "Ann Lee|Ann Lee|Ann Lee",
        ),
        ('A police officer at the scene said the car was "completely destroyed".', "unnamed"),
        ('Ann Lee left. "She was calm," one witness said.\n"She even waved," said another.', "unnamed|unnamed"),
        ('Critics of Ann Lee say she is "out of touch with voters".', "unnamed"),
        ('"We are sorry," Ann Lee and her husband, Ben Cole, said.', "several"),
        ('The Water Board, which owns the dam, said it was "aware of the problem".', "Water Board"),
        ('"We are aware," a spokesman for the Water Board said.', "Water Board"),
        (
            'The Water Board apologised. "We are sorry," the board said. "It will not happen again."',
            "Water Board|Water Board",
        ),
        ('The report, by Hull Council, said the bridge was "in poor shape overall".', "Hull Council"),
        ('Ben Cole, of Acme Corp, hailed "a great day for the firm".', "Ben Cole"),
        ('"It is," Ben Cole, the mayor, told Ann Lee, "a great day."', "Ben Cole|Ben Cole"),
        ('Speaking outside court, Ben Cole\'s lawyer Ann Lee said: "It is a great day."', "Ann Lee"),
        ('And Ben Cole? "It is a great day," he said.', "Ben Cole"),
        ('"It is a great day," was how Ben Cole summed it up.', "Ben Cole"),
        ('"It is a great day", Ben Cole insisted yesterday, despite the rain.', "Ben Cole"),
        ('It was left to Ben Cole to declare it "a great day for the town".', "Ben Cole"),
        ('Ann Lee, whom Ben Cole called "a disgrace to the party", resigned.', "Ben Cole"),
        ('Ann Lee lives with her husband, Ben Cole. "It leaks," her husband said.', "Ben Cole"),
        ('Ben Cole runs a bakery with Ann Lee. "Bread is life," he said. "And death," she added.', "Ben Cole|Ann Lee"),
        ('Ben Cole drives a bus. "I saw it," the driver said.', "Ben Cole"),
        ('Ben Cole plays the violin. "I saw it," the violinist said.', "Ben Cole"),
        ('Judge Ann Lee asked Ben Cole, the accused, how he pleaded. "Guilty," said the accused.', "Ben Cole"),
        (
            'The pair met in 2001. "He was late," says Ann Lee of Ben Cole. "She was early," he says.',
            "Ann Lee|Ben Cole",
        ),
        ('Of Ben Cole, Ann Lee said: "He was late."', "Ann Lee"),
        ('"Ben Cole was late," Ann Lee said of him. "He always is."', "Ann Lee|Ann Lee"),
        ('Ben Cole would say: "Never be early," and wink.', "Ben Cole"),
        ('Carl Dunn recalled what his father, Ben Cole, had told him: "Never be early."', "Ben Cole"),
        ('Ann Lee did not mince her words. "It is mad," she told Ben Cole, who nodded.', "Ann Lee"),
        ('"It is mad," Ann Lee, furious, said.', "Ann Lee"),
        ('Ann Lee turned to Ben Cole. "Is it mad?"\n"Quite mad."', "Ann Lee|Ben Cole"),
        ('Ann Lee asked Ben Cole if it was mad. "Quite mad," was his answer.', "Ben Cole"),
        ('Asked if it was mad, Ann Lee said that it was. "Quite mad," she said.', "Ann Lee"),
        ('The villagers were angry. "It is mad," they said.', "unnamed"),
        ('Ann Lee met an official. "It is late," the official said.', "unnamed"),
        ("“It is mad,” Ann Lee’s statement said. “Quite mad.”", "Ann Lee|Ann Lee"),
        ("Ann Lee said it was 'mad' and 'the bosses' fault'.", "Ann Lee|Ann Lee"),
        ('A driver was fined on Monday. Ben Cole, 44, of Hull, admitted it. "I slept," the driver said.', "Ben Cole"),
        ('Ann Lee wants Ben Cole back. "I miss him," she said.', "Ann Lee"),
        ('Ben Cole, now a professor, wrote it. "I owe her a spoon," the linguist says.', "Ben Cole"),
        ('Of the cuts, Dora Finch\'s husband, who asked not to be named, said: "We are leaving."', "unnamed"),
        ('A man called Ben Cole sweeps the drive. "I saw the car," he says.', "Ben Cole"),
        ('The letter came from Ann Lee, director of Acme Corp, who wrote that it was "a poor show".', "Ann Lee"),
        ('The bridge was, Ann Lee allowed, "a plank with ideas".', "Ann Lee"),
        (
            'Ann Lee and Ben Cole disagree. The former calls it "a small miracle"; the latter says it is "a plank".',
            "Ann Lee|Ben Cole",
        ),
        ('Ann Lee, asked by Ben Cole whether she would resign, said: "Not today."', "Ann Lee"),
        ('Ann Lee said the jury had been invited to believe in "a clock that nobody wound".', "Ann Lee"),
        ('Hull Daily quoted Ann Lee as saying the cuts were "brutal for the poor".', "Ann Lee"),
        ('For Ann Lee the road is "more hole than road".', "Ann Lee"),
        ('According to Ann Lee, the road was "more hole than road".', "Ann Lee"),
        ('Despite what he called "a few small leaks", Ben Cole said the boat was sound.', "Ben Cole"),
        ('The report by the Water Board blames her. It calls the plan "a hat without a head".', "Water Board"),
        ('Hymns were sung by the Water Board. They sent a message: "Start without us, we are wet."', "Water Board"),
        ('Judge Ann Lee rose. "It is a hat," her Ladyship remarked.', "Ann Lee"),
        (
            'Judge Ann Lee told Ben Cole to speak. "Take it off," she said.\n"It is not mine, my lady."',
            "Ann Lee|Ben Cole",
        ),
        ('The ministers, Ann Lee and Ben Cole, said in a joint statement: "We agree."', "several"),
        ('A spokesman for Ann Lee said she was "resting at home".', "unnamed"),
        ('Ann Lee (43) was jailed. Ben Cole (51) was not. "I ran," the 43-year-old said.', "Ann Lee"),
        ('Ann Lee, 71, and Dora Finch, 24, run it. "I cook," says the older woman.', "Ann Lee"),
        ('The Water Board said on Monday that work would start "as soon as it is dry".', "Water Board"),
        ('According to Ben Cole, he heard it. "It was the goat," he said.', "Ben Cole"),
        ('Ben Cole waved to supporters chanting "four more years".', "unnamed"),
        ('Ben Cole jailed Carl Dunn, of Hull. His brother said: "He was late."', "unnamed"),
        ('Hull Council met Acme Corp. The authority said the plan was "under review again".', "Hull Council"),
        ('The Water Board dismissed the claims as "emotional".', "Water Board"),
        ('Ann Lee lives with her husband, Ben Cole. He waved. "It leaks," said his wife.', "Ann Lee"),
        ('Ben Cole, a baker, sued Carl Dunn, a nurse. "It was late," said the baker. "I ran."', "Ben Cole|Ben Cole"),
        ('Ann Lee (D-Ill.), who chairs the panel, said it was "a waste of time".', "Ann Lee"),
        ('"It is late," said the chair, Hull Council member Ann Lee.', "Ann Lee"),
        ('A spokeswoman for Acme Corp said it had rained. "It is late," she said.', "Acme Corp"),
        ('Ann Lee spoke. There were cries of "shame on you" from the back.', "unnamed"),
        ('"It was late," Ben Cole was heard to say.', "Ben Cole"),
        ('Carl Dunn was tried before Mr Ben Cole. "You ran," said the magistrate.', "Ben Cole"),
    ],
)
def test_passages(text: str, expected: str) -> None:
    """The shapes of reports, one by one: order, apposition, passives, callings, turns, bodies, nobody."""
    assert "|".join(speaker for speaker, _ in said(text, CAST, BODIES)) == expected


@pytest.mark.parametrize(
    "text",
    [
        'Ann Lee played in "The Long Way Home" last year.',
        'Her first novel, "Rain on Sunday", sold well.',
        'He is known as "the Loaf" in town.',
        'The so-called "quiet corridor" would cost a million.',
        'The word "strike" was not used.',
        'A sign reading "No Swimming" was put up.',
        'The band play a kind of "jazz" on Fridays.',
        'The "zero tolerance" policy was dropped.',
    ],
)
def test_not_speech(text: str) -> None:
    assert said(text, PEOPLE) == []


@pytest.mark.parametrize(("name", "gender"), [("maria", "f"), ("john", "m"), ("jo", ""), ("nobody", "")])
def test_known_names(name: str, gender: str) -> None:
    assert known(name) == gender


def test_names_by_their_endings() -> None:
    assert leaning("xandrina") == "f"
    assert leaning("grandulfo") == "m"


def test_likeness() -> None:
    told = vectors(["professor", "university", "language"])
    assert likeness("linguist", told) > likeness("plumber", told)
    assert likeness("linguist", vectors([])) == 0.0


def test_antecedents_are_learnt() -> None:
    """The table that ships is the one that the articles give, and the examples are decided by it."""
    readable = [article for article in ARTICLES if not article.held_back]
    table = antecedents.PRIOR
    for _ in range(2):
        found = antecedents.examples(readable, table)
        table = antecedents.learn(found)
    assert table == pytest.approx(weights(), abs=0.05)
    assert antecedents.right(found, table) > 0.88 * len(found) > 440
    assert antecedents.right(found, {}) < 0.7 * len(found)


def test_headline() -> None:
    title = "Dam is 'quite safe', town told"
    text = 'The dam is fine, said Ben Cole. It was "quite safe", Ann Lee told the town.'
    assert said(text, PEOPLE, title=title) == [("Ann Lee", "quite safe"), ("Ann Lee", "quite safe")]


def test_cue() -> None:
    text = '"We are ready," said the mayor, Ann Lee. "Quite ready."'
    first, second = quotes("", text, entities(text, PEOPLE))
    assert first == Quote(1, 14, "Ann Lee", "person", 32, 39)
    assert second == Quote(second.start, second.end, "Ann Lee", "person", second.start, second.start)


@given(st.text("Ann Lee\"'“”‘’«»„.,:?!\n said the board", max_size=300))
def test_any_text(text: str) -> None:
    """Spans lie in the text, in order and apart; nothing is raised."""
    found = quotes(text[:50], text, entities(text, PEOPLE, title=text[:50]))
    for titled in (True, False):
        row = [quote for quote in found if quote.in_title == titled]
        assert all(a.end <= b.start for a, b in pairwise(row))
        assert all(0 <= q.start < q.end <= len(text) and q.kind in SPEAKERS for q in row)
        assert all((q.speaker != "") == (q.kind in ("person", "organisation")) for q in row)


def test_reading_of_the_marks() -> None:
    text = (
        '# a | b | c\nHead "<q by=?>x y</q>"\n"<q by="Jo Roe">No [LOC Chad],</q>" said [PER Jo Roe]. [PER Roe] left.\n'
    )
    (article,) = speech.parse(text)
    assert article.title == 'Head "x y"'
    assert article.text == '"No Chad," said Jo Roe. Roe left.'
    assert [(r.start, r.end, r.in_title, r.by) for r in article.runs] == [(6, 9, True, "?"), (1, 9, False, "Jo Roe")]
    assert [(e.key, e.mentions) for e in article.entities.people] == [("Jo Roe", ((16, 22), (24, 27)))]


@pytest.mark.parametrize("line", ['"<q by=?>x"', '"x</q>"', "[PER x", "x]", '"<q by="Nobody">x</q>"'])
def test_broken_marks(line: str) -> None:
    with pytest.raises(CorpusError):
        list(speech.parse(f"# a | b | c\nHead\n{line}\n"))


def test_shapes() -> None:
    text = (
        '# a | b | c\nHead\n[PER Jo Roe] said: "<q by="Jo Roe">One.</q>"\n"<q by="Jo Roe">Two,</q>" said [PER Roe]. '
        '"<q by="Jo Roe">Three.</q>"\n"<q by="Jo Roe">Four,</q>" she said.\n'
        '[PER Roe] called it "<q by="Jo Roe">five</q>" and left.\n'
    )
    (article,) = speech.parse(text)
    assert [shape(article, run) for run in article.runs] == ["before", "after", "continuation", "pronoun", "within"]


@pytest.mark.parametrize("held_back", [False, True])
def test_floors(held_back: bool) -> None:
    part = [article for article in ARTICLES if article.held_back == held_back]
    assert len(part) > 90
    tagged = score(part, lambda article: article.entities)
    assert tagged["detection"]["f1"] >= 0.97
    assert tagged["attribution"]["f1"] >= (0.83 if held_back else 0.905)
    extract = extractor().extract
    extracted = score(part, lambda article: extract(article.title, article.text))
    assert extracted["attribution"]["f1"] >= (0.825 if held_back else 0.895)


@pytest.mark.parametrize("text", ["", " ", "\n\n"])
def test_a_headline_alone_is_read(text: str) -> None:
    said = quotes("Mayor: 'We will rebuild every street of this town'", text, Entities())
    assert [quote.start for quote in said] in ([], [8])
