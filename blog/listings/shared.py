"""What reviews have in common: tags, actors, networks, years and reviewers, and related reviews."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import InstrumentedAttribute

from blog.db.engine import db
from blog.reviews.models import CastMember, Review, ReviewTag
from blog.reviews.queries import is_listed
from blog.text.folding import name_key


def has_tag(tag: str) -> ColumnElement[bool]:
    """Return the SQL condition for reviews with a tag."""
    return Review.tags.any(ReviewTag.name == tag)


def has_actor(name: str) -> ColumnElement[bool]:
    """Return the SQL condition for reviews of dramas with an actor, in any spelling of the name."""
    return Review.cast.any(CastMember.actor_key == name_key(name))


def is_of_network(name: str) -> ColumnElement[bool]:
    """Return the SQL condition for reviews of dramas of a network, in any spelling of its name."""
    return Review.drama_network_key == name_key(name)


def is_of_year(year: int) -> ColumnElement[bool]:
    """Return the SQL condition for reviews of dramas of a year."""
    return Review.drama_year == year


def is_by(name: str) -> ColumnElement[bool]:
    """Return the SQL condition for reviews by the reviewer with exactly this name."""
    return Review.byline == name


def find_actor(*, name: str, now: datetime) -> str | None:
    """Return the name of an actor as the newest listed review spells it; None if none does."""
    members = _spellings(CastMember.actor, now).join(Review.cast)
    return _first(members.where(CastMember.actor_key == name_key(name)))


def find_network(*, name: str, now: datetime) -> str | None:
    """Return the name of a network as the newest listed review spells it; None if none does."""
    return _first(_spellings(Review.drama_network, now).where(is_of_network(name)))


def list_actors(*, now: datetime) -> list[str]:
    """Return the actors of all listed reviews, each once, as the newest review spells the name."""
    names = db.session.execute(_spellings(CastMember.actor, now).join(Review.cast)).scalars()
    return each_once(names.all())


def list_roles(*, actor: str, reviews: Sequence[Review]) -> dict[int, str]:
    """Return the role of an actor in each of these reviews' dramas, by the review's id."""
    query = (
        select(CastMember.review_id, CastMember.role)
        .where(CastMember.review_id.in_([review.id for review in reviews]))
        .where(CastMember.actor_key == name_key(actor))
        .order_by(CastMember.position.desc())
    )
    return {row.review_id: row.role for row in db.session.execute(query)}


def each_once(names: Sequence[str]) -> list[str]:
    """Return names without other spellings of a name that comes before."""
    return list({name_key(name): name for name in reversed(names)}.values())[::-1]


def _spellings(column: InstrumentedAttribute[Any], now: datetime) -> Select[str]:
    return (
        select(column)
        .select_from(Review)
        .where(is_listed(now), column.is_not(None))
        .order_by(Review.published_at.desc(), Review.id.desc())
    )


def _first(query: Select[str]) -> str | None:
    return db.session.execute(query.limit(1)).scalar_one_or_none()
