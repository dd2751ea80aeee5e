"""Commit, retry and end transactions; only `write` commits changes."""

import logging
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from typing import ParamSpec, Protocol, TypeVar, cast

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from blog.db.engine import WRITING, db
from blog.db.errors import (
    DatabaseBusyError,
    describe_error,
    is_transient,
    is_unavailable,
    needs_new_connection,
)
from blog.db.two_connections import TwoConnections

_LAST = "second_lead_last"
ATTEMPTS = 3
# The number of threads of a process that may write, or prepare what they will write, at a time; the
# others stay free to read. On SQLite a second one would only slow down the one that holds the lock
# of the whole site, as Python runs one thread at a time (docs/decisions/0068).
TURNS = {"sqlite": 1, "postgresql": 2}
TURN_SECONDS = 2

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


class Write(Protocol):
    """The type of the function `write`, for code that receives `write` as an argument."""

    def __call__(self, command: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a command in a transaction, commit it, and return the command's result."""


def write(command: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a command in a transaction of its own, commit it, and return the command's result.

    After a lock timeout, serialisation failure or deadlock the command is run again, three times in
    all, or twice where a new connection may help; then DatabaseBusyError is raised. An
    exception in the command rolls the transaction back.
    """
    with turn():
        return _attempt(command, *args, **kwargs)


@contextmanager
def turn() -> Iterator[None]:
    """Wait until this thread may write, or prepare what it will write, until the block ends.

    The block must neither call `write`, which takes a turn of its own, nor wait for another server.
    Raises DatabaseBusyError if the thread has not had its turn after TURN_SECONDS.
    """
    turns = _turns[db.engine.dialect.name]
    if not turns.acquire(timeout=TURN_SECONDS):
        raise DatabaseBusyError
    try:
        yield
    finally:
        turns.release()


_turns = {name: threading.BoundedSemaphore(number) for name, number in TURNS.items()}


def _attempt(command: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    session: Session = db.session()
    session.commit()  # Ends the read transaction; loaded objects stay loaded.
    for attempt in range(1, ATTEMPTS + 1):
        try:
            session.connection(execution_options={WRITING: True})
            result = command(*args, **kwargs)
            told = _run_last(session)
            session.commit()
        except (DBAPIError, PoolTimeoutError) as error:
            session.rollback()
            if not is_unavailable(error):
                raise
            if attempt == 1 and needs_new_connection(error.__cause__):
                continue  # The next attempt has one.
            if not is_transient(error):
                log.error("The database cannot be written: %s", describe_error(error))  # noqa: TRY400  # The traceback may quote a row.
                raise DatabaseBusyError from error
            if attempt == ATTEMPTS:
                raise DatabaseBusyError from error
            time.sleep(random.uniform(0.01, 0.05) * attempt)  # noqa: S311  # Jitter; no secret.
        except BaseException:
            session.rollback()
            raise
        else:
            for tell in told:
                tell()
            return result
        finally:
            session.info.pop(_LAST, None)
    raise AssertionError("unreachable")


def at_end(last: Callable[[], T], *, then: Callable[[T], None]) -> None:
    """Call `last` just before the running transaction is committed, and `then` after the commit.

    `then` gets the result of `last`. Both are called once, however often this was asked for.
    """
    db.session().info.setdefault(_LAST, {})[last] = then


def _run_last(session: Session) -> list[Callable[[], None]]:
    """Call what `at_end` was given; return what is to be called after the commit."""
    session.flush()  # It may change a table that asks for something more.
    return [partial(then, last()) for last, then in session.info.get(_LAST, {}).items()]


def end_read_transaction() -> None:
    """End the read transaction and release its connection; loaded objects stay usable."""
    db.session.commit()


def close_session(_error: BaseException | None = None) -> None:
    """Close the session of a request; ignore a broken connection, as the response is finished."""
    if not db.session.registry.has():
        return
    try:
        db.session.close()
    except DBAPIError:
        db.session().invalidate()


def truncate_log() -> None:
    """Truncate SQLite's write-ahead log, so that deleted data does not remain in it.

    Does nothing on PostgreSQL, nor while another connection is reading.
    """
    if db.engine.dialect.name != "sqlite":
        return
    db.session.commit()  # An open read transaction would prevent it.
    with closing(db.engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def optimize() -> None:
    """Let SQLite update the statistics by which it chooses indexes, where tables have changed.

    Does nothing on PostgreSQL, whose autovacuum does it.
    """
    if db.engine.dialect.name != "sqlite":
        return
    db.session.commit()
    with closing(db.engine.raw_connection()) as connection:
        writer = cast(TwoConnections, connection.dbapi_connection).writer
        # Some rows of each index are enough; all of a million would hold the lock for seconds.
        writer.execute("PRAGMA analysis_limit=400")
        # All tables, not only those that this connection has read.
        writer.execute("PRAGMA optimize=0x10002")
