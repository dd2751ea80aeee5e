"""The database: base class, column types, engine settings, and the one way to write."""

import logging
import random
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ParamSpec, TypeVar

import psycopg
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    event,
    inspect,
    text,
)
from sqlalchemy import Enum as EnumType
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from blog.db.driver import sqlite

# What one attempt waits for a lock; three of them are as long as a reader should have to wait.
BUSY_SECONDS = 1
ATTEMPTS = 3
CONNECT_SECONDS = 3
# After which somebody who was told that we are busy may come again.
RETRY_SECONDS = 5
# Of a process's threads, so many may wait to write; the others go on reading.
WRITERS = 2
TURN_SECONDS = 2
WRITING = "second_lead_writing"

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


class DatabaseBusyError(Exception):
    """Say that the database could not be written, for now: it is busy, full or away."""


class UTCDateTime(TypeDecorator[datetime]):
    """Store aware moments as UTC and give them back aware; SQLite forgets the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a moment without a zone: nobody could say when it is."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the stored moment its zone."""
        if value is None or value.tzinfo is not None:
            return value and value.astimezone(UTC)
        return value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """Share one naming convention, so that every constraint has a name to be dropped by."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UTCDateTime}  # noqa: RUF012  # SQLAlchemy's own shape.


def stored_enum(kind: type[StrEnum], name: str) -> EnumType:
    """Store an enumeration by its values, with a CHECK of this name that knows them."""
    return EnumType(
        kind,
        native_enum=False,
        create_constraint=True,
        length=20,
        values_callable=lambda members: [member.value for member in members],
        name=name,
    )


db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})


def engine_options(database_url: str) -> dict[str, Any]:
    """Return the engine's arguments; parameters are hidden so that no log repeats a reader."""
    if database_url.startswith("sqlite"):
        return {
            "module": sqlite,
            "hide_parameters": True,
            "connect_args": {"timeout": BUSY_SECONDS},
        }
    limits = f"-c lock_timeout={BUSY_SECONDS}s -c statement_timeout=15s -c timezone=UTC"
    return {
        "hide_parameters": True,
        "pool_pre_ping": True,
        "pool_timeout": CONNECT_SECONDS,
        "connect_args": {"options": limits, "connect_timeout": CONNECT_SECONDS},
    }


@event.listens_for(Engine, "connect")
def _prepare_connection(connection: Any, _record: object) -> None:
    """Set up SQLite for many processes, and take over when transactions begin."""
    if isinstance(connection, sqlite.Connection):
        connection.isolation_level = None
        # Full, so that a comment that was acknowledged survives a power cut (docs/decisions/0022).
        # Without the last, what is erased stays readable in the file until its place is needed.
        pragmas = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    """Begin a transaction: to write only where `write` asked for it, else to read."""
    writing = connection.get_execution_options().get(WRITING, False)
    raw = connection.connection.dbapi_connection
    if isinstance(raw, psycopg.Connection):
        raw.read_only = not writing
        return
    connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writing else 'ON'}")
    # IMMEDIATE takes the write lock first: a lock asked for half-way cannot be waited for.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def write(command: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a command in a transaction of its own and commit it.

    A busy database, a serialisation failure or a deadlock runs the command again, three times in
    all; then DatabaseBusyError is raised. What the command raises rolls everything back.
    """
    if not _writers.acquire(timeout=TURN_SECONDS):
        raise DatabaseBusyError
    try:
        return _attempt(command, *args, **kwargs)
    finally:
        _writers.release()


_writers = threading.BoundedSemaphore(WRITERS)


def _attempt(command: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    session: Session = db.session()
    session.commit()  # Ends the reading transaction without forgetting what was read.
    for attempt in range(1, ATTEMPTS + 1):
        try:
            session.connection(execution_options={WRITING: True})
            result = command(*args, **kwargs)
            session.commit()
        except (DBAPIError, PoolTimeoutError) as error:
            session.rollback()
            if not is_away(error):
                raise
            if not is_passing(error):
                log.error("The database cannot be written: %s", _kind_of(error))  # noqa: TRY400  # The traceback may quote a row.
                raise DatabaseBusyError from error
            if attempt == ATTEMPTS:
                raise DatabaseBusyError from error
            time.sleep(random.uniform(0.01, 0.05) * attempt)  # noqa: S311  # Parts two that collided; no secret.
        except BaseException:
            session.rollback()
            raise
        else:
            return result
    raise AssertionError("unreachable")


def end_session(_error: BaseException | None = None) -> None:
    """Let go of what a request read; a connection that died meanwhile does not undo its answer."""
    if not db.session.registry.has():
        return
    try:
        db.session.close()
    except DBAPIError:
        db.session().invalidate()


def empty_log() -> None:
    """Let nothing that was erased stay in SQLite's log: its pages go to the file, and it is cut.

    Where others are reading this is left to the next time.
    """
    if db.engine.dialect.name != "sqlite":
        return
    db.session.commit()  # Our own reading would be in the way.
    with closing(db.engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def end_reading() -> None:
    """End the reading transaction and give its connection back; what was read stays known."""
    db.session.commit()


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
    """Return the driver's own error, or None.

    SQLite rolls back a whole transaction for a full disk. Giving up its savepoint then fails as
    well, and that error hides the one that was the reason.
    """
    if not isinstance(error, DBAPIError):
        return None
    hidden = _cause_of(error.__context__) if "no such savepoint" in str(error.orig) else None
    return hidden or error.orig


def _kind_of(error: Exception) -> str:
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


def insert_into(table: type[Base]) -> "postgresql.Insert | sqlite_dialect.Insert":
    """Return an INSERT that knows ON CONFLICT on the database in use."""
    if db.session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite_dialect.insert(table)


def is_new() -> bool:
    """Tell whether the database holds no table yet."""
    return not inspect(db.engine).get_table_names()


def answers() -> bool:
    """Tell whether the database answers, and has been set up."""
    try:
        return bool(db.session.execute(text("SELECT version_num FROM alembic_version")).scalar())
    except (DBAPIError, PoolTimeoutError):
        return False
