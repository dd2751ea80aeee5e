"""Know the current version in each process, without asking the database at each request."""

import logging
import threading
import weakref
from collections.abc import Callable
from time import monotonic

from sqlalchemy import URL, Connection, Engine, create_engine
from sqlalchemy.exc import SQLAlchemyError

from blog.db.engine import engine_options
from blog.versions.models import Version
from blog.versions.queries import read_version

# How long an answer of the database is believed.
INTERVAL = 0.5
# How long it is believed while a newer answer is awaited.
LONGEST = 0.6
# How long a page of the version before may be given out after this process learnt of a version.
GRACE = 0.4

log = logging.getLogger(__name__)


class VersionWatch:
    """What one process knows of the version of a database.

    `current` asks the database when the last answer is older than INTERVAL, over a connection of
    its own, so that it waits for no other request. `former` is the version before, as long as
    GRACE has not passed since another process raised it, else None.
    """

    def __init__(self, url: URL, *, clock: Callable[[], float] = monotonic) -> None:
        self.url = url
        self._clock = clock
        self._engine: Engine | None = None
        self._asking, self._changing = threading.Lock(), threading.Lock()
        self._known: Version | None = None
        self._former: Version | None = None
        self._learnt_at = self._asked_at = -INTERVAL
        _watches.add(self)

    def current(self) -> Version | None:
        """Return the current version, or None if it cannot be read."""
        age = self._clock() - self._asked_at
        if age < INTERVAL:
            return self._known
        if self._asking.acquire(blocking=age > LONGEST):
            try:
                if self._clock() - self._asked_at >= INTERVAL:
                    self._ask()
            finally:
                self._asking.release()
        return self._known

    @property
    def former(self) -> Version | None:
        """Return the version before, if its pages may still be shown, else None."""
        return self._former if self._clock() - self._learnt_at < GRACE else None

    def learn(self, version: Version) -> None:
        """Note a version that this process has just committed; older pages are then not shown."""
        with self._changing:
            if self._known is None or version.number > self._known.number:
                self._known, self._former, self._learnt_at = version, None, self._clock()

    def close(self) -> None:
        """Close the connection, and forget what is known."""
        if self._engine is not None:
            self._engine.dispose()
        self._engine, self._known, self._former = None, None, None
        self._asked_at = -INTERVAL

    def _ask(self) -> None:
        begun = self._clock()
        found = None
        try:
            with self._connect() as connection:
                found = read_version(connection)
        except SQLAlchemyError as error:
            log.warning("The version of what is public cannot be read: %s", type(error).__name__)
        with self._changing:
            known = self._known
            # This process committed a newer one while the answer was on its way.
            if found and known and self._learnt_at >= begun and found.number < known.number:
                return
            if found != known:
                self._known, self._former, self._learnt_at = found, known, self._clock()
            self._asked_at = begun

    def _connect(self) -> Connection:
        if self._engine is None:
            options = engine_options(str(self.url)) | {"pool_size": 1, "max_overflow": 0}
            self._engine = create_engine(self.url, **options)
            # An application that nobody uses any more leaves no connection open.
            weakref.finalize(self, self._engine.dispose)
        return self._engine.connect()


_watches: "weakref.WeakSet[VersionWatch]" = weakref.WeakSet()


def tell_watches(url: URL, version: Version) -> None:
    """Tell this process's watches of a database of a version that was committed."""
    for watch in list(_watches):
        if watch.url == url:
            watch.learn(version)
