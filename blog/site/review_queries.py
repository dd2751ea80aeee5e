"""Read a public review together with the number of its public comments."""

from datetime import datetime

from sqlalchemy import bindparam, func, select

from blog.comments.models import CommentCount
from blog.comments.queries import PUBLIC_COUNT
from blog.db.engine import db
from blog.reviews.models import Review
from blog.reviews.queries import NOW, is_public

COUNTED_REVIEW = (
    select(Review, func.coalesce(PUBLIC_COUNT, 0))
    .outerjoin(CommentCount, CommentCount.review_id == Review.id)
    .where(Review.slug == bindparam("slug"), is_public(NOW))
)


def find_counted_review(*, slug: str, now: datetime) -> tuple[Review, int] | None:
    """Return the public review with this slug and the number of its public comments, or None."""
    row = db.session.execute(COUNTED_REVIEW, {"slug": slug, "now": now}).one_or_none()
    return (row[0], row[1]) if row else None
