"""All reviews of one drama, for their writers."""

from collections.abc import Sequence

from sqlalchemy import select

from blog.db.engine import db
from blog.drafts.queries import deleted_ids
from blog.reviews.models import Review
from blog.reviews.queries import WITH_NAMES
from blog.reviews.series import is_of_drama
from blog.text.folding import name_key


def is_same_drama(review: Review, *, title: str, year: int | None) -> bool:
    """Return whether a loaded review is of this drama; the same rule as `is_of_drama`."""
    return review.drama_title_key == name_key(title) and review.drama_year == year


def list_reviews_of_drama(
    *, title: str, year: int | None, except_id: int | None = None
) -> Sequence[Review]:
    """Return the other reviews of a drama, public or not but not deleted, with their names."""
    query = select(Review).options(WITH_NAMES).where(is_of_drama(title, year))
    query = query.where(Review.id != (except_id or 0), Review.id.not_in(deleted_ids()))
    return db.session.execute(query.order_by(Review.id)).scalars().all()
