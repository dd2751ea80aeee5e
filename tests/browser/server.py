"""Run the site with gunicorn, as in production, with its own data and port."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from flask import Flask

from blog import create_app
from blog.db.engine import db
from tests.databases import SECRET_KEY, make_settings
from tests.page import Reader
from tests.patience import PATIENCE_SECONDS, wait_until

ROOT = Path(__file__).parents[2]
# The application for tests that change its database from their own process.
PROMPT = "tests.browser.prompt:app"
# Settings in the developer's shell must not reach the tested server.
OURS = (
    *("DATABASE_URL", "SECRET_KEY", "DATA_DIR", "HOST", "PORT", "SITE_URL", "SITE_NAME"),
    *("TRUSTED_PROXIES", "ADMIN_EMAIL", "ADMIN_PASSWORD", "GUNICORN_CMD_ARGS"),
    *("SMTP_URL", "MAIL_FROM", "NOTIFY_URL", "DIGEST_MINUTES", "REJECTION_REASONS"),
    *("COMMENTS_CLOSE_DAYS", "CAPTCHA", "RECAPTCHA_PUBLIC_KEY", "RECAPTCHA_PRIVATE_KEY"),
    "RECAPTCHA_VERIFY_URL",
    "DEMO",
    "HSTS_SUBDOMAINS",
    "METRICS_TOKEN",
    "SECURITY_CONTACT",
    "BACKUP_DIR",
    "BACKUP_DAYS",
    "LOG_FORMAT",
    "SENTRY_DSN",
    "PAGE_CACHE_MB",
)


class Site:
    """A running server, and an application on the same database that makes test data."""

    def __init__(self, *, url: str, app: Flask, environment: dict[str, str]) -> None:
        self.data_dir = Path(environment["DATA_DIR"])
        self.url = url
        self.app = app
        self.environment = environment

    def flask(self, *arguments: str) -> str:
        """Run `flask` with these arguments in the server's environment; return its output."""
        command = (sys.executable, "-m", "flask", "--app", "wsgi", *arguments)
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextmanager
def running(
    *, database_url: str, data_dir: Path, wsgi_app: str = "wsgi:app", **settings: str
) -> Iterator[Site]:
    """Start the server, wait until it responds, and stop it at the end with SIGTERM."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if name not in OURS} | {
        "DATABASE_URL": database_url,
        "DATA_DIR": str(data_dir),
        "SECRET_KEY": SECRET_KEY,
        "PORT": str(port),
        **settings,
    }
    app = create_app(make_settings(database_url=database_url, data_dir=data_dir))
    app.test_client_class = Reader
    url = f"http://127.0.0.1:{port}"
    with (data_dir / "gunicorn.log").open("w+") as log:
        server = subprocess.Popen(
            (sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", wsgi_app),
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            wait(server, url, data_dir / "gunicorn.log")
            yield Site(url=url, app=app, environment=environment)
        finally:
            server.terminate()
            status = server.wait(timeout=PATIENCE_SECONDS)
            with app.app_context():
                db.engine.dispose()
    assert status == 0, f"The server ended with {status}: {(data_dir / 'gunicorn.log').read_text()}"


def free_port() -> int:
    """Return a free TCP port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait(server: subprocess.Popen, url: str, log: Path) -> None:
    """Wait until a server responds; fail with its log if the server has ended."""
    wait_until(lambda: server.poll() is not None or responds(url), log.read_text)
    assert server.poll() is None, f"The server did not respond: {log.read_text()}"


def responds(url: str) -> bool:
    """Return whether a server says that it is healthy."""
    try:
        with urlopen(f"{url}/healthz", timeout=PATIENCE_SECONDS) as response:
            return response.status == 200
    except OSError:
        return False
