"""Serve an application on loopback, and run `doctor` on it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.patience import PATIENCE_SECONDS

# A certificate for 127.0.0.1, with its key.
CERTIFICATE = Path(__file__).parents[1] / "outbox" / "loopback.pem"


class _Quiet(WSGIRequestHandler):
    def log(self, *_words: Any) -> None:
        """Log nothing."""


@contextmanager
def served(app: Any, *, is_https: bool = False) -> Iterator[str]:
    """Serve a WSGI application on a free port of loopback; yield its URL."""
    context = (str(CERTIFICATE), str(CERTIFICATE)) if is_https else None
    server = make_server(
        "127.0.0.1", 0, app, threaded=True, request_handler=_Quiet, ssl_context=context
    )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http{'s' if is_https else ''}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(PATIENCE_SECONDS)
        server.server_close()


def consult(app: Flask) -> tuple[int, dict[str, Any]]:
    """Run `doctor --json`; return its exit status and what it printed."""
    result = app.test_cli_runner().invoke(args=["doctor", "--json"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, json.loads(result.stdout)


def states(app: Flask, name: str) -> list[str]:
    """Run `doctor`; return the states of the findings with this name."""
    _status, printed = consult(app)
    found = [check for check in printed["checks"] if check["name"] == name]
    assert all(check["remedy"] for check in found if check["state"] in ("warning", "failed"))
    return [check["state"] for check in found]
