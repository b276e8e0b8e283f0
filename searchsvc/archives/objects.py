"""The JSON objects of an archive, read with care: what one line holds, and the lines of a file.

Shared by the formats that are made of JSON. Names and values are not understood here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO, NoReturn

import orjson

from searchsvc.archives.records import MAX_RECORD, Record, Rejection
from searchsvc.archives.streams import bounded_lines, decoded
from searchsvc.article import Location
from searchsvc.errors import BadRecord

#: Objects and lists within one another.
MAX_DEPTH = 100


def parsed(raw: bytes) -> dict[str, Any]:
    """The object that a record holds. Raises BadRecord: `bad_json` with its place, `too_deep`."""
    try:
        value = orjson.loads(raw.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        # orjson refuses lone surrogates and bytes that are not UTF-8, which the text can do without.
        value = _leniently(raw)
    if not isinstance(value, dict):
        raise BadRecord(f"an object was expected, not {type(value).__name__}", code="bad_json")
    if raw.count(b"{") + raw.count(b"[") > MAX_DEPTH and _depth(value) > MAX_DEPTH:
        raise BadRecord(f"objects lie over {MAX_DEPTH} deep", code="too_deep")
    return value


def _leniently(raw: bytes) -> Any:
    try:
        return json.loads(decoded(raw), parse_constant=_not_json)
    except json.JSONDecodeError as error:
        line = f" in line {error.lineno}" if error.lineno > 1 else ""
        raise BadRecord(f"{error.msg.removesuffix(' at')} at column {error.colno}{line}", code="bad_json") from error
    except RecursionError as error:
        raise BadRecord(f"objects lie over {MAX_DEPTH} deep", code="too_deep") from error
    except ValueError as error:
        # Of a number of thousands of digits Python also says how to let it pass.
        raise BadRecord(str(error).partition(";")[0], code="bad_json") from error


def _not_json(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _depth(value: Any) -> int:
    level, depth = [value], 0
    while level and depth <= MAX_DEPTH:
        depth += 1
        inner = [member for outer in level for member in (outer.values() if isinstance(outer, dict) else outer)]
        level = [member for member in inner if isinstance(member, dict | list)]
    return depth


def line_records(stream: BinaryIO, path: str) -> Iterator[Record | Rejection]:
    """A record for each line that is not blank."""
    ordinal = 0
    for offset, line in bounded_lines(stream, MAX_RECORD):
        if line is not None and not line.strip(b" \t\r\n\xef\xbb\xbf"):
            continue
        ordinal += 1
        where = Location(path, offset, ordinal)
        if line is None:
            yield Rejection(where, "too_large", f"a line of over {MAX_RECORD:,} bytes")
        else:
            yield Record(where, line)
