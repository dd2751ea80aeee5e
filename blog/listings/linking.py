"""The reviews that link to the page of a review."""

from collections.abc import Callable

from sqlalchemy import Text, select, type_coerce

from blog.db.engine import db
from blog.reviews.models import Review
from blog.reviews.queries import WITH_NAMES
from blog.text.markup import make_absolute


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
