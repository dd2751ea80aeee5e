"""Outages of a database: read-only, deleted, closed. Each is a context manager of the URL."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import event, make_url

from blog.db.driver import sqlite
from blog.db.engine import db
from blog.db.transactions import truncate_log
from tests.databases import postgres_server


@contextmanager
def read_only_file(_url: str) -> Iterator[None]:
    """Open the SQLite file for reading only, as on a file system that is read-only."""

    def open_for_reading(_dialect: object, _record: object, arguments: list, options: dict):
        return sqlite.connect(f"file:{arguments[0]}?mode=ro", uri=True, **options)

    db.session.remove()
    db.engine.dispose()
    event.listen(db.engine, "do_connect", open_for_reading)
    yield
    event.remove(db.engine, "do_connect", open_for_reading)


@contextmanager
def deleted_folder(url: str) -> Iterator[None]:
    """Delete the folder of the SQLite file; afterwards it is there again, from a backup."""
    folder = Path(make_url(url).database).parent
    db.session.remove()
    backup = shutil.copytree(folder, folder.with_name(f"{folder.name}-backup"))
    shutil.rmtree(folder)
    yield
    shutil.move(backup, folder)


@contextmanager
def deleted_file(url: str) -> Iterator[None]:
    """Delete the SQLite file alone; afterwards another file with the same rows is in its place."""
    path = Path(make_url(url).database)
    db.session.remove()
    truncate_log()  # What is in the log alone would not be copied.
    shutil.copy(path, path.with_name("backup"))
    for end in ("", "-wal", "-shm"):
        Path(f"{path}{end}").unlink(missing_ok=True)
    yield
    assert not path.exists()
    path.with_name("backup").rename(path)


@contextmanager
def read_only_server(url: str) -> Iterator[None]:
    """Make the server read-only, as at a provider whose disk is full or after a failover."""
    name = make_url(url).database
    with psycopg.connect(postgres_server(), autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        cut_connections(url)
        yield
        # Connections made until now stay read-only.
        admin.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")


@contextmanager
def refusing_server(url: str) -> Iterator[None]:
    """Let the server refuse new connections and end those it has, as when it is restarted."""
    name = make_url(url).database
    with psycopg.connect(postgres_server(), autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        cut_connections(url)
        yield
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


def cut_connections(url: str) -> None:
    """End all connections to a database, as a restart or an idle timeout does."""
    with psycopg.connect(postgres_server(), autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s",
            [make_url(url).database],
        )


Outage = Callable[[str], AbstractContextManager[None]]
OUTAGES: dict[str, list[Outage]] = {
    "sqlite": [read_only_file, deleted_folder, deleted_file],
    "postgresql": [read_only_server, refusing_server],
}
