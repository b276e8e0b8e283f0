"""Is it known who said what? Measured on articles whose quotations are marked by hand, run by run.

A run is found where both its ends are right, and attributed where its speaker is right too. Attribution is measured
twice: with the people and bodies as tagged by hand, which tells how good it is itself, and with those of the default
extractor, which tells what a user sees. An extracted speaker is the tagged one with which it shares most mentions.

The articles are divided once, by a hash of the headline: one half was read when the rules were made, the other is only
scored.
"""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from searchsvc.document import SPEAKERS, Entities, Entity, Quote
from searchsvc.entities import extractor
from searchsvc.entities.quotes import quotes

if TYPE_CHECKING:
    from searchsvc.entities.training.speech import Article, Run

#: How a run stands to the words that name its speaker.
SHAPES = ("before", "within", "after", "pronoun", "continuation", "headline")

Finder = Callable[["Article"], Entities]


def articles(data: Path) -> list[Article]:
    """The marked articles: of the folder if it has `quotes-*.txt`, else the project's. FileNotFoundError for none."""
    try:
        from searchsvc.entities.training import corpus, speech
    except ImportError as error:  # not in the wheel
        raise FileNotFoundError("the marked articles are in the project's repository, not in the package") from error
    folder = data if any(data.glob("quotes-*.txt")) else corpus.QUOTES
    found = speech.read(folder)
    if not found:
        raise FileNotFoundError(f"no quotes-*.txt is under {data} or {corpus.QUOTES}")
    return found


def shape(article: Article, run: Run) -> str:
    """One of SHAPES, told from the sentence round the run alone."""
    if run.in_title:
        return "headline"
    text = article.text
    start = text.rfind("\n", 0, run.start) + 1
    end = text.find("\n", run.end)
    end = len(text) if end < 0 else end
    others = [r for r in article.runs if not r.in_title and start <= r.start < end and r is not run]
    left = max([start, *(r.end + 1 for r in others if r.end < run.start)])
    right = min([end, *(r.start - 1 for r in others if r.start > run.end)])
    before = re.split(r"[.?!…][\"”’')]* ", text[left : run.start - 1])[-1]
    after = text[run.end + 1 : right]
    if text[run.end - 1 : run.end] in ".…" and not after[:2].strip().islower():
        after = ""
    after = re.split(r"[.?!…](?:[\"”’')]* |$)", after)[0]
    talked = left > start and "." not in text[left : run.start - 1].rstrip('"“‘„')[:-1] and bool(before.strip(" ,-–—"))
    around = f"{before} {after}"
    if not re.search(r"\w", around) or talked:
        return "continuation"
    names = [e for field in (article.entities.people, article.entities.organisations) for e in field]
    spans = [span for e in names for span in e.mentions]
    low, high = run.start - 1 - len(before), run.end + 1 + len(after)
    named = any(low <= s < run.start or run.end <= s < high for s, _ in spans)
    if not named and re.search(r"\b(?:he|she|they|it|I|we)\b", around, re.IGNORECASE):
        return "pronoun"
    if re.search(r"\w", before):
        return "within" if re.search(r"\w", after) else "before"
    return "after"


def score(found: Sequence[Article], entities: Finder) -> dict[str, Any]:
    """Detection, attribution and the share of right speakers by shape and by who speaks, with these entities."""
    count: Counter[str] = Counter()
    shapes: Counter[tuple[str, bool]] = Counter()
    who: Counter[tuple[str, bool]] = Counter()
    for article in found:
        known = entities(article)
        gold = _names(article.entities)
        of = {key: _gold_key(entity, gold) for key, entity in _names(known).items()}
        got = {(q.in_title, q.start, q.end): q for q in quotes(article.title, article.text, known)}
        count["found"] += len(got)
        count["gold"] += len(article.runs)
        for run in article.runs:
            quote = got.get((run.in_title, run.start, run.end))
            right = quote is not None and _by(quote, of) == run.by
            count["hit"] += quote is not None
            count["right"] += right
            shapes[shape(article, run), right] += 1
            who[_who(article, run), right] += 1
    return {
        "detection": _prf(count["hit"], count["found"], count["gold"]),
        "attribution": _prf(count["right"], count["found"], count["gold"]),
        "by_shape": {name: _share(shapes, name) for name in SHAPES},
        "by_speaker": {name: _share(who, name) for name in SPEAKERS},
    }


def _names(entities: Entities) -> dict[tuple[str, str], Entity]:
    return {("person", e.key): e for e in entities.people} | {
        ("organisation", e.key): e for e in entities.organisations
    }


def _gold_key(entity: Entity, gold: dict[tuple[str, str], Entity]) -> str:
    """The tagged name that an extracted one shares most of its mentions with."""
    shared: Counter[str] = Counter()
    for (_, key), other in gold.items():
        for mine, theirs in ((entity.mentions, other.mentions), (entity.title_mentions, other.title_mentions)):
            shared[key] += sum(s < e2 and s2 < e for s, e in mine for s2, e2 in theirs)
    key, most = max(shared.items(), key=lambda pair: pair[1], default=("", 0))
    return key if most else ""


def _by(quote: Quote, of: dict[tuple[str, str], str]) -> str:
    if quote.kind == "unnamed":
        return "?"
    return "+" if quote.kind == "several" else of.get((quote.kind, quote.speaker), "")


def _who(article: Article, run: Run) -> str:
    if run.by in "?+":
        return "unnamed" if run.by == "?" else "several"
    return "person" if any(e.key == run.by for e in article.entities.people) else "organisation"


def _prf(hit: int, found: int, gold: int) -> dict[str, float]:
    precision, recall = hit / max(found, 1), hit / max(gold, 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return {
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "f1": round(f1, 4),
        "gold": gold,
        "found": found,
    }


def _share(counts: Counter[tuple[str, bool]], name: str) -> dict[str, float]:
    right, wrong = counts[name, True], counts[name, False]
    return {"right": round(right / max(right + wrong, 1), 4), "gold": right + wrong}


def evaluate(data: Path, out: TextIO, *, as_json: bool = False) -> dict[str, Any]:
    """Both halves with tagged and extracted entities, and the speed. Raises FileNotFoundError where no articles are."""
    found = articles(data)
    extract = extractor().extract
    read = {id(a): extract(a.title, a.text) for a in found}
    report: dict[str, Any] = {}
    for half, part in (
        ("read", [a for a in found if not a.held_back]),
        ("held back", [a for a in found if a.held_back]),
    ):
        report[half] = {
            "articles": len(part),
            "tagged": score(part, lambda article: article.entities),
            "extracted": score(part, lambda article: read[id(article)]),
        }
    report["speed"] = _speed(found)
    out.write(json.dumps(report, indent=1) + "\n" if as_json else _printed(report))
    return report


def _speed(found: Sequence[Article]) -> dict[str, float]:
    began = time.process_time()
    said = sum(len(quotes(a.title, a.text, a.entities)) for _ in range(3) for a in found)
    took = max(time.process_time() - began, 1e-9)
    return {
        "words_an_article": round(sum(len(a.text.split()) for a in found) / len(found)),
        "articles_a_second": round(3 * len(found) / took),
        "quotes_a_second": round(said / took),
    }


def _printed(report: dict[str, Any]) -> str:
    lines = [f"{'':<24}{'detection F1 (P/R)':>24}{'attribution F1 (P/R)':>24}"]
    for half in ("read", "held back"):
        for kind in ("tagged", "extracted"):
            row = report[half][kind]
            cells = "".join(
                f"{s['f1']:11.3f} ({s['precision']:.2f}/{s['recall']:.2f})"
                for s in (row["detection"], row["attribution"])
            )
            lines.append(f"{half + ', ' + kind:<24}{cells}")
    for part in ("by_shape", "by_speaker"):
        names = SHAPES if part == "by_shape" else SPEAKERS
        lines.append(f"\n{'right speaker':<24}" + "".join(f"{name:>20}" for name in names))
        for half in ("read", "held back"):
            for kind in ("tagged", "extracted"):
                row = report[half][kind][part]
                cells = "".join(f"{row[name]['right']:13.3f} ({row[name]['gold']:4d})" for name in names)
                lines.append(f"{half + ', ' + kind:<24}{cells}")
    lines.append(f"\nspeed, one core: {report['speed']}")
    return "\n".join(lines) + "\n"
