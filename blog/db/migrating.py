"""Run the migrations of the database."""

from pathlib import Path

from alembic import command
from alembic.config import Config

MIGRATIONS = Path(__file__).parents[2] / "migrations"


def upgrade(revision: str = "head") -> None:
    """Migrate the application's database up to a revision, by default the newest."""
    command.upgrade(_config(), revision)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
