"""Programs that are started again whenever they end, as systemd does with `Restart=always`."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from tests.browser.server import ROOT
from tests.patience import PATIENCE_SECONDS

PROGRAMS = Path(sys.executable).parent
GUNICORN = (str(PROGRAMS / "gunicorn"), "--config", "gunicorn.conf.py")
OUTBOX = (str(PROGRAMS / "flask"), "--app", "wsgi", "outbox", "run")
RESTART_SECONDS = 0.1


class Service:
    """A program that runs until it is stopped."""

    def __init__(
        self, command: Sequence[str], *, environment: Mapping[str, str], log: Path
    ) -> None:
        self.command, self.environment, self.log = command, environment, log
        self.starts = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._keeper: threading.Thread | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None, "The service was never started."
        return self._process.pid

    def start(self) -> None:
        assert self._keeper is None, "The service runs already."
        self._stopping.clear()
        self._launch()
        self._keeper = threading.Thread(target=self._keep_running, daemon=True)
        self._keeper.start()

    def stop(self) -> None:
        """Stop the program with SIGTERM, and kill what is left of it; it is not started again."""
        if self._keeper is None:
            return
        self._stopping.set()
        self.signal(signal.SIGTERM)
        self._keeper.join(PATIENCE_SECONDS)
        if self._keeper.is_alive():
            end_group(self.pid)
            self._keeper.join()
        self._keeper = None

    def signal(self, number: int) -> None:
        """Send a signal to the program's first process."""
        with suppress(ProcessLookupError):  # It may just have ended.
            os.kill(self.pid, number)

    def children(self) -> list[int]:
        """Return the ids of the processes that the program has started."""
        return list_children(self.pid)

    def _launch(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=dict(self.environment),
                stdout=log,
                stderr=subprocess.STDOUT,
                # A group of its own, which ends as a whole, and not by Ctrl-C in this terminal.
                start_new_session=True,
            )
        self.starts += 1

    def _keep_running(self) -> None:
        while True:
            assert self._process is not None
            self._process.wait()
            # systemd too ends the workers of a master that was killed.
            end_group(self._process.pid)
            if self._stopping.wait(RESTART_SECONDS):
                return
            self._launch()


def end_group(group: int) -> None:
    """Kill all processes of a process group."""
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def list_children(parent: int) -> list[int]:
    """Return the ids of the running processes that a process has started."""
    listing = subprocess.run(
        ("ps", "-A", "-o", "ppid=,pid=,stat="), capture_output=True, text=True, check=True
    ).stdout
    rows = [line.split() for line in listing.splitlines()]
    return [int(pid) for ppid, pid, stat in rows if int(ppid) == parent and stat[0] != "Z"]
