"""Run the migrations of the database."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError as MigrationError
from sqlalchemy import inspect, text

from blog.db.engine import db

__all__ = [
    "MIGRATIONS",
    "MigrationError",
    "find_missing_step",
    "is_migrated",
    "list_revisions",
    "upgrade",
]

MIGRATIONS = Path(__file__).parents[2] / "migrations"


def upgrade(revision: str = "head") -> None:
    """Migrate the application's database up to a revision, by default the newest.

    Raises MigrationError if the database is of a newer release.
    """
    command.upgrade(_config(), revision)


def find_missing_step() -> str | None:
    """Return what is missing to use this database with this release, None if nothing is."""
    with db.engine.connect() as connection:
        has_tables = inspect(connection).has_table("alembic_version")
        query = text("SELECT version_num FROM alembic_version")
        version = connection.execute(query).scalar() if has_tables else None
    known = list_revisions()
    if version == known[0]:
        return None
    if version is None or version in known:
        return "The database is not migrated yet: run `make run` or `flask --app wsgi setup` first."
    return f"The database is of a newer release ({version}): install that release."


def is_migrated() -> bool:
    """Return whether the database has the tables of this release, with one short query."""
    query = text("SELECT version_num FROM alembic_version")
    return bool(db.session.execute(query).scalar() == _get_head())


@cache
def _get_head() -> str | None:
    """Return the newest migration of this release; reading them takes a tenth of a second."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def list_revisions() -> list[str]:
    """Return the migrations that this release knows, the newest first."""
    return [step.revision for step in ScriptDirectory(str(MIGRATIONS)).walk_revisions()]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
