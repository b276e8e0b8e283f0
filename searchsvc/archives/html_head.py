"""What is this page called, who wrote it, and where? From what it declares, the surest claim first.

What nothing declares is looked for in the marked lines near the title, never in the story.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from bs4.element import Tag

from searchsvc.archives.bylines import names
from searchsvc.archives.html_blocks import Page
from searchsvc.archives.html_body import container_of
from searchsvc.archives.html_facts import Facts, kinds_of, value_of
from searchsvc.archives.html_marks import words_of
from searchsvc.archives.markup import folded_space, plain, said
from searchsvc.archives.paragraphs import normal

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
#: What divides a title from the site's name; scripts without blanks have none there either.
_TITLE_ENDS = re.compile(
    r"\s+(?:[|·•«»–—-]|::|/)\s+|\s*[|»]\s*|(?<=[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3”》」』！？])[_-]+(?=\w)"
)
_BYLINE_WORDS = re.compile(
    r"(?:^|[\s_-])(?:byline|by-line|author|autor|autorin|auteur|writer|post-author|article-author|verfasser)"
    r"(?:[\s_-]*(?:name|names|link|by|title|top|info|text)?)?(?=$|[\s_-])|authorname|bylineauthor|byline__name|contributor",
    re.IGNORECASE,
)
_MASTHEAD = re.compile(
    r"(?:blog|site|page|header|brand|logo)[-_]?(?:title|name|logo)\b|^logo\b|\blogo\b|masthead|^brand", re.IGNORECASE
)
_TRAILING = re.compile(r"[\s|·•«»–—:/_-]+$")
_BY = re.compile(
    r"^\W*(?:(?:(?:written|reported|posted|published|words|story|text|analysis|review|photos?)\s+)?by\b\s*:?\s*"
    r"|(?:(?:ein )?(?:(?:blog[ -]?)?beitrag|artikel|text|kommentar|interview|gastbeitrag|geschrieben|erstellt|verfasst"
    r"|veröffentlicht|eingestellt|gespeichert|publiziert|publié|escrito|publicado|scritto)\s+)?(?:von|par|por|door)\b\s*:?\s+"
    r"|(?:text|texto?|autor(?:in|es|a)?|auteure?|authors?|autore|redaktion|escribe|verfasser)"
    r"(?:\s*(?:&|und|and|\+)\s*(?:fotos?|bilder|photos?))?\s*:\s*)(?P<names>[^\W\d_].+)$",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^\W*(?:text|autor(?:in)?|auteure?|author|autore|written by|words by|geschrieben von)"
    r"(?:\s*(?:&|und|and|\+)\s*(?:fotos?|bilder|photos?))?\s*:\s*(?P<names>[^\W\d_].+)$",
    re.IGNORECASE,
)
#: What ends the names in such a line.
_AFTER_NAMES = re.compile(
    r"\s+(?:am|on|vom|um|den|le|el|il|in|under|at|veröffentlicht|published|posted|updated)\s|\s*[|·•–—/(\[@]\s*|\s+-\s|\s*,?\s*\d"
    r"|\s(?:foto|photo|bild|datum|date|kategorie|lesezeit)",
    re.IGNORECASE,
)
_LONGEST_NAMES = 90
_LABELS_AFTER = re.compile(r"\s*(?:[|•·]|\d{1,2}[./]\s?\d{1,2}[./])")
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
    declared = [value_of(facts.article().get("headline")), *facts.every(*_TITLE_META[:2])]
    declared += [said(tag) for tag in facts.itemprops.get("headline", ())[:1]]
    declared += [*facts.every(*_TITLE_META[2:]), facts.title]
    claims = [_siteless(text, site) for claim in declared if (text := folded_space(plain(claim)))]
    claims = [text for text in claims if normal(text) and normal(text) != normal(site)]
    printed = [(tag.name, text) for tag in facts.headings if not _is_masthead(tag) and (text := said(tag))]
    printed = [(name, text) for name, text in printed if normal(text) != normal(site)]
    for level in ("h1", "h2", "h3"):
        likely = [(_likeness(text, claims), text) for name, text in printed if name == level and len(text) >= 4]
        if likely and (best := max(likely, key=lambda pair: pair[0]))[0] >= _ALIKE[level]:
            # Only what stands before the declared title is a kicker; what goes on after it belongs to the headline.
            within = [claim for claim in claims if len(claim) >= 15 and _is_kicker_off(best[1], claim)]
            return min([best[1], *within], key=len)
    tops = [text for name, text in printed if name == "h1"]
    if len(tops) == 1 and len(tops[0].split()) >= _SENTENCE and len(claims[:1]) and len(claims[0]) < len(tops[0]):
        return tops[0]
    if claims:
        return claims[0]
    if first := next((text for name, text in printed if name == "h1"), ""):
        return first
    start, end = container_of(page)
    story = next((n for n in range(start, end) if page.blocks[n].weight), end)
    above = [block.text for block in page.blocks[:story] if block.is_heading and normal(block.text) != normal(site)]
    return above[-1] if above else ""


def _is_kicker_off(printed: str, claim: str) -> bool:
    """Whether the claim is the printed headline without a kicker before it, or without a date and labels after it."""
    if normal(printed).endswith(f" {normal(claim)}"):
        return True
    return printed.startswith(claim) and bool(_LABELS_AFTER.match(printed[len(claim) :]))


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


#: The words from which on the only h1 is a headline, though the page declares another title, and not a label.
_SENTENCE = 4
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
    users: tuple[str, ...] = ()
    for claim, is_person in _byline_claims(facts, page, title):
        found = [name for text in claim if "://" not in text for name in names(plain(text))]
        if found := [name for name in found if is_person or not _is_outlet(name, site)]:
            if not all(map(_is_user, found)):
                return tuple(dict.fromkeys(found))
            users = users or tuple(dict.fromkeys(found))
    return users


def _byline_claims(facts: Facts, page: Page, title: str) -> Iterator[tuple[Iterable[str], bool]]:
    """What may name the author, the surest first, and whether it may be named as the outlet is: a blog by its writer.

    An organisation, which is often only the outlet, comes last.
    """
    author = facts.article().get("author")
    yield _people(facts, author, organisations=False), False
    at = page.title_at(title)
    at = container_of(page)[0] if at is None else at
    near = [block.text for block in page.blocks[max(at - _BEFORE, 0) : at + _AFTER]]
    yield [name for line in near if (name := _said_by(line)) and " " in name.strip()][:1], True
    yield facts.every(*_AUTHOR_META), False
    yield [name for tag in facts.itemprops.get("author", ())[:5] for name in _within(tag)], False
    yield _marked_names(page, at, lambda tag: "author" in (tag.get("rel") or ())), True
    yield _marked_names(page, at, lambda tag: bool(_BYLINE_WORDS.search(words_of(tag))), most=1), True
    yield [name for line in near if (name := _said_by(line))][:1], True
    of_page = lambda tag: tag.name == "a" and bool(_AUTHOR_PAGE.search(str(tag.get("href"))))  # noqa: E731
    yield _marked_names(page, at, of_page), True
    yield _people(facts, facts.page().get("author"), organisations=False), False
    said_anywhere = (block.text for n, block in enumerate(page.blocks) if n >= at and not page.in_readers(n))
    yield [name for line in said_anywhere if (name := _said_by(line, _LABEL))][:1], True
    yield _people(facts, author, organisations=True), False


def _said_by(line: str, form: re.Pattern[str] = _BY) -> str:
    """The names in a line that says who wrote the text: "Geschrieben von Cooper am 25.08.2015 22:30" → "Cooper"."""
    match = form.match(line) if len(line) <= _LONGEST_LINE else None
    if not match:
        return ""
    said_names = _AFTER_NAMES.split(match["names"])[0]
    return said_names if _is_name(said_names) and len(said_names) <= _LONGEST_NAMES else ""


def _is_user(name: str) -> bool:
    """Whether a name is that of an account: "wordpressadmin", "ann.lee"."""
    return " " not in name and (name == name.lower() or "." in name.strip("."))


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


def site_of(facts: Facts, url: str) -> str:
    """The outlet's name as the page declares it, or as its title has it beside the headline; "" for none."""
    publishers = [
        value_of(publisher.get("name"))
        for node in (facts.article(), facts.page())
        for publisher in facts.resolved(node.get("publisher"))
        if isinstance(publisher, dict)
    ]
    sites = [value_of(node.get("name")) for node in facts.nodes if "website" in kinds_of(node)]
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
