"""What tests do with the engine of the database: hear its statements, hold its locks, hurry it."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg
from sqlalchemy import create_engine, event, make_url, text

from blog.db.driver import sqlite
from blog.db.engine import WRITING, db


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect, each in one line, the statements that the database is given meanwhile."""
    given: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        given.append(" ".join(statement.split()))

    with _listening("before_cursor_execute", note):
        yield given


@contextmanager
def held_database(url: str, *, table: str = "limit_buckets") -> Iterator[None]:
    """Hold, from another connection, the lock on a table: first what a new comment needs."""
    if url.startswith("sqlite"):
        other = sqlite.connect(make_url(url).database, isolation_level=None)
        with closing(other):
            other.execute("BEGIN IMMEDIATE")
            yield
        return
    engine = create_engine(url, execution_options={WRITING: True})
    with engine.begin() as connection:
        connection.execute(text(f"LOCK TABLE {table} IN EXCLUSIVE MODE"))
        yield
    engine.dispose()


@contextmanager
def hurried() -> Iterator[None]:
    """Have the application wait for a lock a moment instead of seconds."""
    db.session.remove()
    db.engine.dispose()
    with _listening("connect", _hurry):
        yield
    db.session.remove()
    db.engine.dispose()


def _hurry(connection: object, _record: object) -> None:
    if isinstance(connection, psycopg.Connection):
        connection.execute("SET lock_timeout = '30ms'")
        connection.commit()
    else:
        connection.execute("PRAGMA busy_timeout = 30")


@contextmanager
def _listening(name: str, listener: Callable[..., Any]) -> Iterator[None]:
    event.listen(db.engine, name, listener)
    try:
        yield
    finally:
        event.remove(db.engine, name, listener)


@contextmanager
def full_disk(pages: int) -> Iterator[None]:
    """Let SQLite's file grow to so many pages: what does not fit finds the disk full."""

    def limit(connection: Any, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    db.session.remove()
    db.engine.dispose()
    with _listening("connect", limit):
        yield
    db.session.remove()
    db.engine.dispose()


@contextmanager
def absent_database() -> Iterator[None]:
    """Let no connection to the database be made."""

    def refuse(*_arguments: object) -> None:
        sqlite.connect("/no/such/folder/x.sqlite3")

    db.session.remove()
    db.engine.dispose()
    with _listening("do_connect", refuse):
        yield
