"""Fixture: a site in which `doctor` finds nothing wrong, but that nobody serves."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import make_url

from blog.db.transactions import write
from blog.jobs.commands import record_finished
from blog.jobs.models import Job
from blog.web.current import current_time
from tests.builders import make_moderator
from tests.outbox.mail_server import free_port
from tests.outbox.sending import change_settings


@pytest.fixture
def site(app: Flask, tmp_path: Path) -> Flask:
    change_settings(app, site_url=f"http://127.0.0.1:{free_port()}")
    tmp_path.chmod(0o700)
    url = make_url(app.extensions["settings"].database_url)
    if url.get_backend_name() == "sqlite":
        Path(url.database).chmod(0o600)
    make_moderator()
    for job in Job:
        write(record_finished, job=job, now=current_time())
    return app
