"""The rate limits for comments of a browser and of an IP address."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from blog.db.engine import db
from blog.db.transactions import write
from blog.limits.models import ClientKey, LimitBucket, LimitHit
from blog.limits.queries import LimitReachedError
from blog.submissions.resending import ADDRESS_LIMITS
from tests.builders import make_comment
from tests.databases import on_both
from tests.site.comments.sending import COMMENT, comments, count_sent, random_id, send

ADDRESS = "203.0.113.8"
A_MINUTE = ADDRESS_LIMITS[0]


def send_many(client, count, **more):
    """Send `count` different comments; return the statuses of the responses."""
    return [
        send(client, COMMENT | {"body": f"Comment {random_id()}"}, **more).status_code
        for _ in range(count)
    ]


@pytest.mark.usefixtures("review")
def test_a_browser_sends_five_comments_a_minute(client):
    addresses = iter(f"198.51.100.{number}" for number in range(9))
    statuses = [send_many(client, 1, address=address) for address in addresses]
    assert statuses == [[303]] * 5 + [[429]] * 4


@on_both
@pytest.mark.usefixtures("review")
def test_the_limit_of_a_minute_is_a_sliding_window(client, clock):
    send_many(client, 1)
    clock.advance(seconds=20)
    send_many(client, 4)
    clock.advance(seconds=39.5)
    refused = send(client, COMMENT | {"body": "Early."})
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
    clock.advance(seconds=0.5)
    assert send_many(client, 2) == [303, 429]
    refused = send(client, COMMENT | {"body": "Still early."})
    assert refused.headers["Retry-After"] == "20"
    clock.advance(seconds=20)
    assert send_many(client, 5) == [303, 303, 303, 303, 429]


@pytest.mark.usefixtures("review")
def test_a_browser_sends_thirty_comments_an_hour(client, clock):
    for _ in range(6):
        assert send_many(client, 5) == [303] * 5
        clock.advance(minutes=2)
    refused = send(client, COMMENT | {"body": "One more."})
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, str(48 * 60))
    assert "in 48 minutes" in refused.text
    clock.advance(minutes=48)
    assert send_many(client, 6) == [303] * 5 + [429]


@pytest.mark.usefixtures("review")
def test_a_refused_comment_does_not_count(client, clock):
    send_many(client, 5)
    for _ in range(5):
        clock.advance(seconds=12)
        send_many(client, 3)
    assert len(comments()) == 8
    clock.advance(minutes=1)
    send(client, COMMENT | {"body": ""})
    send(client, url="/reviews/unknown/comments")
    assert send_many(client, 6) == [303] * 5 + [429]


@pytest.mark.usefixtures("review")
def test_an_address_sends_twenty_comments_a_minute(app, clock):
    statuses = [send_many(app.test_client(), 1, address=ADDRESS)[0] for _ in range(22)]
    assert statuses == [303] * 20 + [429] * 2
    assert send_many(app.test_client(), 1, address="203.0.113.9") == [303]
    clock.advance(minutes=1)
    assert send_many(app.test_client(), 1, address=ADDRESS) == [303]


@on_both
def test_an_address_sends_two_hundred_comments_an_hour(client, clock, review):
    for _ in range(10):
        write(count_sent, address=ADDRESS, count=20, now=clock.now)
        clock.advance(minutes=1)
    refused = send(client, address=ADDRESS)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, str(50 * 60))
    clock.advance(minutes=50)
    assert send(client, address=ADDRESS).status_code == 303


def test_an_ipv6_network_and_a_mapped_address_count_as_one(app, clock, review):
    for one, another, together in [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True),
        ("2001:db8:1:5::1", "2001:db8:1:3::1", False),
        ("::ffff:203.0.113.8", "203.0.113.8", True),
        ("::ffff:203.0.113.7", "::ffff:203.0.113.9", False),
    ]:
        write(count_sent, address=one, count=A_MINUTE.count, now=clock.now)
        assert send(app.test_client(), address=one).status_code == 429, one
        status = 429 if together else 303
        assert send(app.test_client(), address=another).status_code == status, another


@on_both
def test_a_limit_still_counts_after_midnight(client, clock, review):
    clock.now = datetime(2026, 5, 2, 23, 59, 50, tzinfo=UTC)
    write(count_sent, address=ADDRESS, count=A_MINUTE.count, now=clock.now)
    clock.advance(seconds=20)
    refused = send(client, address=ADDRESS)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "40")
    clock.advance(seconds=40)
    assert send(client, address=ADDRESS).status_code == 303


@on_both
def test_each_day_has_its_own_key_which_is_deleted_within_48_hours(app, clock, review):
    for _ in range(3):
        make_comment(review=review, address=ADDRESS, now=clock.now, body=random_id())
        clock.advance(days=1)
    keys = db.session.execute(select(ClientKey).order_by(ClientKey.day)).scalars().all()
    assert [str(key.day) for key in keys] == ["2026-05-02", "2026-05-03"]
    assert {len(key.key) for key in keys} == {32}
    assert keys[0].key != keys[1].key
    assert len({comment.client_name for comment in comments()}) == 3
    result = app.test_cli_runner().invoke(args=["maintenance"])
    assert result.exit_code == 0
    db.session.rollback()
    assert db.session.execute(select(func.count()).select_from(ClientKey)).scalar_one() == 1


@on_both
def test_records_too_old_for_any_limit_are_deleted(clock, review):
    make_comment(review=review, now=clock.now)
    clock.advance(days=3)
    make_comment(review=review, now=clock.now)
    hits = [row.happened_at for row in rows(LimitHit)]
    locks = [row.touched_at for row in rows(LimitBucket)]
    assert bool(locks) == (db.engine.name == "postgresql"), "on SQLite, whoever writes is alone"
    assert hits
    assert min(hits + locks) > clock.now - timedelta(days=2)


def rows(table):
    return db.session.execute(select(table)).scalars().all()


def test_no_address_is_stored(review):
    make_comment(review=review, address=ADDRESS)
    [comment] = comments()
    for row in (comment, *rows(LimitHit), *rows(LimitBucket)):
        assert ADDRESS not in str(vars(row))


@on_both
def test_a_refusal_writes_nothing(clock, review):
    write(count_sent, address=ADDRESS, count=A_MINUTE.count, now=clock.now)
    before = len(rows(LimitHit))
    with pytest.raises(LimitReachedError):
        make_comment(review=review, address=ADDRESS, body="One more.", now=clock.now)
    db.session.rollback()
    assert (len(rows(LimitHit)), len(comments())) == (before, 0)
