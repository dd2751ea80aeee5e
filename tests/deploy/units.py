"""The units of deploy/systemd, read and run as systemd would, as far as that goes without it."""

import json
import os
import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from tests.browser.server import OURS
from tests.patience import PATIENCE_SECONDS
from tests.programs import find_program

ROOT = Path(__file__).parents[2]
UNITS = ROOT / "deploy" / "systemd"
CODE = "/opt/second-lead/current"
CACHE = "/var/cache/second-lead"


def read_unit(name: str) -> dict[str, list[str]]:
    """Return the values of each key of a unit, with those of hardening.conf for a service."""
    files = [UNITS / name, *([UNITS / "hardening.conf"] if name.endswith(".service") else [])]
    values: dict[str, list[str]] = {}
    for file in files:
        for line in file.read_text().splitlines():
            if line and not line.startswith(("#", "[")):
                key, _, value = line.partition("=")
                values.setdefault(key, []).append(value)
    return values


def read_environment(file: Path) -> dict[str, str]:
    """Return the variables of a file as systemd's EnvironmentFile reads them."""
    lines = [line for line in file.read_text().splitlines() if line and line[0] not in "#;"]
    pairs = [line.partition("=") for line in lines]
    return {name: "".join(shlex.split(value)) for name, _, value in pairs}


def commands(name: str, key: str = "ExecStart", *, cache_dir: Path) -> list[list[str]]:
    """Return the command lines of a unit, with the virtual environment of the tests."""
    lines = [line.replace(CACHE, str(cache_dir)) for line in read_unit(name)[key]]
    words = [shlex.split(line.replace(f"{CODE}/.venv/bin", "BIN")) for line in lines]
    programs = Path(sys.executable).parent
    return [[first.replace("BIN", str(programs)), *rest] for first, *rest in words]


def confined(command: list[str]) -> list[str]:
    """Return the command, with the system calls of the unit and without writable code."""
    launcher = str(Path(__file__).with_name("confined.py"))
    return [sys.executable, launcher, json.dumps(allowed_calls()), *command]


@cache
def allowed_calls() -> list[str]:
    """Return the system calls that SystemCallFilter in hardening.conf leaves."""
    calls: set[str] = set()
    for rule in read_unit("second-lead.service")["SystemCallFilter"]:
        group = _expand(rule.removeprefix("~"))
        calls = calls - group if rule.startswith("~") else calls | group
    return sorted(calls)


def _expand(name: str) -> set[str]:
    if not name.startswith("@"):
        return {name}
    listing = subprocess.run(
        [find_program("systemd-analyze"), "syscall-filter", name],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    names = re.findall(r"^ +([@\w-]+)$", listing, re.MULTILINE)
    return set().union(*(_expand(inner) for inner in names))


def environment(
    settings: Mapping[str, str], *, file: Path = ROOT / "deploy" / "env.example"
) -> dict[str, str]:
    """Return the environment of a service: that of a file, with other settings."""
    kept = {name: value for name, value in os.environ.items() if name not in (*OURS, "PWD")}
    return kept | read_environment(file) | settings


@contextmanager
def listening(port: int) -> Iterator[socket.socket]:
    """Keep a socket open as second-lead.socket does."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(int(read_unit("second-lead.socket")["Backlog"][0]))
        yield listener


class Service:
    """The web server, started as second-lead.service does, with the socket of its socket unit."""

    def __init__(
        self,
        *,
        listener: socket.socket,
        folder: Path,
        settings: Mapping[str, str],
        settings_file: Path = ROOT / "deploy" / "env.example",
        code: Path = ROOT,
    ) -> None:
        self.listener = listener
        self.code = code
        self.env = environment(settings, file=settings_file)
        self.folder = folder
        self.log = folder / "gunicorn.log"
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        """Run ExecStartPre, then ExecStart with the socket as the third descriptor."""
        for command in commands("second-lead.service", "ExecStartPre", cache_dir=self.folder):
            subprocess.run(confined(command), env=self.env, cwd=self.code, check=True)
        (command,) = commands("second-lead.service", cache_dir=self.folder)
        number = self.listener.fileno()
        script = f'exec 3<&{number}; export LISTEN_FDS=1 LISTEN_PID=$$; exec "$@"'
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                ["/bin/bash", "-c", script, "bash", *confined(command)],
                env=self.env, cwd=self.code, stdout=log, stderr=log, pass_fds=(number,),
            )  # fmt: skip

    def stop(self) -> None:
        """Send SIGTERM to the master, as `KillMode=mixed` does, and wait until it has ended."""
        assert self.process
        self.process.terminate()
        assert self.process.wait(PATIENCE_SECONDS) == 0, self.log.read_text()
        self.process = None
