"""What is this page called, who wrote it, and when did it appear? From what it declares, the surest claim first.

What nothing declares is looked for in the marked lines near the title, never in the story. A page's date is when it
was published: not when it was changed, saved or read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from bs4.element import Tag

from searchsvc.archives.bylines import names
from searchsvc.archives.dates import published
from searchsvc.archives.html_body import Page, container_of
from searchsvc.archives.html_facts import Facts, kinds_of
from searchsvc.archives.html_marks import words_of
from searchsvc.archives.markup import folded_space, plain, said
from searchsvc.archives.paragraphs import normal
from searchsvc.article import PRECISIONS, UNKNOWN, Published

_DATE_META = (
    "article:published_time", "article:published", "og:published_time", "og:article:published_time", "datepublished",
    "article.published", "parsely-pub-date", "sailthru.date", "publishdate", "publish-date", "publish_date",
    "published_date", "published-date", "publication_date", "publication-date", "pubdate",
    "cxenseparse:recs:publishtime",
    "dc.date.issued", "dcterms.issued", "dc.date.created", "dcterms.created", "datecreated", "dcterms.date", "dc.date",
    "citation_publication_date", "citation_date", "article_date_original", "originalpublicationdate", "displaydate",
    "og:pubdate", "rnews:datepublished", "shareaholic:article_published_time", "published", "created", "date",
)  # fmt: skip
_AUTHOR_META = (
    "author", "article:author", "article:author_name", "dc.creator", "dcterms.creator", "parsely-author",
    "sailthru.author", "byl", "og:author", "citation_author", "article.author", "authors", "creator",
    "cxenseparse:author", "article_author", "twitter:data1",
)  # fmt: skip
_TITLE_META = (
    "og:title",
    "twitter:title",
    "parsely-title",
    "sailthru.title",
    "dc.title",
    "dcterms.title",
    "title",
    "headline",
)
_TITLE_ENDS = re.compile(r"\s+(?:[|·•«»–—-]|::|/)\s+|\s*[|»]\s*")
_DATE_WORDS = re.compile(
    r"date|datum|\btime\b|authored|fecha|published|publish|posted|pub-?time|timestamp|time-?stamp|dateline|byline|entry-meta|post-meta"
    r"|article-?meta|article-?info|post-?info|meta-?info|submitted|postmetadata|created|kicker|article__info|stand\b",
    re.IGNORECASE,
)
_BYLINE_WORDS = re.compile(
    r"(?:^|[\s_-])(?:byline|by-line|author|autor|autorin|auteur|writer|post-author|article-author|verfasser)"
    r"(?:[\s_-]*(?:name|names|link|by|title|top|info|text)?)?(?=$|[\s_-])|authorname|bylineauthor|byline__name|contributor",
    re.IGNORECASE,
)
_NOT_PUBLISHED = re.compile(
    r"^\W*(?:last |zuletzt )?(?:updated?|modified|edited|changed|aktualisiert|geändert|mis à jour|actualizado)\b",
    re.IGNORECASE,
)
_URL_DATES = (
    re.compile(r"[/_.-](?P<y>(?:19|20)\d\d)[/_.-](?P<m>[01]?\d)[/_.-](?P<d>[0-3]?\d)(?=[/_.?-]|$)"),
    re.compile(r"[/_.-](?P<y>(?:19|20)\d\d)/(?P<m>[a-z]{3})/(?P<d>[0-3]?\d)(?=[/_.-]|$)"),
    re.compile(r"[/_.-](?P<y>20\d\d)(?P<m>[01]\d)(?P<d>[0-3]\d)(?=[/_.-]|$)"),
    re.compile(r"/(?P<y>(?:19|20)\d\d)[/-](?P<m>[01]\d)(?=/)"),
)
_PIECES = re.compile(r"\s*[|•·/]\s*|\s+[–—-]\s+|\n|\s{2,}")
_ON = re.compile(r"\b(?:on|am|vom|le|el|um|den)\s+|\bby\s.{3,60}?,\s*", re.IGNORECASE)
_MASTHEAD = re.compile(
    r"(?:blog|site|page|header|brand|logo)[-_]?(?:title|name|logo)\b|^logo\b|\blogo\b|masthead|^brand", re.IGNORECASE
)
_TRAILING = re.compile(r"[\s|·•«»–—:/-]+$")
_BY = re.compile(
    r"^\W*(?:(?:written|reported|posted|published|words|story|text|analysis|review)\s+)?by\b\s*:?\s+(?P<names>.+)$"
    r"|^\W*(?:(?:ein )?(?:artikel|beitrag|text|kommentar|interview|gastbeitrag|geschrieben|erstellt|veröffentlicht) )?"
    r"(?:von|par|por)\b\s*:?\s+(?P<others>[A-ZÄÖÜÉ].+)$",
    re.IGNORECASE,
)
_AUTHOR_PAGE = re.compile(
    r"/(?:authors?|autor(?:en|es|in)?|auteurs?|redaktion|people|profile|staff|by|writers?)/[^/?#]+", re.I
)
_PARTICLES = frozenset(
    "von van de der den da di du del della la le el al bin ibn y e zu zum zur ter ten af und and".split()
)
#: A marked line of more characters than this is a text that happens to bear the mark.
_LONGEST_LINE = 150
#: How many blocks before and after the page's title its date and byline may stand.
_BEFORE, _AFTER = 6, 10


def title_of(facts: Facts, page: Page, site: str) -> str:
    """The headline as it is printed, where a heading is what the page declares as its title; else as it declares it.

    What is declared is often a variant for search engines, or longer by the site's name; what is printed may have a
    kicker before it. Of two where one holds the other, it is the shorter.
    """
    declared = [_string(facts.article().get("headline")), *facts.every(*_TITLE_META[:2])]
    declared += [said(tag) for tag in facts.itemprops.get("headline", ())[:1]]
    declared += [*facts.every(*_TITLE_META[2:]), facts.title]
    claims = [_siteless(text, site) for claim in declared if (text := folded_space(plain(claim)))]
    claims = [text for text in claims if normal(text) and normal(text) != normal(site)]
    printed = [(tag.name, text) for tag in facts.headings if not _is_masthead(tag) and (text := said(tag))]
    printed = [(name, text) for name, text in printed if normal(text) != normal(site)]
    for level in ("h1", "h2", "h3"):
        likely = [(_likeness(text, claims), text) for name, text in printed if name == level and len(text) >= 4]
        if likely and (best := max(likely, key=lambda pair: pair[0]))[0] >= _ALIKE[level]:
            within = [claim for claim in claims if len(claim) >= 15 and f" {normal(claim)} " in f" {normal(best[1])} "]
            return min([best[1], *within], key=len)
    if claims:
        return claims[0]
    if first := next((text for name, text in printed if name == "h1"), ""):
        return first
    start, end = container_of(page)
    story = next((n for n in range(start, end) if page.blocks[n].weight), end)
    above = [block.text for block in page.blocks[:story] if block.is_heading and normal(block.text) != normal(site)]
    return above[-1] if above else ""


def _is_masthead(tag: Tag) -> bool:
    """Whether a heading is the name of the site, as it stands on every page: marked so, or a link to the front page."""
    if _MASTHEAD.search(words_of(tag)) or (tag.parent and _MASTHEAD.search(words_of(tag.parent))):
        return True
    link = tag.find("a", href=True) if said(tag) else None
    if not isinstance(link, Tag) or len(said(link)) < len(said(tag)) - 2:
        return False
    try:
        target = urlsplit(str(link.get("href")))
    except ValueError:
        return False
    return target.path.strip("/") in ("", "index.html", "index.php") and not target.query and not target.fragment


#: How alike a heading and a declared title have to be, as the part of the shorter's words that both have. A page has
#: one h1 or few, and many headings below that.
_ALIKE = {"h1": 0.5, "h2": 0.8, "h3": 0.8}


def _likeness(text: str, claims: list[str]) -> float:
    words = set(normal(text).split())
    best = 0.0
    for claim in claims:
        others = set(normal(claim).split())
        if words and others:
            shared = len(words & others) / min(len(words), len(others))
            # A heading of one word is in every title.
            best = max(best, shared if min(len(words), len(others)) > 2 or words == others else shared / 2)
    return best


def _siteless(text: str, site: str) -> str:
    """The title without the site's name at its end or beginning: "Truce holds | The Courier"."""
    if site and normal(text).startswith(f"{normal(site)} "):
        after = text[len(site) :].lstrip()
        if after[:1] in tuple(":|·•«»–—-"):
            return after.lstrip(":|·•«»–—- ")
    parts = _TITLE_ENDS.split(text)
    last = parts[-1]
    if len(parts) < 2 or not last:
        return text
    if _is_site(last, site) or (not site and len(last.split()) <= 3 and len(last) < len(text) / 3):
        return _siteless(_TRAILING.sub("", text[: text.rindex(last)]), site)
    return text


def _is_site(part: str, site: str) -> bool:
    name, known = normal(part), normal(site)
    if not known or not name:
        return False
    bare = known.removeprefix("the ").replace(" ", "")
    return (
        name == known
        or name.replace(" ", "").removeprefix("the").removesuffix("com") == bare
        or (len(name) > 3 and (name in known or known in name) and len(part) < 40)
    )


def byline_of(facts: Facts, page: Page, site: str, title: str) -> tuple[str, ...]:
    """The names of who wrote the page."""
    for claim in _byline_claims(facts, page, title):
        found = [name for text in claim if "://" not in text for name in names(plain(text))]
        if found := [name for name in found if not _is_outlet(name, site)]:
            return tuple(dict.fromkeys(found))
    return ()


def _byline_claims(facts: Facts, page: Page, title: str) -> Iterator[Iterable[str]]:
    """What may name the author, the surest first; an organisation, which is often only the outlet, last."""
    author = facts.article().get("author")
    yield _people(facts, author, organisations=False)
    yield facts.every(*_AUTHOR_META)
    yield [name for tag in facts.itemprops.get("author", ())[:5] for name in _within(tag)]
    at = page.title_at(title)
    at = container_of(page)[0] if at is None else at
    yield _marked_names(page, at, lambda tag: "author" in (tag.get("rel") or ()))
    yield _marked_names(page, at, lambda tag: bool(_BYLINE_WORDS.search(words_of(tag))), most=1)
    near = page.blocks[max(at - _BEFORE, 0) : at + _AFTER]
    matches = [_BY.match(block.text) for block in near if len(block.text) <= _LONGEST_LINE]
    yield [name for match in matches if match if _is_name(name := match["names"] or match["others"])][:1]
    yield _marked_names(page, at, lambda tag: tag.name == "a" and bool(_AUTHOR_PAGE.search(str(tag.get("href")))))
    yield _people(facts, facts.page().get("author"), organisations=False)
    yield _people(facts, author, organisations=True)


def _is_name(text: str) -> bool:
    """Whether a text that only stands where a name may stand looks like one: capitals, particles, or one word."""
    words = [word for name in names(text) for word in name.split()]
    return (bool(words) and all(word[:1].isupper() or word.lower() in _PARTICLES for word in words)) or len(words) == 1


def _is_outlet(name: str, site: str) -> bool:
    """Whether the author named is only the outlet itself."""
    return bool(site) and normal(name).replace(" ", "") == normal(site).replace(" ", "")


def _people(facts: Facts, value: Any, *, organisations: bool) -> list[str]:
    found: list[str] = []
    for person in facts.resolved(value):
        if isinstance(person, str) and not organisations:
            found.append(person)
        elif isinstance(person, dict) and ("organization" in kinds_of(person)) == organisations:
            name = person.get("name")
            found.extend(one for one in (name if isinstance(name, list) else [name]) if isinstance(one, str))
        elif isinstance(person, list):
            found.extend(_people(facts, person, organisations=organisations))
    return found


def _within(tag: Tag) -> list[str]:
    inner = tag.find(itemprop="name")
    text = said(inner if isinstance(inner, Tag) else tag)
    content = str(tag.get("content") or "")
    return [text or content] if len(text) <= _LONGEST_LINE else []


def _marked_names(page: Page, at: int, is_mark: Callable[[Tag], bool], most: int = 4) -> list[str]:
    """What elements marked as naming the author say: those by the title or behind it, none of a reader."""
    found: list[str] = []
    for element in page.marked:
        if element.start < at - _BEFORE or page.is_readers(element) or not is_mark(element.tag):
            continue
        if not (whole := said(element.tag, 2 * _LONGEST_LINE)):
            continue
        link = element.tag.find("a") if element.tag.name != "a" else None
        for text in (whole, said(link) if isinstance(link, Tag) else ""):
            if 3 <= len(text) <= _LONGEST_LINE and _is_name(text):
                found.append(text)
                break
        if len(found) == most:
            break
    return list(dict.fromkeys(found))


def date_of(facts: Facts, page: Page, url: str, language: str, title: str) -> Published:
    """When the page appeared. The surest claim wins; a later one only where it agrees and is finer."""
    day_first = True if language and language != "en" else None
    best = UNKNOWN
    for raw, source in _date_claims(facts, page, url, title):
        found = published(raw, source, day_first=day_first)
        if not found or (source == "text" and found.precision in ("year", "month")):
            continue  # "2021" by itself may be anything
        if not best or (
            PRECISIONS.index(found.precision) > PRECISIONS.index(best.precision) and found.at.startswith(best.at)
        ):
            best = found
        if PRECISIONS.index(best.precision) >= PRECISIONS.index("day"):
            break
    return best


def _date_claims(facts: Facts, page: Page, url: str, title: str) -> Iterator[tuple[str, str]]:
    for node in (facts.article(), facts.page()):
        for key in ("datePublished", "dateCreated", "uploadDate"):
            yield _string(node.get(key)), "json-ld"
    for text in facts.every(*_DATE_META):
        yield text, "meta"
    for tag in facts.itemprops.get("datepublished", ()):
        yield str(tag.get("content") or tag.get("datetime") or tag.get("title") or said(tag)), "time"
    for tag in _article_times(facts, page, title):
        yield str(tag.get("datetime") or said(tag)), "time"
    for tag in page.abbreviations:
        yield str(tag.get("title") or ""), "time"
    for form in _URL_DATES:
        if match := form.search(urlsplit(url).path.lower()):
            month, day = match["m"], match.groupdict().get("d")
            if not month.isdigit():
                yield f"{day} {month} {match['y']}", "url"
            elif 1 <= int(month) <= 12:
                yield f"{match['y']}-{int(month):02}" + (f"-{int(day):02}" if day else ""), "url"
    for text in _date_lines(page, title):
        yield text, "text"


def _article_times(facts: Facts, page: Page, title: str) -> list[Tag]:
    """The <time> elements that may be the page's own: said to be, else by the title, none of a teaser or comment."""
    own = [tag for tag in facts.times if tag.has_attr("pubdate") or "publish" in words_of(tag).lower()]
    own += [tag for tag in facts.times if "entry-date" in words_of(tag)]
    at = page.title_at(title)
    for tag in facts.times:
        where = page.places.get(id(tag))
        if where is None or "update" in words_of(tag).lower() or "modif" in words_of(tag).lower():
            continue
        element_ok = not page.in_readers(where)
        if element_ok and (at is None or at - _BEFORE <= where <= at + _AFTER):
            own.append(tag)
    return own


def _date_lines(page: Page, title: str) -> Iterator[str]:
    """Lines that may be a date: what is marked as one, then what stands by the title."""
    at = page.title_at(title)
    at = container_of(page)[0] if at is None else at
    for element in page.marked:
        if not _DATE_WORDS.search(words_of(element.tag)) or page.is_readers(element):
            continue
        if not at - 2 * _BEFORE <= element.start <= at + 3 * _AFTER:
            continue
        yield from _dates_within(said(element.tag, 400, "\n"))
    for block in page.blocks[max(at - _BEFORE, 0) : at + _AFTER]:
        if len(block.text) <= _LONGEST_LINE:
            yield from _dates_within(block.text)


def _dates_within(text: str) -> Iterator[str]:
    """The parts of a credit line that may be its date: "By Ann Lee | Updated 3 May | 2 May 2016, 14:05 UTC"."""
    pieces = [piece.strip(" ,;:") for piece in _PIECES.split(text) if piece and piece.strip()]
    for piece in [" ".join(text.split()), *pieces]:
        if _NOT_PUBLISHED.match(piece) or len(piece) > _LONGEST_LINE:
            continue
        yield piece
        yield from (tail for tail in _ON.split(piece)[1:] if tail)
        parts = piece.split(", ")
        yield from (", ".join(parts[i:j]) for i in range(min(len(parts), 6)) for j in (len(parts), i + 2, i + 1))


def _string(value: Any) -> str:
    while isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name")
    return str(value).strip() if isinstance(value, str | int | float) else ""


def site_of(facts: Facts, url: str) -> str:
    """The outlet's name as the page declares it, or as its title has it beside the headline; "" for none."""
    publishers = [
        _string(publisher.get("name"))
        for node in (facts.article(), facts.page())
        for publisher in facts.resolved(node.get("publisher"))
        if isinstance(publisher, dict)
    ]
    sites = [_string(node.get("name")) for node in facts.nodes if "website" in kinds_of(node)]
    declared = [facts.first("og:site_name"), *publishers, *sites]
    declared += [facts.first("application-name", "dc.publisher", "publisher")]
    # The masthead speaks where the page's title has it too.
    declared += [text for tag in facts.headings if _is_masthead(tag) and (text := said(tag)) in facts.title]
    declared += [_site_in_title(facts)]
    return next((folded_space(plain(name)) for name in declared if name and "://" not in name), "")


def _site_in_title(facts: Facts) -> str:
    """What the page's title has besides a heading: "Truce holds | The Courier" where "Truce holds" is printed."""
    for tag in facts.headings:
        heading = said(tag)
        if len(heading) < 4 or heading not in facts.title:
            continue
        before, _, after = facts.title.partition(heading)
        for rest, edge in ((after, "first"), (before, "last")):
            if not (rest := rest.strip()) or (after.strip() and before.strip()):
                continue
            mark = rest[0] if edge == "first" else rest[-1]
            name = _TRAILING.sub("", rest.lstrip("|·•«»–—:/- "))
            if mark in "|·•«»–—:/-" and 0 < len(name.split()) <= 5 and not _TITLE_ENDS.search(name):
                return name
    return ""


def host_of(url: str) -> str:
    """The host of an address without "www."; "" for none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
