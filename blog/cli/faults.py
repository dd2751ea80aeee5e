"""Error messages of commands."""

from typing import NoReturn

import click
from sqlalchemy.exc import DBAPIError

from blog.db.errors import DatabaseBusyError
from blog.web.current import current_settings


def fail(reason: str) -> NoReturn:
    """Print an error message to standard error and exit with status 1."""
    raise click.ClickException(reason)


def describe_os_error(error: OSError) -> str:
    """Return which file cannot be written and why, without a full stop."""
    # A full disk names no file.
    place = error.filename or current_settings().data_dir
    return f"{place} cannot be written: {error.strerror or error}"


def describe_busy(error: DatabaseBusyError) -> str:
    """Return on one line why the database cannot be written, without a full stop."""
    cause = error.__cause__
    return describe_database_error(cause) if isinstance(cause, DBAPIError) else "it is busy"


def describe_database_error(error: DBAPIError) -> str:
    """Return the message of the database on one line, without our statement."""
    return " ".join(str(error.orig).split()).rstrip(".")
