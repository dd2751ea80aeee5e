"""The requests that gunicorn's workers measure for /metrics, also while workers come and go."""

import os
import re
import signal
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from urllib.request import Request, urlopen

import pytest
from prometheus_client import values
from prometheus_client.parser import text_string_to_metric_families

from blog import create_app
from blog.web import measuring
from tests.browser.server import running
from tests.conftest import make_app
from tests.databases import fresh_sqlite, make_settings
from tests.page import Reader
from tests.patience import PATIENCE_SECONDS, wait_until

TOKEN = "a-token-for-metrics-0123456789"
COUNT = f"{measuring.REQUESTS}_count"


@pytest.fixture
def worker(monkeypatch):
    """Let this process be a worker of gunicorn, in the slot 0."""
    monkeypatch.setattr(values, "ValueClass", values.ValueClass)
    monkeypatch.setattr(measuring, "_slot", None)
    monkeypatch.setenv(measuring.FOLDER, "")
    measuring.make_folder()
    server = SimpleNamespace(WORKERS={})
    first = SimpleNamespace()
    measuring.choose_slot(server, first)
    measuring.take_slot(server, first)
    folder = Path(os.environ[measuring.FOLDER])
    yield folder
    measuring.remove_folder(server)
    assert not folder.exists()


def counts(text: str) -> dict[tuple[str, str, str], float]:
    """Return the number of requests by view, method and status."""
    return {
        (sample.labels["view"], sample.labels["method"], sample.labels["status"]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == COUNT
    }


def test_requests_are_counted_by_view_and_never_by_path(worker, database_url, tmp_path):
    client = measured_app(database_url, tmp_path).test_client()
    client.get("/about")
    client.get("/reviews/unknown-and-secret")
    client.get("/no/such/path")
    client.open("/about", method="INVENTED")
    text = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
    assert counts(text) == {
        ("pages.about", "GET", "2xx"): 1,
        ("reviews.show", "GET", "4xx"): 1,
        ("other", "GET", "4xx"): 1,
        ("other", "other", "4xx"): 1,
    }
    assert "secret" not in text
    assert "INVENTED" not in text


def test_nothing_is_measured_without_a_token(worker, database_url, tmp_path):
    make_app(database_url, tmp_path).test_client().get("/about")
    assert list(worker.iterdir()) == []


def test_another_server_than_gunicorn_measures_nothing(monkeypatch, database_url, tmp_path):
    monkeypatch.setattr(values, "ValueClass", values.ValueClass)
    client = measured_app(database_url, tmp_path).test_client()
    assert client.get("/about").status_code == 200
    text = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
    assert "second_lead_database_up 1.0" in text
    assert counts(text) == {}


def test_a_new_worker_takes_the_lowest_free_slot():
    server = SimpleNamespace(WORKERS={pid: SimpleNamespace(slot=pid - 10) for pid in (10, 11, 13)})
    new = SimpleNamespace()
    measuring.choose_slot(server, new)
    assert new.slot == 2


def measured_app(database_url: str, folder: Path):
    settings = make_settings(database_url=database_url, data_dir=folder, metrics_token=TOKEN)
    app = create_app(settings)
    app.test_client_class = Reader
    return app


@pytest.mark.slow
@pytest.mark.serial
def test_twenty_dead_workers_leave_few_files_and_no_count_goes_back(tmp_path):
    options = {
        "METRICS_TOKEN": TOKEN,
        "WEB_CONCURRENCY": "2",
        "GUNICORN_CMD_ARGS": f"--pid {tmp_path / 'pid'}",
    }
    with running(database_url=fresh_sqlite(tmp_path), data_dir=tmp_path, **options) as site:
        master = int((tmp_path / "pid").read_text())
        last: dict[tuple[str, str, str], float] = {}
        for number in range(10):
            ask(f"{site.url}/about")
            now = counts(ask(f"{site.url}/metrics", Authorization=f"Bearer {TOKEN}"))
            assert all(now[key] >= value for key, value in last.items())
            assert now["pages.about", "GET", "2xx"] == number + 1
            last = now
            replace_workers(master, is_reload=number % 5 == 4)
        ask(f"{site.url}/about")
        folder = folder_of(master)
        assert len(list(folder.iterdir())) <= 4  # Two workers, and two while they are replaced.
    assert not folder.exists()


def ask(url: str, **headers: str) -> str:
    with urlopen(Request(url, headers=headers), timeout=PATIENCE_SECONDS) as response:
        return response.read().decode()


def replace_workers(master: int, *, is_reload: bool) -> None:
    """Kill the two workers, or reload them, and wait until there are two others."""
    old = workers_of(master)
    if is_reload:
        os.kill(master, signal.SIGHUP)
    else:
        for worker in old:
            os.kill(worker, signal.SIGKILL)
    wait_until(lambda: len(set(workers_of(master)) - set(old)) == len(workers_of(master)) == 2)


def workers_of(master: int) -> list[int]:
    """Return the processes whose parent is the process `master`."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(path.read_text().rpartition(")")[2].split()[1]) == master:
                found.append(int(path.parent.name))
    return found


def folder_of(master: int) -> Path:
    """Return the folder of the files that a worker has open for its counts."""
    for worker in workers_of(master):
        maps = Path(f"/proc/{worker}/maps").read_text()
        if match := re.search(r"/\S*second-lead-metrics-\w+", maps):
            return Path(match[0])
    raise AssertionError("No worker counts.")
