"""The few things that can go wrong, each with the stable code that the API, the page and the command line show."""

from __future__ import annotations


class SearchsvcError(Exception):
    """The root: everything this project raises on purpose. `code` is a stable lower_snake word."""

    code = "error"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code


class BadRequest(SearchsvcError):
    """A question that cannot be asked: names the parameter, all that is allowed, what was most likely meant, and where
    the fault lies.

    `position` is an offset in characters into the parameter's value, less the blanks around it.
    """

    code = "invalid_request"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        parameter: str | None = None,
        allowed: list[str] | None = None,
        suggestion: str | None = None,
        position: int | None = None,
    ) -> None:
        super().__init__(message, code=code)
        self.parameter = parameter
        self.allowed = allowed
        self.suggestion = suggestion
        self.position = position


class NotFound(SearchsvcError):
    """An id, field or route that does not exist; `allowed` and `suggestion` as with BadRequest."""

    code = "not_found"

    def __init__(
        self, message: str, *, code: str | None = None, allowed: list[str] | None = None, suggestion: str | None = None
    ) -> None:
        super().__init__(message, code=code)
        self.allowed = allowed
        self.suggestion = suggestion


class CursorGone(SearchsvcError):
    """A cursor into a generation of the index that is no longer held."""

    code = "cursor_gone"


class Unavailable(SearchsvcError):
    """The engine is away, has nothing it may open, or a query passed its time budget. Worth trying again."""

    code = "unavailable"


class IndexCorrupt(SearchsvcError):
    """Files of a search generation that are not what its manifest says; they are never opened."""

    code = "index_corrupt"


class StoreError(SearchsvcError):
    """The article store cannot be opened, written or trusted."""

    code = "store_error"


class Locked(SearchsvcError):
    """Another process is writing to this index."""

    code = "locked"


class BadRecord(SearchsvcError):
    """One record of an archive that cannot become an article; the run goes on without it."""

    code = "bad_record"
