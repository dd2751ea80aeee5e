"""Whether a review accepts comments, and the template variables that say so, and until when."""

from datetime import datetime
from typing import Any

from blog.reviews.closing import announced_closing, next_closing_change, takes_comments
from blog.reviews.models import Review
from blog.text.language import gettext as _
from blog.web.caching import expire_at
from blog.web.current import current_settings, current_time


def are_comments_open(review: Review) -> bool:
    """Return whether a review accepts comments at this moment."""
    return takes_comments(review, current_settings().comments_close_days, current_time())


def closing_context(review: Review, now: datetime) -> dict[str, Any]:
    """Return the template variables `takes_comments` and `closes_at` for the page of a review.

    The response expires at the time when they change.
    """
    days = current_settings().comments_close_days
    expire_at(next_closing_change(review, days, now))
    return {
        "takes_comments": takes_comments(review, days, now),
        "closes_at": announced_closing(review, days, now),
    }


def why_closed(review: Review) -> str:
    """Return a sentence for readers of a review that accepts no comments."""
    if review.archived_at is not None:
        return _("This review is archived and takes no more comments.")
    return _("Comments on this review are closed.")
