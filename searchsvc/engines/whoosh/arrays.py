"""Here are named arrays, keep them: one file, a head of JSON and then the arrays, each aligned for a memory map.

Does not know what the arrays mean. A file is written once and never changed.
"""

from __future__ import annotations

import mmap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from searchsvc.errors import IndexCorrupt

Array = npt.NDArray[Any]

_MAGIC = b"searchsvc arrays 1\n"
_ALIGN = 64


def write(path: Path, head: Mapping[str, Any], arrays: Mapping[str, Array]) -> None:
    """Write a new file. Raises FileExistsError where there is one."""
    places, end = {}, 0
    for name, array in arrays.items():
        places[name] = (array.dtype.str, list(array.shape), end)
        end += -(-array.nbytes // _ALIGN) * _ALIGN
    told = orjson.dumps({"arrays": places, "head": head})
    start = _start(len(told))
    with path.open("xb") as file:
        file.write(_MAGIC + len(told).to_bytes(8, "little") + told)
        for name, array in arrays.items():
            file.seek(start + places[name][2])
            np.ascontiguousarray(array).tofile(file)
        file.truncate(start + end)


def read(path: Path) -> tuple[dict[str, Any], dict[str, Array]]:
    """The head and the arrays, which are the file's own pages and cannot be written to. Raises IndexCorrupt."""
    with path.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    if mapped[: len(_MAGIC)] != _MAGIC:
        raise IndexCorrupt(f"{path} is not a file of arrays")
    at = len(_MAGIC) + 8
    size = int.from_bytes(mapped[len(_MAGIC) : at], "little")
    told = orjson.loads(mapped[at : at + size])
    start = _start(size)
    arrays = {
        name: np.frombuffer(mapped, dtype, int(np.prod(shape)), start + offset).reshape(shape)
        for name, (dtype, shape, offset) in told["arrays"].items()
    }
    return told["head"], arrays


def _start(size: int) -> int:
    return -(-(len(_MAGIC) + 8 + size) // _ALIGN) * _ALIGN


def narrow(array: Array) -> Array:
    """The same whole numbers, none below 0, in the narrowest unsigned type that holds them."""
    return array.astype(np.min_scalar_type(int(array.max()) if array.size else 0))


def ragged(starts: Array, sizes: Array) -> Array:
    """The indices `starts[i], starts[i] + 1, …`, `sizes[i]` of them, for each i in order."""
    ends = np.cumsum(sizes, dtype=np.int64)
    if not len(ends):
        return np.empty(0, np.int64)
    return np.arange(ends[-1]) + np.repeat(starts - (ends - sizes), sizes)
