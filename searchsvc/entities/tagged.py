"""The entities of an article by the trained tagger, the lexicons and the rules: one decision a name and article.

The lexicons go first, since they know; then the tagger, since it sees the sentence; then the rules on what is left,
where the tagger does not object. Surnames, acronyms, countries, ministries and the headline follow as for the rules.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from searchsvc.document import Entities
from searchsvc.entities.acronyms import acronyms, ordinary, repeat
from searchsvc.entities.ballots import ASSENT, FAC, LOC, MISC, ORG, PER, SURE, Ballots, Network, ballots
from searchsvc.entities.capitals import Recased
from searchsvc.entities.claims import claim, listed
from searchsvc.entities.context import Context
from searchsvc.entities.exonyms import LANGUAGES, exonyms, language
from searchsvc.entities.fullnames import surnames
from searchsvc.entities.known import mark_known
from searchsvc.entities.lexicon import Entry, Lexicon, lexicon
from searchsvc.entities.misnamed import misnamed
from searchsvc.entities.namesakes import family
from searchsvc.entities.organisations import shapes
from searchsvc.entities.page import Page, Span, scan
from searchsvc.entities.people import named
from searchsvc.entities.references import referred
from searchsvc.entities.rules import Name, famous, from_body, names_of, resolved, titled
from searchsvc.entities.scorelines import clubs, codes, scorers
from searchsvc.entities.tagging import Sentence, sentences, tagger
from searchsvc.entities.tokens import tokens

#: How much of a single word that the lexicon knows for a body or a person the tagger may give to other labels.
_DOUBTED = 0.8
#: The same for a seat of government, which is a building too.
_DOUBTED_SEAT = 0.6
#: How much of a body by its shape the tagger must give to bodies in a line of capitals.
_SHOUTED = 0.4


class TaggedExtractor:
    """Extractor by tagger, lexicons and rules. Reads model and lexicons when made; holds no state between articles."""

    name = "tagged"

    def __init__(self, model: Network | None = None) -> None:
        """`model` in place of the one that ships. Raises ModelError where that is missing."""
        self._lexicon = lexicon()
        self._tagger = Recased(model or tagger(), self._lexicon)

    @property
    def version(self) -> str:
        """Changes when the answers do: the rules' number, and the model's."""
        return f"tagged-5+{self._tagger.version}"

    def extract(self, title: str, text: str) -> Entities:
        """Entities in order of first mention, title first; mentions are `[start, end)` in characters, sorted."""
        return self._resolved(self._read(title, text), title, text)

    def names(self, text: str) -> list[Name]:
        """The names of a text, each person and body as `extract` has it, and the places and buildings beside."""
        read = self._read("", text)
        places = [(mark.start, mark.end) for mark in read.seen.marks if mark.label in (LOC, FAC)]
        return names_of(self._resolved(read, "", text), read.body, places)

    def _resolved(self, read: _Read, title: str, text: str) -> Entities:
        spoken = read.spoken
        further = [exonyms(part, spoken) for part in (text, title)] if spoken in LANGUAGES else ((), ())
        return resolved(read.body, read.head, read.bound, read.context, self._lexicon, further)

    def _read(self, title: str, text: str) -> _Read:
        """Text and headline with everything claimed."""
        lex = self._lexicon
        context = Context(f"{title}\n{text}" if title else text)
        body_parts, head_parts = sentences(text), sentences(title)
        found = self._tagger.posteriors([part.words for part in (*body_parts, *head_parts)])
        spoken = language(text)
        foreign = spoken in LANGUAGES
        body = scan(tokens(text), lex)
        seen = ballots(body, body_parts, found[: len(body_parts)], lex)
        if foreign:
            _only_sure(seen)
        mark_known(body, lex, context)
        _doubt_known(body, seen, lex)
        _ordinary(body)
        claim(body, seen, lex)
        if not foreign:
            _shapes(body, seen, lex)
        bound = _acronyms(body, seen)
        repeat(body, bound)
        _people(body, seen, lex, foreign)
        listed(body, seen, lex)
        codes(body)
        misnamed(body, seen, lex)
        if not foreign:
            clubs(body, lex)
            scorers(body)
        read = _Read(body, seen, bound, context, spoken)
        if title:
            read.head = self._read_title(title, head_parts, found[len(body_parts) :], read)
        return read

    def _read_title(
        self, title: str, parts: Sequence[Sentence], found: Sequence[NDArray[np.float32]], read: _Read
    ) -> Page:
        """The headline with everything claimed."""
        lex, foreign = self._lexicon, read.spoken in LANGUAGES
        head = scan(tokens(title), lex)
        mark_known(head, lex, read.context)
        repeat(head, read.bound)
        from_body(head, read.body)
        seen = ballots(head, parts, found, lex)
        if foreign:
            _only_sure(seen)
        if titled(head):  # whom the text does not name, of several words
            seen.marks = [m for m in seen.marks if m.label == PER and m.first < m.last and m.sure > SURE]
            claim(head, seen, lex)
        else:
            claim(head, seen, lex)
            if not foreign:
                _shapes(head, seen, lex)
            _people(head, seen, lex, foreign)
        famous(head)
        return head


@dataclass(slots=True)
class _Read:
    """An article with everything claimed: its text, what the tagger says of it, the acronyms it defines."""

    body: Page
    seen: Ballots
    bound: dict[str, Span]
    context: Context
    spoken: str | None
    head: Page | None = None


def _ordinary(page: Page) -> None:
    """Claim the acronyms of what is no body wherever they stand."""
    short = ordinary(page)
    for i, word in enumerate(page.tokens.words if short else ()):
        if word in short and ((claim := page.claims[i]) is None or claim.first == claim.last):
            page.claim(Entry("neither", ""), i, i)


def _only_sure(seen: Ballots) -> None:
    """The tagger learnt English: of a text in another language only what it is sure of counts."""
    seen.marks = [mark for mark in seen.marks if mark.sure >= SURE]


#: Bodies that are buildings and places too.
_SEATS = frozenset(("White House", "Kremlin", "Pentagon", "Élysée Palace", "Blue House", "State Department"))
#: Bodies that are what one writes on, and where.
_PLATFORMS = frozenset(
    "Facebook Instagram LinkedIn Reddit Snapchat Telegram TikTok Twitter WeChat WhatsApp YouTube".split()
)
# What a page offers beside its text: `Share on Facebook`.
_BUTTON = re.compile(r"(?:^|\W)(?:[Ff]ind|[Ff]ollow|[Jj]oin|[Ll]ike|[Ss]hare|[Tt]weet)(?: us| me| this| it)? on $")
_ON = (" on ", "On ", " via ", "(on ")


def _doubt_known(page: Page, seen: Ballots, lex: Lexicon) -> None:
    """Drop the lexicon's bodies where the words stand for something else here."""
    tokens = page.tokens
    full = {span.entry.key for span in page.found() if span.entry.kind == "organisation" and span.first < span.last}
    families = surnames(page, seen)
    for span in page.found():
        if span.entry.kind != "organisation":
            continue
        first, last, key = span.first, span.last, span.entry.key
        if key in _PLATFORMS:
            wrong = tokens.gaps[first].endswith(_ON) and seen.share(first, last, ORG) < SURE
            if _BUTTON.search(tokens.plain[max(0, span.start - 24) : span.start]):
                page.claim(Entry("neither", ""), first, last)
                continue
        elif key in _SEATS:
            wrong = seen.share(first, last, FAC, LOC) > _DOUBTED_SEAT
        elif first == last and span.end <= tokens.ends[last] and (key not in full or tokens.words[first] in families):
            word = tokens.words[first]
            human = word in families or word in lex.surnames or word in lex.forenames or word in lex.families
            others = (PER, LOC, FAC) if span.entry.mark else (PER,) if human else ()
            wrong = bool(others) and seen.share(first, last, *others) > _DOUBTED
        else:
            wrong = False
        if wrong:
            page.drop(span)


def _shapes(page: Page, seen: Ballots, lex: Lexicon) -> None:
    """Bodies by their shape on free words, where the tagger gives them a chance."""
    before = page.found()
    known = set(map(id, before))
    shapes(page, lex)
    for span in page.found():
        new = id(span) not in known and span.entry.kind == "organisation"
        if new and seen.share(span.first, span.last, ORG) < (_SHOUTED if page.tokens.shouts[span.first] else ASSENT):
            page.drop(span)


def _acronyms(page: Page, seen: Ballots) -> dict[str, Span]:
    """Acronyms that the article defines, where what they stand for can be a body to the tagger."""
    before = page.found()
    known = set(map(id, before))
    bound = acronyms(page)
    for acronym, span in list(bound.items()):
        if id(span) not in known and seen.share(span.first, span.last, ORG) < ASSENT:
            page.drop(span)
            del bound[acronym]
    return bound


def _people(page: Page, seen: Ballots, lex: Lexicon, foreign: bool) -> None:
    """People by rule on free words, where the tagger gives them a chance; then those referred back to. Rules are for
    English."""
    if foreign:
        referred(page, lex)
        return
    before = page.found()
    known = set(map(id, before))
    named(page, lex)
    for span in page.found():
        if id(span) in known or span.entry.kind != "person":
            continue
        if span.first == span.last and family(page, span.first):
            doubtful = True
        elif span.entry.key:
            doubtful = span.entry.mark == "bare" and seen.share(span.first, span.last, ORG, LOC, FAC, MISC) > _DOUBTED
        else:
            doubtful = seen.share(span.first, span.last, PER) < ASSENT
        if doubtful:
            page.drop(span)
    referred(page, lex)
