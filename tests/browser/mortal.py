"""A server of a test's own, which may be killed at any moment and started again."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.browser.server import ROOT, Site, free_port, wait


class Mortal:
    """A second server on a site's database, at an address that stays the same."""

    def __init__(self, site: Site, log: Path) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.log = log
        self._environment = site.environment | {"PORT": str(port)}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                (sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py"),
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                # A group of its own, so that the workers die with it.
                start_new_session=True,
            )
        wait(self._process, self.url, self.log)

    def kill(self) -> None:
        """End it as a power cut does, in the middle of whatever it was at."""
        if self._process:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._process = None


@contextmanager
def mortal(site: Site, folder: Path) -> Iterator[Mortal]:
    server = Mortal(site, folder / "mortal.log")
    server.start()
    try:
        yield server
    finally:
        server.kill()
