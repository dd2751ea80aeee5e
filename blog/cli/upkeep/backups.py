"""flask --app wsgi backup create | verify | restore | list | prune."""

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import click
from flask.cli import AppGroup

from blog.backups.archive import BadBackupError, Header
from blog.backups.checking import Checked, Unpacking
from blog.backups.creating import Created, create_backup, measure_site
from blog.backups.folder import list_backups, make_name, prune, working_place
from blog.backups.manifest import NAMES, Contents
from blog.backups.restoring import NotRestoredError, Restored, restore_backup
from blog.cli.faults import fail
from blog.cli.privacy import has_terminal
from blog.db.errors import DatabaseBusyError
from blog.db.pg_programs import ProgramError, Programs
from blog.db.transactions import write
from blog.jobs.commands import record_finished
from blog.jobs.models import Job
from blog.privacy.retention import describe_span
from blog.text.language import format_number, ngettext
from blog.web.current import current_settings, current_time

group = AppGroup("backup", help="Back up the site into one file, check it and restore it.")
# These need no database.
WITHOUT_DATABASE = ("verify", "restore", "list", "prune")
_FILE = click.Path(path_type=Path)


@group.command("create")
@click.option("--output", type=_FILE, metavar="FILE", help="Write this new file, not BACKUP_DIR.")
def backup_create(output: Path | None) -> None:
    """Write the whole site into one file; the site may be in use."""
    settings, now = current_settings(), current_time()
    target = output or settings.backup_dir / make_name(now)
    with _explained("Nothing was backed up"), _bar("Backing up", measure_site(settings)) as tell:
        created = create_backup(
            settings=settings, target=target, programs=_programs(), now=now, progress=tell
        )
    write(record_finished, job=Job.BACKUP, now=current_time())
    for name in created.lost:
        click.echo(
            f"Warning: the picture {settings.media_dir / name} is lost or damaged.", err=True
        )
    click.echo(f"{target}: {_count(created)}, {_describe_size(created.size)}.")


@group.command("verify")
@click.argument("file", type=_FILE)
@click.option("--json", "is_json", is_flag=True, help="Print JSON.")
def backup_verify(file: Path, *, is_json: bool) -> None:
    """Read all of FILE, and say what it holds if every byte is right."""
    with _explained(f"{file} cannot be used"):
        checked = _check(file, _bar("Checking", file.stat().st_size))
    if is_json:
        click.echo(json.dumps(_as_json(file, checked.size, checked.header, checked.contents)))
        return
    click.echo(f"{file}: whole. {_describe(checked)}.")
    if checked.note:
        click.echo(checked.note, err=True)


@group.command("restore")
@click.argument("file", type=_FILE)
@click.option("--replace", "replaces", is_flag=True, help="Replace the site that is here.")
@click.option("--yes", is_flag=True, help="Replace without asking.")
def backup_restore(file: Path, *, replaces: bool, yes: bool) -> None:
    """Put the site in FILE here, after checking all of it; the site must be stopped."""
    settings = current_settings()
    if replaces and not yes:
        _confirm()
    words = f"Nothing was restored from {file}"
    with _explained(words), _bar("Restoring", file.stat().st_size) as tell:
        restored = restore_backup(
            settings=settings,
            path=file,
            programs=_programs(),
            write=write,
            replaces=replaces,
            has_own_key=bool(os.environ.get("SECRET_KEY", "").strip()),
            progress=tell,
        )
    for line in _list_remarks(restored):
        click.echo(line)


@group.command("list")
@click.option("--json", "is_json", is_flag=True, help="Print JSON.")
def backup_list(*, is_json: bool) -> None:
    """List the backups in BACKUP_DIR, the newest first."""
    backups = list_backups(current_settings().backup_dir)
    if is_json:
        found = [_as_json(each.path, each.size, each.header, each.contents) for each in backups]
        click.echo(json.dumps(found, indent=2))
        return
    for each in backups:
        click.echo(
            f"{each.path.name}  {each.header.created_at:%Y-%m-%d %H:%M} UTC"
            f"  {_describe_size(each.size):>9}  release {each.header.release}"
            f"  {each.fault or 'complete'}"
        )


@group.command("prune")
def backup_prune() -> None:
    """Delete the backups that are older than BACKUP_DAYS, except the newest that is whole."""
    settings = current_settings()
    span = timedelta(days=settings.backup_days)
    gone = prune(settings.backup_dir, before=current_time() - span, is_whole=_is_whole)
    for each in gone:
        click.echo(f"{each.path.name} deleted.")
    click.echo(f"Backups: {len(gone)} deleted. Kept: {describe_span(span)}, the newest always.")


def _programs() -> Programs:
    return Programs(os.environ)


@contextmanager
def _explained(words: str) -> Iterator[None]:
    """Print one line for whatever prevents a command, after these words."""
    try:
        yield
    except (BadBackupError, NotRestoredError, ProgramError) as error:
        fail(f"{words}: {error}")
    except FileExistsError as error:
        fail(f"{words}: {error.filename} exists already. Choose another name.")
    except DatabaseBusyError:
        fail(f"{words}: the database is in use. Stop the site first.")
    except OSError as error:
        place = error.filename or current_settings().backup_dir
        fail(f"{words}: {place}: {error.strerror or error}.")


@contextmanager
def _bar(label: str, length: int) -> Iterator[Callable[[int], None]]:
    """Yield a function that takes the bytes done since its last call; a terminal shows them.

    A stop by the system ends the command as Ctrl-C does, so that nothing half-written is left.
    """
    former = signal.signal(signal.SIGTERM, signal.default_int_handler)
    is_hidden = not sys.stderr.isatty()
    try:
        with click.progressbar(
            length=length, label=label, file=sys.stderr, hidden=is_hidden
        ) as bar:
            yield bar.update
    finally:
        signal.signal(signal.SIGTERM, former)


def _check(file: Path, bar: Any) -> Checked:
    """Check a backup in a folder beside it, or elsewhere if nothing may be written there."""
    folder = file.parent if os.access(file.parent, os.W_OK) else Path(gettempdir())
    with working_place(folder) as place, bar as tell:
        return Unpacking(folder=place, programs=_programs(), progress=tell, is_complete=False).run(
            file
        )


def _is_whole(path: Path) -> bool:
    try:
        _check(path, _bar(f"Checking {path.name}", path.stat().st_size))
    except BadBackupError as error:
        click.echo(f"{path}: {error}", err=True)
        return False
    return True


def _confirm() -> None:
    if not has_terminal():
        fail("Nothing was restored: this is no terminal. Add --yes to replace without asking.")
    settings = current_settings()
    click.confirm(
        f"Replace the site in {settings.data_dir} and its database, with all comments, reviews and"
        " pictures?",
        abort=True,
    )


def _list_remarks(restored: Restored) -> Iterator[str]:
    """Yield lines that say what was restored, and what to do next."""
    checked = restored.checked
    made = f"{checked.header.created_at:%Y-%m-%d %H:%M} UTC"
    yield f"Restored, and the same by counts and hashes: {_describe(checked)}."
    if restored.kept_pages:
        yield f"Kept, as the backup has no such page: {', '.join(restored.kept_pages)}."
    if restored.is_key_other:
        yield (
            "SECRET_KEY is another than that of the backup: set it to that one. Otherwise links in"
            " mail are void, and addresses that want no mail are not recognised."
        )
    yield (
        f"Whatever was withdrawn, erased or deleted after {made} is back: erase it again"
        " (`comments remove`, `privacy erase`)."
    )
    older = f" migrates it from {checked.contents.revision} and" if restored.is_older else ""
    yield (
        f"Next: `flask --app wsgi setup`{older} prepares it for this release; `flask --app wsgi"
        " maintenance` deletes what is too old by now; then start the site."
    )


def _describe(checked: Checked) -> str:
    contents, header = checked.contents, checked.header
    return (
        f"Release {header.release} on {NAMES[contents.kind]}, migration {contents.revision},"
        f" {header.created_at:%Y-%m-%d %H:%M} UTC: {_count(checked)},"
        f" {_describe_size(checked.size)}"
    )


def _count(held: Checked | Created) -> str:
    count = held.contents.count
    return ", ".join(
        (
            ngettext("%(num)s comment", "%(num)s comments", count("comments")),
            ngettext("%(num)s review", "%(num)s reviews", count("reviews")),
            ngettext("%(num)s picture file", "%(num)s picture files", held.pictures),
        )
    )


def _describe_size(size: int) -> str:
    """Return a size in the unit that fits: "45.2 MB"."""
    for unit, amount in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= amount:
            return f"{format_number(Decimal(size * 10 // amount) / 10)} {unit}"
    return f"{size} bytes"


def _as_json(path: Path, size: int, header: Header, contents: Contents | None) -> dict[str, Any]:
    values: dict[str, Any] = {
        "file": str(path),
        "size": size,
        "release": header.release,
        "created_at": header.created_at.astimezone(UTC).isoformat(),
        "is_complete": contents is not None,
    }
    if contents is not None:
        counts = {name: table.count for name, table in contents.tables.items()}
        values |= {"database": contents.kind, "migration": contents.revision, "rows": counts}
    return values
