"""Read the queue."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, func, or_, select, tuple_
from sqlalchemy.orm import joinedload

from blog.comments.models import Comment, Status
from blog.database import db
from blog.pagination import Cursor, Page

PAGE_SIZE = 50
SEARCHED = 10_000


def list_queue(*, status: Status, words: str = "", after: Cursor | None = None) -> Page[Comment]:
    """Return a page of comments in a state: what waits oldest first, the rest newest first.

    With words, those whose text, name or e-mail holds them, among the newest 10 000 of the state.
    """
    place = tuple_(Comment.submitted_at, Comment.id)
    query = select(Comment).options(joinedload(Comment.review)).where(Comment.status == status)
    if words:
        query = query.where(_holds(words, status))
    if status == Status.PENDING:
        query = query.order_by(Comment.submitted_at, Comment.id)
        turned = place > tuple_(after.moment, after.id) if after else None
    else:
        query = query.order_by(Comment.submitted_at.desc(), Comment.id.desc())
        turned = place < tuple_(after.moment, after.id) if after else None
    if turned is not None:
        query = query.where(turned)
    rows = db.session.execute(query.limit(PAGE_SIZE + 1)).scalars().all()
    return Page.of(rows, PAGE_SIZE, lambda comment: comment.cursor)


def count_by_status() -> Mapping[Status, int]:
    """Return how many comments are in each state."""
    query = select(Comment.status, func.count()).group_by(Comment.status)
    counts = {row[0]: row[1] for row in db.session.execute(query)}
    return {status: counts.get(status, 0) for status in Status}


def find_queued_comment(*, comment_id: int) -> Comment | None:
    """Return a comment in any state with its review, or None."""
    query = select(Comment).options(joinedload(Comment.review)).where(Comment.id == comment_id)
    return db.session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()


def _holds(words: str, status: Status) -> ColumnElement[bool]:
    newest = (
        select(Comment.id)
        .where(Comment.status == status)
        .order_by(Comment.submitted_at.desc(), Comment.id.desc())
        .limit(SEARCHED)
    )
    columns = (Comment.body, Comment.author_name, Comment.author_email)
    found = or_(*(column.icontains(words, autoescape=True) for column in columns))
    return Comment.id.in_(newest.subquery().select()) & found
