"""Turn the faults of a machine into one line: commands print no traceback for them."""

from collections.abc import Callable, Collection
from functools import wraps
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from blog.cli.faults import describe_busy, fail
from blog.db.errors import DatabaseBusyError, describe_error, is_damaged, is_unavailable
from blog.db.migrating import find_missing_step
from blog.web.current import current_settings

REMEDY = "`make run` or `flask --app wsgi setup` creates it; DATA_DIR names another folder."


def guard(command: click.Command, *, without_database: Collection[str] = ()) -> None:
    """Let a command, or each command of a group, check the database before it runs.

    Those named in `without_database` need none.
    """
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            guard(inner, without_database=without_database)
    elif command.callback is not None and not hasattr(command.callback, "is_guarded"):
        needs_database = command.name not in without_database
        command.callback = _guarded(command.callback, needs_database)


def _guarded(callback: Callable[..., Any], needs_database: bool) -> Callable[..., Any]:
    @with_appcontext
    @wraps(callback)
    def run(*args: Any, **options: Any) -> Any:
        try:
            if needs_database:
                _check_database()
            return callback(*args, **options)
        except DatabaseBusyError as error:
            fail(f"The database cannot be written: {describe_busy(error)}.")
        except (DBAPIError, PoolTimeoutError) as error:
            if not (is_unavailable(error) or is_damaged(error)):
                raise
            fail(f"The database cannot be used: {describe_error(error)}.")
        except OSError as error:
            if error.filename is None and error.strerror is None:
                raise
            fail(f"{error.filename or current_settings().data_dir}: {error.strerror}.")

    run.is_guarded = True  # type: ignore[attr-defined]  # Groups are shared by all applications.
    return run


def _check_database() -> None:
    """Fail if the database is missing, or does not fit this release; create nothing."""
    url = make_url(current_settings().database_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        fail(f"{current_settings().data_dir} has no database. {REMEDY}")
    if fault := find_missing_step():
        fail(fault)
