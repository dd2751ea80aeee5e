"""Helpers for database tests: record statements, hold locks, shorten timeouts, cause faults."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any
from unittest.mock import patch

from sqlalchemy import create_engine, event, make_url, text

from blog.db import engine as engine_module
from blog.db.driver import sqlite
from blog.db.engine import WRITING, db
from tests.kept import forget_pages


@contextmanager
def statements(*, uncached: bool = True) -> Iterator[list[str]]:
    """Yield a list that collects the SQL statements executed inside the block, one line each.

    If `uncached`, no page is kept in memory when the block begins.
    """
    if uncached:
        forget_pages()
    given: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        given.append(" ".join(statement.split()))

    with _listening("before_cursor_execute", note):
        yield given


@contextmanager
def locked_database(url: str, *, table: str = "limit_buckets") -> Iterator[None]:
    """Lock a table (on SQLite the whole database) from another connection during the block."""
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
def short_lock_timeouts() -> Iterator[None]:
    """Make the application wait for locks only 30 milliseconds inside the block."""
    db.session.remove()
    db.engine.dispose()
    with patch.object(engine_module, "BUSY_SECONDS", 0.03), _listening("connect", _shorten_timeout):
        yield
    db.session.remove()
    db.engine.dispose()


def _shorten_timeout(connection: object, _record: object) -> None:
    """Shorten the timeout of an SQLite connection, which was set when the engine was made."""
    if isinstance(connection, sqlite.Connection):
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
    """Limit the SQLite file to `pages` pages inside the block, as if the disk were full."""

    def limit(connection: Any, _record: object) -> None:
        connection.writer.execute(f"PRAGMA max_page_count = {pages}")

    db.session.remove()
    db.engine.dispose()
    with _listening("connect", limit):
        yield
    db.session.remove()
    db.engine.dispose()


@contextmanager
def absent_database() -> Iterator[None]:
    """Make every new connection to the database fail inside the block."""

    def refuse(*_arguments: object) -> None:
        sqlite.connect("/no/such/folder/x.sqlite3")

    db.session.remove()
    db.engine.dispose()
    with _listening("do_connect", refuse):
        yield
