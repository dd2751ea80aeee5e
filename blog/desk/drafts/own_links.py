"""Tell whether a link in a review to this site leads to a page."""

from flask import current_app
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from blog.reviews.queries import find_review


def leads_somewhere(path: str) -> bool:
    """Return whether a path of this site is that of a page; a scheduled review counts as one."""
    try:
        endpoint, values = current_app.url_map.bind("").match(path, method="GET")
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    slug = values.get("slug") if endpoint.startswith(("reviews.show", "comments.")) else None
    if slug is None:
        return True
    review = find_review(slug=slug)
    return review is not None and review.published_at is not None
