"""Copy an SQLite database while the site writes to it, pack the copy, and look into it."""

import errno
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import URL, Connection, create_engine, text
from sqlalchemy.exc import DBAPIError

from blog.backups.archive import CHUNK, BadBackupError
from blog.backups.media import read_chunks
from blog.db.driver import sqlite
from blog.db.engine import engine_options
from blog.db.fingerprints import TableFingerprint, fingerprint_tables, read_tables

# After so many pages the copy tells how far it is.
PAGES = 2000
_GZIP = 31  # The "window bits" by which zlib reads and writes the form of gzip.


class Found(NamedTuple):
    """The migration of a database, and the fingerprints of its tables."""

    revision: str
    tables: dict[str, TableFingerprint]


def copy_database(snapshot: Connection, target: Path, progress: Callable[[int], None]) -> None:
    """Copy the database that a connection reads, as the connection's transaction sees it.

    SQLite's backup begins again whenever another process writes between two steps, unless the
    connection is inside a transaction: then every step reads the same snapshot. Writers do not wait
    for it; their pages stay in the write-ahead log until the snapshot ends. Raises OSError.
    """
    source = snapshot.connection.dbapi_connection
    assert isinstance(source, sqlite.Connection)
    assert source.in_transaction
    done = 0

    def report(_status: int, remaining: int, total: int) -> None:
        nonlocal done
        progress((total - remaining - done) * page_size)
        done = total - remaining

    (page_size,) = source.execute("PRAGMA page_size").fetchone()
    try:
        with closing(sqlite.connect(target, isolation_level=None)) as copy:
            copy.execute("PRAGMA synchronous = OFF")  # The file of the backup is synced.
            source.backup(copy, pages=PAGES, progress=report)
            # The log of a WAL database is a second file.
            copy.execute("PRAGMA journal_mode = DELETE")
    except sqlite.Error as error:
        is_full = getattr(error, "sqlite_errorcode", 0) == sqlite.SQLITE_FULL
        number, words = (errno.ENOSPC, "no space left") if is_full else (errno.EIO, str(error))
        raise OSError(number, words, str(target)) from error


def inspect_copy(path: Path) -> Found:
    """Return what is in the file of a database. Raises BadBackupError if it is damaged."""
    address = URL.create("sqlite", database=str(path))
    engine = create_engine(address, **engine_options("sqlite"))
    try:
        with engine.connect() as connection:
            found = connection.execute(text("PRAGMA integrity_check(1)")).scalar()
            if found != "ok":
                raise BadBackupError(f"The database is damaged: {str(found)[:200]}")
            revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
            return Found(str(revision), fingerprint_tables(connection, read_tables(connection)))
    except DBAPIError as error:
        raise BadBackupError(f"The database is damaged: {error.orig}") from error
    finally:
        engine.dispose()


def settle(path: Path) -> None:
    """Let the file hold the whole database, without a log beside it."""
    with closing(sqlite.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")


def pack(path: Path, progress: Callable[[int], None]) -> Iterator[bytes]:
    """Yield the content of a file as gzip does; the lowest level is the fastest by far."""
    packer = zlib.compressobj(level=1, wbits=_GZIP)
    for chunk in read_chunks(path):
        yield packer.compress(chunk)
        progress(len(chunk))
    yield packer.flush()


def unpack(chunks: Iterator[bytes], target: Path, size: int) -> None:
    """Write what was packed into a new file. Raises BadBackupError if it has not this size.

    Never more than that is written, whatever the chunks hold.
    """
    altered = BadBackupError("This backup is altered: its database cannot be unpacked.")
    packer, left = zlib.decompressobj(wbits=_GZIP), size
    with target.open("xb") as file:
        for chunk in chunks:
            rest = chunk
            while rest:
                try:
                    content = packer.decompress(rest, CHUNK)
                except zlib.error:
                    raise altered from None
                left -= len(content)
                if left < 0 or packer.unused_data:
                    raise altered
                file.write(content)
                rest = packer.unconsumed_tail
    if left or not packer.eof:
        raise altered
