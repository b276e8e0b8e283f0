"""Here is a paragraph in words: give me its sentences, and who acts in a clause."""

from __future__ import annotations

from collections.abc import Sequence

from searchsvc.entities.quotes.phrases import Phrase, personal, phrase_at, phrase_before
from searchsvc.entities.quotes.tokens import (
    BE,
    BODY,
    FRONTS,
    LINKS,
    PERSON,
    PERSONAL,
    PREPOSITIONS,
    QUOTE,
    RELATIVES,
    STOP,
    WORD,
    Token,
    adverbial,
    is_verb,
    skip_adverbs,
)
from searchsvc.entities.quotes.words import NOBODY, UTTERANCES, VERBS

_NOUN_BEFORE = frozenset("the a an his her its their of this that no one 's my our any".split())
# Verbs that are nouns as often.
_DOUBTFUL = frozenset("claim note report remark question answer reply request claims remarks".split())
# How past tenses end.
_PAST = ("ed", "s", "id", "ld", "ote", "ght", "ore", "ang")
#: A sentence is cut after so many tokens, so that work stays linear in texts without full stops.
_LONGEST = 400
#: So short is what stands in brackets without being a sentence.
_ASIDE = 5


def sentences(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """First and last-plus-one token of each sentence. A quotation ends one unless its report comes after it."""
    found: list[tuple[int, int]] = []
    first = 0
    count = len(tokens)
    for i, token in enumerate(tokens):
        ends = i - first >= _LONGEST
        following = tokens[i + 1] if i + 1 < count else None
        if token.kind == STOP and token.text in ".?!":
            ends = following is None or not (following.text in ",)" or following.text[0].islower())
            if ends and i < 5 and following is not None and following.text in "-–—":
                ends = not (i + 2 < count and tokens[i + 2].kind == QUOTE)  # `Chairman. - "`
        elif token.kind == QUOTE and following is not None and following.kind != STOP:
            last = token.text.rstrip("'\" ")[-1:]
            if following.kind == QUOTE:
                ends = last in ".?!…"
            elif last in ".?!…" and not following.text[0].islower():
                ends = last == "." or not _reports(tokens, i + 1)
        elif (
            token.text == ")" and following is not None and following.text[0].isupper() and tokens[i - 1].text in ".?!"
        ):
            ends = not any(t.text == "(" for t in tokens[max(first, i - _ASIDE) : i])  # not `Lee (D-Ill.) said`
        if ends:
            found.append((first, i + 1))
            first = i + 1
    if first < count:
        found.append((first, count))
    return found


def _reports(tokens: Sequence[Token], i: int) -> bool:
    """Does a name or a noun and a verb of speech begin at token i: `Mayor Lorraine Pickett snapped`?"""
    phrase = phrase_at(tokens, i, min(len(tokens), i + 10))
    if phrase is None:
        return False
    j = skip_adverbs(tokens, phrase.last + 1)
    return j < len(tokens) and tokens[j].low in VERBS


def front(tokens: Sequence[Token], lo: int, hi: int) -> int:
    """Where the main clause of tokens `lo..hi` begins, behind `In Accra,` and `Asked why,`; `hi` for nowhere."""
    j = lo
    for _ in range(4):
        while j < hi and (
            tokens[j].low in LINKS or adverbial(tokens[j])
            or (tokens[j].kind == STOP and tokens[j].text in ",-–—:;(") or tokens[j].kind == QUOTE
        ):  # fmt: skip
            j += 1
        if j >= hi:
            return hi
        token = tokens[j]
        fronted = token.low in FRONTS or token.low in ("told", "born", "clad", "given", "seen", "known") or (
            token.kind == WORD and token.low.endswith(("ed", "ing")) and token.text[0].isupper() and j + 1 < hi
            and token.low not in ("nothing", "something", "everything", "anything", "red")
            and tokens[j + 1].kind in (WORD, PERSON, BODY)
        )  # fmt: skip
        if not fronted:
            return j
        comma = next((k for k in range(j, min(hi, j + 30)) if tokens[k].text == ","), -1)
        if comma < 0 or comma + 1 >= hi:
            return j
        j = comma + 1
    return j


def subject(tokens: Sequence[Token], lo: int, hi: int) -> Phrase | None:
    """Who does it in the clause of tokens `lo..hi`: its first noun phrase behind what is put in front of it."""
    j = front(tokens, lo, hi)
    if j >= hi:
        return None
    if tokens[j].low in FRONTS or tokens[j].low.endswith(("ed", "ing")):
        return _first_name(tokens, j, hi)
    phrase = phrase_at(tokens, j, hi)
    if (
        phrase is not None
        and phrase.kind == "pronoun"
        and phrase.head == "it"
        and j + 1 < hi
        and tokens[j + 1].low in BE
    ):
        return _first_name(tokens, j + 1, hi) or phrase
    if phrase is None or (phrase.kind == "noun" and phrase.head in ("there",)):
        return _first_name(tokens, j, hi)
    return phrase


def _first_name(tokens: Sequence[Token], lo: int, hi: int) -> Phrase | None:
    for k in range(lo, hi):
        token = tokens[k]
        if token.kind in (PERSON, BODY):
            return Phrase("name", "", token.start, token.end, k, token.ref)
        if token.kind == WORD and token.low in ("he", "she"):
            return Phrase("pronoun", token.low, token.start, token.end, k)
    return None


def before_comma(tokens: Sequence[Token], c: int, lo: int) -> Phrase | None:
    """Who is meant before the comma at c that closes an insertion: `the member, Ann Lee,`, `Ann Lee, 44, of Hull,`."""
    if c - 1 >= lo and tokens[c - 1].kind in (PERSON, BODY):
        start = next((k for k in range(c - 1, max(lo, c - 7) - 1, -1) if tokens[k].text == ","), -1)
        if c - 3 == start + 1 > lo and tokens[c - 2].low == "and" and tokens[start + 1].kind == PERSON:
            return Phrase("several", "and", tokens[start + 1].start, tokens[c - 1].end, c - 1)
        if start >= 0 and not any(t.low in PREPOSITIONS or t.low in RELATIVES for t in tokens[start + 1 : c]):
            token = tokens[c - 1]
            outer = next((k for k in range(start - 1, max(lo, start - 8) - 1, -1) if tokens[k].text == ","), -1)
            if outer > lo and tokens[outer + 1].low in PREPOSITIONS:  # `Ann Lee, for the appellant, Ben Cole,`
                owner = next((t for t in tokens[lo:outer] if t.kind == PERSON), None)
                token = owner or token
            return Phrase("name", "", token.start, token.end, c - 1, token.ref)
    k = c - 1
    while k > lo:
        if tokens[k].text in (";", ":") or tokens[k].kind == QUOTE:
            return None
        if tokens[k].text == ",":
            following = tokens[k + 1]
            token = tokens[k - 1]
            attribute = k - 2 >= lo and tokens[k - 2].low in PREPOSITIONS  # `the head of Acme, which makes glue,`
            if token.kind in (PERSON, BODY) and following.low not in LINKS and not attribute:
                return Phrase("name", "", token.start, token.end, k - 1, token.ref)
            if token.kind == WORD and not token.text.isdigit() and (
                following.low in PREPOSITIONS or following.low in ("who", "whose", "which", "a", "an", "the")
                or following.text.isdigit() or following.low.endswith(("ed", "ing"))
            ):  # fmt: skip
                phrase = phrase_before(tokens, k - 1, lo)
                if phrase is None or phrase.kind == "name":
                    return phrase
                at = next((m for m in range(k - 1, lo, -1) if tokens[m].start <= phrase.start), lo)
                if at - 2 < lo or tokens[at - 1].low not in PREPOSITIONS or tokens[at - 2].text != ",":
                    return phrase
                k = at - 2  # `Lee, of this town, on being asked, replied`
                continue
        k -= 1
    return None


def is_noun(tokens: Sequence[Token], v: int, start: int) -> bool:
    """Is what looks like a verb a noun or an adjective: `the report`, `a called strike`?"""
    if v <= start:
        return False
    low, before = tokens[v].low, tokens[v - 1]
    if low == "writing" and before.low == "in":
        return True
    if before.low in _NOUN_BEFORE:
        return not low.endswith("ing") or before.low not in ("of", "that")
    if low not in _DOUBTFUL or before.kind != WORD or before.low.endswith("ly"):
        return False
    if v + 1 < len(tokens) and tokens[v + 1].low in ("that", "it", "he", "she", "they", "the", "to"):
        return False
    return before.low not in ("to", "and", "would", "will", "could")


def owner_of(tokens: Sequence[Token], j: int, end: int) -> Phrase | None:
    """Who owns the words of `the mayor's answer`, where it is a name."""
    for k in range(j, min(end, j + 6) - 2):
        token = tokens[k]
        if token.kind in (PERSON, BODY) and tokens[k + 1].text in ("'s", "'"):
            if any(t.low in UTTERANCES for t in tokens[k + 2 : min(end, k + 5)]):
                return Phrase("name", "", token.start, token.end, k, token.ref)
            break
    return None


def nearest_actor(tokens: Sequence[Token], start: int, v: int) -> Phrase | None:
    """Who acts in the last clause before a gerund: `and she turned it down, telling him`."""
    if v - 2 > start and tokens[v - 1].low == "as" and tokens[v - 2].kind in (PERSON, BODY):
        return phrase_at(tokens, v - 2, v - 1)  # `the paper quoted Cole as saying`
    if v - 1 > start and tokens[v - 1].kind == PERSON:
        return phrase_at(tokens, v - 1, v)  # `he remembers her mother telling him`
    for m in range(v - 1, start, -1):
        if tokens[m - 1].low in ("and", "but") and (tokens[m].kind == PERSON or tokens[m].low in ("he", "she")):
            return phrase_at(tokens, m, v)
    noun = tokens[v - 1].low
    if v - 1 > start and tokens[v - 1].kind == WORD and (noun in NOBODY or noun.removesuffix("s") in PERSONAL):
        return phrase_before(tokens, v - 1, start, near=True)  # `surrounded by supporters chanting`
    return None


def thing(phrase: Phrase | None) -> bool:
    """Does the phrase mean nothing that could speak, as far as its words tell?"""
    if phrase is None:
        return False
    return phrase.head == "it" or not (phrase.kind == "pronoun" or personal(phrase) or phrase.head in NOBODY)


def acts(tokens: Sequence[Token], lo: int, v: int) -> bool:
    """Is there a subject of its own in tokens `lo..v`?"""
    return any(t.kind in (PERSON, BODY) or t.low in ("he", "she", "they", "i", "we") for t in tokens[lo:v])


def inverted(tokens: Sequence[Token], q: int, j: int, joined: bool) -> bool:
    """Does the verb come first, as in `" said Kerry`?"""
    token = tokens[j]
    if token.kind != WORD:
        return False
    if token.low in VERBS and not token.low.endswith(_PAST) and token.low != "say" and not joined:
        return False
    return is_verb(token, loose=joined) or (joined and q == 0 and token.low in VERBS)


def verb_next(tokens: Sequence[Token], k: int, end: int, *, joined: bool) -> bool:
    """Does a verb of speech come at token k, over adverbs?"""
    k = skip_adverbs(tokens, k)
    return k < end and is_verb(tokens[k], loose=joined)


def inserted(tokens: Sequence[Token], start: int, e: int) -> Phrase | None:
    """Who stands before the insertion whose comma comes right before the verb."""
    while e > start and adverbial(tokens[e]):
        e -= 1
    return before_comma(tokens, e, start) if tokens[e].text == "," else None
