"""The one module that imports an SQLite library; everybody else takes it from here.

Two libraries in one process do not know of each other's locks, and rows that were committed are
lost (sqlite.org/howtocorrupt.html, "Multiple copies of SQLite linked into the same application").
Why it is not Python's own: docs/decisions/0021-an-sqlite-with-the-wal-fix.md.
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
        # There is no wheel for this machine.
        import sqlite3 as sqlite

__all__ = ["is_affected", "log_version", "name_version", "sqlite"]

log = logging.getLogger(__name__)

# The "WAL-reset bug": a write and a checkpoint at the same instant can lose pages. It came with WAL
# in 3.7.0 and was mended in 3.51.3, and in later releases of two lines (sqlite.org/wal.html).
FIRST_AFFECTED = (3, 7, 0)
MENDED = (3, 51, 3)
MENDED_LINES: dict[tuple[int, ...], tuple[int, ...]] = {(3, 50): (3, 50, 7), (3, 44): (3, 44, 6)}


def is_affected(version: tuple[int, ...]) -> bool:
    """Tell whether a release of SQLite has the bug, by its number."""
    mended = MENDED_LINES.get(version[:2], MENDED)
    return FIRST_AFFECTED <= version < mended


def name_version() -> str:
    """Name SQLite's release, with a warning where it is one that can lose pages."""
    name = f"SQLite {sqlite.sqlite_version}"
    if not is_affected(sqlite.sqlite_version_info):
        return name
    return (
        f"{name}, in which a write and a checkpoint at the same instant can lose pages; install the"
        " Python package pysqlite3, or SQLite 3.51.3 or newer"
    )


@cache
def log_version() -> None:
    """Tell the log, once, which SQLite runs; a warning where it is one that can lose pages."""
    level = logging.WARNING if is_affected(sqlite.sqlite_version_info) else logging.INFO
    log.log(level, "%s", name_version())
