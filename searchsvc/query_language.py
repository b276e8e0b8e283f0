"""What does this query string ask? The grammar and its limits: a tree comes out, or the place of the fault.

The language is small and our own, so that it means the same on every engine:

    words are AND · OR · NOT or - · "a phrase" · "near these"~5 · field:word · field:(…) · prefix* · wom?n · word~
    · (groups) · date:[2016-01 TO 2016-04] · date:2016

No engine's syntax is accepted or produced.
"""

from __future__ import annotations

import re
from functools import lru_cache

from searchsvc.analysis import WORD
from searchsvc.errors import BadRequest
from searchsvc.expression import (
    And,
    DateRange,
    Everything,
    Expression,
    Fuzzy,
    Not,
    Or,
    Phrase,
    Warned,
    Wildcard,
    Word,
    day_range,
    joined,
)
from searchsvc.fields import FIELDS, nearest

#: The budget of one expression, checked before an engine sees it.
MAX_LENGTH, MAX_CLAUSES, MAX_DEPTH, MAX_WILDCARDS, MIN_PREFIX, MAX_FUZZY, MAX_SLOP = 1024, 64, 20, 3, 3, 2, 100


def parse(q: str, *, match: str = "all") -> Expression:
    """The tree of a query string. Raises BadRequest with the position of the fault."""
    return parsed(q, match=match)[0]


@lru_cache(maxsize=512)  # one page asks the same question in a hundred links
def parsed(q: str, *, match: str = "all") -> tuple[Expression, tuple[Warned, ...]]:
    """The tree and the warnings: words that hold no letter or digit are left out and told.

    match: `all` joins words that stand side by side by AND, `any` by OR.
    """
    if len(q) > MAX_LENGTH:
        raise BadRequest(
            f"the query has {len(q):,} characters, at most {MAX_LENGTH:,} are taken",
            code="query_too_long", parameter="q", position=MAX_LENGTH,
        )  # fmt: skip
    parser = _Parser(q, match)
    tree = parser.expression()
    if tree is None and q.strip():
        raise BadRequest(
            "nothing in the query can be searched for: it holds no word", code="nothing_to_search", parameter="q",
            position=0,
        )  # fmt: skip
    return (tree if tree is not None else Everything()), tuple(parser.warnings)


_TOKEN = re.compile(r"\s*(?:(?P<open>\()|(?P<close>\))|(?P<quote>[\"“”„])|(?P<word>[^\s()\"“”„]+))")
_FIELD = re.compile(r"([a-z][a-z_]*):(?!//)(?=\S)")
_CLOSING = re.compile(r"[\"“”„]")
_SUFFIX = re.compile(r"~(\d*)(?=[\s()]|$)")
_FUZZY = re.compile(r"(.*\w)~(\d*)$", re.DOTALL)
_OPERATORS = ("AND", "OR", "NOT")
_RANGE = re.compile(r"\[\s*(\S+)\s+TO\s+(\S+?)\s*\]")


class _Parser:
    """One pass, recursive only into groups, whose depth is capped."""

    def __init__(self, q: str, match: str) -> None:
        self.q = q
        self.any = match == "any"
        self.at = 0
        self.depth = 0
        self.clauses = 0
        self.wildcards = 0
        self.warnings: list[Warned] = []

    def fail(self, message: str, at: int, code: str = "invalid_query") -> BadRequest:
        return BadRequest(message, code=code, parameter="q", position=at)

    def expression(self) -> Expression | None:
        tree = self.alternatives(None)
        self.skip_space()
        if self.at < len(self.q):
            raise self.fail("this closing parenthesis has no opening one", self.at)
        return tree

    def skip_space(self) -> None:
        while self.at < len(self.q) and self.q[self.at].isspace():
            self.at += 1

    def keyword(self, *names: str) -> str | None:
        """Step over an operator, written in capitals and standing alone."""
        self.skip_space()
        for name in names:
            if self.q.startswith(name, self.at):
                end = self.at + len(name)
                if end == len(self.q) or self.q[end].isspace() or self.q[end] in '()"':
                    self.at = end
                    return name
        return None

    def alternatives(self, inside: str | None) -> Expression | None:
        """a OR b OR c. `inside` is the field of the group, if it has one."""
        found = [self.sequence(inside)]
        while True:
            start = self.at
            if not self.keyword("OR"):
                break
            found.append(self.sequence(inside))
            if found[-1] is None and not self.warnings:
                raise self.fail("OR wants something on both of its sides", start)
        kept = [node for node in found if node is not None]
        if len(found) > 1 and found[0] is None and not self.warnings:
            raise self.fail("OR wants something on both of its sides", 0)
        return joined(Or, kept)

    def sequence(self, inside: str | None) -> Expression | None:
        """Clauses side by side, or joined by AND, which binds closer where `match` is any."""
        runs: list[list[Expression]] = []
        excluded: list[Expression] = []
        chained, last_and = False, 0
        while True:
            before = self.at
            if self.keyword("AND"):
                if not (runs or excluded or self.warnings):
                    raise self.fail("AND wants something on both of its sides", before)
                chained, last_and = bool(runs), before
                continue
            self.skip_space()
            ended = self.at >= len(self.q) or self.q[self.at] == ")"
            before = self.at
            if ended or self.keyword("OR"):
                self.at = before
                if chained and not self.warnings:
                    raise self.fail("AND wants something on both of its sides", last_and)
                break
            node = self.clause(inside)
            if node is None:
                continue
            if isinstance(node, Not) and self.any:
                excluded.append(node)
            elif chained or (runs and not self.any):
                runs[-1].append(node)
            else:
                runs.append([node])
            chained = False
        positive = joined(Or, [node for run in runs if (node := joined(And, run)) is not None])
        return joined(And, ([positive] if positive is not None else []) + excluded)

    def clause(self, inside: str | None) -> Expression | None:
        """One clause with the NOTs before it."""
        negations = 0
        while True:
            self.skip_space()
            if self.keyword("NOT"):
                negations += 1
            elif self.q.startswith("-", self.at) and self.at + 1 < len(self.q) and not self.q[self.at + 1].isspace():
                self.at += 1
                negations += 1
            else:
                break
            if negations > MAX_DEPTH:
                raise self.fail(f"more than {MAX_DEPTH} negations in a row", self.at, "query_too_deep")
        node = self.atom(inside)
        return Not(node) if node is not None and negations % 2 else node

    def atom(self, inside: str | None) -> Expression | None:
        found = _TOKEN.match(self.q, self.at)
        if found is None or found["close"]:  # the end of the query, or of its group
            raise self.fail("something is missing here", self.at)
        if found["open"]:
            return self.group(inside, found.end())
        if found["quote"]:
            return self.phrase(inside, found.end())
        named = _FIELD.match(self.q, found.start("word"))
        if named:
            return self.in_field(named[1], named.start(), named.end())
        if found["word"][:-1] in (*FIELDS, "date") and found["word"].endswith(":"):
            raise self.fail(f"a word should follow {found['word']} without a blank", found.start("word"))
        self.at = found.end()
        return self.word(found["word"], inside, found.start("word"))

    def in_field(self, name: str, start: int, end: int) -> Expression | None:
        self.at = end
        if name == "date":
            return self.date(end)
        if name not in FIELDS:
            close = nearest(name, [*FIELDS, "date"])
            hint = f", did you mean {close}?" if close else ""
            raise BadRequest(
                f"there is no field {name[:60]}{hint}", code="unknown_field", parameter="q", position=start,
                allowed=[*FIELDS, "date"], suggestion=close,
            )  # fmt: skip
        following = self.q[end]
        if following == "-":
            raise self.fail(f"a minus goes before the field, as in -{name}:word", end)
        if following == "[":
            raise self.fail("a range goes with date alone", end, "invalid_range")
        if following == "(":
            return self.group(name, end + 1)
        if following in '"“”„':
            return self.phrase(name, end + 1)
        found = _TOKEN.match(self.q, end)
        if found is None or not found["word"]:
            raise self.fail(f"a word should follow {name}:", end)
        self.at = found.end()
        return self.word(found["word"], name, end)

    def group(self, inside: str | None, after: int) -> Expression | None:
        opened = after - 1
        self.at = after
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.fail(f"groups are nested deeper than {MAX_DEPTH}", opened, "query_too_deep")
        tree = self.alternatives(inside)
        self.skip_space()
        if not self.q.startswith(")", self.at):
            raise self.fail("this opening parenthesis is never closed", opened)
        self.at += 1
        self.depth -= 1
        return tree

    def phrase(self, inside: str | None, after: int) -> Expression | None:
        closing = _CLOSING.search(self.q, after)
        if closing is None:
            raise self.fail("this quotation mark is never closed", after - 1, "unclosed_quote")
        text = " ".join(self.q[after : closing.start()].split())
        self.at = closing.end()
        slop = 0
        suffix = _SUFFIX.match(self.q, self.at)
        if suffix:
            self.at = suffix.end()
            slop = int(suffix[1] or 1) if len(suffix[1]) < 6 else MAX_SLOP + 1
            if slop > MAX_SLOP:
                raise self.fail(f"at most {MAX_SLOP} words may stand between", suffix.start(), "invalid_slop")
        if not WORD.search(text):
            self.left_out(text, after)
            return None
        self.count(after, len(WORD.findall(text)))
        return Phrase(text, slop, inside)

    def word(self, text: str, inside: str | None, start: int) -> Expression | None:
        if text == "*":
            self.count(start)
            return Everything()
        fuzzy = _FUZZY.match(text)
        if fuzzy:
            distance = int(fuzzy[2] or 1) if len(fuzzy[2]) < 3 else 99
            if not 1 <= distance <= MAX_FUZZY:
                raise self.fail(f"a fuzzy word takes a distance of 1 to {MAX_FUZZY}", start, "invalid_distance")
            self.count(start)
            return Fuzzy(fuzzy[1], distance, inside)
        if "*" in text or re.search(r"\w\?+\w", text):
            return self.wildcard(text, inside, start)
        text = text.strip("?,;!…~^[]{}<>=+|&\\/.:'‘’`-")
        if not WORD.search(text):
            self.left_out(text or self.q[start : self.at], start)
            return None
        self.count(start)
        if _FUZZY.match(text) or (not inside and (text in _OPERATORS or _FIELD.match(text))):
            return Phrase(text, 0, inside)  # `OR,` is the word or, which alone would print as the operator
        return Word(text, inside)

    def wildcard(self, text: str, inside: str | None, start: int) -> Expression | None:
        text = text.rstrip("?,;!.") if not text.endswith("*") else text
        pattern = re.sub(r"\*+", "*", text)
        bare = re.split(r"[*?]", pattern, maxsplit=1)[0]
        if not bare and pattern.strip("*?"):
            raise self.fail("a wildcard cannot stand at the head of a word", start, "leading_wildcard")
        if not pattern.strip("*?"):
            self.left_out(text, start)
            return None
        if len(bare) < MIN_PREFIX:
            raise self.fail(f"a wildcard wants {MIN_PREFIX} letters before it", start, "prefix_too_short")
        if re.search(r"[^\w*?'’-]", pattern):
            raise self.fail("a wildcard goes with letters and digits only", start, "invalid_wildcard")
        self.wildcards += 1
        if self.wildcards > MAX_WILDCARDS:
            raise self.fail(f"at most {MAX_WILDCARDS} words may have a wildcard", start, "too_many_wildcards")
        self.count(start)
        return Wildcard(pattern, inside)

    def date(self, start: int) -> Expression:
        ranged = _RANGE.match(self.q, start)
        if ranged:
            ends = [None if value == "*" else value for value in ranged.groups()]
            self.at = ranged.end()
        else:
            found = _TOKEN.match(self.q, start)
            if self.q.startswith("[", start) or found is None or not found["word"]:
                raise self.fail("a date range reads [2016-01 TO 2016-04]", start, "invalid_date")
            ends = [found["word"]] * 2
            self.at = found.end()
        for value in ends:
            if value is not None:
                try:
                    day_range(value)
                except ValueError:
                    raise self.fail(
                        f"{value} is not a date: a year, a year and month, or a day (2016, 2016-04, 2016-04-28)",
                        start, "invalid_date",
                    ) from None  # fmt: skip
        if ends[0] and ends[1] and day_range(ends[0])[0] > day_range(ends[1])[1]:
            raise self.fail(f"{ends[0]} is after {ends[1]}", start, "invalid_date")
        self.count(start)
        return DateRange(ends[0], ends[1])

    def left_out(self, text: str, start: int) -> None:
        self.warnings.append(Warned("word_ignored", f"{text} holds no letter or digit and was left out", start))

    def count(self, start: int, words: int = 1) -> None:
        """A phrase costs as much as its words."""
        self.clauses += words
        if self.clauses > MAX_CLAUSES:
            raise self.fail(
                f"the query has more than {MAX_CLAUSES} clauses and words of phrases", start, "too_many_clauses"
            )
