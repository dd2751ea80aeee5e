"""The slugs of reviews: which are free, and the former ones, which lead to the present ones."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import cast

from sqlalchemy import bindparam, delete, or_, select
from sqlalchemy.exc import IntegrityError

from blog.db.engine import db
from blog.db.errors import constraint_name
from blog.reviews.models import FormerSlug, Review
from blog.reviews.queries import get_review, is_public

# Parts of the site's own URLs below /reviews/.
RESERVED_SLUGS = frozenset({"comments"})

_NOW = cast(datetime, bindparam("now"))  # A time when the statement runs.
_PRESENT = (
    select(Review.slug)
    .join(FormerSlug, FormerSlug.review_id == Review.id)
    .where(FormerSlug.slug == bindparam("slug"), is_public(_NOW))
)


class ReservedSlugError(Exception):
    """Raised for a slug that is a part of the site's own URLs."""


class TakenSlugError(Exception):
    """Raised for a slug that another review has, or had before.

    `review` is that review, None if it got the slug at the same moment.
    """

    def __init__(self, slug: str, review: Review | None = None) -> None:
        super().__init__(slug)
        self.review = review


def change_slug(*, review_id: int, slug: str) -> None:
    """Change the slug of a review; the former one leads to the new one for ever.

    Raises UnknownReviewError, ReservedSlugError or TakenSlugError.
    """
    review = get_review(review_id=review_id)
    if slug == review.slug:
        return
    check_slug(slug=slug, review_id=review_id)
    # The review may return to a slug that it had before.
    db.session.execute(delete(FormerSlug).where(FormerSlug.slug == slug))
    db.session.add(FormerSlug(slug=review.slug, review_id=review.id))
    review.slug = slug
    db.session.flush()  # Queries of the same command then find the new slug.


def check_slug(*, slug: str, review_id: int | None = None) -> None:
    """Check that a review, None for a new one, may take a slug.

    Raises ReservedSlugError or TakenSlugError.
    """
    if slug in RESERVED_SLUGS:
        raise ReservedSlugError(slug)
    holder = find_review_by_any_slug(slug=slug)
    if holder and holder.id != review_id:
        raise TakenSlugError(slug, holder)


@contextmanager
def refusing_taken_slug(slug: str) -> Iterator[None]:
    """Raise TakenSlugError if another review got the slug after `check_slug` found it free."""
    try:
        yield
    except IntegrityError as error:
        name = constraint_name(error)
        if "slug" not in name or "length" in name:
            raise
        raise TakenSlugError(slug) from None


def find_review_by_any_slug(*, slug: str) -> Review | None:
    """Return the review, public or not, that has this slug or had it before, or None."""
    had = select(FormerSlug.review_id).where(FormerSlug.slug == slug)
    query = select(Review).where(or_(Review.slug == slug, Review.id.in_(had)))
    return db.session.execute(query).scalar_one_or_none()


def find_present_slug(*, slug: str, now: datetime) -> str | None:
    """Return the present slug of the public review that had this slug before, or None."""
    slugs = db.session.execute(_PRESENT, {"slug": slug, "now": now}).scalars()
    return slugs.one_or_none()


def list_former_slugs(*, review_id: int) -> Sequence[str]:
    """Return the slugs that a review had before, in the order of the alphabet."""
    query = select(FormerSlug.slug).where(FormerSlug.review_id == review_id)
    return db.session.execute(query.order_by(FormerSlug.slug)).scalars().all()
