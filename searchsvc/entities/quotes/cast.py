"""Who is there to speak? Whom a phrase of an article means, by what has been said so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from searchsvc.document import Entities
from searchsvc.entities.quotes.callings import GROUPS, SAME, STYLES, gender, stem
from searchsvc.entities.quotes.clauses import subject
from searchsvc.entities.quotes.likeness import likeness, vectors
from searchsvc.entities.quotes.phrases import Phrase, personal, phrase_at
from searchsvc.entities.quotes.speakers import MOST, SEVERAL, UNNAMED, Speakers, gender_of
from searchsvc.entities.quotes.tokens import BODY, LINKS, PERSON, PERSONAL, Token, plural
from searchsvc.entities.quotes.words import ANY_BODY, BODIES, COUNTERPARTS, HUMANS, KIN, NOBODY, PLATFORMS, UTTERANCES

#: How many sentences back a noun or a pronoun may look.
_LATELY = 12
# What being there counts: as what somebody is in a sentence, a part of it for each sentence further back, and how well
# the gender fits. Set on the half that is read, where a tenth more or less of any changes little.
_SUBJECT, _SPOKE, _OBJECT = 1.0, 0.97, 0.9
_FADING = 0.72
_FIT = (0.0, 0.3, 0.7, 0.9, 1.0)
#: Somebody without a name: of the gender that is sought, brought in by a noun, meant by one that tells who.
_TOLD, _BROUGHT, _MEANT = 0.75, 0.85, 0.6
#: Somebody who has a calling already, where another is sought.
_CALLED = 0.7
#: Among how many a noun by which nobody is called looks for its bearer.
_NEAREST = 12
# What makes a noun stand for somebody: its likeness to the words round the name, more for a calling that may stand for
# it, for a word of its family, and for being near; less for another calling.
_LIKE, _KIN, _STEM, _NEAR, _OTHERWISE = 0.45, 0.4, 0.4, 0.1, 0.1
#: What is as like as this to a word of its name may stand for a body.
_LIKE_BODY = 0.4
_OFFICES = PERSONAL - HUMANS
_BESIDE = frozenset("about of by against on with to for".split())
_PRIVATE = frozenset("company firm club team manufacturer maker developer charity employer".split())
_MEDIA = frozenset(
    "times argus herald gazette post mirror radio news tv television magazine journal tribune star mail press agency "
    "bbc reuters".split()
)
#: What a company has not in its name.
_PUBLIC = _MEDIA | frozenset(
    "ministry department court council committee agency police parliament senate reserve government commission".split()
)


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
    #: Whether its subject may be he or she.
    human: bool = True
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


class Cast(Speakers):
    """The speakers of one article, and the sentences read so far."""

    def __init__(self, entities: Entities) -> None:
        super().__init__(entities)
        self.history: list[Sentence] = []
        #: Nouns that brought in somebody without a name: `a soldier`, who is `the soldier` afterwards.
        self.nameless: set[str] = set()
        #: Has anybody been named so far?
        self.met = False
        #: Who has been named so far, the headline's first.
        self.present = {mark[3] for mark in self.title_marks}

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
            body = self._body_here(tokens, lo, at)
            if body is not None:
                return body
            if last is not None and last.wrote:
                if last.head in UTTERANCES:  # `The report by the board blames Lee. It calls her`
                    owner = last.subject if last.subject in last.people[:1] else UNNAMED
                    return last.bodies[0] if last.bodies else owner
                return next(iter(last.people), last.subject) if last.definite or last.subject is None else last.subject
            body = self._latest_body()
            return last.subject if body is None and last is not None else body
        if word in ("they", "them"):
            ref = last.subject if last is not None else None
            if last is not None and last.bodies and not last.people and not last.human:
                return last.bodies[-1]  # `Hymns were sung by the Guild. They sent`
            if ref is not None and (ref in (UNNAMED, SEVERAL) or self.speakers[ref].kind == BODY):
                return ref
            if last is not None and last.bodies and not last.people:
                return last.bodies[-1]
            return SEVERAL if len({ref for s in self.history[-3:] for ref in s.people}) > 1 else UNNAMED
        sex = "m" if word in ("he", "him", "his") else "f"
        here, beside = list[int](), list[int]()
        for k in range(lo, at):
            token = tokens[k]
            if token.kind == PERSON and token.ref != self.reporter and tokens[k + 1].text not in ("'s", "'"):
                aside = k > lo and tokens[k - 1].low in _BESIDE and tokens[max(lo, k - 2)].low != "according"
                (beside if aside else here).append(token.ref)
        found = self.first(here, sex)
        if found is None and not beside:
            found = self._acting(sex, tokens, lo, at)
        if found is None and beside:  # `Asked about Cole, he said`: not Cole, where there is another
            found = self.back(sex, but=beside[0])
            found = self.first(beside, sex) if found is None or found < 0 else found
        if found is None:
            found = self.back(sex)
        if found is None:  # `Despite what he called a leak, Cole said`
            ahead = (t for t in tokens[at + 1 : at + 30] if t.kind == PERSON and self.fit(t.ref, sex) > 1)
            found = next((t.ref for t in ahead), None)
        return found

    def writer(self, phrase: Phrase, tokens: Sequence[Token], lo: int) -> int | None:
        """Whose words `his letter`, `the union's answer`, `a memorandum of the board` are."""
        owner = phrase.ref if phrase.ref >= 0 else phrase.within
        if owner >= 0:
            return owner
        at = next((k for k in range(lo, min(len(tokens), phrase.last + 1)) if tokens[k].start >= phrase.start), lo)
        for k in range(at + 1, min(len(tokens), phrase.last + 1)):
            if tokens[k].text in ("'s", "'") and tokens[k].end < phrase.end:  # `the association's petition`
                noun = phrase_at(tokens, at, k)
                return None if noun is None else self.resolve(noun, tokens, lo)
        determiner = tokens[at].low
        pronoun = {"his": "he", "her": "she", "its": "it", "their": "they"}.get(determiner)
        if pronoun is not None:
            return self.pronoun(pronoun, tokens, lo, at)
        behind = tokens[phrase.last + 1 : phrase.last + 5]
        if len(behind) > 2 and behind[0].text == "," and behind[1].low in ("by", "from"):
            author = next((t.ref for t in behind[2:] if t.kind in (PERSON, BODY)), -1)
            if author >= 0:
                return author
        named = [t.ref for t in tokens[lo:at] if t.kind in (PERSON, BODY)]
        if named:
            return named[-1] if determiner == "whose" else named[0]
        last = self.history[-1].subject if self.history else None
        return last if last is not None and last >= 0 else self.back()

    def _acting(self, sex: str, tokens: Sequence[Token], lo: int, at: int) -> int | None:
        """Who is meant by the noun that is the subject of the sentence so far: `The chairman told them that he`."""
        phrase = subject(tokens, lo, at)
        if phrase is None or phrase.kind not in ("noun", "some") or not personal(phrase) or plural(phrase.head):
            return None
        if gender_of(phrase) not in ("", sex):
            return None
        found = self.resolve(phrase, tokens, lo)
        if found == UNNAMED:
            return None if tokens[at - 1].low in LINKS else UNNAMED
        return found if found is not None and found >= 0 and self.fit(found, sex) > 1 else None

    def back(self, sex: str = "", but: int | None = None, *, calling: str = "") -> int | None:
        """The person last spoken of, of that gender where it is known, and not `but`: the best by how near, as what,
        and how well the gender fits."""
        best, found = 0.0, None
        near = 1.0
        for far, sentence in enumerate(self.history[:-_LATELY:-1]):
            if near <= best:
                break
            row = [(sentence.subject, _SUBJECT), (sentence.spoke, _SPOKE)]
            row += [(ref, _OBJECT - 0.02 * min(i, 5)) for i, ref in enumerate(sentence.people)]
            for ref, weight in row:
                if ref is None or ref in (but, self.reporter, SEVERAL):
                    continue
                if ref == UNNAMED:
                    weight *= _nameless(sentence, sex, far)
                elif self.speakers[ref].kind != PERSON:
                    continue
                elif sex:
                    weight *= _FIT[self.fit(ref, sex)]
                if calling and ref >= 0 and self.speakers[ref].roles & _OFFICES:
                    weight *= _CALLED
                if weight * near > best:
                    best, found = weight * near, ref
            near *= _FADING
        if found is not None:
            return found
        few = range(min(len(self.speakers), MOST))
        fitting = [ref for ref in few if ref in self.present and ref not in (but, self.reporter) and self.speakers[ref].kind == PERSON]
        fitting = [ref for ref in fitting if sex in ("", self.speakers[ref].gender)]
        return fitting[0] if len(fitting) == 1 else None

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

    def _body_here(self, tokens: Sequence[Token], lo: int, at: int) -> int | None:
        """The body that `it` at token `at` means, where the sentence has one."""
        for k in range(lo, at):
            if tokens[k].kind == BODY and (k == 0 or tokens[k - 1].low not in _BESIDE):
                return tokens[k].ref
            if tokens[k].low in BODIES and k > lo and tokens[k - 1].low in ("the", "this"):
                found = self._body(tokens[k].low, self._recent(tokens[lo:k]))
                if found is not None:
                    return found
        return None

    def body_before(self) -> int | None:
        """Whom `a spokesman` speaks for, where nothing says so: the body that acted last, else was named last."""
        lately = self.history[:-5:-1]
        acting = (
            ref for s in lately if (ref := s.subject) is not None and ref >= 0 and self.speakers[ref].kind == BODY
        )
        named = (ref for s in lately for ref in s.bodies if not self.speakers[ref].words & (_MEDIA | PLATFORMS))
        return next(acting, next(named, UNNAMED))

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
        if head in STYLES:
            return next((ref for ref in people if self.speakers[ref].roles & STYLES[head]), None)
        found = self._called(head, words, fitting)
        if found is not None:
            return found
        if head in KIN:
            found = self._kin(phrase, tokens, lo, fitting)
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
        if head in ("former", "latter"):
            return self._of_two(head)
        if head in ("other", "loser", "winner") or (head in ("younger", "elder") and not self._aged(people)):
            spoke = next((s.spoke for s in reversed(self.history[-MOST:]) if s.spoke is not None), None)
            alike = self.speakers[spoke].gender if spoke is not None and spoke >= 0 else ""
            return self.back(sex or alike, but=spoke)
        if phrase.kind == "noun" and head not in HUMANS and personal(phrase):
            found = self._alike(head, words, [ref for ref in fitting[:_NEAREST] if ref != but])
            if found is not None:
                return found
        if head in HUMANS and phrase.kind == "noun":
            return self._human(words, sex, fitting, but)
        if head in COUNTERPARTS and phrase.ref < 0:
            return self.back(but=self.back() if but is None else but)
        return None

    def _kin(self, phrase: Phrase, tokens: Sequence[Token], lo: int, people: Sequence[int]) -> int | None:
        """Who is `her father`: somebody of her surname."""
        owner: int | None = phrase.ref
        if phrase.ref < 0:
            at = next((k for k in range(lo, len(tokens)) if tokens[k].start >= phrase.start), lo)
            word = {"his": "he", "her": "she"}.get(tokens[at].low)
            owner = self.pronoun(word, tokens, lo, at) if word is not None else None
        if owner is None or owner < 0:
            return None
        surname = self.speakers[owner].surname
        return next((ref for ref in people if ref != owner and self.speakers[ref].surname == surname), None)

    def _called(self, head: str, words: set[str], people: Sequence[int]) -> int | None:
        """Who is called by that noun, and by most of the words before it."""
        called = [ref for ref in people if head in self.speakers[ref].roles]
        if not called:
            return None
        return max(called, key=lambda ref: (len((words - {head}) & self.speakers[ref].roles), -called.index(ref)))

    def _of_two(self, head: str) -> int | None:
        """Who is `the former`, who `the latter`: the first and the last named in the last sentence that names two."""
        for sentence in self.history[:-4:-1]:
            row = list(dict.fromkeys((*sentence.people, *sentence.bodies)))
            if len(row) > 1:
                return row[0] if head == "former" else row[-1]
        return None

    def _alike(self, head: str, words: set[str], people: Sequence[int]) -> int | None:
        """Of whom something like the noun is told: `the linguist`, of a professor; `the climber`, of who climbs."""
        root, kin = stem(head), GROUPS.get(head, set())
        best, found = _LIKE, None
        near = _NEAR
        for ref in people:
            speaker = self.speakers[ref]
            score = speaker.likeness(head) + near
            if kin & speaker.roles:
                score += _KIN
            if len(root) > 3 and root in speaker.stems:
                score += _STEM
            elif speaker.roles & _OFFICES and not kin & speaker.roles:
                score -= _OTHERWISE
            if score > best:
                best, found = score, ref
            near *= _FADING
        return found

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
        told = [ref for ref in row if stems & self.speakers[ref].stems]
        if told:
            return told[0]
        lately = self.back(sex, but=but)
        return lately if lately is not None and lately >= 0 else next(iter(row), None)

    def _aged(self, people: Sequence[int]) -> list[int]:
        return [ref for ref in people if self.speakers[ref].age.isdigit()]

    def _body(self, head: str, order: Sequence[int]) -> int | None:
        bodies = [ref for ref in order if self.speakers[ref].kind == BODY]
        for ref in bodies:
            if head in self.speakers[ref].words or head in self.speakers[ref].roles:
                return ref
        barred = PLATFORMS | _PUBLIC if head in _PRIVATE else PLATFORMS
        bodies = [ref for ref in bodies if not self.speakers[ref].words & barred]
        if head in ANY_BODY or head in ("club", "team", "bank", "union", "party"):
            return bodies[0] if bodies else None
        near = [
            (likeness(head, vectors(sorted(self.speakers[ref].words))) - 0.02 * i, ref)
            for i, ref in enumerate(bodies[:8])
        ]
        best = max(near, default=(0.0, -1))
        return best[1] if best[0] > _LIKE_BODY else None

    def _recent(self, tokens: Sequence[Token]) -> list[int]:
        """Those in the sentence so far, those of the sentences before it, then the first of the article."""
        row = [token.ref for token in tokens if token.kind in (PERSON, BODY)]
        for sentence in reversed(self.history[-MOST:]):
            row += [ref for ref in (sentence.spoke, sentence.subject) if ref is not None and ref >= 0]
            row += sentence.people
            row += sentence.bodies
        row += range(min(len(self.speakers), MOST))
        return list(dict.fromkeys(row))


def _nameless(sentence: Sentence, sex: str, far: int) -> float:
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
