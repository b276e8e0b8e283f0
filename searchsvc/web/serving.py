"""Serve the app: waitress, with the limits that an open port wants, in one process or in several."""

from __future__ import annotations

import errno
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType

import orjson
from waitress.server import create_server
from waitress.utilities import Error

import searchsvc
from searchsvc.errors import SearchsvcError
from searchsvc.service import Service
from searchsvc.store import Store
from searchsvc.web.app import LOOPBACK, MAX_BODY, REMEMBERED, create_app
from searchsvc.web.processes import READY, stop_with_parent, supervise

#: Connections that wait to be taken.
_BACKLOG = 1024


def _as_json(self: Error, ident: str | None = None) -> tuple[str, list[tuple[str, str]], bytes]:
    """What waitress answers by itself (a request that is too large or none at all), in the shape of every error."""
    codes = {413: "too_large", 414: "too_large", 431: "too_large"}
    answer = {
        "status": "error",
        "code": codes.get(self.code, "invalid_request" if self.code < 500 else "internal_error"),
        "message": self.reason.lower(),
        "request_id": "",
    }
    return (
        f"{self.code} {self.reason}",
        [("Content-Type", "application/json"), ("Connection", "close")],
        orjson.dumps(answer),
    )


Error.to_response = _as_json


@dataclass(frozen=True)
class Settings:
    """How an index is served. `trusted_hosts` are the names answered to, None for any; `remembered` is in bytes."""

    directory: str
    threads: int = 4
    trusted_hosts: tuple[str, ...] | None = None
    log_requests: bool = False
    remembered: int = REMEMBERED


def serve(
    directory: Path,
    host: str,
    port: int,
    *,
    threads: int = 4,
    processes: int = 1,
    trusted_hosts: list[str] | None = None,
    log_requests: bool = False,
    remembered: int = REMEMBERED,
) -> int:
    """Serve until SIGINT or SIGTERM; prints the address when it answers. The exit code.

    With more than one process, each has `threads` threads and remembers `remembered` bytes of answers. A generation
    published meanwhile is taken up by each within `service.LOOK_EVERY`: for that long, two answers can be of two.
    Raises SearchsvcError where the port cannot be had, StoreError where there is no index.
    """
    loopback = host in ("127.0.0.1", "localhost", "::1")
    # A service that listens beyond this machine is called by names that only its owner knows.
    hosts = (*LOOPBACK, *trusted_hosts) if trusted_hosts else LOOPBACK if loopback else None
    settings = Settings(str(directory), threads, hosts, log_requests, remembered)
    _log_to_stderr(settings)
    store = Store(directory)
    documents = len(store)
    store.close()
    sockets = _listening(host, port)
    shown = f"[{host}]" if ":" in host else host
    port = sockets[0].getsockname()[1]

    def answering() -> None:
        with_ = f" with {processes} processes" if processes > 1 else ""
        print(f"searchsvc serves {documents:,} articles on http://{shown}:{port}/{with_}", flush=True)

    try:
        if processes == 1:
            _answer(settings, sockets, answering)
        else:
            supervise([_command(settings, sockets, catch_up=n == 0) for n in range(processes)], sockets, answering)
    finally:
        for each in sockets:
            each.close()
    return 0


def _log_to_stderr(settings: Settings) -> None:
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(message)s")
    logging.getLogger("searchsvc").setLevel(logging.INFO)
    logging.getLogger("searchsvc.web").setLevel(logging.INFO if settings.log_requests else logging.ERROR)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)


def _listening(host: str, port: int) -> list[socket.socket]:
    """Sockets that listen on every address of the host, all on one port. Raises SearchsvcError."""
    made: list[socket.socket] = []
    failed: OSError | None = None
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise _cannot_listen(host, port, error) from error
    for family, kind, protocol, _, address in dict.fromkeys(found):
        try:
            each = socket.socket(family, kind, protocol)
        except OSError as error:  # a family that this machine does not speak
            failed = error
            continue
        try:
            each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                each.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            each.bind((address[0], made[0].getsockname()[1] if made else port, *address[2:]))
            each.listen(_BACKLOG)
        except OSError as error:
            each.close()
            failed = error
            if error.errno != errno.EADDRNOTAVAIL:
                break
            continue
        made.append(each)
    else:
        if made:
            return made
    for each in made:
        each.close()
    assert failed is not None
    raise _cannot_listen(host, port, failed) from failed


def _cannot_listen(host: str, port: int, error: OSError) -> SearchsvcError:
    return SearchsvcError(f"cannot listen on {host} port {port}: {error.strerror or error}")


def _answer(
    settings: Settings, sockets: list[socket.socket], answering: Callable[[], None], *, catch_up: bool = True
) -> None:
    """Answer on these sockets, in this process, until SIGINT or SIGTERM."""
    service = Service(Path(settings.directory))
    try:
        server = create_server(
            create_app(service, trusted_hosts=settings.trusted_hosts, remembered=settings.remembered),
            sockets=sockets,
            threads=settings.threads,
            ident="searchsvc",
            # Larger than what the app takes, so that a client that sends too much is told so and not cut off.
            max_request_body_size=8 * MAX_BODY,
            max_request_header_size=64 * 1024,
            channel_timeout=20,
            connection_limit=500,
            clear_untrusted_proxy_headers=True,
        )
        stopping = threading.Event()

        def stop(number: int, frame: FrameType | None) -> None:
            if not stopping.is_set():
                stopping.set()
                raise SystemExit(0)

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        service.watch(catch_up=catch_up)
        try:
            answering()
            server.run()
        finally:
            server.close()
    finally:
        service.close()


# One of several processes


def _command(settings: Settings, sockets: list[socket.socket], *, catch_up: bool) -> list[str]:
    """The command of a process that answers on these sockets, which it inherits."""
    told = {"settings": asdict(settings), "sockets": [each.fileno() for each in sockets], "catch_up": catch_up}
    return [sys.executable, "-P", "-c", _BEGIN, str(Path(searchsvc.__file__).parents[1]), orjson.dumps(told).decode()]


# The same code as the parent's, whatever lies in the folder that it was begun in.
_BEGIN = (
    "import sys; sys.path.insert(0, sys.argv[1]); from searchsvc.web.serving import one_of_several; "
    "sys.exit(one_of_several(sys.argv[2]))"
)


def _tell_parent() -> None:
    os.write(1, READY)


def one_of_several(told: str) -> int:
    """What such a process does, as `_command` told it. The exit code."""
    stop_with_parent()
    known = orjson.loads(told)
    hosts = known["settings"].pop("trusted_hosts")
    settings = Settings(**known["settings"], trusted_hosts=None if hosts is None else tuple(hosts))
    _log_to_stderr(settings)
    sockets = [socket.socket(fileno=number) for number in known["sockets"]]
    try:
        _answer(settings, sockets, _tell_parent, catch_up=known["catch_up"])
    except SearchsvcError as error:
        print(f"searchsvc: {error.message}", file=sys.stderr)
        return 1
    return 0
