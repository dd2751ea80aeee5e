"""Read a public review together with the number of its public comments."""

from datetime import datetime
from functools import lru_cache

from sqlalchemy import bindparam, func, select

from blog.comments.models import CommentCount
from blog.comments.queries import PUBLIC_COUNT
from blog.db.detached import make_detached
from blog.db.engine import execute
from blog.db.types import table_of
from blog.reviews.models import Review
from blog.reviews.queries import NOW, is_public
from blog.reviews.rows import KEPT_NAMES, REVIEW, Row

_COUNT = table_of(CommentCount)
# What the lists of a review's comments need of it: its names, and whether it takes comments.
_COLUMNS = [
    REVIEW.c[name]
    for name in (
        *("id", "slug", "first_slug", "language", "drama_title", "drama_korean_title"),
        *("published_at", "published_offset", "archived_at", "comments_open", "comments_override"),
        "is_demo",
    )
]
_COUNTED_REVIEW = (
    select(func.coalesce(PUBLIC_COUNT, 0), *_COLUMNS)
    .select_from(REVIEW.outerjoin(_COUNT, _COUNT.c.review_id == REVIEW.c.id))
    .where(REVIEW.c.slug == bindparam("slug"), is_public(NOW))
)


def find_counted_review(*, slug: str, now: datetime) -> tuple[Review, int] | None:
    """Return the public review with this slug and the number of its public comments, or None.

    Of the review there is only what its lists of comments show or ask.
    """
    row = execute(_COUNTED_REVIEW, {"slug": slug, "now": now}).one_or_none()
    return None if row is None else (_make_review(tuple(row[1:])), row[0])


@lru_cache(maxsize=KEPT_NAMES)
def _make_review(row: Row) -> Review:
    """Return the review of a row; the same rows make the same object, which nobody may change."""
    return make_detached(Review, _COLUMNS, row)
