"""What does this page declare about itself? JSON-LD, meta elements, microdata and the few marked elements, as found.

One pass gathers them all. What they mean, and which is believed, is decided by whoever asks; nothing is read out of
the running text here.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from bs4 import BeautifulSoup
from bs4.element import Tag

_ARTICLE_TYPES = frozenset(
    "article newsarticle blogposting reportagenewsarticle analysisnewsarticle opinionnewsarticle backgroundnewsarticle"
    " reviewnewsarticle asknewsarticle report techarticle scholarlyarticle socialmediaposting liveblogposting"
    " advertisercontentarticle satiricalarticle review posting discussionforumposting".split()
)
_PAGE_TYPES = frozenset("webpage itempage videoobject recipe event creativework medicalwebpage".split())
#: What readers write under a page. A review is theirs where it is a property of something, else it is the article.
_READERS_TYPES = re.compile(r"/(?:UserReview|Comment|UserComments|Answer|Rating)\b")
_MOST_NODES = 2_000
#: How far above an element what it is a property of is looked for.
_MOST_ABOVE = 20


@dataclass(slots=True)
class Facts:
    """What the page declares. `meta` is lower-case name → its contents in order; `nodes` the JSON-LD objects."""

    meta: dict[str, list[str]] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    nodes: list[dict[str, Any]] = field(default_factory=list)
    itemprops: dict[str, list[Tag]] = field(default_factory=dict)
    times: list[Tag] = field(default_factory=list)
    headings: list[Tag] = field(default_factory=list)
    title: str = ""
    language: str = ""

    def first(self, *names: str) -> str:
        """The first content that is not empty, of these meta names in this order."""
        return next((text for name in names for text in self.meta.get(name, ()) if text), "")

    def every(self, *names: str) -> list[str]:
        """All contents of these meta names."""
        return [text for name in names for text in self.meta.get(name, ()) if text]

    def article(self) -> dict[str, Any]:
        """The JSON-LD object of the article; {} for none."""
        return self._node(_ARTICLE_TYPES)

    def page(self) -> dict[str, Any]:
        """The JSON-LD object of the page or of what it shows, where there is none of an article."""
        return self._node(_PAGE_TYPES)

    def _node(self, types: frozenset[str]) -> dict[str, Any]:
        found = [node for node in self.nodes if types & kinds_of(node)]
        return next((node for node in found if node.get("headline")), found[0] if found else {})

    def resolved(self, value: Any) -> list[Any]:
        """A JSON-LD value as a list, with references to other objects of the page followed."""
        values = value if isinstance(value, list) else [value]
        by_id = {node["@id"]: node for node in self.nodes if isinstance(node.get("@id"), str) and len(node) > 1}
        return [
            by_id.get(one["@id"], one) if isinstance(one, dict) and isinstance(one.get("@id"), str) else one
            for one in values
            if one
        ]


def kinds_of(node: dict[str, Any]) -> set[str]:
    """The types of a JSON-LD object, in lower case: {"newsarticle"}."""
    kinds = node.get("@type")
    return {str(kind).rsplit("/", 1)[-1].lower() for kind in (kinds if isinstance(kinds, list) else [kinds])}


def value_of(value: Any) -> str:
    """The first string or number of a JSON-LD value, or the name of the first object; "" for none."""
    while isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name")
    return str(value).strip() if isinstance(value, str | int | float) else ""


def facts_of(soup: BeautifulSoup) -> Facts:
    """All that the page declares, in one pass."""
    facts = Facts()
    for tag in soup.find_all(True):
        name = tag.name
        if name == "meta":
            content = _text(tag.get("content"))
            for key in ("property", "name", "itemprop", "http-equiv"):
                if content and (declared := _text(tag.get(key))) and not (key == "itemprop" and _of_reader(tag)):
                    facts.meta.setdefault(declared.lower(), []).append(content)
        elif name == "link":
            rel = tag.get("rel")
            for relation in rel if isinstance(rel, list) else [rel]:
                if relation and (href := _text(tag.get("href"))):
                    facts.links.setdefault(str(relation).lower(), href)
        elif name == "script":
            if "ld+json" in _text(tag.get("type")).lower() and len(facts.nodes) < _MOST_NODES:
                facts.nodes.extend(_objects(tag.get_text()))
        elif name == "time":
            facts.times.append(tag)
        elif name in ("h1", "h2", "h3") and len(facts.headings) < 200:
            facts.headings.append(tag)
        elif name == "title":
            facts.title = facts.title or " ".join(tag.get_text().split())
        elif name == "html":
            facts.language = _text(tag.get("lang") or tag.get("xml:lang"))
        if (props := tag.get("itemprop")) and name != "meta" and not _of_reader(tag):
            for prop in str(props).split():
                facts.itemprops.setdefault(prop.lower(), []).append(tag)
    return facts


def _of_reader(tag: Tag) -> bool:
    """Whether what an element declares is of a review or comment on the page."""
    for above in islice(tag.parents, _MOST_ABOVE):
        if kind := above.get("itemtype"):
            return bool(_READERS_TYPES.search(str(kind))) or above.get("itemprop") in ("review", "reviews")
    return False


def _text(value: object) -> str:
    if isinstance(value, list):
        value = " ".join(value)
    return " ".join(str(value).split()) if value else ""


def _objects(script: str) -> Iterator[dict[str, Any]]:
    """The objects of one JSON-LD script, at whatever depth an article may stand."""
    waiting = [_loaded(script)]
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        value = waiting.pop(0)
        if isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, dict):
            if "@type" in value:
                yield value
            waiting.extend(value[key] for key in ("@graph", "mainEntity", "mainEntityOfPage", "author") if key in value)


def _loaded(script: str) -> Any:
    """The value of a script, also where it is wrapped, escaped, or has a comma too many; None for what is no JSON."""
    text = re.sub(
        r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*.*?\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)?[;\s]*$", "", script.strip()
    )
    for candidate in (text, re.sub(r",\s*([}\]])", r"\1", text), html.unescape(text)):
        try:
            return json.loads(candidate, strict=False)
        except (ValueError, RecursionError):
            continue
    return None
