"""Write reviews and the pictures in them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from markupsafe import Markup
from sqlalchemy import delete, select, update

from blog.db.engine import db
from blog.reviews.models import (
    CastMember,
    CommentsOverride,
    Picture,
    Review,
    ReviewPicture,
    ReviewTag,
    WatchOption,
)
from blog.reviews.queries import find_review


class DemoReviewError(Exception):
    """Say that a demo review may not take the place of one that is not."""


class UnknownReviewError(Exception):
    """Say that no review stands, or will stand, at this address."""


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
    """Hold a review as its writer handed it in, checked and rendered; see Review for the fields.

    Its moments are in the zone of their writer.
    """

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
    outcome = _outcome(review, manuscript, is_demo)
    if review and outcome == "unchanged":
        return review, outcome
    review = review or Review()
    for name in _PLAIN_FIELDS:
        setattr(review, name, getattr(manuscript, name))
    review.published_offset = _offset_of(manuscript.published_at)
    review.updated_offset = _offset_of(manuscript.updated_at)
    review.is_demo = is_demo
    pictures = [_store_picture(file) for file in manuscript.pictures]
    review.picture = pictures[0] if pictures else None
    db.session.add(review)
    _replace_lists(review, manuscript, pictures)
    db.session.flush()  # The caller needs the id of a new review.
    return review, outcome


def preview(*, manuscript: Manuscript) -> str:
    """Return what publishing a review would say: "new", "changed" or "unchanged"."""
    return _outcome(find_review(slug=manuscript.slug), manuscript, is_demo=False)


def override_comments(*, slug: str, override: CommentsOverride | None) -> None:
    """Close or open a review's comments whatever its file and its age say; None lets those say it.

    Raises UnknownReviewError, for a draft too: nobody can write under it.
    """
    changed = db.session.execute(
        update(Review)
        .where(Review.slug == slug, Review.published_at.is_not(None))
        .values(comments_override=override)
        .returning(Review.id)
    ).first()
    if changed is None:
        raise UnknownReviewError(slug)


def remove_review(*, review: Review) -> list[str]:
    """Delete a review and return the names of the picture files that nothing shows any more."""
    picture_ids = {shown.picture_id for shown in review.shown_pictures}
    db.session.delete(review)
    db.session.flush()  # The review must be gone before its pictures may go.
    still_shown = select(ReviewPicture.picture_id).where(ReviewPicture.picture_id.in_(picture_ids))
    unused = db.session.execute(
        delete(Picture)
        .where(Picture.id.in_(picture_ids), Picture.id.not_in(still_shown))
        .returning(Picture.renditions)
    ).scalars()
    names = {str(name) for renditions in unused for _width, name in renditions}
    # Two sources may have come out as the same picture.
    kept = db.session.execute(select(Picture.renditions)).scalars()
    return sorted(names - {str(name) for renditions in kept for _width, name in renditions})


_PLAIN_FIELDS = (
    *("slug", "title", "byline", "summary", "body", "body_html", "source_hash", "published_at"),
    *("updated_at", "rating", "trailer_url", "comments_open", "drama_title", "drama_korean_title"),
    *("drama_year", "drama_network", "drama_episodes"),
)


def _outcome(review: Review | None, manuscript: Manuscript, is_demo: bool) -> str:
    if review is None:
        return "new"
    if review.source_hash == manuscript.source_hash and review.is_demo == is_demo:
        return "unchanged"
    if is_demo and not review.is_demo:
        raise DemoReviewError(manuscript.slug)
    return "changed"


def _offset_of(moment: datetime | None) -> int | None:
    """Return how many minutes a moment's zone is ahead of UTC."""
    offset = moment.utcoffset() if moment else None
    return None if offset is None else offset // timedelta(minutes=1)


def _store_picture(file: PictureFile) -> Picture:
    """Record a picture, or what has changed about one that is known."""
    known = db.session.execute(
        select(Picture).where(Picture.source_hash == file.source_hash)
    ).scalar_one_or_none()
    picture = known or Picture(source_hash=file.source_hash)
    picture.width, picture.height = file.width, file.height
    picture.renditions, picture.hue = file.renditions, file.hue
    db.session.add(picture)
    db.session.flush()  # The review names it by its id.
    return picture


def _replace_lists(review: Review, manuscript: Manuscript, pictures: Sequence[Picture]) -> None:
    """Put the cast, the services, the tags and the pictures in place of what was there."""
    review.watch, review.cast, review.tags, review.shown_pictures = [], [], [], []
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
    review.shown_pictures = [
        ReviewPicture(position=place, picture_id=picture.id)
        for place, picture in enumerate(pictures)
    ]
