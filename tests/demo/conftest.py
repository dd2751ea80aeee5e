"""Fixture: the demo's commands, with small copies of its pictures, which are converted sooner."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image

from blog.db.engine import db
from blog.manuscripts import importing
from blog.pictures.commands import PictureFile
from blog.pictures.making import make_picture
from tests.outbox.sending import change_settings


@pytest.fixture
def demo(
    app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., str]:
    copies = tmp_path_factory.mktemp("pictures")

    def make_small(path: Path, media_dir: Path) -> PictureFile:
        with Image.open(path) as picture:
            picture.thumbnail((64, 64))
            picture.save(copies / path.name)
        return make_picture(copies / path.name, media_dir)

    def run(*words: str) -> str:
        result = app.test_cli_runner().invoke(args=["demo", *words])
        assert result.exit_code == 0, result.output
        db.session.rollback()
        return result.stdout

    monkeypatch.setattr(importing, "make_picture", make_small)
    change_settings(app, demo=True)
    return run
