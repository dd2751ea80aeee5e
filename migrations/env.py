"""Run migrations on the database of the settings, or of the running application."""

from contextlib import nullcontext

from alembic import context
from flask import current_app

from blog import create_app
from blog.config import Settings
from blog.database import WRITING, Base, db


def run() -> None:
    """Migrate in one transaction, so that a failed migration leaves nothing half done."""
    with db.engine.connect().execution_options(**{WRITING: True}) as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            compare_type=True,
            compare_server_default=True,
            render_as_batch=connection.dialect.name == "sqlite",
            transaction_per_migration=False,
        )
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("Migrations run on a database; --sql is not supported.")
with nullcontext() if current_app else create_app(Settings.from_env_or_exit()).app_context():
    run()
