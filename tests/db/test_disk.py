"""Permissions of the files that the site writes, and its messages when the disk is full."""

import os
import resource
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from blog.db.engine import db
from tests.builders import make_review
from tests.databases import on_postgresql
from tests.engine import absent_database, full_disk
from tests.page import soup_of
from tests.patience import PATIENCE_SECONDS
from tests.site.comments.sending import COMMENT, URL, comments, random_id, send

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).parents[2]
FLASK = [str(Path(sys.executable).parent / "flask"), "--app", "wsgi"]


def setup(data: Path, *, largest_file: int = resource.RLIM_INFINITY) -> subprocess.CompletedProcess:
    """Run `setup` with umask 022; no file may grow beyond `largest_file` bytes."""

    def prepare() -> None:
        os.umask(0o022)
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))

    env = {"PATH": os.environ["PATH"], "DATA_DIR": str(data), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [*FLASK, "setup"],
        cwd=ROOT,
        env=env,
        preexec_fn=prepare,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_SECONDS,
    )


def list_files_open_to_others(folder: Path) -> list[str]:
    """Return the paths in a folder that other users of the machine may access."""
    return [
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    ]


@pytest.mark.slow
def test_only_the_owner_may_access_files_even_in_a_folder_open_to_others(tmp_path):
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    assert setup(data).returncode == 0
    assert (data / "second-lead.sqlite3").exists()
    assert list_files_open_to_others(data) == []
    (data / "second-lead.sqlite3").chmod(0o644)
    assert setup(data).returncode == 0
    assert list_files_open_to_others(data) == []


@pytest.mark.slow
# With these sizes in bytes, the secret key, the tables or the demo do not fit.
@pytest.mark.parametrize("size", [0, 40_000, 500_000])
def test_setup_reports_a_full_disk_in_one_sentence(tmp_path, size):
    done = setup(tmp_path / "data", largest_file=size)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    lines = done.stderr.strip().splitlines()
    assert "cannot be" in lines[-1] or "does not answer" in lines[-1], lines
    assert len(lines) <= 2, lines


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain"])
def test_a_form_sent_to_a_full_disk_is_shown_again_with_status_503(client, htmx):
    make_review()
    raw = db.session.connection().connection.dbapi_connection
    pages = raw.execute("PRAGMA page_count").fetchone()[0]
    db.session.rollback()
    with full_disk(pages):
        response = send(client, COMMENT | {"body": "Words " * 700}, htmx=htmx)
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    form = soup_of(response).find("form", id="comment-form")
    assert form.find("textarea", {"name": "body"}).get_text().strip() == ("Words " * 700).strip()
    assert not comments()


def test_a_form_can_be_sent_again_from_the_error_page_of_a_missing_database(client):
    """The error page cannot show the review's form, but it keeps the fields."""
    make_review()
    form = COMMENT | {"submission_id": random_id(), "author_email": "mina@example.org"}
    with absent_database():
        response = send(client, form)
    assert response.status_code == 503
    again = soup_of(response).find("form", id="your-words")
    fields = {tag["name"]: tag["value"] for tag in again.find_all("input")}
    fields["body"] = again.find("textarea").get_text().strip()
    assert fields == form
    assert client.post(again["action"], data=fields).status_code == 303
    assert [comment.body for comment in comments()] == [COMMENT["body"]]
    assert again["action"] == URL


@on_postgresql
def test_a_database_connection_lost_after_the_view_does_not_break_the_response(new_app):
    make_review()

    @new_app.after_request
    def kill_connection(response):
        connection = db.session.connection().connection.dbapi_connection
        connection.pgconn.finish()
        return response

    assert new_app.test_client().get("/reviews/run-on").status_code == 200
