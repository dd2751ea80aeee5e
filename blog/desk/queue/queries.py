"""Read a page of the queue, and all that match what is asked for."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, select, tuple_
from sqlalchemy.orm import aliased, joinedload, load_only, raiseload, selectinload

from blog.comments.models import Comment, Seen
from blog.comments.states import Status
from blog.db.engine import db
from blog.db.paging import Cursor, Page, rows_after, rows_before
from blog.decisions.models import LARGEST_BULK
from blog.desk.queue.matching import QueueFilter, Sender, is_unpublished, matching
from blog.reviews.models import Review

PAGE_SIZE = 50
# Of a review a row shows the name: its text, fifty times over, would be the most of what is read.
_NAMES = (Review.slug, Review.title, Review.drama_title, Review.drama_korean_title)
WITH_ROW = (
    joinedload(Comment.review).load_only(*_NAMES, raiseload=True).raiseload("*"),
    joinedload(Comment.in_reply_to).load_only(
        Comment.author_name, Comment.body, Comment.status, Comment.is_spoiler
    ),
    selectinload(Comment.reasons),
)


def list_queue(
    *, wanted: QueueFilter, now: datetime, after: Cursor | None = None, size: int = PAGE_SIZE
) -> Page[Comment]:
    """Return a page of comments: what waits oldest first, the rest newest first.

    Of waiting copies the oldest stands for all. With words, those whose text, name or e-mail holds
    them, among the newest 10 000 of the state.
    """
    moment, rank = _moment(wanted), _rank(wanted)
    # The numbers alone: to sort them, whole comments would be read that no page shows.
    query = select(Comment.id, rank).where(*matching(Comment, wanted, now))
    if wanted.is_waiting:
        place = (rank, moment, Comment.id) if wanted.is_ranked else (moment, Comment.id)
        query = query.where(~_older_copy(wanted, now)).order_by(*place)
        query = rows_after(query, after, *place)
    else:
        query = query.order_by(moment.desc(), Comment.id.desc())
        query = rows_before(query, after, moment, Comment.id)
    ranks = {row[0]: row[1] for row in db.session.execute(query.limit(size + 1))}
    found = {comment.id: comment for comment in list_queued_comments(comment_ids=ranks)}
    return Page.of(
        [found[number] for number in ranks if number in found],
        size,
        lambda c: Cursor(_moment_of(c, wanted), c.id, ranks[c.id]),
    )


def list_matching(*, wanted: QueueFilter, now: datetime) -> tuple[list[Seen], int]:
    """Return the first LARGEST_BULK that match, copies each for itself, and how many there are."""
    moment = _moment(wanted)
    query = select(Comment.id, Comment.version).where(*matching(Comment, wanted, now))
    found = db.session.execute(query.order_by(moment, Comment.id).limit(LARGEST_BULK)).all()
    if len(found) < LARGEST_BULK:
        return [Seen(*row) for row in found], len(found)
    total = db.session.execute(query.with_only_columns(func.count())).scalar_one()
    return [Seen(*row) for row in found], total


def list_queued_comments(*, comment_ids: Iterable[int]) -> Sequence[Comment]:
    """Return these comments in any state with their reviews and reasons, those that are there."""
    query = (
        select(Comment)
        .options(*WITH_ROW)
        .where(Comment.id.in_(list(comment_ids)))
        .order_by(Comment.id)
        .execution_options(populate_existing=True)
    )
    return db.session.execute(query).scalars().all()


def find_sender(*, comment_id: int) -> Sender | None:
    """Return who sent a comment, or None where there is no such comment."""
    query = select(Comment.owner_hash, Comment.client_name).where(Comment.id == comment_id)
    row = db.session.execute(query).one_or_none()
    if row is None:
        return None
    return Sender(comment_id=comment_id, owner_hash=row[0], client_name=row[1])


def list_reviews_with_waiting() -> Sequence[Review]:
    """Return the reviews under which something waits, up to 200, by the drama's name."""
    waits = exists().where(Comment.review_id == Review.id, Comment.waiting_since.is_not(None))
    query = select(Review).options(load_only(*_NAMES, raiseload=True), raiseload("*"))
    query = query.where(waits).order_by(Review.drama_title, Review.id).limit(200)
    return db.session.execute(query).scalars().all()


def _moment(wanted: QueueFilter) -> Any:
    return Comment.waiting_since if wanted.is_waiting else Comment.submitted_at


def _moment_of(comment: Comment, wanted: QueueFilter) -> datetime:
    waiting = comment.waiting_since if wanted.is_waiting else None
    return waiting or comment.submitted_at


def _rank(wanted: QueueFilter) -> ColumnElement[int]:
    """Put first those whose browser had something published before; all alike where unsorted."""
    if not wanted.is_ranked:
        return func.abs(0)
    earlier = aliased(Comment)
    known = exists().where(
        earlier.owner_hash == Comment.owner_hash, earlier.status == Status.PUBLISHED
    )
    return case((known, 0), else_=1)


def _older_copy(wanted: QueueFilter, now: datetime) -> ColumnElement[bool]:
    """Find one with the same words that waited before, and so stands for this one too."""
    older = aliased(Comment)
    return exists().where(
        is_unpublished(Comment),
        older.copies_key == Comment.copies_key,
        is_unpublished(older),
        tuple_(older.waiting_since, older.id) < tuple_(Comment.waiting_since, Comment.id),
        *matching(older, wanted, now),
    )
