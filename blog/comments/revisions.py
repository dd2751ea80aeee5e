"""Edits of published comments by their writers: each is a revision that a moderator approves."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from blog.comments.fields import AUTHORED, CONTACT, SHOWN
from blog.comments.fingerprints import replace_fingerprints_and_reasons
from blog.comments.models import Comment, Revision, RevisionState
from blog.comments.queries import get_comment, list_waiting_revisions
from blog.comments.states import Verdict
from blog.db.engine import db
from blog.marks.commands import add_reasons, drop_reasons
from blog.marks.models import REVISED, Reason
from blog.text.likeness import fingerprints_of
from blog.text.markup import render_comment

# Former and declined words are kept so long, for an undo.
WORDINGS_KEPT = timedelta(days=30)


def change_contact(*, comment: Comment, words: Mapping[str, Any]) -> None:
    """Change at once whom to write to, and about what; it is nobody's business but the writer's."""
    for name in CONTACT:
        setattr(comment, name, words[name])


def propose_revision(
    *,
    comment: Comment,
    revision: Revision | None,
    words: Mapping[str, Any],
    reasons: Mapping[str, str | None],
    now: datetime,
) -> None:
    """Let other words wait beside those that everybody reads, in place of those that wait so."""
    comment.version += 1
    if revision is None:
        revision = Revision(comment_id=comment.id, state=RevisionState.WAITING)
        db.session.add(revision)
    for name in (*SHOWN, "body_html"):
        setattr(revision, name, words[name])
    revision.written_at = now
    comment.waiting_since = comment.waiting_since or now
    drop_reasons(comment_ids=[comment.id], names=["links", "rule"])
    noted = {**reasons, REVISED: None}
    add_reasons([{"comment_id": comment.id, "name": name, "detail": noted[name]} for name in noted])


def apply_or_decline_revisions(
    *, versions: Mapping[int, int], verdict: Verdict, now: datetime
) -> None:
    """Apply the revisions that wait where the verdict approves; decline them where it does not.

    Takes the version that was decided on by the comment's id.
    """
    for comment_id, revision in list_waiting_revisions(comment_ids=versions).items():
        if verdict.entry.is_approval:
            comment = _exchange(revision)
            # The revision keeps its own mark: what the comment's was stands in the decision.
            comment.is_spoiler = revision.is_spoiler or bool(verdict.entry.sets_spoiler)
            comment.edited_at = now
            revision.state = RevisionState.APPLIED
        else:
            revision.state = RevisionState.DECLINED
        revision.decided_version = versions[comment_id]


def restore_revisions(*, versions: Mapping[int, int]) -> list[int]:
    """Let revisions wait again that a decision on that version ended; return their comments.

    Takes the version by the comment's id.
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
    """Delete revisions; return how many."""
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
    """Let a comment and its revision change places, but for what was ruled; return the comment."""
    comment = get_comment(comment_id=revision.comment_id)
    for name in (*AUTHORED, "body_html"):
        mine, theirs = getattr(comment, name), getattr(revision, name)
        setattr(comment, name, theirs)
        setattr(revision, name, mine)
    # The rules of markup may have changed since it was written.
    comment.body_html = render_comment(comment.body)
    db.session.flush()  # What is alike is looked for in the database.
    # Why it deserves a look holds for the two together, as long as both are there.
    kept = select(Reason.name, Reason.detail).where(
        Reason.comment_id == comment.id, Reason.name != "copies"
    )
    reasons = {row[0]: row[1] for row in db.session.execute(kept)}
    replace_fingerprints_and_reasons(
        comment.id, comment.body, fingerprints_of(comment.body), reasons
    )
    return comment
