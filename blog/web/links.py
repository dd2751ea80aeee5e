"""Addresses that leave the site: in feeds, in mail, in what other programs read."""

from typing import Any

from flask import current_app

from blog.web.current import current_settings


def absolute(path: str) -> str:
    """Return a path of this site with the site's own address before it."""
    return current_settings().site_url + path


class SiteLinks:
    """Make whole addresses of the site's pages; unlike `url_for` it needs no request for that."""

    def home(self) -> str:
        """Return the address of the front page."""
        return _address_of("reviews.index")

    def review(self, slug: str) -> str:
        """Return the address of a review."""
        return _address_of("reviews.show", slug=slug)

    def comment(self, slug: str, comment_id: int) -> str:
        """Return the address that leads to a comment in its place."""
        return _address_of("comments.show", slug=slug, comment_id=comment_id)

    def queue(self) -> str:
        """Return the address of what waits for a decision."""
        return _address_of("admin.moderation.queue")

    def mail(self, token: str) -> str:
        """Return the address of the page behind a link in a letter."""
        return _address_of("notices.show", token=token)


def _address_of(endpoint: str, **values: Any) -> str:
    return absolute(current_app.url_map.bind("localhost").build(endpoint, values))
