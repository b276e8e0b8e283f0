"""What passes between the two halves of a reader: Record, Rejection and Options. Apart, so that plugs may import it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from searchsvc.article import Location

#: A record over this many bytes is rejected, in every format.
MAX_RECORD = 20_000_000

#: What of a blog's export may be asked for beside its published posts.
INCLUDED = ("comments", "drafts", "pages")


@dataclass(frozen=True, slots=True)
class Record:
    """One raw record: its place, its bytes, and what the cutting half wants the other half to know. Picklable."""

    location: Location
    raw: bytes
    context: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejection:
    """A record, or the rest of a file, that cannot be taken. `code` is a stable lower_snake word."""

    location: Location
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Options:
    """What the user said about the archives.

    `map` is field name → name in the archive (`--map text=content`), "a.b" reaching into an object; `source` stands
    where the archive names none. `include` is what of a blog's export is taken beside its posts, of INCLUDED.
    """

    map: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    include: frozenset[str] = frozenset()
