"""Sending and deciding find each row by an index, with the planner's statistics and without."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from blog.comments.models import Comment, Seen
from blog.db.engine import db
from blog.db.transactions import write
from blog.decisions.commands import decide
from blog.decisions.recording import Ruling
from blog.moderation.states import Status, Verdict
from tests.builders import NOON
from tests.databases import on_both
from tests.db.tables import count_rows, sqlite_plan
from tests.db.writing import Site

pytestmark = pytest.mark.slow

SIZE = 20_000
TABLES = ("comments", "comment_fingerprints", "limit_hits", "decisions")
# These stop after a number of rows: the counts of the desk, and the last waits.
BOUNDED = ("SELECT (SELECT coalesce(max(comments.id)", "SELECT decisions.waited_seconds")


@contextmanager
def recorded() -> Iterator[dict[str, Any]]:
    """Yield a dict that collects the statements inside the block, each with one of its values."""
    given: dict[str, Any] = {}

    def note(_connection: object, _cursor: object, sql: str, values: Any, *more: Any) -> None:
        if not sql.startswith(("BEGIN", *BOUNDED)):
            given[sql] = values[0] if more[-1] else values

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield given
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def explain(given: dict[str, Any]) -> dict[str, list[str]]:
    """Return the statements with a poor plan, each with the lines of its plan."""
    is_sqlite = db.engine.dialect.name == "sqlite"
    plan, scan = (sqlite_plan, "SCAN") if is_sqlite else (_postgres_plan, "Seq Scan on")
    bad = [f"{scan} {table} " for table in TABLES]
    poor = {}
    for sql, values in given.items():
        lines = [f"{line} " for line in plan(db.session.connection(), sql, values)]
        if any(part in line for part in bad for line in lines):
            poor[sql] = lines
    return poor


def _postgres_plan(connection: Connection, statement: str, values: Any) -> Iterable[str]:
    return connection.exec_driver_sql(f"EXPLAIN {statement}", values).scalars()


@on_both
def test_no_table_that_grows_is_read_as_a_whole(app):
    site = Site(app, SIZE)
    with recorded() as given:
        for _name, step in site.steps():
            step()
    assert len(given) > 30
    if db.engine.dialect.name == "sqlite":
        assert write(explain, given) == {}
    # PostgreSQL plans by what it counted in another test until it counts again.
    count_rows()
    assert write(explain, given) == {}
    # Without any reply, an index of replies looks useless.
    write(db.session.execute, text("DELETE FROM comments WHERE parent_id IS NOT NULL"))
    count_rows()
    assert write(explain, given) == {}


def count_steps(command: Callable[[], object]) -> int:
    """Return how many steps, in thousands, SQLite takes for a command."""
    thousands = []

    def count() -> None:
        connection = db.session.connection().connection.dbapi_connection.writer
        connection.set_progress_handler(lambda: thousands.append(1), 1000)
        command()
        connection.set_progress_handler(None, 1000)

    write(count)
    return len(thousands)


def test_a_decision_takes_few_steps_of_sqlite_however_long_the_log_is(app):
    site = Site(app, SIZE)
    count_rows()
    ruling = Ruling(verdict=Verdict.APPROVE, moderator_id=site.desk.moderator.id, now=NOON)
    assert count_steps(lambda: decide(seen=[Seen(SIZE, 1)], ruling=ruling)) < 5
    assert db.session.get_one(Comment, SIZE).status == Status.PUBLISHED


@pytest.mark.parametrize("is_counted", [False, True])
def test_deleting_a_comment_takes_few_steps_of_sqlite_where_nobody_replies(app, is_counted):
    Site(app, SIZE)
    if is_counted:
        count_rows()
    # For each deleted row, SQLite looks for replies that name it.
    old = text(f"DELETE FROM comments WHERE id IN ({SIZE // 2}, {SIZE})")
    assert count_steps(lambda: db.session.execute(old)) < 5
