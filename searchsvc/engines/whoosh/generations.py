"""Which files may be opened? Generations of the index: one directory each, switched atomically, verified before use.

    generations/CURRENT            the name of the one to serve
    generations/000012/            Whoosh's files, a columns file beside each segment, and
    generations/000012/manifest.json   every file with its size and SHA-256, the position in the store, the counts

Whoosh unpickles what it opens, checks no sums and syncs nothing. So nothing is opened before it is what its
manifest says, in a directory that no one else may write to; files are synced before the switch; files that did not
change are hard links, never written again. The newest good generation serves; a damaged one is passed over.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from searchsvc.engines.whoosh.schema import FORMAT
from searchsvc.errors import IndexCorrupt

FOLDER = "generations"
MANIFEST = "manifest.json"
CURRENT = "CURRENT"
#: How many generations before the current one are kept, for readers that still move over and for a damaged newest.
KEPT = 2

_NAME = re.compile(r"[0-9]{6,}")

# Files this process has verified: (device, inode, size, mtime) → SHA-256. Unchanged files are links of one inode.
_verified: dict[tuple[int, int, int, int], str] = {}


@dataclass(frozen=True)
class Manifest:
    """What a generation is. `segments` names its segments in Whoosh's order, `files` is name → [size, SHA-256].

    `digest` is the sum of the manifest as it was read: no two generations of any index share it.
    """

    number: int
    position: int
    documents: int
    segments: tuple[str, ...]
    files: dict[str, tuple[int, str]] = field(default_factory=dict)
    digest: str = ""

    @property
    def name(self) -> str:
        return f"{self.number:06}"


class Generations:
    """The generations of one index directory."""

    def __init__(self, directory: Path) -> None:
        self.root = directory / FOLDER
        #: Generations that were found damaged or of another format, with the reason.
        self.passed_over: dict[str, str] = {}

    def current(self) -> str | None:
        """The name that CURRENT holds; None where nothing was published yet, or where it is damaged."""
        try:
            name = (self.root / CURRENT).read_text(encoding="ascii").strip()
            return name if _NAME.fullmatch(name) else None
        except (FileNotFoundError, UnicodeDecodeError):
            return None

    def names(self) -> list[str]:
        """The generations on disk, newest first."""
        if not self.root.is_dir():
            return []
        names = [entry.name for entry in self.root.iterdir() if _NAME.fullmatch(entry.name)]
        return sorted(names, key=int, reverse=True)

    def newest(self) -> Manifest | None:
        """The manifest of the newest good generation, verified file by file; None where there is none.

        A writer may remove an old generation while it is being read: then the look is taken again.
        """
        for _ in range(5):
            current = self.current()
            tried = self.names()
            # One that was never switched to is newer than CURRENT: as good, but tried only when no other is.
            candidates = sorted(tried, key=lambda name: current is not None and int(name) > int(current))
            for name in candidates:
                try:
                    return self.verified(name)
                except IndexCorrupt as error:
                    self.passed_over[name] = error.message
            if tried == self.names():
                return None
            time.sleep(0.02)
        return None

    def verified(self, name: str) -> Manifest:
        """The manifest of a generation whose every file is what it says. Raises IndexCorrupt."""
        folder = self.root / name
        _check_owner(folder)
        manifest = self.manifest(name)
        listed = {MANIFEST, *manifest.files}
        try:
            present = {entry.name for entry in folder.iterdir()}
        except OSError as error:
            raise IndexCorrupt(f"generation {name} cannot be read: {error}") from error
        if present != listed:
            odd = ", ".join(sorted(present ^ listed)[:3])
            raise IndexCorrupt(f"generation {name} has not the files of its manifest: {odd}")
        for file, (size, digest) in manifest.files.items():
            if _digest(folder / file, size) != digest:
                raise IndexCorrupt(f"{folder / file} is not what was written")
        return manifest

    def manifest(self, name: str) -> Manifest:
        """The manifest of a generation, itself guarded by a sum. Raises IndexCorrupt."""
        path = self.root / name / MANIFEST
        try:
            head, _, body = path.read_bytes().partition(b"\n")
            if hashlib.sha256(body).hexdigest().encode() != head:
                raise IndexCorrupt(f"{path} is not what was written")
            data: dict[str, Any] = orjson.loads(body)
            if data["format"] != FORMAT:
                raise IndexCorrupt(f"generation {name} has format {data['format']}, this version reads {FORMAT}")
            if data["number"] != int(name):
                raise IndexCorrupt(f"{path} is of generation {data['number']}")
            files = {file: (size, digest) for file, (size, digest) in data["files"].items()}
            segments = tuple(data["segments"])
            return Manifest(data["number"], data["position"], data["documents"], segments, files, head.decode())
        except IndexCorrupt:
            raise
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IndexCorrupt(f"{path} cannot be read: {error}") from error

    def tidy(self) -> None:
        """Remove what a writer that was killed has left. For the one who may write."""
        for entry in self.root.glob("new-*"):
            shutil.rmtree(entry, ignore_errors=True)

    def begin(self, base: Manifest | None) -> Path:
        """A private directory for the next generation, holding links to the files of `base`."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.tidy()
        work = Path(tempfile.mkdtemp(prefix="new-", dir=self.root))
        if base is not None:
            for name in base.files:
                _link(self.root / base.name / name, work / name)
        return work

    def publish(self, work: Path, base: Manifest | None, *, position: int, documents: int, segments: list[str]) -> str:
        """Make the directory the current generation, durably; its name."""
        newest = max((int(name) for name in self.names()), default=0)
        number = max(newest, base.number if base else 0) + 1
        files: dict[str, tuple[int, str]] = {}
        for path in sorted(work.iterdir()):
            info = path.stat()
            known = base.files.get(path.name) if base else None
            if known and info.st_nlink > 1 and known[0] == info.st_size:
                files[path.name] = known  # a link to a file that was synced and summed before
                continue
            _sync(path)
            digest = _digest(path, info.st_size)
            assert digest is not None
            files[path.name] = (info.st_size, digest)
        manifest = Manifest(number, position, documents, tuple(segments), files)
        _write_manifest(work / MANIFEST, manifest)
        _sync(work)
        final = self.root / manifest.name
        work.rename(final)
        _sync(self.root)
        temporary = self.root / f"{CURRENT}.tmp"
        temporary.write_text(manifest.name + "\n", encoding="ascii")
        _sync(temporary)
        temporary.rename(self.root / CURRENT)
        _sync(self.root)
        self.prune(manifest.name)
        return manifest.name

    def prune(self, current: str) -> None:
        """Remove the generations that no reader needs any more. Open files live on until they are closed."""
        for name in [name for name in self.names() if int(name) < int(current)][KEPT:]:
            shutil.rmtree(self.root / name, ignore_errors=True)

    def adopt(self, other: Generations, manifest: Manifest) -> str:
        """Make another place's generation the current one here, its files linked or copied; its name."""
        work = self.begin(None)
        for name in manifest.files:
            _link(other.root / manifest.name / name, work / name)
        return self.publish(
            work, None, position=manifest.position, documents=manifest.documents, segments=list(manifest.segments)
        )

    def faults(self) -> Iterator[str]:
        """What is wrong with the current generation's files, without remembered sums."""
        _verified.clear()
        current = self.current()
        if current is None:
            if self.names():
                yield f"{self.root / CURRENT} is missing or garbled: it names the generation to serve"
            return
        try:
            self.verified(current)
        except IndexCorrupt as error:
            yield error.message


def _check_owner(folder: Path) -> None:
    """Opening an index runs the pickles in it: only one's own, that nobody else can write to, is opened."""
    try:
        info = folder.lstat()
    except OSError as error:
        raise IndexCorrupt(f"{folder} cannot be read: {error}") from error
    if not stat.S_ISDIR(info.st_mode):
        raise IndexCorrupt(f"{folder} is not a directory")
    if info.st_uid not in (os.geteuid(), 0):
        raise IndexCorrupt(f"{folder} belongs to another user: opening it could run that user's code")
    if info.st_mode & 0o022:
        raise IndexCorrupt(f"{folder} can be written by others: opening it could run their code")


def _digest(path: Path, size: int) -> str | None:
    """SHA-256 of a file, remembered while the file stays the same; None when it is not a file of that size."""
    try:
        info = path.lstat()
        if not stat.S_ISREG(info.st_mode) or info.st_size != size:
            return None
        key = (info.st_dev, info.st_ino, info.st_size, info.st_mtime_ns)
        if key not in _verified:
            with path.open("rb") as file:
                _verified[key] = hashlib.file_digest(file, "sha256").hexdigest()
        return _verified[key]
    except OSError:
        return None


def _write_manifest(path: Path, manifest: Manifest) -> None:
    body = orjson.dumps(
        {
            "format": FORMAT,
            "number": manifest.number,
            "position": manifest.position,
            "documents": manifest.documents,
            "segments": manifest.segments,
            "files": manifest.files,
        },
        option=orjson.OPT_INDENT_2,
    )
    path.write_bytes(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
    _sync(path)


def _link(source: Path, target: Path) -> None:
    try:
        target.hardlink_to(source)
    except OSError:  # a file system without hard links
        shutil.copy2(source, target)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
