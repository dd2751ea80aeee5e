"""Figures about moderation, read from the database when they are asked for.

Each query reads an index, or a limited number of rows (docs/decisions/0053).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, case, func, literal_column, select

from blog.comments.models import Comment
from blog.db.engine import db
from blog.db.types import UTCDateTime
from blog.decisions.models import Decision
from blog.drafts.queries import deleted_ids
from blog.marks.models import REASONS, Reason
from blog.moderation.states import Status, Verdict

# Waiting comments whose reasons are counted, and decisions of which those of a day are counted.
MOST_COUNTED = 10_000
MOST_DECISIONS = 5_000
DAY = timedelta(days=1)
# Upper bounds of the times to a decision: minutes, hours, days.
WAITS = (60, 300, 900, 3600, 4 * 3600, 12 * 3600, 24 * 3600, 3 * 24 * 3600, 7 * 24 * 3600)


@dataclass(frozen=True, kw_only=True, slots=True)
class Waits:
    """How long comments waited for their first decision.

    `counts` has, for each bound of WAITS, how many waited at most so many seconds.
    """

    counts: Sequence[int]
    total: int
    seconds: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Decided:
    """The decisions of the last day: how many by verdict, and how long comments had waited."""

    by_verdict: Mapping[Verdict, int]
    waits: Waits


# The conditions of a comment that the moderation queue shows.
_WAITS = (Comment.waiting_since.is_not(None), Comment.review_id.not_in(deleted_ids()))
# The queries are made once, because making them takes longer than running them.
_OLDEST = (
    select(Comment.waiting_since)
    .where(*_WAITS)
    .order_by(Comment.waiting_since, Comment.id)
    .limit(1)
)
_WAITING = select(func.count()).where(*_WAITS)
# Written as in the partial index of comments that wait again.
_AGAIN = _WAITING.where(Comment.status != literal_column("'pending'"))
# The limit makes SQLite begin with the waiting comments, not with all reasons ever given.
_counted = select(Comment.id).where(*_WAITS).limit(MOST_COUNTED).subquery()
_REASONS = (
    select(Reason.name, func.count())
    .join_from(_counted, Reason, Reason.comment_id == _counted.c.id)
    .group_by(Reason.name)
)
_newest = (
    select(
        Decision.verdict,
        Decision.decided_at,
        case((Decision.from_status == Status.PENDING, Decision.waited_seconds)).label("waited"),
    )
    .order_by(Decision.id.desc())
    .limit(MOST_DECISIONS)
    .subquery()
)
_DECIDED = (
    select(
        _newest.c.verdict,
        func.count(),
        func.sum(_newest.c.waited),
        func.count(_newest.c.waited),
        *(func.count(case((_newest.c.waited <= bound, 1))) for bound in WAITS),
    )
    .where(_newest.c.decided_at > bindparam("since", type_=UTCDateTime()))
    .group_by(_newest.c.verdict)
)


def find_oldest_waiting() -> datetime | None:
    """Return since when the comment has waited that waits longest, or None."""
    return db.session.execute(_OLDEST).scalar()


def count_waiting() -> tuple[int, int]:
    """Return how many comments wait, and how many of them are published already."""
    return db.session.execute(_WAITING).scalar_one(), db.session.execute(_AGAIN).scalar_one()


def count_by_reason() -> dict[str, int]:
    """Return how many waiting comments have each reason, among 10 000 waiting comments."""
    found = db.session.execute(_REASONS)
    return dict.fromkeys(REASONS, 0) | {row[0]: row[1] for row in found}


def count_decided(*, now: datetime) -> Decided:
    """Return the decisions of the last 24 hours; the newest 5 000, if there were more."""
    rows = db.session.execute(_DECIDED, {"since": now - DAY}).all()
    final = [row for row in rows if row[0].entry.is_final]
    return Decided(
        by_verdict=dict.fromkeys(Verdict, 0) | {row[0]: row[1] for row in rows},
        waits=Waits(
            counts=[sum(row[place] for row in final) for place in range(4, 4 + len(WAITS))],
            total=sum(row[3] for row in final),
            seconds=sum(row[2] or 0 for row in final),
        ),
    )
