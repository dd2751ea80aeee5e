"""Error messages of commands."""

from typing import NoReturn

import click


def fail(reason: str) -> NoReturn:
    """Print an error message to standard error and exit with status 1."""
    raise click.ClickException(reason)
