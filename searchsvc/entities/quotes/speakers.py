"""Who are the people and bodies of an article? By what nouns are they called, and of which gender are they?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from searchsvc.analysis import fold
from searchsvc.document import Entities
from searchsvc.entities.lexicon import rows
from searchsvc.entities.quotes.callings import DEEDS, GROUPS, SAME, callings, context, gender, stem
from searchsvc.entities.quotes.given import known, leaning
from searchsvc.entities.quotes.likeness import Vectors, likeness, vectors
from searchsvc.entities.quotes.phrases import Phrase
from searchsvc.entities.quotes.tokens import (
    BODY,
    LINKS,
    PERSON,
    PERSONAL,
    QUOTE,
    RELATIVES,
    STOP,
    WORD,
    Mark,
    Token,
    human,
    plural,
)
from searchsvc.entities.quotes.words import FEMALE, HUMANS, MALE, UTTERANCES

#: Referents that are no speaker of the article.
UNNAMED, SEVERAL = -1, -2
#: How many speakers a noun may look for its bearer among.
MOST = 80
_VOTES = {"he": -1, "his": -1, "him": -1, "himself": -1, "she": 1, "her": 1, "hers": 1, "herself": 1}


@dataclass(slots=True)
class Speaker:
    """A person or body. `roles` are nouns it is called by in the article, `votes` what pronouns say of its gender."""

    key: str
    kind: str
    roles: set[str] = field(default_factory=set)
    votes: int = 0
    gender: str = ""
    #: What its gender is likely to be where nothing tells.
    leaning: str = ""
    age: str = ""
    #: Nouns that have meant it so far.
    again: set[str] = field(default_factory=set)
    #: The verbs of speech by its name, and the words of the sentences read so far in which it acts unnamed.
    did: set[str] = field(default_factory=set)
    #: The words round its name.
    about: set[str] = field(default_factory=set)
    #: The words of its names, folded.
    words: frozenset[str] = frozenset()
    _vectors: Vectors | None = None
    _stems: frozenset[str] | None = None
    _countries: frozenset[str] | None = None

    @property
    def surname(self) -> str:
        return fold(self.key.split()[-1]) if self.key.split() else ""

    @property
    def stems(self) -> frozenset[str]:
        """The stems of the words round its name, once all has been read."""
        if self._stems is None:
            self._stems = frozenset(map(stem, self.about))
        return self._stems

    @property
    def countries(self) -> frozenset[str]:
        """The countries of the words round its name, once all has been read."""
        if self._countries is None:
            self._countries = frozenset(map(country, self.about | self.roles)) - {""}
        return self._countries

    def likeness(self, noun: str) -> float:
        """How near a noun is to what is told of the speaker, once all has been read."""
        if self._vectors is None:
            self._vectors = vectors(sorted(self.about | self.roles))
        return likeness(noun, self._vectors)


class Speakers:
    """The speakers of one article: what is told of them, paragraph by paragraph, then `settle`."""

    def __init__(self, entities: Entities) -> None:
        self.speakers: list[Speaker] = []
        #: The reporter of a first-person article.
        self.reporter: int | None = None
        self._alone: dict[str, int] = {}
        marks: list[Mark] = []
        titled: list[Mark] = []
        for kind, found in ((PERSON, entities.people), (BODY, entities.organisations)):
            for entity in found:
                ref = len(self.speakers)
                words = frozenset(fold(f"{entity.label} {' '.join(entity.aliases)}").split())
                speaker = Speaker(entity.key, kind, words=words)
                if kind == PERSON:
                    _given(speaker, entity.label)
                self.speakers.append(speaker)
                marks += [(start, end, kind, ref) for start, end in entity.mentions]
                titled += [(start, end, kind, ref) for start, end in entity.title_mentions]
        #: The names in the text and in the title, sorted and apart.
        self.marks, self.title_marks = _apart(marks), _apart(titled)

    def learn(self, tokens: Sequence[Token]) -> None:
        """Callings, ages and gender of those that a paragraph names."""
        for i, token in enumerate(tokens):
            if token.kind not in (PERSON, BODY):
                continue
            speaker = self.speakers[token.ref]
            for word in callings(tokens, i):
                speaker.roles.add(SAME.get(word, word))
                if word not in FEMALE and plural(word):
                    word = word[:-1]  # `one of the chiefs, Ann Lee`, `two brothers, Ben and Carl Cole`
                    speaker.roles.add(SAME.get(word, word))
                if word.endswith("-year-old"):
                    speaker.age = word.split("-")[0]
                if word in FEMALE:
                    speaker.votes += 5
                elif word in MALE:
                    speaker.votes -= 5
            if token.kind == PERSON:
                context(tokens, i, speaker.about, speaker.did)
            if token.kind == PERSON and not speaker.age:  # `retired at the age of 36`, `Lee, who is 27`
                ahead = tokens[i + 1 : i + 16]
                for j, t in enumerate(ahead):
                    if t.kind in (PERSON, QUOTE) or t.text in ".;":
                        break
                    if t.text.isdigit() and len(t.text) < 4 and j > 1 and (
                        (ahead[j - 1].low == "of" and ahead[j - 2].low == "age")
                        or (ahead[j - 1].low in ("is", "was", "turned") and ahead[j - 2].low == "who")
                    ):  # fmt: skip
                        speaker.age = t.text
                        break
            age = next((t for t in tokens[i + 2 : i + 4] if t.low != "aged"), None)
            if age is not None and tokens[i + 1].text in (",", "(") and age.text.isdigit() and len(age.text) < 4:
                speaker.age = age.text

    def introduce(self, ref: int, phrase: Phrase, sex: str) -> bool:
        """Call somebody by the noun that brought him in, unless he has another calling or is of the other gender."""
        speaker, head = self.speakers[ref], SAME.get(phrase.head, phrase.head)
        offices = {word for word in speaker.roles if word in PERSONAL and word not in HUMANS and word not in DEEDS}
        if offices and head not in offices and not offices & GROUPS.get(head, set()):
            return False
        if sex and speaker.gender not in ("", sex):
            return False
        speaker.roles |= {SAME.get(word, word) for word in phrase.words}
        speaker.gender = speaker.gender or sex
        aged = next((word.split("-")[0] for word in phrase.words if word.endswith("-year-old")), "")
        speaker.age = speaker.age or aged
        return True

    def weigh(self, tokens: Sequence[Token], before: Sequence[Token]) -> None:
        """What the pronouns of one sentence say of the first person named in it, or in the sentence before it."""
        opening = next((t.low for t in tokens if t.kind == WORD), "")
        if opening in ("he", "his", "she", "her"):
            earlier = {token.ref for token in before if token.kind == PERSON}
            if len(earlier) == 1:
                self.speakers[earlier.pop()].votes += 1 if opening in ("she", "her") else -1
        named = next((i for i, token in enumerate(tokens) if token.kind == PERSON), -1)
        if named < 0:
            return
        apposed = named + 2 < len(tokens) and tokens[named + 1].text == "," and (
            tokens[named + 2].low in ("a", "an", "the", "who") or tokens[named + 2].text.isdigit()
        )  # fmt: skip
        crossed = False  # has another clause begun, so that its object may be the subject of this one?
        for i in range(named + 1, len(tokens)):
            token = tokens[i]
            low = token.low
            if token.kind == PERSON and token.ref != tokens[named].ref:
                return
            if token.kind == STOP:
                apposed = apposed and (i == named + 1 or token.text == "-")
            elif low in LINKS or low in RELATIVES:
                crossed, apposed = True, False
            elif token.kind == WORD and low in _VOTES:
                free = low == "him" or (low == "her" and not (i + 1 < len(tokens) and tokens[i + 1].kind == WORD))
                if crossed or not free:
                    self.speakers[tokens[named].ref].votes += _VOTES[low]
                    return
            elif token.kind == WORD and low in PERSONAL and not apposed:
                return  # somebody else, of whom the next pronoun may tell

    def settle(self) -> None:
        """Decide the genders, and which callings are one person's alone, once all has been read."""
        owners: dict[str, list[int]] = {}
        for ref, speaker in enumerate(self.speakers):
            if speaker.votes and (not speaker.gender or abs(speaker.votes) > 1):
                speaker.gender = "f" if speaker.votes > 0 else "m"
            for word in speaker.roles if speaker.kind == PERSON else ():
                owners.setdefault(word, []).append(ref)
        self._alone = {
            word: row[0]
            for word, row in owners.items()
            if len(row) == 1 and word not in UTTERANCES and word not in HUMANS and human(word)
        }

    def by_calling(self, word: str) -> int | None:
        """Who alone is called by that noun in the article."""
        return self._alone.get(SAME.get(word, word))

    def called(self, phrase: Phrase, but: int | None = None) -> int | None:
        """Who in the whole article is called by the noun of a phrase: the first, of that gender, and not `but`."""
        head, sex = SAME.get(phrase.head, phrase.head), gender_of(phrase)
        fitting = (
            ref
            for ref, speaker in enumerate(self.speakers[:MOST])
            if speaker.kind == PERSON and head in speaker.roles and (not sex or speaker.gender in ("", sex))
        )
        return None if head in HUMANS else next((ref for ref in fitting if ref != but), None)

    def first(self, row: Sequence[int], sex: str) -> int | None:
        """The first of that gender, else the first who is likely to be, else the first who may be."""
        if not sex:
            return row[0] if row else None
        best, found = 0, None
        for ref in row:
            fit = self.fit(ref, sex)
            if fit > best:
                best, found = fit, ref
        return found

    def fit(self, ref: int, sex: str) -> int:
        """How well somebody fits a gender: 4 known, 3 likely, 2 nothing told, 1 unlikely, 0 of the other."""
        speaker = self.speakers[ref]
        if speaker.gender:
            return 4 if speaker.gender == sex else 0
        return 2 if not speaker.leaning else 3 if speaker.leaning == sex else 1


@cache
def _countries() -> dict[str, str]:
    """Folded names of one word and demonyms to codes."""
    found: dict[str, str] = {}
    for code, label, names, demonyms, *_ in rows("countries.tsv"):
        for form in (label, *names.split("|"), *demonyms.split("|")):
            if form and " " not in form:
                found.setdefault(fold(form), code)
    return found


def country(word: str) -> str:
    """The code of the country whose name or demonym a word is, else nothing."""
    return _countries().get(word, "")


def gender_of(phrase: Phrase) -> str:
    """m, f or nothing, by the words of a phrase."""
    return gender(set(phrase.words) | {phrase.head})


def _apart(marks: list[Mark]) -> list[Mark]:
    """Sorted, the longer of two that overlap."""
    found: list[Mark] = []
    for mark in sorted(marks, key=lambda mark: (mark[0], -mark[1])):
        if not found or mark[0] >= found[-1][1]:
            found.append(mark)
    return found


def _given(speaker: Speaker, label: str) -> None:
    """Set the gender that the given names tell: two that differ, `José María`, `Nana Yaw`, tell nothing for certain."""
    firsts = [fold(word.split("-")[0]) for word in label.replace("“", " ").replace('"', " ").split()[:-1] or [label]]
    told = {known(first) for first in firsts} - {""}
    if len(told) == 1:
        speaker.gender = told.pop()
    elif not told:
        speaker.leaning = next((lean for first in firsts if (lean := leaning(first))), "")
