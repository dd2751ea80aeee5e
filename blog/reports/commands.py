"""Add and delete reports."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update

from blog.comments.commands import return_to_queue
from blog.comments.models import Comment
from blog.db.engine import db
from blog.limits.commands import spend
from blog.reports.models import Kind, Report
from blog.reports.queries import has_same_report
from blog.submissions.resending import lock_sender

# The largest number of ids in one statement; databases limit a statement's parameters.
BATCH = 1000


class NotPublicError(Exception):
    """Raised when the comment to report is not public."""


def report_comment(
    *,
    comment_id: int,
    kind: Kind,
    words: str | None,
    address: str | None,
    owner_hash: str | None,
    now: datetime,
) -> None:
    """Store a report and return its comment to the moderation queue.

    A report that the same sender repeats is ignored. Counts towards the rate limits of comments.
    Raises NotPublicError or LimitReachedError.
    """
    names, allowances = lock_sender(address=address, owner_hash=owner_hash, now=now)
    if has_same_report(comment_id=comment_id, kind=kind, words=words, names=names):
        return
    spend(allowances=allowances, now=now)
    # Only the first report of each sender raises the version; otherwise a flood of reports would
    # make every decision of a moderator stale.
    if not _is_open(comment_id, names) and not return_to_queue(comment_id=comment_id, now=now):
        raise NotPublicError(comment_id)
    db.session.add(
        Report(
            comment_id=comment_id,
            kind=kind,
            words=words,
            reported_at=now,
            client_name=names[0],
        )
    )


def forget_reporters(*, before: datetime) -> int:
    """Clear the address fingerprints of a batch of reports made before `before`.

    Return the number cleared, 0 when none is left.
    """
    query = (
        select(Report.id)
        .where(Report.client_name.is_not(None), Report.reported_at < before)
        .order_by(Report.reported_at, Report.id)
        .limit(BATCH)
        .with_for_update()
    )
    ids = db.session.execute(query).scalars().all()
    db.session.execute(
        update(Report)
        .where(Report.id.in_(ids))
        .values(client_name=None)
        .execution_options(synchronize_session=False)
    )
    return len(ids)


def delete_reports(*, comment_ids: Sequence[int]) -> None:
    """Delete the reports of these comments, because reports may quote them."""
    for start in range(0, len(comment_ids), BATCH):
        ids = comment_ids[start : start + BATCH]
        db.session.execute(delete(Report).where(Report.comment_id.in_(ids)))


def _is_open(comment_id: int, names: Sequence[str]) -> bool:
    """Return whether the same sender has reported the comment since it began to wait.

    `names` are the fingerprints of the sender's address.
    """
    query = (
        select(Report.id)
        .join(Comment, Comment.id == Report.comment_id)
        .where(
            Comment.id == comment_id,
            Comment.is_public,
            Report.client_name.in_(names),
            Report.reported_at >= Comment.waiting_since,
        )
    )
    return db.session.execute(query.limit(1)).first() is not None
