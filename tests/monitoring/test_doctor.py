"""`doctor`: what it prints, and the states of its checks."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask, current_app
from sqlalchemy import make_url, text

from blog.db.engine import db
from blog.db.transactions import write
from blog.jobs.commands import record_finished
from blog.jobs.models import Job
from blog.monitoring import machine
from blog.web.current import current_time
from tests.builders import make_comment, make_review
from tests.databases import SECRET_KEY, fresh_sqlite, on_both, on_postgresql
from tests.db.tables import back, opened, writing
from tests.monitoring.serving import consult, served, states
from tests.outbox.mail_server import free_port, run_mail_server
from tests.outbox.sending import change_settings, enqueue_notices, later
from tests.patience import PATIENCE_SECONDS
from tests.plan import ROOT


def test_doctor_finds_nothing_wrong_with_a_good_site(site):
    with served(site) as url:
        change_settings(site, site_url=url)
        status, printed = consult(site)
    wrong = [check for check in printed["checks"] if check["state"] != "ok"]
    assert (status, printed["state"], wrong) == (0, "ok", [])
    assert {"database", "migrations", "forwarding", "outbox", "mail"} <= {
        check["name"] for check in printed["checks"]
    }


def test_doctor_shows_where_each_setting_is_from_and_no_secret(site, monkeypatch):
    change_settings(
        site, smtp_url="smtp://mina:pass-word@127.0.0.1:9", notify_url="http://127.0.0.1/hidden",
        admin_password="hidden-password", recaptcha_private_key="hidden-key",
        metrics_token="hidden-token-0123456789",
    )  # fmt: skip
    monkeypatch.setenv("SITE_NAME", "Second Lead")
    monkeypatch.delenv("SECRET_KEY", raising=False)
    result = site.test_cli_runner().invoke(args=["doctor"])
    page = " ".join(result.stdout.split())
    for row in (
        "SITE_NAME Second Lead (environment)",
        "SECRET_KEY set (file)",
        "TRUSTED_PROXIES 0 (default)",
        "SMTP_URL smtp://127.0.0.1:9 (default)",
        "NOTIFY_URL set (default)",
    ):
        assert row in page
    for secret in (SECRET_KEY, "pass-word", "hidden"):
        assert secret not in page
    assert "failed site http://127.0.0.1:" in page
    assert result.exit_code == 2


@on_postgresql
def test_doctor_names_the_server_without_its_password(site):
    change_settings(site, database_url="postgresql+psycopg://mina:hidden@db.example/blog")
    page = site.test_cli_runner().invoke(args=["doctor"]).stdout
    assert "postgresql://mina:***@db.example/blog" in page
    assert "hidden" not in page


@on_postgresql
def test_a_database_server_with_another_time_is_a_warning(site):
    assert states(site, "clock") == ["warning"]  # The tests' own clock stands still.


@on_both
def test_a_job_that_is_late_is_a_warning(site):
    assert states(site, "backup") == ["ok"]
    later(days=2, minutes=1)
    write(record_finished, job=Job.MAINTENANCE, now=current_time())
    assert (states(site, "backup"), states(site, "maintenance")) == (["warning"], ["ok"])


def test_a_job_that_never_ran_is_a_warning(site):
    with writing() as connection:
        connection.execute(text("DELETE FROM job_runs"))
    assert states(site, "maintenance") == ["warning"]


@on_both
def test_a_comment_that_waits_for_a_day_is_a_warning(site):
    make_comment(review=make_review(), now=current_time())
    assert states(site, "queue") == ["ok"]
    later(days=1, minutes=1)
    assert states(site, "queue") == ["warning"]


@on_both
def test_mail_that_nobody_sends_is_a_warning_and_later_a_failure(site):
    enqueue_notices()
    assert states(site, "outbox") == ["ok"]
    later(minutes=3)
    assert states(site, "outbox") == ["warning"]
    later(minutes=13)
    assert states(site, "outbox") == ["failed"]


def test_mail_that_was_refused_is_a_warning_for_a_day(site):
    with writing() as connection:
        enqueue_notices()
        connection.execute(text("UPDATE outbox_messages SET state = 'failed', recipient = ''"))
    assert states(site, "outbox") == ["warning"]
    later(days=1, minutes=1)
    assert states(site, "outbox") == ["ok"]


def test_a_site_without_moderators_is_a_failure(site):
    with writing() as connection:
        connection.execute(text("UPDATE moderators SET is_active = false"))
    assert states(site, "moderators") == ["failed"]


@pytest.mark.parametrize(
    ("free", "total", "state"),
    [(2 << 30, 9 << 40, "ok"), (1 << 29, 9 << 40, "warning"), (1 << 29, 1 << 29, "ok"),
     (99 << 20, 9 << 40, "failed")],
)  # fmt: skip
def test_a_disk_that_fills_up_is_a_warning_and_then_a_failure(
    site, monkeypatch, free, total, state
):
    usage = SimpleNamespace(free=free, total=total)
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda folder: usage)
    assert set(states(site, "disk")) == {state}


@pytest.mark.parametrize(
    ("name", "mode", "state"),
    [("secret_key", 0o640, "failed"), ("secret_key", 0o600, "ok"), (".", 0o711, "ok"),
     (".", 0o750, "ok"), (".", 0o755, "warning"), (".", 0o720, "warning")],
)  # fmt: skip
def test_files_that_others_can_read_are_named(site, tmp_path, name, mode, state):
    (tmp_path / "secret_key").touch(0o600)
    (tmp_path / name).chmod(mode)
    found = states(site, "permissions")
    assert set(found) - {"ok"} == {state} - {"ok"}


def test_a_mail_server_is_greeted_and_gets_no_mail(site, app):
    with run_mail_server() as server:
        change_settings(app, smtp_url=server.url)
        assert states(site, "mail") == ["ok"]
    assert server.mails == []
    change_settings(app, smtp_url=f"smtp://mina:word@127.0.0.1:{free_port()}")
    assert states(site, "mail") == ["failed"]


def test_a_missing_database_fails_alone_and_is_not_created(tmp_path):
    with broken(tmp_path) as site:
        file = Path(make_url(site.extensions["settings"].database_url).database)
        file.unlink()
        assert found(site, "failed") >= {"database", "site"}
        assert found(site, "unknown") == {
            "migrations", "clock", "jobs", "queue", "moderators", "outbox",
        }  # fmt: skip
        assert not file.exists()


def test_a_damaged_database_fails_without_a_traceback(tmp_path):
    with broken(tmp_path) as site:
        db.engine.dispose()
        file = Path(make_url(site.extensions["settings"].database_url).database)
        whole = file.read_bytes()
        file.write_bytes(b"no database" * 1000)
        assert found(site, "failed") >= {"database", "site"}
        # Its first page is whole, so that it opens.
        file.write_bytes(whole[:8192] + os.urandom(len(whole) - 8192))
        assert "database" in found(site, "failed")


def test_a_database_without_its_tables_fails_and_the_rest_is_checked(tmp_path):
    with broken(tmp_path) as site:
        back("0011")
        assert "migrations" in found(site, "failed")
        assert "disk" in found(site, "ok")


def test_a_database_server_that_is_away_fails(tmp_path):
    with opened(f"postgresql+psycopg://mina:hidden@127.0.0.1:{free_port()}/blog"):
        site = current_app._get_current_object()
        change_settings(site, site_url=f"http://127.0.0.1:{free_port()}")
        _status, printed = consult(site)
    (check,) = [check for check in printed["checks"] if check["name"] == "database"]
    assert check["state"] == "failed"
    assert "hidden" not in json.dumps(printed)


@contextmanager
def broken(folder: Path) -> Iterator[Flask]:
    """A site with a database of its own, which the test may break."""
    with opened(fresh_sqlite(folder)):
        yield current_app._get_current_object()


def found(site, state: str) -> set[str]:
    """Return the names of the findings in a state."""
    change_settings(site, site_url=f"http://127.0.0.1:{free_port()}")
    _status, printed = consult(site)
    return {check["name"] for check in printed["checks"] if check["state"] == state}


@pytest.mark.slow
def test_bad_settings_are_the_first_finding(tmp_path):
    env = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    env |= {"DATA_DIR": str(tmp_path / "data"), "PORT": "0", "SITE_URL": "drama"}
    flask = shutil.which("flask", path=str(Path(sys.executable).parent))
    result = subprocess.run(
        [flask, "--app", ROOT / "wsgi.py", "doctor", "--json"],
        env=env, cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE_SECONDS,
        check=False,
    )  # fmt: skip
    assert (result.returncode, result.stderr) == (2, "")
    faults = [check["sentence"] for check in json.loads(result.stdout)["checks"]]
    assert [fault.split()[0] for fault in faults] == ["PORT", "SITE_URL"]
    assert not (tmp_path / "data").exists()
