"""The reviews that share actors or tags with a review."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Subquery, func, select
from sqlalchemy.orm import aliased, joinedload, load_only, raiseload

from blog.db.engine import db
from blog.reviews.models import CastMember, Review, ReviewTag
from blog.reviews.queries import NAME_COLUMNS, is_listed

MOST = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Related:
    """A review, and what it shares with another: an actor, else a tag."""

    review: Review
    actor: str | None
    tag: str | None


def list_related(*, review: Review, named: Collection[Review], now: datetime) -> list[Related]:
    """Return up to three listed reviews that share most actors, then most tags, then the newest.

    Those in `named`, which the page of the review shows anyway, are left out.
    """
    cast = _count_shared(CastMember, "actor_key", review.id)
    tags = _count_shared(ReviewTag, "name", review.id)
    query = (
        select(Review, cast.c.place, tags.c.place)
        .outerjoin(cast, cast.c.review_id == Review.id)
        .outerjoin(tags, tags.c.review_id == Review.id)
        # Begun from these ids, the query does not read all listed reviews.
        .where(Review.id.in_(select(cast.c.review_id).union(select(tags.c.review_id))))
        .where(is_listed(now))
        .order_by(
            func.coalesce(cast.c.number, 0).desc(),
            func.coalesce(tags.c.number, 0).desc(),
            Review.published_at.desc(),
            Review.id.desc(),
        )
        .options(
            load_only(*NAME_COLUMNS, Review.rating, Review.picture_id, raiseload=True),
            joinedload(Review.picture),
            raiseload("*"),
        )
    )
    rows = db.session.execute(query.limit(MOST + len(named))).all()
    others = [row for row in rows if row[0] not in named]
    actors = {member.position: member.actor for member in review.cast}
    names = {tag.position: tag.name for tag in review.tags}
    return [
        Related(review=other, actor=actors.get(actor), tag=names.get(tag))
        for other, actor, tag in others[:MOST]
    ]


def _count_shared(table: type[CastMember] | type[ReviewTag], name: str, review_id: int) -> Subquery:
    """Return, for each other review, the number of values that both have in a column of `table`.

    `place` is the position of the first of them in the review.
    """
    mine, theirs = aliased(table), aliased(table)
    value = getattr(theirs, name)
    return (
        select(
            theirs.review_id,
            func.count(value.distinct()).label("number"),
            func.min(mine.position).label("place"),
        )
        .join(mine, getattr(mine, name) == value)
        .where(mine.review_id == review_id, theirs.review_id != review_id)
        .group_by(theirs.review_id)
        .subquery()
    )
