"""Here is a question, give me the hits and the counts: the embedded engine, exact, on one machine.

Postings under a codec of Whoosh, and columns beside them for what is counted and filtered, all as arrays. Does not keep
the articles themselves (the store does), and does not know HTTP.
"""

from __future__ import annotations

import base64
import hashlib
import shutil
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import orjson

from searchsvc import snippets
from searchsvc.analysis import DEFAULT_LANGUAGE
from searchsvc.document import Document
from searchsvc.engines import Documents, Engine
from searchsvc.engines.whoosh import counting, ranking, writing
from searchsvc.engines.whoosh.checking import snapshot_faults
from searchsvc.engines.whoosh.columns import ABOUT, COLUMNS, NO_DAY, Ints, Vocabulary
from searchsvc.engines.whoosh.docset import DocSet, union
from searchsvc.engines.whoosh.generations import Generations, Manifest
from searchsvc.engines.whoosh.matching import Matcher, dated
from searchsvc.engines.whoosh.snapshot import Snapshot
from searchsvc.engines.whoosh.terms import Terms
from searchsvc.errors import BadRequest, CursorGone
from searchsvc.expression import Warned
from searchsvc.fields import ENTITIES
from searchsvc.query import Query
from searchsvc.results import Bucket, Facet, Hit, Results, Snippet, Timeline
from searchsvc.stories import NO_CHANGES, Changes

#: Generations before the current one that a cursor may still go on in.
_HELD = 2
# Articles from which on there can be so many values to count that it pays to prepare for them.
_PREPARED_FROM = 10_000
# Documents of a word from which on it is kept what was counted of them: of fewer it is soon counted again.
_COUNTED_FROM = 50_000
# Words that a new generation takes up from the one before.
_WARMED = 64
# Seconds after the first question: a process that asks one alone is not held up.
_PREPARED_AFTER = 0.05


@dataclass(frozen=True)
class _Opened:
    """A snapshot with what is kept for it."""

    snapshot: Snapshot
    terms: Terms
    #: Set when the first question has come.
    asked: threading.Event = field(default_factory=threading.Event)

    @property
    def state(self) -> str:
        return f"{self.snapshot.manifest.name}-{self.snapshot.manifest.digest[:12]}"


class WhooshEngine:
    """The engine over one index directory. Any number of threads may ask; one thread publishes or refreshes."""

    def __init__(self, directory: Path, documents: Documents) -> None:
        self._generations = Generations(directory)
        self._documents = documents
        self._vocabularies = {name: Vocabulary() for name in COLUMNS}
        self._changing = threading.Lock()
        self._opened: _Opened | None = None
        self._before: list[_Opened] = []
        self.refresh()

    @property
    def position(self) -> int:
        opened = self._opened
        return opened.snapshot.manifest.position if opened else 0

    @property
    def story_position(self) -> int:
        opened = self._opened
        return opened.snapshot.stories.position if opened else 0

    @property
    def generation(self) -> str:
        opened = self._opened
        return opened.snapshot.manifest.name if opened else ""

    @property
    def state(self) -> str:
        return self._opened.state if self._opened else ""

    @property
    def documents(self) -> int:
        """How many documents the generation served holds."""
        opened = self._opened
        return opened.snapshot.manifest.documents if opened else 0

    @property
    def damaged(self) -> dict[str, str]:
        """Generations that were passed over, with the reason."""
        return dict(self._generations.passed_over)

    def refresh(self) -> bool:
        with self._changing:
            if self._opened is not None and self._generations.current() == self.generation:
                return False
            manifest = self._generations.newest()
            if manifest is None or manifest.name == self.generation:
                return False
            self._take_up(manifest)
            return True

    def _take_up(self, manifest: Manifest) -> None:
        before = self._opened
        folder = self._generations.root / manifest.name
        snapshot = Snapshot(folder, manifest, self._vocabularies, before.snapshot if before else None)
        self._opened = _Opened(snapshot, Terms(snapshot))
        if before is not None:
            self._before = [before, *self._before][:_HELD]

    def _prepare(self, opened: _Opened) -> None:
        """Derive, while questions are answered without it, what they have in common: the words last asked of the
        generation before, and what makes questions that find very much quick."""
        time.sleep(_PREPARED_AFTER)
        if self._before:
            opened.terms.warm(self._before[0].terms, _WARMED)
        counting.dates(opened.snapshot, "month", DocSet.none(opened.snapshot.size))
        for name in ENTITIES:
            if self._opened is not opened:
                return
            opened.snapshot.values(name).prepare()
        for vocabulary in self._vocabularies.values():
            vocabulary.fold_all()

    def publish(self, documents: Sequence[Document], position: int, changes: Changes = NO_CHANGES) -> dict[str, str]:
        self.refresh()
        base = self._opened.snapshot.manifest if self._opened else None
        refused = writing.publish(self._generations, base, documents, position, changes)
        self.refresh()
        return refused

    def tidy(self) -> None:
        self._generations.tidy()
        for left in self._generations.root.parent.glob("rebuild-*"):
            shutil.rmtree(left, ignore_errors=True)

    @contextmanager
    def rebuilt(self) -> Iterator[Engine]:
        with self._beside(None) as engine:
            yield engine

    @contextmanager
    def continued(self) -> Iterator[Engine]:
        self.refresh()
        with self._beside(self._opened.snapshot.manifest if self._opened else None) as engine:
            yield engine

    @contextmanager
    def _beside(self, base: Manifest | None) -> Iterator[Engine]:
        """An engine that begins with this generation, or with none, and whose last one is served here."""
        self.tidy()
        with tempfile.TemporaryDirectory(prefix="rebuild-", dir=self._generations.root.parent) as beside:
            if base is not None:
                Generations(Path(beside)).adopt(self._generations, base)
            engine = WhooshEngine(Path(beside), self._documents)
            try:
                yield engine
                if engine._opened is not None:
                    self._generations.adopt(engine._generations, engine._opened.snapshot.manifest)
            finally:
                engine.close()
        self.refresh()

    def ids(self) -> Iterable[str]:
        if self._opened is not None:
            snapshot = self._opened.snapshot
            yield from snapshot.ids(snapshot.live.ids)

    def faults(self) -> Iterable[str]:
        yield from self._generations.faults()
        if self._opened is not None:
            yield from snapshot_faults(self._opened.snapshot)

    def close(self) -> None:
        self._opened, self._before = None, []

    # Asking

    def search(self, query: Query) -> Results:
        began = time.perf_counter()
        opened = self._at(query)
        if opened is None:
            return Results(query, 0, (), _no_facets(query), warnings=query.warnings)
        found = _Found(opened, query)
        numbers, scores, cursor = found.page()
        hits = self._hits(found, numbers, scores)
        facets = {}
        for request in query.facets:
            if request.field == "date":
                facets["date"] = found.date_facet(request.interval)
            else:
                facets[request.field] = found.facet(request.field, request.size, request.prefix)
        return Results(
            query,
            found.total,
            hits,
            facets,
            warnings=(*query.warnings, *found.warnings),
            generation=opened.snapshot.manifest.name,
            next_cursor=cursor,
            any_total=found.any_total(),
            took_ms=round((time.perf_counter() - began) * 1000, 3),
            report=found.report() if query.explain else None,
        )

    def facet(self, query: Query, field: str, *, size: int, prefix: str = "", also: Sequence[str] = ()) -> Facet:
        opened = self._at(query)
        if opened is None:
            return Facet(field, (), 0, 0, 0)
        return _Found(opened, query).facet(field, size, prefix, also)

    def timeline(self, query: Query, interval: str, *, share: bool = False, split: str | None = None) -> Timeline:
        opened = self._at(query)
        if opened is None:
            return Timeline(interval, (), 0, 0)
        return _Found(opened, query).timeline(interval, share=share, split=split)

    def _at(self, query: Query) -> _Opened | None:
        """The snapshot to answer from: that of the query's cursor, else the newest."""
        if query.cursor in (None, "*"):
            opened = self._opened
            if opened is not None and not opened.asked.is_set():
                opened.asked.set()
                if opened.snapshot.count > _PREPARED_FROM:
                    threading.Thread(target=self._prepare, args=(opened,), daemon=True).start()
            return opened
        state = _cursor(query)[0]
        for opened in (self._opened, *self._before):
            if opened is not None and opened.state == state:
                return opened
        raise CursorGone("the index has moved on since this cursor was given; begin again with cursor=*")

    def _hits(self, found: _Found, numbers: Ints, scores: list[float | None]) -> tuple[Hit, ...]:
        ids = found.snapshot.ids(numbers)
        documents = self._documents(ids)
        copies = found.snapshot.stories.copies[numbers].tolist()
        hits = []
        for id_, score, count in zip(ids, scores, copies, strict=True):
            document = documents.get(id_)
            if document is not None:  # else it went since this generation was written
                marks = _highlights(found, document) if found.query.highlight else {}
                hits.append(Hit(document, score, marks, count))
        return tuple(hits)


def _highlights(found: _Found, document: Document) -> dict[str, tuple[Snippet, ...]]:
    article = document.article
    return {
        "title": (snippets.title(article.title, found.matcher.sought("title", article.language), article.language),),
        "text": snippets.passages(article.text, found.matcher.sought("text", article.language), article.language),
    }


def _no_facets(query: Query) -> dict[str, Facet]:
    facets = {}
    for request in query.facets:
        chosen = query.filter(request.field)
        buckets = tuple(Bucket(value, value, 0, True) for value in (*chosen.any, *chosen.all))
        facets[request.field] = Facet(request.field, buckets, 0, 0, 0)
    return facets


class _Found:
    """What one question finds in one snapshot: every set is computed once."""

    def __init__(self, opened: _Opened, query: Query) -> None:
        self.snapshot = opened.snapshot
        self.query = query
        self.terms = opened.terms
        self.state = opened.state
        self.matcher = Matcher(opened.terms, query)
        began = time.perf_counter()
        self.matched = self.matcher.match(query.expression)
        self._choices: dict[str, DocSet] = {}
        base, snapshot = self.matched, self.snapshot
        if query.from_date is not None or query.to_date is not None:
            base = base & dated(snapshot, query.from_date, query.to_date)
        for name, chosen in query.filters:
            column = self._column(name)
            for value in chosen.all:
                base = base & snapshot.holding(column, value)
            for value in chosen.none:
                base = base - snapshot.holding(column, value)
            if chosen.any:
                self._choices[name] = union((snapshot.holding(column, v) for v in chosen.any), snapshot.size)
        self._base = base
        self.documents = self._without(None)
        self._by_story = query.count == "stories"
        self.total = counting.total(snapshot, self.documents, by_story=self._by_story)
        self._matching_ms = (time.perf_counter() - began) * 1000

    @property
    def warnings(self) -> tuple[Warned, ...]:
        return tuple(self.matcher.warnings)

    def _without(self, field: str | None) -> DocSet:
        """The documents under every filter but the choice (`any`) in this field: `all` and `none` stay, so that the
        count beside a value is the total after choosing it."""
        documents = self._base
        for name, choice in self._choices.items():
            if name != field:
                documents = documents & choice
        return documents

    def _column(self, field: str) -> str:
        """The column that tells a field's values: of entities all that are mentioned, or those written about."""
        return ABOUT + field if self.query.about and field in ENTITIES else field

    @cached_property
    def _near(self) -> counting.Near | None:
        """The documents by those of a frequent word that are nearly all of them, where that comes again: what is
        counted of such a word is kept, as what it is worth is."""
        terms, documents = self.terms, self.documents
        words = [
            leaf
            for leaf in self.matcher.leaves
            if len(leaf.scored.documents) >= _COUNTED_FROM
            and terms.known(leaf.names, leaf.ways) is leaf.scored  # no phrase or wildcard
        ]
        if self._by_story or len(documents) < _COUNTED_FROM or not words:
            return None
        word = min(words, key=lambda leaf: abs(len(leaf.scored.documents) - len(documents)))
        near = counting.Near.of(
            documents,
            word.scored.documents,
            lambda name, make: terms.keeping.made((word.names, word.ways, "counted", name), make),
        )
        if near is None or word.scored.is_counted:
            return near
        word.scored.is_counted = True
        return None

    def facet(self, field: str, size: int, prefix: str, also: Sequence[str] = ()) -> Facet:
        documents = self._without(field) if field in self._choices else self.documents
        chosen = self.query.filter(field)
        return counting.facet(
            self.snapshot, field, documents, chosen, size=size, prefix=prefix, also=also, by_story=self._by_story,
            column=self._column(field), near=self._near if documents is self.documents else None,
        )  # fmt: skip

    def date_facet(self, interval: str) -> Facet:
        """The months (or other periods) that hold an article, in the order of time."""
        buckets, missing = counting.dates(
            self.snapshot, interval, self.documents, by_story=self._by_story, near=self._near
        )
        return Facet("date", buckets, len(buckets), 0, missing)

    def timeline(self, interval: str, *, share: bool, split: str | None) -> Timeline:
        by_story = self._by_story
        found, missing = counting.periods(
            self.snapshot, interval, self.documents, everything=share, by_story=by_story
        )  # fmt: skip
        series = []
        if split is not None:
            for bucket in self.facet(split, 5, "").buckets:
                some = self.documents & self.snapshot.holding(self._column(split), bucket.value)
                those, _ = counting.periods(self.snapshot, interval, some, by_story=by_story)
                tally = {p.start: p.count for p in those}
                series.append((bucket, tuple(tally.get(period.start, 0) for period in found)))
        return Timeline(interval, found, missing, self.total, tuple(series))

    def any_total(self) -> int | None:
        """What `match=any` would find, where `match=all` finds nothing and there is more than one word."""
        if self.total or self.query.match == "any" or " " not in self.query.q.strip():
            return None
        try:
            return _Found(_Opened(self.snapshot, self.terms), replace(self.query, match="any", cursor=None)).total
        except BadRequest:
            return None

    def page(self) -> tuple[Ints, list[float | None], str | None]:
        """The documents of the page asked for, their scores, and the cursor of the next page."""
        query = self.query
        start = 0 if query.cursor else (query.page - 1) * query.page_size
        wanted = start + query.page_size
        if query.sort == "relevance" and not self._by_story and query.cursor in (None, "*"):
            ids, found = ranking.best(self.terms, self.matcher.leaves, self.documents, wanted)
            keys, left = -found, len(self.documents)
        else:
            ids, keys, left = self._ordered(wanted)
        numbers, keys = ids[start:wanted], keys[start:wanted]
        scores: list[float | None] = [None] * len(numbers)
        if query.sort == "relevance":
            scores = [round(-key, 6) for key in keys.tolist()]
        cursor = None
        if query.cursor and left > wanted:
            cursor = _token(query, self.state, float(keys[-1]), int(numbers[-1]))
        return numbers, scores, cursor

    def _ordered(self, wanted: int) -> tuple[Ints, ranking.Scores, int]:
        """The first documents in the order asked for (from where the cursor stands), their keys, which ascend, and how
        many there are to come in all."""
        query, documents = self.query, self.documents.ids
        if query.sort == "relevance":
            keys = -ranking.scores(self.terms, self.matcher.leaves, documents)
        elif query.sort == "newest":
            keys = -self.snapshot.instant[documents].astype(np.float64)
        else:
            instants = self.snapshot.instant[documents].astype(np.float64)
            keys = np.where(self.snapshot.first[documents] == NO_DAY, np.inf, instants)  # unknown dates last
        if self._by_story:
            first = self.snapshot.stories.first_of_each(documents, keys)
            documents, keys = documents[first], keys[first]
        if query.cursor not in (None, "*"):
            _, key, last_one = _cursor(query)
            later = (keys > key) | ((keys == key) & (documents > last_one))
            documents, keys = documents[later], keys[later]
        order = ranking.smallest(keys, documents, wanted)
        return documents[order], keys[order], len(documents)

    def report(self) -> dict[str, object]:
        """How the question was answered, for `explain=1`."""
        return {
            "expression": str(self.query.expression),
            "search_in": list(self.query.search_in),
            "matching_ms": round(self._matching_ms, 3),
            "matched_before_filters": len(self.matched),
            "documents": self.snapshot.manifest.documents,
            "segments": len(self.snapshot.segments),
            "sought": sorted(self.matcher.sought("text", DEFAULT_LANGUAGE).terms),
        }


def _fingerprint(query: Query) -> str:
    """Names the question a cursor belongs to: everything that decides which articles come in which order."""
    parts: tuple[object, ...] = (query.q, query.match, query.search_in, query.filters, query.from_date, query.to_date)
    parts += (query.sort, query.count, query.about)
    return hashlib.blake2b(repr(parts).encode(), digest_size=6).hexdigest()


def _token(query: Query, state: str, key: float, document: int) -> str:
    data = {"g": state, "k": repr(key), "d": document, "q": _fingerprint(query)}
    return base64.urlsafe_b64encode(orjson.dumps(data)).decode().rstrip("=")


def _cursor(query: Query) -> tuple[str, float, int]:
    """State, sort key and document of the last hit given, as a cursor says them.

    Raises BadRequest for one that was not given by this service for this question.
    """
    token = query.cursor or ""
    try:
        data = orjson.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        if data["q"] == _fingerprint(query):
            return str(data["g"]), float(data["k"]), int(data["d"])
    except (ValueError, KeyError, TypeError, OverflowError):
        pass
    raise BadRequest(
        "this cursor was not given for this question; begin with cursor=*", code="invalid_cursor", parameter="cursor"
    )
