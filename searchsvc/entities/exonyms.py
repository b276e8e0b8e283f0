"""Which countries does a text in another language speak of? By their names and main demonyms in that language.

German, French, Spanish, Portuguese, Italian, Dutch, Russian and Arabic. English is not looked at, and a text whose
language is none of these has no matches. The language is told by its commonest words, or by its script.
"""

from __future__ import annotations

import re
from functools import cache

from searchsvc.entities.countries import Match
from searchsvc.entities.lexicon import rows

LANGUAGES = ("de", "fr", "es", "pt", "it", "nl", "ru", "ar")

#: Words that are common in one language and rare in the others.
_COMMON = {
    "en": "the of and to is was that with for said his her has from they were",
    "de": "der die das und den dem nicht mit sich auf für ist ein eine im von zu",
    "fr": "les des une dans est pour que qui sur pas au du par avec et la le",
    "es": "el los las una que por con para del se su es al como más y en",
    "pt": "o os uma que não com para do da em dos das ao foi mais e se",
    "it": "il di che una per non della con del sono gli nel alla più dei è",
    "nl": "de het een van dat niet met voor zijn op te aan ook door naar en is",
}
_WORDS: dict[str, list[str]] = {}
for _code, _row in _COMMON.items():
    for _word in _row.split():
        _WORDS.setdefault(_word, []).append(_code)
#: Words looked at, and the share of them that must be a language's common ones.
_LOOKED_AT, _SHARE = 400, 0.12

_WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*")
#: What French and Italian write before a vowel in one word: l'Italie, dell'Egitto.
_ELIDED = re.compile(r"(?:[dl]|qu|all|dall|dell|nell|sull)['’]", re.IGNORECASE)
#: Letters that Arabic writes before a noun in one word: and, in, for, so, like.
_PROCLITICS = "وبلفك"
#: Letters that an ending marked * may have.
_ENDING = 6


def language(text: str) -> str:
    """A code of LANGUAGES, `en`, or "" where the words do not tell."""
    words = [match[0] for match, _ in zip(_WORD.finditer(text), range(_LOOKED_AT), strict=False)]
    if len(words) < 5:
        return ""
    letters = "".join(words[:100])
    if sum("\u0400" <= c <= "\u04ff" for c in letters) * 2 > len(letters):
        return "ru"
    if sum("\u0600" <= c <= "\u06ff" for c in letters) * 2 > len(letters):
        return "ar"
    votes = dict.fromkeys(_COMMON, 0)
    seen: dict[str, set[str]] = {code: set() for code in _COMMON}
    for word in words:
        for code in _WORDS.get(word, ()):  # as written: the De of Robert De Niro is no Dutch
            votes[code] += 1
            seen[code].add(word)
    best = max(votes, key=votes.__getitem__)
    return best if votes[best] >= _SHARE * len(words) and len(seen[best]) > 1 else ""


def exonyms(text: str, code: str) -> list[Match]:
    """The countries named in a text of that language of LANGUAGES, in order."""
    forms, stems, longer = _table(code)
    found: list[Match] = []
    for match in _WORD.finditer(text):
        word, start, end = match[0], match.start(), match.end()
        if found and start < found[-1].end:
            continue
        elided = _ELIDED.match(word) if code in ("fr", "it") else None
        if elided:
            start, word = start + elided.end(), word[elided.end() :]
        for phrase, country in longer.get(word, ()):
            if text.startswith(phrase, start) and not text[start + len(phrase) : start + len(phrase) + 1].isalnum():
                found.append(Match(country, start, start + len(phrase)))
                break
        else:
            country = _country(word, forms, stems)
            if not country and code == "ar" and word[0] in _PROCLITICS:
                start += 1
                country = _country(word[1:], forms, stems)
            if not country and code == "de" and word.endswith("s"):
                country = _country(word[:-1], forms, stems)  # Polens
            if country:
                found.append(Match(country, start, end))
    return found


def _country(word: str, forms: dict[str, str], stems: dict[str, str]) -> str:
    small = word[:1].lower() + word[1:]
    for form in (word, small):
        if form in forms:
            return forms[form]
        for length in range(len(form), max(2, len(form) - _ENDING) - 1, -1):
            country = stems.get(form[:length])
            if country:
                return country
    return ""


@cache
def _table(code: str) -> tuple[dict[str, str], dict[str, str], dict[str, list[tuple[str, str]]]]:
    forms: dict[str, str] = {}
    stems: dict[str, str] = {}
    longer: dict[str, list[tuple[str, str]]] = {}
    column = 1 + LANGUAGES.index(code)
    for row in rows("exonyms.tsv"):
        country, cell = row[0], row[column] if column < len(row) else ""
        for form in filter(None, cell.split("|")):
            if " " in form:
                longer.setdefault(form.split()[0], []).append((form, country))
            elif form.endswith("*"):
                stems.setdefault(form[:-1], country)
            else:
                forms.setdefault(form, country)
    return forms, stems, longer
