"""The database engine: connecting to SQLite or PostgreSQL, and beginning transactions."""

from typing import Any

import psycopg
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as sqlite_dialect

from blog.db.driver import sqlite
from blog.db.types import Base

# How long one attempt waits for a lock; `write` makes three attempts.
BUSY_SECONDS = 1
CONNECT_SECONDS = 3
# The execution option that makes the next transaction of a connection a writing one.
WRITING = "second_lead_writing"

db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})


def engine_options(database_url: str) -> dict[str, Any]:
    """Return the engine's arguments; hiding parameters keeps readers' data out of the logs."""
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
    """Set up a new SQLite connection for use by several processes."""
    if isinstance(connection, sqlite.Connection):
        connection.isolation_level = None  # `_begin` begins transactions.
        # FULL, so that an acknowledged comment survives a power cut (docs/decisions/0022).
        # Without secure_delete, deleted text stays readable in the database file.
        pragmas = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    """Begin a transaction, read-only unless `write` set the option WRITING."""
    writing = connection.get_execution_options().get(WRITING, False)
    raw = connection.connection.dbapi_connection
    if isinstance(raw, psycopg.Connection):
        raw.read_only = not writing
        return
    connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writing else 'ON'}")
    # IMMEDIATE takes the write lock at once: SQLite cannot wait for a lock later on.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def insert_into(table: type[Base]) -> "postgresql.Insert | sqlite_dialect.Insert":
    """Return an INSERT statement for a table that supports ON CONFLICT on the database in use."""
    if db.session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite_dialect.insert(table)
