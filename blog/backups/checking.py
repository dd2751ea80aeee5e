"""Check a backup: every byte of it, and whether its database can be opened."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from errno import ENOSPC
from pathlib import Path
from shutil import disk_usage

from blog.backups.archive import HEADER, ArchiveReader, BadBackupError, Header
from blog.backups.manifest import DATABASE_MEMBERS, SQLITE, Contents
from blog.backups.media import MEDIA
from blog.backups.sqlite_copy import inspect_copy, settle, unpack
from blog.db.pg_programs import PG_RESTORE, ProgramError, Programs, list_dump

# Of the unpacked database, in a folder of its own.
DATABASE = "database"


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """A backup whose every byte is right; `note` says what could not be checked, if anything."""

    header: Header
    contents: Contents
    size: int
    pictures: int
    note: str | None


@dataclass(kw_only=True)
class Unpacking:
    """A backup that is unpacked into an empty folder while it is checked.

    With `is_complete`, all of its files are written there, by their names, and not the database
    alone.
    """

    folder: Path
    programs: Programs
    progress: Callable[[int], None]
    is_complete: bool
    contents: Contents = field(init=False)

    def run(self, path: Path) -> Checked:
        """Check a backup. Raises BadBackupError; what is in the folder is right only without it."""
        with path.open("rb") as file:
            reader = ArchiveReader(file)
            self.contents = Contents.of(reader.manifest)
            if disk_usage(self.folder).free < self.contents.unpacked:
                raise OSError(ENOSPC, "no space left for the database", str(self.folder))
            reader.read(self._receive)
        return Checked(
            header=reader.header,
            contents=self.contents,
            size=reader.size,
            pictures=sum(name.startswith(MEDIA) for name in reader.members),
            note=self._check_database(),
        )

    def _receive(self, name: str, chunks: Iterator[bytes]) -> None:
        told = self._tell(chunks)
        if name == DATABASE_MEMBERS[SQLITE]:
            unpack(told, self.folder / DATABASE, self.contents.unpacked)
        elif name in DATABASE_MEMBERS.values():
            _write(told, self.folder / DATABASE)
        elif self.is_complete and name != HEADER:
            _write(told, self.folder / name)
        for _rest in told:
            pass

    def _tell(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            yield chunk
            self.progress(len(chunk))

    def _check_database(self) -> str | None:
        path = self.folder / DATABASE
        if self.contents.kind == SQLITE:
            found = inspect_copy(path)
            settle(path)
            self.contents.compare(found.revision, found.tables)
            return None
        try:
            program = self.programs.find(PG_RESTORE, least=self.contents.program or 0)
        except ProgramError as error:
            return f"Its list of tables was not read: {error}"
        try:
            list_dump(path, self.programs, program)
        except ProgramError as error:
            raise BadBackupError(f"pg_restore cannot read the database: {error}") from error
        return None


def _write(chunks: Iterator[bytes], path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("xb") as file:
        for chunk in chunks:
            file.write(chunk)
