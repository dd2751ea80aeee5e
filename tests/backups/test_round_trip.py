"""A backup that is restored elsewhere is the same site."""

import json
import os

import pytest

from blog.jobs.models import Job
from blog.jobs.queries import find_last_finished
from tests.backups.copying import (
    back_up,
    files_of,
    fingerprints,
    invoke,
    open_to_others,
    other_site,
    pg_programs,
    show_picture,
)
from tests.builders import NOON, make_comment, make_review
from tests.databases import SECRET_KEY, on_both
from tests.db.test_wide_ids import fill

__all__ = ["pg_programs"]
pytestmark = [on_both, pytest.mark.usefixtures("pg_programs"), pytest.mark.thorough]


@pytest.fixture(autouse=True)
def _private_files():
    """Files are private, as they are where the site runs (wsgi.py)."""
    former = os.umask(0o077)
    yield
    os.umask(former)


def test_a_restored_site_is_the_same_by_counts_and_hashes(app, bare_database_url, tmp_path):
    fill("first")
    picture = show_picture(app, slug="shown")
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "about.md").write_text("# About us")
    (tmp_path / "secret_key").write_text(f"{SECRET_KEY}\n")
    before = fingerprints()
    path = back_up(app)
    assert find_last_finished(Job.BACKUP) == app.extensions["clock"].now
    assert open_to_others(path.parent) == []
    assert list(path.parent.iterdir()) == [path]

    with other_site(bare_database_url, tmp_path / "other") as other:
        result = invoke(other, "restore", path)
        assert result.exit_code == 0, result.output
        assert "the same by counts and hashes" in result.stdout
        assert fingerprints() == before
        result = invoke(other, "restore", path)
        assert "already. Add --replace" in result.stderr
        # Fill's pictures have no files.
        found = files_of(tmp_path / "other")
        found.pop("new.sqlite3", None)
        assert found == {
            f"media/{picture.name}": b"a picture",
            "pages/about.md": b"# About us",
            "secret_key": SECRET_KEY.encode() + b"\n",
        }
        assert open_to_others(tmp_path / "other") == []
        assert other.test_client().get("/reviews/shown").status_code == 200
        # Ids go on after the last one.
        highest = make_comment(review=make_review(slug="another")).id
        assert highest > before["comments"].count


def test_a_site_is_replaced_with_its_pictures(own_database_url, tmp_path):
    with other_site(own_database_url, tmp_path) as site:
        site.extensions["clock"] = lambda: NOON
        kept = show_picture(site, slug="kept")
        before = fingerprints()
        path = back_up(site)
        later = show_picture(site, slug="later", content=b"another")
        kept.unlink()
        result = invoke(site, "restore", path, "--replace", "--yes")
        assert result.exit_code == 0, result.output
        assert fingerprints() == before
        assert kept.read_bytes() == b"a picture"
        assert not later.exists()
        assert "withdrawn, erased or deleted after 2026-05-01 12:00 UTC is back" in result.stdout


def test_verify_says_what_a_backup_holds(app, tmp_path):
    make_comment(review=make_review())
    path = back_up(app, tmp_path / "mine.tar")
    line = invoke(app, "verify", path).stdout
    assert line.startswith(f"{path}: whole. Release ")
    assert "2026-05-01 13:00 UTC: 1 comment, 1 review, 0 picture files, " in line
    found = json.loads(invoke(app, "verify", path, "--json").stdout)
    assert found["rows"]["comments"] == 1
    assert found["created_at"] == "2026-05-01T13:00:00+00:00"
    assert found["is_complete"] is True
