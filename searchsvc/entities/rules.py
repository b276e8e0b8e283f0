"""The entities of an article by rules and lexicons: no model, no dependency, the same answer every time.

The body is read first. A headline in sentence case is read with the same rules and the body's names; one in Title
Case or CAPITALS says nothing by its capitals, so there only what the body or the lexicon knows is found.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from searchsvc.document import Entities
from searchsvc.entities.acronyms import acronyms, repeat
from searchsvc.entities.context import Context
from searchsvc.entities.countries import Match, countries
from searchsvc.entities.known import mark_known
from searchsvc.entities.lexicon import Entry, Lexicon, lexicon
from searchsvc.entities.ministries import ministries
from searchsvc.entities.organisations import shapes
from searchsvc.entities.page import Page, Span, scan
from searchsvc.entities.people import people
from searchsvc.entities.references import placed, surname_forms
from searchsvc.entities.resolve import (
    counted_under,
    country_clusters,
    ordered,
    organisation_clusters,
    people_clusters,
    printed,
)
from searchsvc.entities.scorelines import codes
from searchsvc.entities.tokens import tokens

#: Characters `[start, end)` of a text, and PER, ORG or LOC.
Name = tuple[int, int, str]


class RuleExtractor:
    """Extractor by rules. Reads its lexicons when made; holds no state between articles."""

    name = "rules"
    version = "rules-5"

    def __init__(self) -> None:
        self._lexicon = lexicon()

    def extract(self, title: str, text: str) -> Entities:
        """Entities in order of first mention, title first; mentions are `[start, end)` in characters, sorted."""
        lex = self._lexicon
        context = Context(f"{title}\n{text}" if title else text)
        body, bound = _read(text, context, lex)
        head = _read_title(title, context, body, bound, lex) if title else None
        return resolved(body, head, bound, context, lex)

    def names(self, text: str) -> list[Name]:
        """The names of a text, each person and body as `extract` has it, and the places that the lexicon knows."""
        context = Context(text)
        body, bound = _read(text, context, self._lexicon)
        return names_of(resolved(body, None, bound, context, self._lexicon), body)


def names_of(entities: Entities, page: Page, places: Iterable[tuple[int, int]] = ()) -> list[Name]:
    """The mentions of people and bodies, and these places and the lexicon's where they are in no other name."""
    found = [(*at, "PER") for entity in entities.people for at in entity.mentions]
    found += [(*at, "ORG") for entity in entities.organisations for at in entity.mentions]
    known = {id(span): span for span in page.known if span is not None and span.entry.kind in ("country", "place")}
    taken = sorted((start, end) for start, end, _ in found)
    free = [(s.start, s.end) for s in known.values() if all(page.claims[i] is None for i in range(s.first, s.last + 1))]
    for start, end in (*places, *free):
        at = bisect_left(taken, (start, end))
        if (at == len(taken) or taken[at][0] >= end) and (not at or taken[at - 1][1] <= start):
            found.append((start, end, "LOC"))
            taken.insert(at, (start, end))
    return sorted(found)


def resolved(
    body: Page,
    head: Page | None,
    bound: dict[str, Span],
    context: Context,
    lex: Lexicon,
    further: Sequence[Sequence[Match]] = ((), ()),
) -> Entities:
    """The entities of an article whose text and headline have everything claimed; `bound` as `acronyms` gives it.
    `further` are countries of the text and of the headline that were found elsewise."""
    pages = [(body, False), *([(head, True)] if head is not None else [])]
    found = [
        (page, titled, [*countries(page, lex, context), *more])
        for (page, titled), more in zip(pages, further, strict=False)
    ]
    ministries([(page, matches) for page, _, matches in found], lex)
    names = {acronym: span.entry.key or printed(body, span.start, span.end) for acronym, span in bound.items()}
    codes = country_clusters(found, lex)
    code_of = {id(cluster): code for code, cluster in codes.items()}
    return Entities(
        people=tuple(cluster.entity() for cluster in ordered(people_clusters(pages, lex))),
        countries=tuple(c.entity(code_of[id(c)]) for c in ordered(list(codes.values()))),
        organisations=tuple(
            c.entity(counted_under(c.label, lex)) for c in ordered(organisation_clusters(pages, names, lex))
        ),
    )


def _read(text: str, context: Context, lex: Lexicon) -> tuple[Page, dict[str, Span]]:
    """The text with everything claimed, and the acronyms it defines."""
    page = scan(tokens(text), lex)
    mark_known(page, lex, context)
    shapes(page, lex)
    bound = acronyms(page)
    repeat(page, bound)
    people(page, lex)
    codes(page)
    return page, bound


def _read_title(title: str, context: Context, body: Page, bound: dict[str, Span], lex: Lexicon) -> Page:
    """The headline with everything claimed."""
    page = scan(tokens(title), lex)
    mark_known(page, lex, context)
    repeat(page, bound)
    from_body(page, body)
    if not titled(page):
        shapes(page, lex)
        people(page, lex)
    elif not body.tokens.words:
        shapes(page, lex)
    famous(page)
    return page


def titled(page: Page) -> bool:
    """Title Case or CAPITALS: most words are capitalised, so that capitals say nothing."""
    tokens = page.tokens
    if tokens.shouts and tokens.shouts[0]:
        return True
    small = sum(len(word) > 3 for gap in tokens.gaps for word in gap.split() if word.isalpha())
    return small * 3 < len(tokens.words)


def from_body(page: Page, body: Page) -> None:
    """Claim in the headline what the body knows: people by full name and surname, bodies by any form."""
    known: dict[str, list[tuple[str, Entry]]] = {}

    def learn(form: str, entry: Entry) -> None:
        words = form.split()
        known.setdefault(words[0].casefold(), []).append((form.casefold(), entry))

    for span in body.found():
        kind, key, mark = span.entry
        if kind not in ("person", "organisation"):
            continue
        name = printed(body, span.start, span.end)
        if not name:
            continue
        if kind == "organisation":
            learn(name, Entry(kind, key, mark))
            continue
        learn(name, Entry(kind, key, mark))
        if " " in name:
            for form in surname_forms(name):
                learn(form, Entry(kind, key if key else "\x00" + name, "back"))
    for row in known.values():
        row.sort(key=lambda pair: -len(pair[0]))
    tokens = page.tokens
    folded = tokens.plain.casefold()
    if len(folded) != len(tokens.plain):
        return
    i = 0
    while i < len(tokens.words):
        if page.free(i):
            for form, entry in known.get(tokens.words[i].casefold(), ()):
                end = tokens.starts[i] + len(form)
                if not folded.startswith(form, tokens.starts[i]) or folded[end : end + 1].isalnum():
                    continue
                last = i
                while last + 1 < len(tokens.words) and tokens.starts[last + 1] < end:
                    last += 1
                if entry.kind == "person" and " " not in form and placed(page, i, last):
                    continue
                whole = page.known[i]
                if whole is not None and whole.entry.kind == "person" and whole.last > last:
                    break  # Hillary Clinton, where the text has only Mrs. Clinton
                before = page.known[i - 1] if i else None
                if before is not None and before.entry.kind == "person" and before.last >= i:
                    break
                if tokens.ends[last] == end and all(page.free(j) for j in range(i, last + 1)):
                    page.claim(entry, i, last)
                    i = last
                    break
        i += 1


def famous(page: Page) -> None:
    """Claim the world-famous in what is left of a headline."""
    for i, span in enumerate(page.known):
        if span is None or span.first != i or span.entry.kind not in ("person", "bare"):
            continue
        if all(page.free(j) for j in range(span.first, span.last + 1)):
            mark = "bare" if span.entry.kind == "bare" else ""
            page.claim(Entry("person", span.entry.key, mark), span.first, span.last, span.start, span.end)
