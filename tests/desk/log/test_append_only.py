"""The database refuses every change and deletion of decisions."""

from contextlib import contextmanager

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from blog.comments.removal import remove_comment
from blog.db.engine import WRITING, db
from blog.db.transactions import write
from blog.decisions.models import Decision
from blog.reviews.commands import remove_review
from tests.builders import (
    make_comment,
    make_decision,
    make_moderator,
    make_published_comment,
    make_review,
)
from tests.databases import on_both

pytestmark = on_both

REFUSED = "decisions are only ever added"
COPY = "INSERT INTO decisions SELECT * FROM decisions WHERE id = 1"
# SQL statements that change or delete decisions.
ATTEMPTS = {
    "change": "UPDATE decisions SET verdict = 'reject'",
    "change one column": "UPDATE decisions SET reason = 'another' WHERE id = 1",
    "change who": "UPDATE decisions SET moderator_id = moderator_id",
    "take out": "DELETE FROM decisions WHERE id = 1",
    "take all out": "DELETE FROM decisions",
    "change by adding": f"{COPY} ON CONFLICT (id) DO UPDATE SET reason = 'another'",
}
OF_ONE_DATABASE = {
    "postgresql": {
        "empty": "TRUNCATE decisions CASCADE",
        "empty and count anew": "TRUNCATE decisions RESTART IDENTITY CASCADE",
        "empty by what it refers to": "TRUNCATE moderators CASCADE",
        "join": "MERGE INTO decisions d USING moderators m ON d.moderator_id = m.id"
        " WHEN MATCHED THEN DELETE",
    },
    "sqlite": {
        "replace": COPY.replace("INSERT", "REPLACE"),
        "insert or replace": COPY.replace("INSERT", "INSERT OR REPLACE"),
        "change or replace": "UPDATE OR REPLACE decisions SET id = 1",
    },
}


@contextmanager
def writing():
    """Yield a connection that may write; commit at the end."""
    with db.engine.connect().execution_options(**{WRITING: True}) as connection:
        yield connection
        connection.commit()


def attempt(sql: str) -> str:
    """Execute an SQL statement; return the error message of the database, or "done"."""
    try:
        with writing() as connection:
            connection.execute(text(sql))
    except DBAPIError as error:
        return str(error.orig)
    return "done"


def dump() -> list[tuple]:
    """Return all rows of the table of decisions."""
    rows = [tuple(row) for row in db.session.execute(select(Decision.__table__).order_by("id"))]
    db.session.rollback()
    return rows


@pytest.fixture
def review(app):
    return make_review()


def test_the_database_itself_refuses_every_change(review):
    moderator = make_moderator()
    make_published_comment(review=review, moderator=moderator)
    make_decision(comment=make_comment(review=review), moderator=moderator, reason="A reason.")
    before = dump()
    attempts = ATTEMPTS | OF_ONE_DATABASE[db.engine.dialect.name]
    errors = {name: attempt(sql) for name, sql in attempts.items()}
    assert {name: error for name, error in errors.items() if REFUSED not in error} == {}
    assert dump() == before


def test_decisions_outlive_their_comment_and_review(review):
    numbers = [make_published_comment(review=review).id for _ in range(2)]
    before = dump()
    assert [row[1] for row in before] == numbers
    write(remove_comment, comment_id=numbers[0])
    assert dump() == before
    write(remove_review, review=review)
    assert dump() == before


def test_a_moderator_with_decisions_cannot_be_deleted(review):
    make_published_comment(review=review)
    before = dump()
    with pytest.raises(DBAPIError, match=r"(?i)foreign key"), writing() as connection:
        connection.execute(text("DELETE FROM moderators"))
    assert dump() == before
