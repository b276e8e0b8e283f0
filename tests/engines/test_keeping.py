from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from searchsvc.engines.whoosh import keeping
from searchsvc.engines.whoosh.keeping import Keeping


@dataclass(frozen=True)
class Made:
    name: object
    nbytes: int


class Clock:
    """Seconds that only what is made takes."""

    def __init__(self) -> None:
        self.now = 0.0

    def thread_time(self) -> float:
        return self.now

    def making(self, name: object, nbytes: int, seconds: float) -> Callable[[], Made]:
        def make() -> Made:
            self.now += seconds
            return Made(name, nbytes)

        return make


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(keeping, "time", found)
    return found


def test_what_is_kept_is_made_once(clock: Clock) -> None:
    kept = Keeping(10_000)
    assert kept.get("a") is None
    first = kept.made("a", clock.making("a", 2000, 1))
    assert kept.made("a", clock.making("other", 2000, 1)) is first is kept.get("a")
    assert (len(kept), kept.nbytes) == (1, 2000)


def test_the_dear_and_small_stays_while_the_cheap_and_large_pass(clock: Clock) -> None:
    kept = Keeping(100_000)
    kept.made("prefix", clock.making("prefix", 10_000, 0.05))
    for number in range(50):
        kept.made(number, clock.making(number, 40_000, 0.005))
        assert kept.nbytes <= 100_000
    assert kept.get("prefix") is not None
    assert len(kept) == 3


def test_what_is_not_asked_for_ages_however_dear(clock: Clock) -> None:
    kept = Keeping(100_000)
    kept.made("forgotten", clock.making("forgotten", 10_000, 0.05))
    kept.made("asked", clock.making("asked", 10_000, 0.05))
    for number in range(2000):
        kept.made(number, clock.making(number, 40_000, 0.005))
        kept.made("asked", clock.making("asked", 10_000, 0.05))
    assert kept.get("forgotten") is None
    assert kept.get("asked") is not None


def test_the_last_made_is_kept_however_large(clock: Clock) -> None:
    kept = Keeping(1000)
    kept.made("a", clock.making("a", 5000, 1))
    assert kept.get("a") is not None
    kept.made("b", clock.making("b", 900, 9))
    assert kept.get("a") is None
    assert (len(kept), kept.nbytes) == (1, 1000), "the smallest takes its place too"


def test_the_latest_come_first(clock: Clock) -> None:
    kept = Keeping(100_000)
    for name in "abc":
        kept.made(name, clock.making(name, 10, 1))
    kept.made("a", clock.making("a", 10, 1))
    assert list(kept.latest()) == ["a", "c", "b"]


def test_what_cannot_be_made_leaves_nothing(clock: Clock) -> None:
    kept = Keeping(100_000)

    def fail() -> Made:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        kept.made("a", fail)
    assert (len(kept), kept.nbytes, kept.get("a")) == (0, 0, None)


def test_threads_agree_on_what_there_is() -> None:
    kept = Keeping(60_000)
    wrong: list[object] = []

    def ask(seed: int) -> None:
        drawn = random.Random(seed)
        for _ in range(3000):
            key = drawn.randrange(40)
            found = kept.made(key, lambda key=key: Made(key, 1000 + 100 * key))  # type: ignore[misc]
            if found.name != key:
                wrong.append(found)

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert kept.nbytes == sum(1000 + 100 * key for key in kept.latest()) <= 60_000  # type: ignore[operator]
