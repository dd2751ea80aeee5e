"""Fixture: the demo's commands, which copy pictures made once instead of making them anew."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from flask import Flask

from blog.db.engine import db
from blog.manuscripts import importing
from blog.pictures.commands import PictureFile
from blog.pictures.making import make_picture
from tests.databases import scratch_folder
from tests.outbox.sending import change_settings


@cache
def get_picture_folder() -> Path:
    """Return the folder with the pictures that are made once."""
    return scratch_folder()


@cache
def make_once(path: Path) -> PictureFile:
    """Make a picture at the first call, and return it."""
    return make_picture(path, get_picture_folder())


def copy_picture(path: Path, media_dir: Path) -> PictureFile:
    """Copy the renditions of a picture that was made once to `media_dir`."""
    picture = make_once(path)
    media_dir.mkdir(exist_ok=True)
    for _width, name in picture.renditions:
        (media_dir / name).write_bytes((get_picture_folder() / name).read_bytes())
    return picture


@pytest.fixture
def demo(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    monkeypatch.setattr(importing, "make_picture", copy_picture)
    change_settings(app, demo=True)

    def run(*words: str) -> str:
        result = app.test_cli_runner().invoke(args=["demo", *words])
        assert result.exit_code == 0, result.output
        db.session.rollback()
        return result.stdout

    return run
