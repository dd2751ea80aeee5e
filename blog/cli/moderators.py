"""flask --app wsgi moderator create | list | set-password | remove."""

import getpass
import sys

import click
from flask.cli import AppGroup

from blog.accounts.commands import (
    LastModeratorError,
    ModeratorExistsError,
    UnknownModeratorError,
    create_moderator,
    remove_moderator,
    set_password,
)
from blog.accounts.passwords import hash_password
from blog.accounts.queries import list_moderators
from blog.cli.faults import fail
from blog.db.transactions import write
from blog.environment import MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH
from blog.text.normalising import email_fault, normalise_line
from blog.web.current import current_time

NAME_LENGTH = 80

group = AppGroup("moderator", help="Manage the accounts of moderators.")


@group.command("create")
@click.argument("email")
@click.option("--name", help="The displayed name; default: the part of EMAIL before the @.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def moderator_create(email: str, name: str | None, *, password_stdin: bool) -> None:
    """Create an account for EMAIL."""
    email = _checked_email(email)
    password_hash = hash_password(_read_password(from_stdin=password_stdin))
    name = normalise_line(name or "", most=NAME_LENGTH) or email.partition("@")[0]
    try:
        write(
            create_moderator,
            email=email,
            name=name[:NAME_LENGTH],
            password_hash=password_hash,
            now=current_time(),
        )
    except ModeratorExistsError:
        fail(f"{email} has an account already. `moderator set-password` changes its password.")
    click.echo(f"{email} can sign in now.")


@group.command("list")
def moderator_list() -> None:
    """List all accounts, removed ones too."""
    for account in list_moderators():
        state = "" if account.is_active else "\tremoved"
        click.echo(f"{account.email}\t{account.name}{state}")


@group.command("set-password")
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def moderator_set_password(email: str, *, password_stdin: bool) -> None:
    """Change the password of EMAIL's account and end its sessions."""
    password_hash = hash_password(_read_password(from_stdin=password_stdin))
    try:
        write(set_password, email=email, password_hash=password_hash)
    except UnknownModeratorError:
        fail(f"{email} has no account. `moderator list` shows who has.")
    click.echo(f"{email} has a new password and is signed out everywhere.")


@group.command("remove")
@click.argument("email")
def moderator_remove(email: str) -> None:
    """Deactivate EMAIL's account; its decisions stay in the log."""
    try:
        write(remove_moderator, email=email)
    except UnknownModeratorError:
        fail(f"{email} has no account. `moderator list` shows who has.")
    except LastModeratorError:
        fail(f"{email} is the last moderator. Create another account first.")
    click.echo(f"{email} can no longer sign in.")


def _checked_email(email: str) -> str:
    fault = email_fault(email)
    if fault:
        fail(f"{email!r} is not an e-mail address: {fault}")
    return email


def _read_password(*, from_stdin: bool) -> str:
    password = sys.stdin.readline().rstrip("\r\n") if from_stdin else getpass.getpass("Password: ")
    if len(password) < MIN_PASSWORD_LENGTH:
        fail(f"The password must have at least {MIN_PASSWORD_LENGTH} characters.")
    if len(password) > MAX_PASSWORD_LENGTH:
        fail(f"The password must have at most {MAX_PASSWORD_LENGTH} characters.")
    if not from_stdin and getpass.getpass("Again: ") != password:
        fail("The two passwords differ.")
    return password
