"""Count what is in the queue, and read what shows that something has changed there."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import func, select

from blog.comments.models import Comment
from blog.comments.states import DESK_STATUSES, Status
from blog.db.engine import db
from blog.decisions.models import Decision
from blog.desk.queue.matching import QueueFilter, matching
from blog.reports.queries import get_latest_report_id

# More than this is told as "1,000+": nobody needs to know, and counting takes time.
COUNTED = 1000


def count_by_status() -> Mapping[Status, int]:
    """Return how many comments are in each state, up to one more than COUNTED.

    Counted as pending is all that waits for a decision, reported comments among it.
    """
    return {status: count_matching(wanted=QueueFilter(status=status)) for status in DESK_STATUSES}


def count_matching(
    *, wanted: QueueFilter, now: datetime | None = None, since: datetime | None = None
) -> int:
    """Return how many match, up to one more than COUNTED; of those that wait since a moment."""
    query = select(Comment.id).where(*matching(Comment, wanted, now))
    if since is not None:
        query = query.where(Comment.waiting_since > since)
    counted = query.limit(COUNTED + 1).subquery()
    return db.session.execute(select(func.count()).select_from(counted)).scalar_one()


def find_newest(*, wanted: QueueFilter, now: datetime) -> datetime | None:
    """Return since when the newest of those that match waits."""
    query = select(Comment.waiting_since).where(*matching(Comment, wanted, now))
    query = query.order_by(Comment.waiting_since.desc(), Comment.id.desc()).limit(1)
    return db.session.execute(query).scalar_one_or_none()


def find_oldest() -> datetime | None:
    """Return since when the comment waits that waits longest."""
    query = select(func.min(Comment.waiting_since)).where(Comment.waiting_since.is_not(None))
    return db.session.execute(query).scalar_one()


def get_latest_ids_sum() -> int:
    """Return a number that rises with every comment, decision and report."""
    ids = (select(func.coalesce(func.max(table.id), 0)) for table in (Comment, Decision))
    numbers = [db.session.execute(query).scalar_one() for query in ids]
    return sum(numbers) + get_latest_report_id()


def list_versions(*, comment_ids: Iterable[int]) -> dict[int, int]:
    """Return the present version of each of these comments that is there."""
    query = select(Comment.id, Comment.version).where(Comment.id.in_(list(comment_ids)))
    return {row[0]: row[1] for row in db.session.execute(query.order_by(Comment.id))}
