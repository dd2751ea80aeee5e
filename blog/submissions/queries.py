"""Read what a browser has sent."""

from collections.abc import Iterable, Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from blog.comments.models import Comment, Revision
from blog.comments.queries import WITH_REPLIED_TO
from blog.comments.states import Status
from blog.db.engine import db
from blog.reviews.models import Review

# A browser's own comments, all of which are shown at once.
OWN_SIZE = 500
_FOR_WRITER = (
    WITH_REPLIED_TO,
    joinedload(Comment.parent),
    joinedload(Comment.review)
    .load_only(Review.slug, Review.title, Review.published_at, raiseload=True)
    .raiseload("*"),
)


def list_own_comments(*, owner_hash: str, review_id: int | None = None) -> Sequence[Comment]:
    """Return what a browser sent last, in any state, to one review or to all; the oldest first."""
    query = (
        select(Comment)
        .options(*_FOR_WRITER)
        .where(or_(Comment.owner_hash == owner_hash, Comment.resent_owner_hash == owner_hash))
        .order_by(Comment.submitted_at.desc(), Comment.id.desc())
        .limit(OWN_SIZE)
    )
    if review_id is not None:
        query = query.where(Comment.review_id == review_id)
    return db.session.execute(query).scalars().all()[::-1]


def has_own_comment(*, owner_hash: str) -> bool:
    """Return whether anything is there that a browser sent."""
    query = select(Comment.id).where(
        or_(Comment.owner_hash == owner_hash, Comment.resent_owner_hash == owner_hash)
    )
    return db.session.execute(query.limit(1)).first() is not None


def find_own_comment(*, comment_id: int, review_id: int, owner_hash: str) -> Comment | None:
    """Return a comment in any state where this browser sent it to this review, or None."""
    query = (
        select(Comment)
        .options(*_FOR_WRITER)
        .where(
            Comment.id == comment_id,
            Comment.review_id == review_id,
            or_(Comment.owner_hash == owner_hash, Comment.resent_owner_hash == owner_hash),
        )
    )
    return db.session.execute(query).scalar_one_or_none()


def get_whole_comment(*, comment_id: int) -> Comment:
    """Return a comment in any state with all that its writer is shown."""
    query = select(Comment).options(*_FOR_WRITER).where(Comment.id == comment_id)
    return db.session.execute(query.execution_options(populate_existing=True)).scalar_one()


def has_public_replies(*, comment_id: int) -> bool:
    """Return whether somebody has replied to this very comment for all to read."""
    query = select(Comment.id).where(
        Comment.in_reply_to_id == comment_id, Comment.status == Status.PUBLISHED
    )
    return db.session.execute(query.limit(1)).first() is not None


def list_replied_ids(*, comment_ids: Iterable[int]) -> set[int]:
    """Return which of these comments somebody has replied to for all to read."""
    query = select(Comment.in_reply_to_id).where(
        Comment.in_reply_to_id.in_(list(comment_ids)), Comment.status == Status.PUBLISHED
    )
    return {number for number in db.session.execute(query.distinct()).scalars() if number}


def list_last_revisions(*, comment_ids: Iterable[int]) -> dict[int, Revision]:
    """Return what these comments' writers would have changed last, whatever became of it."""
    latest = (
        select(func.max(Revision.id))
        .where(Revision.comment_id.in_(list(comment_ids)))
        .group_by(Revision.comment_id)
    )
    rows = db.session.execute(select(Revision).where(Revision.id.in_(latest))).scalars()
    return {revision.comment_id: revision for revision in rows}
