"""Former addresses of a review lead to the present ones, below its page too."""

from flask import Flask, redirect, request, url_for
from werkzeug.wrappers import Response

from blog.reviews.addresses import find_present_slug
from blog.web.current import current_time
from blog.web.links import with_query

REVIEW = "/reviews/<slug>"


def init_app(app: Flask) -> None:
    """Redirect GET requests for former slugs; other requests get the present slug.

    So a comment form that was opened before the slug changed loses nothing.
    """
    app.before_request(_use_present_slug)


def _use_present_slug() -> Response | None:
    values, rule = request.view_args, request.url_rule
    if not values or not rule or not f"{rule}/".startswith(f"{REVIEW}/"):
        return None
    slug = find_present_slug(slug=values["slug"], now=current_time())
    if slug is None:
        return None
    values["slug"] = slug  # The view is called with these.
    if request.method not in ("GET", "HEAD") or request.endpoint is None:
        return None
    response = redirect(with_query(url_for(request.endpoint, **values)), 301)
    # The review may return to this slug, and browsers would remember a 301 for ever.
    response.cache_control.public = True
    response.cache_control.no_cache = True
    return response
