"""Restoring over a site, from an older release, and with another secret key."""

import shutil
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import make_url

from blog.backups.archive import ArchiveReader, ArchiveWriter, Header
from blog.backups.folder import working_place
from blog.backups.manifest import Contents, check_key
from blog.backups.sqlite_copy import inspect_copy, pack, settle
from blog.db.fingerprints import TableFingerprint
from tests.backups.copying import (
    back_up,
    fingerprints,
    invoke,
    other_site,
    pg_programs,
    refusal,
    show_picture,
)
from tests.builders import make_comment, make_review
from tests.databases import SECRET_KEY, on_postgresql, scratch_folder
from tests.db.tables import back, opened

__all__ = ["pg_programs"]
pytestmark = pytest.mark.thorough


def rewrite(path: Path, tables: dict[str, TableFingerprint]) -> None:
    """Change what a backup says of some tables, as if their rows had been others."""
    with path.open("rb") as file:
        reader = ArchiveReader(file)
        contents = Contents.of(reader.manifest)
    with tarfile.open(path) as tar:
        dump = tar.extractfile("database.dump").read()
    path.unlink()
    contents.tables.update(tables)
    with path.open("w+b") as file:
        writer = ArchiveWriter(file, reader.header)
        writer.add("database.dump", [dump])
        writer.finish(contents.as_manifest())


@on_postgresql
@pytest.mark.usefixtures("pg_programs")
def test_a_restore_that_fails_leaves_the_former_tables(own_database_url, tmp_path):
    with other_site(own_database_url, tmp_path) as site:
        review = make_review()
        path = back_up(site)
        make_comment(review=review)
        before = fingerprints()
        rewrite(path, {"reviews": TableFingerprint(7, "0" * 64)})
        line = refusal(site, "restore", path, "--replace", "--yes")
        assert line.endswith("The rows differ from those that were backed up: reviews.")
        assert fingerprints() == before


def test_a_backup_of_an_earlier_release_is_restored_and_then_migrated(
    bare_database_url, own_database_url, tmp_path
):
    source, path = Path(str(make_url(own_database_url).database)), tmp_path / "old.tar"
    with opened(own_database_url):
        make_comment(review=make_review())
        back("0022")
    copy = tmp_path / "copy.sqlite3"
    shutil.copy(source, copy)
    found = inspect_copy(copy)
    settle(copy)
    contents = Contents(
        kind="sqlite", revision=found.revision, schema=None, program=None,
        unpacked=copy.stat().st_size, tables=found.tables, key_check=check_key(SECRET_KEY),
    )  # fmt: skip
    with path.open("w+b") as file:
        created_at = datetime(2026, 1, 2, tzinfo=UTC)
        writer = ArchiveWriter(file, Header(release="0.1.0", created_at=created_at))
        writer.add("database.sqlite3.gz", pack(copy, lambda _done: None))
        writer.finish(contents.as_manifest())
    with other_site(bare_database_url, tmp_path / "other") as site:
        result = invoke(site, "restore", path)
        assert result.exit_code == 0, result.output
        assert "`flask --app wsgi setup` migrates it from 0022 and prepares it" in result.stdout
        assert fingerprints()["comments"] == found.tables["comments"]
        assert site.test_cli_runner().invoke(args=["setup"]).exit_code == 0
        assert fingerprints()["comments"].count == 1


def test_another_secret_key_than_the_backups_is_named(app, bare_database_url, tmp_path):
    show_picture(app, slug="shown")
    path = back_up(app)
    other = tmp_path / "other"
    with other_site(bare_database_url, other, secret_key="another" * 8) as site:
        result = invoke(site, "restore", path)
    assert result.exit_code == 0
    assert "SECRET_KEY is another than that of the backup" in result.stdout


def test_a_restore_replaces_a_damaged_database(app, bare_database_url, tmp_path):
    make_comment(review=make_review())
    before = fingerprints()
    path = back_up(app)
    damaged = Path(str(make_url(bare_database_url).database))
    damaged.write_bytes(b"no database" * 1000)
    damaged.with_name(f"{damaged.name}-wal").write_bytes(b"a log of another database")
    with other_site(bare_database_url, tmp_path / "other") as site:
        assert "is there already" in refusal(site, "restore", path)
        result = invoke(site, "restore", path, "--replace", "--yes")
        assert result.exit_code == 0, result.output
        after = fingerprints()
    assert {name: after[name] for name in before if name != "job_runs"} == {
        name: before[name] for name in before if name != "job_runs"
    }


def test_pictures_may_be_on_another_disk(app, bare_database_url, tmp_path):
    picture = show_picture(app, slug="shown")
    path = back_up(app)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "media").symlink_to(scratch_folder())
    with other_site(bare_database_url, tmp_path / "other") as site:
        result = invoke(site, "restore", path)
        assert result.exit_code == 0, result.output
    assert (tmp_path / "other" / "media" / picture.name).read_bytes() == b"a picture"


def test_two_backups_at_once_do_not_meet(app):
    folder = app.extensions["settings"].backup_dir
    with working_place(folder) as place:
        (place / "backup.tar").write_text("half")
        path = back_up(app)
        assert (place / "backup.tar").read_text() == "half"
    assert list(folder.iterdir()) == [path]
