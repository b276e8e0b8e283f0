"""One SQLite file that is read by any number of threads and processes, and written by one, durably.

WAL mode with `synchronous=FULL`: what a transaction has changed survives a kill and a power cut once it has ended. The
one process that writes holds the lock beside the file. What is in the tables is not known here.
"""

from __future__ import annotations

import fcntl
import sqlite3
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from searchsvc.errors import Locked, StoreError


class _Held:
    """A thread's connection, closed with its thread or its store at the latest (by whichever thread collects it)."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.close = weakref.finalize(self, connection.close)


class Database:
    """The file. Thread-safe: each thread gets a connection of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's connection. Raises StoreError where the file is none of SQLite's."""
        held: _Held | None = getattr(self._local, "held", None)
        connection = held.connection if held is not None else None
        if connection is None:
            try:
                connection = sqlite3.connect(self.path, timeout=30, isolation_level=None, check_same_thread=False)
                connection.execute("PRAGMA journal_mode=WAL")
                connection.execute("PRAGMA synchronous=FULL")
                connection.execute("PRAGMA mmap_size=268435456")
            except sqlite3.DatabaseError as error:
                if connection is not None:
                    connection.close()
                raise StoreError(f"{self.path} cannot be opened: {error}") from error
            self._local.held = _Held(connection)
        return connection

    def close(self) -> None:
        """Close this thread's connection."""
        held: _Held | None = getattr(self._local, "held", None)
        if held is not None:
            held.close()
            self._local.held = None

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the right to write to this index, or raise Locked. The kernel frees it with the process."""
        with open(self.path.parent / "writer.lock", "a", encoding="ascii") as lock:
            for patience in (True, True, True, False):  # a service that only looks who writes lets go at once
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if not patience:
                        message = f"another process is writing to {self.path.parent}; it can be read meanwhile"
                        raise Locked(message) from None
                    time.sleep(0.03)
            yield

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it is on disk when the block ends, or nothing where it raises. Raises StoreError
        where the disk is full or failing."""
        connection = self.connection
        try:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
        except sqlite3.DatabaseError as error:
            _roll_back(connection)
            raise StoreError(f"{self.path} could not be written, nothing of this batch was taken: {error}") from error
        except BaseException:
            _roll_back(connection)
            raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection, to be read from. Raises StoreError where that fails."""
        try:
            yield self.connection
        except sqlite3.DatabaseError as error:
            raise StoreError(f"{self.path} could not be read: {error}") from error

    def read(self, statement: str, values: Any) -> list[tuple[Any, ...]]:
        """All rows of a statement. Raises StoreError."""
        with self.reading() as connection:
            return connection.execute(statement, values).fetchall()


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        connection.execute("ROLLBACK")
