"""A database that is away or read-only for a while loses no words and needs no restart."""

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import delete, insert
from sqlalchemy.exc import DBAPIError
from werkzeug.test import TestResponse

from blog.db.engine import db
from blog.db.errors import is_unavailable
from blog.db.transactions import write
from blog.limits.models import LimitBucket
from blog.moderation.states import Status
from blog.outbox.delivery import LoggedErrors
from tests.builders import NOON, make_comment, make_review
from tests.databases import (
    drop_postgres,
    emptying_statements,
    fresh_postgres,
    fresh_sqlite,
    on_both,
    on_postgresql,
)
from tests.db.outages import OUTAGES, cut_connections
from tests.desk.desk import HTMX_OR_PLAIN, open_desk
from tests.page import soup_of
from tests.poolers import connect_to
from tests.site.comments.sending import (
    COMMENT,
    comments,
    random_id,
    send,
    with_and_without_htmx,
)


@pytest.fixture(scope="module")
def postgres_url() -> Iterator[str]:
    """The URL of a migrated database that only these tests use, as they take it away."""
    url = fresh_postgres()
    yield url
    drop_postgres(url)


@pytest.fixture
def database_url(database_name, tmp_path, request) -> str:
    if database_name == "sqlite":
        (tmp_path / "data").mkdir()
        return fresh_sqlite(tmp_path / "data")
    url = request.getfixturevalue("postgres_url")
    with connect_to(url) as connection:
        connection.execute(emptying_statements(connection))
    return url


def words_in(response: TestResponse) -> list[str]:
    """Return the texts in the fields of a page."""
    page = soup_of(response)
    areas = [area.get_text().strip() for area in page.find_all("textarea")]
    return areas + [field.get("value", "") for field in page.find_all("input")]


def make_row() -> None:
    """Write a row that stays alone."""
    row = {"name": "a", "touched_at": NOON}
    db.session.execute(delete(LimitBucket))
    db.session.execute(insert(LimitBucket).values(row))


@on_both
@with_and_without_htmx
def test_a_comment_gets_its_words_back_and_is_stored_once_the_cause_has_ended(
    new_app, database_url, database_name, htmx
):
    make_review()
    reader = new_app.test_client()
    for number, outage in enumerate(OUTAGES[database_name], 1):
        body = f"Comment {number}"
        with outage(database_url):
            response = send(reader, COMMENT | {"body": body}, htmx=htmx)
            assert response.status_code == 503, outage
            assert int(response.headers["Retry-After"]) > 0
            assert soup_of(response).find("textarea").get_text().strip() == body
        assert send(reader, COMMENT | {"body": body}, htmx=htmx).status_code in (201, 303), outage
        assert [comment.body for comment in comments()][number - 1 :] == [body]
        db.session.remove()


@on_both
@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_a_decision_and_a_saved_review_get_their_words_back_until_the_cause_has_ended(
    new_app, database_url, database_name, htmx
):
    comment = make_comment(review=make_review())
    desk = open_desk(new_app)
    assert desk.token
    reason = {"reason_words": "An hour of typing."}
    draft = {"title": "Run On", "body": "A day of typing.", "action": "save"}
    for outage in OUTAGES[database_name]:
        with outage(database_url):
            refused = desk.decide(comment, "reject", version=1, htmx=htmx, **reason)
            unsaved = desk.post("/admin/reviews", draft, htmx=htmx)
            for response in (refused, unsaved):
                assert response.status_code == 503, outage
                assert int(response.headers["Retry-After"]) > 0
            # htmx leaves the form as it is, and shows the notice above it.
            assert htmx or reason["reason_words"] in words_in(refused)
            assert htmx or draft["body"] in words_in(unsaved)
    assert desk.decide(comment, "reject", version=1, htmx=htmx, **reason).status_code < 400
    assert comments()[0].status == Status.REJECTED
    assert desk.post("/admin/reviews", draft, htmx=htmx).status_code < 400


@on_postgresql
def test_connections_that_the_server_has_closed_are_noticed_before_they_are_used(
    new_app, database_url
):
    make_review()
    reader = new_app.test_client()
    for _ in range(2):
        db.session.remove()
        cut_connections(database_url)
        assert send(reader).status_code == 303
        db.session.remove()
        cut_connections(database_url)
        assert reader.get("/reviews/run-on").status_code == 200
    assert len(comments()) == 1


@on_postgresql
@with_and_without_htmx
def test_a_comment_whose_commit_lost_its_answer_is_stored_once_when_sent_again(
    new_app, monkeypatch, htmx
):
    make_review()
    reader, form = new_app.test_client(), COMMENT | {"submission_id": random_id()}
    do_commit = db.engine.dialect.do_commit

    def commit_and_lose_the_answer(connection: psycopg.Connection) -> None:
        is_writing = connection.execute("SHOW transaction_read_only").fetchone() == ("off",)
        do_commit(connection)
        if is_writing:
            connection.pgconn.finish()
            do_commit(connection)

    monkeypatch.setattr(db.engine.dialect, "do_commit", commit_and_lose_the_answer)
    response = send(reader, form, htmx=htmx)
    monkeypatch.undo()
    assert response.status_code == 503
    assert len(comments()) == 1
    assert soup_of(response).find("textarea").get_text().strip() == COMMENT["body"]
    assert send(reader, form, htmx=htmx).status_code in (201, 303)
    assert len(comments()) == 1


@on_both
def test_a_command_says_in_one_line_that_the_database_is_away(new_app, database_url, database_name):
    for outage in OUTAGES[database_name]:
        with outage(database_url):
            for command in ("setup", "maintenance"):
                result = new_app.test_cli_runner().invoke(args=[command])
                assert result.exit_code == 1, (outage, command)
                assert len(result.stderr.splitlines()) == 1, result.stderr


@on_both
def test_the_sender_of_mail_survives_with_one_line_in_the_log(
    new_app, database_url, database_name, caplog
):
    for outage in OUTAGES[database_name]:
        caplog.clear()
        with outage(database_url):
            with LoggedErrors("a round") as this_round:
                write(make_row)
            assert this_round.failure
        (line,) = [each for each in caplog.messages if each.startswith("Outbox")]
        assert "the database is unavailable" in line
        assert "\n" not in line
        with LoggedErrors("a round") as this_round:
            write(make_row)
        assert this_round.failure is None


# The states of errors that PostgreSQL or a pooler reports, and whether they end the connection.
AWAY = {
    "shut down by the administrator": ("57P01", True),
    "shut down after a crash": ("57P02", True),
    "starting": ("57P03", True),
    "closed for being idle": ("57P05", True),
    "too many connections": ("53300", True),
    "disk full": ("53100", False),
    "connection failed": ("08006", True),
    "connection does not exist": ("08003", True),
    "the pooler's time is over": ("08P01", True),
    # The driver does not call these operational.
    "closed for being idle in a transaction": ("25P03", True),
    "read-only": ("25006", True),
}


def wrap(state: str, *, ends: bool) -> DBAPIError:
    """Return an error of the driver as SQLAlchemy reports it."""
    cause = psycopg.errors.lookup(state)("made up")
    return DBAPIError.instance("", {}, cause, psycopg.Error, connection_invalidated=ends)


@pytest.mark.parametrize(("state", "ends"), AWAY.values(), ids=AWAY)
def test_an_error_outside_the_program_means_that_the_database_is_away(state, ends):
    assert is_unavailable(wrap(state, ends=ends))


def test_an_error_of_the_program_does_not_mean_that_the_database_is_away():
    for state in ("23505", "42601", "42P01", "22001"):
        assert not is_unavailable(wrap(state, ends=False)), state
