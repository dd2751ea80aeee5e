"""The commands `setup` and `maintenance`."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import func, inspect, select, text

from blog import create_app
from blog.accounts.models import SignInAttempt
from blog.db.engine import db
from blog.db.types import Base
from blog.jobs.models import Job
from blog.jobs.queries import find_last_finished
from blog.limits.models import ClientKey
from blog.reviews.models import Review
from tests.builders import NOON, make_comment, make_moderator, make_review, sign_in
from tests.databases import make_settings, on_both
from tests.outbox.sending import change_settings
from tests.page import Reader
from tests.pictures.converting import import_small_copies

SIGN_IN = re.compile(r"^Sign-in: (\S+)   (\S+)   \(shown once\)$", re.MULTILINE)

pytestmark = pytest.mark.thorough


@pytest.fixture
def site(bare_database_url, tmp_path, tmp_path_factory, monkeypatch):
    """An application on an empty database, with small copies of the demo's pictures."""
    import_small_copies(monkeypatch, tmp_path_factory.mktemp("pictures"))
    app = create_app(make_settings(database_url=bare_database_url, data_dir=tmp_path, demo=True))
    app.test_client_class = Reader
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def with_settings(app):
    """A function that changes settings of an application whose database has its tables."""

    def change(**settings):
        app.extensions["settings"] = replace(app.extensions["settings"], **settings)
        return app

    return change


def setup(app) -> str:
    result = app.test_cli_runner().invoke(args=["setup"])
    assert result.exit_code == 0, result.output
    db.session.rollback()
    return result.stdout


def dump() -> dict[str, list]:
    """Return the rows of every table."""
    tables = sorted(inspect(db.engine).get_table_names())
    rows = {name: db.session.execute(text(f"SELECT * FROM {name}")).all() for name in tables}
    db.session.rollback()
    return {name: sorted(map(repr, found)) for name, found in rows.items()}


@on_both
def test_setup_makes_a_site_ready_and_a_second_setup_changes_nothing(site, tmp_path):
    output = setup(site)
    assert re.search("^Demo:    [0-9]+ reviews and [0-9]+ comments loaded", output)
    assert set(inspect(db.engine).get_table_names()) == {*Base.metadata.tables, "alembic_version"}
    assert "Site:    https://drama.example/\n" in output
    assert "Queue:   https://drama.example/admin/comments\n" in output
    email, password = SIGN_IN.search(output).groups()
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


def test_the_first_setup_goes_on_if_the_pictures_of_the_demo_cannot_be_stored(site, tmp_path):
    (tmp_path / "media").write_text("a file in place of the folder")
    output = setup(site)
    assert (
        f"Demo:    not all loaded: {tmp_path / 'media'} cannot be written: File exists." in output
    )
    assert SIGN_IN.search(output)


def test_the_first_moderator_may_be_named_by_the_settings(with_settings):
    app = with_settings(admin_email="mina@example.org", admin_password="a password of mine")
    output = setup(app)
    assert "Sign-in: mina@example.org   the password in ADMIN_PASSWORD" in output
    assert "a password of mine" not in output
    client = app.test_client()
    assert sign_in(client, password="a password of mine").status_code == 303


def test_setup_loads_no_demo_into_an_existing_database(with_settings):
    output = setup(with_settings())
    assert "Demo" not in output
    assert SIGN_IN.search(output)
    assert db.session.execute(select(func.count()).select_from(Review)).scalar_one() == 0


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"demo": None}, "https://drama.example is a public address"),
        ({"demo": False, "site_url": "http://127.0.0.1:8000"}, "DEMO is 0"),
    ],
)
def test_a_public_site_does_not_go_live_with_the_demo(site, settings, reason):
    change_settings(site, **settings)
    output = setup(site)
    (line,) = [line for line in output.splitlines() if line.startswith("Demo:")]
    assert line.startswith(f"Demo:    none loaded: {reason}; `DEMO=1 ")
    refused = site.test_cli_runner().invoke(args=["demo", "load"])
    assert refused.exit_code == 1
    assert f"No demo loaded: {reason}; `DEMO=1 " in refused.stderr
    assert db.session.execute(select(func.count()).select_from(Review)).scalar_one() == 0
    assert site.test_cli_runner().invoke(args=["demo", "clear"]).exit_code == 0


def test_setup_makes_no_moderator_if_there_is_one(with_settings):
    app = with_settings(admin_email="new@example.org")
    make_moderator(email="mina@example.org")
    output = setup(app)
    assert "moderator set-password mina@example.org" in output
    assert "new@example.org" not in output


def test_maintenance_deletes_expired_client_keys_and_failed_sign_ins(app, client, clock):
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
    # A failed sign-in is counted for the account and for the client.
    assert left() == (1, 2)
    clock.advance(days=4)
    assert ": done. Kept: " in run(args=["maintenance"]).stdout
    assert left() == (0, 0)
    assert find_last_finished(Job.MAINTENANCE) == clock.now
