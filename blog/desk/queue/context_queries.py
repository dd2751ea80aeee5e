"""Queries for the page of one comment: its thread, its neighbours, its sender's comments."""

from collections.abc import Sequence

from sqlalchemy import select

from blog.comments.models import Comment
from blog.db.engine import db
from blog.db.paging import is_up_to, rows_after, rows_before
from blog.desk.queue.queries import WITH_ROW

# How many replies of the thread are shown before and after a comment.
REPLIES_AROUND = 20
_OLDEST_FIRST = (Comment.submitted_at, Comment.id)
_NEWEST_FIRST = (Comment.submitted_at.desc(), Comment.id.desc())


def list_neighbours(*, comment: Comment, size: int = 2) -> tuple[list[Comment], list[Comment]]:
    """Return the published comments just before and just after a comment, up to `size` each.

    The neighbours of a reply are those of its thread.
    """
    position = (comment.parent or comment).cursor
    query = select(Comment).where(
        Comment.review_id == comment.review_id, Comment.is_public, Comment.parent_id.is_(None)
    )
    before = rows_before(query, position, *_OLDEST_FIRST).order_by(*_NEWEST_FIRST)
    after = rows_after(query, position, *_OLDEST_FIRST).order_by(*_OLDEST_FIRST)
    return (
        list(reversed(db.session.execute(before.limit(size)).scalars().all())),
        list(db.session.execute(after.limit(size)).scalars().all()),
    )


def list_replies(*, comment: Comment) -> Sequence[Comment]:
    """Return the replies in a comment's thread in any state, up to REPLIES_AROUND on each side."""
    query = select(Comment).where(Comment.parent_id == (comment.parent_id or comment.id))
    before = query.where(is_up_to(comment.cursor, *_OLDEST_FIRST)).order_by(*_NEWEST_FIRST)
    after = rows_after(query, comment.cursor, *_OLDEST_FIRST).order_by(*_OLDEST_FIRST)
    return [
        *reversed(db.session.execute(before.limit(REPLIES_AROUND)).scalars().all()),
        *db.session.execute(after.limit(REPLIES_AROUND)).scalars(),
    ]


def list_by_sender(*, comment: Comment, size: int = 20) -> Sequence[Comment]:
    """Return up to `size` other comments from the same browser in any state, newest first."""
    query = (
        select(Comment)
        .options(*WITH_ROW)
        .where(Comment.owner_hash == comment.owner_hash, Comment.id != comment.id)
        .order_by(Comment.submitted_at.desc(), Comment.id.desc())
    )
    if comment.owner_hash is None:
        return []
    return db.session.execute(query.limit(size)).scalars().all()
