"""Check a new comment for rate limits, and find out whether it was sent before."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from blog.comments.models import Comment
from blog.comments.states import Status
from blog.db.engine import db
from blog.limits.commands import identify_client, lock
from blog.limits.queries import Allowance, Limit, check_limits
from blog.submissions.submission import Sent

BROWSER_LIMITS = (Limit(5, timedelta(minutes=1)), Limit(30, timedelta(hours=1)))
ADDRESS_LIMITS = (Limit(20, timedelta(minutes=1)), Limit(200, timedelta(hours=1)))
SAME_COMMENT_WINDOW = timedelta(minutes=10)
_EARLIER = aliased(Comment)  # Made once, because making it takes a millisecond.


def lock_sender(
    *, address: str | None, owner_hash: str | None, now: datetime
) -> tuple[list[str], list[Allowance]]:
    """Lock the rate limits of a sender; return the fingerprints of the address and the limits."""
    names = identify_client(address=address, now=now)
    allowances = _allowances_of(names, owner_hash)
    lock(allowances=allowances, now=now)
    return names, allowances


def check_sender(*, names: Sequence[str], owner_hash: str | None, now: datetime) -> None:
    """Raise LimitReachedError if a sender has reached a rate limit; a check without a lock."""
    check_limits(allowances=_allowances_of(names, owner_hash), now=now)


def _allowances_of(names: Sequence[str], owner_hash: str | None) -> list[Allowance]:
    """Return the rate limits of a sender: those of the address and those of the browser.

    `names` are the fingerprints of the address. `owner_hash` is the browser's token hash, or None.
    """
    allowances = [Allowance([f"address:{name}" for name in names], ADDRESS_LIMITS)]
    if owner_hash is not None:
        allowances.append(Allowance([f"browser:{owner_hash}"], BROWSER_LIMITS))
    return allowances


def find_same_comment(*, sent: Sent, names: Sequence[str], now: datetime) -> Comment | None:
    """Return the stored comment that `sent` repeats, or None.

    A form with an id is compared by its id. A form without an id is compared by name, text and
    review with the comments of the last ten minutes: those of the same browser or, if the browser
    sent no token, those of the same address. The first response, with the token, may have been
    lost. `names` are the fingerprints of the address.
    """
    if sent.submission_id is not None:
        return _find_by_form(sent.hash_with_text) or _find_by_form(sent.submission_hash)
    query = select(Comment).where(
        Comment.review_id == sent.review_id,
        # A list of statuses, so that the index on review, status and time is used. A withdrawn
        # comment may be sent again.
        Comment.status.in_([status for status in Status if status != Status.WITHDRAWN]),
        Comment.submitted_at > now - SAME_COMMENT_WINDOW,
        Comment.author_name == sent.author_name,
        Comment.body == sent.body,
        Comment.in_reply_to_id == sent.in_reply_to_id
        if sent.in_reply_to_id
        else Comment.in_reply_to_id.is_(None),
    )
    if sent.is_known:
        query = query.where(Comment.owner_hash == sent.owner_hash)
    else:
        had_token = exists().where(
            _EARLIER.owner_hash == Comment.owner_hash, _EARLIER.id < Comment.id
        )
        query = query.where(
            Comment.client_name.in_(names),
            # Not IS NULL, for which SQLite would scan the unique index.
            func.coalesce(Comment.submission_hash, "") == "",
            ~had_token,
        )
    return db.session.execute(query.order_by(Comment.id).limit(1)).scalar_one_or_none()


def _find_by_form(submission_hash: str | None) -> Comment | None:
    return db.session.execute(
        select(Comment).where(Comment.submission_hash == submission_hash)
    ).scalar_one_or_none()
