"""Queries for the pages of the moderation queue, and for all comments that match a filter."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import joinedload, selectinload

from blog.comments.models import Comment, Seen
from blog.db.engine import db
from blog.db.paging import Cursor, Page, rows_after, rows_before
from blog.decisions.models import LARGEST_BULK
from blog.desk.queue.matching import (
    QueueFilter,
    Sender,
    is_reported,
    is_unpublished,
    matching,
)
from blog.desk.queue.tabs import Tab
from blog.drafts.queries import deleted_ids
from blog.reviews.models import Review
from blog.reviews.queries import NAME_COLUMNS, WITH_NAMES

PAGE_SIZE = 50
WITH_ROW = (
    joinedload(Comment.review).load_only(*NAME_COLUMNS, raiseload=True).raiseload("*"),
    joinedload(Comment.in_reply_to).load_only(
        Comment.author_name, Comment.body, Comment.status, Comment.is_spoiler
    ),
    selectinload(Comment.reasons),
)
# Statements and conditions of every page of the queue are built once.
_IS_REPORTED = is_reported(Comment)
_QUEUED = (
    select(Comment)
    .options(*WITH_ROW)
    .where(Comment.id.in_(bindparam("ids", expanding=True)))
    .order_by(Comment.id)
    .execution_options(populate_existing=True)
)
_REVIEWS = (
    select(Review)
    .options(WITH_NAMES)
    .where(
        Review.id.not_in(deleted_ids()),
        exists().where(Comment.review_id == Review.id, Comment.waiting_since.is_not(None)),
    )
    .order_by(Review.drama_title, Review.id)
    .limit(200)
)
# An alias of the table, not of the class, which takes a millisecond to make.
_OLDER = Comment.__table__.alias("older").c


def list_queue(
    *,
    wanted: QueueFilter,
    now: datetime,
    after: Cursor | None = None,
    since: datetime | None = None,
    size: int = PAGE_SIZE,
) -> Page[Comment]:
    """Return a page of matching comments: waiting ones oldest first, others newest first.

    Reported comments come before all other waiting ones. Waiting copies are one row, that of the
    oldest. `after` is the cursor of the previous page. With `since`, the list has only comments
    that began to wait after that time.
    """
    ranks: dict[int, int] = {}
    # A query for each rank reads an index in its order; sorting by rank would read every row.
    for rank, rule in enumerate(_list_ranks(wanted)):
        if after is not None and rank < after.rank:
            continue
        place = after if after is not None and rank == after.rank else None
        query = _in_order(wanted, now, place).where(rule)
        if since is not None:
            query = query.where(Comment.waiting_since > since)
        ids = db.session.execute(query.limit(size + 1 - len(ranks))).scalars()
        ranks |= dict.fromkeys(ids, rank)
        if len(ranks) > size:
            break
    found = {comment.id: comment for comment in list_queued_comments(comment_ids=ranks)}
    return Page.of(
        [found[comment_id] for comment_id in ranks if comment_id in found],
        size,
        lambda c: Cursor(_get_time(c, wanted), c.id, ranks[c.id]),
    )


def list_matching(*, wanted: QueueFilter, now: datetime) -> tuple[list[Seen], int]:
    """Return the oldest LARGEST_BULK matching comments, and the number of all matching comments.

    Each copy counts as a comment of its own.
    """
    time = _time_column(wanted)
    query = select(Comment.id, Comment.version).where(*matching(Comment, wanted, now))
    found = db.session.execute(query.order_by(time, Comment.id).limit(LARGEST_BULK)).all()
    if len(found) < LARGEST_BULK:
        return [Seen(*row) for row in found], len(found)
    total = db.session.execute(query.with_only_columns(func.count())).scalar_one()
    return [Seen(*row) for row in found], total


def list_queued_comments(*, comment_ids: Iterable[int]) -> Sequence[Comment]:
    """Return the comments with these ids, in any state, with reviews and reasons loaded.

    Unknown ids are left out.
    """
    ids = list(comment_ids)
    return db.session.execute(_QUEUED, {"ids": ids}).scalars().all() if ids else []


def find_sender(*, comment_id: int) -> Sender | None:
    """Return the sender of a comment, None if there is no such comment."""
    query = select(Comment.owner_hash, Comment.client_name).where(Comment.id == comment_id)
    row = db.session.execute(query).one_or_none()
    if row is None:
        return None
    return Sender(comment_id=comment_id, owner_hash=row[0], client_name=row[1])


def list_reviews_with_waiting() -> Sequence[Review]:
    """Return up to 200 reviews with waiting comments, sorted by the title of the drama."""
    return db.session.execute(_REVIEWS).scalars().all()


def _time_column(wanted: QueueFilter) -> Any:
    return Comment.waiting_since if wanted.is_waiting else Comment.submitted_at


def _get_time(comment: Comment, wanted: QueueFilter) -> datetime:
    waiting = comment.waiting_since if wanted.is_waiting else None
    return waiting or comment.submitted_at


def _in_order(wanted: QueueFilter, now: datetime, after: Cursor | None) -> Select[int]:
    """Return the query for the ids of matching comments in their order, without ranks."""
    order = (_time_column(wanted), Comment.id)
    # Only ids, so that the database does not read comments that the page does not show.
    query = select(Comment.id).where(*matching(Comment, wanted, now))
    if wanted.is_waiting:
        query = query.where(~_older_copy(wanted, now)).order_by(*order)
        return rows_after(query, after, *order)
    query = query.order_by(*(column.desc() for column in order))
    return rows_before(query, after, *order)


def _list_ranks(wanted: QueueFilter) -> list[ColumnElement[bool]]:
    """Return the SQL conditions that divide a list; rows of an earlier one come first.

    Reported comments are public while they wait, so they come first. An edit of a published comment
    is not public, so it takes its turn.
    """
    # In the list of reported comments PostgreSQL would read all that waits to find no other one.
    if not wanted.is_waiting or wanted.tab == Tab.REPORTED:
        return [true()]
    if not wanted.known_first:
        return [_IS_REPORTED, ~_IS_REPORTED]
    # Equalities with a stored column, so that an index has each rank in its order.
    known, new = (Comment.is_known == literal_column(value) for value in ("true", "false"))
    return [_IS_REPORTED, and_(~_IS_REPORTED, known), and_(~_IS_REPORTED, new)]


def _older_copy(wanted: QueueFilter, now: datetime) -> ColumnElement[bool]:
    """Return the SQL condition that a matching copy of the comment began to wait earlier."""
    return exists().where(
        is_unpublished(Comment),
        _OLDER.copies_key == Comment.copies_key,
        _OLDER.waiting_since.is_not(None),
        is_unpublished(_OLDER),
        tuple_(_OLDER.waiting_since, _OLDER.id) < tuple_(Comment.waiting_since, Comment.id),
        *matching(_OLDER, wanted, now),
    )
