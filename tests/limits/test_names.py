"""The client names of an address, read without making or deleting a key."""

from datetime import timedelta

from sqlalchemy import func, select, update

from blog.db.engine import db
from blog.db.transactions import write
from blog.limits.commands import identify_client
from blog.limits.models import ClientKey
from blog.limits.queries import get_key_end, list_client_names
from blog.site.comments import submitting
from tests.builders import NOON, make_review
from tests.databases import on_both
from tests.site.comments.sending import COMMENT, comments, send

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


def test_a_comment_gets_no_name_whose_key_was_replaced_meanwhile(app, client, clock, monkeypatch):
    make_review()
    assert send(client).status_code == 303
    former = comments()[-1].client_name

    def restore_meanwhile():
        write(lambda: db.session.execute(update(ClientKey).values(key=b"restored".ljust(32))))
        return {}

    # Between the reading of the names and the writing of the comment.
    monkeypatch.setattr(submitting, "ask_captcha", restore_meanwhile)
    assert send(client, COMMENT | {"body": "Another."}).status_code == 303
    stored = comments()[-1].client_name
    assert stored != former
    assert stored == list_client_names(address="127.0.0.1", now=clock.now)[0]
