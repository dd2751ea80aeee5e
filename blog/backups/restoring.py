"""Restore a backup: check all of it, then put it into the place of the site."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from sqlalchemy import inspect, make_url

from blog.backups.archive import MEMBER_NAME, ArchiveReader, BadBackupError
from blog.backups.checking import DATABASE, Checked, Unpacking
from blog.backups.folder import sync_folder, working_place
from blog.backups.loading import is_in_use, replace_database
from blog.backups.manifest import NAMES, SQLITE, Contents, check_key
from blog.backups.media import MEDIA, PAGES, SECRET_KEY, list_page_names
from blog.db.driver import sqlite
from blog.db.engine import db
from blog.db.migrating import list_revisions
from blog.db.pg_programs import Programs
from blog.db.transactions import Write
from blog.pictures.files import store_file
from blog.settings import Settings

RUNNING = "The site is running, or another program has its database open: stop it first."


class NotRestoredError(Exception):
    """Raised if a backup cannot be restored here; the message says why. Nothing was changed."""


class NotEmptyError(NotRestoredError):
    """Raised if there is a site already."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Restored:
    """What was restored, and what there is to do.

    `kept_pages` are standing pages that the backup does not have. `is_key_other` says that links in
    mail and fingerprints of addresses were made with another secret key than the one in use.
    """

    checked: Checked
    is_older: bool
    is_key_other: bool
    kept_pages: list[str]


def restore_backup(
    *,
    settings: Settings,
    path: Path,
    programs: Programs,
    write: Write,
    replaces: bool,
    has_own_key: bool,
    progress: Callable[[int], None],
) -> Restored:
    """Put a backup into the place of the site, which must be empty unless `replaces`.

    `has_own_key` says that the secret key is not that of the file in the data directory. Raises
    BadBackupError, NotRestoredError, ProgramError or OSError; then nothing was changed.
    """
    contents = read_contents(path)
    fault = find_misfit(contents, settings)
    if fault:
        raise NotRestoredError(fault)
    if not replaces and (used := find_site(settings)):
        raise NotEmptyError(f"{used} Add --replace to replace it.")
    if contents.kind != SQLITE and replaces and is_in_use():
        raise NotRestoredError(RUNNING)
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with working_place(settings.data_dir) as place:
        unpacked = place / "unpacked"
        unpacked.mkdir(mode=0o700)
        unpacking = Unpacking(
            folder=unpacked, programs=programs, progress=progress, is_complete=True
        )
        checked = unpacking.run(path)
        if unpacking.contents != contents:
            raise BadBackupError("This backup was changed while it was read.")
        with _new_pictures(unpacked / MEDIA, settings.media_dir):
            if contents.kind == SQLITE:
                _replace_sqlite(unpacked / DATABASE, _sqlite_path(settings))
            else:
                db.session.remove()
                write(
                    replace_database, dump=unpacked / DATABASE, contents=contents, programs=programs
                )
        return _finish(unpacked, settings, checked, has_own_key)


def read_contents(path: Path) -> Contents:
    """Return what the manifest of a backup says. Raises BadBackupError."""
    with path.open("rb") as file:
        return Contents.of(ArchiveReader(file).manifest)


def find_misfit(contents: Contents, settings: Settings) -> str | None:
    """Return why a backup does not fit this release or database, None if it does."""
    kind = make_url(settings.database_url).get_backend_name()
    if contents.kind != kind:
        return (
            f"The backup is of {NAMES[contents.kind]}, and DATABASE_URL is of {NAMES[kind]}."
            f" Restore it into {NAMES[contents.kind]}, then copy that with"
            " `flask --app wsgi database copy URL`."
        )
    revisions = list_revisions()
    if contents.revision not in revisions:
        return (
            f"The backup is of a newer release (migration {contents.revision}, and this release"
            f" knows up to {revisions[0]}): install that release."
        )
    return None


def find_site(settings: Settings) -> str | None:
    """Return what is in the place of the site already, None if it is empty."""
    if make_url(settings.database_url).get_backend_name() == SQLITE:
        path = _sqlite_path(settings)
        if path.exists() and path.stat().st_size:
            return f"{path} is there already."
    elif inspect(db.engine).get_table_names():
        return "The database in DATABASE_URL has tables already."
    if _list_pictures(settings.media_dir):
        return f"{settings.media_dir} has pictures already."
    return None


def _sqlite_path(settings: Settings) -> Path:
    return Path(str(make_url(settings.database_url).database))


def _list_pictures(media_dir: Path) -> list[str]:
    names = [path.name for path in media_dir.iterdir()] if media_dir.is_dir() else []
    return [name for name in names if MEMBER_NAME.fullmatch(f"{MEDIA}{name}")]


@contextmanager
def _new_pictures(source: Path, media_dir: Path) -> Iterator[None]:
    """Store pictures in the media folder, and delete those that are new if the block raises.

    At the end the others are deleted, which the restored site does not know. A file that is moved
    into the folder would not get the access that the folder gives the proxy's user.
    """
    former, stored = set(_list_pictures(media_dir)), set(_list_pictures(source))
    try:
        for name in stored:
            store_file((source / name).read_bytes(), name, media_dir)
            (source / name).unlink()
        os.sync()  # Before anything names them.
        yield
    except BaseException:
        for name in stored - former:
            (media_dir / name).unlink(missing_ok=True)
        raise
    for name in former - stored:
        (media_dir / name).unlink(missing_ok=True)


def _replace_sqlite(source: Path, target: Path) -> None:
    """Put a database file into the place of another. Raises NotRestoredError if that is in use.

    The rename is one step: at each moment the name is that of a whole database.
    """
    db.session.remove()
    db.engine.dispose()
    source.chmod(0o600)
    if source.stat().st_dev != target.parent.stat().st_dev:
        near = target.with_name(f".{target.name}.{token_hex(4)}")
        source = Path(shutil.copy(source, near))
    try:
        with _alone(target):
            source.replace(target)
            sync_folder(target.parent)
    finally:
        source.unlink(missing_ok=True)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold a database file without a log beside it, so that nobody else can use it meanwhile.

    The log of one database would be read into another of the same name. A damaged file cannot be
    held, and need not be.
    """
    with closing(sqlite.connect(path, timeout=1, isolation_level=None)) as connection:
        try:
            if path.stat().st_size:
                connection.execute("PRAGMA journal_mode = DELETE")
                connection.execute("BEGIN EXCLUSIVE")
        except sqlite.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF not in (sqlite.SQLITE_CORRUPT, sqlite.SQLITE_NOTADB):
                raise NotRestoredError(RUNNING) from error
        for end in ("-wal", "-shm", "-journal"):
            path.with_name(f"{path.name}{end}").unlink(missing_ok=True)
        yield


def _finish(unpacked: Path, settings: Settings, checked: Checked, has_own_key: bool) -> Restored:
    """Put the pages and the secret key into place, and return what is to be said."""
    kept, pages = list_page_names(settings.pages_dir), list_page_names(unpacked / PAGES)
    if pages:
        settings.pages_dir.mkdir(exist_ok=True)
    for name in pages:
        (unpacked / PAGES / name).replace(settings.pages_dir / name)
    file = settings.data_dir / SECRET_KEY
    if (unpacked / SECRET_KEY).exists():
        (unpacked / SECRET_KEY).chmod(0o600)
        (unpacked / SECRET_KEY).replace(file)
    os.sync()
    is_kept = not has_own_key and file.exists()
    key = file.read_text().strip() if is_kept else settings.secret_key
    return Restored(
        checked=checked,
        is_older=checked.contents.revision != list_revisions()[0],
        is_key_other=check_key(key) != checked.contents.key_check,
        kept_pages=[name for name in kept if name not in pages],
    )
