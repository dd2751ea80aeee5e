"""Count the comments in the moderation queue, and detect changes in it."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import func, select

from blog.comments.models import Comment
from blog.db.engine import db
from blog.decisions.models import Decision
from blog.desk.queue.matching import QueueFilter, is_kept, list_unsearched, matching
from blog.desk.queue.tabs import COUNTED, Tab
from blog.reports.queries import get_latest_report_id

# Higher counts are shown as "1,000+", because counting all rows is slow.
MAX_COUNT = 1000


def count_by_tab() -> Mapping[Tab, int]:
    """Return how many comments each counted list has, at most MAX_COUNT + 1."""
    return {tab: count_matching(wanted=QueueFilter(tab=tab)) for tab in COUNTED}


def count_matching(
    *, wanted: QueueFilter, now: datetime | None = None, since: datetime | None = None
) -> int:
    """Return how many comments match, at most MAX_COUNT + 1.

    With `since`, count only comments that began to wait after that time.
    """
    query = select(Comment.id).where(*matching(Comment, wanted, now))
    if since is not None:
        query = query.where(Comment.waiting_since > since)
    counted = query.limit(MAX_COUNT + 1).subquery()
    return db.session.execute(select(func.count()).select_from(counted)).scalar_one()


def reads_all(*, wanted: QueueFilter) -> bool:
    """Return whether a search reads every comment of its list, or only the newest ones."""
    return db.session.execute(list_unsearched(wanted).limit(1)).first() is None


def find_newest(*, wanted: QueueFilter, now: datetime) -> datetime | None:
    """Return the latest time at which a matching comment began to wait, None without a match."""
    query = select(Comment.waiting_since).where(*matching(Comment, wanted, now))
    query = query.order_by(Comment.waiting_since.desc(), Comment.id.desc()).limit(1)
    return db.session.execute(query).scalar_one_or_none()


def find_oldest() -> datetime | None:
    """Return the earliest time at which a waiting comment began to wait, None if none waits."""
    waits = (Comment.waiting_since.is_not(None), is_kept(Comment))
    query = select(func.min(Comment.waiting_since)).where(*waits)
    return db.session.execute(query).scalar_one()


def get_latest_ids_sum() -> int:
    """Return the sum of the latest ids of comments, decisions and reports; new rows raise it."""
    ids = (select(func.coalesce(func.max(table.id), 0)) for table in (Comment, Decision))
    numbers = [db.session.execute(query).scalar_one() for query in ids]
    return sum(numbers) + get_latest_report_id()


def list_versions(*, comment_ids: Iterable[int]) -> dict[int, int]:
    """Return the current version of each existing comment among these ids."""
    query = select(Comment.id, Comment.version).where(Comment.id.in_(list(comment_ids)))
    return {row[0]: row[1] for row in db.session.execute(query.order_by(Comment.id))}
