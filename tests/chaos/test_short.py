"""A short `make chaos`: it loses nothing, and leaves nothing behind."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest

from tests.browser.server import ROOT
from tests.patience import PATIENCE_SECONDS, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.serial]

COMMAND = (sys.executable, "-m", "tests.chaos")
SHORT = (
    *("--strikes=1", "--seconds=0.5", "--settle=0", "--pause=0.2"),
    *("--readers=2", "--moderators=1"),
)
TROUBLES = {
    "SQLite": ("workers", "master", "outbox", "limit"),
    "PostgreSQL": ("crash", "backends"),
}
_PORT = re.compile(r"http://127\.0\.0\.1:(\d+)")


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def port_in(output: str) -> int:
    found = _PORT.search(output)
    assert found, output
    return int(found[1])


def in_folder(folder: Path | str) -> dict[str, str]:
    """Return an environment in which temporary folders are made in this one."""
    return os.environ | {"TMPDIR": str(folder)}


def names(troubles: Sequence[str]) -> list[str]:
    return [f"--trouble={name}" for name in troubles]


@pytest.mark.parametrize(
    "database", ["SQLite", pytest.param("PostgreSQL", marks=pytest.mark.postgresql)]
)
def test_nothing_is_lost_nor_doubled_whatever_dies(database):
    # Not in the test's own folder, in which PostgreSQL's user may not look.
    with tempfile.TemporaryDirectory(prefix="second-lead-") as folder:
        Path(folder).chmod(0o711)
        done = subprocess.run(
            [*COMMAND, "--database", database, *SHORT, *names(TROUBLES[database])],
            cwd=ROOT, env=in_folder(folder), capture_output=True, text=True,
            timeout=5 * PATIENCE_SECONDS, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Nothing was lost" in done.stdout
        for name in TROUBLES[database]:
            assert re.search(rf"^\| {name} +\| +1 ", done.stdout, re.MULTILINE), done.stdout
        assert is_free(port_in(done.stderr))
        assert not list(Path(folder).glob("second-lead-chaos-*"))


def test_a_run_that_is_stopped_stops_all_its_programs(tmp_path):
    log = tmp_path / "log"
    with log.open("w") as output:
        run = subprocess.Popen(
            [*COMMAND, "--database=SQLite", *SHORT, "--trouble=workers:100"],
            cwd=ROOT, env=in_folder(tmp_path), stdout=output, stderr=output,
            # As a shell starts a program in the background.
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_IGN),
        )  # fmt: skip
        try:
            wait_until(lambda: run.poll() is not None or "are killed" in log.read_text())
            assert not is_free(port_in(log.read_text()))
            run.send_signal(signal.SIGINT)
            assert run.wait(PATIENCE_SECONDS) == 1
        finally:
            # Not with SIGKILL, which would leave its programs running.
            run.terminate()
            run.wait(PATIENCE_SECONDS)
    assert log.read_text().splitlines()[-1] == "Stopped."
    assert is_free(port_in(log.read_text()))
    assert list(tmp_path.iterdir()) == [log]
