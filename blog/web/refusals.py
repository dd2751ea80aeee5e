"""A form that is refused is given back, with what would be right, and when."""

from flask import Response, make_response


def refuse(page: str, status: int, *, retry: int | None = None) -> Response:
    """Return a page that holds the form as it was; `retry` is in how many seconds to try again."""
    response = make_response(page, status)
    if retry is not None:
        response.headers["Retry-After"] = str(retry)
    return response


def ask_to_wait(
    seconds: int, why: str, remedy: str = "Your words are kept; send them again"
) -> str:
    """Say why somebody has to wait, and how long: up to two minutes in seconds, then in minutes."""
    wait = f"{-(-seconds // 60)} minutes" if seconds >= 120 else f"{seconds} seconds"
    return f"{why} {remedy} in {'1 second' if seconds == 1 else wait}."
