"""flask --app wsgi setup | maintenance"""

import re
from dataclasses import replace

import pytest
from sqlalchemy import func, inspect, select, text

from blog import create_app
from blog.accounts.models import SignInAttempt
from blog.db.engine import db
from blog.db.types import Base
from blog.limits.models import ClientKey
from blog.reviews.models import Review
from tests.builders import NOON, make_comment, make_moderator, make_review, sign_in
from tests.databases import make_settings, on_both
from tests.page import Reader

SIGN_IN = re.compile(r"^Sign-in: (\S+)   (\S+)   \(shown once\)$", re.MULTILINE)

pytestmark = [on_both, pytest.mark.thorough]


@pytest.fixture
def site(bare_database_url, tmp_path):
    """The site on a database without a single table."""
    app = create_app(make_settings(database_url=bare_database_url, data_dir=tmp_path))
    app.test_client_class = Reader
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def ready(app):
    """Give the site, whose database was there before, these settings."""

    def give(**settings):
        app.extensions["settings"] = replace(app.extensions["settings"], **settings)
        return app

    return give


def setup(app) -> str:
    result = app.test_cli_runner().invoke(args=["setup"])
    assert result.exit_code == 0, result.output
    db.session.rollback()
    return result.stdout


def dump() -> dict[str, list]:
    tables = sorted(inspect(db.engine).get_table_names())
    rows = {name: db.session.execute(text(f"SELECT * FROM {name}")).all() for name in tables}
    db.session.rollback()
    return {name: sorted(map(repr, found)) for name, found in rows.items()}


def test_a_new_site_is_ready_after_one_command_and_stays_so_after_two(site, tmp_path):
    said = setup(site)
    assert "Demo: " in said
    assert set(inspect(db.engine).get_table_names()) == {*Base.metadata.tables, "alembic_version"}
    assert "Site:    https://drama.example/\n" in said
    assert "Queue:   https://drama.example/admin/comments\n" in said
    email, password = SIGN_IN.search(said).groups()
    assert len(password) >= 16
    assert sign_in(site.test_client(), email=email, password=password).status_code == 303
    assert site.test_client().get("/").status_code == 200
    assert db.session.execute(select(func.count()).select_from(Review)).scalar_one() >= 6

    before, files = dump(), sorted(tmp_path.rglob("*"))
    again = setup(site)
    assert dump() == before
    assert sorted(tmp_path.rglob("*")) == files
    assert "Demo" not in again
    assert password not in again
    assert "Sign-in: unchanged." in again
    assert f"moderator set-password {email}" in again


def test_the_first_moderator_may_be_named_by_the_settings(ready):
    app = ready(admin_email="mina@example.org", admin_password="a password of mine")
    said = setup(app)
    assert "Sign-in: mina@example.org   the password in ADMIN_PASSWORD" in said
    assert "a password of mine" not in said
    client = app.test_client()
    assert sign_in(client, password="a password of mine").status_code == 303


def test_no_demo_comes_into_a_database_that_was_there(ready):
    said = setup(ready())
    assert "Demo" not in said
    assert SIGN_IN.search(said)
    assert db.session.execute(select(func.count()).select_from(Review)).scalar_one() == 0


def test_it_makes_no_moderator_where_there_is_one(ready):
    app = ready(admin_email="new@example.org")
    make_moderator(email="mina@example.org")
    said = setup(app)
    assert "moderator set-password mina@example.org" in said
    assert "new@example.org" not in said


def test_maintenance_forgets_clients_and_failures_when_their_time_is_up(app, client, clock):
    make_comment(review=make_review(), now=NOON)
    sign_in(client, email="nobody@example.org", password="wrong password")
    make_comment(review=db.session.execute(select(Review)).scalar_one(), now=NOON)

    def left() -> tuple[int, int]:
        db.session.rollback()
        return tuple(
            db.session.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (ClientKey, SignInAttempt)
        )

    run = app.test_cli_runner().invoke
    assert run(args=["maintenance"]).exit_code == 0
    # A failure counts for the account, and for the client that failed.
    assert left() == (1, 2)
    clock.advance(days=4)
    assert ": done. Kept: " in run(args=["maintenance"]).stdout
    assert left() == (0, 0)
