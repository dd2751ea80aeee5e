"""Files of the media folder, each named by a hash of its content."""

import hashlib
import secrets
from collections.abc import Iterable
from pathlib import Path


def name_of(content: bytes, ending: str) -> str:
    """Return the file name of a content: a hash of it, and the ending."""
    return f"{hashlib.sha256(content).hexdigest()[:32]}.{ending}"


def is_whole(path: Path) -> bool:
    """Return whether a stored picture is there, with the content that its name is a hash of."""
    try:
        return name_of(path.read_bytes(), path.suffix[1:]) == path.name
    except OSError:
        return False


def store_file(content: bytes, name: str, media_dir: Path) -> None:
    """Write a file of the media folder atomically: two imports at once may store the same file."""
    media_dir.mkdir(parents=True, exist_ok=True)
    draft = media_dir / f".{name}.{secrets.token_hex(4)}"
    try:
        draft.write_bytes(content)
        draft.replace(media_dir / name)
    finally:
        draft.unlink(missing_ok=True)  # It is still there if the disk is full.


def remove_files(names: Iterable[str], media_dir: Path) -> str | None:
    """Delete files that no picture has any more; return why some cannot be deleted, or None.

    Nothing shows them, so that a file which stays takes only room.
    """
    fault = None
    for name in names:
        try:
            (media_dir / name).unlink(missing_ok=True)
        except OSError as error:
            fault = error.strerror or str(error)
    return fault
