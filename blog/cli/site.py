"""flask --app wsgi setup | maintenance."""

import secrets
import time
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import click
from flask.cli import with_appcontext
from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError

from blog.accounts.commands import create_moderator
from blog.accounts.passwords import hash_password
from blog.accounts.queries import count_active_moderators, list_moderators
from blog.cli.faults import fail
from blog.cli.moderators import NAME_LENGTH
from blog.db import migrating
from blog.db.driver import name_version
from blog.db.errors import DatabaseBusyError
from blog.db.health import is_new
from blog.db.transactions import empty_log, write
from blog.demo.loading import load_demo
from blog.limits.commands import delete_day_keys
from blog.outbox.transports import forget_files
from blog.privacy.retention import FILES_KEPT, RETENTION, RetentionEntry, describe_span
from blog.settings import Settings
from blog.web.current import current_settings, current_time

# After a batch; as long as SQLite lets those sleep who wait for it.
PAUSE_SECONDS = 0.1


@click.command()
@with_appcontext
def setup() -> None:
    """Make the database ready: migrate, load the demo into a new one, make a moderator."""
    settings = current_settings()
    try:
        was_new = is_new()
        migrating.upgrade()
        _close_to_others(settings)
        if was_new:
            loaded = load_demo(
                write=write, media_dir=current_settings().media_dir, now=current_time()
            )
            click.echo(f"Demo: {loaded}")
        write(delete_day_keys, now=current_time())
    except OperationalError as error:
        fail(f"The database in DATABASE_URL does not answer: {error.orig}")
    except DatabaseBusyError as error:
        fail(f"The database in DATABASE_URL cannot be written: {error.__cause__ or 'it is busy'}")
    except OSError as error:
        fail(f"{error.filename or settings.data_dir} cannot be written: {error.strerror}.")
    click.echo(f"Site:    {settings.site_url}/")
    click.echo(f"Queue:   {settings.site_url}/admin/comments")
    if settings.database_url.startswith("sqlite"):
        click.echo(f"SQLite:  {name_version().removeprefix('SQLite ')}")
    click.echo(f"Mail:    {_way_of_mail()}")
    click.echo(f"Sign-in: {_first_moderator()}")


@click.command()
@with_appcontext
def maintenance() -> None:
    """Delete what has served its time; run it every day or every hour."""
    now = current_time()
    try:
        for row in RETENTION:
            if row.command is not None:
                click.echo(f"{_delete(row, now)}: {row.what}. Kept: {row.how_long}.")
    except DatabaseBusyError:
        fail("The database stayed busy. What is deleted stays deleted; run it again for the rest.")
    count = forget_files(current_settings().mail_dir, before=now - FILES_KEPT)
    click.echo(f"{count} deleted: Letters in the mail folder. Kept: {describe_span(FILES_KEPT)}.")
    empty_log()


def _close_to_others(settings: Settings) -> None:
    """Take a database that an earlier release made from the eyes of the machine's other users."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        for end in ("", "-wal", "-shm"):
            path = Path(f"{url.database}{end}")
            if path.exists():
                path.chmod(0o600)


def _delete(row: RetentionEntry, now: datetime) -> str:
    """Run a row's command until nothing is left; say how many that were, where it counts them."""
    assert row.command is not None
    total = 0
    while count := write(row.command, **row.arguments(now=now)):
        total += count
        time.sleep(PAUSE_SECONDS)  # Readers who wait to send something go first.
    return "Done" if count is None else f"{total:,} deleted"


def _way_of_mail() -> str:
    """Say where mail goes, without the password that leads there."""
    settings = current_settings()
    if settings.smtp_url:
        return f"sent through {urlsplit(settings.smtp_url).hostname}"
    return f"kept in {settings.mail_dir}; SMTP_URL sends it"


def _first_moderator() -> str:
    """Make a moderator where there is none, and say how to sign in."""
    if count_active_moderators():
        return (
            "as before. Forgotten? .venv/bin/flask --app wsgi moderator set-password"
            f" {next(account.email for account in list_moderators() if account.is_active)}"
        )
    settings = current_settings()
    email = settings.admin_email or "admin@example.org"
    password = settings.admin_password or secrets.token_urlsafe(12)
    write(
        create_moderator,
        email=email,
        name=email.partition("@")[0][:NAME_LENGTH],
        password_hash=hash_password(password),
        now=current_time(),
    )
    shown = (
        "the password in ADMIN_PASSWORD"
        if settings.admin_password
        else f"{password}   (shown once)"
    )
    return f"{email}   {shown}"
