"""PgBouncer in transaction mode, in front of the PostgreSQL server of the tests."""

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from tests.patience import PATIENCE_SECONDS, wait_until
from tests.programs import find_program

# So few that requests share them: a session's state would be found by another request.
SERVER_CONNECTIONS = 2


@contextmanager
def pooled(url: str, folder: Path) -> Iterator[str]:
    """Yield the URL of a database behind PgBouncer, whose files are in an empty folder."""
    server = make_url(url)
    sockets = Path(str(server.query["host"]))
    port = _free_port()
    settings = folder / "pgbouncer.ini"
    settings.write_text(
        "[databases]\n"
        f"* = host={sockets} user={server.username}\n"
        "[pgbouncer]\n"
        f"listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
        "auth_type = any\npool_mode = transaction\n"
        f"default_pool_size = {SERVER_CONNECTIONS}\n"
    )
    log = folder / "log"
    with log.open("w") as output:
        pooler = subprocess.Popen(
            [find_program("pgbouncer"), settings],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/",
            **_as_owner(sockets, [folder, settings]),
        )  # fmt: skip
    address = server.set(host="127.0.0.1", port=port, query={})
    try:
        wait_until(
            lambda: pooler.poll() is not None or _accepts(port), lambda: f"{log.read_text()}"
        )
        assert pooler.poll() is None, log.read_text()
        yield address.render_as_string(hide_password=False)
    finally:
        pooler.terminate()
        pooler.wait(PATIENCE_SECONDS)


def connect_to(url: str) -> psycopg.Connection:
    """Return a connection of psycopg's own, without the application's settings."""
    address = make_url(url).set(drivername="postgresql")
    return psycopg.connect(address.render_as_string(hide_password=False), autocommit=True)


def _as_owner(sockets: Path, files: list[Path]) -> dict[str, object]:
    """Return how to start a program as the user of the server; PgBouncer refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    owner = sockets.stat()
    for path in files:
        os.chown(path, owner.st_uid, owner.st_gid)
    return {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
