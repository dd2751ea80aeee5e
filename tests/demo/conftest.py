"""The demo's commands, without the seconds that its pictures take."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from flask import Flask

from blog.db.engine import db
from blog.reviews import importing
from blog.reviews.commands import PictureFile
from blog.reviews.pictures import make_picture
from tests.databases import scratch_folder


@cache
def made_pictures() -> Path:
    """Return the folder of the pictures that one test made and the others copy."""
    return scratch_folder()


@cache
def made_once(path: Path) -> PictureFile:
    return make_picture(path, made_pictures())


def copy_picture(path: Path, media_dir: Path) -> PictureFile:
    """Store what a picture of the demo came out as when it was first asked for."""
    picture = made_once(path)
    media_dir.mkdir(exist_ok=True)
    for _width, name in picture.renditions:
        (media_dir / name).write_bytes((made_pictures() / name).read_bytes())
    return picture


@pytest.fixture
def demo(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    monkeypatch.setattr(importing, "make_picture", copy_picture)

    def run(*words: str) -> str:
        result = app.test_cli_runner().invoke(args=["demo", *words])
        assert result.exit_code == 0, result.output
        db.session.rollback()
        return result.stdout

    return run
