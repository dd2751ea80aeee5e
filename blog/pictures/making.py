"""Make the files of a picture that is imported or uploaded, and store them."""

import hashlib
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from blog.pictures.commands import PictureFile
from blog.pictures.conversion import USUAL, BadPictureError, Bounds, convert, scale_it_down
from blog.pictures.files import is_whole, name_of, store_file
from blog.text.language import gettext as _

MAX_BYTES = 30 * 2**20
MAX_UPLOAD_BYTES = 20 * 2**20
CHUNK = 2**18
# An upload holds a thread that could serve readers: with AT_ONCE being converted, two are left.
UPLOAD = Bounds(wait=5, seconds=30)
# Increased when the conversion changes, so that an import converts all pictures again.
RECIPE = 2


def hash_source(path: Path) -> str:
    """Return the hash of a picture file and of RECIPE, which identifies the converted picture.

    Raises BadPictureError for a file larger than MAX_BYTES.
    """
    with path.open("rb") as file:
        return _hash(file, MAX_BYTES)


def make_picture(path: Path, media_dir: Path | None, *, bounds: Bounds = USUAL) -> PictureFile:
    """Convert the picture of a file, and store the new files unless `media_dir` is None.

    Raises BadPictureError. Each file is named by a hash of its content and is written atomically.
    """
    with path.open("rb") as file:
        return _make(file, media_dir, MAX_BYTES, bounds)


def make_upload(upload: IO[bytes], media_dir: Path, *, bounds: Bounds = UPLOAD) -> PictureFile:
    """Convert the picture that somebody uploads, and store the new files.

    `upload` is read to its end, or until it has more than MAX_UPLOAD_BYTES. Raises BadPictureError,
    and its subclass BusyError if the same upload may succeed later.
    """
    # The program that converts it reads a file of the disk.
    with TemporaryFile() as file:
        while file.tell() <= MAX_UPLOAD_BYTES and (chunk := upload.read(CHUNK)):
            file.write(chunk)
        return _make(file, media_dir, MAX_UPLOAD_BYTES, bounds)


def _make(file: IO[bytes], media_dir: Path | None, most: int, bounds: Bounds) -> PictureFile:
    source_hash = _hash(file, most)
    made = convert(file, bounds=bounds)
    names = [(each.width, name_of(each.content, each.ending)) for each in made.files]
    for (_width, name), each in zip(names, made.files, strict=True):
        if media_dir and not is_whole(media_dir / name):
            store_file(each.content, name, media_dir)
    return PictureFile(
        source_hash=source_hash,
        width=made.width,
        height=made.height,
        renditions=[list(each) for each in names],
        hue=made.hue,
    )


def _hash(file: IO[bytes], most: int) -> str:
    """Return the hash of an open file. Raises BadPictureError for a file larger than `most`."""
    if file.seek(0, 2) > most:
        fault = _("is larger than %(size)s MiB.", size=most // 2**20)
        raise BadPictureError(f"{fault} {scale_it_down()}")
    file.seek(0)
    digest = hashlib.sha256(f"{RECIPE}\n".encode())
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()[:32]
