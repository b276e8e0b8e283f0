"""Which language is this article in? Detected from its text; what the archive declares is the second witness.

Site templates declare languages that their articles are not in, so a text that is long enough speaks first. What
stays doubtful is the declared language, and without one unknown: never a guess.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from searchsvc.analysis import is_unspaced

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

#: The languages told apart: those that newspapers are printed in. Fewer candidates, fewer mistakes on short texts.
KNOWN = (
    "af am ar az be bg bn bs ca cs cy da de el en es et eu fa fi fr ga gl gu he hi hr hu hy id is it ja ka kk km kn "
    "ko ku ky lb lo lt lv mk ml mn mr ms mt my nb ne nl nn no pa pl ps pt ro ru si sk sl sq sr sv sw ta te th tl tr uk "
    "ur uz vi xh zh zu"
).split()
#: Characters looked at, and the letters without which nothing can be told.
_LOOKED_AT, _LEAST = 1200, 40
#: How sure the detector must be to be believed.
_SURE = 0.9

_NOT_LETTERS = re.compile(r"[\W\d_]+")
_NORWEGIAN = {"nb": "no", "nn": "no"}


@cache
def _identifier() -> LanguageIdentifier:
    """The detector, half a second to load."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([language for language in KNOWN if language in set(identifier.labels)])
    return identifier


def detect(title: str, text: str, declared: str = "") -> str:
    """The ISO 639-1 code of an article's language; the declared one, or "", where the text does not tell."""
    sample = f"{title}\n{text}"[:_LOOKED_AT]
    declared = _NORWEGIAN.get(declared, declared)
    letters = _NOT_LETTERS.sub("", sample)
    # A character of a script without blanks says as much as three letters.
    if len(letters) + 2 * sum(map(is_unspaced, letters)) < _LEAST:
        return declared
    if sample.isupper():
        sample = sample.lower()  # telegrams and old headlines: capitals hide a language from its detector
    language, sure = _identifier().classify(sample)
    language = _NORWEGIAN.get(language, language)
    return language if sure >= _SURE else declared
