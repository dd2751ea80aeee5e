"""Fixtures for imports: a folder of texts, and the command."""

from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "texts").mkdir()
    return tmp_path / "texts"


@pytest.fixture
def run_import(app):
    def run(*files: Path):
        runner = app.test_cli_runner()
        return runner.invoke(args=["review", "import", *map(str, files)])

    return run
