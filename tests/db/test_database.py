"""The function `write`, which runs every writing command, and the checks of the database."""

from datetime import UTC, datetime, timedelta, timezone

import psycopg
import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, StatementError

from blog.accounts.models import Moderator
from blog.comments.models import BODY_LENGTH, Comment
from blog.db.driver import sqlite
from blog.db.engine import db
from blog.db.errors import DatabaseBusyError, constraint_name, is_transient
from blog.db.transactions import ATTEMPTS, write
from blog.limits.models import LimitBucket
from blog.reviews.models import Review
from tests.builders import NOON, make_comment, make_decision, make_moderator, make_review
from tests.databases import on_both

pytestmark = on_both


def sqlite_error(code: int) -> OperationalError:
    cause = sqlite.OperationalError("made up")
    cause.sqlite_errorcode = code
    return OperationalError("SELECT 1", {}, cause)


def postgres_error(state: str) -> DBAPIError:
    return DBAPIError("SELECT 1", {}, psycopg.errors.lookup(state)("made up"))


# Errors after which another attempt may succeed.
TRANSIENT = {
    "busy": sqlite_error(sqlite.SQLITE_BUSY),
    "busy snapshot": sqlite_error(sqlite.SQLITE_BUSY | 2 << 8),
    "locked": sqlite_error(sqlite.SQLITE_LOCKED),
    "serialisation": postgres_error("40001"),
    "deadlock": postgres_error("40P01"),
    "lock not available": postgres_error("55P03"),
    "cancelled": postgres_error("57014"),
}
# Errors outside the program that last until an operator acts.
UNWRITABLE = {
    "disk full": sqlite_error(sqlite.SQLITE_FULL),
    "read only": sqlite_error(sqlite.SQLITE_READONLY),
    "disk full on PostgreSQL": OperationalError(
        "SELECT 1", {}, psycopg.errors.lookup("53100")("made up")
    ),
}
OTHER_ERRORS = {
    "unique": postgres_error("23505"),
    "syntax": postgres_error("42601"),
    "no error of the database": ValueError("a bug"),
}


class Failing:
    """A command that writes a row, and then fails the first `times` runs."""

    def __init__(self, error: Exception, times: int) -> None:
        self.error, self.times, self.runs = error, times, 0

    def __call__(self) -> str:
        self.runs += 1
        row = {"name": f"run {self.runs}", "touched_at": NOON}
        db.session.execute(insert(LimitBucket).values(row))
        if self.runs <= self.times:
            raise self.error
        return "done"


def rows() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(LimitBucket.name)))


@pytest.mark.parametrize("error", TRANSIENT.values(), ids=TRANSIENT)
def test_a_transient_error_is_rolled_back_and_the_command_is_run_again(app, error):
    assert is_transient(error)
    command = Failing(error, times=ATTEMPTS - 1)
    assert write(command) == "done"
    assert command.runs == 3
    assert rows() == ["run 3"]


def test_a_third_transient_error_raises_database_busy(app):
    command = Failing(TRANSIENT["deadlock"], times=99)
    with pytest.raises(DatabaseBusyError):
        write(command)
    assert command.runs == 3
    assert rows() == []
    assert write(Failing(TRANSIENT["busy"], times=0)) == "done"


@pytest.mark.parametrize("error", UNWRITABLE.values(), ids=UNWRITABLE)
def test_an_unwritable_database_raises_database_busy_at_once_and_logs_no_details(
    app, error, caplog
):
    command = Failing(error, times=99)
    with pytest.raises(DatabaseBusyError):
        write(command)
    assert command.runs == 1
    assert rows() == []
    assert "The database cannot be written" in caplog.text
    assert "made up" not in caplog.text


@pytest.mark.parametrize("error", OTHER_ERRORS.values(), ids=OTHER_ERRORS)
def test_any_other_error_is_raised_at_once_and_rolled_back(app, error):
    command = Failing(error, times=99)
    with pytest.raises(type(error)):
        write(command)
    assert command.runs == 1
    assert rows() == []


def test_an_interrupted_command_is_rolled_back(app):
    with pytest.raises(KeyboardInterrupt):
        write(Failing(KeyboardInterrupt(), times=99))
    assert rows() == []


def test_an_object_read_before_writing_is_still_loaded_after(app):
    review = make_review()
    write(Failing(ValueError(), times=0))
    assert review.title == "The finish line of run-on"


@pytest.mark.parametrize(
    "statement",
    [
        insert(LimitBucket).values(name="x", touched_at=NOON),
        update(Review).values(title="x"),
        text("DELETE FROM reviews"),
        text("CREATE TABLE x (y INTEGER)"),
    ],
    ids=["insert", "update", "delete", "create"],
)
def test_a_session_that_reads_cannot_write(app, statement):
    make_review()
    db.session.rollback()
    with pytest.raises(DBAPIError, match=r"read-?only"):
        db.session.execute(statement)
    db.session.rollback()
    assert db.session.scalars(select(Review.title)).all() == ["The finish line of run-on"]


def test_after_writing_the_session_is_read_only_again(app):
    write(Failing(ValueError(), times=0))
    statement = text("DELETE FROM limit_buckets")
    with pytest.raises(DBAPIError, match=r"read-?only"):
        db.session.execute(statement)
    assert rows() == ["run 1"]


def test_a_connection_without_a_session_cannot_write(app):
    write(Failing(ValueError(), times=0))
    with db.engine.connect() as connection, pytest.raises(DBAPIError, match=r"read-?only"):
        connection.execute(text("DELETE FROM limit_buckets"))
    assert rows() == ["run 1"]


def test_a_time_without_a_time_zone_is_refused(app):
    naive = datetime(2026, 5, 1, 12, 0)  # noqa: DTZ001  # This test needs a time without a zone.
    with pytest.raises(StatementError, match="has no time zone"):
        make_review(published_at=naive)


def test_a_time_is_read_back_in_utc_to_the_microsecond(app):
    seoul = timezone(timedelta(hours=9))
    make_review(published_at=datetime(2026, 5, 1, 12, 0, 0, 123456, seoul))
    db.session.rollback()
    stored = db.session.scalars(select(Review.published_at)).one()
    assert stored == datetime(2026, 5, 1, 3, 0, 0, 123456, UTC)
    assert stored.tzinfo is UTC


def test_a_plain_string_is_refused_in_a_column_of_safe_html(app):
    with pytest.raises((StatementError, TypeError)) as refused:
        make_review(body_html="<p>words</p>")
    assert "Markup" in str(refused.value) or "render" in str(refused.value)


# Table, values that the database refuses, and the name of the check.
REFUSED = [
    (Comment, {"author_name": ""}, "ck_comments_name_length"),
    (Comment, {"author_name": "x" * 81}, "ck_comments_name_length"),
    (Comment, {"author_email": "x"}, "ck_comments_email_length"),
    (Comment, {"author_email": "x" * 255}, "ck_comments_email_length"),
    (Comment, {"body": ""}, "ck_comments_body_length"),
    (Comment, {"body": "런" * (BODY_LENGTH + 1)}, "ck_comments_body_length"),
    (Comment, {"version": 0}, "ck_comments_version_positive"),
    (Comment, {"status": text("'unknown'")}, "ck_comments_status"),
    (Comment, {"status": "published", "published_at": None}, "ck_comments_published_has_moment"),
    (Review, {"slug": ""}, "ck_reviews_slug_length"),
    (Review, {"title": "x" * 301}, "ck_reviews_title_length"),
    (Review, {"byline": ""}, "ck_reviews_byline_length"),
    (Review, {"byline": "x" * 121}, "ck_reviews_byline_length"),
    (Review, {"summary": ""}, "ck_reviews_summary_length"),
    (Review, {"summary": "런" * 501}, "ck_reviews_summary_length"),
    (Review, {"watch_if": "런" * 201}, "ck_reviews_watch_if_length"),
    (Review, {"skip_if": ""}, "ck_reviews_skip_if_length"),
    (Review, {"drama_title": ""}, "ck_reviews_drama_title_length"),
    (Review, {"drama_title": "x" * 201}, "ck_reviews_drama_title_length"),
    (Review, {"rating": 10.5}, "ck_reviews_rating_range"),
    (Review, {"rating": -0.5}, "ck_reviews_rating_range"),
    (Review, {"rating": 7.3}, "ck_reviews_rating_halves"),
    (Review, {"rating": 7.9}, "ck_reviews_rating_halves"),
    (Review, {"drama_year": 1949}, "ck_reviews_drama_year_range"),
    (Review, {"drama_episodes": 0}, "ck_reviews_drama_episodes_range"),
    (Moderator, {"name": ""}, "ck_moderators_name_length"),
    (Comment, {"status": "pending", "waiting_since": None}, "ck_comments_pending_waits"),
    (Comment, {"status": "spam", "waiting_since": NOON}, "ck_comments_decided_waits_not"),
    (Comment, {"moderator_id": 1}, "ck_comments_moderator_reply_has_parent"),
]


def test_the_database_refuses_values_that_the_forms_refuse(app):
    comment = make_comment(review=make_review())
    make_decision(comment=comment, moderator=make_moderator())
    for model, change, check in REFUSED:
        with pytest.raises(IntegrityError) as refused:
            write(db.session.execute, update(model.__table__).values(change))
        assert constraint_name(refused.value) == check, change


def test_the_database_accepts_values_at_the_limits_of_the_forms(app):
    make_comment(review=make_review())
    for model, change in [
        (Comment, {"author_name": "😭" * 80, "body": "런" * BODY_LENGTH, "author_email": None}),
        (Comment, {"author_name": "x", "body": "x", "author_email": "a@b"}),
        (Review, {"rating": 10, "drama_year": None, "drama_episodes": 2000}),
        (Review, {"rating": 7.5, "byline": "런" * 120, "summary": "런" * 500}),
        (Review, {"rating": 0, "byline": "x", "summary": "x", "drama_title": "런" * 200}),
        (Review, {"rating": None, "drama_title": "x"}),
    ]:
        write(db.session.execute, update(model.__table__).values(change))
