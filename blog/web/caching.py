"""Set the caching headers of responses: not cacheable, unless the view allows caching."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec

from flask import Flask, Response, g, make_response, request

from blog.web.compressing import compress
from blog.web.current import current_settings

P = ParamSpec("P")

YEAR = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    """Forbid caching of every response whose view sets no Cache-Control header."""
    app.after_request(_forbid_caching)


def cache_publicly(view: Callable[P, Any]) -> Callable[P, Response]:
    """Decorate a GET view: browsers and proxies may cache its page and revalidate it by its ETag.

    The page must depend on its URL only. A page that also changes with time calls `expire_at`.
    """

    @wraps(view)
    def cached_view(*args: P.args, **kwargs: P.kwargs) -> Response:
        response = make_response(view(*args, **kwargs))
        if response.status_code == 200:
            response.cache_control.public = True
            response.cache_control.no_cache = True
            if g.get("expiry") is not None:
                response.expires = g.expiry
            _tell_proxy(response)
            compress(response)
            response.add_etag()
            response.make_conditional(request)
        return response

    return cached_view


def _tell_proxy(response: Response) -> None:
    """Let nginx give this response to other readers, in a header that it passes on to nobody.

    It decides itself for how long (deploy/nginx): a second, as a new comment must appear soon.
    """
    if current_settings().trusted_proxies:
        response.headers["X-Accel-Expires"] = "1"


def expire_at(time: datetime | None) -> None:
    """Set when this response changes because of the time alone, without any change of data.

    None means never. After several calls the earliest time counts. `cache_publicly` sends the time
    in the Expires header.
    """
    known = [each for each in (g.get("expiry"), time) if each is not None]
    g.expiry = min(known, default=None)


def cache_forever(response: Response) -> Response:
    """Allow everybody to cache a response forever; for URLs that change with their content."""
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return response


def _forbid_caching(response: Response) -> Response:
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "private, no-store"
    return response
