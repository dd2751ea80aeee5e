"""Read a browser's own comments."""

from collections.abc import Iterable, Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from blog.comments.models import Comment, Revision
from blog.comments.queries import WITH_REPLIED_TO
from blog.comments.states import Status
from blog.db.engine import db
from blog.reviews.models import Review
from blog.reviews.queries import NAME_COLUMNS

# The largest number of own comments on one page.
OWN_SIZE = 500
_FOR_WRITER = (
    WITH_REPLIED_TO,
    joinedload(Comment.parent),
    joinedload(Comment.review)
    .load_only(*NAME_COLUMNS, Review.first_slug, Review.published_at, raiseload=True)
    .raiseload("*"),
)


def list_own_comments(*, owner_hash: str, review_id: int | None = None) -> Sequence[Comment]:
    """Return the latest comments from a browser, in any status, sorted by age: oldest first."""
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
    """Return whether a browser owns any comment."""
    query = select(Comment.id).where(
        or_(Comment.owner_hash == owner_hash, Comment.resent_owner_hash == owner_hash)
    )
    return db.session.execute(query.limit(1)).first() is not None


def find_own_comment(*, comment_id: int, review_id: int, owner_hash: str) -> Comment | None:
    """Return a browser's own comment on this review in any status, or None."""
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


def get_comment_for_author(*, comment_id: int) -> Comment:
    """Return a comment in any status, with its review, its parent and the comment replied to."""
    query = select(Comment).options(*_FOR_WRITER).where(Comment.id == comment_id)
    return db.session.execute(query.execution_options(populate_existing=True)).scalar_one()


def has_public_replies(*, comment_id: int) -> bool:
    """Return whether a comment has published replies to itself, not only to its thread."""
    query = select(Comment.id).where(
        Comment.in_reply_to_id == comment_id, Comment.status == Status.PUBLISHED
    )
    return db.session.execute(query.limit(1)).first() is not None


def list_replied_ids(*, comment_ids: Iterable[int]) -> set[int]:
    """Return the ids of those of these comments that have published replies."""
    query = select(Comment.in_reply_to_id).where(
        Comment.in_reply_to_id.in_(list(comment_ids)), Comment.status == Status.PUBLISHED
    )
    return {number for number in db.session.execute(query.distinct()).scalars() if number}


def list_last_revisions(*, comment_ids: Iterable[int]) -> dict[int, Revision]:
    """Return the last edit of each of these comments in any state, by comment id."""
    latest = (
        select(func.max(Revision.id))
        .where(Revision.comment_id.in_(list(comment_ids)))
        .group_by(Revision.comment_id)
    )
    rows = db.session.execute(select(Revision).where(Revision.id.in_(latest))).scalars()
    return {revision.comment_id: revision for revision in rows}
