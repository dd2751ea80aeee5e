"""Error messages of commands."""

from typing import NoReturn

import click

from blog.web.current import current_settings


def fail(reason: str) -> NoReturn:
    """Print an error message to standard error and exit with status 1."""
    raise click.ClickException(reason)


def describe_os_error(error: OSError) -> str:
    """Return which file cannot be written and why, without a full stop."""
    # A full disk names no file.
    place = error.filename or current_settings().data_dir
    return f"{place} cannot be written: {error.strerror or error}"
