"""The slugs of reviews: which are free, and the former ones, which lead to the present ones."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Text, delete, or_, select, type_coerce

from blog.db.engine import db
from blog.reviews.models import FormerSlug, Review
from blog.reviews.queries import WITH_NAMES, get_review, is_public
from blog.text.markup import make_absolute

# Parts of the site's own URLs below /reviews/.
RESERVED_SLUGS = frozenset({"comments"})


class ReservedSlugError(Exception):
    """Raised for a slug that is a part of the site's own URLs."""


class TakenSlugError(Exception):
    """Raised for a slug that another review has, or had before; `review` is that review."""

    def __init__(self, slug: str, review: Review) -> None:
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


def find_review_by_any_slug(*, slug: str) -> Review | None:
    """Return the review, public or not, that has this slug or had it before, or None."""
    had = select(FormerSlug.review_id).where(FormerSlug.slug == slug)
    query = select(Review).where(or_(Review.slug == slug, Review.id.in_(had)))
    return db.session.execute(query).scalar_one_or_none()


def find_present_slug(*, slug: str, now: datetime) -> str | None:
    """Return the present slug of the public review that had this slug before, or None."""
    query = select(Review.slug).join(FormerSlug, FormerSlug.review_id == Review.id)
    query = query.where(FormerSlug.slug == slug, is_public(now))
    return db.session.execute(query).scalar_one_or_none()


def list_reviews_linking_to(*, slug: str, address_of: Callable[[str], str]) -> list[Review]:
    """Return the reviews, public or not, whose text links to the page of a slug or to a part of it.

    `address_of` returns the absolute URL of the page of a slug. The review that has the slug itself
    is left out.
    """
    html = type_coerce(Review.body_html, Text)
    query = select(Review, Review.body_html).options(WITH_NAMES).order_by(Review.id)
    # Most texts are not loaded: a link to the page contains the slug.
    query = query.where(Review.slug != slug, html.contains(slug, autoescape=True))
    # The address ends there, or goes on with a part of the page or a page below it.
    links = [f'href="{address_of(slug)}{end}' for end in '"#?/']
    found = []
    for review, text in db.session.execute(query):
        absolute = make_absolute(text, address_of(review.slug))
        found += [review] if any(link in absolute for link in links) else []
    return found
