"""Undo decisions: each comment gets back the state it had before its last decision."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from blog.comments.counts import lock_counts
from blog.comments.models import Comment, Seen
from blog.comments.revisions import WORDINGS_KEPT, restore_revisions
from blog.db.engine import db
from blog.decisions.models import Decision
from blog.decisions.notifying import cancel_notices, queue_decision_notices
from blog.decisions.queries import list_effective_decisions, list_last_decisions
from blog.decisions.recording import Ruling, columns_of_undo, record
from blog.decisions.tallying import count_undone
from blog.decisions.verdicts import restore_comment
from blog.marks.commands import drop_reasons, leave_reason
from blog.marks.models import REPORTED, REVISED
from blog.moderation.states import LEFT_REASONS, Status


def undo_decisions(current: Sequence[Seen], before: Mapping[int, Any], ruling: Ruling) -> list[int]:
    """Undo the last decision on each of these comments; return the ids of the restored comments.

    `before` has the comments' locked rows, by id.
    """
    last = list_last_decisions(comment_ids=[pair.comment_id for pair in current])
    undone = {
        pair.comment_id: last[pair.comment_id]
        for pair in current
        if pair.comment_id in last
        and last[pair.comment_id].can_be_undone(pair.version)
        and not _is_former_text_deleted(last[pair.comment_id], ruling.now)
    }
    undone |= _list_decisions_on_replies(undone, before)
    lock_counts(comment_ids=undone)
    records = []
    for comment_id in sorted(undone):
        decision = undone[comment_id]
        values = _values_before(decision, before[comment_id], ruling)
        if restore_comment(seen=Seen(comment_id, decision.new_version), values=values):
            records.append(columns_of_undo(decision, before[comment_id], values, ruling))
    record(records)
    ended = [undone[row["comment_id"]] for row in records]
    count_undone(undone=ended, before=before, moderator_id=ruling.moderator_id)
    cancelled = cancel_notices(undone=ended)
    # An author who was notified that the comment is gone is notified that it is back.
    notified = [d for d in ended if d.comment_id not in cancelled]
    queue_decision_notices(
        decided=[
            before[decision.comment_id]
            for decision in notified
            if decision.from_status == Status.PUBLISHED and decision.verdict.entry.notifies_author
        ],
        now=ruling.now,
    )
    _restore_reasons(ended)
    return [row["comment_id"] for row in records]


def list_reply_ids(comment_ids: Iterable[int]) -> set[int]:
    """Return the ids of moderators' replies to these comments, to lock them with the comments."""
    query = select(Comment.id).where(
        Comment.in_reply_to_id.in_(sorted(comment_ids)), Comment.moderator_id.is_not(None)
    )
    return set(db.session.execute(query).scalars())


def _restore_reasons(ended: Sequence[Decision]) -> None:
    """Add the reasons again that these decisions had deleted; delete those they had added."""
    comment_ids = [decision.comment_id for decision in ended]
    drop_reasons(comment_ids=comment_ids, names=LEFT_REASONS)
    for decision in list_effective_decisions(comment_ids=comment_ids):
        if decision.verdict.entry.leaves_reason:
            name, by = decision.verdict.entry.leaves_reason, decision.moderator.name
            leave_reason(name=name, comment_ids=[decision.comment_id], by=by)
    final = [decision for decision in ended if not decision.verdict.entry.leaves_reason]
    revised = restore_revisions(versions={d.comment_id: d.version for d in final})
    leave_reason(name=REVISED, comment_ids=revised)
    # Published comments in the queue that had no waiting edit had been reported.
    reported = {d.comment_id for d in final if _was_published(d)} - set(revised)
    leave_reason(name=REPORTED, comment_ids=sorted(reported))


def _is_former_text_deleted(decision: Decision, now: datetime) -> bool:
    """Return whether the text that a decision replaced may be deleted by now."""
    return (
        decision.to_status == Status.PUBLISHED
        and _was_published(decision)
        and now - decision.decided_at >= WORDINGS_KEPT
    )


def _values_before(decision: Decision, before: Any, ruling: Ruling) -> dict[str, Any]:
    """Return the column values that an undo restores; a moderator's reply is taken down."""
    values: dict[str, Any] = {
        "status": decision.from_status,
        "waiting_since": decision.from_waiting_since,
        "is_spoiler": decision.from_spoiler,
    }
    if decision.from_status == Status.PENDING:
        values["published_at"] = None
        # Decisions older than the undo feature have no `from_waiting_since`.
        values["waiting_since"] = decision.from_waiting_since or ruling.now
        if before.moderator_id is not None:
            values |= {"status": Status.REMOVED, "waiting_since": None}
    return values


def _was_published(decision: Decision) -> bool:
    """Return whether the decision was on a published comment that was in the queue."""
    return decision.from_status == Status.PUBLISHED and decision.from_waiting_since is not None


def _list_decisions_on_replies(
    undone: Mapping[int, Decision], before: Mapping[int, Any]
) -> dict[int, Decision]:
    """Return the decisions on replies in the same bulk as an undone decision, by reply id."""
    keys = {c: d.bulk_key for c, d in undone.items() if d.bulk_key and d.verdict.entry.is_approval}
    replies = [r for r in before.values() if r.in_reply_to_id in keys and r.id not in undone]
    last = list_last_decisions(comment_ids=[row.id for row in replies])
    return {
        row.id: last[row.id]
        for row in replies
        if row.id in last
        and last[row.id].bulk_key == keys[row.in_reply_to_id]
        and last[row.id].can_be_undone(row.version)
    }
