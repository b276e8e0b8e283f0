"""Here is a paragraph with its names and quotations: give me its words, a name being one and a quotation one.

The small words of grammar are here too: what ends a noun phrase, what may stand before a verb.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from searchsvc.entities.quotes.words import BODIES, CALLINGS, FEMALE, HUMANS, MALE, NOBODY, SPOKES, UTTERANCES, VERBS
from searchsvc.entities.titles import ROLES, TITLES

PERSON, BODY, WORD, STOP, QUOTE = "person", "body", "word", "stop", "quote"

#: Characters `start..end` that are one token, its kind, and its number.
Mark = tuple[int, int, str, int]

# Most words are in small letters: what begins with a capital or a mark is tried after one look at it.
_TOKEN = re.compile(
    r"(?=[A-Z])(?:(?:Mr|Mrs|Ms|Dr|Prof|Sen|Rep|Gov|Gen|Lt|Col|Maj|Capt|Sgt|Rev|Hon|St|Insp|Supt|Cllr|Fr|Sr|Jr|No|Mme|Mlle"
    r"|[A-Z])\.(?=\s)|(?:[A-Z]\.){2,})|\w+(?:[-&.]\w+|'(?!s\b)\w+)*|'s\b|\.{2,}|[^\w\s]"
)
PRONOUNS = frozenset("he she they it i we him her them".split())
SUBJECTS = frozenset("he she they it i we".split())
DETERMINERS = frozenset(
    "the a an his her their its my our this that another one some every each no whose which".split()
)
PREPOSITIONS = frozenset(
    "of for at from in on with by to under behind beside near after before during over about into through across "
    "against among between without within outside inside along around above below upon off since until towards "
    "toward as like amid despite beyond via per alongside".split()
)
FRONTS = PREPOSITIONS | frozenset(
    "when while if although though because once where whenever having being whether unless so".split()
)
LINKS = frozenset("and but or nor yet then so".split())
RELATIVES = frozenset("who whom which that whose where when while as because if whether than".split())
AUXILIARIES = frozenset(
    "had has have having would will could can may might must should did does do was is be been were are".split()
)
BE = frozenset("was were been be being is are".split())
ADVERBS = frozenset(
    "also later then again only never once not even still just simply already always often now today yesterday soon "
    "earlier recently first finally twice afterwards afterward merely ever there so too here indeed himself herself "
    "themselves itself since n't together back out up all meanwhile however long".split()
)
#: Past and present forms that end a noun phrase.
FINITE = frozenset(
    "went goes came comes shot took takes gave gives got gets made makes held holds sat sits stood stands broke "
    "brought threw left kept keeps put set let saw sees met won lost fell rose led knew knows found heard hears "
    "sent hit spat drew wanted needs became becomes grew ran turns turned looks looked seems appears has had was "
    "were is are remains refuses".split()
)
_NEVER_VERBS = frozenset("that this these those needed indeed aged alleged red based his its as".split())
#: Nouns that may follow a body's name: `the Ross County manager`.
NOUNS = (
    frozenset(w.lower() for w in TITLES)
    | ROLES
    | SPOKES
    | HUMANS
    | UTTERANCES
    | BODIES
    | NOBODY
    | frozenset().union(*CALLINGS)
)
PERSONAL = frozenset(w.lower() for w in TITLES) | ROLES | HUMANS | MALE | FEMALE | frozenset().union(*CALLINGS)

# Things whose names end as those of people do.
_THINGS = frozenset(
    """
    access address alligator amplifier answer banner barrier blister boiler border bumper burner business butter
    calculator carburettor center chapter charger coffee committee computer condenser congress container conveyor
    cooler copper corner corridor counter crater cruiser cylinder danger degree detector dinner disaster distress
    elevator escalator excavator excess express exterior factor feather fender filter finger fodder folder foothold
    fortress freezer freighter generator glacier guarantee hamster hanger heater helicopter holder horror household
    indicator ingress interior jubilee ladder lantern leather letter lighter litter locker lumber matter mattress
    merger mirror monitor monster murder number oyster parameter pedigree pepper plaster platter polyester poster
    powder printer process processor progress projector propeller quarter radiator reactor receiver recess
    refrigerator reminder revolver roller rooster router rubber scaffold scanner scooter sector semester sensor
    server shelter shoulder shower shutter silver skyscraper slipper spider steamer stretcher stronghold success
    summer supper sweater tanker temper terror thermometer threshold thunder timber toaster tractor trailer
    transistor transmitter trawler trouser tumour underwater vector ventilator weather whisper wilderness winter
    wonder
    """.split()
)
_AGENTS = ("er", "or", "ist", "ian", "man", "woman", "ee", "ess", "old")
_CLOSING = VERBS | PREPOSITIONS | LINKS | AUXILIARIES | RELATIVES | FINITE | ADVERBS


class Token(NamedTuple):
    """One word, name, stop or quotation. `ref` is the speaker's or the run's number, -1 for others."""

    kind: str
    text: str
    low: str
    start: int
    end: int
    ref: int = -1


def tokenize(plain: str, start: int, end: int, marks: Sequence[Mark]) -> list[Token]:
    """The tokens of `plain[start:end]`; `marks` are names and quotations with their outer marks, sorted and apart."""
    tokens: list[Token] = []
    at = start
    for first, last, kind, ref in marks:
        if first > at:
            _words(plain, at, first, tokens)
        shown = plain[first:last]
        tokens.append(Token(kind, shown, "" if kind == QUOTE else shown.lower(), first, last, ref))
        at = last
    if at < end:
        _words(plain, at, end, tokens)
    return tokens


def _words(plain: str, start: int, end: int, tokens: list[Token]) -> None:
    add, new = tokens.append, tuple.__new__  # half the time of Token()
    for match in _TOKEN.finditer(plain, start, end):
        shown = match[0]
        first, last = match.span()
        kind = WORD if shown[0].isalnum() or shown == "'s" else STOP
        add(new(Token, (kind, shown, shown.lower(), first, last, -1)))


def is_verb(token: Token, *, loose: bool = False) -> bool:
    """A verb of speech; `loose`: anything that looks like a past tense."""
    if token.kind != WORD or token.text[0].isupper():
        return False
    low = token.low
    return low in VERBS or (loose and len(low) > 4 and low.endswith("ed") and low not in _NEVER_VERBS)


def adverbial(token: Token) -> bool:
    """Is it an adverb or an auxiliary?"""
    low = token.low
    return token.kind == WORD and (
        low in ADVERBS or low in AUXILIARIES or (low.endswith("ly") and low not in ("reply", "family", "only"))
    )


def skip_adverbs(tokens: Sequence[Token], j: int) -> int:
    """The first token from j that is no adverb and no auxiliary."""
    while j < len(tokens) and adverbial(tokens[j]):
        j += 1
    return j


def finite(low: str) -> bool:
    """Does a word in small letters behind a name look like a verb, as far as its shape tells?"""
    if low in NOUNS:
        return False
    return (
        low in VERBS
        or low in FINITE
        or low.endswith("ed")
        or (low.endswith("s") and not low.endswith(("ss", "ous", "es's")))
    )


def closes(token: Token) -> bool:
    """May this stand behind an apposition: not the noun of `an Obama donor`?"""
    return token.kind in (STOP, QUOTE) or token.low in _CLOSING


def passive(tokens: Sequence[Token], v: int, lo: int) -> bool:
    """Is the participle at v passive: `she was told`, `been asked`?"""
    k = v - 1
    while k >= lo and tokens[k].kind == WORD and (tokens[k].low in ADVERBS or tokens[k].low.endswith("ly")):
        k -= 1
    return k >= lo and tokens[k].low in BE


def plural(noun: str) -> bool:
    """Does a noun mean more than one, as far as its ending tells?"""
    shaped = noun.endswith("s") and not noun.endswith(("ss", "ous", "us", "is"))
    return shaped and noun not in BODIES and noun not in UTTERANCES


def human(noun: str) -> bool:
    """Does a noun stand for a human being, as far as its shape tells?"""
    return noun in PERSONAL or (
        len(noun) > 5 and noun.endswith(_AGENTS) and noun not in _THINGS and not noun.endswith("ness")
    )
