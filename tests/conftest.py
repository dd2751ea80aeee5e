"""What every test may ask for: an application on each database, a reader, a clock."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from blog import create_app
from blog.database import db
from tests.builders import NOON
from tests.databases import fresh_postgres, fresh_sqlite, make_settings, scratch_folder
from tests.page import Reader


@cache
def compiled_templates() -> FileSystemBytecodeCache:
    """Keep compiled templates from test to test; every test makes an application of its own."""
    return FileSystemBytecodeCache(str(scratch_folder()))


class Clock:
    """A clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = NOON + timedelta(hours=1)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return fresh_sqlite(tmp_path) if request.param == "sqlite" else fresh_postgres()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(database_url: str, tmp_path: Path, clock: Clock) -> Iterator[Flask]:
    app = create_app(make_settings(database_url=database_url, data_dir=tmp_path))
    app.extensions["clock"] = clock
    app.test_client_class = Reader
    app.jinja_env.bytecode_cache = compiled_templates()
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> Reader:
    return app.test_client()


@pytest.fixture
def stranger(app: Flask) -> Reader:
    """Another browser, which knows nothing of the first."""
    return app.test_client()
