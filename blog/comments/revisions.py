"""Settle what writers would change about published comments; decisions are what settles it."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import select

from blog.comments.marking import mark_again
from blog.comments.models import Comment, Reason, Revision, RevisionState
from blog.comments.queries import list_waiting_revisions
from blog.comments.states import APPROVALS, Verdict
from blog.db.engine import db
from blog.decisions.models import Decision
from blog.text.likeness import prints_of
from blog.text.markup import render_comment

# Former and declined words are kept so long, for an undo.
WORDINGS_KEPT = timedelta(days=30)


def settle_revisions(*, versions: Mapping[int, int], verdict: Verdict, now: datetime) -> None:
    """End what waits of these comments' revisions by a verdict on that version of each."""
    for comment_id, revision in list_waiting_revisions(comment_ids=versions).items():
        if verdict in APPROVALS:
            comment = _exchange(revision)
            # The revision keeps its own fold: what the comment's was stands in the decision.
            comment.is_folded = revision.is_folded or verdict == Verdict.APPROVE_FOLDED
            comment.edited_at = now
            revision.state = RevisionState.APPLIED
        else:
            revision.state = RevisionState.DECLINED
        revision.decided_version = versions[comment_id]


def restore_revisions(*, undone: Iterable[Decision]) -> list[int]:
    """Let revisions wait again that these decisions ended; return their comments."""
    versions = {decision.comment_id: decision.version for decision in undone}
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


def _was_edited_before(revision: Revision) -> bool:
    query = select(Revision.id).where(
        Revision.comment_id == revision.comment_id,
        Revision.id < revision.id,
        Revision.state == RevisionState.APPLIED,
    )
    return db.session.execute(query.limit(1)).first() is not None


def _exchange(revision: Revision) -> Comment:
    """Let a comment and its revision change places, fold aside; return the comment."""
    comment: Comment = db.session.execute(
        select(Comment)
        .where(Comment.id == revision.comment_id)
        .execution_options(populate_existing=True)
    ).scalar_one()
    for name in ("author_name", "body", "body_html"):
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
    mark_again(comment.id, comment.body, prints_of(comment.body), reasons)
    return comment
