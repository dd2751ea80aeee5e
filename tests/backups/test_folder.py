"""Listing the backups of the folder, and deleting old ones."""

import json
from pathlib import Path

import pytest

from tests.backups.copying import invoke
from tests.page import text_of


@pytest.fixture
def backups(app, clock) -> list[Path]:
    """Three backups: one of today, one of 20 and one of 40 days ago, in this order."""
    found: list[Path] = []
    folder = app.extensions["settings"].backup_dir
    for days in (0, 20, 20):
        clock.advance(days=days)
        assert invoke(app, "create").exit_code == 0
        found += [path for path in folder.iterdir() if path not in found]
    return found[::-1]


def pruned(app) -> tuple[list[str], str]:
    """Run `prune`; return the names of all files that are left, and what was said."""
    result = invoke(app, "prune")
    assert result.exit_code == 0, result.output
    folder = app.extensions["settings"].backup_dir
    return sorted(path.name for path in folder.iterdir()), result.output


def test_backups_are_listed_with_the_newest_first_and_what_is_wrong(app, backups):
    (backups[0].parent / "notes.tar").write_text("mine")
    lines = invoke(app, "list").stdout.splitlines()
    assert [line.split()[0] for line in lines] == [path.name for path in backups]
    assert all("UTC" in line and line.endswith("complete") for line in lines)
    content = backups[1].read_bytes()
    backups[1].write_bytes(content[:-1])
    assert "This backup is incomplete" in invoke(app, "list").stdout.splitlines()[1]
    found = json.loads(invoke(app, "list", "--json").stdout)
    assert [each["is_complete"] for each in found] == [True, False, True]
    assert found[0]["created_at"] == "2026-06-10T13:00:00+00:00"
    assert found[0]["rows"]["comments"] == 0


def test_only_our_backups_that_are_old_are_deleted(app, backups):
    folder, oldest = backups[0].parent, backups[2].name
    (folder / "notes.tar").write_text("mine")
    # Its name is like one of ours, and its content is not.
    foreign = "second-lead-20200101-000000-abcdef.tar"
    (folder / foreign).write_text("mine")
    left, said = pruned(app)
    assert left == sorted(["notes.tar", foreign, *(path.name for path in backups[:2])])
    assert said.splitlines() == [
        f"{oldest} deleted.",
        "Backups: 1 deleted. Kept: 30 days, the newest always.",
    ]


def test_the_newest_whole_backup_is_kept_whatever_its_age(app, clock, backups):
    content = bytearray(backups[0].read_bytes())
    content[len(content) // 2] ^= 1
    backups[0].write_bytes(content)
    clock.advance(days=400)
    left, said = pruned(app)
    assert left == [backups[1].name]
    assert f"{backups[0]}: This backup is altered" in said


def test_nothing_is_deleted_if_no_backup_is_whole(app, clock, backups):
    for path in backups:
        path.write_bytes(path.read_bytes()[:-1])
    clock.advance(days=400)
    left, _said = pruned(app)
    assert left == sorted(path.name for path in backups)


def test_the_privacy_page_says_how_long_deleted_words_stay_in_backups(app, client):
    page = text_of(client.get("/privacy"))
    assert "still contain what was deleted here. Each is deleted after 30 days, except" in page
