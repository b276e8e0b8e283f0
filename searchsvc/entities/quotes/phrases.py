"""Here is a sentence: give me who does what in it, as a reporter writes it.

No parser: noun phrases are read from the left or from the right, over titles, appositions, relative clauses and
attributes, as far as reports need it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from searchsvc.entities.quotes.tokens import (
    ADVERBS,
    AUXILIARIES,
    BODY,
    DETERMINERS,
    FINITE,
    LINKS,
    NOUNS,
    PERSON,
    PERSONAL,
    PREPOSITIONS,
    PRONOUNS,
    QUOTE,
    RELATIVES,
    STOP,
    SUBJECTS,
    WORD,
    Token,
    adverbial,
    closes,
    finite,
    human,
    plural,
)
from searchsvc.entities.quotes.words import NOBODY, SPOKES, TOGETHER, UTTERANCES, VERBS

_SMALL = PREPOSITIONS | LINKS | RELATIVES | ADVERBS | AUXILIARIES | DETERMINERS
_OBJECTS = frozenset("himself herself itself themselves him them it me us to".split())
_NEVER_FIRST = AUXILIARIES | PREPOSITIONS | LINKS | {"what", "that's"}
#: How many words an apposition or a phrase may have.
FAR = 14


@dataclass(frozen=True, slots=True)
class Phrase:
    """Whom a phrase means: `kind` is name (of speaker `ref`), pronoun, noun (definite), some (indefinite), several.

    `head` is the noun or pronoun, `words` all the words of a noun phrase; characters `start..end`; tokens to `last`.
    """

    kind: str
    head: str
    start: int
    end: int
    last: int
    ref: int = -1
    words: tuple[str, ...] = ()
    #: The speaker named within the phrase: the firm of `a spokesman for the firm`, the man of `the lawyer of the man`.
    within: int = -1


def phrase_at(tokens: Sequence[Token], j: int, end: int) -> Phrase | None:
    """The noun phrase that begins at token j, with the name that an apposition gives it."""
    while j < end and tokens[j].kind == WORD and tokens[j].low in ("both", "only", "even", "just") and j + 1 < end:
        if tokens[j].low == "both" and tokens[j + 1].low not in ("the", "his", "her", "their"):
            return Phrase("several", "both", tokens[j].start, tokens[j].end, j)
        j += 1
    if j >= end:
        return None
    first = tokens[j]
    if (
        first.kind == WORD
        and first.low in PRONOUNS
        and not (first.low in ("her", "its") and _noun_like(tokens, j + 1, end))
    ):
        return Phrase("pronoun", first.low, first.start, first.end, j)
    if first.kind in (QUOTE, STOP) or first.low in _NEVER_FIRST or (first.low in VERBS and first.text[0].islower()):
        return None
    words: list[str] = []
    body = -1
    k = j
    head_end = j
    owner = -1
    while k < end and k - j < FAR:
        token = tokens[k]
        if token.kind == PERSON:
            after = tokens[k + 1] if k + 1 < end else None
            if after is not None and after.text in ("'s", "'"):
                owner, words = token.ref, []
                k += 2
                continue
            if k > j and after is not None and _qualifies(after):
                words.append(token.low)  # `former Obama adviser`
                k += 1
                continue
            last = k
            both = _both(tokens, k, end)
            if both is not None:
                return both
            return Phrase("name", words[-1] if words else "", token.start, token.end, last, token.ref, tuple(words))
        if token.kind == BODY:
            if k + 1 < end and tokens[k + 1].text in ("'s", "'"):
                body, words = token.ref, []
                k += 2
                continue
            body = token.ref
            words.append(token.low)
            head_end = k
            k += 1
            if k < end and tokens[k].kind == WORD and not tokens[k].text[0].isupper() and finite(tokens[k].low):
                break
            continue
        if token.kind in (QUOTE, STOP):
            if token.text == "-" or (token.text == "'" and k + 1 < end and tokens[k + 1].kind == WORD and k > j):
                k += 1
                continue
            break
        low = token.low
        if low == "'s":
            words = []
            k += 1
            continue
        if k > j and (low in PREPOSITIONS or low in LINKS or low in RELATIVES or low in AUXILIARIES):
            break
        if k > j and (low in PRONOUNS or low in DETERMINERS) and low not in ("one", "other"):
            break
        if k > j and low in ADVERBS and low not in ("then", "back"):
            break
        if k > j and low.endswith("s") and words[-1:] and words[-1] not in DETERMINERS and k + 1 < end and (
            tokens[k + 1].low in DETERMINERS or tokens[k + 1].low in _OBJECTS
        ):  # fmt: skip
            break  # `the old man permits himself`
        if k > j and low in VERBS and token.text[0].islower() and not _nominal(tokens, k, end, words):
            break
        if k > j and token.text[0].islower() and (low in FINITE or low.endswith("ed")) and words[-1:] and (
            words[-1] not in DETERMINERS
        ):  # fmt: skip
            break
        words.append(low)
        head_end = k
        k += 1
    if not words:
        return None
    plain_words = tuple(word for word in words if word not in DETERMINERS or word == "one")
    determiner = tokens[j].low
    named = tokens[head_end].kind == BODY
    last, within, inner_noun = _attributes(tokens, head_end, end, body)
    apposed = _apposed(tokens, last, end)
    if (
        apposed < 0
        and last + 2 < end
        and tokens[last + 1].low in ("called", "named")
        and tokens[last + 2].kind == PERSON
    ):
        apposed = last + 2  # `an old man called Cole`
    if apposed >= 0:
        who = tokens[apposed]
        pair = apposed + 2 < end and tokens[apposed + 1].low == "and" and tokens[apposed + 2].kind == PERSON
        if pair and plural(words[-1]):
            return Phrase("several", words[-1], tokens[j].start, tokens[apposed + 2].end, apposed + 2)
        return Phrase("name", "", who.start, who.end, apposed, who.ref, plain_words)
    if named:
        return Phrase("name", words[-1], tokens[head_end].start, tokens[head_end].end, last, body)
    if (
        not plain_words
        and determiner in ("another", "some", "one")
        and (j + 1 >= end or tokens[j + 1].low in VERBS or tokens[j + 1].kind == STOP)
    ):
        plain_words = (determiner,)
    if not plain_words:
        return None
    head = plain_words[-1]
    start, stop = tokens[j].start, tokens[head_end].end
    if head in TOGETHER and determiner not in ("a", "an"):
        return Phrase("several", head, start, stop, last)
    if plural(head):
        kind = "several" if "two" in plain_words else "some"  # `the two leaders`; `Democrats`, `the officers`
        return Phrase(kind, head, start, stop, last, -1, plain_words)
    kind = "noun"
    capitals = [
        t for t in tokens[j : head_end + 1] if t.kind == WORD and t.text[0].isupper() and t.low not in DETERMINERS
    ]
    proper = tokens[head_end].text[0].isupper() and head not in NOUNS and not tokens[head_end].text.isupper()
    if proper and (len(capitals) > 1 or (determiner not in DETERMINERS and j > 0 and tokens[j - 1].kind == QUOTE)):
        return Phrase("unknown", head, start, stop, last, -1, plain_words)  # a name that is nobody's here
    if determiner in ("a", "an", "another", "one", "some", "no") or head in NOBODY or plain_words[0] in NOBODY:
        kind = "some"
    elif determiner not in DETERMINERS and owner < 0 and not first.text[0].isupper() and head not in ("others",):
        kind = "bare"
    return Phrase(kind, head, start, stop, last, owner, plain_words + ((inner_noun,) if inner_noun else ()), within)


def _attributes(tokens: Sequence[Token], head: int, end: int, body: int) -> tuple[int, int, str]:
    """Over `of the board`, `in charge of the visitors`, `at the inn`: their last token, who is in them, their noun."""
    last, within, noun = head, body, ""
    k = head + 1
    while k < end and k - head < FAR and tokens[k].kind == WORD and tokens[k].low in PREPOSITIONS:
        inner = _attribute(tokens, k + 1, end)
        if inner is None:
            break
        if inner.kind == "name" and within < 0 and tokens[k].low in ("of", "for", "from", "at", "with", "by"):
            within = inner.ref
        if tokens[k].low in ("of", "for", "from") and not noun:
            noun = inner.head
        last = inner.last
        k = inner.last + 1
    return last, within, noun


def _attribute(tokens: Sequence[Token], j: int, end: int) -> Phrase | None:
    """The noun phrase right behind a preposition, without its own attributes."""
    words: list[str] = []
    k = j
    while k < end and k - j < 8:
        token = tokens[k]
        if token.kind in (PERSON, BODY):
            if k + 1 < end and tokens[k + 1].text in ("'s", "'"):
                words = []
                k += 2
                continue
            return Phrase("name", token.low, token.start, token.end, k, token.ref)
        low = token.low
        if low == "'s" or (low == "'" and k + 1 < end and tokens[k + 1].kind == WORD and words):
            k += 1
            continue
        if token.kind != WORD or (
            k > j and (low in PREPOSITIONS or low in LINKS or low in RELATIVES or low in AUXILIARIES or low in PRONOUNS)
        ):
            break
        if k > j and token.text[0].islower() and low in VERBS and not low.endswith("ing"):
            break
        words.append(low)
        k += 1
    if not words:
        return None
    return Phrase("noun", words[-1], tokens[j].start, tokens[k - 1].end, k - 1, -1, tuple(words))


def _both(tokens: Sequence[Token], k: int, end: int) -> Phrase | None:
    """`Ann Lee and Ben Cole`, `Ann Lee and her husband said`: two, where token k is the first."""
    if k + 2 >= end or tokens[k + 1].low != "and":
        return None
    if tokens[k + 2].kind == PERSON:
        return Phrase("several", "and", tokens[k].start, tokens[k + 2].end, k + 2)
    second = phrase_at(tokens, k + 2, end) if tokens[k + 2].low in ("his", "her", "the") else None
    if second is None:
        return None
    behind = second.last + 2 if second.last + 1 < end and tokens[second.last + 1].text == "," else second.last + 1
    if behind >= end or tokens[behind].low not in VERBS:
        return None
    return Phrase("several", "and", tokens[k].start, second.end, behind - 1)


def _qualifies(after: Token) -> bool:
    """Does the name before this token qualify it: `former Obama adviser`?"""
    return after.kind == WORD and after.text[0].islower() and not closes(after) and not finite(after.low)


def _nominal(tokens: Sequence[Token], k: int, end: int, words: Sequence[str]) -> bool:
    """Is a word that could be a verb a noun here: `the report`, `the order clerk`?"""
    before = words[-1] if words else ""
    if tokens[k].low in ("accused", "condemned"):
        return before in ("the", "both") and not (k + 1 < end and tokens[k + 1].kind in (PERSON, BODY))
    return before in DETERMINERS and not tokens[k].low.endswith(("ed", "said", "told"))


def _noun_like(tokens: Sequence[Token], j: int, end: int) -> bool:
    if j >= end:
        return False
    token = tokens[j]
    if token.kind in (PERSON, BODY):
        return True
    return token.kind == WORD and token.low not in _SMALL


def _apposed(tokens: Sequence[Token], last: int, end: int) -> int:
    """The token of the person whom `, [a former player] NAME` behind token `last` gives, else -1."""
    k = last + 1
    if k < end and tokens[k].low in ("who", "which"):
        k = next((m for m in range(k, min(end, k + 10)) if tokens[m].text == ","), end)
    if k >= end or tokens[k].text != ",":
        return -1
    k += 1
    seen = 0
    while k < end and seen < 8:
        token = tokens[k]
        if token.kind == PERSON:
            after = tokens[k + 1] if k + 1 < end else None
            if after is not None and (after.text in ("'s", "'") or not closes(after)):
                return -1
            return k
        acts = token.low in FINITE or token.low.endswith("ed")
        if acts and token.text[0].islower() and k + 1 < end and tokens[k + 1].kind == PERSON:
            return -1  # `a baker, sued Ann Lee`
        if token.kind == BODY and k + 1 < end and tokens[k + 1].low in PERSONAL:
            k, seen = k + 1, seen + 1  # `the chair, Labour MP Ann Lee`
            continue
        if (
            token.kind != WORD
            or token.low in RELATIVES
            or token.low in PRONOUNS
            or token.low in VERBS
            or token.low in LINKS
        ):
            return -1
        if token.low in PREPOSITIONS and not any(t.low == "name" for t in tokens[k + 1 : k + 3]) and (
            tokens[k - 1].low != "name"
        ):  # fmt: skip
            return -1
        k += 1
        seen += 1
    return -1


def phrase_before(tokens: Sequence[Token], e: int, lo: int, *, near: bool = False) -> Phrase | None:
    """The noun phrase that ends at token e: `A lieutenant of the guard`; `near`: the guard alone."""
    while e >= lo and adverbial(tokens[e]):
        e -= 1
    if e < lo:
        return None
    token = tokens[e]
    if token.kind == WORD and token.low in SUBJECTS:
        return Phrase("pronoun", token.low, token.start, token.end, e)
    if token.text == ")":
        while e > lo and tokens[e].text != "(":
            e -= 1
        return phrase_before(tokens, e - 1, lo) if e > lo else None
    if token.low in ("who", "which", "that"):
        k = e - 1
        while k >= lo and (tokens[k].text == "," or tokens[k].low in ("and", "but")):
            k -= 1
        if k - 2 > lo and tokens[k].low in VERBS and tokens[k - 1].low in SUBJECTS and tokens[k - 2].text == ",":
            k -= 3  # `somebody at the bank, he said, who`
        if token.low == "who" and k >= lo and tokens[k].kind == BODY:
            # `Ann Lee, head of Acme, who`
            k = next((m for m in range(k - 1, max(lo, k - FAR) - 1, -1) if tokens[m].kind == PERSON), k)
        return phrase_before(tokens, k, lo, near=token.low == "who")
    starts = _starts(tokens, e, lo, near=near)
    if not starts:
        return None
    # The leftmost reading that ends where the verb begins.
    for place in starts:
        token = tokens[place]
        if token.kind == PERSON and place < e and tokens[place + 1].low in _OF:
            return Phrase("name", "", token.start, token.end, place, token.ref)  # `Ann Lee of Hull Council`
        inner = place > lo and token.kind == WORD and tokens[place - 1].kind == WORD and token.low not in DETERMINERS
        if inner and place != starts[0]:
            continue
        phrase = phrase_at(tokens, place, e + 1)
        if phrase is not None and phrase.last >= e - 1:
            joined = place - 2 in (lo, lo + 1) and tokens[place - 1].low == "and" and tokens[place - 2].kind in _NAMES
            if joined and phrase.kind == "name" and phrase.start == token.start:
                return Phrase("several", "and", tokens[place - 2].start, phrase.end, phrase.last)
            return phrase
    return phrase_at(tokens, starts[0], e + 1)


_NAMES = (PERSON, BODY)
_OF = frozenset("of for at from in on with".split())
#: What a noun phrase does not go back over.
_BEYOND = (LINKS | RELATIVES | PRONOUNS | frozenset("after before since until".split())) - {"her"}


def _starts(tokens: Sequence[Token], e: int, lo: int, *, near: bool) -> list[int]:
    """Where the noun phrase that ends at e may begin, over its attributes back to its head, leftmost first."""
    found: list[int] = []
    k = e
    while k >= lo and e - k < FAR:
        token = tokens[k]
        if token.kind in (STOP, QUOTE):
            if token.text not in ("'", "-"):
                break
        elif token.kind == WORD:
            low = token.low
            if low in _BEYOND or (near and low in PREPOSITIONS):
                break
            if k < e and low in VERBS and token.text[0].islower() and tokens[k - 1].low not in DETERMINERS:
                break
            if low in DETERMINERS:
                found.append(k)
                if near or k - 1 < lo or tokens[k - 1].low not in _OF:
                    break
                k -= 2
                continue
            if low in PREPOSITIONS:
                k -= 1
                continue
        found.append(k)
        k -= 1
    return found[::-1]


def utterance(phrase: Phrase) -> bool:
    """Is it words, not somebody, that the phrase names: `his answer`, `the letter`?"""
    return phrase.head in UTTERANCES and phrase.kind not in ("pronoun", "name")


def spokes(phrase: Phrase) -> bool:
    """Does it speak for somebody else: `a spokesman for the firm`?"""
    return phrase.head in SPOKES


def personal(phrase: Phrase) -> bool:
    """Does the noun stand for a human being, as far as its shape tells?"""
    return human(phrase.head)
