"""Read the published comments of a review, page by page, with the first replies to each.

A comment that is no longer public but has published replies is a gap: a line in its place says that
the comment was withdrawn, deleted or taken down.

The statements are built once, because building one takes longer than executing it.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    tuple_,
    union_all,
)

from blog.comments.models import MAY_BE_GAP, Comment, CommentCount
from blog.db.engine import db
from blog.db.paging import Cursor, Page
from blog.db.types import table_of
from blog.moderation.states import Status
from blog.site.comments.shown import COLUMNS, COMMENT, OTHER_COLUMNS, REPLIED_TO, Shown

PAGE_SIZE = 50
# The number of replies of each thread that a review's page shows.
REPLIES_SIZE = 20
# How far from the end a comment may be to be counted from there, and else from the beginning.
NEAR = 100
MOST_COUNTED = 400

_C, _COUNT = COMMENT.c, table_of(CommentCount).c
_PLACE = (_C.submitted_at, _C.id)
_OLDEST_FIRST = (_C.submitted_at, _C.id)
_NEWEST_FIRST = (_C.submitted_at.desc(), _C.id.desc())
_CURSOR = tuple_(bindparam("time", type_=_C.submitted_at.type), bindparam("place_id"))
_REPLY, _THREAD = COMMENT.alias(), COMMENT.alias()
_Rows = Select[*tuple[Any, ...]]
_Places = Select[datetime, int] | CompoundSelect[datetime, int]
_LATEST = datetime.max.replace(tzinfo=UTC)

_IS_ON_REVIEW = _C.review_id == bindparam("review_id")
_IS_PUBLISHED = _C.status == Status.PUBLISHED
# Only top-level comments have replies. A condition that says so would lead PostgreSQL to the index
# of all top-level comments.
_IS_GAP = and_(
    MAY_BE_GAP,
    _C.status != Status.PENDING,
    exists().where(_REPLY.c.parent_id == _C.id, _REPLY.c.status == Status.PUBLISHED),
)
_IS_TOP_PUBLISHED = and_(_C.parent_id.is_(None), _IS_PUBLISHED)
_IS_REPLY = and_(_C.parent_id == bindparam("thread_id"), _IS_PUBLISHED)


def _places_of_top(
    *rules: ColumnElement[bool], order: tuple[Any, ...]
) -> CompoundSelect[datetime, int]:
    """Return the places of top-level comments: the first published ones and the first gaps."""
    # Apart, as each can use an index of its own.
    kinds = [
        select(*_PLACE).where(_IS_ON_REVIEW, kind, *rules).order_by(*order).limit(PAGE_SIZE + 1)
        for kind in (_IS_TOP_PUBLISHED, _IS_GAP)
    ]
    return union_all(*(select(kind.subquery()) for kind in kinds))


def _page(*rules: ColumnElement[bool]) -> _Rows:
    """Return the comments of a page and more, in any order.

    If SQLite sorted them, or looked for them by IN, it would read all comments, as soon as
    statistics say that there are few.
    """
    places = _places_of_top(*rules, order=_OLDEST_FIRST).subquery()
    return select(*COLUMNS).join_from(COMMENT, places, places.c.id == _C.id)


def _number_before(*rules: ColumnElement[bool]) -> Any:
    before = tuple_(*_PLACE) < _CURSOR
    return select(func.count()).where(*rules, before).scalar_subquery()


_IS_AFTER, _IS_UP_TO = tuple_(*_PLACE) > _CURSOR, tuple_(*_PLACE) <= _CURSOR

_TOP = _page()
_TOP_AFTER = _page(_IS_AFTER)
_TOP_BEFORE = _places_of_top(_IS_UP_TO, order=_NEWEST_FIRST)
_BEFORE = (
    select(_C.id)
    .where(_IS_ON_REVIEW, _IS_TOP_PUBLISHED, tuple_(*_PLACE) < _CURSOR)
    .limit(bindparam("most"))
)
_NUMBER_OF_TOP = select(
    select(func.count()).select_from(_BEFORE.subquery()).scalar_subquery(),
    _number_before(_IS_ON_REVIEW, _IS_GAP),
)
_AFTER = select(_C.id).where(_IS_ON_REVIEW, _IS_TOP_PUBLISHED, _IS_AFTER).limit(NEAR + 1)
# The kept number of published comments, the number of those after a comment, and of gaps before it.
_NUMBERS_FROM_END = select(
    _COUNT.top_level_count,
    select(func.count()).select_from(_AFTER.subquery()).scalar_subquery(),
    _number_before(_IS_ON_REVIEW, _IS_GAP),
).where(_COUNT.review_id == bindparam("review_id"))

_SHOWN_REPLIES = select(*COLUMNS, *OTHER_COLUMNS).outerjoin_from(
    COMMENT, REPLIED_TO, REPLIED_TO.c.id == _C.in_reply_to_id
)
_THREAD_PAGE = _SHOWN_REPLIES.where(_IS_REPLY).order_by(*_OLDEST_FIRST).limit(PAGE_SIZE + 1)
_THREAD_PAGE_AFTER = _THREAD_PAGE.where(_IS_AFTER)
_REPLIES_BEFORE = (
    select(*_PLACE).where(_IS_REPLY, _IS_UP_TO).order_by(*_NEWEST_FIRST).limit(PAGE_SIZE + 1)
)
_NUMBER_OF_REPLIES = select(_number_before(_IS_REPLY))

_SHOWN_THREAD = select(*COLUMNS).where(
    _IS_ON_REVIEW, _C.id == bindparam("thread_id"), or_(_IS_TOP_PUBLISHED, _IS_GAP)
)


def _first_replies() -> _Rows:
    """Return the first replies in several threads, in any order.

    Of each thread there is at least one more than is shown, if it has more.
    """
    one_more = (
        select(_REPLY.c.submitted_at)
        .where(_REPLY.c.parent_id == _THREAD.c.id, _REPLY.c.status == Status.PUBLISHED)
        .order_by(_REPLY.c.submitted_at, _REPLY.c.id)
        .correlate(_THREAD)
        .offset(REPLIES_SIZE)
        .limit(1)
        .scalar_subquery()
    )
    # Materialized, or PostgreSQL would look for the end of a thread again for each reply.
    ends = (
        select(_THREAD.c.id, func.coalesce(one_more, _LATEST).label("end"))
        .where(_THREAD.c.id.in_(bindparam("thread_ids", expanding=True)))
        .cte()
        .prefix_with("MATERIALIZED")
    )
    found = _SHOWN_REPLIES.join(ends, _C.parent_id == ends.c.id)
    return found.where(_IS_PUBLISHED, _C.submitted_at <= ends.c.end)


_FIRST_REPLIES = _first_replies()


def list_public_comments(*, review_id: int, after: Cursor | None = None) -> Page[Shown]:
    """Return a page of a review's top-level comments, oldest first.

    These are the published comments, and the gaps: comments that are no longer public but have
    published replies.
    """
    return _read_page(_TOP, _TOP_AFTER, after, review_id=review_id)


def find_previous_page(*, review_id: int, after: Cursor) -> Cursor | None:
    """Return the cursor of the page before the one that begins after `after`; None for the first.

    A page ends with the row of the cursor of the next one.
    """
    return _find_place(_TOP_BEFORE, after, back=PAGE_SIZE, review_id=review_id)


def list_public_replies(*, comments: Iterable[Shown]) -> dict[int, Page[Shown]]:
    """Return the first page of published replies in the thread of each comment, by comment id.

    A comment without published replies is missing in the result.
    """
    ids = [comment.id for comment in comments if comment.has_replies]
    if not ids:
        return {}
    replies: dict[int, list[Shown]] = {}
    for reply in _read(_FIRST_REPLIES, {"thread_ids": ids}):
        replies.setdefault(reply.parent_id or 0, []).append(reply)
    return {
        number: Page.of(sorted(found, key=_place_of), REPLIES_SIZE, lambda reply: reply.cursor)
        for number, found in replies.items()
    }


def list_thread(*, comment: Shown, after: Cursor | None = None) -> Page[Shown]:
    """Return a page of the published replies in the thread of a comment, oldest first."""
    return _read_page(_THREAD_PAGE, _THREAD_PAGE_AFTER, after, thread_id=comment.id)


def find_previous_thread_page(*, comment: Shown, after: Cursor) -> Cursor | None:
    """Return the cursor of the page of replies before the one after `after`; None for the first."""
    return _find_place(_REPLIES_BEFORE, after, back=PAGE_SIZE, thread_id=comment.id)


def find_thread(*, review_id: int, comment_id: int) -> Shown | None:
    """Return a top-level comment that a review's page shows, or None.

    It is published, or no longer public but with published replies.
    """
    values = {"review_id": review_id, "thread_id": comment_id}
    return next(iter(_read(_SHOWN_THREAD, values)), None)


def find_page_of(*, comment: Comment) -> Cursor | None:
    """Return the cursor after which the page with a comment begins; None for the first page.

    For a reply, this is the page that contains the top-level comment of the thread. Of a comment
    far from both ends, this is a page with the comment in its middle: counting all comments before
    it would take longer than all else.
    """
    top = comment.parent or comment
    count = _count_top_before(top)
    if count is None:
        return _find_place(_TOP_BEFORE, top.cursor, back=PAGE_SIZE // 2, review_id=top.review_id)
    return _find_page(_TOP_BEFORE, top, count, PAGE_SIZE, review_id=top.review_id)


def find_thread_page_of(*, reply: Comment) -> Cursor | None:
    """Return the cursor after which the page of a thread with this reply begins.

    None if the reply is one of the first replies, which the review's own page shows.
    """
    thread = {"thread_id": reply.parent_id or 0}
    values = thread | _values_of(reply.cursor)
    count: int = db.session.execute(_NUMBER_OF_REPLIES, values).scalar_one()
    return _find_page(_REPLIES_BEFORE, reply, count, REPLIES_SIZE, **thread)


def _read_page(first: _Rows, later: _Rows, after: Cursor | None, **values: int) -> Page[Shown]:
    place = _values_of(after) if after else {}
    rows = _read(later if after else first, values | place)
    found = sorted(rows, key=_place_of)[: PAGE_SIZE + 1]
    return Page.of(found, PAGE_SIZE, lambda comment: comment.cursor)


def _read(statement: _Rows, values: dict[str, Any]) -> list[Shown]:
    # All at once, which costs half of one after another.
    return [Shown(*row) for row in db.session.execute(statement, values).all()]


def _find_place(before: _Places, last: Cursor, *, back: int, **values: int) -> Cursor | None:
    """Return the place of the row that is `back` rows before the row of `last`, or None."""
    rows = db.session.execute(before, values | _values_of(last))
    places = sorted((Cursor(row[0], row[1]) for row in rows), key=_key_of, reverse=True)
    return places[back] if len(places) > back else None


def _count_top_before(top: Comment) -> int | None:
    """Return the number of top-level comments that a review's pages show before one of them.

    None if there are more than MOST_COUNTED. A link leads to a new comment more often than to an
    old one, so it is counted from the end.
    """
    values = {"review_id": top.review_id, **_values_of(top.cursor)}
    row = db.session.execute(_NUMBERS_FROM_END, values).one_or_none()
    if row is None or row[1] > NEAR:
        most = {"most": MOST_COUNTED + 1}
        before, gaps = db.session.execute(_NUMBER_OF_TOP, values | most).one()
        return None if before > MOST_COUNTED else before + gaps
    total, after, gaps = row
    return int(total - after - (top.status == Status.PUBLISHED) + gaps)


def _find_page(
    before: _Places, comment: Comment, count: int, first: int, **values: int
) -> Cursor | None:
    """Return the cursor after which the page with a comment begins; None for the first page.

    `count` rows are before the comment. The first page has `first` rows, others PAGE_SIZE.
    """
    if count < first:
        return None
    # Counted backwards from the comment, which reads one page at most.
    return _find_place(before, comment.cursor, back=(count - first) % PAGE_SIZE + 1, **values)


def _place_of(comment: Shown) -> tuple[datetime, int]:
    return comment.submitted_at, comment.id


def _key_of(cursor: Cursor) -> tuple[datetime, int]:
    return cursor.time, cursor.id


def _values_of(cursor: Cursor) -> dict[str, Any]:
    return {"time": cursor.time, "place_id": cursor.id}
