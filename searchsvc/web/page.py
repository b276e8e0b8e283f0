"""The search page: a template over the same answers as the JSON."""

from __future__ import annotations

from flask import Flask, Response

from searchsvc.errors import SearchsvcError
from searchsvc.service import Service


def register(app: Flask, service: Service) -> None:
    """The page's routes."""


def error_page(error: SearchsvcError, status: int, request_id: str) -> Response:
    """An error as a page."""
    return Response(error.message, status, mimetype="text/plain")
