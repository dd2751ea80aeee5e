"""The reviews that the page of a review leads to: before and after it, of its drama, related."""

from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    Integer,
    Select,
    Subquery,
    Text,
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
from blog.reviews.series import IS_OF_DRAMA, IS_OF_OTHER_DRAMA, parameters_of_drama

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
    for kind, actors, tags, actor, tag, *row in db.session.execute(_AROUND, values).all():
        found[kind].append((named_review(tuple(row)), actors, tags, actor, tag))
    older, newer, series, related = found
    beside = [row[0].id for row in (*older, *newer)]
    by_time = attrgetter("published_at", "id")
    related.sort(key=lambda row: (row[1], row[2], *by_time(row[0])), reverse=True)
    others = [row for row in related if row[0].id not in beside]
    cast = {member.position: member.actor for member in review.cast}
    names = {tag.position: tag.name for tag in review.tags}
    return Around(
        older=older[0][0] if older else None,
        newer=newer[0][0] if newer else None,
        series=tuple(sorted([review, *(row[0] for row in series)], key=by_time)) if series else (),
        related=tuple(
            Related(review=other, actor=cast.get(actor), tag=names.get(tag))
            for other, _actors, _tags, actor, tag in others[:MOST_RELATED]
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
    shared = _list_shared()
    related = (
        select(_R.id, *shared.c[1:])
        .join(shared, shared.c.review_id == _R.id)
        .where(is_listed(NOW), IS_OF_OTHER_DRAMA)
        .order_by(shared.c.actors.desc(), shared.c.tags.desc(), *newest_first)
        # Two of them may be those before and after the review.
        .limit(MOST_RELATED + 2)
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
    kind, _id, *numbers = found.c
    return select(kind, *numbers, *NAME_COLUMNS).select_from(
        found.join(REVIEW, _R.id == found.c.id).outerjoin(PICTURE, IS_PICTURE)
    )


def _list_shared() -> Subquery:
    """Return, for each other review, how many actors and how many tags both reviews have.

    `actor` and `tag` are the positions of the first of them in the review.
    """
    same_actors, same_tags = _list_same(CastMember, "actor_key"), _list_same(ReviewTag, "name")
    no_name, no_place = sql_cast(null(), Text), sql_cast(null(), Integer)
    actors = select(*same_actors.c, no_name.label("tag_name"), no_place.label("tag_place"))
    tags = select(same_tags.c.review_id, no_name, no_place, same_tags.c.name, same_tags.c.place)
    found = union_all(actors, tags).subquery().c
    return (
        select(
            found.review_id,
            func.count(found.name.distinct()).label("actors"),
            func.count(found.tag_name.distinct()).label("tags"),
            func.min(found.place).label("actor"),
            func.min(found.tag_place).label("tag"),
        )
        .group_by(found.review_id)
        .subquery()
    )


def _list_same(model: type[CastMember] | type[ReviewTag], name: str) -> Subquery:
    """Return the other reviews with a value of the review in a column, and its place in it."""
    mine, theirs = table_of(model).alias(), table_of(model).alias()
    return (
        select(theirs.c.review_id, theirs.c[name].label("name"), mine.c.position.label("place"))
        .join(mine, mine.c[name] == theirs.c[name])
        .where(mine.c.review_id == _HERE, theirs.c.review_id != _HERE)
        .subquery()
    )


_AROUND = _build()
