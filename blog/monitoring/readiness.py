"""Whether the site is ready, for /readyz; what asks other servers is in checks.py."""

from datetime import datetime

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from blog.db.engine import db
from blog.db.health import is_ready
from blog.db.migrating import is_migrated
from blog.monitoring.database import DATABASE, MIGRATIONS
from blog.monitoring.machine import DISK, is_full
from blog.monitoring.work import OUTBOX, is_stuck
from blog.settings import Settings


def find_unready(*, settings: Settings, now: datetime) -> str | None:
    """Return the name of the first thing without which the site is not ready, or None.

    It costs three short queries, and one system call for each disk.
    """
    try:
        if not is_ready():
            return DATABASE
        if not is_migrated():
            return MIGRATIONS
        if is_stuck(now=now):
            return OUTBOX
    except (DBAPIError, PoolTimeoutError):
        db.session.rollback()
        return DATABASE
    try:
        return DISK if is_full(settings) else None
    except OSError:
        return DISK
