"""Send due messages: claim a message, compose its text, send it, record the new state."""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any

from blog.db.engine import db
from blog.db.errors import DatabaseBusyError, is_unavailable
from blog.db.transactions import Write, close_session
from blog.failures import harmless
from blog.outbox.commands import Claim, claim, conclude
from blog.outbox.models import State
from blog.outbox.queries import has_due
from blog.outbox.transports import DelayedError, RefusedError, Transport, UnreachableError

log = logging.getLogger(__name__)

# How long a transport is not used after its server could not be reached.
UNREACHABLE_PAUSE = timedelta(minutes=1)


class NothingToSayError(Exception):
    """Raised, with the reason, when a message is out of date or unwanted, and is not sent."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """How messages of one kind are composed and which transport sends them.

    `compose` returns the content, or raises NothingToSayError or RefusedError.
    """

    compose: Callable[[Claim], Any]
    transport: Transport[Any]


class Courier:
    """A sender of outbox messages, one at a time, never inside a transaction.

    If a server cannot be reached, messages to that server wait, and others are still sent.
    """

    def __init__(
        self, routes: Mapping[str, Route], *, clock: Callable[[], datetime], write: Write
    ) -> None:
        self.routes = routes
        self.clock = clock
        self.write = write
        self._unreachable_until: dict[Transport[Any], datetime] = {}

    def deliver_due(self, stop: threading.Event) -> Counter[State]:
        """Send due messages until none is left or `stop` is set; count messages by new state."""
        tally: Counter[State] = Counter()
        while not stop.is_set() and (message := self._take()) is not None:
            state = self._carry(message)
            if state is not None:
                tally[state] += 1
        return tally

    def _take(self) -> Claim | None:
        now = self.clock()
        kinds = [
            kind
            for kind, route in self.routes.items()
            if self._unreachable_until.get(route.transport, now) <= now
        ]
        # Checked without a lock first: most of the time no message is due.
        return self.write(claim, kinds=kinds, now=now) if has_due(kinds=kinds, now=now) else None

    def _carry(self, message: Claim) -> State | None:
        with LoggedErrors(f"message {message.id} ({message.kind})") as attempt:
            state, note = self._send(message)
        if attempt.failure is not None:
            state, note = State.WAITING, attempt.failure
        elif note is not None and state in (State.WAITING, State.FAILED):
            log.warning("Message %s (%s) was not sent: %s", message.id, message.kind, note)
        return self.write(conclude, claim=message, state=state, note=note, now=self.clock())

    def _send(self, message: Claim) -> tuple[State, str | None]:
        route = self.routes[message.kind]
        try:
            content = route.compose(message)
            db.session.rollback()  # Ends the read transaction before waiting for a slow server.
            route.transport.send(content)
        except NothingToSayError as error:
            return State.SKIPPED, str(error)
        except RefusedError as error:
            return State.FAILED, str(error)
        except DelayedError as error:
            return State.WAITING, str(error)
        except UnreachableError as error:
            self._unreachable_until[route.transport] = self.clock() + UNREACHABLE_PAUSE
            return State.WAITING, str(error)
        return State.SENT, None


class LoggedErrors:
    """A context manager that logs and suppresses unexpected exceptions.

    Messages of exceptions are left out of the log, as they may quote an e-mail address. Exceptions
    that end the process, such as KeyboardInterrupt, are not suppressed.
    """

    def __init__(self, what: str) -> None:
        self.what = what
        self.failure: str | None = None

    def __enter__(self) -> "LoggedErrors":
        """Return the context manager itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> bool:
        """Log an exception and suppress it."""
        if not isinstance(error, Exception):
            return False
        self.failure = type(error).__name__
        if isinstance(error, DatabaseBusyError) or is_unavailable(error):
            log.warning("Outbox, %s: the database is unavailable: %s", self.what, self.failure)
        else:
            log.error("Outbox, %s: %s", self.what, self.failure, exc_info=harmless(error))
        close_session()
        return True
