"""Whom may `he`, `she` or `the driver` mean? Who has been named lately, where he stands, and what speaks for him.

A linear model: what is told of a candidate are named features, each with a weight of `lexicons/antecedents.tsv`. The
weights are learnt from the marked articles by `training/antecedents.py`; the candidate with the highest sum is meant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from searchsvc.document import Entities
from searchsvc.entities.lexicon import rows
from searchsvc.entities.quotes.callings import GROUPS, deeds, stem
from searchsvc.entities.quotes.phrases import Phrase, personal
from searchsvc.entities.quotes.speakers import MOST, SEVERAL, UNNAMED, Speakers, country
from searchsvc.entities.quotes.tokens import PERSON, PERSONAL, Token
from searchsvc.entities.quotes.words import ADDING, ANSWERING, HUMANS, KIN, NOBODY

#: Feature to value.
Features = dict[str, float]
TABLE = "antecedents.tsv"


@cache
def weights() -> Mapping[str, float]:
    """Feature to weight."""
    return {row[0]: float(row[1]) for row in rows(TABLE)}


def best(candidates: Iterable[tuple[int, Features]], table: Mapping[str, float]) -> int | None:
    """The first of the candidates with the highest sum by the weights of `table`; None for none."""
    top, found = float("-inf"), None
    for ref, features in candidates:
        total = 0.0
        for name, value in features.items():
            total += table.get(name, 0.0) * value
        if total > top:
            top, found = total, ref
    return found


#: How many sentences back a noun or a pronoun may look, and what is left of a sentence's weight in the one behind.
LATELY, FADING = 12, 0.72
OFFICES = PERSONAL - HUMANS
_PLACES = frozenset(("last subject", "last spoke", "last named", "back subject", "back spoke", "far", "ahead"))
BESIDE = frozenset("about of by against on with to for".split())
_FITS = ("", "unlikely", "unknown", "likely", "known")
_OLD, _YOUNG = frozenset("old older elder".split()), frozenset("young younger".split())
#: From what age somebody is old, up to what age young.
_AGE_OLD, _AGE_YOUNG = 56, 35
# What somebody without a name counts: of the gender that is sought, brought in by a noun, meant by one that tells who.
_TOLD, _BROUGHT, _MEANT = 0.75, 0.85, 0.6


@dataclass(slots=True)
class Sentence:
    """What a sentence leaves for those after it: who acts in it, who else is in it, who spoke."""

    subject: int | None = None
    #: The gender and noun of a subject without a name.
    gender: str = ""
    head: str = ""
    #: Whether it tells of something written, a letter, a message, and whose that is, where its subject is that.
    wrote: bool = False
    writer: int | None = None
    #: Whether its subject is a noun that says who, as `the constable`, though nobody by that calling is known.
    definite: bool = False
    #: Whether its subject may be he or she.
    human: bool = True
    #: The body for which somebody without a name speaks in it, and the gender of that.
    voice: int | None = None
    voiced: str = ""
    #: Whom somebody asks in it.
    asked: int | None = None
    #: To whom somebody speaks in it.
    told: int | None = None
    #: Whether somebody asks a question in it, or asks for something.
    asks: bool = False
    requests: bool = False
    people: list[int] = field(default_factory=list)
    bodies: list[int] = field(default_factory=list)
    spoke: int | None = None
    #: Whether it is a question of the reporter's own, `Was it hers?`, over which pronouns look back.
    wonders: bool = False
    #: Whether it opens a paragraph.
    opens: bool = False


class Standing(Speakers):
    """The speakers of one article, the sentences read so far, and where everybody stands in them."""

    def __init__(self, entities: Entities) -> None:
        super().__init__(entities)
        self.history: list[Sentence] = []
        #: Nouns that brought in somebody without a name: `a soldier`, who is `the soldier` afterwards.
        self.nameless: set[str] = set()
        #: How often each has been named or has acted so far.
        self.counts: Counter[int] = Counter()
        #: Whom the headline names.
        self.titled = frozenset(mark[3] for mark in self.title_marks)
        #: The weights by which is chosen.
        self.table = weights()
        #: Where pronouns and nouns stand, and whom each may mean. Kept for learning alone.
        self.trace: dict[int, list[tuple[int, Features]]] | None = None
        #: Who spoke before the last speaker where two speak in turn.
        self.turn: int | None = None
        #: With whose name, not met before, the next paragraph opens.
        self.coming: int | None = None
        #: Who spoke last in the paragraph that is read.
        self.telling: int | None = None
        #: Who spoke last, whether that was a question, and the verb of the report that is read.
        self.heard: int | None = None
        self.questioned = False
        self.verb = ""
        #: Who is somebody's husband, mother, sister, by the noun, as far as the article has told.
        self.kin: dict[tuple[int, str], int] = {}
        #: Has anybody been named so far?
        self.met = False
        #: Who has been named so far, the headline's first.
        self.present = {mark[3] for mark in self.title_marks}

    def candidates(
        self, sex: str, tokens: Sequence[Token], lo: int, at: int, acting: int | None
    ) -> list[tuple[int, Features]]:
        """Whom he or she may mean at token `at` of the sentence that begins at `lo`, and what speaks for each.

        `acting` is whom the noun means that is the subject so far.
        """
        told = self._standing(sex, tokens, lo, at)
        if acting is not None:
            told.setdefault(acting, {})["here acting"] = 1.0
        found: list[tuple[int, Features]] = []
        most = max((self.counts[ref] for ref in told if ref >= 0), default=0)
        for ref, features in told.items():
            if ref >= 0:
                if self.speakers[ref].kind != PERSON:
                    if any(name.startswith("voice") for name in features):
                        found.append((ref, features))
                    continue
                if ref == self.turn:
                    features["next in turn"] = 1.0
                if ref == self.telling:
                    features["telling"] = 1.0
                if ref == self.heard:
                    features |= self._heard()
                fit = self.fit(ref, sex)
                if not fit:
                    continue
                features[_FITS[fit]] = 1.0
                features["often"] = self.counts[ref] / most if most else 0.0
                if ref in self.titled:
                    features["headline"] = 1.0
            else:
                features["nobody"] = 1.0
            found.append((ref, features))
        return found

    def bearers(
        self, phrase: Phrase, head: str, words: set[str], sex: str, tokens: Sequence[Token], lo: int, but: int | None
    ) -> list[tuple[int, Features]]:
        """Who may be meant by a noun of the sentence that begins at `lo`, and what speaks for each."""
        at = next((k for k in range(lo, len(tokens)) if tokens[k].start >= phrase.start), lo)
        told = self._standing(sex, tokens, lo, at)
        few = [ref for ref in range(min(len(self.speakers), MOST)) if self.speakers[ref].kind == PERSON]
        most = max((self.counts[ref] for ref in few), default=0)
        for ref in few:
            told.setdefault(ref, {"far" if ref in self.present else "ahead": 1.0})
        aged = next((word.split("-")[0] for word in phrase.words if word.endswith("-year-old")), "")
        kind = (
            "aged"
            if aged
            else "human"
            if head in HUMANS or not personal(phrase)
            else "kin"
            if head in KIN
            else "office"
        )
        owned = phrase.ref >= 0 or (phrase.kind == "noun" and tokens[at].low in ("his", "her", "their"))
        kin, root = GROUPS.get(head, set()), stem(head)
        nobody = told.setdefault(UNNAMED, {})
        nobody[f"noun nobody {kind}"] = 1.0
        nobody["noun owned"] = float(owned)
        called = sum(head in self.speakers[ref].roles for ref in few)
        again = {ref for ref in few if head in self.speakers[ref].again}
        new = not again and not any((kin | {head}) & self.speakers[ref].roles for ref in few)
        demonym, done = country(head), deeds(head)
        old, young = bool(words & _OLD), bool(words & _YOUNG)
        ages = self.aged(few) if old or young else []
        found: list[tuple[int, Features]] = [
            (UNNAMED, {f"noun {k}" if k[:4] != "noun" else k: v for k, v in nobody.items()})
        ]
        for ref, place in told.items():
            if ref < 0 or ref == phrase.ref or self.speakers[ref].kind != PERSON or ref == self.reporter:
                continue
            speaker = self.speakers[ref]
            features = {f"noun {name}": value for name, value in place.items()}
            if new:  # by a noun that tells something new, he who is spoken of is meant: `the mother of two`
                features |= {f"noun new {name}": value for name, value in place.items() if name in _PLACES}
            if again:
                features["noun again" if ref in again else "noun again another"] = 1.0
            elif kin & speaker.again:
                features["noun again kin"] = 1.0
            if demonym:
                features["noun compatriot"] = float(demonym in speaker.countries)
            if sex:
                fit = self.fit(ref, sex)
                if not fit:
                    continue
                features[f"noun {_FITS[fit]}"] = 1.0
            if head in speaker.roles:
                features["noun called"] = 1.0
                features["noun called alone"] = float(called == 1)
                features["noun called more"] = float(min(len((words - {head}) & speaker.roles), 2))
            elif kind == "kin" and owned:
                features["noun no relative"] = 1.0
            elif kind != "human":
                if kin & speaker.roles:
                    features["noun kin"] = 1.0
                if len(root) > 3 and root in speaker.stems:
                    features["noun stem"] = 1.0
                elif speaker.roles & OFFICES and not kin & speaker.roles and not demonym and "former" not in words:
                    features["noun otherwise"] = 1.0
                features["noun alike"] = max(0.0, speaker.likeness(head))
            if done and (count := len(done & speaker.about) + len(done & speaker.did)):
                features["noun deed"] = min(count, 3) ** 0.5
            others = {stem(word) for word in words if word != head}
            if others & speaker.stems or (words - {head}) & speaker.roles:
                features["noun told"] = 1.0
            if aged:
                features["noun aged"] = float(speaker.age == aged)
            if len(ages) > 1 and ref in ages:
                pick = (max if old else min)(ages, key=lambda ref: int(self.speakers[ref].age))
                features["noun by age"] = float(ref == pick)
            if speaker.age.isdigit() and (old or young):
                fits = int(speaker.age) >= _AGE_OLD if old else int(speaker.age) <= _AGE_YOUNG
                features["noun of that age" if fits else "noun of another age"] = 1.0
            if ref == but:
                features["noun just before"] = 1.0
            if ref == self.turn:
                features["noun next in turn"] = 1.0
            if ref == self.telling:
                features["noun telling"] = 1.0
            if ref == self.heard:
                features |= {f"noun {name}": value for name, value in self._heard().items()}
            if ref == self.coming and not aged:
                features["noun coming"] = 1.0
            features["noun often"] = self.counts[ref] / most if most else 0.0
            if ref in self.titled:
                features["noun headline"] = 1.0
            found.append((ref, features))
        return found

    def _heard(self) -> Features:
        """What speaks for and against whoever spoke last: that the report goes on, `she added`, or answers."""
        features = {"heard": 1.0}
        if self.verb in ADDING:
            features["heard adds"] = 1.0
        elif self.verb in ANSWERING:
            features["heard answers"] = 1.0
        if self.questioned:
            features["heard asked"] = 1.0
        return features

    def _standing(self, sex: str, tokens: Sequence[Token], lo: int, at: int) -> dict[int, Features]:
        """Where those stand who have been named lately, up to token `at` of the sentence that begins at `lo`."""
        told: dict[int, Features] = {}
        named = 0
        for k in range(lo, at):
            token = tokens[k]
            if token.kind != PERSON or token.ref == self.reporter:
                continue
            if tokens[k + 1].text in ("'s", "'"):
                role = "here owner"
            elif k > lo and tokens[k - 1].low in BESIDE and tokens[max(lo, k - 2)].low != "according":
                role = "here beside"
            else:
                role, named = ("here later" if named else "here first"), named + 1
            told.setdefault(token.ref, {}).setdefault(role, 1.0)
        fade, paragraphs = 1.0, 0
        lately = self.history[:-LATELY:-1]
        for far, sentence in enumerate([s for s in lately if not s.wonders] or lately):
            near = "last" if far == 0 else "back"
            row = [(sentence.subject, "subject"), (sentence.spoke, "spoke")]
            row += [(ref, "object" if i else "named") for i, ref in enumerate(sentence.people)]
            for ref, role in row:
                if ref is None or ref in (self.reporter, SEVERAL):
                    continue
                if ref == UNNAMED:
                    value = without_a_name(sentence, sex, far)
                    if value:
                        told.setdefault(ref, {}).setdefault(f"nobody {near}", value * fade)
                elif self.speakers[ref].kind == PERSON:
                    features = told.setdefault(ref, {})
                    features.setdefault(f"{near} {role}", fade)
                    features.setdefault("paragraphs", float(min(paragraphs, 4)))
            if sentence.voice is not None and sex and sentence.voiced in ("", sex):
                told.setdefault(sentence.voice, {}).setdefault(f"voice {near}", fade)
            fade *= FADING
            paragraphs += sentence.opens
        return told

    def aged(self, people: Sequence[int]) -> list[int]:
        return [ref for ref in people if self.speakers[ref].age.isdigit()]


def without_a_name(sentence: Sentence, sex: str, far: int) -> float:
    """What somebody without a name counts who acts or speaks in a sentence so far back."""
    if sentence.spoke != UNNAMED and not sentence.human:
        return 0.0
    if sex and sentence.gender == sex:
        return _TOLD
    if far > 1 or sentence.people or sentence.gender not in ("", sex):
        return 0.0
    if not sentence.head:
        return _MEANT if sentence.spoke == UNNAMED else 0.0
    return _MEANT if sentence.definite or sentence.head in NOBODY else _BROUGHT
