"""PostgreSQL's own programs pg_dump and pg_restore: finding the right ones, and running them."""

import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, NamedTuple

from psycopg.conninfo import make_conninfo
from sqlalchemy import Connection, make_url, text

# Where packages of Linux put the programs of each version.
FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")
_VERSION = re.compile(r"\(PostgreSQL\) (\d{1,3})", re.ASCII)
PG_DUMP, PG_RESTORE = "pg_dump", "pg_restore"
CONNECT_SECONDS = 10
CHUNK = 2**18


class ProgramError(Exception):
    """Raised if a program of PostgreSQL is missing or fails; the message says what to do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    """A PostgreSQL server: its major version, and the schema of the site's tables."""

    major: int
    schema: str

    @classmethod
    def of(cls, connection: Connection) -> "Server":
        """Return the server of a connection. Raises ProgramError for a pooler."""
        row = connection.execute(
            text(
                "SELECT current_setting('server_version_num')::int, current_schema(),"
                " pg_backend_pid()"
            )
        ).one()
        raw = connection.connection.dbapi_connection
        # A pooler makes up the number of the process that serves a client.
        if raw is not None and raw.info.backend_pid != row[2]:
            raise ProgramError(
                "DATABASE_URL leads to a pooler, such as PgBouncer. pg_dump would change the"
                " settings of connections that the site uses too: run this command with the"
                " server's own address in DATABASE_URL."
            )
        return cls(major=row[0] // 10000, schema=str(row[1]))


class Program(NamedTuple):
    """A program of PostgreSQL, and its major version."""

    path: Path
    major: int


@dataclass(frozen=True, slots=True)
class Programs:
    """The programs of PostgreSQL on this machine, searched with these environment variables."""

    environment: Mapping[str, str]

    def find(self, name: str, *, least: int) -> Program:
        """Return the program of this major version, or else of the next newer one.

        An older pg_dump refuses a newer server. Raises ProgramError, which says what to install.
        """
        found = [Program(path, _version_of(path)) for path in self._candidates(name)]
        fitting = [each for each in found if each.major >= least]
        if fitting:
            return min(fitting, key=lambda each: each.major)
        newest = max((each.major for each in found), default=0)
        here = f"the newest here is {newest}" if newest else "there is none here"
        raise ProgramError(
            f"{name} {least} or newer is needed for this PostgreSQL, and {here}. Install it"
            f" (Debian, Ubuntu: postgresql-client-{least}), or put its folder into PATH."
        )

    def _candidates(self, name: str) -> Iterator[Path]:
        search = self.environment.get("PATH", "")
        for folder in search.split(":"):
            if folder and (path := shutil.which(name, path=folder)):
                yield Path(path)
        if config := shutil.which("pg_config", path=search):
            yield Path(_first_line([config, "--bindir"])) / name
        for pattern in FOLDERS:
            yield from Path("/").glob(f"{pattern.lstrip('/')}/{name}")

    @contextmanager
    def run(self, command: Sequence[str | Path], **secret: str) -> Iterator[IO[bytes]]:
        """Start a program, and yield its output; `secret` are environment variables.

        Raises ProgramError if the program fails. It is stopped if the block raises.
        """
        with TemporaryFile() as complaints:
            process = subprocess.Popen(  # noqa: S603  # Our own arguments.
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=complaints,
                env={**self.environment, **secret},
            )
            assert process.stdout is not None
            try:
                with process.stdout:
                    yield process.stdout
                status = process.wait()
            finally:
                process.kill()
                process.wait()
            if status:
                complaints.seek(0)
                lines = complaints.read(CHUNK).decode(errors="replace").strip().splitlines()
                raise ProgramError(f"{lines[0] if lines else f'{command[0]} ended with {status}'}")


def read_dump(
    snapshot: Connection, server: Server, programs: Programs, program: Program
) -> Iterator[bytes]:
    """Yield pg_dump's archive of the schema, as the snapshot's transaction sees it."""
    address, secret = _split_address(snapshot.engine.url.render_as_string(hide_password=False))
    number = snapshot.execute(text("SELECT pg_export_snapshot()")).scalar_one()
    schema = server.schema.replace('"', '""')
    command: list[str | Path] = [
        program.path,
        *("--format=custom", "--compress=1", "--no-owner", "--no-privileges", "--no-tablespaces"),
        *(f'--schema="{schema}"', f"--snapshot={number}", f"--dbname={address}"),
    ]
    with programs.run(command, **secret) as output:
        while chunk := output.read(CHUNK):
            yield chunk


def list_dump(dump: Path, programs: Programs, program: Program) -> None:
    """Let pg_restore read the list in a dump. Raises ProgramError if it cannot."""
    with programs.run([program.path, "--list", dump]) as output:
        while output.read(CHUNK):
            pass


@contextmanager
def read_script(
    dump: Path, schema: str, programs: Programs, program: Program
) -> Iterator[IO[bytes]]:
    """Yield the SQL that pg_restore makes of a dump, which creates everything in the schema."""
    names = ["--no-owner", "--no-privileges", f"--schema={schema}", "--file=-"]
    with programs.run([program.path, *names, dump]) as output:
        yield output


def _split_address(url: str) -> tuple[str, dict[str, str]]:
    """Return the address of a database without its password, and the password as a variable.

    Everybody on the machine can read the arguments of a program.
    """
    address = make_url(url)
    _arguments, words = address.get_dialect()().create_connect_args(address)
    password = words.pop("password", None)
    secret = {} if password is None else {"PGPASSWORD": str(password)}
    return make_conninfo("", **{"connect_timeout": CONNECT_SECONDS, **words}), secret


def _version_of(path: Path) -> int:
    """Return the major version of a program, 0 if it does not say one."""
    match = _VERSION.search(_first_line([path, "--version"]))
    return int(match[1]) if match else 0


def _first_line(command: Sequence[str | Path]) -> str:
    try:
        done = subprocess.run(  # noqa: S603  # Our own arguments.
            command, capture_output=True, text=True, check=False, timeout=CONNECT_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return ""
    return done.stdout.partition("\n")[0]
