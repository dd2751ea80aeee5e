"""The folder of the backups: names, the place where one is written, listing and deleting."""

import fcntl
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from errno import EEXIST, ENOTDIR
from pathlib import Path
from secrets import token_hex

from blog.backups.archive import ArchiveReader, BadBackupError, Header
from blog.backups.manifest import Contents

_NAME = re.compile(r"second-lead-\d{8}-\d{6}-[0-9a-f]{6}\.tar", re.ASCII)
_PLACE = re.compile(r"\.second-lead-[0-9a-f]{16}", re.ASCII)
_LOCK = "lock"


@dataclass(frozen=True, kw_only=True, slots=True)
class Backup:
    """A file of the folder: what it says of itself, and what is wrong with its two ends, if so.

    Whether each byte is right, only checking it tells.
    """

    path: Path
    size: int
    header: Header
    contents: Contents | None
    fault: str | None


def make_name(now: datetime) -> str:
    """Return the name of a new backup; two that begin at once have different names."""
    return f"second-lead-{now:%Y%m%d-%H%M%S}-{token_hex(3)}.tar"


@contextmanager
def working_place(folder: Path) -> Iterator[Path]:
    """Yield a new folder inside a folder, for its owner alone, which is gone at the end.

    What an earlier process left when it was killed is deleted first.
    """
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(ENOTDIR, "Not a directory", str(folder))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    delete_leftovers(folder)
    place = folder / f".second-lead-{token_hex(8)}"
    place.mkdir(mode=0o700)
    try:
        draft = place / f"{_LOCK}.draft"
        with draft.open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            draft.rename(place / _LOCK)  # Others look for this name, and find it locked.
            yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def delete_leftovers(folder: Path) -> None:
    """Delete the working places whose process has ended."""
    for place in folder.iterdir() if folder.is_dir() else ():
        if _PLACE.fullmatch(place.name) and not place.is_symlink() and _is_abandoned(place):
            shutil.rmtree(place, ignore_errors=True)


def _is_abandoned(place: Path) -> bool:
    try:
        with (place / _LOCK).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
    except OSError:
        return False  # It is in use, or is just being made.


def open_new(path: Path) -> int:
    """Create a file that only its owner may read, and return its descriptor."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)


def move_into_place(draft: Path, target: Path) -> None:
    """Give a finished file its name, unless the name is taken. Raises FileExistsError."""
    try:
        target.hardlink_to(draft)
    except FileExistsError:
        raise
    except OSError:
        # This kind of disk has no second names for a file.
        if target.exists():
            raise FileExistsError(EEXIST, "File exists", str(target)) from None
        draft.rename(target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Wait until the disk has the names in a folder."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def list_backups(folder: Path) -> list[Backup]:
    """Return the backups of a folder, the newest first; other files are left out."""
    paths = folder.iterdir() if folder.is_dir() else ()
    found = [_look_at(path) for path in paths if _NAME.fullmatch(path.name) and path.is_file()]
    backups = [backup for backup in found if backup]
    return sorted(backups, key=lambda each: (each.header.created_at, each.path.name), reverse=True)


def _look_at(path: Path) -> Backup | None:
    """Return the backup in a file, None if the file does not begin as one of ours."""
    with path.open("rb") as file:
        try:
            header = Header.read(file)
        except BadBackupError:
            return None
        contents = fault = None
        try:
            contents = Contents.of(ArchiveReader(file).manifest)
        except BadBackupError as error:
            fault = str(error)
    size = path.stat().st_size
    return Backup(path=path, size=size, header=header, contents=contents, fault=fault)


def prune(folder: Path, *, before: datetime, is_whole: Callable[[Path], bool]) -> list[Backup]:
    """Delete the backups that are older than `before`, and return them.

    The newest of which `is_whole` is true is kept whatever its age, and so are all if none is.
    """
    delete_leftovers(folder)
    backups = list_backups(folder)
    old = [backup for backup in backups if backup.header.created_at < before]
    if not old:
        return []
    newest = next((each for each in backups if not each.fault and is_whole(each.path)), None)
    gone = [backup for backup in old if newest and backup.path != newest.path]
    for backup in gone:
        backup.path.unlink()
    return gone
