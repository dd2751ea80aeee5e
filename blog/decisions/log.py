"""Read what was decided, by whom, and how fast; never a reader's words."""

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


@dataclass(frozen=True, kw_only=True, slots=True)
class LogFilter:
    """Hold which decisions are asked for; days are UTC days, the last one included."""

    moderator_id: int | None = None
    verdict: Verdict | None = None
    first_day: date | None = None
    last_day: date | None = None
    comment_id: int | None = None


class Entry(NamedTuple):
    """Join a decision with what is left of its comment, and with what became of it since.

    `is_last` tells that it made the comment what it is, so that it can be undone. Without a title
    the comment is gone.
    """

    decision: Decision
    review_title: str | None
    is_last: bool
    undo_id: int | None

    @property
    def cursor(self) -> Cursor:
        """Return the entry's place in the log."""
        return Cursor(self.decision.decided_at, self.decision.id)


class Bulk(NamedTuple):
    """Count what was decided as one bulk, and how much of it can still be undone."""

    size: int
    undoable: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """Sum up what one moderator decided; `waited` is the median, None where nothing had waited."""

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
    """Return the newest decisions that match, of those older than a decision's id."""
    undo = aliased(Decision)
    query = (
        select(Decision, Review.title, _is_last(), undo.id)
        .outerjoin(Comment, Comment.id == Decision.comment_id)
        .outerjoin(Review, Review.id == Comment.review_id)
        .outerjoin(undo, undo.undoes_id == Decision.id)
        .where(*_matching(wanted))
        .order_by(Decision.id.desc())
        .limit(size)
    )
    if before is not None:
        query = query.where(Decision.id < before)
    return [Entry(row[0], row[1], bool(row[2]), row[3]) for row in db.session.execute(query)]


def count_bulks(*, bulk_keys: Iterable[str]) -> Mapping[str, Bulk]:
    """Return the size of each bulk by its key."""
    query = (
        select(Decision.bulk_key, func.count(), func.sum(case((_is_last(), 1), else_=0)))
        .outerjoin(Comment, Comment.id == Decision.comment_id)
        .where(Decision.bulk_key.in_(sorted(set(bulk_keys))))
        .group_by(Decision.bulk_key)
    )
    return {row[0]: Bulk(row[1], row[2]) for row in db.session.execute(query)}


def list_tallies(*, since: datetime | None = None) -> Sequence[Tally]:
    """Return what every moderator decided since then, or ever; who decided most comes first.

    An undo is no decision of its own here; it counts against what it undid. Nor is a moderator's
    own reply, which nobody had to judge.
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
        .where(*_judged(since))
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
    """Return whether the decision is what made its comment what it is, and is no undo itself."""
    return and_(Comment.version == Decision.version + 1, Decision.verdict != Verdict.REOPEN)


def _matching(wanted: LogFilter) -> list[ColumnElement[bool]]:
    found = []
    if wanted.moderator_id is not None:
        found.append(Decision.moderator_id == wanted.moderator_id)
    if wanted.verdict is not None:
        found.append(Decision.verdict == wanted.verdict)
    if wanted.first_day is not None:
        found.append(Decision.decided_at >= datetime.combine(wanted.first_day, time.min, UTC))
    if wanted.last_day is not None:
        # Not the next day's beginning: the last day there is has no next one.
        found.append(Decision.decided_at <= datetime.combine(wanted.last_day, time.max, UTC))
    if wanted.comment_id is not None:
        found.append(Decision.comment_id == wanted.comment_id)
    return found


def _judged(since: datetime | None) -> list[ColumnElement[bool]]:
    replies = select(Comment.id).where(Comment.moderator_id.is_not(None))
    found: list[ColumnElement[bool]] = [
        Decision.verdict.in_([verdict for verdict in Verdict if verdict.entry.is_final]),
        Decision.comment_id.not_in(replies),
    ]
    if since is not None:
        found.append(Decision.decided_at >= since)
    return found


def _read_medians(since: datetime | None) -> dict[int, timedelta]:
    """Return how long half of what each moderator decided had waited at most."""
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
        .where(*_judged(since), Decision.waited_seconds.is_not(None))
        .subquery()
    )
    # Neither database has a median that the other has: the middle one, or the two around it.
    middle = (ranked.c.place * 2).between(ranked.c["count"], ranked.c["count"] + 2)
    query: Select[Any] = select(ranked.c.moderator_id, func.avg(ranked.c.seconds)).where(middle)
    rows = db.session.execute(query.group_by(ranked.c.moderator_id))
    return {row[0]: timedelta(seconds=float(row[1])) for row in rows}


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
