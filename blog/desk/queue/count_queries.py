"""Count the comments in the moderation queue, and detect changes in it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Executable, Select, bindparam, func, select, text

from blog.comments.models import Comment
from blog.db.engine import built, db, execute
from blog.db.types import Base
from blog.decisions.models import Decision
from blog.desk.queue.matching import QueueFilter, is_kept, list_unsearched, matching
from blog.desk.queue.tabs import COUNTED, Tab
from blog.reports.models import Report

# Higher counts are shown as "1,000+", because counting all rows is slow.
MAX_COUNT = 1000
_TABLE = Comment.__table__.c


def count_by_tab() -> tuple[int, Mapping[Tab, int]]:
    """Return the sum of the latest ids, and how many comments each counted list has.

    New comments, decisions and reports raise the sum. No count is above MAX_COUNT + 1.
    """
    latest, *counts = execute(built(_write_counts)).one()
    return latest, dict(zip(COUNTED, counts, strict=True))


def count_matching(
    *, wanted: QueueFilter, now: datetime | None = None, since: datetime | None = None
) -> int:
    """Return how many comments match, at most MAX_COUNT + 1.

    With `since`, count only comments that began to wait after that time.
    """
    query = select(Comment.id).where(*matching(Comment, wanted, now))
    if since is not None:
        query = query.where(Comment.waiting_since > since)
    return db.session.execute(_count(query)).scalar_one()


def reads_all(*, wanted: QueueFilter) -> bool:
    """Return whether a search reads every comment of its list, or only the newest ones."""
    return db.session.execute(list_unsearched(wanted).limit(1)).first() is None


def find_times(*, wanted: QueueFilter, now: datetime) -> tuple[datetime | None, datetime | None]:
    """Return when the newest matching comment and the oldest of all began to wait, or None.

    The first is None for a list of comments that do not wait.
    """
    if not wanted.is_waiting:
        return None, db.session.execute(_OLDEST).scalar_one()
    newest = select(Comment.waiting_since).where(*matching(Comment, wanted, now))
    newest = newest.order_by(Comment.waiting_since.desc(), Comment.id.desc()).limit(1)
    query = select(newest.scalar_subquery(), _OLDEST.scalar_subquery())
    row = db.session.execute(query).one()
    return row[0], row[1]


def list_versions(*, comment_ids: Iterable[int]) -> dict[int, int]:
    """Return the current version of each existing comment among these ids."""
    ids = list(comment_ids)
    if not ids:
        return {}
    return {row[0]: row[1] for row in db.session.execute(_VERSIONS, {"ids": ids})}


def _count(query: Select[Any]) -> Select[int]:
    return select(func.count()).select_from(query.limit(MAX_COUNT + 1).subquery())


def _write_counts() -> Executable:
    """Return the statement of the counts with its constants in its text.

    SQLite plans a statement anew when it is given values, which here takes longer than to execute.
    """
    dialect = db.session.get_bind().dialect
    return text(str(_COUNTS.compile(dialect=dialect, compile_kwargs={"literal_binds": True})))


def _latest_id(table: type[Base]) -> ColumnElement[int]:
    return select(func.coalesce(func.max(table.__table__.c.id), 0)).scalar_subquery()


# Statements that each poll of an open page executes, built once.
_COUNTS = select(
    _latest_id(Comment) + _latest_id(Decision) + _latest_id(Report),
    *(
        _count(select(_TABLE.id).where(*matching(_TABLE, QueueFilter(tab=tab), None)))
        .scalar_subquery()
        .label(tab)
        for tab in COUNTED
    ),
)
_VERSIONS = (
    select(_TABLE.id, _TABLE.version)
    .where(_TABLE.id.in_(bindparam("ids", expanding=True)))
    .order_by(_TABLE.id)
)
_OLDEST = select(func.min(_TABLE.waiting_since)).where(
    _TABLE.waiting_since.is_not(None), is_kept(_TABLE)
)
