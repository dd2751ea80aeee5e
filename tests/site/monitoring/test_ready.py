"""GET /readyz: whether the site is ready, and what is not."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from blog import create_app
from blog.monitoring import machine
from tests.databases import make_settings, on_both
from tests.db.tables import writing
from tests.outbox.sending import enqueue_notices, later


@on_both
def test_a_site_is_ready_until_its_mail_is_stuck(client):
    enqueue_notices()
    later(minutes=14)
    response = client.get("/readyz")
    assert (response.status_code, response.text) == (200, "ok\n")
    assert response.headers["Cache-Control"] == "no-store"
    later(minutes=2)
    response = client.get("/readyz")
    assert (response.status_code, response.text) == (503, "outbox\n")
    assert response.headers["Cache-Control"] == "no-store"


def test_a_site_whose_disk_is_full_is_not_ready(client, monkeypatch):
    usage = SimpleNamespace(free=99 << 20, total=1 << 40)
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda folder: usage)
    response = client.get("/readyz")
    assert (response.status_code, response.text) == (503, "disk\n")


@pytest.mark.parametrize("version", ["0011", "9999"])
def test_a_database_of_another_release_is_not_ready(client, version):
    with writing() as connection:
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{version}'"))
    response = client.get("/readyz")
    assert (response.status_code, response.text) == (503, "migrations\n")


@pytest.mark.parametrize(
    "url", ["sqlite:////no/such/folder/x.sqlite3", "postgresql+psycopg://nobody@127.0.0.1:9/blog"]
)
def test_a_site_without_its_database_is_not_ready(tmp_path, url):
    app = create_app(make_settings(database_url=url, data_dir=Path(tmp_path)))
    response = app.test_client().get("/readyz", base_url="https://drama.example")
    assert (response.status_code, response.text) == (503, "database\n")
