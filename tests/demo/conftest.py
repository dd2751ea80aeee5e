"""Fixture: the demo's commands, with small copies of its pictures."""

from collections.abc import Callable

import pytest
from flask import Flask

from blog.db.engine import db
from tests.outbox.sending import change_settings
from tests.pictures.converting import import_small_copies


@pytest.fixture
def demo(
    app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., str]:
    import_small_copies(monkeypatch, tmp_path_factory.mktemp("pictures"))
    change_settings(app, demo=True)

    def run(*words: str) -> str:
        result = app.test_cli_runner().invoke(args=["demo", *words])
        assert result.exit_code == 0, result.output
        db.session.rollback()
        return result.stdout

    return run
