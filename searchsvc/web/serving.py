"""Serve the app: waitress, with the limits that an open port wants."""

from __future__ import annotations

import logging
import signal
import socket
import sys
import threading
from pathlib import Path
from types import FrameType

import orjson
from waitress.server import create_server
from waitress.utilities import Error

from searchsvc.errors import SearchsvcError
from searchsvc.service import Service
from searchsvc.web.app import LOOPBACK, MAX_BODY, create_app


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


def serve(
    directory: Path,
    host: str,
    port: int,
    *,
    threads: int = 4,
    trusted_hosts: list[str] | None = None,
    log_requests: bool = False,
) -> int:
    """Serve until SIGINT or SIGTERM; prints the address when it answers. The exit code."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(message)s")
    logging.getLogger("searchsvc").setLevel(logging.INFO)
    logging.getLogger("searchsvc.web").setLevel(logging.INFO if log_requests else logging.ERROR)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    service = Service(directory)
    loopback = host in ("127.0.0.1", "localhost", "::1")
    # A service that listens beyond this machine is called by names that only its owner knows.
    hosts = (*LOOPBACK, *trusted_hosts) if trusted_hosts else LOOPBACK if loopback else None
    try:
        server = create_server(
            create_app(service, trusted_hosts=hosts),
            host=host,
            port=port,
            threads=threads,
            ident="searchsvc",
            # Larger than what the app takes, so that a client that sends too much is told so and not cut off.
            max_request_body_size=8 * MAX_BODY,
            max_request_header_size=64 * 1024,
            channel_timeout=20,
            connection_limit=500,
            clear_untrusted_proxy_headers=True,
        )
    except (OSError, socket.gaierror) as error:
        service.close()
        raise SearchsvcError(f"cannot listen on {host} port {port}: {error.strerror or error}") from error
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        if not stopping.is_set():
            stopping.set()
            raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    service.watch()
    shown = f"[{host}]" if ":" in host else host
    print(f"searchsvc serves {len(service.store):,} articles on http://{shown}:{server.effective_port}/", flush=True)
    try:
        server.run()
    finally:
        server.close()
        service.close()
    return 0
