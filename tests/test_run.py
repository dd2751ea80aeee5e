"""The site as `make run` starts it: gunicorn with its configuration, and the sender of mail."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from contextlib import closing, suppress
from pathlib import Path

import pytest

from blog.db.driver import sqlite
from tests.deploy.test_restarts import assert_opens_no_database
from tests.patience import PATIENCE_SECONDS, wait_until

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
BOOTED = re.compile(r"Booting worker with pid: (\d+)")
PROGRAMS = Path(sys.executable).parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_up(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE_SECONDS) as response:
            return response.status == 200
    except OSError:
        return False


def environment(data: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {"DATA_DIR": str(data), "PORT": str(free_port())}


@pytest.fixture(scope="module")
def set_up(tmp_path_factory) -> Path:
    """The data folder of a site set up once for this module, with the demo comments."""
    data = tmp_path_factory.mktemp("site") / "data"
    env = environment(data)
    output = subprocess.run(
        [PROGRAMS / "flask", "--app", "wsgi", "setup"],
        env=env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=True,
    ).stdout
    assert f"Site:    http://127.0.0.1:{env['PORT']}/" in output
    return data


@pytest.fixture
def env(set_up, tmp_path):
    """The environment variables of a set-up site that only this test uses."""
    shutil.copytree(set_up, tmp_path / "data")
    return environment(tmp_path / "data")


def test_gunicorn_starts_serves_from_two_processes_and_stops(env, tmp_path):
    site = f"http://127.0.0.1:{env['PORT']}"
    log = tmp_path / "log"
    with log.open("w") as output:
        server = subprocess.Popen(
            [PROGRAMS / "gunicorn", "--config", "gunicorn.conf.py"],
            env=env, cwd=ROOT, stdout=output, stderr=output,
        )  # fmt: skip
        try:
            wait_until(lambda: server.poll() is not None or is_up(f"{site}/healthz"))
            assert server.poll() is None, log.read_text()
            wait_until(lambda: len(set(BOOTED.findall(log.read_text()))) >= 2)
            for number in BOOTED.findall(log.read_text()):
                os.kill(int(number), 0)  # Raises where there is no such process.
            with urllib.request.urlopen(f"{site}/", timeout=PATIENCE_SECONDS) as front:
                assert b'class="card' in front.read()
            server.send_signal(signal.SIGINT)
            assert server.wait(PATIENCE_SECONDS) == 0
        finally:
            server.kill()
            server.wait()
    logged = log.read_text()
    assert "Traceback" not in logged
    assert "Error" not in logged
    assert not is_up(f"{site}/healthz")


def members(group: int) -> list[str]:
    """Return the running processes of a process group, each as "pid arguments"."""
    columns = [word for name in ("pgid", "stat", "pid", "args") for word in ("-o", f"{name}=")]
    listing = subprocess.run(
        ["ps", "-A", *columns],
        env=os.environ | {"COLUMNS": "2000"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    found = [line.split(None, 3) for line in listing.splitlines()]
    return [
        f"{pid} {args}" for pgid, stat, pid, args in found if pgid == str(group) and stat[0] != "Z"
    ]


def server_of(group: int) -> int:
    """Return the process id of gunicorn in a process group; its workers have higher ones."""
    return min(int(line.split()[0]) for line in members(group) if "serve.py" in line)


WAYS_TO_END = {
    "ctrl-c": lambda group: os.killpg(group, signal.SIGINT),
    "sigterm to make": lambda group: os.kill(group, signal.SIGTERM),
    "gunicorn killed": lambda group: os.kill(server_of(group), signal.SIGKILL),
}


@pytest.mark.parametrize("end", WAYS_TO_END.values(), ids=WAYS_TO_END)
def test_make_run_also_sends_mail_and_leaves_no_process_behind(env, tmp_path, end):
    log = tmp_path / "log"
    with log.open("w") as output:
        make = subprocess.Popen(
            # The option skips the installation, because this test runs in the same environment.
            ["make", "--old-file=.venv/.run", f"BIN={PROGRAMS}", "run"],
            env=env, cwd=ROOT, stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
        try:
            site, mail = f"http://127.0.0.1:{env['PORT']}", tmp_path / "data" / "mail"
            # The demo has pending comments, so the outbox sends a digest to the moderator.
            wait_until(lambda: make.poll() is not None or (is_up(site) and [*mail.glob("*.eml")]))
            assert make.poll() is None, log.read_text()
            assert_opens_no_database(server_of(make.pid))
            end(make.pid)
            wait_until(lambda: not members(make.pid))
        finally:
            with suppress(ProcessLookupError):
                os.killpg(make.pid, signal.SIGKILL)
            make.wait()
    assert "Traceback" not in log.read_text()


def test_nothing_is_served_if_the_set_up_fails(env):
    with closing(sqlite.connect(Path(env["DATA_DIR"], "second-lead.sqlite3"))) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    done = subprocess.run(
        [PROGRAMS / "python", "serve.py", "--config", "gunicorn.conf.py"],
        env=env, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_SECONDS,
    )  # fmt: skip
    assert done.returncode == 1
    newer = "Error: The database is of a newer release (9999): install that release.\n"
    assert (done.stdout, done.stderr) == ("", newer)


def test_garbage_is_collected_once_the_site_is_loaded(env):
    code = "import wsgi, gc; print(gc.isenabled(), gc.get_freeze_count() > len(gc.get_objects()))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=env, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=True,
    )  # fmt: skip
    assert done.stdout == "True True\n"
