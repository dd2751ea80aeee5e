"""The engine: how either database is reached, and when its transactions begin."""

from typing import Any

import psycopg
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as sqlite_dialect

from blog.db.driver import sqlite
from blog.db.types import Base

# What one attempt waits for a lock; three of them are as long as a reader should have to wait.
BUSY_SECONDS = 1
CONNECT_SECONDS = 3
# The execution option of a connection that asks for a transaction in which it may write.
WRITING = "second_lead_writing"

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


def insert_into(table: type[Base]) -> "postgresql.Insert | sqlite_dialect.Insert":
    """Return an INSERT that knows ON CONFLICT on the database in use."""
    if db.session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite_dialect.insert(table)
