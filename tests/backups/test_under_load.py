"""A backup of a site that is written to holds all that was acknowledged before it began."""

import pytest

from tests.backups.copying import pg_programs
from tests.backups.under_load import measure
from tests.databases import on_both

__all__ = ["pg_programs"]


@on_both
@pytest.mark.slow
@pytest.mark.serial
@pytest.mark.usefixtures("pg_programs")
def test_every_comment_acknowledged_before_is_in_the_backup(
    own_database_url, bare_database_url, tmp_path
):
    found = measure(
        database_url=own_database_url,
        other_url=bare_database_url,
        folder=tmp_path,
        comments=2000,
        sent_before=40,
    )
    assert found.refused == []
    assert found.lost == []
    # The senders did not wait for the end of the backup.
    assert found.during
    assert "the same by counts and hashes" in found.restored.output
