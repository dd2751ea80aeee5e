"""flask --app wsgi database copy URL."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import URL, Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from blog.cli.faults import fail
from blog.cli.privacy import has_terminal
from blog.db import migrating
from blog.db.copying import (
    CopyError,
    Progress,
    copy_rows,
    describe_fault,
    list_differences,
    measure,
    open_snapshot,
    refuse_same_database,
)
from blog.db.errors import DatabaseBusyError
from blog.db.health import is_new
from blog.db.transactions import write
from blog.environment import EnvironmentReader
from blog.settings import Settings
from blog.web.current import current_settings
from blog.web.databases import current_engine, opened_database

AGAIN = "The same command goes on where this one stopped."
CHANGED = (
    "The copy differs from the database in DATABASE_URL: {}. Probably the site was writing"
    " meanwhile. Stop it, and `outbox run`, and copy again, into an empty database."
)

group = AppGroup("database", help="Copy the database into another one.")


@group.command("copy")
@click.argument("url")
@click.option("--yes", is_flag=True, help="Copy without asking.")
def database_copy(url: str, *, yes: bool) -> None:
    """Copy the database in DATABASE_URL into an empty one: SQLite to PostgreSQL, or back.

    Stop the site first. If the copy is interrupted, run the same command again. Nothing is changed
    or deleted in DATABASE_URL.
    """
    settings, source = current_settings(), current_engine()
    target_url = _read_url(url, settings)
    with opened_database(target_url) as target, _faults_in_words():
        with open_snapshot(source) as rows:
            progress = _examine(rows, target)
            _ask(source, target, progress, yes=yes)
            _prepare(target)
            _copy(rows, progress)
        if differences := list_differences(source, target):
            fail(CHANGED.format("; ".join(differences)))
        for line in _list_next_steps(settings, target.url, progress):
            click.echo(line)


def _read_url(given: str, settings: Settings) -> str:
    """Return the URL with its driver, read by the rules of DATABASE_URL; exit if it is bad."""
    # An empty DATABASE_URL would mean the default; an empty argument is a mistake.
    reader = EnvironmentReader({"DATABASE_URL": given.strip() or "nothing"})
    url = reader.database_url(settings.data_dir)
    if reader.faults:
        fail(reader.faults[0].replace("DATABASE_URL", "URL"))
    return url


@contextmanager
def _faults_in_words() -> Iterator[None]:
    try:
        yield
    except CopyError as error:
        fail(f"{error}.")
    except KeyboardInterrupt:
        fail(f"Stopped. {AGAIN}")
    except (DatabaseBusyError, DBAPIError, PoolTimeoutError) as error:
        cause = error.__cause__ if isinstance(error, DatabaseBusyError) else error
        fail(f"The copy stopped: {describe_fault(cause or error)}. {AGAIN}")


def _examine(source: Connection, target: Engine) -> list[Progress]:
    """Return how far a copy into the target is; exit if the target cannot be used."""
    path = _sqlite_path(target)
    if path is not None and not path.exists():
        return measure(source, None)
    if path is not None and (own := _sqlite_path(source.engine)) and path.samefile(own):
        fail("URL is the database that is copied: give that of another one.")
    try:
        has_tables = not is_new()
        is_foreign = has_tables and migrating.find_missing_step() is not None
    except DBAPIError as error:
        fail(f"URL: the database cannot be used: {describe_fault(error)}.")
    if is_foreign:
        fail("URL has tables of another release or program: give that of an empty database.")
    with open_snapshot(target) as rows:
        refuse_same_database(source, rows)
        return measure(source, rows if has_tables else None)


def _ask(source: Engine, target: Engine, progress: Sequence[Progress], *, yes: bool) -> None:
    click.echo(f"From:   {_show(source.url)}")
    click.echo(f"To:     {_show(target.url)}")
    copied = sum(each.copied for each in progress)
    there = f", {copied:,} of them there already" if copied else ""
    click.echo(f"Rows:   {sum(each.total for each in progress):,}{there}")
    if yes:
        return
    if not has_terminal():
        fail("Nothing was copied: this is no terminal. Add --yes to copy without asking.")
    click.confirm("Is the site stopped? Copy now?", abort=True)


def _prepare(target: Engine) -> None:
    """Create the tables in a new database; a new SQLite file is readable only by its owner."""
    path = _sqlite_path(target)
    if path is not None and not path.exists():
        path.touch(mode=0o600)
    if is_new():
        migrating.upgrade()


def _copy(source: Connection, progress: Sequence[Progress]) -> None:
    remaining = sum(each.total - each.copied for each in progress)
    with click.progressbar(length=remaining, label="Copying") as bar:
        for count in copy_rows(source, progress, write=write):
            bar.update(count)


def _list_next_steps(settings: Settings, target: URL, progress: Sequence[Progress]) -> list[str]:
    """Return lines that say what was copied, and how the site changes to the copy."""
    key_file = settings.data_dir / "secret_key"
    is_kept_in_file = key_file.exists() and key_file.read_text().strip() == settings.secret_key
    if not is_kept_in_file:
        key = "Leave SECRET_KEY as it is"
    elif target.get_backend_name() == "postgresql":
        key = f"Set SECRET_KEY to the text in {key_file}: it must stay the same"
    else:
        key = f"Keep {key_file}: the secret key must stay the same"
    total = sum(each.total for each in progress)
    return [
        f"Copied: {total:,} rows; all {len(progress)} tables have the same counts and hashes.",
        f"Next:   Set DATABASE_URL to the URL of the copy ({_show(target)}).",
        f"        {key}.",
        f"        Keep {settings.media_dir}, which has the pictures. Then start the site.",
        "        Nothing was changed in the old database.",
    ]


def _sqlite_path(engine: Engine) -> Path | None:
    return Path(engine.url.database or "") if engine.name == "sqlite" else None


def _show(url: URL) -> str:
    """Return where a database is, without user and password, which may stand in the query too."""
    if url.get_backend_name() == "sqlite":
        return f"SQLite, {url.database}"
    host = url.host or url.query.get("host") or "this machine"
    return f"PostgreSQL, {url.database} on {host}"
