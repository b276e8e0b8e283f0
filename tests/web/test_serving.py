"""`searchsvc serve` as a process: prints its address, sees what another process indexes, stops when told to."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from searchsvc.errors import SearchsvcError
from searchsvc.web import processes
from searchsvc.web.processes import supervise
from searchsvc.web.serving import _listening

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


# Several processes


@pytest.fixture
def several(tmp_path: Path) -> Iterator[tuple[str, Path, subprocess.Popen[str], Path]]:
    """The service with two processes: its address, the index, the parent, and the file with its log."""
    index, log = tmp_path / "index", tmp_path / "log"
    archive = write(tmp_path / "first.jsonl", "Rain in Lagos", "Votes in Accra")
    subprocess.run([*COMMAND, "index", str(archive), "--index", str(index), "--quiet"], check=True, capture_output=True)
    with log.open("w") as errors:
        process = subprocess.Popen(
            [*COMMAND, "serve", "--index", str(index), "--port", "0", "--processes", "2", "--log"],
            stdout=subprocess.PIPE, stderr=errors, text=True,
        )  # fmt: skip
    assert process.stdout is not None
    line = process.stdout.readline()
    address = re.search(r"http://\S+", line)
    assert address, log.read_text()
    assert "with 2 processes" in line
    yield address.group(), index, process, log
    process.terminate()
    process.wait(timeout=20)
    process.stdout.close()


def answered_by(log: Path) -> set[int]:
    """The processes that have answered."""
    lines = [line for line in log.read_text().splitlines(keepends=True) if line.endswith("}\n")]
    return {json.loads(line)["process"] for line in lines if line.startswith("{")}


def is_there(process: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False


def until(true: Callable[[], bool], seconds: float = 20.0) -> None:
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, "it did not happen in time"
        time.sleep(0.02)


def ask_at_once(address: str) -> None:
    """Eight questions from as many clients: more than one process is asked."""
    threads = [threading.Thread(target=get, args=(address, f"/api/v1/search?q={n}")) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def two_answer(address: str, log: Path, but: int = 0) -> bool:
    ask_at_once(address)
    return len({process for process in answered_by(log) if process != but and is_there(process)}) == 2


def test_several_processes_answer_and_one_that_dies_is_replaced(
    several: tuple[str, Path, subprocess.Popen[str], Path],
) -> None:
    address, _, parent, log = several
    until(lambda: two_answer(address, log))
    first = answered_by(log)
    assert parent.pid not in first
    killed = min(first)
    os.kill(killed, signal.SIGKILL)
    until(lambda: two_answer(address, log, but=killed))
    assert f"process {killed} was ended by SIGKILL" in log.read_text()
    parent.send_signal(signal.SIGINT)
    assert parent.wait(timeout=20) == 0
    assert not [process for process in answered_by(log) if is_there(process)]
    with pytest.raises(urllib.error.URLError):
        get(address, "/healthz")


def test_a_parent_that_is_killed_leaves_nothing_behind(
    several: tuple[str, Path, subprocess.Popen[str], Path],
) -> None:
    address, _, parent, log = several
    until(lambda: two_answer(address, log))
    parent.kill()
    until(lambda: not [process for process in answered_by(log) if is_there(process)])


def test_every_process_sees_what_is_indexed(
    several: tuple[str, Path, subprocess.Popen[str], Path], tmp_path: Path
) -> None:
    address, index, _, _ = several
    archive = write(tmp_path / "second.jsonl", "Snow in Oslo")
    subprocess.run([*COMMAND, "index", str(archive), "--index", str(index), "--quiet"], check=True, capture_output=True)

    def totals() -> set[int]:
        return {get(address, f"/api/v1/search?q=snow&page_size={n + 1}")["total"] for n in range(20)}

    until(lambda: totals() == {1})
    assert totals() == {1}, "and no process goes back"


def test_processes_that_cannot_begin_are_told(tmp_path: Path) -> None:
    """Where a process ends before it answers, the service ends, and says so."""
    listening = socket.create_server(("127.0.0.1", 0))
    command = [sys.executable, "-c", "import sys; sys.exit(3)"]
    with pytest.raises(SearchsvcError, match=r"ended before it answered \(ended with 3\)"):
        supervise([command], [listening], lambda: None)
    listening.close()
    run = subprocess.run(
        [*COMMAND, "serve", "--index", str(tmp_path), "--port", "0", "--processes", "2"],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert run.returncode == 1
    assert "there is no index" in run.stderr


def test_a_process_that_does_not_stop_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "PATIENCE", 0.2)
    command = [
        sys.executable, "-c",
        "import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', os.getpid(), sep='\\n',"
        " flush=True); time.sleep(600)",
    ]  # fmt: skip
    begun: list[subprocess.Popen[bytes]] = []
    plain = processes._begun

    def note(*args: Any) -> subprocess.Popen[bytes]:
        begun.append(plain(*args))
        return begun[-1]

    monkeypatch.setattr(processes, "_begun", note)
    supervise([command], [], lambda: os.kill(os.getpid(), signal.SIGTERM))
    assert [process.returncode for process in begun] == [-signal.SIGKILL]


def test_a_name_with_several_addresses_is_served_on_one_port() -> None:
    for host in ("localhost", "127.0.0.1"):
        sockets = _listening(host, 0)
        assert len({each.getsockname()[1] for each in sockets}) == 1
        for each in sockets:
            each.close()
    with pytest.raises(SearchsvcError, match=r"cannot listen on nowhere\.invalid port 0"):
        _listening("nowhere.invalid", 0)
