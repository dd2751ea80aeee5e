"""Commands print one line, and no traceback, for what is missing on the machine."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask import current_app
from sqlalchemy import text

from blog.cli import guarding
from blog.db.engine import db
from tests.databases import fresh_sqlite
from tests.db.tables import back, opened, writing
from tests.patience import PATIENCE_SECONDS
from tests.plan import ROOT

pytestmark = pytest.mark.thorough

# One command of each group.
COMMANDS = [
    ["moderator", "list"],
    ["review", "import", "README.md"],
    ["demo", "clear"],
    ["comments", "render"],
    ["outbox", "list"],
    ["privacy", "export", "mina@example.org"],
    ["database", "copy", "sqlite:////tmp/second-lead-copy.sqlite3", "--yes"],
    ["backup", "create"],
    ["bench", "load", "5"],
    ["maintenance"],
]


def fault_of(app, command: list[str]) -> str:
    """Return the error message of a command, which must be one line."""
    result = app.test_cli_runner().invoke(args=command)
    assert result.exit_code == 1, (command, result.output)
    assert result.exception is None or isinstance(result.exception, SystemExit), command
    (line,) = result.stderr.splitlines()
    return line


def test_a_command_before_the_first_run_names_the_folder_and_creates_nothing(tmp_path):
    data = tmp_path / "data"
    env = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    flask = Path(sys.executable).parent / "flask"
    result = subprocess.run(
        [flask, "--app", ROOT / "wsgi.py", "moderator", "list"],
        env=env, cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE_SECONDS,
        check=False,
    )  # fmt: skip
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert f"{data} has no database." in line
    assert "make run" in line
    assert not data.exists()


@pytest.fixture
def site(tmp_path):
    with opened(fresh_sqlite(tmp_path)):
        yield current_app._get_current_object()


def test_no_command_shows_a_traceback_for_a_database_that_does_not_fit(site):
    back("0011")
    for command in COMMANDS:
        assert "The database is not migrated yet: run `make run`" in fault_of(site, command)
    with writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for command in [*COMMANDS, ["setup"]]:
        assert "The database is of a newer release (9999)" in fault_of(site, command)
    Path(db.engine.url.database).unlink()
    for command in COMMANDS:
        assert "has no database. `make run`" in fault_of(site, command)
    assert not Path(db.engine.url.database).exists()


def test_a_full_disk_and_a_damaged_database_are_one_line(site, monkeypatch):
    def fill_disk() -> None:
        raise OSError(28, "No space left on device", "/data/x")

    monkeypatch.setattr(guarding, "_check_database", fill_disk)
    assert fault_of(site, ["maintenance"]) == "Error: /data/x: No space left on device."
    monkeypatch.undo()
    db.engine.dispose()
    Path(db.engine.url.database).write_bytes(b"no database" * 1000)
    for command in COMMANDS:
        assert "The database cannot be used: DatabaseError SQLITE_NOTADB." in fault_of(
            site, command
        )
