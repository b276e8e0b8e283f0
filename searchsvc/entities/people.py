"""Which runs of capitalised words are people? Titles, given names, what follows, and who was named in full before.

Bodies and things have claimed their words already. Titles and possessives stay outside a name's span.
"""

from __future__ import annotations

import re

from searchsvc.entities.heads import CORPORATE, HEADS, PLACE_HEADS, THING_HEADS
from searchsvc.entities.lexicon import Entry, Lexicon
from searchsvc.entities.page import Page
from searchsvc.entities.references import AT, LAST_WORD, ROMAN, SOFT, SUFFIXES, WORD_AFTER, referred
from searchsvc.entities.titles import HONORIFICS, REGAL, ROLES, STOPWORDS, STRONG, SURE_VERBS, TITLES, VERBS
from searchsvc.entities.tokens import PARTICLES

_INITIALS = re.compile(r"(?:[^\W\d_]\.)+(?:[^\W\d_])?$")
_AGE = re.compile(r"^, (?:\d{1,3}\b|aged \d|who |whose |[a-z][\w-]* [\w ,'-]{0,40}\b(?:of|at|for|with)\b)|^ \(\d{2,4}")
# Further titles that stand before no country and no place: Judge Jordan, Lord Jordan.
_NEVER_OF_PLACES = frozenset(
    "Baroness Coach Congressman Congresswoman Dame Detective Judge Justice Lady Lord Prof Prof. Professor Sergeant Sgt "
    "Sgt.".split()
)
# Countries that are given names too; those of the second set before an unknown surname as well.
GIVEN = frozenset("America China Cuba Denmark Ghana India Iran Ireland Israel Jamaica Kenya".split())
_GIVEN_FREELY = frozenset("India Ireland Israel Kenya".split())
_PAGEANTS = frozenset("Earth Globe Grand International Olympia Supranational Teen USA Universe World".split())
_APPOSED = re.compile(r", (?!and |or |but )[a-z\d]| \((?:born|\d)")


def people(page: Page, lex: Lexicon) -> None:
    """Claim people named in full or by a title, then those referred back to by a surname."""
    named(page, lex)
    referred(page, lex)


def named(page: Page, lex: Lexicon) -> None:
    """Claim people named in full, by a title, or by a known surname."""
    tokens = page.tokens
    words = tokens.words
    count = len(words)
    i = 0
    title = ""
    pageant = "pageant" in tokens.plain or "beauty" in tokens.plain or "Miss Universe" in tokens.plain
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
        if shown in TITLES and not forename_here(page, lex, i):
            title = shown if not title or shown in STRONG else title
            i += 1
            continue
        known = page.known[i]
        if known is not None and known.entry.kind == "person":
            last = known.last
            key = known.entry.key
            if last + 1 < count and tokens.gaps[last + 1] in (" ", ", ") and words[last + 1] in SUFFIXES:
                last += 1
                key = ""
            page.claim(Entry("person", key), i, last, known.start)
            title = ""
            i = last + 1
            continue
        if (
            title in HONORIFICS
            and i
            and tokens.gaps[i] == " "
            and (
                word in _PAGEANTS
                or (
                    title == "Miss"
                    and known is not None
                    and known.entry.kind in ("country", "place")
                    and (pageant or word not in lex.surnames)
                )
            )
        ):
            i = i + 1 if known is None else known.last + 1  # Miss Universe, Miss Iran; who may be named next
            continue
        if (
            (title in HONORIFICS or title in REGAL or (title in _NEVER_OF_PLACES and tokens.gaps[i + 1] != " "))
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


def forename_here(page: Page, lex: Lexicon, i: int) -> bool:
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
            if not opening and not closing and not (gaps[j] == ", " and word in SUFFIXES):
                break
        known = page.known[j]
        if word[1:2] == "-" and word[0] in "RDI":
            break
        if known is not None and known.entry.kind in SOFT:
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
            and word not in SUFFIXES
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
    if (
        (words[j] not in lex.forenames and words[j] not in GIVEN)
        or j + 1 >= len(words)
        or tokens.gaps[j + 1] != " "
        or not page.free(j + 1)
    ):
        return False
    after = words[j + 1]
    family = after in lex.surnames or after in lex.families
    if after in TITLES or after in STOPWORDS or (page.known[j + 1] is not None and not family):
        return False
    if words[j] not in lex.forenames:
        return _surnamed(page, lex, j, after, family)
    if known.entry.kind == "country":
        return after.lower() not in lex.words or family
    return family or (after.lower() not in lex.words and after not in lex.forenames)


def _surnamed(page: Page, lex: Lexicon, j: int, after: str, family: bool) -> bool:
    """Is the country's word j a given name, as in Israel Katz, India Hicks? Not in India Today, Israel Railways."""
    tokens = page.tokens
    low = after.lower()
    plain = low not in lex.words and low.removesuffix("s") not in lex.words
    if after in HEADS or after in PLACE_HEADS or after in THING_HEADS or after in CORPORATE:
        return False
    if _acronym(after, tokens.shouts[j + 1]) or tokens.shouts[j] or not after.replace("-", "").isalpha():
        return False
    if family and plain:
        return True
    before = LAST_WORD.search(tokens.gaps[j][-40:])
    called = (j > 0 and tokens.gaps[j] == " " and tokens.words[j - 1] in STRONG) or (
        before is not None and before[1] in ROLES
    )
    if called and (family or plain):
        return True
    if plain and j + 2 < len(tokens.words) and tokens.words[j + 2] in SUFFIXES:
        return True
    follows = tokens.gaps[j + 2]
    match = WORD_AFTER.match(follows)
    acts = (match is not None and match[1] in VERBS) or _APPOSED.match(follows) is not None
    return acts and (family or (plain and tokens.words[j] in _GIVEN_FREELY))


def _decide(page: Page, lex: Lexicon, first: int, last: int, title: str) -> None:
    """Claim words first..last, or a part of them, if they are somebody's name."""
    tokens = page.tokens
    words, gaps = tokens.words, tokens.gaps
    shouting = tokens.shouts[first]

    def common(j: int) -> bool:
        word = words[j].title() if shouting else words[j]
        return word.lower() in lex.words and word not in lex.forenames and word not in lex.surnames

    def given(j: int) -> bool:
        word = words[j].title() if shouting else words[j]
        return word in lex.forenames or (word in GIVEN and j == first < last)

    while (
        first < last
        and common(first)
        and words[first] not in PARTICLES
        and not _covered(page, first, last)
        and (tokens.opens[first] or title or given(first + 1) or shouting or words[first + 1] in _bare(lex))
    ):
        first += 1
        known = page.known[first]
        if known is not None and known.entry.kind in SOFT and not _soft(page, lex, first, first):
            return
    while last > first + 1 and (words[last] in _TAILS or (common(last) and not given(first) and not title)):
        last -= 1
    if all(len(word.rstrip(".")) < 2 for word in words[first : last + 1]):
        return  # H. E.
    if any(map(_glued, words[first : last + 1])):
        known = page.known[first]
        if known is not None and known.entry.kind == "bare" and known.last < last:
            page.claim(Entry("person", known.entry.key, "bare"), first, known.last)
        return
    size = last - first + 1
    if size == 1 and (words[first] in SUFFIXES or words[first] in CORPORATE or len(words[first].rstrip(".")) < 2):
        return
    regal = ""
    if title in REGAL and size <= 2 and (given(first) or (size == 2 and words[last] in ROMAN)):
        regal = title
    before = LAST_WORD.search(gaps[first][-40:])
    role = before is not None and before[1] in ROLES
    follows = gaps[last + 1]
    match = WORD_AFTER.match(follows)
    after = match[1] if match else ""
    known = page.known[first]
    if size == 1:
        word = words[first]
        if known is not None and known.entry.kind == "bare":
            page.claim(Entry("person", known.entry.key, "bare"), first, last)
        elif regal:
            _crown(page, first, last)
        elif known is not None and known.entry.kind in SOFT:
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
            after in SURE_VERBS
            and not common(first)
            and not _acronym(word, shouting)
            and word not in lex.organisations
            and not _of_country(page, first)
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
    if any(_acronym(words[j], shouting) and words[j] not in SUFFIXES for j in range(first, last + 1)):
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
        place = before is not None and before[1] in AT
        strong = not place and (
            any(w in lex.surnames or w in lex.forenames or w.lower() in PARTICLES for w in words[first : last + 1])
            or (size in (2, 3) and not tokens.opens[first] and not gaps[first].endswith(("the ", "of ")))
        )
    if strong and shouting and commons:
        return
    if strong:
        page.claim(Entry("person", ""), first, last)


_TAILS = frozenset(
    "D I R Photo Photos Picture Pictures File Image Source Video Related Read Published Updated Posted".split()
)


def _of_country(page: Page, i: int) -> bool:
    """Does a country's word stand right before word i: India Cements?"""
    known = page.known[i - 1] if i and page.tokens.gaps[i] == " " else None
    return known is not None and known.entry.kind == "country"


def _covered(page: Page, first: int, last: int) -> bool:
    known = page.known[first]
    return known is not None and known.entry.kind == "bare" and known.last == last


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
