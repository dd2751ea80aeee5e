"""Read comments in any status, and count the public ones."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import joinedload

from blog.comments.models import MAY_BE_GAP, Comment, CommentCount, Revision, RevisionState
from blog.db.engine import db
from blog.db.types import table_of
from blog.moderation.states import Status
from blog.reviews.models import Review
from blog.reviews.queries import NOW, is_public

_COMMENT, _COUNT = table_of(Comment), table_of(CommentCount)
_REPLY = _COMMENT.alias()
# The number of public comments on a review, which is a row of CommentCount. Published replies in
# waiting threads are few, so they are counted and subtracted. With `coalesce`, the index of gaps is
# used for them, and not one of all waiting comments.
_WAITING_THREADS = (
    select(_COMMENT.c.id)
    .where(
        _COMMENT.c.review_id == _COUNT.c.review_id,
        MAY_BE_GAP,
        func.coalesce(_COMMENT.c.status, "") == Status.PENDING.value,
    )
    .correlate(_COUNT)
)
PUBLIC_COUNT = _COUNT.c.published_count - (
    select(func.count())
    .where(_REPLY.c.parent_id.in_(_WAITING_THREADS), _REPLY.c.status == Status.PUBLISHED)
    .correlate(_COUNT)
    .scalar_subquery()
)
_PUBLIC_COUNTS = select(CommentCount.review_id, PUBLIC_COUNT).where(
    CommentCount.review_id.in_(bindparam("review_ids", expanding=True))
)
_PUBLIC_COMMENT = select(Comment).where(
    Comment.id == bindparam("comment_id"),
    Comment.is_public,
    Comment.review_id == Review.id,
    Review.slug == bindparam("slug"),
    is_public(NOW),
)
WITH_REPLIED_TO = joinedload(Comment.in_reply_to).load_only(Comment.author_name, Comment.status)


class UnknownCommentError(Exception):
    """Raised when no comment has the given id, or it belongs to another browser."""


def count_public_comments(*, review_ids: Iterable[int]) -> dict[int, int]:
    """Return the number of public comments of each of these reviews, by review id."""
    ids = list(review_ids)
    found = db.session.execute(_PUBLIC_COUNTS, {"review_ids": ids}) if ids else ()
    return dict.fromkeys(ids, 0) | {row[0]: row[1] for row in found}


def find_public_comment(*, slug: str, comment_id: int, now: datetime) -> Comment | None:
    """Return a public comment of a public review, or None."""
    values = {"slug": slug, "comment_id": comment_id, "now": now}
    return db.session.execute(_PUBLIC_COMMENT, values).scalar_one_or_none()


def list_waiting_revisions(*, comment_ids: Iterable[int]) -> dict[int, Revision]:
    """Return the waiting edits of these comments, by comment id."""
    query = select(Revision).where(
        Revision.comment_id.in_(list(comment_ids)), Revision.state == RevisionState.WAITING
    )
    # Read again, because the view loaded the revision before it locked the comment.
    query = query.execution_options(populate_existing=True)
    return {revision.comment_id: revision for revision in db.session.execute(query).scalars()}


def find_comment(*, comment_id: int) -> Comment | None:
    """Return a comment in any status, or None."""
    return db.session.get(Comment, comment_id, populate_existing=True)


def get_comment(*, comment_id: int) -> Comment:
    """Return a comment in any status. Raises UnknownCommentError."""
    comment = find_comment(comment_id=comment_id)
    if comment is None:
        raise UnknownCommentError(comment_id)
    return comment


def list_bodies(*, after: int, size: int) -> dict[int, str]:
    """Return the texts of the next `size` comments with ids above `after`, by comment id."""
    query = select(Comment.id, Comment.body).where(Comment.id > after).order_by(Comment.id)
    return {row[0]: row[1] for row in db.session.execute(query.limit(size))}


def list_revisions(*, comment_ids: Iterable[int]) -> dict[int, list[Revision]]:
    """Return all revisions of these comments (waiting, applied, declined), by comment id."""
    query = select(Revision).where(Revision.comment_id.in_(list(comment_ids)))
    found: dict[int, list[Revision]] = {}
    for revision in db.session.execute(query.order_by(Revision.id)).scalars():
        found.setdefault(revision.comment_id, []).append(revision)
    return found


def select_with_thread(*columns: Any, comment_id: Any) -> Select[Any]:
    """Return a query for a comment and the first one of its thread, if that is another.

    They come in the order in which a deletion locks them, so that whoever locks both cannot
    deadlock with it. `comment_id` is an id or a bound parameter.
    """
    thread = select(Comment.parent_id).where(Comment.id == comment_id).scalar_subquery()
    return select(*columns).where(Comment.id.in_([comment_id, thread])).order_by(Comment.id)
