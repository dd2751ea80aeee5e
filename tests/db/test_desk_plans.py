"""The plans of moderators' pages: no query reads a whole table, with ANALYZE and without it.

SQLite may choose another index once ANALYZE has counted the rows. PostgreSQL counts them by itself,
and rightly reads a table in its order where the first rows that match are enough.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, event, text

from blog.comments.models import Comment
from blog.db.engine import db
from blog.db.types import Base
from blog.decisions.models import Decision
from blog.desk.queue import matching
from blog.moderation.states import Verdict
from blog.notices.queries import find_newest_waiting
from blog.privacy.forgetting import DUE, list_due
from tests.builders import (
    NOON,
    make_comment,
    make_decision,
    make_moderator,
    make_report,
    make_review,
)
from tests.databases import on_both
from tests.db.tables import count_rows, postgres_plans, sqlite_plan, writing
from tests.desk.desk import Desk, open_desk

MANY = 20_000
# The indexes that each page has to use, beside others.
KNOWN, SENT = "ix_comments_is_known_waiting_since_id", "ix_comments_client_name_status"
PAGES = {
    "/admin/comments": {"ix_comments_waiting_since_id"},
    "/admin/comments?sort=known": {KNOWN},
    "/admin/comments?sort=known&after=1.1777630000000000-7": {KNOWN},
    "/admin/comments?sender={last}": {SENT},
    "/admin/comments?sender={last}&status=published": {SENT},
    "/admin/comments?status=published&q=bench": {"ix_comments_status_submitted_at_id_review_id"},
    "/admin/comments?status=rejected": {"ix_comments_status_submitted_at_id_review_id"},
    "/admin/comments?q=bench": {"ix_comments_submitted_at_id"},
    "/admin/comments?review=run-on": set(),
    "/admin/comments/changes?since=0&rows={last}.1": set(),
    "/admin/comments/{last}": set(),
    # Where a verdict is frequent, the log itself is as quick.
    "/admin/log?verdict=spam": set(),
    "/admin/log?verdict=keep": {"ix_decisions_verdict_id"},
    # The index of the verdict alone is as quick where nobody has given it.
    "/admin/log?moderator=1&verdict=keep": set(),
    "/admin/log?moderator=1": set(),
    "/admin/log?comment={last}": {"ix_decisions_comment_id_id"},
    "/admin/log/moderators": {"ix_decisions_moderator_id_decided_at_waited_seconds"},
}
# The names under which queries read the two tables.
TABLES = ("comments", "decisions", "newest", "older", "published", "pending", "sent", "undo")
_SCAN = re.compile(rf"SCAN ({'|'.join(TABLES)})(_\d+)?\b(?! USING)")
_ANY_SCAN = re.compile(rf"SCAN ({'|'.join(TABLES)})(_\d+)?\b")
_COPY = """
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count)
INSERT INTO {table} ({columns}) SELECT {values} FROM {table} AS one, numbers WHERE one.id = :one
"""
_LATER = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f000', one.{name}, '+' || n || ' minutes')",
    "postgresql": "one.{name} + n * interval '1 minute'",
}


def copy(table: type[Base], one: int, **changed: str) -> None:
    """Insert copies of a row; `changed` has SQL for columns, in which `n` counts the copies."""
    names = [column.name for column in table.__table__.columns if column.name != "id"]
    values = ", ".join(changed.get(name, f"one.{name}") for name in names)
    insert = _COPY.format(table=table.__tablename__, columns=", ".join(names), values=values)
    with writing() as connection:
        connection.execute(text(insert), {"count": MANY, "one": one})


def later(name: str) -> str:
    return _LATER[db.engine.dialect.name].format(name=name)


def fill(desk: Desk) -> int:
    """Make many comments in several states, and a decision on each; return the last comment's id.

    One in ten waits; nobody has ever decided to keep a reported comment.
    """
    reviews = [make_review(slug=slug) for slug in ("run-on", *map(str, range(49)))]
    decided = make_comment(review=reviews[0], body="The bench. http://a.kr/", token="ab" * 16)
    make_decision(comment=decided, moderator=desk.moderator, verdict=Verdict.APPROVE)
    make_report(comment=decided)
    states = "CASE n % 10 WHEN 0 THEN 'pending' WHEN 1 THEN 'rejected' WHEN 2 THEN 'spam'"
    copy(
        Comment,
        decided.id,
        # Of few reviews, SQLite may count each apart, which then is as quick.
        review_id=f"{reviews[0].id} + n % {len(reviews)}",
        status=f"{states} ELSE 'published' END",
        waiting_since=f"CASE n % 10 WHEN 0 THEN {later('submitted_at')} END",
        submitted_at=later("submitted_at"),
        owner_hash="n % 5000",
        client_name="n % 4000",
        copies_key="n % 7000",
        submission_hash="NULL",
        is_known="n % 3 = 0",
    )
    others = [make_moderator(email=f"desk-{n}@example.org").id for n in range(9)]
    copy(
        Decision,
        1,
        moderator_id=f"{others[0]} + n % {len(others)}",
        comment_id="one.comment_id + n",
        verdict="CASE n % 9 WHEN 0 THEN 'spam' WHEN 1 THEN 'reject' ELSE 'approve' END",
        decided_at=later("decided_at"),
        waited_seconds="n % 977",
    )
    db.session.rollback()
    return db.session.execute(text("SELECT max(id) FROM comments")).scalar_one()


@pytest.fixture
def executed(app) -> Iterator[list[tuple[str, Any]]]:
    """The queries executed in the test, with their parameters."""
    found: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        if statement.startswith(("SELECT", "WITH")):
            found.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", note)
    yield found
    event.remove(db.engine, "before_cursor_execute", note)


def explain(connection: Connection, statement: str, values: Any) -> tuple[list[str], set[str]]:
    """Return the steps of a query that read a whole table, and the indexes that it uses."""
    if connection.dialect.name == "sqlite":
        steps = sqlite_plan(connection, statement, values)
        # An index may be read in its order, up to a limit.
        scans = _SCAN if "LIMIT" in statement else _ANY_SCAN
        used = (re.search(r"USING (?:COVERING )?INDEX (\w+)", step) for step in steps)
        return [step for step in steps if scans.match(step)], {each[1] for each in used if each}
    plans = postgres_plans(connection, statement, values)
    nodes = [pair for plan in plans for pair in _walk(plan, parent="")]
    scans = [
        json.dumps(node)
        for node, parent in nodes
        if node["Node Type"] == "Seq Scan"
        and node["Relation Name"] in ("comments", "decisions")
        and parent != "Limit"
    ]
    return scans, {node["Index Name"] for node, _parent in nodes if "Index Name" in node}


def _walk(node: dict[str, Any], *, parent: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield each node of a plan with the type of the node above it."""
    yield node, parent
    for below in node.get("Plans", ()):
        yield from _walk(below, parent=node["Node Type"])


def explain_all(executed: list[tuple[str, Any]]) -> set[str]:
    """Check that no query read a whole table; return the indexes that the queries used."""
    queries = dict(executed)
    executed.clear()
    db.session.rollback()
    used: set[str] = set()
    with db.engine.connect() as connection:
        for statement, values in queries.items():
            scans, indexes = explain(connection, statement, values)
            assert not scans, f"{statement}\n{scans}"
            used |= indexes
    executed.clear()
    return used


@on_both
@pytest.mark.slow
def test_no_page_of_moderators_reads_a_whole_table(app: Flask, executed, monkeypatch):
    # A search of ten thousand would read most of these comments.
    monkeypatch.setattr(matching, "MAX_SEARCHED", 100)
    desk = open_desk(app)
    last = fill(desk)
    for is_analyzed in (False, True) if db.engine.name == "sqlite" else (True,):
        if is_analyzed:
            count_rows()
        executed.clear()
        for path, expected in PAGES.items():
            assert desk.get(path.format(last=last)).status_code == 200, path
            used = explain_all(executed)
            assert expected <= used, (is_analyzed, path, used)
        find_newest_waiting()
        for rule in DUE.values():
            list_due(rule=rule, before=NOON, after=None)
        assert explain_all(executed) >= {"ix_comments_personal", "ix_comments_owned"}
