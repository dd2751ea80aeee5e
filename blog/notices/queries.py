"""Read the data for notices and digests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased, joinedload

from blog.comments.models import DECISION_NOTICE, Comment
from blog.db.engine import db
from blog.decisions.models import Decision
from blog.drafts.queries import deleted_ids
from blog.moderation.states import Status, Verdict
from blog.outbox.models import OutboxMessage
from blog.outbox.queries import find_last_sent
from blog.reviews.models import Review
from blog.reviews.queries import WITH_NAMES

DIGEST, HOOK = "digest", "hook"
# The largest number of reviews that a digest names.
NAMED_REVIEWS = 5
# Nobody gets mail about a comment whose review is deleted; it may come back.
_IS_KEPT = Comment.review_id.not_in(deleted_ids())


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """The waiting comments: their number, the oldest waiting time, and the fullest reviews.

    `reviews` has, for each review, what names it and its number of waiting comments.
    """

    count: int
    oldest: datetime
    reviews: Sequence[tuple[Review, int]]

    @property
    def others(self) -> int:
        """Return the number of waiting comments on reviews that are not in `reviews`."""
        return self.count - sum(count for _review, count in self.reviews)


def find_decision(*, comment_id: int, version: int) -> tuple[Comment, Decision] | None:
    """Return a comment and the decision that made `version` of it, or None if it is obsolete.

    A decision is obsolete if it was undone, if the comment or its review was deleted, or if a later
    decision led to another status. A later decision with the same status, or a report, does not
    matter.
    """
    decision = db.session.execute(
        select(Decision).where(Decision.comment_id == comment_id, Decision.version == version - 1)
    ).scalar_one_or_none()
    comment = db.session.execute(
        select(Comment)
        .where(Comment.id == comment_id, _IS_KEPT)
        .options(joinedload(Comment.review))
    ).scalar_one_or_none()
    if decision is None or comment is None or comment.status != decision.to_status:
        return None
    # Undone decisions and undos themselves do not count as later decisions.
    undo = aliased(Decision)
    if db.session.execute(select(exists().where(undo.undoes_id == decision.id))).scalar():
        return None
    led_elsewhere = exists().where(
        Decision.comment_id == comment_id,
        Decision.id > decision.id,
        Decision.to_status != decision.to_status,
        Decision.verdict != Verdict.REOPEN,
        ~exists().where(undo.undoes_id == Decision.id),
    )
    return None if db.session.execute(select(led_elsewhere)).scalar() else (comment, decision)


def find_reply(*, comment_id: int) -> Comment | None:
    """Return a public reply to a published comment whose author wants notices, or None."""
    replied_to = aliased(Comment)
    query = (
        select(Comment)
        .join(replied_to, replied_to.id == Comment.in_reply_to_id)
        .where(
            Comment.id == comment_id,
            Comment.is_public,
            _IS_KEPT,
            replied_to.status == Status.PUBLISHED,
            replied_to.wants_replies,
        )
        .options(joinedload(Comment.review))
    )
    return db.session.execute(query).scalar_one_or_none()


def find_last_notified_status(*, comment_id: int) -> Status | None:
    """Return the status in the last notice to a comment's author, or None if none was sent."""
    sent = find_last_sent(kind=DECISION_NOTICE, subject_id=comment_id)
    version = sent.payload["version"] if sent is not None else 0
    query = select(Decision.to_status).where(
        Decision.comment_id == comment_id, Decision.version == version - 1
    )
    return db.session.execute(query).scalar_one_or_none()


def is_digest_due(
    *, last: OutboxMessage | None, newest: datetime | None, pause: timedelta, now: datetime
) -> bool:
    """Return whether a comment waits that is newer than the last digest, and `pause` is over."""
    if newest is None or last is None:
        return newest is not None
    return now - last.enqueued_at >= pause and newest > datetime.fromisoformat(last.payload["seen"])


def find_newest_waiting() -> datetime | None:
    """Return the time at which the newest waiting comment began to wait, or None."""
    waits = (Comment.waiting_since.is_not(None), _IS_KEPT)
    return db.session.execute(select(func.max(Comment.waiting_since)).where(*waits)).scalar()


def summarise_waiting() -> Waiting | None:
    """Return the summary of the waiting comments, or None if no comment waits.

    Reads an index of all that waits, and no comment.
    """
    counted = func.count().label("counted")
    rows = db.session.execute(
        select(Comment.review_id, counted, func.min(Comment.waiting_since))
        .where(Comment.waiting_since.is_not(None), _IS_KEPT)
        .group_by(Comment.review_id)
        .order_by(counted.desc(), Comment.review_id)
    ).all()
    if not rows:
        return None
    fullest = {row[0]: row[1] for row in rows[:NAMED_REVIEWS]}
    named = select(Review).options(WITH_NAMES).where(Review.id.in_(fullest))
    reviews = {review.id: review for review in db.session.execute(named).scalars()}
    return Waiting(
        count=sum(row[1] for row in rows),
        oldest=min(row[2] for row in rows if row[2] is not None),
        reviews=[(reviews[number], count) for number, count in fullest.items()],
    )
