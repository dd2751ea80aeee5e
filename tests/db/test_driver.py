"""The version of SQLite, syncing each commit to the disk, and waiting for the write lock."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from blog.db import driver
from blog.db import engine as engine_module
from blog.db.driver import is_affected, sqlite
from blog.db.engine import db
from blog.db.errors import DatabaseBusyError
from blog.db.transactions import write
from tests.databases import fresh_sqlite
from tests.engine import locked_database

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("version", "can_lose_pages"),
    [
        *(("3.6.23", False), ("3.7.0", True), ("3.40.1", True), ("3.44.5", True)),
        *(("3.44.6", False), ("3.45.0", True), ("3.50.6", True), ("3.50.7", False)),
        *(("3.51.0", True), ("3.51.2", True), ("3.51.3", False), ("3.53.4", False)),
    ],
)
def test_the_versions_that_can_lose_pages_are_known(version, can_lose_pages):
    assert is_affected(tuple(map(int, version.split(".")))) == can_lose_pages


def test_a_fixed_sqlite_is_used_where_there_is_a_wheel(app):
    if sys.platform != "linux" or os.uname().machine != "x86_64":
        pytest.skip("there is no wheel of pysqlite3 for this machine, and Python's own is used")
    raw = db.session.connection().connection.dbapi_connection
    assert type(raw.writer).__module__.startswith("pysqlite3")
    assert not is_affected(sqlite.sqlite_version_info)


@pytest.mark.parametrize(("version", "warns"), [((3, 40, 1), True), ((3, 53, 4), False)])
def test_setup_and_the_log_show_the_version_and_warn_if_it_can_lose_pages(
    new_app, caplog, monkeypatch, version, warns
):
    monkeypatch.setattr(driver.sqlite, "sqlite_version_info", version)
    monkeypatch.setattr(driver.sqlite, "sqlite_version", ".".join(map(str, version)))
    driver.log_version.cache_clear()
    output = new_app.test_cli_runner().invoke(args=["setup"]).stdout
    with caplog.at_level("INFO"):
        for _ in range(2):
            assert new_app.test_client().get("/healthz").status_code == 200
    (line,) = [record for record in caplog.records if record.name == "blog.db.driver"]
    assert (line.levelname == "WARNING") == warns
    for words in (output, line.getMessage()):
        assert ".".join(map(str, version)) in words
        assert ("can lose pages" in words) == warns


def test_sqlite_is_set_to_sync_each_commit(app):
    full = 2
    assert db.session.connection().exec_driver_sql("PRAGMA synchronous").scalar() == full


COMMITS = 5
PROGRAM = """
import os
import sys
from blog import create_app
from blog.settings import Settings
from blog.db.transactions import write
from blog.limits.commands import spend
from blog.limits.queries import Allowance
from blog.clock import utc_now
with create_app(Settings.from_env()).app_context():
    os.chdir(".")
    for number in range(int(sys.argv[1])):
        write(spend, allowances=[Allowance([str(number)], ())], now=utc_now())
"""


def test_every_commit_is_synced_to_the_disk(tmp_path):
    """Count the sync calls with strace, because a test cannot cut the power."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not here; another test checks the PRAGMA")
    env = os.environ | {"DATABASE_URL": fresh_sqlite(tmp_path), "DATA_DIR": str(tmp_path)}

    trace = tmp_path / "trace"
    calls = ["-e", "trace=fsync,fdatasync,chdir"]
    watch = ["strace", "-f", "--seccomp-bpf", "-o", str(trace), *calls]
    program = [sys.executable, "-c", PROGRAM, str(COMMITS)]
    subprocess.run([*watch, *program], env=env, cwd=ROOT, check=True)
    # The program changes its folder just before the commits.
    assert trace.read_text().rpartition("chdir(")[2].count("sync(") >= COMMITS


@pytest.mark.usefixtures("short_timeouts")
def test_a_writer_never_waits_long_between_two_attempts(app, database_url, monkeypatch):
    pauses = []
    monkeypatch.setattr(engine_module, "sleep", pauses.append)
    with locked_database(database_url), pytest.raises(DatabaseBusyError):
        write(lambda: None)
    assert 0 < max(pauses) <= 0.005
    pauses.clear()
    write(lambda: None)
    assert not pauses
