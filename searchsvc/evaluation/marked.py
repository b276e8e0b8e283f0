"""Texts that others marked by hand: each set as texts with spans, in one convention.

Half of the outlets of `ner-worldwide`, by a hash, are held back: their score is told, their errors are for nobody to
read, and nothing is tuned to them.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

Span = tuple[int, int, str]

KINDS = ("PER", "ORG", "LOC")
_GOLD = {
    "person": "PER", "per": "PER", "pers": "PER", "organization": "ORG", "organisation": "ORG", "org": "ORG",
    "location": "LOC", "loc": "LOC", "geo": "LOC", "facility": "LOC", "building": "LOC", "street": "LOC",
    "norp": "NORP", "gpe": "NORP", "nationality": "NORP",
}  # fmt: skip
_TITLE = re.compile(
    r"(?:(?:vice|prime|foreign|president|minister|mr|mrs|ms|dr|king|queen|prince|pope|senator|general|secretary|"
    r"chancellor|ambassador|judge|chief|defense|colonel|sheikh|ayatollah|of|state|former|secretary-general)\.?\s+)+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Marked:
    """A text with its gold spans; `name` tells whose it is."""

    name: str
    text: str
    spans: tuple[Span, ...]


def held_back(outlet: str) -> bool:
    """Whether an outlet belongs to the half that is only scored."""
    return hashlib.sha256(outlet.encode()).digest()[-1] % 2 == 1


def worldwide(data: Path) -> Iterator[Marked]:
    """Whole articles as printed; `name` is the outlet."""
    with gzip.open(need(data / "ner-worldwide" / "articles.jsonl.gz"), "rb") as file:
        for line in file:
            row = orjson.loads(line)
            first, second = f"{row['id']}_".split("_")[:2]
            text, at = row["text"], 0
            places: list[tuple[int, int, str]] = []
            for word, tag, *_ in (token for sentence in row["sentences"] for token in sentence):
                found = text.find(word, at)
                if found < 0 or found - at > 60 + len(word):
                    places.append((at, at, "O"))  # the text lost it
                    continue
                at = found + len(word)
                places.append((found, at, tag))
            yield Marked(first if second.isdigit() else f"{first}_{second}", text, _spans(places))


def _conll(path: Path, *, word: int, tag: int, size: int, name: str) -> Iterator[Marked]:
    """Sentences of a file of columns, joined to texts of so many, one a line."""
    content = need(path).read_bytes()
    with io.StringIO((gzip.decompress(content) if path.suffix == ".gz" else content).decode()) as file:
        sentences: list[list[tuple[str, str]]] = [[]]
        for line in file:
            columns = line.rstrip("\n").split("\t")
            if len(columns) > 1:
                sentences[-1].append((columns[word], columns[tag]))
            elif sentences[-1]:
                if len(sentences) == size:
                    yield _joined(name, sentences)
                    sentences = []
                sentences.append([])
        if any(sentences):
            yield _joined(name, sentences)


def _joined(name: str, sentences: Iterable[Sequence[tuple[str, str]]]) -> Marked:
    parts: list[str] = []
    places: list[tuple[int, int, str]] = []
    at = 0
    for sentence in sentences:
        glued, quoted = True, False
        for word, tag in sentence:
            opens = word in "([$``" or (word == '"' and not quoted)
            closes = word in ".,;:!?)]%''" or word.startswith(("'s", "n't", "'")) or (word == '"' and quoted)
            quoted ^= word == '"'
            if not glued and (not closes or tag[:2] == "B-"):
                parts.append(" ")
                at += 1
            word = {"``": '"', "''": '"'}.get(word, word)
            places.append((at, at + len(word), tag))
            parts.append(word)
            at += len(word)
            glued = opens
        parts.append("\n")
        at += 1
    return Marked(name, "".join(parts), _spans(places))


def _hipe(data: Path) -> Iterator[Marked]:
    for path in sorted((data / "ner-hipe2022").glob("*.tsv.gz")):
        part = "hipe2020" if "hipe2020" in path.name else "topres19th"
        parts: list[str] = []
        places: list[tuple[int, int, str]] = []
        at = 0
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                if line.startswith("# hipe2022:document_id") and parts:
                    yield Marked(part, "".join(parts), _spans(places))
                    parts, places, at = [], [], 0
                if line.startswith(("#", "TOKEN")) or not line.strip():
                    continue
                word, tag, *_, notes = line.rstrip("\n").split("\t")
                places.append((at, at + len(word), tag))
                parts.append(word if "NoSpaceAfter" in notes else word + " ")
                at += len(parts[-1])
        yield Marked(part, "".join(parts), _spans(places))


def _spans(places: Sequence[tuple[int, int, str]]) -> tuple[Span, ...]:
    """Spans from words with places and BIO tags; words that lie nowhere end a span."""
    out: list[Span] = []
    for start, end, tag in places:
        label = _GOLD.get(tag[2:].lower(), "") if end > start else ""
        if label and tag[0] == "I" and out and out[-1][2] == label and start - out[-1][1] < 3:
            out[-1] = (out[-1][0], end, label)
        elif label:
            out.append((start, end, label))
        else:
            out.append((end, end, ""))
    return tuple(span for span in out if span[2])


def _untitled(marked: Marked) -> Marked:
    """GMB has `President George Bush` as the person: here the title stays outside."""
    return Marked(marked.name, marked.text, tuple(outside(marked.text, span) for span in marked.spans))


def outside(text: str, span: Span) -> Span:
    """A person's span without the title before the name."""
    match = _TITLE.match(text, span[0], span[1]) if span[2] == "PER" else None
    return (match.end(), span[1], span[2]) if match else span


def mention_sets(data: Path) -> Iterator[tuple[str, Sequence[str], Callable[[], Iterator[Marked]]]]:
    """Name, kinds that it marks, and reader of each set that is there."""
    sets: dict[str, tuple[str, Sequence[str], Callable[[], Iterator[Marked]]]] = {
        "worldwide": ("ner-worldwide", KINDS, lambda: (m for m in worldwide(data) if not held_back(m.name))),
        "worldwide, held back": ("ner-worldwide", KINDS, lambda: (m for m in worldwide(data) if held_back(m.name))),
        "gmb": ("ner-gmb", KINDS, lambda: _some(map(_untitled, _conll(
            data / "ner-gmb" / "gmb.conll.gz", word=0, tag=2, size=10, name="gmb")), 300)),
        "wikineural": ("ner-wikineural-en", KINDS, lambda: _some(_conll(
            data / "ner-wikineural-en" / "val.conllu.gz", word=1, tag=2, size=10, name="wikineural"), 300)),
        "hipe2020": ("ner-hipe2022", KINDS, lambda: (m for m in _hipe(data) if m.name == "hipe2020")),
        "topres19th": ("ner-hipe2022", ("LOC",), lambda: (m for m in _hipe(data) if m.name != "hipe2020")),
        "re3d": ("ner-re3d", KINDS, lambda: (m for part in ("train", "test") for m in _conll(
            data / "ner-re3d" / f"re3d-{part}.conll", word=0, tag=1, size=10, name="re3d"))),
    }  # fmt: skip
    for name, (folder, kinds, read) in sets.items():
        if (data / folder).is_dir():
            yield name, kinds, read


def _some(texts: Iterable[Marked], most: int) -> Iterator[Marked]:
    """Texts spread evenly over the whole, at most so many."""
    whole = list(texts)
    step = max(1, len(whole) // most)
    yield from whole[::step][:most]


def need(path: Path) -> Path:
    """The path of what a set is read from. Raises FileNotFoundError."""
    if not path.exists():
        raise FileNotFoundError(f"{path} is not there")
    return path
