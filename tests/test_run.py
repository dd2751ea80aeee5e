"""The site as `make run` starts it: set up, then gunicorn with its own settings."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BOOTED = re.compile(r"Booting worker with pid: (\d+)")
PROGRAMS = Path(sys.executable).parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(is_so: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.05)  # The program is another process; it can only be asked again.


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return response.status == 200
    except OSError:
        return False


@pytest.fixture
def env(tmp_path):
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {"DATA_DIR": str(tmp_path / "data"), "PORT": str(free_port())}


def test_it_starts_serves_from_two_processes_and_ends_when_told(env, tmp_path):
    setup = [PROGRAMS / "flask", "--app", "wsgi", "setup"]
    said = subprocess.run(
        setup, env=env, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    ).stdout
    site = f"http://127.0.0.1:{env['PORT']}"
    assert f"Site:    {site}/" in said

    log = tmp_path / "log"
    with log.open("w") as output:
        server = subprocess.Popen(
            [PROGRAMS / "gunicorn", "--config", "gunicorn.conf.py"],
            env=env, cwd=ROOT, stdout=output, stderr=output,
        )  # fmt: skip
        try:
            wait_until(lambda: server.poll() is not None or answers(f"{site}/healthz"))
            assert server.poll() is None, log.read_text()
            wait_until(lambda: len(set(BOOTED.findall(log.read_text()))) >= 2)
            for number in BOOTED.findall(log.read_text()):
                os.kill(int(number), 0)  # Raises where there is no such process.
            with urllib.request.urlopen(f"{site}/", timeout=5) as front:
                assert b'class="card' in front.read()
            started = time.monotonic()
            server.send_signal(signal.SIGINT)
            assert server.wait(15) == 0
        finally:
            server.kill()
            server.wait()
    words = log.read_text()
    assert time.monotonic() - started < 10
    assert "Traceback" not in words
    assert "Error" not in words
    assert not answers(f"{site}/healthz")
