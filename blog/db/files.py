"""Notice that the file of an SQLite database was deleted, moved or replaced while it was open.

An open connection goes on writing to the former file, which has no name any more, and SQLite
reports nothing in WAL mode. What is committed there is lost.
"""

import os
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import Pool

from blog.db.driver import sqlite

_PATH, _IDENTITY = "second_lead_path", "second_lead_identity"
# The paths of databases that this process has opened; their files are never created again.
_opened: set[str] = set()


@event.listens_for(Engine, "do_connect")
def _note_path(dialect: Any, record: Any, arguments: list[Any], _options: object) -> None:
    """Refuse to open a file that is gone: SQLite would create an empty database."""
    if dialect.name != "sqlite" or record is None:
        return
    record.info[_PATH] = path = arguments[0]
    if path in _opened and _identify(path) is None:
        error = sqlite.OperationalError("unable to open database file")
        error.sqlite_errorcode = sqlite.SQLITE_CANTOPEN
        error.sqlite_errorname = "SQLITE_CANTOPEN"
        raise error


@event.listens_for(Engine, "connect")
def _note_identity(_connection: object, record: Any) -> None:
    """Remember which file a new connection has opened."""
    path = record.info.get(_PATH)
    record.info[_IDENTITY] = identity = path and _identify(path)
    if identity:
        _opened.add(path)


@event.listens_for(Pool, "checkout")
def _check_identity(_connection: object, record: Any, _proxy: object) -> None:
    """Let the pool open the database anew if its path now leads to another file, or to none."""
    known = record.info.get(_IDENTITY)
    if known and known != _identify(record.info[_PATH]):
        raise DisconnectionError("The file of the database was deleted, moved or replaced.")


def _identify(path: str) -> tuple[int, int] | None:
    """Return device and inode of a file, None if there is none, as for a database in memory."""
    try:
        status = os.stat(path)  # noqa: PTH116  # At each request; a Path takes longer than the system.
    except OSError:
        return None
    return status.st_dev, status.st_ino
