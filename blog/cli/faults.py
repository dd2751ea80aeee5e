"""What a command says when it cannot do what it was asked."""

from typing import NoReturn

import click


def fail(reason: str) -> NoReturn:
    """End the command with these words on standard error, and the status 1."""
    raise click.ClickException(reason)
