"""Are near-copies found, and nothing else? Pairs made from real articles, among a hundred thousand.

The articles are those of `news-allsides`, `reuters21578` and `press-senate` under the data folder. Copies are made of
some as papers and blogs make them, each under a source of its own and up to five days later; beside them stand
articles made to look like copies that are none. All go into a store in a random order and batches of 500.

Recall: of the copies made, those in one story with their original. Precision: of all pairs in one story of which one
at least was made, those of one origin (two originals that are in one story by themselves are real copies or real
mistakes; they are counted apart and not judged). Times are CPU times of one process.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any, TextIO

import orjson

from searchsvc.article import Article, Published
from searchsvc.copies import near, shingles
from searchsvc.document import Document, make_document
from searchsvc.engines import open_engine
from searchsvc.entities import extractor
from searchsvc.indexer import catch_up
from searchsvc.store import Store

#: Articles in all, made ones among them; and of the made ones, those that are no copies.
ARTICLES, STRANGERS_SHARE = 100_000, 0.25
#: Words of an original: of one cut to 30 % enough is left to be told from a brief.
LEAST_WORDS = 150
#: Articles whose whole way into the index is timed.
TIMED = 1000

_MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}\b")
_NUMBER = re.compile(r"\d+")


def originals(data: Path) -> Iterator[Article]:
    """The real articles. Raises FileNotFoundError where there are none."""
    found = False
    for folder, fields in (
        ("news-allsides", ("title", "text", "date", "source")),
        ("reuters21578", ("title", "body", "date", "")),
        ("press-senate", ("", "text", "date", "senator")),
    ):
        for path in sorted((data / folder).glob("*.jsonl.gz")):
            found = True
            with gzip.open(path, "rb") as file:
                for line in file:
                    row = orjson.loads(line)
                    title, text, at, source = (str(row.get(name) or "") for name in fields)
                    if title.strip() or text.strip():
                        yield Article(title, text, source=source or folder, section=folder, published=_published(at))
    if not found:
        raise FileNotFoundError(f"none of news-allsides, reuters21578 and press-senate is in {data}")


def _published(at: str) -> Published:
    reuters = re.match(r"\s*(\d+)-([A-Z]{3})-(\d{4})", at)
    if reuters:
        at = f"{reuters[3]}-{_MONTHS.index(reuters[2]) + 1:02}-{int(reuters[1]):02}"
    return Published(at[:10], "day", "archive") if re.fullmatch(r"\d{4}-\d\d-\d\d", at[:10]) else Published()


@dataclass
class Made:
    """Makes articles from others. `whole` are all the originals, `draw` decides everything that is random."""

    whole: Sequence[Article]
    draw: random.Random

    def other(self) -> Article:
        while len((article := self.draw.choice(self.whole)).text.split()) < LEAST_WORDS:
            pass
        return article

    def words(self, least: int, most: int) -> str:
        """Some words of another article, from anywhere in it."""
        some = self.other().text.split()
        count = self.draw.randint(least, most)
        start = self.draw.randrange(max(1, len(some) - count))
        return " ".join(some[start : start + count])

    def fresh(self) -> Article:
        """An article that is a copy of none: 300 words or so, thirty from each of many."""
        return Article(self.words(5, 9), " ".join(self.words(25, 35) for _ in range(10)))

    # Copies

    def reprinted(self, article: Article) -> Article:
        return article

    def retitled(self, article: Article) -> Article:
        return replace(article, title=self.other().title or self.words(5, 9))

    def cut(self, article: Article) -> Article:
        words = article.text.split(" ")
        return replace(article, text=" ".join(words[: int(len(words) * self.draw.uniform(0.3, 0.9))]))

    def reled(self, article: Article) -> Article:
        """A new opening of 20 to 60 words, a fifth of the article at most, in place of as many."""
        words = article.text.split(" ")
        count = min(self.draw.randint(20, 60), len(words) // 5)
        return replace(article, text=f"{self.words(count, count)}\n\n{' '.join(words[count:])}")

    def corrected(self, article: Article) -> Article:
        """2 to 5 % of the words are others, and a paragraph, or a tenth, has gone."""
        share, pool = self.draw.uniform(0.02, 0.05), self.other().text.split()
        words = [self.draw.choice(pool) if self.draw.random() < share else word for word in article.text.split(" ")]
        paragraphs = " ".join(words).split("\n\n")
        if len(paragraphs) > 4:
            del paragraphs[self.draw.randrange(1, len(paragraphs))]
            return replace(article, text="\n\n".join(paragraphs))
        start, tenth = self.draw.randrange(len(words)), len(words) // 10
        return replace(article, text=" ".join(words[:start] + words[start + tenth :]))

    def framed(self, article: Article) -> Article:
        """Behind a header of 10 to 30 words and before a footer of 30 to 80, as pages have them."""
        return replace(article, text=f"{self.words(10, 30)}\n\n{article.text}\n\n{self.words(30, 80)}")

    def cut_and_corrected(self, article: Article) -> Article:
        return self.cut(self.corrected(self.retitled(article)))

    def reled_and_cut(self, article: Article) -> Article:
        """Re-led, and the last 10 to 40 % cut."""
        words = self.reled(article).text.split(" ")
        return replace(article, text=" ".join(words[: int(len(words) * self.draw.uniform(0.6, 0.9))]))

    # What looks like a copy and is none

    def form_letter(self, article: Article) -> Article:
        """The same source, a week later, the same but for all names and numbers: the next of a series."""
        names = _NAME.findall(self.words(300, 600)) or ["Elsewhere"]
        text = _NUMBER.sub(lambda found: str(self.draw.randrange(10 ** len(found[0]))), article.text)
        text = _NAME.sub(lambda found: self.draw.choice(names), text)
        at = article.published.at
        later = Published((date.fromisoformat(at) + timedelta(7)).isoformat(), "day", "archive") if at else Published()
        return replace(article, text=text, published=later)

    def same_footer(self, article: Article) -> Article:
        """Another article with the last 60 to 200 words of this one, but at most 40 % of it, behind it."""
        words = article.text.split()
        count = min(self.draw.randint(60, 200), len(words) * 2 // 5)
        return replace(self.fresh(), text=f"{self.fresh().text}\n\n{' '.join(words[-count:])}")

    def quoting(self, article: Article) -> Article:
        """Another article that quotes 40 to 80 words of this one, but at most 40 %."""
        words, other = article.text.split(), self.fresh().text.split()
        count = min(self.draw.randint(40, 80), len(words) * 2 // 5)
        start, place = self.draw.randrange(len(words) - count), self.draw.randrange(len(other))
        quoted = [*other[:place], *words[start : start + count], *other[place:]]
        return replace(self.fresh(), text=" ".join(quoted))

    def round_up(self, article: Article) -> Article:
        """The first 60 to 150 words of this article and of four others, this one not the first."""
        pieces = [" ".join(self.other().text.split()[: self.draw.randint(60, 150)]) for _ in range(4)]
        pieces.insert(self.draw.randint(1, 4), " ".join(article.text.split()[: self.draw.randint(60, 150)]))
        return replace(article, title="Round-up", text="\n\n".join(pieces))


COPIES: dict[str, Callable[[Made, Article], Article]] = {
    "reprinted": Made.reprinted,
    "re-titled": Made.retitled,
    "cut to 30-90 %": Made.cut,
    "re-led": Made.reled,
    "corrected": Made.corrected,
    "header and footer": Made.framed,
    "re-titled, corrected and cut": Made.cut_and_corrected,
    "re-led and cut": Made.reled_and_cut,
}
STRANGERS: dict[str, Callable[[Made, Article], Article]] = {
    "form letter": Made.form_letter,
    "same footer": Made.same_footer,
    "quoting": Made.quoting,
    "round-up": Made.round_up,
}


@dataclass(frozen=True, slots=True)
class Placed:
    """An article in the store: `kind` of the made ones, `origin` the number of the original."""

    article: Article
    origin: int
    kind: str = ""


def made(whole: Sequence[Article], count: int, seed: int) -> Iterator[Placed]:
    """So many articles made from the originals, of every kind alike."""
    draw = random.Random(seed)  # noqa: S311
    maker = Made(whole, draw)
    long = [number for number, article in enumerate(whole) if len(article.text.split()) >= LEAST_WORDS]
    for number in range(count):
        strange = draw.random() < STRANGERS_SHARE
        kinds = STRANGERS if strange else COPIES
        kind = list(kinds)[number % len(kinds)]
        origin = draw.choice(long)
        article = kinds[kind](maker, whole[origin])
        at = whole[origin].published.at
        if kind != "form letter":
            article = replace(article, source=f"Paper {draw.randrange(5000)}")
            if at:
                later = date.fromisoformat(at) + timedelta(draw.randrange(6))
                article = replace(article, published=Published(later.isoformat(), "day", "archive"))
        yield Placed(article, origin, kind)


def evaluate(
    data: Path, out: TextIO, *, as_json: bool = False, articles: int = ARTICLES, seed: int = 1
) -> dict[str, Any]:
    """Make the pairs, find the stories, and tell precision, recall and time. `articles` is how many in all."""
    whole = list(originals(data))
    draw = random.Random(seed)  # noqa: S311
    if len(whole) > articles * 4 // 5:
        whole = draw.sample(whole, articles * 4 // 5)
    placed = [Placed(article, number) for number, article in enumerate(whole)]
    placed += made(whole, articles - len(whole), seed)
    draw.shuffle(placed)
    with tempfile.TemporaryDirectory(prefix="stories-") as folder:
        store = Store(Path(folder), create=True)
        spent = _timed(store)
        began = time.process_time()
        for start in range(0, len(placed), 500):
            some = placed[start : start + 500]
            store.put(Document(f"{start + n:020x}", each.article) for n, each in enumerate(some))
        put = time.process_time() - began
        named = store.story_changes(0).stories
        store.close()
    report = {
        "articles": len(placed),
        "words": round(sum(len(each.article.text.split()) for each in placed) / len(placed)),
        "ms_an_article": round(spent() / len(placed) * 1000, 4),
        "store_ms_an_article": round(put / len(placed) * 1000, 4),
        **_judged(placed, named),
        "index_ms_an_article": round(_index_ms(whole, seed), 4),
    }
    report["share_of_index_time"] = round(report["ms_an_article"] / report["index_ms_an_article"], 4)
    out.write(json.dumps(report, indent=1) + "\n" if as_json else _printed(report))
    return report


def _timed(store: Store) -> Callable[[], float]:
    """Seconds that the store spends on stories, from here on."""
    seconds = [0.0]
    take = store._stories.take

    def timed(*arguments: Any) -> None:
        began = time.process_time()
        take(*arguments)
        seconds[0] += time.process_time() - began

    store._stories.take = timed  # type: ignore[assignment]
    return lambda: seconds[0]


def _judged(placed: Sequence[Placed], named: dict[str, str] | Any) -> dict[str, Any]:
    """Precision and recall, in all and by kind."""
    story = [named.get(f"{number:020x}", f"{number:020x}") for number in range(len(placed))]
    members: dict[str, list[int]] = defaultdict(list)
    for number, name in enumerate(story):
        members[name].append(number)
    first = {each.origin: each.article for each in placed if not each.kind}
    home = {each.origin: story[number] for number, each in enumerate(placed) if not each.kind}
    kinds: dict[str, Counter[str]] = {kind: Counter() for kind in (*COPIES, *STRANGERS)}
    folders: dict[str, Counter[str]] = defaultdict(Counter)
    for number, each in enumerate(placed):
        if each.kind:
            kinds[each.kind]["made"] += 1
            kinds[each.kind]["joined"] += story[number] == home[each.origin]
    pairs = Counter[str]()
    for some in members.values():
        for pair in combinations([placed[number] for number in some], 2):
            strange = {each.kind for each in pair} & set(STRANGERS)
            origins = {each.origin for each in pair}
            if not any(each.kind for each in pair):
                judgement = "of_originals"
            elif strange or len(origins) == 1:
                judgement = "wrong" if strange else "right"
            elif len({home[origin] for origin in origins}) == 1 and _alike(pair, first):
                judgement = "of_originals"  # two originals that are near-copies themselves, and their copies
            else:
                judgement = "wrong"
            pairs[judgement] += 1
            folders[pair[0].article.section][judgement] += 1
            if judgement == "wrong":
                for kind in strange or {each.kind for each in pair} - {""}:
                    kinds[kind]["wrong"] += 1
    copies = Counter[str]()
    for kind in COPIES:
        copies.update(kinds[kind])
    return {
        "recall": round(copies["joined"] / max(copies["made"], 1), 4),
        "precision": _precision(pairs),
        "pairs": {name: pairs[name] for name in ("right", "wrong", "of_originals")},
        "folders": {name: {**counts, "precision": _precision(counts)} for name, counts in sorted(folders.items())},
        "largest_story": max(map(len, members.values())),
        "kinds": {kind: dict(counts) for kind, counts in kinds.items()},
    }


def _precision(pairs: Counter[str]) -> float:
    return round(pairs["right"] / max(pairs["right"] + pairs["wrong"], 1), 4)


def _alike(pair: Sequence[Placed], first: Mapping[int, Article]) -> bool:
    """Whether the originals of a pair are near-copies themselves."""
    one, other = (shingles(a.title, a.text, a.source, a.published.at) for a in (first[each.origin] for each in pair))
    return near(one, other)


def _index_ms(whole: Sequence[Article], seed: int) -> float:
    """Milliseconds that an article of the average length takes on its whole way into the index, reading apart."""
    some = random.Random(seed).sample(whole, min(TIMED, len(whole)))  # noqa: S311
    found = extractor()
    found.extract("Warm", "Angela Merkel met the United Nations in France.")
    with tempfile.TemporaryDirectory(prefix="stories-") as folder:
        store = Store(Path(folder), create=True)
        engine = open_engine(Path(folder), store.get)
        began = time.process_time()
        for start in range(0, len(some), 500):
            store.put(
                make_document(a, found.extract(a.title, a.text), found.version) for a in some[start : start + 500]
            )
        catch_up(store, engine)
        seconds = time.process_time() - began
        engine.close()
        store.close()
    return seconds / len(some) * 1000


def _printed(report: dict[str, Any]) -> str:
    lines = [
        f"{report['articles']:,} articles of {report['words']:,} words on average",
        f"precision {report['precision']:.4f}, recall {report['recall']:.4f}",
        *(f"    {name}: precision {counts['precision']:.4f}" for name, counts in report["folders"].items()),
        "pairs: {right:,} right, {wrong:,} wrong, {of_originals:,} of originals, not judged".format_map(
            report["pairs"]
        ),
        f"largest story: {report['largest_story']} articles",
        f"{report['ms_an_article']:.3f} ms an article, {report['share_of_index_time']:.1%} of the "
        f"{report['index_ms_an_article']:.2f} ms of indexing it",
        "",
        f"{'made':<30} {'articles':>9} {'joined':>8} {'wrong pairs':>12}",
    ]
    for kind, counts in report["kinds"].items():
        share = counts.get("joined", 0) / max(counts.get("made", 0), 1)
        lines.append(f"{kind:<30} {counts.get('made', 0):>9,} {share:>8.4f} {counts.get('wrong', 0):>12,}")
    return "\n".join(lines) + "\n"
