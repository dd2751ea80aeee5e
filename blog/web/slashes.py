"""Addresses with a slash at the end lead to the page without it."""

from flask import Flask, current_app, redirect, request
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response

from blog.web.links import with_query


def init_app(app: Flask) -> None:
    """Redirect GET requests for unknown addresses that are known without their last slashes."""
    app.before_request(_redirect_without_slash)


def _redirect_without_slash() -> Response | None:
    if not isinstance(request.routing_exception, NotFound) or request.method not in ("GET", "HEAD"):
        return None
    # One slash at the beginning: "//host/" would lead to another site.
    path = "/" + request.path.strip("/")
    if path == request.path or not {".", ".."}.isdisjoint(path.split("/")):
        return None
    try:
        current_app.url_map.bind("").match(path, method="GET")
    except (HTTPException, RequestRedirect):
        return None
    return redirect(with_query(path), 301)
