"""Addresses that leave the site: in feeds, in what other programs read."""

from blog.web.current import current_settings


def absolute(path: str) -> str:
    """Return a path of this site with the site's own address before it."""
    return current_settings().site_url + path
