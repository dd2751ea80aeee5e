"""Read the log of decisions and the statistics of moderators, without texts of comments."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import aliased

from blog.accounts.models import Moderator
from blog.comments.models import Comment
from blog.comments.states import APPROVALS, Verdict
from blog.db.engine import db
from blog.db.paging import Cursor
from blog.decisions.models import Decision
from blog.reviews.models import Review
from blog.reviews.queries import WITH_NAMES


@dataclass(frozen=True, kw_only=True, slots=True)
class LogFilter:
    """The filters of the log; days are UTC days, and the last day is included."""

    moderator_id: int | None = None
    verdict: Verdict | None = None
    first_day: date | None = None
    last_day: date | None = None
    comment_id: int | None = None


class Entry(NamedTuple):
    """One line of the log: a decision with its review and the decision's undo.

    `review` has only what names it, and is None if the comment was deleted. `is_last` is true if
    the comment has not changed since the decision, so that the decision can be undone. `undo_id`
    is the id of the decision that undid it, or None.
    """

    decision: Decision
    review: Review | None
    is_last: bool
    undo_id: int | None

    @property
    def cursor(self) -> Cursor:
        """Return the entry's position in the log, for paging."""
        return Cursor(self.decision.decided_at, self.decision.id)


class Bulk(NamedTuple):
    """The number of decisions in one bulk, and how many of them can still be undone."""

    size: int
    undoable: int


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


def list_entries(*, wanted: LogFilter, size: int, before: int | None = None) -> Sequence[Entry]:
    """Return the `size` newest decisions that match, with ids below `before` if it is given."""
    undo = aliased(Decision)
    query = (
        select(Decision, Review, _is_last(), undo.id)
        .options(WITH_NAMES)
        .outerjoin(Comment, Comment.id == Decision.comment_id)
        .outerjoin(Review, Review.id == Comment.review_id)
        .outerjoin(undo, undo.undoes_id == Decision.id)
        .where(*_matching(wanted))
        .order_by(Decision.id.desc())
        .limit(size)
    )
    if before is not None:
        query = query.where(Decision.id < before)
    return [Entry(*row[:2], bool(row[2]), row[3]) for row in db.session.execute(query)]


def count_bulks(*, bulk_keys: Iterable[str]) -> Mapping[str, Bulk]:
    """Return the sizes of these bulks, by bulk key."""
    query = (
        select(Decision.bulk_key, func.count(), func.sum(case((_is_last(), 1), else_=0)))
        .outerjoin(Comment, Comment.id == Decision.comment_id)
        .where(Decision.bulk_key.in_(sorted(set(bulk_keys))))
        .group_by(Decision.bulk_key)
    )
    return {row[0]: Bulk(row[1], row[2]) for row in db.session.execute(query)}


def list_tallies(*, since: datetime | None = None) -> Sequence[Tally]:
    """Return the statistics of each moderator since `since`, or of all time.

    The moderator with the most decisions comes first.

    Undos are counted with the decision that they undid. Moderators' own replies are not counted.
    """
    undo = aliased(Decision)
    own = undo.moderator_id == Decision.moderator_id
    query = (
        select(
            Moderator,
            func.count(),
            _sum(Decision.verdict.in_(APPROVALS)),
            _sum(Decision.verdict == Verdict.REJECT),
            _sum(Decision.verdict == Verdict.SPAM),
            _sum(Decision.verdict == Verdict.TAKE_DOWN),
            _sum(undo.id.is_not(None) & own),
            _sum(undo.id.is_not(None) & ~own),
        )
        .join(Moderator, Moderator.id == Decision.moderator_id)
        .outerjoin(undo, undo.undoes_id == Decision.id)
        .where(*_counted_rules(since))
        .group_by(Moderator.id)
        .order_by(func.count().desc(), Moderator.id)
    )
    medians = _read_medians(since)
    return [
        Tally(
            moderator=row[0],
            decisions=row[1],
            approved=row[2],
            rejected=row[3],
            spam=row[4],
            taken_down=row[5],
            undone_by_self=row[6],
            undone_by_others=row[7],
            waited=medians.get(row[0].id),
        )
        for row in db.session.execute(query)
    ]


def _is_last() -> ColumnElement[bool]:
    """Return the SQL rule that a decision is its comment's last change, and is no undo."""
    return and_(Comment.version == Decision.version + 1, Decision.verdict != Verdict.REOPEN)


def _matching(wanted: LogFilter) -> list[ColumnElement[bool]]:
    """Return the SQL rules for the filters that are set."""
    found = []
    if wanted.moderator_id is not None:
        found.append(Decision.moderator_id == wanted.moderator_id)
    if wanted.verdict is not None:
        found.append(Decision.verdict == wanted.verdict)
    if wanted.first_day is not None:
        found.append(Decision.decided_at >= datetime.combine(wanted.first_day, time.min, UTC))
    if wanted.last_day is not None:
        # The end of the day, because the last date that Python knows has no next day.
        found.append(Decision.decided_at <= datetime.combine(wanted.last_day, time.max, UTC))
    if wanted.comment_id is not None:
        found.append(Decision.comment_id == wanted.comment_id)
    return found


def _counted_rules(since: datetime | None) -> list[ColumnElement[bool]]:
    """Return the SQL rules for the decisions that the statistics count."""
    replies = select(Comment.id).where(Comment.moderator_id.is_not(None))
    found: list[ColumnElement[bool]] = [
        Decision.verdict.in_([verdict for verdict in Verdict if verdict.entry.is_final]),
        Decision.comment_id.not_in(replies),
    ]
    if since is not None:
        found.append(Decision.decided_at >= since)
    return found


def _read_medians(since: datetime | None) -> dict[int, timedelta]:
    """Return the median wait of the comments that each moderator decided on, by moderator id."""
    own = Decision.moderator_id
    ranked = (
        select(
            Decision.moderator_id.label("moderator_id"),
            Decision.waited_seconds.label("seconds"),
            func.row_number()
            .over(partition_by=own, order_by=Decision.waited_seconds)
            .label("place"),
            func.count().over(partition_by=own).label("count"),
        )
        .where(*_counted_rules(since), Decision.waited_seconds.is_not(None))
        .subquery()
    )
    # SQLite has no median function: take the mean of the middle value or the two middle values.
    middle = (ranked.c.place * 2).between(ranked.c["count"], ranked.c["count"] + 2)
    query: Select[Any] = select(ranked.c.moderator_id, func.avg(ranked.c.seconds)).where(middle)
    rows = db.session.execute(query.group_by(ranked.c.moderator_id))
    return {row[0]: timedelta(seconds=float(row[1])) for row in rows}


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
