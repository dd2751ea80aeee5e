"""Addresses that leave the site: in feeds, in mail, in what other programs read."""

from typing import Any

from flask import current_app

from blog.web.current import current_settings


def absolute(path: str) -> str:
    """Return a path of this site with the site's own address before it."""
    return current_settings().site_url + path


def address_of(endpoint: str, /, **values: Any) -> str:
    """Return the whole address of an endpoint; unlike `url_for` it needs no request for that."""
    return absolute(current_app.url_map.bind("localhost").build(endpoint, values))
