"""gunicorn.conf.py: the log lines it writes when the server starts."""

import logging
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

from blog.db.driver import sqlite
from blog.web.logs import UNSHIELDED

CONF = str(Path(__file__).parents[1] / "gunicorn.conf.py")


@pytest.mark.parametrize(
    ("host", "proxies", "warns"),
    [
        *(("127.0.0.1", "0", False), ("::1", "0", False), ("localhost", "0", False)),
        *(("0.0.0.0", "0", True), ("::", "0", True), ("192.0.2.7", "0", True)),
        ("0.0.0.0", "1", False),
    ],
)
def test_a_server_open_to_other_machines_without_a_proxy_logs_a_warning(
    monkeypatch, tmp_path, caplog, host, proxies, warns
):
    for name, value in {
        "HOST": host,
        "TRUSTED_PROXIES": proxies,
        "DATA_DIR": str(tmp_path),
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    conf = runpy.run_path(CONF)
    with caplog.at_level("INFO"):
        conf["on_starting"](SimpleNamespace(log=logging.getLogger("gunicorn.test")))
    assert (UNSHIELDED in caplog.messages) == warns
    assert f"SQLite {sqlite.sqlite_version}" in caplog.text
