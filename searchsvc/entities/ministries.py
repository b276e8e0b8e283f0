"""Whose ministry? `Russia's Foreign Ministry` and `the Foreign Ministry in Moscow` are the Foreign Ministry of Russia.

A bare `Foreign Ministry` is that of the one country whose foreign ministry the article names; else it stays bare.
"""

from __future__ import annotations

import re

from searchsvc.entities.countries import Match
from searchsvc.entities.lexicon import Entry, Lexicon
from searchsvc.entities.page import Page, Span
from searchsvc.entities.resolve import printed

_FIELD = "Foreign(?: Affairs)?|Defen[cs]e|Finance|Health|Interior|Justice"
_MINISTRY = re.compile(rf"^({_FIELD}) Ministry\b|^Ministry of (?:the )?({_FIELD})(?= of |$)")
_ARTICLE = re.compile(
    r"^(?:(?:United|Democratic|Republic|Central|Czech|Dominican|Soviet) |.* Islands$|"
    r"(?:Netherlands|Philippines|Bahamas|Gambia|Maldives|Comoros|Seychelles)$)"
)
_OWNED = (" ", "'s ", "' ")
_IN = (" of ", " of the ", " in ")

_CAPITALS = {
    city: code
    for code, cities in (
        row.split(" ", 1)
        for row in (
            "AF Kabul|AL Tirana|DZ Algiers|AO Luanda|AR Buenos Aires|AM Yerevan|AU Canberra|AT Vienna|AZ Baku|"
            "BD Dhaka|BY Minsk|BE Brussels|BO La Paz|BA Sarajevo|BW Gaborone|BR Brasilia|BR Brasília|BG Sofia|"
            "BF Ouagadougou|KH Phnom Penh|CM Yaounde|CA Ottawa|TD N'Djamena|CL Santiago|CN Beijing|CN Peking|"
            "CO Bogota|CO Bogotá|CD Kinshasa|HR Zagreb|CU Havana|CY Nicosia|CZ Prague|DK Copenhagen|EC Quito|"
            "EG Cairo|ER Asmara|EE Tallinn|ET Addis Ababa|FI Helsinki|FR Paris|GE Tbilisi|DE Berlin|GH Accra|"
            "GR Athens|HT Port-au-Prince|HU Budapest|IN New Delhi|IN Delhi|ID Jakarta|IR Tehran|IR Teheran|"
            "IQ Baghdad|IE Dublin|IT Rome|JP Tokyo|JO Amman|KZ Astana|KE Nairobi|KP Pyongyang|KR Seoul|KG Bishkek|"
            "LV Riga|LB Beirut|LY Tripoli|LT Vilnius|MY Kuala Lumpur|MX Mexico City|MD Chisinau|MN Ulan Bator|"
            "MA Rabat|MZ Maputo|MM Naypyidaw|NP Kathmandu|NL The Hague|NZ Wellington|NI Managua|NG Abuja|NO Oslo|"
            "PK Islamabad|PY Asuncion|PE Lima|PH Manila|PL Warsaw|PT Lisbon|QA Doha|RO Bucharest|RU Moscow|"
            "SA Riyadh|SN Dakar|RS Belgrade|SK Bratislava|SI Ljubljana|SO Mogadishu|ZA Pretoria|ES Madrid|"
            "LK Colombo|SD Khartoum|SE Stockholm|CH Bern|SY Damascus|TW Taipei|TJ Dushanbe|TH Bangkok|TN Tunis|"
            "TR Ankara|UG Kampala|UA Kiev|UA Kyiv|AE Abu Dhabi|GB London|UY Montevideo|UZ Tashkent|VE Caracas|"
            "VN Hanoi|YE Sanaa|YE Sana'a|ZM Lusaka|ZW Harare"
        ).split("|")
    )
    for city in (cities,)
}


def ministries(pages: list[tuple[Page, list[Match]]], lex: Lexicon) -> None:
    """Give the ministries of the article's pages (the text first) the names of their countries."""
    bare: list[tuple[Span, str, str, bool]] = []
    owners: dict[str, set[str]] = {}
    for page, matches in pages:
        starts = {match.start: match.code for match in matches}
        ends = {match.end: match.code for match in matches}
        for span in page.found():
            if span.entry.kind != "organisation" or span.entry.key.startswith("\0"):
                continue
            name = printed(page, span.start, span.end)
            match = _MINISTRY.match(name) if "Ministry" in name else None
            if match is None:
                continue
            field = (match[1] or match[2]).replace("Defense", "Defence").removesuffix(" Affairs")
            rest = name[match.end() :]
            short = match[1] is not None
            code = _owner(page, span, starts, ends, bool(rest))
            if rest and not (code and rest.startswith((" of ", " in "))):
                continue
            if code and (short or field == "Foreign"):
                owners.setdefault(field, set()).add(code)
                _name(span, field, code, lex)
            else:
                bare.append((span, field, code, short))
    for span, field, code, short in bare:
        known = owners.get(field, set())
        if code in known or (not code and len(known) == 1 and (short or field == "Foreign")):
            _name(span, field, code or next(iter(known)), lex)


def _name(span: Span, field: str, code: str, lex: Lexicon) -> None:
    country = lex.countries[code]
    article = "the " if _ARTICLE.match(country) else ""
    span.entry = Entry("organisation", f"{field} Ministry of {article}{country}", span.entry.mark)


def _owner(page: Page, span: Span, starts: dict[int, str], ends: dict[int, str], longer: bool) -> str:
    """The code of the country named right beside the ministry, or ""."""
    tokens = page.tokens
    if longer:  # `Foreign Ministry of China`
        for i in range(span.first + 1, span.last + 1):
            if tokens.starts[i] in starts:
                return starts[tokens.starts[i]]
    gap = tokens.gaps[span.first]
    if span.first and gap in _OWNED:
        code = ends.get(span.start - len(gap))
        if code:
            return code
        if gap != " ":
            before = page.known[span.first - 1]
            if before is not None and before.entry.kind == "place" and before.end == span.start - len(gap):
                return _CAPITALS.get(before.entry.key, "")
    i = span.last + 1
    if not longer and i < len(tokens.words) and tokens.gaps[i] in _IN:
        code = starts.get(tokens.starts[i])
        if code:
            return code
        after = page.known[i]
        if after is not None and after.entry.kind == "place":
            return _CAPITALS.get(after.entry.key, "")
    return ""
