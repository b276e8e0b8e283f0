"""Who is the same? From spans to entities: one for each person, country and organisation, under one name.

A person goes by the world-famous name where it is known, else by the longest form in the article; a body by the
lexicon's name, else by the longest form. Titles are matched against what the body of the article yielded.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from itertools import islice

from searchsvc.document import Entity
from searchsvc.entities.countries import Match
from searchsvc.entities.heads import CORPORATE, HEADS
from searchsvc.entities.lexicon import Lexicon, longest
from searchsvc.entities.page import Page, Span
from searchsvc.entities.references import SUFFIXES, fold, surname_forms
from searchsvc.entities.titles import HONORIFICS, TITLES

_CORPORATE_END = re.compile(
    r",? (?:Inc|Corp|Corporation|Ltd|Limited|PLC|Plc|plc|GmbH|AG|SA|SE|NV|LLC|LLP|Co|Cos|Company|Bhd|Berhad|Pty|"
    r"Holdings|Group)\.?$"
)

# Those that one article writes and another leaves away; what an abbreviation stands for may be a part of the name.
_LEGAL = re.compile(r",? (?:Inc|Corp|Ltd|Limited|PLC|Plc|plc|GmbH|AG|NV|LLC|LLP|Bhd|Berhad|Pty)\.?$")

#: Words behind a firm's own name that later mentions leave away.
_KINDS = frozenset(
    "Aerospace Airlines Airways Aviation Bank Breweries Brewery Capital Chemicals Communications Electronics "
    "Energy Enterprises Entertainment Financial Foods Foundation Gold Group Healthcare Holdings Hospital "
    "Hotels Industries Insurance International Laboratories Labs Logistics Media Memorial Metals Mining "
    "Motor Motors Oil Partners Petroleum Pharma Pharmaceuticals Pictures Power Railways Resources Retail "
    "Securities Shipping Software Solutions Steel Stores Studios Systems Technologies Technology Telecom "
    "Therapeutics Ventures".split()
)


@dataclass(slots=True)
class Cluster:
    """One entity in the making."""

    label: str
    forms: dict[str, None] = field(default_factory=dict)
    mentions: set[tuple[int, int]] = field(default_factory=set)
    title_mentions: set[tuple[int, int]] = field(default_factory=set)

    def entity(self, key: str = "") -> Entity:
        """The finished entity."""
        aliases = tuple(form for form in self.forms if form != self.label)
        return Entity(key or self.label, self.label, aliases, _apart(self.mentions), _apart(self.title_mentions))


def _apart(spans: set[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    result: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if not result or start >= result[-1][1]:
            result.append((start, end))
    return tuple(result)


def printed(page: Page, start: int, end: int) -> str:
    """The mention as a name: plain characters, one blank between words."""
    return " ".join(page.tokens.plain[start:end].split())


def _cased(page: Page, span: Span) -> str:
    name = printed(page, span.start, span.end)
    if page.tokens.shouts[span.first] or (name.isupper() and len(name) > 4 and " " in name):
        return " ".join(w.capitalize() if len(w) > 1 and "." not in w else w for w in re.split(r"\s+", name))
    return name


def people_clusters(pages: list[tuple[Page, bool]], lex: Lexicon) -> list[Cluster]:
    """The people of the pages (the flag says: this is the title), those of the first page first."""
    spans: list[tuple[Page, bool, Span, str]] = []
    for page, titled in pages:
        for span in sorted((s for s in page.found() if s.entry.kind == "person"), key=lambda s: s.start):
            spans.append((page, titled, span, _cased(page, span)))
    clusters: list[Cluster] = []
    by_full: dict[str, Cluster] = {}
    by_short: dict[str, list[Cluster]] = {}
    by_given: dict[str, Cluster | None] = {}
    namings: dict[str, list[_Naming]] = {}

    def add(cluster: Cluster, titled: bool, span: Span, name: str) -> None:
        cluster.forms.setdefault(name)
        (cluster.title_mentions if titled else cluster.mentions).add((span.start, span.end))

    # Full names first, the longest first, so that every shorter form finds its own: also `de la Fuente` and `López
    # Obrador`, which are short forms where somebody's longer name ends so.
    full = [row for row in spans if " " in row[3] and row[2].entry.mark not in ("bare", "back")]
    endings = {
        fold(form) for name in {row[3] for row in full} for form in surname_forms(name) if " " in form and form != name
    }
    whole = {id(row[2]) for row in full if row[2].entry.key or fold(row[3]) not in endings}
    full = [row for row in full if id(row[2]) in whole]
    for page, titled, span, name in sorted(full, key=lambda row: -len(row[3].split())):
        key = span.entry.key
        label = key or name
        folded = fold(label)
        cluster = by_full.get(folded) or (None if key else _same(by_short, name))
        if cluster is None:
            cluster = Cluster(label)
            clusters.append(cluster)
        by_full.setdefault(folded, cluster)
        naming = _Naming((not titled, span.start), _title(page, span), cluster)
        for short in {fold(form): None for form in surname_forms(label) + surname_forms(name)}:
            row = by_short.setdefault(short, [])
            if len(row) < 8 and cluster not in row:
                row.append(cluster)
            namings.setdefault(short, []).append(naming)
        given = fold(name.split()[0])
        by_given[given] = cluster if by_given.get(given, cluster) is cluster else None
        add(cluster, titled, span, name)
    for told in namings.values():
        told.sort(key=_place)
    for page, titled, span, name in spans:
        if id(span) in whole:
            continue
        key = span.entry.key
        # The latest full name before it, else the first behind it; the world-famous where there is none.
        told = namings.get(fold(name), [])
        if key.startswith("\0") and not titled:
            told = []
        title = _title(page, span)
        place = (not titled, span.start)
        if told and title and key and not key.startswith("\0"):
            found = _entitled(told, place, title)  # President Obama, not the Michelle Obama named before
            if found is None:
                found = by_full.get(fold(key))
        else:
            famous = by_full.get(fold(key)) if key and not key.startswith("\0") else None
            found = _latest(told, place, famous)
            if found is None and key.startswith("\0"):
                found = by_full.get(fold(key[1:])) or _same(by_short, key[1:])
            elif found is None and key:
                found = by_full.get(fold(key))
        if found is None and not key and not title:
            found = by_given.get(fold(name))  # Venus, who is Venus Williams
        if found is None:
            label = key if key and not key.startswith("\0") else name
            found = by_full.get(fold(label))
            if found is None:
                found = Cluster(label)
                clusters.append(found)
                by_full[fold(label)] = found
        add(found, titled, span, name)
    return clusters


@dataclass(slots=True, frozen=True)
class _Naming:
    """A full name's place (titles first), the title before it, and whose it is."""

    place: tuple[bool, int]
    title: str
    cluster: Cluster


def _place(naming: _Naming) -> tuple[bool, int]:
    return naming.place


#: Characters behind a full name within which its bare surname is surely its own.
_NEAR = 160


def _latest(told: list[_Naming], place: tuple[bool, int], famous: Cluster | None) -> Cluster | None:
    """Who was last named in full, else first behind. Farther on, a world-famous bearer of the surname who is in the
    article too is meant: a Trump two paragraphs behind Melania Trump is Donald."""
    if not told:
        return None
    at = bisect_left(told, place, key=_place)
    last = told[max(at - 1, 0)]
    near = at > 0 and last.place[0] == place[0] and place[1] - last.place[1] <= _NEAR
    return last.cluster if near or famous is None else famous


def _entitled(told: list[_Naming], place: tuple[bool, int], title: str) -> Cluster | None:
    """Who was last named in full by that title, among the eight namings before the place."""
    at = bisect_left(told, place, key=_place)
    return next((told[j].cluster for j in range(at - 1, max(at - 9, -1), -1) if told[j].title == title), None)


def _title(page: Page, span: Span) -> str:
    """The title right before a name; none for Mr. and the like."""
    before = page.tokens.words[span.first - 1] if span.first and page.tokens.gaps[span.first] == " " else ""
    return before if before in TITLES and before not in HONORIFICS else ""


def _generation(name: str) -> str:
    """Jr, Sr, II; none for most."""
    last = name.rsplit(None, 1)[-1].rstrip(".")
    return last if last in SUFFIXES else ""


def _same(by_short: dict[str, list[Cluster]], name: str) -> Cluster | None:
    """Somebody already known by the same surname and a first name that agrees: J. Kerry, John F. Kerry; no father of
    another suffix."""
    parts = name.split()
    first = fold(parts[0])
    generation = _generation(name)
    for form in surname_forms(name)[:1]:
        for cluster in by_short.get(fold(form), ()):
            for label in islice(cluster.forms, 8):
                other = fold(label.split()[0])
                if " " not in label or generation != (_generation(label) or generation):
                    continue
                if (
                    other == first
                    or (first.endswith(".") and other[0] == first[0])
                    or (other.endswith(".") and other[0] == first[0])
                ):
                    return cluster
    return None


def country_clusters(found: list[tuple[Page, bool, list[Match]]], lex: Lexicon) -> dict[str, Cluster]:
    """The countries by code."""
    clusters: dict[str, Cluster] = {}
    for page, titled, matches in found:
        for code, start, end in ((m.code, m.start, m.end) for m in matches):
            cluster = clusters.setdefault(code, Cluster(lex.countries[code]))
            cluster.forms.setdefault(printed(page, start, end))
            (cluster.title_mentions if titled else cluster.mentions).add((start, end))
    return clusters


def organisation_clusters(pages: list[tuple[Page, bool]], bound: dict[str, str], lex: Lexicon) -> list[Cluster]:
    """The organisations of the pages; `bound` has the acronyms defined in the article with their long names."""
    clusters: dict[str, Cluster] = {}
    rows: list[tuple[bool, Span, str, str]] = []
    for page, titled in pages:
        for span in sorted((s for s in page.found() if s.entry.kind == "organisation"), key=lambda s: s.start):
            name = _cased(page, span)
            key = span.entry.key
            if key.startswith("\0"):
                key = bound.get(key[1:], "")
            elif not key and " " not in name:
                key = bound.get(name, "")
            rows.append((titled, span, name, key or _known(name, lex)))
    shorter = _shorter(rows, lex)
    for titled, span, name, key in sorted(rows, key=lambda row: -len(row[2])):
        label = shorter.get((titled, span.start)) or key or name
        folded = _stem(label)
        cluster = clusters.get(folded)
        if cluster is None:
            cluster = clusters[folded] = Cluster(label)
        elif label in lex.organisations and cluster.label not in lex.organisations:
            cluster.label = label
        cluster.forms.setdefault(name)
        (cluster.title_mentions if titled else cluster.mentions).add((span.start, span.end))
    return _shortened(list(clusters.values()), lex)


def _shortened(clusters: list[Cluster], lex: Lexicon) -> list[Cluster]:
    """The bodies with a word standing alone given to the one whose name it begins or ends: Kosmos, of Kosmos Energy;
    Cowboys, of Dallas Cowboys."""
    starts: dict[str, list[Cluster]] = {}
    for cluster in clusters:
        for form in {cluster.label, *cluster.forms}:
            first, *rest = form.split()
            if not (_KINDS | CORPORATE).isdisjoint(rest) and cluster not in starts.setdefault(first, []):
                starts[first].append(cluster)
            if (
                rest
                and rest[-1][-1] == "s"
                and rest[-1] not in HEADS
                and cluster not in starts.setdefault(rest[-1], [])
            ):
                starts[rest[-1]].append(cluster)
    kept: list[Cluster] = []
    for cluster in clusters:
        name = cluster.label
        longer = starts.get(name, ())
        if len(longer) == 1 and name not in lex.organisations and name not in lex.places and not name.isupper():
            longer[0].forms.update(cluster.forms)
            longer[0].mentions |= cluster.mentions
            longer[0].title_mentions |= cluster.title_mentions
        else:
            kept.append(cluster)
    return kept


def _known(name: str, lex: Lexicon) -> str:
    """The lexicon's name of a body under a name that means it anywhere, as the N.S.A.; empty where there is none."""
    if _DOTTED.match(name):
        forms: tuple[str, ...] = (name, name.replace(".", ""))
    else:
        forms = (name, f"The {name}", _OURS.sub("", name), _OURS.sub("U.S. ", name))
    for form in forms:
        end, entry = longest(lex.index, form.split(" ", 1)[0], form, 0) or (0, None)
        sure = entry is not None and entry.kind == "organisation" and entry.mark in ("", "+")
        if entry is not None and sure and end == len(form) and form != "The Times":
            return entry.key
    return ""


_OURS = re.compile(r"^(?:U ?S|U\.S\.|United States) (?=[A-Z])")
_DOTTED = re.compile(r"(?:[A-Z]\.){2,}$")
#: Newspapers that go by their last word: the Times, the Post.
_PAPERS = frozenset(
    "Chronicle Gazette Globe Guardian Herald Inquirer Journal Post Star Sun Telegraph Times Tribune".split()
)


def _shorter(rows: list[tuple[bool, Span, str, str]], lex: Lexicon) -> dict[tuple[bool, int], str]:
    """Where a name is the end of another body's in the article: `Judiciary Committee` of the one Senate Judiciary
    Committee, `the Times` of the New York Times that was named last before it, else first behind; or the beginning of
    one company's: `Bally` of Bally Manufacturing Corp."""
    ends: dict[str, list[tuple[tuple[bool, int], str]]] = {}
    for titled, span, name, key in sorted(rows, key=lambda row: (not row[0], row[1].start)):
        label = key or name
        words = label.removeprefix("The ").split()
        for at in range(1, len(words)):
            end = " ".join(words[at:])
            begin = " ".join(words[:at])
            if at == 1 and (key or words[-1] in CORPORATE) and begin not in lex.organisations:
                ends.setdefault(fold(begin), []).append(((not titled, span.start), label))
            if at < len(words) - 1 or end in _PAPERS:
                ends.setdefault(fold(end), []).append(((not titled, span.start), label))
    shorter: dict[tuple[bool, int], str] = {}
    for titled, span, name, key in rows:
        paper = name.removeprefix("The ") in _PAPERS
        told = ends.get(fold(name.removeprefix("The ")), ()) if paper or not key else ()
        if not told or (not paper and len({_stem(label) for _, label in told}) > 1):
            continue
        before = [label for place, label in told if place < (not titled, span.start)]
        shorter[titled, span.start] = before[-1] if before else told[0][1]
    return shorter


def _stem(name: str) -> str:
    stem = fold(name)
    shorter = _CORPORATE_END.sub("", name)
    while shorter != name and " " in name:
        name, shorter = shorter, _CORPORATE_END.sub("", shorter)
        stem = fold(name)
    return stem.removeprefix("the ").replace("organisation", "organization").replace("'", "")


def counted_under(label: str, lex: Lexicon) -> str:
    """The key of a body: without its legal form, so that `Acme Widgets`, `Acme Widgets, Inc.` and `Acme Widgets Inc`
    of three articles are one; the label where the lexicon has it, or where an ordinary word or a place were left."""
    key = label
    while key not in lex.organisations and (shorter := _LEGAL.sub("", key)) != key:
        if " " not in shorter and (shorter.lower() in lex.words or shorter in lex.places or len(shorter) < 4):
            break
        key = shorter
    return key


def ordered(clusters: list[Cluster]) -> list[Cluster]:
    """In order of first mention, those of the title first."""

    def place(cluster: Cluster) -> tuple[int, int]:
        if cluster.title_mentions:
            return (0, min(cluster.title_mentions)[0])
        return (1, min(cluster.mentions)[0])

    return sorted((c for c in clusters if c.mentions or c.title_mentions), key=place)
