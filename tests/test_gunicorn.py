"""gunicorn.conf.py: how many processes it starts, and the log lines it writes."""

import logging
import os
import re
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

from blog.db.driver import sqlite
from blog.web.logs import UNSHIELDED

ROOT = Path(__file__).parents[1]
CONF = str(ROOT / "gunicorn.conf.py")


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


@pytest.mark.parametrize(
    ("cores", "concurrency", "workers"),
    [(1, "", 2), (3, "", 3), (64, "", 4), (64, "0", 4), (1, "7", 7)],
)
def test_there_is_a_process_for_each_core_within_bounds_or_as_many_as_asked_for(
    monkeypatch, tmp_path, cores, concurrency, workers
):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: set(range(cores)))
    monkeypatch.setenv("WEB_CONCURRENCY", concurrency)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    assert runpy.run_path(CONF)["workers"] == workers


def test_the_proxy_closes_an_idle_connection_before_gunicorn_does(monkeypatch, tmp_path):
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    proxy = (ROOT / "deploy/nginx/second-lead.conf").read_text(encoding="utf-8")
    upstream = re.search(r"^upstream second_lead \{.*?^\}", proxy, re.MULTILINE | re.DOTALL)[0]
    seconds = int(re.search(r"keepalive_timeout (\d+)s;", upstream)[1])
    assert runpy.run_path(CONF)["keepalive"] > seconds
