"""Run nginx with the configuration of deploy/nginx, its ports and folders replaced."""

import json
import os
import socket
import ssl
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPResponse, HTTPSConnection
from itertools import count
from pathlib import Path

from deploy.publish_static import publish
from tests.browser.server import free_port
from tests.patience import PATIENCE_SECONDS, wait_until
from tests.programs import find_program

ROOT = Path(__file__).parents[2]
CONFIGURATION = ROOT / "deploy/nginx/second-lead.conf"
HOST = "drama.example"
PAGE = "/reviews/run-on"
# The moderator of the site in conftest.py.
EMAIL = "mo@example.org"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
MAIN = """
daemon off;
{user}
worker_processes 2;
pid {folder}/nginx.pid;
events {{ worker_connections 2000; }}
http {{
    default_type application/octet-stream;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/second-lead.conf;
}}
"""
_addresses = count()


class Nginx:
    """A running nginx; `port` speaks https, `plain_port` http."""

    def __init__(self, *, folder: Path, port: int, plain_port: int) -> None:
        self.folder = folder
        self.port = port
        self.plain_port = plain_port

    @contextmanager
    def connection(self, *, address: str = "127.0.0.1") -> Iterator[HTTPSConnection]:
        """Yield a connection by https that comes from this address of loopback."""
        connection = HTTPSConnection(
            "127.0.0.1",
            self.port,
            source_address=(address, 0),
            context=ssl._create_unverified_context(),  # The certificate is the test's own.
            timeout=PATIENCE_SECONDS,
        )
        try:
            yield connection
        finally:
            connection.close()

    def ask(self, path: str, *, address: str = "127.0.0.1", **more: object) -> "Answer":
        """Send one request on a connection of its own."""
        with self.connection(address=address) as connection:
            return ask(connection, path, **more)

    def wait_for_log(self, number: int, **fields: object) -> list[dict[str, object]]:
        """Return the lines of the access log with these fields, as soon as there are so many.

        nginx writes a line after the client has the answer.
        """

        def find() -> list[dict[str, object]]:
            lines = map(json.loads, (self.folder / "access.log").read_text().splitlines())
            return [line for line in lines if fields.items() <= line.items()]

        wait_until(lambda: len(find()) >= number)
        return find()


class Answer:
    def __init__(self, response: HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.data = response.read()

    @property
    def text(self) -> str:
        return self.data.decode()


def ask(
    connection: HTTPSConnection,
    path: str,
    *,
    method: str = "GET",
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    connection.request(method, path, body, {"Host": HOST, **(headers or {})})
    return Answer(connection.getresponse())


def new_address() -> str:
    """Return an address of loopback that no other request of this process comes from."""
    number = next(_addresses)
    return f"127.{1 + number // 62500}.{number // 250 % 250}.{1 + number % 250}"


@contextmanager
def running_nginx(
    *, folder: Path, upstream: int, data_dir: Path, changes: Mapping[str, str] | None = None
) -> Iterator[Nginx]:
    """Start nginx in an empty folder in front of the port `upstream`, and stop it at the end.

    `changes` replaces further parts of the configuration.
    """
    program = find_program("nginx")
    _make_certificate(folder)
    publish(folder / "cache/static")
    nginx = Nginx(folder=folder, port=free_port(), plain_port=free_port())
    text = _render(nginx, upstream=upstream, data_dir=data_dir, changes=changes or {})
    (folder / "second-lead.conf").write_text(text)
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder, user=user))
    command = (program, "-p", str(folder), "-e", str(folder / "start.log"))
    with (folder / "output.log").open("w") as output:
        process = subprocess.Popen(
            (*command, "-c", str(folder / "nginx.conf")), stdout=output, stderr=output
        )
    try:
        wait_until(
            lambda: process.poll() is not None or _listens(nginx.port),
            (folder / "start.log").read_text,
        )
        assert process.poll() is None, (folder / "start.log").read_text()
        yield nginx
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE_SECONDS)


def _render(nginx: Nginx, *, upstream: int, data_dir: Path, changes: Mapping[str, str]) -> str:
    text = CONFIGURATION.read_text(encoding="utf-8")
    ours = {
        "listen [::]:80;": "",
        "listen [::]:443 ssl http2;": "",
        "listen 80;": f"listen 127.0.0.1:{nginx.plain_port};",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{nginx.port} ssl http2;",
        "127.0.0.1:8000": f"127.0.0.1:{upstream}",
        "/etc/letsencrypt/live/example.org": str(nginx.folder),
        "example.org": HOST,
        "/var/log/nginx/second-lead.access.log": f"{nginx.folder}/access.log",
        "/var/log/nginx/second-lead.error.log emerg": f"{nginx.folder}/error.log info",
        "/var/lib/nginx/second-lead": f"{nginx.folder}/pages",
        "/var/lib/second-lead": str(data_dir),
        "/var/cache/second-lead": f"{nginx.folder}/cache",
        "/opt/second-lead/current": str(ROOT),
        **changes,
    }
    for old, new in ours.items():
        assert old in text, f"deploy/nginx does not contain {old!r}"
        text = text.replace(old, new)
    return text


def _make_certificate(folder: Path) -> None:
    subprocess.run(
        (
            *(
                find_program("openssl"),
                "req",
                "-x509",
                "-nodes",
                "-days",
                "2",
                "-subj",
                f"/CN={HOST}",
            ),
            *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
            *("-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")),
        ),
        check=True,
        capture_output=True,
    )


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
