"""Here are articles with their quotations marked: give me each as plain text, with who is in it and who says what.

The format is that of `corpus`, with each run of direct speech marked inside its quotation marks:

    "<q by="Jo Roe">No,</q>" said [PER Jo Roe].

`by` is the speaker's fullest name in the article or the body that speaks, `?` somebody unnamed, `+` two at once.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from searchsvc.analysis import fold
from searchsvc.document import Entities, Entity
from searchsvc.entities.training.corpus import QUOTES, CorpusError

_MARK = re.compile(r'<q by=(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s">]+))>|</q>|\[(?P<label>PER|ORG|LOC|FAC|NORP|MISC) |\]')


@dataclass(frozen=True, slots=True)
class Run:
    """Direct speech at `[start, end)` of the text, or of the title; `by` is the speaker's key, `?` or `+`."""

    start: int
    end: int
    in_title: bool
    by: str


@dataclass(frozen=True, slots=True)
class Article:
    """Title and text without marks; lines are joined by newlines. `entities` are the people and bodies as tagged."""

    file: str
    about: str
    title: str
    text: str
    entities: Entities
    runs: tuple[Run, ...]

    @property
    def held_back(self) -> bool:
        """Whether the article belongs to the half that is only scored: by a hash of its headline, in files that have
        not been read as a whole."""
        return self.file not in _READ and hashlib.sha256(self.title.encode()).digest()[-1] % 2 == 1


#: Files whose every article was read, once it had been scored, to mend what was wrong.
_READ = frozenset({"quotes-5.txt", "quotes-10.txt", "quotes-11.txt", "quotes-12.txt", "quotes-13.txt"})
#: A name: start, end, in the title, label, text.
_Name = tuple[int, int, bool, str, str]


def read(folder: Path = QUOTES) -> list[Article]:
    """The articles of the folder's files in order of name. Raises CorpusError where a mark is left over."""
    return [
        article for path in sorted(folder.glob("quotes-*.txt")) for article in parse(path.read_text("utf-8"), path.name)
    ]


def parse(text: str, file: str = "") -> Iterator[Article]:
    """The articles of one file. Raises CorpusError."""
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = block.split("\n")
        about = lines.pop(0)[2:] if lines[0].startswith("# ") else ""
        yield _article(file, about, lines)


def _article(file: str, about: str, lines: Sequence[str]) -> Article:
    names: list[_Name] = []
    runs: list[Run] = []
    printed: list[str] = []
    at = 0
    for number, line in enumerate(lines):
        base = 0 if number == 0 else at
        shown = _line(line.strip(), base, number == 0, names, runs, f"{file}: {about}")
        printed.append(shown)
        if number:
            at += len(shown) + 1
    people, bodies = _clusters(names, "PER"), _clusters(names, "ORG")
    known = {fold(form): e.key for e in (*bodies, *people) for form in (*e.aliases, e.label)}
    for run in runs:
        if run.by not in "?+" and fold(run.by) not in known:
            raise CorpusError(f"{file}: {about}: nobody is tagged as {run.by!r}")
    return Article(
        file,
        about,
        printed[0],
        "\n".join(printed[1:]),
        Entities(people=people, organisations=bodies),
        tuple(Run(r.start, r.end, r.in_title, known.get(fold(r.by), r.by)) for r in runs),
    )


def _line(line: str, base: int, titled: bool, names: list[_Name], runs: list[Run], where: str) -> str:
    """The line as printed; its names and runs are added, offsets counted from `base`."""
    parts: list[str] = []
    length = last = 0
    name: tuple[int, str] | None = None
    run: tuple[int, str] | None = None
    for match in _MARK.finditer(line):
        parts.append(line[last : match.start()])
        length += match.start() - last
        last = match.end()
        if match["label"]:
            name = (length, match["label"])
        elif match[0] == "]":
            if name is None:
                raise CorpusError(f"{where}: a bracket that closes nothing: {line!r}")
            names.append((base + name[0], base + length, titled, name[1], "".join(parts)[name[0] : length]))
            name = None
        elif match[0] == "</q>":
            if run is None:
                raise CorpusError(f"{where}: speech that was not opened: {line!r}")
            runs.append(Run(base + run[0], base + length, titled, run[1]))
            run = None
        else:
            run = (length, match["quoted"] or match["bare"])
    if name is not None or run is not None:
        raise CorpusError(f"{where}: a mark that is not closed: {line!r}")
    return "".join((*parts, line[last:]))


def _clusters(names: Sequence[_Name], label: str) -> tuple[Entity, ...]:
    """The names of that label that mean one: a shorter one belongs to the longer named last that has all its words."""
    rows = sorted((n for n in names if n[3] == label), key=lambda n: (n[2], n[0]))
    words = {n[4]: frozenset(re.findall(r"[\w'’-]+", fold(n[4]))) for n in rows}
    whole = [n for n in words if not any(words[n] < words[m] or (words[n] == words[m] and m > n) for m in words)]
    clusters: dict[str, list[_Name]] = {n: [] for n in whole}
    seen: list[str] = []
    for row in rows:
        fitting = [n for n in whole if words[row[4]] <= words[n] or _acronym(row[4], n)]
        key = next((n for n in reversed(seen) if n in fitting), fitting[0] if fitting else row[4])
        clusters.setdefault(key, []).append(row)
        seen.append(key)
    return tuple(
        Entity(
            key,
            key,
            tuple(dict.fromkeys(n[4] for n in found if n[4] != key)),
            tuple((n[0], n[1]) for n in found if not n[2]),
            tuple((n[0], n[1]) for n in found if n[2]),
        )
        for key, found in clusters.items()
        if found
    )


def _acronym(short: str, name: str) -> bool:
    return len(short) > 1 and short.isupper() and short == "".join(w[0] for w in name.split() if w[0].isupper())
