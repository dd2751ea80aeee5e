"""A form that is refused is given back, with what would be right, and when."""

from flask import Response, make_response


def refuse(page: str, status: int, *, retry: int | None = None) -> Response:
    """Return a page that holds the form as it was; `retry` is in how many seconds to try again."""
    response = make_response(page, status)
    if retry is not None:
        response.headers["Retry-After"] = str(retry)
    return response


def say_wait(seconds: int) -> str:
    """Write how long to wait, in seconds up to two minutes, then in whole minutes."""
    return f"{seconds} seconds" if seconds < 120 else f"{-(-seconds // 60)} minutes"
