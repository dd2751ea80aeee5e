"""What a database's errors mean: busy, away, or a rule that was broken."""

import psycopg
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from blog.db.driver import sqlite

# After which somebody who was told that we are busy may come again.
RETRY_SECONDS = 5


class DatabaseBusyError(Exception):
    """Say that the database could not be written, for now: it is busy, full or away."""


def is_passing(error: Exception) -> bool:
    """Tell whether the same command may succeed when it is run again."""
    if isinstance(error, PoolTimeoutError):
        return True
    cause = _cause_of(error)
    if isinstance(cause, sqlite.OperationalError):
        return cause.sqlite_errorcode & 0xFF in (sqlite.SQLITE_BUSY, sqlite.SQLITE_LOCKED)
    if isinstance(cause, psycopg.Error):
        # Serialisation failure, deadlock, lock not available, statement cancelled.
        return cause.sqlstate in ("40001", "40P01", "55P03", "57014")
    return False


def _cause_of(error: BaseException | None) -> BaseException | None:
    """Return the driver's own error, or None."""
    return error.orig if isinstance(error, DBAPIError) else None


def kind_of(error: Exception) -> str:
    """Name an error without its words, which may quote a reader."""
    cause = _cause_of(error) or error
    name = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None) or ""
    return f"{type(cause).__name__} {name}".rstrip()


def is_away(error: Exception) -> bool:
    """Tell whether the database cannot be used at present, rather than being misused."""
    cause = _cause_of(error)
    # SQLite calls every error in the SQL itself operational.
    is_misuse = getattr(cause, "sqlite_errorcode", None) == sqlite.SQLITE_ERROR
    return is_passing(error) or (isinstance(error, OperationalError) and not is_misuse)


def constraint_name(error: DBAPIError) -> str:
    """Return what was violated: the constraint's name, or SQLite's "table.column"."""
    cause = error.orig
    if isinstance(cause, psycopg.Error):
        return cause.diag.constraint_name or ""
    return str(cause).rpartition("constraint failed: ")[2]
