"""By what nouns is somebody called in an article, and which noun may stand for which?"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache

from searchsvc.entities.lexicon import rows
from searchsvc.entities.quotes.phrases import phrase_at, phrase_before
from searchsvc.entities.quotes.tokens import BE, FINITE, PERSON, PERSONAL, QUOTE, STOP, WORD, Token
from searchsvc.entities.quotes.words import CALLINGS, FEMALE, KIN, MALE, VERBS

SAME = {
    "cllr": "councillor",
    "chairperson": "chair",
    "chairman": "chair",
    "chairwoman": "chair",
    "prof": "professor",
    "sen": "senator",
    "gov": "governor",
    "rep": "representative",
    "insp": "inspector",
    "supt": "superintendent",
    "capt": "captain",
    "col": "colonel",
    "gen": "general",
    "rev": "reverend",
    "deponent": "witness",
    "trainer": "coach",
    "ceo": "chief",
    "q.c": "qc",
    "k.c": "kc",
    "s.c": "sc",
    "headteacher": "headmaster",
}


def _by_deed(rows: str) -> dict[str, str]:
    return {deed: row.split()[0] for row in rows.split(",") for deed in row.split()[1:]}


#: What somebody is called by what he does, and by what is done to him.
DOES = _by_deed(
    "witness testified testifies deposed deposes, accused pleaded pleads, plaintiff sued sues, prosecutor prosecuted "
    "prosecutes, judge presided presides, owner owns owned, winner won wins, loser lost loses, author wrote writes"
)
SUFFERS = _by_deed("accused charged convicted sentenced jailed arraigned indicted acquitted fined sued tried")
DEEDS = frozenset((*DOES.values(), *SUFFERS.values()))
#: Who is spoken of by a style alone: `her Ladyship`, `his Worship`.
STYLES = {
    style: frozenset(callings.split())
    for styles, callings in (
        (
            "lordship ladyship honour honor worship",
            "judge justice magistrate coroner recorder mayor lord lady chairman",
        ),
        ("excellency", "governor ambassador president bishop minister"),
        ("majesty highness", "king queen prince princess"),
        ("eminence holiness grace", "cardinal pope archbishop bishop duke duchess"),
        ("reverence", "priest canon vicar"),
    )
    for style in styles.split()
}
GROUPS: dict[str, set[str]] = {}
for _group in CALLINGS:
    for _word in _group:
        GROUPS.setdefault(SAME.get(_word, _word), set()).update(SAME.get(w, w) for w in _group)


_EDGES = frozenset(
    "the a an his her its their our my of for at from in on with by to and or but nor as that this who whose which "
    "when where while because if than then he she they it we i had has have was were is are be been not 's after "
    "before between about into through against under over like both neither either except".split()
)


def callings(tokens: Sequence[Token], i: int) -> list[str]:
    """The nouns that stand before a name, or beside it between commas."""
    words: list[str] = []
    k = i - 1
    while k >= 0 and tokens[k].kind == WORD and i - k < 7:
        low = tokens[k].low
        office = (
            low in ("of", "for")
            and k > 0
            and tokens[k - 1].text[0].isupper()
            and words
            and tokens[k + 1].text[0].isupper()
        )
        if k == i - 1 and tokens[k].text[0].islower() and (low in FINITE or low.endswith("ed")):
            break  # `a baker, sued Ann Lee`
        if ((low in VERBS and tokens[k].text[0].islower()) or low in _EDGES) and not office:
            break  # but on over `Minister of Works Ann Lee`
        words.append(low.rstrip("."))
        k -= 1
    if (
        k > 0
        and tokens[k].low == "before"
        and (tokens[k - 1].text == "," or tokens[k - 1].low in _APPEARING or tokens[k - 1].low in SUFFERS)
    ):
        words += ("judge", "magistrate")
    title_words = len(words)
    most = 2 if k >= 0 and tokens[k].low in ("is", "was") else 0  # `the man in the hat was Chief Ben Cole`
    if k > 0 and tokens[k].low in ("named", "called", "is", "was") and title_words <= most:
        phrase = phrase_before(tokens, k - 1, 0)
        if phrase is not None and phrase.kind in ("noun", "some"):
            words += phrase.words
    beside = k - 1 if tokens[k].low in ("the", "a", "an") else k  # `my father, the late Vasant Rao`
    if beside > 0 and tokens[beside].text == ",":
        phrase = phrase_before(tokens, beside - 1, max(0, beside - 16))
        if phrase is not None and phrase.head in KIN and phrase.end < tokens[beside - 1].end:
            phrase = phrase_before(tokens, beside - 1, max(0, beside - 16), near=True)  # `the son of a baker, Ben Cole`
        if phrase is not None and phrase.kind in ("noun", "some", "bare"):
            words += phrase.words
    j = i + 1
    if j + 1 < len(tokens) and tokens[j].text == ",":
        j += 1
        if tokens[j].text.isdigit() or tokens[j].low == "aged":
            while j < len(tokens) and (tokens[j].text.isdigit() or tokens[j].low == "aged"):
                j += 1
            j = j + 1 if j < len(tokens) and tokens[j].text == "," else len(tokens)
        if j < len(tokens) and tokens[j].kind == WORD and not tokens[j].low.endswith("ed") and tokens[j].low != "who":
            phrase = phrase_at(tokens, j, min(len(tokens), j + 16))
            if phrase is not None and phrase.kind in ("noun", "some", "bare"):
                words += phrase.words
    elif (
        j + 1 < len(tokens) and tokens[j].low in ("is", "was") and tokens[j + 1].low in ("a", "an", "the", "her", "his")
    ):
        phrase = phrase_at(tokens, j + 1, min(len(tokens), j + 12))
        if phrase is not None and phrase.kind in ("noun", "some"):
            words += phrase.words
    for k in range(j, min(len(tokens), j + 12)):
        if tokens[k].kind in (PERSON, QUOTE) or tokens[k].text in ".;:!?":
            break
        calling = (SUFFERS if tokens[k - 1].low in BE else DOES).get(tokens[k].low)
        if calling is not None:
            words.append(calling)
            break
    return [word for word in words if word not in _EDGES]


_APPEARING = frozenset("appeared appears brought yesterday court courts sessions".split())
_OTHERS = frozenset("the his her its their that this".split())
_NO_MAN = frozenset("german norman ottoman talisman caiman chairman".split())


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The beginning that words of one family share: climber, climbing."""
    word = word.removesuffix("s")
    for ending in ("ing", "ers", "er", "or", "ist", "ed", "e"):
        if word.endswith(ending) and len(word) - len(ending) > 3:
            word = word[: -len(ending)]
            break
    return word[:7]


@cache
def _deeds() -> dict[str, frozenset[str]]:
    """Nouns to the words that stand by the names of those who may be called so."""
    found: dict[str, set[str]] = {}
    for nouns, words, *_ in rows("deeds.tsv"):
        for noun in nouns.split():
            found.setdefault(SAME.get(noun, noun), set()).update(words.split())
    return {noun: frozenset(words) for noun, words in found.items()}


def deeds(noun: str) -> frozenset[str]:
    """The words that tell that somebody may be called by a noun, `sells` of a trader; empty for an unknown noun."""
    return _deeds().get(noun, frozenset())


def context(tokens: Sequence[Token], i: int, found: set[str], acts: set[str]) -> None:
    """Add the words round the name at token i, up to the next name or the sentence's end; verbs of speech to `acts`."""
    for step, most in ((-1, 6), (1, 12)):
        k = i + step
        acted = False  # behind a verb, `asked the mate`, a noun is of somebody else
        while 0 <= k < len(tokens) and abs(k - i) <= most:
            token = tokens[k]
            if token.kind == PERSON or (token.kind == STOP and token.text in ".?!;:") or token.kind == QUOTE:
                break
            low = token.low
            acted = acted or (step > 0 and token.kind == WORD and (low in VERBS or low in FINITE or low.endswith("ed")))
            if low in VERBS:
                acts.add(low)
            if acted and low in PERSONAL and tokens[k - 1].low in _OTHERS:
                k += step
                continue
            if len(low) > 3 and low not in _EDGES and low not in VERBS:
                owns = k + 1 < len(tokens) and tokens[k + 1].text in ("'s", "'")  # `the bride's aunt, Ann Lee`
                if not owns:
                    found.update(low.split())
            k += step


def gender(words: set[str]) -> str:
    """m or f where one of the words tells: `widow`, `draughtswoman`."""
    if words & FEMALE or any(word.endswith("woman") for word in words):
        return "f"
    manly = words & MALE or any(word.endswith("man") and len(word) > 5 and word not in _NO_MAN for word in words)
    return "m" if manly else ""
