"""Which runs of capitalised words are people? Titles, given names, what follows, and who was named in full before.

Bodies and things have claimed their words already. Titles and possessives stay outside a name's span.
"""

from __future__ import annotations

import re
import unicodedata

from searchsvc.entities.heads import CORPORATE, PLACE_HEADS, THING_HEADS
from searchsvc.entities.lexicon import Entry, Lexicon
from searchsvc.entities.page import Page
from searchsvc.entities.titles import REGAL, ROLES, STOPWORDS, STRONG, SURE_VERBS, TITLES, VERBS
from searchsvc.entities.tokens import PARTICLES

# Family names that stand first: Xi Jinping is Xi afterwards.
_FAMILY_FIRST = frozenset(
    "Xi Hu Li Wang Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu Guo He Lin Luo Jiang Deng Mao Wen Bo Peng Cao "
    "Kim Park Lee Moon Ban Choi Jung Kang Cho Yoon Chang Lim Han Shin Seo Kwon Hwang Ahn Song Roh Chun Nguyen Tran Le "
    "Pham Vo Dang Bui Do Ngo Duong Hun Tsai Chiang Tan Ng Goh Wong Chan Cheung Leung Lam Ho Hui Tung Bao Ding Fan Gao "
    "Hou Jin Kong Lu Meng Qian Qin Shen Shi Tang Tao Wei Xie Xiong Yan Yao Ye Yu Yuan Zeng Zheng Zhong Zou Ai".split()
)
_SUFFIX = frozenset("Jr Jr. Sr Sr. II III IV".split())
_INITIALS = re.compile(r"(?:[^\W\d_]\.)+(?:[^\W\d_])?$")
_AGE = re.compile(r"^, (?:\d{1,3}\b|aged \d|who |whose |[a-z][\w-]* [\w ,'-]{0,40}\b(?:of|at|for|with)\b)|^ \(\d{2,4}")
_WORD_AFTER = re.compile(r"^(?:, | )([a-z]+)")
_LAST_WORD = re.compile(r"([\w-]+)[,:]? $")
_AT = frozenset("in at near from outside around across throughout inside toward towards into off via".split())
_HONORIFICS = frozenset("Mr Mr. Mrs Mrs. Ms Ms. Miss Dr Dr. Sen. Rep. Sir".split())
_SOFT = ("country", "place", "adjective")


def fold(name: str) -> str:
    """Small letters without accents, for comparing names."""
    if name.isascii():
        return name.lower()
    return "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c)).lower()


def people(page: Page, lex: Lexicon) -> None:
    """Claim people named in full or by a title, then those referred back to by a surname."""
    _named(page, lex)
    _referred(page, lex)


def _named(page: Page, lex: Lexicon) -> None:
    tokens = page.tokens
    words = tokens.words
    count = len(words)
    i = 0
    title = ""
    while i < count:
        word = words[i]
        if (
            i
            and tokens.gaps[i] not in (" ", ". ")
            and not (title and tokens.gaps[i] in (" of ", " for ", " of the ", " of State "))
        ):
            title = ""
        if not page.free(i):
            title = "" if page.claims[i].entry.kind != "organisation" else title  # type: ignore[union-attr]
            i += 1
            continue
        shown = word.title() if tokens.shouts[i] and len(word) > 1 else word
        if shown in TITLES and not _forename_here(page, lex, i):
            title = shown if not title or shown in STRONG else title
            i += 1
            continue
        known = page.known[i]
        if known is not None and known.entry.kind == "person":
            last = known.last
            key = known.entry.key
            if last + 1 < count and tokens.gaps[last + 1] in (" ", ", ") and words[last + 1] in _SUFFIX:
                last += 1
                key = ""
            page.claim(Entry("person", key), i, last, known.start)
            title = ""
            i = last + 1
            continue
        if (
            (title in _HONORIFICS or title in REGAL)
            and known is not None
            and known.entry.kind in ("country", "place")
            and known.first == known.last
        ):
            if title in REGAL:
                _crown(page, i, i)  # Queen Victoria
            else:
                page.claim(Entry("person", ""), i, i)  # Mr. Jordan
            title = ""
            i += 1
            continue
        end = _run(page, lex, i)
        if end < i:
            title = title if word in PARTICLES else ""
            i += 1
            continue
        _decide(page, lex, i, end, title)
        title = ""
        i = end + 1


def _forename_here(page: Page, lex: Lexicon, i: int) -> bool:
    """Is this title a given name here, as in Earl Warren, Judge Reinhold? Only where a plain surname follows."""
    word = page.tokens.words[i]
    if word not in lex.forenames or word in ("Sheikh", "Dean", "Prince", "Chancellor", "Justice", "Major", "General"):
        return False
    return (
        i + 1 < len(page.tokens.words) and page.tokens.gaps[i + 1] == " " and page.tokens.words[i + 1] in lex.surnames
    )


def _run(page: Page, lex: Lexicon, i: int) -> int:
    """The last word of the run of name-like words that starts at i, or i - 1."""
    tokens = page.tokens
    words, gaps = tokens.words, tokens.gaps
    count = len(words)
    j = i
    while j < count and j - i < 6 and page.free(j):
        word = words[j]
        if j > i and gaps[j] != " ":
            opening = gaps[j] in (' "', ' ("')
            closing = gaps[j] in ('" ', '") ')
            if opening and not (j + 1 < count and gaps[j + 1] in ('" ', '") ')):
                break
            if closing and gaps[j - 1] not in (' "', ' ("'):
                break
            if not opening and not closing and not (gaps[j] == ", " and word in _SUFFIX):
                break
        known = page.known[j]
        if word[1:2] == "-" and word[0] in "RDI":
            break
        if known is not None and known.entry.kind in _SOFT:
            if not _soft(page, lex, i, j):
                break
        elif known is not None and known.entry.kind == "person" and j > i:
            break
        if j > i and tokens.shouts[j] != tokens.shouts[j - 1]:
            break
        if (
            word in STOPWORDS
            and not (word in lex.forenames and not tokens.opens[j] and j == i)
            and not (j > i and word in lex.surnames and words[j - 1] in lex.forenames)
        ):
            break
        if word in TITLES and j > i and not (words[j - 1] in lex.forenames and word in lex.surnames):
            break
        if "-" in word and word.rsplit("-", 1)[1].islower() and word.rsplit("-", 1)[1] in lex.words:
            break
        if (
            len(word) > 1
            and word.isupper()
            and not tokens.shouts[j]
            and "." not in word
            and j > i
            and word not in _SUFFIX
        ):
            break
        j += 1
    while j - 1 >= i and words[j - 1] in PARTICLES and words[j - 1].islower():
        j -= 1
    return j - 1


def _soft(page: Page, lex: Lexicon, i: int, j: int) -> bool:
    """May the country's or place's word j be part of a person's name that starts at i?"""
    tokens = page.tokens
    words = tokens.words
    known = page.known[j]
    if known is None or known.first != known.last or (known.entry.kind == "adjective" and words[j] not in lex.surnames):
        return False
    if j > i:
        before = words[j - 1]
        return (
            (before in lex.forenames or _INITIALS.match(before) is not None)
            and (page.known[j - 1] is None or j - 1 > i)
            and not (tokens.opens[j - 1] and before in STOPWORDS)
        )
    if words[j] not in lex.forenames or j + 1 >= len(words) or tokens.gaps[j + 1] != " " or not page.free(j + 1):
        return False
    after = words[j + 1]
    if after in TITLES or after in STOPWORDS or (page.known[j + 1] is not None and after not in lex.surnames):
        return False
    if known.entry.kind == "country":
        return after.lower() not in lex.words or after in lex.surnames
    return after in lex.surnames or (after.lower() not in lex.words and after not in lex.forenames)


def _decide(page: Page, lex: Lexicon, first: int, last: int, title: str) -> None:
    """Claim words first..last, or a part of them, if they are somebody's name."""
    tokens = page.tokens
    words, gaps = tokens.words, tokens.gaps
    shouting = tokens.shouts[first]

    def common(j: int) -> bool:
        word = words[j].title() if shouting else words[j]
        return word.lower() in lex.words and word not in lex.forenames and word not in lex.surnames

    def given(j: int) -> bool:
        return (words[j].title() if shouting else words[j]) in lex.forenames

    while (
        first < last
        and common(first)
        and words[first] not in PARTICLES
        and not _covered(page, first, last)
        and (tokens.opens[first] or title or given(first + 1) or shouting or words[first + 1] in _bare(lex))
    ):
        first += 1
        known = page.known[first]
        if known is not None and known.entry.kind in _SOFT and not _soft(page, lex, first, first):
            return
    while last > first + 1 and (words[last] in _TAILS or (common(last) and not given(first) and not title)):
        last -= 1
    if any(map(_glued, words[first : last + 1])):
        known = page.known[first]
        if known is not None and known.entry.kind == "bare" and known.last < last:
            page.claim(Entry("person", known.entry.key, "bare"), first, known.last)
        return
    size = last - first + 1
    if size == 1 and (words[first] in _SUFFIX or words[first] in CORPORATE or len(words[first].rstrip(".")) < 2):
        return
    regal = ""
    if title in REGAL and size <= 2 and (given(first) or (size == 2 and words[last] in _ROMAN)):
        regal = title
    before = _LAST_WORD.search(gaps[first][-40:])
    role = before is not None and before[1] in ROLES
    follows = gaps[last + 1]
    match = _WORD_AFTER.match(follows)
    after = match[1] if match else ""
    known = page.known[first]
    if size == 1:
        word = words[first]
        if known is not None and known.entry.kind == "bare":
            page.claim(Entry("person", known.entry.key, "bare"), first, last)
        elif regal:
            _crown(page, first, last)
        elif known is not None and known.entry.kind in _SOFT:
            if title in STRONG and title.endswith(".") and known.entry.kind != "adjective":
                page.claim(Entry("person", ""), first, last)
        elif (title in STRONG and not common(first) and not _acronym(word, shouting)) or (
            role
            and not common(first)
            and not _acronym(word, shouting)
            and not gaps[first].endswith(", ")
            and (word in lex.forenames or word in lex.surnames or after in VERBS or follows.startswith(("'s", ",")))
        ):
            page.claim(Entry("person", ""), first, last)
        elif (
            after in SURE_VERBS and not common(first) and not _acronym(word, shouting) and word not in lex.organisations
        ):
            page.claim(Entry("person", "", "weak"), first, last)
        return
    if words[first].lower() in PARTICLES and _covered(page, first, last):
        page.claim(Entry("person", page.known[first].entry.key, "bare"), first, last)  # type: ignore[union-attr]
        return
    if words[first] in PARTICLES and words[first].islower() and not title and not role:
        if known is not None and known.entry.kind == "bare" and known.last == last:
            page.claim(Entry("person", known.entry.key, "bare"), first, last)
        return
    if known is not None and known.entry.kind == "bare" and known.first == first and known.last == last:
        page.claim(Entry("person", known.entry.key, "bare"), first, last)
        return
    if any(_acronym(words[j], shouting) and words[j] not in _SUFFIX for j in range(first, last + 1)):
        return
    if any(
        words[j] in PLACE_HEADS or words[j] in THING_HEADS
        for j in range(first + 1, last + 1)
        if words[j] not in lex.surnames
    ):
        return
    if regal:
        _crown(page, first, last)
        return
    commons = sum(map(common, range(first, last + 1)))
    byline = (gaps[first] == " " and first > 0 and words[first - 1] in ("By", "BY")) or gaps[first].endswith("by ")
    strong = (
        ((title in STRONG or title != "") and commons < size)
        or (given(first) and (commons == 0 or not common(last) or size > 2))
        or (_INITIALS.match(words[first]) is not None and not common(last))
        or (role and commons < size)
        or (byline and commons == 0)
        or (commons == 0 and (after in VERBS or _AGE.match(follows) is not None))
    )
    if not strong and commons == 0 and not shouting:
        place = before is not None and before[1] in _AT
        strong = not place and (
            any(w in lex.surnames or w in lex.forenames or w.lower() in PARTICLES for w in words[first : last + 1])
            or (size in (2, 3) and not tokens.opens[first] and not gaps[first].endswith(("the ", "of ")))
        )
    if strong and shouting and commons:
        return
    if strong:
        page.claim(Entry("person", ""), first, last)


_TAILS = frozenset(
    "Photo Photos Picture Pictures File Image Source Video Related Read Published Updated Posted".split()
)


def _covered(page: Page, first: int, last: int) -> bool:
    known = page.known[first]
    return known is not None and known.entry.kind == "bare" and known.last == last


_ROMAN = frozenset("I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XXIII".split())


def _crown(page: Page, first: int, last: int) -> None:
    if first and page.tokens.gaps[first] == " " and page.tokens.words[first - 1] in REGAL:
        first -= 1
    page.claim(Entry("person", ""), first, last)


def _glued(word: str) -> bool:
    """Two words run together by a careless extraction (`TrumpGOP`), or a word with a figure."""
    if word.isalpha():
        return len(word) > 6 and not word[5:].islower() and not word.isupper() and word[1:5].islower()
    return any(map(str.isdigit, word))


def _acronym(word: str, shouting: bool) -> bool:
    return not shouting and len(word) > 1 and word.isupper() and "." not in word


def _bare(lex: Lexicon) -> frozenset[str]:
    return lex.surnames


def surname_forms(name: str) -> list[str]:
    """What a full name may be shortened to later: its last word, with its particles, its last two words."""
    parts = name.split()
    while (parts and parts[-1] in _SUFFIX) or (len(parts) > 1 and parts[-1] in _ROMAN):
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


def _referred(page: Page, lex: Lexicon) -> None:
    """Claim later bare surnames of people named in full in this text."""
    tokens = page.tokens
    forms: dict[str, str] = {}
    given: dict[str, str] = {}
    for span in page.found():
        if span.entry.kind == "person" and span.last > span.first:
            name = page.text(span.first, span.last)
            for form in surname_forms(name):
                forms.setdefault(form, name)
            first = name.split()[0]
            if first in lex.forenames and given.setdefault(first, name) != name:
                given[first] = ""
        elif span.entry.kind == "person" and span.entry.mark != "weak":
            forms.setdefault(tokens.words[span.first], "")
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


def _back(page: Page, lex: Lexicon, first: int, last: int) -> bool:
    """Does this surname stand alone as a reference, rather than in another name?"""
    tokens = page.tokens
    words, gaps = tokens.words, tokens.gaps
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
        match = _WORD_AFTER.match(gaps[last + 1])
        if not (match and match[1] in VERBS) and not gaps[last + 1].startswith("'s "):
            return False
    if (
        first == last
        and words[first] in ("May", "Will")
        and not gaps[first + 1].startswith(("'s", " said", " has", " was"))
    ):
        return False
    known = page.known[first]
    if known is not None and known.entry.kind in _SOFT:
        before = _LAST_WORD.search(gaps[first][-40:])
        if (before is not None and before[1] in _AT) or known.first != known.last:
            return False
    if first and gaps[first] == " " and page.free(first - 1):
        before_word = words[first - 1]
        if before_word in lex.forenames and before_word not in STOPWORDS and before_word not in TITLES:
            return True
    return True
