"""Queue notices about decisions, delayed by UNDO_WINDOW so that an undo can cancel them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from blog.comments.models import DECISION_NOTICE, REPLY_NOTICE, Comment
from blog.db.engine import db
from blog.decisions.models import Decision
from blog.moderation.states import Status, Verdict
from blog.outbox.commands import Notice, cancel, enqueue

# The delay of notices after a decision, in which an undo cancels them.
UNDO_WINDOW = timedelta(seconds=30)


def queue_notices(*, decided: Sequence[Any], verdict: Verdict, now: datetime) -> None:
    """Queue notices of a verdict to the authors who want them, and notices of new replies.

    `decided` are the rows of the comments as they were when locked, before the verdict.
    """
    changed = [row for row in decided if row.status != verdict.entry.to_status]
    if verdict.entry.notifies_author:
        queue_decision_notices(decided=changed, now=now)
    if verdict.entry.is_approval:
        _queue_reply_notices([row for row in changed if row.in_reply_to_id is not None], now)


def _queue_reply_notices(replies: Sequence[Any], now: datetime) -> None:
    """Queue a notice of each reply to the author of the comment, if the author wants it."""
    if not replies:
        return
    replied_to = db.session.execute(
        select(
            Comment.id, Comment.author_email, Comment.owner_hash, Comment.resent_owner_hash
        ).where(
            Comment.id.in_([row.in_reply_to_id for row in replies]),
            Comment.status == Status.PUBLISHED,
            Comment.wants_replies,
            Comment.author_email.is_not(None),
        )
    )
    recipients = {row.id: row for row in replied_to}
    pairs = [
        (row, recipients[row.in_reply_to_id])
        for row in replies
        # Authors who reply to themselves get no notice.
        if row.in_reply_to_id in recipients
        and not _is_same_author(row, recipients[row.in_reply_to_id])
    ]
    enqueue(
        notices=[
            Notice(
                key=_reply_key(row.id, row.version + 1),
                kind=REPLY_NOTICE,
                subject_id=row.id,
                recipient=recipient.author_email,
                payload={},
            )
            for row, recipient in pairs
        ],
        due_at=now + UNDO_WINDOW,
        now=now,
    )


def _is_same_author(reply: Any, replied_to: Any) -> bool:
    """Return whether the same browser sent the reply and the comment that it replies to."""
    return reply.owner_hash is not None and reply.owner_hash in (
        replied_to.owner_hash,
        replied_to.resent_owner_hash,
    )


def cancel_notices(*, undone: Sequence[Decision]) -> set[int]:
    """Cancel the notices of undone decisions that have not been sent.

    Return the ids of the comments whose decision notice was cancelled.
    """
    cancel(keys=[_reply_key(decision.comment_id, decision.new_version) for decision in undone])
    keys = {_key_of(decision): decision.comment_id for decision in undone}
    return {keys[key] for key in cancel(keys=list(keys))}


def _reply_key(comment_id: int, version: int) -> str:
    return f"{REPLY_NOTICE}:{comment_id}:{version}"


def queue_decision_notices(*, decided: Sequence[Any], now: datetime) -> None:
    """Queue a notice of the decision on each of these comments whose author wants one."""
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
