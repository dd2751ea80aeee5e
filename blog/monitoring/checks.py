"""The list of all checks, and how they are run: one that breaks does not stop the others."""

from collections.abc import Callable, Iterable, Iterator

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from blog.db.driver import sqlite
from blog.db.engine import db
from blog.db.errors import describe_error
from blog.db.migrating import MigrationError
from blog.monitoring.asking import check_address, check_mail, check_site
from blog.monitoring.database import (
    DATABASE,
    MIGRATIONS,
    check_clock,
    check_database,
    check_migrations,
)
from blog.monitoring.findings import Examined, Finding, State
from blog.monitoring.machine import DISK, check_disks, check_permissions
from blog.monitoring.work import (
    OUTBOX,
    check_jobs,
    check_moderators,
    check_outbox,
    check_queue,
)

Check = Callable[[Examined], Finding | list[Finding] | None]

MACHINE: dict[str, Check] = {DISK: check_disks, "permissions": check_permissions}
# These are unknown if the database does not respond.
STORED: dict[str, Check] = {
    MIGRATIONS: check_migrations,
    "clock": check_clock,
    "jobs": check_jobs,
    "queue": check_queue,
    "moderators": check_moderators,
    OUTBOX: check_outbox,
}
OUTSIDE: dict[str, Check] = {"proxy": check_address, "site": check_site, "mail": check_mail}


def run_checks(examined: Examined) -> Iterator[Finding]:
    """Run all checks, and yield what each found as soon as it is known."""
    for name, check in MACHINE.items():
        yield from _run(name, check, examined)
    responds = True
    for finding in _run(DATABASE, check_database, examined):
        responds = responds and finding.state in (State.OK, State.WARNING)
        yield finding
    for name, check in STORED.items():
        if responds:
            yield from _run(name, check, examined)
        else:
            yield Finding(name, State.UNKNOWN, "The database does not respond.")
    for name, check in OUTSIDE.items():
        yield from _run(name, check, examined)


def _run(name: str, check: Check, examined: Examined) -> Iterable[Finding]:
    """Run a check; an expected error in it is what it found."""
    try:
        found = check(examined)
    except (DBAPIError, PoolTimeoutError, sqlite.Error) as error:
        db.session.rollback()
        return [Finding(name, State.FAILED, f"It cannot be read: {describe_error(error)}.")]
    except MigrationError:
        return [Finding(name, State.FAILED, "The migrations of this release cannot be read.")]
    except OSError as error:
        return [Finding(name, State.FAILED, f"{error.filename or name}: {error.strerror}.")]
    return found if isinstance(found, list) else [found] if found else []
