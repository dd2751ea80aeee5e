"""Responses that show a refused form again, and sentences that say when to try again."""

from flask import Response, make_response

from blog.text.language import format_span, lazy_gettext
from blog.text.language import gettext as _

EXPIRED = lazy_gettext("This page had expired, so nothing was changed. Here it is again.")


def refuse(page: str, status: int, *, retry: int | None = None) -> Response:
    """Return a response with this HTML page and status; `retry` sets Retry-After, in seconds."""
    response = make_response(page, status)
    if retry is not None:
        response.headers["Retry-After"] = str(retry)
    return response


def explain_wait(seconds: int, why: str) -> str:
    """Return the sentence `why`, followed by a sentence about how long the sender has to wait."""
    wait = _("Your text is kept; please send it again in %(time)s.", time=format_wait(seconds))
    return f"{why} {wait}"


def format_wait(seconds: int) -> str:
    """Return a waiting time as text: in seconds below two minutes, else in minutes, rounded up."""
    if seconds >= 120:
        return format_span(-(-seconds // 60), "minute")
    return format_span(seconds, "second")
