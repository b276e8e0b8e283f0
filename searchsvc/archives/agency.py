"""What the formats of news agencies have in common: codes, datelines, bylines, and what may not be published.

The standards of the IPTC share their code lists and their habits, whatever they are written in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from searchsvc.archives.bylines import names
from searchsvc.archives.dates import published
from searchsvc.archives.paragraphs import normal
from searchsvc.article import UNKNOWN, Published, Tagged
from searchsvc.errors import BadRecord

#: The seventeen subjects at the top of the IPTC's Subject Codes (and of its Media Topics), by their first two digits.
_SUBJECTS = (
    "arts, culture and entertainment", "crime, law and justice", "disaster and accident",
    "economy, business and finance", "education", "environmental issue", "health", "human interest", "labour",
    "lifestyle and leisure", "politics", "religion and belief", "science and technology", "social issue", "sport",
    "unrest, conflicts and war", "weather",
)  # fmt: skip
_SUBJECT_CODE = re.compile(r"^(?:\w+:)?(?:IPTC:)?(0[1-9]|1[0-7])\d{6}$", re.IGNORECASE)

# ISO 3166-1: most alpha-2 codes are the first two letters of the alpha-3 code, and these are not.
_ALPHA_3 = frozenset(
    "AFG AIA ALB ARG ASM AUS AZE BEL BFA BGR BHR BLM BMU BOL BRA BTN BVT BWA CAN CCK CHE CIV CMR COL CRI CUB CXR CYP"
    " CZE DEU DJI DMA DOM DZA ECU EGY ERI ESP ETH FIN FJI FRA GAB GBR GEO GGY GHA GIB GMB GRC GTM GUM HKG HMD HND HRV"
    " HTI HUN IDN IMN IND IOT IRN ISL ITA JEY JOR JPN KEN KGZ KHM KIR KNA KWT LAO LBN LCA LIE LKA LSO LTU LUX LVA MAR"
    " MCO MDA MHL MKD MLI MMR MNG MRT MSR MUS MWI MYS NAM NCL NER NFK NGA NIC NLD NOR NPL NRU NZL OMN PAN PER PHL PRI"
    " PSE QAT REU ROU RUS RWA SAU SDN SGP SHN SJM SLE SMR SOM SSD STP SXM SYR TCA TGO THA TJK TKL TLS TON TTO TWN TZA"
    " UGA UMI USA UZB VAT VCT VEN VGB VIR VNM VUT WSM YEM ZAF ZMB ZWE".split()
)
_ALPHA_3_TO_2 = {code: code[:2] for code in _ALPHA_3} | {
    pair[:3]: pair[3:]
    for pair in (
        "ABWAW AGOAO ALAAX ANDAD AREAE ARMAM ATAAQ ATFTF ATGAG AUTAT BDIBI BENBJ BESBQ BGDBD BHSBS BIHBA BLRBY BLZBZ"
        " BRBBB BRNBN CAFCF CHLCL CHNCN CODCD COGCG COKCK COMKM CPVCV CUWCW CYMKY DNKDK ESHEH ESTEE FLKFK FROFO FSMFM"
        " GINGN GLPGP GNBGW GNQGQ GRDGD GRLGL GUFGF GUYGY IRLIE IRQIQ ISRIL JAMJM KAZKZ KORKR LBRLR LBYLY MACMO MAFMF"
        " MDGMG MDVMV MEXMX MLTMT MNEME MNPMP MOZMZ MTQMQ MYTYT NIUNU PAKPK PCNPN PLWPW PNGPG POLPL PRKKP PRTPT PRYPY"
        " PYFPF SENSN SGSGS SLBSB SLVSV SPMPM SRBRS SURSR SVKSK SVNSI SWESE SWZSZ SYCSC TCDTD TKMTM TUNTN TURTR TUVTV"
        " UKRUA URYUY WLFWF"
    ).split()
}
_ALPHA_2 = frozenset(_ALPHA_3_TO_2.values())

_BYLINE = re.compile(r"^(?:By|BY|Von|VON|Par|Por)\s+[A-ZÀ-Þ][^.!?]{2,80}$")
# "NEW YORK (AP) _ ", "(ANSA) - ROMA": the paragraph has a dateline of its own.
_OWN_DATELINE = re.compile(r"^.{0,60}?\([A-Za-z][\w/. -]{1,25}\)\s*\.?\s*[-–—_:]")
_POSSESSIVE = re.compile(r"['’]s?$")
_MOST_TAGS, _LONGEST_TAG = 50, 100


def subject(code: str) -> str:
    """The name of the top subject that an IPTC code lies under, "15054000" → "sport"; "" for another code."""
    match = _SUBJECT_CODE.match(code)
    return _SUBJECTS[int(match[1]) - 1] if match else ""


def country_code(code: str) -> str:
    """ISO 3166-1 alpha-2 of an alpha-2 or alpha-3 code, "SWE" → "SE"; "" for what is neither."""
    code = code.strip().upper()
    return code if code in _ALPHA_2 else _ALPHA_3_TO_2.get(code, "")


def tags_of(claims: Iterable[str]) -> tuple[str, ...]:
    """The tags, each once, none too long to be one."""
    folded = (" ".join(claim.split()) for claim in claims)
    return tuple(dict.fromkeys(tag for tag in folded if 0 < len(tag) <= _LONGEST_TAG))[:_MOST_TAGS]


def tagged_of(claims: Iterable[tuple[str, str, str]]) -> tuple[Tagged, ...]:
    """The entities that an agency tagged, each label once: (field, label, code) in, "Ashton's" without its ending."""
    found: dict[tuple[str, str], Tagged] = {}
    for field, label, code in claims:
        label = _POSSESSIVE.sub("", " ".join(label.split()).strip(" ,;:"))
        if label and len(label) <= 200 and any(c.isalpha() for c in label):
            found.setdefault((field, label), Tagged(field, label, code))
    return tuple(found.values())[:500]


def byline_of(printed: Iterable[str], source: str) -> tuple[str, ...]:
    """The people of a byline. The agency itself is the source, not an author; nor is "gr/bp", an editor's mark."""
    lines = [line for line in printed if re.search(r"[^\W\d_]{3}", line)]
    agency = source.casefold() or "\0"
    return tuple(name for name in names(lines) if not name.casefold().removeprefix("the ").startswith(agency))


def without_byline(paragraphs: list[str]) -> tuple[list[str], str]:
    """The paragraphs without a byline that stands among the first, and that byline ("" for none)."""
    for place, line in enumerate(paragraphs[:6]):
        if len(paragraphs) > 1 and _BYLINE.match(line) and names(line):
            return [*paragraphs[:place], *paragraphs[place + 1 :]], line
    return paragraphs, ""


def with_dateline(paragraphs: list[str], dateline: str) -> list[str]:
    """The paragraphs with the dateline at their head, as it was printed.

    Not where the first one begins with it already ("FORT WASHINGTON, Pa. (AP) _ …"), and not a bare date or time.
    """
    dateline = " ".join(dateline.split())
    place = normal(re.split(r"[,(]", dateline)[0])
    if not paragraphs or not place or dateline[0].isdigit():
        return paragraphs
    if normal(paragraphs[0][:200]).startswith(place) or _OWN_DATELINE.match(paragraphs[0]):
        return paragraphs
    return [f"{dateline}{'' if dateline[-1] in '-–—:' else ' -'} {paragraphs[0]}", *paragraphs[1:]]


def first_date(claims: Iterable[str]) -> Published:
    """The first of these that is a date."""
    return next(filter(None, (published(claim.strip(), "archive") for claim in claims)), UNKNOWN)


def check_status(status: str, embargo: str = "") -> None:
    """Raises BadRecord for what an agency called back or holds back: `canceled`, `withheld`, `embargoed`.

    An embargo that has passed holds nothing back; one without a date is none, as agencies fill it in.
    """
    status = status.rpartition(":")[2].strip().lower()
    if status in ("canceled", "cancelled", "killed", "withdrawn"):
        raise BadRecord(f"the agency called it back (status {status!r})", code="canceled")
    until = _moment(embargo.strip())
    if status == "withheld" or (status == "embargoed" and until is None):
        raise BadRecord(f"not for publication (status {status!r})", code="withheld")
    if until is not None and until > datetime.now(UTC):
        raise BadRecord(f"not for publication before {embargo.strip()}", code="embargoed")


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)  # both "20161003T142000+0100" and "2016-10-03T14:20:00Z"
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
