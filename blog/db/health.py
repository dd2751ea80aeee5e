"""Whether the database is new, and whether it answers."""

from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from blog.db.engine import db


def is_new() -> bool:
    """Tell whether the database holds no table yet."""
    return not inspect(db.engine).get_table_names()


def answers() -> bool:
    """Tell whether the database answers, and has been set up."""
    try:
        return bool(db.session.execute(text("SELECT version_num FROM alembic_version")).scalar())
    except (DBAPIError, PoolTimeoutError):
        return False
