"""Absolute URLs of the site's pages, for mail, feeds and downloads."""

from functools import lru_cache
from typing import Any

import flask
from flask import current_app, request
from werkzeug.routing import Map
from werkzeug.urls import iri_to_uri

from blog.web.assets import version
from blog.web.current import current_settings

# The values in addresses that are kept, beside numbers: no search words, and no token.
_PUBLIC = {"name", "slug", "tag", "verdict"}
# Stands in an address for a number; no other part of an address contains it.
_MARK = 7_391_648_205_517_639_284


def url_for(endpoint: str, **values: Any) -> str:
    """Return what Flask's `url_for` returns, for the many addresses of a page.

    Each address of numbers and public names, without a host, is built once; those that differ in
    one number, such as the addresses of comments, count as one.
    """
    if endpoint == "static":
        return _static_url(request.script_root, **values)
    words = [name for name, value in values.items() if type(value) is not int and value is not None]
    if not _PUBLIC.issuperset(words):
        return _build_path(endpoint, values)
    numbers = [(name, value) for name, value in values.items() if type(value) is int]
    number = numbers[0][1] if len(numbers) == 1 else None
    if number is not None:
        values[numbers[0][0]] = _MARK
    parts = address_parts(current_app.url_map, request.script_root, endpoint, *values.items())
    return str(number).join(parts)


@lru_cache(maxsize=2000)
def address_parts(
    _map: Map, _root: str, endpoint: str, *values: tuple[str, Any]
) -> tuple[str, ...]:
    """Return an address, split where it has the number."""
    return tuple(_build_path(endpoint, dict(values)).split(str(_MARK)))


def _build_path(endpoint: str, values: dict[str, Any]) -> str:
    # Never with the host, which is that of one request.
    return flask.url_for(endpoint, _external=False, **values)


def _static_url(root: str, **values: Any) -> str:
    """Return the address of a static file, built once for each version of the files."""
    key = (version(), root, *values.items())
    built: dict[Any, str] = current_app.extensions.setdefault("static_urls", {})
    if key not in built:
        built[key] = flask.url_for("static", **values)
    return built[key]


def absolute(path: str) -> str:
    """Return the absolute URL of a path of this site."""
    return current_settings().site_url + path


def with_query(path: str) -> str:
    """Return a path of this site with the query of the current request, for a redirect."""
    query = request.query_string.decode()
    return iri_to_uri(f"{path}?{query}" if query else path)


class SiteLinks:
    """The absolute URLs of the site's pages; unlike `url_for`, available outside a request."""

    def home(self) -> str:
        """Return the URL of the front page."""
        return _build_url("reviews.index")

    def review(self, slug: str) -> str:
        """Return the URL of a review."""
        return _build_url("reviews.show", slug=slug)

    def comment(self, slug: str, comment_id: int) -> str:
        """Return the permanent URL of a comment, which redirects to the comment on its page."""
        return _build_url("comments.show", slug=slug, comment_id=comment_id)

    def queue(self) -> str:
        """Return the URL of the moderation queue."""
        return _build_url("admin.moderation.queue")

    def mail(self, token: str) -> str:
        """Return the URL of a link in mail; its token confirms an address or stops all mail."""
        return _build_url("notices.show", token=token)


def _build_url(endpoint: str, **values: Any) -> str:
    return absolute(current_app.url_map.bind("localhost").build(endpoint, values))
