"""Convert pictures sooner: each only once, or small copies of them."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from unittest.mock import patch
from uuid import uuid4

import pytest
from PIL import Image

from blog.manuscripts import importing
from blog.pictures import conversion, converter
from blog.pictures.commands import PictureFile
from blog.pictures.making import make_picture

RUN = conversion._run


@contextmanager
def convert_once(folder: Path) -> Iterator[None]:
    """Run a program only once for the same picture and bounds inside the block.

    The results are kept in `folder`, which several processes may use at the same time.
    """

    def remember(file: IO[bytes], bounds: conversion.Bounds) -> bytes:
        file.seek(0)
        key = hashlib.file_digest(file, "sha256").hexdigest(), bounds, converter.__file__
        kept = folder / f"picture-{hashlib.sha256(repr(key).encode()).hexdigest()}"
        if not kept.exists():
            made = folder / uuid4().hex
            made.write_bytes(RUN(file, bounds))
            made.rename(kept)
        return kept.read_bytes()

    with patch.object(conversion, "_run", remember):
        yield


def import_small_copies(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let an import convert copies of its pictures, 64 pixels wide, which it finds in `folder`."""

    def make_small(path: Path, media_dir: Path) -> PictureFile:
        with Image.open(path) as picture:
            picture.thumbnail((64, 64))
            picture.save(folder / path.name)
        return make_picture(folder / path.name, media_dir)

    monkeypatch.setattr(importing, "make_picture", make_small)
