"""Queries for reviews; `is_public` and `is_listed` are the only rules of what readers may see."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from markupsafe import Markup
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    func,
    select,
    true,
)
from sqlalchemy.orm import (
    Load,
    load_only,
    raiseload,
    selectinload,
)

from blog.db.engine import db
from blog.db.paging import Cursor, Page, rows_before
from blog.db.types import table_of
from blog.pictures.models import Picture
from blog.reviews.models import Review, ReviewPicture, ReviewTag

PAGE_SIZE = 12  # Laid out in rows of 1, 2, 3, 3 and 3.
FEED_SIZE = 20
COMMON_TAGS = 8

_REVIEW = table_of(Review)
EVERY = true()
# The time in statements that are built once, because building one takes longer than executing it.
NOW = bindparam("now", type_=_REVIEW.c.published_at.type)
Moment = datetime | BindParameter[datetime]
_PLACE = (Review.published_at, Review.id)
# What names a review and links to it; its text would make each list slow to load.
NAME_COLUMNS = (
    *(Review.slug, Review.title, Review.part, Review.language),
    *(Review.drama_title, Review.drama_korean_title),
)
WITH_NAMES = Load(Review).load_only(*NAME_COLUMNS, raiseload=True).raiseload("*")


class UnknownReviewError(Exception):
    """Raised when there is no such review."""


def is_public(now: Moment) -> ColumnElement[bool]:
    """Return the SQL condition for a public review: published, and not in the future."""
    return and_(_REVIEW.c.published_at.is_not(None), _REVIEW.c.published_at <= now)


def is_listed(now: Moment) -> ColumnElement[bool]:
    """Return the SQL condition for a review that lists show: public, and not archived."""
    return and_(is_public(now), _REVIEW.c.archived_at.is_(None))


def may_be_read(review: Review, *, now: datetime) -> bool:
    """Return whether a loaded review is public; the same rule as `is_public`."""
    return review.published_at is not None and review.published_at <= now


_PUBLIC_REVIEW = select(Review).where(Review.slug == bindparam("slug"), is_public(NOW))


def find_public_review(*, slug: str, now: datetime) -> Review | None:
    """Return the public review with this slug, or None."""
    return db.session.execute(_PUBLIC_REVIEW, {"slug": slug, "now": now}).scalar_one_or_none()


def find_review(*, slug: str) -> Review | None:
    """Return the review with this slug, public or not, or None."""
    return db.session.execute(select(Review).where(Review.slug == slug)).scalar_one_or_none()


def get_review(*, review_id: int) -> Review:
    """Return the review with this id, public or not. Raises UnknownReviewError."""
    review = db.session.get(Review, review_id, populate_existing=True)
    if review is None:
        raise UnknownReviewError(review_id)
    return review


def list_public_reviews(
    *, now: datetime, after: Cursor | None = None, among: ColumnElement[bool] = EVERY
) -> Page[Review]:
    """Return a page of the listed reviews, newest first; `among` is a condition on reviews."""
    query = rows_before(_newest_first(now).where(among), after, *_PLACE)
    rows = db.session.execute(query.limit(PAGE_SIZE + 1)).scalars().all()
    return Page.of(rows, PAGE_SIZE, lambda review: review.cursor)


def list_public_names(*, now: datetime) -> Sequence[Review]:
    """Return all listed reviews, the newest first, with only what a list of dramas shows."""
    columns = load_only(
        *(*NAME_COLUMNS, Review.rating, Review.drama_year, Review.drama_network, Review.is_demo),
        Review.byline,
        raiseload=True,
    )
    query = _newest_first(now).options(columns, raiseload("*"))
    return db.session.execute(query).scalars().all()


def list_common_tags(*, now: datetime, size: int | None = COMMON_TAGS) -> Sequence[str]:
    """Return the tags of most listed reviews, the most common first; None is all of them."""
    query = (
        select(ReviewTag.name)
        .join(Review, Review.id == ReviewTag.review_id)
        .where(is_listed(now))
        .group_by(ReviewTag.name)
        .order_by(func.count().desc(), ReviewTag.name)
    )
    return db.session.execute(query.limit(size)).scalars().all()


def list_feed_reviews(*, now: datetime) -> Sequence[Review]:
    """Return the newest listed reviews for the feed, with their tags."""
    query = _newest_first(now).options(selectinload(Review.tags), raiseload(Review.picture))
    return db.session.execute(query.limit(FEED_SIZE)).scalars().all()


def list_indexed_reviews(*, now: datetime) -> Sequence[Review]:
    """Return all listed reviews except demo ones, with only slug, dates and what they share."""
    # Loading all texts at once would take too much memory.
    columns = load_only(
        *(Review.slug, Review.published_at, Review.published_offset),
        *(Review.updated_at, Review.updated_offset, Review.drama_network, Review.drama_year),
        Review.byline,
        raiseload=True,
    )
    query = _newest_first(now).where(~Review.is_demo)
    query = query.options(
        columns, selectinload(Review.tags), selectinload(Review.cast), raiseload("*")
    )
    return db.session.execute(query).scalars().all()


_COMING = _REVIEW.alias().c
# The publication time of the next scheduled review, in a statement with NOW.
NEXT_PUBLICATION = (
    select(func.min(_COMING.published_at)).where(_COMING.published_at > NOW).scalar_subquery()
)


def find_next_publication(*, now: datetime, among: ColumnElement[bool] = EVERY) -> datetime | None:
    """Return the publication time of the next scheduled review, or None if none is scheduled."""
    query = select(func.min(Review.published_at)).where(Review.published_at > now, among)
    return db.session.execute(query).scalar_one()


def find_review_of_draft(*, draft_id: int) -> Review | None:
    """Return the review with this id, public or not; None if the draft was never published."""
    return db.session.get(Review, draft_id, populate_existing=True)


def list_demo_reviews() -> Sequence[Review]:
    """Return the reviews that came with the demo."""
    return db.session.execute(select(Review).where(Review.is_demo)).scalars().all()


class StoredText(NamedTuple):
    """The text of a review and its HTML, as they are stored."""

    id: int
    slug: str
    body: str
    html: Markup


def list_texts(*, after: int, size: int) -> list[StoredText]:
    """Return the texts of the next `size` reviews with ids above `after`, in order."""
    columns = (Review.id, Review.slug, Review.body, Review.body_html)
    query = select(*columns).where(Review.id > after).order_by(Review.id)
    return [StoredText(*row) for row in db.session.execute(query.limit(size))]


def list_shown_pictures(*, review_ids: Sequence[int]) -> dict[int, list[Picture]]:
    """Return the pictures in the texts of these reviews, in order, by review id."""
    query = (
        select(ReviewPicture.review_id, Picture)
        .join(Picture, Picture.id == ReviewPicture.picture_id)
        .where(ReviewPicture.review_id.in_(review_ids))
        .order_by(ReviewPicture.review_id, ReviewPicture.position)
    )
    shown: dict[int, list[Picture]] = {review_id: [] for review_id in review_ids}
    for review_id, picture in db.session.execute(query):
        shown[review_id].append(picture)
    return shown


class LinkedReview(NamedTuple):
    """What the picture beside a link to a review shows, and the name of its present file."""

    id: int
    source_hash: str
    title: str
    rating: Decimal | None
    drama_title: str
    drama_korean_title: str | None
    link_preview: str | None
    renditions: list[list[int | str]] | None
    hue: int | None


def list_linked_reviews(*, slugs: Sequence[str] | None = None) -> list[LinkedReview]:
    """Return the reviews with these slugs, by default all reviews, public or not."""
    query = (
        select(
            *(Review.id, Review.source_hash, Review.title, Review.rating),
            *(Review.drama_title, Review.drama_korean_title, Review.link_preview),
            *(Picture.renditions, Picture.hue),
        )
        .outerjoin(Picture, Picture.id == Review.picture_id)
        .order_by(Review.id)
    )
    if slugs is not None:
        query = query.where(Review.slug.in_(slugs))
    return [LinkedReview(*row) for row in db.session.execute(query)]


def _newest_first(now: datetime) -> Select[Review]:
    return (
        select(Review).where(is_listed(now)).order_by(Review.published_at.desc(), Review.id.desc())
    )
