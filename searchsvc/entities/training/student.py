"""Here are sentences and what the teacher thinks of each word: give me a network that thinks the same, only quicker.

The shapes are those of `searchsvc.entities.tagging.network`; what comes out of `arrays` is what that runs. The table of
pieces is the teacher's own, reduced by singular values and rounded to bytes before anything is learnt on it, so that
nothing is lost when it is packed.
"""

# mypy: disable-error-code="import-not-found,misc,no-untyped-call,no-any-return,no-untyped-def"
# ruff: noqa: S311 (chance that can be repeated is what is wanted)

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from searchsvc.entities.tagging.network import AFFIXES, affixes, key
from searchsvc.entities.tagging.pieces import CASINGS, Pieces, casing
from searchsvc.entities.training.examples import TAGS, is_small
from searchsvc.entities.training.teacher import batches

Log = Callable[[str], None]

#: Shares of the sentences that are recased.
_CAPITALS, _TITLE_CASE, _SMALL = 0.1, 0.1, 0.02


@dataclass(frozen=True, slots=True)
class Sizes:
    """Widths of the parts. The defaults are those that ship."""

    table: int = 128
    project: int = 128
    frequent: int = 32
    affix: int = 16
    casing: int = 8
    cells: int = 128
    layers: int = 1
    frequent_at_least: int = 12


@dataclass(slots=True)
class Lesson:
    """Words and the posteriors of their tags, `[words, tags]` float16."""

    words: Sequence[str]
    opinion: NDArray[np.float16]


def table(vectors: NDArray[np.float32], size: int) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """The best `size` dimensions of the pieces' vectors, as bytes and what each column's are to be multiplied by."""
    centred = vectors - vectors.mean(0)
    _, axes = np.linalg.eigh((centred.T @ centred).astype(np.float64))
    reduced = centred @ axes[:, ::-1][:, :size].astype(np.float32)
    scale = (np.quantile(np.abs(reduced), 0.9995, axis=0) / 127).astype(np.float32)
    return np.clip(np.rint(reduced / scale), -127, 127).astype(np.int8), scale


class Vocabulary:
    """The distinct words of the lessons, as numbers, with all that the network asks of a word."""

    def __init__(self, lessons: Sequence[Lesson], pieces: Pieces, rows: NDArray[np.float32], at_least: int) -> None:
        counts: Counter[str] = Counter()
        for lesson in lessons:
            counts.update(word.lower() for word in lesson.words)
        self.words = sorted(counts)
        self._number = {word: i for i, word in enumerate(self.words)}
        keys: Counter[str] = Counter()
        for word, n in counts.items():
            keys[key(word)] += n
        self.frequent = sorted(word for word, n in keys.items() if n >= at_least)
        place = {word: i + 1 for i, word in enumerate(self.frequent)}
        self.frequents = torch.tensor([place.get(key(word), 0) for word in self.words])
        self.affixes = torch.tensor([affixes(word) for word in self.words])
        self.small = torch.tensor([is_small(word) for word in self.words])
        self.single = torch.tensor([casing(word.upper()) == 3 for word in self.words])
        found = [pieces.of(word) for word in self.words]
        self.vectors = torch.from_numpy(
            np.stack([np.concatenate((rows[p].mean(0), rows[p[0]], rows[p[-1]])) for p in found]).astype(np.float32)
        )

    def numbers(self, words: Sequence[str]) -> tuple[list[int], list[int]]:
        """Words and casings of a sentence."""
        return [self._number[word.lower()] for word in words], [casing(word) for word in words]


class Student(nn.Module):
    """Input: numbers of words and casings; output: logits of tags. See `Network` for the arrays."""

    def __init__(self, sizes: Sizes, frequent: int, seed: int) -> None:
        super().__init__()
        torch.manual_seed(seed)
        self.project = nn.Linear(3 * sizes.table, sizes.project)
        self.frequent = nn.Embedding(1 + frequent, sizes.frequent)
        self.begin = nn.Embedding(AFFIXES, sizes.affix)
        self.end = nn.Embedding(AFFIXES, sizes.affix)
        self.casing = nn.Embedding(CASINGS, sizes.casing)
        for embedding in (self.frequent, self.begin, self.end):
            nn.init.normal_(embedding.weight, std=0.1)
        inputs = sizes.project + sizes.frequent + 2 * sizes.affix + sizes.casing
        self.lstm = nn.LSTM(
            inputs, sizes.cells, sizes.layers, batch_first=True, bidirectional=True, dropout=0.2 * (sizes.layers > 1)
        )
        self.tags = nn.Linear(2 * sizes.cells, len(TAGS))
        self.dropout = nn.Dropout(0.2)

    def forward(self, known: Vocabulary, words: Tensor, casings: Tensor, hidden: Tensor, lengths: Tensor) -> Tensor:
        """`hidden`: words of which nothing is told but the casing."""
        kept = (~hidden)[..., None]
        parts = known.affixes[words]
        x = torch.cat(
            (
                torch.tanh(self.project(known.vectors[words] * kept)),
                self.frequent(torch.where(hidden, 0, known.frequents[words])),
                self.begin(parts[..., 0]) * kept,
                self.end(parts[..., 1]) * kept,
                self.casing(casings),
            ),
            -1,
        )
        packed = pack_padded_sequence(self.dropout(x), lengths, batch_first=True, enforce_sorted=False)
        out, _ = pad_packed_sequence(self.lstm(packed)[0], batch_first=True, total_length=words.shape[1])
        logits: Tensor = self.tags(self.dropout(out))
        return logits

    def arrays(self) -> dict[str, NDArray[np.float16]]:
        """All that is learnt, as `Network` wants it."""
        get = lambda t: t.detach().numpy()  # noqa: E731
        out = {
            "project": get(self.project.weight).T,
            "bias": get(self.project.bias),
            "frequent": get(self.frequent.weight),
            "begin": get(self.begin.weight),
            "end": get(self.end.weight),
            "casing": get(self.casing.weight),
            "tags": get(self.tags.weight).T,
            "tags_bias": get(self.tags.bias),
        }
        for n in range(self.lstm.num_layers):
            both = [{k: get(getattr(self.lstm, f"{k}_l{n}{d}")) for k in _LSTM} for d in ("", "_reverse")]
            out[f"in{n}"] = np.stack([d["weight_ih"].T for d in both])
            out[f"out{n}"] = np.stack([d["weight_hh"].T for d in both])
            out[f"gates{n}"] = np.stack([d["bias_ih"] + d["bias_hh"] for d in both])
        return {name: np.ascontiguousarray(array, np.float16) for name, array in out.items()}


_LSTM = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


def learn(
    lessons: Sequence[Lesson],
    known: Vocabulary,
    sizes: Sizes,
    seed: int,
    epochs: int,
    log: Log,
    *,
    rate: float = 3e-3,
    most: int = 1600,
    masked: float = 0.04,
) -> Student:
    """A student that has gone through the lessons so many times, each time with other words hidden, others recased."""
    model, chance = Student(sizes, len(known.frequent), seed), random.Random(seed)
    numbers = [tuple(torch.tensor(part) for part in known.numbers(lesson.words)) for lesson in lessons]
    opinions = [torch.from_numpy(lesson.opinion) for lesson in lessons]
    lengths = [len(lesson.words) for lesson in lessons]
    plans = [list(batches(lengths, most, chance)) for _ in range(epochs)]
    total, step, lost, began = sum(map(len, plans)), 0, 0.0, time.monotonic()
    optimizer = torch.optim.AdamW(model.parameters(), rate, weight_decay=1e-4, fused=True)
    warm = max(1, total // 30)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: s / warm if s < warm else max(0.01, (total - s) / max(1, total - warm))
    )
    model.train()
    for number, plan in enumerate(plans, 1):
        for group in plan:
            sizes_ = torch.tensor([lengths[i] for i in group])
            words = nn.utils.rnn.pad_sequence([numbers[i][0] for i in group], batch_first=True)
            casings = nn.utils.rnn.pad_sequence([numbers[i][1] for i in group], batch_first=True)
            gold = nn.utils.rnn.pad_sequence([opinions[i] for i in group], batch_first=True).float()
            casings = _recased(casings, words, known, [chance.random() for _ in group])
            hidden = torch.rand(words.shape) < masked
            logits = model(known, words, casings, hidden, sizes_)
            loss = F.cross_entropy(logits.flatten(0, 1), gold.flatten(0, 1), reduction="sum") / sizes_.sum()
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 2.0)
            optimizer.step()
            schedule.step()
            lost, step = 0.99 * lost + 0.01 * loss.item(), step + 1
            if step % 500 == 0:
                spent = time.monotonic() - began
                log(f"student {seed}: epoch {number}, step {step}/{total}, loss {lost:.4f}, {spent:.0f} s")
    model.eval()
    return model


def _recased(casings: Tensor, words: Tensor, known: Vocabulary, draws: Sequence[float]) -> Tensor:
    """Casings of some sentences as in CAPITALS, in Title Case, in small letters; the opinions stay."""
    draw = torch.tensor(draws)[:, None]
    letters = casings > 0
    single, small = known.single[words], known.small[words]
    upper = torch.where(letters, torch.where(single, 3, 2), casings)
    title = torch.where(letters & (casings == 1) & ~small, torch.where(single, 3, 4), casings)
    lower = torch.where(letters, 1, casings)
    out = torch.where(draw < _CAPITALS, upper, casings)
    out = torch.where((draw >= _CAPITALS) & (draw < _CAPITALS + _TITLE_CASE), title, out)
    return torch.where((draw >= _CAPITALS + _TITLE_CASE) & (draw < _CAPITALS + _TITLE_CASE + _SMALL), lower, out)
