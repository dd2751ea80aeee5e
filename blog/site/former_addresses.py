"""Former addresses of a review lead to the present ones, below its page too."""

from typing import Any

from flask import Flask, current_app, redirect, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from blog.reviews.addresses import find_present_slug
from blog.reviews.queries import find_next_publication
from blog.web.caching import expire_at, is_wanted, offer
from blog.web.current import current_time
from blog.web.errors import handle_error
from blog.web.links import with_query

REVIEW = "/reviews/<slug>"


def init_app(app: Flask) -> None:
    """Redirect GET requests for former slugs; other requests are answered at the present slug.

    So a comment form that was opened before the slug changed loses nothing.
    """
    # Only after a 404: most requests are for present slugs, and need no query for this.
    app.register_error_handler(404, _lead_on_or_respond)


def _lead_on_or_respond(error: NotFound) -> Response:
    slug = _find_present_slug()
    if slug is None or request.endpoint is None:
        return _respond_missing(error)
    values = {**(request.view_args or {}), "slug": slug}
    if request.method not in ("GET", "HEAD"):
        return _run_view(values)
    response = redirect(with_query(url_for(request.endpoint, **values)), 301)
    # The review may return to this slug, and browsers would remember a 301 for ever.
    response.cache_control.public = True
    response.cache_control.no_cache = True
    return response


def _run_view(values: dict[str, Any]) -> Response:
    """Run the view of the request again, with these arguments."""
    request.view_args = values
    try:
        return current_app.make_response(current_app.dispatch_request())
    except Exception as error:  # noqa: BLE001  # Flask handles none that a handler raises.
        return current_app.make_response(current_app.handle_user_exception(error))


def _respond_missing(error: NotFound) -> Response:
    response = handle_error(error)
    if is_wanted():
        # It may be the page of a review that is published at a set time, or of its tag.
        expire_at(find_next_publication(now=current_time()))
        offer(response)
    return response


def _find_present_slug() -> str | None:
    """Return the present slug of the review whose former slug is in the URL, or None."""
    values, rule = request.view_args, request.url_rule
    if not values or not rule or not f"{rule}/".startswith(f"{REVIEW}/"):
        return None
    if "\0" in request.path:
        return None  # PostgreSQL cannot look it up; `web/security.py` refuses it with 404.
    return find_present_slug(slug=values["slug"], now=current_time())
