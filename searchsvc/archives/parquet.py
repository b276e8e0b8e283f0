"""Parquet: a table of columns, each row an article, whose columns are named as in the other tables.

Needs the extra `parquet`. Row groups are read one after another and a few hundred rows at a time, and only the columns
that mean something here, so that vectors and pictures beside the text cost nothing.
"""

from __future__ import annotations

import importlib
import tempfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, BinaryIO, cast

import orjson

from searchsvc.archives.fieldnames import article_of, field_of, normal_name
from searchsvc.archives.objects import parsed
from searchsvc.archives.records import MAX_RECORD, Options, Record, Rejection
from searchsvc.article import Article, Location

MISSING = "Parquet is read with pyarrow, which is not installed: pip install 'searchsvc[parquet]'"

#: A file that does not come as a file of its own is written out first, since Parquet is read from its end.
MAX_SPOOLED = 20_000_000_000
#: A row group that claims to unpack to more than this is not read.
MAX_ROW_GROUP = 4_000_000_000
_ROWS = 256
_CHUNK = 1 << 20


class Parquet:
    """The reader; see the module."""

    name = "Parquet"
    suffixes = (".parquet",)

    def recognises(self, head: bytes) -> bool:
        return head.startswith(b"PAR1")

    def records(self, stream: BinaryIO, path: str, options: Options) -> Iterator[Record | Rejection]:
        try:
            parquet = importlib.import_module("pyarrow.parquet")
        except ImportError:
            yield Rejection(Location(path), "missing_extra", MISSING)
            return
        plain = getattr(getattr(stream, "raw", None), "file", None)
        if plain is not None:
            yield from _rows(parquet, plain, path, options)
            return
        with tempfile.SpooledTemporaryFile(max_size=8_000_000) as spool:
            size = 0
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                if size > MAX_SPOOLED:
                    yield Rejection(Location(path), "too_large", f"a file of over {MAX_SPOOLED:,} bytes")
                    return
                spool.write(chunk)
            spool.seek(0)
            yield from _rows(parquet, cast(BinaryIO, spool), path, options)

    def article(self, record: Record, options: Options) -> Article:
        return article_of(parsed(record.raw), options, record.location)


def _rows(parquet: Any, file: BinaryIO, path: str, options: Options) -> Iterator[Record | Rejection]:
    ordinal = 0
    offset = 0
    try:
        table = parquet.ParquetFile(file, memory_map=False)
        known = list(table.schema_arrow.names)
        columns = _columns(known, options)
        if not columns:
            shown = ", ".join(map(repr, known[:20])) or "none"
            reason = f"no column means title or text; found {shown}; name one with --map"
            yield Rejection(Location(path), "no_fields", reason)
            return
        for group in range(table.metadata.num_row_groups):
            facts = table.metadata.row_group(group)
            offset = _place(facts)
            if facts.total_byte_size > MAX_ROW_GROUP:
                reason = f"a row group of {facts.total_byte_size:,} bytes unpacked: not read"
                yield Rejection(Location(path, offset, ordinal + 1), "too_large", reason)
                ordinal += facts.num_rows
                continue
            for batch in table.iter_batches(batch_size=_ROWS, row_groups=[group], columns=columns, use_threads=False):
                for row in batch.to_pylist():
                    ordinal += 1
                    yield _record(row, Location(path, offset, ordinal))
    except Exception as error:  # whatever pyarrow makes of a broken file: ArrowInvalid, OSError, a decoder's own
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        yield Rejection(Location(path, offset, ordinal + 1), "bad_parquet", reason)


def _columns(known: list[str], options: Options) -> list[str]:
    """The columns that mean a field or are mapped to one, in order; none where neither title nor text is among them."""
    mapped = {normal_name(name) for name in options.map.values()}
    mapped |= {normal_name(name.partition(".")[0]) for name in options.map.values()}
    found = [name for name in known if field_of(name) or normal_name(name) in mapped]
    fields = {field_of(name) for name in found} | set(options.map)
    return found if {"title", "text"} & fields else []


def _place(facts: Any) -> int:
    """Where the row group begins in the file."""
    if not facts.num_columns:
        return 0
    first = facts.column(0)
    return int(first.dictionary_page_offset or first.data_page_offset or 0)


def _record(row: dict[str, Any], where: Location) -> Record | Rejection:
    try:
        raw = orjson.dumps(row, default=_plain, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATETIME)
    except (TypeError, ValueError) as error:
        return Rejection(where, "bad_row", " ".join(str(error).split())[:200])
    if len(raw) > MAX_RECORD:
        return Rejection(where, "too_large", f"a row of over {MAX_RECORD:,} bytes")
    return Record(where, raw)


def _plain(value: Any) -> Any:
    """What JSON has no form for: a moment as ISO 8601, bytes as the text they are."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)
