"""How does Whoosh read and write these postings? A codec: the index stays one that Whoosh opens and works on.

Questions are answered from the arrays and not through here; Whoosh's own readers, queries, deletions, writers and
merges go through here and see the same postings. A document that Whoosh's writer adds has postings and no columns.
The class path of `NewsCodec` is written into every index: it stays where it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from whoosh.codec import base
from whoosh.codec.whoosh3 import W3Codec
from whoosh.matching import ListMatcher
from whoosh.reading import TermInfo, TermNotFound

from searchsvc.engines.whoosh import postings
from searchsvc.engines.whoosh.arrays import Array
from searchsvc.engines.whoosh.columns import ID_BYTES
from searchsvc.engines.whoosh.postings import PAIRS, FieldPostings, Inverted, SegmentPostings, Terms

_ID = "id"


class NewsCodec(W3Codec):  # type: ignore[misc]
    """Whoosh's default codec with our postings, lengths and ids in the place of its own."""

    #: Whoosh need not look lengths up while it writes postings: the document writer has told them.
    length_stats = False

    def per_document_writer(self, storage: Any, segment: Any) -> DocumentWriter:
        return DocumentWriter(segment)

    def field_writer(self, storage: Any, segment: Any) -> FieldWriter:
        return FieldWriter(storage, segment)

    def per_document_reader(self, storage: Any, segment: Any) -> DocumentReader:
        return DocumentReader(open_postings(storage, segment), segment)

    def terms_reader(self, storage: Any, segment: Any) -> TermsReader:
        return TermsReader(open_postings(storage, segment))


def path_of(storage: Any, segment: Any) -> Path:
    """The file of a segment's postings."""
    return Path(storage.folder) / str(segment.make_filename(postings.EXTENSION))


def open_postings(storage: Any, segment: Any) -> SegmentPostings:
    """The postings of one of Whoosh's segments."""
    return SegmentPostings(path_of(storage, segment))


# What a document writer leaves for the field writer of its segment.
_written: WeakKeyDictionary[Any, DocumentWriter] = WeakKeyDictionary()


class DocumentWriter(base.PerDocumentWriter):  # type: ignore[misc]
    """Whoosh's writer tells each document's id and lengths here."""

    def __init__(self, segment: Any) -> None:
        self._segment = segment
        self.ids: list[bytes] = []
        self.lengths: dict[str, dict[int, int]] = {}
        self.is_closed = False
        _written[segment] = self

    def start_doc(self, docnum: int) -> None:
        self.ids.append(bytes(ID_BYTES))

    def add_field(self, fieldname: str, fieldobj: Any, value: Any, length: int) -> None:
        if fieldname == _ID:
            self.ids[-1] = bytes.fromhex(value)
        elif length:
            self.lengths.setdefault(fieldname, {})[len(self.ids) - 1] = length

    def close(self) -> None:
        self.is_closed = True


class FieldWriter(base.FieldWriter):  # type: ignore[misc]
    """Whoosh's writer tells postings here, in order; the file is written when it closes."""

    def __init__(self, storage: Any, segment: Any) -> None:
        self._storage, self._segment = storage, segment
        self._fields: dict[str, tuple[list[bytes], list[int], list[int], list[int], list[int]]] = {}
        self._name = ""
        self._format: Any = None
        self.is_closed = False

    def start_field(self, fieldname: str, fieldobj: Any) -> None:
        self._name, self._format = fieldname, fieldobj.format
        if fieldname != _ID:  # the ids say all of it
            self._fields[fieldname] = ([], [], [], [], [])

    def start_term(self, text: bytes) -> None:
        if self._name != _ID:
            terms, starts, docs, _, _ = self._fields[self._name]
            terms.append(text)
            starts.append(len(docs))

    def add(self, docnum: int, weight: float, vbytes: bytes, length: int) -> None:
        if self._name != _ID:
            _, _, docs, counts, places = self._fields[self._name]
            found = self._format.decode_positions(vbytes)
            docs.append(docnum)
            counts.append(len(found))
            places.extend(found)

    def finish_term(self) -> None:
        pass

    def close(self) -> None:
        self.is_closed = True
        documents = _written.pop(self._segment, None)
        if documents is None or not documents.ids:
            return
        fields = {}
        for name, (terms, starts, docs, counts, places) in self._fields.items():
            lengths = np.zeros(len(documents.ids), np.int64)
            for number, length in documents.lengths.get(name, {}).items():
                lengths[number] = length
            fields[name] = Inverted(
                b"\n".join(terms),
                np.array([*starts, len(docs)], np.int64),
                np.array(docs, np.int64),
                np.array(counts, np.int64),
                np.array(places, np.int64),
                lengths,
            )
        ids = np.frombuffer(b"".join(documents.ids), np.uint8).reshape(-1, ID_BYTES)
        postings.write(path_of(self._storage, self._segment), ids, fields, b"")


class DocumentReader(base.PerDocumentReader):  # type: ignore[misc]
    """A segment's documents as Whoosh asks for them."""

    def __init__(self, segment_postings: SegmentPostings, segment: Any) -> None:
        self._postings, self._segment = segment_postings, segment

    def doc_count(self) -> int:
        return self.doc_count_all() - int(self._segment.deleted_count())

    def doc_count_all(self) -> int:
        return len(self._postings)

    def has_deletions(self) -> bool:
        return bool(self._segment.has_deletions())

    def is_deleted(self, docnum: int) -> bool:
        return bool(self._segment.is_deleted(docnum))

    def deleted_docs(self) -> Any:
        return self._segment.deleted_docs()

    def _lengths(self, fieldname: str) -> Any:
        field = self._postings.fields.get(fieldname)
        return field.lengths if field is not None else np.zeros(1, np.uint8)

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        return int(self._lengths(fieldname)[docnum]) if fieldname in self._postings.fields else default

    def field_length(self, fieldname: str) -> int:
        return self._postings.totals.get(fieldname, 0)

    def min_field_length(self, fieldname: str) -> int:
        return int(self._lengths(fieldname).min())

    def max_field_length(self, fieldname: str) -> int:
        return int(self._lengths(fieldname).max())

    def has_vector(self, docnum: int, fieldname: str) -> bool:
        return False

    def stored_fields(self, docnum: int) -> dict[str, str]:
        return {_ID: bytes(self._postings.ids[docnum]).hex()}


class TermsReader(base.TermsReader):  # type: ignore[misc]
    """A segment's terms and postings as Whoosh asks for them."""

    def __init__(self, segment_postings: SegmentPostings) -> None:
        self._postings = segment_postings
        self._fields: dict[str, FieldPostings | _Ids] = {
            name: field for name, field in segment_postings.fields.items() if not name.endswith(PAIRS)
        }
        self._fields[_ID] = _Ids(segment_postings)

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        name, text = term
        return name in self._fields and self._fields[name].terms.find(text) >= 0

    def indexed_field_names(self) -> list[str]:
        return list(self._fields)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        for name in sorted(self._fields):
            yield from self.terms_from(name, b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        terms = self._fields[fieldname].terms
        for term in terms.all_of(range(terms.at_or_after(prefix), len(terms))):
            yield fieldname, term

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        for term in self.terms():
            yield term, self.term_info(*term)

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        for term in self.terms_from(fieldname, prefix):
            yield term, self.term_info(*term)

    def _found(self, fieldname: str, text: bytes) -> tuple[FieldPostings | _Ids, int]:
        field = self._fields.get(fieldname)
        number = field.terms.find(text) if field is not None else -1
        if field is None or number < 0:
            raise TermNotFound(f"No term {fieldname}:{text!r}")
        return field, number

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        field, number = self._found(fieldname, text)
        counts, docs = field.counts(number), field.documents(number)
        lengths = field.lengths[docs]
        return TermInfo(
            float(counts.sum()), len(docs), int(lengths.min()), int(lengths.max()), float(counts.max()),
            int(docs[0]), int(docs[-1]),
        )  # fmt: skip

    def frequency(self, fieldname: str, text: bytes) -> float:
        return float(self.term_info(fieldname, text).weight()) if (fieldname, text) in self else 0.0

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        return int(self.term_info(fieldname, text).doc_frequency()) if (fieldname, text) in self else 0

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ListMatcher:
        field, number = self._found(fieldname, text)
        counts = field.counts(number)
        values = _Values(counts, field.places(number), format_) if field.has_places else [b""] * len(counts)
        return ListMatcher(
            field.documents(number).tolist(), counts.astype(float).tolist(), values, format_, scorer=scorer,
            term=(fieldname, text), terminfo=self.term_info(fieldname, text),
        )  # fmt: skip

    def cursor(self, fieldname: str, fieldobj: Any) -> Cursor:
        return Cursor(self, self._fields[fieldname], fieldname)

    def close(self) -> None:
        pass


class _Ids:
    """The ids as a field: each a term that stands in one document."""

    has_places = False

    def __init__(self, segment_postings: SegmentPostings) -> None:
        names = [bytes(id_).hex().encode() for id_ in segment_postings.ids]
        self._order = sorted(range(len(names)), key=names.__getitem__)
        self.terms = Terms.of([names[number] for number in self._order])
        self.lengths: Array = np.ones(len(names), np.uint8)

    def documents(self, number: int) -> Array:
        return np.array(self._order[number : number + 1])

    def counts(self, number: int) -> Array:
        return np.ones(1, np.int32)

    def places(self, number: int) -> Array:
        return np.empty(0, np.uint8)


class _Values(Sequence[bytes]):
    """The positions of postings, each encoded when Whoosh asks for it."""

    def __init__(self, counts: Any, places: Any, format_: Any) -> None:
        self._ends, self._places, self._format = np.cumsum(counts, dtype=np.int64), places, format_

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, index: Any) -> Any:
        start = int(self._ends[index - 1]) if index else 0
        return self._format.encode(self._places[start : int(self._ends[index])].tolist())


class Cursor(base.FieldCursor):  # type: ignore[misc]
    """Walks the terms of a field in order."""

    def __init__(self, reader: TermsReader, field: FieldPostings | _Ids, name: str) -> None:
        self._reader, self._terms, self._name = reader, field.terms, name
        self._number = 0

    def is_valid(self) -> bool:
        return self._number < len(self._terms)

    def text(self) -> str | None:
        return self._terms[self._number].decode() if self.is_valid() else None

    def first(self) -> str | None:
        self._number = 0
        return self.text()

    def find(self, term: str | bytes) -> str | None:
        self._number = self._terms.at_or_after(term.encode() if isinstance(term, str) else term)
        return self.text()

    def next(self) -> str | None:
        self._number += 1
        return self.text()

    def term_info(self) -> TermInfo | None:
        return self._reader.term_info(self._name, self._terms[self._number]) if self.is_valid() else None
