"""Use a second database beside that of the application."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import Engine

from blog.db.engine import db, engine_options


@contextmanager
def opened_database(database_url: str) -> Iterator[Engine]:
    """Let `db`, `write` and the migrations use another database inside the block."""
    app = Flask(__name__, static_folder=None)
    app.config["SQLALCHEMY_DATABASE_URI"] = database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(database_url)
    db.init_app(app)
    with app.app_context():
        try:
            yield db.engine
        finally:
            db.session.remove()
            db.engine.dispose()


def current_engine() -> Engine:
    """Return the engine of the database in use."""
    return db.engine
