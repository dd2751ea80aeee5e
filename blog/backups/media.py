"""The pictures that the rows of a database name, and the files of a site that are no table."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, select

from blog.backups.archive import CHUNK, MEMBER_NAME
from blog.pictures.models import Picture
from blog.reviews.models import Review

MEDIA, PAGES, SECRET_KEY = "media/", "pages/", "secret_key"
# The hash in the name of a picture.
_HASH_LENGTH = 32


def list_media_names(connection: Connection) -> set[str]:
    """Return the file names of all pictures, and of those that other sites show beside links."""
    names: set[str | None] = set()
    for (renditions,) in connection.execute(select(Picture.renditions)):
        names |= {str(name) for _width, name in renditions}
    names |= set(connection.execute(select(Review.link_preview)).scalars())
    return {name for name in names if name and MEMBER_NAME.fullmatch(f"{MEDIA}{name}")}


def read_chunks(path: Path) -> Iterator[bytes]:
    """Yield the content of a file."""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def is_damaged(name: str, sha256: str) -> bool:
    """Return whether a picture has another content than its name is a hash of.

    The name of a picture beside a link is a hash of what it shows, and tells nothing.
    """
    stem, _dot, ending = name.rpartition(".")
    return ending != "jpg" and len(stem) == _HASH_LENGTH and not sha256.startswith(stem)


def list_page_names(pages_dir: Path) -> list[str]:
    """Return the names of the site's own standing pages."""
    return sorted(
        path.name
        for path in (pages_dir.iterdir() if pages_dir.is_dir() else ())
        if path.is_file() and MEMBER_NAME.fullmatch(f"{PAGES}{path.name}")
    )


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
