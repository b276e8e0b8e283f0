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
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from searchsvc.names import Name, differ, middles_agree, nicknames_of, of_either, spelled
from searchsvc.namings import NO_DAY, OTHER, Archive, Profiles, near
from searchsvc.spellings import Spellings

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
#: For a surname alone: articles near it that its bearer has, their share of all near ones that have a bearer, and the
#: weight of the company in common, more where more than so many people have that name.
FEW_BEARERS = 4
BEARER_ARTICLES, BEARER_SHARE, BEARER_COMPANY = 5, 0.95, 5.5
#: Articles looked at for the company of a rarer name.
MOST_COMPARED = 40
#: Bounds of what all companions in one article speak for or against.
ALL_COMPANIONS = (-6.0, 10.0)
# Persons that a name is weighed against, the most frequent of those whom it fits.
_MOST_CANDIDATES = 8


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


def doubtful(archive: Archive, pins: Sequence[Pin]) -> list[tuple[Pin, str]]:
    """The pins that do nothing, or most likely not what was meant, each with what is odd about it."""
    sames = {pin.name: pin.person for pin in pins if pin.same}
    steps = set(sames.values())
    found = []
    for pin in pins:
        person = _pinned(sames, pin.person) if pin.same else pin.person
        unknown = [name for name in (pin.name, person) if archive.number(name) is None]
        if pin.same and _pinned(sames, pin.name) == pin.name:
            found.append((pin, "does nothing: the pins lead from it in a circle"))
        elif pin.name in unknown and pin.same and pin.name in steps:
            continue  # another pin leads on by way of it
        elif pin.name in unknown or (unknown and not pin.same):
            found.append((pin, f"does nothing: no article names {' or '.join(unknown)}"))
        elif unknown:
            found.append((pin, f"no article names {person}: {pin.name} is shown under that name"))
    return found


def _pinned(sames: Mapping[str, str], label: str) -> str:
    """The name that a name is another form of by hand, step by step; itself where there is none, or no end."""
    seen, person = {label}, label
    while (after := sames.get(person)) is not None:
        if after in seen:
            return label
        seen.add(after)
        person = after
    return person


class _People:
    """The persons that names are found to be: the most frequent form is the root of each."""

    def __init__(self, archive: Archive, pins: Sequence[Pin]) -> None:
        self.archive = archive
        self.spellings = Spellings(archive)
        self.name = self.spellings.name
        self.profile = Profiles(archive).of
        self._root: dict[int, int] = {}
        self._forms: dict[int, list[int]] = {}
        self._decisions: dict[int, Decision] = {}
        self._sames = {pin.name: pin.person for pin in pins if pin.same}
        #: What a person goes by who is known by hand alone.
        self.called: dict[int, str] = {}
        # And the person of such a name.
        self._by_hand: dict[str, int] = {}
        self._never = {frozenset((pin.name, pin.person)) for pin in pins if not pin.same}
        self._count = max(self.spellings.given.total(), 1)

    @cached_property
    def order(self) -> list[int]:
        """All names, those that others are pinned to first, then the most frequent."""
        archive = self.archive
        known = {_pinned(self._sames, name) for name in self._sames}
        numbers = np.array(archive.people, np.int32)
        labels = [archive.labels[number] for number in archive.people]
        unknown = np.array([label not in known for label in labels], bool)
        lengths = np.fromiter(map(len, labels), np.int32, len(labels))
        order = np.lexsort((numbers, lengths, self.spellings.glued, -archive.counts[numbers], unknown))
        found: list[int] = numbers[order].tolist()
        return found

    def root(self, number: int) -> int:
        """The person of a name."""
        return self._root.get(number, number)

    def forms(self, root: int) -> Sequence[int]:
        """The names of a person."""
        return self._forms.get(root, (root,))

    def decided(self) -> list[Decision]:
        """Decide on each name, the most frequent first: it is a form of one decided before, or a person of its own."""
        archive = self.archive
        by_spelling: dict[str, int] = {}
        for number in self.order:
            label = archive.labels[number]
            pinned = _pinned(self._sames, label)
            # Not -Va, the end of D-Va.
            spelling = spelled(label) if label[0].isalnum() and self.spellings.respelt(number) else ""
            same = by_spelling.get(spelling)
            if pinned != label:
                self._pin(number, pinned)
            elif same is not None and self.may(number, same):
                self._merge(number, same, "spelling", {})
            elif self.name(number).bare or not self._found(number):
                self._begin(number)
            if spelling:
                by_spelling.setdefault(spelling, self.root(number))
        return sorted(self._decisions.values(), key=lambda decision: decision.name)

    def _begin(self, number: int) -> None:
        self.spellings.hold(number, number, again=True)

    def _merge(self, number: int, root: int, rule: str, evidence: Mapping[str, Any]) -> None:
        archive = self.archive
        evidence = {"articles": [int(archive.counts[number]), int(archive.counts[root])], **evidence}
        self._root[number] = root
        self._forms.setdefault(root, [root]).append(number)
        self.spellings.hold(number, root, again=False)
        label = archive.labels[number]
        self._decisions[number] = Decision(label, self.label(root), rule, evidence=evidence)

    def label(self, root: int) -> str:
        """What a person goes by."""
        return self.called.get(root, self.archive.labels[root])

    def _pin(self, number: int, person: str) -> None:
        at = self.archive.number(person)
        root = self.root(at) if at is not None else self._by_hand.get(person)
        if root is not None:
            self._merge(number, root, "by hand", {})
        else:  # a name that no article has
            self._begin(number)
            self.called[number] = person
            self._by_hand[person] = number
            self._decisions[number] = Decision(self.archive.labels[number], person, "by hand")

    def may(self, number: int, root: int) -> bool:
        """Whether nothing known by hand says that a name is never this person's."""
        labels = self.archive.labels
        return all(frozenset((labels[number], labels[form])) not in self._never for form in self.forms(root))

    def _found(self, number: int) -> bool:
        """Whether a name is found to be a person decided before; told as refused where it could be one and is not."""
        archive = self.archive
        fits: dict[int, str] = {}
        for holders in self.spellings.alike(number):
            for root in holders:
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
        name = self.name(number)
        rules = [differ(name, self.name(form)) for form in self.forms(root)]
        if rules[0] is None or any(
            rule is None and not middles_agree(name.middle, self.name(form).middle)
            for rule, form in zip(rules, self.forms(root), strict=True)
        ):
            return None
        return rules[0]

    def _score(self, number: int, root: int, rule: str) -> tuple[float, dict[str, Any]]:
        """The log-odds that a name is this person, and what they rest on."""
        archive, name, profile = self.archive, self.name(number), self.profile(root)
        count, most = int(archive.counts[number]), len(profile.articles)
        namesakes = self._namesakes(name, root)
        mine = archive.articles(number)
        apart = mine[~np.isin(mine, profile.articles)]
        besides = frozenset((number, *self.forms(root)))
        company, total = Counter[int](), 0.0
        some = apart[:: max(1, len(apart) // MOST_COMPARED)]
        for article in some.tolist():
            numbers, weights = profile.weights(article, besides)
            total += float(np.clip(weights.sum(), *ALL_COMPANIONS)) + profile.dated(int(archive.days[article]))
            company.update(numbers[weights > 0.7].tolist())
        context = total / len(some) if len(some) else 0.0
        together = len(mine) - len(apart)
        score = PRIOR[rule] - math.log(namesakes) + context + self._doubts(name, self.name(root), rule)
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
        mine = self.name(root)
        tally = self.spellings.given
        given = tally[name.first] + (tally[mine.first] if mine.first != name.first else 0)
        if len(name.first) == 1 or len(mine.first) == 1:  # an initial: all that begin so
            given = max(given, self._initials[name.first[0]])
        last = max(self.spellings.last[name.last], self.spellings.last[mine.last])
        return max(given - 1, 0.5) * max(last - 1, 0.5) / self._count + 0.002

    @cached_property
    def _initials(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for given, count in self.spellings.given.items():
            found[given[:1]] += count
        return found


def _surnames(archive: Archive, people: _People) -> Iterator[Decision]:
    """The decisions on names that are but a surname, article by article."""
    alone = [n for n in archive.people if people.name(n).bare and people.root(n) == n and n not in people.called]
    wanted = {people.name(number).last for number in alone}
    bearers: dict[str, list[int]] = defaultdict(list)
    called: dict[str, list[int]] = defaultdict(list)
    for root in people.order:
        if people.root(root) != root:
            continue
        for form in people.forms(root):
            name = people.name(form)
            if not name.bare:
                for table, piece in ((bearers, name.last), (called, name.first)):
                    if piece in wanted and root not in table[piece][-1:]:
                        table[piece].append(root)
    for number in alone:
        last = people.name(number).last
        if bearers.get(last):
            fit = dict.fromkeys(bearers[last])
            others = [root for root in dict.fromkeys(called.get(last, ())) if root not in fit]
            yield from _surname(archive, people, number, list(fit), others)


def _surname(
    archive: Archive, people: _People, number: int, bearers: Sequence[int], others: Sequence[int]
) -> Iterator[Decision]:
    """The decisions on one surname. others: people of whom it is the given name."""
    label = archive.labels[number]
    refused: Counter[str] = Counter()
    everyone = [*bearers, *others]
    # Of Smith there are thousands: only those with enough articles can be meant, the rest is counted in one.
    likely = {
        root: np.sort(archive.days[archive.articles(root)])
        for root in bearers
        if archive.counts[root] >= BEARER_ARTICLES and people.may(number, root)
    }
    days = np.sort(archive.days[np.concatenate([archive.articles(root) for root in everyone])])
    # Of a name that many have it is rather somebody whom the archive names nowhere in full.
    enough = BEARER_COMPANY + max(0.0, math.log(len(everyone) / FEW_BEARERS))
    besides = frozenset((number, *(form for root in everyone for form in people.forms(root))))
    for article in archive.articles(number).tolist():
        day = int(archive.days[article])
        if not besides.isdisjoint(set(archive.company(article).tolist()) - {number}):
            refused["a bearer is named in full beside it"] += 1
            continue
        if day == NO_DAY:
            refused["no date"] += 1
            continue
        around, mine = near(days, day), {root: near(some, day) for root, some in likely.items()}
        best = max(mine, key=lambda root: (mine[root], -root), default=None)
        if best is None or mine[best] < BEARER_ARTICLES or mine[best] < BEARER_SHARE * around:
            refused["no bearer has nearly all articles of that time"] += 1
            continue
        numbers, weights = people.profile(best).weights(article, besides)
        company = float(weights.sum())
        if company < enough:
            refused["the company is not that of its bearer"] += 1
            continue
        evidence = {
            "articles near": [mine[best], around],
            "company": round(company, 1),
            "beside both": [archive.labels[n].removeprefix(OTHER) for n in numbers[np.argsort(-weights)][:5].tolist()],
        }
        yield Decision(label, people.label(best), "surname", archive.ids[article], evidence)
    first = sorted(bearers, key=lambda root: -archive.counts[root])[:5]
    # Else it is rather a name of one word, as Madonna's, than a surname.
    if refused and archive.counts[first[0]] >= refused.total():
        evidence = {
            "articles": sum(refused.values()),
            "bearers": {people.label(root): int(archive.counts[root]) for root in first},
            **({"more bearers": len(bearers) - 5} if len(bearers) > 5 else {}),
            "why": dict(refused.most_common()),
        }
        yield Decision(label, "", "surname", evidence=evidence)
