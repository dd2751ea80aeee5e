"""A second server that a test can kill and start again."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.browser.server import ROOT, Site, free_port, wait


class KillableServer:
    """A second server on a site's database, with the same URL after every start."""

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
                # The workers are in the same process group, so that they are killed too.
                start_new_session=True,
            )
        wait(self._process, self.url, self.log)

    def kill(self) -> None:
        """Kill the server and its workers with SIGKILL."""
        if self._process:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._process = None


@contextmanager
def killable_server(site: Site, folder: Path) -> Iterator[KillableServer]:
    server = KillableServer(site, folder / "killable.log")
    server.start()
    try:
        yield server
    finally:
        server.kill()
