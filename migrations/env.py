"""Run migrations on the running application's database, or on that of the settings."""

from contextlib import nullcontext
from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from blog import create_app
from blog.db.engine import WRITING, db
from blog.db.types import Base
from blog.settings import Settings


def run() -> None:
    """Run all migrations in one transaction, so that a failure changes nothing."""
    with db.engine.connect().execution_options(**{WRITING: True}) as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            # SQLite rebuilds a table to change it; without this, dropping the old table would
            # delete the rows that refer to it (ON DELETE CASCADE). Must precede the transaction.
            _drive(connection, "PRAGMA foreign_keys=OFF")
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            compare_type=True,
            compare_server_default=True,
            render_as_batch=is_sqlite,
            transaction_per_migration=False,
        )
        try:
            with context.begin_transaction():
                context.run_migrations()
                if is_sqlite:
                    _check_foreign_keys(connection)
        finally:
            if is_sqlite:
                _drive(connection, "PRAGMA foreign_keys=ON")


def _check_foreign_keys(connection: Connection) -> None:
    broken = _drive(connection, "PRAGMA foreign_key_check").fetchall()
    if broken:
        raise SystemExit(f"Rows would refer to missing rows: {broken[:5]}")


def _drive(connection: Connection, statement: str) -> Any:
    """Run a statement on the raw writer, as SQLAlchemy would begin a transaction first."""
    return connection.connection.dbapi_connection.writer.execute(statement)


if context.is_offline_mode():
    raise SystemExit("Migrations run on a database; --sql is not supported.")
with nullcontext() if current_app else create_app(Settings.from_env_or_exit()).app_context():
    run()
