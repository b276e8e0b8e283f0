"""What the index holds: a Document, its stable id and its one JSON form.

The JSON form is what the store keeps, what `searchsvc extract` writes and `searchsvc index` loads again, and what
`/api/v1/articles/{id}` shows. No engine and no HTTP here.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import orjson

from searchsvc.analysis import fold
from searchsvc.article import DATE_SOURCES, PRECISIONS, Article, Location, Published, Tagged
from searchsvc.errors import BadRecord

#: What `searchsvc extract` writes into each line, so that `index` knows it for its own.
FORMAT = "searchsvc/1"

#: Longest title and text taken, in characters; a longer one is rejected, never cut.
MAX_TITLE, MAX_TEXT = 10_000, 5_000_000

# NUL, the other control characters but tab and newline, and lone surrogates cannot be stored as text everywhere.
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

# Query parameters that say how a reader came to the page, not which page it is.
_TRACKING = re.compile(r"^(utm_\w+|fbclid|gclid|dclid|msclkid|mc_cid|mc_eid|igshid|ocid|cmpid|smid|_ga)$")


@dataclass(frozen=True, slots=True)
class Entity:
    """A person, country or organisation in one document.

    `key` is what is counted and filtered (an ISO 3166 code for a country, else the label), `aliases` the other
    forms that the document uses, `mentions` its `[start, end)` in characters of `text`, `title_mentions` of `title`.
    `provenance` says who found it: the text's extractor, the archive's own tag, or both. `about` tells that the
    document is about it, and does not only mention it.
    """

    key: str
    label: str
    aliases: tuple[str, ...] = ()
    mentions: tuple[tuple[int, int], ...] = ()
    title_mentions: tuple[tuple[int, int], ...] = ()
    provenance: tuple[str, ...] = ("text",)
    about: bool = False


@dataclass(frozen=True, slots=True)
class Entities:
    """Whom, which countries and which organisations a document is about, each in order of first mention."""

    people: tuple[Entity, ...] = ()
    countries: tuple[Entity, ...] = ()
    organisations: tuple[Entity, ...] = ()


#: Who the speaker of a quotation can be.
SPEAKERS = ("person", "organisation", "unnamed", "several")


@dataclass(frozen=True, slots=True)
class Quote:
    """One run of direct speech without its marks, `[start, end)` in characters of the text, or of the title.

    `kind` is one of SPEAKERS; `speaker` is the key of the person or organisation, "" for the others. `cue_start` and
    `cue_end` are the words that name the speaker there (`she`, `the minister`, `Mawuli Agbeko`); both are `start` where
    nothing does and the speaker follows from what was said before.
    """

    start: int
    end: int
    speaker: str
    kind: str
    cue_start: int
    cue_end: int
    in_title: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """An article with its id, its entities and what is said in it. `entities_version` names what found these.

    `places` are the countries of the cities that it names, with the places of these: inferred, and kept apart from the
    countries that it names itself.
    """

    id: str
    article: Article
    entities: Entities = field(default_factory=Entities)
    entities_version: str = ""
    quotes: tuple[Quote, ...] = ()
    places: tuple[Entity, ...] = ()

    @property
    def located(self) -> tuple[Entity, ...]:
        """The countries that it names, and those of the cities that it names, each once."""
        return tuple({entity.key: entity for entity in (*self.places, *self.entities.countries)}.values())

    @property
    def speakers(self) -> tuple[Entity, ...]:
        """The people and organisations that are quoted, in order of first speech."""
        known = {("person", e.key): e for e in self.entities.people}
        known.update({("organisation", e.key): e for e in self.entities.organisations})
        said = dict.fromkeys((quote.kind, quote.speaker) for quote in self.quotes)
        return tuple(known[key] for key in said if key in known)

    @property
    def content_hash(self) -> bytes:
        """16 bytes that change when anything does that a reader or a query could see."""
        shown = to_json(self)
        del shown["location"]
        return _digest(shown)

    @property
    def source_hash(self) -> bytes:
        """16 bytes that change when the article or the extractor does: known before any entity is looked for."""
        return source_hash(self.article, self.entities_version)


def source_hash(article: Article, entities_version: str) -> bytes:
    """`Document.source_hash` of the document that this article would become."""
    return _digest([entities_version, *(getattr(article, name) for name in _CONTENT)])


_CONTENT = tuple(name for name in Article.__slots__ if name != "location")


def _digest(value: Any) -> bytes:
    return hashlib.blake2b(orjson.dumps(value, option=orjson.OPT_SORT_KEYS), digest_size=16).digest()


def clean(value: str) -> str:
    """The text without what cannot be stored: NUL and other control characters, lone surrogates."""
    return _UNSTORABLE.sub("", value)


def canonical_url(url: str) -> str:
    """One spelling for one page: host in lower case, no default port, no tracking parameters.

    "" when it is not an http(s) URL. `http` and `https` are one page, and so are a path with and without its last
    slash. `www.` stays, since some sites differ, and so does a fragment: some sites tell their articles apart by it
    alone, and to take two for one would lose an article.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        return ""
    host = parts.hostname.lower()
    if port and port not in (80, 443):
        host = f"{host}:{port}"
    query = parts.query
    if (query and _TRACKING.search(query.split("=", 1)[0])) or "&" in query:
        query = urlencode(
            [(k, v) for k, v in parse_qsl(query, keep_blank_values=True) if not _TRACKING.match(k)], errors="replace"
        )
    return urlunsplit(("https", host, parts.path.rstrip("/"), query, parts.fragment))


def stable_id(article: Article) -> str:
    """20 hex digits that stay the same for the same article: from its URL, else its archive's id, else its content.

    An archive's id means something only inside its archive: beside the source, or where no source is given, beside
    the name of the file it came in, so that the article 1 of one dump never replaces the article 1 of another.
    """
    url = canonical_url(article.url)
    if url:
        parts = ("url", url)
    elif article.archive_id:
        scope = article.source or os.path.basename(article.location.path)
        parts = ("archive", f"{scope}\0{article.archive_id}")
    else:
        parts = ("content", f"{article.title}\0{article.published.at}\0{article.text}")
    digest = hashlib.blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=10)
    return digest.hexdigest()


def make_document(article: Article, entities: Entities, entities_version: str) -> Document:
    """The document of a validated article: the entities found in its text, and those its archive names."""
    return Document(stable_id(article), article, _with_tagged(entities, article.tagged), entities_version)


def _with_tagged(entities: Entities, tagged: tuple[Tagged, ...]) -> Entities:
    """The entities with the archive's own tags: one that was found as well is marked so, another is added."""
    if not tagged:
        return entities
    whole = {}
    for name in ("people", "countries", "organisations"):
        found = list(getattr(entities, name))
        for tag in (tag for tag in tagged if tag.field == name):
            forms = {fold(tag.label), fold(tag.code)} - {""}
            for place, entity in enumerate(found):
                if forms & {fold(form) for form in (entity.key, entity.label, *entity.aliases)}:
                    if "archive" not in entity.provenance:
                        found[place] = replace(entity, provenance=(*entity.provenance, "archive"))
                    break
            else:
                key = tag.code if name == "countries" and tag.code else tag.label
                found.append(Entity(key, tag.label, provenance=("archive",)))
        whole[name] = tuple(found)
    return Entities(**whole)


def validated(article: Article) -> Article:
    """The article as it may be stored, or BadRecord with the reason.

    Whoosh accepts NUL, lone surrogates and huge values without a word and fails later: they end here.
    """
    title, text = clean(article.title).strip(), clean(article.text).strip()
    if not title and not text:
        raise BadRecord("neither title nor text", code="empty_article")
    for name, value, limit in (("title", title, MAX_TITLE), ("text", text, MAX_TEXT)):
        if len(value) > limit:
            raise BadRecord(f"{name} of {len(value):,} characters is over the limit of {limit:,}", code="too_large")
    published = article.published
    if published.precision not in PRECISIONS or published.source not in DATE_SOURCES:
        raise BadRecord(f"unknown date precision or source: {published!r}", code="bad_date")
    if not _is_date(published):
        raise BadRecord(f"{published.at[:40]!r} is not a date known to the {published.precision}", code="bad_date")
    return Article(
        title=title,
        text=text,
        url=clean(article.url).strip(),
        archive_id=clean(article.archive_id).strip(),
        source=_line(article.source),
        section=_line(article.section),
        language=_line(article.language).lower(),
        byline=_lines(article.byline),
        tags=_lines(article.tags),
        published=published,
        captured_at=_line(article.captured_at),
        tagged=tuple(
            Tagged(tag.field, _line(tag.label), _line(tag.code))
            for tag in dict.fromkeys(article.tagged)
            if tag.field in ("people", "countries", "organisations") and _line(tag.label)
        ),
        location=article.location,
    )


def _is_date(published: Published) -> bool:
    """Whether the date is one of the calendar, written as its precision says; no engine meets another."""
    shape = _SHAPES[published.precision]
    if not shape.fullmatch(published.at):
        return False
    whole = f"{published.at}-01-01"[:10] if len(published.at) < 10 else published.at.replace("Z", "+00:00")
    try:
        datetime.fromisoformat(whole)
    except ValueError:
        return not published.at
    return True


_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?"
_SHAPES = {
    name: re.compile(shape, re.ASCII)
    for name, shape in zip(PRECISIONS, ("", r"\d{4}", r"\d{4}-\d\d", r"\d{4}-\d\d-\d\d", _TIME, _TIME), strict=True)
}


def _line(value: str) -> str:
    return " ".join(clean(value).split())[:500]


def _lines(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(_line, values))))


def heading_json(document: Document) -> dict[str, Any]:
    """What a document is, without what it says: the keys that `to_json` begins with."""
    article, published = document.article, document.article.published
    return {
        "id": document.id,
        "archive_id": article.archive_id or None,
        "url": article.url or None,
        "title": article.title,
        "byline": list(article.byline),
        "source": article.source or None,
        "section": article.section or None,
        "language": article.language or None,
        "tags": list(article.tags),
        "published_at": published.at or None,
        "date_precision": published.precision or None,
        "date_source": published.source or None,
        "captured_at": article.captured_at or None,
    }


def to_json(document: Document) -> dict[str, Any]:
    """The document as a JSON object, `api.md`'s names; every key is always there."""
    article = document.article
    return {
        **heading_json(document),
        "word_count": len(article.text.split()),
        "text": article.text,
        "people": [_entity_json(e) for e in document.entities.people],
        "countries": [_entity_json(e) for e in document.entities.countries],
        "organisations": [_entity_json(e) for e in document.entities.organisations],
        "places": [_entity_json(e) for e in document.places],
        "quotes": [_quote_json(quote) for quote in document.quotes],
        "entities_version": document.entities_version or None,
        "location": {
            "path": article.location.path,
            "offset": article.location.offset,
            "ordinal": article.location.ordinal,
        },
    }


def _entity_json(entity: Entity) -> dict[str, Any]:
    return {
        "key": entity.key,
        "label": entity.label,
        "aliases": list(entity.aliases),
        "mentions": [list(span) for span in entity.mentions],
        "title_mentions": [list(span) for span in entity.title_mentions],
        "provenance": list(entity.provenance),
        "about": entity.about,
    }


def _quote_json(quote: Quote) -> dict[str, Any]:
    return {
        "span": [quote.start, quote.end],
        "in_title": quote.in_title,
        "kind": quote.kind,
        "speaker": quote.speaker or None,
        "cue": [quote.cue_start, quote.cue_end] if quote.cue_end > quote.cue_start else None,
    }


def from_json(data: Mapping[str, Any]) -> Document:
    """The document of `to_json`'s object. Raises KeyError, TypeError or ValueError on anything else."""
    where = data["location"]
    article = Article(
        title=data["title"],
        text=data["text"],
        url=data["url"] or "",
        archive_id=data["archive_id"] or "",
        source=data["source"] or "",
        section=data["section"] or "",
        language=data["language"] or "",
        byline=tuple(data["byline"]),
        tags=tuple(data["tags"]),
        published=Published(data["published_at"] or "", data["date_precision"] or "", data["date_source"] or ""),
        captured_at=data.get("captured_at") or "",
        tagged=tuple(
            Tagged(name, entity["label"], entity["key"] if name == "countries" else "")
            for name in ("people", "countries", "organisations")
            for entity in data[name]
            if "archive" in entity.get("provenance", ())
        ),
        location=Location(where["path"], where["offset"], where["ordinal"]),
    )
    entities = Entities(*(tuple(map(_entity, data[name])) for name in ("people", "countries", "organisations")))
    quotes = tuple(map(_quote, data.get("quotes", ())))
    places = tuple(map(_entity, data.get("places", ())))
    return Document(data["id"], article, entities, data["entities_version"] or "", quotes, places)


def _quote(data: Mapping[str, Any]) -> Quote:
    start, end = data["span"]
    cue_start, cue_end = data["cue"] or (start, start)
    return Quote(start, end, data["speaker"] or "", data["kind"], cue_start, cue_end, data["in_title"])


def _entity(data: Mapping[str, Any]) -> Entity:
    return Entity(
        data["key"],
        data["label"],
        tuple(data["aliases"]),
        tuple((start, end) for start, end in data["mentions"]),
        tuple((start, end) for start, end in data["title_mentions"]),
        tuple(data.get("provenance", ("text",))),
        data.get("about", False),
    )
