"""Helpers that migrate a database and read its tables without the models."""

import itertools
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from alembic import command
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from blog import create_app
from blog.db import migrating
from blog.db.engine import WRITING, db
from blog.db.transactions import write
from tests.databases import make_settings, scratch_folder

# What PostgreSQL estimates for the planning of a statement that names nine tables.
PLANNING_COST = 25


@contextmanager
def opened(database_url: str) -> Iterator[None]:
    """Enter the context of an application on this database."""
    app = create_app(make_settings(database_url=database_url, data_dir=scratch_folder()))
    with app.app_context():
        try:
            yield
        finally:
            db.session.remove()
            db.engine.dispose()


def forward(revision: str = "head") -> None:
    """Upgrade the database to a revision."""
    db.session.remove()  # The open transaction would block the migration.
    migrating.upgrade(revision)


def back(revision: str) -> None:
    """Downgrade the database to a revision."""
    db.session.remove()
    command.downgrade(migrating._config(), revision)


@contextmanager
def writing() -> Iterator[Connection]:
    """Open a connection that may write, and commit at the end."""
    with db.engine.connect().execution_options(**{WRITING: True}) as connection:
        yield connection
        connection.commit()


def sqlite_plan(connection: Connection, statement: str, values: Any) -> list[str]:
    """Return the steps of SQLite's plan of a statement; none may try all values of a column.

    That is a "skip-scan": if counts make an index look useless, SQLite reads all of another one.
    """
    rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
    steps = [row[3] for row in rows]
    assert not [step for step in steps if "ANY(" in step], f"{steps}\n{statement}"
    return steps


def postgres_plans(connection: Connection, statement: str, values: Any) -> Iterator[Any]:
    """Yield PostgreSQL's plan of a statement for these values, and the one that it may prepare."""
    raw: Any = connection.connection.dbapi_connection

    def plan(options: str, sql: str, given: Any) -> dict[str, Any]:
        # psycopg prepares nothing here, as a statement that is prepared needs all its values.
        rows = raw.execute(f"EXPLAIN ({options}FORMAT JSON) {sql}", given, prepare=False)
        return rows.fetchone()[0][0]["Plan"]

    numbers = itertools.count(1)
    unknown = re.sub(r"%\(\w+\)s", lambda _name: f"${next(numbers)}", statement)
    known, prepared = plan("", statement, values), plan("GENERIC_PLAN, ", unknown, None)
    yield known
    # One that costs more than planning again and again is never used.
    if prepared["Total Cost"] <= known["Total Cost"] + PLANNING_COST:
        yield prepared


# The names of tables and columns in older releases, and their present names.
RENAMED = {
    "comment_prints": "comment_fingerprints",
    "from_folded": "from_spoiler",
    "has_answers": "has_replies",
    "is_folded": "is_spoiler",
    "is_told": "shares_reason",
    "wants_answers": "wants_replies",
}


def dump_by_old_names(columns: dict[str, list[str]]) -> dict[str, list[tuple]]:
    """Return the rows of the present database under the table names of an older release."""
    rows = dump(
        {
            RENAMED.get(table, table): [RENAMED.get(name, name) for name in names]
            for table, names in columns.items()
        }
    )
    return {table: rows[RENAMED.get(table, table)] for table in columns}


def dump(columns: dict[str, list[str]]) -> dict[str, list[tuple]]:
    """Return these columns of every row, for each table; name two or more columns of a table."""
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
    db.session.rollback()  # An open transaction that has read a table blocks TRUNCATE.
    return rows


def read_columns() -> dict[str, list[str]]:
    """Return the names of the columns of each table in the database."""
    found = inspect(db.engine)
    tables = [name for name in found.get_table_names() if name != "alembic_version"]
    return {table: [column["name"] for column in found.get_columns(table)] for table in tables}


def triggers_refuse(statement: str) -> bool:
    """Return whether a trigger refuses to change or delete decisions by this statement."""
    try:
        with writing() as connection:
            connection.execute(text(statement))
    except DBAPIError as error:
        return "decisions are only ever added" in str(error.orig)
    return False


def count_rows() -> None:
    """Let the database count its rows for its plans, and mark the pages that all may read.

    PostgreSQL does both by itself a minute later (autovacuum).
    """
    db.session.rollback()
    if db.engine.dialect.name == "sqlite":
        write(db.session.execute, text("ANALYZE"))
    else:
        db.session.remove()
        with closing(db.engine.raw_connection()) as connection:
            # Commits of tests do not wait for the disk, and VACUUM marks no page before they are
            # there: the commit of ANALYZE takes them along.
            for statement in ("SET synchronous_commit = on", "ANALYZE", "VACUUM"):
                connection.cursor().execute(statement)
    # SQLite reads the counts when it opens a database.
    db.session.remove()
    db.engine.dispose()
