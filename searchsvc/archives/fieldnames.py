"""Which field does this name mean? The spellings that JSON objects and tables use, and what their values say.

One table for every format that names its values. What a value cannot be turned into stays empty; nothing is guessed
from one field for another.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from typing import Any

from searchsvc.archives.bylines import names
from searchsvc.archives.dates import published
from searchsvc.archives.markup import plain
from searchsvc.archives.paragraphs import joined, paragraphs
from searchsvc.archives.records import Options
from searchsvc.article import UNKNOWN, Article, Location, Published
from searchsvc.errors import BadRecord

#: Field → its spellings, surest first; case, "_", "-", "." and spaces do not count. The first that holds a value wins.
#: `source_url` is the outlet's address and `dateline` a place: neither is the url or the date of an article.
SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "headline", "head", "hed", "name", "subject", "webtitle", "articletitle", "posttitle"),
    "text": (
        "text", "body", "content", "article", "articlebody", "fulltext", "contentoriginal", "maintext", "story",
        "articletext", "bodytext", "posttext", "description", "leadparagraph", "abstract", "standfirst", "trailtext",
        "summary", "snippet", "excerpt",
    ),
    "url": ("url", "link", "weburl", "permalink", "canonical", "canonicalurl", "articleurl", "uri"),
    "archive_id": ("id", "guid", "newid", "uuid", "articleid", "docid", "documentid"),
    "published": (
        "publishedat", "date", "published", "pubdate", "publicationdate", "datepublished", "publishdate",
        "publisheddate", "webpublicationdate", "publishedon", "datetime", "createdat", "timestamp",
    ),
    "source": (
        "source", "publication", "publisher", "outlet", "site", "sitename", "newspaper", "sender", "sourcename",
    ),
    "byline": ("byline", "author", "authors", "creator", "writer", "by", "senator", "authorname"),
    "section": ("section", "category", "topic", "sectionname", "desk"),
    "tags": ("tags", "keywords", "labels", "subjects", "topics", "categories"),
    "language": ("language", "lang"),
}  # fmt: skip

#: What a user may map: the fields above, and `published_at` for the date as everything else calls it.
_MAP_NAMES = {"published_at": "published", "date": "published", "id": "archive_id"}

#: The names of fields that a user may map.
MAPPED = (*SPELLINGS, *_MAP_NAMES)

_MEANS = {spelling: field for field, spellings in SPELLINGS.items() for spelling in spellings}
_RANK = {spelling: rank for spellings in SPELLINGS.values() for rank, spelling in enumerate(spellings)}

# Where an object stands for one value: {"name": "BBC"}, WordPress's {"rendered": ...}, MongoDB's {"$oid": ...}, the
# NYT's {"main": ...} of a headline and {"original": ...} of a byline.
_INNER = (
    "name", "rendered", "$oid", "$date", "#text", "value", "text", "title", "label", "displayname", "displayName",
    "main", "original",
)  # fmt: skip
# Where the fields are in an object of their own: in the Guardian's answers, in dumps of Elasticsearch.
_WRAPPED = ("fields", "_source")

_LANGUAGES = {
    "english": "en", "eng": "en", "german": "de", "deutsch": "de", "deu": "de", "ger": "de", "french": "fr",
    "fra": "fr", "fre": "fr", "français": "fr", "spanish": "es", "spa": "es", "español": "es", "italian": "it",
    "ita": "it",
    "portuguese": "pt", "por": "pt", "dutch": "nl", "nld": "nl", "russian": "ru", "rus": "ru", "arabic": "ar",
    "ara": "ar", "chinese": "zh", "zho": "zh", "japanese": "ja", "jpn": "ja", "polish": "pl", "pol": "pl",
    "turkish": "tr", "tur": "tr", "swedish": "sv", "swe": "sv",
}  # fmt: skip


def normal_name(name: str) -> str:
    """The spelling without case and what divides words: "Published_At" → "publishedat"."""
    return re.sub(r"[\s_.-]+", "", name).lower()


def field_of(name: str) -> str | None:
    """The field that a name means, as "Pub Date" → "published"."""
    return _MEANS.get(normal_name(name))


@functools.lru_cache(maxsize=1_000)
def _places(keys: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    """Field → its names among these, surest first. Cached: an archive's objects mostly have the same keys."""
    found: dict[str, list[tuple[int, str]]] = {}
    for key in keys:
        spelling = normal_name(key)
        if field := _MEANS.get(spelling):
            found.setdefault(field, []).append((_RANK[spelling], key))
    return {field: tuple(key for _, key in sorted(places)) for field, places in found.items()}


def article_of(values: Mapping[str, Any], options: Options, location: Location) -> Article:
    """The article whose values stand under these names. Raises BadRecord `no_fields` where neither title nor text does.

    A field that the user mapped is read there and nowhere else.
    """
    for name in _WRAPPED:
        inner = values.get(name)
        if isinstance(inner, Mapping):
            values = {**values, **inner}
    places = _places(tuple(values))
    chosen = {_MAP_NAMES.get(field, field): name for field, name in options.map.items()}

    def given(field: str) -> list[Any]:
        if field in chosen:
            found = [_reached(values, chosen[field])]
        else:
            found = [values[name] for name in places.get(field, ())]
        return [value for value in found if value not in (None, "", [], {})]

    if not any(field in chosen or field in places for field in ("title", "text")):
        known = ", ".join(map(repr, list(values)[:20])) or "none"
        raise BadRecord(f"no field means title or text; found {known}; name one with --map", code="no_fields")
    title = " ".join(plain(_first(given("title"))).split())
    return Article(
        title=title,
        text=joined(paragraphs(plain(_first(given("text"), "\n\n"))), title),
        url=_first(given("url")).strip(),
        archive_id=_first(given("archive_id")).strip(),
        source=_first(given("source")).strip() or options.source,
        section=plain(_first(given("section"))).strip(),
        language=language_code(_first(given("language"))),
        byline=next(filter(None, (names(map(plain, strings(value))) for value in given("byline"))), ()),
        tags=tuple(tag for value in given("tags")[:1] for tag in listed(value)),
        published=next(filter(None, map(_date, given("published"))), UNKNOWN),
        location=location,
    )


def _first(values: list[Any], between: str = ", ") -> str:
    """The first of these values that says something, as one string."""
    return next((text for value in values if (text := between.join(strings(value))).strip()), "")


def _reached(values: Mapping[str, Any], path: str) -> Any:
    """What stands under a name, or at "a.b" inside objects, in whatever case; None for nothing."""
    for name in (path, *(key for key in values if normal_name(key) == normal_name(path))):
        if name in values:
            return values[name]
    first, _, rest = path.partition(".")
    inner = values.get(first)
    if isinstance(inner, list) and inner:
        inner = inner[0]
    return _reached(inner, rest) if rest and isinstance(inner, Mapping) else None


def strings(value: Any) -> list[str]:
    """The value as strings: itself, the members of a list, the name within an object."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, bool) or value is None:
        return []
    if isinstance(value, int | float):
        return [str(value)]
    if isinstance(value, Mapping):
        inner = next((value[key] for key in _INNER if value.get(key)), None)
        if inner is None:
            whole = " ".join(str(value[key]) for key in ("first", "firstname", "last", "lastname") if value.get(key))
            return [whole] if whole else []
        return strings(inner)[:1]
    if isinstance(value, list | tuple):
        return [text for member in value[:10_000] for text in strings(member)[:1]]
    return []


def listed(value: Any) -> tuple[str, ...]:
    """The members of a list, or of a string that divides them by ";" or ","; each once, "" left out."""
    if isinstance(value, str):
        value = re.split(r"\s*[;|]\s*" if re.search("[;|]", value) else r"\s*,\s*", value)
    found = (" ".join(plain(text).split()).strip("\"'") for text in strings(value))
    return tuple(dict.fromkeys(text for text in found if text))


def _date(value: Any) -> Published:
    if isinstance(value, Mapping | list):
        value = next(iter(strings(value)), "")
    return published(value, "archive")


def language_code(value: str) -> str:
    """ISO 639-1 of "en-US", "en_GB", "English" or "eng"; "" for what is none of these."""
    first = re.split(r"[-_,;\s]", value.strip().lower(), maxsplit=1)[0]
    if first in _LANGUAGES:
        return _LANGUAGES[first]
    return first if re.fullmatch(r"[a-z]{2}", first) else ""


def known_fields(columns: Iterable[str], options: Options) -> set[str]:
    """The fields that these column names give."""
    found = {field for column in columns if (field := field_of(column))}
    present = {normal_name(column) for column in columns}
    return found | {_MAP_NAMES.get(field, field) for field, name in options.map.items() if normal_name(name) in present}
