"""Read comments, whatever their state, and count those that everybody may read."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, joinedload

from blog.comments.models import Comment, Revision, RevisionState
from blog.comments.states import Status
from blog.db.engine import db
from blog.reviews.queries import find_public_review

WITH_REPLIED_TO = joinedload(Comment.in_reply_to).load_only(Comment.author_name, Comment.status)


class UnknownCommentError(Exception):
    """Say that no comment has this id."""


def count_public_comments(*, review_ids: Iterable[int]) -> dict[int, int]:
    """Return the number of published comments of each of these reviews."""
    ids = list(review_ids)
    published = (
        select(Comment.review_id, func.count())
        .where(Comment.status == Status.PUBLISHED, Comment.review_id.in_(ids))
        .group_by(Comment.review_id)
    )
    # Counted apart, as they are few: of all others nobody need ask where their thread stands.
    beginning = aliased(Comment)
    waiting = select(beginning.id).where(
        beginning.review_id.in_(ids),
        beginning.parent_id.is_(None),
        beginning.status == Status.PENDING,
        beginning.has_replies,
    )
    hidden = (
        select(Comment.review_id, func.count())
        .where(Comment.parent_id.in_(waiting), Comment.status == Status.PUBLISHED)
        .group_by(Comment.review_id)
    )
    counts = dict.fromkeys(ids, 0) | {row[0]: row[1] for row in db.session.execute(published)}
    for review_id, count in db.session.execute(hidden):
        counts[review_id] -= count
    return counts


def find_public_comment(*, slug: str, comment_id: int, now: datetime) -> Comment | None:
    """Return a published comment of a public review, or None."""
    review = find_public_review(slug=slug, now=now)
    if review is None:
        return None
    query = select(Comment).where(Comment.id == comment_id, Comment.review_id == review.id)
    return db.session.execute(query.where(Comment.is_public)).scalar_one_or_none()


def list_waiting_revisions(*, comment_ids: Iterable[int]) -> dict[int, Revision]:
    """Return what waits to take the place of these comments' words, by the comment's id."""
    query = select(Revision).where(
        Revision.comment_id.in_(list(comment_ids)), Revision.state == RevisionState.WAITING
    )
    # A view has read it before the lock; what counts is what it says now.
    query = query.execution_options(populate_existing=True)
    return {revision.comment_id: revision for revision in db.session.execute(query).scalars()}


def find_comment(*, comment_id: int) -> Comment | None:
    """Return a comment in any state, or None."""
    return db.session.get(Comment, comment_id, populate_existing=True)


def get_comment(*, comment_id: int) -> Comment:
    """Return a comment in any state. Raises UnknownCommentError."""
    comment = find_comment(comment_id=comment_id)
    if comment is None:
        raise UnknownCommentError(comment_id)
    return comment


def list_bodies(*, after: int, size: int) -> dict[int, str]:
    """Return the words of the next comments, in any state, by their ids."""
    query = select(Comment.id, Comment.body).where(Comment.id > after).order_by(Comment.id)
    return {row[0]: row[1] for row in db.session.execute(query.limit(size))}


def list_revisions(*, comment_ids: Iterable[int]) -> dict[int, list[Revision]]:
    """Return what these comments said before, or would have said, by the comment's id."""
    query = select(Revision).where(Revision.comment_id.in_(list(comment_ids)))
    found: dict[int, list[Revision]] = {}
    for revision in db.session.execute(query.order_by(Revision.id)).scalars():
        found.setdefault(revision.comment_id, []).append(revision)
    return found
