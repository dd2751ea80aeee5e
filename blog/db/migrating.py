"""Run the migrations of the database."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from blog.db.engine import db

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parents[2] / "migrations"


class MigrationError(Exception):
    """Raised when the database is of a newer release, or the migrations cannot be read."""


def upgrade(revision: str = "head") -> None:
    """Migrate the application's database up to a revision, by default the newest.

    Raises MigrationError if the database is of a newer release.
    """
    # Loaded here only: the site itself never needs Alembic, which takes a tenth of its start.
    from alembic import command
    from alembic.util import CommandError

    try:
        command.upgrade(_config(), revision)
    except CommandError as error:
        raise MigrationError(str(error)) from error


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
    return bool(db.session.execute(query).scalar() == list_revisions()[0])


def list_revisions() -> list[str]:
    """Return the migrations that this release knows, the newest first.

    The name of a file begins with its migration. Raises MigrationError if there are none.
    """
    files = (MIGRATIONS / "versions").glob("[0-9]*_*.py")
    revisions = sorted((file.name.partition("_")[0] for file in files), reverse=True)
    if not revisions:
        raise MigrationError(f"{MIGRATIONS} has no migrations")
    return revisions


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
