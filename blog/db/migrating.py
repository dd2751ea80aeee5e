"""The database's shape: migrations, run from the command line."""

from pathlib import Path

from alembic import command
from alembic.config import Config

MIGRATIONS = Path(__file__).parents[2] / "migrations"


def upgrade(revision: str = "head") -> None:
    """Bring the running application's database to a revision; nothing happens at it."""
    command.upgrade(_config(), revision)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
