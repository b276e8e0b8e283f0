"""Was what stands in marks said by somebody, or is it a title, a nickname, a slogan, a word held at arm's length?

Told by its length, its capitals, its last character and what stands by it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from searchsvc.entities.quotes.cues import Cue
from searchsvc.entities.quotes.tokens import QUOTE, WORD, Token, is_verb
from searchsvc.entities.quotes.words import DESCRIBING, NAMING, NOBODY, SAYING, VERBS

# What comes right before a name or a word in marks.
_NAMING = re.compile(
    r"\b(?:known(?: [a-z]+){0,4} as|called(?: it| them| him| her)?|nicknamed|dubbed|named|titled|entitled|headed"
    r"|headlined|labell?ed|billed as|so-called|captioned|inscribed(?: with)?|marked|stamped|spelled|renamed|christened"
    r"|branded|reads?|reading|words?|phrase|term|expression|slogan|motto|sign|banner|placard|title|nickname|name|song"
    r"|film|play|novel|album|series|tune|column|programme|show|painting|poem|poster|hashtag|category|label|the|a|an|of"
    r"|or)(?: (?:a|an|the|is|was|saying|of|as))?[,:]? ?$|\b(?:and)[,:]? ?$"
)
_TITLED = re.compile(r"\b(?:titled|entitled|subtitled|headlined|headed|so-called)[,:]? $")
_CALLED = re.compile(r"\b(?:called|dubbed|termed|nicknamed) (?:a|an|the) $")
# What leads into words that somebody called out, or that stand written.
_CALLED_OUT = re.compile(r"\b(?:cries|shouts|calls|chants|yells|murmurs|a cry|a shout|a chorus) of $")
_WORDED = re.compile(r"\bwith the words $")
_ARTICLES = frozenset("the a an of or and".split())
_DETERMINERS = frozenset("the a an this that his her its".split())
# Small words within titles.
_SMALL = frozenset(
    "a an the of and in on at to for by with or de la le du des von van da di el al from as vs na y e".split()
)
_ENDS = ".?!…,;:—–-"
# What stands behind a fragment without being the noun that it qualifies.
_BEHIND = frozenset(
    "and or but of in on at to for from with by as that which who when while if because after before than was is were "
    "are had has have would will could can may might should did does do about over under during since until through "
    "into".split()
)


def is_speech(
    shown: str, tokens: Sequence[Token], lo: int, hi: int, q: int, lead: str, cue: Cue, *, near: bool
) -> bool:
    """Is the run at token q of the sentence `lo..hi` speech?

    `shown` are its words, `lead` the sentence before it, `near` whether other speech of the paragraph is close.
    """
    words = shown.split()
    if not any(map(str.isalpha, shown)):
        return False
    size = len(words)
    last = (words[-1].rstrip("'\"”’") or words[-1])[-1]
    whole = next((c for c in words[0] if c.isalnum()), "a").isupper() and last in _ENDS
    titled = size < 9 and is_title(words)
    if cue.after and (cue.verb in SAYING or last in ",?!—–-" or cue.verb in ("put", "according", "reply", "told")):
        return not (titled and size < 6 and last not in ".?!,—–-")
    if lead and _is_named(lead, tokens[max(lo, q - 12) : q], size, cue, whole=whole, titled=titled):
        return False
    prior = tokens[q - 1] if q > lo else None
    spoken = prior is None or prior.text in ",:" or prior.low in VERBS
    colon = lead.endswith(": ")
    stopped = last in "?!" or (last == "." and spoken and cue.strength >= 2)
    if titled and size < 9 and not stopped and not colon:
        return False
    if not spoken and not whole and _is_attribute(tokens, q, hi, size):
        return False
    if size == 1 and not spoken and cue.strength >= 2 and not _is_close(tokens[max(lo, q - 4) : q]):
        return False
    if cue.strength < 2 and prior is not None and prior.low in _DETERMINERS and not whole:
        return False
    if called_out(lead) or _WORDED.search(lead):
        return True
    if cue.strength >= 3:
        known = cue.speaker is not None and cue.speaker >= 0
        return size >= 2 or cue.verb in SAYING or whole or (known and cue.verb.startswith(("dismiss", "describ")))
    if cue.strength == 2 or (near and whole):
        return True
    if cue.strength == 1:
        return size >= 5 or (whole and size >= 3) or (near and prior is not None and prior.text == ",")
    if q == lo:
        return whole or last in _ENDS
    return whole and size >= 3


def is_headline_speech(shown: str, lead: str, tokens: Sequence[Token], q: int, cue: Cue) -> bool:
    """Is what a headline has in marks, and the text has not, speech?"""
    words = shown.split()
    named = not lead.endswith(": ") and _NAMING.search(lead) is not None
    if not words or is_title(words) or (named and len(words) < 5):
        return False
    opens = q == 0 and (len(tokens) == 1 or tokens[1].text in ",:-–—")
    return cue.strength >= 2 or len(words) > 4 or (opens and len(words) > 2)


def called_out(lead: str) -> bool:
    """Do the words before it say that somebody calls it out: `there were cries of "`?"""
    return _CALLED_OUT.search(lead) is not None


def is_title(words: Sequence[str]) -> bool:
    """The Long Way Home: capitals throughout, but for small words."""
    if len(words) < 2 or all(word.isupper() for word in words):
        return False
    if any(word.endswith(",") for word in words[:-1]) and not any(word.isdigit() for word in words):
        return False
    capitals = [word[:2] != word[:2].lower() or word.isdigit() for word in words]
    small = (word in _SMALL or not word[0].isalpha() for word in words)
    return all(c or s for c, s in zip(capitals, small, strict=True)) and any(capitals[1:])


def _is_named(lead: str, before: Sequence[Token], size: int, cue: Cue, *, whole: bool, titled: bool) -> bool:
    """Do the words before it give it as a name or a word: `known as "`, `the word "`?"""
    some = cue.phrase is not None and cue.phrase.kind == "some" and cue.phrase.head in NOBODY
    if some and cue.verb.startswith(("call", "term")):
        return True  # `what theatre people call "a sit"`
    if _CALLED.search(lead) and " what " not in lead:
        return True  # `the house called a "palace"`
    names = any(t.low in NAMING and not (i and before[i - 1].low == "be") for i, t in enumerate(before))
    if _TITLED.search(lead) or (size < 6 and names):
        return True
    if cue.verb.startswith("accus"):
        return False  # `accused them of "hiding behind the trees"`
    naming = None if lead.endswith(": ") else _NAMING.search(lead[-60:])
    if naming is None or (whole and size > 3) or called_out(lead) or _WORDED.search(lead):
        return False
    if cue.strength >= 2 and before[-2:-1] and before[-2].low == "to" and before[-1].low not in _ARTICLES:
        return False  # `urged them to show "`
    if cue.strength >= 2 and len(before) > 1 and before[-1].low in ("and", "or") and before[-2].kind == QUOTE:
        return False
    if cue.verb in DESCRIBING and size >= 3 and cue.speaker is not None and not titled:
        return False  # `the mayor called it "the longest meeting since the typhoon"`
    return naming[0].split()[0] not in _ARTICLES or size < 5 or titled


def _is_attribute(tokens: Sequence[Token], q: int, hi: int, size: int) -> bool:
    """Is it put before a noun: `the "zero tolerance" policy`?"""
    if size > 3 or q + 1 >= hi:
        return False
    token = tokens[q + 1]
    if token.kind != WORD or not token.text[0].islower() or is_verb(token):
        return False
    return token.low not in _BEHIND and not token.low.endswith("ly")


def _is_close(before: Sequence[Token]) -> bool:
    """Is a verb that may lead into a single word near enough, or is the word one of several: `"mad" and "bad"`?"""
    if len(before) > 1 and before[-1].low in ("and", "or", "but") and before[-2].kind == QUOTE:
        return True
    return any(t.low in VERBS or t.low in ("was", "is", "were", "been") for t in before)
