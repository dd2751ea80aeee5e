"""What the site's rates are compared with: servers that do only the part that nothing can spare.

gunicorn loads `page`, `content` or `row` from this module under the settings of gunicorn.conf.py.
The path of the bytes or of a folder, or the database's URL, comes in the variable YARDSTICK.
"""

import os
import threading
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask, Response
from sqlalchemy import make_url

from blog.db.driver import sqlite

VARIABLE = "YARDSTICK"
HEALTH = "/healthz"
_INSERT = "INSERT INTO yardstick (body) VALUES ({})"
CREATE = "CREATE TABLE yardstick (id {} PRIMARY KEY, body VARCHAR NOT NULL)"
_TEXT = "She waits at the stop in the rain, and the last bus has gone. " * 4
_local = threading.local()

StartResponse = Callable[[str, list[tuple[str, str]]], Any]


def make_page() -> Flask:
    """Return a Flask application whose only view returns the same bytes for each path."""
    body = Path(os.environ[VARIABLE]).read_bytes()
    app = Flask(__name__)

    @app.get("/", defaults={"path": ""})
    @app.get("/<path:path>")
    def show(path: str) -> Response:
        return Response(body, mimetype="text/html")

    return app


def content(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Return the bytes of the file that the path names in the folder, as read at the start."""
    headers, body = _CONTENTS.get(environ["PATH_INFO"], ([], b""))
    start_response("200 OK", headers)
    return [body]


def _read_contents(folder: Path) -> dict[str, tuple[list[tuple[str, str]], bytes]]:
    """Return the headers and bytes of each file by its path; .gz means compressed."""
    found = {}
    for path in folder.iterdir():
        body = path.read_bytes()
        headers = [("Content-Type", "text/html"), ("Content-Length", str(len(body)))]
        if path.suffix == ".gz":
            headers.append(("Content-Encoding", "gzip"))
        found[f"/{path.name}"] = (headers, body)
    return found


def row(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Commit one row for each POST request, as durably as the site does."""
    if environ["REQUEST_METHOD"] == "POST":
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        _commit()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
    return [b"ok"]


def make_table(url: str) -> None:
    """Create the table that `row` writes to."""
    with closing(_connect(url)) as connection:
        key = "INTEGER" if url.startswith("sqlite") else "BIGINT GENERATED ALWAYS AS IDENTITY"
        connection.execute(CREATE.format(key))


def _commit() -> None:
    url = os.environ[VARIABLE]
    if not hasattr(_local, "connection"):
        _local.connection = _connect(url)
    is_sqlite = url.startswith("sqlite")
    _local.connection.execute("BEGIN IMMEDIATE" if is_sqlite else "BEGIN")
    _local.connection.execute(_INSERT.format("?" if is_sqlite else "%s"), (_TEXT,))
    _local.connection.execute("COMMIT")


def _connect(url: str) -> Any:
    """Return a connection like those of blog/db/engine.py, one that waits longer for its turn."""
    address = make_url(url)
    if url.startswith("sqlite"):
        connection = sqlite.connect(address.database, timeout=10, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")
        return connection
    plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True)


_value = os.environ.get(VARIABLE, "")
page = make_page() if _value.endswith(".html") else None
_CONTENTS = _read_contents(Path(_value)) if _value and Path(_value).is_dir() else {}
