"""The client names of an address, read without making or deleting a key."""

from datetime import timedelta

from sqlalchemy import func, select

from blog.db.engine import db
from blog.db.transactions import write
from blog.limits.commands import identify_client
from blog.limits.models import ClientKey
from blog.limits.queries import get_key_end, list_client_names
from tests.builders import NOON
from tests.databases import on_both

pytestmark = on_both

WHO = "203.0.113.9"
DAY = timedelta(days=1)


def count_keys() -> int:
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(ClientKey)).scalar_one()


def test_reading_returns_the_existing_names_and_changes_nothing(app):
    assert list_client_names(address=WHO, now=NOON) == []
    [first] = write(identify_client, address=WHO, now=NOON)
    assert list_client_names(address=WHO, now=NOON) == [first]
    assert list_client_names(address=WHO, now=NOON + DAY) == [first]
    names = write(identify_client, address=WHO, now=NOON + DAY)
    assert names[1:] == [first]
    assert list_client_names(address=WHO, now=NOON + DAY) == names
    assert list_client_names(address="203.0.113.8", now=NOON + DAY) != names
    assert count_keys() == 2


def test_a_name_is_no_longer_returned_once_its_key_has_expired(app):
    [name] = write(identify_client, address=WHO, now=NOON)
    end = get_key_end(named_at=NOON)
    # The key itself is deleted when the next comment is sent.
    assert list_client_names(address=WHO, now=end - timedelta(seconds=1)) == [name]
    assert list_client_names(address=WHO, now=end) == []
    assert count_keys() == 1
    assert name not in write(identify_client, address=WHO, now=end)
    assert count_keys() == 1
