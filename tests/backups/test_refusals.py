"""Files that are no whole backup of ours are refused, and nothing is touched."""

import tarfile
import zlib
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import make_url

from blog.backups import archive
from blog.backups.archive import ArchiveWriter, Header
from blog.backups.manifest import Contents
from blog.db.driver import sqlite
from tests.backups.copying import (
    back_up,
    files_of,
    fingerprints,
    largest_file,
    refusal,
    show_picture,
)
from tests.builders import make_comment, make_review

DATABASE = "database.sqlite3.gz"
CONTENTS = Contents(
    kind="sqlite", revision="0024", schema=None, program=None, unpacked=4096, tables={},
    key_check="0" * 16,
)  # fmt: skip


@pytest.fixture
def backup(app, tmp_path) -> bytes:
    """The bytes of a backup of a site with a comment and a picture."""
    show_picture(app, slug="shown")
    make_comment(review=make_review())
    path = tmp_path / "whole.tar"
    back_up(app, path)
    return path.read_bytes()


@pytest.fixture
def refused(app, tmp_path):
    """A function that checks and restores a file in vain, and returns what is said about it."""

    def refused(content: bytes) -> str:
        path = tmp_path / "refused.tar"
        path.write_bytes(content)
        before = fingerprints(), files_of(tmp_path)
        said = refusal(app, "verify", path).partition("cannot be used: ")[2]
        assert refusal(app, "restore", path, "--replace", "--yes").endswith(said)
        assert (fingerprints(), files_of(tmp_path)) == before
        return said

    return refused


def craft(path: Path, contents: Contents = CONTENTS, **members: bytes) -> bytes:
    """Return a well-formed backup with these members."""
    with path.open("w+b") as file:
        created_at = datetime(2026, 5, 1, tzinfo=UTC)
        writer = ArchiveWriter(file, Header(release="0.1.0", created_at=created_at))
        for name, content in members.items():
            writer.add(name, [content])
        writer.finish(contents.as_manifest())
    return path.read_bytes()


def test_a_truncated_backup_is_refused_wherever_it_ends(backup, refused):
    size = len(backup)
    for length in (0, 1, 512, 600):
        assert "This is no backup of Second Lead" in refused(backup[:length])
    for length in (1000, 1024, 1700, size // 2, size - 3000, size - 2048, size - 1024, size - 1):
        assert "incomplete: its end is missing" in refused(backup[:length])
    assert "incomplete: its end is missing" in refused(backup + b"\0")


def test_one_changed_bit_is_found_wherever_it_is(app, backup, tmp_path):
    path = tmp_path / "changed.tar"
    with tarfile.open(tmp_path / "whole.tar") as tar:
        members = tar.getmembers()
    places = [len(backup) - 1, len(backup) - 1024]
    for member in members:
        end = member.offset_data + member.size
        # Name, owner and rest of the header; the content; the room behind it.
        header = [member.offset, member.offset + 110, member.offset + 500]
        places += [*header, member.offset_data, end - 1, end - end % -512 - 1]
    assert [member.name.partition("/")[0] for member in members] == [
        "second-lead.json", "media", DATABASE, "manifest.json", "seal.json",
    ]  # fmt: skip
    for place in places:
        path.write_bytes(backup[:place] + bytes([backup[place] ^ 1]) + backup[place + 1 :])
        line = refusal(app, "verify", path)
        assert any(word in line for word in ("altered", "incomplete", "no backup")), (place, line)


def test_a_foreign_file_is_refused(refused, tmp_path):
    other = tmp_path / "other.tar"
    with tarfile.open(other, "w") as tar:
        tar.add(__file__, "notes.txt")
    assert refused(other.read_bytes()) == (
        "This is no backup of Second Lead, or its beginning is altered."
    )


def test_a_backup_of_a_newer_release_is_refused(app, refused, tmp_path, monkeypatch):
    path = tmp_path / "new.tar"
    monkeypatch.setattr(archive, "FORMAT", 2)
    newer = craft(path, **{DATABASE: b""})
    monkeypatch.undo()
    assert "the format 2 of a newer release (0.1.0)" in refused(newer)
    craft(path, replace(CONTENTS, revision="9999"), **{DATABASE: b""})
    line = refusal(app, "restore", path, "--replace", "--yes")
    assert "a newer release (migration 9999, and this release knows up to 0" in line


def test_a_backup_of_the_other_database_is_refused_with_the_way(app, tmp_path):
    path = tmp_path / "other.tar"
    craft(path, replace(CONTENTS, kind="postgresql"), **{"database.dump": b""})
    line = refusal(app, "restore", path)
    assert "The backup is of PostgreSQL, and DATABASE_URL is of SQLite." in line
    assert "database copy URL" in line


@pytest.mark.parametrize(
    "name", ["../../x", "/etc/x", "media/../x.webp", "media/.webp", "pages/x.md", "media/a.webp\n"]
)
def test_a_member_that_leads_elsewhere_is_refused(refused, tmp_path, name):
    content = craft(tmp_path / "crafted.tar", **{DATABASE: b"", name: b"x"})
    assert "it has a member" in refused(content)


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE])
def test_a_member_that_is_no_plain_file_is_refused(backup, refused, tmp_path, kind):
    with tarfile.open(tmp_path / "whole.tar") as tar:
        member = tar.getmembers()[1]
    member.type, member.linkname = kind, "/etc/passwd"
    block = member.tobuf(tarfile.GNU_FORMAT)
    content = backup[: member.offset] + block + backup[member.offset + 512 :]
    assert refused(content).startswith("This backup is altered: media/")


def test_a_database_that_unpacks_to_more_than_was_said_is_not_unpacked(app, refused, tmp_path):
    packer = zlib.compressobj(wbits=31)
    bomb = packer.compress(bytes(20_000_000)) + packer.flush()
    content = craft(tmp_path / "bomb.tar", **{DATABASE: bomb})
    with largest_file(10_000_000):
        assert "its database cannot be unpacked" in refused(content)
    craft(tmp_path / "bomb.tar", replace(CONTENTS, unpacked=2**60), **{DATABASE: bomb})
    line = refusal(app, "verify", tmp_path / "bomb.tar")
    assert line.endswith("no space left for the database.")


def test_a_database_other_than_the_manifest_says_is_refused(backup, refused, tmp_path):
    with tarfile.open(tmp_path / "whole.tar") as tar:
        packed = tar.extractfile(DATABASE).read()
    size = len(zlib.decompress(packed, wbits=31))
    content = craft(
        tmp_path / "crafted.tar", replace(CONTENTS, unpacked=size), **{DATABASE: packed}
    )
    assert "The rows differ from those that were backed up: alembic_v" in refused(content)
    packed = zlib.compress(b"no database" * 1000, wbits=31)
    content = craft(
        tmp_path / "crafted.tar", replace(CONTENTS, unpacked=11_000), **{DATABASE: packed}
    )
    assert "The database is damaged: file is not a database" in refused(content)


def test_a_site_that_is_in_use_is_not_replaced(app, backup, database, tmp_path):
    before = fingerprints()
    with closing(sqlite.connect(make_url(database.url).database)) as other:
        other.execute("SELECT * FROM comments").fetchone()
        line = refusal(app, "restore", tmp_path / "whole.tar", "--replace", "--yes")
    assert "The site is running" in line
    assert fingerprints() == before


def test_nothing_is_replaced_without_asking(app, backup, tmp_path):
    before = fingerprints()
    line = refusal(app, "restore", tmp_path / "whole.tar", "--replace")
    assert line.endswith("Add --yes to replace without asking.")
    assert "is there already. Add --replace to replace it." in refusal(
        app, "restore", tmp_path / "whole.tar"
    )
    assert fingerprints() == before


def test_a_missing_or_unreadable_file_is_named(app, tmp_path):
    for command in ("verify", "restore"):
        line = refusal(app, command, tmp_path / "none.tar")
        assert line.endswith(f"{tmp_path / 'none.tar'}: No such file or directory.")
        assert refusal(app, command, tmp_path).endswith(f"{tmp_path}: Is a directory.")
