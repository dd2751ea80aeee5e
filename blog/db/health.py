"""Checks whether the database is empty, and whether the database responds."""

from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from blog.db.engine import db


def is_new() -> bool:
    """Return whether the database has no tables yet."""
    return not inspect(db.engine).get_table_names()


def is_ready() -> bool:
    """Return whether the database responds and its tables have been created."""
    try:
        return bool(db.session.execute(text("SELECT version_num FROM alembic_version")).scalar())
    except (DBAPIError, PoolTimeoutError):
        return False
