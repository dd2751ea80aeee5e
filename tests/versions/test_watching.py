"""A process learns of a new version at once if it is its own, else within half a second."""

import pytest
from sqlalchemy import make_url, text

from blog.db.transactions import write
from blog.versions.commands import raise_version
from blog.versions.watching import GRACE, INTERVAL, LONGEST, VersionWatch
from tests.databases import on_both
from tests.db.tables import writing
from tests.engine import statements


class Times:
    """A clock of seconds."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def times() -> Times:
    return Times()


@pytest.fixture
def watch(app, database, times):
    write(raise_version)
    watch = VersionWatch(make_url(database.url), clock=times)
    yield watch
    watch.close()


def raise_elsewhere() -> None:
    """Raise the version as another process does."""
    with writing() as connection:
        connection.execute(text("UPDATE site_versions SET number = number + 1, token = 'new'"))


def test_a_change_elsewhere_is_public_within_a_second():
    assert INTERVAL <= 0.5
    assert LONGEST + GRACE <= 1


@on_both
def test_the_database_is_asked_again_after_half_a_second(watch, times):
    first = watch.current()
    assert first is not None
    raise_elsewhere()
    times.now += INTERVAL - 0.01
    assert watch.current() == first
    times.now += 0.01
    assert watch.current().number == first.number + 1
    assert watch.former == first
    times.now += GRACE
    assert watch.former is None


@on_both
def test_a_process_knows_its_own_version_at_once_and_gives_out_nothing_older(watch):
    first = watch.current()
    write(raise_version)
    assert watch.current().number == first.number + 1
    assert watch.former is None


def test_asking_needs_no_connection_of_the_requests(watch):
    with statements() as executed:
        assert watch.current() is not None
    assert executed == []


def test_a_restored_backup_with_the_same_number_is_another_version(watch, times):
    first = watch.current()
    with writing() as connection:
        connection.execute(text("UPDATE site_versions SET token = 'restored'"))
    times.now += INTERVAL
    assert watch.current() not in (None, first)


def test_before_the_first_change_there_is_no_row(watch):
    with writing() as connection:
        connection.execute(text("DELETE FROM site_versions"))
    watch.close()
    assert watch.current() == (0, "")
