"""Answers are packed as the client asks for it, and are the same once unpacked."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import zstandard
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.document import Document
from searchsvc.service import Service
from searchsvc.web.app import create_app
from searchsvc.web.encoding import LEAST, packed, preferred

Made = Callable[..., Document]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, made: Made, index_of: Callable[..., Path]) -> Iterator[Service]:
    some = [made(n, f"River {n}", "The river rises." * 20, people=[f"Person {n}"]) for n in range(30)]
    opened = Service(index_of(tmp_path_factory.mktemp("encoding"), some))
    yield opened
    opened.close()


@pytest.fixture(scope="module", params=[0, 1 << 20], ids=["forgetting", "remembering"])
def client(service: Service, request: pytest.FixtureRequest) -> FlaskClient:
    return create_app(service, remembered=request.param).test_client()


def unpacked(body: bytes, coding: str | None) -> bytes:
    if coding == "zstd":
        return bytes(zstandard.ZstdDecompressor().decompress(body))
    return gzip.decompress(body) if coding == "gzip" else body


@pytest.mark.parametrize(
    "accepted, coding",
    [
        (None, "identity"), ("", "identity"), ("gzip", "gzip"), ("zstd", "zstd"), ("gzip, zstd", "zstd"),
        ("gzip, deflate, br", "gzip"), ("gzip;q=1, zstd;q=0.5", "gzip"), ("gzip;q=0.2, zstd;q=0.3", "zstd"),
        ("gzip;q=0", "identity"), ("zstd;q=0, gzip", "gzip"), ("*", "zstd"), ("*;q=0", "identity"),
        ("zstd;q=0, *", "gzip"), ("identity", "identity"), ("identity;q=1, gzip;q=0.5", "identity"),
        ("identity;q=0.5, gzip;q=1", "gzip"), ("identity;q=0, *;q=0", "identity"), ("deflate, br", "identity"),
        ("GZIP", "gzip"), ("x-gzip", "gzip"), ("gzip ; q=0.5 , zstd ; q=0", "gzip"), ("gzip;q=nonsense", "identity"),
        ("gzip," * 100, "gzip"),
    ],
)  # fmt: skip
def test_the_client_chooses(accepted: str | None, coding: str) -> None:
    assert preferred(accepted) == coding


@given(st.text(max_size=300))
def test_any_header_is_read(accepted: str) -> None:
    assert preferred(accepted) in ("identity", "gzip", "zstd")


@given(st.binary(max_size=5000))
def test_packing_loses_nothing(body: bytes) -> None:
    for coding in ("identity", "gzip", "zstd"):
        assert unpacked(packed(body, coding), coding) == body


@pytest.mark.parametrize("path", ["/api/v1/search?facet=people", "/search?q=river", "/api/v1/entities?type=people"])
@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_a_packed_answer_is_the_plain_one(client: FlaskClient, path: str, coding: str) -> None:
    for _ in range(2):
        plain = client.get(path)
        small = client.get(path, headers={"Accept-Encoding": coding})
        assert "Content-Encoding" not in plain.headers
        assert small.headers["Content-Encoding"] == coding
        assert plain.headers["Vary"] == small.headers["Vary"] == "Accept-Encoding"
        assert int(small.headers["Content-Length"]) == len(small.data) < len(plain.data)
        text = unpacked(small.data, coding)
        assert len(text) == pytest.approx(len(plain.data), abs=40), "but for the time it took"
        assert small.mimetype == plain.mimetype
        head = client.head(path, headers={"Accept-Encoding": coding})
        assert (head.status_code, head.data) == (200, b"")
        assert head.headers["Content-Encoding"] == coding


def test_a_small_answer_is_not_packed(client: FlaskClient) -> None:
    response = client.get("/healthz", headers={"Accept-Encoding": "gzip"})
    assert len(response.data) < LEAST
    assert "Content-Encoding" not in response.headers
    assert response.headers["Vary"] == "Accept-Encoding"


def test_what_is_streamed_is_not_packed(client: FlaskClient) -> None:
    response = client.get("/static/style.css", headers={"Accept-Encoding": "gzip"})
    assert len(response.data) > LEAST
    assert "Content-Encoding" not in response.headers
    assert not response.headers["ETag"].startswith("W/")
    response.close()


def test_an_error_is_packed_like_any_answer(client: FlaskClient) -> None:
    response = client.get("/search?nope=1", headers={"Accept-Encoding": "gzip"})
    assert response.status_code == 400
    assert b"nope" in unpacked(response.data, response.headers.get("Content-Encoding"))


@pytest.mark.parametrize("coding", ["identity", "gzip", "zstd"])
def test_a_tag_holds_for_every_coding(client: FlaskClient, coding: str) -> None:
    path = "/api/v1/search?q=river"
    tag = client.get(path).headers["ETag"]
    assert tag.startswith("W/")
    for _ in range(2):
        packed_ = client.get(path, headers={"Accept-Encoding": coding})
        assert packed_.headers["ETag"] == tag
        same = client.get(path, headers={"Accept-Encoding": coding, "If-None-Match": tag})
        assert (same.status_code, same.data) == (304, b"")
        assert same.headers["ETag"] == tag
        assert same.headers["Vary"] == "Accept-Encoding"
        assert same.headers["Cache-Control"] == "no-cache"
        assert "Content-Encoding" not in same.headers
