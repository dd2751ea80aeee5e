"""Queries for what is exported and listed: reviews and drafts that are not deleted."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Load, load_only, raiseload

from blog.db.engine import db
from blog.drafts.models import Draft
from blog.publishing.states import State, state_of
from blog.reviews.models import Review


class Listed(NamedTuple):
    """A review in a list; `slug` and `title` are "" if they are not written yet."""

    id: int
    state: State
    slug: str
    title: str
    published: datetime | None


def list_ids(*, slugs: Sequence[str] | None = None) -> list[int]:
    """Return the ids of the reviews with these slugs, by default of all reviews and drafts.

    Reviews of the demo are only among them if they are named.
    """
    query = select(Draft.id).outerjoin(Review, Review.id == Draft.id)
    query = query.where(_is_chosen(slugs)).order_by(Draft.id)
    return list(db.session.execute(query).scalars())


def list_slugs(*, slugs: Sequence[str] | None = None) -> list[str]:
    """Return the slugs of the reviews of `list_ids`; drafts never published have none."""
    query = select(Review.slug).join(Draft, Draft.id == Review.id).where(_is_chosen(slugs))
    return list(db.session.execute(query).scalars())


def list_unknown(*, slugs: Sequence[str]) -> list[str]:
    """Return those of these slugs that no review has, unless it is deleted."""
    return sorted({*slugs} - {*list_slugs(slugs=slugs)})


def _is_chosen(slugs: Sequence[str] | None) -> ColumnElement[bool]:
    wanted = or_(Review.id.is_(None), ~Review.is_demo) if slugs is None else Review.slug.in_(slugs)
    return and_(Draft.deleted_at.is_(None), wanted)


def list_all(*, now: datetime) -> list[Listed]:
    """Return all reviews and drafts, the last created first."""
    columns = (Review.slug, Review.title, Review.published_at, Review.published_offset)
    query = select(Draft, Review).outerjoin(Review, Review.id == Draft.id)
    query = query.options(
        load_only(Draft.keys, Draft.deleted_at, raiseload=True),
        Load(Review).load_only(*columns, Review.archived_at, raiseload=True),
        raiseload("*"),
    )
    query = query.where(Draft.deleted_at.is_(None)).order_by(Draft.id.desc())
    return [_listed(draft, review, now) for draft, review in db.session.execute(query)]


def _listed(draft: Draft, review: Review | None, now: datetime) -> Listed:
    keys = draft.keys or {}
    return Listed(
        id=draft.id,
        state=state_of(draft, review, now),
        slug=review.slug if review else str(keys.get("slug", "")),
        title=review.title if review else str(keys.get("title", "")),
        published=review.published_local if review else None,
    )
