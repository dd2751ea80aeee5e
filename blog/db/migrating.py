"""Run the migrations of the database."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError as MigrationError
from sqlalchemy import inspect, text

from blog.db.engine import db

__all__ = ["MIGRATIONS", "MigrationError", "find_missing_step", "upgrade"]

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
    script = ScriptDirectory(str(MIGRATIONS))
    if version == script.get_current_head():
        return None
    if version is None or version in {step.revision for step in script.walk_revisions()}:
        return "The database is not migrated yet: run `make run` or `flask --app wsgi setup` first."
    return f"The database is of a newer release ({version}): install that release."


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
