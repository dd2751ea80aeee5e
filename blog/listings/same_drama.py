"""The reviews of one drama: listed ones for readers, all of them for their writers."""

from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter

from sqlalchemy import select
from sqlalchemy.orm import load_only, raiseload

from blog.db.engine import db
from blog.drafts.queries import deleted_ids
from blog.reviews.models import Review
from blog.reviews.queries import NAME_COLUMNS, WITH_NAMES, is_listed
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


def list_series(*, review: Review, now: datetime) -> Sequence[Review]:
    """Return the listed reviews of a review's drama and itself, the first published first.

    Returns none if there is no other.
    """
    drama = is_of_drama(review.drama_title, review.drama_year)
    query = select(Review).where(drama, is_listed(now), Review.id != review.id)
    columns = load_only(*NAME_COLUMNS, Review.published_at, raiseload=True)
    others = db.session.execute(query.options(columns, raiseload("*"))).scalars().all()
    return sorted([review, *others], key=attrgetter("published_at", "id")) if others else []
