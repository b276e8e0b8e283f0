"""Here are named arrays, keep them: one file, a head of JSON and then the arrays, each aligned for a memory map.

Does not know what the arrays mean. A file is written once and never changed; what is empty takes no place in it.
`Packed` keeps whole numbers in as many bits as most of them need: 1, 2 or 4 bits are read by a table, byte by byte.
"""

from __future__ import annotations

import math
import mmap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from searchsvc.errors import IndexCorrupt

Array = npt.NDArray[Any]

_MAGIC = b"searchsvc arrays 2\n"
_ALIGN = 8
_EMPTY: Array = np.empty(0, np.uint8)
# Bits of a number in a Packed: those below a whole byte are put together, several numbers to a byte.
_WIDTHS = (1, 2, 4, 8, 9, 10, 12, 16, 17, 18)
# Numbers that are packed at once: a multiple of 8, and few enough to stay near the processor.
_AT_ONCE = 1 << 17
# What a number beyond the width costs: its place and itself.
_OVER_BYTES = 6
# Of every byte the numbers of 2 or 4 bits in it.
_TABLES: dict[int, Array] = {
    bits: ((np.arange(256, dtype=np.uint8)[:, None] >> np.arange(0, 8, bits, dtype=np.uint8)) & (2**bits - 1))
    .astype(np.uint8)
    .view(f"<u{8 // bits}")[:, 0]
    for bits in (2, 4)
}


@dataclass(frozen=True)
class Packed:
    """Whole numbers from 0, `width` bits of each: the lower 8 or 16 in `low`, the rest in `high`, several to a byte.
    Those that need more have every bit set there; their places are `over`, ascending, and they themselves `more`."""

    count: int
    width: int
    low: Array
    high: Array
    over: Array
    more: Array

    @classmethod
    def of(cls, numbers: Array) -> Packed:
        """The numbers in the width that takes the fewest bytes."""
        pieces = [numbers[at : at + _AT_ONCE] for at in range(0, len(numbers), _AT_ONCE)]
        largest = int(numbers.max()) if len(numbers) else 0
        larger = {
            width: sum(int(np.count_nonzero(piece >= 1 << width)) for piece in pieces) if largest >> width else 0
            for width in _WIDTHS
        }
        width = min(_WIDTHS, key=lambda width: len(numbers) * width / 8 + larger[width] * _OVER_BYTES)
        over, more = _EMPTY, _EMPTY
        if larger[width]:
            places = np.flatnonzero(numbers >= 1 << width)
            over, more = places.astype(np.min_scalar_type(len(numbers))), narrow(numbers[places])
        every = (1 << width) - 1
        bits = width % 8
        low, high = [], []
        for piece in pieces:
            if larger[width]:
                piece = np.minimum(piece, piece.dtype.type(every))
            if width >= 8:
                low.append(piece.astype(np.uint8 if width < 16 else np.uint16))
            if bits:
                high.append(_together((piece >> piece.dtype.type(width - bits)).astype(np.uint8), bits))
        return cls(
            len(numbers), width, np.concatenate(low) if low else _EMPTY, np.concatenate(high) if high else _EMPTY,
            over, more,
        )  # fmt: skip

    def __len__(self) -> int:
        return self.count

    def between(self, start: int, end: int) -> Array:
        """The numbers from the start-th to before the end-th."""
        found = self.low[start:end]
        bits = self.width % 8
        if bits:
            high = _apart(self.high, bits, start, end)
            found = high if self.width < 8 else _under(found, high, self.width)
        if len(self.over):
            # A bound of another type would have the whole list converted.
            first, last = (
                int(self.over.searchsorted(self.over.dtype.type(min(at, self.count)))) for at in (start, end)
            )
            if first < last:
                found = found.astype(np.promote_types(found.dtype, self.more.dtype))
                found[self.over[first:last].astype(np.int64) - start] = self.more[first:last]
        return found

    def at(self, places: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The numbers at these places."""
        found = self.low.take(places).astype(np.int64) if self.width >= 8 else np.zeros(len(places), np.int64)
        bits = self.width % 8
        if bits:
            _add_high(found, self.high, self.width, places)
        if len(self.over):
            full = np.flatnonzero(found == (1 << self.width) - 1)
            wanted = places[full].astype(self.over.dtype)
            place = np.minimum(self.over.searchsorted(wanted), len(self.over) - 1)
            beyond = self.over[place] == wanted
            found[full[beyond]] = self.more[place[beyond]]
        return found


def _under(low: Array, high: Array, width: int) -> Array:
    """Numbers of `width` bits, 8 or more, of their whole bytes and what stands above these."""
    high = high.astype(np.uint16 if width < 16 else np.uint32)
    return np.asarray(low | (high << high.dtype.type(width - width % 8)))


class Joined:
    """Stretches of several Packed, one after another, as if they were one list. Each is (the Packed, start, end)."""

    def __init__(self, stretches: Sequence[tuple[Packed, int, int]]) -> None:
        alike = [list(some) for _, some in groupby(stretches, lambda stretch: stretch[0].width)]
        self._parts = [_Alike(some) for some in alike]
        self._ends = np.cumsum([part.count for part in self._parts], dtype=np.int64)

    def __len__(self) -> int:
        return int(self._ends[-1]) if len(self._ends) else 0

    def all(self) -> Array:
        """Every number."""
        found = [part.all() for part in self._parts]
        return found[0] if len(found) == 1 else np.concatenate(found) if found else _EMPTY

    def at(self, places: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The numbers at these places."""
        if len(self._parts) == 1:
            return self._parts[0].at(places)
        found = np.empty(len(places), np.int64)
        which = self._ends.searchsorted(places, "right")
        for number, part in enumerate(self._parts):
            mine = np.flatnonzero(which == number)
            if len(mine):
                found[mine] = part.at(places[mine] - (self._ends[number] - part.count))
        return found


class _Alike:
    """Stretches of one width: their bytes are put together before anything is read of them."""

    def __init__(self, stretches: list[tuple[Packed, int, int]]) -> None:
        self._stretches = stretches
        self._width = stretches[0][0].width
        self._ends = np.cumsum([end - start for _, start, end in stretches], dtype=np.int64)
        self.count = int(self._ends[-1])

    @cached_property
    def _low(self) -> Array:
        return np.concatenate([packed.low[start:end] for packed, start, end in self._stretches])

    @cached_property
    def _high(self) -> tuple[Array, npt.NDArray[np.int64]]:
        """The bytes of the upper bits, and how many numbers come in them before each stretch that are of none."""
        each = 8 // (self._width % 8)
        found, skipped = [], []
        before = 0
        for (packed, start, end), until in zip(self._stretches, self._ends.tolist(), strict=True):
            found.append(packed.high[start // each : -(-end // each)])
            skipped.append(before * each + start % each - (until - (end - start)))
            before += len(found[-1])
        return np.concatenate(found), np.array(skipped)

    def all(self) -> Array:
        bits = self._width % 8
        found = self._low if self._width >= 8 else _EMPTY
        if bits:
            raw, skipped = self._high
            high = _apart(raw, bits, 0, len(raw) * 8 // bits)
            if len(high) > self.count:
                starts = [0, *self._ends.tolist()]
                rows = zip(skipped.tolist(), pairwise(starts), strict=True)
                high = np.concatenate([high[start + skip : end + skip] for skip, (start, end) in rows])
            found = high if self._width < 8 else _under(found, high, self._width)
        over, more = [], []
        for (packed, start, end), until in zip(self._stretches, self._ends.tolist(), strict=True):
            if len(packed.over):
                first, last = packed.over.searchsorted(np.array((start, min(end, packed.count)), packed.over.dtype))
                if first < last:
                    over.append(packed.over[first:last].astype(np.int64) + (until - end))
                    more.append(packed.more[first:last])
        if over:
            larger = np.concatenate(more)
            found = found.astype(np.promote_types(found.dtype, larger.dtype))
            found[np.concatenate(over)] = larger
        return found

    def at(self, places: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        found = self._low.take(places).astype(np.int64) if self._width >= 8 else np.zeros(len(places), np.int64)
        bits = self._width % 8
        of = self._ends.searchsorted(places, "right")
        if bits:
            raw, skipped = self._high
            _add_high(found, raw, self._width, places + skipped[of])
        full = np.flatnonzero(found == (1 << self._width) - 1)
        for number in np.unique(of[full]).tolist():
            packed, _, end = self._stretches[number]
            mine = full[of[full] == number]
            found[mine] = packed.at(places[mine] + (end - self._ends[number]))
        return found


def _add_high(found: npt.NDArray[np.int64], high: Array, width: int, places: npt.NDArray[np.int64]) -> None:
    """Put the upper bits of the numbers at these places to what is found of them."""
    bits = width % 8
    each = 8 // bits
    some = high.take(places // each)
    some >>= (places % each * bits).astype(np.uint8)
    some &= np.uint8(2**bits - 1)
    found |= some.astype(np.int64) << (width - bits)


def _together(numbers: Array, bits: int) -> Array:
    """Numbers of 1, 2 or 4 bits as bytes, the first in the lowest bits."""
    if bits == 1:
        return np.packbits(numbers.astype(bool), bitorder="little")
    each = 8 // bits
    whole = np.zeros(-(-len(numbers) // each) * each, np.uint8)
    whole[: len(numbers)] = numbers
    result = whole[::each].copy()
    for number in range(1, each):
        result |= whole[number::each] << np.uint8(number * bits)
    return result


def _apart(high: Array, bits: int, start: int, end: int) -> Array:
    """Numbers of 1, 2 or 4 bits from the start-th to before the end-th."""
    each = 8 // bits
    first = start // each
    some = high[first : -(-end // each)]
    found = np.unpackbits(some, bitorder="little") if bits == 1 else _TABLES[bits].take(some).view(np.uint8)
    return found[start - first * each : end - first * each]


class Stored:
    """A file that was written. `head` is what was told with it; the arrays are the file's own pages and cannot be
    written to."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if self._mapped[: len(_MAGIC)] != _MAGIC:
            raise IndexCorrupt(f"{path} is not a file of arrays")
        at = len(_MAGIC) + 8
        size = int.from_bytes(self._mapped[len(_MAGIC) : at], "little")
        told = orjson.loads(self._mapped[at : at + size])
        self._start = _start(size)
        self._places: dict[str, tuple[str, list[int], int]] = told["arrays"]
        self._packed: dict[str, tuple[int, int]] = told["packed"]
        self.head: dict[str, Any] = told["head"]

    def array(self, name: str) -> Array:
        """An array; an empty one where there is none of the name."""
        if name not in self._places:
            return _EMPTY
        dtype, shape, offset = self._places[name]
        found = np.frombuffer(self._mapped, dtype, math.prod(shape), self._start + offset)
        return found if len(shape) == 1 else found.reshape(shape)

    def packed(self, name: str) -> Packed:
        """Packed numbers; none where there are none of the name."""
        count, width = self._packed.get(name, (0, 1))
        return Packed(count, width, *(self.array(f"{name}.{part}") for part in _PARTS))


_PARTS = ("low", "high", "over", "more")


def read(path: Path) -> Stored:
    """The arrays of a file. Raises IndexCorrupt where it is none of ours."""
    return Stored(path)


def write(path: Path, head: Mapping[str, Any], arrays: Mapping[str, Array | Packed]) -> None:
    """Write a new file. Raises FileExistsError where there is one."""
    plain: dict[str, Array] = {}
    packed = {}
    for name, array in arrays.items():
        if isinstance(array, Packed):
            packed[name] = (array.count, array.width)
            plain.update({f"{name}.{part}": getattr(array, part) for part in _PARTS})
        else:
            plain[name] = array
    plain = {name: array for name, array in plain.items() if array.size}
    places, end = {}, 0
    for name, array in plain.items():
        places[name] = (array.dtype.str, list(array.shape), end)
        end += -(-array.nbytes // _ALIGN) * _ALIGN
    told = orjson.dumps({"arrays": places, "packed": packed, "head": head})
    start = _start(len(told))
    with path.open("xb") as file:
        file.write(_MAGIC + len(told).to_bytes(8, "little") + told)
        for name, array in plain.items():
            file.seek(start + places[name][2])
            np.ascontiguousarray(array).tofile(file)
        file.truncate(start + end)


def _start(size: int) -> int:
    return -(-(len(_MAGIC) + 8 + size) // _ALIGN) * _ALIGN


def narrow(array: Array) -> Array:
    """The same whole numbers, none below 0, in the narrowest unsigned type that holds them."""
    return array.astype(np.min_scalar_type(int(array.max()) if array.size else 0))


def ragged(starts: Array, sizes: Array) -> Array:
    """The indices `starts[i], starts[i] + 1, …`, `sizes[i]` of them, for each i in order."""
    ends = sizes.cumsum(dtype=np.int64)
    if not len(ends):
        return np.empty(0, np.int64)
    return np.asarray(np.arange(ends[-1]) + (starts - (ends - sizes)).repeat(sizes))
