"""Load where to watch a drama, its cast and the tags of a review by one statement."""

from typing import Any

from sqlalchemy import CompoundSelect, bindparam, literal_column, select, union_all
from sqlalchemy.orm.attributes import set_committed_value

from blog.db.engine import db
from blog.reviews.models import CastMember, Review, ReviewTag, WatchOption


def _build() -> CompoundSelect[*tuple[Any, ...]]:
    """Return the statement: which list, the position in it, and up to two values."""
    lists: tuple[tuple[Any, Any, Any], ...] = (
        (WatchOption, WatchOption.service, WatchOption.url),
        (CastMember, CastMember.actor, CastMember.role),
        (ReviewTag, ReviewTag.name, literal_column("''")),
    )
    return union_all(
        *(
            select(literal_column(str(number)), table.position, first, second).where(
                table.review_id == bindparam("review_id")
            )
            for number, (table, first, second) in enumerate(lists)
        )
    )


_LISTS = _build()


def load_lists(*, review: Review) -> None:
    """Load these lists of a review, to be shown and not to be changed."""
    found: list[list[Any]] = [[], [], []]
    for number, *row in db.session.execute(_LISTS, {"review_id": review.id}):
        found[number].append(row)
    watch, cast, tags = map(sorted, found)
    key = review.id
    lists = {
        "watch": [WatchOption(review_id=key, position=n, service=a, url=b) for n, a, b in watch],
        "cast": [CastMember(review_id=key, position=n, actor=a, role=b) for n, a, b in cast],
        "tags": [ReviewTag(review_id=key, position=n, name=name) for n, name, _ in tags],
    }
    for name, loaded in lists.items():
        set_committed_value(review, name, loaded)
