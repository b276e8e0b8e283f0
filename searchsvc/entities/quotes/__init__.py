"""Here is an article with its people and bodies: tell me what was said, word for word, and by whom.

Direct speech only: a run between quotation marks that somebody said or wrote. Titles, nicknames, slogans and words held
at arm's length stand in marks too and are left out. The speaker is one of the article's own entities; where the text
names none, or one that is no entity, the speaker is unnamed.

Text is read paragraph by paragraph (`paragraphs`): marks (`runs`), words and sentences (`tokens`, `phrases`,
`clauses`), the report by each run (`cues`), speech or not (`speech`), what the article tells of its people
(`speakers`, `callings`, `given`), whom a noun or a pronoun means (`cast`, `antecedents`, `likeness`) and who speaks
where there is no report (`turns`); last the headline (`headlines`).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from searchsvc.document import Entities, Quote
from searchsvc.entities.quotes.antecedents import Features, Sentence, best
from searchsvc.entities.quotes.callings import SAME
from searchsvc.entities.quotes.cast import Cast
from searchsvc.entities.quotes.clauses import subject
from searchsvc.entities.quotes.cues import Cue, Cues
from searchsvc.entities.quotes.headlines import headline
from searchsvc.entities.quotes.paragraphs import Paragraph, newcomer, read, source
from searchsvc.entities.quotes.phrases import Phrase, personal, phrase_at, spokes
from searchsvc.entities.quotes.runs import Run, runs
from searchsvc.entities.quotes.speakers import SEVERAL, UNNAMED, gender_of
from searchsvc.entities.quotes.speech import called_out, is_speech
from searchsvc.entities.quotes.tokens import BODY, DETERMINERS, PERSON, PERSONAL, QUOTE, WORD, Token, plural
from searchsvc.entities.quotes.turns import Turn, takers
from searchsvc.entities.quotes.words import ASKING, FEMALE, KIN, MALE, UTTERANCES
from searchsvc.entities.tokens import plain


def quotes(title: str, text: str, entities: Entities) -> tuple[Quote, ...]:
    """The direct speech of an article in order, the title's first. Linear in the text; raises nothing."""
    printed = plain(text)
    paragraphs = list(runs(text, printed))
    headline = [run for _, _, row in runs(title, title) for run in row]
    if not headline and not any(row for _, _, row in paragraphs):
        return ()
    return _Reading(text, printed, entities, paragraphs).quotes(title, headline)


def reports(text: str, entities: Entities, table: Mapping[str, float]) -> list[tuple[int, list[tuple[int, Features]]]]:
    """Where each run of speech begins whose report is a pronoun or a noun, and who may be meant by it: for learning.

    Numbers are those of the people of `entities` in order, then of the bodies; -1 is somebody unnamed. What comes
    before is read with the weights of `table`.
    """
    printed = plain(text)
    reading = _Reading(text, printed, entities, list(runs(text, printed)))
    reading.cast.table, reading.cast.trace = table, {}
    reading.quotes("", [])
    trace = reading.cast.trace
    row = (
        (said.run.start, said.run.start if said.cue.phrase is None else said.cue.phrase.start) for said in reading.said
    )
    return [(start, trace.pop(by)) for start, by in row if by in trace]


@dataclass(frozen=True, slots=True)
class _Said:
    """A run taken for speech, who said it, and the report that says so."""

    run: Run
    speaker: int
    cue: Cue


_WRITING = UTTERANCES | frozenset("posted wrote sent tweeted chalked".split())
# Callings by which somebody without a name may be brought in: `an official`, who is `the official` afterwards.
_OFFICES = PERSONAL - MALE - FEMALE
_ADDRESSING = frozenset("told tells telling asked asks asking".split())
_TELLING = _OFFICES | _WRITING | _ADDRESSING | ASKING | {"put"}
_WISHING = frozenset("want wants wanted wish wishes wished".split())
_TOGETHER = frozenset("together both unison chorus chorused joint jointly voice".split())
#: Within how many sentences somebody may be brought in by a noun whose name is yet to come.
_EARLY = 4
# A speaker to be settled when all has been read.
_UNSETTLED = -3


class _Reading:
    """One article being read."""

    def __init__(
        self, text: str, printed: str, entities: Entities, paragraphs: list[tuple[int, int, list[Run]]]
    ) -> None:
        self.text, self.plain = text, printed
        self.cast = Cast(entities)
        self.cues = Cues(self.cast)
        self.said: list[_Said] = []
        #: Sentences without speech, from where to where, and who acts in them.
        self.reported: list[tuple[int, int, int]] = []
        #: What the last paragraph with speech said, and how it ended: open (a mark not closed), bare (with the run
        #: itself), speech, narration.
        self.before: list[_Said] = []
        self.ended = ""
        #: The speakers of the last paragraphs that open with speech, without one of narration between.
        self.dialogue: list[int] = []
        self.paragraphs = list(self._read(paragraphs))
        self._introduce()
        self.cast.settle()

    def quotes(self, title: str, headline: list[Run]) -> tuple[Quote, ...]:
        for paragraph, following in zip_longest(self.paragraphs, self.paragraphs[1:]):
            opening = following.tokens[:4] if following is not None else []
            ahead = next((token.ref for token in opening if token.kind == PERSON), None)
            self.cast.coming = None if ahead in self.cast.present else ahead
            self._paragraph(paragraph)
        self._settle()
        return (*self._headline(title, headline), *(self._quote(said) for said in self.said))

    def _read(self, paragraphs: list[tuple[int, int, list[Run]]]) -> Iterator[Paragraph]:
        """The paragraphs in words; the cast learns from each."""
        for paragraph in read(self.plain, paragraphs, self.cast.marks):
            tokens, last = paragraph.tokens, list[Token]()
            self.cast.learn(tokens)
            if 1 < len(tokens) < 12 and tokens[0].text == "By" and tokens[1].kind == PERSON:
                self.cast.reporter = tokens[1].ref
            for lo, hi in paragraph.sentences:
                self.cast.weigh(tokens[lo:hi], last)
                last = tokens[lo:hi]
            yield paragraph

    def _introduce(self) -> None:
        """Whoever the opening brings in without a name, `A nurse seized on her way to work`, is named further down:
        the first whom a sentence is about and who is called nothing else."""
        first = next((i for i, p in enumerate(self.paragraphs) if not p.heading), len(self.paragraphs))
        body = self.paragraphs[first : first + 6]
        phrase = newcomer(body[0]) if body else None
        if phrase is None:
            return
        tokens, (lo, hi) = body[0].tokens, body[0].sentences[0]
        told = (("f" if t.low in FEMALE else "m") for t in tokens[lo:hi] if t.low in ("he", "his", "she", "her"))
        sex = gender_of(phrase) or next(told, "")
        for paragraph in body:
            for lo, hi in paragraph.sentences[1 if paragraph is body[0] else 0 :]:
                if paragraph.tokens[lo].kind == QUOTE and any(t.low in ASKING for t in paragraph.tokens[lo:hi]):
                    continue  # who asks is seldom whom it is about
                who = subject(paragraph.tokens, lo, hi)
                if who is None or who.kind != "name" or self.cast.speakers[who.ref].kind != PERSON:
                    continue
                if self.cast.introduce(who.ref, phrase, sex):
                    return

    # One paragraph.

    def _paragraph(self, paragraph: Paragraph) -> None:
        tokens, here = paragraph.tokens, list[_Said]()
        row = self.dialogue
        self.cast.turn = row[-2] if len(row) > 1 and row[-1] != row[-2] else None
        self.cast.telling = None
        narrated = False  # has a sentence without speech followed the last speech of this paragraph?
        last_words = self.before[-1].run if self.before else None
        self.cast.questioned = last_words is not None and self.text[last_words.start : last_words.end].endswith("?")
        self.cues.spoke = self.before[-1].speaker if self.before and self.ended in ("speech", "bare") else None
        marks = [q for q, token in enumerate(tokens) if token.kind == QUOTE] if paragraph.runs else []
        for lo, hi in paragraph.sentences:
            record, last, settled = Sentence(opens=lo == 0), None, dict[int, int]()
            for q in marks[bisect_left(marks, lo) : bisect_left(marks, hi)]:
                run = paragraph.runs[tokens[q].ref]
                cue = self.cues.cue(tokens, lo, hi, q, last)
                shown, lead = self.text[run.start : run.end], self.plain[tokens[lo].start : tokens[q].start]
                near = bool(here) and run.start - here[-1].run.end < 400
                if not is_speech(shown, tokens, lo, hi, q, lead, cue, near=near):
                    continue
                nobody = cue.strength < 2 and called_out(lead)
                speaker = UNNAMED if nobody else self._speaker(tokens, lo, q, run, cue, here, narrated)
                here.append(_Said(run, speaker, cue))
                self.cast.telling, self.cast.turn = speaker, None
                self.cast.heard, self.cast.questioned = speaker, False
                if cue.phrase is not None:
                    settled[cue.phrase.start] = speaker
                    if cue.phrase.kind == "noun" and speaker >= 0:
                        self.cast.speakers[speaker].again.add(SAME.get(cue.phrase.head, cue.phrase.head))
                    unnamed = cue.phrase.kind != "name" and speaker >= 0 and spokes(cue.phrase)
                    if unnamed and self.cast.speakers[speaker].kind == BODY:
                        record.voice, record.voiced = speaker, gender_of(cue.phrase)
                last = Cue(cue.strength, speaker, cue.phrase, cue.verb)
                record.spoke = max(speaker, SEVERAL)
            self._remember(record, tokens, lo, hi, settled)
            narrated = record.spoke is None
        if here:
            opens = tokens[0].kind == QUOTE
            self.dialogue = [*(self.dialogue[-5:] if opens else ()), here[-1].speaker]
            self.ended = "narration" if narrated else "bare" if tokens[-1].kind == QUOTE else "speech"
            self.ended = self.ended if here[-1].run.closed else "open"
            self.before = here
            self.said += here
        elif tokens:
            self.ended, self.dialogue = "narration", []

    def _remember(
        self, record: Sentence, tokens: Sequence[Token], lo: int, hi: int, settled: Mapping[int, int]
    ) -> None:
        """Add what a sentence leaves to those after it; `settled` are whom its reports mean, by where they begin."""
        if record.spoke is None and not any(t.kind in (WORD, PERSON, BODY) for t in tokens[lo:hi]):
            return
        record.wonders = tokens[hi - 1].text == "?" and not any(t.ref >= 0 for t in tokens[lo:hi])
        cast = self.cast
        asks, called, definite = False, list[int](), False
        whom: Phrase | None = None
        for k in range(lo, hi):
            kind, _, low, _, _, ref = tokens[k]
            if kind == PERSON:
                record.people.append(ref)
            elif kind == BODY:
                record.bodies.append(ref)
            elif definite and kind == WORD and (found := cast.by_calling(low)) is not None:
                called.append(found)
            related = low in KIN and kind == WORD and cast.relate(tokens, lo, hi, k)
            if low in KIN and not related and k > lo and tokens[k - 1].low in ("his", "her"):
                cast.nameless.add(low)
            if low in _TELLING:
                if low in _OFFICES and any(t.low in ("a", "an") for t in tokens[max(lo, k - 3) : k]):
                    cast.nameless.add(low)
                if low in _WRITING:
                    record.wrote = True
                if low in _ADDRESSING and record.told is None and k + 1 < hi and tokens[k + 1].kind == PERSON:
                    record.told = tokens[k + 1].ref
                noun = k > lo and tokens[k - 1].low in DETERMINERS  # `put the question`
                if (low in ASKING and not noun) or (
                    low == "put" and [t.low for t in tokens[k + 1 : k + 3]] == ["it", "to"]
                ):
                    whom = phrase_at(tokens, k + 1 if low in ASKING else k + 3, hi)
                    whom = whom if whom is not None and whom.kind in ("noun", "name") else None
                    record.requests = any(t.low in ("to", "for") for t in tokens[k + 1 : min(hi, k + 5)])
                    asks = asks or not (record.requests or k == lo)  # not in `Asked about it, he shrugged`
            if low == "know" and k - lo > 1 and tokens[k - 1].low == "to" and tokens[k - 2].low in _WISHING:
                asks = True
            definite = low == "the"
        record.people += called
        cast.met = cast.met or bool(record.people)
        cast.present.update(record.people)
        cast.present.update(record.bodies)
        cast.counts.update(record.bodies)
        phrase = subject(tokens, lo, hi)
        if phrase is not None:
            but = self.before[-1].speaker if self.before and lo == 0 else None
            holder = self._holder(phrase, tokens, hi)
            if holder is not None:
                record.subject = holder
            elif phrase.start in settled:
                record.subject = settled[phrase.start] if settled[phrase.start] != _UNSETTLED else None
            else:
                cast.verb = ""
                record.subject = cast.resolve(phrase, tokens, lo, but)
            if phrase.kind == "pronoun" and record.subject is not None and record.subject >= 0 and record.spoke is None:
                cast.speakers[record.subject].did.update(token.low for token in tokens[lo:hi])
            if phrase.kind == "noun" and record.subject is not None and record.subject >= 0:
                cast.speakers[record.subject].again.add(SAME.get(phrase.head, phrase.head))
            record.gender = gender_of(phrase)
            if phrase.head in UTTERANCES and (phrase.ref >= 0 or tokens[lo].low in ("his", "her", "its", "their")):
                record.wrote, record.writer = True, cast.writer(phrase, tokens, lo)
            if phrase.kind == "some":
                cast.nameless.add(phrase.head)
                record.human = phrase.words[:1] == ("one",) or (personal(phrase) and not plural(phrase.head))
            if record.voice is None and spokes(phrase) and phrase.within >= 0:
                body = cast.speakers[phrase.within].kind == BODY
                record.voice, record.voiced = (phrase.within if body else None), gender_of(phrase)
            record.head = phrase.head if phrase.kind in ("noun", "some", "bare") else ""
            record.definite = record.subject == UNNAMED and phrase.kind == "noun" and personal(phrase)
            if record.subject is None and phrase.kind == "noun" and personal(phrase):
                found = (
                    cast.back(gender_of(phrase), calling=phrase.head)
                    if phrase.ref < 0 and tokens[lo].low == "the"
                    else None
                )
                record.subject, record.definite = (UNNAMED, True) if found is None else (found, False)
            says = source(tokens, hi)
            if says is not None:
                record.subject = cast.resolve(says, tokens, lo)
            record.asks = asks
            if asks:
                record.asked = next((ref for ref in record.people if ref != record.subject), None)
                if whom is not None and whom.kind == "noun" and record.asked is None:
                    record.asked = cast.called(whom, but=record.subject)
        elif lo and cast.history:
            record.gender = cast.history[-1].gender
        if record.spoke is None and record.subject is not None and record.subject >= 0:
            self.reported.append((tokens[lo].start, tokens[hi - 1].end, record.subject))
        cast.counts.update(record.people)
        if record.subject is not None and record.subject >= 0 and record.subject not in record.people:
            cast.counts[record.subject] += 1
        cast.history.append(record)

    def _holder(self, phrase: Phrase, tokens: Sequence[Token], hi: int) -> int | None:
        """The person who a noun is said to be: `The man in the hat was Chief Ben Cole, a baker.`"""
        k = phrase.last + 1
        if phrase.kind not in ("noun", "some") or k >= hi or tokens[k].low not in ("is", "was"):
            return None
        name = next((j for j in range(k + 1, min(hi, k + 4)) if tokens[j].kind == PERSON), -1)
        titled = name > 0 and all(t.text[0].isupper() for t in tokens[k + 1 : name])
        return tokens[name].ref if titled and (name + 1 >= hi or tokens[name + 1].low != "'s") else None

    # Whose it is.

    def _speaker(
        self, tokens: Sequence[Token], lo: int, q: int, run: Run, cue: Cue, here: list[_Said], narrated: bool
    ) -> int:
        """The speaker of a run of speech: by its report, else by what was said before."""
        phrase = cue.phrase
        last = here[-1] if here else self.before[-1] if self.before else None
        if cue.other:
            return _known(self.cast.other(last.speaker if last else None))
        they = phrase is not None and phrase.kind == "pronoun" and phrase.head == "they"
        if they and any(t.low in _TOGETHER for t in tokens[lo : q + 9]):
            return SEVERAL
        if phrase is not None and phrase.kind == "some":
            if cue.speaker == UNNAMED and (not self.cast.met or len(self.cast.history) < _EARLY):
                found = self.cast.called(phrase)  # `what one senator called "`, who is named further down
                if found is None and not self.cast.history and personal(phrase):
                    found = self.cast.coming
                if found is not None and found not in self.cast.present:
                    return found
            self.cast.nameless.add(phrase.head)
        if cue.speaker is not None:
            return cue.speaker
        if phrase is not None and phrase.kind == "noun" and cue.after:
            return self._by_noun(phrase, here)
        if phrase is not None and cue.strength:
            return UNNAMED
        if here and not narrated and q > 0 and tokens[q - 1].kind == QUOTE and here[-1].run.closed:
            return _known(self.cast.other(here[-1].speaker))  # `"Without asking?" "He was asleep."`
        if here and not narrated:
            if (
                q == lo and here[-1].speaker == UNNAMED
            ):  # `"It hurts," Lee said to cries of "four more years". "It does."`
                return next((said.speaker for said in here[::-1] if said.cue.after), UNNAMED)
            return here[-1].speaker
        return self._taken(run, here, self._beat(tokens, q), opens=q == 0)

    def _by_noun(self, phrase: Phrase, here: list[_Said]) -> int:
        """A noun by which nobody was called: somebody who is there already, and not who spoke right before."""
        if phrase.ref >= 0:
            return UNNAMED  # `Ann Lee's neighbour`
        found = self.cast.back(gender_of(phrase), None if here else self.cues.spoke, calling=phrase.head)
        if found is not None and found >= 0 and personal(phrase):
            self.cast.speakers[found].roles.add(phrase.head)  # and so the next time
        return UNNAMED if found is None else found

    def _beat(self, tokens: Sequence[Token], q: int) -> int | None:
        """Who acts in the sentence right behind the speech at token q, in the same paragraph."""
        end = next((k for k in range(q + 1, len(tokens)) if tokens[k].kind == QUOTE or tokens[k].text in ".?!"), -1)
        if end < 0 or tokens[end].kind == QUOTE:
            return None
        phrase = subject(tokens, q + 1, end)
        if phrase is None or phrase.kind not in ("name", "noun", "pronoun") or phrase.head == "it":
            return None
        trace, self.cast.trace = self.cast.trace, None
        found = self.cast.resolve(phrase, tokens, q + 1)
        self.cast.trace = trace
        return found

    def _taken(self, run: Run, here: list[_Said], beat: int | None, *, opens: bool) -> int:
        """The speaker of speech without a report that does not simply go on."""
        last = here[-1] if here else self.before[-1] if self.before else None
        narrated = bool(here) or self.ended == "narration" or last is None or not opens
        if not narrated and self.ended == "open" and last is not None:
            return last.speaker
        turn = Turn(
            self.text[run.start : run.end],
            self.text[last.run.start : last.run.end] if last is not None else "",
            last.speaker if last is not None and last.speaker != _UNSETTLED else None,
            last.cue.verb if last is not None else "",
            "here" if here else self.ended,
            self.dialogue,
            narrated,
            opens,
            beat,
        )
        candidates = takers(self.cast, turn)
        if self.cast.trace is not None:
            self.cast.trace.setdefault(run.start, candidates)
        return _known(best(candidates, self.cast.table))

    def _settle(self) -> None:
        """Speech of which nothing at all tells whose it is: whoever speaks most in the article."""
        heard = Counter(said.speaker for said in self.said if said.speaker >= 0)
        main = heard.most_common(1)[0][0] if heard else UNNAMED
        self.said = [replace(said, speaker=main) if said.speaker == _UNSETTLED else said for said in self.said]

    def _headline(self, title: str, found: list[Run]) -> Iterator[Quote]:
        if found:
            said = [(self.text[s.run.start : s.run.end], s.speaker) for s in self.said]
            reported = [(self.plain[start:end], who) for start, end, who in self.reported]
            for run, speaker in headline(title, found, said, reported, self.cues):
                yield self._quote(_Said(run, speaker, Cue(0)), in_title=True)

    def _quote(self, said: _Said, *, in_title: bool = False) -> Quote:
        run, phrase = said.run, said.cue.phrase
        start, end = (phrase.start, phrase.end) if phrase is not None else (run.start, run.start)
        if said.speaker < 0:
            kind = "several" if said.speaker == SEVERAL else "unnamed"
            return Quote(run.start, run.end, "", kind, start, end, in_title)
        speaker = self.cast.speakers[said.speaker]
        kind = "person" if speaker.kind == PERSON else "organisation"
        return Quote(run.start, run.end, speaker.key, kind, start, end, in_title)


def _known(ref: int | None) -> int:
    return _UNSETTLED if ref is None else ref
