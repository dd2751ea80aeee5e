"""The database engine: connecting to SQLite or PostgreSQL, and beginning transactions."""

import select
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from time import monotonic, sleep
from typing import Any

import psycopg
from flask_sqlalchemy import SQLAlchemy
from psycopg.pq import TransactionStatus
from sqlalchemy import (
    Connection,
    CursorResult,
    Engine,
    ExceptionContext,
    Executable,
    Table,
    event,
    make_url,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import Pool

from blog.db import empties, files  # noqa: F401  # They register listeners.
from blog.db.driver import sqlite
from blog.db.errors import needs_new_connection
from blog.db.two_connections import TwoConnections
from blog.db.types import Base

# How long one attempt waits for a lock; `write` makes three attempts.
BUSY_SECONDS = 1
LONGEST_PAUSE = 0.005  # Between two attempts to take SQLite's lock.
CONNECT_SECONDS = 3
STATEMENT_SECONDS = 15
# PostgreSQL takes what waits for a moderator for a tenth of all comments, and would start processes
# and compile code for it, which takes longer than the query itself.
SMALL_QUERIES = "SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL jit = off"
# A firewall may forget a connection without a word. The system asks after it while it is idle, and
# gives up what is sent when no machine has confirmed it for so long.
WATCH = {"keepalives_idle": 60, "keepalives_interval": 10, "tcp_user_timeout": 10_000}
# The execution option that makes the next transaction of a connection a writing one.
WRITING = "second_lead_writing"

db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})


def engine_options(database_url: str) -> dict[str, Any]:
    """Return the engine's arguments; hiding parameters keeps readers' data out of the logs."""
    if database_url.startswith("sqlite"):
        return {
            "module": sqlite,
            "hide_parameters": True,
            "connect_args": {"timeout": BUSY_SECONDS, "factory": TwoConnections},
        }
    return {
        "hide_parameters": True,
        "pool_timeout": CONNECT_SECONDS,
        "connect_args": {
            name: value
            for name, value in (WATCH | {"connect_timeout": CONNECT_SECONDS}).items()
            if name not in make_url(database_url).query
        },
    }


@event.listens_for(Engine, "connect")
def _prepare_connection(connection: Any, _record: object) -> None:
    """Set up a new connection: `_begin` begins all transactions, not the driver."""
    if isinstance(connection, psycopg.Connection):
        connection.autocommit = True
        if not _is_direct(connection):
            # In PgBouncer's transaction mode the next transaction may be on another connection to
            # the server, which does not know the statements prepared on this one.
            connection.prepare_threshold = None
    elif isinstance(connection, TwoConnections):
        connection.prepare()


def _is_direct(connection: "psycopg.Connection[Any]") -> bool:
    """Return whether a connection leads to the server itself, without a pooler between.

    A pooler lends connections of its own, and gives its clients another number for cancelling than
    the process of the server has (docs/decisions/0057).
    """
    row = connection.execute("SELECT pg_backend_pid()").fetchone()
    return row is not None and row[0] == connection.info.backend_pid


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    """Begin a transaction, read-only unless `write` set the option WRITING."""
    writing = connection.get_execution_options().get(WRITING, False)
    if connection.dialect.name == "postgresql":
        # One round trip. All this holds for this transaction only, as a pooler may lend the
        # server's connection to somebody else afterwards.
        _execute_raw(
            connection,
            f"BEGIN{'' if writing else ' READ ONLY'};"
            f" SET LOCAL lock_timeout = {round(1000 * BUSY_SECONDS)};"
            f" SET LOCAL statement_timeout = {1000 * STATEMENT_SECONDS};"
            f" {SMALL_QUERIES}",
        )
        return
    raw: Any = connection.connection.dbapi_connection
    raw.is_writing = writing
    if writing:
        _begin_writing(connection, raw)
    else:
        _execute_raw(connection, "BEGIN")


@event.listens_for(Pool, "checkout")
def _check_connection(connection: Any, _record: object, _proxy: object) -> None:
    """Let a transaction begin by reading, and on a connection that the server has not closed.

    A server that closes a connection says so, but nobody has read it yet. Looking for that costs
    nothing; `pool_pre_ping` would cost a round trip.
    """
    if isinstance(connection, TwoConnections):
        connection.is_writing = False
    elif connection.closed or _has_news(connection.fileno()):
        raise InvalidatePoolError


def _has_news(socket: int) -> bool:
    """Return whether something has arrived that nobody has read."""
    poll = select.poll()
    poll.register(socket, select.POLLIN)
    return bool(poll.poll(0))


@event.listens_for(Engine, "set_connection_execution_options")
def _choose_connection(connection: Connection, options: dict[str, Any]) -> None:
    """Choose the connection before SQLAlchemy makes the first cursor, and then begins."""
    raw = connection.connection.dbapi_connection
    if isinstance(raw, TwoConnections) and WRITING in options:
        raw.is_writing = options[WRITING]


def _execute_raw(connection: Connection, sql: str) -> None:
    """Execute SQL without SQLAlchemy, which takes longer for it than the database."""
    raw: Any = connection.connection.dbapi_connection
    try:
        raw.execute(sql)
    except (psycopg.Error, sqlite.Error):
        # Fails again, with SQLAlchemy's error.
        connection.exec_driver_sql(sql)


def _begin_writing(connection: Connection, raw: Any) -> None:
    """Take SQLite's write lock, for which SQLite cannot wait later in a transaction.

    SQLite itself would wait, but asks again less and less often, in the end every 100 ms, and
    everybody who came later may have written by then.
    """
    raw.execute("PRAGMA busy_timeout=0")
    end = monotonic() + BUSY_SECONDS
    pause = 0.0
    try:
        while _is_locked(raw) and monotonic() < end:
            pause = min(pause + 0.001, LONGEST_PAUSE)
            sleep(pause)  # SQLite does not tell when the lock is free.
        if not raw.in_transaction:
            # Fails as before, with SQLAlchemy's error.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        raw.execute(f"PRAGMA busy_timeout={round(1000 * BUSY_SECONDS)}")


def _is_locked(raw: Any) -> bool:
    """Begin to write; return whether somebody else is writing."""
    try:
        raw.execute("BEGIN IMMEDIATE")
    except sqlite.Error as error:
        return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite.SQLITE_BUSY
    return False


@event.listens_for(Engine, "rollback")
def _end_reading(connection: Connection) -> None:
    """Commit a transaction that only read; the rollback that follows then does nothing.

    After a rollback psycopg forgets the statements that it has prepared, so that the server would
    plan all of them again in every request.
    """
    writing = connection.get_execution_options().get(WRITING, False)
    if connection.dialect.name != "postgresql" or writing or connection.invalidated:
        return
    raw: Any = connection.connection.dbapi_connection
    if raw.info.transaction_status == TransactionStatus.INTRANS:
        with suppress(psycopg.Error):  # The rollback meets the same error and reports it.
            raw.execute("COMMIT")


@event.listens_for(Engine, "handle_error")
def _replace_connections(context: ExceptionContext) -> None:
    """Let the pool close its connections after an error that would last as long as they do."""
    if needs_new_connection(context.original_exception):
        context.is_disconnect = True


def execute(statement: Executable, values: Any = None) -> CursorResult[*tuple[Any, ...]]:
    """Execute a statement on tables, or once for each mapping in a list of values.

    Takes two thirds of the time of the session's own method, which looks for objects. Changes of
    objects that are pending are not written before.
    """
    return db.session.connection().execute(statement, values)


def built(build: Callable[[], Executable]) -> Executable:
    """Return the statement that `build` makes with `insert_into`, made once for each dialect."""
    return _build(build, db.session.get_bind().dialect.name)


@cache
def _build(build: Callable[[], Executable], _dialect: str) -> Executable:
    return build()


def insert_into(table: type[Base] | Table) -> "postgresql.Insert | sqlite_dialect.Insert":
    """Return an INSERT statement for a table that supports ON CONFLICT on the database in use."""
    if db.session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite_dialect.insert(table)
