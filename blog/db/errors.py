"""Classify database errors: busy, unavailable, or a violated constraint."""

import psycopg
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from blog.db.driver import sqlite

# The Retry-After of the response if the database is busy.
RETRY_SECONDS = 5


class DatabaseBusyError(Exception):
    """Raised when the database cannot be written at the moment: busy, full or unreachable."""


def is_transient(error: Exception) -> bool:
    """Return whether an error is transient, so that the same command may succeed on a retry."""
    if isinstance(error, PoolTimeoutError):
        return True
    cause = _cause_of(error)
    if isinstance(cause, sqlite.OperationalError):
        return cause.sqlite_errorcode & 0xFF in (sqlite.SQLITE_BUSY, sqlite.SQLITE_LOCKED)
    if isinstance(cause, psycopg.Error):
        # Serialisation failure, deadlock, lock not available, statement cancelled.
        return cause.sqlstate in ("40001", "40P01", "55P03", "57014")
    return False


def needs_new_connection(cause: BaseException | None) -> bool:
    """Return whether a driver's error stays as long as the connection, though its cause may end.

    A server that became a standby stays one, while the name of the host may lead to another by now;
    SQLite never writes to a file that was read-only when it was opened. Nothing was written.
    """
    if isinstance(cause, sqlite.OperationalError):
        code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
        return code in (sqlite.SQLITE_READONLY, sqlite.SQLITE_CANTOPEN)
    return isinstance(cause, psycopg.errors.ReadOnlySqlTransaction)


def _cause_of(error: BaseException | None) -> BaseException | None:
    """Return the database driver's error that SQLAlchemy wrapped, or None."""
    return error.orig if isinstance(error, DBAPIError) else None


def describe_error(error: Exception) -> str:
    """Return the class and code of an error without its message, which may quote a reader."""
    cause = _cause_of(error) or error
    name = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None) or ""
    return f"{type(cause).__name__} {name}".rstrip()


def is_unavailable(error: Exception) -> bool:
    """Return whether an error means that the database is unavailable, not that our SQL is wrong."""
    cause = _cause_of(error)
    # SQLite reports wrong SQL as an OperationalError too.
    is_misuse = getattr(cause, "sqlite_errorcode", None) == sqlite.SQLITE_ERROR
    # The driver's class does not tell: it calls a timeout of the server that ends the connection an
    # internal error, and a server that became read-only too.
    is_cut = isinstance(error, DBAPIError) and error.connection_invalidated
    is_operational = isinstance(error, OperationalError) and not is_misuse
    return is_transient(error) or is_cut or is_operational


def is_damaged(error: Exception) -> bool:
    """Return whether an error means that the file of an SQLite database is damaged."""
    code = getattr(_cause_of(error), "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite.SQLITE_CORRUPT, sqlite.SQLITE_NOTADB)


def constraint_name(error: DBAPIError) -> str:
    """Return the name of the violated constraint; on SQLite it may be "table.column"."""
    cause = error.orig
    if isinstance(cause, psycopg.Error):
        return cause.diag.constraint_name or ""
    return str(cause).rpartition("constraint failed: ")[2]
