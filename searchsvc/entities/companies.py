"""Where is an ordinary word (Apple, Target, Shell) a company? Where it keeps a company's company.

A capital at a sentence's start says nothing, and `Apple pie` is no company's. What a company does or owns beside the
word is evidence; once the article has it, the bare word is believed elsewhere too.
"""

from __future__ import annotations

import re

from searchsvc.entities.heads import CORPORATE
from searchsvc.entities.page import Page, Span
from searchsvc.entities.titles import STOPWORDS

# Too common a word, or too common a surname, to be believed inside a sentence without evidence.
_STRICT = frozenset(
    "Armani Bentley Cartier Dell Dyson Firestone Ford Gap Heinz Hershey Hilton Kellogg Lilly Marriott Molson Nikkei "
    "Suzuki Target Visa".split()
)
# What `the` makes a river or a thing.
_THINGS = frozenset("Alphabet Amazon Caterpillar Ford Nikkei Oracle Target Visa".split())
_TITLES = frozenset("CEO CFO COO Chief Chairman Chairwoman Executive Spokesman Spokeswoman Spokesperson".split())
_ADVERB = r"(?:also |has |have |had |on [A-Z][a-z]+day |[a-z]+ly )?"
_DOES = re.compile(
    rf" {_ADVERB}(?:said|says|announced|announces|reported|reports|unveiled|unveils|launched|launches|posted|posts|"
    r"declined to|sued|hired|bought|acquired|agreed to|employs|disclosed|told|sells|manufactures)\b"
)
# The same in a headline: Tesla Recalls Cars.
_HEADED = re.compile(
    r" (?:Announces|Buys|Closes|Cuts|Hires|Launches|Posts|Raises|Recalls|Reports|Says|Sells|Sues|Unveils) [A-Z\d]"
)
_OWNS = (
    r"(?:shares?|stocks?|stores?|employees|workers|staff|executives?|chief executive|customers|phones?|computers?|"
    r"devices|gadgets|warehouses?|spokes(?:man|woman|person)|founder|co-founder|headquarters|investors|shareholders|"
    r"profits?|sales|earnings|revenues?|bonds|cards?|apps?|subsidiary|board|suppliers?|cars|trucks|vehicles|pickups?|plants?)\b"
)
_HAS = re.compile(
    rf" private\b|(?:'s?)?(?: [a-z]+)? {_OWNS}|'s? (?:\w+ ){{0,2}}(?:[a-z][A-Z]\w+|Watch\b|Mac)| [a-z][A-Z]\w+"
)
_IS = re.compile(
    r", (?:the|a|an|which|whose|based|maker)\b[^.,;\n]{0,60}\b(?:compan(?:y|ies)|maker|giant|retailer|firm|group|chain|"
    r"automaker|airline|bank|brewer|broker(?:age)?|carmaker|insurer|lender|publisher|based in|of the iPhone)\b"
)
_BEFORE = re.compile(
    r"\b(?:company|giant|maker|retailer|firm|chain|automaker|carmaker|group|conglomerate|"
    r"(?:CEO|chief executive|employees|customers|founder|co-founder|chairman|workers|shares) (?:of|at)|"
    r"spokes(?:man|woman|person) (?:of|at|for)|(?:stake|shares|stock) in|work(?:s|ed)? (?:for|at)|"
    r"(?:lawsuit|suit|case) against|acquired by|hired by) $"
)
_COMPOUND = re.compile(
    r" (?:pies?|juices?|trees?|orchards?|ciders?|sauce|crumbles?|tarts?|cakes?|blossoms?|growers?|farmers?|farms?|"
    r"harvests?|crops?|pick(?:er|ers|ing)|cores?|peels?|slices?|variet(?:y|ies)|vinegar|strudel|turnovers?|season|"
    r"casings?|shock|fragments?|fire|fish|scripts?|holes?|companies|craters?|"
    r"practice|dates?|audiences?|prices?|range|areas?|group|years?|analysis|between|"
    r"applications?|applicants?|requirements?|rules?|waivers?|holders?|bans?|fees?|processing|offices?|restrictions?|"
    r"sections?|interviews?|free|polic(?:y|ies)|officers?|status|lottery|"
    r"rivers?|basin|rain ?forests?|forests?|jungles?|tribes?|region|delta|fires|deforestation|wildlife|"
    r"bones?|officials|sources)\b"
)
_NATURE = re.compile(r"'s (?:\w+ )?(?:rain ?forests?|forests?|jungles?|tribes|waters?|trees|banks|basin|wildlife)\b")
_FLOW = re.compile(
    r"(?:'s)? ?(?:[^\w\s']|$)|(?:'s)? (?:is|was|has|had|will|would|could|can|may|might|and|or|in|on|at|to|with|"
    r"for|from|as|of|that|which|who|by|also|but|if|does|did|\w+ed)\b"
)

# What makes a founder's name the firm's: Charles Schwab said it would; Jimmy Choo opened shops.
_FIRM_DOES = re.compile(
    r" (?:\w+ ){0,3}?(?:laid off|its|said it|says it|"
    r"(?:opened|closed|shut|cut|hired|recalled|sold|owns|acquired|bought|launched)(?: [\w,]+){0,2} "
    r"(?:boutiques?|branches|brands?|commissions|dividend|factor(?:y|ies)|jobs|outlets|plants?|shops?|stake|stores?|"
    r"vehicles|workers))\b"
)
_AND = frozenset((" and ", ", ", ", and ", " & "))

_NO, _MAYBE, _YES = range(3)


def doubtful_companies(page: Page) -> set[int]:
    """The first words of those spans marked `?` in the lexicon that are the company."""
    grades: list[tuple[int, Span]] = []
    for i, span in enumerate(page.known):
        if span is not None and span.first == i and span.entry.mark == "?":
            grades.append((_grade(page, span), span))
    if not grades:
        return set()
    _beside(page, grades)
    sure = {span.entry.key for grade, span in grades if grade == _YES}
    sure |= {
        s.entry.key for s in page.known if s is not None and s.entry.kind == "organisation" and s.entry.mark != "?"
    }
    stands: set[int] = set()
    for grade, span in grades:
        word = page.tokens.words[span.first]
        if grade == _YES or (grade == _MAYBE and (span.entry.key in sure or _believed(page, span, word))):
            stands.add(span.first)
    borne = {word for word in {page.tokens.words[i] for i in stands} if _borne(page, word)}
    return stands - {s.first for grade, s in grades if grade != _YES and page.tokens.words[s.first] in borne}


def _beside(page: Page, grades: list[tuple[int, Span]]) -> None:
    """Of two founders' names with nothing but `and` between both are firms where one is: Hugo Boss and Ralph Lauren."""
    for k in (*range(1, len(grades)), *range(len(grades) - 2, -1, -1)):
        for other in (k - 1, k + 1):
            if not 0 <= other < len(grades) or grades[other][0] != _YES or grades[k][0] != _NO:
                continue
            (_, one), (_, two) = sorted((grades[k], grades[other]), key=lambda pair: pair[1].first)
            if one.last > one.first and two.last > two.first and page.tokens.plain[one.end : two.start] in _AND:
                grades[k] = (_YES, grades[k][1])


def _believed(page: Page, span: Span, word: str) -> bool:
    """Is its capital alone enough here?"""
    return not page.tokens.opens[span.first] and word not in _STRICT


def _grade(page: Page, span: Span) -> int:
    """How sure do the words beside it make the company?"""
    tokens = page.tokens
    words, gaps, i = tokens.words, tokens.gaps, span.first
    word = words[i]
    if tokens.shouts[i] or word.isupper():
        return _NO
    after = tokens.plain[span.end : span.end + 100]
    if span.last > i:
        told = tokens.plain[max(0, span.start - 40) : span.start].lower()
        owned = _HAS.match(after) or _IS.match(after) or _FIRM_DOES.match(after) or _BEFORE.search(told)
        return _YES if owned else _NO
    gap = gaps[i]
    told = gap[-60:] if gap != " " or not i else words[i - 1].lower() + " "  # Carmaker Ford
    if i and gap == " " and words[i - 1] not in STOPWORDS and not _BEFORE.search(told):
        return _NO
    follows = words[i + 1] if i + 1 < len(words) and gaps[i + 1] in (" ", ", ") else ""
    if follows in CORPORATE or (follows in _TITLES and gaps[i + 1] == " "):
        return _YES
    if follows and gaps[i + 1] == " " and follows not in STOPWORDS:
        return _YES if _HEADED.match(after) else _NO
    if _COMPOUND.match(after) or _NATURE.match(after):
        return _NO
    if _HAS.match(after) or _IS.match(after) or _BEFORE.search(told):
        return _YES
    the = gap.endswith(("the ", "The ")) or (i and gap == " " and words[i - 1] == "The")
    if (not the or word == "Gap") and _DOES.match(after):
        return _YES if word != "Ford" else _MAYBE
    if the and word in _THINGS:
        return _NO
    for j, between in ((i - 1, gap), (i + 1, gaps[i + 1])):
        beside = page.known[j] if 0 <= j < len(words) else None
        if (
            between in (" and ", ", ", " or ", ", and ")
            and beside is not None
            and beside.entry.kind == "organisation"
            and beside.entry.mark != "?"
        ):
            return _YES
    if (tokens.opens[i] or word in _STRICT) and not _FLOW.match(after):
        return _NO
    return _MAYBE


def _borne(page: Page, word: str) -> bool:
    """Does somebody of that name stand in the article?"""
    words, gaps = page.tokens.words, page.tokens.gaps
    return any(
        each == word
        and i > 0
        and gaps[i] == " "
        and words[i - 1] not in STOPWORDS
        and not (i + 1 < len(words) and gaps[i + 1] == " " and words[i + 1] in ("Motor", "Motors", *CORPORATE))
        and not ((known := page.known[i]) is not None and known.entry.kind == "organisation" and known.first < i)
        for i, each in enumerate(words)
    )
