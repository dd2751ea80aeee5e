"""Creating a backup: what prevents it leaves nothing behind, and what happens meanwhile."""

import json
import os
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, make_url

from blog.backups import creating
from blog.backups.media import list_media_names
from blog.cli import backups as command
from blog.db import pg_programs
from blog.db.transactions import write
from blog.jobs.models import Job
from blog.jobs.queries import find_last_finished
from blog.pictures.commands import PictureFile, remove_unused_pictures, store_picture
from tests.backups.copying import (
    back_up,
    find_pg_programs,
    invoke,
    largest_file,
    other_site,
    refusal,
    show_picture,
)
from tests.databases import on_postgresql

pytestmark = pytest.mark.thorough


def folder_of(app: Flask) -> Path:
    return app.extensions["settings"].backup_dir


def refused(app: Flask) -> str:
    """Return why no backup is made, of which nothing may be left."""
    line = refusal(app, "create")
    assert not folder_of(app).exists() or not list(folder_of(app).iterdir())
    assert find_last_finished(Job.BACKUP) is None
    return line.removeprefix("Error: Nothing was backed up: ")


def program(folder: Path, name: str, script: str) -> str:
    """Write a program, and return a PATH that has it and nothing else of its name."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o700)
    return str(folder)


# With these sizes in bytes, the first picture or the copy of the database does not fit.
@pytest.mark.parametrize("size", [1000, 100_000])
def test_a_full_disk_is_one_line_and_leaves_nothing(app, size):
    show_picture(app, slug="shown", content=b"a picture" * 200)
    with largest_file(size):
        line = refused(app)
    assert "File too large" in line or "no space" in line or "disk" in line, line


def test_a_folder_or_picture_that_cannot_be_used_is_named(app, tmp_path):
    picture = show_picture(app, slug="shown")
    picture.unlink()
    picture.mkdir()
    assert refused(app) == f"{picture}: Is a directory."
    picture.rmdir()
    folder_of(app).rmdir()
    folder_of(app).write_text("no folder")
    assert refusal(app, "create").endswith(f"{folder_of(app)}: Not a directory.")


def test_a_file_that_exists_is_not_overwritten(app, tmp_path):
    (tmp_path / "mine.tar").write_text("mine")
    line = refusal(app, "create", "--output", tmp_path / "mine.tar")
    assert line.endswith(f"{tmp_path / 'mine.tar'} exists already. Choose another name.")
    assert (tmp_path / "mine.tar").read_text() == "mine"


def test_a_picture_that_the_site_lost_is_named_and_all_else_is_backed_up(app):
    lost = show_picture(app, slug="lost")
    damaged = show_picture(app, slug="damaged", content=b"another")
    lost.unlink()
    damaged.write_bytes(b"something else")
    result = invoke(app, "create")
    assert result.exit_code == 0, result.output
    assert result.stderr.splitlines() == [
        f"Warning: the picture {path} is lost or damaged." for path in sorted((lost, damaged))
    ]
    assert invoke(app, "verify", *folder_of(app).glob("*.tar")).exit_code == 0


def test_a_picture_deleted_meanwhile_is_missing_in_no_backup(app, monkeypatch, tmp_path):
    """It comes after most pictures were read, and goes after the snapshot that names it."""
    media_dir = app.extensions["settings"].media_dir
    media_dir.mkdir()
    file = PictureFile(source_hash="x", width=2, height=1, renditions=[[2, "x.webp"]], hue=None)
    ids, reads = [], []

    def list_them(connection: Connection) -> set[str]:
        names = list_media_names(connection)
        reads.append(names)
        if len(reads) == 1:
            ids.append(write(store_picture, file=file).id)
            (media_dir / "x.webp").write_bytes(b"x")
        if len(reads) == 2:
            write(remove_unused_pictures, ids)
            (media_dir / "x.webp").unlink()
        return names

    monkeypatch.setattr(creating, "list_media_names", list_them)
    monkeypatch.setattr(command, "measure_site", lambda _settings: 0)
    result = invoke(app, "create", "--output", tmp_path / "x.tar")
    assert (result.exit_code, result.stderr) == (0, "")
    assert reads == [set(), {"x.webp"}, set(), set()]
    found = json.loads(invoke(app, "verify", tmp_path / "x.tar", "--json").stdout)
    assert found["rows"]["pictures"] == 0


def test_an_interrupted_backup_leaves_nothing_and_the_next_deletes_what_was_left(app, monkeypatch):
    def stop(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(creating, "copy_database", stop)
    result = invoke(app, "create")
    assert (result.exit_code, result.stderr.strip()) == (1, "Aborted!")
    assert list(folder_of(app).iterdir()) == []
    monkeypatch.undo()
    # Of a process that was killed, the working place stays, and the lock is gone with it.
    killed = folder_of(app) / ".second-lead-0123456789abcdef"
    killed.mkdir()
    (killed / "lock").touch()
    (killed / "backup.tar").write_text("half")
    path = back_up(app)
    assert list(folder_of(app).iterdir()) == [path]


@on_postgresql
def test_a_missing_or_older_pg_dump_is_named_with_what_to_install(app, monkeypatch, tmp_path):
    monkeypatch.setattr(pg_programs, "FOLDERS", ())
    monkeypatch.setenv("PATH", str(tmp_path / "none"))
    line = refused(app)
    assert line.startswith("pg_dump ")
    assert "there is none here. Install it (Debian, Ubuntu: postgresql-client-" in line
    older = program(tmp_path / "older", "pg_dump", 'echo "pg_dump (PostgreSQL) 9.6.24"')
    monkeypatch.setenv("PATH", older)
    assert "and the newest here is 9. Install it" in refused(app)


@on_postgresql
def test_a_pg_dump_that_fails_says_why_in_one_line(app, monkeypatch, tmp_path):
    script = """
case "$1" in
  --version) echo "pg_dump (PostgreSQL) 99.1" ;;
  *) echo half a dump; echo "pg_dump: error: the server is away" >&2; exit 1 ;;
esac"""
    monkeypatch.setattr(pg_programs, "FOLDERS", ())
    monkeypatch.setenv("PATH", program(tmp_path / "bin", "pg_dump", script))
    assert refused(app) == "pg_dump: error: the server is away"


@on_postgresql
def test_the_password_of_the_database_is_in_no_argument_of_a_program(
    own_database_url, monkeypatch, tmp_path
):
    real = find_pg_programs() / "pg_dump"
    script = f'echo "$@ / $PGPASSWORD" >> {tmp_path}/seen; exec {real} "$@"'
    path = program(tmp_path / "bin", "pg_dump", script)
    monkeypatch.setenv("PATH", f"{path}:{os.environ['PATH']}")
    url = make_url(own_database_url).set(password="sesame")
    with other_site(url.render_as_string(hide_password=False), tmp_path) as site:
        back_up(site)
    seen = (tmp_path / "seen").read_text().splitlines()
    dumped = [line.rpartition(" / ") for line in seen if "--format=custom" in line]
    assert [(password, "sesame" in given) for given, _, password in dumped] == [("sesame", False)]
