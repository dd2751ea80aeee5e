"""Keep the stored files of a picture beside its exported one, so that an import stores the same.

An exported picture was converted once. Converting it again would lose quality and make other files,
so the import takes what is in the folder PARTS, if the picture is still the exported one.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path, PurePath
from typing import Any

from blog.pictures.commands import PictureFile
from blog.pictures.conversion import BadPictureError
from blog.pictures.converter import HUES, is_plain
from blog.pictures.files import is_whole, name_of, store_file
from blog.pictures.making import hash_source
from blog.pictures.models import files_of

PARTS = ".pictures"
# The largest description of a picture, in bytes.
MAX_BYTES = 10_000
_NAME = re.compile(r"([0-9a-f]{32})\.(?:webp|avif)", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{32}", re.ASCII)
# What a description or a file raises that somebody changed.
_DAMAGES = (OSError, ValueError, TypeError, KeyError, AttributeError, IndexError)

Known = Callable[[list[str]], dict[str, PictureFile]]


def largest_of(picture: PictureFile) -> str:
    """Return the name of the largest WebP file of a picture."""
    return files_of(picture.renditions, "webp")[-1][1]


def write_picture(picture: PictureFile, path: str, folder: Path, media_dir: Path) -> None:
    """Write a picture to a path in a folder, and what `find_exported` needs to the folder's PARTS.

    Raises BadPictureError if a stored file is missing or damaged.
    """
    largest = largest_of(picture)
    for name in _names_of(picture):
        if not is_whole(media_dir / name):
            raise BadPictureError(name)
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_bytes((media_dir / largest).read_bytes())
    parts = folder / PARTS
    parts.mkdir(exist_ok=True)
    for name in _names_of(picture):
        if name != largest:
            (parts / name).write_bytes((media_dir / name).read_bytes())
    description = json.dumps({"largest": path, **asdict(picture)}, ensure_ascii=False)
    (parts / f"{hash_source(folder / path)}.json").write_text(description, encoding="utf-8")


def known_or_exported(
    folder: Path, known: Known, *, media_dir: Path, is_trial: bool = False
) -> Known:
    """Return a function that finds stored pictures, and those exported to this folder.

    `known` returns the stored pictures with these source hashes. The files of a picture that was
    exported from another site are stored, unless `is_trial`.
    """

    def find(hashes: list[str]) -> dict[str, PictureFile]:
        exported = {each: find_exported(folder, each) for each in hashes}
        originals = [found[0].source_hash for found in exported.values() if found]
        stored = known([*hashes, *originals])
        for each, found in exported.items():
            if found is None:
                continue
            original, contents = found
            kept = stored.get(original.source_hash)
            if kept and all(is_whole(media_dir / name) for name in _names_of(kept)):
                stored[each] = kept
                continue
            for name, content in () if is_trial else contents.items():
                store_file(content, name, media_dir)
            stored[each] = original
        return stored

    return find


def find_exported(folder: Path, source_hash: str) -> tuple[PictureFile, Mapping[str, bytes]] | None:
    """Return what an exported picture with this hash was, and the content of its files by name.

    Returns None if no picture with this content was exported to the folder, or if anything about it
    was changed since.
    """
    try:
        with (folder / PARTS / f"{source_hash}.json").open("rb") as file:
            values = json.loads(file.read(MAX_BYTES))
        path = PurePath(values.pop("largest"))
        largest, picture = folder / path, PictureFile(**values)
        is_beside = not path.is_absolute() and ".." not in path.parts
        if not is_beside or not _is_sound(picture) or hash_source(largest) != source_hash:
            return None
        files = {name: folder / PARTS / name for name in _names_of(picture)}
        files[largest_of(picture)] = largest
        contents = {name: path.read_bytes() for name, path in files.items()}
        widths = {str(name): int(width) for width, name in picture.renditions}
        is_exported = all(
            _is_ours(content, name, widths[name]) for name, content in contents.items()
        )
    except (*_DAMAGES, BadPictureError):
        return None  # Not written by an export.
    return (picture, contents) if is_exported else None


def _names_of(picture: PictureFile) -> list[str]:
    return [str(name) for _width, name in picture.renditions]


def _is_sound(picture: PictureFile) -> bool:
    """Return whether a description has values as they are stored."""
    numbers = [picture.width, picture.height, *(width for width, _name in picture.renditions)]
    hue: Any = picture.hue
    return (
        _HASH.fullmatch(picture.source_hash) is not None
        and all(isinstance(number, int) and 0 < number < 2**15 for number in numbers)
        and all(_NAME.fullmatch(name) for name in _names_of(picture))
        and (hue is None or (isinstance(hue, int) and 0 <= hue < HUES))
    )


def _is_ours(content: bytes, name: str, width: int) -> bool:
    """Return whether a file is a converted picture: its name a hash of it, without metadata."""
    ending = name.rpartition(".")[2]
    return name_of(content, ending) == name and is_plain(content, ending, width)
