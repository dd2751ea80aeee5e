"""Sending and deciding find each row by an index, with the planner's statistics and without."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from blog.comments.models import Seen
from blog.db.engine import db
from blog.db.transactions import write
from blog.decisions.commands import decide
from blog.decisions.recording import Ruling
from blog.moderation.states import Verdict
from tests.builders import NOON
from tests.databases import on_both
from tests.db.tables import count_rows
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
    word, scan = ("EXPLAIN QUERY PLAN", "SCAN {} ") if is_sqlite else ("EXPLAIN", "Seq Scan on {} ")
    poor = {}
    for sql, values in given.items():
        rows = db.session.connection().exec_driver_sql(f"{word} {sql}", values)
        lines = [f"{row[-1]} " for row in rows]
        # Most comments are no replies, so this index does not help to find the same comment.
        by_reply = "ix_comments_in_reply_to_id" if "author_name =" in sql else "nothing"
        bad = [by_reply, *(scan.format(table) for table in TABLES)]
        if any(part in line for part in bad for line in lines):
            poor[sql] = lines
    return poor


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


def test_a_decision_takes_few_steps_of_sqlite_however_long_the_log_is(app):
    site = Site(app, SIZE)
    count_rows()
    thousands = []

    def count() -> None:
        connection = db.session.connection().connection.dbapi_connection.writer
        connection.set_progress_handler(lambda: thousands.append(1), 1000)
        ruling = Ruling(verdict=Verdict.APPROVE, moderator_id=site.desk.moderator.id, now=NOON)
        (result,) = decide(seen=[Seen(SIZE, 1)], ruling=ruling)
        connection.set_progress_handler(None, 1000)
        assert result.is_done

    write(count)
    assert len(thousands) < 5
