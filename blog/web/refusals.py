"""A form that is refused is given back, with what would be right, and when."""

from flask import Response, make_response

from blog.text.language import format_span
from blog.text.language import gettext as _


def refuse(page: str, status: int, *, retry: int | None = None) -> Response:
    """Return a page that holds the form as it was; `retry` is in how many seconds to try again."""
    response = make_response(page, status)
    if retry is not None:
        response.headers["Retry-After"] = str(retry)
    return response


def ask_to_wait(seconds: int, why: str) -> str:
    """Say why somebody has to wait, how long, and that their words are kept meanwhile."""
    wait = _("Your words are kept; send them again in %(time)s.", time=format_wait(seconds))
    return f"{why} {wait}"


def format_wait(seconds: int) -> str:
    """Write how long to wait: up to two minutes in seconds, then in minutes."""
    if seconds >= 120:
        return format_span(-(-seconds // 60), "minute")
    return format_span(seconds, "second")
