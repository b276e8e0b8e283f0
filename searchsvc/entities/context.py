"""What does the article as a whole say about a doubtful name? Each question is answered once, when first asked."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import islice

# What makes Congress, the Senate or the Coast Guard those of the United States.
_AMERICAN = re.compile(
    r"\bU\.S\.|\bU ?S\b|United States|American|White House|Washington|Republicans?\b|Democrats?\b|Obama|Trump|Clinton|"
    r"Bush|Reagan|Pentagon|\bGOP\b|\bFBI\b|\b[RD]-[A-Z]|Obamacare|Medicaid|Capitol Hill|"
    r"(?:First|Second|Fourth|14th) Amendment|A(?:labama|laska|rizona|rkansas)\b|C(?:alifornia|olorado|onnecticut)\b|"
    r"Delaware|Florida|Hawaii|I(?:daho|llinois|ndiana|owa)\b|K(?:ansas|entucky)\b|Louisiana|"
    r"M(?:aryland|assachusetts|ichigan|innesota|ississippi|issouri|ontana)\b|N(?:ebraska|evada)\b|"
    r"N(?:ew (?:Hampshire|Jersey|Mexico)|orth Carolina)|O(?:hio|klahoma|regon)\b|Pennsylvania|"
    r"South (?:Carolina|Dakota)|T(?:ennessee|exas)\b|Utah|Vermont|Virginia|Wisconsin|Wyoming|"
    r"\b(?:CBO|CIA|DACA|EPA|FCC|IRS|NSA|SCOTUS)\b"
)
# What makes the Conservatives a party, not a camp.
_BRITISH = re.compile(
    r"\bU\.?K\b|\bBrit(?:ain|ish)\b|\bTor(?:y|ies)\b|Conservative Party|Downing Street|House of Commons|Labour|Lib Dem"
)
_GEORGIA = re.compile(
    r"Tbilisi|South Ossetia|Abkhazia|Saakashvili|[Rr]epublic of Georgia|Batumi|Ivanishvili|Shevardnadze|Kutaisi"
)
_GEORGIA_NEIGHBOURS = re.compile(
    r"\b(?:Armenia|Azerbaijan|Caucasus|Moldova|Ukraine|Kremlin|Russia|Soviet|NATO|Estonia|Kazakhstan|Georgian)\b"
)
_GEORGIA_STATE = re.compile(
    r"\b(?:Atlanta|Ga\.|Alabama|Florida|Tennessee|South Carolina|North Carolina|Texas|Ohio|Iowa|Virginia|Arizona|"
    r"Michigan|Pennsylvania|Wisconsin|Nevada|Kemp|Abrams|Ossoff|Warnock|Isakson|Perdue|Gov\.|Sens?\.|Rep\.|Republican|"
    r"Democrat|Democratic|GOP|Super Tuesday|Congress|Senate|Trump|Obama|U\.S\.|American|FBI|sheriff)"
)
_JERSEY = re.compile(r"\b(?:Guernsey|Channel Islands?|St\.? Helier|Sark|Alderney)\b")
_BIRD = re.compile(r"\bturkeys?\b")
_TURKISH = re.compile(r"Turkish|\bTurks\b|Ankara|Istanbul|Erdo[gğ]an|Kurd|Syria|NATO|Greece|Greek")
_KINSHASA = re.compile(r"Kinshasa|Democratic Republic|DR ?Congo|\bDRC\b|Zaire")
_SOUTH = re.compile(r"\bSouth Korea|\bSeoul|\bROK\b")
_NORTH = re.compile(r"\bNorth Korea|\bPyongyang|\bDPRK\b")
_DOMINICA = re.compile(r"\bDominica\b")


class Context:
    """The title and the text of one article, for questions about all of it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._has: dict[str, bool] = {}

    def has(self, name: str) -> bool:
        """Does the article contain these very characters, on however many lines?"""
        found = self._has.get(name)
        if found is None:
            found = self._has[name] = name in self._text or (" " in name and name in self._flat)
        return found

    @cached_property
    def _flat(self) -> str:
        return self._text.replace("\n", " ") if "\n" in self._text else self._text

    @cached_property
    def short(self) -> bool:
        """Is it too short to repeat itself?"""
        return len(self._text) < 2000

    @cached_property
    def american(self) -> int:
        """Signs that it is about the United States, counted up to three."""
        return sum(1 for _ in islice(_AMERICAN.finditer(self._text), 3))

    @cached_property
    def british(self) -> bool:
        """Does it have two signs that it is about Britain?"""
        return sum(1 for _ in islice(_BRITISH.finditer(self._text), 2)) > 1

    @cached_property
    def georgia(self) -> bool:
        """Is Georgia the country here, not the state?"""
        if _GEORGIA.search(self._text):
            return True
        state = sum(1 for _ in islice(_GEORGIA_STATE.finditer(self._text), 20))
        return sum(1 for _ in islice(_GEORGIA_NEIGHBOURS.finditer(self._text), 20)) >= state

    @cached_property
    def jersey(self) -> bool:
        """Is Jersey the island here?"""
        return _JERSEY.search(self._text) is not None

    @cached_property
    def turkey(self) -> bool:
        """Is Turkey the country here, not a bird at the beginning of a sentence?"""
        return _BIRD.search(self._text) is None or _TURKISH.search(self._text) is not None

    @cached_property
    def congo(self) -> str:
        """Which Congo is meant by the bare name."""
        return "CG" if "Brazzaville" in self._text and not _KINSHASA.search(self._text) else "CD"

    @cached_property
    def korea(self) -> str:
        """Which Korea is meant by the bare name."""
        return "KP" if _NORTH.search(self._text) and not _SOUTH.search(self._text) else "KR"

    @cached_property
    def dominican(self) -> str:
        """Of which country is a Dominican."""
        return "DM" if _DOMINICA.search(self._text) and "Dominican Republic" not in self._text else "DO"
