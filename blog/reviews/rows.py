"""Reviews made of rows, for a page that readers ask for again and again.

The same rows make the same object as long as it is kept, so what was made of a review can be kept
by that object. It belongs to no session, and nobody may change it.
"""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import CompoundSelect, Text, bindparam, cast, literal_column, select, union_all

from blog.db.detached import make_detached
from blog.db.engine import db
from blog.db.types import table_of
from blog.pictures.models import Picture
from blog.reviewers.models import Reviewer
from blog.reviews.models import CastMember, Review, ReviewTag, WatchOption

# Each process keeps so many reviews with texts of at most so many characters, and so many names.
KEPT_REVIEWS = 100
LONGEST_KEPT = 30_000
KEPT_NAMES = 1000

REVIEW, PICTURE, REVIEWER = table_of(Review), table_of(Picture), table_of(Reviewer)
_NAMES = [
    REVIEW.c[name]
    for name in (
        *("id", "slug", "title", "part", "language", "drama_title", "drama_korean_title"),
        *("published_at", "rating"),
    )
]
_OF_REVIEWER, _OF_PICTURE = [REVIEWER.c.id, REVIEWER.c.slug], list(PICTURE.c)
_FIRST = [REVIEW.c.id, REVIEW.c.body_html]
_WHOLE = [*_FIRST, *(column for column in REVIEW.c if column not in set(_FIRST))]
# The files of a picture as text, which can be compared with those of another row.
_FILES = cast(PICTURE.c.renditions, Text)
_PICTURE = [_FILES if column is PICTURE.c.renditions else column for column in _OF_PICTURE]
# What `named_review` and `whole_review` are made of: columns, and the tables that have them.
NAME_COLUMNS = (*_NAMES, *_PICTURE)
IS_PICTURE = PICTURE.c.id == REVIEW.c.picture_id
WHOLE_COLUMNS = (*_WHOLE, *_PICTURE, *_OF_REVIEWER)
WHOLE = REVIEW.outerjoin(PICTURE, IS_PICTURE).outerjoin(
    REVIEWER, REVIEWER.c.name == REVIEW.c.byline
)

Row = tuple[Any, ...]


@lru_cache(maxsize=KEPT_NAMES)
def named_review(row: Row) -> Review:
    """Return the review of a row of NAME_COLUMNS, with its picture."""
    size = len(_NAMES)
    return make_detached(Review, _NAMES, row[:size], picture=_make_picture(row[size:]))


def whole_review(row: Row) -> Review:
    """Return the review of a row of WHOLE_COLUMNS, with where to watch, cast and tags.

    Of the reviewer there is only the slug.
    """
    review_id, html = row[: len(_FIRST)]
    make = _make_whole if len(html) <= LONGEST_KEPT else _make_whole.__wrapped__
    lists = db.session.execute(_LISTS, {"review_id": review_id}).all()
    return make(row, tuple(map(tuple, lists)))


@lru_cache(maxsize=KEPT_REVIEWS)
def _make_whole(row: Row, lists: tuple[Row, ...]) -> Review:
    end, start = len(_WHOLE), len(row) - len(_OF_REVIEWER)
    reviewer = row[start:]
    found: list[list[Any]] = [[], [], []]
    for number, *values in sorted(lists):
        found[number].append(values)
    watch, cast, tags = found
    key = row[0]
    return make_detached(
        Review,
        _WHOLE,
        row[:end],
        picture=_make_picture(row[end:start]),
        reviewer=make_detached(Reviewer, _OF_REVIEWER, reviewer) if reviewer[0] else None,
        watch=[WatchOption(review_id=key, position=n, service=a, url=b) for n, a, b in watch],
        cast=[CastMember(review_id=key, position=n, actor=a, role=b) for n, a, b in cast],
        tags=[ReviewTag(review_id=key, position=n, name=name) for n, name, _ in tags],
    )


def _make_picture(row: Sequence[Any]) -> Picture | None:
    """Return the picture of these columns, which are all None if the review has none."""
    values = dict(zip((column.key for column in _OF_PICTURE), row, strict=True))
    if values["id"] is None:
        return None
    values["renditions"] = json.loads(values["renditions"])
    return make_detached(Picture, _OF_PICTURE, values.values())


def _select_lists() -> CompoundSelect[*tuple[Any, ...]]:
    """Return the statement of three lists: which of them, the position in it, up to two values."""
    lists: tuple[tuple[Any, str, str | None], ...] = (
        (WatchOption, "service", "url"),
        (CastMember, "actor", "role"),
        (ReviewTag, "name", None),
    )
    return union_all(
        *(
            select(
                literal_column(str(number)),
                table.c.position,
                table.c[first],
                table.c[second] if second else literal_column("''"),
            ).where(table.c.review_id == bindparam("review_id"))
            for number, (model, first, second) in enumerate(lists)
            for table in [table_of(model)]
        )
    )


_LISTS = _select_lists()
