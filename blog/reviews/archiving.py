"""Archive reviews: an archived one keeps its URL, but is in no list and takes no comments."""

from datetime import datetime

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
