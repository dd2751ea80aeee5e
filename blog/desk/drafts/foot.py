"""What the editor shows around a review: its log, its former addresses, reviews of its drama."""

from collections.abc import Sequence
from typing import Any

from blog.drafts.models import Draft, Writing
from blog.drafts.queries import list_events
from blog.listings.linking import list_reviews_linking_to
from blog.listings.same_drama import is_same_drama, list_reviews_of_drama
from blog.reviews.addresses import list_former_slugs
from blog.reviews.models import Review
from blog.web.links import SiteLinks


def describe_foot(
    draft: Draft | None, review: Review | None, writing: Writing, *, lists_links: bool
) -> dict[str, Any]:
    """Return what the partials of the foot need; without a draft there is little to show.

    With `lists_links` the reviews that link to the former addresses are looked for, which reads the
    texts of all reviews.
    """
    former = list_former_slugs(review_id=review.id) if review else []
    title, year = _drama_in(writing)
    others = list_reviews_of_drama(title=title, year=year, except_id=draft.id if draft else None)
    return {
        "events": list_events(draft_id=draft.id) if draft else [],
        "former_slugs": former,
        "linking": _list_linking(former) if lists_links else None,
        "sharing": others,
        "left": _list_left(review, title, year),
    }


def _list_linking(slugs: Sequence[str]) -> list[Review]:
    """Return the reviews whose text links to one of these slugs."""
    links = SiteLinks()
    found = {
        review.id: review
        for slug in slugs
        for review in list_reviews_linking_to(slug=slug, address_of=links.review)
    }
    return [found[review_id] for review_id in sorted(found)]


def _list_left(review: Review | None, title: str, year: int | None) -> Sequence[Review]:
    """Return the reviews of the drama that a review is of now, if its draft is of another."""
    if review is None or is_same_drama(review, title=title, year=year):
        return []
    return list_reviews_of_drama(
        title=review.drama_title, year=review.drama_year, except_id=review.id
    )


def _drama_in(writing: Writing) -> tuple[str, int | None]:
    """Return the title of the drama, "" for none, and its year, None for one that is no number."""
    drama = writing.keys.get("drama")
    drama = drama if isinstance(drama, dict) else {}
    year = drama.get("year", "")
    is_number = isinstance(year, str) and year.isascii() and year.isdigit() and len(year) <= 4
    return drama.get("title", ""), int(year) if is_number else None
