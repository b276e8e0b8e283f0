"""Are Parquet tables and PDF documents read, and are those that cannot be named as what they are?"""

from __future__ import annotations

import builtins
import gzip
import importlib
import io
import zlib
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from searchsvc.archives import READERS, Options, Record, Rejection, archive_records, pdf
from searchsvc.article import Article, Location
from searchsvc.errors import BadRecord


def read(path: Path, options: Options | None = None) -> list[Article | str]:
    options = options or Options()
    found: list[Article | str] = []
    for item in archive_records(str(path), options):
        if isinstance(item, Rejection):
            found.append(item.code)
            continue
        try:
            article = READERS[item[0]].article(item[1], options)
            assert isinstance(article, Article)
            found.append(article)
        except BadRecord as error:
            found.append(error.code)
    return found


ROWS: list[dict[str, Any]] = [
    {
        "Headline": f"Story {n}", "body_text": f"One.\n\nTwo {n}.",
        "published_at": datetime(2016, 4, 28, 12, 5, n, tzinfo=UTC),
        "meta": {"outlet": "Herald", "words": n}, "authors": ["Ann Lee", "Bo Chen"],
        "vector": [0.5] * 8, "raw": b"\xff",
    }
    for n in range(5)
]  # fmt: skip


def write(path: Path, rows: Sequence[dict[str, Any]], **options: Any) -> Path:
    pyarrow = pytest.importorskip("pyarrow")
    importlib.import_module("pyarrow.parquet").write_table(pyarrow.Table.from_pylist(list(rows)), path, **options)
    return path


def test_parquet(tmp_path: Path) -> None:
    path = write(tmp_path / "some.parquet", ROWS, row_group_size=2)
    found = read(path, Options(map={"source": "meta.outlet"}))
    assert len(found) == 5
    last = found[-1]
    assert isinstance(last, Article)
    assert (last.title, last.text, last.source) == ("Story 4", "One.\n\nTwo 4.", "Herald")
    assert (last.byline, last.published.at) == (("Ann Lee", "Bo Chen"), "2016-04-28T12:05:04Z")
    assert (last.published.precision, last.published.source, last.location.ordinal) == ("second", "archive", 5)
    offsets = [article.location.offset for article in found if isinstance(article, Article)]
    assert offsets[0] == offsets[1] < offsets[2] == offsets[3] < offsets[4]


def test_parquet_from_a_stream(tmp_path: Path) -> None:
    path = write(tmp_path / "some.parquet", ROWS)
    packed = tmp_path / "some.parquet.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert [a.title for a in read(packed) if isinstance(a, Article)] == [f"Story {n}" for n in range(5)]


def test_only_columns_that_mean_something_are_read(tmp_path: Path) -> None:
    path = write(tmp_path / "some.parquet", ROWS)
    (first, *_) = archive_records(str(path), Options())
    assert not isinstance(first, Rejection)
    assert b"vector" not in first[1].raw
    assert b"Headline" in first[1].raw


def test_parquet_days_and_maps(tmp_path: Path) -> None:
    rows = [{"titel": "A", "inner": {"story": {"de": "Eins."}}, "date": date(2016, 4, 28)}, {"titel": None}]
    path = write(tmp_path / "some.parquet", rows)
    assert read(path) == ["no_fields"]
    first, second = read(path, Options(map={"title": "titel", "text": "inner.story.de"}))
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert (first.title, first.text) == ("A", "Eins.")
    assert (first.published.at, first.published.precision) == ("2016-04-28", "day")
    assert (second.title, second.text) == ("", "")


def test_broken_parquet(tmp_path: Path) -> None:
    whole = write(tmp_path / "some.parquet", ROWS, row_group_size=2).read_bytes()
    broken = tmp_path / "broken.parquet"
    for at in (4, 50, len(whole) // 2, len(whole) - 3):
        broken.write_bytes(whole[:at])
        assert read(broken) == ["bad_parquet"]
    broken.write_bytes(whole[:100] + b"\xff" * 60 + whole[160:])
    assert "bad_parquet" in read(broken)


def without(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    whole = importlib.import_module

    def refuse(name: str, *args: Any) -> Any:
        if name.partition(".")[0] == package:
            raise ImportError(name)
        return whole(name, *args)

    monkeypatch.setattr(importlib, "import_module", refuse)


def test_what_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "some.parquet").write_bytes(b"PAR1 and so on")
    (tmp_path / "some.pdf").write_bytes(document([[(12, "One.")]]))
    without(monkeypatch, "pyarrow")
    (found,) = archive_records(str(tmp_path / "some.parquet"), Options())
    assert isinstance(found, Rejection)
    assert (found.code, "pip install 'searchsvc[parquet]'" in found.reason) == ("missing_extra", True)
    monkeypatch.undo()
    without(monkeypatch, "pypdf")
    (item,) = archive_records(str(tmp_path / "some.pdf"), Options())
    assert not isinstance(item, Rejection)
    with pytest.raises(BadRecord, match=r"pip install 'searchsvc\[pdf\]'"):
        READERS["PDF"].article(item[1], Options())


Line = tuple[int, str]


def document(pages: Sequence[Sequence[Line]], info: str = "", trailer: str = "", compress: bool = False) -> bytes:
    """A PDF of pages of (size, text) lines, as small as one can be."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (en-GB) >>",
        b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    kids = []
    for lines in pages:
        drawn, y = [], 780
        for size, text in lines:
            y -= size + 6
            escaped = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
            drawn.append(f"BT /F1 {size} Tf 1 0 0 1 60 {y} Tm ({escaped}) Tj ET")
        content = "\n".join(drawn).encode("latin-1")
        kind = ""
        if compress:
            content, kind = zlib.compress(content), "/Filter /FlateDecode "
        objects.append(f"<< {kind}/Length {len(content)} >>\nstream\n".encode() + content + b"\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects)} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    objects.append(f"<< {info} >>".encode("latin-1"))
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    return (
        out
        + (
            f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(places) + 1} /Root 1 0 R"
            f" /Info {len(objects)} 0 R {trailer} >>\nstartxref\n{len(out)}\n%%EOF\n"
        ).encode()
    )


STORY = [
    (10, "The bridge over the harbour opened on Thursday, and the may-"),
    (10, "or drove over it before anybody else in the town was awake."),
    (10, "Cars wait."),
    (10, "The ferry that was to stop for ever goes on for another year."),
]


def article(raw: bytes) -> Article:
    pytest.importorskip("pypdf")
    found = READERS["PDF"].article(Record(Location("some.pdf"), raw), Options(source="Herald"))
    assert isinstance(found, Article)
    return found


@pytest.mark.parametrize("compress", [False, True])
def test_pdf(compress: bool) -> None:
    pages = [
        [
            (8, "The Harbour Herald  1"),
            (24, "Harbour bridge"),
            (24, "opens at last"),
            (10, "By Ann Lee"),
            *STORY,
            (8, "1"),
        ],
        [(8, "The Harbour Herald  2"), (10, "Nobody minds that at all, said the mayor, who was asleep."), (8, "2")],
        [(8, "The Harbour Herald  3"), (10, "The end."), (8, "3")],
    ]
    found = article(
        document(pages, "/Title (layout_final2.indd) /CreationDate (D:20160428) /Keywords (bridge, sea)", "", compress)
    )
    assert found.title == "Harbour bridge opens at last"
    assert found.text.split("\n\n") == [
        "The bridge over the harbour opened on Thursday, and the mayor drove over it before anybody else in the town"
        " was awake. Cars wait.",
        "The ferry that was to stop for ever goes on for another year. Nobody minds that at all, said the mayor, who"
        " was asleep. The end.",
    ]
    assert (found.byline, found.published.at, found.source) == (("Ann Lee",), "", "Herald")
    assert (found.language, found.tags) == ("en", ("bridge", "sea"))


def test_pdf_titles() -> None:
    assert article(document([STORY], "/Title (The bridge opens)")).title == "The bridge opens"
    assert article(document([STORY], "/Title (Microsoft Word - bridge.doc)")).title.startswith("The bridge over")
    found = article(document([[(10, "A bridge opens"), *STORY]]))
    assert (found.title, found.text.split()[0]) == ("A bridge opens", "The")


@pytest.mark.parametrize(
    "raw, code",
    [
        (document([[]]), "no_text_layer"),
        (document([[(10, "1")], [(10, "2")]]), "no_text_layer"),
        (document([]), "no_text_layer"),
        (document([STORY])[:400], "bad_pdf"),
        (b"%PDF-1.4\nnothing of the kind\n%%EOF", "bad_pdf"),
        (document([STORY] * (pdf.MAX_PAGES + 1)), "too_large"),
        (document([STORY]).replace(b"/Kids [5 0 R]", b"/Kids [2 0 R]"), "bad_pdf"),
        (
            document([STORY], trailer="/Encrypt << /Filter /Standard /V 1 /R 2 /O (x) /U (y) /P -4 >> /ID [(a) (b)]"),
            "encrypted",
        ),
    ],
    ids=["blank", "page numbers", "no page", "cut", "nonsense", "many pages", "a loop of pages", "encrypted"],
)
def test_pdf_that_cannot_be_read(raw: bytes, code: str, tmp_path: Path) -> None:
    pytest.importorskip("pypdf")
    path = tmp_path / "some.pdf"
    path.write_bytes(raw)
    assert read(path) == [code]


def test_locked_with_a_password(tmp_path: Path) -> None:
    pypdf = pytest.importorskip("pypdf")
    for password, outcome in (("secret", "encrypted"), ("", "The bridge opens")):
        writer = pypdf.PdfWriter(clone_from=io.BytesIO(document([STORY], "/Title (The bridge opens)")))
        writer.encrypt(password, "owner", algorithm="RC4-128")
        with (tmp_path / "locked.pdf").open("wb") as file:
            writer.write(file)
        (found,) = read(tmp_path / "locked.pdf")
        assert outcome == (found.title if isinstance(found, Article) else found)


def test_pdf_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_SECONDS", -1.0)
    with pytest.raises(BadRecord) as caught:
        article(document([STORY]))
    assert caught.value.code == "too_slow"


def test_damaged_pdf_ends_as_a_record() -> None:
    pytest.importorskip("pypdf")
    whole = document([STORY, STORY], "/Title (The bridge opens)", compress=True)
    for step in range(1, 60):
        at = len(whole) * step // 60
        for raw in (whole[:at] + whole[at + 5 :], whole[:at] + b"\xff<<[(" + whole[at:]):
            try:
                article(raw)
            except BadRecord as error:
                assert error.code in ("bad_pdf", "no_text_layer", "encrypted")  # noqa: PT017


def test_nothing_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    article(document([STORY]))
    monkeypatch.setattr(builtins, "open", None)
    article(document([STORY]))
