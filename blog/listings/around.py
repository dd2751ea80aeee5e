"""The reviews that the page of a review leads to: before and after it, of its drama, related."""

from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    Integer,
    Select,
    Subquery,
    bindparam,
    func,
    literal_column,
    null,
    select,
    tuple_,
    union_all,
)
from sqlalchemy import (
    cast as sql_cast,
)

from blog.db.engine import db
from blog.db.types import table_of
from blog.reviews.models import CastMember, Review, ReviewTag
from blog.reviews.queries import NOW, is_listed
from blog.reviews.rows import IS_PICTURE, NAME_COLUMNS, PICTURE, REVIEW, named_review
from blog.reviews.series import IS_OF_DRAMA, parameters_of_drama

MOST_RELATED = 3
_R = REVIEW.c
_HERE = bindparam("review_id", type_=_R.id.type)
_OLDER, _NEWER, _SERIES, _RELATED = range(4)


@dataclass(frozen=True, kw_only=True, slots=True)
class Related:
    """A review, and what it shares with another: an actor, else a tag."""

    review: Review
    actor: str | None
    tag: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Around:
    """The listed reviews around a review.

    `older` and `newer` are those published just before and after it. `series` are those of its
    drama and itself, the first published first, or none if there is no other. `related` are up to
    three others that share most actors, then most tags, then the newest.
    """

    older: Review | None
    newer: Review | None
    series: tuple[Review, ...]
    related: tuple[Related, ...]


def find_around(*, review: Review, now: datetime) -> Around:
    """Return the listed reviews that the page of a review leads to, by one statement."""
    values = {
        "now": now,
        "review_id": review.id,
        "time": review.cursor.time,
        **parameters_of_drama(review.drama_title, review.drama_year),
    }
    found: list[list[Any]] = [[], [], [], []]
    for kind, actors, tags, actor, tag, *row in db.session.execute(_AROUND, values):
        found[kind].append((named_review(tuple(row)), actors, tags, actor, tag))
    older, newer, series, related = found
    by_time = attrgetter("published_at", "id")
    related.sort(key=lambda row: (row[1], row[2], *by_time(row[0])), reverse=True)
    cast = {member.position: member.actor for member in review.cast}
    names = {tag.position: tag.name for tag in review.tags}
    return Around(
        older=older[0][0] if older else None,
        newer=newer[0][0] if newer else None,
        series=tuple(sorted([review, *(row[0] for row in series)], key=by_time)) if series else (),
        related=tuple(
            Related(review=other, actor=cast.get(actor), tag=names.get(tag))
            for other, _actors, _tags, actor, tag in related
        ),
    )


def _build() -> Select[*tuple[Any, ...]]:
    """Return the statement; it is built once, because that takes longer than executing it."""
    place = tuple_(_R.published_at, _R.id)
    here = tuple_(bindparam("time", type_=_R.published_at.type), _HERE)
    newest_first = (_R.published_at.desc(), _R.id.desc())
    listed = select(_R.id).where(is_listed(NOW))
    older = listed.where(place < here).order_by(*newest_first).limit(1)
    newer = listed.where(place > here).order_by(_R.published_at, _R.id).limit(1)
    series = listed.where(IS_OF_DRAMA, _R.id != _HERE)
    actors, tags = _count_shared(CastMember, "actor_key"), _count_shared(ReviewTag, "name")
    numbers = [func.coalesce(each.c.number, 0) for each in (actors, tags)]
    related = (
        select(_R.id, *numbers, actors.c.place, tags.c.place)
        .outerjoin(actors, actors.c.review_id == _R.id)
        .outerjoin(tags, tags.c.review_id == _R.id)
        # Begun from these ids, the query does not read all listed reviews.
        .where(_R.id.in_(select(actors.c.review_id).union(select(tags.c.review_id))))
        .where(is_listed(NOW), *(_R.id.not_in(each) for each in (older, newer, series)))
        .order_by(*(number.desc() for number in numbers), *newest_first)
        .limit(MOST_RELATED)
    )
    none = [sql_cast(null(), Integer).label(f"none_{number}") for number in range(4)]
    kinds = [
        select(literal_column(str(number)).label("kind"), *each.subquery().c, *columns)
        for number, each, columns in (
            (_OLDER, older, none),
            (_NEWER, newer, none),
            (_SERIES, series, none),
            (_RELATED, related, []),
        )
    ]
    found = union_all(*kinds).subquery()
    kind, _id, *shared = found.c
    return select(kind, *shared, *NAME_COLUMNS).select_from(
        found.join(REVIEW, _R.id == found.c.id).outerjoin(PICTURE, IS_PICTURE)
    )


def _count_shared(model: type[CastMember] | type[ReviewTag], name: str) -> Subquery:
    """Return, for each other review, the number of values that both have in a column of `model`.

    `place` is the position of the first of them in the review.
    """
    mine, theirs = table_of(model).alias(), table_of(model).alias()
    value = theirs.c[name]
    return (
        select(
            theirs.c.review_id,
            func.count(value.distinct()).label("number"),
            func.min(mine.c.position).label("place"),
        )
        .join(mine, mine.c[name] == value)
        .where(mine.c.review_id == _HERE, theirs.c.review_id != _HERE)
        .group_by(theirs.c.review_id)
        .subquery()
    )


_AROUND = _build()
