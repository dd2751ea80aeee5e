"""The plans of readers' pages: each query of comments searches an index, with and without ANALYZE.

SQLite chooses a plan by the statistics that ANALYZE left, perhaps when the site was small.
PostgreSQL scans a table of a few rows, and rightly, as it plans again when there are more. Before
it counted, it plans by what it counted in another test: emptying a table does not empty its counts.
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
from blog.db.transactions import write
from blog.reviews.models import Review
from tests.builders import make_comment, make_published_comment, make_published_reply, make_review
from tests.databases import on_both
from tests.db.tables import count_rows, postgres_plans, sqlite_plan, writing
from tests.desk.desk import open_desk
from tests.kept import forget_pages
from tests.page import Reader
from tests.privacy.people import TOKEN, carry

FEW, MANY = 8, 20_000
BEGINNINGS, GAPS = "ix_comments_beginnings", "ix_comments_gaps"
REPLIES = "ix_comments_parent_id_status_submitted_at_id"
# PostgreSQL takes either: they are of one order, and few comments on a page are replies.
ALIKE = {"ix_comments_review_id_status_submitted_at_id": BEGINNINGS}
# The indexes that each page uses; the numbers are ids of a thread and of a late comment.
PAGES = {
    "/reviews/run-on": {BEGINNINGS, GAPS, REPLIES},
    "/reviews/run-on/comments?after={after}": {BEGINNINGS, GAPS, REPLIES},
    "/reviews/run-on/comments/{thread}/replies": {REPLIES},
    "/reviews/run-on/comments/{thread}/replies?after={after}": {REPLIES},
    "/reviews/run-on/comments/{late}": {BEGINNINGS, GAPS},
    "/reviews/run-on/comments/{reply}": {REPLIES},
    "/reviews/run-on/comments/mine": {"ix_comments_resent_owner_hash"},
    "/reviews/comments/mine": {"ix_comments_resent_owner_hash"},
    "/": {GAPS},
    "/tags/sport": {GAPS},
    "/dramas": set(),
    "/feed.atom": set(),
    "/admin/reviews": {GAPS, "ix_comments_review_id_waiting_since_id"},
}
COPY = """
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count)
INSERT INTO comments ({columns}) SELECT {values} FROM comments AS one, numbers WHERE one.id = :one
"""
LATER = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f000', one.submitted_at, '+' || {seconds} || ' seconds')",
    "postgresql": "one.submitted_at + {seconds} * interval '1 second'",
}


class Site:
    """A review with comments in all states, some in one long thread, and eleven others."""

    def __init__(self, app: Flask) -> None:
        desk = open_desk(app)
        slugs = ["run-on", *"abcdefghijk"]
        self.reviews = [make_review(slug=slug, tags=["sport"]).id for slug in slugs]
        review = db.session.get_one(Review, self.reviews[0])
        first = make_published_comment(review=review, moderator=desk.moderator)
        reply = make_published_reply(to=first, moderator=desk.moderator)
        make_comment(review=review, token=TOKEN)
        self.thread, self.reply = first.id, reply.id
        self.after = str(first.cursor)
        self.reader, self.moderator = carry(app.test_client()), desk.client

    def fill(self, count: int) -> None:
        """Copy the first comment, every eighth copy as a reply, some of them in other states."""
        is_reply = "n % 8 = 0"
        # One thread in which each tenth reply is, and many others among the first copies.
        thread = "CASE WHEN n > 1000 AND n % 80 > 0 THEN one.id + 3 + n % 250 ELSE one.id END"
        # Not in the order of the rows, in which PostgreSQL would rather read many than few.
        time = LATER[db.engine.dialect.name].format(seconds="(n * 7919 % 20011)")
        changed = {
            "submitted_at": time,
            # One in twelve is on the review that is read.
            "review_id": f"CASE WHEN {is_reply} OR n % 12 = 4 THEN {self.reviews[0]}"
            f" ELSE {self.reviews[1]} + n % 11 END",
            "status": "CASE n % 10 WHEN 1 THEN 'pending' WHEN 2 THEN 'removed' ELSE one.status END",
            "waiting_since": f"CASE n % 10 WHEN 1 THEN {time} END",
            "parent_id": f"CASE WHEN {is_reply} THEN {thread} END",
            "in_reply_to_id": f"CASE WHEN {is_reply} THEN {thread} END",
            "has_replies": "n % 60 = 52",
            "client_name": "CAST(n * 7919 % 20011 AS text)",
            "owner_hash": "n % 1000",
            "submission_hash": "NULL",
        }
        names = [column.name for column in Comment.__table__.columns if column.name != "id"]
        copy = COPY.format(
            columns=", ".join(names),
            values=", ".join(changed.get(name, f"one.{name}") for name in names),
        )
        with writing() as connection:
            connection.execute(text(copy), {"count": count, "one": self.thread})
        late = "SELECT max(id) FROM comments WHERE parent_id IS NULL AND status = 'published'"
        self.late = db.session.execute(text(f"{late} AND review_id = {self.reviews[0]}")).scalar()
        db.session.rollback()

    def queries_of(self, path: str) -> list[tuple[str, Any]]:
        """Return the queries of a page that name the table of comments, with their parameters."""
        found: list[tuple[str, Any]] = []

        def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
            if re.search(r"\bcomments\b", statement):
                found.append((statement, values))

        forget_pages()
        client = self.moderator if path.startswith("/admin") else self.reader
        event.listen(db.engine, "before_cursor_execute", note)
        try:
            assert client.get(path.format(**vars(self))).status_code < 400, path
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return found


def explain(connection: Connection, statement: str, values: Any) -> Iterator[tuple[str, str]]:
    """Yield the name of the index that each step of a plan searches in the comments, or "".

    The second value is the step.
    """
    if connection.dialect.name == "sqlite":
        for step in sqlite_plan(connection, statement, values):
            if not re.match(r"(SCAN|SEARCH) comments(_\d+)?\b", step):
                continue
            found = re.search(
                r"SEARCH \w+ (?:EXISTS )?USING (?:COVERING )?(?:INDEX (\w+)|INTEGER (\w+))", step
            )
            yield (found[1] or found[2] if found else "", step)
        return
    for plan in postgres_plans(connection, statement, values):
        yield from _steps_of(plan)


def _steps_of(node: dict[str, Any]) -> Iterator[tuple[str, str]]:
    name = node.get("Index Name", "")
    if node.get("Relation Name") == "comments" and node["Node Type"] != "Bitmap Heap Scan":
        yield (name if "Index Cond" in node else "", json.dumps(node))
    elif node["Node Type"] == "Bitmap Index Scan":
        yield (name, json.dumps(node))
    for below in node.get("Plans", ()):
        yield from _steps_of(below)


def check(site: Site, pages: dict[str, set[str]] = PAGES) -> None:
    """Explain the queries of these pages."""
    for path, expected in pages.items():
        used = set()
        queries = site.queries_of(path)
        db.session.rollback()
        with db.engine.connect() as connection:
            for statement, values in queries:
                for index, step in explain(connection, statement, values):
                    assert index, f"{path}\n{step}\n{statement}"
                    used.add(ALIKE.get(index, index))
        assert expected <= used, f"{path}: {used}"


@on_both
@pytest.mark.slow
def test_every_query_of_comments_uses_an_index(new_app, database_name):
    new_app.test_client_class = Reader
    site = Site(new_app)
    filled = 0
    is_sqlite = database_name == "sqlite"
    for count in (FEW, 300, MANY) if is_sqlite else (MANY,):
        site.fill(count - filled)
        filled = count
        if is_sqlite:
            check(site)
        if count > FEW:
            count_rows()
            check(site)
    # Without any reply, an index of replies looks useless.
    write(db.session.execute, text("DELETE FROM comments WHERE parent_id IS NOT NULL"))
    count_rows()
    check(site, {path: set() for path in PAGES if "repl" not in path})
