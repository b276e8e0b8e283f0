"""Where does a text name its own writers: `By Jane Doe`, `Author: Jane Doe`, `(Reporting by Jane Doe)`?

Who wrote an article is known to it as its byline, and is none of the people it is about.
"""

from __future__ import annotations

import re

#: Lines at the top of a text among which a byline is looked for, blank ones not counted.
_TOP = 6
_LONGEST = 120

_BYLINE = re.compile(
    r"\s*(?:By|BY|by|Author|Byline|Reporter|Source|Written by|(?:Photos?|Story|Text|Words)(?: and [a-z]+)? by)\b:? ?"
    r"(?=[^\Wa-z])"
)
_CREDIT = re.compile(
    r"(?:\b(?:(?:Additional )?[Rr]eporting|Editing|Writing|Compiled|Photos?|Photograph|Graphics?) by |\bAP Photo/)"
    r"(?:[^\n().]|\.(?= ?[A-Z])){3,300}"
)
#: `Photo: Jane Doe/Agency`, `(Jane Doe/Agency)`, `AGENCY/Jane Doe`.
_PICTURE = re.compile(
    r"\b(?:Credit|Illustration|Image|Photo|Picture)s?: ?(?:[A-Z][\w.'-]* ){1,3}[A-Z][\w.'-]*(?= ?[/|,;(\n]|\.?$|\. )|"
    r"\((?:[A-Z][\w.'-]* ){1,3}[A-Z][\w'-]*(?=/[A-Z][^()\n]{1,30}\))|"
    r"\b(?:AFP|AP|EPA|REUTERS|[A-Z]{2,9} (?:PHOTO|Photo)) ?/ ?(?:[A-Z][\w.'-]* ){1,3}[A-Z][\w'-]*",
    re.MULTILINE,
)
_NAME = r"\b[A-Z][\w'.-]{1,30}(?: [A-Z][\w'.-]{0,30}){1,3}"
_AGENCY = r"(?:(?:AP|REUTERS|Reuters)(?: Photo)?|AFP|Associated Press|Bloomberg|CNN|EPA|Getty(?: Images)?|NPR|Pool|UPI)"
# `REUTERS/Kevin Doe`, `(Joan Roe/Getty Images)`, `Ann Poe for The Daily Post via AP`.
_PHOTO = re.compile(
    rf"\b{_AGENCY} ?/ ?{_NAME}|{_NAME} ?/ ?(?:The )?(?:{_AGENCY}|Washington Post|New York Times|Los Angeles Times)\b"
    rf"|{_NAME} (?:for [A-Z][\w ]+ )?via {_AGENCY}\b"
)
# `Fox News' Joan Roe and The Associated Press contributed to this report.`
_CONTRIBUTED = re.compile(r"\bcontributed to this (?:article|post|report|story)\b")
_FULL_STOP = re.compile(r"[a-z\d]{2}[\"')]?\. (?=[A-Z])")
_FAR = 300
# Who helped, and whom the press may ring.
_CONTRIBUTING = re.compile(r"^\W*(?:Contributing|(?:(?:Media|News|Press) )?Contacts?): [^\n]{3,300}", re.M)


def bylines(text: str) -> list[tuple[int, int, bool]]:
    """Where writers are named, `[start, end)` in characters, in order; and whether nothing else is named there, as in
    `Source: The Daily Post`."""
    found: list[tuple[int, int, bool]] = []
    start = 0
    for _ in range(_TOP):
        while text[start : start + 1].isspace():
            start += 1
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if end - start <= _LONGEST and end < len(text) and _BYLINE.match(text, start):
            found.append((start, end, ":" in text[start : start + 12]))
        if end >= len(text):
            break
        start = end + 1
    if " by " in text or "Photo/" in text:
        found += ((*match.span(), False) for match in _CREDIT.finditer(text))
    if "/" in text or ": " in text:
        found += ((*match.span(), False) for match in _PICTURE.finditer(text))
    if "/" in text or " via " in text:
        found += ((*match.span(), False) for match in _PHOTO.finditer(text))
    if "ontribut" in text or "ontact" in text:
        found += ((*match.span(), False) for match in _CONTRIBUTING.finditer(text))
        for match in _CONTRIBUTED.finditer(text):
            start = max(text.rfind("\n", 0, match.start()) + 1, match.start() - _FAR)
            start = max((stop.end() for stop in _FULL_STOP.finditer(text, start, match.start())), default=start)
            found.append((start, match.end(), False))
    return sorted(found)
