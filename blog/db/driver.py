"""The only module that imports an SQLite library; all others import `sqlite` from here.

Two SQLite libraries in one process ignore each other's locks and can lose committed rows
(sqlite.org/howtocorrupt.html, "Multiple copies of SQLite linked into the same application").
docs/decisions/0021-an-sqlite-with-the-wal-fix.md explains why Python's own library is not used.
"""

import logging
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3 as sqlite
else:
    try:
        from pysqlite3 import dbapi2 as sqlite
    except ImportError:
        # The package pysqlite3 has no wheel for this machine.
        import sqlite3 as sqlite

__all__ = ["is_affected", "log_version", "name_version", "sqlite"]

log = logging.getLogger(__name__)

# The "WAL-reset bug": a write during a checkpoint can lose pages. SQLite has the bug since 3.7.0
# and fixed it in 3.51.3, and in later releases of two older branches (sqlite.org/wal.html).
FIRST_AFFECTED = (3, 7, 0)
MENDED = (3, 51, 3)
MENDED_LINES: dict[tuple[int, ...], tuple[int, ...]] = {(3, 50): (3, 50, 7), (3, 44): (3, 44, 6)}


def is_affected(version: tuple[int, ...]) -> bool:
    """Return whether an SQLite version, such as (3, 50, 4), has the WAL-reset bug."""
    mended = MENDED_LINES.get(version[:2], MENDED)
    return FIRST_AFFECTED <= version < mended


def name_version() -> str:
    """Return the name and version of SQLite, with a warning if the version can lose pages."""
    name = f"SQLite {sqlite.sqlite_version}"
    if not is_affected(sqlite.sqlite_version_info):
        return name
    return (
        f"{name}, in which a write and a checkpoint at the same instant can lose pages; install the"
        " Python package pysqlite3, or SQLite 3.51.3 or newer"
    )


@cache
def log_version() -> None:
    """Log the version of SQLite once per process, as a warning if the version can lose pages."""
    level = logging.WARNING if is_affected(sqlite.sqlite_version_info) else logging.INFO
    log.log(level, "%s", name_version())
