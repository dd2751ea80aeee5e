"""What is in the tables of a database that tests migrate, read and tried without the models."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from blog import create_app
from blog.db import migrating
from blog.db.engine import WRITING, db
from tests.databases import make_settings, scratch_folder


@contextmanager
def opened(database_url: str) -> Iterator[None]:
    """Be in the context of an application on this database."""
    app = create_app(make_settings(database_url=database_url, data_dir=scratch_folder()))
    with app.app_context():
        try:
            yield
        finally:
            db.session.remove()
            db.engine.dispose()


def forward(revision: str = "head") -> None:
    db.session.remove()  # What it read would be waited for.
    migrating.upgrade(revision)


def back(revision: str) -> None:
    db.session.remove()
    command.downgrade(migrating._config(), revision)


@contextmanager
def writing() -> Iterator[Connection]:
    with db.engine.connect().execution_options(**{WRITING: True}) as connection:
        yield connection
        connection.commit()


# What an older release calls a table or column, and what the present does.
RENAMED = {
    "comment_prints": "comment_fingerprints",
    "from_folded": "from_spoiler",
    "has_answers": "has_replies",
    "is_folded": "is_spoiler",
    "is_told": "shares_reason",
    "wants_answers": "wants_replies",
}


def dump_by_present_names(columns: dict[str, list[str]]) -> dict[str, list[tuple]]:
    """Return what `dump` does for the columns of an older release, in the present database."""
    rows = dump(
        {
            RENAMED.get(table, table): [RENAMED.get(name, name) for name in names]
            for table, names in columns.items()
        }
    )
    return {table: rows[RENAMED.get(table, table)] for table in columns}


def dump(columns: dict[str, list[str]]) -> dict[str, list[tuple]]:
    """Return these columns, two at least, of every row of these tables."""
    db.session.rollback()
    rows = {
        table: [
            tuple(row)
            for row in db.session.execute(
                text(f"SELECT {', '.join(names)} FROM {table} ORDER BY 1, 2")
            )
        ]
        for table, names in columns.items()
    }
    db.session.rollback()  # A transaction that has read a table lets nobody empty it.
    return rows


def columns_now() -> dict[str, list[str]]:
    found = inspect(db.engine)
    tables = [name for name in found.get_table_names() if name != "alembic_version"]
    return {table: [column["name"] for column in found.get_columns(table)] for table in tables}


def triggers_refuse(statement: str) -> bool:
    try:
        with writing() as connection:
            connection.execute(text(statement))
    except DBAPIError as error:
        return "decisions are only ever added" in str(error.orig)
    return False
