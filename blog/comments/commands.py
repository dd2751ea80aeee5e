"""Insert and edit comments. `removal` deletes them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy import Executable, bindparam, case, insert, select, type_coerce
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import instance_dict

from blog.comments.changing import change_comments, with_folded
from blog.comments.fingerprints import replace_fingerprints_and_reasons
from blog.comments.known import has_published, mark_known
from blog.comments.models import Comment
from blog.db.engine import built, db, execute, insert_into
from blog.db.types import table_of
from blog.marks.commands import add_reasons
from blog.marks.models import REPORTED
from blog.moderation.states import Status
from blog.versions.commands import raise_version

# The values of the columns of a new comment that its writer does not name; the database finds out
# whether its reader is known.
_DEFAULTS: dict[str, Any] = {
    column.name: getattr(column.default, "arg", None)
    for column in table_of(Comment).columns
    if not column.primary_key and column.name != "is_known"
}


def insert_comment(*, columns: Mapping[str, Any]) -> Comment | None:
    """Insert a comment and return it, or None if its submission hash is already stored.

    The caller adds fingerprints and reasons.
    """
    owner = {"reader": columns.get("owner_hash")}
    values = _DEFAULTS | with_folded(columns)
    row = execute(built(_insert_if_new), values | owner).one_or_none()
    if row is None:
        return None
    if values["status"] == Status.PUBLISHED:
        raise_version()
    return _as_loaded(values | {"id": row[0], "is_known": row[1]})


def _insert_if_new() -> Executable:
    inserted = insert_into(table_of(Comment)).values(is_known=has_published(bindparam("reader")))
    inserted = inserted.on_conflict_do_nothing(index_elements=["submission_hash"])
    return inserted.returning(table_of(Comment).c.id, table_of(Comment).c.is_known)


def _as_loaded(values: Mapping[str, Any]) -> Comment:
    """Return a comment as if it was loaded with these column values, without asking for them."""
    comment = Comment()
    instance_dict(comment).update(values)
    make_transient_to_detached(comment)
    return db.session.merge(comment, load=False)


def insert_comments(*, rows: Sequence[Mapping[str, Any]]) -> Sequence[int]:
    """Insert comments from column values, without fingerprints; return their ids in order."""
    inserted = insert(Comment).returning(Comment.id, sort_by_parameter_order=True)
    ids = db.session.execute(inserted, [with_folded(row) for row in rows]).scalars().all()
    mark_known(owner_hashes={row.get("owner_hash") for row in rows})
    if any(row.get("status") == Status.PUBLISHED for row in rows):
        raise_version()
    return ids


def begin_thread(*, comment_id: int) -> bool:
    """Set `has_replies` on a comment and lock it against deletion until the transaction ends.

    Return whether the comment exists.
    """
    found = db.session.execute(
        select(Comment.has_replies)
        .where(Comment.id == comment_id)
        .with_for_update(read=True, key_share=True)
    ).scalar_one_or_none()
    if found is False:
        change_comments(Comment.id == comment_id, values={"has_replies": True})
    return found is not None


def correct_comment(
    *,
    comment: Comment,
    owner_hash: str | None,
    values: Mapping[str, Any],
    fingerprints: Sequence[int],
    reasons: Mapping[str, str | None],
) -> bool:
    """Replace the text and fields of a pending comment; return whether it was still pending.

    Increments the version, so that no moderator approves a text they have not seen. A comment that
    has been decided on is not changed.
    """
    if not change_comments(
        Comment.id == comment.id,
        Comment.version == comment.version,
        Comment.status == Status.PENDING,
        Comment.owner_hash == owner_hash,
        values={**values, "version": Comment.version + 1},
    ):
        return False
    db.session.refresh(comment)
    replace_fingerprints_and_reasons(comment.id, values["body"], fingerprints, reasons)
    return True


def share_comment(*, comment: Comment, owner_hash: str) -> None:
    """Make the browser that sent the same comment again its second owner."""
    comment.resent_owner_hash = owner_hash


def change_owner(*, former_hash: str, owner_hash: str) -> None:
    """Give the comments of a browser's former token hash to its new token hash."""
    for column in (Comment.owner_hash, Comment.resent_owner_hash):
        change_comments(column == former_hash, values={column.key: owner_hash})


def return_to_queue(*, comment_id: int, now: datetime) -> bool:
    """Return a reported comment to the moderation queue; return whether it was published.

    The comment stays public until a moderator decides. Its version is incremented, so that no
    moderator decides without having seen the report.
    """
    waiting = Comment.waiting_since
    if not change_comments(
        Comment.id == comment_id,
        Comment.status == Status.PUBLISHED,
        values={
            "version": Comment.version + 1,
            "is_known": Comment.owner_hash.is_not(None),
            # Not later than the report: an edit may have been stored while the report waited.
            "waiting_since": case((waiting <= now, waiting), else_=type_coerce(now, waiting.type)),
        },
    ):
        return False
    add_reasons([{"comment_id": comment_id, "name": REPORTED, "detail": None}])
    return True


def replace_html(*, rendered: Mapping[int, tuple[str, Markup]]) -> int:
    """Store newly rendered HTML for comments whose text has not changed since it was read.

    Takes (text, HTML) by comment id. Returns the number of comments whose HTML changed.
    """
    changed = 0
    for comment_id in sorted(rendered):
        body, html = rendered[comment_id]
        is_other = (Comment.id == comment_id, Comment.body == body, Comment.body_html != html)
        changed += len(change_comments(*is_other, values={"body_html": html}))
    return changed
