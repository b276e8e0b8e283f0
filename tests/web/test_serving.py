"""`searchsvc serve` as a process: prints its address, sees what another process indexes, stops when told to."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

COMMAND = [sys.executable, "-m", "searchsvc.cli"]


def write(path: Path, *titles: str) -> Path:
    lines = [json.dumps({"title": title, "text": f"About {title}.", "source": "Gazette"}) for title in titles]
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, Path, subprocess.Popen[str]]]:
    index = tmp_path / "index"
    archive = write(tmp_path / "first.jsonl", "Rain in Lagos", "Votes in Accra")
    subprocess.run([*COMMAND, "index", str(archive), "--index", str(index), "--quiet"], check=True, capture_output=True)
    process = subprocess.Popen(
        [*COMMAND, "serve", "--index", str(index), "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    address = re.search(r"http://\S+", process.stdout.readline())
    assert address
    yield address.group(), index, process
    process.terminate()
    process.wait(timeout=10)
    process.stdout.close()
    process.stderr.close()


def get(address: str, path: str) -> dict[str, Any]:
    with urllib.request.urlopen(address.rstrip("/") + path, timeout=10) as response:
        answer: dict[str, Any] = json.load(response)
        return answer


def test_a_second_process_is_seen_within_two_seconds(
    served: tuple[str, Path, subprocess.Popen[str]], tmp_path: Path
) -> None:
    address, index, process = served
    assert get(address, "/api/v1/search")["total"] == 2
    before = get(address, "/readyz")["generation"]
    archive = write(tmp_path / "second.jsonl", "Snow in Oslo")
    subprocess.run([*COMMAND, "index", str(archive), "--index", str(index), "--quiet"], check=True, capture_output=True)
    ended = time.monotonic()
    while get(address, "/api/v1/search?q=snow")["total"] != 1:
        assert time.monotonic() - ended < 2.0
        time.sleep(0.05)
    assert get(address, "/readyz")["generation"] > before
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 0


def test_an_unknown_host_is_refused(served: tuple[str, Path, subprocess.Popen[str]]) -> None:
    request = urllib.request.Request(served[0], headers={"Host": "evil.example"})
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(request, timeout=10)
    assert error.value.code == 400
    error.value.close()


def test_a_port_in_use_is_told(served: tuple[str, Path, subprocess.Popen[str]]) -> None:
    address, index, _ = served
    port = address.rstrip("/").rsplit(":", 1)[1]
    command = [*COMMAND, "serve", "--index", str(index), "--port", port]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert run.returncode == 1
    assert f"cannot listen on 127.0.0.1 port {port}" in run.stderr


def test_the_server_itself_answers_in_json(served: tuple[str, Path, subprocess.Popen[str]]) -> None:
    address = served[0]
    for path, code in (("/api/v1/search?q=" + "x" * 70_000, 431),):
        with pytest.raises(urllib.error.HTTPError) as error:
            urllib.request.urlopen(address.rstrip("/") + path, timeout=10)
        with error.value:
            assert (error.value.code, json.load(error.value)["code"]) == (code, "too_large")
    request = urllib.request.Request(
        address + "api/v1/search", data=b" " * 3_000_000, headers={"Content-Type": "application/json"}, method="POST"
    )
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(request, timeout=10)
    with error.value:
        assert (error.value.code, json.load(error.value)["code"]) == (413, "too_large")
