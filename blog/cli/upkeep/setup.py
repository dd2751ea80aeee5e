"""flask --app wsgi setup."""

import secrets
from pathlib import Path
from urllib.parse import urlsplit

import click
from flask.cli import with_appcontext
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from blog.accounts.commands import create_moderator
from blog.accounts.passwords import hash_password
from blog.accounts.queries import count_active_moderators, list_moderators
from blog.cli.demo import LOAD_COMMAND, describe_refusal
from blog.cli.faults import describe_busy, describe_database_error, describe_os_error, fail
from blog.cli.moderators import NAME_LENGTH
from blog.cli.reviews.importing import draw_link_previews, render_texts
from blog.db import migrating
from blog.db.driver import name_version
from blog.db.errors import DatabaseBusyError, is_unavailable
from blog.db.health import is_new
from blog.db.transactions import write
from blog.demo.loading import load_demo
from blog.limits.commands import delete_day_keys
from blog.settings import Settings
from blog.text.language import ngettext
from blog.web.current import current_settings, current_time


@click.command()
@with_appcontext
def setup() -> None:
    """Prepare the database: migrate, and create a moderator if there is none.

    Reviews are rendered again, so that they follow the rules of this release. A new
    database gets the demo too, but on a public site only with DEMO=1.
    """
    settings = current_settings()
    try:
        was_new = is_new()
        if migrating.find_missing_step():
            migrating.upgrade()
        _close_to_others(settings)
        render_texts()
        if was_new:
            click.echo(f"Demo:    {_load_demo(settings)}")
        if drawn := draw_link_previews():
            many = ngettext("%(num)s picture drawn", "%(num)s pictures drawn", drawn)
            click.echo(f"Links:   {many} that other sites show beside a link")
        write(delete_day_keys, now=current_time())
    except migrating.MigrationError:
        fail(migrating.find_missing_step() or "The database cannot be migrated.")
    except DatabaseBusyError as error:
        fail(f"The database in DATABASE_URL cannot be written: {describe_busy(error)}.")
    except DBAPIError as error:
        if not is_unavailable(error):
            raise
        fail(f"The database in DATABASE_URL cannot be used: {describe_database_error(error)}.")
    except OSError as error:
        fail(f"{describe_os_error(error)}.")
    click.echo(f"Site:    {settings.site_url}/")
    click.echo(f"Queue:   {settings.site_url}/admin/comments")
    if settings.database_url.startswith("sqlite"):
        click.echo(f"SQLite:  {name_version().removeprefix('SQLite ')}")
    click.echo(f"Mail:    {_describe_mail()}")
    click.echo(f"Sign-in: {_create_first_moderator()}")


def _load_demo(settings: Settings) -> str:
    """Load the demo if the settings allow it; return what was loaded, or why nothing was."""
    if not settings.takes_demo:
        return f"none loaded: {describe_refusal(settings)}."
    try:
        return load_demo(write=write, media_dir=settings.media_dir, now=current_time())
    except OSError as error:
        return f"not all loaded: {describe_os_error(error)}. Then: {LOAD_COMMAND}"


def _close_to_others(settings: Settings) -> None:
    """Make SQLite's files readable only by their owner; earlier releases did not do so."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        for end in ("", "-wal", "-shm"):
            path = Path(f"{url.database}{end}")
            if path.exists():
                path.chmod(0o600)


def _describe_mail() -> str:
    """Return where mail is sent or saved, without the server's password."""
    settings = current_settings()
    if settings.smtp_url:
        return f"sent through {urlsplit(settings.smtp_url).hostname}"
    return f"saved in {settings.mail_dir}; set SMTP_URL to send it"


def _create_first_moderator() -> str:
    """Create a moderator if there is none; return how to sign in."""
    if count_active_moderators():
        return (
            "unchanged. Forgot the password? .venv/bin/flask --app wsgi moderator set-password"
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
