"""Here is the folder of tagged articles: give me its lines with their names, and what is wrong in it.

The format is that of GUIDELINE.md: `# topic | region | register`, a headline, lines; a blank line between articles;
`[PER Amina Okoye]` in the line, no nesting. In `quotes/` direct speech is marked as well (`<q by="…">…</q>`); here
the marks are dropped and the names are kept.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

#: What a mention can be.
LABELS = ("PER", "ORG", "LOC", "FAC", "NORP", "MISC")

CORPUS = Path(__file__).parent / "corpus"
QUOTES = Path(__file__).parent / "quotes"

_MENTION = re.compile(r"\[(PER|ORG|LOC|FAC|NORP|MISC) ([^\[\]]+)\]")
_SPEECH = re.compile(r'<q by=(?:"[^"]*"|[^\s">]+)>|</q>')
_TITLE = re.compile(r"(the|The|Mr|Mrs|Ms|Dr|President|Minister|Senator|Governor|Sir)\b")

Span = tuple[int, int, str]


class CorpusError(ValueError):
    """A line that cannot be read, with its file and number."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line as printed. `spans`: `(start, end, label)` in characters of `text`, sorted, none within another."""

    number: int
    text: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """`lines[0]` is the headline. `about` is the first line as it stands: topic, region, register."""

    file: str
    about: str
    lines: tuple[Line, ...]


def parse_line(line: str, number: int = 0, file: str = "") -> Line:
    """A tagged line as text and spans. Raises CorpusError where a bracket is left over."""
    parts: list[str] = []
    spans: list[Span] = []
    length = last = 0
    for match in _MENTION.finditer(line):
        before = line[last : match.start()]
        length += len(before)
        spans.append((length, length + len(match[2]), match[1]))
        length += len(match[2])
        parts += (before, match[2])
        last = match.end()
        if "[" in before or "]" in before:
            raise CorpusError(f"{file}:{number}: a bracket that marks nothing: {before!r}")
    if "[" in line[last:] or "]" in line[last:]:
        raise CorpusError(f"{file}:{number}: a bracket that marks nothing: {line[last:]!r}")
    return Line(number, "".join((*parts, line[last:])), tuple(spans))


def parse(text: str, file: str = "") -> Iterator[Article]:
    """The articles of one file. Raises CorpusError."""
    about = ""
    lines: list[Line] = []
    for number, line in enumerate([*text.split("\n"), ""], 1):
        if line.strip():
            if line.startswith("# ") and not lines:
                about = line[2:]
            else:
                lines.append(parse_line(_SPEECH.sub("", line.strip()), number, file))
        else:
            if lines:
                yield Article(file, about, tuple(lines))
            about, lines = "", []


def read(*folders: Path) -> list[Article]:
    """The articles of all files of the folders, in order of name; by default of the corpus and of the quotes."""
    return [
        article
        for folder in folders or (CORPUS, QUOTES)
        for path in sorted(folder.glob("*.txt"))
        for article in parse(path.read_text(encoding="utf-8"), path.name)
    ]


def digest(*folders: Path) -> str:
    """SHA-256 over the names and bytes of the files that `read` reads."""
    total = hashlib.sha256()
    for folder in folders or (CORPUS, QUOTES):
        for path in sorted(folder.glob("*.txt")):
            content = path.read_bytes()
            total.update(f"{path.name} {len(content)}\n".encode() + content)
    return total.hexdigest()


def count(articles: Iterable[Article]) -> Counter[str]:
    """How many articles, lines, words (by blanks) and mentions by label."""
    counts: Counter[str] = Counter()
    for article in articles:
        counts["articles"] += 1
        for line in article.lines:
            counts["lines"] += 1
            counts["words"] += len(line.text.split())
            counts.update(label for _, _, label in line.spans)
    return counts


@dataclass(frozen=True, slots=True)
class Doubt:
    """A line worth a second look: not always wrong (a surname may be a common word too)."""

    file: str
    number: int
    why: str
    line: str

    def __str__(self) -> str:
        return f"{self.file}:{self.number}: {self.why}: {self.line[:90]}"


def doubts(article: Article) -> Iterator[Doubt]:
    """Spans with a title, a blank or a possessive in them, and names tagged once and left bare elsewhere."""
    names: dict[str, str] = {}
    for line in article.lines:
        for start, end, label in line.spans:
            name = line.text[start:end]
            names[name] = label
            if label == "PER" and " " in name and len(name.split()[-1]) > 3:
                names.setdefault(name.split()[-1], label)
            if name != name.strip() or name.endswith(("'s", "’s")) or (label != "MISC" and _TITLE.match(name)):
                yield Doubt(article.file, line.number, f"span {name!r}", line.text)
    for line in article.lines:
        bare = _bare(line.text, line.spans)
        for name, label in names.items():
            if (
                label in ("PER", "ORG", "LOC")
                and len(name) > 3
                and re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", bare)
            ):
                yield Doubt(article.file, line.number, f"untagged {label} {name!r}", line.text)


def _bare(text: str, spans: Sequence[Span]) -> str:
    parts, last = [], 0
    for start, end, _ in spans:
        parts.append(text[last:start])
        last = end
    return " \0 ".join((*parts, text[last:]))
