"""The reviews of one drama, such as first impressions and finale, and the facts they share."""

from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Integer, and_, bindparam, or_, select
from sqlalchemy.orm import raiseload, selectinload

from blog.db.engine import db
from blog.db.types import table_of
from blog.drafts.queries import deleted_ids
from blog.reviews.commands import replace_watch_and_cast
from blog.reviews.models import Review
from blog.reviews.queries import get_review
from blog.text.folding import name_key


class Facts(NamedTuple):
    """What a review says about its drama; the names are the keys of a review's file."""

    title: str
    korean_title: str | None
    year: int | None
    network: str | None
    episodes: int | None
    watch: list[tuple[str, str]]
    cast: list[tuple[str, str]]


def is_of_drama(title: str, year: int | None) -> ColumnElement[bool]:
    """Return the SQL condition for reviews of a drama, with its title in any spelling."""
    return _has(name_key(title), year)


def _has(title_key: Any, year: Any) -> ColumnElement[bool]:
    review = table_of(Review).c
    return and_(review.drama_title_key == title_key, review.drama_year.is_not_distinct_from(year))


# The same condition in a statement that is built once; `parameters_of_drama` has its values.
_TITLE_KEY: BindParameter[str] = bindparam("drama_title_key")
_YEAR = bindparam("drama_year", type_=Integer)
IS_OF_DRAMA = _has(_TITLE_KEY, _YEAR)
IS_OF_OTHER_DRAMA = or_(
    table_of(Review).c.drama_title_key.is_distinct_from(_TITLE_KEY),
    table_of(Review).c.drama_year.is_distinct_from(_YEAR),
)


def parameters_of_drama(title: str, year: int | None) -> dict[str, Any]:
    """Return the values of IS_OF_DRAMA for a drama."""
    return {"drama_title_key": name_key(title), "drama_year": year}


def list_facts(*, title: str, year: int | None) -> dict[str, Facts]:
    """Return what each review of a drama, public or not, says about it, by slug."""
    query = select(Review).where(is_of_drama(title, year)).order_by(Review.id)
    lists = (selectinload(Review.watch), selectinload(Review.cast), raiseload(Review.picture))
    rows = db.session.execute(query.options(*lists)).scalars()
    return {review.slug: _facts_of(review) for review in rows}


def share_facts(*, review_id: int) -> list[str]:
    """Copy the facts of a review's drama to the other reviews of it; return the slugs of those.

    A review with the same facts is left alone. Raises UnknownReviewError.
    """
    review = get_review(review_id=review_id)
    facts, changed = _facts_of(review), []
    drama = is_of_drama(review.drama_title, review.drama_year)
    others = select(Review).where(drama, Review.id != review.id).order_by(Review.id)
    # A deleted one comes back as it was.
    others = others.where(Review.id.not_in(deleted_ids()))
    for other in db.session.execute(others).scalars().all():
        if _facts_of(other) == facts:
            continue
        other.drama_title, other.drama_korean_title = facts.title, facts.korean_title
        other.drama_network, other.drama_network_key = (
            review.drama_network,
            review.drama_network_key,
        )
        other.drama_episodes = facts.episodes
        replace_watch_and_cast(other, watch=facts.watch, cast=facts.cast)
        changed.append(other.slug)
    return changed


def _facts_of(review: Review) -> Facts:
    return Facts(
        title=review.drama_title,
        korean_title=review.drama_korean_title,
        year=review.drama_year,
        network=review.drama_network,
        episodes=review.drama_episodes,
        watch=[(option.service, option.url) for option in review.watch],
        cast=[(member.actor, member.role) for member in review.cast],
    )
