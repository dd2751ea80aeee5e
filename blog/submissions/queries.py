"""Read a browser's own comments."""

from collections.abc import Sequence
from typing import Any, NamedTuple

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
from sqlalchemy.orm import aliased, joinedload, make_transient_to_detached, raiseload
from sqlalchemy.orm.attributes import instance_dict

from blog.comments.models import Comment, Revision
from blog.comments.queries import WITH_REPLIED_TO
from blog.db.engine import db, execute
from blog.db.types import Base, table_of
from blog.decisions.models import Decision
from blog.moderation.states import Status
from blog.reviews.models import Review
from blog.reviews.queries import NAME_COLUMNS

# The largest number of own comments on one page.
OWN_SIZE = 500

_COMMENT, _DECISION, _REVISION = (table_of(model) for model in (Comment, Decision, Revision))
_REPLIED_TO = _COMMENT.alias("replied_to")
# What `_shown` selects: objects, where their columns are, and which.
_SHOWN = (
    (
        Comment,
        _COMMENT,
        (
            *("id", "review_id", "status", "version", "parent_id", "in_reply_to_id"),
            *("submitted_at", "published_at", "author_name", "body", "body_html", "is_spoiler"),
        ),
    ),
    (Decision, _DECISION, ("id", "verdict", "reason", "shares_reason")),
    (Revision, _REVISION, ("id", "state", "body", "body_html")),
    (Comment, _REPLIED_TO, ("id", "status", "author_name")),
)


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
        select(_COMMENT.c.id).where(column == owner, *rules)
        for column in (_COMMENT.c.owner_hash, _COMMENT.c.resent_owner_hash)
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


def _newest_owned(
    query: Select[*tuple[Any, ...]], *rules: ColumnElement[bool]
) -> Select[*tuple[Any, ...]]:
    # By IN, SQLite would read all comments by their time, if statistics say that there are few.
    owned = _ids_owned(*rules).subquery()
    query = query.join(owned, owned.c.id == _COMMENT.c.id)
    return query.order_by(_COMMENT.c.submitted_at.desc(), _COMMENT.c.id.desc()).limit(OWN_SIZE)


def _shown() -> Select[*tuple[Any, ...]]:
    """Return the query of what a page shows of own comments, from tables and not from classes.

    Open pages ask for it again and again, and objects would take most of its time.
    """
    decided = select(func.max(_DECISION.c.id)).where(_DECISION.c.comment_id == _COMMENT.c.id)
    revised = select(func.max(_REVISION.c.id)).where(_REVISION.c.comment_id == _COMMENT.c.id)
    reply = _COMMENT.alias()
    is_replied_to = exists().where(
        reply.c.in_reply_to_id == _COMMENT.c.id, reply.c.status == Status.PUBLISHED
    )
    columns = (table.c[name] for _model, table, names in _SHOWN for name in names)
    return (
        select(is_replied_to, *columns)
        .select_from(_COMMENT)
        .outerjoin(_DECISION, _DECISION.c.id == decided.correlate(_COMMENT).scalar_subquery())
        .outerjoin(_REVISION, _REVISION.c.id == revised.correlate(_COMMENT).scalar_subquery())
        .outerjoin(_REPLIED_TO, _REPLIED_TO.c.id == _COMMENT.c.in_reply_to_id)
    )


def _make_row(values: Sequence[Any], review: Review) -> OwnRow:
    """Return a row of `_shown` as objects that know only what it selects, and raise for more."""
    found: list[Any] = []
    start = 1
    for model, _table, names in _SHOWN:
        known = dict(zip(names, values[start : start + len(names)], strict=True))
        start += len(names)
        found.append(_make(model, known) if known["id"] is not None else None)
    comment, decision, revision, replied_to = found
    instance_dict(comment).update(review=review, in_reply_to=replied_to)
    return OwnRow(comment, decision, revision, values[0])


def _make(model: type[Base], known: dict[str, Any]) -> Base:
    made = model()
    instance_dict(made).update(known)
    make_transient_to_detached(made)
    return made


# Built once, because building them takes longer than executing them.
_FOR_AUTHOR = _with_decisions()
_OWN = _newest_owned(_FOR_AUTHOR)
_OWN_ON_REVIEW = _newest_owned(_shown(), _COMMENT.c.review_id == bindparam("review_id"))
_OWNED = exists(_ids_owned()).select()
_ONE = _FOR_AUTHOR.where(Comment.id == bindparam("comment_id"))
_OWN_ONE = _ONE.where(
    Comment.review_id == bindparam("review_id"),
    or_(
        Comment.owner_hash == bindparam("owner_hash"),
        Comment.resent_owner_hash == bindparam("owner_hash"),
    ),
)


def list_own_comments(*, owner_hash: str) -> list[OwnRow]:
    """Return the latest comments from a browser, in any status, sorted by age: oldest first."""
    rows = db.session.execute(_OWN, {"owner_hash": owner_hash})
    return [OwnRow(*row) for row in rows][::-1]


def list_own_comments_on(*, review: Review, owner_hash: str) -> list[OwnRow]:
    """Return the latest comments from a browser on this review, with what a page shows of them."""
    values = {"owner_hash": owner_hash, "review_id": review.id}
    rows = execute(_OWN_ON_REVIEW, values).all()
    return [_make_row(row, review) for row in reversed(rows)]


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
