"""Queue digests."""

from datetime import datetime, timedelta

from blog.accounts.queries import list_moderators
from blog.notices.queries import DIGEST, HOOK, find_newest_waiting, is_digest_due
from blog.outbox.commands import Notice, enqueue
from blog.outbox.queries import find_last_message


def plan_digest(*, pause: timedelta, has_hook: bool, now: datetime) -> None:
    """Queue a digest for each active moderator and for the web hook, if a digest is due.

    If two processes plan at once, only one digest is queued: both use the same keys, made from the
    id of the last digest.
    """
    # Read once, because another process may queue a digest between two reads.
    last = find_last_message(kinds=[DIGEST, HOOK])
    newest = find_newest_waiting()
    if newest is None or not is_digest_due(last=last, newest=newest, pause=pause, now=now):
        return
    before = last.id if last is not None else 0
    subjects = [(DIGEST, account.id) for account in list_moderators() if account.is_active]
    enqueue(
        notices=[
            Notice(
                key=f"{kind}:{before}:{subject_id}",
                kind=kind,
                subject_id=subject_id,
                recipient="",
                payload={"seen": newest.isoformat()},
            )
            for kind, subject_id in [*subjects, *([(HOOK, 0)] if has_hook else [])]
        ],
        due_at=now,
        now=now,
    )
