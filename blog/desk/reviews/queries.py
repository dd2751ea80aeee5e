"""Reviews for the moderators' list, with the numbers of comments and when comments close."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from blog.comments.models import Comment
from blog.db.engine import db
from blog.reviews.closing import Closing, closing_of, comments_close_at, takes_comments
from blog.reviews.models import Review


class Row(NamedTuple):
    """A review with its numbers of waiting and published comments, and its closing state."""

    review: Review
    waiting: int
    published: int
    takes_comments: bool
    closing: Closing
    closes_at: datetime | None
    is_scheduled: bool


def list_review_rows(*, reviews: Sequence[Review], days: int, now: datetime) -> list[Row]:
    """Return the table row of each review: its comment counts and whether comments are open.

    Comments close `days` days after a review is published, or never if `days` is 0.
    """
    counts = _count_comments([review.id for review in reviews])
    return [
        Row(
            review,
            *counts.get(review.id, (0, 0)),
            takes_comments=takes_comments(review, days, now),
            closing=closing_of(review, days, now),
            closes_at=comments_close_at(review, days),
            is_scheduled=review.published_at is not None and review.published_at > now,
        )
        for review in reviews
    ]


def _count_comments(review_ids: list[int]) -> dict[int, tuple[int, int]]:
    """Return the numbers of waiting and of public comments by review id."""
    query = (
        select(
            Comment.review_id,
            func.count().filter(Comment.waiting_since.is_not(None)),
            func.count().filter(Comment.is_public),
        )
        .where(Comment.review_id.in_(review_ids))
        .group_by(Comment.review_id)
    )
    return {row[0]: (row[1], row[2]) for row in db.session.execute(query)}
