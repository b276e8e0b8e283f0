"""Are the names found, and told apart as people, organisations and places? Measured on sets marked by hand.

Mentions: F1 of exact span and type over people, organisations and places (a building is a place here), of the trained
tagger alone. Documents: of the extractor, by field. A gold entity is a set of equal mentions (of a person: of one that
ends the other); it is found where one of its mentions is. An extracted one is right where one of its mentions is gold.
Countries are compared by code: gold are those whose name or demonym a gold place or nationality is, by our own table,
so that what is measured is the telling of Jordan from Jordan, not the table.

Half of the outlets of `ner-worldwide`, by a hash, are held back: their score is told, their errors are for nobody to
read, and nothing is tuned to them. The sets differ in convention; only scores of one set compare.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import time
import xml.etree.ElementTree as ET
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import orjson

from searchsvc.analysis import fold
from searchsvc.document import Entities
from searchsvc.entities import country_code, extractor

Span = tuple[int, int, str]
#: From a text its mentions, of labels PER, ORG, LOC, FAC and whatever else.
Spans = Callable[[str], Iterable[Span]]

KINDS = ("PER", "ORG", "LOC")
_OURS = {"FAC": "LOC"}

_GOLD = {
    "person": "PER", "per": "PER", "pers": "PER", "organization": "ORG", "organisation": "ORG", "org": "ORG",
    "location": "LOC", "loc": "LOC", "geo": "LOC", "facility": "LOC", "building": "LOC", "street": "LOC",
    "norp": "NORP", "gpe": "NORP", "nationality": "NORP",
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_][\w'’]*")
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
    with gzip.open(_need(data / "ner-worldwide" / "articles.jsonl.gz"), "rb") as file:
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
    content = _need(path).read_bytes()
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
    return Marked(marked.name, marked.text, tuple(_outside(marked.text, span) for span in marked.spans))


def _outside(text: str, span: Span) -> Span:
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


class Counts:
    """Gold, found and right, by kind."""

    def __init__(self) -> None:
        self.gold: Counter[str] = Counter()
        self.found: Counter[str] = Counter()
        self.right: Counter[str] = Counter()

    def add(self, gold: Iterable[Span], found: Iterable[Span]) -> None:
        gold, found = set(gold), {(s, e, _OURS.get(k, k)) for s, e, k in found}
        self.gold.update(k for _, _, k in gold)
        self.found.update(k for _, _, k in found)
        self.right.update(k for _, _, k in gold & found)

    def scores(self, kinds: Sequence[str] = KINDS) -> dict[str, dict[str, float]]:
        rows = {k: _prf(self.right[k], self.found[k], self.gold[k]) for k in kinds}
        totals = (sum(c[k] for k in kinds) for c in (self.right, self.found, self.gold))
        return {"all": _prf(*totals), **rows}


def _prf(right: int, found: int, gold: int) -> dict[str, float]:
    precision, recall = right / found if found else 0.0, right / gold if gold else 0.0
    f1 = 2 * right / (found + gold) if found + gold else 0.0
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4), "gold": gold}


def mentions(texts: Iterable[Marked], spans: Spans, kinds: Sequence[str] = KINDS) -> dict[str, dict[str, float]]:
    """Precision, recall and F1 of exact spans, of all kinds together and of each."""
    counts = Counts()
    for marked in texts:
        found = list(spans(marked.text))
        if marked.name == "gmb":
            found = [_outside(marked.text, span) for span in found]
        counts.add((s for s in marked.spans if s[2] in kinds), found)
    return counts.scores(kinds)


def headlines(texts: Iterable[Marked], words: tuple[int, int] = (5, 15)) -> Iterator[tuple[str, Marked]]:
    """Short sentences with a name in them `as written`, in `CAPITALS` and in `Title Case`: what headlines look like."""
    from searchsvc.entities.tagging import sentences

    for marked in texts:
        for sentence in sentences(marked.text):
            start, end = sentence.starts[0], sentence.ends[-1]
            text = marked.text[start:end]
            spans = tuple((s - start, e - start, k) for s, e, k in marked.spans if start <= s and e <= end)
            if not words[0] <= len(sentence.words) <= words[1] or not any(k in KINDS for _, _, k in spans):
                continue
            title = _WORD.sub(lambda m: m[0] if len(m[0]) < 4 and m.start() else m[0][0].upper() + m[0][1:], text)
            for how, form in (("as written", text), ("CAPITALS", text.upper()), ("Title Case", title)):
                if len(form) == len(text):
                    yield how, Marked(marked.name, form, spans)


def documents(texts: Iterable[Marked], extract: Callable[[str, str], Entities]) -> dict[str, dict[str, float]]:
    """Precision, recall and F1 of the entities of whole articles, by field."""
    tally: dict[str, list[int]] = {field: [0] * 4 for field in ("people", "countries", "organisations")}
    for marked in texts:
        entities = extract("", marked.text)
        for field, kind, found in (
            ("people", "PER", entities.people),
            ("organisations", "ORG", entities.organisations),
        ):
            gold = {(s, e) for s, e, k in marked.spans if k == kind}
            clusters = _clusters(marked, kind)
            covered = {m for entity in found for m in entity.mentions}
            right = sum(any(m in gold for m in entity.mentions) for entity in found)
            hit = sum(any(m in covered for m in cluster) for cluster in clusters)
            tally[field] = [a + b for a, b in zip(tally[field], (right, len(found), hit, len(clusters)), strict=True)]
        codes = {country_code(marked.text[s:e]) for s, e, k in marked.spans if k in ("LOC", "NORP")} - {None}
        named = {entity.key for entity in entities.countries}
        both = len(codes & named)
        row = (both, len(named), both, len(codes))
        tally["countries"] = [a + b for a, b in zip(tally["countries"], row, strict=True)]
    out = {}
    for field, (right, named_, hit, golds) in tally.items():
        precision, recall = right / named_ if named_ else 0.0, hit / golds if golds else 0.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        out[field] = {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4), "gold": golds}
    return out


def _clusters(marked: Marked, kind: str) -> list[list[tuple[int, int]]]:
    places: defaultdict[tuple[str, ...], list[tuple[int, int]]] = defaultdict(list)
    for start, end, label in marked.spans:
        if label == kind:
            places[tuple(fold(marked.text[start:end]).split())].append((start, end))
    if kind == "PER":
        for name in sorted(places, key=len):
            longer = [other for other in places if len(other) > len(name) and other[-len(name) :] == name]
            if longer:
                places[max(longer, key=lambda n: (len(n), n))] += places.pop(name)
    return list(places.values())


def marked_recall(data: Path, spans: Spans) -> dict[str, float]:
    """Of the names marked in `ner-n3-rss500` (some of those of each sentence), how many are found, of whatever kind."""
    root = ET.parse(_need(data / "ner-n3-rss500" / "500newsgoldstandard.xml")).getroot()  # noqa: S314 (a local file)
    gold = right = 0
    for sentence in root.findall(".//{*}TextWithNamedEntities"):
        text, places = "", []
        for part in sentence:
            piece = part.text or ""
            if part.tag.endswith("NamedEntityInText"):
                places.append((len(text), len(text) + len(piece)))
            text += piece
        found = {(start, end) for start, end, _ in spans(text)}
        gold += len(places)
        right += sum(place in found for place in places)
    return {"recall": round(right / gold, 4), "gold": gold}


def reuters(data: Path, extract: Callable[[str, str], Entities], most: int = 1500) -> dict[str, dict[str, float]]:
    """Recall of the editors' people and bodies that the body of the story names, over stories that have such tags."""
    hit, gold, seen = Counter[str](), Counter[str](), 0
    with gzip.open(_need(data / "reuters21578" / "reuters.jsonl.gz"), "rb") as file:
        for line in file:
            row = orjson.loads(line)
            body = row.get("body") or ""
            if not body or not (row["people"] or row["orgs"]) or seen >= most:
                continue
            seen += 1
            entities = extract(row.get("title") or "", body)
            lower = body.lower()
            for field, tags, found in (
                ("people", row["people"], entities.people),
                ("organisations", row["orgs"], entities.organisations),
            ):
                names = " | ".join(fold(f) for entity in found for f in (entity.label, *entity.aliases))
                names += " | " + " | ".join(fold(body[s:e]) for entity in found for s, e in entity.mentions)
                for tag in tags:
                    word = tag.replace("-", " ") if field == "organisations" else tag.split("-")[0]
                    if re.search(rf"\b{re.escape(word)}\b", lower):
                        gold[field] += 1
                        hit[field] += re.search(rf"\b{re.escape(word)}\b", names) is not None
    return {field: {"recall": round(hit[field] / gold[field], 4), "gold": gold[field]} for field in sorted(gold)}


def evaluate(data: Path, out: TextIO, *, as_json: bool = False) -> dict[str, Any]:
    """All sets that are there, and the speed on the articles of `ner-worldwide`. Raises FileNotFoundError for none."""
    from searchsvc.entities.tagging import tagger

    found = list(mention_sets(data))
    if not found:
        raise FileNotFoundError(f"none of the marked sets (ner-worldwide, ner-gmb, …) is under {data}")
    spans: Spans = lambda text: ((s, e, label) for s, e, label, _ in tagger().spans(text))  # noqa: E731
    extract = extractor().extract
    report: dict[str, Any] = {
        "mentions": {name: mentions(read(), spans, kinds) for name, kinds, read in found},
        "documents": {name: documents(read(), extract) for name, _, read in found if name.startswith("worldwide")},
    }
    if (data / "ner-n3-rss500").is_dir():
        report["marked"] = {"n3-rss500": marked_recall(data, spans)}
    if (data / "reuters21578").is_dir():
        report["editors"] = {"reuters21578": reuters(data, extract)}
    if (data / "ner-worldwide").is_dir():
        forms: defaultdict[str, list[Marked]] = defaultdict(list)
        for how, marked in headlines(m for m in worldwide(data) if not held_back(m.name)):
            forms[how].append(marked)
        report["headlines"] = {how: mentions(texts, spans) for how, texts in forms.items()}
        report["speed"] = _speed([marked.text for marked in worldwide(data)], extract)
    out.write(json.dumps(report, indent=1) + "\n" if as_json else _printed(report))
    return report


def _speed(texts: Sequence[str], extract: Callable[[str, str], Entities]) -> dict[str, float]:
    from searchsvc.entities.tagging import tagger

    tagger().spans(texts[0])
    extract("", texts[0])
    words = sum(len(text.split()) for text in texts)
    row: dict[str, float] = {"words_a_document": round(words / len(texts))}
    for name, run in (
        ("tagger", lambda: [tagger().spans(text) for text in texts]),
        ("tagger_in_batches", lambda: [tagger().spans_of(texts[i : i + 16]) for i in range(0, len(texts), 16)]),
        ("extractor", lambda: [extract("", text) for text in texts]),
    ):
        began = time.process_time()
        run()
        row[f"{name}_documents_a_second"] = round(len(texts) / (time.process_time() - began), 1)
    return row


def _need(path: Path) -> Path:
    if not path.exists():
        raise FileNotFoundError(f"{path} is not there")
    return path


def _printed(report: Mapping[str, Any]) -> str:
    lines = [f"{'mentions, F1':<24}{'all':>8}{'PER':>8}{'ORG':>8}{'LOC':>8}"]
    for name, scores in report["mentions"].items():
        cells = (f"{100 * scores[k]['f1']:8.1f}" if k in scores else f"{'':8}" for k in ("all", *KINDS))
        lines.append(f"{name:<24}{''.join(cells)}")
    for name, scores in report.get("headlines", {}).items():
        cells = (f"{100 * scores[k]['f1']:8.1f}" for k in ("all", *KINDS))
        lines.append(f"{'short, ' + name:<24}{''.join(cells)}")
    lines.append(f"\n{'documents, F1 (P/R)':<24}{'people':>20}{'countries':>20}{'organisations':>20}")
    for name, scores in report["documents"].items():
        cells = (f"{s['f1']:9.3f} ({s['precision']:.2f}/{s['recall']:.2f})" for s in scores.values())
        lines.append(f"{name:<24}{''.join(cells)}")
    for part in ("marked", "editors"):
        for name, scores in report.get(part, {}).items():
            lines.append(f"\n{name}: {scores}")
    if "speed" in report:
        lines.append(f"\nspeed, one core: {report['speed']}")
    return "\n".join(lines) + "\n"
