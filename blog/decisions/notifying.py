"""Put messages about decisions into the outbox, due once an undo has become unlikely."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from blog.comments.models import DECISION_NOTICE, REPLY_NOTICE, Comment
from blog.comments.states import Status, Verdict
from blog.db.engine import db
from blog.decisions.models import Decision
from blog.outbox.commands import Notice, cancel, enqueue

# What cannot be taken back waits so long for an undo.
UNDO_WINDOW = timedelta(seconds=30)


def queue_notices(*, decided: Sequence[Any], verdict: Verdict, now: datetime) -> None:
    """Queue the notices of a decision, for those who asked: its outcome, and that of a reply."""
    changed = [row for row in decided if row.status != verdict.entry.to_status]
    if verdict.entry.notifies_author:
        queue_decision_notices(decided=changed, now=now)
    if verdict.entry.is_approval:
        _queue_reply_notices([row for row in changed if row.in_reply_to_id is not None], now)


def _queue_reply_notices(replies: Sequence[Any], now: datetime) -> None:
    """Tell the writers who asked for it that their comment has a reply."""
    asked = db.session.execute(
        select(
            Comment.id, Comment.author_email, Comment.owner_hash, Comment.resent_owner_hash
        ).where(
            Comment.id.in_([row.in_reply_to_id for row in replies]),
            Comment.status == Status.PUBLISHED,
            Comment.wants_replies,
            Comment.author_email.is_not(None),
        )
    )
    writers = {row.id: row for row in asked}
    told = [
        (row, writers[row.in_reply_to_id])
        for row in replies
        # Nobody need be told of what they wrote themselves.
        if row.in_reply_to_id in writers and not _wrote_both(row, writers[row.in_reply_to_id])
    ]
    enqueue(
        notices=[
            Notice(
                key=_reply_key(row.id, row.version + 1),
                kind=REPLY_NOTICE,
                subject_id=row.id,
                recipient=writer.author_email,
                payload={},
            )
            for row, writer in told
        ],
        due_at=now + UNDO_WINDOW,
        now=now,
    )


def _wrote_both(reply: Any, replied_to: Any) -> bool:
    return reply.owner_hash is not None and reply.owner_hash in (
        replied_to.owner_hash,
        replied_to.resent_owner_hash,
    )


def cancel_notices(*, undone: Sequence[Decision]) -> set[int]:
    """Cancel the notices of decisions that were undone.

    Returns the comments whose writers had not been told; of the others the notice has gone out.
    """
    cancel(keys=[_reply_key(decision.comment_id, decision.new_version) for decision in undone])
    keys = {_key_of(decision): decision.comment_id for decision in undone}
    return {keys[key] for key in cancel(keys=list(keys))}


def _reply_key(comment_id: int, version: int) -> str:
    return f"{REPLY_NOTICE}:{comment_id}:{version}"


def queue_decision_notices(*, decided: Sequence[Any], now: datetime) -> None:
    """Queue a notice of what became of each of these comments, where its writer asked for it."""
    enqueue(
        notices=[
            Notice(
                key=_notice_key(row.id, row.version + 1),
                kind=DECISION_NOTICE,
                subject_id=row.id,
                recipient=row.author_email,
                payload={"version": row.version + 1},
            )
            for row in decided
            if row.wants_notice and row.author_email
        ],
        due_at=now + UNDO_WINDOW,
        now=now,
    )


def _key_of(decision: Decision) -> str:
    return _notice_key(decision.comment_id, decision.new_version)


def _notice_key(comment_id: int, version: int) -> str:
    return f"{DECISION_NOTICE}:{comment_id}:{version}"
