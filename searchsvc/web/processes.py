"""Keep this many processes answering on these sockets until told to stop.

The processes are one command, begun several times, that inherits sockets which listen already: a connection goes to
the process that takes it first, none is lost while one is replaced, and a port is bound once. Each has threads,
caches and opened maps of the index of its own; the pages of the maps are shared by the kernel. A process that dies is
replaced. The parent holds the other end of each one's standard input: should the parent be killed, they see the end of
it and stop, so that nothing is left behind.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FrameType

from searchsvc.errors import SearchsvcError

log = logging.getLogger("searchsvc")

#: What a process writes to its standard output once it answers.
READY = b"ready\n"
#: Seconds that a process is given to end what it is at.
PATIENCE = 15.0
#: Seconds between two looks after the processes.
LOOK_EVERY = 0.1
# Seconds until one that died soon after its beginning is replaced: the first time, and at the most.
_WAIT, _LONGEST_WAIT = 0.5, 30.0
# Seconds from which on a process has run: what ends it later is its own matter, and not how it was begun.
_HAS_RUN = 5.0


@dataclass
class _Place:
    """Where one of the processes runs, one after another if need be."""

    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    due: float = 0.0
    wait: float = _WAIT
    ready: bool = False


def supervise(commands: Sequence[list[str]], sockets: Sequence[socket.socket], answering: Callable[[], None]) -> None:
    """Run each command in a process until SIGTERM or SIGINT; `answering` is called once, when all of them answer.

    Each command writes `READY` to its standard output when it answers, and ends on SIGTERM or at the end of its
    standard input. Raises SearchsvcError where one ends before all have answered for the first time.
    """
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    places = [_Place(command) for command in commands]
    told = False
    try:
        while not stopping.is_set():
            for place in places:
                _look_after(place, sockets, first=not told)
            if not told and all(place.ready for place in places):
                told = True
                answering()
            stopping.wait(LOOK_EVERY)
    finally:
        _stop(places)
        for number, handler in before.items():
            signal.signal(number, handler)


def _look_after(place: _Place, sockets: Sequence[socket.socket], *, first: bool) -> None:
    """Begin the process of this place, see whether it answers, replace it if it ended."""
    now = time.monotonic()
    if place.process is None:
        if now >= place.due:
            place.process, place.began = _begun(place.command, sockets), now
        return
    process = place.process
    assert process.stdout is not None
    if not place.ready and READY in (process.stdout.read() or b""):
        place.ready = True
    code = process.poll()
    if code is None:
        return
    _release(process)
    place.process = None
    if first:
        raise SearchsvcError(f"a process of the service ended before it answered ({_ended(code)})")
    place.wait = _WAIT if now - place.began >= _HAS_RUN else min(2 * place.wait, _LONGEST_WAIT)
    place.due = now if now - place.began >= _HAS_RUN else now + place.wait
    log.error("process %d %s; another takes its place", process.pid, _ended(code))


def _begun(command: list[str], sockets: Sequence[socket.socket]) -> subprocess.Popen[bytes]:
    # A group of its own: Ctrl-C at a terminal is for the parent, who tells the others.
    process = subprocess.Popen(  # noqa: S603 - our own command
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=[each.fileno() for each in sockets],
        process_group=0, bufsize=0,
    )  # fmt: skip
    assert process.stdout is not None
    os.set_blocking(process.stdout.fileno(), False)
    return process


def _ended(code: int) -> str:
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with {code}"


def _stop(places: Sequence[_Place]) -> None:
    running = [place.process for place in places if place.process is not None]
    for process in running:
        process.terminate()
    until = time.monotonic() + PATIENCE
    for process in running:
        try:
            process.wait(timeout=max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        _release(process)


def _release(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def stop_with_parent() -> None:
    """In one of the processes: end as by SIGTERM when the parent is gone."""

    def wait() -> None:
        while os.read(0, 64):  # not sys.stdin, whose lock a thread must not hold when the process ends
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="parent", daemon=True).start()
