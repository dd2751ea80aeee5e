"""Whether a review takes comments: what a moderator said, what its file says, and its age."""

from datetime import datetime, timedelta
from enum import StrEnum, auto

from blog.reviews.models import CommentsOverride, Review

# So long before it closes, the review's page says so.
NOTICE = timedelta(days=30)


class Closing(StrEnum):
    """Name what decides over a review's comments."""

    OPEN = auto()
    OPEN_BY_HAND = auto()
    CLOSES = auto()
    CLOSED_BY_AGE = auto()
    CLOSED_BY_HAND = auto()
    CLOSED_BY_FILE = auto()


_TAKES = (Closing.OPEN, Closing.OPEN_BY_HAND, Closing.CLOSES)


def closing_of(review: Review, days: int, now: datetime) -> Closing:
    """Return what decides: a moderator above the file, the file above the age."""
    if review.comments_override is not None:
        is_open = review.comments_override == CommentsOverride.OPEN
        return Closing.OPEN_BY_HAND if is_open else Closing.CLOSED_BY_HAND
    if not review.comments_open:
        return Closing.CLOSED_BY_FILE
    closes_at = comments_close_at(review, days)
    if closes_at is None:
        return Closing.OPEN
    return Closing.CLOSES if now < closes_at else Closing.CLOSED_BY_AGE


def takes_comments(review: Review, days: int, now: datetime) -> bool:
    """Tell whether a review takes comments, where they close so many days after it; 0 is never."""
    return closing_of(review, days, now) in _TAKES


def comments_close_at(review: Review, days: int) -> datetime | None:
    """Return when its age closes, or closed, its comments; None where age does not decide.

    It is by the clock of the review's writer, as the day of the review is.
    """
    is_ageless = review.comments_override is not None or not review.comments_open
    if not days or is_ageless or review.published_local is None:
        return None
    return review.published_local + timedelta(days=days)


def announced_closing(review: Review, days: int, now: datetime) -> datetime | None:
    """Return the moment of closing where a page tells it: from 30 days before, and ever after."""
    closes_at = comments_close_at(review, days)
    return closes_at if closes_at and now >= closes_at - NOTICE else None


def next_closing_change(review: Review, days: int, now: datetime) -> datetime | None:
    """Return when a page will next say something else about closing though nobody writes."""
    closes_at = comments_close_at(review, days)
    if closes_at is None:
        return None
    return min((m for m in (closes_at - NOTICE, closes_at) if m > now), default=None)
