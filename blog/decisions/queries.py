"""Read decisions."""

from collections.abc import Collection, Iterable, Sequence
from statistics import median

from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.orm import aliased

from blog.comments.models import Comment, Seen
from blog.db.engine import db, execute
from blog.db.types import table_of
from blog.decisions.models import LARGEST_BULK, Decision
from blog.moderation.states import Status, Verdict

_LAST = select(Decision).where(
    Decision.id.in_(
        select(func.max(Decision.id))
        .where(Decision.comment_id.in_(bindparam("ids", expanding=True)))
        .group_by(Decision.comment_id)
    )
)

_DECISION = table_of(Decision).c
_WAITS = (
    select(_DECISION.waited_seconds)
    .where(_DECISION.waited_seconds.is_not(None), _DECISION.from_status == Status.PENDING)
    .order_by(_DECISION.id.desc())
    .limit(bindparam("size"))
)


def find_last_decision(*, comment_id: int) -> Decision | None:
    """Return the last decision on a comment, or None."""
    return list_last_decisions(comment_ids=[comment_id]).get(comment_id)


def list_last_decisions(*, comment_ids: Iterable[int]) -> dict[int, Decision]:
    """Return the last decision on each of these comments, by comment id."""
    ids = list(comment_ids)
    rows = db.session.execute(_LAST, {"ids": ids}).scalars() if ids else ()
    return {decision.comment_id: decision for decision in rows}


def list_effective_decisions(*, comment_ids: Collection[int]) -> Sequence[Decision]:
    """Return, for each of these comments, the last decision that was not undone, if any."""
    undo = aliased(Decision)
    last = (
        select(func.max(Decision.id))
        .where(
            Decision.comment_id.in_(comment_ids),
            Decision.verdict != Verdict.REOPEN,
            ~exists().where(undo.undoes_id == Decision.id),
        )
        .group_by(Decision.comment_id)
    )
    return db.session.execute(select(Decision).where(Decision.id.in_(last))).scalars().all()


def list_decisions(*, comment_id: int) -> Sequence[Decision]:
    """Return the decisions on a comment, the newest 200, the newest first."""
    query = select(Decision).where(Decision.comment_id == comment_id)
    return db.session.execute(query.order_by(Decision.id.desc()).limit(200)).scalars().all()


def list_bulk(*, bulk_key: str) -> list[Seen]:
    """Return the comments of a bulk, each with the version that the bulk made."""
    query = select(Decision.comment_id, Decision.version).where(Decision.bulk_key == bulk_key)
    rows = db.session.execute(query.order_by(Decision.comment_id).limit(LARGEST_BULK + 1))
    return [Seen(row[0], row[1] + 1) for row in rows]


def find_usual_wait(*, size: int = 200, least: int = 10) -> int | None:
    """Return the median wait in seconds of the last `size` comments, None if fewer than `least`."""
    # `scalars` would double what SQLAlchemy takes to return them.
    waits = [row[0] for row in execute(_WAITS, {"size": size}).all()]
    return int(median(waits)) if len(waits) >= least else None


def count_decisions_with_reason(*, comment_ids: Iterable[int]) -> int:
    """Return the number of decisions on these comments that have a reason."""
    query = select(func.count()).where(
        Decision.comment_id.in_(list(comment_ids)), Decision.reason.is_not(None)
    )
    return db.session.execute(query).scalar_one()


def get_purge_bounds() -> tuple[int, int]:
    """Return the newest decision id and comment id, as the bounds of a purge of spam."""
    decision = db.session.execute(select(func.coalesce(func.max(Decision.id), 0))).scalar_one()
    comment = db.session.execute(select(func.coalesce(func.max(Comment.id), 0))).scalar_one()
    return decision, comment
