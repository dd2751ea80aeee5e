"""Whether a review is open for comments: by the archive, by an override, its file, its age."""

from datetime import datetime, timedelta
from enum import StrEnum, auto

from blog.reviews.models import CommentsOverride, Review

# How long before closing the review's page announces it.
NOTICE = timedelta(days=30)


class Closing(StrEnum):
    """The state of a review's comments, open or closed, with the reason."""

    OPEN = auto()
    OPEN_BY_HAND = auto()
    CLOSES = auto()
    CLOSED_BY_AGE = auto()
    CLOSED_BY_HAND = auto()
    CLOSED_BY_FILE = auto()
    ARCHIVED = auto()


_TAKES = (Closing.OPEN, Closing.OPEN_BY_HAND, Closing.CLOSES)


def closing_of(review: Review, days: int, now: datetime) -> Closing:
    """Return whether comments are open and why: a moderator overrides the file, the file the age.

    An archived review is closed in any case. `days` is the number of days after publication when
    comments close; 0 means never.
    """
    if review.archived_at is not None:
        return Closing.ARCHIVED
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
    """Return whether a review is open for comments, which close after `days` days; 0 is never."""
    return closing_of(review, days, now) in _TAKES


def comments_close_at(review: Review, days: int) -> datetime | None:
    """Return when comments close or closed because of the review's age, else None.

    The time is in the reviewer's time zone, like the review's date.
    """
    is_ageless = review.comments_override is not None or not review.comments_open
    if not days or is_ageless or review.published_local is None or review.archived_at is not None:
        return None
    return review.published_local + timedelta(days=days)


def announced_closing(review: Review, days: int, now: datetime) -> datetime | None:
    """Return when comments close or closed by age; None if this is over 30 days away or never."""
    closes_at = comments_close_at(review, days)
    return closes_at if closes_at and now >= closes_at - NOTICE else None


def next_closing_change(review: Review, days: int, now: datetime) -> datetime | None:
    """Return the next time when a review's page changes because of closing by age, or None."""
    closes_at = comments_close_at(review, days)
    if closes_at is None:
        return None
    return min((m for m in (closes_at - NOTICE, closes_at) if m > now), default=None)
