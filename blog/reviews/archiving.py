"""Archive reviews, which keep their URLs but are in no list, and take them from the public."""

from datetime import datetime

from sqlalchemy import update

from blog.db.engine import db
from blog.reviews.models import Review
from blog.reviews.queries import get_review, may_be_read


class NotYetPublicError(Exception):
    """Raised when a review that is not public would be archived."""


def archive_review(*, review_id: int, now: datetime) -> None:
    """Archive a public review; if it is archived already, that time stays.

    Raises UnknownReviewError, or NotYetPublicError for a draft or a scheduled review.
    """
    review = get_review(review_id=review_id)
    if not may_be_read(review, now=now):
        raise NotYetPublicError(review_id)
    review.archived_at = review.archived_at or now


def unarchive_review(*, review_id: int) -> None:
    """Put a review back into the lists, at its old place. Raises UnknownReviewError."""
    get_review(review_id=review_id).archived_at = None


def withdraw(*, review_id: int) -> bool:
    """Remove the publication time of a review, and end its archive; return whether it had one."""
    changed = db.session.execute(
        update(Review)
        .where(Review.id == review_id, Review.published_at.is_not(None))
        .values(published_at=None, published_offset=None, archived_at=None)
        .returning(Review.id)
    )
    return changed.first() is not None


def move_publication(*, review_id: int, time: datetime | None) -> None:
    """Set when a review is published, None for never; its time zone and its archive stay."""
    db.session.execute(update(Review).where(Review.id == review_id).values(published_at=time))
