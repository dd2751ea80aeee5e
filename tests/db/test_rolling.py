"""What each migration says about the code before it is true (docs/decisions/0051)."""

import pytest
from alembic.script import ScriptDirectory
from flask import current_app

from blog.db import migrating
from tests.databases import on_both
from tests.db.old_rows import insert_old_rows
from tests.db.tables import forward, opened, read_columns, writing
from tests.page import Reader

# A migration says one of these from this one on; of the earlier ones, the decision speaks.
FIRST = "0024"
WORKS, STOPS = "The code before it works on the new tables.", "Stop the site before it."

SCRIPT = ScriptDirectory(str(migrating.MIGRATIONS))
SAYING = [step for step in SCRIPT.walk_revisions() if step.revision >= FIRST]
# Only the newest may still change; the others are released.
ROLLING = [
    pytest.param(step, marks=[pytest.mark.slow] if place else [], id=step.revision)
    for place, step in enumerate(step for step in SAYING if WORKS in step.longdoc)
]


@pytest.mark.parametrize("step", SAYING, ids=lambda step: step.revision)
def test_a_migration_says_whether_the_site_must_be_stopped(step):
    said = [sentence for sentence in (WORKS, STOPS) if sentence in step.longdoc]
    assert len(said) == 1, f"Its docstring has one of these sentences: {WORKS} | {STOPS}"


@on_both
@pytest.mark.parametrize("step", ROLLING)
def test_the_code_before_a_migration_can_read_and_write_the_new_tables(bare_database_url, step):
    """Old code names its columns in every statement, so it needs them, and no others."""
    with opened(bare_database_url):
        forward(step.down_revision)
        old = read_columns()
        forward(step.revision)
        new = read_columns()
        assert {table: set(names) - set(new.get(table, ())) for table, names in old.items()} == {
            table: set() for table in old
        }
        with writing() as connection:
            insert_old_rows(connection, step.down_revision)
        forward()
        current_app.test_client_class = Reader
        assert current_app.test_client().get("/reviews/run-on").status_code == 200
