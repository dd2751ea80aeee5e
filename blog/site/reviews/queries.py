"""Read a review for its page."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import joinedload

from blog.db.engine import db
from blog.reviewers.models import Reviewer
from blog.reviews.lists import load_lists
from blog.reviews.models import Review
from blog.reviews.queries import NEXT_PUBLICATION
from blog.site.review_queries import COUNTED_REVIEW

_PAGE = COUNTED_REVIEW.add_columns(NEXT_PUBLICATION).options(
    joinedload(Review.reviewer).load_only(Reviewer.slug, raiseload=True).raiseload("*")
)


class ReviewPage(NamedTuple):
    """A review with all that its page shows of it, and when another review is published next."""

    review: Review
    comment_count: int
    next_publication: datetime | None


def find_page(*, slug: str, now: datetime) -> ReviewPage | None:
    """Return the public review with this slug for its page, or None."""
    row = db.session.execute(_PAGE, {"slug": slug, "now": now}).one_or_none()
    if row is None:
        return None
    load_lists(review=row[0])
    return ReviewPage(*row)
