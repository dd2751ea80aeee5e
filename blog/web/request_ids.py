"""Give each request an id, by which an operator finds the log line of an error page.

A page that others may get from a cache must not contain it: only pages of errors show it.
"""

import re
import secrets
from collections.abc import Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Request, has_request_context, request

from blog.settings import Settings

KEY = "second_lead.request_id"
_REQUEST = "second_lead.request"
# The ids of nginx are 32 digits; other proxies send a UUID.
_FROM_PROXY = re.compile(r"[0-9a-f]{8,32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def init_app(app: Flask, settings: Settings) -> None:
    """Give each request an id: that of X-Request-ID if a proxy is trusted, else a random one."""
    inner, is_behind_proxy = app.wsgi_app, settings.trusted_proxies > 0
    app.wsgi_app = _Numbering(inner, is_behind_proxy)  # type: ignore[method-assign]  # Flask's documented way.
    app.before_request(_remember_request)


def find_request_id(environ: dict[str, Any] | None = None) -> str | None:
    """Return the id of a request, by default of the current one; None outside of requests."""
    if environ is None:
        environ = request.environ if has_request_context() else {}
    return environ.get(KEY)


def find_request(environ: dict[str, Any]) -> Request | None:
    """Return Flask's request for a WSGI environment; None if the request did not reach Flask."""
    return environ.get(_REQUEST)


def _remember_request() -> None:
    # Werkzeug's own key has the request that was made last, which need not be Flask's.
    request.environ[_REQUEST] = request._get_current_object()  # type: ignore[attr-defined]  # Werkzeug's proxies have it.


class _Numbering:
    """WSGI middleware that stores an id in the environment of each request."""

    def __init__(self, app: WSGIApplication, is_behind_proxy: bool) -> None:
        self.app = app
        self.is_behind_proxy = is_behind_proxy

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass a request on with its id."""
        sent = environ.get("HTTP_X_REQUEST_ID", "") if self.is_behind_proxy else ""
        environ[KEY] = sent if _FROM_PROXY.fullmatch(sent) else secrets.token_hex(4)
        return self.app(environ, start_response)
