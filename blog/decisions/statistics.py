"""Read the statistics of moderators: how much each decided, and how long comments had waited."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, func, select, union_all

from blog.accounts.models import Moderator
from blog.db.engine import db
from blog.decisions.models import COUNTS, Decision, DecisionTally
from blog.decisions.tallying import counting

# A median is that of at most so many of a moderator's latest decisions with a wait, because the
# database has to sort the waits.
WAITS_READ = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """The statistics of one moderator; `waited` is the median wait of the comments, or None."""

    moderator: Moderator
    decisions: int
    approved: int
    rejected: int
    spam: int
    taken_down: int
    undone_by_self: int
    undone_by_others: int
    waited: timedelta | None


def list_tallies(*, since: datetime | None = None) -> Sequence[Tally]:
    """Return the statistics of each moderator since `since`, or of all time.

    The moderator with the most decisions comes first.

    Undos are counted with the decision that they undid. Moderators' own replies are not counted.
    """
    counted = _count_by_moderator(since).subquery().c
    sums = {name: func.sum(counted[name]) for name in COUNTS}
    query = (
        select(Moderator, _median_wait(since), *sums.values())
        .join(counted.moderator_id.table, counted.moderator_id == Moderator.id)
        .group_by(Moderator.id)
        .order_by(sums["decisions"].desc(), Moderator.id)
    )
    return [
        Tally(
            moderator=row[0],
            waited=None if row[1] is None else timedelta(seconds=float(row[1])),
            **{name: int(count) for name, count in zip(COUNTS, row[2:], strict=True)},
        )
        for row in db.session.execute(query)
    ]


def _count_by_moderator(since: datetime | None) -> Any:
    """Return the query for the tallies of the whole days since `since`, and for its first day."""
    columns = (getattr(DecisionTally, name) for name in COUNTS)
    kept = select(DecisionTally.moderator_id, *columns)
    if since is None:
        return kept
    day = since.astimezone(UTC).date() + timedelta(days=1)
    begins = datetime.combine(day, time.min, UTC)
    # The indexes begin with the moderator.
    first = counting(
        Decision.moderator_id.in_(select(Moderator.id)),
        Decision.decided_at >= since,
        Decision.decided_at < begins,
    )
    kept = kept.where(DecisionTally.moderator_id.in_(select(Moderator.id)))
    return union_all(kept.where(DecisionTally.day >= day), first)


def _median_wait(since: datetime | None) -> ScalarSelect[Any]:
    """Return the query for the median wait before the latest decisions of a moderator."""
    rules: list[ColumnElement[bool]] = [] if since is None else [Decision.decided_at >= since]
    latest = (
        select(Decision.waited_seconds)
        .where(Decision.moderator_id == Moderator.id, Decision.waited_seconds.is_not(None), *rules)
        .order_by(Decision.decided_at.desc())
        .limit(WAITS_READ)
        .correlate(Moderator)
        .subquery()
    )
    seconds = latest.c.waited_seconds
    ranked = select(
        seconds,
        func.row_number().over(order_by=seconds).label("place"),
        func.count().over().label("number"),
    ).subquery()
    # SQLite has no median function: take the mean of the middle value or the two middle values.
    middle = (ranked.c.place * 2).between(ranked.c.number, ranked.c.number + 2)
    return select(func.avg(ranked.c.waited_seconds)).where(middle).scalar_subquery()
