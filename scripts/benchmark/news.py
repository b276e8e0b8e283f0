"""Here is a seed and a size, give me that archive of made-up news, as documents or as JSON Lines.

Every topic has words, people, countries and organisations of its own; stories rise within a day, fade over days and
share words and people; popularity falls by Zipf's law everywhere. The articles run over ten years, about in the order
of time, as archives do. The same seed and size are the same archive, on every machine; any stretch of it can be made
alone, and one past its end, for what comes in later.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import blake2b
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import orjson

from benchmark.vocabulary import CONTENT, SHIFT, Ids, Strings, Vocabulary, syllables, vocabulary, zipf
from searchsvc.article import Article, Location, Published
from searchsvc.document import Document, Entities, Entity

Floats = npt.NDArray[np.float64]

#: Articles that are made at once.
BLOCK = 1024
#: What the documents give for their extractor.
VERSION = "generated/1"
FIRST_DAY, DAYS = np.datetime64("2010-01-04T00:00:00", "s"), 3653
TOPICS, TOPIC_WORDS, TOPIC_NAMES = 240, 3000, 400
#: Articles to a story; the share of articles that belong to one; days that its news take to come and go.
PER_STORY, IN_STORIES, STORY_DAYS = 10, 0.6, 1.2
STORY_WORDS, STORY_NAMES = 24, 5
#: Of the content words: those of the topic, of the story; the rest is anything. Words that bring their partner.
TOPIC_SHARE, STORY_SHARE, PARTNERED = 0.38, 0.12, 0.12
#: Words of a body and of a sentence: mean and deviation of their logarithm.
BODY, SENTENCE = (5.56, 0.52), (2.95, 0.5)
LEAST_WORDS, MOST_WORDS = 40, 2000
WEEK = (1.0, 1.1, 1.1, 1.1, 1.0, 0.5, 0.45)
SOURCES, WRITERS = 40, 30
SECTIONS = ("Politics", "World", "Business", "Sport", "Culture", "Science", "Health", "Local", "Opinion", "Travel")
_FIRST_NAMES = (
    "James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard Susan Joseph "
    "Jessica Thomas Karen Carlos Ana Pierre Claire Hans Ingrid Yuki Wei Ahmed Fatima Ivan Olga Raj Priya Kofi Amina"
).split()
_KINDS = ("Group", "Bank", "University", "Party", "Corp", "Institute", "Foundation", "Industries", "Agency", "Union")

# The drawing of a story's properties: one stream of numbers for each.
_TOPIC, _WORDS, _PEOPLE, _ORGANISATIONS, _COUNTRIES = range(1, 6)


class _Kind(NamedTuple):
    """Entities of one kind. Of topic t the name of rank r is number `of_topic[t, r]`; `mean` is how many an article
    has beyond the first, `slope` the law of their popularity."""

    stream: int
    entities: list[Entity]
    labels: Strings
    of_topic: Ids
    mean: float
    slope: float


def _hashed(stream: int, numbers: Ids, slots: int = 1) -> Floats:
    """Numbers of [0, 1) that belong to these numbers: one row each, `slots` columns (splitmix64)."""
    with np.errstate(over="ignore"):
        x: Any = numbers.astype(np.uint64)[:, None] * np.uint64(64)
        x = ((x + np.arange(slots, dtype=np.uint64)) * np.uint64(8) + np.uint64(stream)) * np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        x ^= x >> np.uint64(31)
    return np.asarray((x >> np.uint64(11)).astype(np.float64) / 2.0**53)


@cache
def _names(seed: int, size: int) -> tuple[_Kind, ...]:
    """Whom an archive of this size speaks of: the larger it is, the more people are in the news once."""
    from searchsvc.entities.lexicon import lexicon

    random = np.random.default_rng([seed, 2])
    countries = sorted(lexicon().countries.items())
    order = random.permutation(len(countries))
    people, organisations = min(max(size // 4, 2000), 250_000), min(max(size // 12, 800), 60_000)
    surnames = [syllables(n * 7 + 400_009, 2).capitalize() for n in range(people // len(_FIRST_NAMES) + 1)]
    full = [
        f"{_FIRST_NAMES[n % len(_FIRST_NAMES)]} {surnames[(n * 31 + n // len(_FIRST_NAMES)) % len(surnames)]}"
        for n in range(people)
    ]
    full = list(dict.fromkeys(full))
    firms = [f"{syllables(n * 11 + 900_001, 2).capitalize()} {_KINDS[n % len(_KINDS)]}" for n in range(organisations)]
    firms = list(dict.fromkeys(firms))

    def kind(stream: int, keys: list[str], labels: list[str], mean: float, slope: float) -> _Kind:
        # Well known and unknown alike: as many of the first ten as of the next ninety.
        picked = np.exp(random.random((TOPICS, TOPIC_NAMES)) * np.log(len(keys))).astype(np.int64) - 1
        entities = list(map(Entity, keys, labels))
        return _Kind(stream, entities, np.array(labels, object), picked, mean, slope)

    codes, labels = [countries[n][0] for n in order], [countries[n][1] for n in order]
    return (
        kind(_PEOPLE, full, full, 2.6, 0.95),
        kind(_COUNTRIES, codes, labels, 1.0, 1.1),
        kind(_ORGANISATIONS, firms, firms, 1.8, 0.95),
    )


@dataclass(frozen=True)
class News:
    """An archive of `size` articles. Raises ValueError for none."""

    size: int
    seed: int = 1

    def __post_init__(self) -> None:
        if self.size < 1:
            raise ValueError(f"an archive of {self.size} articles")

    @cached_property
    def _words(self) -> Vocabulary:
        return vocabulary(self.seed)

    @cached_property
    def _topic_words(self) -> Ids:
        """[topic, rank in it] → word: from the frequent to the rare, in any order."""
        random = np.random.default_rng([self.seed, 3])
        return np.asarray(np.exp(np.log(60) + random.random((TOPICS, TOPIC_WORDS)) * np.log(1000)).astype(np.int64))

    @cached_property
    def _topic_shares(self) -> Floats:
        falling = (np.arange(TOPICS) + 4.0) ** -0.8
        return np.asarray(np.cumsum(falling) / falling.sum())

    def documents(self, start: int = 0, stop: int | None = None) -> Iterator[Document]:
        """Articles number `start` to before `stop`, with their entities."""
        stop = self.size if stop is None else stop
        for block in range(start // BLOCK, -(-stop // BLOCK)):
            low = block * BLOCK
            yield from self._block(block)[max(start - low, 0) : stop - low]

    def lines(self) -> Iterator[bytes]:
        """The articles as JSON Lines, without the entities, which are for the reader to find."""
        for document in self.documents():
            article = document.article
            line = {
                "id": article.archive_id,
                "url": article.url,
                "title": article.title,
                "text": article.text,
                "published_at": article.published.at,
                "source": article.source,
                "section": article.section,
                "byline": list(article.byline),
                "language": article.language,
            }
            yield orjson.dumps(line) + b"\n"

    def topics(self, numbers: Ids) -> Ids:
        """The topics of these articles."""
        return self._plan(int(numbers[0]) // BLOCK)[1][numbers % BLOCK]

    def _plan(self, block: int) -> tuple[Ids, Ids]:
        """The story and the topic of each article of a block."""
        random = np.random.default_rng([self.seed, 4, block])
        numbers = np.arange(block * BLOCK, (block + 1) * BLOCK)
        a_day = self.size / DAYS
        begun = numbers - random.gamma(2.0, STORY_DAYS, BLOCK) * a_day
        story = (begun.clip(0) // PER_STORY).astype(np.int64)
        # Every second story takes articles of its neighbour, every fourth of three neighbours, … within four days.
        most = int(np.log2(max(a_day * 4 / PER_STORY, 1)))
        shift = np.minimum(random.geometric(0.2, BLOCK) - 1, most)
        story = (story >> shift) << shift
        alone = random.random(BLOCK) >= IN_STORIES
        story[alone] = numbers[alone] + (1 << 40)  # a story of one article
        topic = np.searchsorted(self._topic_shares, _hashed(_TOPIC, story + self.seed)[:, 0])
        return story, topic

    def _block(self, block: int) -> list[Document]:
        random = np.random.default_rng([self.seed, 5, block])
        story, topic = self._plan(block)
        lengths = np.exp(random.normal(*BODY, BLOCK)).astype(np.int64).clip(LEAST_WORDS, MOST_WORDS)
        ends = np.cumsum(lengths)
        starts = ends - lengths
        tokens = self._tokens(random, story, topic, lengths)
        kinds = _names(self.seed, self.size)
        named = [self._named(random, kind, story, topic) for kind in kinds]
        for kind, (owners, numbers) in zip(kinds, named, strict=True):
            for share in (1.0, 0.45):  # some are named twice
                some = np.flatnonzero(random.random(len(owners)) < share)
                places = starts[owners[some]] + (random.random(len(some)) * lengths[owners[some]]).astype(np.int64)
                tokens[places] = kind.labels[numbers[some]]
        plain = tokens.copy()
        self._punctuate(random, tokens, ends)
        first = (random.random(BLOCK) * 20).astype(np.int64).tolist()
        words = random.integers(5, 11, BLOCK).tolist()
        sources = zipf(random.random(BLOCK), SOURCES, 0.8).tolist()
        writers = zipf(random.random(BLOCK), WRITERS, 0.6).tolist()
        at = np.datetime_as_string(self._times(random, block), unit="s").tolist()
        entities = list(zip(*map(_by_owner, kinds, named), strict=True))
        documents = []
        for n, (start, end, of) in enumerate(zip(starts.tolist(), ends.tolist(), topic.tolist(), strict=True)):
            title = " ".join(plain[start + first[n] : start + first[n] + words[n]].tolist())
            number = block * BLOCK + n
            site, source, bylines = _paper(sources[n])
            url = f"{site}{at[n][:10]}/article-{number}"
            article = Article(
                title=title[:1].upper() + title[1:],
                text=" ".join(tokens[start:end].tolist()).replace("\n\n ", "\n\n"),
                url=url,
                archive_id=str(number),
                source=source,
                section=SECTIONS[of % len(SECTIONS)],
                language="en",
                byline=bylines[writers[n]],
                published=Published(f"{at[n]}Z", "second", "archive"),
                location=Location("generated.jsonl", 0, number + 1),
            )
            id_ = blake2b(f"url\0{url}".encode(), digest_size=10).hexdigest()
            documents.append(Document(id_, article, Entities(*entities[n]), VERSION))
        return documents

    def _times(self, random: np.random.Generator, block: int) -> Any:
        """When the articles of a block come out: few on Saturday and Sunday, a few hours out of order."""
        days = (np.arange(block * BLOCK, (block + 1) * BLOCK) + 0.5) * DAYS / self.size
        weeks, part = np.divmod(days / 7, 1.0)
        within = np.interp(part, np.concatenate([[0.0], np.cumsum(WEEK) / sum(WEEK)]), np.arange(8.0))
        seconds = (weeks * 7 + within) * 86_400 + random.normal(0.0, 9_000, BLOCK)
        return FIRST_DAY + seconds.clip(0).astype("timedelta64[s]")

    def _tokens(self, random: np.random.Generator, story: Ids, topic: Ids, lengths: Ids) -> Strings:
        """The words of the bodies of a block, one after the other."""
        words = self._words
        total = int(lengths.sum())
        owners = np.repeat(np.arange(BLOCK), lengths)
        ids = np.empty(total, np.int64)
        lot = random.random(total)
        common = np.flatnonzero(lot < words.common_share)
        ids[common] = CONTENT + np.searchsorted(words.common, random.random(len(common)))
        left = 1.0 - words.common_share
        bounds = words.common_share + left * np.cumsum([0.0, TOPIC_SHARE, STORY_SHARE])
        some = np.flatnonzero((lot >= bounds[0]) & (lot < bounds[1]))
        ids[some] = self._topic_words[topic[owners[some]], zipf(random.random(len(some)), TOPIC_WORDS, 1.03, 6.0)]
        some = np.flatnonzero((lot >= bounds[1]) & (lot < bounds[2]))
        ids[some] = self._story_words(story, topic)[owners[some], zipf(random.random(len(some)), STORY_WORDS, 0.8, 2.0)]
        some = np.flatnonzero(lot >= bounds[2])
        ids[some] = zipf(random.random(len(some)), CONTENT)
        follows = np.flatnonzero((ids[:-1] < CONTENT) & (random.random(total - 1) < PARTNERED))
        ids[follows + 1] = words.partner[ids[follows]]
        return words.strings[ids]

    def _story_words(self, story: Ids, topic: Ids) -> Ids:
        """[article, slot] → word of its story: most from its topic, a third out of the whole language."""
        drawn = _hashed(_WORDS, story + self.seed, STORY_WORDS)
        own = STORY_WORDS // 3
        of_topic = self._topic_words[topic[:, None], (drawn[:, own:] * 600).astype(np.int64)]
        rare = np.exp(np.log(1000) + drawn[:, :own] * np.log(CONTENT / 1000)).astype(np.int64)
        return np.concatenate([of_topic, rare.clip(0, CONTENT - 1)], axis=1)

    def _named(self, random: np.random.Generator, kind: _Kind, story: Ids, topic: Ids) -> tuple[Ids, Ids]:
        """Article of the block and entity, for each entity of one kind in each of its articles."""
        counts = 1 + random.poisson(kind.mean, BLOCK)
        owners = np.repeat(np.arange(BLOCK), counts)
        total = len(owners)
        lot = random.random(total)
        numbers = zipf(random.random(total), len(kind.entities), kind.slope, SHIFT)
        of_topic = kind.of_topic[topic[owners], zipf(random.random(total), TOPIC_NAMES, 0.9, 2.0)]
        numbers = np.where(lot < 0.85, of_topic, numbers)
        cast = _hashed(kind.stream, story + self.seed, 2 * STORY_NAMES)[owners]
        slot = (STORY_NAMES * random.random(total) ** 1.7).astype(np.int64)
        rows = np.arange(total)
        known, unknown = cast[rows, slot], cast[rows, STORY_NAMES + slot]
        in_story = np.where(
            known < 0.6,
            kind.of_topic[topic[owners], zipf(unknown, TOPIC_NAMES, 0.9, 2.0)],
            zipf(unknown, len(kind.entities), kind.slope, SHIFT),
        )
        return owners, np.where(lot < 0.55, in_story, numbers)

    def _punctuate(self, random: np.random.Generator, tokens: Strings, ends: Ids) -> None:
        """Sentences and paragraphs over the words of a block."""
        total = len(tokens)
        cuts = np.cumsum(np.exp(random.normal(*SENTENCE, total // 8 + 8)).astype(np.int64).clip(3, 80))
        closing = np.zeros(total, np.int8)
        closing[cuts[cuts < total] - 1] = 1
        closing[ends - 1] = 2
        last = np.flatnonzero(closing)
        begin = np.concatenate([[0], last[:-1] + 1])
        tokens[begin] = [word[0].upper() + word[1:] for word in tokens[begin].tolist()]
        comma = np.flatnonzero((random.random(total) < 0.05) & (closing == 0))
        tokens[comma] = tokens[comma] + ","
        kinds = np.where(closing[last] == 2, 0, random.random(len(last)) < 0.45).astype(np.int64)
        tokens[last] = tokens[last] + np.array([".", ".\n\n"], object)[kinds]


@cache
def _paper(number: int) -> tuple[str, str, list[tuple[str, ...]]]:
    """A source: the beginning of its addresses, its name, and who writes for it."""
    name = syllables(number * 97 + 5, 2)
    writers = [f"{_FIRST_NAMES[n]} {syllables(number * 31 + n + 70_000, 2).capitalize()}" for n in range(WRITERS)]
    return f"https://{name}.example/", f"{name.capitalize()} Post", [(writer,) for writer in writers]


def _by_owner(kind: _Kind, named: tuple[Ids, Ids]) -> list[tuple[Entity, ...]]:
    """The entities of each article of a block, each once."""
    owners, numbers = named
    bounds = np.searchsorted(owners, np.arange(BLOCK + 1)).tolist()
    of, entity = numbers.tolist(), kind.entities.__getitem__
    return [tuple(map(entity, dict.fromkeys(of[low:high]))) for low, high in pairwise(bounds)]
