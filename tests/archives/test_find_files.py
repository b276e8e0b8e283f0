"""Which files do paths mean, and is nothing outside them read?"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from searchsvc.archives import PassedOver, Rejection, find_files


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder "archive" in the working directory, with a bit of everything."""
    for name in (
        "archive/b.html", "archive/a.txt", "archive/README.md", "archive/LICENSE", "archive/.hidden.txt",
        "archive/page_files/style.css", "archive/page_files/photo.JPG", "archive/2016/c.html", "archive/2016/04/d.html",
        "archive/.git/e.html", "archive/[1].txt", "outside.txt",
    ):  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found(*paths: str) -> list[str]:
    return [item for item in find_files(paths) if isinstance(item, str)]


def refused(*paths: str) -> list[tuple[str, str]]:
    return [(item.location.path, item.code) for item in find_files(paths) if isinstance(item, Rejection)]


ALL = ["archive/2016/04/d.html", "archive/2016/c.html", "archive/[1].txt", "archive/a.txt", "archive/b.html"]


@pytest.mark.parametrize(
    "paths, expected",
    [
        (["archive"], ALL),
        (["archive/"], ALL),
        (["./archive"], [f"./{path}" for path in ALL]),
        (["archive/*.html"], ["archive/b.html"]),
        (["archive/**/*.html"], ["archive/b.html", "archive/2016/c.html", "archive/2016/04/d.html"]),
        (["archive/**"], ALL),
        (["archive/20*"], ["archive/2016/04/d.html", "archive/2016/c.html"]),
        (["arch*/a.txt"], ["archive/a.txt"]),
        (["*.txt"], ["outside.txt"]),
        (["archive/[1].txt"], ["archive/[1].txt"]),
        (["archive/README.md", "archive/.hidden.txt"], ["archive/README.md", "archive/.hidden.txt"]),
        (["archive/.h*"], ["archive/.hidden.txt"]),
        (["archive/a.txt", "archive", "archive/a.txt"], ["archive/a.txt", *(p for p in ALL if p != "archive/a.txt")]),
        (["-", "-"], ["-"]),
    ],
)
def test_paths(tree: Path, paths: list[str], expected: list[str]) -> None:
    assert found(*paths) == expected
    assert refused(*paths) == []


def test_passed_over(tree: Path) -> None:
    passed = {item.path: item.reason for item in find_files(["archive"]) if isinstance(item, PassedOver)}
    assert passed == {
        "archive/.git": "hidden",
        "archive/.hidden.txt": "hidden",
        "archive/LICENSE": "about the archive",
        "archive/README.md": "about the archive",
        "archive/page_files/photo.JPG": "part of a saved page",
        "archive/page_files/style.css": "part of a saved page",
    }


@pytest.mark.parametrize("path", ["nowhere", "archive/*.warc", "nowhere/*.html", "archive/a.txt/x", "no\0name"])
def test_no_such_file(tree: Path, path: str) -> None:
    ((_, code),) = refused(path)
    assert code in ("no_such_file", "unreadable")
    assert found(path) == []


def test_links_and_pipes(tree: Path) -> None:
    (tree / "archive/in.txt").symlink_to("a.txt")
    (tree / "archive/out.txt").symlink_to("../outside.txt")
    (tree / "archive/loop").symlink_to(".")
    (tree / "archive/up").symlink_to("..")
    os.mkfifo(tree / "archive/pipe")
    assert found("archive") == ALL
    leads_out = [("archive/out.txt", "leads_out"), ("archive/pipe", "not_regular"), ("archive/up", "leads_out")]
    assert refused("archive") == leads_out
    assert refused("archive/**/*.txt") == [("archive/out.txt", "leads_out")]
    assert refused("archive/pipe", "/dev/zero") == [("archive/pipe", "not_regular"), ("/dev/zero", "not_regular")]
    assert found("archive/out.txt") == ["archive/out.txt"]  # named, so meant


def test_odd_names(tree: Path) -> None:
    name = os.fsdecode(b"archive/\xff\xfe.pipe")
    os.mkfifo(name)
    ((path, _),) = refused("archive")
    path.encode("utf-8")
