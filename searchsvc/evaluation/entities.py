"""Are the names found, and told apart as people, organisations and places? Measured on sets marked by hand.

Mentions: F1 of exact span and type over people, organisations and places (a building is a place here). Documents: of
an extractor, by field. A gold entity is a set of equal mentions (of a person: of one that ends the other); it is found
where one of its mentions is. An extracted one is right where one of its mentions is gold. Countries are compared by
code: gold are those whose name or demonym a gold place or nationality is, by our own table, so that what is measured
is the telling of Jordan from Jordan, not the table.

Measured side by side: each extractor; the tagger without lexicons, votes and rules; and the spaCy pipelines that are
installed, by themselves and in the tagger's place. The sets differ in convention; only scores of one set compare.
"""

from __future__ import annotations

import gzip
import importlib.util
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
from searchsvc.entities import DEFAULT, country_code, extractor
from searchsvc.evaluation.marked import KINDS, Marked, Span, held_back, mention_sets, need, outside

#: From a text its mentions, of labels PER, ORG, LOC, FAC and whatever else.
Spans = Callable[[str], Iterable[Span]]
_OURS = {"FAC": "LOC"}
_WORD = re.compile(r"[^\W\d_][\w'’]*")
_ARTICLE = re.compile(r"[Tt]he\s+(?=\S)")


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
            found = [outside(marked.text, span) for span in found]
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
    root = ET.parse(need(data / "ner-n3-rss500" / "500newsgoldstandard.xml")).getroot()  # noqa: S314 (a local file)
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
    with gzip.open(need(data / "reuters21578" / "reuters.jsonl.gz"), "rb") as file:
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


@dataclass(frozen=True)
class Mode:
    """A way of finding names that is measured. `extract` is None where it knows no entities."""

    spans: Spans
    extract: Callable[[str, str], Entities] | None = None


def modes() -> dict[str, Mode]:
    """What is measured, by name, the default first."""
    from searchsvc.entities.tagging import tagger

    found: dict[str, Mode] = {}
    for name in (DEFAULT, "rules"):
        made = extractor(name)
        found[name] = Mode(made.names, made.extract)
    found["tagger alone"] = Mode(lambda text: ((s, e, label) for s, e, label, _ in tagger().spans(text)))
    for pipeline in _pipelines():
        made = extractor(f"spacy:{pipeline}")
        found[f"spacy:{pipeline}"] = Mode(made.names, made.extract)
        found[f"{pipeline} alone"] = Mode(_alone(pipeline))
    return found


def _pipelines() -> list[str]:
    if importlib.util.find_spec("spacy") is None:
        return []
    import spacy

    return sorted(spacy.util.get_installed_models())


def _alone(pipeline: str) -> Spans:
    """A spaCy pipeline as it comes, on the text as it is, but that its names lose the article before them, which those
    of the sets do not have."""
    import spacy

    from searchsvc.entities.spacy_pipeline import LABELS

    loaded = spacy.load(pipeline)
    return lambda text: [
        without_article(text, (e.start_char, e.end_char, LABELS.get(e.label_, ""))) for e in loaded(text).ents
    ]


def without_article(text: str, span: Span) -> Span:
    """The span from behind its `the`."""
    start, end, kind = span
    article = _ARTICLE.match(text, start, end)
    return (article.end() if article else start), end, kind


def confusion(texts: Iterable[Marked], spans: Spans) -> dict[str, dict[str, int]]:
    """What became of the gold mentions of each kind: the kind they were given, `other words` where one lies over it
    with other bounds, `missed`; and under `nothing` what was found where no gold is."""
    table: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for marked in texts:
        gold = {(s, e): k for s, e, k in marked.spans if k in KINDS}
        found = {(s, e): _OURS.get(k, k) for s, e, k in spans(marked.text) if _OURS.get(k, k) in KINDS}
        for at, kind in gold.items():
            over = at in found or any(s < at[1] and at[0] < e for s, e in found)
            table[kind][found.get(at, "other words" if over else "missed")] += 1
        for at, kind in found.items():
            if not any(s < at[1] and at[0] < e for s, e in gold):
                table["nothing"][kind] += 1
    return {kind: dict(table[kind]) for kind in (*KINDS, "nothing")}


def evaluate(data: Path, out: TextIO, *, as_json: bool = False) -> dict[str, Any]:
    """All sets that are there in all modes, and the speed on the articles of `ner-worldwide`. Raises FileNotFoundError
    for none."""
    sets = {name: (kinds, list(read())) for name, kinds, read in mention_sets(data)}
    if not sets:
        raise FileNotFoundError(f"none of the marked sets (ner-worldwide, ner-gmb, …) is under {data}")
    whole = [marked for name, (_, texts) in sets.items() if name.startswith("worldwide") for marked in texts]
    forms: defaultdict[str, list[Marked]] = defaultdict(list)
    for how, marked in headlines(marked for marked in whole if not held_back(marked.name)):
        forms[how].append(marked)
    report: dict[str, Any] = {}
    for name, mode in modes().items():
        row = report[name] = {
            "mentions": {found: mentions(texts, mode.spans, kinds) for found, (kinds, texts) in sets.items()},
            "headlines": {how: mentions(texts, mode.spans) for how, texts in forms.items()},
        }
        if (data / "ner-n3-rss500").is_dir():
            row["marked"] = {"n3-rss500": marked_recall(data, mode.spans)}
        if whole:
            row["speed"] = _speed([marked.text for marked in whole], mode)
        if mode.extract is None:
            continue
        row["documents"] = {
            found: documents(texts, mode.extract) for found, (_, texts) in sets.items() if found.startswith("worldwide")
        }
        row["confusion"] = {
            found: confusion(texts, mode.spans) for found, (_, texts) in sets.items() if found.startswith("worldwide")
        }
        if (data / "reuters21578").is_dir():
            row["editors"] = {"reuters21578": reuters(data, mode.extract)}
    out.write(json.dumps(report, indent=1) + "\n" if as_json else _printed(report))
    return report


def _speed(texts: Sequence[str], mode: Mode) -> dict[str, float]:
    """Articles a second of CPU time in this process, and their words."""
    run = (lambda text: mode.extract("", text)) if mode.extract else lambda text: list(mode.spans(text))
    run(texts[0])
    began = time.process_time()
    for text in texts:
        run(text)
    taken = time.process_time() - began
    words = sum(len(text.split()) for text in texts)
    return {"documents_a_second": round(len(texts) / taken, 1), "words_a_document": round(words / len(texts))}


def _printed(report: Mapping[str, Any]) -> str:
    lines = []
    for name, row in report.items():
        lines.append(f"{name + ': mentions, F1':<34}{'all':>8}{'PER':>8}{'ORG':>8}{'LOC':>8}")
        for part, told in (("mentions", "{}"), ("headlines", "short, {}")):
            for found, scores in row[part].items():
                cells = (f"{100 * scores[k]['f1']:8.1f}" if k in scores else f"{'':8}" for k in ("all", *KINDS))
                lines.append(f"{'  ' + told.format(found):<34}{''.join(cells)}")
        for found, scores in row.get("documents", {}).items():
            cells = (f"{k} {s['f1']:.3f} ({s['precision']:.2f}/{s['recall']:.2f})" for k, s in scores.items())
            lines.append(f"  documents, F1 (P/R), {found}: {', '.join(cells)}")
        for found, table in row.get("confusion", {}).items():
            lines.append(f"  gold and what it was taken for, {found}:")
            lines += [
                f"    {kind:<8} {', '.join(f'{k} {n}' for k, n in sorted(cells.items()))}"
                for kind, cells in table.items()
            ]
        for part in ("marked", "editors"):
            lines += [f"  {found}: {scores}" for found, scores in row.get(part, {}).items()]
        if "speed" in row:
            speed = row["speed"]
            lines.append(
                f"  {speed['documents_a_second']:.0f} articles of {speed['words_a_document']} words a second, one core"
            )
        lines.append("")
    return "\n".join(lines)
