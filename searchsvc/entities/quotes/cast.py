"""Who is there to speak? Whom a phrase of an article means, by what has been said so far."""

from __future__ import annotations

from collections.abc import Sequence

from searchsvc.entities.quotes.antecedents import BESIDE, FADING, LATELY, OFFICES, Standing, best, without_a_name
from searchsvc.entities.quotes.callings import SAME, STYLES
from searchsvc.entities.quotes.clauses import subject
from searchsvc.entities.quotes.likeness import likeness, vectors
from searchsvc.entities.quotes.phrases import Phrase, personal, phrase_at
from searchsvc.entities.quotes.speakers import MOST, SEVERAL, UNNAMED, gender_of
from searchsvc.entities.quotes.tokens import BODY, LINKS, PERSON, PERSONAL, Token, plural
from searchsvc.entities.quotes.words import (
    ALIKE_BODIES,
    ANY_BODY,
    BODIES,
    COUNTERPARTS,
    HUMANS,
    KIN,
    PLATFORMS,
    RECIPROCAL,
    UTTERANCES,
)

# What being there counts: as what somebody is in a sentence, a part of it for each sentence further back, and how well
# the gender fits. Set on the half that is read, where a tenth more or less of any changes little.
_SUBJECT, _SPOKE, _OBJECT = 1.0, 0.97, 0.9
_FIT = (0.0, 0.3, 0.7, 0.9, 1.0)
#: What being the body last spoken of counts, against being spoken of often; less for one not spoken of yet.
_AT, _AHEAD = 1.5, -1.0
#: What a name or noun of that kind of body counts, and one of another kind.
_ALIKE, _UNLIKE = 1.5, 1.0
#: Somebody who has a calling already, where another is sought.
_CALLED = 0.7
#: What is as like as this to a word of its name may stand for a body.
_LIKE_BODY = 0.4
_OWNING = frozenset(("his", "her", "'s"))
_PRIVATE = frozenset("company firm club team manufacturer maker developer charity employer".split())
_MEDIA = frozenset(
    "times argus herald gazette post mirror radio news tv television magazine journal tribune star mail press agency "
    "bbc reuters".split()
)
#: What a company has not in its name.
_PUBLIC = _MEDIA | frozenset(
    "ministry department court council committee agency police parliament senate reserve government commission".split()
)


class Cast(Standing):
    """The speakers of one article, and the sentences read so far."""

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
                if last.writer is not None:
                    return last.writer
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
        here = tokens[lo:at]
        acting = None if any(token.kind == PERSON for token in here) else self._acting(sex, tokens, lo, at)
        candidates = self.candidates(sex, tokens, lo, at, acting)
        if self.trace is not None and tokens[at].low == word:
            self.trace.setdefault(tokens[at].start, candidates)
        found = best(candidates, self.table)
        if found is None:  # `Despite what he called a leak, Cole said`
            ahead = (t for t in tokens[at + 1 : at + 30] if t.kind == PERSON and self.fit(t.ref, sex) > 1)
            found = next((t.ref for t in ahead), None)
        return self.back(sex) if found is None else found

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
        for far, sentence in enumerate(self.history[:-LATELY:-1]):
            if near <= best:
                break
            row = [(sentence.subject, _SUBJECT), (sentence.spoke, _SPOKE)]
            row += [(ref, _OBJECT - 0.02 * min(i, 5)) for i, ref in enumerate(sentence.people)]
            for ref, weight in row:
                if ref is None or ref in (but, self.reporter, SEVERAL):
                    continue
                if ref == UNNAMED:
                    weight *= without_a_name(sentence, sex, far)
                elif self.speakers[ref].kind != PERSON:
                    continue
                elif sex:
                    weight *= _FIT[self.fit(ref, sex)]
                if calling and ref >= 0 and self.speakers[ref].roles & OFFICES:
                    weight *= _CALLED
                if weight * near > best:
                    best, found = weight * near, ref
            near *= FADING
        if found is not None:
            return found
        few = range(min(len(self.speakers), MOST))
        fitting = [
            ref
            for ref in few
            if ref in self.present and ref not in (but, self.reporter) and self.speakers[ref].kind == PERSON
        ]
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
            if tokens[k].kind == BODY and (k == 0 or tokens[k - 1].low not in BESIDE):
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
            if found is not None or head not in PERSONAL:
                return found  # a person is no bank
        sex = gender_of(phrase)
        at = next((k for k in range(lo, len(tokens)) if tokens[k].start >= phrase.start), lo)
        people = [ref for ref in order if self.speakers[ref].kind == PERSON and ref != phrase.ref]
        fitting = [ref for ref in people if not sex or self.speakers[ref].gender in ("", sex)]
        if head in STYLES:
            return next((ref for ref in people if self.speakers[ref].roles & STYLES[head]), None)
        if head in KIN:
            found = self._kin(phrase, tokens, lo, fitting)
            if found is not None:
                return found
        if not personal(phrase):
            for ref in order:
                if self.speakers[ref].kind == BODY and head in self.speakers[ref].roles:
                    return ref
        if head in ("former", "latter"):
            return self._of_two(head)
        if head in ("other", "loser", "winner") or (head in ("younger", "elder") and not self.aged(people)):
            spoke = next((s.spoke for s in reversed(self.history[-MOST:]) if s.spoke is not None), None)
            alike = self.speakers[spoke].gender if spoke is not None and spoke >= 0 else ""
            return self.back(sex or alike, but=spoke)
        if head in COUNTERPARTS and phrase.ref < 0 and not any(head in self.speakers[ref].roles for ref in fitting):
            return self.back(but=self.back() if but is None else but)
        called = any(head in self.speakers[ref].roles for ref in fitting)
        if not (called or personal(phrase)):
            return None
        if phrase.head in self.nameless and phrase.head not in HUMANS and not called:
            return UNNAMED
        candidates = self.bearers(phrase, head, words, sex, tokens, lo, but)
        own = {"his": "he", "her": "she"}.get(tokens[at].low)
        if own is not None:  # nobody is his own brother
            owner = self.pronoun(own, tokens, lo, at)
            candidates = [candidate for candidate in candidates if candidate[0] != owner or owner == UNNAMED]
        if self.trace is not None:
            self.trace.setdefault(phrase.start, candidates)
        return best(candidates, self.table)

    def _kin(self, phrase: Phrase, tokens: Sequence[Token], lo: int, people: Sequence[int]) -> int | None:
        """Who is `her father`: who was called so, else somebody of her surname."""
        owner: int | None = phrase.ref
        if phrase.ref < 0:
            at = next((k for k in range(lo, len(tokens)) if tokens[k].start >= phrase.start), lo)
            owner = self._owner(tokens, lo, at)
        if owner is None or owner < 0:
            return None
        found = self.kin.get((owner, phrase.head))
        if found in people or any(phrase.head in self.speakers[ref].roles for ref in people):
            return found if found in people else None
        surname = self.speakers[owner].surname
        return next((ref for ref in people if ref != owner and self.speakers[ref].surname == surname), None)

    def _owner(self, tokens: Sequence[Token], lo: int, at: int) -> int | None:
        """Who `his` or `her` at token `at` means, or whose the name before it with its `'s` is."""
        token = tokens[at]
        word = {"his": "he", "her": "she"}.get(token.low)
        if word is not None:
            return self.pronoun(word, tokens, lo, at)
        return tokens[at - 1].ref if token.low == "'s" and at > lo and tokens[at - 1].kind == PERSON else None

    def relate(self, tokens: Sequence[Token], lo: int, hi: int, k: int) -> bool:
        """Learn from `her husband, Ben Cole` at noun k who her husband is, and whose wife she is; whether it tells."""
        at = next((i for i in range(k - 1, max(lo, k - 4) - 1, -1) if tokens[i].low in _OWNING), -1)
        name = k + 2 if k + 1 < hi and tokens[k + 1].text == "," else k + 1
        if at < 0 or name >= hi or tokens[name].kind != PERSON:
            return False
        owner, who = self._owner(tokens, lo, at), tokens[name].ref
        if owner is None or owner < 0 or owner == who or self.speakers[owner].kind != PERSON:
            return True
        self.kin[owner, tokens[k].low] = who
        for word in RECIPROCAL.get(tokens[k].low, ()):
            self.kin.setdefault((who, word), owner)
        return True

    def _of_two(self, head: str) -> int | None:
        """Who is `the former`, who `the latter`: the first and the last named in the last sentence that names two."""
        for sentence in self.history[:-4:-1]:
            row = list(dict.fromkeys((*sentence.people, *sentence.bodies)))
            if len(row) > 1:
                return row[0] if head == "former" else row[-1]
        return None

    def _body(self, head: str, order: Sequence[int]) -> int | None:
        bodies = [ref for ref in order if self.speakers[ref].kind == BODY]
        for ref in bodies:
            if head in self.speakers[ref].words or head in self.speakers[ref].roles:
                return ref
        barred = PLATFORMS | _PUBLIC if head in _PRIVATE else PLATFORMS
        bodies = [ref for ref in bodies if not self.speakers[ref].words & barred]
        alike = frozenset().union(*(group for group in ALIKE_BODIES if head in group))
        if head in ANY_BODY or any((self.speakers[ref].words | self.speakers[ref].roles) & alike for ref in bodies):
            most = max((self.counts[ref] for ref in bodies), default=1) or 1
            best_score, found = float("-inf"), None
            for i, ref in enumerate(bodies):
                speaker = self.speakers[ref]
                told = (speaker.words | speaker.roles) & BODIES
                score = _AT * FADING**i + self.counts[ref] / most + (ref in self.titled)
                score += _ALIKE if (speaker.words | speaker.roles) & alike else -_UNLIKE if told else 0.0
                score += 0.0 if ref in self.present else _AHEAD
                if score > best_score:
                    best_score, found = score, ref
            return found
        there = [ref for ref in bodies if ref in self.present and not self.speakers[ref].words & _MEDIA]
        if len(there) == 1 and not (self.speakers[there[0]].words | self.speakers[there[0]].roles) & BODIES:
            return there[0]  # the only body that is there, whose name tells nothing
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
