"""Write reviews and the pictures in them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from markupsafe import Markup
from sqlalchemy import delete, select

from blog.database import db
from blog.reviews.models import CastMember, Picture, Review, ReviewTag, WatchOption
from blog.reviews.queries import find_review


class DemoReviewError(Exception):
    """Say that a demo review may not take the place of one that is not."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PictureFile:
    """Describe a picture whose files are stored; see Picture for the fields."""

    source_hash: str
    width: int
    height: int
    renditions: list[list[int | str]]
    hue: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Manuscript:
    """Hold a review as its writer handed it in, checked and rendered; see Review for the fields."""

    slug: str
    title: str
    byline: str
    summary: str
    body: str
    body_html: Markup
    source_hash: str
    drama_title: str
    published_at: datetime | None = None
    updated_at: datetime | None = None
    rating: Decimal | None = None
    trailer_url: str | None = None
    comments_open: bool = True
    drama_korean_title: str | None = None
    drama_year: int | None = None
    drama_network: str | None = None
    drama_episodes: int | None = None
    watch: Sequence[tuple[str, str]] = ()
    cast: Sequence[tuple[str, str]] = ()
    tags: Sequence[str] = ()
    pictures: Sequence[PictureFile] = field(default=())


def publish(*, manuscript: Manuscript, is_demo: bool = False) -> tuple[Review, str]:
    """Write a review, new or again, and say which: "new", "changed" or "unchanged".

    Raises DemoReviewError where a demo would overwrite somebody's review.
    """
    review = find_review(slug=manuscript.slug)
    if review and review.source_hash == manuscript.source_hash and review.is_demo == is_demo:
        return review, "unchanged"
    if review and is_demo and not review.is_demo:
        raise DemoReviewError(manuscript.slug)
    outcome = "changed" if review else "new"
    review = review or Review()
    for name in _PLAIN_FIELDS:
        setattr(review, name, getattr(manuscript, name))
    review.is_demo = is_demo
    review.picture = _store_pictures(manuscript.pictures)
    db.session.add(review)
    _replace_lists(review, manuscript)
    db.session.flush()  # The caller needs the id of a new review.
    return review, outcome


def remove_review(*, review: Review) -> None:
    """Delete a review, and pictures that no other review begins with."""
    picture = review.picture
    db.session.delete(review)
    db.session.flush()  # The review must be gone before its picture may go.
    used = select(Review.id).where(Review.picture_id == (picture.id if picture else None))
    if picture and db.session.execute(used.limit(1)).first() is None:
        db.session.execute(delete(Picture).where(Picture.id == picture.id))


_PLAIN_FIELDS = (
    *("slug", "title", "byline", "summary", "body", "body_html", "source_hash", "published_at"),
    *("updated_at", "rating", "trailer_url", "comments_open", "drama_title", "drama_korean_title"),
    *("drama_year", "drama_network", "drama_episodes"),
)


def _store_pictures(files: Sequence[PictureFile]) -> Picture | None:
    """Record the pictures and return the first, which stands for the review."""
    stored: list[Picture] = []
    for file in files:
        known = db.session.execute(
            select(Picture).where(Picture.source_hash == file.source_hash)
        ).scalar_one_or_none()
        picture = known or Picture(source_hash=file.source_hash)
        picture.width, picture.height = file.width, file.height
        picture.renditions, picture.hue = file.renditions, file.hue
        db.session.add(picture)
        stored.append(picture)
    return stored[0] if stored else None


def _replace_lists(review: Review, manuscript: Manuscript) -> None:
    """Put the cast, the services and the tags in place of what was there."""
    review.watch, review.cast, review.tags = [], [], []
    db.session.flush()  # Their keys are their places, so the old ones must go first.
    review.watch = [
        WatchOption(position=place, service=service, url=url)
        for place, (service, url) in enumerate(manuscript.watch)
    ]
    review.cast = [
        CastMember(position=place, actor=actor, role=role)
        for place, (actor, role) in enumerate(manuscript.cast)
    ]
    review.tags = [
        ReviewTag(position=place, name=name) for place, name in enumerate(manuscript.tags)
    ]
