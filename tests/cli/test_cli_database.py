"""`flask database copy URL` copies every row, goes on after an interruption, refuses the rest."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import current_app
from sqlalchemy import make_url, text

from blog.cli import database
from blog.comments.removal import delete_comments
from blog.db import copying
from blog.db.engine import db
from blog.db.fingerprints import fingerprint_tables
from blog.db.transactions import write
from blog.db.types import Base
from blog.moderation.states import Verdict
from blog.reviews.models import Review
from tests.builders import make_comment, make_decision, make_moderator
from tests.databases import (
    SECRET_KEY,
    drop_postgres,
    fresh_postgres,
    fresh_sqlite,
    on_both,
    on_postgresql,
)
from tests.db.tables import dump, opened, read_columns, writing
from tests.db.test_wide_ids import SMALL, begin_ids_at, fill

# Each database raises a version of its own.
OWN = "site_versions"

pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def filled(tmp_path_factory) -> Path:
    """An SQLite file with a row in every table, for copying."""
    folder = tmp_path_factory.mktemp("filled")
    with opened(fresh_sqlite(folder)):
        fill("first")
    return folder / "test.sqlite3"


@pytest.fixture
def source(filled: Path, tmp_path: Path) -> Iterator[Path]:
    """The database of the site, an SQLite file with a row in every table."""
    path = Path(shutil.copy(filled, tmp_path / "source.sqlite3"))
    with opened(f"sqlite:///{path}"):
        yield path


@pytest.fixture
def target(own_database_url: str) -> str:
    """The URL of a migrated database without rows."""
    return own_database_url


def copy(url: str, *more: str) -> str:
    """Run the command, which must succeed, and return its output."""
    result = run(url, *(more or ["--yes"]))
    assert result.exit_code == 0, result.output
    return result.output


def fault_of(url: str, *more: str) -> str:
    """Run the command, which must fail with one line, and return this line."""
    result = run(url, *(more or ["--yes"]))
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit), result.exception
    assert "pass-word" not in result.output
    (line,) = result.stderr.splitlines()
    return line


def run(url: str, *more: str):
    db.session.rollback()
    runner = current_app.test_cli_runner()
    return runner.invoke(args=["database", "copy", url, *more], catch_exceptions=True)


def content_of(url: str) -> dict:
    """Return the counts and hashes of the tables that a copy has in common with its source."""
    tables = [table for table in Base.metadata.sorted_tables if table.name != OWN]
    with opened(url), db.engine.connect() as connection:
        return fingerprint_tables(connection, tables)


def execute(url: str, *statements: str) -> None:
    with opened(url), writing() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


@on_postgresql
def test_a_copy_to_sqlite_and_back_has_the_same_rows_and_ids_go_on(bare_database_url, tmp_path):
    there, here = f"sqlite:///{tmp_path / 'there.sqlite3'}", bare_database_url
    first = fresh_postgres()
    with opened(first):
        fill("first")
        begin_ids_at(SMALL)
        fill("second")
        review = db.session.get_one(Review, SMALL + 1)
        deleted = make_comment(review=review).id
        write(delete_comments, comment_ids=[deleted])
        columns = read_columns()
        del columns[OWN]
        before = dump(columns)
        copy(there)
    with opened(there):
        output = copy(here)
    # The new database counts comments itself.
    copied = sum(map(len, before.values())) - len(before["comment_counts"])
    assert f"Copied: {copied:,} rows" in output
    with opened(here):
        assert dump(columns) == before
        assert [table for table, rows in before.items() if not rows] == []
    for url in (here, there):
        with opened(url):
            comment = make_comment(review=db.session.get_one(Review, SMALL + 1))
            assert comment.id == deleted + 1
            moderator = make_moderator(email="new@example.org")
            decided = make_decision(comment=comment, moderator=moderator)
            undone = make_decision(comment=decided, moderator=moderator, verdict=Verdict.REOPEN)
            assert undone.is_pending
    assert Path(make_url(there).database).stat().st_mode & 0o777 == 0o600
    drop_postgres(first)


@on_both
def test_a_copy_that_is_interrupted_goes_on_where_it_stopped(source, target, monkeypatch):
    monkeypatch.setattr(copying, "BATCH", 3)
    done = -1
    while True:
        let_through(8, monkeypatch)
        if run(target, "--yes").exit_code == 0:
            break
        monkeypatch.undo()
        monkeypatch.setattr(copying, "BATCH", 3)
        with opened(target):
            copied = sum(map(len, dump(read_columns()).values()))
        assert copied > done
        done = copied
    assert done > 30
    assert content_of(target) == content_of(f"sqlite:///{source}")


def let_through(count: int, monkeypatch) -> None:
    """Interrupt the command after this number of batches, in the middle of the next."""

    def interrupted(command, **arguments):
        nonlocal count
        if count:
            count -= 1
            return write(command, **arguments)

        def stop(**arguments):
            command(**arguments)
            raise KeyboardInterrupt

        return write(stop, **arguments)

    monkeypatch.setattr(database, "write", interrupted)


def test_an_interrupted_copy_says_how_to_go_on(source, target, monkeypatch):
    let_through(2, monkeypatch)
    assert fault_of(target) == "Error: Stopped. The same command goes on where this one stopped."
    monkeypatch.undo()
    assert "of them there already" in copy(target)


@on_postgresql
def test_a_copy_whose_connection_is_lost_goes_on(source, target, monkeypatch):
    def cut(command, **arguments):
        """End the connection in the middle of the second batch."""

        def lose(**arguments):
            command(**arguments)
            if arguments["table"].name == "mail_addresses":
                db.session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

        write(lose, **arguments)

    monkeypatch.setattr(database, "write", cut)
    assert fault_of(target).endswith("The same command goes on where this one stopped.")
    monkeypatch.undo()
    copy(target)
    assert content_of(target) == content_of(f"sqlite:///{source}")


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("", "URL takes sqlite:////folder/file.sqlite3 or postgresql://user:password@host/name."),
        ("mysql://me:pass-word@host/x", "URL takes sqlite:////folder/file.sqlite3 or postgresql://"),
        ("sqlite:////no/such/x.sqlite3", "URL: /no/such is not a folder we may write;"),
        ("postgres://me:a@pass-word@host/x", "URL: an @ in the user or the password is"),
        ("postgres://me:pass-word@127.0.0.1:1/x", "URL: the database cannot be used: connection"),
        ("postgres://me:pass-word@/x?colour=1", "URL: the database cannot be used: invalid conn"),
        ("sqlite:////etc/hostname", "URL: the database cannot be used: file is not a database."),
    ],
)  # fmt: skip
def test_a_bad_url_is_refused_without_its_password(source, url, fault):
    assert fault_of(url).startswith(f"Error: {fault}")


def test_the_database_itself_is_refused_by_each_of_its_names(source, tmp_path):
    (tmp_path / "link.sqlite3").symlink_to(source)
    for name in ("source.sqlite3", "link.sqlite3"):
        fault = fault_of(f"sqlite:///{tmp_path / name}")
        assert fault == "Error: URL is the database that is copied: give that of another one."


@on_postgresql
def test_a_postgresql_database_itself_is_refused_by_another_address(own_database_url):
    with opened(own_database_url):
        fault = fault_of(f"{own_database_url}&application_name=other")
        assert "URL is the database that is copied" in fault


# What is done to a migrated database without rows, and why it is refused as a target.
@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE alembic_version SET version_num = '0007'", "tables of another release or program"),
        ("UPDATE alembic_version SET version_num = '9999'", "tables of another release or program"),
        ("DROP TABLE alembic_version", "tables of another release or program"),
        ("INSERT INTO spent_proofs VALUES ('x', '2026-01-01')",
         "rows of its own, such as spent_proofs x"),
    ],
)  # fmt: skip
def test_a_database_with_content_of_its_own_is_refused_and_unchanged(
    source, target, statement, fault
):
    execute(target, statement)
    file = Path(make_url(target).database)
    before = file.read_bytes()
    assert fault in fault_of(target)
    assert file.read_bytes() == before


def test_a_copy_with_a_changed_row_is_refused(source, target):
    copy(target)
    execute(target, "UPDATE reviews SET title = 'Another' WHERE id = 1")
    fault = fault_of(target)
    assert (
        fault
        == "Error: URL has rows of its own, such as reviews 1: give that of an empty database."
    )


def test_nothing_is_created_before_the_answer(source, tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path / 'new.sqlite3'}"
    assert "Add --yes to copy without asking." in fault_of(url, "--")
    monkeypatch.setattr(database, "has_terminal", lambda: True)
    result = current_app.test_cli_runner().invoke(args=["database", "copy", url], input="n\n")
    assert (result.exit_code, "Is the site stopped? Copy now?" in result.output) == (1, True)
    assert not (tmp_path / "new.sqlite3").exists()


@on_postgresql
def test_a_value_that_the_new_database_refuses_is_named_and_can_be_repaired(source, target):
    here = f"sqlite:///{source}"
    execute(
        here,
        "UPDATE reviews SET summary = 'a' || char(0) WHERE id = 1",
        "UPDATE comments SET version = 3000000000 WHERE id = 2",
    )
    fault = fault_of(target)
    assert "The new database refuses reviews 1: PostgreSQL text fields cannot contain NUL" in fault
    execute(here, "UPDATE reviews SET summary = 'a' WHERE id = 1")
    fault = fault_of(target)
    assert 'refuses comments 2: value "3000000000" is out of range for type integer.' in fault
    execute(here, "UPDATE comments SET version = 1 WHERE id = 2")
    copy(target)
    assert content_of(target) == content_of(here)


# Values that other programs can put into an SQLite file.
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE comments SET submitted_at = 'yesterday' WHERE id = 2",
        "UPDATE comments SET body = CAST(x'ff' AS TEXT) WHERE id = 2",
    ],
)
def test_a_value_that_cannot_be_read_is_named(source, target, change):
    execute(f"sqlite:///{source}", change)
    fault = fault_of(target)
    assert fault.startswith("Error: comments 2 cannot be read: ")
    assert "\ufffd" not in fault


def test_a_source_that_changes_meanwhile_is_noticed(source, target, monkeypatch):
    def meddle(command, **arguments):
        write(command, **arguments)
        execute(f"sqlite:///{source}", "UPDATE rules SET note = 'changed'", "DELETE FROM reports")

    monkeypatch.setattr(database, "write", meddle)
    fault = fault_of(target)
    assert "rules has other values" in fault
    assert "reports has 1 rows, not 0" in fault
    assert "Stop it, and `outbox run`, and copy again, into an empty database." in fault


@on_both
def test_the_command_says_where_the_key_is_but_not_the_key(source, target):
    folder = current_app.extensions["settings"].data_dir
    (folder / "secret_key").write_text(f"{SECRET_KEY}\n")
    output = copy(target)
    assert str(folder / "secret_key") in output
    assert ("Set SECRET_KEY to the text in" in output) == target.startswith("postgresql")
    assert SECRET_KEY not in output
    (folder / "secret_key").unlink()
    assert "Leave SECRET_KEY as it is." in copy(target)
