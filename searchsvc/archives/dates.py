"""What moment does this string name, and how exactly? One function, `published`; it never guesses.

A form that two readers could read differently ("9/6/17", "04/05/2016") is unknown, and so is a date that cannot be.
No date is looked for inside running text: the whole string has to be the date.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone

from searchsvc.article import PRECISIONS, UNKNOWN, Published

#: No newspaper is older (Strasbourg's Relation, 1605); what claims to be is a default value or a slip.
FIRST_YEAR = 1600
#: Where the calendars of computers begin (Unix, seen from America too; Windows; spreadsheets and databases): what is
#: written for "none". A printed archive may have an issue of such a day.
DEFAULT_DAYS = frozenset(("1970-01-01", "1969-12-31", "1601-01-01", "1899-12-30", "1900-01-01"))
_MACHINES = frozenset(("json-ld", "meta", "time", "feed"))
_UNIX_ZERO = datetime(1970, 1, 1, tzinfo=UTC)

_MONTH_WORDS = (
    "january jan januar janner jaenner janvier janv enero ene janeiro gennaio gen januari stycznia января",
    "february feb februar feber fevrier fevr fev febrero fevereiro febbraio febr februari lutego февраля",
    "march mar marz maerz mrz mars marzo marco maart mrt marca марта",
    "april apr avril avr abril abr aprile kwietnia апреля",
    "may mai mayo maio maggio mag mei maj maja мая",
    "june jun juni juin junio junho giugno giu czerwca июня",
    "july jul juli juillet juil julio julho luglio lug lipca июля",
    "august aug aout agosto ago augustus augusti sierpnia августа",
    "september sep sept septembre septiembre setiembre setembro set settembre sett wrzesnia сентября",
    "october oct oktober okt octobre octubre outubro out ottobre ott pazdziernika октября",
    "november nov novembre noviembre novembro listopada ноября",
    "december dec dezember dez decembre diciembre dic dezembro dicembre grudnia декабря",
)
_MONTHS = {word: number for number, words in enumerate(_MONTH_WORDS, 1) for word in words.split()}

# Only zones that mean one thing: not BST, IST, AST or a bare ET.
_ZONES = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "cet": 60, "mez": 60, "west": 60, "cest": 120, "mesz": 120,
    "eet": 120, "eest": 180, "est": -300, "edt": -240, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480,
    "pdt": -420, "akst": -540, "akdt": -480, "hst": -600, "jst": 540, "kst": 540, "aest": 600, "aedt": 660,
    "nzst": 720, "nzdt": 780,
}  # fmt: skip

_LEAD = re.compile(
    r"^(?:(?:first |last |originally |article |story )?(?:published|posted|updated|modified|created|date|filed|released"
    r"|written|issued|pubdate|publication date|date published|veroffentlicht|erstellt|erschienen|aktualisiert|stand"
    r"|datum|publie|mis a jour|publicado|publicada|actualizado|atualizado|fecha|data|pubblicato|aggiornato"
    r"|gepubliceerd|geplaatst)\b[:\s]*)*(?:(?:on|at|am|vom|le|el|em|il|op|de|den|der)\b\s+)?",
)
_WEEKDAY = re.compile(
    r"^(?:mon|tues?|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?\b[.,]*\s*(?:the\s+)?"
    r"|^(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag|mo|di|mi|do|fr|sa|so"
    r"|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miercoles|jueves|viernes|sabado|domingo"
    r"|(?:segunda|terca|quarta|quinta|sexta)(?:-feira)?|lunedi|martedi|mercoledi|giovedi|venerdi|sabato|domenica"
    r"|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag)\b[.,]*\s*(?:(?:den|le|el|il)\s+)?",
)
_TIME = (
    r"(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,:]\d+)?)?\s*(?P<half>[ap]\.?m\.?(?![a-z]))?"
    r"(?:\s*(?:uhr|hrs?|h)\b)?\s*(?:\(?(?P<zone>z\b|[+-]\d{2}:?\d{2}|[+-]\d{2}(?!\d)|(?:gmt|utc)[+-]\d{1,2}(?::?\d{2})?"
    r"|[a-z]{2,5})\)?)?[a-z]{0,2}"
)
# Between a date and its time: "2016-04-28T14:05", "April 28, 2016 at 2:05 p.m.", "28.04.2016 | 14:05 Uhr".
_GAP = r"(?:t|[\s,;|·•–—-]*(?:(?:at|um|a|as|alle|om|les)\s+)?)"
_YEAR = r"(?P<year>\d{4})"
_WORD = r"(?P<word>[^\W\d_]{3,12})\.?"
_FORMS = [
    re.compile(rf"{form}(?:{_GAP}{_TIME})?[.\s]*$")
    for form in (
        rf"{_YEAR}(?P<mark>[-/.])(?P<month>\d{{1,2}})(?:(?P=mark)(?P<day>\d{{1,2}}))?(?!\d)",
        r"(?P<year>\d{4})(?P<month>[01]\d)(?P<day>[0-3]\d)(?!\d)",
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|[.°ºª])?[\s-]*(?:(?:of|de|do)\s+)?{_WORD}[,\s-]*(?:(?:of|de|del)\s+)?{_YEAR}",
        rf"{_WORD}\s*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\s*,\s*|\s+){_YEAR}",
        rf"{_WORD},?\s+(?:de\s+|del\s+)?{_YEAR}",
        rf"{_YEAR}[,\s-]+{_WORD}[\s-]+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?",
        rf"(?P<first>\d{{1,2}})(?P<mark>[/.-])\s?(?P<other>\d{{1,2}})(?P=mark)\s?{_YEAR}",
    )
]
_MONTH = rf"(?P<word>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
_WITHIN = [
    re.compile(rf"{form}(?:{_GAP}{_TIME})?")
    for form in (
        rf"(?<![\d./-]){_YEAR}(?P<mark>[-/.])(?P<month>\d{{1,2}})(?P=mark)(?P<day>\d{{1,2}})(?!\d)",
        r"(?<!\d)(?P<year>\d{4})年\s?(?P<month>\d{1,2})月\s?(?P<day>\d{1,2})日",
        r"(?<![\d.,/-])(?P<day>\d{1,2})(?:st|nd|rd|th|er|[.°ºª])?[\s-]*(?:(?:of|de|do)\s+)?"
        rf"{_MONTH}[,\s-]*(?:(?:of|de|del)\s+)?{_YEAR}(?!\d)",
        rf"(?<![^\W\d_]){_MONTH}\s*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\s*,\s*|\s+){_YEAR}(?!\d)",
        rf"(?<![\d./-])(?P<first>\d{{1,2}})\s?(?P<mark>[/.|-])\s?(?P<other>\d{{1,2}})\s?(?P=mark)\s?{_YEAR}(?![\d:])",
        r"(?<![\d./-])(?P<first>\d{1,2})(?P<mark>\.)(?P<other>\d{1,2})\.(?P<year>\d{2})(?![\d.](?!\d:\d))",
    )
]
_DATE_WORDS_APART = re.compile(r"[\s,.;:|/·•–—()-]+")
_ZONE_AFTER = re.compile(r"(?<=\d|M)\s+[A-Z]{2,5}\W*$")
_NUMBER = re.compile(r"^\d{1,4}(?:st|nd|rd|th|er|h|am|pm)?$")
_BESIDE_DATES = frozenset("am pm a p m at um uhr h hrs as a las on the of de del le il et ist bst feira klo kl".split())
_TIME_FIRST = re.compile(rf"^{_TIME}\s*(?:[,|·•–—-]|on\b)?\s+(?P<rest>\S.*)$")
_DIGITS = re.compile(r"^-?\d+(?:\.\d+)?$")
# ISO 8601 without its dividers, as agencies send it: "20131020t192751+1100".
_BASIC = re.compile(r"^(\d{4})(\d{2})(\d{2})t(\d{2})(\d{2})(\d{2})?(?![\d:])")
#: A string longer than this is no date, however it begins.
_LONGEST = 120


def published(raw: object, source: str, *, day_first: bool | None = None, today: date | None = None) -> Published:
    """The date that `raw` (a string, or a number as JSON has them) names, else UNKNOWN. `source` is a DATE_SOURCES.

    The precision is the given one: a year, a month, a day, or a moment. A time with a zone keeps it, so that its day
    is the one on the calendar where it was published. A time without one keeps only its day, since it may be off by
    half a day; so does midnight, which is what a day becomes where only moments can be stored. `day_first` says how
    the archive writes 04/05/2016, when that is known. Before 1600, later than tomorrow, and what a system writes for
    none (DEFAULT_DAYS where a page or feed declares it, the moment 0 of Unix anywhere) is unknown. `today` is for
    tests.
    """
    if isinstance(raw, bool) or raw is None:
        return UNKNOWN
    if isinstance(raw, int | float):
        found = _of_number(float(raw)) if abs(raw) < 1e18 else None
    elif isinstance(raw, str) and raw and len(raw) <= _LONGEST:
        found = _of_number(float(raw)) if _DIGITS.match(raw.strip()) else _of_text(raw, day_first)
    else:
        return UNKNOWN
    return _possible(found, source, today) if found else UNKNOWN


def dates_in(text: str, source: str, *, day_first: bool | None = None) -> list[tuple[Published, int, int]]:
    """The days and moments that a short line names, each with where it stands: "Ann Lee, 28.04.16 | 3 min".

    Only for lines that are known to be a credit or the like: in running text a date may be of anything.
    """
    if len(text) > 1_000:
        return []
    # Folded letter by letter, so that the places stay those of the text.
    plain = "".join(_folded_letter(letter) for letter in text)
    found: list[tuple[Published, int, int]] = []
    for form in _WITHIN:
        for match in form.finditer(plain):
            parts = match.groupdict()
            if len(parts["year"] or "") == 2:
                parts["year"] = f"20{parts['year']}"
            if (day := _day(parts, day_first)) and (one := _possible(_moment(*day, parts), source, None)):
                found.append((one, match.start(), match.end()))
    return sorted(found, key=lambda one: one[1])


def with_day(claims: Iterable[Published]) -> list[Published]:
    """Those of the dates that are exact to the day or more."""
    return [claim for claim in claims if PRECISIONS.index(claim.precision) >= PRECISIONS.index("day")]


def only_date(line: str) -> bool:
    """Whether a short line says nothing but a day or a time: "Nov. 19, 2019, 8:41 AM UTC", "20 November"."""
    if len(line) > 60 or not any(map(str.isdigit, line)):
        return False
    words = _DATE_WORDS_APART.split(folded(_ZONE_AFTER.sub("", line)))
    numbers = sum(word[:1].isdigit() for word in words)
    named = sum(word in _MONTHS for word in words)
    return numbers + named >= 2 and all(_is_of_date(word) for word in words if word)


def _is_of_date(word: str) -> bool:
    return (
        word in _MONTHS
        or word in _ZONES
        or word in _BESIDE_DATES
        or bool(_NUMBER.match(word))
        or bool(_WEEKDAY.fullmatch(word))
    )


def _folded_letter(letter: str) -> str:
    if letter.isspace():
        return " "
    plain = unicodedata.normalize("NFKD", letter)[:1].lower()
    return plain if len(plain) == 1 else letter


def _possible(found: _Found, source: str, today: date | None) -> Published:
    """The date, unless it is older than newspapers or not yet there."""
    moment, precision = found
    last = (today or datetime.now(UTC).date()) + timedelta(days=1)
    if moment.year < FIRST_YEAR or moment.date() > last:
        return UNKNOWN
    is_default = source in _MACHINES and precision not in ("year", "month")
    if moment == _UNIX_ZERO or (is_default and moment.strftime("%Y-%m-%d") in DEFAULT_DAYS):
        return UNKNOWN
    if precision in ("minute", "second"):
        return Published(moment.isoformat().replace("+00:00", "Z"), precision, source)
    return Published(moment.strftime("%Y-%m-%d")[: {"year": 4, "month": 7, "day": 10}[precision]], precision, source)


_Found = tuple[datetime, str]


def _of_number(value: float) -> _Found | None:
    """Seconds or milliseconds since 1970, or digits that are a year, a month or a day written together."""
    if FIRST_YEAR <= value <= 2100 and value.is_integer():
        return datetime(int(value), 1, 1), "year"
    if FIRST_YEAR * 10_000 <= value <= 2100_12_31 and value.is_integer():
        return _of_text(str(int(value)), None)
    # From 1973 in seconds, and from 1973 in milliseconds: smaller numbers are as likely a counter as a time.
    for low, high, unit in ((1e8, 1e10, 1), (1e11, 1e13, 1_000), (1e14, 1e16, 1_000_000)):
        if low <= value < high:
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(value // unit)), "second"
    return None


def _of_text(raw: str, day_first: bool | None) -> _Found | None:
    text = _WEEKDAY.sub("", _LEAD.sub("", folded(raw)))
    if basic := _BASIC.match(text):
        text = f"{basic[1]}-{basic[2]}-{basic[3]}t{basic[4]}:{basic[5]}:{basic[6] or '00'}{text[basic.end() :]}"
    early = None
    if first := _TIME_FIRST.match(text):
        early = first
        text = _WEEKDAY.sub("", first["rest"])
    for form in _FORMS:
        if (match := form.match(text)) and (day := _day(match.groupdict(), day_first)):
            return _moment(*day, (early or match).groupdict())
    return None


def folded(raw: str) -> str:
    """Lower case, no accents, single spaces: "1er août 2016" → "1er aout 2016"."""
    plain = unicodedata.normalize("NFKD", raw.replace("ß", "ss"))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).lower().split())


def _day(parts: dict[str, str | None], day_first: bool | None) -> tuple[datetime, str] | None:
    year = int(parts["year"] or 0)
    month = parts.get("month")
    day = parts.get("day")
    if word := parts.get("word"):
        if word not in _MONTHS:
            return None
        month = str(_MONTHS[word])
    elif first := parts.get("first"):
        day, month = _numbers(first, parts["other"] or "", parts["mark"] == ".", day_first)
    if month is None:
        return None
    try:
        return datetime(year, int(month), int(day or 1)), "day" if day else "month"
    except ValueError:
        return None


def _numbers(first: str, other: str, dotted: bool, day_first: bool | None) -> tuple[str | None, str | None]:
    """(day, month) of 28/04/2016: by the part over 12, by the dots that only day-first countries write, or as told."""
    if int(first) > 12 or first.lstrip("0") == other.lstrip("0") or dotted or (day_first and int(other) <= 12):
        return first, other
    if int(other) > 12 or day_first is False:
        return other, first
    return None, None


def _moment(day: datetime, precision: str, time: dict[str, str | None]) -> _Found:
    if precision != "day" or not time.get("hour"):
        return day, precision
    hour, minute, second = (int(time[part] or 0) for part in ("hour", "minute", "second"))
    half = (time["half"] or "").replace(".", "")
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    offset = _offset(time["zone"] or "")
    if offset == 0 and day == _UNIX_ZERO.replace(tzinfo=None) and not (hour or minute or second):
        return _UNIX_ZERO, "day"
    if offset is None or hour > 23 or minute > 59 or second > 60 or not (hour or minute or second):
        return day, "day"
    try:
        local = day.replace(
            hour=hour, minute=minute, second=min(second, 59), tzinfo=timezone(timedelta(minutes=offset))
        )
        local.astimezone(UTC)  # The first and last days of the calendar have hours that are not.
        return local, "second" if time["second"] else "minute"
    except (ValueError, OverflowError):
        return day, "day"


def _offset(zone: str) -> int | None:
    """Minutes east of Greenwich: "+0200", "-05:00", "z", "edt", "utc+2"; None when it is not known."""
    match = re.match(r"^(?:gmt|utc)?([+-])(\d{1,2}):?(\d{2})?$", zone)
    if match:
        minutes = int(match[2]) * 60 + int(match[3] or 0)
        return (minutes if match[1] == "+" else -minutes) if minutes < 24 * 60 else None
    return _ZONES.get(zone)
