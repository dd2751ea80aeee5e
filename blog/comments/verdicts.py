"""Apply to comments what was decided on them, and take it back; `decisions` keeps the record."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy import ColumnElement, delete, exists, func, select, tuple_, update

from blog.comments.commands import begin_thread
from blog.comments.models import REPORTED, REVISED, Comment, Reason, Revision, RevisionState, Seen
from blog.comments.revisions import settle_revisions
from blog.comments.states import APPROVALS, Status, Verdict
from blog.db.engine import db, insert_into


def lock_comments(*, comment_ids: Iterable[int]) -> dict[int, Any]:
    """Lock comments in the order of their ids, so that two bulks never wait for each other."""
    ids = sorted(set(comment_ids))
    rows = db.session.execute(
        select(
            Comment.id,
            Comment.version,
            Comment.status,
            Comment.is_folded,
            Comment.waiting_since,
            Comment.author_email,
            Comment.wants_notice,
            Comment.in_reply_to_id,
            Comment.moderator_id,
            Comment.owner_hash,
        )
        .where(Comment.id.in_(ids))
        .order_by(Comment.id)
        # Whoever writes a row that refers to one of them need not wait for us.
        .with_for_update(key_share=True)
    ).all()
    return {row[0]: row for row in rows}


def apply_verdict(
    *, seen: Sequence[Seen], verdict: Verdict, now: datetime, is_bulk: bool
) -> list[int]:
    """Change the comments that the verdict changes something about, and return their ids.

    The statement that checks the version is the one that changes it: nobody comes between.
    """
    changes: ColumnElement[bool]
    values: dict[str, Any] = {
        "status": verdict.outcome,
        "waiting_since": None,
    }
    if verdict in APPROVALS:
        values["published_at"] = func.coalesce(Comment.published_at, now)
        changes = (Comment.status != Status.PUBLISHED) | Comment.waiting_since.is_not(None)
    elif verdict == Verdict.KEEP:
        changes = (Comment.status == Status.PUBLISHED) & _is_revised()
    elif verdict == Verdict.REJECT and is_bulk:
        # What is published is taken down, each with its reason; in a bulk it may stand by chance.
        changes = Comment.status.not_in([Status.REJECTED, Status.PUBLISHED])
    else:
        changes = Comment.status != verdict.outcome
    if verdict == Verdict.APPROVE_FOLDED:
        values["is_folded"] = True
        changes = changes | ~Comment.is_folded
    elif verdict == Verdict.UNFOLD:
        values["is_folded"] = False
        changes = (Comment.status == Status.PUBLISHED) & Comment.is_folded & ~_is_revised()
    elif verdict == Verdict.TAKE_DOWN:
        changes = Comment.status == Status.PUBLISHED
    # Its writer has taken it back, or it was deleted; nobody brings it back.
    is_there = (Comment.status != Status.WITHDRAWN) & ~Comment.is_blank
    changed = _update(seen, changes & is_there, values)
    versions = {pair.comment_id: pair.version for pair in seen if pair.comment_id in changed}
    settle_revisions(versions=versions, verdict=verdict, now=now)
    # A report has had its answer; the next is a new one.
    db.session.execute(
        delete(Reason).where(Reason.comment_id.in_(changed), Reason.name.in_([REPORTED, REVISED]))
    )
    return changed


def restore_comment(*, seen: Seen, values: Mapping[str, Any]) -> bool:
    """Give a comment back what it was, by its columns; tell whether this version was current."""
    return bool(_update([seen], Comment.id == seen.comment_id, values))


def mark_anew(*, name: str, comment_ids: Sequence[int]) -> None:
    """Write a reason again that a decision had answered."""
    rows = [{"comment_id": number, "name": name} for number in comment_ids]
    if rows:
        db.session.execute(insert_into(Reason).on_conflict_do_nothing(), rows)


def add_answer(
    *, to: Comment, moderator_id: int, name: str, body: str, body_html: Markup, now: datetime
) -> Comment:
    """Write a moderator's answer, which waits for the decision that publishes it."""
    thread = to.parent_id or to.id
    begin_thread(comment_id=thread)
    answer = Comment(
        review_id=to.review_id,
        parent_id=thread,
        in_reply_to_id=to.id,
        moderator_id=moderator_id,
        author_name=name,
        author_email=None,
        body=body,
        body_html=body_html,
        submitted_at=now,
        waiting_since=now,
        is_demo=to.is_demo,
    )
    db.session.add(answer)
    db.session.flush()  # The decision names it by its id.
    return answer


def _is_revised() -> ColumnElement[bool]:
    return exists().where(
        Revision.comment_id == Comment.id, Revision.state == RevisionState.WAITING
    )


def _update(
    current: Sequence[Seen], changes: ColumnElement[bool], values: Mapping[str, Any]
) -> list[int]:
    if not current:
        return []
    return sorted(
        db.session.execute(
            update(Comment)
            .where(
                Comment.id.in_([pair.comment_id for pair in current]),
                tuple_(Comment.id, Comment.version).in_([tuple(pair) for pair in current]),
                changes,
            )
            .values({**values, "version": Comment.version + 1})
            .execution_options(synchronize_session=False)
            .returning(Comment.id)
        ).scalars()
    )
