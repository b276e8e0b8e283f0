"""Which later names are those of somebody whom the text names in full? Surnames alone, and what speaks against one.

A surname that is a place's too is a place where the words beside it say so.
"""

from __future__ import annotations

import re
import unicodedata

from searchsvc.entities.heads import PLACE_HEADS, THING_HEADS
from searchsvc.entities.lexicon import Entry, Lexicon
from searchsvc.entities.page import Page
from searchsvc.entities.titles import STOPWORDS, TITLES, VERBS
from searchsvc.entities.tokens import PARTICLES

# Family names that stand first: Xi Jinping is Xi afterwards.
_FAMILY_FIRST = frozenset(
    "Xi Hu Li Wang Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu Guo He Lin Luo Jiang Deng Mao Wen Bo Peng Cao "
    "Kim Park Lee Moon Ban Choi Jung Kang Cho Yoon Chang Lim Han Shin Seo Kwon Hwang Ahn Song Roh Chun Nguyen Tran Le "
    "Pham Vo Dang Bui Do Ngo Duong Hun Tsai Chiang Tan Ng Goh Wong Chan Cheung Leung Lam Ho Hui Tung Bao Ding Fan Gao "
    "Hou Jin Kong Lu Meng Qian Qin Shen Shi Tang Tao Wei Xie Xiong Yan Yao Ye Yu Yuan Zeng Zheng Zhong Zou Ai".split()
)
#: What stands behind a name and is no surname.
SUFFIXES = frozenset("Jr Jr. Sr Sr. II III IV".split())
#: The numbers of rulers.
ROMAN = frozenset("I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XXIII".split())
#: What a country's, a place's and a nationality's word is to the lexicon.
SOFT = ("country", "place", "adjective")
#: The small word before a name; the one behind it; what stands before a place.
LAST_WORD = re.compile(r"([\w-]+)[,:]? $")
WORD_AFTER = re.compile(r"^(?:, | )([a-z]+)")
AT = frozenset("in at near from outside around across throughout inside toward towards into off via".split())
# What says that a name is a place's: before it, and behind its 's.
_PLACE_BEFORE = AT | frozenset(
    "of to visit visits visited visiting tour tours toured touring reach reached reaching enter entered entering leave "
    "leaves leaving invade invaded fled flee fleeing within between through neighbouring neighboring northern southern "
    "eastern western central greater downtown modern-day around over".split()
)
_PLACE_FOR = re.compile(r"\b(?:left|leaves|leaving|headed|heading|bound|departed|depart) for $")
_PLACE_HAS = frozenset(
    "airport airspace ambassador armed army authorities border borders cabinet camps capital central city coast "
    "constitution crown currency desert east eastern economy election elections embassy envoy exports foreign "
    "government interior king kingdom largest main mayor military minister ministry monarch monarchy national north "
    "northern officials opposition parliament people police population president prime queen refugee refugees "
    "residents royal ruler security south southern squad state streets suburbs supreme team territory tourism troops "
    "west western".split()
)
_HAS_WORD = re.compile(r"(?:'s?) ([a-z-]+)")
_ACTS = frozenset("arrived came left led met signed smiled spoke stood walked went won".split())
_NEXT_TO = (", ", " and ", ", and ", " or ", "/", "-", " & ")


def fold(name: str) -> str:
    """Small letters without accents, for comparing names."""
    if name.isascii():
        return name.lower()
    return "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c)).lower()


def surname_forms(name: str) -> list[str]:
    """What a full name may be shortened to later: its last word, with its particles, its last two words."""
    parts = name.split()
    while (parts and parts[-1] in SUFFIXES) or (len(parts) > 1 and parts[-1] in ROMAN):
        parts.pop()
    if len(parts) < 2:
        return []
    forms = [parts[-1]]
    at = len(parts) - 1
    while at > 1 and parts[at - 1].lower() in PARTICLES:
        at -= 1
    if at < len(parts) - 1:
        shorter = " ".join(parts[at:])
        forms += [shorter, shorter[0].upper() + shorter[1:]]
    if len(parts) > 2:
        forms.append(" ".join(parts[-2:]))
    if parts[0] in _FAMILY_FIRST:
        forms.append(parts[0])
    if parts[-1].startswith(("al-", "Al-", "el-", "El-")):
        forms += [parts[-1][3:], parts[-1][0].swapcase() + parts[-1][1:]]
    return forms


def referred(page: Page, lex: Lexicon) -> None:
    """Claim later bare surnames of people named in full in this text."""
    tokens = page.tokens
    forms: set[str] = set()
    given: dict[str, str] = {}
    for span in page.found():
        if span.entry.kind == "person" and span.last > span.first:
            name = page.text(span.first, span.last)
            forms.update(surname_forms(name))
            first = name.split()[0]
            if (
                first in lex.forenames
                and first not in lex.single
                and first not in lex.places
                and given.setdefault(first, name) != name
            ):
                given[first] = ""  # two of them; and Jordan, Paris, Chad are never a person's by the given name alone
        elif span.entry.kind == "person" and span.entry.mark != "weak":
            forms.add(tokens.words[span.first])
    for i, known in enumerate(page.known):
        if (
            (
                known is not None
                and known.entry.kind == "bare"
                and known.first == i
                and page.free(i)
                and page.free(known.last)
            )
            and tokens.words[i] not in forms
            and _back(page, lex, i, known.last)
        ):
            page.claim(Entry("person", known.entry.key, "bare"), i, known.last)
    if not forms:
        return
    words, gaps, count = tokens.words, tokens.gaps, len(tokens.words)
    i = 0
    while i < count:
        if not page.free(i):
            claim = page.claims[i]
            if not (
                claim is not None
                and claim.entry.kind == "neither"
                and words[i] in forms
                and claim.first == claim.last
                and words[i] not in lex.forenames
                and words[i] not in ("May", "March", "August", "Sun", "West", "East")
            ):
                i += 1
                continue
        for last in (i + 1, i):
            if last >= count or (last > i and (gaps[last] != " " or not page.free(last))):
                continue
            name = page.text(i, last) if last > i else words[i]
            if tokens.shouts[i]:
                name = name.title()
            if name in forms and _back(page, lex, i, last):
                claim = page.claims[i]
                if claim is not None:
                    page.drop(claim)
                known = page.known[i]
                if known is not None and known.entry.kind == "bare" and known.last == last:
                    page.claim(Entry("person", known.entry.key, "bare"), i, last)
                else:
                    page.claim(Entry("person", "", "back"), i, last)
                i = last
                break
            if last == i and given.get(name) and _back(page, lex, i, last):
                page.claim(Entry("person", "\0" + given[name], "back"), i, last)
                break
        i += 1


def placed(page: Page, first: int, last: int) -> bool:
    """Is a surname that is a country or place too (Jordan, London) the place here, by the words beside it?"""
    tokens = page.tokens
    words, gaps = tokens.words, tokens.gaps
    known = page.known[first]
    if known is None or known.entry.kind not in SOFT or first != last:
        return False
    gap, follows = gaps[first], gaps[last + 1]
    before = LAST_WORD.search(gap[-40:])
    word = before[1] if before is not None else words[first - 1].lower() if first and gap == " " else ""
    if word in (AT if known.entry.kind == "adjective" else _PLACE_BEFORE) or _PLACE_FOR.search(gap[-40:]):
        return True
    if known.entry.kind == "adjective":
        return False
    has = _HAS_WORD.match(follows)
    if has is not None and has[1] in _PLACE_HAS:
        return True
    if last + 1 < len(words) and follows in ("'s ", "' ") and words[last + 1].lower() in _PLACE_HAS:
        return True
    for j, between in ((first - 1, gap), (last + 1, follows)):
        beside = page.known[j] if 0 <= j < len(words) else None
        if (
            between in _NEXT_TO
            and beside is not None
            and beside.entry.kind in ("country", "place")
            and words[j] != words[first]
            and (page.free(j) or (claim := page.claims[j]) is None or claim.entry.kind != "person")
        ):
            return True
    return False


def _back(page: Page, lex: Lexicon, first: int, last: int) -> bool:
    """Does this surname stand alone as a reference, rather than in another name?"""
    tokens = page.tokens
    words, gaps = tokens.words, tokens.gaps
    if last + 1 < len(words) and gaps[last + 1] == " " and (words[last] in TITLES and words[last + 1] == "Sri"):
        return False
    if last + 1 < len(words) and gaps[last + 1] == " " and page.free(last + 1):
        after = words[last + 1]
        if (
            after not in TITLES
            and after not in STOPWORDS
            and after.lower() not in lex.words
            and not (page.known[last + 1] is not None)
        ):
            return False
        if after in PLACE_HEADS or after in THING_HEADS:
            return False
    if first == last and tokens.opens[first] and words[first].lower() in lex.words:
        match = WORD_AFTER.match(gaps[last + 1])
        if not (match and (match[1] in VERBS or match[1] in _ACTS)) and not gaps[last + 1].startswith("'s "):
            return False
    if (
        first == last
        and words[first] in ("May", "Will")
        and not gaps[first + 1].startswith(("'s", " said", " has", " was"))
    ):
        return False
    known = page.known[first]
    if known is not None and known.entry.kind in SOFT and (known.first != known.last or placed(page, first, last)):
        return False
    if first and gaps[first] == " " and page.free(first - 1):
        before_word = words[first - 1]
        if before_word in lex.forenames and before_word not in STOPWORDS and before_word not in TITLES:
            return True
    return True
