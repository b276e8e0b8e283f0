"""Who is there to speak? The people and bodies of an article with their callings and gender, and who a phrase means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from searchsvc.analysis import fold
from searchsvc.document import Entities
from searchsvc.entities.quotes.callings import GROUPS, SAME, callings, context, gender, stem
from searchsvc.entities.quotes.given import FEMININE, MASCULINE
from searchsvc.entities.quotes.phrases import Phrase, personal
from searchsvc.entities.quotes.tokens import BODY, PERSON, WORD, Mark, Token
from searchsvc.entities.quotes.words import ANY_BODY, BODIES, COUNTERPARTS, FEMALE, HUMANS, MALE, PLATFORMS, UTTERANCES

#: Referents that are no speaker of the cast.
UNNAMED, SEVERAL = -1, -2
#: How many sentences back, and how many speakers, a noun may look for its bearer.
_RECENT = 80


@dataclass(slots=True)
class Speaker:
    """A person or body. `roles` are nouns it is called by in the article, `votes` what pronouns say of its gender."""

    key: str
    kind: str
    roles: set[str] = field(default_factory=set)
    votes: int = 0
    gender: str = ""
    age: str = ""
    #: Stems of the words round its name.
    context: set[str] = field(default_factory=set)
    #: The words of its names, folded.
    words: frozenset[str] = frozenset()


@dataclass(slots=True)
class Sentence:
    """What a sentence leaves for those after it: who acts in it, who else is in it, who spoke."""

    subject: int | None = None
    #: The gender and noun of a subject without a name.
    gender: str = ""
    head: str = ""
    #: Whether it tells of something written: a letter, a message.
    wrote: bool = False
    #: Whether its subject is a noun that says who, as `the constable`, though nobody by that calling is known.
    definite: bool = False
    #: Whom somebody asks in it.
    asked: int | None = None
    #: Whether somebody asks a question in it, or asks for something.
    asks: bool = False
    requests: bool = False
    people: list[int] = field(default_factory=list)
    bodies: list[int] = field(default_factory=list)
    spoke: int | None = None


class Cast:
    """The speakers of one article, and the sentences read so far."""

    def __init__(self, entities: Entities) -> None:
        self.speakers: list[Speaker] = []
        self.history: list[Sentence] = []
        #: The reporter of a first-person article.
        self.reporter: int | None = None
        self._alone: dict[str, int] = {}
        #: Nouns that brought in somebody without a name: `a soldier`, who is `the soldier` afterwards.
        self.nameless: set[str] = set()
        marks: list[Mark] = []
        self.title_marks: list[Mark] = []
        for kind, found in ((PERSON, entities.people), (BODY, entities.organisations)):
            for entity in found:
                ref = len(self.speakers)
                words = frozenset(fold(f"{entity.label} {' '.join(entity.aliases)}").split())
                speaker = Speaker(entity.key, kind, words=words)
                if kind == PERSON:
                    _given(speaker, entity.label)
                self.speakers.append(speaker)
                marks += [(start, end, kind, ref) for start, end in entity.mentions]
                self.title_marks += [(start, end, kind, ref) for start, end in entity.title_mentions]
        self.marks = _apart(marks)
        self.title_marks = _apart(self.title_marks)

    def learn(self, tokens: Sequence[Token]) -> None:
        """Callings, ages and gender of those that a paragraph names."""
        for i, token in enumerate(tokens):
            if token.kind not in (PERSON, BODY):
                continue
            speaker = self.speakers[token.ref]
            for word in callings(tokens, i):
                speaker.roles.add(SAME.get(word, word))
                if word.endswith("-year-old"):
                    speaker.age = word.split("-")[0]
                if word in FEMALE:
                    speaker.votes += 5
                elif word in MALE:
                    speaker.votes -= 5
            if token.kind == PERSON:
                speaker.context |= context(tokens, i)
            if i + 2 < len(tokens) and tokens[i + 1].text == "," and tokens[i + 2].text.isdigit():
                speaker.age = tokens[i + 2].text

    def weigh(self, tokens: Sequence[Token], before: Sequence[Token]) -> None:
        """What the pronouns of one sentence say of the only person named in it, or in the sentence before it."""
        people = {token.ref for token in tokens if token.kind == PERSON}
        opening = next((t.low for t in tokens if t.kind == WORD), "")
        if opening in ("he", "his", "she", "her"):
            named = {token.ref for token in before if token.kind == PERSON}
            if len(named) == 1:
                self.speakers[named.pop()].votes += 1 if opening in ("she", "her") else -1
        if len(people) != 1:
            return
        seen = False
        for token in tokens:
            if token.kind == PERSON:
                seen = True
            elif seen and token.kind == WORD:
                if token.low in ("he", "his", "him", "himself"):
                    self.speakers[people.pop()].votes -= 1
                    return
                if token.low in ("she", "her", "hers", "herself"):
                    self.speakers[people.pop()].votes += 1
                    return

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
            if len(row) == 1 and word not in UTTERANCES and word not in HUMANS
        }

    # Who is meant.

    def resolve(self, phrase: Phrase, tokens: Sequence[Token], lo: int, but: int | None = None) -> int | None:
        """The referent of a phrase in the sentence that begins at token `lo`; None where it means nobody known."""
        if phrase.kind == "name":
            return phrase.ref
        if phrase.kind == "several":
            return SEVERAL
        if phrase.kind == "pronoun":
            return self.pronoun(phrase.head, tokens, lo, phrase.last)
        if phrase.kind in ("some", "unknown"):
            return UNNAMED
        return self.noun(phrase, tokens, lo, but)

    def pronoun(self, word: str, tokens: Sequence[Token], lo: int, at: int) -> int | None:
        """Whom he, she, it, they or I mean at token `at`."""
        if word in ("i", "we", "me"):
            return self.reporter if self.reporter is not None else UNNAMED
        last = self.history[-1] if self.history else None
        if word == "it":
            if last is not None and last.wrote:
                return next(iter(last.people), last.subject) if last.definite or last.subject is None else last.subject
            body = self._latest_body()
            return last.subject if body is None and last is not None else body
        if word in ("they", "them"):
            ref = last.subject if last is not None else None
            if ref is not None and (ref in (UNNAMED, SEVERAL) or self.speakers[ref].kind == BODY):
                return ref
            return SEVERAL if len({ref for s in self.history[-3:] for ref in s.people}) > 1 else UNNAMED
        sex = "m" if word in ("he", "him", "his") else "f"
        here, beside = list[int](), list[int]()
        for k in range(lo, at):
            token = tokens[k]
            if token.kind == PERSON and token.ref != self.reporter and tokens[k + 1].text not in ("'s", "'"):
                (beside if k > lo and tokens[k - 1].low in _BESIDE else here).append(token.ref)
        found = self._first(here, sex)
        if found is None and beside:  # `Asked about Cole, he said`: not Cole, where there is another
            found = self.back(sex, but=beside[0])
            found = self._first(beside, sex) if found is None or found < 0 else found
        return self.back(sex) if found is None else found

    def back(self, sex: str = "", but: int | None = None) -> int | None:
        """The person last spoken of, of that gender where it is known, and not `but`."""
        for far, sentence in enumerate(self.history[:-9:-1]):
            row: list[int] = []
            if sentence.subject is not None and sentence.subject != but:
                if sentence.subject == UNNAMED:
                    if sex and sentence.gender == sex and far < 3:
                        return UNNAMED
                    if sentence.gender in ("", sex) and sentence.head and not sentence.people and far < 2:
                        return UNNAMED
                elif sentence.subject >= 0:
                    row.append(sentence.subject)
            if sentence.spoke is not None and sentence.spoke >= 0:
                row.append(sentence.spoke)
            elif sentence.spoke == UNNAMED and not sentence.people and but != UNNAMED and far < 1 and (
                not sex or sentence.gender in ("", sex)
            ):  # fmt: skip
                return UNNAMED
            row += sentence.people
            found = self._first(
                [ref for ref in row if ref not in (but, self.reporter) and self.speakers[ref].kind == PERSON], sex
            )
            if found is not None:
                return found
        few = enumerate(self.speakers[:_RECENT])
        people = [r for r, s in few if s.kind == PERSON and r != but and (not sex or s.gender == sex)]
        return people[0] if len(people) == 1 else None

    def other(self, ref: int | None, sex: str = "") -> int | None:
        """Whom somebody talks with: who else spoke lately, else who else was named."""
        for sentence in self.history[:-7:-1]:
            if sentence.asked is not None and sentence.asked != ref:
                return sentence.asked
            spoke = sentence.spoke
            if spoke is None or spoke < 0 or spoke == ref or self.speakers[spoke].kind == BODY:
                continue
            if not sex or self.speakers[spoke].gender in ("", sex):
                return spoke
        return self.back(sex, but=ref)

    def _first(self, row: Sequence[int], sex: str) -> int | None:
        """The first of that gender, else the first who may be."""
        for known in (sex, ""):
            for ref in row:
                if not sex or self.speakers[ref].gender == known:
                    return ref
        return None

    def _latest_body(self) -> int | None:
        for sentence in self.history[:-5:-1]:
            if sentence.subject is not None and sentence.subject >= 0 and self.speakers[sentence.subject].kind == BODY:
                return sentence.subject
            if sentence.bodies:
                return sentence.bodies[0]
        return None

    def noun(self, phrase: Phrase, tokens: Sequence[Token], lo: int, but: int | None = None) -> int | None:
        """Whom `the harbour master`, `the company`, `the older woman` mean; not `but`, unless by its own calling."""
        head = SAME.get(phrase.head, phrase.head)
        words = {SAME.get(word, word) for word in phrase.words}
        order = self._recent(tokens[lo : phrase.last])
        if head in BODIES:
            found = self._body(head, order)
            if found is not None:
                return found
        sex = gender(words)
        people = [ref for ref in order if self.speakers[ref].kind == PERSON and ref != phrase.ref]
        fitting = [ref for ref in people if not sex or self.speakers[ref].gender in ("", sex)]
        found = self._called(head, words, fitting)
        if found is not None:
            return found
        if phrase.head in self.nameless and phrase.head not in HUMANS:
            return UNNAMED
        for word in phrase.words:
            if word.endswith("-year-old"):
                aged = [ref for ref in people if self.speakers[ref].age == word.split("-")[0]]
                return aged[0] if aged else self.back(sex)
        if not personal(phrase):
            for ref in order:
                if self.speakers[ref].kind == BODY and head in self.speakers[ref].roles:
                    return ref
        if phrase.kind == "noun" and head not in HUMANS and len(stem(head)) > 3:
            told = [ref for ref in fitting if stem(head) in self.speakers[ref].context and ref != but]
            if told:
                stems = {stem(word) for word in words}
                return max(told, key=lambda ref: (len(stems & self.speakers[ref].context), -told.index(ref)))
        kin = GROUPS.get(head, set())
        near = next((ref for ref in fitting if kin & self.speakers[ref].roles), None)
        if near is not None:
            return near
        if head in ("other", "loser", "latter") or (head in ("younger", "elder") and not self._aged(people)):
            spoke = next((s.spoke for s in reversed(self.history[-_RECENT:]) if s.spoke is not None), None)
            alike = self.speakers[spoke].gender if spoke is not None and spoke >= 0 else ""
            return self.back(sex or alike, but=spoke)
        if head in HUMANS and phrase.kind == "noun":
            return self._human(words, sex, fitting, but)
        if head in COUNTERPARTS and phrase.ref < 0:
            return self.back(but=self.back() if but is None else but)
        return None

    def _called(self, head: str, words: set[str], people: Sequence[int]) -> int | None:
        """Who is called by that noun, and by most of the words before it."""
        called = [ref for ref in people if head in self.speakers[ref].roles]
        if not called:
            return None
        return max(called, key=lambda ref: (len((words - {head}) & self.speakers[ref].roles), -called.index(ref)))

    def _human(self, words: set[str], sex: str, people: Sequence[int], but: int | None) -> int | None:
        """Who is `the older woman`, `the union man`: by age, by the words round the name, else who was last named."""
        aged = self._aged(people)
        if len(aged) > 1 or (aged and "old" in words):
            if words & {"older", "elder", "old"}:
                return max(aged, key=lambda ref: int(self.speakers[ref].age))
            if words & {"younger", "young"}:
                return min(aged, key=lambda ref: int(self.speakers[ref].age))
        others = [ref for ref in people if ref not in (but, self.reporter)]
        row = [ref for ref in others if self.speakers[ref].gender == sex] or others
        stems = {stem(word) for word in words if word not in HUMANS}
        told = [ref for ref in row if stems & self.speakers[ref].context]
        return next(iter(told or row), None)

    def _aged(self, people: Sequence[int]) -> list[int]:
        return [ref for ref in people if self.speakers[ref].age.isdigit()]

    def by_calling(self, word: str) -> int | None:
        """Who alone is called by that noun in the article."""
        return self._alone.get(SAME.get(word, word))

    def _body(self, head: str, order: Sequence[int]) -> int | None:
        bodies = [ref for ref in order if self.speakers[ref].kind == BODY]
        for ref in bodies:
            if head in self.speakers[ref].words or head in self.speakers[ref].roles:
                return ref
        if head not in ANY_BODY and head not in ("club", "team", "bank", "union", "party"):
            return None
        barred = PLATFORMS | _PUBLIC if head in _PRIVATE else PLATFORMS
        return next((ref for ref in bodies if not self.speakers[ref].words & barred), None)

    def _recent(self, tokens: Sequence[Token]) -> list[int]:
        """Those in the sentence so far, those of the sentences before it, then the first of the article."""
        row = [token.ref for token in tokens if token.kind in (PERSON, BODY)]
        for sentence in reversed(self.history[-_RECENT:]):
            row += [ref for ref in (sentence.spoke, sentence.subject) if ref is not None and ref >= 0]
            row += sentence.people
            row += sentence.bodies
        row += range(min(len(self.speakers), _RECENT))
        return list(dict.fromkeys(row))


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
    """Set the gender that the given name tells, if it tells any."""
    for word in label.replace("“", " ").replace('"', " ").split()[:-1] or [label]:
        first = fold(word.split("-")[0])
        if first in FEMININE:
            speaker.gender = "f"
        elif first in MASCULINE:
            speaker.gender = "m"
        else:
            continue
        return


_BESIDE = frozenset("about of by against on with to for".split())
_PRIVATE = frozenset("company firm club team manufacturer maker developer charity employer".split())
#: What a company's name has not.
_PUBLIC = frozenset(
    "ministry department court council committee agency police parliament senate reserve government commission".split()
)
