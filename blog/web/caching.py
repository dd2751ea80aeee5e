"""Set the caching headers of responses: not cacheable, unless the view allows caching."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial, wraps
from pathlib import Path
from typing import Any, ParamSpec

from flask import Flask, Response, g, make_response, request

from blog.web.compressing import compress
from blog.web.current import current_settings

P = ParamSpec("P")

YEAR = 365 * 24 * 3600
# The key in the WSGI environment under which a view gives its page to web/kept, if that asks.
KEPT = "second_lead.kept"
# The attribute of a view that names the parameters of the query on which its page depends.
NAMES = "second_lead_names"


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """A page that may be given to everybody: its bytes, and until when it is up to date.

    `files` has when each file was changed from which it was made, as `look_at` returns it.
    """

    body: bytes
    view: str
    until: datetime | None
    files: Mapping[str, int | None]


def init_app(app: Flask) -> None:
    """Forbid caching of every response whose view sets no Cache-Control header."""
    app.after_request(_forbid_caching)


def cache_publicly(
    view: Callable[P, Any] | None = None, *, names: tuple[str, ...] = ()
) -> Callable[..., Any]:
    """Decorate a GET view: everybody may keep its page and revalidate it by its ETag.

    The page must depend on its URL only: on the path, and on the parameters in `names`. A page that
    also changes with time calls `expire_at`, one that is made from files `depend_on`.
    """
    if view is None:
        return partial(cache_publicly, names=names)

    @wraps(view)
    def cached_view(*args: P.args, **kwargs: P.kwargs) -> Response:
        response = make_response(view(*args, **kwargs))
        if response.status_code == 200:
            response.cache_control.public = True
            response.cache_control.no_cache = True
            if g.get("expiry") is not None:
                response.expires = g.expiry
            _tell_proxy(response)
            if is_wanted():
                # `web/kept` makes all forms of the page, and their ETags.
                offer(response)
            else:
                compress(response)
                response.add_etag()
                response.make_conditional(request)
        return response

    setattr(cached_view, NAMES, names)
    return cached_view


def is_wanted() -> bool:
    """Return whether `web/kept` wants to keep the response to this request."""
    return KEPT in request.environ


def offer(response: Response) -> None:
    """Offer a response that is the same for everybody to `web/kept`."""
    request.environ[KEPT] = Kept(
        body=response.get_data(),
        view=request.endpoint or "",
        until=g.get("expiry"),
        files=g.get("files", {}),
    )


def depend_on(file: Path) -> None:
    """Say, before it is read, that this response is made from a file and changes with it."""
    g.files = {**g.get("files", {}), str(file): look_at(str(file))}


def look_at(file: str) -> int | None:
    """Return when a file was changed, in nanoseconds; None if it is missing."""
    try:
        return Path(file).stat().st_mtime_ns
    except OSError:
        return None


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
