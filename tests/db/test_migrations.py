"""The migrations: they are numbered, match the models, and can be undone."""

import re
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, inspect

from blog import create_app
from blog.db import migrating
from blog.db.engine import WRITING, db
from blog.db.types import Base
from tests.builders import make_review
from tests.databases import make_settings, on_both

VERSIONS = Path(migrating.MIGRATIONS) / "versions"

pytestmark = on_both


@pytest.fixture
def script() -> ScriptDirectory:
    return ScriptDirectory(str(migrating.MIGRATIONS))


@pytest.fixture
def empty_app(bare_database_url, tmp_path):
    """An application whose database is empty."""
    app = create_app(make_settings(database_url=bare_database_url, data_dir=tmp_path))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@contextmanager
def writing():
    """Open a connection that may write, and commit at the end."""
    with db.engine.connect().execution_options(**{WRITING: True}) as connection:
        yield connection
        connection.commit()


def differences() -> list:
    """Return the differences between the database and the models."""
    with db.engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        return compare_metadata(context, Base.metadata)


def checks() -> dict[str, str]:
    """Return the SQL of each CHECK in the database; autogenerate does not compare checks."""
    found = inspect(db.engine)
    return {
        check["name"]: " ".join(check["sqltext"].split())
        for table in table_names()
        for check in found.get_check_constraints(table)
    }


def table_names() -> set[str]:
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


def test_there_is_one_head(script):
    assert len(script.get_heads()) == 1


def test_migrations_are_numbered_without_a_gap_and_have_a_name(script):
    names = sorted(path.name for path in VERSIONS.glob("*.py"))
    assert names
    for number, name in enumerate(names, start=1):
        assert re.fullmatch(rf"{number:04}(_[a-z0-9]+)+\.py", name), name
    numbers = [revision.revision for revision in script.walk_revisions()]
    assert numbers == [f"{number:04}" for number in range(len(names), 0, -1)]


def test_every_migration_has_a_sentence_and_a_downgrade(script):
    for revision in script.walk_revisions():
        assert revision.doc.endswith("."), f"{revision.revision}: describe the change in a sentence"
        assert "op." in Path(revision.path).read_text().partition("def downgrade()")[2]


def test_an_upgrade_from_empty_matches_the_models_and_a_downgrade_empties_the_database(empty_app):
    assert table_names() == set()
    migrating.upgrade()
    assert table_names() == {table.name for table in Base.metadata.sorted_tables}
    assert differences() == [], "Write a migration: `.venv/bin/alembic revision --autogenerate`"
    make_review()
    command.downgrade(migrating._config(), "base")
    assert table_names() == set()
    migrating.upgrade()
    assert differences() == []


def test_the_database_has_every_check_of_the_models(app):
    present = inspect(db.engine)
    for table in Base.metadata.sorted_tables:
        wanted = {str(c.name) for c in table.constraints if isinstance(c, CheckConstraint)}
        found = {check["name"] for check in present.get_check_constraints(table.name)}
        assert found == wanted, table.name
        assert all(name.startswith(f"ck_{table.name}_") for name in found), found


def test_every_check_in_the_database_equals_that_of_the_models(empty_app):
    with writing() as connection:
        Base.metadata.create_all(connection)
    try:
        checks_of_models = checks()
    finally:
        with writing() as connection:
            Base.metadata.drop_all(connection)
    migrating.upgrade()
    assert checks() == checks_of_models
    assert len(checks_of_models) >= 10


def test_migrating_again_changes_nothing(app):
    make_review()
    before = checks(), table_names()
    migrating.upgrade()
    assert (checks(), table_names()) == before
