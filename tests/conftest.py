"""Options and fixtures of all tests."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kills", type=int, default=20, help="how often the index run is killed in test_kill")
    parser.addoption("--whole", action="store_true", help="index the whole of the shared news archives, some minutes")
