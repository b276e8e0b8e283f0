"""Which names of the archive's articles are one person? Decided by evidence in the archive itself, else left apart.

Two steps. **Names**: two forms that can be one by their spelling (`names.differ`) are one person if the archive speaks
for it: how many namesakes chance would give, whether those whom the articles name beside both, and their dates, are the
same, and that no third person fits as well. **Surnames**: a surname that stands alone in an article is the bearer who
has nearly all of that time's articles with it, if that article's company is his too.

Nothing is learnt from the order in which articles came, and nothing from earlier decisions: the same articles give the
same decisions. Every decision tells its evidence; what was considered and refused tells why.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from searchsvc.names import Name, differ, glued, keys, middles_agree, name_of, nicknames_of, of_either, spelled

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

#: What stands before the key of a companion that is no person.
OTHER = "\0"
#: The day of an article without one.
NO_DAY = np.iinfo(np.int32).min
#: What speaks for each rule before any evidence of the archive, as log-odds; a slip needs the most evidence.
PRIOR = {
    "middle name": 3.0, "nickname": 2.0, "initials": 1.0, "transliteration": 1.0, "plural": 0.5, "misspelling": 0.5,
}  # fmt: skip
#: The log-odds from which on two names are one, and by how much the best of several must be ahead of the next.
ENOUGH, AHEAD = 7.0, 4.0
#: What speaks against it: a middle initial that one form lacks, beside another first name; a middle name in full, which
#: people go by (John Quincy Adams is not John Adams); a short form of several names (Ted), and of a woman's and a man's
#: (Chris).
INITIAL_TOO, MIDDLE_NAME, SHORT_OF_SEVERAL, OF_EITHER = -1.0, -3.0, -1.0, -3.0
#: The least weight of the company in common where a name is written otherwise: it may be another name.
OTHERWISE, LEAST_COMPANY = ("transliteration", "initials"), 2.0
#: The most namesakes by chance where an initial is taken for a name.
MOST_NAMESAKES = 0.5
#: The rules of slips of the pen: the rarer form has at most so many articles for each of the other's.
SLIPS, RARE = ("plural", "misspelling"), 0.04
#: Days around an article in which a person's other articles speak for a surname, and for a name.
NEAR_DAYS = 60
#: For a surname alone: articles near it that its bearer has, their share of all near ones that have a bearer, and the
#: weight of the company in common, more where more than so many people have that name.
FEW_BEARERS = 4
BEARER_ARTICLES, BEARER_SHARE, BEARER_COMPANY = 5, 0.95, 5.5
#: Articles looked at for the company of a rarer name.
MOST_COMPARED = 40
#: Bounds of what one companion, and of what all of them in one article, speak for or against.
ONE_COMPANION, ALL_COMPANIONS = (-1.5, 2.5), (-6.0, 10.0)
# Names with the same key that are compared with one another; more than so many share a surname like Smith in an
# archive of millions, of whom the most frequent are compared.
_MOST_OF_KEY = 400
_MOST_CANDIDATES = 8


@dataclass(frozen=True, slots=True)
class Naming:
    """Whom one article names. `day` is days since 1970, NO_DAY if it is not known; `others` are the countries and
    organisations, under keys that no two kinds share."""

    id: str
    day: int
    people: tuple[str, ...]
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """That `name` is `person`, or, where `person` is "", that it stays what it is, and why (`rule` is the reason).

    article: the id of the one article that it holds for; "" for all. evidence: what it rests on, by name.
    """

    name: str
    person: str
    rule: str
    article: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pin:
    """What is known by hand: that two names are the same person, or never are."""

    same: bool
    name: str
    person: str


def decide(archive: Archive, pins: Sequence[Pin] = ()) -> list[Decision]:
    """The decisions on all names of the archive, first those on names, then those on surnames in single articles, each
    in alphabetical order. Pins go before all evidence."""
    people = _People(archive, pins)
    decided = people.decided()
    return [*decided, *_surnames(archive, people)]


class Archive:
    """Who is named where: articles, and the names and companions in them, as arrays. The same in whatever order the
    articles come: they are numbered by their ids, names and companions in alphabetical order."""

    def __init__(self, namings: Iterable[Naming]) -> None:
        met: dict[str, int] = {}
        ids: list[str] = []
        days, sizes, flat = array("i"), array("i"), array("i")
        for naming in namings:
            ids.append(naming.id)
            days.append(naming.day)
            some = {met.setdefault(OTHER + other, len(met)) for other in naming.others}
            some |= {met.setdefault(person, len(met)) for person in naming.people}
            sizes.append(len(some))
            flat.extend(some)
        by_id = sorted(range(len(ids)), key=ids.__getitem__)
        rank = np.empty(len(ids), np.int32)
        rank[by_id] = np.arange(len(ids), dtype=np.int32)
        self.ids = [ids[at] for at in by_id]
        self.days: Ints = np.array(days, np.int32)[by_id]
        self.labels = sorted(met)
        self.number = {label: number for number, label in enumerate(self.labels)}
        number_of = np.empty(len(met), np.int32)
        number_of[[met[label] for label in self.labels]] = np.arange(len(met), dtype=np.int32)
        articles = rank[np.repeat(np.arange(len(ids)), np.array(sizes, np.int32))]
        company = number_of[np.array(flat, np.int32)]
        order = np.lexsort((company, articles))
        self._company: Ints = company[order]
        self._ends: npt.NDArray[np.int64] = np.cumsum(
            np.concatenate(([0], np.bincount(articles, minlength=len(ids)))), dtype=np.int64
        )
        order = np.lexsort((articles, company))
        self._articles: Ints = articles[order]
        self.counts: Ints = np.bincount(company, minlength=len(met)).astype(np.int32)
        self._starts: npt.NDArray[np.int64] = np.cumsum(np.concatenate(([0], self.counts)), dtype=np.int64)
        self._sorted_days: Ints = np.sort(self.days[self.days != NO_DAY])

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def people(self) -> list[int]:
        """The numbers of the names of people."""
        return [number for number, label in enumerate(self.labels) if not label.startswith(OTHER)]

    def articles(self, number: int) -> Ints:
        """The articles that have a name or companion, ascending."""
        return self._articles[self._starts[number] : self._starts[number + 1]]

    def company(self, article: int) -> Ints:
        """All that an article names, ascending."""
        return self._company[self._ends[article] : self._ends[article + 1]]

    def near(self, day: int) -> int:
        """How many articles are of these days."""
        low, high = np.searchsorted(self._sorted_days, (day - NEAR_DAYS, day + NEAR_DAYS + 1))
        return int(high - low)


class Profile:
    """The articles of one person, under all the names decided so far, and who is named in them."""

    def __init__(self, archive: Archive, numbers: Sequence[int]) -> None:
        self._archive = archive
        self.articles: Ints = np.unique(np.concatenate([archive.articles(number) for number in numbers]))
        self.days: Ints = np.sort(archive.days[self.articles])
        company = np.concatenate([archive.company(article) for article in self.articles.tolist()])
        self._known, self._counts = np.unique(company, return_counts=True)

    def near(self, day: int) -> int:
        """Its articles of these days."""
        if day == NO_DAY:
            return 0
        low, high = np.searchsorted(self.days, (day - NEAR_DAYS, day + NEAR_DAYS + 1))
        return int(high - low)

    def weights(self, article: int, besides: frozenset[int]) -> tuple[Ints, Floats]:
        """Those whom an article names, but for some, and what each speaks for its being this person's: the logarithm
        of how much oftener than by chance it is named in this person's articles, drawn to 0 where articles are few."""
        archive = self._archive
        company = archive.company(article)
        company = company[[number not in besides for number in company.tolist()]]
        place = np.minimum(np.searchsorted(self._known, company), len(self._known) - 1)
        held = np.where(self._known[place] == company, self._counts[place], 0)
        expected = archive.counts[company] * (len(self.articles) / len(archive))
        return company, np.clip(np.log((held + 1) / (expected + 1)), *ONE_COMPANION)

    def dated(self, day: int) -> float:
        """What an article's day speaks for its being this person's."""
        if day == NO_DAY:
            return 0.0
        expected = len(self.articles) * self._archive.near(day) / len(self._archive)
        return float(np.clip(math.log((self.near(day) + 1) / (expected + 1)), *ONE_COMPANION))


class _People:
    """The persons that names are found to be: the most frequent form is the root of each."""

    def __init__(self, archive: Archive, pins: Sequence[Pin]) -> None:
        self.archive = archive
        self.names: dict[int, Name] = {number: name_of(archive.labels[number]) for number in archive.people}
        self.root: dict[int, int] = {}
        self.forms: dict[int, list[int]] = {}
        self._profiles: dict[int, Profile] = {}
        self._decisions: dict[int, Decision] = {}
        self._sames = {pin.name: pin.person for pin in pins if pin.same}
        # What a person goes by who is known by hand alone, and the person of such a name.
        self._called: dict[int, str] = {}
        self._by_hand: dict[str, int] = {}
        self._never = {frozenset((pin.name, pin.person)) for pin in pins if not pin.same}
        # How many names have each given name and each surname: of how many namesakes chance would make two.
        full = [name for name in self.names.values() if not name.bare]
        self._given = Counter(name.first for name in full)
        self._last = Counter(name.last for name in full)
        self._count = max(len(full), 1)
        self._by_key: dict[tuple[str, str], list[int]] = defaultdict(list)

    def profile(self, root: int) -> Profile:
        """The articles of a person."""
        found = self._profiles.get(root)
        if found is None:
            found = self._profiles[root] = Profile(self.archive, self.forms[root])
        return found

    def decided(self) -> list[Decision]:
        """Decide on each name, the most frequent first: it is a form of one decided before, or a person of its own."""
        archive = self.archive
        known = {self._pinned(name) for name in self._sames}
        order = sorted(
            self.names,
            key=lambda n: (
                archive.labels[n] not in known,
                -int(archive.counts[n]),
                glued(archive.labels[n]),
                len(archive.labels[n]),
                n,
            ),
        )
        by_spelling: dict[str, int] = {}
        for number in order:
            label = archive.labels[number]
            pinned = self._pinned(label)
            spelling = spelled(label)
            if pinned != label:
                self._pin(number, pinned)
            elif spelling in by_spelling and label[0].isalnum() and self.may(number, by_spelling[spelling]):
                self._merge(number, by_spelling[spelling], "spelling", {})
            elif self.names[number].bare or not self._found(number):
                self._begin(number)
            if label[0].isalnum():  # not -Va, the end of D-Va
                by_spelling.setdefault(spelling, self.root[number])
        return sorted(self._decisions.values(), key=lambda decision: decision.name)

    def _begin(self, number: int) -> None:
        self.root[number] = number
        self.forms[number] = [number]
        for key in keys(self.names[number]):
            some = self._by_key[key]
            if len(some) < _MOST_OF_KEY:
                some.append(number)

    def _merge(self, number: int, root: int, rule: str, evidence: Mapping[str, Any]) -> None:
        archive = self.archive
        evidence = {"articles": [int(archive.counts[number]), len(self.profile(root).articles)], **evidence}
        self.root[number] = root
        self.forms[root].append(number)
        if not self.names[number].bare:
            for key in keys(self.names[number]):
                if root not in self._by_key[key] and len(self._by_key[key]) < _MOST_OF_KEY:
                    self._by_key[key].append(root)
        label = archive.labels[number]
        self._decisions[number] = Decision(label, self.label(root), rule, evidence=evidence)

    def label(self, root: int) -> str:
        """What a person goes by."""
        return self._called.get(root, self.archive.labels[root])

    def _pinned(self, label: str) -> str:
        """The name that a name is another form of by hand, step by step; itself where there is none, or no end."""
        seen, person = {label}, label
        while (after := self._sames.get(person)) is not None:
            if after in seen:
                return label
            seen.add(after)
            person = after
        return person

    def _pin(self, number: int, person: str) -> None:
        at = self.archive.number.get(person)
        root = self.root.get(at) if at is not None else self._by_hand.get(person)
        if root is not None:
            self._merge(number, root, "by hand", {})
        else:  # a name that no article has
            self._begin(number)
            self._called[number] = person
            self._by_hand[person] = number
            self._decisions[number] = Decision(self.archive.labels[number], person, "by hand")

    def may(self, number: int, root: int) -> bool:
        """Whether nothing known by hand says that a name is never this person's."""
        labels = self.archive.labels
        return all(frozenset((labels[number], labels[form])) not in self._never for form in self.forms[root])

    def _found(self, number: int) -> bool:
        """Whether a name is found to be a person decided before; told as refused where it could be one and is not."""
        name, archive = self.names[number], self.archive
        fits: dict[int, str] = {}
        for key in keys(name):
            for root in self._by_key[key]:
                if root not in fits:
                    rule = self._rule(number, root)
                    if rule is not None:
                        fits[root] = rule
        if not fits:
            return False
        best = sorted(fits, key=lambda root: -int(archive.counts[root]))[:_MOST_CANDIDATES]
        scored = sorted(((self._score(number, root, fits[root]), root) for root in best), key=lambda row: -row[0][0])
        (score, evidence), root = scored[0]
        label, rule = archive.labels[number], fits[root]
        beside = {self.label(other): round(result[0], 1) for result, other in scored[1:]}
        if beside:
            evidence = {**evidence, "others": beside}
        if score >= ENOUGH and (len(scored) == 1 or score - scored[1][0][0] >= AHEAD):
            self._merge(number, root, rule, evidence)
            return True
        why = "not enough evidence" if score < ENOUGH else "ambiguous"
        self._decisions[number] = Decision(
            label, "", why, evidence={"nearest": self.label(root), "by": rule, **evidence}
        )
        return False

    def _rule(self, number: int, root: int) -> str | None:
        """How a name differs from a person's, if it agrees with all the middle names that this person goes by."""
        if not self.may(number, root):
            return None
        name = self.names[number]
        rules = [differ(name, self.names[form]) for form in self.forms[root]]
        if rules[0] is None or any(
            rule is None and not middles_agree(name.middle, self.names[form].middle)
            for rule, form in zip(rules, self.forms[root], strict=True)
        ):
            return None
        return rules[0]

    def _score(self, number: int, root: int, rule: str) -> tuple[float, dict[str, Any]]:
        """The log-odds that a name is this person, and what they rest on."""
        archive, name, profile = self.archive, self.names[number], self.profile(root)
        count, most = int(archive.counts[number]), len(profile.articles)
        namesakes = self._namesakes(name, root)
        mine = archive.articles(number)
        apart = mine[~np.isin(mine, profile.articles)]
        besides = frozenset((number, *self.forms[root]))
        company, total = Counter[int](), 0.0
        some = apart[:: max(1, len(apart) // MOST_COMPARED)]
        for article in some.tolist():
            numbers, weights = profile.weights(article, besides)
            total += float(np.clip(weights.sum(), *ALL_COMPANIONS)) + profile.dated(int(archive.days[article]))
            company.update(numbers[weights > 0.7].tolist())
        context = total / len(some) if len(some) else 0.0
        together = len(mine) - len(apart)
        score = PRIOR[rule] - math.log(namesakes) + context + self._doubts(name, self.names[root], rule)
        if rule in OTHERWISE and len(some) and context < LEAST_COMPANY:
            score -= 10.0
        if rule == "initials" and namesakes > MOST_NAMESAKES:
            score -= 10.0
        if rule in SLIPS:
            score += min(math.log(most / count) - 3, 2.0) if count <= RARE * most else -10.0
        elif together * 2 > count:
            score -= 4.0  # the articles themselves tell the two apart
        evidence = {
            "score": round(score, 1),
            "articles": [count, most],
            "namesakes by chance": float(f"{namesakes:.2g}"),
            "company": round(context, 1),
            "beside both": [archive.labels[n].removeprefix(OTHER) for n, _ in company.most_common(5)],
            "named together": together,
        }
        return score, evidence

    def _doubts(self, name: Name, mine: Name, rule: str) -> float:
        """What the names themselves speak against their being one, besides the rule."""
        doubts = 0.0
        if rule == "nickname":
            short = (name.first, mine.first)
            several = max(len(nicknames_of(given)) for given in short) > 1
            doubts += OF_EITHER if any(map(of_either, short)) else SHORT_OF_SEVERAL if several else 0.0
        if bool(name.middle) != bool(mine.middle):
            if any(len(piece) > 1 for piece in (*name.middle, *mine.middle)):
                doubts += MIDDLE_NAME
            elif rule != "middle name":
                doubts += INITIAL_TOO
        return doubts

    def _namesakes(self, name: Name, root: int) -> float:
        """How many other people of this given name and surname chance would put into this archive."""
        mine = self.names[root]
        given = self._given[name.first] + (self._given[mine.first] if mine.first != name.first else 0)
        if len(name.first) == 1 or len(mine.first) == 1:  # an initial: all that begin so
            given = max(given, self._initials[name.first[0]])
        last = max(self._last[name.last], self._last[mine.last])
        return max(given - 1, 0.5) * max(last - 1, 0.5) / self._count + 0.002

    @cached_property
    def _initials(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for given, count in self._given.items():
            found[given[:1]] += count
        return found


def _surnames(archive: Archive, people: _People) -> Iterator[Decision]:
    """The decisions on names that are but a surname, article by article."""
    bearers: dict[str, list[int]] = defaultdict(list)
    called: dict[str, list[int]] = defaultdict(list)
    for root, forms in people.forms.items():
        for form in forms:
            name = people.names[form]
            if not name.bare:
                for table, piece in ((bearers, name.last), (called, name.first)):
                    if root not in table[piece][-1:]:
                        table[piece].append(root)
    for number in sorted(people.names, key=archive.labels.__getitem__):
        name = people.names[number]
        if name.bare and people.root[number] == number and bearers.get(name.last):
            fit = dict.fromkeys(bearers[name.last])
            others = [root for root in dict.fromkeys(called.get(name.last, ())) if root not in fit]
            yield from _surname(archive, people, number, list(fit), others)


def _surname(
    archive: Archive, people: _People, number: int, bearers: Sequence[int], others: Sequence[int]
) -> Iterator[Decision]:
    """The decisions on one surname. others: people of whom it is the given name."""
    label = archive.labels[number]
    refused: Counter[str] = Counter()
    everyone = [*bearers, *others]
    # Of Smith there are thousands: only those with enough articles can be meant, the rest is counted in one.
    likely = [
        root for root in bearers if len(people.profile(root).articles) >= BEARER_ARTICLES and people.may(number, root)
    ]
    days = np.sort(archive.days[np.concatenate([people.profile(root).articles for root in everyone])])
    # Of a name that many have it is rather somebody whom the archive names nowhere in full.
    enough = BEARER_COMPANY + max(0.0, math.log(len(everyone) / FEW_BEARERS))
    besides = frozenset((number, *(form for root in everyone for form in people.forms[root])))
    for article in archive.articles(number).tolist():
        day = int(archive.days[article])
        if not besides.isdisjoint(set(archive.company(article).tolist()) - {number}):
            refused["a bearer is named in full beside it"] += 1
            continue
        if day == NO_DAY:
            refused["no date"] += 1
            continue
        low, high = np.searchsorted(days, (day - NEAR_DAYS, day + NEAR_DAYS + 1))
        near = {root: people.profile(root).near(day) for root in likely}
        best = max(near, key=lambda root: (near[root], -root), default=None)
        if best is None or near[best] < BEARER_ARTICLES or near[best] < BEARER_SHARE * int(high - low):
            refused["no bearer has nearly all articles of that time"] += 1
            continue
        numbers, weights = people.profile(best).weights(article, besides)
        company = float(weights.sum())
        if company < enough:
            refused["the company is not that of its bearer"] += 1
            continue
        evidence = {
            "articles near": [near[best], int(high - low)],
            "company": round(company, 1),
            "beside both": [archive.labels[n].removeprefix(OTHER) for n in numbers[np.argsort(-weights)][:5].tolist()],
        }
        yield Decision(label, people.label(best), "surname", archive.ids[article], evidence)
    first = sorted(bearers, key=lambda root: -len(people.profile(root).articles))[:5]
    # Else it is rather a name of one word, as Madonna's, than a surname.
    if refused and len(people.profile(first[0]).articles) >= refused.total():
        evidence = {
            "articles": sum(refused.values()),
            "bearers": {people.label(root): len(people.profile(root).articles) for root in first},
            **({"more bearers": len(bearers) - 5} if len(bearers) > 5 else {}),
            "why": dict(refused.most_common()),
        }
        yield Decision(label, "", "surname", evidence=evidence)
