"""What a connection to PostgreSQL takes from its address and from the environment."""

from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import make_url, text

from blog.db.engine import db
from blog.reviews.models import Review
from tests.builders import make_review
from tests.conftest import make_app
from tests.databases import on_postgresql, postgres_server

pytestmark = on_postgresql


@pytest.fixture
def configured(database_url, tmp_path, monkeypatch):
    """An application with options in its database's address and in the environment."""

    def setting(name: str) -> str:
        return db.session.scalar(text(f"SELECT current_setting('{name}')"))

    def start(*, in_address: str = "", in_environment: str = ""):
        monkeypatch.setenv("PGOPTIONS", in_environment)
        more = {"options": in_address} if in_address else {}
        url = make_url(database_url).update_query_dict(more)
        with make_app(url.render_as_string(hide_password=False), tmp_path).app_context():
            yield setting
            db.session.remove()
            db.engine.dispose()

    return start


@pytest.mark.parametrize("place", ["in_address", "in_environment"])
def test_options_of_the_operator_are_kept_beside_our_limits(configured, place):
    for setting in configured(**{place: "-c work_mem=5MB"}):
        assert setting("work_mem") == "5MB"
        assert (setting("lock_timeout"), setting("statement_timeout")) == ("1s", "15s")


def test_times_are_the_same_whatever_the_time_zone_of_the_server(database_url, configured):
    moment = datetime(2026, 5, 1, 3, 0, 0, 123456, UTC)
    for setting in configured(in_address="-c timezone=Asia/Seoul"):
        make_review(published_at=moment)
        db.session.remove()
        assert setting("TimeZone") == "Asia/Seoul"
        stored = db.session.scalars(db.select(Review.published_at)).one()
        assert (stored, stored.tzinfo) == (moment, UTC)
        with psycopg.connect(postgres_server(), dbname=make_url(database_url).database) as other:
            assert other.execute("SELECT published_at FROM reviews").fetchone()[0] == moment


def test_a_query_that_many_requests_run_is_prepared(app):
    db.engine.dispose()  # Several connections would take turns, and each prepare for itself.
    for _ in range(10):
        db.session.scalars(db.select(Review.slug)).all()
        db.session.remove()  # As at the end of a request.
    prepared = db.session.scalars(text("SELECT statement FROM pg_prepared_statements")).all()
    assert any("reviews.slug" in statement for statement in prepared)
