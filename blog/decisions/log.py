"""Read the log of decisions, without texts of comments."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import NamedTuple

from sqlalchemy import ColumnElement, String, and_, case, func, select, type_coerce
from sqlalchemy.orm import aliased

from blog.accounts.models import Moderator
from blog.comments.models import Comment
from blog.db.engine import db
from blog.db.paging import Cursor
from blog.decisions.models import Decision
from blog.moderation.states import Verdict
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


class Line(NamedTuple):
    """A decision as the file of the log has it; `title` is None if the comment was deleted."""

    id: int
    decided_at: datetime
    moderator: str
    verdict: str
    comment_id: int
    title: str | None
    version: int
    from_status: str
    to_status: str
    reason: str | None
    shares_reason: bool
    bulk_key: str | None
    undoes_id: int | None
    waited_seconds: int | None


_LINES = (
    select(
        *(Decision.id, Decision.decided_at, Moderator.name.label("moderator")),
        type_coerce(Decision.verdict, String).label("verdict"),
        *(Decision.comment_id, Review.title.label("title"), Decision.version),
        type_coerce(Decision.from_status, String).label("from_status"),
        type_coerce(Decision.to_status, String).label("to_status"),
        *(Decision.reason, Decision.shares_reason, Decision.bulk_key, Decision.undoes_id),
        Decision.waited_seconds,
    )
    .select_from(Decision)
    # Outer joins, so that the database reads the decisions first, in their order.
    .outerjoin(Moderator, Moderator.id == Decision.moderator_id)
    .outerjoin(Comment, Comment.id == Decision.comment_id)
    .outerjoin(Review, Review.id == Comment.review_id)
    .order_by(Decision.id.desc())
)


class Bulk(NamedTuple):
    """The number of decisions in one bulk, and how many of them can still be undone."""

    size: int
    undoable: int


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


def list_lines(*, wanted: LogFilter, size: int, before: int | None = None) -> Sequence[Line]:
    """Return the `size` newest decisions that match as lines, with ids below `before` if given."""
    query = _LINES.where(*_matching(wanted)).limit(size)
    if before is not None:
        query = query.where(Decision.id < before)
    return db.session.execute(query).all()  # type: ignore[return-value]  # Rows have these names.


def count_bulks(*, bulk_keys: Iterable[str]) -> Mapping[str, Bulk]:
    """Return the sizes of these bulks, by bulk key."""
    query = (
        select(Decision.bulk_key, func.count(), func.sum(case((_is_last(), 1), else_=0)))
        .outerjoin(Comment, Comment.id == Decision.comment_id)
        .where(Decision.bulk_key.in_(sorted(set(bulk_keys))))
        .group_by(Decision.bulk_key)
    )
    return {row[0]: Bulk(row[1], row[2]) for row in db.session.execute(query)}


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
