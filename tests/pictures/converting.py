"""Remember what the program that converts pictures says: starting it takes long."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO
from unittest.mock import patch

from blog.pictures import conversion, converter

RUN = conversion._run


@contextmanager
def convert_once() -> Iterator[None]:
    """Run a program only once for the same picture and bounds inside the block."""
    known: dict[tuple[object, ...], bytes] = {}

    def remember(file: IO[bytes], bounds: conversion.Bounds) -> bytes:
        file.seek(0)
        key = hashlib.file_digest(file, "sha256").digest(), bounds, converter.__file__
        if key not in known:
            known[key] = RUN(file, bounds)
        return known[key]

    with patch.object(conversion, "_run", remember):
        yield
