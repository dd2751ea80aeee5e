"""Revisions: edits that authors propose to published comments, for a moderator to approve."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from blog.comments.fields import AUTHORED, CONTACT, SHOWN
from blog.comments.fingerprints import replace_fingerprints_and_reasons
from blog.comments.models import Comment, Revision, RevisionState
from blog.comments.queries import get_comment, list_waiting_revisions
from blog.db.engine import db
from blog.marks.commands import add_reasons, drop_reasons
from blog.marks.models import REVISED, Reason
from blog.moderation.states import Verdict
from blog.text.likeness import fingerprints_of
from blog.text.markup import render_comment

# The time that former and declined texts are kept, so that a decision can be undone.
WORDINGS_KEPT = timedelta(days=30)


def change_contact(*, comment: Comment, values: Mapping[str, Any]) -> None:
    """Change the e-mail address and notice settings of a comment; this needs no approval."""
    for name in CONTACT:
        setattr(comment, name, values[name])


def propose_revision(
    *,
    comment: Comment,
    revision: Revision | None,
    values: Mapping[str, Any],
    reasons: Mapping[str, str | None],
    now: datetime,
) -> None:
    """Store an edit of a published comment, which waits for approval.

    `revision` is the comment's waiting edit, which is overwritten; None if there is none.
    """
    comment.version += 1
    if revision is None:
        revision = Revision(comment_id=comment.id, state=RevisionState.WAITING)
        db.session.add(revision)
    for name in (*SHOWN, "body_html"):
        setattr(revision, name, values[name])
    revision.written_at = now
    comment.waiting_since = comment.waiting_since or now
    comment.is_known = comment.owner_hash is not None
    drop_reasons(comment_ids=[comment.id], names=["links", "rule"])
    rows = {**reasons, REVISED: None}
    add_reasons([{"comment_id": comment.id, "name": n, "detail": d} for n, d in rows.items()])


def apply_or_decline_revisions(
    *, versions: Mapping[int, int], verdict: Verdict, now: datetime
) -> None:
    """Apply the waiting edits of comments if the verdict is an approval, else decline them.

    `versions` has, by comment id, the version that was decided on.
    """
    if not versions:
        return
    for comment_id, revision in list_waiting_revisions(comment_ids=versions).items():
        if verdict.entry.is_approval:
            comment = _exchange(revision)
            # The revision keeps its own flag: the decision stores the comment's former flag.
            comment.is_spoiler = revision.is_spoiler or bool(verdict.entry.sets_spoiler)
            comment.edited_at = now
            revision.state = RevisionState.APPLIED
        else:
            revision.state = RevisionState.DECLINED
        revision.decided_version = versions[comment_id]


def restore_revisions(*, versions: Mapping[int, int]) -> list[int]:
    """Undo the decisions on edits, so that the edits wait again; return their comment ids.

    `versions` has, by comment id, the version that the decision was on.
    """
    query = select(Revision).where(
        Revision.comment_id.in_(versions), Revision.state != RevisionState.WAITING
    )
    query = query.order_by(Revision.id).execution_options(populate_existing=True)
    restored = []
    for revision in db.session.execute(query).scalars():
        if revision.decided_version != versions[revision.comment_id]:
            continue
        if revision.state == RevisionState.APPLIED:
            comment = _exchange(revision)
            if not _was_edited_before(revision):
                comment.edited_at = None
        revision.state = RevisionState.WAITING
        revision.decided_version = None
        restored.append(revision.comment_id)
    return restored


def delete_revisions(*, ids: Sequence[int]) -> int:
    """Delete revisions; return the number of ids."""
    db.session.execute(delete(Revision).where(Revision.id.in_(ids)))
    return len(ids)


def _was_edited_before(revision: Revision) -> bool:
    query = select(Revision.id).where(
        Revision.comment_id == revision.comment_id,
        Revision.id < revision.id,
        Revision.state == RevisionState.APPLIED,
    )
    return db.session.execute(query.limit(1)).first() is not None


def _exchange(revision: Revision) -> Comment:
    """Exchange name and text between a comment and its revision; return the comment."""
    comment = get_comment(comment_id=revision.comment_id)
    for name in (*AUTHORED, "body_html"):
        old, new = getattr(comment, name), getattr(revision, name)
        setattr(comment, name, new)
        setattr(revision, name, old)
    # The revision's HTML may be older than the current Markdown rules.
    comment.body_html = render_comment(comment.body)
    db.session.flush()  # The search for copies below reads the database.
    # The comment keeps its reasons; only `copies` depends on the text.
    kept = select(Reason.name, Reason.detail).where(
        Reason.comment_id == comment.id, Reason.name != "copies"
    )
    reasons = {row[0]: row[1] for row in db.session.execute(kept)}
    replace_fingerprints_and_reasons(
        comment.id, comment.body, fingerprints_of(comment.body), reasons
    )
    return comment
