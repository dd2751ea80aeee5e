"""Read a review for its page."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, select

from blog.comments.models import CommentCount
from blog.comments.queries import PUBLIC_COUNT
from blog.db.engine import db
from blog.db.types import table_of
from blog.reviews.models import Review
from blog.reviews.queries import NEXT_PUBLICATION, NOW, is_public
from blog.reviews.rows import REVIEW, WHOLE, WHOLE_COLUMNS, whole_review

_COUNT = table_of(CommentCount)
_PAGE = (
    select(func.coalesce(PUBLIC_COUNT, 0), NEXT_PUBLICATION, *WHOLE_COLUMNS)
    .select_from(WHOLE.outerjoin(_COUNT, _COUNT.c.review_id == REVIEW.c.id))
    .where(REVIEW.c.slug == bindparam("slug"), is_public(NOW))
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
    count, next_publication, *whole = row
    return ReviewPage(whole_review(tuple(whole)), count, next_publication)
