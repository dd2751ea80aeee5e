"""Check a new comment for rate limits, and find out whether it was sent before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ScalarSelect, Select, bindparam, exists, func, select

from blog.comments.models import Comment
from blog.db.engine import db, execute
from blog.db.types import table_of
from blog.limits.commands import add_hits, identify_client, lock
from blog.limits.queries import (
    KEY_COLUMNS,
    Allowance,
    Limit,
    Shape,
    check_limits,
    judge_limits,
    key_values,
    limit_columns,
    limit_values,
    names_under,
    shape_of,
)
from blog.moderation.states import Status
from blog.submissions.submission import Sent

BROWSER_LIMITS = (Limit(5, timedelta(minutes=1)), Limit(30, timedelta(hours=1)))
ADDRESS_LIMITS = (Limit(20, timedelta(minutes=1)), Limit(200, timedelta(hours=1)))
SAME_COMMENT_WINDOW = timedelta(minutes=10)
_TABLE = table_of(Comment)


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What is stored of a sender: the comment that is sent again, or None, and the counts.

    `names` are the fingerprints of the address under the keys that are stored, None if there is no
    key of today.
    """

    same: Comment | None
    names: Sequence[str] | None
    row: Sequence[Any]
    allowances: Sequence[Allowance]

    def check(self, *, now: datetime) -> bool:
        """Raise LimitReachedError if the sender has to wait; return whether old counts exist."""
        return judge_limits(self.row, allowances=self.allowances, now=now)

    def spend(self, *, now: datetime) -> None:
        """Count a comment; exact only after `lock_and_find`. Raises LimitReachedError."""
        add_hits(allowances=self.allowances, has_old=self.check(now=now), now=now)


def lock_and_find(
    *, sent: Sent, address: str | None, names: Sequence[str], now: datetime
) -> tuple[Sequence[str], Standing]:
    """Lock the rate limits of the sender of a comment; return the sender's names and standing.

    `names` are the fingerprints of the address as they were before the transaction, if any. They
    count only if the keys are the same still: at midnight, or in a database that was restored, they
    are not.
    """
    for known in (names, ()):
        current = known or identify_client(address=address, now=now)
        lock(allowances=_allowances_of(current, sent.owner_hash), now=now)
        standing = find_standing(sent=sent, address=address, names=current, now=now)
        if standing.names == current:
            break
    return current, standing


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


def find_standing(
    *, sent: Sent, address: str | None, names: Sequence[str], now: datetime
) -> Standing:
    """Return what is stored of the sender of a comment, read in one statement.

    The same comment was sent from a form with the same id. A form without an id is compared by
    name, text and review with the comments of the last ten minutes: those of the same browser or,
    if the browser sent no token, those of the same address. The first response, with the token, may
    have been lost. `names` are the fingerprints of the address.
    """
    allowances = _allowances_of(names, sent.owner_hash)
    has_form = sent.submission_id is not None
    query = _query_of(shape_of(allowances), has_form, sent.is_known, len(names))
    values = limit_values(allowances=allowances, now=now) | _values_of(sent, names, now)
    *row, today, yesterday, same_id = execute(query, values | key_values(now=now)).one()
    return Standing(
        same=same_id and db.session.get(Comment, same_id, populate_existing=True),
        names=names_under([today, yesterday], address=address),
        row=row,
        allowances=allowances,
    )


@cache
def _query_of(shape: Shape, has_form: bool, is_known: bool, size: int) -> Select[Any]:
    """Return the query for the counts of a sender and the id of the same comment.

    `size` is the number of fingerprints of the address.
    """
    same = _by_form() if has_form else _by_text(is_known, size)
    return select(*limit_columns(shape), *KEY_COLUMNS, same)


def _by_form() -> Any:
    """Return the SQL for the id of the comment from the same form, first the one with its text."""
    ids = (
        select(_TABLE.c.id).where(_TABLE.c.submission_hash == bindparam(name)).scalar_subquery()
        for name in ("hash_with_text", "submission_hash")
    )
    return func.coalesce(*ids)


def _by_text(is_known: bool, size: int) -> ScalarSelect[Any]:
    column, earlier = _TABLE.c, _TABLE.alias().c
    query = select(column.id).where(
        column.review_id == bindparam("review_id"),
        # A list of statuses, so that the index on review, status and time is used. A withdrawn
        # comment may be sent again.
        column.status.in_([status for status in Status if status != Status.WITHDRAWN]),
        column.submitted_at > bindparam("after"),
        column.author_name == bindparam("author_name"),
        column.body == bindparam("body"),
        column.in_reply_to_id.is_not_distinct_from(bindparam("in_reply_to_id")),
    )
    if is_known:
        query = query.where(column.owner_hash == bindparam("owner_hash"))
    else:
        had_token = exists().where(earlier.owner_hash == column.owner_hash, earlier.id < column.id)
        query = query.where(
            column.client_name.in_([bindparam(f"client_{place}") for place in range(size)]),
            # Not IS NULL, for which SQLite would scan the unique index.
            func.coalesce(column.submission_hash, "") == "",
            ~had_token,
        )
    return query.order_by(column.id).limit(1).scalar_subquery()


def _values_of(sent: Sent, names: Sequence[str], now: datetime) -> dict[str, Any]:
    """Return the values for the parameters of the search for the same comment."""
    if sent.submission_id is not None:
        return {"hash_with_text": sent.hash_with_text, "submission_hash": sent.submission_hash}
    return {
        "review_id": sent.review_id,
        "after": now - SAME_COMMENT_WINDOW,
        "author_name": sent.author_name,
        "body": sent.body,
        "in_reply_to_id": sent.in_reply_to_id,
        "owner_hash": sent.owner_hash,
        **{f"client_{place}": name for place, name in enumerate(names)},
    }
