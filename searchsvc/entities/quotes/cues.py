"""Here is a quotation in its sentence: give me the report that says whose it is.

`Kerry said: "`, `" said Kerry`, `he told them he would "`, `WITNESS: "`, `" according to the mayor`, `", came the
answer`. What is found is whom the report means, or the phrase alone where that is nobody known. Who speaks where there
is no report is the caller's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from searchsvc.entities.quotes.cast import Cast
from searchsvc.entities.quotes.clauses import (
    acts,
    front,
    inserted,
    inverted,
    is_noun,
    nearest_actor,
    owner_of,
    subject,
    thing,
    verb_next,
)
from searchsvc.entities.quotes.phrases import Phrase, personal, phrase_at, phrase_before, spokes, utterance
from searchsvc.entities.quotes.speakers import UNNAMED
from searchsvc.entities.quotes.tokens import (
    BE,
    BODY,
    LINKS,
    PERSON,
    PREPOSITIONS,
    QUOTE,
    STOP,
    WORD,
    Token,
    is_verb,
    passive,
    skip_adverbs,
)
from searchsvc.entities.quotes.words import BODIES, DESCRIBING, SAYING, THINKING, UTTERANCES, VERBS


@dataclass(frozen=True, slots=True)
class Cue:
    """What stands by a run: `strength` 3 for a verb of speech, 2 for a colon, 1 for a subject alone, 0 for nothing."""

    strength: int
    speaker: int | None = None
    phrase: Phrase | None = None
    verb: str = ""
    #: Whether it stands behind the run, right beside it.
    after: bool = False
    #: Whether the speaker is whoever talks with the last one: `came the answer`.
    other: bool = False


_NONE = Cue(0)
_DASHES = ",-–—"
_RELATIVES = frozenset("who whom which whose that where when".split())
_POINTING = frozenset("that this those these such".split())
_REPLIES = frozenset("reply answer response retort rejoinder".split())
# What may follow a noun phrase without being its verb.
_JOINTS = frozenset("and who which whose of in at on for from with to or but as".split())
_TELLING = frozenset("told tell asked ask said say replied reply".split())
_TOLD = frozenset("told asked informed reminded advised warned urged instructed invited ordered".split())
# Passives whose subject speaks all the same: `was heard to say`, `was quoted as saying`.
_PASSIVE = frozenset("heard quoted reported said called".split())


class Cues:
    """Reads the reports of one article; who is meant is asked of its cast."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        #: Who spoke right before this paragraph: a noun that opens it means somebody else.
        self.spoke: int | None = None

    def cue(self, tokens: Sequence[Token], lo: int, hi: int, q: int, last: Cue | None) -> Cue:
        """The report of the run at token q in the sentence `lo..hi`; `last` is that of the run before in it."""
        behind = next((k for k in range(q + 1, hi) if tokens[k].kind == QUOTE), hi)
        start = lo
        if last is not None:
            start = next((k for k in range(q - 1, lo - 1, -1) if tokens[k].kind == QUOTE), lo - 1) + 1
        before = self._before(tokens, lo, start, q, last)
        if before.strength >= 2 and before.verb not in THINKING:
            return before
        after = self._after(tokens, lo, q, behind)
        if after.strength:
            return after
        closing = self._closing(tokens, lo, q, hi) if behind == hi and before.strength < 2 else _NONE
        if closing.strength or before.strength:
            return closing if closing.strength else before
        return self._next(tokens, lo, hi)

    # Behind the run.

    def _after(self, tokens: Sequence[Token], lo: int, q: int, end: int) -> Cue:
        j = q + 1
        while j < end and tokens[j].text in _DASHES:
            j += 1
        if j + 1 < end and tokens[j].text == ":" and tokens[j + 1].kind in (PERSON, BODY):
            return self._found(phrase_at(tokens, j + 1, end), tokens, lo, "label", after=True)
        if j >= end or tokens[j].kind == STOP or tokens[j].low in _RELATIVES:
            return _NONE
        inside = tokens[q].text.rstrip("'\" ")[-1:]
        joined = inside in ",?!—–-" or tokens[q + 1].text in _DASHES  # the report goes on with the run's sentence
        token = tokens[j]
        low = token.low
        if low == "according" or (low == "came" and j + 1 < end and tokens[j + 1].low == "from"):
            return self._found(phrase_at(tokens, j + 2, end), tokens, lo, low, after=True)
        if low == "in":  # `", in Kerry's phrase`
            owner = owner_of(tokens, j + 1, end)
            return _NONE if owner is None else self._found(owner, tokens, lo, "put", after=True)
        if low == "as" and joined:
            phrase = phrase_at(tokens, j + 1, end)
            if phrase is not None and skip_adverbs(tokens, phrase.last + 1) < end:
                return self._found(phrase, tokens, lo, "put", after=True)
        if low in ("was", "is", "came", "went", "ran"):
            owner = owner_of(tokens, j + 1, end)
            if owner is not None:
                return self._found(owner, tokens, lo, "put", after=True)  # `" was Kerry's answer`
            if any(t.low in _REPLIES for t in tokens[j + 1 : min(end, j + 4)]):
                return Cue(3, verb="reply", after=True, other=True)
            if low in ("was", "is") and j + 1 < end and tokens[j + 1].low in ("how", "what"):
                return self._found(phrase_at(tokens, j + 2, end), tokens, lo, "put", after=True)
        if inverted(tokens, q, j, joined):
            if passive(tokens, j, q):
                return _NONE
            return self._found(phrase_at(tokens, skip_adverbs(tokens, j + 1), end), tokens, lo, low, after=True)
        phrase = phrase_at(tokens, j, end)
        if phrase is None:
            return _NONE
        signed = phrase.last + 1 >= end or tokens[phrase.last + 1].text in ",."
        if tokens[q + 1].text in "-–—" and phrase.kind == "name" and signed:
            return self._found(phrase, tokens, lo, "label", after=True)
        return self._reported(tokens, lo, q, end, phrase, inside, joined=joined)

    def _closing(self, tokens: Sequence[Token], lo: int, q: int, hi: int) -> Cue:
        """The report that ends the sentence: `There was "no chance" of a deal, the mayor said on Friday.`"""
        for c in range(hi - 3, max(q + 1, hi - 16), -1):
            if tokens[c].text != ",":
                continue
            phrase = phrase_at(tokens, c + 1, hi)
            k = skip_adverbs(tokens, phrase.last + 1) if phrase is not None else hi
            if k < hi and tokens[k].low in SAYING and is_verb(tokens[k]) and hi - k < 7 and not passive(tokens, k, c):
                return self._found(phrase, tokens, lo, tokens[k].low)
            break
        return _NONE

    def _next(self, tokens: Sequence[Token], lo: int, hi: int) -> Cue:
        """The report in the sentence behind: `"…" That was the message from the mayor, Ann Lee.`"""
        if hi + 3 >= len(tokens) or tokens[hi].low not in _POINTING or tokens[hi + 1].low not in ("was", "were", "is"):
            return _NONE
        ahead = range(hi + 2, min(len(tokens), hi + 16))
        name = next((k for k in ahead if tokens[k].kind in (PERSON, BODY)), -1)
        if name < 0 or not any(t.low in UTTERANCES or t.low in ("how", "what") for t in tokens[hi + 2 : name + 4]):
            return _NONE
        return self._found(phrase_at(tokens, name, len(tokens)), tokens, lo, "put", after=True)

    def _reported(
        self, tokens: Sequence[Token], lo: int, q: int, end: int, phrase: Phrase, inside: str, *, joined: bool
    ) -> Cue:
        """The noun phrase behind the run, if a verb follows it, over what is put between."""
        k = skip_adverbs(tokens, phrase.last + 1)
        for _ in range(5):
            if k >= end:
                return _NONE
            token = tokens[k]
            if token.low in _PASSIVE and passive(tokens, k, q) and k + 2 < end and tokens[k + 1].low in ("to", "as"):
                return self._found(phrase, tokens, lo, tokens[k + 2].low, after=True)  # `he was heard to say`
            if is_verb(token, loose=joined):
                if token.low in _TOLD and passive(tokens, k, q):
                    return self._by(tokens, k, end, lo, self._whom(phrase, tokens, lo), after=True)
                return self._found(phrase, tokens, lo, token.low, after=True)
            whatever = inside == "," and not any(t.low in BE for t in tokens[phrase.last + 1 : k])
            if whatever and token.kind == WORD and token.text[0].islower() and token.low not in _JOINTS:
                return self._found(phrase, tokens, lo, token.low, after=True)  # whatever it is, it reports
            if token.text == "," and k + 1 < end and verb_next(tokens, k + 1, end, joined=joined):
                k = skip_adverbs(tokens, k + 1)
            elif token.text == ",":  # `Mensah, who had waited an hour, said`
                k = next((m for m in range(k + 1, min(end, k + 18)) if tokens[m].text == ","), end) + 1
                k = skip_adverbs(tokens, k)
            elif token.low in PREPOSITIONS or token.text.isdigit():
                k = next((m for m in range(k + 1, min(end, k + 12)) if tokens[m].text == ","), end)
            elif token.low in ("who", "and"):
                k = next((m for m in range(k + 1, min(end, k + 14)) if is_verb(tokens[m])), end)
            else:
                break
        return _NONE

    # Before the run.

    def _before(self, tokens: Sequence[Token], lo: int, start: int, q: int, last: Cue | None) -> Cue:
        if last is not None and all(t.kind == STOP or t.low in LINKS for t in tokens[start:q]):
            return Cue(last.strength, last.speaker, last.phrase, last.verb)  # `"mad", "bad" and "`
        if all(t.kind == STOP for t in tokens[start:q]):
            return _NONE
        colon = tokens[q - 1].text == ":"
        dash = start == lo == 0 and tokens[q - 1].text in "-–—" and q > 1 and tokens[q - 2].text == "."  # `Clerk. - "`
        if colon or dash:
            label = self._label(tokens, start, q - 1 if colon else q - 2)
            if label is not None:
                return label
        inserted = self._interposed(tokens, lo, start, q)
        if inserted is not None:
            return inserted
        if start == lo and tokens[start].low in ("for", "to") and start + 2 < q:
            judge = phrase_at(tokens, start + 1, q)  # `For Lee the road is "`, `To him, it was "`
            if judge is not None and judge.kind in ("name", "pronoun") and any(t.low in BE for t in tokens[q - 2 : q]):
                return self._found(judge, tokens, lo, "put")
        main = front(tokens, start, q)
        main = start if main >= q - 1 else main
        weak: Cue | None = None
        for v in range(q - 1, main - 1, -1):
            cue = self._by_word(tokens, lo, start, main, v, q, last)
            if cue is None:
                continue
            low = tokens[v].low
            invited = low not in ("told", "asked") and v < q - 2 and cue.phrase is None and passive(tokens, v, start)
            if (cue is _NONE or invited) and any(is_verb(t) and t.low in SAYING for t in tokens[main:v]):
                continue  # `said the jury had been invited to believe in "`
            if (
                low not in SAYING
                and cue.speaker in (None, UNNAMED)
                and thing(cue.phrase)
                and any(is_verb(t) and t.low in SAYING for t in tokens[main:v])
            ):
                weak = weak or cue  # `the board said work would start "`
                continue
            if low in THINKING or (tokens[v - 1].low == "to" and (q - v > 3 or low not in SAYING)):
                weak = weak or cue  # `said she thought it "`, `asked him to speak up, "`
                continue
            return cue
        if weak is not None:
            return weak
        if tokens[start].low == "according" and start + 2 < q:
            return self._found(phrase_at(tokens, start + 2, q), tokens, lo, "according")
        if last is not None and any(t.low == "that" for t in tokens[start : start + 3]):
            return Cue(last.strength, last.speaker, last.phrase, last.verb)  # `he said it was "x" and that it was "`
        phrase = subject(tokens, start, q)
        if last is not None and (phrase is None or (phrase.kind in ("bare", "some") and not acts(tokens, start, q))):
            return Cue(1, last.speaker, last.phrase)
        if phrase is None:
            message = colon and tokens[q - 2].low in UTTERANCES and tokens[q - 3].low in ("the", "a", "an")
            return Cue(2 if colon else 0, UNNAMED if message else None)  # `On it was the message: "`
        if utterance(phrase):
            return Cue(3 if colon else 1, self.cast.writer(phrase, tokens, lo), phrase, "words")
        return Cue(2 if colon else 1, self._whom(phrase, tokens, lo), phrase)

    def _interposed(self, tokens: Sequence[Token], lo: int, start: int, q: int) -> Cue | None:
        """The report put between commas before the run: `It was, she allowed, "`, `It will, it claims, have "`."""
        for c in range(q - 1, max(start + 2, q - 10), -1):
            if tokens[c].text != ",":
                continue
            v = c - 1
            verb = tokens[v]
            if not is_verb(verb, loose=c == q - 1) or verb.low in _TOLD:
                continue
            first = next((k for k in range(v - 1, max(start, v - 7) - 1, -1) if tokens[k].text == ","), -1)
            phrase = phrase_at(tokens, first + 1, v) if first >= 0 else None
            if phrase is None or skip_adverbs(tokens, phrase.last + 1) != v:
                continue
            told = any(is_verb(t) and t.low in _TELLING for t in (*tokens[start:first], *tokens[c:q]))
            if told and verb.low in SAYING:
                return None  # `its rider told her, she says, to "`
            return self._found(phrase, tokens, lo, verb.low)
        return None

    def _by_word(
        self, tokens: Sequence[Token], lo: int, start: int, main: int, v: int, q: int, last: Cue | None
    ) -> Cue | None:
        """The report that the word at v makes, if it makes one."""
        token = tokens[v]
        low = token.low
        if (low == "according" and v + 2 < q) or (low == "words" and tokens[v + 1].low == "of"):
            return self._found(phrase_at(tokens, v + 2, q), tokens, lo, low)
        if low in UTTERANCES and q - v < 7 and v > main and tokens[v - 1].low in ("whose", "his", "her", "'s"):
            led = tokens[q - 1].text in ",:" or tokens[q - 1].low in ("was", "is", "were")
            owner = phrase_at(tokens, v - 2 if tokens[v - 1].low == "'s" else v - 1, v + 1) if led else None
            if owner is not None:
                return Cue(3, self.cast.writer(owner, tokens, lo), owner, "words")
        opening = v == lo and low in VERBS and v + 1 < q and not low.endswith(("ed", "ing", "told"))
        if not (is_verb(token) or opening) or is_noun(tokens, v, start):
            return None
        if low == "put" and tokens[q - 1].text != ":" and tokens[v + 1].low != "it":
            return None
        return self._verb(tokens, lo, start, v, q, last)

    def _verb(self, tokens: Sequence[Token], lo: int, start: int, v: int, q: int, last: Cue | None) -> Cue | None:
        """Who speaks by the verb at v that comes before the run at q."""
        low = tokens[v].low
        gerund = low.endswith("ing")
        again = Cue(3, last.speaker, last.phrase, low) if last is not None else None
        if v == start and start > lo:
            return again or self._found(phrase_at(tokens, skip_adverbs(tokens, v + 1), q), tokens, lo, low)
        if v == lo and tokens[v].text[0].isupper() and not low.endswith(("ing", "ed")):
            return self._found(phrase_at(tokens, v + 1, q), tokens, lo, low)
        if low in ("quoted", "quotes", "quoting"):
            quoted = phrase_at(tokens, v + 1, q)
            if quoted is not None and tokens[quoted.last + 1].low == "as":
                return self._found(quoted, tokens, lo, low)
        k = v - 1
        while k > start and (tokens[k].low.endswith("ly") or tokens[k].low in ("also", "then", "later", "only", "not")):
            k -= 1
        prior = tokens[k]
        if prior.kind == QUOTE or (prior.text in _DASHES and k > lo and tokens[k - 1].kind == QUOTE and again):
            if gerund or again:
                return again
            return self._found(phrase_at(tokens, skip_adverbs(tokens, v + 1), q), tokens, lo, low)
        if passive(tokens, v, start) or (v + 1 < q and tokens[v + 1].low == "by" and not gerund):
            cue = self._passive(tokens, lo, start, v, q)
            if cue is not None:
                return cue
        phrase = None if gerund else inserted(tokens, start, k)
        if phrase is None and gerund:
            phrase = nearest_actor(tokens, start, v)
        if phrase is None and prior.text == ",":  # `Not so, says Kerry: "`
            phrase = phrase_at(tokens, v + 1, q)
            if phrase is not None and (phrase.last < q - 2 or gerund or phrase.kind != "name"):
                phrase = None
        if phrase is not None:
            return self._found(phrase, tokens, lo, low)
        if gerund or prior.text == "," or prior.low in ("and", "but", "or", "to", "then"):
            phrase = subject(tokens, start, v)
            if again is not None and (phrase is None or not acts(tokens, start, v)):
                return again
        else:
            phrase = phrase_before(tokens, k, start) or subject(tokens, start, v)
        if phrase is None and again is not None:
            return again
        if phrase is None and start > lo:
            phrase = subject(tokens, lo, v)
        return self._found(phrase, tokens, lo, low)

    def _passive(self, tokens: Sequence[Token], lo: int, start: int, v: int, q: int) -> Cue | None:
        """Who speaks where somebody is told, and whether anybody does where something is called so."""
        low = tokens[v].low
        by = next((m for m in range(v + 1, q) if tokens[m].low == "by"), -1)
        if low in DESCRIBING and by < 0 and q + 2 < len(tokens) and tokens[q + 1].low == "by":
            return self._found(phrase_at(tokens, q + 2, len(tokens)), tokens, lo, low)
        if low in DESCRIBING and by < 0:
            return _NONE
        if low in _TOLD:
            who = subject(tokens, start, v)
            return self._by(tokens, v, q, lo, None if who is None else self._whom(who, tokens, lo))
        if by >= 0 and low not in ("heard", "quoted"):
            return self._found(phrase_at(tokens, by + 1, q), tokens, lo, low)
        return None if low in _PASSIVE or low in THINKING else _NONE

    def _by(self, tokens: Sequence[Token], v: int, end: int, lo: int, whom: int | None, *, after: bool = False) -> Cue:
        """Who said what somebody was told: `by the Speaker`, else who talks with him."""
        for k in range(v + 1, min(end, v + 6)):
            if tokens[k].low == "by":
                return self._found(phrase_at(tokens, k + 1, end), tokens, lo, "told", after=after)
        if not after and tokens[v].low == "asked" and "?" not in tokens[end].text[-3:]:
            return Cue(3, whom, None, "told")  # `The elder was asked about it, and was serious: "`
        return Cue(3, self.cast.other(whom), None, "told", after=after)

    def _label(self, tokens: Sequence[Token], start: int, colon: int) -> Cue | None:
        """`Mr PASCOE: "`, `The CORONER: "`: nothing but a name before the colon."""
        if colon - start > 9 or any(is_verb(t) for t in tokens[start:colon]):
            return None
        phrase = phrase_at(tokens, start, colon)
        if phrase is None or (phrase.last + 1 < colon and tokens[phrase.last + 1].text not in "(,"):
            return None
        speaker = self._whom(phrase, tokens, start)
        return None if speaker is None and phrase.kind != "name" else Cue(3, speaker, phrase, "label")

    # Who is meant.

    def _found(self, phrase: Phrase | None, tokens: Sequence[Token], lo: int, verb: str, *, after: bool = False) -> Cue:
        if phrase is None:
            return _NONE
        self.cast.verb = verb
        if utterance(phrase):
            return Cue(3, self.cast.writer(phrase, tokens, lo), phrase, verb, after=after)
        whom = self._whom(phrase, tokens, lo)
        if whom is None and phrase.within >= 0 and not personal(phrase):
            whom = phrase.within  # `the voice of Acme`
        return Cue(3, whom, phrase, verb, after=after)

    def _whom(self, phrase: Phrase, tokens: Sequence[Token], lo: int) -> int | None:
        """Whom a phrase means, a body's spokesman without a name being the body."""
        if spokes(phrase) and phrase.kind != "name":
            if phrase.within >= 0:
                whose = self.cast.speakers[phrase.within]
                return phrase.within if whose.kind == BODY else UNNAMED  # `a spokesman for Ann Lee` is not her
            if len(phrase.words) == 1 and self.cast.history:
                ref = self.cast.history[-1].subject
                if ref is not None and ref >= 0 and self.cast.speakers[ref].kind == BODY:
                    return ref
            of = next((word for word in phrase.words[::-1] if word in BODIES), "")
            found = self.cast.noun(replace(phrase, head=of, words=(of,), kind="noun"), tokens, lo) if of else None
            if found is not None:
                return found
            if not of:
                return self.cast.body_before()
        return self.cast.resolve(phrase, tokens, lo, self.spoke if lo == 0 else None)
