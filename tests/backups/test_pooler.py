"""A backup through a pooler is refused, because pg_dump would spoil connections of the site."""

import pytest

from tests.backups.copying import other_site, pg_programs, refusal
from tests.databases import on_postgresql, scratch_folder
from tests.poolers import pooled

__all__ = ["pg_programs"]


@on_postgresql
@pytest.mark.slow
@pytest.mark.usefixtures("pg_programs")
def test_a_backup_through_a_pooler_is_refused_with_what_to_do(own_database_url, tmp_path):
    with (
        pooled(own_database_url, scratch_folder()) as url,
        other_site(url, tmp_path / "site") as site,
    ):
        line = refusal(site, "create", "--output", tmp_path / "x.tar")
        assert "DATABASE_URL leads to a pooler, such as PgBouncer." in line
        assert "run this command with the server's own address in DATABASE_URL" in line
    assert not (tmp_path / "x.tar").exists()
