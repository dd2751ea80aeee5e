"""Delete comments. A comment that has replies is blanked instead, so that the replies stay."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.orm import aliased

from blog.comments.changing import change_comments
from blog.comments.counts import lock_counts
from blog.comments.fields import BLANK, ERASED
from blog.comments.known import mark_known
from blog.comments.models import DECISION_NOTICE, REPLY_NOTICE, Comment, Revision
from blog.comments.queries import UnknownCommentError
from blog.db.engine import db
from blog.marks.commands import delete_fingerprints, drop_reasons
from blog.moderation.states import Status
from blog.outbox.commands import erase
from blog.text.markup import render_comment
from blog.versions.commands import raise_version

# The largest number of ids in one statement; databases limit a statement's parameters.
BATCH = 1000


def mark_withdrawn(*, comment: Comment, now: datetime) -> None:
    """Withdraw a comment for its author, and delete its revisions and queued decision notices."""
    comment.status, comment.withdrawn_at, comment.waiting_since = Status.WITHDRAWN, now, None
    comment.version += 1
    db.session.execute(delete(Revision).where(Revision.comment_id == comment.id))
    mark_known(owner_hashes=[comment.owner_hash])
    erase(kind=DECISION_NOTICE, subject_ids=[comment.id])


def remove_comment(*, comment_id: int) -> None:
    """Delete one comment; its decisions stay in the log. Raises UnknownCommentError."""
    if not delete_comments(comment_ids=[comment_id]):
        raise UnknownCommentError(comment_id)


def remove_comments(*, review_id: int) -> None:
    """Delete all comments on a review; their decisions stay in the log."""
    _erase_notices(_delete(Comment.review_id == review_id))


def remove_demo_comments() -> None:
    """Delete all demo comments, including those on reviews outside the demo."""
    ids = db.session.execute(select(Comment.id).where(Comment.is_demo)).scalars().all()
    delete_comments(comment_ids=ids)


def delete_comments(*, comment_ids: Sequence[int]) -> int:
    """Delete comments, and blank those that have replies; return the number of both together."""
    gone = 0
    for start in range(0, len(comment_ids), BATCH):
        gone += _delete_batch(sorted(comment_ids[start : start + BATCH]))
    return gone


def _delete_batch(ids: Sequence[int]) -> int:
    """Delete or blank comments; replies first, so that threads without replies can be deleted."""
    # Locked, so that no reply is inserted between the search for replies and the deletion.
    db.session.execute(
        select(Comment.id).where(Comment.id.in_(ids)).order_by(Comment.id).with_for_update()
    )
    lock_counts(comment_ids=ids)
    count = len(_delete(Comment.id.in_(ids), Comment.parent_id.is_not(None)))
    reply = aliased(Comment)
    count += len(_delete(Comment.id.in_(ids), ~exists().where(reply.parent_id == Comment.id)))
    _erase_notices(ids)
    return count + _blank(ids)


def _delete(*rules: ColumnElement[bool]) -> list[int]:
    """Delete the comments that match all rules; return their ids."""
    gone = delete(Comment).where(*rules).returning(Comment.id, Comment.published_at)
    rows = db.session.execute(gone.execution_options(synchronize_session=False)).all()
    if any(row.published_at for row in rows):
        raise_version()
    return [row.id for row in rows]


def _blank(ids: Sequence[int]) -> int:
    """Blank these comments, as far as they exist: erase all personal data; return the number."""
    left = change_comments(
        Comment.id.in_(ids),
        values={
            **ERASED,
            "body_html": render_comment(BLANK),
            "status": Status.REMOVED,
            "version": Comment.version + 1,
            "waiting_since": None,
            "withdrawn_at": None,
            "edited_at": None,
            "is_blank": True,
            "copies_key": None,
            "owner_hash": None,
            "resent_owner_hash": None,
            "client_name": None,
            "submission_hash": None,
        },
    )
    delete_fingerprints(comment_ids=left)
    drop_reasons(comment_ids=left)
    db.session.execute(delete(Revision).where(Revision.comment_id.in_(left)))
    return len(left)


def _erase_notices(ids: Sequence[int]) -> None:
    for kind in (DECISION_NOTICE, REPLY_NOTICE):
        erase(kind=kind, subject_ids=ids)
