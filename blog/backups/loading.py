"""Load a dump into PostgreSQL: all of it, or nothing."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, text

from blog.backups.manifest import Contents
from blog.db.engine import db
from blog.db.fingerprints import fingerprint_tables, read_tables
from blog.db.pg_programs import PG_RESTORE, ProgramError, Programs, Server, read_script

# What a schema has besides what belongs to an extension.
TABLES = """
    SELECT format('DROP TABLE %I.%I CASCADE', current_schema(), relname) FROM pg_class
    WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace
    AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')
"""
FUNCTIONS = """
    SELECT format('DROP FUNCTION %s CASCADE', oid::regprocedure) FROM pg_proc
    WHERE prokind = 'f' AND pronamespace = current_schema()::regnamespace
    AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
"""
OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()
"""
# How often and how fast it is looked for other connections before the site counts as running.
LOOKS = 20
PAUSE_SECONDS = 0.1


def is_in_use() -> bool:
    """Return whether the site's role has other connections to the database than this one.

    Those of a process that has just ended disappear after a moment.
    """
    db.session.remove()
    db.engine.dispose()
    for _attempt in range(LOOKS):
        # A transaction sees the same list of connections each time.
        with db.engine.connect() as connection:
            Server.of(connection)
            if not connection.execute(text(OTHERS)).scalar():
                return False
        time.sleep(PAUSE_SECONDS)  # PostgreSQL does not tell when a connection is gone.
    return True


def replace_database(*, dump: Path, contents: Contents, programs: Programs) -> None:
    """Put the tables of a dump in the place of those that are there.

    Like every command it runs in one transaction: if anything fails, also the power, the former
    tables are as they were. Raises BadBackupError if the loaded rows are not those of `contents`,
    and ProgramError if the dump cannot be loaded.
    """
    connection = db.session.connection()
    server = Server.of(connection)
    if server.schema != contents.schema:
        raise ProgramError(
            f"The backup is of the schema {contents.schema}, and this role uses {server.schema}:"
            " restore it as a role that uses the former."
        )
    program = programs.find(PG_RESTORE, least=contents.program or 0)
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    for query in (TABLES, FUNCTIONS):
        for statement in connection.execute(text(query)).scalars().all():
            connection.exec_driver_sql(statement.replace("%", "%%"))
    raw: Any = connection.connection.dbapi_connection
    try:
        with read_script(dump, server.schema, programs, program) as lines:
            _run_script(raw, iter(lines))
        raw.execute("RESET search_path")  # The script empties it.
    except psycopg.Error as error:
        message = error.diag.message_primary or type(error).__name__
        raise ProgramError(f"PostgreSQL refuses what is in the backup: {message}.") from error
    _compare(connection, contents)
    raw.execute("RESET ALL")  # The script's other settings.


def _compare(connection: Connection, contents: Contents) -> None:
    revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    contents.compare(str(revision), fingerprint_tables(connection, read_tables(connection)))


def _run_script(connection: psycopg.Connection, lines: Iterator[bytes]) -> None:
    """Execute the statements of a script, and hand the rows after each COPY to the server.

    Lines that begin with a backslash are for psql.
    """
    statements: list[bytes] = []
    for line in lines:
        if line.startswith(b"COPY ") and line.endswith(b" FROM stdin;\n"):
            _execute(connection, statements)
            with connection.cursor().copy(line) as copy:
                for row in iter(lines.__next__, b"\\.\n"):
                    copy.write(row)
        elif not line.startswith((b"\\", *_UNKNOWN_TO_OLDER)):
            statements.append(line)
    _execute(connection, statements)


# A newer pg_restore sets it, and an older server does not have it.
_UNKNOWN_TO_OLDER = (b"SET transaction_timeout",)


def _execute(connection: psycopg.Connection, statements: list[bytes]) -> None:
    if statements:
        connection.execute(b"".join(statements))
        statements.clear()
