"""A database that somebody else is writing to for longer than anybody wants to wait."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import create_engine, make_url, text

from blog.database import WRITING


@contextmanager
def held_database(url: str) -> Iterator[None]:
    """Hold, from another connection, the lock that writing a comment needs."""
    if url.startswith("sqlite"):
        other = sqlite3.connect(make_url(url).database, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        yield
        other.close()
        return
    engine = create_engine(url, execution_options={WRITING: True})
    with engine.begin() as connection:
        connection.execute(text("LOCK TABLE limit_buckets IN EXCLUSIVE MODE"))
        yield
    engine.dispose()


def lose_patience(connection: object, _record: object) -> None:
    """Wait for a lock a moment instead of seconds."""
    if isinstance(connection, psycopg.Connection):
        connection.execute("SET lock_timeout = '30ms'")
        connection.commit()
    else:
        connection.execute("PRAGMA busy_timeout = 30")
