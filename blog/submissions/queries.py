"""Read a browser's own comments."""

from typing import NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Select,
    bindparam,
    exists,
    func,
    or_,
    select,
    union,
)
from sqlalchemy.orm import aliased, joinedload, raiseload

from blog.comments.models import Comment, Revision
from blog.comments.queries import WITH_REPLIED_TO
from blog.db.engine import db
from blog.decisions.models import Decision
from blog.moderation.states import Status
from blog.reviews.models import Review
from blog.reviews.queries import NAME_COLUMNS

# The largest number of own comments on one page.
OWN_SIZE = 500


class OwnRow(NamedTuple):
    """A comment with its last decision and its last edit, for its author."""

    comment: Comment
    decision: Decision | None
    revision: Revision | None
    is_replied_to: bool


def _ids_owned(*rules: ColumnElement[bool]) -> CompoundSelect[int]:
    """Return the ids of the comments of a browser; it may be their first and second owner."""
    # Apart, as each can use an index of its own.
    owner: BindParameter[str] = bindparam("owner_hash")
    owned = [
        select(Comment.id).where(column == owner, *rules)
        for column in (Comment.owner_hash, Comment.resent_owner_hash)
    ]
    return union(*owned)


def _with_decisions() -> Select[Comment, Decision, Revision, bool]:
    decided = select(func.max(Decision.id)).where(Decision.comment_id == Comment.id)
    revised = select(func.max(Revision.id)).where(Revision.comment_id == Comment.id)
    reply = aliased(Comment)
    is_replied_to = exists().where(
        reply.in_reply_to_id == Comment.id, reply.status == Status.PUBLISHED
    )
    return (
        select(Comment, Decision, Revision, is_replied_to)
        .outerjoin(Decision, Decision.id == decided.correlate(Comment).scalar_subquery())
        .outerjoin(Revision, Revision.id == revised.correlate(Comment).scalar_subquery())
        .options(
            WITH_REPLIED_TO,
            joinedload(Comment.review)
            .load_only(*NAME_COLUMNS, Review.first_slug, Review.published_at, raiseload=True)
            .raiseload("*"),
            raiseload(Comment.parent),
            raiseload(Decision.moderator),
        )
    )


def _newest_owned(*rules: ColumnElement[bool]) -> Select[Comment, Decision, Revision, bool]:
    # By IN, SQLite would read all comments by their time, if statistics say that there are few.
    owned = _ids_owned(*rules).subquery()
    query = _FOR_AUTHOR.join(owned, owned.c.id == Comment.id)
    return query.order_by(Comment.submitted_at.desc(), Comment.id.desc()).limit(OWN_SIZE)


# Built once, because building them takes longer than executing them.
_FOR_AUTHOR = _with_decisions()
_OWN = _newest_owned()
_OWN_ON_REVIEW = _newest_owned(Comment.review_id == bindparam("review_id"))
_OWNED = exists(_ids_owned()).select()
_ONE = _FOR_AUTHOR.where(Comment.id == bindparam("comment_id"))
_OWN_ONE = _ONE.where(
    Comment.review_id == bindparam("review_id"),
    or_(
        Comment.owner_hash == bindparam("owner_hash"),
        Comment.resent_owner_hash == bindparam("owner_hash"),
    ),
)


def list_own_comments(*, owner_hash: str, review_id: int | None = None) -> list[OwnRow]:
    """Return the latest comments from a browser, in any status, sorted by age: oldest first."""
    values = {"owner_hash": owner_hash, "review_id": review_id}
    rows = db.session.execute(_OWN if review_id is None else _OWN_ON_REVIEW, values)
    return [OwnRow(*row) for row in rows][::-1]


def has_own_comment(*, owner_hash: str) -> bool:
    """Return whether a browser owns any comment."""
    return db.session.execute(_OWNED, {"owner_hash": owner_hash}).scalar_one()


def find_own_comment(*, comment_id: int, review_id: int, owner_hash: str) -> OwnRow | None:
    """Return a browser's own comment on this review in any status, or None."""
    values = {"comment_id": comment_id, "review_id": review_id, "owner_hash": owner_hash}
    row = db.session.execute(_OWN_ONE, values).one_or_none()
    return OwnRow(*row) if row else None


def get_comment_for_author(*, comment_id: int) -> OwnRow:
    """Return a comment in any status, with its review and the comment replied to."""
    fresh = {"populate_existing": True}
    row = db.session.execute(_ONE, {"comment_id": comment_id}, execution_options=fresh).one()
    return OwnRow(*row)


def has_public_replies(*, comment_id: int) -> bool:
    """Return whether a comment has published replies to itself, not only to its thread."""
    query = select(Comment.id).where(
        Comment.in_reply_to_id == comment_id, Comment.status == Status.PUBLISHED
    )
    return db.session.execute(query.limit(1)).first() is not None
