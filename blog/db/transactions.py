"""Where transactions end: the one way to write, and how reading is let go of."""

import logging
import random
import threading
import time
from collections.abc import Callable
from contextlib import closing
from typing import ParamSpec, Protocol, TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from blog.db.engine import WRITING, db
from blog.db.errors import DatabaseBusyError, is_away, is_passing, kind_of

ATTEMPTS = 3
# Of a process's threads, so many may wait to write; the others go on reading.
WRITERS = 2
TURN_SECONDS = 2

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


class Write(Protocol):
    """Be `write`, as a door hands it to what runs by itself."""

    def __call__(self, command: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what the command returns, once it is committed."""


def write(command: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a command in a transaction of its own and commit it.

    A busy database, a serialisation failure or a deadlock runs the command again, three times in
    all; then DatabaseBusyError is raised. What the command raises rolls everything back.
    """
    if not _writers.acquire(timeout=TURN_SECONDS):
        raise DatabaseBusyError
    try:
        return _attempt(command, *args, **kwargs)
    finally:
        _writers.release()


_writers = threading.BoundedSemaphore(WRITERS)


def _attempt(command: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    session: Session = db.session()
    session.commit()  # Ends the reading transaction without forgetting what was read.
    for attempt in range(1, ATTEMPTS + 1):
        try:
            session.connection(execution_options={WRITING: True})
            result = command(*args, **kwargs)
            session.commit()
        except (DBAPIError, PoolTimeoutError) as error:
            session.rollback()
            if not is_away(error):
                raise
            if not is_passing(error):
                log.error("The database cannot be written: %s", kind_of(error))  # noqa: TRY400  # The traceback may quote a row.
                raise DatabaseBusyError from error
            if attempt == ATTEMPTS:
                raise DatabaseBusyError from error
            time.sleep(random.uniform(0.01, 0.05) * attempt)  # noqa: S311  # Parts two that collided; no secret.
        except BaseException:
            session.rollback()
            raise
        else:
            return result
    raise AssertionError("unreachable")


def end_reading() -> None:
    """End the reading transaction and give its connection back; what was read stays known."""
    db.session.commit()


def end_session(_error: BaseException | None = None) -> None:
    """Let go of what a request read; a connection that died meanwhile does not undo its answer."""
    if not db.session.registry.has():
        return
    try:
        db.session.close()
    except DBAPIError:
        db.session().invalidate()


def empty_log() -> None:
    """Let nothing that was erased stay in SQLite's log: its pages go to the file, and it is cut.

    Where others are reading this is left to the next time.
    """
    if db.engine.dialect.name != "sqlite":
        return
    db.session.commit()  # Our own reading would be in the way.
    with closing(db.engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
