"""`outbox run` as a process of its own: it keeps running until it is ended."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from blog import create_app
from blog.clock import utc_now
from blog.db.driver import sqlite
from blog.db.engine import db
from blog.decisions.notifying import UNDO_WINDOW
from tests.databases import make_settings, migrated_sqlite
from tests.outbox.comments import make_comment_with_notice
from tests.outbox.mail_server import run_scripted_server
from tests.patience import PATIENCE_SECONDS, wait_until

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).parents[2]
FLASK = str(Path(sys.executable).parent / "flask")


@pytest.fixture
def site(tmp_path):
    """Return the environment variables of a site with a due message."""
    data = tmp_path / "data"
    data.mkdir()
    shutil.copy(migrated_sqlite(), data / "second-lead.sqlite3")
    app = create_app(
        make_settings(database_url=f"sqlite:///{data / 'second-lead.sqlite3'}", data_dir=data)
    )
    app.extensions["clock"] = lambda: utc_now() - 2 * UNDO_WINDOW
    with app.app_context():
        make_comment_with_notice()
        db.session.remove()
        db.engine.dispose()
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {"DATA_DIR": str(data)}


# `outbox run`, but at its end it waits for a mail server only 0.1 seconds.
HASTE = """
from blog.cli import outbox
from flask.cli import main

outbox.GRACE_SECONDS = 0.1
main()
"""
HASTY = (sys.executable, "-c", HASTE)


def start(env, program=(FLASK,)) -> subprocess.Popen:
    return subprocess.Popen(
        [*program, "--app", "wsgi", "outbox", "run"],
        env=env, cwd=ROOT, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def has_mail(env) -> bool:
    return bool(list((Path(env["DATA_DIR"]) / "mail").glob("*.eml")))


@pytest.mark.parametrize(
    "number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.slow)]
)
def test_the_worker_runs_until_it_gets_a_signal(site, number):
    worker = start(site)
    try:
        wait_until(lambda: worker.poll() is not None or has_mail(site))
        worker.send_signal(number)
        assert worker.wait(PATIENCE_SECONDS) == 0
        assert worker.stderr.read() == ""
    finally:
        worker.kill()
        worker.communicate()


def test_the_worker_ends_on_a_signal_even_while_a_mail_server_sleeps(site):
    with run_scripted_server() as port:
        worker = start(site | {"SMTP_URL": f"smtp://127.0.0.1:{port}"}, HASTY)
        try:
            wait_until(lambda: is_message_claimed(site))
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(PATIENCE_SECONDS) == 0
        finally:
            worker.kill()
            worker.communicate()


def is_message_claimed(env) -> bool:
    """Return whether a worker has claimed a message."""
    with sqlite.connect(Path(env["DATA_DIR"]) / "second-lead.sqlite3") as connection:
        query = "SELECT count(*) FROM outbox_messages WHERE lease IS NOT NULL"
        return connection.execute(query).fetchone()[0] > 0


@pytest.mark.parametrize("is_gone_at_once", [pytest.param(False, marks=pytest.mark.slow), True])
def test_the_worker_ends_when_its_parent_process_ends(site, tmp_path, is_gone_at_once):
    worker = tmp_path / "worker"
    command = f"{FLASK} --app wsgi outbox run --with-parent $$ & echo $! > {worker};"
    rest = "exit" if is_gone_at_once else "exec sleep 600"
    parent = subprocess.Popen(["sh", "-c", f"{command} {rest}"], env=site, cwd=ROOT)
    try:
        wait_until(lambda: worker.exists() and worker.read_text().endswith("\n"))
        if not is_gone_at_once:
            wait_until(lambda: has_mail(site))
            assert is_running(int(worker.read_text()))
        parent.kill()
        parent.wait()
        wait_until(lambda: not is_running(int(worker.read_text())))
    finally:
        parent.kill()
        parent.wait()
        if is_running(int(worker.read_text())):
            os.kill(int(worker.read_text()), signal.SIGKILL)


def is_running(number: int) -> bool:
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(number)], capture_output=True, text=True, check=False
    ).stdout
    return bool(state) and state[0] != "Z"
