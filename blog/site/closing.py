"""What the public pages say of whether a review takes comments."""

from datetime import datetime
from typing import Any

from blog.reviews.closing import announced_closing, next_closing_change, takes_comments
from blog.reviews.models import Review
from blog.web.caching import expire_at
from blog.web.current import current_settings


def closing_context(review: Review, now: datetime) -> dict[str, Any]:
    """Return what a page says of a review's taking comments, and mark when that will change."""
    days = current_settings().comments_close_days
    expire_at(next_closing_change(review, days, now))
    return {
        "takes_comments": takes_comments(review, days, now),
        "closes_at": announced_closing(review, days, now),
    }
