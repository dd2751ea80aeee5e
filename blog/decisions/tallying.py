"""Keep the number of decisions of each moderator on each day, which the statistics add up."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Executable, Select, case, exists, func, select, update

from blog.comments.models import Comment
from blog.db.engine import built, db, execute, insert_into
from blog.db.types import table_of
from blog.decisions.models import COUNTS, Decision, DecisionTally
from blog.decisions.recording import Ruling
from blog.moderation.states import APPROVALS, Verdict

_NOT_COUNTED = [verdict for verdict in Verdict if not verdict.entry.is_final]
_UNDO = Decision.__table__.alias("undo").c
# The columns of a tally that count a verdict, beside the number of all decisions.
_COLUMNS = {
    **dict.fromkeys(APPROVALS, "approved"),
    Verdict.REJECT: "rejected",
    Verdict.SPAM: "spam",
    Verdict.TAKE_DOWN: "taken_down",
}


MONTH = timedelta(days=31)


class Span(NamedTuple):
    """A moderator's decisions from one day up to another, which is not in it."""

    moderator_id: int
    begin: date
    end: date


def count_decided(*, decided: Iterable[Any], ruling: Ruling) -> None:
    """Count the same verdict on these comments, given by their locked rows, for its moderator.

    Moderators' own replies, and verdicts that leave a comment in the queue, are not counted.
    """
    number = sum(row.moderator_id is None for row in decided)
    if number and ruling.verdict.entry.is_final:
        counts = {"decisions": number}
        if ruling.verdict in _COLUMNS:
            counts[_COLUMNS[ruling.verdict]] = number
        _add({(ruling.moderator_id, _day_of(ruling.now)): counts})


def count_undone(
    *, undone: Iterable[Decision], before: Mapping[int, Any], moderator_id: int
) -> None:
    """Count undone decisions on the days, and for the moderators, of these decisions themselves.

    `before` has the comments' locked rows, by id; `moderator_id` is who undid the decisions.
    """
    found: dict[tuple[int, date], Counter[str]] = {}
    for decision in undone:
        if decision.verdict.entry.is_final and before[decision.comment_id].moderator_id is None:
            is_own = decision.moderator_id == moderator_id
            place = (decision.moderator_id, _day_of(decision.decided_at))
            found.setdefault(place, Counter())[
                "undone_by_self" if is_own else "undone_by_others"
            ] += 1
    _add(found)


def counting(*rules: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Return the query that counts the decisions which match, by moderator, as the tallies do."""
    is_undone, is_own = _UNDO.id.is_not(None), _UNDO.moderator_id == Decision.moderator_id
    counts = {
        "decisions": func.count(),
        **{
            name: _sum(Decision.verdict.in_([v for v in _COLUMNS if _COLUMNS[v] == name]))
            for name in dict.fromkeys(_COLUMNS.values())
        },
        "undone_by_self": _sum(is_undone & is_own),
        "undone_by_others": _sum(is_undone & ~is_own),
    }
    is_reply = exists().where(Comment.id == Decision.comment_id, Comment.moderator_id.is_not(None))
    return (
        select(Decision.moderator_id, *(counts[name].label(name) for name in COUNTS))
        .outerjoin(_UNDO.id.table, _UNDO.undoes_id == Decision.id)
        .where(Decision.verdict.not_in(_NOT_COUNTED), ~is_reply, *rules)
        .group_by(Decision.moderator_id)
    )


def list_spans() -> list[Span]:
    """Return the parts of the log to compare with the tallies: of each moderator, a month each."""
    bounds = select(
        Decision.moderator_id, func.min(Decision.decided_at), func.max(Decision.decided_at)
    ).group_by(Decision.moderator_id)
    found = []
    for moderator_id, first, last in db.session.execute(bounds):
        begin = _day_of(first)
        while begin <= _day_of(last):
            found.append(Span(moderator_id, begin, begin + MONTH))
            begin += MONTH
    return found


def list_wrong_days(span: Span) -> list[Span]:
    """Return the days of a span whose tallies are not what a count of the decisions gives."""
    if _count(span) == _read(span):
        return []
    one = timedelta(days=1)
    days = (span.begin + number * one for number in range((span.end - span.begin).days))
    parts = [Span(span.moderator_id, day, day + one) for day in days]
    return [part for part in parts if _count(part) != _read(part)]


def recount(*, day: Span) -> None:
    """Replace the tally of one day by a count of the decisions."""
    # Locks the tally first: a decision that is not counted below is added to it afterwards.
    _add({(day.moderator_id, day.begin): {}})
    rule = (DecisionTally.moderator_id == day.moderator_id, DecisionTally.day == day.begin)
    counted = update(DecisionTally).where(*rule).values(dict(zip(COUNTS, _count(day), strict=True)))
    db.session.execute(counted.execution_options(synchronize_session=False))


def _count(span: Span) -> tuple[int, ...]:
    """Return the counts of a span's decisions."""
    begin, end = (datetime.combine(day, time.min, UTC) for day in (span.begin, span.end))
    rules = (Decision.decided_at >= begin, Decision.decided_at < end)
    query = counting(Decision.moderator_id == span.moderator_id, *rules)
    row = db.session.execute(query).one_or_none()
    return tuple(int(count) for count in row[1:]) if row else (0,) * len(COUNTS)


def _read(span: Span) -> tuple[int, ...]:
    """Return the sums of a span's tallies."""
    sums = (func.coalesce(func.sum(getattr(DecisionTally, name)), 0) for name in COUNTS)
    rules = (DecisionTally.day >= span.begin, DecisionTally.day < span.end)
    query = select(*sums).where(DecisionTally.moderator_id == span.moderator_id, *rules)
    return tuple(int(count) for count in db.session.execute(query).one())


def _add(counts: Mapping[tuple[int, date], Mapping[str, int]]) -> None:
    """Add to the tallies by moderator and day; in the order of the keys, to avoid deadlocks."""
    if not counts:
        return
    rows = [
        {
            "moderator_id": moderator_id,
            "day": day,
            **dict.fromkeys(COUNTS, 0),
            **counts[moderator_id, day],
        }
        for moderator_id, day in sorted(counts)
    ]
    execute(built(_upsert), rows)


def _upsert() -> Executable:
    tally = table_of(DecisionTally)
    new = insert_into(table_of(DecisionTally))
    raised = {name: tally.c[name] + new.excluded[name] for name in COUNTS}
    return new.on_conflict_do_update(index_elements=["moderator_id", "day"], set_=raised)


def _day_of(time: datetime) -> date:
    return time.astimezone(UTC).date()


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
