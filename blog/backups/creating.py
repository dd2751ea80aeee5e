"""Create a backup of the site while it is in use."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from errno import EEXIST
from itertools import chain
from pathlib import Path

from sqlalchemy import Connection, text

from blog.backups.archive import ArchiveWriter, Header
from blog.backups.folder import move_into_place, open_new, working_place
from blog.backups.manifest import (
    DATABASE_MEMBERS,
    POSTGRESQL,
    SQLITE,
    Contents,
    check_key,
    read_release,
)
from blog.backups.media import (
    MEDIA,
    PAGES,
    SECRET_KEY,
    is_damaged,
    list_media_names,
    list_page_names,
    read_chunks,
)
from blog.backups.sqlite_copy import copy_database, inspect_copy, pack, settle
from blog.db.engine import db
from blog.db.fingerprints import fingerprint_tables, read_tables
from blog.db.pg_programs import PG_DUMP, Program, Programs, Server, read_dump
from blog.settings import Settings

# How often the database is read again because pictures that it names were deleted meanwhile.
ATTEMPTS = 3
REVISION = "SELECT version_num FROM alembic_version"

Progress = Callable[[int], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Created:
    """A backup that was written, and the pictures that the site itself no longer has whole."""

    path: Path
    size: int
    contents: Contents
    pictures: int
    lost: list[str]


def measure_site(settings: Settings) -> int:
    """Return about how many bytes `create_backup` reads."""
    with read_snapshot() as connection:
        is_sqlite = connection.dialect.name == SQLITE
        size = (
            # Once to copy, once to pack.
            2 * Path(str(db.engine.url.database)).stat().st_size
            if is_sqlite
            else connection.execute(text("SELECT pg_database_size(current_database())")).scalar()
        )
        names = list_media_names(connection)
    paths = (settings.media_dir / name for name in names)
    return int(size or 0) + sum(path.stat().st_size for path in paths if path.is_file())


def create_backup(
    *, settings: Settings, target: Path, programs: Programs, now: datetime, progress: Progress
) -> Created:
    """Write the whole site into the new file `target`, which has its name only when it is whole.

    Raises OSError if something cannot be read or written, FileExistsError if `target` exists,
    ProgramError, and BadBackupError if the database is damaged. Nothing is left then.
    """
    if target.exists():
        raise FileExistsError(EEXIST, "File exists", str(target))
    with working_place(target.parent) as place:
        draft = place / target.name
        with open(open_new(draft), "r+b") as file:  # noqa: PTH123  # A path cannot open a descriptor.
            writer = ArchiveWriter(file, Header(release=read_release(), created_at=now))
            work = _Work(writer=writer, settings=settings, programs=programs, progress=progress)
            contents = work.add_database(place)
            work.add_files()
            writer.finish(contents.as_manifest())
            size = os.fstat(file.fileno()).st_size
        move_into_place(draft, target)
    return Created(
        path=target,
        size=size,
        contents=contents,
        pictures=sum(name.startswith(MEDIA) for name in writer.members),
        lost=sorted(work.lost),
    )


@contextmanager
def read_snapshot() -> Iterator[Connection]:
    """Yield a connection whose reading transaction sees one state of the database."""
    with db.engine.connect() as connection:
        if connection.dialect.name == POSTGRESQL:
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        connection.execute(text(REVISION))
        yield connection


@dataclass(frozen=True, kw_only=True)
class _Work:
    """A backup while it is written; `lost` are pictures that the site does not have whole."""

    writer: ArchiveWriter
    settings: Settings
    programs: Programs
    progress: Progress
    lost: set[str] = field(default_factory=set)

    def add_database(self, place: Path) -> Contents:
        """Write the pictures and the database, so that all that its rows name are there.

        Most pictures are read before the snapshot, which then need not last long. Those that are
        missing then were lost before, or else deleted since the snapshot: a later one is right.
        """
        program = self._find_program()
        self._add_pictures(_list_named_now())
        for attempt in range(1, ATTEMPTS + 1):
            with read_snapshot() as snapshot:
                missing = self._add_pictures(list_media_names(snapshot))
                if missing and missing - _list_named_now() and attempt < ATTEMPTS:
                    continue
                self.lost.update(missing)
                if program is not None:
                    return self._add_dump(snapshot, program)
                copy = place / "database.sqlite3"
                copy_database(snapshot, copy, self.progress)
            return self._add_copy(copy)
        raise AssertionError("unreachable")

    def add_files(self) -> None:
        """Write the site's own pages, and the secret key if it is the one that the site made."""
        pages_dir = self.settings.pages_dir
        for name in list_page_names(pages_dir):
            self.writer.add(f"{PAGES}{name}", read_chunks(pages_dir / name))
        path = self.settings.data_dir / SECRET_KEY
        if path.is_file() and path.read_text(errors="replace").strip() == self.settings.secret_key:
            self.writer.add(SECRET_KEY, read_chunks(path))

    def _find_program(self) -> Program | None:
        """Return the pg_dump that fits the server; None for SQLite."""
        with read_snapshot() as connection:
            if connection.dialect.name == POSTGRESQL:
                return self.programs.find(PG_DUMP, least=Server.of(connection).major)
        return None

    def _add_pictures(self, names: Iterable[str]) -> set[str]:
        """Write those pictures that are not written yet, and return those that are not there."""
        missing = set()
        for name in sorted(names):
            if f"{MEDIA}{name}" in self.writer.members:
                continue
            chunks = read_chunks(self.settings.media_dir / name)
            try:
                first = next(chunks, b"")
            except FileNotFoundError:
                missing.add(name)
                continue
            member = self.writer.add(f"{MEDIA}{name}", self._tell(chain([first], chunks)))
            if is_damaged(name, member.sha256):
                self.lost.add(name)
        return missing

    def _tell(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            yield chunk
            self.progress(len(chunk))

    def _add_copy(self, copy: Path) -> Contents:
        found = inspect_copy(copy)
        settle(copy)
        self.writer.add(DATABASE_MEMBERS[SQLITE], pack(copy, self.progress))
        return Contents(
            kind=SQLITE,
            revision=found.revision,
            schema=None,
            program=None,
            unpacked=copy.stat().st_size,
            tables=found.tables,
            key_check=check_key(self.settings.secret_key),
        )

    def _add_dump(self, snapshot: Connection, program: Program) -> Contents:
        server = Server.of(snapshot)
        dump = self._tell(read_dump(snapshot, server, self.programs, program))
        member = self.writer.add(DATABASE_MEMBERS[POSTGRESQL], dump)
        return Contents(
            kind=POSTGRESQL,
            revision=str(snapshot.execute(text(REVISION)).scalar_one()),
            schema=server.schema,
            program=program.major,
            unpacked=member.size,
            tables=fingerprint_tables(snapshot, read_tables(snapshot)),
            key_check=check_key(self.settings.secret_key),
        )


def _list_named_now() -> set[str]:
    with read_snapshot() as connection:
        return list_media_names(connection)
