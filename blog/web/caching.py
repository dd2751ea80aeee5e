"""Who may keep an answer: nobody, unless its view says that it is the same for everybody."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec

from flask import Flask, Response, g, make_response, request

P = ParamSpec("P")

YEAR = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    """Forbid keeping what no view allowed to be kept."""
    app.after_request(_keep_private)


def same_for_everybody(view: Callable[P, Any]) -> Callable[P, Response]:
    """Let browsers and proxies keep a page and ask whether it changed: a strong ETag, 304.

    For GET views whose bytes depend on the address alone, and on the time where they say so by
    `stale_at`.
    """

    @wraps(view)
    def cached_view(*args: P.args, **kwargs: P.kwargs) -> Response:
        response = make_response(view(*args, **kwargs))
        if response.status_code == 200:
            response.cache_control.public = True
            response.cache_control.no_cache = True
            if g.get("stale_at") is not None:
                response.expires = g.stale_at
            response.add_etag()
            response.make_conditional(request)
        return response

    return cached_view


def stale_at(moment: datetime | None) -> None:
    """Say when the bytes of this answer will be others though nobody writes; None is never.

    Of several such moments the first counts. It is told as Expires; whoever asks after it finds
    another ETag.
    """
    known = [each for each in (g.get("stale_at"), moment) if each is not None]
    g.stale_at = min(known, default=None)


def keep_for_ever(response: Response) -> Response:
    """Let everybody keep an answer whose address changes with its content."""
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return response


def _keep_private(response: Response) -> Response:
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "private, no-store"
    return response
