"""Which files do these paths mean? Files, folders, globs and "-", in one order that does not depend on the disk.

Nothing is opened here, and no format is known.

- A file that is named is always taken. A folder is walked with all that is beneath it, names in sorted order. A glob
  (`archive/*.html`, `archive/**/*.html`) is a walk with a filter. A path that is met twice is taken once.
- What a walk or a glob finds is passed over when it is not meant as an article: a hidden name, a name like README or
  LICENSE, the parts of a saved page (style sheets, scripts, images, fonts), and a web archive's index. It is not
  counted as read. The same goes for the members of a ZIP or tar.
- In a walk only regular files of the folder itself are taken. A symbolic link that stays inside the folder is passed
  over, since its target is met by itself; one that leads out, a FIFO, a socket and a device are refused.
"""

from __future__ import annotations

import fnmatch
import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from searchsvc.archives.records import Rejection
from searchsvc.article import Location


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A file that a walk met and that is no article; not read, so not in `read = indexed + unchanged + rejected`."""

    path: str
    reason: str


Found = str | Rejection | PassedOver

_ABOUT = re.compile(
    r"^(readme|licen[cs]e|copying|notice|changelog|changes|contributing|authors|code_of_conduct|makefile"
    r"|manifest|sha\d*sums?|md5sums?)([._\s-].*)?$",
    re.IGNORECASE,
)
_ASSETS = frozenset(
    ".css .less .scss .js .mjs .map .png .jpg .jpeg .gif .webp .avif .svg .svgz .ico .bmp .tif .tiff .woff .woff2 .ttf"
    " .otf .eot .mp3 .mp4 .m4a .m4v .webm .ogg .ogv .wav .mov .avi .swf .vtt".split()
)
_INDEXES = frozenset((".cdx", ".cdxj"))
_MAGIC = re.compile(r"[*?[]")


def no_article(name: str) -> str:
    """Why a file that a walk meets is passed over by its name, "" if it is not."""
    if _ABOUT.match(name):
        return "about the archive"
    ending = os.path.splitext(name.lower().removesuffix(".gz"))[1]
    if ending in _ASSETS:
        return "part of a saved page"
    return "index of a web archive" if ending in _INDEXES else ""


def no_article_member(name: str) -> str:
    """The same for the name of a container's member, which has its folders in it."""
    *folders, last = name.replace("\\", "/").split("/")
    if "__MACOSX" in folders:
        return "hidden"
    if any(part.startswith(".") and part.strip(".") for part in (*folders, last)):
        return "hidden"
    return no_article(last)


def find_files(paths: Iterable[str]) -> Iterator[Found]:
    """What these paths mean, in order: a path to open, a Rejection with its reason, or what is passed over."""
    taken: set[str] = set()
    for given in paths:
        for found in _expand(given):
            if isinstance(found, str):
                real = found if found == "-" else os.path.realpath(found)
                if real in taken:
                    continue
                taken.add(real)
            yield found


def _expand(given: str) -> Iterator[Found]:
    if given == "-":
        yield given
        return
    try:
        mode = os.stat(given).st_mode
    except (FileNotFoundError, NotADirectoryError):
        if _MAGIC.search(given):
            yield from _glob(given)
        else:
            yield _refused(given, "no_such_file", "no such file or folder")
    except (OSError, ValueError) as error:
        yield _refused(given, "unreadable", getattr(error, "strerror", None) or str(error))
    else:
        if stat.S_ISDIR(mode):
            yield from _Walk(given).folder(given)
        elif stat.S_ISREG(mode):
            yield given
        else:
            yield _refused(given, "not_regular", f"{_kind(mode)}, not a regular file")


def _glob(pattern: str) -> Iterator[Found]:
    parts = [part for part in pattern.split(os.sep) if part not in ("", ".")]
    fixed = next(i for i, part in enumerate(parts) if _MAGIC.search(part))
    root = os.path.join(os.sep if pattern.startswith(os.sep) else "", *parts[:fixed])
    empty = True
    for found in _Walk(root or os.curdir).matching(root, parts[fixed:]):
        empty = False
        yield found
    if empty:
        yield _refused(pattern, "no_such_file", "no file matches")


class _Walk:
    """One walk from one folder, which nothing found in it may leave."""

    def __init__(self, root: str) -> None:
        self._root = os.path.realpath(root)

    def folder(self, folder: str) -> Iterator[Found]:
        """All that is beneath."""
        entries = self._entries(folder)
        if isinstance(entries, Rejection):
            yield entries
            return
        for entry in entries:
            yield from self._entry(entry, os.path.join(folder, entry.name))

    def matching(self, folder: str, parts: list[str]) -> Iterator[Found]:
        """What is beneath and matches, part by part; a folder that matches the whole is walked."""
        entries = self._entries(folder)
        if isinstance(entries, Rejection):
            if entries.code != "no_such_file":
                yield entries
            return
        first, rest = parts[0], parts[1:]
        if first == "**":
            if rest:
                yield from self.matching(folder, rest)
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                path = os.path.join(folder, entry.name)
                if entry.is_dir(follow_symlinks=False):
                    yield from self.matching(path, parts)
                elif not rest:
                    yield from self._entry(entry, path)
            return
        for entry in entries:
            if not fnmatch.fnmatchcase(entry.name, first) or (entry.name[0] == "." and first[0] != "."):
                continue
            path = os.path.join(folder, entry.name)
            if not rest:
                yield from self._entry(entry, path, hidden=first[0] == ".")
            elif entry.is_dir(follow_symlinks=False):
                yield from self.matching(path, rest)

    def _entries(self, folder: str) -> list[os.DirEntry[str]] | Rejection:
        try:
            with os.scandir(folder or os.curdir) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except (FileNotFoundError, NotADirectoryError):
            return _refused(folder, "no_such_file", "no such folder")
        except OSError as error:
            return _refused(folder, "unreadable", error.strerror or str(error))
        return found

    def _entry(self, entry: os.DirEntry[str], path: str, *, hidden: bool = False) -> Iterator[Found]:
        try:
            mode = entry.stat(follow_symlinks=False).st_mode
        except OSError as error:
            yield _refused(path, "unreadable", error.strerror or str(error))
            return
        if entry.name.startswith(".") and not hidden:
            yield PassedOver(path, "hidden")
        elif stat.S_ISDIR(mode):
            yield from self.folder(path)
        elif stat.S_ISLNK(mode):
            yield self._link(path)
        elif not stat.S_ISREG(mode):
            yield _refused(path, "not_regular", f"{_kind(mode)}, not a regular file")
        elif reason := no_article(entry.name):
            yield PassedOver(path, reason)
        else:
            yield path

    def _link(self, path: str) -> Found:
        target = os.path.realpath(path)
        if os.path.commonpath((self._root, target)) == self._root:
            return PassedOver(path, "symbolic link within the folder")
        return _refused(path, "leads_out", "a symbolic link that leads out of the folder")


def _kind(mode: int) -> str:
    for test, kind in ((stat.S_ISFIFO, "a FIFO"), (stat.S_ISSOCK, "a socket"), (stat.S_ISCHR, "a device")):
        if test(mode):
            return kind
    return "a device" if stat.S_ISBLK(mode) else "something else"


def _refused(path: str, code: str, reason: str) -> Rejection:
    return Rejection(Location(os.fsencode(path).decode("utf-8", "replace")), code, reason)
